// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanResults.cpp - decides where each kernel result lives.
//
//   Before   %h = tenon.kernel ... {modes = [0]}   ; its one use is the next kernel
//   After    %h = tenon.kernel ... {modes = [1]}   ; TN_RESULT_WORKSPACE
//
// After fusion, never before: only what still lives in memory is planned. A tensor whose handle the user's code gets is
// new. Others are temporaries in the workspace; one that may take the memory of a temporary that dies in this kernel
// does so (TN_RESULT_REUSE: the runtime checks that shapes are equal). Requires  tenon-fuse-kernels. Refuses  to reuse
// what is read through an alias, or later.

#include "PlanResults.h"
#include "Passes.h"
#include "dialect/TenonDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/TypeUtilities.h"
#include "tenon/abi.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_PLANRESULTSPASS
#include "Passes.h.inc"

namespace {
struct PlanResultsPass : impl::PlanResultsPassBase<PlanResultsPass> {
  void runOnOperation() override {
    getOperation().walk([&](KernelOp kernel) { plan(kernel); });
    getOperation().walk([&](SortOp sort) { plan(sort); });
  }
  void plan(KernelOp kernel);
  void plan(SortOp sort);
};
} // namespace

/// True if the user's code sees the handle, or another block: temporaries are given back where their block ends.
static bool escapes(Value tensor) {
  return llvm::any_of(tensor.getUsers(), [&](Operation *user) {
    return isa<CallOp, BranchOp, ExitOp>(user) || user->getBlock() != tensor.getParentBlock();
  });
}

static Block &entryOf(Operation *op) { return op->getParentOfType<func::FuncOp>().getBody().front(); }

/// True if a position is behind the block that the op is in.
static bool isBehindBlock(Operation *op, int32_t position) {
  auto branch = dyn_cast<BranchOp>(op->getBlock()->getTerminator());
  return branch && position > int32_t(branch.getStep());
}

/// The user's own call of a step.
static OriginalOp originalOf(Operation *at, int32_t step) {
  for (auto recipe : entryOf(at).getOps<RecipeOp>())
    for (auto original : recipe.getBody().getOps<OriginalOp>())
      if (int32_t(original.getStep()) == step && original.getNumResults())
        return original;
  return {};
}

/// The user's own call that a result of a kernel stands for, or null.
static OriginalOp originalOf(KernelOp producer, Value tensor) {
  return originalOf(producer, producer.getSteps()[producer.outputOf(tensor)]);
}

/// The last step at which the user's own calls use what was computed for them.
static int32_t lastUseByUser(OriginalOp original) { return original ? original.lastUse(0) : -1; }

/// Steps whose values are tensors in memory once their kernels ran.
static llvm::DenseSet<int32_t> stepsInMemory(Operation *at) {
  llvm::DenseSet<int32_t> steps;
  for (Block &block : at->getParentOfType<func::FuncOp>().getBody()) {
    for (auto kernel : block.getOps<KernelOp>())
      for (auto [kind, step] : llvm::zip(kernel.getKinds().getAsValueRange<StringAttr>(), kernel.getSteps()))
        if (kind == "element" || kind == "row")
          steps.insert(step);
    for (auto sort : block.getOps<SortOp>())
      steps.insert(sort.getStep());
  }
  return steps;
}

Value handleOf(Value tensor) {
  auto named = tensor.getDefiningOp<TensorOp>();
  return named ? Value(named.getHandle()) : tensor;
}

Value rootOf(Value tensor) {
  while (auto alias = tensor.getDefiningOp<AliasOp>())
    tensor = alias.getOperand();
  return handleOf(tensor);
}

/// The last step at which the value may be wanted should a guard fail: by the user's own calls, or to make again a
/// value that was fused away and that they use.
static int32_t lastNeedByUser(Operation *producer, OriginalOp original) {
  if (!original)
    return -1;
  llvm::DenseSet<int32_t> inMemory = stepsInMemory(producer);
  int32_t last = -1;
  llvm::SmallPtrSet<Operation *, 16> seen;
  SmallVector<OriginalOp> work{original};
  while (!work.empty()) {
    OriginalOp next = work.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    for (unsigned i = 0; i < next.getNumResults(); ++i)
      last = std::max(last, next.lastUse(i));
    for (Operation *user : next->getUsers()) {
      auto made = dyn_cast<OriginalOp>(user);
      // Numbers are there once they were made.
      bool isTensor = made && made.getNumResults() == 1 && isa<LLVM::LLVMPointerType>(made.getResult(0).getType());
      if (isTensor && made.getOp() && !inMemory.contains(made.getStep()))
        work.push_back(made);
    }
  }
  return last;
}

