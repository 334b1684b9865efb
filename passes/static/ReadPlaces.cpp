// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReadPlaces.cpp - nodes of calls that arrange the elements of a tensor.

#include "CallReader.h"
#include "tenon/tensor.h"

using namespace llvm;

namespace tenon {

/// Other strides over the elements of a node. An arrangement of an arrangement has what stood there when the first was
/// made: if it has to be copied, it is copied then.
Node *CallReader::place(Node *node, ArrayRef<int64_t> dims, ArrayRef<int64_t> strides, int64_t offset, Value *moved) {
  Node *made = add(Node::Alias, "copy", node->dtype, dims, {{node}});
  if (node->kind == Node::Alias)
    made->call = node->call;
  made->base = node->root();
  made->strides.assign(strides.begin(), strides.end());
  made->offset = offset;
  made->moved = moved;
  made->base->needsMemory = true;
  return made;
}

bool CallReader::move(Value *written, int64_t n, int64_t stride, int64_t &offset, Value *&moved) {
  Value *known;
  if (!index(written, n, known))
    return false;
  if (auto *constant = dyn_cast<ConstantInt>(known)) {
    offset += constant->getSExtValue() * stride;
    return true;
  }
  IRBuilder<> b(call);
  Value *distance = b.CreateMul(known, b.getInt64(stride));
  moved = moved ? b.CreateAdd(moved, distance) : distance;
  return true;
}

bool CallReader::cut(const Node &node, unsigned axis, int64_t start, int64_t stop, int64_t step, Dims &dims,
                     Dims &strides, int64_t &offset) {
  if (step == 0) {
    fail("the step is 0");
    return false;
  }
  bool up = step > 0;
  int64_t n = dims[axis], least = up ? 0 : -1, most = up ? n : n - 1;
  auto clamp = [&](int64_t bound, int64_t end) {
    return bound == TN_END ? end : bound < 0 ? (bound < -n ? least : bound + n) : std::min(bound, most);
  };
  start = clamp(start, most);
  stop = clamp(stop, up ? n : -1);
  uint64_t distance = up ? (stop > start ? stop - start : 0) : (start > stop ? start - stop : 0);
  uint64_t stride = up ? step : -uint64_t(step);
  int64_t count = distance / stride + (distance % stride != 0);
  if (count == 0) {
    fail("nothing is left of axis " + Twine(axis) + " of " + textOf(node.dims) +
         ": a tensor without elements is the runtime's");
    return false;
  }
  offset += start * strides[axis];
  dims[axis] = count;
  if (count > 1)
    strides[axis] *= step;
  return true;
}

Node *CallReader::alias(StringRef name) {
  Node *node = tensor(0);
  if (!node)
    return nullptr;
  bool moves = (name == "select" && !isa<ConstantInt>(call->getArgOperand(2))) ||
               (name == "at" && any_of(drop_begin(call->args()), [](Value *index) { return !isa<ConstantInt>(index); }));
  if (moves && node->kind == Node::Alias) // where it begins is known only now, and the first may have to be copied before
    node = add(Node::Elementwise, "copy", node->dtype, node->dims, {{node}});
  Dims dims = node->dims, strides = node->base || node->kind == Node::View ? node->strides : rowMajor(dims), written;
  int64_t offset = node->offset, rank = dims.size();
  Value *moved = node->moved;
  if (name == "slice" || name == "slice_step" || name == "select") {
    int64_t numbers[4] = {0, 0, TN_END, 1};
    for (unsigned i = 1; i < (name == "select" ? 2 : call->arg_size()); ++i)
      if (!constant(i, i == 1 ? "the axis" : "a bound", numbers[i - 1]))
        return nullptr;
    unsigned at;
    if (!axis(*node, numbers[0], at))
      return nullptr;
    if (name != "select")
      return cut(*node, at, numbers[1], numbers[2], numbers[3], dims, strides, offset)
                 ? place(node, dims, strides, offset, moved)
                 : nullptr;
    if (!move(call->getArgOperand(2), dims[at], strides[at], offset, moved))
      return nullptr;
    dims.erase(dims.begin() + at);
    strides.erase(strides.begin() + at);
    return place(node, dims, strides, offset, moved);
  }
  if (name == "transpose") {
    if (rank < 2) {
      fail(textOf(dims) + " has less than two axes");
      return nullptr;
    }
    std::swap(dims[rank - 2], dims[rank - 1]);
    std::swap(strides[rank - 2], strides[rank - 1]);
    return place(node, dims, strides, offset, moved);
  }
  if (name == "at") {
    for (Value *index : drop_begin(call->args())) {
      if (auto *pad = dyn_cast<ConstantInt>(index); pad && pad->getSExtValue() == TN_PAD_VALUE)
        break;
      if (dims.empty()) {
        fail("more indices than axes of " + textOf(node->dims));
        return nullptr;
      }
      if (!move(index, dims[0], strides[0], offset, moved))
        return nullptr;
      dims.erase(dims.begin());
      strides.erase(strides.begin());
    }
    return place(node, dims, strides, offset, moved);
  }
  if (!constants(1, name == "window" ? 16 : 8, "an argument", written))
    return nullptr;
  int64_t count = written.size();
  if (name == "permute_dims") {
    Dims newDims, newStrides;
    unsigned seen = 0;
    for (int64_t each : written) {
      unsigned at;
      if (!axis(*node, each, at))
        return nullptr;
      seen |= 1u << at;
      newDims.push_back(dims[at]);
      newStrides.push_back(strides[at]);
    }
    if (count != rank || seen != (1u << rank) - 1) {
      fail("the axes do not name each axis of " + textOf(dims) + " once");
      return nullptr;
    }
    return place(node, newDims, newStrides, offset, moved);
  }
  if (name == "broadcast_to") {
    Dims both;
    if (!broadcast(dims, written, both) || both != written) {
      fail(textOf(dims) + " does not broadcast to " + textOf(written));
      return nullptr;
    }
    Dims newStrides(count, 0);
    for (int64_t i = 0; i < rank; ++i)
      newStrides[count - rank + i] = dims[i] == 1 ? 0 : strides[i];
    return place(node, written, newStrides, offset, moved);
  }
  if (name == "reshape") {
    int64_t size = sizeOf(dims), product = 1, unknown = -1;
    bool fits = true;
    for (int64_t i = 0; i < count; ++i) {
      if (written[i] == -1 && unknown < 0)
        unknown = i;
      else if (written[i] <= 0 || written[i] > size)
        fits = false;
      else
        product = std::min(product * written[i], size + 1);
    }
    if (fits && unknown >= 0 && size % product == 0)
      written[unknown] = size / product;
    else if (unknown >= 0 || product != size)
      fits = false;
    if (!fits) {
      fail(textOf(node->dims) + " cannot become " + textOf(written));
      return nullptr;
    }
    // Elements that do not lie in a row go into one first.
    if (strides != rowMajor(dims)) {
      node = add(Node::Elementwise, "copy", node->dtype, dims, {{node}});
      offset = 0;
      moved = nullptr;
    }
    return place(node, written, rowMajor(written), offset, moved);
  }
  assert(name == "window" && "all rows of the class are named");
  if (count % 2 || count / 2 > rank) {
    fail(Twine(count) + " bounds for " + textOf(dims));
    return nullptr;
  }
  for (int64_t i = 0; i < count / 2; ++i)
    if (!cut(*node, i, written[2 * i], written[2 * i + 1], 1, dims, strides, offset))
      return nullptr;
  return place(node, dims, strides, offset, moved);
}

Node *CallReader::concatenation() {
  int64_t written, count;
  if (!constant(0, "the axis", written) || !constant(1, "the count", count))
    return nullptr;
  SmallVector<Node *, 8> parts;
  for (int64_t i = 0; i < count; ++i) {
    parts.push_back(tensor(2 + i));
    if (!parts.back())
      return nullptr;
  }
  unsigned at;
  if (parts.empty() || !axis(*parts[0], written, at))
    return nullptr;
  Dims dims = parts[0]->dims;
  dims[at] = 0;
  for (Node *part : parts) {
    Dims rest = part->dims;
    if (rest.size() == dims.size())
      rest[at] = dims[at];
    if (rest != dims || part->dtype != parts[0]->dtype) {
      fail(textOf(parts[0]->dims) + " and " + textOf(part->dims) + " cannot be joined at axis " + Twine(at));
      return nullptr;
    }
    dims[at] += part->dims[at];
  }
  IRBuilder<> b(call);
  code::Emission emission(b, program.machine);
  unsigned dtype = parts[0]->dtype;
  Node *whole = add(Node::Fill, "concat", dtype, dims, {{nullptr, Constant::getNullValue(code::elementType(dtype))}});
  whole->isChanged = true;
  for (Node *part : parts)
    whole->isThere = bothThere(whole->isThere, part->isThere);
  int64_t offset = 0;
  for (Node *part : parts) {
    Node *store = add(Node::Store, "concat", dtype, part->dims, {{part}});
    store->base = whole;
    store->strides = rowMajor(dims);
    store->offset = offset;
    offset += part->dims[at] * store->strides[at];
  }
  return whole;
}

} // namespace tenon
