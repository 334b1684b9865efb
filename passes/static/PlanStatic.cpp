// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanStatic.cpp - decides which values of a noalloc function never stand in memory of their own.
//
// A value is computed at its call, into a temporary on the stack, unless it is elementwise and has one user in the same
// block before which nothing writes what it reads: then it is part of the user's loop. A slice or transpose is the
// memory behind it under the same condition. So nothing has to be proven about overlaps: where it cannot, there is a
// temporary more, never a wrong element.

#include "PlanJoins.h"
#include "region/Ops.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/MemoryLocation.h"

using namespace llvm;

namespace tenon {

namespace {

class Planner {
public:
  Planner(StaticProgram &program, AAResults &aliases) : program(program), aliases(aliases) {
    for (auto &node : program.nodes)
      if (node->kind == Node::Store)
        storesOf[node->call].push_back(node.get());
  }
  bool run();

private:
  void findUnused();
  void planValue(Node &node);
  void planStore(Node &node);
  bool isUnchanged(const Node &place, Instruction *from, ArrayRef<Instruction *> points);
  bool mayOverlap(const MemoryLocation &x, const MemoryLocation &y);
  bool writes(Instruction &inst, const Node &root, const MemoryLocation &location);
  void leavesOf(Node &node, SmallVectorImpl<Node *> &out_leaves);