int32_t lastRecallByUser(Operation *inRegion, OriginalOp original) {
  return stepsInMemory(inRegion).contains(original.getStep()) ? -1 : lastNeedByUser(inRegion, original);
}

/// What stands for the handle in the region's recipe, or null.
static Value originalOf(Value handle, RecipeOp recipe) {
  if (isa<BlockArgument>(handle))
    return handle; // of the region
  Operation *op = handle.getDefiningOp();
  unsigned result = cast<OpResult>(handle).getResultNumber();
  int32_t step = -1;
  if (isa<PhiOp, CallOp>(op)) {
    step = op->getAttrOfType<IntegerAttr>("step").getInt();
  } else if (auto by = dyn_cast<KernelOp>(op)) {
    step = by.getSteps()[by.outputOf(handle)];
    result = 0;
  }
  for (auto original : recipe.getBody().getOps<OriginalOp>())
    if (int32_t(original.getStep()) == step && result < original.getNumResults())
      return original.getResult(result);
  return {};
}

/// The lowest position at which the program may go on with the user's own calls behind the kernel and before `end`, which
/// is at `position`: all behind it are behind it.
static int32_t firstExitBehind(KernelOp kernel, Operation *end, int32_t position) {
  int32_t first = position;
  for (Operation *op = kernel->getNextNode(); op != end; op = op->getNextNode()) {
    auto at = op->getAttrOfType<IntegerAttr>("position");
    if (!at && isa<ReadOp, SortOp, StoreOp, AliasOp>(op))
      at = op->getAttrOfType<IntegerAttr>("step");
    if (auto call = dyn_cast<CallOp>(op); call && call.getFallible())
      at = call.getStepAttr();
    if (at)
      first = std::min<int32_t>(first, at.getInt());
  }
  return first;
}

bool isWantedByUser(KernelOp kernel, Value old, CallOp replaced) {
  Value original = originalOf(old, *entryOf(kernel).getOps<RecipeOp>().begin());
  if (!original)
    return true;
  Operation *terminator = kernel->getBlock()->getTerminator();
  auto branch = dyn_cast<BranchOp>(terminator);
  int32_t end = branch ? int32_t(branch.getStep()) : INT32_MAX;
  int32_t exit = replaced ? firstExitBehind(kernel, replaced, replaced.getStep()) : firstExitBehind(kernel, terminator, end);
  for (Operation *user : original.getUsers()) {
    auto reader = dyn_cast<OriginalOp>(user);
    if (!reader || (replaced && reader.getStep() == replaced.getStep()))
      continue;
    int32_t step = reader.getStep(); // of other blocks: they are looked at as far as the old tensor lives
    // Numbers are there once they were made.
    bool isTensor = reader.getNumResults() == 1 && isa<TensorType, LLVM::LLVMPointerType>(reader.getResult(0).getType());
    if ((step >= exit && step <= end) || (isTensor && lastRecallByUser(kernel, reader) >= exit))
      return true;
  }
  return false;
}

void makeInMemoryOf(KernelOp kernel, Value made, Value candidate) {
  SmallVector<int32_t> modes(kernel.getModes()), reuse(kernel.getReuse());
  unsigned output = kernel.outputOf(made);
  modes[output] = TN_RESULT_REPLACE;
  reuse[output] = kernel.getReplaceable().size();
  kernel.getReplaceableMutable().append(candidate);
  kernel.setModes(modes);
  kernel.setReuse(reuse);
}

static int32_t lastNeedByUser(KernelOp producer, Value tensor) {
  return lastNeedByUser(producer, originalOf(producer, tensor));
}

bool isNeededByUserAfter(KernelOp producer, Value tensor) {
  return lastNeedByUser(producer, tensor) > int32_t(producer.getPosition());
}

