// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LaneCode.cpp - emits the primitives of the lane adaptor, and compiles the rows of ops.def over them.

#include "LaneCode.h"
#include "tenon/tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon::code {

static thread_local Emission *active = nullptr;

Emission &current() {
  assert(active && "lane primitives need an Emission");
  return *active;
}

Emission::Emission(IRBuilder<> &builder, const Machine &machine) : builder(builder), machine(machine), outer(active) {
  active = this;
}
Emission::~Emission() { active = outer; }

const char *Machine::read(const Function &function, bool contracts) {
  const Triple &triple = function.getParent()->getTargetTriple();
  StringRef features = function.getFnAttribute("target-features").getValueAsString();
  auto has = [&](StringRef name) { // clang writes out what an option implies
    return is_contained(llvm::split(features, ','), name);
  };
  fences = contracts;
  if (triple.isAArch64()) {
    hasFma = hasRounding = true;
    return has("-neon") || has("-fp-armv8") ? "the target has no registers for floating-point numbers" : nullptr;
  }
  if (triple.getArch() != Triple::x86_64)
    return "code without the runtime is for x86-64 and AArch64";
  if (has("-sse2") || has("-sse") || has("+soft-float") || function.hasFnAttribute(Attribute::NoImplicitFloat))
    return "the target has no registers for floating-point numbers";
  hasFma = has("+fma");
  hasRounding = has("+sse4.1");
  vectorBytes = has("+avx") ? 32 : 16;
  return nullptr;
}

Type *laneType(Type *element) {
  unsigned lanes = current().lanes;
  return lanes == 1 ? element : static_cast<Type *>(FixedVectorType::get(element, lanes));
}

Value splat(Value scalar) {
  Emission &emission = current();
  return emission.lanes == 1 ? scalar : emission.builder.CreateVectorSplat(emission.lanes, scalar);
}

// --- the adaptor
// --------------------------------------------------------------------------------------------------------

#include "lanes/LaneOperations.inc"

static IRBuilder<> &ir() { return current().builder; }
static Type *realType(unsigned bits) { return laneType(bits == 32 ? ir().getFloatTy() : ir().getDoubleTy()); }
static Type *integerType(unsigned bits) { return laneType(ir().getIntNTy(bits)); }

static Value constantReal(unsigned bits, double value) {
  // A float literal arrives here exactly; a double literal in an f32 row rounds once, as in C.
  return ConstantFP::get(realType(bits), bits == 32 ? static_cast<double>(static_cast<float>(value)) : value);
}
static Value constantInt(unsigned bits, int64_t value) {
  return ConstantInt::get(integerType(bits), APInt(bits, value, /*isSigned=*/true, /*implicitTrunc=*/true));
}
static bool isMask(Value value) { return value->getType()->getScalarType()->isIntegerTy(1); }
static Value asInteger(Value value, unsigned bits) {
  return isMask(value) ? ir().CreateSExt(value, integerType(bits)) : value;
}
static Value asMask(Value value) { return isMask(value) ? value : ir().CreateIsNotNull(value); }

Value product(Value x, Value y) {
  Value made = ir().CreateFMul(x, y);
  return current().machine.fences ? ir().CreateArithmeticFence(made, made->getType()) : made;
}
static Value arithmetic(Arithmetic op, Value x, Value y) {
  switch (op) {
  case Arithmetic::Add:
    return ir().CreateFAdd(x, y);
  case Arithmetic::Sub:
    return ir().CreateFSub(x, y);
  case Arithmetic::Mul:
    return product(x, y);
  case Arithmetic::Div:
    return ir().CreateFDiv(x, y);
  }
  llvm_unreachable("all cases return");
}
static Value negate(Value x) { return ir().CreateFNeg(x); }
static Value logic(Logic op, Value x, Value y, unsigned bits) {
  if (!isMask(x) || !isMask(y)) {
    x = asInteger(x, bits);
    y = asInteger(y, bits);
  }
  switch (op) {
  case Logic::And:
    return ir().CreateAnd(x, y);
  case Logic::Or:
    return ir().CreateOr(x, y);
  case Logic::Xor:
    return ir().CreateXor(x, y);
  }
  llvm_unreachable("all cases return");
}
static Value shift(Shift op, Value x, int by, unsigned bits) {
  x = asInteger(x, bits);
  return op == Shift::Left ? ir().CreateShl(x, constantInt(bits, by)) : ir().CreateAShr(x, constantInt(bits, by));
}
static Value addIntegers(Value x, Value y, bool subtract) {
  return subtract ? ir().CreateSub(x, y) : ir().CreateAdd(x, y);
}
static Value compare(Comparison comparison, Value x, Value y) {
  switch (comparison) {
  case Comparison::Less:
    return ir().CreateFCmpOLT(x, y);
  case Comparison::LessEqual:
    return ir().CreateFCmpOLE(x, y);
  case Comparison::Equal:
    return ir().CreateFCmpOEQ(x, y);
  }
  llvm_unreachable("all cases return");
}
static Value select(Value mask, Value x, Value y) { return ir().CreateSelect(mask, x, y); }
static Value bitsOf(unsigned bits, Value real) { return ir().CreateBitCast(real, integerType(bits)); }
static Value realOf(unsigned bits, Value integer) { return ir().CreateBitCast(integer, realType(bits)); }
static Value integerToReal(Value value, unsigned bits) { return ir().CreateSIToFP(value, realType(bits)); }

