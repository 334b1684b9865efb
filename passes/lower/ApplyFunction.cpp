// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ApplyFunction.cpp - compiles the rows of ops.def and elementary.h into functions that emit IR.

#include "ApplyFunction.h"
#include "llvm/ADT/StringSwitch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

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

static Value applyCast(Value x, Type to) {
  auto &[builder, location, width, fast, version] = current();
  Type from = getElementTypeOrSelf(x.getType());
  if (from == to)
    return x;
  Type result = laneType(to);
  if (isa<FloatType>(from) && isa<FloatType>(to)) {
    if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
      return arith::ExtFOp::create(builder, location, result, x);
    return arith::TruncFOp::create(builder, location, result, x);
  }
  if ((from.isInteger(1) || from.isInteger(8)) && isa<FloatType>(to)) // TN_BOOL, TN_U8
    return arith::UIToFPOp::create(builder, location, result, x);
  if (isa<IntegerType>(from) && isa<FloatType>(to))
    return arith::SIToFPOp::create(builder, location, result, x);
  return {};
}

/// The functions of scalar/integer.h on TN_I32 and TN_I64: wrapping, signed.
static Value applyInteger(StringRef function, ArrayRef<Value> operands) {
  OpBuilder &builder = current().builder;
  Location location = current().location;
  if (operands.size() != 2)
    return {};
  Value x = operands[0], y = operands[1];
  auto compare = [&](arith::CmpIPredicate predicate) -> Value {
    return arith::CmpIOp::create(builder, location, predicate, x, y);
  };
  if (function == "add")
    return arith::AddIOp::create(builder, location, x, y);
  if (function == "sub")
    return arith::SubIOp::create(builder, location, x, y);
  if (function == "mul")
    return arith::MulIOp::create(builder, location, x, y);
  if (function == "maximum")
    return arith::MaxSIOp::create(builder, location, x, y);
  if (function == "minimum")
    return arith::MinSIOp::create(builder, location, x, y);
  if (function == "equal")
    return compare(arith::CmpIPredicate::eq);
  if (function == "not_equal")
    return compare(arith::CmpIPredicate::ne);
  if (function == "less")
    return compare(arith::CmpIPredicate::slt);
  if (function == "less_equal")
    return compare(arith::CmpIPredicate::sle);
  if (function == "greater")
    return compare(arith::CmpIPredicate::sgt);
  if (function == "greater_equal")
    return compare(arith::CmpIPredicate::sge);
  return {};
}

Value applyFunction(StringRef function, ArrayRef<Value> operands, Type resultElement) {
  auto &[builder, location, width, fast, version] = current();
  if (function == "cast")
    return applyCast(operands[0], resultElement);
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
    return applyInteger(function, operands);
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
