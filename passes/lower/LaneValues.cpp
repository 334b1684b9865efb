// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LaneValues.cpp - emits the primitives of the lane adaptor.

#include "LaneValues.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace tenon::lanes {

static thread_local Emission *active = nullptr;

Emission &current() {
  assert(active && "lane primitives need a ScopedEmission");
  return *active;
}

ScopedEmission::ScopedEmission(Emission &emission) : outer(active) { active = &emission; }
ScopedEmission::~ScopedEmission() { active = outer; }

/// fp(fast) contracts and takes reciprocals; it never assumes that there are no NaNs or infinities.
static arith::FastMathFlags flags() {
  return current().fast ? arith::FastMathFlags::contract | arith::FastMathFlags::arcp : arith::FastMathFlags::none;
}

Type signless(Type element) {
  return element.isUnsignedInteger() ? Type(current().builder.getIntegerType(element.getIntOrFloatBitWidth()))
                                     : element;
}

Type laneType(Type element) {
  element = signless(element);
  unsigned lanes = current().lanes;
  return lanes == 1 ? element : Type(VectorType::get({lanes}, element));
}

static Value constant(Type element, TypedAttr scalar) {
  auto &[builder, location, lanes, fast, isa] = current();
  if (lanes == 1)
    return arith::ConstantOp::create(builder, location, scalar);
  auto type = VectorType::get({lanes}, element);
  return arith::ConstantOp::create(builder, location, type, DenseElementsAttr::get(type, Attribute(scalar)));
}

Value constantReal(unsigned bits, double value) {
  OpBuilder &builder = current().builder;
  Type element = bits == 32 ? Type(builder.getF32Type()) : Type(builder.getF64Type());
  // A float literal arrives here exactly; a double literal in an f32 row rounds once, as in C.
  return constant(element, bits == 32 ? builder.getF32FloatAttr(static_cast<float>(value)) : builder.getF64FloatAttr(value));
}

Value constantInt(unsigned bits, int64_t value) {
  OpBuilder &builder = current().builder;
  Type element = builder.getIntegerType(bits);
  return constant(element, builder.getIntegerAttr(element, APInt(bits, value, /*isSigned=*/true, /*implicitTrunc=*/true)));
}

Value splat(Value scalar) {
  auto &[builder, location, lanes, fast, isa] = current();
  if (lanes == 1)
    return scalar;
  return vector::BroadcastOp::create(builder, location, laneType(scalar.getType()), scalar);
}

bool isMask(Value value) { return getElementTypeOrSelf(value.getType()).isInteger(1); }

Value asInteger(Value value, unsigned bits) {
  if (!isMask(value))
    return value;
  Emission &emission = current();
  return arith::ExtSIOp::create(emission.builder, emission.location, laneType(emission.builder.getIntegerType(bits)), value);
}

Value asMask(Value value) {
  if (isMask(value))
    return value;
  Emission &emission = current();
  unsigned bits = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  return arith::CmpIOp::create(emission.builder, emission.location, arith::CmpIPredicate::ne, value, constantInt(bits, 0));
}

Value arithmetic(Arithmetic op, Value x, Value y) {
  auto &[builder, location, lanes, fast, isa] = current();
  switch (op) {
  case Arithmetic::Add:
    return arith::AddFOp::create(builder, location, x, y, flags());
  case Arithmetic::Sub:
    return arith::SubFOp::create(builder, location, x, y, flags());
  case Arithmetic::Mul:
    return arith::MulFOp::create(builder, location, x, y, flags());
  case Arithmetic::Div:
    return arith::DivFOp::create(builder, location, x, y, flags());
  }
  llvm_unreachable("all cases return");
}

Value negate(Value x) { return arith::NegFOp::create(current().builder, current().location, x); }

Value logic(Logic op, Value x, Value y, unsigned bits) {
  auto &[builder, location, lanes, fast, isa] = current();
  if (!isMask(x) || !isMask(y)) {
    x = asInteger(x, bits);
    y = asInteger(y, bits);
  }
  switch (op) {
  case Logic::And:
    return arith::AndIOp::create(builder, location, x, y);
  case Logic::Or:
    return arith::OrIOp::create(builder, location, x, y);
  case Logic::Xor:
    return arith::XOrIOp::create(builder, location, x, y);
  }
  llvm_unreachable("all cases return");
}