/// fma of f32 without the instruction: the product is exact in f64, and the sum is rounded to odd there, so that
/// rounding it to f32 is as if there were one rounding (Boldo, Melquiond, "Emulation of FMA and correctly rounded
/// sums", 2008). The same steps as scalar/fma_emulated.h.
static Value emulateFma(Value x, Value y, Value z) {
  auto widen = [](Value value) { return ir().CreateFPExt(value, realType(64)); };
  Value p = product(widen(x), widen(y)), c = widen(z), s = ir().CreateFAdd(p, c), t = ir().CreateFSub(s, p);
  Value error = ir().CreateFAdd(ir().CreateFSub(p, ir().CreateFSub(s, t)), ir().CreateFSub(c, t));
  Value zero = constantReal(64, 0), u = bitsOf(64, s), none = constantInt(64, 0);
  Value even = ir().CreateICmpEQ(ir().CreateAnd(u, constantInt(64, 1)), none);
  Value inexact = ir().CreateFCmpONE(error, zero);
  Value away = ir().CreateICmpEQ(ir().CreateFCmpOGT(error, zero), ir().CreateFCmpOGT(s, zero));
  Value step = select(away, constantInt(64, 1), constantInt(64, -1));
  u = ir().CreateAdd(u, select(ir().CreateAnd(inexact, even), step, none));
  return ir().CreateFPTrunc(realOf(64, u), realType(32));
}

Value fma(Value x, Value y, Value z) {
  if (current().machine.hasFma)
    return ir().CreateIntrinsic(Intrinsic::fma, {x->getType()}, {x, y, z});
  if (x->getType()->getScalarType()->isFloatTy())
    return emulateFma(x, y, z);
  Function *callee = softFma(*ir().GetInsertBlock()->getModule());
  unsigned lanes = current().lanes;
  if (lanes == 1)
    return ir().CreateCall(callee, {x, y, z});
  Value result = PoisonValue::get(x->getType());
  for (unsigned lane = 0; lane < lanes; ++lane) {
    auto at = [&](Value vector) { return ir().CreateExtractElement(vector, uint64_t(lane)); };
    result = ir().CreateInsertElement(result, ir().CreateCall(callee, {at(x), at(y), at(z)}), uint64_t(lane));
  }
  return result;
}

/// whyNotApplied keeps sine and cosine away from here.
static void reduceFar(unsigned, Value, Value, Value &, Value &) {}

#include "lanes/LanePrimitives.inc"

/// Where rounding is no instruction LLVM would call libm.
static Value roundEven(unsigned bits, Value x) {
  if (current().machine.hasRounding)
    return ir().CreateUnaryIntrinsic(Intrinsic::roundeven, x);
  Value shift = constantReal(bits, bits == 32 ? 0x1p23 : 0x1p52), size = ir().CreateUnaryIntrinsic(Intrinsic::fabs, x);
  Value rounded = ir().CreateFSub(ir().CreateFAdd(size, shift), shift);
  return ir().CreateCopySign(select(ir().CreateFCmpOLT(size, shift), rounded, size), x);
}
/// To the integer that is not above (or below): the nearest, or the one beside it. Its sign is x's, on zeros too.
static Value roundTo(Intrinsic::ID direction, unsigned bits, Value x) {
  if (current().machine.hasRounding)
    return ir().CreateUnaryIntrinsic(direction, x);
  bool down = direction == Intrinsic::floor;
  Value nearest = roundEven(bits, x), one = constantReal(bits, down ? -1 : 1);
  Value wrong = down ? ir().CreateFCmpOGT(nearest, x) : ir().CreateFCmpOLT(nearest, x);
  return ir().CreateCopySign(select(wrong, ir().CreateFAdd(nearest, one), nearest), x);
}

