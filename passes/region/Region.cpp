// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Region.cpp - liveness inside a region, and locations of what is moved out of it.

#include "Region.h"

using namespace llvm;

namespace tenon {

DILocation *inlineAt(DILocation *location, DILocation *call) {
  SmallVector<DILocation *> chain;
  for (DILocation *link = location; link; link = link->getInlinedAt())
    chain.push_back(link);
  DILocation *at = call;
  for (DILocation *link : reverse(chain))
    at = DILocation::get(location->getContext(), link->getLine(), link->getColumn(), link->getScope(), at,
                         link->isImplicitCode(), link->getAtomGroup(), link->getAtomRank());
  return at;
}

SmallVector<Instruction *> Region::liveAt(unsigned position) const {
  SmallVector<Instruction *> live;
  auto visit = [&](Instruction *inst) {
    bool used = any_of(inst->users(), [&](User *user) {
      auto *by = cast<Instruction>(user);
      auto found = stepOf.find(by);
      return found == stepOf.end() || found->second >= position;
    });
    if (used)
      live.push_back(inst);
  };
  for (const Step &step : ArrayRef(steps).take_front(position)) {
    if (step.op) {
      if (!step.op->getType()->isVoidTy())
        visit(step.op);
    } else {
      for (Instruction *inst : step.results)
        visit(inst);
    }
  }
  return live;
}

} // namespace tenon
