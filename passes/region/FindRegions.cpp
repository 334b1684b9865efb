// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FindRegions.cpp - cuts a function into the largest pieces that can become regions.
//
//   Before   entry: %n = ...             After   entry:  %n = ...        ; before
//                   %x = tn_add                  ops:    %x = tn_add  ...  br %head
//                   br %head                     head, body, exit        ; head is a loop's
//            head, body: tn_mul ...              behind: ret             ; where the exit goes
//            end:   ret
//
// Every instruction that cannot stand in a region gets a block of its own, and so does whatever ends a block but a
// branch. What is left are whole blocks, each of which belongs to the piece of its predecessors if they agree, and starts
// one if they do not. Of a piece what matters is between its first tensor op and its last, with the loops that are in it
// as a whole. Refuses  blocks of control flow that enters a loop at two places, and those whose address is taken.

#include "FindRegions.h"
#include "Effects.h"
#include "Ops.h"
#include "llvm/ADT/DepthFirstIterator.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/CycleAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tenon {

/// Steps in one region; what lies behind starts the next.
static constexpr unsigned maxSteps = 4000;
/// Calls that a region's exits may have to write again, at most: an exit makes by the original calls what was delayed past
/// it, so that every printf among n ops would cost n calls, and n of them a code of n * n.
static constexpr unsigned maxRemade = 1000;

bool isCore(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  return row && (isFusable(*row) || row->lowering == Lowering::Element || row->lowering == Lowering::Store);
}

/// Creation calls before the first op tell dtypes.
static bool mayStart(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  return isCore(inst) || (row && (row->cls == OpClass::Create || row->lowering == Lowering::Alias));
}

static bool hasCore(const BasicBlock &block) { return any_of(block, isCore); }

/// A call by which it is seen that a tensor ends, so that what takes its place may take its memory.
static bool isOfReplace(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  return row && (row->name == "replaced" || row->name == "scope_begin" || row->name == "scope_end");
}
static bool replaces(const BasicBlock &block) {
  return any_of(block, [](const Instruction &inst) {
    const OpRow *row = rowOf(inst);
    return row && row->name == "replaced";
  });
}

namespace {

class RegionFinder {
public:
  RegionFinder(Function &function, bool straight, function_ref<const char *(const Instruction &)> whyEnds)
      : function(function), straight(straight), whyEnds(whyEnds) {}

  SmallVector<FoundRegion> find();

private:
  void isolate(BasicBlock *block);
  void cutLongBlocks();
  void chooseLeaders();
  SmallVector<BasicBlock *> narrow(ArrayRef<BasicBlock *> group, const DominatorTree &dominators, const LoopInfo &loops) const;

  Function &function;
  bool straight;
  function_ref<const char *(const Instruction &)> whyEnds;
  DenseMap<const BasicBlock *, const char *> outside; ///< blocks of no region, with the reason if there is one to tell
  DenseMap<const BasicBlock *, const char *> starts;  ///< blocks that start a region, with the reason
  SmallVector<BasicBlock *> order;                    ///< reverse post-order
  DenseMap<const BasicBlock *, BasicBlock *> leaderOf;
};

} // namespace

/// Gives each instruction that ends a region a block of its own.
void RegionFinder::isolate(BasicBlock *block) {
  if (any_of(block->phis(), [](PHINode &phi) { return !canCross(phi.getType()); }))
    outside[block] = "a value of a type that cannot cross into a kernel";
  if (block->isEHPad())
    outside[block] = "exception handling";
  else if (block->hasAddressTaken())
    outside[block] = "a jump to an address";
  auto at = block->getFirstNonPHIIt();
  // Variables at the function's top; a variable-length array further down ends a region.
  while (isa<AllocaInst>(*at) && cast<AllocaInst>(*at).isStaticAlloca())
    ++at;
  if (outside.contains(block) && !block->isEHPad()) // what follows its PHIs may stand in a region
    block = block->splitBasicBlock(at), at = block->begin();
  while (!at->isTerminator()) {
    const char *why = whyEnds(*at);
    if (!why) {
      ++at;
      continue;
    }
    BasicBlock *alone = at == block->begin() ? block : block->splitBasicBlock(at);
    outside[alone] = why;
    if (alone->getTerminatingMustTailCall())
      return; // nothing may come between such a call and the return
    block = alone->splitBasicBlock(std::next(alone->begin()));
    at = block->begin();
  }
  if (!isa<BranchInst, SwitchInst>(block->getTerminator())) {
    if (block->size() > 1)
      block = block->splitBasicBlock(block->getTerminator());
    outside[block] = "";
  } else if (auto *choice = dyn_cast<SwitchInst>(block->getTerminator());
             choice && choice->getCondition()->getType()->getIntegerBitWidth() > 64) {
    block = block->splitBasicBlock(choice);
    outside[block] = "a switch over a wide integer";
  }
}

