// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// InPlaceContract.cpp - `#pragma tenon inplace`: which calls of a function it speaks of, and errors at those that stay
// the eager calls, which make a new tensor. Those of compiled regions are judged by what was planned:
// lower/CheckInPlace.cpp.

#include "FormRegions.h"
#include "Ops.h"
#include "PrepareRegions.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace tenon {

InPlaceContract::InPlaceContract(Function &function) : function(function) {
  if (!function.hasFnAttribute(inplaceAttribute))
    return;
  for (Instruction &inst : instructions(function))
    if (const OpRow *row = rowOf(inst); row && (row->name == "replaced" || row->name == "store"))
      calls.insert(cast<CallInst>(&inst));
}

void InPlaceContract::cover(const Region &region) {
  for (const Step &step : region.steps)
    if (step.op)
      calls.remove(step.op);
}

void InPlaceContract::fail(Function &function, const Instruction &at, const Twine &why) {
  function.getContext().diagnose(DiagnosticInfoUnsupported(function, "inplace: " + why, userLocation(at), DS_Error));
}

void InPlaceContract::diagnose() const {
  const char *leftAlone = whyLeftAlone(function);
  for (CallInst *call : calls) {
    auto *value = dyn_cast<CallInst>(call->getArgOperand(1));
    const Function *callee = value ? value->getCalledFunction() : nullptr;
    const OpRow *made = callee ? findRow(callee->getFnAttribute(opAttribute).getValueAsString()) : nullptr;
    // A store of what has nothing to do with its target breaks no promise.
    if (made && (made->cls == OpClass::Create || made->lowering == Lowering::Scalar))
      continue;
    if (leftAlone)
      fail(function, *call, Twine("the calls of this function run one by one, and each makes a tensor: ") + leftAlone);
    else if (made && !isFusable(*made))
      fail(function, *call, "tn_" + made->name + " is a call of the runtime, which makes a tensor of its own");
    else if (opNameOf(*call) == "replaced")
      fail(function, *call, newTensor);
    else
      fail(function, *call, "this runs call by call, and makes a tensor: -Rpass-missed=tenon says why");
  }
}

} // namespace tenon
