// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// InferShapes.cpp - propagates ranks and dims forward through tensor ops.
//
//   Before   %1 = tenon.elementwise "add"(%0, %b) : (tensor<8x?xf32>, tensor<?xf32>) -> tensor<*xf32>
//   After    %1 = tenon.elementwise "add"(%0, %b) : (tensor<8x?xf32>, tensor<?xf32>) -> tensor<8x?xf32>
//
// Requires  nothing. Ensures  types only become more precise. Refuses  to decide what depends on unknown ranks; a mismatch that
// is certain is left for the runtime to report. Facts start at creation calls, whose dims are constants in the recipe, and at
// proven contracts. A contract that is not proven stays out of the types, which kernels may trust.

#include "ContractShape.h"
#include "Passes.h"
#include "dialect/TenonDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_INFERSHAPESPASS
#include "Passes.h.inc"

using Shape = std::optional<SmallVector<int64_t>>;

namespace {
struct InferShapesPass : impl::InferShapesPassBase<InferShapesPass> {
  void runOnOperation() override;
};
} // namespace

static Shape shapeOf(Value value) {
  auto ranked = dyn_cast<RankedTensorType>(value.getType());
  if (!ranked)
    return std::nullopt;
  return SmallVector<int64_t>(ranked.getShape());
}

/// NumPy's rule. A dim that is unknown beside a 1 may still be anything; beside n > 1 it is n.
static Shape broadcast(const Shape &x, const Shape &y) {
  if (!x || !y)
    return std::nullopt;
  SmallVector<int64_t> result(std::max(x->size(), y->size()));
  for (unsigned i = 0; i < result.size(); ++i) {
    auto at = [&](const SmallVector<int64_t> &shape) {
      return i < shape.size() ? shape[shape.size() - 1 - i] : 1;
    };
    int64_t a = at(*x), b = at(*y), dim;
    if (a == b || b == 1)
      dim = a;
    else if (a == 1)
      dim = b;
    else if (ShapedType::isDynamic(a))
      dim = b;
    else if (ShapedType::isDynamic(b))
      dim = a;
    else
      return std::nullopt; // the runtime reports it
    result[result.size() - 1 - i] = dim;
  }
  return result;
}

static Shape reduced(const Shape &operand, std::optional<int64_t> axis, bool keepdims) {
  if (!axis && !keepdims)
    return SmallVector<int64_t>();
  if (!operand)
    return std::nullopt;
  SmallVector<int64_t> result = *operand;
  if (!axis)
    return SmallVector<int64_t>(result.size(), 1);
  int64_t at = *axis < 0 ? *axis + int64_t(result.size()) : *axis;
  if (at < 0 || at >= int64_t(result.size()))
    return std::nullopt;
  if (keepdims)
    result[at] = 1;
  else
    result.erase(result.begin() + at);
  return result;
}

static Shape product(const Shape &lhs, const Shape &rhs) {
  if (!lhs || !rhs || lhs->size() < 2 || rhs->size() < 2)
    return std::nullopt;
  Shape batch = broadcast(SmallVector<int64_t>(lhs->begin(), lhs->end() - 2),
                          SmallVector<int64_t>(rhs->begin(), rhs->end() - 2));
  if (batch) {
    batch->push_back((*lhs)[lhs->size() - 2]);
    batch->push_back(rhs->back());
  }
  return batch;
}

/// The dims of a creation call: trailing i64 operands up to the padding.
static Shape created(CallOp call, unsigned from) {
  SmallVector<int64_t> dims;
  for (Value operand : call.getOperands().drop_front(from)) {
    APInt constant;
    if (!matchPattern(operand, m_ConstantInt(&constant))) {
      dims.push_back(ShapedType::kDynamic);
      continue;
    }
    if (constant.getSExtValue() == std::numeric_limits<int64_t>::min())
      return dims;
    if (constant.isNegative())
      return std::nullopt;
    dims.push_back(constant.getSExtValue());
  }
  return dims.size() <= 8 ? Shape(dims) : std::nullopt;
}

std::optional<ShapeFact> contractOf(Value tensor) {
  auto handle = tensor.getDefiningOp<TensorOp>();
  if (!handle || !handle.getDims())
    return std::nullopt;
  ShapeFact fact;
  fact.contract = handle.getContract().value_or("").str();
  fact.proven = handle.getProven();
  for (StringRef dim : handle.getDims()->getAsValueRange<StringAttr>()) {
    auto parsed = parseFactDims(dim);
    if (!parsed || parsed->size() != 1)
      return std::nullopt;
    fact.dims.push_back(parsed->front());
  }
  return fact;
}

/// The numbers of a contract.
static SmallVector<int64_t> numbersOf(const ShapeFact &fact) {
  SmallVector<int64_t> dims;
  for (const FactDim &dim : fact.dims)
    dims.push_back(dim.symbol.empty() ? dim.offset : ShapedType::kDynamic);
  return dims;
}

static Shape infer(Operation *op) {
  if (isa<TensorOp>(op)) {
    std::optional<ShapeFact> fact = contractOf(op->getResult(0));
    return fact && fact->proven ? Shape(numbersOf(*fact)) : std::nullopt;
  }
  if (auto elementwise = dyn_cast<ElementwiseOp>(op)) {
    Shape shape = SmallVector<int64_t>();
    for (Value operand : elementwise.getOperands())
      if (isa<TensorType>(operand.getType()))
        shape = broadcast(shape, shapeOf(operand));
    return shape;
  }
  if (auto map = dyn_cast<MapOp>(op)) {
    Shape shape = SmallVector<int64_t>();
    for (Value operand : map.getOperands())
      if (isa<TensorType>(operand.getType()))
        shape = broadcast(shape, shapeOf(operand));
    return shape;
  }
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return reduced(shapeOf(reduce.getOperand()), reduce.getAxis(), reduce.getKeepdims());
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return shapeOf(softmax.getOperand());
  if (auto sort = dyn_cast<SortOp>(op))
    return shapeOf(sort.getOperand());
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return product(shapeOf(matmul.getLhs()), shapeOf(matmul.getRhs()));
  if (auto call = dyn_cast<CallOp>(op)) {
    StringRef callee = call.getCallee();
    if (callee == "tn_zeros_")
      return created(call, 1);
    if (callee == "tn_view_" || callee == "tn_view_const_" || callee == "tn_full_")
      return created(call, 2);
  }
  return std::nullopt;
}

void InferShapesPass::runOnOperation() {
  getOperation().walk([](Operation *op) {
    if (op->getNumResults() != 1 || !isa<UnrankedTensorType>(op->getResult(0).getType()))
      return;
    Type element = cast<TensorType>(op->getResult(0).getType()).getElementType();
    if (Shape shape = infer(op); shape && shape->size() <= 8)
      op->getResult(0).setType(RankedTensorType::get(*shape, element));
  });
}

} // namespace tenon
