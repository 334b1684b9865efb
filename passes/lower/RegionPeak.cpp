// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RegionPeak.cpp - how much memory the tensors of a region take at once, at most, on any way through it.
//
// Follows the blocks of the planned program (PlanResults, ChainKernels). Temporaries are there from their kernel on
// until their block ends, or until the program's own code runs that may use the workspace; new tensors until the scope
// that they belong to ends, which the calls of tn_scope_begin, tn_scope_end, tn_replace, tn_keep and so on tell. Where
// blocks meet, the larger of what each has is what is there: the result is a bound, and exact where all sizes are
// numbers and the largest way is taken. What a loop leaves behind in each turn is said, not counted.

#include "RegionPeak.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "region/Ops.h"
#include "tenon/abi.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/InstIterator.h"

using namespace mlir;

namespace tenon {
namespace {

/// What is in memory at a point of the program.
struct Held {
  SmallVector<WrittenBytes> scopes{
      1}; ///< new tensors, by scope; the first is the one that is open where the region begins
  WrittenBytes temporaries;

  WrittenBytes fresh() const {
    WrittenBytes sum;
    for (const WrittenBytes &scope : scopes)
      sum.add(scope);
    return sum;
  }
  void meet(const Held &other) {
    while (scopes.size() > other.scopes.size()) // not closed on all ways
      closeInto(scopes.size() - 2);
    for (auto [mine, theirs] : llvm::zip(scopes, other.scopes))
      mine.raiseTo(theirs);
    temporaries.raiseTo(other.temporaries);
  }
  void closeInto(size_t outer) {
    WrittenBytes inner = scopes.pop_back_val();
    scopes[outer].add(inner);
  }
};

class PeakFinder {
public:
  PeakFinder(const Region &region, RegionSizes &sizes) : region(region), sizes(sizes) {}
  void run(func::FuncOp function);
  std::string text() const;

private:
  void visit(Operation &op, Held &held);
  void visitCall(CallOp call, Held &held);
  void note(const Held &held);
  /// The scope that a handle's tensor is in, or -1: further out, or not known.
  int scopeOf(Value handle);
  int scopeOfInput(Value handle);
  Type elementOf(Value tensor) const {
    return isa<TensorType>(tensor.getType()) ? getElementTypeOrSelf(tensor.getType()) : Type();
  }
  bool makesTensor(CallOp call) const;

