// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Region.cpp - liveness inside a region, and locations of what is moved out of it.

#include "Region.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"

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

DILocation *asStatement(DILocation *at) {
  if (!at->getScope()->getSubprogram()->getKeyInstructionsEnabled())
    return at;
  LLVMContext &context = at->getContext();
  return DILocation::get(context, at->getLine(), at->getColumn(), at->getScope(), at->getInlinedAt(), at->isImplicitCode(),
                         context.incNextDILocationAtomGroup(), /*AtomRank=*/1);
}

DebugLoc userLocation(const Instruction &call) {
  DebugLoc location = call.getDebugLoc();
  while (location && location->getInlinedAt() && location->getScope()->getSubprogram() &&
         location->getScope()->getSubprogram()->getName() == "tn_replace")
    location = location->getInlinedAt();
  return location;
}

SmallVector<Instruction *> Step::defines() const {
  if (op && !op->getType()->isVoidTy())
    return {op};
  if (phi)
    return {phi};
  return results;
}

void Region::findLiveRanges() {
  DenseMap<const BasicBlock *, const RegionBlock *> blockOf;
  for (const RegionBlock &block : blocks)
    blockOf[block.block] = &block;
  for (const RegionBlock &home : blocks)
    for (unsigned number = home.begin; number < home.end; ++number)
      for (Instruction *inst : steps[number].defines()) {
        // From the uses upwards: blocks where it is alive at the start, and those where it is alive at the end.
        SmallPtrSet<const BasicBlock *, 8> in, out;
        DenseMap<const BasicBlock *, unsigned> last; // use in a block of the region
        SmallVector<const BasicBlock *> work;
        auto reach = [&](const BasicBlock *block) {
          if (block != home.block && in.insert(block).second)
            work.push_back(block);
        };
        for (const Use &use : inst->uses()) {
          auto *user = cast<Instruction>(use.getUser());
          auto *phi = dyn_cast<PHINode>(user);
          const BasicBlock *block = phi ? phi->getIncomingBlock(use) : user->getParent();
          if (phi)
            out.insert(block);
          else if (auto step = stepOf.find(user); step != stepOf.end())
            last[block] = std::max(last[block], step->second);
          if (phi || user->getParent() != home.block)
            reach(block);
        }
        while (!work.empty())
          for (const BasicBlock *predecessor : predecessors(work.pop_back_val())) {
            out.insert(predecessor);
            reach(predecessor);
          }
        SmallVector<LiveRange, 2> &mine = ranges[inst];
        auto add = [&](unsigned from, unsigned to) {
          if (from > to)
            return;
          if (!mine.empty() && mine.back().to + 1 == from)
            mine.back().to = to;
          else
            mine.push_back({from, to});
        };
        SmallVector<unsigned> leftAt;
        for (const RegionBlock &block : blocks) {
          bool isHome = &block == &home;
          if (!isHome && !in.contains(block.block))
            continue;
          unsigned from = isHome ? number + 1 : block.begin;
          if (!out.contains(block.block)) {
            if (auto use = last.find(block.block); use != last.end())
              add(from, use->second);
            continue;
          }
          if (block.end > from)
            add(from, block.end - 1);
          if (block.exit >= 0)
            leftAt.push_back(steps.size() + block.exit);
        }
        sort(leftAt);
        for (unsigned position : leftAt)
          add(position, position);
      }
}

ArrayRef<LiveRange> Region::rangesOf(const Instruction *inst) const {
  auto found = ranges.find(inst);
  return found == ranges.end() ? ArrayRef<LiveRange>() : ArrayRef<LiveRange>(found->second);
}

bool Region::isLoop() const {
  return any_of(predecessors(blocks.front().block), [&](const BasicBlock *predecessor) { return predecessor != before; });
}

SmallVector<Instruction *> Region::liveAt(unsigned position) const {
  SmallVector<Instruction *> live;
  for (const Step &step : steps)
    for (Instruction *inst : step.defines())
      if (any_of(rangesOf(inst), [&](LiveRange range) { return range.from <= position && position <= range.to; }))
        live.push_back(inst);
  return live;
}

} // namespace tenon
