// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Region.cpp - liveness inside a region.

#include "Region.h"

using namespace llvm;

namespace tenon {

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