Value shift(Shift op, Value x, int by, unsigned bits) {
  auto &[builder, location, lanes, fast, isa] = current();
  Value amount = constantInt(bits, by);
  x = asInteger(x, bits);
  if (op == Shift::Left)
    return arith::ShLIOp::create(builder, location, x, amount);
  return arith::ShRSIOp::create(builder, location, x, amount);
}

Value addIntegers(Value x, Value y, bool subtract) {
  auto &[builder, location, lanes, fast, isa] = current();
  if (subtract)
    return arith::SubIOp::create(builder, location, x, y);
  return arith::AddIOp::create(builder, location, x, y);
}

Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
  return arith::CmpFOp::create(current().builder, current().location, predicate, x, y);
}

Value select(Value mask, Value x, Value y) {
  return arith::SelectOp::create(current().builder, current().location, mask, x, y);
}

Value compare(Comparison comparison, Value x, Value y) {
  return compare(comparison == Comparison::Less        ? arith::CmpFPredicate::OLT
                 : comparison == Comparison::LessEqual ? arith::CmpFPredicate::OLE
                                                       : arith::CmpFPredicate::OEQ,
                 x, y);
}

static Value bitcast(Value value, Type element) {
  return arith::BitcastOp::create(current().builder, current().location, laneType(element), value);
}

Value bitsOf(unsigned bits, Value real) { return bitcast(real, current().builder.getIntegerType(bits)); }

Value realOf(unsigned bits, Value integer) {
  OpBuilder &builder = current().builder;
  return bitcast(integer, bits == 32 ? Type(builder.getF32Type()) : Type(builder.getF64Type()));
}

Value integerToReal(Value value, unsigned bits) {
  OpBuilder &builder = current().builder;
  Type element = bits == 32 ? Type(builder.getF32Type()) : Type(builder.getF64Type());
  return arith::SIToFPOp::create(builder, current().location, laneType(element), value);
}


/// A function of LLVM's dialect with this name, declared (and for the caller to define) if it is new.
static LLVM::LLVMFuncOp getFunction(StringRef name, Type result, ArrayRef<Type> arguments, bool &isNew) {
  OpBuilder &builder = current().builder;
  auto module = builder.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  isNew = !function;
  if (isNew) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    Location location = builder.getUnknownLoc(); // it serves many lines
    function = LLVM::LLVMFuncOp::create(builder, location, name, LLVM::LLVMFunctionType::get(result, arguments));
  }
  return function;
}

/// fma of f32 without the instruction: the product is exact in f64, and the sum is rounded to odd there, so that rounding
/// it to f32 is as if there were one rounding (Boldo, Melquiond, "Emulation of FMA and correctly rounded sums", 2008). The
/// same steps as scalar/fma_emulated.h.
static Value emulateFma(Value x, Value y, Value z) {
  auto &[builder, location, lanes, fast, isa] = current();
  Type wide = laneType(builder.getF64Type()), bits = laneType(builder.getI64Type());
  auto widen = [&, &builder = builder, location = location](Value value) -> Value {
    return arith::ExtFOp::create(builder, location, wide, value);
  };
  auto real = [&](auto op, Value a, Value b) -> Value {
    return decltype(op)::create(current().builder, current().location, a, b);
  };
  Value p = real(arith::MulFOp(), widen(x), widen(y)), c = widen(z), s = real(arith::AddFOp(), p, c);
  Value t = real(arith::SubFOp(), s, p);
  Value e = real(arith::AddFOp(), real(arith::SubFOp(), p, real(arith::SubFOp(), s, t)), real(arith::SubFOp(), c, t));
  Value zero = constantReal(64, 0), u = arith::BitcastOp::create(builder, location, bits, s);
  Value even = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq,
                                     arith::AndIOp::create(builder, location, u, constantInt(64, 1)), constantInt(64, 0));
  Value inexact = compare(arith::CmpFPredicate::ONE, e, zero);
  Value away = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq,
                                     compare(arith::CmpFPredicate::OGT, e, zero),
                                     compare(arith::CmpFPredicate::OGT, s, zero));
  Value step = select(away, constantInt(64, 1), constantInt(64, -1));
  Value adjust = arith::AndIOp::create(builder, location, inexact, even);
  u = select(adjust, addIntegers(u, step, false), u);
  Value odd = arith::BitcastOp::create(builder, location, wide, u);
  return arith::TruncFOp::create(builder, location, laneType(builder.getF32Type()), odd);
}

