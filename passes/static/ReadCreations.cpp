// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReadCreations.cpp - nodes of calls that make tensors, of memory that may not be there too.

#include "CallReader.h"
#include "Lifetime.h"
#include "tenon/tensor.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/SimplifyQuery.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include <cmath>

using namespace llvm;

namespace tenon {

static constexpr int64_t mostElements = int64_t(1) << 40;

/// The largest distance, in elements, that a dim's stride reaches.
static int64_t reachOf(int64_t dim, int64_t stride) { return (dim - 1) * std::abs(stride); }

/// Elements of a range of constants.
static constexpr int64_t mostOfRange = 4096;

/// Whether memory is there. Of an argument that can be asked when the function is entered.
bool CallReader::isNoNull(Value *pointer) {
  SmallSetVector<Value *, 8> work;
  work.insert(pointer);
  for (unsigned i = 0; i < work.size(); ++i) {
    Value *next = work[i]->stripInBoundsOffsets();
    if (isKnownNonZero(next, SimplifyQuery(call->getDataLayout(), &dominators, /*AC=*/nullptr, call)))
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

/// What stands for two tensors must not be changed, or be made of one that is. It does where a pointer may be NULL; and
/// where tn_replace may make a copy, which depends on the scope that the new tensor belongs to.
void CallReader::checkReplaced() {
  SmallPtrSet<const Node *, 8> changed;
  for (auto &node : program.nodes)
    if (node->kind == Node::Store && node->call != node->base->call)
      changed.insert(node->base);
  for (StaticProgram::Result &result : program.calls) {
    Node *node = result.node;
    if (!node || opNameOf(*result.call) != "replaced")
      continue;
    at = result.call;
    auto isChanged = [](Operand &operand) { return operand.node && operand.node->root()->isChanged; };
    if (program.mayMiss && (node->root()->isChanged || any_of(node->operands, isChanged)))
      fail("a tensor is changed that may be NULL, as a pointer may be");
    else if (changed.contains(node) && isNamedBehind(*node, *result.call))
      fail("the new tensor goes by another name too, and is changed: whether that name sees it depends on scopes; tn_copy it");
  }
}

/// Whether a tensor is used behind `replaced`, which gave it a new name, by one that it had before.
bool CallReader::isNamedBehind(const Node &node, CallInst &replaced) {
  SmallSetVector<Instruction *, 8> later;
  later.insert(&replaced);
  for (unsigned i = 0; i < later.size(); ++i)
    for (User *user : later[i]->users())
      if (nodes.lookup(user) == &node)
        later.insert(cast<Instruction>(user));
  return any_of(nodes, [&](auto &named) {
    auto *handle = dyn_cast<Instruction>(const_cast<Value *>(named.first));
    return named.second == &node && handle && !later.contains(handle) && isUsedBehind(*handle, replaced);
  });
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

/// tn_arange(dtype, start, stop, step) of constants: they stand in the object.
Node *CallReader::arange() {
  unsigned dtype;
  if (!dtypeArgument(0, dtype))
    return nullptr;
  bool isFloating = code::isReal(dtype);
  double numbers[3];
  int64_t integers[3];
  for (unsigned i = 0; i < 3; ++i) {
    Value *written = isNumber(i + 1) ? cast<CallInst>(call->getArgOperand(i + 1))->getArgOperand(0) : nullptr;
    auto *real = dyn_cast_or_null<ConstantFP>(written);
    auto *integer = dyn_cast_or_null<ConstantInt>(written);
    if (integer && opNameOf(*cast<CallInst>(call->getArgOperand(i + 1))) == "scalar_u64" && integer->isNegative())
      integer = nullptr; // above what the others reach
    if (!integer && (!real || !isFloating)) {
      fail("'arange' is a call of the runtime, but of constants that fit the dtype");
      return nullptr;
    }
    integers[i] = integer ? integer->getSExtValue() : 0;
    numbers[i] = integer ? double(integers[i]) : real->getValueAPF().convertToDouble();
    if (std::abs(numbers[i]) > 0x1p31) {
      fail("the numbers are too large");
      return nullptr;
    }
  }
  // As the runtime counts: what the limit lets through needs no more than 64 bits.
  double count = 0;
  if (isFloating)
    count = std::ceil((numbers[1] - numbers[0]) / numbers[2]);
  else if (integers[2])
    count = (integers[1] - integers[0] + integers[2] - (integers[2] > 0 ? 1 : -1)) / integers[2];
  if (!(count > 0 && count <= mostOfRange)) {
    fail(count > 0 ? "too many elements" : "a tensor without elements is the runtime's");
    return nullptr;
  }
  IRBuilder<> b(call);
  code::Emission emission(b, program.machine);
  SmallVector<Constant *> elements;
  for (int64_t i = 0; i < int64_t(count); ++i) {
    int64_t integer = integers[0] + i * integers[2];
    Type *type = code::elementType(dtype);
    unsigned bits = code::storedBytes(dtype) * 8;
    if (!isFloating && (dtype == (TN_BOOL & 0xff) || !(dtype == (TN_U8 & 0xff) ? isUIntN(bits, integer) : isIntN(bits, integer)))) {
      fail("a number does not fit the dtype");
      return nullptr;
    }
    elements.push_back(isFloating ? ConstantFP::get(type, numbers[0] + double(i) * numbers[2])
                                  : ConstantInt::get(type, integer, /*isSigned=*/true));
  }
  Type *type = ArrayType::get(code::elementType(dtype), elements.size());
  auto *array = new GlobalVariable(*program.function->getParent(), type, /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                   ConstantArray::get(cast<ArrayType>(type), elements), "tenon.range");
  array->setAlignment(Align(16));
  Dims dims{int64_t(elements.size())};
  Node *view = add(Node::View, "arange", dtype, dims, {});
  view->pointer = array;
  view->strides = {1};
  view->readOnly = true;
  return add(Node::Elementwise, "cast", dtype, dims, {{view}}); // a tensor of its own
}

Node *CallReader::readCreation(StringRef name) {
  if (name.starts_with("view"))
    return view(name);
  if (name == "values")
    return valuesGiven();
  if (name == "arange")
    return arange();
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

} // namespace tenon
