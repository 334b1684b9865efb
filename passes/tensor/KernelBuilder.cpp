// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// KernelBuilder.cpp - writes the scalar program of a set of tensor ops.

#include "KernelBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace tenon {

bool isElementwise(Operation *op) { return isa<ElementwiseOp, MapOp>(op); }
bool isTensorOp(Operation *op) { return isElementwise(op) || isa<ReduceOp, SoftmaxOp, MatmulOp, AliasOp>(op); }

static int32_t stepOf(Operation *op) {
  auto step = op->getAttrOfType<IntegerAttr>("step");
  return step ? step.getInt() : -1;
}

SmallVector<Operation *> KernelSet::inOrder() const {
  SmallVector<Operation *> sorted(ops.begin(), ops.end());
  llvm::sort(sorted, [](Operation *x, Operation *y) { return x->isBeforeInBlock(y); });
  return sorted;
}

bool isRowValue(const KernelSet &set, Operation *op) {
  llvm::SmallPtrSet<Operation *, 16> seen;
  SmallVector<Operation *> work{op};
  bool anyRow = false;
  while (!work.empty()) {
    Operation *next = work.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    if (isa<ReduceOp>(next)) {
      anyRow = true;
      continue;
    }
    if (!isElementwise(next))
      return false;
    for (Value operand : next->getOperands()) {
      if (!isa<TensorType>(operand.getType()))
        continue;
      Operation *producer = operand.getDefiningOp();
      if (!producer || !set.ops.contains(producer))
        return false;
      work.push_back(producer);
    }
  }
  return anyRow;
}

SetVector<Value> inputsOf(const KernelSet &set) {
  SetVector<Value> inputs;
  SmallVector<Operation *> sorted = set.inOrder();
  if (set.space == KernelSet::Product) // the factors come first
    for (Operation *op : sorted)
      if (auto matmul = dyn_cast<MatmulOp>(op)) {
        inputs.insert(matmul.getLhs());
        inputs.insert(matmul.getRhs());
      }
  for (Operation *op : sorted)
    for (Value operand : op->getOperands())
      if (isa<TensorType>(operand.getType()) && !(operand.getDefiningOp() && set.ops.contains(operand.getDefiningOp())))
        inputs.insert(operand);
  return inputs;
}

namespace {

/// Writes the body of a set.
class BodyBuilder {
public:
  BodyBuilder(const KernelSet &set, Location location) : set(set), loc(location), b(location.getContext()) {}

  void build(Region &region);

  SmallVector<Value> inputs, scalars;
  DenseMap<Operation *, Value> valueOf;                 ///< in the body, by op of the set
  DenseMap<Operation *, uint32_t> shapeOf;              ///< inputs that the shape of an op's value depends on
  bool line = false, lineOnly = true;

private:
  Value use(Value operand, Operation *user);
  void addOp(Operation *op);
  /// Of the first op of the set that reads an input: where a debugger shows it loaded.
  Location locationOfUse(Value input) const;
  Value apply(StringRef function, ValueRange operands, Type type) {
    return ApplyOp::create(b, loc, type, b.getStringAttr(function), operands);
  }
  Value reduction(StringRef kind, Value operand, Operation *op) {
    return ReductionOp::create(b, loc, operand.getType(), b.getStringAttr(kind), operand,
                               b.getI32IntegerAttr(shapeOf.lookup(op)));
  }

  const KernelSet &set;
  Location loc;
  OpBuilder b;
  Block *block = nullptr;
  DenseMap<Value, Value> arguments; ///< of the body, by input or scalar
  DenseMap<Value, unsigned> inputNumber;
};

} // namespace

Value BodyBuilder::use(Value operand, Operation *user) {
  if (Operation *producer = operand.getDefiningOp(); producer && set.ops.contains(producer)) {
    // A row's value is stretched along the axis: the user's length there comes from its other operands.
    if (!isRowValue(set, producer))
      shapeOf[user] |= shapeOf.lookup(producer);
    return valueOf.lookup(producer);
  }
  if (isa<TensorType>(operand.getType())) {
    shapeOf[user] |= 1u << inputNumber.lookup(operand);
    return arguments.lookup(operand);
  }
  if (auto constant = operand.getDefiningOp<arith::ConstantOp>())
    return b.clone(*constant)->getResult(0);
  return arguments.lookup(operand);
}

