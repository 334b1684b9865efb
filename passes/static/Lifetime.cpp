// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lifetime.cpp - liveness of one value, by a walk from its uses back to where it is made.

#include "Lifetime.h"
#include "llvm/IR/CFG.h"

using namespace llvm;

namespace tenon {

bool Lifetime::isMadeBefore(const Instruction *inst) const {
  return made.getParent() == inst->getParent() && (isa<PHINode>(made) || &made == inst || made.comesBefore(inst));
}

Lifetime::Lifetime(const Instruction &made, ArrayRef<Instruction *> uses) : made(made), uses(uses) {
  SmallVector<BasicBlock *> work;
  for (Instruction *use : uses)
    if (!isMadeBefore(use) && into.insert(use->getParent()).second)
      work.push_back(use->getParent());
  while (!work.empty())
    for (BasicBlock *block : predecessors(work.pop_back_val()))
      if (block != made.getParent() && into.insert(block).second)
        work.push_back(block);
}

bool Lifetime::isBehind(const Instruction *inst) const {
  const BasicBlock *block = inst->getParent();
  if (block == made.getParent() && !isMadeBefore(inst))
    return false;
  for (Instruction *use : uses)
    if (use->getParent() == block && inst->comesBefore(use))
      return true;
  return any_of(successors(block), [&](const BasicBlock *next) { return into.contains(next); });
}

bool isUsedBehind(Instruction &handle, const Instruction &inst) {
  SmallVector<Instruction *> uses;
  for (Use &use : handle.uses()) {
    auto *user = cast<Instruction>(use.getUser());
    auto *phi = dyn_cast<PHINode>(user);
    if (user != &inst)
      uses.push_back(phi ? phi->getIncomingBlock(use)->getTerminator() : user);
  }
  return Lifetime(handle, uses).isBehind(&inst);
}

} // namespace tenon