  const Region &region;
  RegionSizes &sizes;
  DenseMap<Value, int> madeIn;     ///< scope, of what kernels and calls made
  DenseMap<Value, size_t> depthOf; ///< of the marks of scopes: scopes that were open before
  WrittenBytes peak, peakFresh, peakTemporaries;
  bool grows = false, byBlocks = false, replaces = false;
  std::optional<bool> opensScopes; ///< the function, beside the region
};

} // namespace

void PeakFinder::note(const Held &held) {
  WrittenBytes fresh = held.fresh(), all = fresh;
  all.add(held.temporaries);
  if (all.isWithin(peak))
    return;
  // Its parts are those of one moment where that is the largest in all.
  bool larger = peak.isWithin(all);
  peak.raiseTo(all);
  if (larger)
    peakFresh = fresh, peakTemporaries = held.temporaries;
  else
    peakFresh.raiseTo(fresh), peakTemporaries.raiseTo(held.temporaries);
}

int PeakFinder::scopeOf(Value handle) {
  std::optional<int> scope;
  llvm::SmallPtrSet<Operation *, 8> seen;
  SmallVector<Value> work{handle};
  while (!work.empty()) {
    Value value = work.pop_back_val();
    if (auto tensor = value.getDefiningOp<TensorOp>())
      value = tensor.getHandle();
    auto made = madeIn.find(value);
    if (auto call = value.getDefiningOp<CallOp>(); call && made == madeIn.end() && call.getCallee() == "tn_replaced_")
      continue; // of a loop's turn: where the first is
    auto phi = value.getDefiningOp<PhiOp>();
    if (!phi) {
      int one = made == madeIn.end() ? scopeOfInput(value) : made->second;
      scope = scope.value_or(one) == one ? one : -1;
      continue;
    }
    auto argument = dyn_cast<BlockArgument>(phi.getArgument());
    if (!argument)
      return -1;
    if (!seen.insert(phi).second)
      continue;
    for (Block *from : argument.getOwner()->getPredecessors())
      if (auto branch = dyn_cast<BranchOp>(from->getTerminator()))
        for (auto [target, handed] : llvm::zip(branch.getTargets(), branch.getTargetOperands()))
          if (target == argument.getOwner())
            work.push_back(handed[argument.getArgNumber()]);
  }
  return scope.value_or(-1);
}

/// The scope of what comes into the region: the one that is open there if the function has made it and opens no other.
int PeakFinder::scopeOfInput(Value handle) {
  auto opOf = [](const llvm::Instruction &inst) {
    auto *call = dyn_cast<llvm::CallInst>(&inst);
    const llvm::Function *callee = call ? call->getCalledFunction() : nullptr;
    return callee ? callee->getFnAttribute(opAttribute).getValueAsString() : StringRef();
  };
  auto *made = dyn_cast_or_null<llvm::Instruction>(sizes.llvmValueOf(handle));
  const OpRow *row = made ? findRow(opOf(*made)) : nullptr;
  if (!row || row->cls == OpClass::Handle)
    return -1;
  if (!opensScopes)
    opensScopes = llvm::any_of(llvm::instructions(*region.host), [&](const llvm::Instruction &inst) {
      return opOf(inst) == "scope_begin" && !region.stepOf.contains(&inst);
    });
  return *opensScopes ? -1 : 0;
}

/// A tensor function that stays a call and makes a tensor with memory of its own.
bool PeakFinder::makesTensor(CallOp call) const {
  const Step &step = region.steps[call.getStep()];
  const OpRow *row = step.op ? rowOf(*step.op) : nullptr;
  if (!row || call->getNumResults() != 1 || !step.op->getType()->isPointerTy())
    return false;
  bool isView = row->name == "view" || row->name == "view_const" || row->name == "view_strided" || row->name == "none";
  return !isView && row->cls != OpClass::Handle && row->cls != OpClass::State && row->cls != OpClass::Read &&
         row->lowering != Lowering::Scalar;
}

void PeakFinder::visitCall(CallOp call, Held &held) {
  StringRef name = call.getCallee();
  int top = held.scopes.size() - 1;
  if (call.getOpaque()) // it leaves the workspace, and the scopes as they are
    held.temporaries = {};
  if (name == "tn_scope_begin") {
    depthOf[call.getResult(0)] = held.scopes.size();
    held.scopes.emplace_back();
  } else if (name == "tn_scope_end") {
    auto mark = depthOf.find(call.getOperand(0));
    if (mark != depthOf.end())
      while (held.scopes.size() > mark->second)
        held.scopes.pop_back();
  } else if (name == "tn_replaced_") {
    Value old = call.getOperand(0), made = call.getOperand(1);
    int outer = std::min(scopeOf(old), top), inner = scopeOf(made);
    auto shape = sizes.shapeOf(made), oldShape = sizes.shapeOf(old);
    Type element = elementOf(call.getResult(0));
    if (inner != top) { // what lives further out is copied
      held.scopes[std::max(outer, 0)].add(shape, element);
      note(held);
    } else if (outer == inner) { // the old one ends
      auto isOutside = sizes.llvmValueOf(old) && !old.getDefiningOp<PhiOp>();
      if (!isOutside)
        held.scopes[inner].remove(oldShape ? oldShape : shape, element);
    } else if (!(oldShape == shape)) { // they change places
      held.scopes[std::max(outer, 0)].add(shape, element);
      held.scopes[inner].remove(shape, element);
      held.scopes[inner].add(oldShape, element);
    }
    madeIn[call.getResult(0)] = outer;
  } else if (name == "tn_keep" || name == "tn_keep_in" || name == "tn_own") {
    Value tensor = call.getOperand(name == "tn_keep_in" ? 1 : 0);
    int from = std::min(scopeOf(tensor), top), to = name == "tn_keep" ? std::max(from - 1, 0) : 0;
    if (name == "tn_keep_in")
      if (auto mark = depthOf.find(call.getOperand(0)); mark != depthOf.end())
        to = std::min<int>(mark->second, top);
    if (from > to && (name != "tn_keep" || from == top)) {
      held.scopes[from].remove(sizes.shapeOf(tensor), elementOf(call.getResult(0)));
      held.scopes[to].add(sizes.shapeOf(tensor), elementOf(call.getResult(0)));
      madeIn[tensor] = to;
    }
    madeIn[call.getResult(0)] = std::min(from, to);
  } else if (name == "tn_free") {
    if (int from = std::min(scopeOf(call.getOperand(0)), top); from >= 0)
      held.scopes[from].remove(sizes.shapeOf(call.getOperand(0)), elementOf(call.getOperand(0)));
  } else if (makesTensor(call)) {
    held.scopes[top].add(sizes.shapeOf(call.getResult(0)), elementOf(call.getResult(0)));
    madeIn[call.getResult(0)] = top;
    note(held);
  }
}

void PeakFinder::visit(Operation &op, Held &held) {
  int top = held.scopes.size() - 1;
  if (auto kernel = dyn_cast<KernelOp>(op)) {
    held.temporaries.add(sizes.temporariesOf(kernel, false));
    WrittenBytes replacing = sizes.replacingTensorsOf(kernel); // the runtime may have to make them
    replaces |= replacing.any();
    held.scopes[top].add(sizes.newTensorsOf(kernel));
    held.scopes[top].add(replacing);
    for (Value result : kernel.getResults())
      madeIn[result] = top;
    WrittenBytes local = sizes.temporariesOf(kernel, true);
    byBlocks |= local.any();
    held.temporaries.add(local);
    note(held);
  } else if (auto sort = dyn_cast<SortOp>(op)) {
    if (sort.getMode() == TN_RESULT_NEW)
      held.scopes[top].add(sizes.shapeOf(sort.getResult()), elementOf(sort.getResult()));
    else if (sort.getMode() == TN_RESULT_WORKSPACE)
      held.temporaries.add(sizes.shapeOf(sort.getResult()), elementOf(sort.getResult()));
    madeIn[sort.getResult()] = top;
    note(held);
  } else if (auto call = dyn_cast<CallOp>(op)) {
    visitCall(call, held);
  }
}

void PeakFinder::run(func::FuncOp function) {
  llvm::ReversePostOrderTraversal<::mlir::Region *> order(&function.getBody());
  DenseMap<Block *, Held> entry;
  llvm::SmallPtrSet<Block *, 8> done;
  entry[*order.begin()] = Held();
  for (Block *block : order) {
    Held held = entry.lookup(block);
    done.insert(block);
    for (Operation &op : *block)
      visit(op, held);
    held.temporaries = {};
    for (Block *next : block->getSuccessors()) {
      auto known = entry.find(next);
      if (known == entry.end())
        entry.insert({next, held});
      else if (!done.contains(next))
        known->second.meet(held);
      else if (!held.fresh().isWithin(known->second.fresh())) // a loop's turn left something
        grows = true;
    }
  }
}

std::string PeakFinder::text() const {
  std::string all = peak.text();
  bool known = !StringRef(all).starts_with("of");
  std::string text = known ? "memory of the region: at most " + all + " at once" : "memory of the region: " + all;
  if (!peak.any())
    return "memory of the region: none";
  if (known)
    text += " (new tensors: " + peakFresh.text() + "; temporaries: " + peakTemporaries.text() + ")";
  if (byBlocks)
    text += "; less where they are made by blocks of rows";
  if (replaces)
    text += "; less where tn_replace is in place";
  if (grows)
    text += "; perhaps more with each turn of a loop that has no scope";
  return text;
}

std::string describePeak(const Region &region, ModuleOp module, RegionSizes &sizes) {
  PeakFinder finder(region, sizes);
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isDeclaration() && function.getName() == region.name)
      finder.run(function);
  return finder.text();
}

} // namespace tenon
