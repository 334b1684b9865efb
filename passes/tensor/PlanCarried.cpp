// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanCarried.cpp - w = f(w) in a loop: what the turn before made ends where this one's has taken its place.
//
//   Before   ^head(%a):  %w = tenon.phi %a                       ; %init, or %1 of the turn before
//            ^body:      %1 = tenon.kernel inputs(%w, %g) ... {modes = [0]}
//                        tenon.branch [^head(%1)]
//   After    ^body:      %c = tenon.replaceable %w unless(%init)
//                        %1 = tenon.kernel inputs(%w, %g) replacing(%c) ... {modes = [4]}
//                        tenon.release %c for %1
//
// The program could go on using the old tensor until its scope ends, under another name; here the region sees that it
// does not. Where the kernel reads the old tensor in another order, it makes a new one, and the old one's memory is free
// for the next turn: two buffers take turns. The first turn's tensor belongs to somebody else and is left alone.
//
// Requires  tenon-plan-results, tenon-chain-kernels. Refuses  values that calls get, that several kernels
// make, or that live on under another name.

#include "ChainKernels.h"
#include "Passes.h"
#include "PlanResults.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "tenon/abi.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_PLANCARRIEDPASS
#include "Passes.h.inc"

namespace {

/// A variable of a loop that each turn makes anew.
class Carried {
public:
  Carried(PhiOp phi, DominanceInfo &dominance) : phi(phi), head(phi->getBlock()), dominance(dominance) {}
  void plan();

private:
  bool findSources();
  bool addSource(Value value);
  void findBlocks();
  bool isOnlyRead(Value value, bool early);
  bool onlyLeavesOrReturns(BranchOp branch, Value value);
  bool isReadInOrder();

  PhiOp phi;
  Block *head;
  DominanceInfo &dominance;
  Value init; ///< what the first turn begins with
  Value made; ///< a turn's new value
  KernelOp kernel;
  llvm::SetVector<Value> joins; ///< the old value or the new one, where control flow meets within a turn
  llvm::SmallPtrSet<Block *, 16> loop;   ///< its blocks
  llvm::SmallPtrSet<Block *, 16> behind; ///< what may run behind the kernel's block before the head does again
};

struct PlanCarriedPass : impl::PlanCarriedPassBase<PlanCarriedPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration())
        continue;
      DominanceInfo dominance(function);
      SmallVector<PhiOp> phis;
      function.walk([&](PhiOp phi) { phis.push_back(phi); });
      for (PhiOp phi : phis)
        if (isa<LLVM::LLVMPointerType>(phi.getResult().getType()))
          Carried(phi, dominance).plan();
    }
  }
};

} // namespace

/// Goes through what comes to a block's argument, and from where, as long as it is told to.
static bool forEachSource(PhiOp phi, llvm::function_ref<bool(Value, Block *)> visit) {
  Block *block = phi->getBlock();
  unsigned number = cast<BlockArgument>(phi.getArgument()).getArgNumber();
  for (auto edge = block->pred_begin(); edge != block->pred_end(); ++edge) {
    auto branch = dyn_cast<BranchOp>((*edge)->getTerminator());
    if (!branch || !visit(branch.getSuccessorOperands(edge.getSuccessorIndex())[number], *edge))
      return false;
  }
  return true;
}

/// A value that a turn leaves: the one that it began with, one kernel's result, or either.
bool Carried::addSource(Value value) {
  auto join = value.getDefiningOp<PhiOp>();
  if (!join) {
    if (made && made != value)
      return false;
    made = value;
    return true;
  }
  if (join == phi || !joins.insert(value))
    return true;
  if (!dominance.properlyDominates(head, join->getBlock()))
    return false;
  return forEachSource(join, [&](Value source, Block *) { return addSource(source); });
}

