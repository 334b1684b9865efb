// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ApplyFunction.cpp - compiles the rows of ops.def and elementary.h into functions that emit IR.

#include "ApplyFunction.h"
#include "llvm/ADT/StringSwitch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using tenon::lanes::current;
using tenon::lanes::laneType;

// elementary.h, over lane values instead of floats.
namespace tenon::lanes {
#include "lanes/RealRows.inc"
} // namespace tenon::lanes

namespace tenon {

using lanes::applyReal;

static unsigned elementBits(Value value) { return getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth(); }
/// TN_BOOL, TN_U8, TN_U64.
static bool isUnsigned(Type type) { return type.isUnsignedInteger() || type.isInteger(1) || type.isInteger(8); }
static bool isReal(Value value) { return isa<FloatType>(getElementTypeOrSelf(value.getType())); }

/// Parts of relaxed.h, f32 only. Numerator and denominator share most of their code, which CSE finds.
static Value applyRelaxed(StringRef function, Value x) {
  namespace l = lanes;
#define TN_QUOTIENT(name)                                                                                              \
  if (function == #name "_numerator")                                                                                  \
    return l::name##_quotient32_ir({x}).numerator.value;                                                               \
  if (function == #name "_denominator")                                                                                \
    return l::name##_quotient32_ir({x}).denominator.value;
  TN_QUOTIENT(sigmoid)
  TN_QUOTIENT(tanh)
  TN_QUOTIENT(erf)
#undef TN_QUOTIENT
  if (function == "exp_relaxed")
    return l::exp_relaxed32_ir({x}).value;
  if (function == "log_relaxed")
    return l::log_relaxed32_ir({x}).value;
  return {};
}

/// The least and the greatest value of a dtype of integers.
static APInt limitOf(Type type, bool greatest) {
  unsigned bits = type.getIntOrFloatBitWidth();
  if (isUnsigned(type))
    return greatest ? APInt::getMaxValue(bits) : APInt::getMinValue(bits);
  return greatest ? APInt::getSignedMaxValue(bits) : APInt::getSignedMinValue(bits);
}

static Value constantOf(unsigned bits, const APInt &value) { return lanes::constantInt(bits, value.getSExtValue()); }

/// Towards zero, saturating, NaN to 0: as runtime/isa/cast.c. What lies outside is kept from the conversion, which does
/// not say what it makes of it.
static Value castToInteger(Value x, Type to) {
  auto &[builder, location, width, fast, version] = current();
  unsigned bits = elementBits(x), wide = std::max(to.getIntOrFloatBitWidth(), 32u);
  APInt least = limitOf(to, false), greatest = limitOf(to, true);
  // Both are powers of two, or 0, so exact.
  Value low = lanes::constantReal(bits, least.roundToDouble(!isUnsigned(to)));
  Value end = lanes::constantReal(bits, std::ldexp(1.0, greatest.getActiveBits()));
  Value above = lanes::compare(arith::CmpFPredicate::OGT, x, low),
        below = lanes::compare(arith::CmpFPredicate::OLT, x, end);
  Value inside = arith::AndIOp::create(builder, location, above, below);
  Value safe = lanes::select(inside, x, lanes::constantReal(bits, 0));
  Type converted = laneType(builder.getIntegerType(wide));
  Value result = isUnsigned(to) && wide == 64 ? arith::FPToUIOp::create(builder, location, converted, safe).getResult()
                                              : arith::FPToSIOp::create(builder, location, converted, safe).getResult();
  auto limit = [&](const APInt &value) {
    return constantOf(wide, isUnsigned(to) ? value.zext(wide) : value.sext(wide));
  };
  result = lanes::select(lanes::compare(arith::CmpFPredicate::OLE, x, low), limit(least), result);
  result = lanes::select(lanes::compare(arith::CmpFPredicate::OGE, x, end), limit(greatest), result);
  if (wide == to.getIntOrFloatBitWidth())
    return result;
  return arith::TruncIOp::create(builder, location, laneType(to), result);
}

/// One integer as another: what does not fit saturates.
static Value castInteger(Value x, Type from, Type to) {
  OpBuilder &builder = current().builder;
  Location location = current().location;
  unsigned bits = from.getIntOrFloatBitWidth(), newBits = to.getIntOrFloatBitWidth();
  auto clamp = [&](arith::CmpIPredicate beyond, const APInt &limit) {
    Value bound = constantOf(bits, limit);
    x = lanes::select(arith::CmpIOp::create(builder, location, beyond, x, bound), bound, x);
  };
  if (isUnsigned(from)) {
    if (limitOf(to, true).getActiveBits() < bits)
      clamp(arith::CmpIPredicate::ugt, limitOf(to, true).zextOrTrunc(bits));
  } else {
    if (isUnsigned(to))
      clamp(arith::CmpIPredicate::slt, APInt::getZero(bits));
    if (limitOf(to, true).getActiveBits() < bits - 1)
      clamp(arith::CmpIPredicate::sgt, limitOf(to, true).zextOrTrunc(bits));
    if (!isUnsigned(to) && newBits < bits)
      clamp(arith::CmpIPredicate::slt, limitOf(to, false).sext(bits));
  }
  if (newBits == bits)
    return x;
  if (newBits < bits)
    return arith::TruncIOp::create(builder, location, laneType(to), x);
  if (isUnsigned(from))
    return arith::ExtUIOp::create(builder, location, laneType(to), x);
  return arith::ExtSIOp::create(builder, location, laneType(to), x);
}

static Value applyCast(Value x, Type from, Type to) {
  auto &[builder, location, width, fast, version] = current();
  if (from == to)
    return x;
  Type result = laneType(to);
  if (to.isInteger(1)) {
    if (isa<FloatType>(from))
      return lanes::compare(arith::CmpFPredicate::UNE, x, lanes::constantReal(elementBits(x), 0));
    return lanes::asMask(x);
  }
  if (isa<FloatType>(from) && isa<IntegerType>(to))
    return castToInteger(x, to);
  if (isa<IntegerType>(from) && isa<IntegerType>(to))
    return castInteger(x, from, to);
  if (isa<FloatType>(from) && isa<FloatType>(to)) {
    if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
      return arith::ExtFOp::create(builder, location, result, x);
    return arith::TruncFOp::create(builder, location, result, x);
  }
  if (isUnsigned(from))
    return arith::UIToFPOp::create(builder, location, result, x);
  return arith::SIToFPOp::create(builder, location, result, x);
}

/// The functions of scalar/integer.h on TN_I32, TN_I64 and TN_U64: wrapping.
static Value applyInteger(StringRef function, ArrayRef<Value> operands, bool isUnsigned) {
  OpBuilder &builder = current().builder;
  Location location = current().location;
  if (operands.size() != 2)
    return {};
  Value x = operands[0], y = operands[1];
  auto compare = [&](arith::CmpIPredicate predicate) -> Value {
    return arith::CmpIOp::create(builder, location, predicate, x, y);
  };
  auto ordered = [&](arith::CmpIPredicate ofSigned, arith::CmpIPredicate ofUnsigned) {
    return compare(isUnsigned ? ofUnsigned : ofSigned);
  };
  if (function == "add")
    return arith::AddIOp::create(builder, location, x, y);
  if (function == "sub")
    return arith::SubIOp::create(builder, location, x, y);
  if (function == "mul")
    return arith::MulIOp::create(builder, location, x, y);
  if (function == "maximum")
    return isUnsigned ? arith::MaxUIOp::create(builder, location, x, y).getResult()
                      : arith::MaxSIOp::create(builder, location, x, y).getResult();
  if (function == "minimum")
    return isUnsigned ? arith::MinUIOp::create(builder, location, x, y).getResult()
                      : arith::MinSIOp::create(builder, location, x, y).getResult();
  if (function == "equal")
    return compare(arith::CmpIPredicate::eq);
  if (function == "not_equal")
    return compare(arith::CmpIPredicate::ne);
  if (function == "less")
    return ordered(arith::CmpIPredicate::slt, arith::CmpIPredicate::ult);
  if (function == "less_equal")
    return ordered(arith::CmpIPredicate::sle, arith::CmpIPredicate::ule);
  if (function == "greater")
    return ordered(arith::CmpIPredicate::sgt, arith::CmpIPredicate::ugt);
  if (function == "greater_equal")
    return ordered(arith::CmpIPredicate::sge, arith::CmpIPredicate::uge);
  return {};
}

Value applyFunction(StringRef function, ArrayRef<Value> operands, TypeRange elements, Type resultElement) {
  auto &[builder, location, width, fast, version] = current();
  if (function == "cast")
    return applyCast(operands[0], elements[0], resultElement);
  if (function == "copy")
    return operands[0];
  if (function == "where")
    return lanes::select(operands[0], operands[1], operands[2]);
  if (function == "clip") { // minimum(maximum(x, lo), hi): NaN anywhere is NaN, lo > hi gives hi
    Value low = applyReal("maximum", {operands[0], operands[1]}, elementBits(operands[0]));
    return applyReal("minimum", {low, operands[2]}, elementBits(operands[0]));
  }
  if (lanes::isMask(operands[0])) {
    Value x = operands[0];
    if (function == "not")
      return arith::XOrIOp::create(builder, location, x, lanes::constantInt(1, 1));
    Value y = operands[1];
    if (function == "and")
      return arith::AndIOp::create(builder, location, x, y);
    if (function == "or")
      return arith::OrIOp::create(builder, location, x, y);
    if (function == "xor")
      return arith::XOrIOp::create(builder, location, x, y);
    return {};
  }
  if (!isReal(operands[0]))
    return applyInteger(function, operands, llvm::any_of(elements, [](Type type) { return type.isUnsignedInteger(); }));
  // Without fma, functions that are full of it are the runtime's. There a relaxed quotient is the strict one over 1.
  if (version == "v2" && (costOfFunction(function) > 4 || function.ends_with("_denominator"))) {
    if (function.ends_with("_denominator"))
      return lanes::splat(arith::ConstantOp::create(builder, location, builder.getF32FloatAttr(1)));
    if (!function.consume_back("_numerator"))
      function.consume_back("_relaxed");
    return lanes::callVectorFunction(function, operands);
  }
  if (elementBits(operands[0]) == 32 && operands.size() == 1)
    if (Value value = applyRelaxed(function, operands[0]))
      return value;
  return applyReal(function, operands, elementBits(operands[0]));
}

unsigned costOfFunction(StringRef function) {
  return llvm::StringSwitch<unsigned>(function)
      .Cases({"div", "sqrt"}, 4)
      .Cases({"rsqrt", "exp", "expm1", "log", "log1p", "sin", "cos"}, 6)
      .Cases({"tanh", "sigmoid", "silu"}, 8)
      .Cases({"exp_relaxed", "log_relaxed", "sigmoid_numerator", "tanh_numerator", "erf_numerator"}, 5)
      .Cases({"erf", "gelu"}, 10)
      .Case("pow", 24)
      .Default(1);
}

} // namespace tenon
