// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReadAccesses.cpp - nodes of calls that read elements and write them.

#include "CallReader.h"
#include "tenon/tensor.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/ConstantRange.h"

using namespace llvm;

namespace tenon {

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