/// True if a scope of the user's begins or ends, or unknown code runs, while the user's own calls still need the value:
/// should a guard fail in there, the tensor must belong to the scope that was open when it was made.
static bool crossesScope(Operation *producer, OriginalOp original) {
  int32_t last = lastUseByUser(original);
  for (Operation *op = producer->getNextNode(); op; op = op->getNextNode()) {
    auto call = dyn_cast<CallOp>(op);
    if (call && int32_t(call.getStep()) > last)
      return false;
    if (call && (call.getOpaque() || call.getCallee().starts_with("tn_scope_")))
      return true;
  }
  return false;
}

/// True for a temporary of the workspace that nothing reads behind `kernel` or through an alias. The user's own calls
/// count: they go on from here if a later guard fails, and may be behind what was computed ahead of them; so do those
/// by which they are made again.
static bool diesIn(Value tensor, KernelOp kernel) {
  auto producer = tensor.getDefiningOp<KernelOp>();
  if (!producer || escapes(tensor) || lastNeedByUser(producer, tensor) > int32_t(kernel.getPosition()))
    return false;
  for (Operation *user : tensor.getUsers())
    if (isa<AliasOp>(user) || (user != kernel && !user->isBeforeInBlock(kernel)))
      return false; // all users are in the block, for it does not escape
  return llvm::count(kernel.getInputs(), tensor) == 1 && !llvm::is_contained(kernel.getDestinations(), tensor);
}

/// True if the tensor has an element a row only: smaller than the space of kernels that stretch it.
static bool isRow(Value tensor) {
  auto producer = tensor.getDefiningOp<KernelOp>();
  return producer && cast<StringAttr>(producer.getKinds()[producer.outputOf(tensor)]).getValue() == "row";
}

void PlanResultsPass::plan(KernelOp kernel) {
  SmallVector<int32_t> modes(kernel.getModes()), reuse(kernel.getReuse());
  llvm::SmallDenseSet<unsigned> taken;
  unsigned result = 0;
  for (auto [i, kind] : llvm::enumerate(kernel.getKinds().getAsValueRange<StringAttr>())) {
    if (kind == "store") {
      modes[i] = TN_RESULT_STORE;
      continue;
    }
    Value value = kernel.getResult(result++);
    if (kind == "number")
      continue;
    if (escapes(value) || isBehindBlock(kernel, lastNeedByUser(kernel, value)) ||
        crossesScope(kernel, originalOf(kernel, value))) {
      modes[i] = TN_RESULT_NEW;
      continue;
    }
    modes[i] = TN_RESULT_WORKSPACE;
    if (kind != "element")
      continue;
    // The factors of a product are read until its last element is done.
    unsigned first = kernel.getProduct() ? 2 : 0;
    for (auto [n, input] : llvm::enumerate(kernel.getInputs()))
      if (n >= first && diesIn(input, kernel) && (!isRow(input) || kernel.getInputs().size() == 1) &&
          !taken.contains(n) && getElementTypeOrSelf(input.getType()) == getElementTypeOrSelf(value.getType())) {
        modes[i] = TN_RESULT_REUSE;
        reuse[i] = n;
        taken.insert(n);
        break;
      }
  }
  kernel.setModes(modes);
  kernel.setReuse(reuse);
}

/// A sort runs where the elements are if they are a temporary's that nothing but the sort is still interested in.
void PlanResultsPass::plan(SortOp sort) {
  OriginalOp original = originalOf(sort, sort.getStep());
  if (escapes(sort.getResult()) || isBehindBlock(sort, lastNeedByUser(sort, original)) || crossesScope(sort, original))
    return sort.setMode(TN_RESULT_NEW);
  sort.setMode(TN_RESULT_WORKSPACE);
  Value base = sort.getOperand();
  while (auto alias = base.getDefiningOp<AliasOp>()) {
    if (!base.hasOneUse())
      return;
    base = alias.getOperand();
  }
  auto producer = base.getDefiningOp<KernelOp>();
  if (!producer || escapes(base) || crossesScope(producer, originalOf(producer, base)) ||
      lastNeedByUser(producer, base) > int32_t(sort.getStep()))
    return;
  if (llvm::all_of(base.getUsers(), [&](Operation *user) { return user == sort || user->isBeforeInBlock(sort); }) &&
      llvm::count_if(base.getUsers(), [](Operation *user) { return isa<AliasOp>(user); }) <= 1)
    sort.setMode(TN_RESULT_REUSE);
}

} // namespace tenon