void RegionFinder::cutLongBlocks() {
  SmallVector<BasicBlock *> blocks(make_pointer_range(function));
  for (BasicBlock *block : blocks) {
    if (outside.contains(block))
      continue;
    unsigned count = 0, delayed = 0, remade = 0; // as many as they can be
    for (auto at = block->getFirstNonPHIIt(); !at->isTerminator(); ++at) {
      const char *why = count >= maxSteps     ? "the cap on the steps of a region"
                        : remade > maxRemade ? "the cap on the calls that its exits repeat"
                                             : nullptr;
      if (why) {
        block = block->splitBasicBlock(at);
        starts[block] = why;
        count = delayed = remade = 0;
      }
      ++count;
      const OpRow *row = rowOf(*at);
      bool isDelayed = row && (isFusable(*row) || row->lowering == Lowering::Scalar); // a number is written with its op
      // What is never fused is launched by itself, and may be refused.
      if (isDelayed ? row->lowering == Lowering::Sort : row || effectOf(*at) != Effect::None)
        remade += delayed;
      delayed += isDelayed;
    }
  }
}

/// Finds the largest sets of blocks with one way in: by order, and until no edge that goes back gets into one.
void RegionFinder::chooseLeaders() {
  DenseMap<const BasicBlock *, unsigned> number;
  for (auto [i, block] : enumerate(order))
    number[block] = i;
  for (bool again = true; again;) {
    again = false;
    leaderOf.clear();
    for (BasicBlock *block : order) {
      if (outside.contains(block))
        continue;
      BasicBlock *leader = nullptr;
      bool agree = !straight && !starts.contains(block);
      for (BasicBlock *predecessor : predecessors(block)) {
        if (number[predecessor] >= number[block])
          continue;
        BasicBlock *theirs = leaderOf.lookup(predecessor);
        agree &= theirs && (!leader || leader == theirs);
        leader = theirs;
      }
      leaderOf[block] = agree && leader ? leader : block;
    }
    for (BasicBlock *block : order) {
      BasicBlock *leader = leaderOf.lookup(block);
      if (leader && leader != block &&
          any_of(predecessors(block), [&](BasicBlock *predecessor) { return leaderOf.lookup(predecessor) != leader; })) {
        starts[block] = "";
        again = true;
      }
    }
  }
}

/// What matters of a group: the blocks from which tensor ops are reached, from the block on that comes before all ops,
/// or from the loop that it is in.
SmallVector<BasicBlock *> RegionFinder::narrow(ArrayRef<BasicBlock *> group, const DominatorTree &dominators,
                                               const LoopInfo &loops) const {
  SmallPtrSet<const BasicBlock *, 16> inside(group.begin(), group.end());
  BasicBlock *head = nullptr;
  SmallPtrSet<const BasicBlock *, 16> reach;
  SmallVector<const BasicBlock *> work;
  for (BasicBlock *block : group)
    if (hasCore(*block)) {
      head = head ? dominators.findNearestCommonDominator(head, block) : block;
      reach.insert(block);
      work.push_back(block);
    }
  if (!head)
    return {};
  if (!straight)
    for (Loop *loop = loops.getLoopFor(head); loop; loop = loop->getParentLoop())
      if (all_of(loop->blocks(), [&](BasicBlock *block) { return inside.contains(block); }))
        head = loop->getHeader();
  while (!work.empty())
    for (const BasicBlock *predecessor : predecessors(work.pop_back_val()))
      if (inside.contains(predecessor) && reach.insert(predecessor).second)
        work.push_back(predecessor);
  SmallVector<BasicBlock *> blocks;
  for (BasicBlock *block : group)
    if (reach.contains(block) && dominators.dominates(head, block))
      blocks.push_back(block);
  return blocks;
}

/// Splits what stands in front of the first op off a block that is entered once.
static BasicBlock *splitHead(BasicBlock *block) {
  bool withScope = replaces(*block);
  auto at = find_if(*block, [&](Instruction &inst) {
    return mayStart(inst) || (withScope && isOfReplace(inst)) || inst.isTerminator();
  });
  return block->splitBasicBlock(at, block->hasName() ? block->getName() + ".tenon" : "");
}

/// Splits what stands behind the last op off a block.
static BasicBlock *splitTail(BasicBlock *block) {
  bool withScope = replaces(*block);
  auto isLast = [&](Instruction &inst) { return isCore(inst) || (withScope && isOfReplace(inst)); };
  auto last = find_if(reverse(*block), isLast);
  return block->splitBasicBlock(last == block->rend() ? block->begin() : std::next(last->getIterator()),
                                block->hasName() ? block->getName() + ".tenon.end" : "");
}