Value fma(Value x, Value y, Value z) {
  auto &[builder, location, lanes, fast, isa] = current();
  if (isa != "v2")
    return math::FmaOp::create(builder, location, x, y, z);
  if (getElementTypeOrSelf(x.getType()).isF32())
    return emulateFma(x, y, z);
  // f64, lane by lane, by the runtime: the program need not link the math library.
  bool isNew;
  Type real = builder.getF64Type();
  LLVM::LLVMFuncOp callee = getFunction("tn_rt_fma_f64", real, {real, real, real}, isNew);
  if (lanes == 1)
    return LLVM::CallOp::create(builder, location, callee, ValueRange{x, y, z}).getResult();
  Value result = x;
  for (unsigned lane = 0; lane < lanes; ++lane) {
    SmallVector<Value> operands;
    for (Value vector : {x, y, z})
      operands.push_back(vector::ExtractOp::create(builder, location, vector, lane));
    Value one = LLVM::CallOp::create(builder, location, callee, operands).getResult();
    result = vector::InsertOp::create(builder, location, one, result, lane);
  }
  return result;
}

Value callVectorFunction(StringRef function, ArrayRef<Value> operands) {
  auto &[builder, location, lanes, fast, isa] = current();
  Type element = getElementTypeOrSelf(operands[0].getType());
  unsigned bits = element.getIntOrFloatBitWidth(), most = 128 / bits;
  auto type = VectorType::get({int64_t(most)}, element);
  bool isNew;
  LLVM::LLVMFuncOp callee = getFunction(("tn_rt_" + function + "_f" + Twine(bits) + "x" + Twine(most)).str(), type,
                                        SmallVector<Type>(operands.size(), type), isNew);
  Value result;
  for (unsigned first = 0; first < lanes; first += most) {
    SmallVector<Value> parts;
    for (Value operand : operands) {
      if (lanes == 1) {
        operand = vector::BroadcastOp::create(builder, location, type, operand);
      } else if (lanes != most) {
        SmallVector<int64_t> mask; // of fewer lanes some twice
        for (unsigned lane = 0; lane < most; ++lane)
          mask.push_back((first + lane) % lanes);
        operand = vector::ShuffleOp::create(builder, location, operand, operand, mask);
      }
      parts.push_back(operand);
    }
    Value part = LLVM::CallOp::create(builder, location, callee, parts).getResult();
    if (lanes == 1)
      return vector::ExtractOp::create(builder, location, part, 0);
    if (lanes == most)
      return part;
    if (lanes < most) {
      auto mask = llvm::to_vector(llvm::seq<int64_t>(0, lanes));
      return vector::ShuffleOp::create(builder, location, part, part, mask);
    }
    if (!result)
      result = LLVM::PoisonOp::create(builder, location, operands[0].getType());
    result = LLVM::vector_insert::create(builder, location, result.getType(), result, part, first);
  }
  return result;
}

