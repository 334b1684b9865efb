// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReadOps.cpp - nodes of ops that compute: what they ask of dtypes and shapes, and what the larger ones are made of.

#include "CallReader.h"
#include "tenon/tensor.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon {

static constexpr unsigned boolDtype = TN_BOOL & 0xff, wideDtype = TN_I64 & 0xff;
/// Terms of a variance that is one block (docs/numerics.md, section 5).
static constexpr int64_t mostTermsOfVariance = 4096;

/// Whether a reduction is of bool, whatever it is given: tn_any, tn_all.
static bool isOfTruth(StringRef name) {
  name.consume_back("_keepdims");
  return name == "any" || name == "all";
}

Node *CallReader::readOp(const OpRow &row, StringRef name) {
  if (row.cls == OpClass::Reduction)
    return row.lowering == Lowering::Reduce || isOfTruth(name) ? reduction(name) : nullptr;
  if (name == "cast")
    return castNode();
  if (name == "softmax")
    return softmax();
  if (name == "matmul")
    return matmul();
  if (name == "concat")
    return concatenation();
  if (row.lowering == Lowering::Map)
    return map(name);
  return row.lowering == Lowering::Elementwise ? elementwise(name) : nullptr;
}

/// An elementwise node over operands that are known to go together.
Node *CallReader::apply(StringRef function, ArrayRef<Operand> operands) {
  Dims dims;
  unsigned dtype = 0;
  for (auto [i, operand] : enumerate(operands)) {
    if (!operand.node)
      continue;
    bool fits = broadcast(dims, operand.node->dims, dims);
    assert(fits && "operands broadcast");
    (void)fits;
    if (function != "where" || i > 0)
      dtype = operand.node->dtype;
  }
  return add(Node::Elementwise, function, dtype, dims, operands);
}

Operand CallReader::element(const Node &like, double value) {
  LLVMContext &context = call->getContext();
  bool isWide = code::storedBytes(like.dtype) == 8;
  return {nullptr, ConstantFP::get(isWide ? Type::getDoubleTy(context) : Type::getFloatTy(context), value)};
}

Node *CallReader::elementwise(StringRef name) {
  unsigned first = name == "where" ? 1 : 0, count = call->arg_size();
  SmallVector<Operand> operands(count);
  unsigned dtype = 0;
  Dims dims;
  for (unsigned i = 0; i < count; ++i) {
    if (isNumber(i))
      continue;
    Node *node = operands[i].node = tensor(i);
    if (!node)
      return nullptr;
    if (!broadcast(dims, node->dims, dims)) {
      fail("shapes " + textOf(dims) + " and " + textOf(node->dims) + " do not broadcast");
      return nullptr;
    }
    if (i < first) {
      if (node->dtype != boolDtype) {
        fail("the condition is " + Twine(code::nameOfDtype(node->dtype)) + ", not bool");
        return nullptr;
      }
    } else if (dtype && node->dtype != dtype) {
      fail("dtypes differ: " + Twine(code::nameOfDtype(dtype)) + " and " + code::nameOfDtype(node->dtype) +
           "; use tn_cast");
      return nullptr;
    } else {
      dtype = node->dtype;
    }
  }
  if (!dtype || (first && !operands[0].node)) {
    fail("'" + name + "' of numbers only makes a tensor in the runtime; write it in C");
    return nullptr;
  }
  if (const char *why = code::whyNotApplied(name, dtype)) {
    fail("'" + name + "' of " + code::nameOfDtype(dtype) + ": " + why);
    return nullptr;
  }
  for (unsigned i = first; i < count; ++i)
    if (!operands[i].node && !(operands[i].number = number(i, dtype)))
      return nullptr;
  bool isComparison = name.ends_with("equal") || name == "less" || name == "greater";
  return add(Node::Elementwise, name, isComparison ? boolDtype : dtype, dims, operands);
}