/// What comes with the edges to the head: one value from outside, and what turns leave.
bool Carried::findSources() {
  auto add = [&](Value value, Block *from) {
    if (dominance.dominates(head, from)) {
      loop.insert(from);
      return addSource(value);
    }
    bool isOne = !init || init == value;
    init = value;
    return isOne;
  };
  if (!forEachSource(phi, add) || !init || !made || !dominance.dominates(init, phi))
    return false;
  kernel = made.getDefiningOp<KernelOp>();
  if (!kernel || kernel->hasAttr(chainAttribute) || !dominance.dominates(head, kernel->getBlock()))
    return false;
  unsigned output = kernel.outputOf(made);
  return cast<StringAttr>(kernel.getKinds()[output]).getValue() == "element" && kernel.getModes()[output] == TN_RESULT_NEW;
}

void Carried::findBlocks() {
  SmallVector<Block *> work(loop.begin(), loop.end());
  loop.insert(head);
  while (!work.empty()) {
    Block *block = work.pop_back_val();
    if (block != head)
      for (Block *before : block->getPredecessors())
        if (loop.insert(before).second)
          work.push_back(before);
  }
  work.push_back(kernel->getBlock());
  while (!work.empty())
    for (Block *next : work.pop_back_val()->getSuccessors())
      if (next != head && behind.insert(next).second)
        work.push_back(next);
}

/// Whether the branch hands the value on as this variable, and else only out of the loop.
bool Carried::onlyLeavesOrReturns(BranchOp branch, Value value) {
  for (unsigned target = 0; target < branch->getNumSuccessors(); ++target) {
    SuccessorOperands operands = branch.getSuccessorOperands(target);
    Block *to = branch->getSuccessor(target);
    if (!loop.contains(to))
      continue;
    for (unsigned i = 0; i < operands.size(); ++i) {
      BlockArgument argument = to->getArgument(i);
      bool isSame = argument == phi.getArgument() || llvm::any_of(joins, [&](Value join) {
                      return join.getDefiningOp<PhiOp>().getArgument() == argument;
                    });
      if (operands[i] == value && !isSame)
        return false;
    }
  }
  return true;
}

/// Whether nobody gets the value, by any name, but readers of its elements, this variable, and what is behind the loop.
/// `early`: and nobody behind the kernel.
bool Carried::isOnlyRead(Value value, bool early) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    bool isBehind = user->getBlock() == kernel->getBlock() ? kernel->isBeforeInBlock(user) : behind.contains(user->getBlock());
    if (early && isBehind)
      return false;
    if (isa<TensorOp, AliasOp>(user))
      return isOnlyRead(user->getResult(0), early);
    if (auto branch = dyn_cast<BranchOp>(user))
      return onlyLeavesOrReturns(branch, value);
    return isa<KernelOp, ElementOp, ReadOp, SortOp, StoreOp, ExitOp>(user); // who else gets the handle may keep it
  });
}

/// Whether each element of the old value is read for the new one's of the same place alone.
bool Carried::isReadInOrder() {
  for (auto [i, input] : llvm::enumerate(kernel.getInputs()))
    if (rootOf(input) == phi.getResult() && (input.getDefiningOp<AliasOp>() || (kernel.getProduct() && i < 2)))
      return false;
  return true;
}

void Carried::plan() {
  if (!findSources())
    return;
  findBlocks();
  if (!loop.contains(kernel->getBlock()) || behind.contains(kernel->getBlock()) ||
      !isOnlyRead(phi.getResult(), /*early=*/true) || !isOnlyRead(made, /*early=*/false) ||
      !llvm::all_of(joins, [&](Value join) { return isOnlyRead(join, /*early=*/false); }) ||
      isWantedByUser(kernel, phi.getResult(), CallOp()))
    return;
  OpBuilder b(kernel);
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value candidate =
      ReplaceableOp::create(b, kernel.getLoc(), pointer, phi.getResult(), ValueRange(), init, /*scoped=*/UnitAttr());
  if (isReadInOrder())
    makeInMemoryOf(kernel, made, candidate);
  b.setInsertionPointAfter(kernel);
  ReleaseOp::create(b, kernel.getLoc(), candidate, made);
}

} // namespace tenon
