// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CheckInPlace.cpp - `#pragma tenon inplace`: holds a region's plan against the promise that tn_replace(&x, f(x)) and
// tn_store(x, f(x)) write x's own memory, element by element, and says of each that does not what is in the way.
//
// Requires  tenon-plan-results: kernels that write into what is stored to have it as a destination; a call of
// tn_replaced_ that was planned in place carries inPlaceAttribute, one that was looked at and was not may carry
// notInPlaceAttribute.

#include "CheckInPlace.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "region/FormRegions.h"
#include "region/Ops.h"
#include "tensor/PlanResults.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace tenon {
namespace {

class InPlaceCheck {
public:
  InPlaceCheck(const Region &region, SmallVectorImpl<Remark> &remarks) : region(region), remarks(remarks) {}
  void check(CallOp replaced);
  void check(KernelOp kernel, unsigned destination, int32_t step);
  void check(StoreOp store);

private:
  void fail(int32_t step, const Twine &why) {
    remarks.push_back({false, "InPlace", why.str(), unsigned(step), false, true});
  }
  std::string lineOf(Operation *op) const;
  std::string whyNot(KernelOp kernel, Value old) const;

  const Region &region;
  SmallVectorImpl<Remark> &remarks;
};

} // namespace

/// Whether a value is made, in the region, of `old`.
static bool dependsOn(Value value, Value old) {
  llvm::SmallPtrSet<Operation *, 16> seen;
  SmallVector<Value> work{value};
  while (!work.empty()) {
    Value next = handleOf(work.pop_back_val());
    if (next == old)
      return true;
    Operation *op = next.getDefiningOp();
    if (op && isa<KernelOp, ElementOp, AliasOp, SortOp, CallOp, NumberOp>(op) && seen.insert(op).second)
      llvm::append_range(work, op->getOperands());
  }
  return false;
}

std::string InPlaceCheck::lineOf(Operation *op) const {
  if (isa<ExitOp>(op))
    return " behind";
  auto step = op->getAttrOfType<IntegerAttr>("step");
  if (!step)
    step = op->getAttrOfType<IntegerAttr>("position");
  unsigned number = step ? std::min<unsigned>(step.getInt(), region.steps.size() - 1) : 0;
  if (auto kernel = dyn_cast<KernelOp>(op))
    for (int32_t own : kernel.getSteps())
      number = own >= 0 ? own : number;
  const llvm::DebugLoc &location = region.steps[number].first()->getDebugLoc();
  return location ? " (line " + std::to_string(location.getLine()) + ")" : "";
}

/// What keeps a kernel that reads `old` from writing over it, or nothing.
std::string InPlaceCheck::whyNot(KernelOp kernel, Value old) const {
  for (auto [i, input] : llvm::enumerate(kernel.getInputs())) {
    if (kernel.getProduct() && i < 2 && dependsOn(input, old))
      return "the product reads all of the old value for each row of the new one";
    auto alias = input.getDefiningOp<AliasOp>();
    if (alias && dependsOn(input, old))
      return ("the old value is read in another order, by tn_" + alias.getFunction()).str() + lineOf(alias);
  }
  return "";
}

void InPlaceCheck::check(CallOp replaced) {
  if (replaced->hasAttr(inPlaceAttribute))
    return;
  int32_t step = replaced.getStep();
  Value old = handleOf(replaced.getOperand(0)), made = replaced.getOperand(1);
  auto kernel = made.getDefiningOp<KernelOp>();
  if (!kernel) {
    auto call = made.getDefiningOp<CallOp>();
    const OpRow *row = call && region.steps[call.getStep()].op ? rowOf(*region.steps[call.getStep()].op) : nullptr;
    if (row)
      return fail(step,
                  "tn_" + row->name + " is a call of the runtime, which makes a tensor of its own" + lineOf(call));
    return fail(step, "the new value is not made here");
  }
  if (!dependsOn(made, old))
    return fail(step, "the new value is not computed from the old one, whose memory it is to take");
  if (std::string why = whyNot(kernel, old); !why.empty())
    return fail(step, why);
  if (cast<StringAttr>(kernel.getKinds()[kernel.outputOf(made)]).getValue() == "row")
    return fail(step, "a reduction has another shape than what it is taken of" + lineOf(kernel));
  if (llvm::none_of(kernel.getInputs(), [&](Value input) { return handleOf(input) == old; }))
    return fail(step, "what the new value is made of is there as a whole before it" + lineOf(kernel));
  for (Operation *user : made.getUsers())
    if (user != replaced)
      return fail(step, "the new value is used under another name, too" + lineOf(user));
  // By all the names that it has in the region. In other blocks an earlier turn may be meant.
  SmallVector<Operation *> readers(old.getUsers());
  for (Operation *user : old.getUsers())
    if (auto named = dyn_cast<TensorOp>(user))
      llvm::append_range(readers, named.getResult().getUsers());
  for (Operation *user : readers)
    if (user != replaced && !isa<TensorOp, AliasOp>(user) && user->getBlock() == kernel->getBlock() &&
        kernel->isBeforeInBlock(user))
      return fail(step, "the old value is read again" + lineOf(user));
  auto why = replaced->getAttrOfType<StringAttr>(notInPlaceAttribute);
  fail(step, why ? Twine(why.getValue()) : Twine(InPlaceContract::newTensor));
}

void InPlaceCheck::check(KernelOp kernel, unsigned destination, int32_t step) {
  Value target = handleOf(kernel.getDestinations()[destination]);
  if (std::string why = whyNot(kernel, target); !why.empty())
    fail(step, why); // what the launch reads and writes element by element, KernelProgram.cpp puts in order
}

/// A store that is no kernel's: the value is there as a whole before it.
void InPlaceCheck::check(StoreOp store) {
  Value target = handleOf(store.getDestination());
  if (!dependsOn(store.getValue(), target))
    return;
  std::string why = "the value is made in memory of its own and copied";
  if (auto kernel = store.getValue().getDefiningOp<KernelOp>()) {
    if (std::string other = whyNot(kernel, target); !other.empty())
      why = other;
    else if (!store.getValue().hasOneUse())
      for (Operation *user : store.getValue().getUsers())
        if (user != store)
          why += ", for it is used under another name, too" + lineOf(user);
  } else if (auto alias = store.getValue().getDefiningOp<AliasOp>()) {
    why = ("the old value is read in another order, by tn_" + alias.getFunction()).str();
  } else if (auto call = store.getValue().getDefiningOp<CallOp>()) {
    const OpRow *row = region.steps[call.getStep()].op ? rowOf(*region.steps[call.getStep()].op) : nullptr;
    if (row)
      why = ("tn_" + row->name + " is a call of the runtime, which makes a tensor of its own").str();
  }
  fail(store.getStep(), why);
}

void checkInPlace(const Region &region, ModuleOp module, SmallVectorImpl<Remark> &out_remarks) {
  InPlaceCheck contract(region, out_remarks);
  module->walk([&](Operation *op) {
    if (auto call = dyn_cast<CallOp>(op); call && call.getCallee() == "tn_replaced_")
      contract.check(call);
    if (auto store = dyn_cast<StoreOp>(op))
      contract.check(store);
    auto kernel = dyn_cast<KernelOp>(op);
    unsigned destination = 0;
    if (kernel)
      for (auto [kind, step] : llvm::zip(kernel.getKinds().getAsValueRange<StringAttr>(), kernel.getSteps()))
        if (kind == "store")
          contract.check(kernel, destination++, step);
  });
}

} // namespace tenon
