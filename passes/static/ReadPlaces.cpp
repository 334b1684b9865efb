// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReadPlaces.cpp - nodes of calls that make tensors, arrange their elements, read and write them.

#include "CallReader.h"
#include "tenon/tensor.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/SimplifyQuery.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/ConstantRange.h"

using namespace llvm;

namespace tenon {

static constexpr int64_t mostElements = int64_t(1) << 40;

/// The largest distance, in elements, that a dim's stride reaches.
static int64_t reachOf(int64_t dim, int64_t stride) { return (dim - 1) * std::abs(stride); }

/// Whether memory is there. Of an argument that can be asked when the function is entered.
bool CallReader::isNoNull(Value *pointer) {
  SmallSetVector<Value *, 8> work;
  work.insert(pointer);
  for (unsigned i = 0; i < work.size(); ++i) {
    Value *next = work[i]->stripInBoundsOffsets();
    if (isKnownNonZero(next, SimplifyQuery(call->getDataLayout(), call)))
      continue;
    if (auto *phi = dyn_cast<PHINode>(next))
      work.insert(phi->incoming_values().begin(), phi->incoming_values().end());
    else if (auto *select = dyn_cast<SelectInst>(next))
      work.insert(select->op_begin() + 1, select->op_end());
    else if (auto *argument = dyn_cast<Argument>(next))
      program.pointers.insert(argument);
    else
      return false;
  }
  return true;
}

/// Whether some view is of a pointer that may be NULL.
void CallReader::findMissing() {
  if (!program.chosen)
    return;
  for (Instruction *inst : *program.chosen) {
    auto *made = dyn_cast<CallInst>(inst);
    if (!made || !rowOf(*made) || !opNameOf(*made).starts_with("view"))
      continue;
    at = call = made;
    if (!isNoNull(made->getArgOperand(0)))
      program.mayMiss = true;
  }
}

Value *CallReader::bothThere(Value *x, Value *y) {
  if (!x || !y || x == y)
    return x ? x : y;
  return IRBuilder<>(at).CreateAnd(x, y);
}

/// Nothing stands for NULL: then the tensor stays.
Node *CallReader::replaced(Node *value, Node *old) {
  if (!value->isThere)
    return value;
  if (value->dims != old->dims || value->dtype != old->dtype) {
    fail("a tensor that may be NULL, as a pointer may be, replaces one of another shape or dtype");
    return nullptr;
  }
  Node *made = add(Node::Elementwise, "where", old->dtype, old->dims, {{nullptr, value->isThere}, {value}, {old}});
  made->isThere = old->isThere;
  return made;
}

/// What stands for two tensors must not be changed, or be made of one that is.
void CallReader::checkReplaced() {
  for (auto &node : program.nodes)
    if (auto *made = dyn_cast<CallInst>(node->call);
        program.mayMiss && made && rowOf(*made) && opNameOf(*made) == "replaced" &&
        (node->root()->isChanged || any_of(node->operands, [](Operand &operand) { return operand.node && operand.node->root()->isChanged; }))) {
      at = made;
      fail("a tensor is changed that may be NULL, as a pointer may be");
    }
}

// --- creation
// -----------------------------------------------------------------------------------------------------------

Node *CallReader::view(StringRef name) {
  unsigned dtype;
  Dims dims, strides;
  Value *pointer = call->getArgOperand(0);
  if (!dtypeArgument(1, dtype))
    return nullptr;
  if (name == "view_strided") {
    int64_t rank;
    if (!constant(2, "the rank", rank))
      return nullptr;
    if (rank < 0 || rank > 8) {
      fail("a tensor has 0 to 8 dims");
      return nullptr;
    }
    for (int64_t i = 0; i < rank; ++i)
      for (unsigned which : {3u, 4u}) {
        auto *number = dyn_cast_or_null<ConstantInt>(
            stored(call->getArgOperand(which), 8 * i, Type::getInt64Ty(call->getContext())));
        if (!number) {
          fail(Twine(which == 3 ? "a dim" : "a stride") + " is not a constant");
          return nullptr;
        }
        (which == 3 ? dims : strides).push_back(number->getSExtValue());
      }
  } else if (!constants(2, 8, "a dim", dims)) {
    return nullptr;
  }
  int64_t size = 1, reach = 0;
  for (int64_t dim : dims) {
    if (dim <= 0) {
      fail(dim ? "a dim below 0" : "a dim of 0: a tensor without elements is the runtime's");
      return nullptr;
    }
    if (dim > mostElements / size) {
      fail("too many elements");
      return nullptr;
    }
    size *= dim;
  }
  if (strides.empty())
    strides = rowMajor(dims);
  for (auto [dim, stride] : zip(dims, strides)) {
    if (std::abs(stride) > mostElements || (reach += reachOf(dim, stride)) > mostElements) {
      fail("the strides reach too far");
      return nullptr;
    }
  }
  if (isa<ConstantPointerNull>(pointer)) {
    fail("the pointer is NULL");
    return nullptr;
  }
  Node *made = add(Node::View, name, dtype, dims, {});
  made->pointer = pointer;
  if (program.chosen && !isNoNull(pointer)) {
    if (name == "view_strided") {
      fail("whether the pointer is NULL is not known before the program runs");
      return nullptr;
    }
    // Where it is, what is read instead is used for nothing.
    IRBuilder<> b(call);
    Type *type = ArrayType::get(b.getInt8Ty(), size * code::storedBytes(dtype));
    auto *nothing = new GlobalVariable(*program.function->getParent(), type, /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                       Constant::getNullValue(type), "tenon.nothing");
    nothing->setAlignment(Align(16));
    made->isThere = b.CreateIsNotNull(pointer);
    made->pointer = b.CreateSelect(made->isThere, pointer, nothing);
  }
  made->strides = strides;
  made->readOnly = name == "view_const";
  return made;
}

/// tn_values(dtype, v...): numbers with their kinds, in memory.
Node *CallReader::valuesGiven() {
  unsigned dtype;
  int64_t count;
  if (!dtypeArgument(0, dtype) || !constant(1, "the count", count))
    return nullptr;
  Type *word = Type::getInt64Ty(call->getContext());
  SmallVector<Value *> elements;
  for (int64_t i = 0; i < count; ++i) {
    auto *kind = dyn_cast_or_null<ConstantInt>(
        stored(call->getArgOperand(2), i * sizeof(tn_number) + offsetof(tn_number, kind), word));
    bool isReal = kind && kind->getZExtValue() == TN_NUMBER_F64;
    Value *written = kind ? stored(call->getArgOperand(2), i * sizeof(tn_number),
                                   isReal ? Type::getDoubleTy(call->getContext()) : word)
                          : nullptr;
    if (!written) {
      fail("a number is not known here; write it to an array and make a view of that");
      return nullptr;
    }
    StringRef scalar = isReal ? "scalar_f64" : kind->getZExtValue() == TN_NUMBER_I64 ? "scalar_i64" : "scalar_u64";
    elements.push_back(convert(written, scalar, dtype));
    if (!elements.back())
      return nullptr;
  }
  if (elements.empty()) {
    fail("a tensor without elements is the runtime's");
    return nullptr;
  }
  Node *made = add(Node::Fill, "values", dtype, {count}, {{nullptr, elements[0]}});
  made->isChanged = count > 1;
  for (int64_t i = 1; i < count; ++i) {
    Node *store = add(Node::Store, "values", dtype, {}, {{nullptr, elements[i]}});
    store->base = made;
    store->offset = i;
  }
  return made;
}

Node *CallReader::readCreation(StringRef name) {
  if (name.starts_with("view"))
    return view(name);
  if (name == "values")
    return valuesGiven();
  if (name != "zeros" && name != "full")
    return nullptr;
  unsigned dtype;
  Dims dims;
  if (!dtypeArgument(0, dtype) || !constants(name == "zeros" ? 1 : 2, 8, "a dim", dims))
    return nullptr;
  int64_t size = 1;
  for (int64_t dim : dims) {
    if (dim <= 0 || dim > mostElements / size) {
      fail(dim <= 0 ? "a dim of 0 or less: a tensor without elements is the runtime's" : "too many elements");
      return nullptr;
    }
    size *= dim;
  }
  IRBuilder<> b(call);
  code::Emission emission(b, program.machine);
  Operand value;
  if (name == "zeros") {
    value.number = Constant::getNullValue(code::elementType(dtype));
  } else if (isNumber(1)) {
    value.number = number(1, dtype);
    if (!value.number)
      return nullptr;
  } else {
    value.node = tensor(1);
    if (!value.node)
      return nullptr;
    if (!value.node->dims.empty() || value.node->dtype != dtype) {
      fail("the value has to be one number of dtype " + Twine(code::nameOfDtype(dtype)));
      return nullptr;
    }
    // As a broadcast copy.
    Node *zero = add(Node::Fill, "zeros", dtype, dims, {{nullptr, Constant::getNullValue(code::elementType(dtype))}});
    zero->isChanged = true;
    zero->isThere = value.node->isThere;
    Node *store = add(Node::Store, "full", dtype, dims, {value});
    store->base = zero;
    store->strides = rowMajor(dims);
    return zero;
  }
  return add(Node::Fill, name, dtype, dims, {value});
}

// --- arrangements
// -------------------------------------------------------------------------------------------------------

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

// --- reads and writes
// ---------------------------------------------------------------------------------------------------

/// An index into n elements, negative ones counting from the end, as one that does not.
bool CallReader::index(Value *written, int64_t n, Value *&out_index, Asked *out_asked) {
  if (auto *constant = dyn_cast<ConstantInt>(written)) {
    int64_t value = constant->getSExtValue();
    if (value >= -n && value < n) {
      out_index = ConstantInt::get(written->getType(), value < 0 ? value + n : value);
      return true;
    }
    fail("index " + Twine(value) + " is out of range for " + Twine(n) + " elements");
    return false;
  }
  ConstantRange range = values.getConstantRange(written, call, /*UndefAllowed=*/false);
  if (evolution.isSCEVable(written->getType())) { // counters of loops
    const SCEV *counted = evolution.getSCEV(written);
    range = range.intersectWith(evolution.getSignedRange(counted), ConstantRange::Signed);
    const SCEV *end = evolution.getConstant(written->getType(), n);
    if (evolution.isKnownPredicateAt(ICmpInst::ICMP_ULT, counted, end, call))
      range = range.intersectWith(ConstantRange(APInt(64, 0), APInt(64, n)), ConstantRange::Signed);
  }
  if (range.getSignedMin().sge(0) && range.getSignedMax().slt(n)) {
    out_index = written;
    return true;
  }
  if (out_asked) {
    IRBuilder<> b(call);
    out_index = b.CreateSelect(b.CreateICmpSLT(written, b.getInt64(0)), b.CreateAdd(written, b.getInt64(n)), written);
    out_asked->push_back({out_index, n});
    return true;
  }
  fail("that the index is in range for " + Twine(n) +
       " elements is not known before the program runs; read the array itself");
  return false;
}

bool CallReader::readRead(StringRef name, Value *&out_value, Node *&out_node) {
  Node *node = tensor(0);
  if (!node)
    return false;
  Type *type = call->getType();
  bool isElement = name.starts_with("get") || name.starts_with("item");
  if (node->isThere && !isElement) {
    fail("what is asked of the tensor depends on whether a pointer is NULL");
    return false;
  }
  if (name == "dtype_of") {
    out_value = ConstantInt::get(type, (TN_F32 & ~0xff) | node->dtype);
    return true;
  }
  if (name == "rank" || name == "size") {
    out_value = ConstantInt::get(type, name == "rank" ? node->dims.size() : sizeOf(node->dims));
    return true;
  }
  if (name == "dim") {
    int64_t written;
    unsigned at;
    if (!constant(1, "the axis", written) || !axis(*node, written, at))
      return false;
    out_value = ConstantInt::get(type, node->dims[at]);
    return true;
  }
  if (name == "data_const") {
    if (node->kind != Node::View && program.chosen) {
      // Of a copy: nobody may write to it, and what the tensor is changed to is not seen (SmallTensors.cpp).
      Node *copy = add(Node::Elementwise, "copy", node->dtype, node->dims, {{node}});
      copy->needsMemory = true;
      out_node = add(Node::Address, name, node->dtype, {}, {{copy}});
      return true;
    }
    if (node->kind != Node::View) {
      fail("'data_const' of a tensor that is no view would need memory of the runtime; store it into a view");
      return false;
    }
    out_value = node->pointer;
    return true;
  }
  name.consume_back("_f32") || name.consume_back("_i64");
  SmallVector<Value *, 4> indices;
  SmallVector<std::pair<Value *, int64_t>, 2> asked;
  Asked *mayAsk = program.chosen ? &asked : nullptr;
  IRBuilder<> b(call);
  if (name == "item") {
    if (sizeOf(node->dims) != 1) {
      fail(textOf(node->dims) + " has " + Twine(sizeOf(node->dims)) + " elements, not one");
      return false;
    }
    indices.assign(node->dims.size(), b.getInt64(0));
  } else if (name == "get_flat") {
    Value *flat;
    if (!index(call->getArgOperand(1), sizeOf(node->dims), flat, mayAsk))
      return false;
    indices.resize(node->dims.size());
    for (unsigned i = indices.size(); i-- > 0;) {
      Value *dim = b.getInt64(node->dims[i]);
      indices[i] = i ? b.CreateURem(flat, dim) : flat;
      flat = i ? b.CreateUDiv(flat, dim) : flat;
    }
  } else {
    unsigned count = 0;
    while (count < 8) {
      auto *pad = dyn_cast<ConstantInt>(call->getArgOperand(1 + count));
      if (pad && pad->getSExtValue() == TN_PAD_VALUE)
        break;
      ++count;
    }
    if (count != node->dims.size()) {
      fail(Twine(count) + " indices for " + textOf(node->dims));
      return false;
    }
    indices.resize(count);
    for (unsigned i = 0; i < count; ++i)
      if (!index(call->getArgOperand(1 + i), node->dims[i], indices[i], mayAsk))
        return false;
  }
  out_node = add(Node::Read, "read", node->dtype, {}, {{node}});
  out_node->indices = indices;
  out_node->asked = asked;
  return true;
}

bool CallReader::readMutation(StringRef name, Value *&out_value) {
  Node *target = tensor(0);
  if (!target)
    return false;
  if (name == "data") {
    if (target->kind != Node::View || target->readOnly) {
      fail("'data' of a tensor that is no view to write would need memory of the runtime");
      return false;
    }
    out_value = target->pointer;
    return true;
  }
  if (target->kind == Node::Alias) {
    fail("this would change a slice's own copy, which nothing else sees; tn_copy it if that is meant, or use "
         "tn_store_at");
    return false;
  }
  if (target->readOnly) {
    fail("the tensor is a tn_view_const");
    return false;
  }
  Dims dims = target->dims, strides = target->kind == Node::View ? target->strides : rowMajor(dims);
  // No two elements on one place: each stride beyond the reach of the smaller ones.
  SmallVector<std::pair<int64_t, int64_t>> byStride;
  for (auto [dim, stride] : zip(dims, strides))
    if (dim > 1)
      byStride.push_back({std::abs(stride), dim});
  llvm::sort(byStride);
  int64_t reach = 0;
  for (auto [stride, dim] : byStride) {
    if (stride <= reach) {
      fail("the strides of the view may let elements fall on one place");
      return false;
    }
    reach += stride * (dim - 1);
  }

  int64_t offset = target->offset;
  Value *moved = nullptr;
  Operand value;
  bool sets = name.starts_with("set");
  if (sets) {
    value.number = convert(call->getArgOperand(1), name == "set" ? "scalar_f64" : "scalar_i64", target->dtype);
  } else if (isNumber(1)) {
    value.number = number(1, target->dtype);
  } else {
    value.node = tensor(1);
  }
  if (!value.number && !value.node)
    return false;
  if (value.node && value.node->dtype != target->dtype) {
    fail("the target is " + Twine(code::nameOfDtype(target->dtype)) + ", the value " +
         code::nameOfDtype(value.node->dtype) + "; use tn_cast");
    return false;
  }
  if (name != "store") { // a window
    SmallVector<Value *> starts;
    for (Value *start : drop_begin(call->args(), 2)) {
      if (auto *pad = dyn_cast<ConstantInt>(start); pad && pad->getSExtValue() == TN_PAD_VALUE)
        break;
      starts.push_back(start);
    }
    Dims window = value.node ? value.node->dims : Dims();
    if (starts.size() > dims.size() || window.size() > dims.size() || (sets && starts.size() != dims.size())) {
      fail(Twine(starts.size()) + (sets ? " indices" : " starts") + " for " + textOf(dims));
      return false;
    }
    window.insert(window.begin(), dims.size() - window.size(), 1);
    for (auto [i, n] : enumerate(dims)) {
      Value *written = i < starts.size() ? starts[i] : ConstantInt::get(Type::getInt64Ty(call->getContext()), 0);
      if (!isa<ConstantInt>(written)) {
        if (!move(written, n - window[i] + 1, strides[i], offset, moved))
          return false;
        continue;
      }
      int64_t start = cast<ConstantInt>(written)->getSExtValue();
      if (start < 0 && start >= -n)
        start += n;
      if (start < 0 || window[i] > n || start > n - window[i]) {
        fail((sets ? "index " + Twine(start) + " is out of range for "
                   : "the window " + Twine(textOf(window)) + " reaches over ") +
             textOf(dims));
        return false;
      }
      offset += start * strides[i];
    }
    dims = window;
  } else if (Dims both; value.node && (!broadcast(dims, value.node->dims, both) || both != dims)) {
    fail(textOf(value.node->dims) + " does not broadcast to " + textOf(dims));
    return false;
  }
  Node *store = add(Node::Store, name, target->dtype, dims, {value});
  store->base = target;
  store->strides = strides;
  store->offset = offset;
  store->moved = moved;
  store->isThere = bothThere(store->isThere, target->isThere);
  if (target->kind != Node::View)
    target->isChanged = true;
  out_value = store->isThere ? store->isThere : ConstantInt::getTrue(call->getContext());
  return true;
}

} // namespace tenon