  StaticProgram &program;
  AAResults &aliases;
  bool inAnyTurn = false; ///< what is asked is about other turns of loops too
  DenseMap<const Instruction *, SmallVector<Node *, 2>> storesOf;
};

} // namespace

/// The user's memory that a node with strides over a view names.
static MemoryLocation locationOf(const Node &place) {
  const Node &view = place.base ? *place.base : place;
  if (place.moved)
    return MemoryLocation::getBeforeOrAfter(view.pointer);
  int64_t last = place.offset, bytes = code::storedBytes(place.dtype);
  for (auto [dim, stride] : zip(place.dims, place.strides)) {
    if (stride < 0 && dim > 1)
      return MemoryLocation::getBeforeOrAfter(view.pointer);
    last += (dim - 1) * stride;
  }
  return MemoryLocation(view.pointer, LocationSize::upperBound((last + 1) * bytes));
}

bool Planner::mayOverlap(const MemoryLocation &x, const MemoryLocation &y) {
  BatchAAResults batch(aliases);
  if (inAnyTurn)
    batch.enableCrossIterationMode();
  return batch.alias(x, y) != AliasResult::NoAlias;
}

/// Whether an instruction may write the elements that a place of `root` names.
bool Planner::writes(Instruction &inst, const Node &root, const MemoryLocation &location) {
  bool isView = root.kind == Node::View;
  if (auto found = storesOf.find(&inst); found != storesOf.end())
    for (Node *store : found->second) {
      bool intoView = store->base->kind == Node::View;
      if (store->base == &root ||
          (isView && intoView && mayOverlap(locationOf(*store), location)))
        return true;
    }
  const OpRow *row = rowOf(inst);
  if (row && row->lowering == Lowering::Map)
    return isView && !cast<Function>(cast<CallInst>(inst).getArgOperand(0)->stripPointerCasts())->onlyReadsMemory();
  if (row && program.isChosen(inst)) // of tensor calls only stores write elements
    return false;
  if (row)
    return isView && row->cls == OpClass::Mutate;
  if (!isView || !inst.mayWriteToMemory())
    return false;
  auto *call = dyn_cast<CallInst>(&inst);
  if (call && call->getCalledFunction() && call->getCalledFunction()->hasFnAttribute(noTensorsAttribute))
    return false;
  BatchAAResults batch(aliases);
  if (inAnyTurn)
    batch.enableCrossIterationMode();
  return isModSet(batch.getModRefInfo(&inst, location));
}

/// Whether what a place names at `from` is there at all points, which follow in the same block.
bool Planner::isUnchanged(const Node &place, Instruction *from, ArrayRef<Instruction *> points) {
  const Node &root = place.base ? *place.base : place;
  if (root.kind != Node::View && !root.isChanged)
    return true;
  MemoryLocation location = root.kind == Node::View ? locationOf(place) : MemoryLocation();
  SmallPtrSet<const Instruction *, 4> left(points.begin(), points.end());
  for (Instruction *inst = from; inst; inst = inst->getNextNode()) {
    left.erase(inst); // a store reads before it writes
    if (left.empty())
      return true;
    if (inst != from && writes(*inst, root, location))
      return false;
    if (inst == from && storesOf.contains(inst) && writes(*inst, root, location))
      return false;
  }
  return false; // another block
}

void Planner::leavesOf(Node &node, SmallVectorImpl<Node *> &out_leaves) {
  for (Operand &operand : node.operands) {
    if (!operand.node)
      continue;
    if (operand.node->kind == Node::Elementwise && operand.node->isDelayed)
      leavesOf(*operand.node, out_leaves);
    else if (!is_contained(out_leaves, operand.node))
      out_leaves.push_back(operand.node);
  }
}

/// An op that cannot fail does nothing else. (A function that is mapped may.)
void Planner::findUnused() {
  SmallVector<Node *> work;
  auto use = [&](Node *node) {
    if (node && node->isUnused) {
      node->isUnused = false;
      work.push_back(node);
    }
  };
  for (auto &node : program.nodes)
    node->isUnused = true;
  for (auto &node : program.nodes)
    if (node->kind == Node::Store || node->kind == Node::Read || node->kind == Node::Address || node->kind == Node::Map || node->isChanged)
      use(node.get());
  while (!work.empty()) {
    Node *node = work.pop_back_val();
    use(node->base);
    for (Operand &operand : node->operands)
      use(operand.node);
  }
}

void Planner::planValue(Node &node) {
  erase_if(node.users, [](Node *user) { return user->isUnused; });
  if (node.isUnused)
    return;
  for (Node *user : node.users) {
    if (user->kind == Node::Join)
      addEnds(*user, node, node.points);
    else if (user->isDelayed)
      node.points.append(user->points.begin(), user->points.end());
    else
      node.points.push_back(user->call);
  }
  llvm::sort(node.points);
  node.points.erase(llvm::unique(node.points), node.points.end());
  if (node.isChanged)
    return;
  if (node.kind == Node::Alias) {
    node.isDelayed = isUnchanged(node, node.call, node.points);
    return;
  }
  if (node.kind != Node::Elementwise || node.needsMemory || node.users.size() != 1)
    return;
  Node &user = *node.users[0];
  bool takesIn = user.kind == Node::Elementwise || user.kind == Node::Reduce || user.kind == Node::Store ||
                 user.kind == Node::Read;
  // Broadcast, it would be computed once for each place.
  bool sameSize = user.kind == Node::Reduce || user.kind == Node::Read || sizeOf(user.dims) == sizeOf(node.dims);
  if (!takesIn || !sameSize || node.points.empty() ||
      any_of(node.points, [&](Instruction *point) { return point->getParent() != node.call->getParent(); }))
    return;
  for (Operand &operand : node.operands)
    if (operand.node && (operand.node->kind == Node::View || operand.node->isChanged) &&
        !isUnchanged(*operand.node, node.call, node.points))
      return;
  node.isDelayed = true;
}

/// Each element is read before it is written, where the two are one place or nowhere near each other.
void Planner::planStore(Node &store) {
  Node *value = store.operands[0].node;
  if (!value)
    return;
  SmallVector<Node *> leaves;
  if (value->kind == Node::Elementwise && value->isDelayed)
    leavesOf(*value, leaves);
  else
    leaves.push_back(value);
  for (Node *leaf : leaves) {
    if (!leaf->isPlace() && leaf != store.base)
      continue; // a temporary of its own, or a number
    bool leafIsView = leaf->root()->kind == Node::View, intoView = store.base->kind == Node::View;
    if (leafIsView != intoView || (!leafIsView && leaf->root() != store.base))
      continue;
    Dims strides = leaf->isPlace() ? leaf->strides : rowMajor(leaf->dims);
    bool sameSize = code::storedBytes(leaf->dtype) == code::storedBytes(store.dtype);
    bool samePlace = sameSize && leaf->dims == store.dims && strides == store.strides && leaf->offset == store.offset && leaf->moved == store.moved &&
                     (intoView ? leaf->root()->pointer == store.base->pointer : true);
    if (!samePlace && (!intoView || mayOverlap(locationOf(*leaf), locationOf(store))))
      store.throughTemporary = true;
  }
}

bool Planner::run() {
  findUnused();
  // Users first: where they are computed is where their operands may be.
  for (auto &node : reverse(program.nodes))
    if (node->kind != Node::View && node->kind != Node::Store && node->kind != Node::Read && node->kind != Node::Address)
      planValue(*node);
  for (auto &node : program.nodes)
    if (node->kind == Node::Store)
      planStore(*node);
  inAnyTurn = true;
  bool isRight = checkNames(
      program,
      [&](Instruction &inst, const Node &view) {
        return writes(inst, view, locationOf(view));
      },
      [&](Instruction *at, const Twine &why) { program.refuse(at, why); });
  if (isRight)
    shareMemory(program);
  return isRight;
}

bool planStatic(StaticProgram &program, AAResults &aliases) { return Planner(program, aliases).run(); }

} // namespace tenon
