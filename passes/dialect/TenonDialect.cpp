// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TenonDialect.cpp - registration, verifiers and folds of the tenon dialect.

#include "TenonDialect.h"
#include "tenon/abi.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

#include "dialect/TenonDialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialect/TenonOps.cpp.inc"

namespace tenon {

void TenonDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialect/TenonOps.cpp.inc"
      >();
}

// --- shape of the elementwise table -----------------------------------------------------------------------------------

/// Operands that a function of ops.def takes, or -1: no such function.
static int arityOf(StringRef function) {
#define TN_UNARY(name, ...)                                                                                            \
  if (function == #name)                                                                                               \
    return 1;
#define TN_BINARY(name, ...)                                                                                           \
  if (function == #name)                                                                                               \
    return 2;
#define TN_COMPARE(name, ...)                                                                                          \
  if (function == #name)                                                                                               \
    return 2;
#define TN_LOGICAL(name, arity, value)                                                                                 \
  if (function == #name)                                                                                               \
    return arity;
#include "tenon/ops.def"
  if (function == "where" || function == "clip")
    return 3;
  if (function == "cast" || function == "copy")
    return 1;
  // Parts of scalar/relaxed.h, which fp(fast) brings in.
  StringRef part = function;
  if (part == "exp_relaxed" || part == "log_relaxed" ||
      ((part.consume_back("_numerator") || part.consume_back("_denominator")) &&
       (part == "sigmoid" || part == "tanh" || part == "erf")))
    return 1;
  return -1;
}

static LogicalResult verifyFunction(Operation *op, StringRef function, unsigned operands) {
  int arity = arityOf(function);
  if (arity < 0)
    return op->emitOpError("\"") << function << "\" is not an elementwise row of ops.def";
  if (unsigned(arity) != operands)
    return op->emitOpError("\"") << function << "\" takes " << arity << " operands, not " << operands;
  return success();
}

LogicalResult ElementwiseOp::verify() {
  if (failed(verifyFunction(*this, getFunction(), getOperands().size())))
    return failure();
  if (llvm::none_of(getOperands(), [](Value operand) { return isa<TensorType>(operand.getType()); }))
    return emitOpError("needs a tensor operand");
  return success();
}

LogicalResult ApplyOp::verify() { return verifyFunction(*this, getFunction(), getOperands().size()); }

// --- bodies -----------------------------------------------------------------------------------------------------------

/// Bodies hold constants, functions of ops.def, arithmetic of the user's functions and, in kernels, reductions.
static LogicalResult verifyBody(Operation *op, Block &body, TypeRange arguments, bool reductions) {
  if (body.getArgumentTypes() != arguments)
    return op->emitOpError("body arguments must be the elements of the inputs, then the scalars");
  for (Operation &inner : body.without_terminator()) {
    if (isa<ApplyOp>(inner) || isa<arith::ArithDialect, math::MathDialect>(inner.getDialect()))
      continue;
    if (reductions && isa<ReductionOp, CountOp>(inner))
      continue;
    return inner.emitOpError("cannot stand in the body of ") << op->getName();
  }
  if (!isa<YieldOp>(body.getTerminator()))
    return op->emitOpError("body must end in tenon.yield");
  return success();
}

static SmallVector<Type> elementsOf(OperandRange values) {
  SmallVector<Type> types;
  for (Value value : values)
    types.push_back(getElementTypeOrSelf(value.getType()));
  return types;
}

LogicalResult MapOp::verify() {
  if (failed(verifyBody(*this, getBody().front(), elementsOf(getOperands()), false)))
    return failure();
  auto yield = cast<YieldOp>(getBody().front().getTerminator());
  if (yield.getValues().size() != 1 || yield.getValues()[0].getType() != getElementTypeOrSelf(getResult().getType()))
    return emitOpError("must yield one value of the result's element type");
  return success();
}

unsigned KernelOp::outputOf(Value result) {
  unsigned before = cast<OpResult>(result).getResultNumber(), output = 0;
  for (StringRef kind : getKinds().getAsValueRange<StringAttr>()) {
    if (kind != "store" && before-- == 0)
      return output;
    ++output;
  }
  llvm_unreachable("the verifier counts them");
}

unsigned KernelOp::getTensorCount() {
  unsigned results = llvm::count_if(getResultTypes(), [](Type type) { return isa<TensorType>(type); });
  return getInputs().size() + getDestinations().size() + results + getReplaceable().size();
}

LogicalResult KernelOp::verify() {
  SmallVector<Type> arguments = elementsOf(getInputs());
  if (getProduct()) {
    if (arguments.size() < 2 || arguments[0] != arguments[1])
      return emitOpError("a product needs two inputs of one type before the others");
    if (getReduces())
      return emitOpError("a product kernel cannot reduce");
    arguments.erase(arguments.begin());
  }
  llvm::append_range(arguments, getScalars().getTypes());
  if (failed(verifyBody(*this, getBody().front(), arguments, getReduces())))
    return failure();
  OperandRange values = cast<YieldOp>(getBody().front().getTerminator()).getValues();
  if (getKinds().size() != values.size() || getKeepdims().size() != values.size() ||
      getShapes().size() != values.size() || getSteps().size() != values.size() || getModes().size() != values.size() || getReuse().size() != values.size())
    return emitOpError("needs a kind, keepdims, shape, step, mode and reuse for each yielded value");
  unsigned result = 0, stores = 0;
  for (auto [attribute, value] : llvm::zip(getKinds(), values)) {
    StringRef kind = cast<StringAttr>(attribute).getValue();
    if (kind == "store") {
      ++stores;
      continue;
    }
    if (kind != "element" && kind != "row" && kind != "number")
      return emitOpError("unknown kind of result \"") << kind << "\"";
    if (kind != "element" && !getReduces())
      return emitOpError("only a kernel that reduces has rows");
    if (result == getNumResults())
      return emitOpError("yields more values than it has results");
    Type type = getResult(result++).getType();
    if (isa<TensorType>(type) == (kind == "number") || getElementTypeOrSelf(type) != value.getType())
      return emitOpError("result type does not fit the yielded value");
  }
  if (result != getNumResults() || stores != getDestinations().size())
    return emitOpError("results and destinations must match the yielded values");
  for (auto [mode, reuse] : llvm::zip(getModes(), getReuse()))
    if ((mode == TN_RESULT_REUSE && unsigned(reuse) >= getInputs().size()) ||
        ((mode == TN_RESULT_REPLACE || mode == TN_RESULT_PLACE) && unsigned(reuse) >= getReplaceable().size()))
      return emitOpError("a result takes the memory of what is not there");
  return success();
}

LogicalResult ElementOp::verify() {
  SmallVector<Type> arguments = elementsOf(getInputs());
  llvm::append_range(arguments, getScalars().getTypes());
  if (failed(verifyBody(*this, getBody().front(), arguments, false)))
    return failure();
  auto yield = cast<YieldOp>(getBody().front().getTerminator());
  if (yield.getValues().size() != 1 || yield.getValues()[0].getType() != getResult().getType())
    return emitOpError("must yield one value of the result's type");
  return success();
}

// --- the rest -----------------------------------------------------------------------------------------------------------

static bool isReductionKind(StringRef kind) {
  return kind == "sum" || kind == "prod" || kind == "max" || kind == "min" || kind == "moments";
}

LogicalResult ReductionOp::verify() {
  return isReductionKind(getKind()) ? success() : emitOpError("unknown kind \"") << getKind() << "\"";
}

LogicalResult ReduceOp::verify() {
  if (!isReductionKind(getKind()) && getKind() != "mean" && getKind() != "var")
    return emitOpError("unknown kind \"") << getKind() << "\"";
  if (!isa<FloatType>(getElementTypeOrSelf(getOperand().getType())))
    return emitOpError("reduces floating elements only");
  return success();
}

LogicalResult MatmulOp::verify() {
  Type element = getElementTypeOrSelf(getLhs().getType());
  if (!isa<FloatType>(element) || element != getElementTypeOrSelf(getRhs().getType()) ||
      element != getElementTypeOrSelf(getResult().getType()))
    return emitOpError("operands and result must have one floating element type");
  return success();
}

LogicalResult CallOp::verify() {
  StringRef effect = getEffect();
  return effect == "none" || effect == "output" || effect == "order" ? success()
                                                                      : emitOpError("unknown effect \"") << effect << "\"";
}

LogicalResult ReadOp::verify() {
  StringRef how = getHow();
  if (how != "item" && how != "flat" && how != "get")
    return emitOpError("unknown read \"") << how << "\"";
  if ((how == "item" && !getIndices().empty()) || (how == "flat" && getIndices().size() != 1) || getIndices().size() > 8)
    return emitOpError("wrong number of indices");
  return success();
}

// --- folds: only what keeps every bit, NaN payloads aside -----------------------------------------------------------------

static bool isConstantReal(Attribute attribute, double value, bool negativeZero = false) {
  auto real = dyn_cast_or_null<FloatAttr>(attribute);
  return real && real.getValueAsDouble() == value && (value != 0 || real.getValue().isNegative() == negativeZero);
}

OpFoldResult ApplyOp::fold(FoldAdaptor adaptor) {
  StringRef function = getFunction();
  ArrayRef<Attribute> constants = adaptor.getOperands();
  Value x = getOperands()[0];
  auto inner = x.getDefiningOp<ApplyOp>();
  bool sameType = x.getType() == getType();
  if (function == "copy" || (function == "cast" && sameType))
    return x;
  if (function == "neg" && inner && inner.getFunction() == "neg")
    return inner.getOperands()[0];
  if ((function == "abs" || function == "floor" || function == "ceil" || function == "round" || function == "relu") && inner &&
      inner.getFunction() == function)
    return x; // idempotent
  if (function == "mul" && isConstantReal(constants[1], 1.0))
    return x;
  if (function == "mul" && isConstantReal(constants[0], 1.0))
    return getOperands()[1];
  if (function == "div" && isConstantReal(constants[1], 1.0))
    return x;
  if (function == "sub" && isConstantReal(constants[1], 0.0)) // x - +0 is x, for -0 too
    return x;
  if (function == "add" && isConstantReal(constants[1], 0.0, /*negativeZero=*/true)) // x + -0 is x
    return x;
  if (function == "add" && isConstantReal(constants[0], 0.0, /*negativeZero=*/true))
    return getOperands()[1];
  if ((function == "maximum" || function == "minimum" || function == "and" || function == "or") &&
      x == getOperands()[1])
    return x;
  return {};
}

// --- control flow ----------------------------------------------------------------------------------------------------

LogicalResult PhiOp::verify() {
  auto argument = dyn_cast<BlockArgument>(getArgument());
  if (!argument || argument.getOwner() != (*this)->getBlock() || argument.getOwner()->isEntryBlock())
    return emitOpError("stands for an argument of its block");
  return getResult().getType() == argument.getType() ? success() : emitOpError("has the argument's type");
}

LogicalResult BranchOp::verify() {
  if (getTargets().size() != getTargetOperands().size())
    return emitOpError("has operands for each target");
  bool fits = getSelector() ? getTargets().size() == getCases().size() + 1 : getTargets().size() == 1 && getCases().empty();
  return fits ? success() : emitOpError("has a case for each target but the last");
}

SuccessorOperands BranchOp::getSuccessorOperands(unsigned index) {
  return SuccessorOperands(getTargetOperandsMutable()[index]);
}

bool BranchOp::areTypesCompatible(Type handed, Type arrives) {
  return handed == arrives || (isa<TensorType>(handed) && isa<LLVM::LLVMPointerType>(arrives));
}

void BranchOp::print(OpAsmPrinter &p) {
  p << ' ';
  if (getSelector())
    p << getSelector() << ", ";
  p << '[';
  for (auto [i, target] : llvm::enumerate(getTargets())) {
    if (i)
      p << ", ";
    if (i < getCases().size())
      p << getCases()[i] << " -> ";
    p.printSuccessorAndUseList(target, getTargetOperands()[i]);
  }
  p << ']';
  p.printOptionalAttrDict((*this)->getAttrs(), {"segments", "cases", getOperandSegmentSizesAttrName()});
  if (getSelector())
    p << " : " << getSelector().getType();
}

ParseResult BranchOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand selector;
  OptionalParseResult selected = parser.parseOptionalOperand(selector);
  if (selected.has_value() && (failed(*selected) || parser.parseComma()))
    return failure();
  SmallVector<int64_t> cases;
  SmallVector<int32_t> segments;
  SmallVector<Value> operands;
  auto parseTarget = [&]() -> ParseResult {
    int64_t number;
    if (OptionalParseResult given = parser.parseOptionalInteger(number); given.has_value()) {
      if (failed(*given) || parser.parseArrow())
        return failure();
      cases.push_back(number);
    }
    Block *target;
    SmallVector<Value> handed;
    if (parser.parseSuccessorAndUseList(target, handed))
      return failure();
    result.addSuccessors(target);
    segments.push_back(handed.size());
    llvm::append_range(operands, handed);
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, parseTarget) ||
      parser.parseOptionalAttrDict(result.attributes))
    return failure();
  if (selected.has_value()) {
    Type type;
    if (parser.parseColonType(type) || parser.resolveOperand(selector, type, result.operands))
      return failure();
  }
  Builder &b = parser.getBuilder();
  result.addOperands(operands);
  result.addAttribute("segments", b.getDenseI32ArrayAttr(segments));
  result.addAttribute("cases", b.getDenseI64ArrayAttr(cases));
  result.addAttribute(getOperandSegmentSizesAttrName(result.name),
                      b.getDenseI32ArrayAttr({selected.has_value() ? 1 : 0, int32_t(operands.size())}));
  return success();
}

LogicalResult OriginalOp::verify() {
  bool fits = getLive().size() == getNumResults() && llvm::all_of(getLive(), [](Attribute ranges) {
    auto pairs = dyn_cast<DenseI32ArrayAttr>(ranges);
    return pairs && pairs.size() % 2 == 0;
  });
  return fits ? success() : emitOpError("has pairs of positions for each result");
}

bool OriginalOp::isLiveAt(unsigned result, int32_t position) {
  ArrayRef<int32_t> ranges = cast<DenseI32ArrayAttr>(getLive()[result]).asArrayRef();
  for (unsigned i = 0; i < ranges.size(); i += 2)
    if (ranges[i] <= position && position <= ranges[i + 1])
      return true;
  return false;
}

int32_t OriginalOp::lastUse(unsigned result) {
  ArrayRef<int32_t> ranges = cast<DenseI32ArrayAttr>(getLive()[result]).asArrayRef();
  return ranges.empty() ? -1 : ranges.back();
}

} // namespace tenon
