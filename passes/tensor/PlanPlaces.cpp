// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanPlaces.cpp - tn_store_at(u, f(...), i, j) without a tensor in between.
//
//   Before   %1 = tenon.kernel inputs(%u ...) ... {modes = [0]}
//            %2 = tenon.call @tn_store_at_(%u, %1, %i, %j ...)
//   After    %p = tenon.place %u[%i, %j]
//            %1 = tenon.kernel inputs(%u ...) replacing(%p) ... {modes = [5]}
//            %2 = tenon.call @tn_store_at_(%u, %1, %i, %j ...)
//
// The call stays: it finds its elements there, or, where the place did not do, somewhere else, and does what it always did. What
// the launch promises is that it reads all of its inputs as they were; what is seen to here is that nobody looks at u between the
// two, neither the region nor the user's own calls, which must not go on there. Requires  tenon-plan-results,
// tenon-chain-kernels. Refuses  a value that has other uses, kernels with other tensors for results, and those that read u in
// another order and cannot go row by row: all of the value would have to be made aside.

#include "ChainKernels.h"
#include "Passes.h"
#include "PlanResults.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "tenon/abi.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_PLANPLACESPASS
#include "Passes.h.inc"

namespace {

struct PlanPlacesPass : impl::PlanPlacesPassBase<PlanPlacesPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration())
        continue;
      DominanceInfo dominance(function);
      function.walk([&](CallOp call) {
        if (call.getCallee() == "tn_store_at_")
          plan(call, dominance);
      });
    }
  }
  void plan(CallOp call, DominanceInfo &dominance);
};

} // namespace

/// Neither reads elements nor is a way out of the region.
static bool isHarmless(Operation &op) {
  if (isa<NumberOp>(op) || op.hasTrait<OpTrait::ConstantLike>())
    return true;
  auto call = dyn_cast<CallOp>(op);
  return call && !call.getCallee().starts_with("tn_") && call.getEffect() == "none" && !call.getOpaque() && !call.getFallible() &&
         !call->hasAttr(readsAttribute);
}

/// Whether the kernel can keep the rows back that it still reads: its reductions take rows as they come (runtime/plan.c).
static bool goesRowByRow(KernelOp kernel) {
  return kernel.getReduces() && !kernel.getAxis() && llvm::all_of(kernel.getBody().getOps<ReductionOp>(), [](ReductionOp reduction) {
           return reduction.getKind() == "max" || reduction.getKind() == "min";
         });
}

/// Whether the kernel reads elements of the target by an alias.
static bool readsAlias(KernelOp kernel, Value target) {
  return llvm::any_of(kernel.getInputs(), [&](Value input) {
    return input.getDefiningOp<AliasOp>() && rootOf(input) == target;
  });
}

void PlanPlacesPass::plan(CallOp call, DominanceInfo &dominance) {
  Value made = call.getOperand(1);
  auto kernel = made.getDefiningOp<KernelOp>();
  if (!kernel || kernel->hasAttr(chainAttribute) || kernel->getBlock() != call->getBlock() || !made.hasOneUse() ||
      !kernel.getDestinations().empty())
    return;
  int64_t tensors = llvm::count_if(kernel.getResultTypes(), [](Type type) { return isa<TensorType>(type); });
  unsigned result = cast<OpResult>(made).getResultNumber();
  if (tensors != 1 || cast<StringAttr>(kernel.getKinds()[result]).getValue() != "element")
    return;
  for (Operation *op = kernel->getNextNode(); op != call; op = op->getNextNode())
    if (!isHarmless(*op))
      return;
  SmallVector<Value> starts(llvm::drop_begin(call.getOperands(), 2));
  Value target = handleOf(call.getOperand(0));
  auto isThere = [&](Value value) { return dominance.properlyDominates(value, kernel); };
  if (target.getDefiningOp<AliasOp>() || !isThere(target) || !llvm::all_of(starts, isThere))
    return;
  if (readsAlias(kernel, target) && !goesRowByRow(kernel))
    return;
  OpBuilder b(kernel);
  Value place = PlaceOp::create(b, call.getLoc(), LLVM::LLVMPointerType::get(b.getContext()), target, starts);
  SmallVector<int32_t> modes(kernel.getModes()), reuse(kernel.getReuse());
  modes[result] = TN_RESULT_PLACE;
  reuse[result] = kernel.getReplaceable().size();
  kernel.getReplaceableMutable().append(place);
  kernel.setModes(modes);
  kernel.setReuse(reuse);
}

} // namespace tenon
