// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LaneValues.h - the adaptor that makes headers/tenon/scalar/elementary.h and the rows of ops.def build IR.
//
// Those sources are written in a few primitives on F (reals), B (signed integers and masks) and U (unsigned integers).
// scalar/lanes.h gives them for C; here F, B and U hold an IR value, a scalar or a vector of `lanes` elements, and
// every primitive emits an op of arith or math. One source, hence the same bits in the eager runtime and in kernels.

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

enum class Arithmetic { Add, Sub, Mul, Div };
Value arithmetic(Arithmetic op, Value x, Value y);
Value negate(Value x);
enum class Logic { And, Or, Xor };
Value logic(Logic op, Value x, Value y, unsigned bits);
enum class Shift { Left, RightSigned };
Value shift(Shift op, Value x, int by, unsigned bits);
Value addIntegers(Value x, Value y, bool subtract);
Value compare(mlir::arith::CmpFPredicate predicate, Value x, Value y);
Value select(Value mask, Value x, Value y);
Value bitcast(Value value, Type element);
Value integerToReal(Value value, unsigned bits);
Value fma(Value x, Value y, Value z);
/// A function of ops.def by a call of the runtime, for ISA versions without fma.
Value callVectorFunction(llvm::StringRef function, llvm::ArrayRef<Value> operands);

/// Sine's far reduction: value and quadrant of the lanes in `far` by calls of the runtime, of the others unchanged.
void reduceFar(unsigned bits, Value x, Value far, Value &value, Value &quadrant);

template <unsigned Bits> struct Real {
  Value value;
  friend Real operator+(Real x, Real y) { return {arithmetic(Arithmetic::Add, x.value, y.value)}; }
  friend Real operator-(Real x, Real y) { return {arithmetic(Arithmetic::Sub, x.value, y.value)}; }
  friend Real operator*(Real x, Real y) { return {arithmetic(Arithmetic::Mul, x.value, y.value)}; }
  friend Real operator/(Real x, Real y) { return {arithmetic(Arithmetic::Div, x.value, y.value)}; }
  friend Real operator-(Real x) { return {negate(x.value)}; }
};

template <unsigned Bits> struct Signed {
  Value value; ///< an integer, or a mask of i1
  friend Signed operator&(Signed x, Signed y) { return {logic(Logic::And, x.value, y.value, Bits)}; }
  friend Signed operator|(Signed x, Signed y) { return {logic(Logic::Or, x.value, y.value, Bits)}; }
  friend Signed operator^(Signed x, Signed y) { return {logic(Logic::Xor, x.value, y.value, Bits)}; }
  friend Signed operator~(Signed x) {
    Value ones = isMask(x.value) ? constantInt(1, 1) : constantInt(Bits, -1);
    return {logic(Logic::Xor, x.value, ones, Bits)};
  }
  friend Signed operator>>(Signed x, int by) { return {shift(Shift::RightSigned, x.value, by, Bits)}; }
};

template <unsigned Bits> struct Unsigned {
  Value value;
  friend Unsigned operator+(Unsigned x, Unsigned y) { return {addIntegers(x.value, y.value, false)}; }
  friend Unsigned operator-(Unsigned x, Unsigned y) { return {addIntegers(x.value, y.value, true)}; }
  friend Unsigned operator<<(Unsigned x, int by) { return {shift(Shift::Left, x.value, by, Bits)}; }
};

template <unsigned Bits> struct Pair {
  Real<Bits> value;
  Signed<Bits> n;
};

#define TN_LANE_PRIMITIVES(bits)                                                                                       \
  using F##bits##_ir = Real<bits>;                                                                                     \
  using B##bits##_ir = Signed<bits>;                                                                                   \
  using U##bits##_ir = Unsigned<bits>;                                                                                 \
  using pair##bits##_ir = Pair<bits>;                                                                                  \
  inline Real<bits> splat##bits##_ir(double c) { return {constantReal(bits, c)}; }                                     \
  inline Signed<bits> int_splat##bits##_ir(int64_t c) { return {constantInt(bits, c)}; }                               \
  inline Signed<bits> as_signed##bits##_ir(Unsigned<bits> u) { return {u.value}; }                                     \
  inline Unsigned<bits> as_unsigned##bits##_ir(Signed<bits> b) { return {asInteger(b.value, bits)}; }                  \
  inline Signed<bits> bits_of##bits##_ir(Real<bits> x) {                                                               \
    return {bitcast(x.value, current().builder.getIntegerType(bits))};                                                 \
  }                                                                                                                    \
  inline Real<bits> real_of##bits##_ir(Signed<bits> b) {                                                               \
    OpBuilder &builder = current().builder;                                                                            \
    return {bitcast(asInteger(b.value, bits), bits == 32 ? Type(builder.getF32Type()) : Type(builder.getF64Type()))};  \
  }                                                                                                                    \
  inline Real<bits> to_real##bits##_ir(Signed<bits> b) { return {integerToReal(asInteger(b.value, bits), bits)}; }     \
  inline Real<bits> sel##bits##_ir(Signed<bits> mask, Real<bits> x, Real<bits> y) {                                    \
    return {select(asMask(mask.value), x.value, y.value)};                                                             \
  }                                                                                                                    \
  inline Signed<bits> lt##bits##_ir(Real<bits> x, Real<bits> y) {                                                      \
    return {compare(mlir::arith::CmpFPredicate::OLT, x.value, y.value)};                                               \
  }                                                                                                                    \
  inline Signed<bits> le##bits##_ir(Real<bits> x, Real<bits> y) {                                                      \
    return {compare(mlir::arith::CmpFPredicate::OLE, x.value, y.value)};                                               \
  }                                                                                                                    \
  inline Signed<bits> eq##bits##_ir(Real<bits> x, Real<bits> y) {                                                      \
    return {compare(mlir::arith::CmpFPredicate::OEQ, x.value, y.value)};                                               \
  }                                                                                                                    \
  inline Real<bits> fma##bits##_ir(Real<bits> x, Real<bits> y, Real<bits> z) {                                         \
    return {fma(x.value, y.value, z.value)};                                                                           \
  }                                                                                                                    \
  inline Pair<bits> reduce_far##bits##_ir(Real<bits> x, Signed<bits> far, Pair<bits> near) {                           \
    Pair<bits> result = {near.value, {asInteger(near.n.value, bits)}};                                                 \
    reduceFar(bits, x.value, asMask(far.value), result.value.value, result.n.value);                                   \
    return result;                                                                                                     \
  }                                                                                                                    \
  Real<bits> sqrt##bits##_ir(Real<bits> x);                                                                            \
  Real<bits> floor##bits##_ir(Real<bits> x);                                                                           \
  Real<bits> ceil##bits##_ir(Real<bits> x);                                                                            \
  Real<bits> round_even##bits##_ir(Real<bits> x);                                                                      \
  Real<bits> maximum##bits##_ir(Real<bits> x, Real<bits> y);                                                           \
  Real<bits> minimum##bits##_ir(Real<bits> x, Real<bits> y);
TN_LANE_PRIMITIVES(32)
TN_LANE_PRIMITIVES(64)
#undef TN_LANE_PRIMITIVES

} // namespace tenon::lanes

#endif