/// The function that reduces the far lanes of a vector, made once for each type, width and ISA. Far arguments are
/// rare: out of line and lane by lane.
static LLVM::LLVMFuncOp farFunction(unsigned bits) {
  auto &[builder, user, lanes, fast, isa] = current();
  Location location = builder.getUnknownLoc(); // it serves many lines
  Type real = bits == 32 ? Type(builder.getF32Type()) : Type(builder.getF64Type());
  Type integer = builder.getIntegerType(bits);
  Type reals = laneType(real), integers = laneType(integer), masks = laneType(builder.getI1Type());
  Type both = LLVM::LLVMStructType::getLiteral(builder.getContext(), {reals, integers});
  bool isNew;
  std::string name = ("tenon.reduce_far.f" + Twine(bits) + "x" + Twine(lanes) + "." + isa).str();
  LLVM::LLVMFuncOp function = getFunction(name, both, {reals, masks, reals, integers}, isNew);
  if (!isNew)
    return function;
  auto value = getFunction(("tn_rt_far_value_f" + Twine(bits)).str(), real, {real}, isNew);
  auto quadrant = getFunction(("tn_rt_far_quadrant_f" + Twine(bits)).str(), integer, {real}, isNew);
  function.setLinkage(LLVM::Linkage::Internal);
  function->setAttr("tenon.isa", builder.getStringAttr(isa));
  OpBuilder::InsertionGuard guard(builder);
  Block *entry = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(entry);
  Value x = entry->getArgument(0), far = entry->getArgument(1);
  Value values = entry->getArgument(2), quadrants = entry->getArgument(3);
  for (unsigned lane = 0; lane < lanes; ++lane) {
    Value isFar = lanes == 1 ? far : vector::ExtractOp::create(builder, location, far, lane).getResult();
    auto branch = scf::IfOp::create(builder, location, TypeRange{reals, integers}, isFar, /*withElseRegion=*/true);
    builder.setInsertionPointToStart(branch.thenBlock());
    Value element = lanes == 1 ? x : vector::ExtractOp::create(builder, location, x, lane).getResult();
    Value newValue = LLVM::CallOp::create(builder, location, value, element).getResult();
    Value newQuadrant = LLVM::CallOp::create(builder, location, quadrant, element).getResult();
    if (lanes != 1) {
      newValue = vector::InsertOp::create(builder, location, newValue, values, lane);
      newQuadrant = vector::InsertOp::create(builder, location, newQuadrant, quadrants, lane);
    }
    scf::YieldOp::create(builder, location, ValueRange{newValue, newQuadrant});
    builder.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(builder, location, ValueRange{values, quadrants});
    builder.setInsertionPointAfter(branch);
    values = branch.getResult(0);
    quadrants = branch.getResult(1);
  }
  Value pack = LLVM::PoisonOp::create(builder, location, both);
  pack = LLVM::InsertValueOp::create(builder, location, pack, values, ArrayRef<int64_t>{0});
  pack = LLVM::InsertValueOp::create(builder, location, pack, quadrants, 1);
  LLVM::ReturnOp::create(builder, location, ValueRange{pack});
  return function;
}

void reduceFar(unsigned bits, Value x, Value far, Value &value, Value &quadrant) {
  auto &[builder, location, lanes, fast, isa] = current();
  Value any = far;
  if (lanes != 1)
    any = vector::ReductionOp::create(builder, location, vector::CombiningKind::OR, far);
  LLVM::LLVMFuncOp function = farFunction(bits);
  auto branch = scf::IfOp::create(builder, location, TypeRange{value.getType(), quadrant.getType()}, any, true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  Value both = LLVM::CallOp::create(builder, location, function, ValueRange{x, far, value, quadrant}).getResult();
  scf::YieldOp::create(builder, location,
                       ValueRange{LLVM::ExtractValueOp::create(builder, location, both, 0),
                                  LLVM::ExtractValueOp::create(builder, location, both, 1)});
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, location, ValueRange{value, quadrant});
  value = branch.getResult(0);
  quadrant = branch.getResult(1);
}

#define TN_LANE_OP(name, bits, op)                                                                                     \
  Real<bits> name##bits##_ir(Real<bits> x) { return {op::create(current().builder, current().location, x.value)}; }
#define TN_LANE_OP2(name, bits, op)                                                                                    \
  Real<bits> name##bits##_ir(Real<bits> x, Real<bits> y) {                                                             \
    return {op::create(current().builder, current().location, x.value, y.value)};                                      \
  }
#define TN_LANE_OPS(bits)                                                                                              \
  TN_LANE_OP(sqrt, bits, math::SqrtOp)                                                                                 \
  TN_LANE_OP(floor, bits, math::FloorOp)                                                                               \
  TN_LANE_OP(ceil, bits, math::CeilOp)                                                                                 \
  TN_LANE_OP(round_even, bits, math::RoundEvenOp)                                                                      \
  TN_LANE_OP2(maximum, bits, arith::MaximumFOp)                                                                        \
  TN_LANE_OP2(minimum, bits, arith::MinimumFOp)
TN_LANE_OPS(32)
TN_LANE_OPS(64)

} // namespace tenon::lanes