Node *CallReader::castNode() {
  Node *node = tensor(0);
  unsigned to;
  if (!node || !dtypeArgument(1, to))
    return nullptr;
  return add(Node::Elementwise, "cast", to, node->dims, {{node}});
}

Node *CallReader::map(StringRef name) {
  unsigned dtype = name.ends_with("f64") ? TN_F64 & 0xff : TN_F32 & 0xff;
  auto *function = dyn_cast<Function>(call->getArgOperand(0)->stripPointerCasts());
  unsigned count = call->arg_size() - 1;
  if (!function) {
    fail("the mapped function is not known before the program runs");
    return nullptr;
  }
  StringRef op;
  if (reachesRuntime(*function, op)) {
    fail("the mapped function '" + function->getName() + "' calls '" + op + "' of the runtime");
    return nullptr;
  }
  SmallVector<Operand, 2> operands(count);
  Dims dims;
  bool any = false;
  for (unsigned i = 0; i < count; ++i) {
    if (isNumber(i + 1))
      continue;
    Node *node = operands[i].node = tensor(i + 1);
    if (!node)
      return nullptr;
    if (node->dtype != dtype) {
      fail("the function is of " + Twine(code::nameOfDtype(dtype)) + ", the tensor " + code::nameOfDtype(node->dtype));
      return nullptr;
    }
    if (!broadcast(dims, node->dims, dims)) {
      fail("shapes " + textOf(dims) + " and " + textOf(node->dims) + " do not broadcast");
      return nullptr;
    }
    any = true;
  }
  if (!any) {
    fail("'" + name + "' of numbers only makes a tensor in the runtime; call the function");
    return nullptr;
  }
  for (unsigned i = 0; i < count; ++i)
    if (!operands[i].node && !(operands[i].number = number(i + 1, dtype)))
      return nullptr;
  Node *made = add(Node::Map, name, dtype, dims, operands);
  made->callee = function;
  if (made->isThere) {
    fail("whether the function is called depends on whether a pointer is NULL");
    return nullptr;
  }
  return made;
}

// --- reductions
// ---------------------------------------------------------------------------------------------------------

Node *CallReader::reduce(StringRef function, Node *node, unsigned axes, bool keepdims, bool byLines) {
  Dims dims;
  for (auto [i, dim] : enumerate(node->dims))
    if (!(axes >> i & 1))
      dims.push_back(dim);
    else if (keepdims)
      dims.push_back(1);
  Node *made = add(Node::Reduce, function, node->dtype, dims, {{node}});
  made->axes = axes;
  made->byLines = byLines;
  return made;
}

static int64_t termsOf(const Node &node, unsigned axes) {
  int64_t terms = 1;
  for (auto [i, dim] : enumerate(node.dims))
    if (axes >> i & 1)
      terms *= dim;
  return terms;
}

/// The population variance of lines of one block each.
Node *CallReader::variance(Node *node, unsigned axes, bool keepdims) {
  int64_t terms = termsOf(*node, axes);
  if (terms > mostTermsOfVariance) {
    fail("a variance of more than " + Twine(mostTermsOfVariance) + " elements is a call of the runtime");
    return nullptr;
  }
  Operand count = element(*node, terms);
  Node *mean = apply("div", {{reduce("sum", node, axes, /*keepdims=*/true, /*byLines=*/true)}, count});
  Node *distance = apply("sub", {{node}, {mean}});
  Node *squares = apply("mul", {{distance}, {distance}});
  return apply("div", {{reduce("sum", squares, axes, keepdims, /*byLines=*/true)}, count});
}

