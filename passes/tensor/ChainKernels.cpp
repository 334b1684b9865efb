// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ChainKernels.cpp - finds kernels that can run one behind the other on a block of rows.
//
//   Before   %s = tenon.kernel inputs(%q, %k) {product, modes = [1]}        ; n x n
//            %p = tenon.kernel inputs(%s) axis -1 {modes = [2]}             ; its softmax
//            %o = tenon.kernel inputs(%p, %v) {product, modes = [0]}
//   After    the same, each with {tenon.chain = 0}, %s and %p {tenon.local = [true]}
//
// A chain is launched as one (tn_rt_launch_chain): temporaries that only its kernels see are then made a block of rows
// at a time, where that is worth it. A kernel takes part if a row of what it computes needs no other row of what came
// before: elementwise kernels, those that reduce the last axis, products for their first factor. A product whose
// factors are the chain's tensors with rows along k, c^T c say, ends a chain: it adds up what the blocks give.
//
// Requires  tenon-plan-results. Ensures  kernels of a chain are neighbours but for transposes that it takes in, and
// leave at one position. Refuses  kernels that store: a store must not have begun when memory runs out.

#include "ChainKernels.h"
#include "Passes.h"
#include "PlanResults.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "tenon/abi.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_CHAINKERNELSPASS
#include "Passes.h.inc"

namespace {

/// Caps: the table's indices are bytes, and the runtime's arrays have an end.
constexpr unsigned maxLinks = 16, maxTensors = 64, maxKernelTensors = 48;

struct ChainKernelsPass : impl::ChainKernelsPassBase<ChainKernelsPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration())
        for (Block &block : function.getBody())
          chainIn(block);
  }
  void chainIn(Block &block);
  void close(SmallVector<KernelOp> members, bool sum);
  unsigned chains = 0;
};

} // namespace

/// A transpose of a kernel's tensor, as the first or second factor of products and nothing else.
static KernelOp transposedFactorOf(AliasOp alias) {
  if (alias.getFunction() != "transpose")
    return {};
  for (Operation *user : alias.getResult().getUsers()) {
    auto kernel = dyn_cast<KernelOp>(user);
    if (!kernel || !kernel.getProduct())
      return {};
    for (auto [i, input] : llvm::enumerate(kernel.getInputs()))
      if (input == alias.getResult() && i != 0)
        return {};
  }
  return alias.getOperand().getDefiningOp<KernelOp>();
}

/// Whether each row of the results is computed from the inputs' rows of the same number, and what has no rows.
static bool goesByRows(KernelOp kernel) {
  if (!kernel.getDestinations().empty() || (kernel.getReduces() && kernel.getAxis().value_or(0) != uint64_t(-1)))
    return false;
  if (kernel->getNumOperands() + kernel->getNumResults() > maxKernelTensors)
    return false;
  for (auto [kind, keepdims] : llvm::zip(kernel.getKinds().getAsValueRange<StringAttr>(), kernel.getKeepdims()))
    if (kind == "number" || (kind == "row" && !keepdims))
      return false;
  return true;
}

Chain Chain::endingIn(KernelOp last) {
  Chain chain;
  auto number = last->getAttrOfType<IntegerAttr>(chainAttribute);
  if (!number)
    return chain;
  SmallVector<KernelOp> kernels;
  for (Operation *op = last; op && op->getAttr(chainAttribute) == number; op = op->getPrevNode())
    if (auto kernel = dyn_cast<KernelOp>(op))
      kernels.push_back(kernel);
  llvm::DenseSet<Value> local;
  for (KernelOp kernel : llvm::reverse(kernels)) {
    Link &link = chain.links.emplace_back();
    link.kernel = kernel;
    auto place = [](SetVector<Value> &all, Value value) {
      all.insert(value);
      return uint8_t(llvm::find(all, value) - all.begin());
    };
    for (auto [i, input] : llvm::enumerate(kernel.getInputs())) {
      auto alias = input.getDefiningOp<AliasOp>();
      bool transposed = alias && alias->hasAttr(chainAttribute);
      link.transposed |= unsigned(transposed) << i;
      link.tensors.push_back(place(chain.tensors, transposed ? alias.getOperand() : input));
    }
    for (Value scalar : kernel.getScalars())
      link.scalars.push_back(place(chain.scalars, scalar));
    ArrayRef<bool> isLocal = kernel->getAttrOfType<DenseBoolArrayAttr>(localAttribute).asArrayRef();
    for (auto [result, mine] : llvm::zip(kernel.getResults(), isLocal)) {
      link.tensors.push_back(place(chain.tensors, result));
      if (mine)
        local.insert(result);
    }
  }
  for (Value tensor : chain.tensors)
    chain.local.push_back(local.contains(tensor));
  chain.sum = last->hasAttr(sumAttribute);
  return chain;
}