#define TN_LANE_OPS(bits)                                                                                              \
  Real<bits> sqrt##bits##_ir(Real<bits> x) { return {ir().CreateUnaryIntrinsic(Intrinsic::sqrt, x.value)}; }           \
  Real<bits> floor##bits##_ir(Real<bits> x) { return {roundTo(Intrinsic::floor, bits, x.value)}; }                     \
  Real<bits> ceil##bits##_ir(Real<bits> x) { return {roundTo(Intrinsic::ceil, bits, x.value)}; }                       \
  Real<bits> round_even##bits##_ir(Real<bits> x) { return {roundEven(bits, x.value)}; }                                \
  Real<bits> maximum##bits##_ir(Real<bits> x, Real<bits> y) {                                                          \
    return {ir().CreateBinaryIntrinsic(Intrinsic::maximum, x.value, y.value)};                                         \
  }                                                                                                                    \
  Real<bits> minimum##bits##_ir(Real<bits> x, Real<bits> y) {                                                          \
    return {ir().CreateBinaryIntrinsic(Intrinsic::minimum, x.value, y.value)};                                         \
  }
TN_LANE_OPS(32)
TN_LANE_OPS(64)

#include "lanes/RealRows.inc"

// --- dtypes and functions
// -----------------------------------------------------------------------------------------------

static constexpr unsigned codeOf(tn_dtype dtype) { return dtype & 0xff; }

Type *elementType(unsigned dtype) {
  switch (dtype) {
  case codeOf(TN_F32):
    return ir().getFloatTy();
  case codeOf(TN_F64):
    return ir().getDoubleTy();
  case codeOf(TN_I32):
    return ir().getInt32Ty();
  case codeOf(TN_I64):
    return ir().getInt64Ty();
  case codeOf(TN_U8):
    return ir().getInt8Ty();
  default:
    return ir().getInt1Ty();
  }
}
Type *storedType(unsigned dtype) { return dtype == codeOf(TN_BOOL) ? ir().getInt8Ty() : elementType(dtype); }
unsigned storedBytes(unsigned dtype) {
  if (dtype == codeOf(TN_BOOL) || dtype == codeOf(TN_U8))
    return 1;
  return dtype == codeOf(TN_F64) || dtype == codeOf(TN_I64) ? 8 : 4;
}
bool isReal(unsigned dtype) { return dtype == codeOf(TN_F32) || dtype == codeOf(TN_F64); }
static bool isSigned(unsigned dtype) { return dtype == codeOf(TN_I32) || dtype == codeOf(TN_I64); }
bool hasElements(unsigned dtype) {
  return isReal(dtype) || isSigned(dtype) || dtype == codeOf(TN_U8) || dtype == codeOf(TN_BOOL);
}
const char *nameOfDtype(unsigned dtype) {
  static const char *const names[] = {"?",   "f32", "f64", "f16", "bf16", "i8",  "u8",
                                      "i16", "u16", "i32", "u32", "i64",  "u64", "bool"};
  return names[dtype <= codeOf(TN_BOOL) ? dtype : 0];
}

