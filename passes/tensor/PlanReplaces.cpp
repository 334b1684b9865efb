// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanReplaces.cpp - tn_replace(&w, f(w)) in w's own memory.
//
//   Before   %1 = tenon.kernel inputs(%w, %g) ... {modes = [0]}
//            %2 = tenon.call @tn_replaced_(%w, %1)
//   After    %c = tenon.replaceable %w others(%g) {scoped}
//            %1 = tenon.kernel inputs(%w, %g) replacing(%c) ... {modes = [4]}
//            %2 = tenon.call @tn_replaced_(%w, %1) {tenon.in_place}
//
// The program may read the old tensor until the scope that was open at its tn_replace ends, by whatever name, so all
// that the region reads until then is looked at: tensors that kernels make in between are others; of those that were
// there before, the runtime is asked (tn_rt_replaceable). The user's own calls, which go on where a guard fails, must
// not need the old elements either. Requires  tenon-plan-results, tenon-chain-kernels (chains make new tensors).
// Refuses  what the region does not see the end of, and user code in between that may read the elements.

#include "ChainKernels.h"
#include "Passes.h"
#include "PlanResults.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/TypeUtilities.h"
#include "tenon/abi.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_PLANREPLACESPASS
#include "Passes.h.inc"

namespace {

/// One kernel result that is handed to a tn_replace, and what the region does until the old tensor's end.
class Replacement {
public:
  Replacement(KernelOp kernel, Value made, CallOp replaced, DominanceInfo &dominance)
      : kernel(kernel), made(made), replaced(replaced), old(handleOf(replaced.getOperand(0))), dominance(dominance) {}

  /// Makes the plan; where there is none, why not, in words for the user.
  bool plan(std::string &out_why);

private:
  enum Verdict { Harmless, End, Seen };
  static constexpr unsigned mostOthers = 8;

  bool isFree(std::string &out_why);
  bool endsUnseen(bool toScopeEnd, std::string &out_why);
  Verdict look(Operation &op, bool straight, bool toScopeEnd, std::string &out_why);
  bool mayRead(Value value, bool straight);
  bool isOpenAtKernel(Value mark);

  KernelOp kernel;
  Value made;
  CallOp replaced;
  Value old; ///< the handle
  DominanceInfo &dominance;
  llvm::SetVector<Value> others;
  bool behindReplace = false;
};

struct PlanReplacesPass : impl::PlanReplacesPassBase<PlanReplacesPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration())
        continue;
      DominanceInfo dominance(function);
      SmallVector<CallOp> calls;
      function.walk([&](CallOp call) {
        if (call.getCallee() == "tn_replaced_")
          calls.push_back(call);
      });
      for (CallOp call : calls)
        plan(call, dominance);
    }
  }
  void plan(CallOp call, DominanceInfo &dominance);
};

} // namespace

static bool isHandle(Value value) { return isa<TensorType, LLVM::LLVMPointerType>(value.getType()); }

static bool isScopeCall(Operation &op) {
  auto call = dyn_cast<CallOp>(op);
  return call && call.getCallee().starts_with("tn_scope_");
}

/// Whether the new value and the old one are for this kernel and this tn_replace alone.
bool Replacement::isFree(std::string &out_why) {
  for (Operation *user : made.getUsers()) {
    bool reads = isa<KernelOp, ElementOp, ReadOp, NumberOp, AliasOp>(user);
    if (user != replaced && (!reads || user->getBlock() != kernel->getBlock() || replaced->isBeforeInBlock(user))) {
      out_why = "the new value is used under another name, too";
      return false;
    }
  }
  for (auto [i, input] : llvm::enumerate(kernel.getInputs())) {
    if (rootOf(input) != old)
      continue;
    if (kernel.getProduct() && i < 2) {
      out_why = "the product reads all of the old value for each row of the new one";
      return false;
    }
    if (auto alias = input.getDefiningOp<AliasOp>()) {
      out_why = ("the old value is read in another order, by tn_" + alias.getFunction()).str();
      return false;
    }
  }
  if (isWantedByUser(kernel, old, replaced)) {
    out_why = "the old value is wanted again where a check of the compiled code fails";
    return false;
  }
  return true;
}

/// Whether the elements of the old tensor may be this value's. `straight`: it is read whenever the kernel has run, so
/// that it is a tensor already if it is there already, and the runtime can be asked.
bool Replacement::mayRead(Value value, bool straight) {
  Value root = rootOf(value);
  if (root == old)
    return true;
  if (root == made || root == replaced.getResult(0))
    return false;
  Operation *producer = root.getDefiningOp();
  bool isBefore = dominance.properlyDominates(root, kernel);
  if (producer && isa<KernelOp, SortOp>(producer)) {
    // New memory, or that of a tensor whose own plan looked at what is read here.
    Operation *origin = old.getDefiningOp();
    bool isOlder = !origin || isa<PhiOp>(origin);
    if (!isBefore || (isOlder && producer->getBlock() == kernel->getBlock()))
      return false;
  }
  if (!isBefore || !straight)
    return true;
  others.insert(root);
  return others.size() > mostOthers;
}