static FoundRegion place(ArrayRef<BasicBlock *> blocks, bool straight) {
  FoundRegion region;
  region.blocks.assign(blocks.begin(), blocks.end());
  SmallPtrSet<const BasicBlock *, 16> inside(blocks.begin(), blocks.end());
  BasicBlock *&head = region.blocks.front();
  SmallVector<BasicBlock *> ways;
  bool isLoop = false;
  for (BasicBlock *predecessor : predecessors(head)) {
    if (inside.contains(predecessor))
      isLoop = !straight;
    else if (!is_contained(ways, predecessor))
      ways.push_back(predecessor);
  }
  if (isLoop) {
    region.before = SplitBlockPredecessors(head, ways, ".tenon.before");
  } else {
    region.before = head;
    inside.erase(head);
    head = splitHead(head);
    inside.insert(head);
  }
  MapVector<BasicBlock *, SmallVector<BasicBlock *>> targets;
  for (BasicBlock *block : region.blocks) {
    auto isInside = [&](BasicBlock *successor) { return inside.contains(successor); };
    if (straight || none_of(successors(block), isInside)) {
      BasicBlock *behind = splitTail(block);
      region.exits.push_back({block, behind, "", behind->getTerminator()});
      continue;
    }
    for (BasicBlock *successor : successors(block))
      if (!isInside(successor) && !is_contained(targets[successor], block))
        targets[successor].push_back(block);
  }
  for (auto &[target, from] : targets) {
    if (from.empty())
      continue;
    BasicBlock *exit = SplitBlockPredecessors(target, from, ".tenon.exit");
    BasicBlock *behind = exit->splitBasicBlock(exit->getTerminator()->getIterator(), exit->getName() + ".end");
    region.exits.push_back({exit, behind, "", target->getTerminator()});
    region.blocks.push_back(exit);
  }
  return region;
}

SmallVector<FoundRegion> RegionFinder::find() {
  EliminateUnreachableBlocks(function);
  SmallVector<BasicBlock *> blocks(make_pointer_range(function));
  for (BasicBlock *block : blocks)
    isolate(block);
  cutLongBlocks();
  CycleInfo cycles;
  cycles.compute(function);
  for (const Cycle *outer : cycles.toplevel_cycles())
    for (const Cycle *cycle : depth_first(outer))
      if (!cycle->isReducible())
        for (BasicBlock *block : cycle->blocks())
          starts.insert({block, "a loop that is entered at two places"});
  ReversePostOrderTraversal<Function *> traversal(&function);
  order.assign(traversal.begin(), traversal.end());
  MapVector<BasicBlock *, SmallVector<BasicBlock *>> groups;
  for (bool again = true; again;) {
    again = false;
    chooseLeaders();
    groups.clear();
    DenseMap<const BasicBlock *, unsigned> sizes;
    for (BasicBlock *block : order)
      if (BasicBlock *leader = leaderOf.lookup(block)) {
        groups[leader].push_back(block);
        sizes[leader] += block->size();
      }
    for (auto &[leader, group] : groups)
      if (group.size() > 1 && sizes[leader] > maxSteps)
        for (BasicBlock *block : group)
          if (starts.insert({block, "the cap on the steps of a region"}).second)
            again = true;
  }

  // All splits before anything is compiled: they keep what was found of other pieces.
  DominatorTree dominators(function);
  LoopInfo loops(dominators);
  SmallVector<SmallVector<BasicBlock *>> narrowed;
  for (auto &[leader, group] : groups)
    if (auto found = narrow(group, dominators, loops); !found.empty())
      narrowed.push_back(std::move(found));
  SmallVector<FoundRegion> regions;
  for (ArrayRef<BasicBlock *> piece : narrowed)
    regions.push_back(place(piece, straight));
  for (FoundRegion &region : regions)
    for (RegionExit &exit : region.exits) {
      // A reason is right behind what ends the piece, or behind the code that follows its last op.
      BasicBlock *next = exit.to;
      for (unsigned hops = 0; next && hops < 2; ++hops, next = next->getSingleSuccessor()) {
        const char *why = outside.lookup(next);
        why = why ? why : starts.lookup(next);
        if (why) {
          exit.ended = why;
          exit.endedBy = &*next->getFirstNonPHIIt();
          break;
        }
      }
    }
  return regions;
}

SmallVector<FoundRegion> findRegions(Function &function, bool straight,
                                     function_ref<const char *(const Instruction &)> whyEnds) {
  return RegionFinder(function, straight, whyEnds).find();
}

SmallVector<FoundRegion> splitRegion(const FoundRegion &region) {
  SmallVector<FoundRegion> parts;
  for (BasicBlock *block : region.blocks)
    if (hasCore(*block))
      parts.push_back(place(block, /*straight=*/true));
  return parts;
}

} // namespace tenon
