// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LaneValues.h - the adaptor that makes headers/tenon/scalar/elementary.h and the rows of ops.def build IR.
//
// Those sources are written in a few primitives on F (reals), B (signed integers and masks) and U (unsigned integers).
// scalar/lanes.h gives them for C; here F, B and U hold an IR value, a scalar or a vector of `lanes` elements, and
// every primitive emits an op of arith or math. One source, hence the same bits in the eager runtime and in kernels.
// static/LaneCode.h is the same for LLVM IR.

#ifndef TENON_LOWER_LANEVALUES_H
#define TENON_LOWER_LANEVALUES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace tenon::lanes {

using mlir::Location;
using mlir::OpBuilder;
using mlir::Type;
using mlir::Value;

/// Where and how wide the primitives emit.
struct Emission {
  OpBuilder &builder;
  Location location;
  unsigned lanes; ///< 1: scalars
  bool fast = false;
  llvm::StringRef isa = "";
};

/// The emission that the primitives use; set by ScopedEmission.
Emission &current();

class ScopedEmission {
public:
  explicit ScopedEmission(Emission &emission);
  ~ScopedEmission();

private:
  Emission *outer;
};

/// An integer type without its sign, which arith wants; other types as they are.
Type signless(Type element);
/// `element` at the current width.
Type laneType(Type element);
Value constantReal(unsigned bits, double value);
Value constantInt(unsigned bits, int64_t value);
/// A scalar in every lane.
Value splat(Value scalar);

/// A value as an integer of `bits`; a mask (i1) becomes all ones or all zeros.
Value asInteger(Value value, unsigned bits);
/// A value as a mask.
Value asMask(Value value);
bool isMask(Value value);

#include "lanes/LaneOperations.inc"

Value arithmetic(Arithmetic op, Value x, Value y);
Value negate(Value x);
Value logic(Logic op, Value x, Value y, unsigned bits);
Value shift(Shift op, Value x, int by, unsigned bits);
Value addIntegers(Value x, Value y, bool subtract);
Value compare(mlir::arith::CmpFPredicate predicate, Value x, Value y);
Value compare(Comparison comparison, Value x, Value y);
Value select(Value mask, Value x, Value y);
/// The bits of a real, and the real of bits.
Value bitsOf(unsigned bits, Value real);
Value realOf(unsigned bits, Value integer);
Value integerToReal(Value value, unsigned bits);
Value fma(Value x, Value y, Value z);
/// A function of ops.def by a call of the runtime, for ISA versions without fma.
Value callVectorFunction(llvm::StringRef function, llvm::ArrayRef<Value> operands);

/// Sine's far reduction: value and quadrant of the lanes in `far` by calls of the runtime, of the others unchanged.
void reduceFar(unsigned bits, Value x, Value far, Value &value, Value &quadrant);

#include "lanes/LanePrimitives.inc"

} // namespace tenon::lanes

#endif