/// Whether the mark is that of a scope which was open when the kernel ran.
bool Replacement::isOpenAtKernel(Value mark) {
  auto begin = mark.getDefiningOp<CallOp>();
  if (!begin || begin.getCallee() != "tn_scope_begin" || !dominance.properlyDominates(begin.getOperation(), kernel))
    return false;
  // An end of it elsewhere leads past its begin, if to the kernel at all.
  llvm::SmallPtrSet<Block *, 16> seen;
  SmallVector<Block *> work;
  for (Operation *user : mark.getUsers()) {
    auto end = dyn_cast<CallOp>(user);
    if (!end || (end.getCallee() != "tn_scope_end" && end.getCallee() != "tn_keep_in"))
      return false;
    if (end.getCallee() == "tn_keep_in")
      continue;
    if (end->getBlock() == kernel->getBlock() && end->isBeforeInBlock(kernel))
      return false;
    llvm::append_range(work, end->getBlock()->getSuccessors());
  }
  while (!work.empty()) {
    Block *block = work.pop_back_val();
    if (block == begin->getBlock() || !seen.insert(block).second)
      continue;
    if (block == kernel->getBlock())
      return false;
    llvm::append_range(work, block->getSuccessors());
  }
  return true;
}

Replacement::Verdict Replacement::look(Operation &op, bool straight, bool toScopeEnd, std::string &out_why) {
  auto seen = [&](const char *why) {
    out_why = why;
    return Seen;
  };
  constexpr const char *readAgain = "the old value is read again, or what may be it by another name";
  if (&op == replaced) {
    behindReplace = true;
    return toScopeEnd ? Harmless : End;
  }
  if (isa<TensorOp, ReplaceableOp, ReleaseOp, PhiOp>(op))
    return Harmless; // reads no element
  if (isa<ExitOp>(op))
    return seen("the old value stays readable until a scope ends, and the function is left before");
  auto call = dyn_cast<CallOp>(op);
  if (call && !call.getCallee().starts_with("tn_")) { // the user's code
    if (call.getOpaque() || call->hasAttr(readsAttribute))
      return seen("code runs that may read the old value, before a scope ends");
    return llvm::is_contained(op.getOperands(), old) ? seen(readAgain) : Harmless;
  }
  if (call && call.getCallee() == "tn_scope_end" && behindReplace && isOpenAtKernel(call.getOperand(0)))
    return End;
  if (isScopeCall(op))
    return behindReplace ? Harmless : seen("a scope begins or ends before tn_replace");
  bool handles =
      call && llvm::is_contained({"tn_replaced_", "tn_keep", "tn_keep_in", "tn_own", "tn_free"}, call.getCallee());
  for (Value operand : op.getOperands()) {
    if (!isHandle(operand))
      continue;
    if (call && !handles && !isa<TensorType>(operand.getType()))
      return seen("a call reads tensors that are not known"); // a list of them, say
    if (mayRead(operand, straight))
      return seen(readAgain);
  }
  return Harmless;
}

/// Whether nothing may read the old elements from the kernel on until the old tensor's end: the tn_replace, or the end
/// of a scope that was open at it.
bool Replacement::endsUnseen(bool toScopeEnd, std::string &out_why) {
  behindReplace = false;
  others.clear();
  SmallVector<Block *> work;
  llvm::SmallPtrSet<Block *, 16> seen{kernel->getBlock()};
  /// Looks at the ops from this one to the end of its block.
  auto goThrough = [&](Block::iterator op, Block *block) {
    for (; op != block->end(); ++op) {
      Verdict verdict = look(*op, block == kernel->getBlock(), toScopeEnd, out_why);
      if (verdict != Harmless)
        return verdict == End;
    }
    for (Block *next : block->getSuccessors()) {
      if (next == kernel->getBlock() || next == old.getParentBlock()) {
        out_why = "a turn of the loop ends, and no scope with it: the old value stays readable";
        return false;
      }
      if (seen.insert(next).second)
        work.push_back(next);
    }
    return true;
  };
  if (!goThrough(std::next(kernel->getIterator()), kernel->getBlock()))
    return false;
  while (!work.empty()) {
    Block *block = work.pop_back_val();
    if (!goThrough(block->begin(), block))
      return false;
  }
  return true;
}

bool Replacement::plan(std::string &out_why) {
  std::string ignored;
  if (!isFree(out_why))
    return false;
  bool scoped = endsUnseen(/*toScopeEnd=*/true, out_why);
  if (!scoped && !endsUnseen(/*toScopeEnd=*/false, ignored))
    return false;

  OpBuilder b(kernel);
  Value candidate = ReplaceableOp::create(b, replaced.getLoc(), LLVM::LLVMPointerType::get(b.getContext()), old,
                                          others.getArrayRef(), Value(), scoped ? b.getUnitAttr() : UnitAttr());
  makeInMemoryOf(kernel, made, candidate);
  return scoped;
}

void PlanReplacesPass::plan(CallOp call, DominanceInfo &dominance) {
  Value made = call.getOperand(1);
  auto kernel = made.getDefiningOp<KernelOp>();
  if (!kernel || kernel->hasAttr(chainAttribute) || kernel->getBlock() != call->getBlock())
    return;
  std::string why;
  if (Replacement(kernel, made, call, dominance).plan(why))
    call->setAttr(inPlaceAttribute, UnitAttr::get(&getContext()));
  else
    call->setAttr(notInPlaceAttribute, StringAttr::get(&getContext(), why));
}

} // namespace tenon