static bool isComparison(StringRef function) {
  return StringSwitch<bool>(function)
      .Cases({"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}, true)
      .Default(false);
}

const char *whyNotApplied(StringRef function, unsigned dtype) {
  if (function == "copy" || function == "where" || function == "cast")
    return nullptr;
  bool isLogic = StringSwitch<bool>(function).Cases({"and", "or", "xor", "not"}, true).Default(false);
  if (isLogic)
    return dtype == codeOf(TN_BOOL) || isSigned(dtype) ? nullptr : "it does not have this dtype";
  if (isReal(dtype))
    return function == "sin" || function == "cos" ? "large arguments of sine and cosine need the runtime" : nullptr;
  if (isSigned(dtype))
    return StringSwitch<bool>(function)
                   .Cases({"neg", "abs", "square", "relu", "floor", "ceil", "round"}, true)
                   .Cases({"add", "sub", "mul", "div", "maximum", "minimum", "clip"}, true)
                   .Default(isComparison(function))
               ? nullptr
               : "it does not have this dtype";
  return "code without the runtime does not have this dtype yet";
}

/// The functions of scalar/integer.h on TN_I32 and TN_I64: wrapping, signed.
static Value applyInteger(StringRef function, ArrayRef<Value> operands) {
  IRBuilder<> &b = ir();
  Value x = operands[0], zero = Constant::getNullValue(x->getType());
  if (function == "floor" || function == "ceil" || function == "round")
    return x;
  if (function == "neg")
    return b.CreateNeg(x);
  if (function == "abs")
    return b.CreateBinaryIntrinsic(Intrinsic::abs, x, b.getFalse());
  if (function == "square")
    return b.CreateMul(x, x);
  if (function == "relu")
    return b.CreateBinaryIntrinsic(Intrinsic::smax, x, zero);
  if (function == "not")
    return b.CreateNot(x);
  Value y = operands[1];
  if (function == "clip") // where low > high it is high
    return b.CreateBinaryIntrinsic(Intrinsic::smin, b.CreateBinaryIntrinsic(Intrinsic::smax, x, y), operands[2]);
  if (function == "div") { // x / 0 is 0, the least by -1 itself
    Value ones = Constant::getAllOnesValue(x->getType());
    Value unsafe = b.CreateOr(b.CreateICmpEQ(y, zero), b.CreateICmpEQ(y, ones));
    Value quotient = b.CreateSDiv(x, b.CreateSelect(unsafe, ConstantInt::get(x->getType(), 1), y));
    return b.CreateSelect(b.CreateICmpEQ(y, zero), zero, b.CreateSelect(unsafe, b.CreateNeg(x), quotient));
  }
  using Emit = Value (*)(IRBuilder<> &, Value, Value);
#define EMIT(expression) +[](IRBuilder<> &b, Value x, Value y) -> Value { return expression; }
  Emit emit = StringSwitch<Emit>(function)
                  .Case("add", EMIT(b.CreateAdd(x, y)))
                  .Case("sub", EMIT(b.CreateSub(x, y)))
                  .Case("mul", EMIT(b.CreateMul(x, y)))
                  .Case("maximum", EMIT(b.CreateBinaryIntrinsic(Intrinsic::smax, x, y)))
                  .Case("minimum", EMIT(b.CreateBinaryIntrinsic(Intrinsic::smin, x, y)))
                  .Case("and", EMIT(b.CreateAnd(x, y)))
                  .Case("or", EMIT(b.CreateOr(x, y)))
                  .Case("xor", EMIT(b.CreateXor(x, y)))
                  .Case("equal", EMIT(b.CreateICmpEQ(x, y)))
                  .Case("not_equal", EMIT(b.CreateICmpNE(x, y)))
                  .Case("less", EMIT(b.CreateICmpSLT(x, y)))
                  .Case("less_equal", EMIT(b.CreateICmpSLE(x, y)))
                  .Case("greater", EMIT(b.CreateICmpSGT(x, y)))
                  .Case("greater_equal", EMIT(b.CreateICmpSGE(x, y)))
                  .Default(nullptr);
#undef EMIT
  return emit ? emit(b, x, y) : nullptr;
}

/// Functions that are full of fma.
static bool isLarge(StringRef function) {
  return StringSwitch<bool>(function)
      .Cases({"exp", "expm1", "log", "log1p", "tanh", "sigmoid", "silu", "erf", "gelu", "pow"}, true)
      .Default(false);
}

/// Without fma the larger functions are so long that the module has each once, as a function of its own.
static Value callOutlined(StringRef function, ArrayRef<Value> operands, unsigned bits) {
  Emission &here = current();
  Function *host = here.builder.GetInsertBlock()->getParent();
  Module &module = *host->getParent();
  std::string name =
      ("tenon." + function + ".f" + Twine(bits) + "x" + Twine(here.lanes) + (here.machine.hasRounding ? ".r" : ".") +
       Twine(here.machine.vectorBytes) + (here.machine.fences ? "f" : ""))
          .str();
  Function *callee = module.getFunction(name);
  if (!callee) {
    SmallVector<Type *, 2> types(operands.size(), operands[0]->getType());
    callee = Function::Create(FunctionType::get(types[0], types, false), GlobalValue::InternalLinkage, name, module);
    for (StringRef copied : {"target-cpu", "target-features", "tune-cpu", "prefer-vector-width"})
      if (Attribute attribute = host->getFnAttribute(copied); attribute.isValid())
        callee->addFnAttr(attribute);
    callee->addFnAttr("min-legal-vector-width", utostr(here.machine.vectorBytes * 8));
    callee->setDoesNotThrow();
    callee->setDoesNotAccessMemory();
    callee->setWillReturn();
    callee->setDoesNotRecurse();
    IRBuilder<> inner(BasicBlock::Create(module.getContext(), "", callee));
    Emission emission(inner, here.machine);
    emission.lanes = here.lanes;
    SmallVector<Value, 2> arguments;
    for (Argument &argument : callee->args())
      arguments.push_back(&argument);
    inner.CreateRet(applyReal(function, arguments, bits));
  }
  return here.builder.CreateCall(callee, operands);
}

Value applyFunction(StringRef function, ArrayRef<Value> operands, unsigned dtype) {
  if (function == "copy")
    return operands[0];
  if (function == "where")
    return select(operands[0], operands[1], operands[2]);
  if (!isReal(dtype))
    return applyInteger(function, operands);
  unsigned bits = storedBytes(dtype) * 8;
  if (function == "clip") { // minimum(maximum(x, lo), hi): NaN anywhere is NaN, lo > hi gives hi
    Value low = applyReal("maximum", operands.take_front(2), bits);
    return applyReal("minimum", {low, operands[2]}, bits);
  }
  if (!current().machine.hasFma && isLarge(function))
    return callOutlined(function, operands, bits);
  return applyReal(function, operands, bits);
}

Value castElement(Value x, unsigned from, unsigned to) {
  IRBuilder<> &b = ir();
  if (from == to)
    return x;
  Type *result = laneType(elementType(to));
  bool fromUnsigned = from == codeOf(TN_BOOL) || from == codeOf(TN_U8);
  if (isReal(from)) {
    if (isReal(to))
      return b.CreateFPCast(x, result);
    if (to == codeOf(TN_BOOL))
      return b.CreateFCmpUNE(x, Constant::getNullValue(x->getType()));
    // Towards zero, saturating, NaN to 0.
    return b.CreateIntrinsic(to == codeOf(TN_U8) ? Intrinsic::fptoui_sat : Intrinsic::fptosi_sat,
                             {result, x->getType()}, {x});
  }
  if (isReal(to))
    return fromUnsigned ? b.CreateUIToFP(x, result) : b.CreateSIToFP(x, result);
  if (to == codeOf(TN_BOOL))
    return b.CreateIsNotNull(x);
  if (fromUnsigned)
    return b.CreateZExt(x, result);
  if (to == codeOf(TN_I64))
    return b.CreateSExt(x, result);
  // Narrower: saturates.
  APInt least = to == codeOf(TN_U8) ? APInt(64, 0) : APInt::getSignedMinValue(32).sext(64);
  APInt most = to == codeOf(TN_U8) ? APInt(64, 255) : APInt::getSignedMaxValue(32).sext(64);
  unsigned bits = x->getType()->getScalarSizeInBits();
  x = b.CreateBinaryIntrinsic(Intrinsic::smax, x, ConstantInt::get(x->getType(), least.trunc(bits)));
  x = b.CreateBinaryIntrinsic(Intrinsic::smin, x, ConstantInt::get(x->getType(), most.trunc(bits)));
  return b.CreateTrunc(x, result);
}

unsigned costOfFunction(StringRef function, const Machine &machine) {
  if (!machine.hasFma && isLarge(function))
    return 4; // a call
  return StringSwitch<unsigned>(function)
      .Cases({"div", "sqrt", "rsqrt"}, 4)
      .Cases({"exp", "expm1", "log", "log1p"}, 16)
      .Cases({"tanh", "sigmoid", "silu"}, 20)
      .Cases({"erf", "gelu"}, 30)
      .Case("pow", 60)
      .Default(1);
}

} // namespace tenon::code