void BodyBuilder::addOp(Operation *op) {
  loc = op->getLoc();
  Value result;
  if (auto elementwise = dyn_cast<ElementwiseOp>(op)) {
    SmallVector<Value> operands;
    for (Value operand : elementwise.getOperands())
      operands.push_back(use(operand, op));
    result = apply(elementwise.getFunction(), operands, getElementTypeOrSelf(elementwise.getResult().getType()));
  } else if (auto map = dyn_cast<MapOp>(op)) {
    IRMapping mapping;
    Block &body = map.getBody().front();
    for (auto [operand, argument] : llvm::zip(map.getOperands(), body.getArguments()))
      mapping.map(argument, use(operand, op));
    for (Operation &inner : body.without_terminator())
      b.clone(inner, mapping);
    result = mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
  } else if (isa<MatmulOp>(op)) {
    result = block->getArgument(0);
    shapeOf[op] = 3;
  } else if (auto reduce = dyn_cast<ReduceOp>(op)) {
    Value operand = use(reduce.getOperand(), op);
    StringRef kind = reduce.getKind();
    if (kind == "mean" || kind == "var") {
      Value count = CountOp::create(b, loc, operand.getType());
      result = apply("div", {reduction(kind == "mean" ? "sum" : "moments", operand, op), count}, operand.getType());
    } else {
      result = reduction(kind, operand, op);
    }
    if (kind == "var")
      line = true;
    else if (kind == "sum" || kind == "prod" || kind == "mean")
      lineOnly = false; // their order off the last axis is the columns'
  } else {
    auto softmax = cast<SoftmaxOp>(op);
    Value x = use(softmax.getOperand(), op);
    Type type = x.getType();
    Value e = apply("exp", {apply("sub", {x, reduction("max", x, op)}, type)}, type);
    Value one = arith::ConstantOp::create(b, loc, b.getFloatAttr(type, 1.0));
    Value r = apply("div", {one, reduction("sum", e, op)}, type);
    result = apply("mul", {e, r}, type);
    line = true;
  }
  valueOf[op] = result;
}

Location BodyBuilder::locationOfUse(Value input) const {
  for (Operation *op : set.inOrder())
    if (llvm::is_contained(op->getOperands(), input))
      return op->getLoc();
  return loc;
}

void BodyBuilder::build(Region &region) {
  SetVector<Value> found = inputsOf(set);
  inputs.assign(found.begin(), found.end());
  SmallVector<Operation *> sorted = set.inOrder();
  bool product = set.space == KernelSet::Product;
  if (product)
    for (Operation *op : sorted)
      if (auto matmul = dyn_cast<MatmulOp>(op)) {
        // x @ x has two factors, and a factor may be an operand of the rest too.
        SmallVector<Value> rest(llvm::make_filter_range(inputs, [&](Value input) {
          return llvm::any_of(input.getUsers(), [&](Operation *user) { return user != op && set.ops.contains(user); });
        }));
        inputs = {matmul.getLhs(), matmul.getRhs()};
        llvm::append_range(inputs, rest);
      }
  block = &region.emplaceBlock();
  b.setInsertionPointToStart(block);
  if (product)
    block->addArgument(getElementTypeOrSelf(inputs[0].getType()), loc);
  for (auto [i, input] : llvm::enumerate(inputs)) {
    if (product && i < 2)
      continue;
    arguments[input] = block->addArgument(getElementTypeOrSelf(input.getType()), locationOfUse(input));
    inputNumber[input] = i;
  }
  for (Operation *op : sorted)
    for (Value operand : op->getOperands())
      if (!isa<TensorType>(operand.getType()) && !operand.getDefiningOp<arith::ConstantOp>() &&
          !arguments.contains(operand)) {
        scalars.push_back(operand);
        arguments[operand] = block->addArgument(operand.getType(), op->getLoc());
      }
  for (Operation *op : sorted)
    addOp(op);
}

/// The user's calls that a kernel stands for, so that remarks and pictures can say so.
static void setMembers(Operation *made, const KernelSet &set) {
  SmallVector<int32_t> steps;
  for (Operation *op : set.inOrder())
    steps.push_back(stepOf(op));
  made->setAttr("tenon.calls", DenseI32ArrayAttr::get(made->getContext(), steps));
}