Node *CallReader::reduction(StringRef name) {
  bool keepdims = name.consume_back("_keepdims");
  Node *node = tensor(0);
  Dims written;
  if (!node || !constants(1, 8, "an axis", written))
    return nullptr;
  unsigned axes = written.empty() ? (1u << node->dims.size()) - 1 : 0;
  for (int64_t each : written) {
    unsigned at;
    if (!axis(*node, each, at))
      return nullptr;
    if (axes >> at & 1) {
      fail("axis " + Twine(each) + " of " + textOf(node->dims) + " is named twice");
      return nullptr;
    }
    axes |= 1u << at;
  }
  if (isOfTruth(name)) {
    if (node->dtype != boolDtype)
      node = add(Node::Elementwise, "cast", boolDtype, node->dims, {{node}});
    return reduce(name, node, axes, keepdims, /*byLines=*/false);
  }
  bool adds = name == "sum" || name == "prod", isFloating = code::isReal(node->dtype);
  bool isWide = code::storedBytes(node->dtype) == 8;
  if ((name == "mean" || name == "var") && !isFloating) {
    fail("'" + name + "' of " + code::nameOfDtype(node->dtype) + ": cast first");
    return nullptr;
  }
  if (!adds && !isFloating && code::storedBytes(node->dtype) < 4) {
    fail("'" + name + "' of " + code::nameOfDtype(node->dtype) +
         ": code without the runtime does not have this dtype yet");
    return nullptr;
  }
  if (adds && !isFloating && !isWide) // small integers and bool count in i64
    node = add(Node::Elementwise, "cast", wideDtype, node->dims, {{node}});
  if (name == "var")
    return variance(node, axes, keepdims);
  if (name != "mean")
    return reduce(name, node, axes, keepdims, /*byLines=*/false);
  return apply("div", {{reduce("sum", node, axes, keepdims, /*byLines=*/false)}, element(*node, termsOf(*node, axes))});
}

/// m = max(x), e = exp(x - m), s = sum(e) as a line, r = 1 / s, y = e * r.
Node *CallReader::softmax() {
  Node *node = tensor(0);
  int64_t written;
  unsigned at;
  if (!node || !constant(1, "the axis", written) || !axis(*node, written, at))
    return nullptr;
  if (!code::isReal(node->dtype)) {
    fail("'softmax' of " + Twine(code::nameOfDtype(node->dtype)) + ": cast first");
    return nullptr;
  }
  Node *most = reduce("reduce_max", node, 1u << at, /*keepdims=*/true, /*byLines=*/true);
  Node *powers = apply("exp", {{apply("sub", {{node}, {most}})}});
  Node *total = reduce("sum", powers, 1u << at, /*keepdims=*/true, /*byLines=*/true);
  Node *share = apply("div", {element(*node, 1), {total}});
  return apply("mul", {{powers}, {share}});
}

Node *CallReader::matmul() {
  Node *x = tensor(0), *y = tensor(1);
  if (!x || !y)
    return nullptr;
  if (x->dtype != y->dtype || !code::isReal(x->dtype)) {
    fail("a product of " + Twine(code::nameOfDtype(x->dtype)) + " and " + code::nameOfDtype(y->dtype) +
         ": it is for two tensors of f32 or of f64");
    return nullptr;
  }
  if (x->dims.empty() || y->dims.empty()) {
    fail("a rank 0 is no matrix; tn_mul scales");
    return nullptr;
  }
  bool isRow = x->dims.size() == 1, isColumn = y->dims.size() == 1;
  int64_t inner = x->dims.back(), other = isColumn ? y->dims[0] : y->dims[y->dims.size() - 2];
  Dims dims;
  if (inner != other ||
      !broadcast(ArrayRef(x->dims).drop_back(isRow ? 1 : 2), ArrayRef(y->dims).drop_back(isColumn ? 1 : 2), dims)) {
    fail("shapes " + textOf(x->dims) + " and " + textOf(y->dims) + " do not fit");
    return nullptr;
  }
  if (!isRow)
    dims.push_back(x->dims[x->dims.size() - 2]);
  if (!isColumn)
    dims.push_back(y->dims.back());
  if (dims.size() > 8) {
    fail("the product would have more than 8 axes");
    return nullptr;
  }
  Node *made = add(Node::Matmul, "matmul", x->dtype, dims, {{x}, {y}});
  x->needsMemory = y->needsMemory = true;
  return made;
}

} // namespace tenon
