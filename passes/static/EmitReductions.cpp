// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// EmitReductions.cpp - sums and products in the order of docs/numerics.md, sections 3 to 7.
//
// 64 interleaved lanes are as many vectors as that takes, in groups that registers hold; the terms of a row of lanes
// that is not full are in the first lanes, so these are cut where they end. A lane without terms is +0 and no lane of a
// sum is -0, so it need not be there; lanes of fma can be -0, and there it is added.

#include "CodeEmitter.h"
#include "PlanJoins.h"
#include "tenon/tensor.h"
#include "llvm/ADT/bit.h"

using namespace llvm;

namespace tenon {

static constexpr int64_t lanesOfLine = 64, rowsOfBlock = 64, mostBlocks = 64;
/// Accumulators of one walk over a block.
static constexpr unsigned mostAccumulators = 8;
static constexpr unsigned mostStraightTerms = 64;

Value *CodeEmitter::meet(const Gathering &gathering, Value *x, Value *y) {
  bool isReal = code::isReal(gathering.dtype);
  if (gathering.function == "sum")
    return isReal ? b.CreateFAdd(x, y) : b.CreateAdd(x, y);
  if (gathering.function == "prod")
    return isReal ? code::product(x, y) : b.CreateMul(x, y);
  if (gathering.function == "any")
    return b.CreateOr(x, y);
  if (gathering.function == "all")
    return b.CreateAnd(x, y);
  bool most = gathering.function == "reduce_max";
  return b.CreateBinaryIntrinsic(
      isReal ? (most ? Intrinsic::maximum : Intrinsic::minimum) : (most ? Intrinsic::smax : Intrinsic::smin), x, y);
}

/// What a lane without terms is.
Value *CodeEmitter::start(const Gathering &gathering) {
  Type *element = code::elementType(gathering.dtype), *type = code::laneType(element);
  bool isReal = code::isReal(gathering.dtype), most = gathering.function == "reduce_max";
  if (gathering.function == "sum" || gathering.function == "any")
    return Constant::getNullValue(type);
  if (gathering.function == "all")
    return Constant::getAllOnesValue(type);
  if (gathering.function == "prod")
    return isReal ? ConstantFP::get(type, 1) : ConstantInt::get(type, 1);
  if (isReal)
    return ConstantFP::getInfinity(type, /*Negative=*/most);
  unsigned bits = element->getIntegerBitWidth();
  return ConstantInt::get(type, most ? APInt::getSignedMinValue(bits) : APInt::getSignedMaxValue(bits));
}

/// Lanes [c, c + lanes) of each chunk: all their terms, blocks met in the tree.
CodeEmitter::Values CodeEmitter::gatherChunks(const Gathering &gathering, ArrayRef<Value *> outer, int64_t rows,
                                              int64_t width, ArrayRef<std::pair<int64_t, unsigned>> chunks) {
  int64_t sides = std::max<int64_t>(1, bit_floor(uint64_t(lanesOfLine / width)));
  int64_t full = rows / sides, rest = rows % sides * width;
  int64_t blocks = (full + (rest ? 1 : 0) + rowsOfBlock - 1) / rowsOfBlock;
  auto take = [&](Value *accumulator, std::pair<int64_t, unsigned> chunk, Value *row) {
    emission.lanes = chunk.second;
    Points points;
    points.at.assign(outer.begin(), outer.end());
    points.at.push_back(b.CreateMul(row, number(sides)));
    points.at.push_back(number(0));
    for (unsigned lane = 0; lane < chunk.second; ++lane) {
      Dims distance(outer.size(), 0);
      distance.push_back((chunk.first + lane) / width);
      distance.push_back((chunk.first + lane) % width);
      points.lanes.push_back(distance);
    }
    Value *next = gathering.take(accumulator, points);
    emission.lanes = 1;
    return next;
  };
  auto meetAll = [&](const Values &x, const Values &y) {
    Values both;
    for (auto [i, chunk] : enumerate(chunks)) {
      emission.lanes = chunk.second;
      both.push_back(meet(gathering, x[i], y[i]));
    }
    emission.lanes = 1;
    return both;
  };

  SmallVector<Values> tree; // a binary counter: equal halves meet
  for (int64_t block = 0; block < blocks; ++block) {
    Values lanes;
    for (auto chunk : chunks) {
      emission.lanes = chunk.second;
      lanes.push_back(start(gathering));
    }
    emission.lanes = 1;
    int64_t first = block * rowsOfBlock, end = std::min(full, first + rowsOfBlock);
    auto row = [&](Value *at, Values accumulators) {
      for (auto [accumulator, chunk] : zip(accumulators, chunks))
        accumulator = take(accumulator, chunk, at);
      return accumulators;
    };
    if ((end - first) * int64_t(chunks.size()) * gathering.cost <= mostStraightTerms)
      for (int64_t i = first; i < end; ++i)
        lanes = row(number(i), lanes);
    else
      lanes = loop(end - first, lanes, [&](Value *turn, Values carried) {
        return row(first ? b.CreateAdd(turn, number(first)) : turn, carried);
      });
    if (block + 1 == blocks && rest)
      for (auto [accumulator, chunk] : zip(lanes, chunks))
        if (chunk.first < rest)
          accumulator = take(accumulator, chunk, number(full));
    tree.push_back(lanes);
    for (int64_t carry = block; carry & 1; carry >>= 1) {
      Values right = tree.pop_back_val();
      tree.back() = meetAll(tree.back(), right);
    }
  }
  while (tree.size() > 1) {
    Values right = tree.pop_back_val();
    tree.back() = meetAll(tree.back(), right);
  }
  return tree[0];
}

/// Side s takes side s + sides / 2, until one is left. Of the lanes the first `present` have terms.
void CodeEmitter::halve(const Gathering &gathering, const Place &lanes, int64_t sides, int64_t width, int64_t present) {
  auto points = [&](int64_t at, unsigned count) {
    Points made;
    made.at.push_back(number(at));
    for (unsigned lane = 0; lane < count; ++lane)
      made.lanes.push_back({lane});
    return made;
  };
  for (sides /= 2; sides > 0; sides /= 2) {
    int64_t half = sides * width, both = std::max<int64_t>(0, present - half);
    inPieces(0, both, gathering.lanes, [&](int64_t at, unsigned count) {
      emission.lanes = count;
      Value *left = load(lanes, {1}, points(at, count)), *right = load(lanes, {1}, points(at + half, count));
      store(meet(gathering, left, right), lanes, {1}, points(at, count));
      emission.lanes = 1;
    });
    if (gathering.absentAdds)
      inPieces(both, std::min(half, present), gathering.lanes, [&](int64_t at, unsigned count) {
        emission.lanes = count;
        store(meet(gathering, load(lanes, {1}, points(at, count)), start(gathering)), lanes, {1}, points(at, count));
        emission.lanes = 1;
      });
    present = std::min(present, half);
  }
}

void CodeEmitter::emitMatrices(const Gathering &gathering, ArrayRef<int64_t> outer, int64_t rows, int64_t width,
                               const Place &to) {
  int64_t sides = std::max<int64_t>(1, bit_floor(uint64_t(lanesOfLine / width)));
  int64_t full = rows / sides, rest = rows % sides * width, present = full ? sides * width : rest;
  if (full + 1 > mostBlocks * rowsOfBlock) {
    reportBroken(*program.function, call, "a reduction of so many elements is a call of the runtime");
    failed = true;
    return;
  }
  SmallVector<std::pair<int64_t, unsigned>> chunks;
  auto add = [&](int64_t first, unsigned lanes) { chunks.push_back({first, lanes}); };
  inPieces(0, rest, gathering.lanes, add);
  inPieces(rest, present, gathering.lanes, add);

  // One side is the result; more are halved in a buffer.
  Value *buffer = sides > 1 ? temporary(gathering.dtype, present) : nullptr;
  Dims outerStrides = rowMajor(outer);
  for (int64_t &stride : outerStrides)
    stride *= width;
  outerStrides.push_back(1);
  unsigned cost = chunks.size() * (full + 1) * gathering.cost + (sides > 1 ? 8 : 0);
  forEach(outer, cost, [&](ArrayRef<Value *> index) {
    SmallVector<Value *> at(index);
    Place lanesPlace = buffer ? Place{buffer, 0, {1}, gathering.dtype, true} : to;
    auto put = [&](Value *value, int64_t first, unsigned lanes, const Place &place, bool isResult) {
      emission.lanes = lanes;
      Points points;
      if (isResult)
        points.at.assign(at.begin(), at.end());
      points.at.push_back(number(first));
      for (unsigned lane = 0; lane < lanes; ++lane) {
        Dims distance(points.at.size() - 1, 0);
        distance.push_back(lane);
        points.lanes.push_back(distance);
      }
      store(value, place, isResult ? outerStrides : Dims{1}, points);
      emission.lanes = 1;
    };
    for (unsigned i = 0; i < chunks.size(); i += mostAccumulators) {
      auto group = ArrayRef(chunks).slice(i, std::min<size_t>(mostAccumulators, chunks.size() - i));
      Values lanes = gatherChunks(gathering, at, rows, width, group);
      for (auto [value, chunk] : zip(lanes, group))
        put(value, chunk.first, chunk.second, lanesPlace, !buffer);
    }
    if (!buffer)
      return;
    halve(gathering, lanesPlace, sides, width, present);
    inPieces(0, width, gathering.lanes, [&](int64_t first, unsigned lanes) {
      emission.lanes = lanes;
      Points points;
      points.at.push_back(number(first));
      for (unsigned lane = 0; lane < lanes; ++lane)
        points.lanes.push_back({lane});
      Value *value = load(lanesPlace, {1}, points);
      put(value, first, lanes, to, true);
    });
  });
}

namespace {
/// Neighbouring axes of the operand that are all reduced, or all kept.
struct Group {
  SmallVector<unsigned> axes;
  int64_t size = 1;
  bool isReduced;
};
} // namespace

/// The stride along merged axes, or nothing if they are not one.
static std::optional<int64_t> merged(const Group *group, ArrayRef<int64_t> strides, ArrayRef<int64_t> dims) {
  if (!group || group->axes.empty())
    return 0;
  for (unsigned i = 0; i + 1 < group->axes.size(); ++i)
    if (strides[group->axes[i]] != strides[group->axes[i + 1]] * dims[group->axes[i + 1]])
      return std::nullopt;
  return strides[group->axes.back()];
}

void CodeEmitter::emitReduce(Node &node) {
  Node *from = node.operands[0].node;
  auto groupsOf = [](ArrayRef<unsigned> order, ArrayRef<int64_t> dims, unsigned axes) {
    SmallVector<Group> groups;
    for (unsigned axis : order) {
      bool isReduced = axes >> axis & 1;
      if (dims[axis] == 1)
        continue;
      if (groups.empty() || groups.back().isReduced != isReduced)
        groups.push_back({{}, 1, isReduced});
      groups.back().axes.push_back(axis);
      groups.back().size *= dims[axis];
    }
    return groups;
  };
  SmallVector<unsigned> order;
  for (bool reduced : {false, true})
    for (unsigned axis = 0; axis < from->dims.size(); ++axis)
      if (node.byLines ? (node.axes >> axis & 1) == reduced : !reduced)
        order.push_back(axis);
  SmallVector<Group> groups = groupsOf(order, from->dims, node.axes);
  Dims dims = from->dims;
  bool isFirst = true;
  Place to = isInRegister(node) ? Place{temporary(node.dtype, 1), 0, {}, node.dtype, true} : memoryFor(node);
  while (true) {
    int last = int(groups.size()) - 1;
    while (last >= 0 && !groups[last].isReduced)
      --last;
    if (last < 0 && !isFirst)
      break;
    // Reduced dims of 1 alone: one row.
    const Group *rows = last < 0 ? nullptr : &groups[last];
    const Group *width = last < 0                        ? (groups.empty() ? nullptr : &groups[0])
                         : last + 1 < int(groups.size()) ? &groups[last + 1]
                                                         : nullptr;
    Dims outer;
    SmallVector<unsigned> outerAxes;
    for (int i = 0; i < last; ++i)
      for (unsigned axis : groups[i].axes) {
        outer.push_back(dims[axis]);
        outerAxes.push_back(axis);
      }
    // Each leaf moves by one stride along the rows and one along the width, or all is copied first.
    Space all = spaceOf(from, dims), space;
    space.dims = outer;
    space.dims.push_back(rows ? rows->size : 1);
    space.dims.push_back(width ? width->size : 1);
    bool fits = true;
    for (auto &[leaf, strides] : all.strides) {
      auto alongRows = merged(rows, strides, dims), alongWidth = merged(width, strides, dims);
      fits &= alongRows && alongWidth;
      Dims own;
      for (unsigned axis : outerAxes)
        own.push_back(strides[axis]);
      own.push_back(alongRows.value_or(0));
      own.push_back(alongWidth.value_or(0));
      space.strides[leaf] = own;
    }
    if (!fits) {
      from = copied(from, order);
      unsigned axes = 0;
      for (auto [i, axis] : enumerate(order))
        if (node.axes >> axis & 1)
          axes |= 1u << i;
      dims = from->dims;
      order.clear();
      for (unsigned i = 0; i < dims.size(); ++i)
        order.push_back(i);
      groups = groupsOf(order, dims, axes);
      continue;
    }
    auto take = [&](Value *accumulator, const Points &points) {
      Known known;
      return meet({node.function, node.dtype, false, 1, 1, nullptr}, accumulator,
                  evaluate({from}, space, points, known));
    };
    Gathering gathering{
        node.function, node.dtype, false, costOf(from), lanesFor(std::max(widest(from), code::storedBytes(node.dtype))),
        take};
    bool isLast =
        last < 0 || none_of(ArrayRef(groups).take_front(last), [](const Group &group) { return group.isReduced; });
    int64_t widthSize = width ? width->size : 1;
    Place target = to;
    if (!isLast)
      target = {temporary(node.dtype, sizeOf(outer) * widthSize), 0, {}, node.dtype, true};
    emitMatrices(gathering, outer, rows ? rows->size : 1, widthSize, target);
    if (isLast)
      break;
    // What is left, row-major, is reduced next.
    SmallVector<Group> left;
    Dims leftDims;
    for (auto [i, group] : enumerate(groups)) {
      if (int(i) == last)
        continue;
      if (!left.empty() && left.back().isReduced == group.isReduced) {
        leftDims.back() *= group.size;
        left.back().size *= group.size;
        continue;
      }
      left.push_back({{unsigned(leftDims.size())}, group.size, group.isReduced});
      leftDims.push_back(group.size);
    }
    groups = left;
    dims = leftDims;
    from = made(node.dtype, dims, target.pointer);
    isFirst = false;
  }
  if (isInRegister(node))
    node.scalar = load(to, {}, point({}));
}

// --- products
// -----------------------------------------------------------------------------------------------------------

void CodeEmitter::emitMatmul(Node &node) {
  Node &x = *node.operands[0].node, &y = *node.operands[1].node;
  Place px = placeOf(x), py = placeOf(y);
  bool isRow = x.dims.size() == 1, isColumn = y.dims.size() == 1;
  int64_t k = x.dims.back(), n = isColumn ? 1 : y.dims.back();
  // The result's axes but the last, which is the column's.
  Dims outer = node.dims;
  if (!isColumn)
    outer.pop_back();
  unsigned batch = outer.size() - (isRow ? 0 : 1);
  auto batchStrides = [&](const Node &operand, const Place &place, unsigned own) {
    Dims strides(batch, 0);
    unsigned count = operand.dims.size() - own;
    for (unsigned i = 0; i < count; ++i)
      strides[batch - count + i] = operand.dims[i] == 1 ? 0 : place.strides[i];
    return strides;
  };
  // On the axes outer..., k, n.
  Dims alongX = batchStrides(x, px, isRow ? 1 : 2), alongY = batchStrides(y, py, isColumn ? 1 : 2);
  if (!isRow) {
    alongX.push_back(px.strides[x.dims.size() - 2]);
    alongY.push_back(0);
  }
  alongX.append({px.strides.back(), 0});
  alongY.push_back(py.strides[y.dims.size() - (isColumn ? 1 : 2)]);
  alongY.push_back(isColumn ? 0 : py.strides.back());
  auto take = [&](Value *accumulator, const Points &points) {
    Value *left = load(px, alongX, points);
    return code::fma(left, load(py, alongY, points), accumulator);
  };
  unsigned lanes = lanesFor(code::storedBytes(node.dtype));
  unsigned cost = program.machine.hasFma ? 1 : 8;
  Place to = isInRegister(node) ? Place{temporary(node.dtype, 1), 0, {}, node.dtype, true} : memoryFor(node);
  if (n == 1) {
    Gathering gathering{"sum", node.dtype, /*absentAdds=*/true, cost, lanes, take};
    emitMatrices(gathering, outer, k, 1, to);
  } else {
    Dims toStrides = rowMajor(outer);
    for (int64_t &stride : toStrides)
      stride *= n;
    toStrides.append({0, 1});
    int64_t chunksOfRow = (n + lanes - 1) / lanes;
    forEach(outer, k * chunksOfRow * cost, [&](ArrayRef<Value *> index) {
      SmallVector<Value *> at(index);
      auto pointsAt = [&](Value *q, int64_t column, unsigned count) {
        Points points;
        points.at.assign(at.begin(), at.end());
        points.at.append({q, number(column)});
        for (unsigned lane = 0; lane < count; ++lane) {
          Dims distance(outer.size() + 1, 0);
          distance.push_back(lane);
          points.lanes.push_back(distance);
        }
        return points;
      };
      SmallVector<std::pair<int64_t, unsigned>> chunks;
      inPieces(0, n, lanes, [&](int64_t first, unsigned count) { chunks.push_back({first, count}); });
      for (unsigned i = 0; i < chunks.size(); i += mostAccumulators) {
        auto group = ArrayRef(chunks).slice(i, std::min<size_t>(mostAccumulators, chunks.size() - i));
        Values sums;
        for (auto [first, count] : group) {
          emission.lanes = count;
          sums.push_back(Constant::getNullValue(code::laneType(code::elementType(node.dtype))));
        }
        auto step = [&](Value *q, Values carried) {
          for (auto [sum, chunk] : zip(carried, group)) {
            emission.lanes = chunk.second;
            sum = take(sum, pointsAt(q, chunk.first, chunk.second));
          }
          emission.lanes = 1;
          return carried;
        };
        emission.lanes = 1;
        if (k * int64_t(group.size()) * cost <= mostStraightTerms)
          for (int64_t q = 0; q < k; ++q)
            sums = step(number(q), sums);
        else
          sums = loop(k, sums, step);
        for (auto [sum, chunk] : zip(sums, group)) {
          emission.lanes = chunk.second;
          store(sum, to, toStrides, pointsAt(number(0), chunk.first, chunk.second));
        }
        emission.lanes = 1;
      }
    });
  }
  if (isInRegister(node))
    node.scalar = load(to, {}, point({}));
}

} // namespace tenon