KernelOp buildKernel(const KernelSet &set, Operation *at, int32_t position,
                     SmallVectorImpl<Operation *> &out_replaced) {
  OpBuilder b(at);
  Operation *main = set.stored ? set.stored : set.outputs.back();
  Location loc = main->getLoc();
  BodyBuilder body(set, loc);
  auto region = std::make_unique<Region>();
  body.build(*region);

  SmallVector<StringRef> kinds;
  SmallVector<bool> keepdims;
  SmallVector<int32_t> steps;
  SmallVector<Value> yields;
  SmallVector<Type> results;
  SmallVector<int32_t> shapes;
  bool reduces = set.space == KernelSet::All || set.space == KernelSet::Axis;
  auto addResult = [&](Operation *op, StringRef kind, int32_t step) {
    kinds.push_back(kind);
    auto reduce = dyn_cast<ReduceOp>(op);
    keepdims.push_back(kind == "row" && (!reduce || reduce.getKeepdims()));
    steps.push_back(step);
    yields.push_back(body.valueOf.lookup(op));
    if (kind != "store")
      results.push_back(kind == "number" ? yields.back().getType() : op->getResult(0).getType());
    shapes.push_back(kind == "element" ? body.shapeOf.lookup(op) : 0);
  };
  for (Operation *op : set.outputs)
    addResult(op, set.numbers.contains(op) ? "number" : isRowValue(set, op) ? "row" : "element", stepOf(op));
  if (set.stored)
    addResult(set.stored, "store", set.storeStep);
  OpBuilder end(b.getContext()); // the region is still its own
  end.setInsertionPointToEnd(&region->front());
  YieldOp::create(end, set.stored ? at->getLoc() : loc, yields); // where a debugger shows what is stored

  SmallVector<int32_t> modes(yields.size(), 0), reuse(yields.size(), 0);
  SmallVector<Value> destinations;
  if (set.stored)
    destinations.push_back(set.destination);
  auto flag = [&](bool value) { return value ? b.getUnitAttr() : UnitAttr(); };
  auto kernel = KernelOp::create(
      b, loc, results, body.inputs, body.scalars, destinations, /*replaceable=*/ValueRange(),
      set.space == KernelSet::Axis ? b.getI64IntegerAttr(set.axis) : IntegerAttr(), flag(reduces),
      flag(set.space == KernelSet::Product), flag(body.line && body.lineOnly), b.getStrArrayAttr(kinds),
      b.getDenseBoolArrayAttr(keepdims), b.getDenseI32ArrayAttr(shapes), b.getDenseI32ArrayAttr(steps), b.getDenseI32ArrayAttr(modes),
      b.getDenseI32ArrayAttr(reuse), b.getI32IntegerAttr(position), FlatSymbolRefAttr());
  kernel.getBody().takeBody(*region);
  setMembers(kernel, set);

  for (auto [op, result] : llvm::zip(set.outputs, kernel.getResults())) {
    if (!set.numbers.contains(op)) {
      op->getResult(0).replaceAllUsesWith(result);
      continue;
    }
    for (Operation *user : llvm::make_early_inc_range(op->getResult(0).getUsers())) {
      auto read = cast<ReadOp>(user);
      OpBuilder r(read);
      auto number = NumberOp::create(r, read.getLoc(), read.getResult().getType(), result, read.getStepAttr());
      read.getResult().replaceAllUsesWith(number);
      out_replaced.push_back(read);
    }
  }
  return kernel;
}

void buildElement(const KernelSet &set, ReadOp read) {
  OpBuilder b(read);
  BodyBuilder body(set, read.getLoc());
  auto region = std::make_unique<Region>();
  body.build(*region);
  Value value = body.valueOf.lookup(set.outputs.back());
  OpBuilder end(b.getContext()); // the region is still its own
  end.setInsertionPointToEnd(&region->front());
  YieldOp::create(end, read.getLoc(), value);
  auto element = ElementOp::create(b, read.getLoc(), value.getType(), body.inputs, body.scalars, read.getIndices(),
                                   read.getHowAttr(), read.getStepAttr(), FlatSymbolRefAttr());
  element.getBody().takeBody(*region);
  setMembers(element, set);
  auto number = NumberOp::create(b, read.getLoc(), read.getResult().getType(), element.getResult(), read.getStepAttr());
  read.getResult().replaceAllUsesWith(number);
}

} // namespace tenon