/// Marks the members that belong together, if there is something between them that need not be there as a whole.
void ChainKernelsPass::close(SmallVector<KernelOp> members, bool sum) {
  llvm::SmallDenseSet<Operation *> inside;
  DenseMap<Operation *, SmallVector<bool>> locals;
  DenseSet<Operation *> transposes;
  bool changed = true;
  while (changed && members.size() > 1) {
    changed = false;
    inside.clear();
    inside.insert(members.begin(), members.end());
    locals.clear();
    transposes.clear();
    DenseSet<Value> local;
    for (KernelOp kernel : members) {
      SmallVector<bool> &mine = locals[kernel];
      for (auto [i, result] : llvm::enumerate(kernel.getResults())) {
        bool isLocal = kernel.getModes()[i] != TN_RESULT_NEW && !isNeededByUserAfter(kernel, result);
        SmallVector<Operation *> aliases;
        for (Operation *user : result.getUsers()) {
          auto alias = dyn_cast<AliasOp>(user);
          if (alias && sum && transposedFactorOf(alias) == kernel &&
              llvm::all_of(alias.getResult().getUsers(), [&](Operation *last) { return last == members.back(); }))
            aliases.push_back(alias);
          else
            isLocal &= inside.contains(user);
        }
        if (isLocal) {
          local.insert(result);
          transposes.insert(aliases.begin(), aliases.end());
        }
        mine.push_back(isLocal);
      }
    }
    // Only what makes or takes a local tensor gains by being there.
    auto gains = [&](KernelOp kernel) {
      auto isLocal = [&](Value value) {
        auto alias = value.getDefiningOp<AliasOp>();
        return local.contains(alias && transposes.contains(alias) ? alias.getOperand() : value);
      };
      return llvm::any_of(kernel.getInputs(), isLocal) || llvm::any_of(kernel.getResults(), isLocal);
    };
    if (!gains(members.back()) || !gains(members.front())) {
      sum &= gains(members.back());
      members.erase(gains(members.back()) ? members.begin() : members.end() - 1);
      changed = true;
    }
  }
  if (members.size() < 2)
    return;
  // A transpose that is not taken in reads a tensor of the chain before it is there.
  for (KernelOp kernel : members)
    for (Value result : kernel.getResults())
      for (Operation *user : result.getUsers())
        if (isa<AliasOp>(user) && !transposes.contains(user) && user->getBlock() == members.back()->getBlock() &&
            user->isBeforeInBlock(members.back()))
          return;
  Builder b(&getContext());
  Attribute number = b.getI32IntegerAttr(chains);
  SmallVector<Operation *> marked(members.begin(), members.end());
  llvm::append_range(marked, transposes);
  for (Operation *op : marked)
    op->setAttr(chainAttribute, number);
  for (KernelOp kernel : members)
    kernel->setAttr(localAttribute, b.getDenseBoolArrayAttr(locals[kernel]));
  if (sum)
    members.back()->setAttr(sumAttribute, b.getUnitAttr());
  if (Chain::endingIn(members.back()).tensors.size() > maxTensors) {
    for (Operation *op : marked)
      for (StringRef name : {chainAttribute, localAttribute, sumAttribute})
        op->removeAttr(name);
    return;
  }
  // What stands between them goes ahead of them; it needs none of their results.
  for (Operation *op = members.front(); op != members.back();) {
    Operation *next = op->getNextNode();
    if (!op->hasAttr(chainAttribute))
      op->moveBefore(members.front());
    op = next;
  }
  ++chains;
}

void ChainKernelsPass::chainIn(Block &block) {
  SmallVector<KernelOp> members;
  auto end = [&](bool sum) {
    close(members, sum);
    members.clear();
  };
  /// Whether the value is a member's, or a transpose of one.
  auto isMembers = [&](Value value) {
    if (auto alias = value.getDefiningOp<AliasOp>())
      value = alias.getOperand();
    Operation *producer = value.getDefiningOp();
    return producer && llvm::is_contained(members, producer);
  };
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto kernel = dyn_cast<KernelOp>(op);
    if (!kernel) {
      bool needsMembers = llvm::any_of(op.getOperands(), isMembers);
      auto alias = dyn_cast<AliasOp>(op);
      bool goesAhead = (alias || isa<NumberOp>(op) || isMemoryEffectFree(&op)) && !needsMembers;
      bool takenIn = alias && transposedFactorOf(alias);
      if (!goesAhead && !takenIn)
        end(false);
      continue;
    }
    if (!members.empty() && (members.front().getPosition() != kernel.getPosition() || members.size() >= maxLinks))
      end(false);
    bool byRows = goesByRows(kernel);
    if (byRows && kernel.getProduct()) {
      bool transposedFirst = kernel.getInputs()[0].getDefiningOp<AliasOp>() && isMembers(kernel.getInputs()[0]);
      bool sumsFirst = transposedFirst || !isMembers(kernel.getInputs()[0]);
      if (isMembers(kernel.getInputs()[1]) || transposedFirst) {
        // Its factors' rows are the members' rows; what follows an element of the product must not be one of theirs.
        bool restIsFree = llvm::none_of(kernel.getInputs().drop_front(2), isMembers);
        if (sumsFirst && restIsFree) {
          members.push_back(kernel);
          end(true);
          continue;
        }
        end(false);
      }
    }
    if (!byRows) {
      end(false);
      continue;
    }
    members.push_back(kernel);
  }
  end(false);
}

} // namespace tenon
