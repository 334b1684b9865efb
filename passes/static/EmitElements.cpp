// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// EmitElements.cpp - computes elements of fused values, a vector of them at a time, and writes them.
//
// All strides are constants, so that what a vector of points reads is known here: one element for all lanes,
// neighbours, or elements one by one. What is short becomes straight code, the rest loops with constant counts.

#include "CodeEmitter.h"
#include <functional>

using namespace llvm;

namespace tenon {

/// What straight code may cost, an addition being 1.
static constexpr unsigned mostStraight = 64;

Value *CodeEmitter::moved(Value *pointer, const Node &node) {
  return node.moved ? b.CreateGEP(code::storedType(node.dtype), pointer, node.moved) : pointer;
}

Place CodeEmitter::placeOf(Node &node) {
  if (!node.isPlace())
    return {node.memory, 0, rowMajor(node.dims), node.dtype, true};
  Node &root = *node.root();
  bool isView = root.kind == Node::View;
  return {moved(isView ? root.pointer : root.memory, node), node.offset, node.strides, node.dtype, !isView};
}

/// What is computed as part of its user.
static bool isInner(const Node &node) { return node.kind == Node::Elementwise && node.isDelayed; }

void CodeEmitter::leavesOf(Node *node, SmallVectorImpl<Node *> &out_leaves) {
  if (!node)
    return;
  if (isInner(*node)) {
    for (Operand &operand : node->operands)
      leavesOf(operand.node, out_leaves);
  } else if (!node->scalar && !is_contained(out_leaves, node)) {
    out_leaves.push_back(node);
  }
}

unsigned CodeEmitter::costOf(Node *node) {
  if (!node || !isInner(*node))
    return 1;
  unsigned cost = code::costOfFunction(node->function, program.machine);
  for (Operand &operand : node->operands)
    cost += costOf(operand.node);
  return cost;
}

unsigned CodeEmitter::widest(Node *node) {
  if (!node)
    return 1;
  unsigned bytes = code::storedBytes(node->dtype);
  if (isInner(*node))
    for (Operand &operand : node->operands)
      bytes = std::max(bytes, widest(operand.node));
  return bytes;
}

Space CodeEmitter::spaceOf(Node *node, ArrayRef<int64_t> dims) {
  Space space;
  space.dims.assign(dims.begin(), dims.end());
  SmallVector<Node *> leaves;
  leavesOf(node, leaves);
  for (Node *leaf : leaves) {
    Place place = placeOf(*leaf);
    Dims strides(dims.size(), 0);
    unsigned missing = dims.size() - leaf->dims.size();
    for (auto [i, dim] : enumerate(leaf->dims))
      strides[missing + i] = dim == 1 ? 0 : place.strides[i];
    space.strides[leaf] = strides;
  }
  return space;
}

// --- memory
// -------------------------------------------------------------------------------------------------------------

Value *CodeEmitter::address(const Place &place, ArrayRef<int64_t> strides, const Points &points, int64_t lane) {
  int64_t fixed = place.offset;
  Value *offset = nullptr;
  for (auto [i, stride] : enumerate(strides)) {
    fixed += points.lanes[lane][i] * stride;
    if (auto *known = dyn_cast<ConstantInt>(points.at[i])) {
      fixed += known->getSExtValue() * stride;
    } else if (stride) {
      Value *moved = stride == 1 ? points.at[i] : b.CreateMul(points.at[i], number(stride));
      offset = offset ? b.CreateAdd(offset, moved) : moved;
    }
  }
  Type *element = code::storedType(place.dtype);
  Value *pointer = offset ? b.CreateGEP(element, place.pointer, offset) : place.pointer;
  return fixed ? b.CreateGEP(element, pointer, number(fixed)) : pointer;
}

namespace {
enum class Pattern { One, Neighbours, Any };
} // namespace

static Pattern patternOf(ArrayRef<int64_t> strides, const Points &points) {
  bool one = true, neighbours = true;
  for (unsigned lane = 1; lane < points.lanes.size(); ++lane) {
    int64_t distance = 0;
    for (auto [i, stride] : enumerate(strides))
      distance += (points.lanes[lane][i] - points.lanes[0][i]) * stride;
    one &= distance == 0;
    neighbours &= distance == lane;
  }
  return one ? Pattern::One : neighbours ? Pattern::Neighbours : Pattern::Any;
}

Value *CodeEmitter::load(const Place &place, ArrayRef<int64_t> strides, const Points &points) {
  Type *stored = code::storedType(place.dtype);
  Align align(place.isOurs ? code::storedBytes(place.dtype) : 1);
  Value *value;
  switch (patternOf(strides, points)) {
  case Pattern::One:
    value = code::splat(b.CreateAlignedLoad(stored, address(place, strides, points, 0), align));
    break;
  case Pattern::Neighbours:
    value = b.CreateAlignedLoad(code::laneType(stored), address(place, strides, points, 0), align);
    break;
  case Pattern::Any:
    value = PoisonValue::get(code::laneType(stored));
    for (unsigned lane = 0; lane < emission.lanes; ++lane)
      value = b.CreateInsertElement(value, b.CreateAlignedLoad(stored, address(place, strides, points, lane), align),
                                    uint64_t(lane));
  }
  return stored == code::elementType(place.dtype) ? value : b.CreateIsNotNull(value);
}

void CodeEmitter::store(Value *value, const Place &place, ArrayRef<int64_t> strides, const Points &points) {
  Type *stored = code::storedType(place.dtype);
  Align align(place.isOurs ? code::storedBytes(place.dtype) : 1);
  if (stored != code::elementType(place.dtype))
    value = b.CreateZExt(value, code::laneType(stored));
  if (emission.lanes == 1 || patternOf(strides, points) == Pattern::Neighbours) {
    b.CreateAlignedStore(value, address(place, strides, points, 0), align);
    return;
  }
  for (unsigned lane = 0; lane < emission.lanes; ++lane)
    b.CreateAlignedStore(b.CreateExtractElement(value, uint64_t(lane)), address(place, strides, points, lane), align);
}

// --- values
// -------------------------------------------------------------------------------------------------------------

Value *CodeEmitter::evaluate(const Operand &operand, const Space &space, const Points &points, Known &known) {
  if (operand.number)
    return code::splat(operand.number);
  Node &node = *operand.node;
  if (node.scalar)
    return code::splat(node.scalar);
  if (Value *computed = known.lookup(&node))
    return computed;
  Value *value;
  if (isInner(node)) {
    SmallVector<Value *, 3> operands;
    unsigned dtype = node.dtype;
    DebugLoc outer = b.getCurrentDebugLocation();
    for (auto [i, inner] : enumerate(node.operands)) {
      operands.push_back(evaluate(inner, space, points, known));
      if (inner.node && (node.function != "where" || i > 0))
        dtype = inner.node->dtype;
    }
    if (node.call->getDebugLoc())
      b.SetCurrentDebugLocation(node.call->getDebugLoc());
    value = node.function == "cast" ? code::castElement(operands[0], dtype, node.dtype)
                                    : code::applyFunction(node.function, operands, dtype);
    b.SetCurrentDebugLocation(outer);
  } else {
    value = load(placeOf(node), space.strides.find(&node)->second, points);
  }
  return known[&node] = value;
}

CodeEmitter::Values CodeEmitter::loop(int64_t count, Values carried, function_ref<Values(Value *, Values)> body) {
  Instruction *behind = &*b.GetInsertPoint();
  DebugLoc location = b.getCurrentDebugLocation();
  BasicBlock *before = behind->getParent(), *after = before->splitBasicBlock(behind, "tenon.after");
  BasicBlock *head = BasicBlock::Create(b.getContext(), "tenon.loop", before->getParent(), after);
  before->getTerminator()->setSuccessor(0, head);
  b.SetInsertPoint(head);
  b.SetCurrentDebugLocation(location);
  PHINode *index = b.CreatePHI(b.getInt64Ty(), 2);
  index->addIncoming(number(0), before);
  SmallVector<PHINode *> phis;
  Values inside;
  for (Value *value : carried) {
    phis.push_back(b.CreatePHI(value->getType(), 2));
    phis.back()->addIncoming(value, before);
    inside.push_back(phis.back());
  }
  Instruction *end = b.CreateUnreachable(); // something to stand before
  b.SetInsertPoint(end);
  b.SetCurrentDebugLocation(location);
  Values next = body(index, inside);
  BasicBlock *latch = end->getParent();
  Value *nextIndex = b.CreateAdd(index, number(1), "", /*HasNUW=*/true, /*HasNSW=*/true);
  b.CreateCondBr(b.CreateICmpEQ(nextIndex, number(count)), after, head);
  end->eraseFromParent();
  index->addIncoming(nextIndex, latch);
  for (auto [phi, value] : zip(phis, next))
    phi->addIncoming(value, latch);
  b.SetInsertPoint(behind);
  b.SetCurrentDebugLocation(location);
  return next;
}

void CodeEmitter::forEach(ArrayRef<int64_t> dims, unsigned cost, function_ref<void(ArrayRef<Value *>)> body) {
  bool isStraight = sizeOf(dims) * int64_t(cost) <= mostStraight;
  SmallVector<Value *> indices;
  std::function<void()> walk = [&] {
    if (indices.size() == dims.size())
      return body(indices);
    int64_t count = dims[indices.size()];
    if (isStraight || count == 1) {
      for (int64_t i = 0; i < count; ++i) {
        indices.push_back(number(i));
        walk();
        indices.pop_back();
      }
      return;
    }
    loop(count, {}, [&](Value *index, Values) {
      indices.push_back(index);
      walk();
      indices.pop_back();
      return Values();
    });
  };
  walk();
}

void CodeEmitter::inPieces(int64_t first, int64_t end, unsigned most, function_ref<void(int64_t, unsigned)> piece) {
  for (unsigned lanes = most; first < end; first += lanes) {
    while (lanes > end - first)
      lanes /= 2;
    piece(first, lanes);
  }
}

/// Merges neighbouring axes along which everything moves as along one, and drops those of one element.
static void collapse(Space &space, Dims &to) {
  for (unsigned i = space.dims.size(); i-- > 0;) {
    bool last = i + 1 == space.dims.size();
    int64_t inner = last ? 1 : space.dims[i + 1];
    auto merges = [&](const Dims &strides) { return !last && strides[i] == strides[i + 1] * inner; };
    bool all = space.dims[i] == 1 || merges(to);
    if (space.dims[i] != 1)
      for (auto &[leaf, strides] : space.strides)
        all &= merges(strides);
    if (!all)
      continue;
    unsigned dropped = i;
    if (space.dims[i] != 1) {
      space.dims[i + 1] *= space.dims[i];
    }
    space.dims.erase(space.dims.begin() + dropped);
    to.erase(to.begin() + dropped);
    for (auto &[leaf, strides] : space.strides)
      strides.erase(strides.begin() + dropped);
  }
}

void CodeEmitter::emitElements(const Operand &value, ArrayRef<int64_t> dims, const Place &to) {
  Space space = spaceOf(value.node, dims);
  Dims target = to.strides;
  collapse(space, target);
  int64_t inner = space.dims.empty() ? 1 : space.dims.back();
  Dims outer = space.dims;
  if (!outer.empty())
    outer.pop_back();
  unsigned cost = costOf(value.node);
  unsigned width = lanesFor(std::max(widest(value.node), code::storedBytes(to.dtype)));
  auto emit = [&](ArrayRef<Value *> outerIndex, Value *at, unsigned lanes) {
    emission.lanes = lanes;
    Points points;
    points.at.assign(outerIndex.begin(), outerIndex.end());
    if (!space.dims.empty())
      points.at.push_back(at);
    points.lanes.assign(lanes, Dims(space.dims.size(), 0));
    for (unsigned lane = 1; lane < lanes; ++lane)
      points.lanes[lane].back() = lane;
    Known known;
    store(evaluate(value, space, points, known), to, target, points);
    emission.lanes = 1;
  };
  int64_t vectors = inner / width;
  unsigned pieces = vectors + (inner % width ? 2 : 0);
  forEach(outer, pieces * cost, [&](ArrayRef<Value *> outerIndex) {
    int64_t done = 0;
    if (pieces * cost > mostStraight && vectors > 1) {
      SmallVector<Value *> index(outerIndex);
      loop(vectors, {}, [&](Value *turn, Values) {
        emit(index, b.CreateMul(turn, number(width)), width);
        return Values();
      });
      done = vectors * width;
    }
    inPieces(done, inner, width, [&](int64_t first, unsigned lanes) { emit(outerIndex, number(first), lanes); });
  });
}

Node *CodeEmitter::copied(Node *node, ArrayRef<unsigned> order) {
  Dims dims, ordered = rowMajor(node->dims);
  for (unsigned axis : order)
    dims.push_back(node->dims[axis]);
  Dims strides = rowMajor(dims);
  for (auto [i, axis] : enumerate(order))
    ordered[axis] = strides[i];
  Value *memory = temporary(node->dtype, sizeOf(dims));
  emitElements({node}, node->dims, {memory, 0, ordered, node->dtype, true});
  return made(node->dtype, dims, memory);
}

} // namespace tenon
