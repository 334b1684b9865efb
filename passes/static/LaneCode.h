// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LaneCode.h - the adaptor that makes headers/tenon/scalar/elementary.h and the rows of ops.def emit LLVM IR in place,
// and the other functions on elements that code without the runtime needs.
//
// As lower/LaneValues.h does over MLIR, but with nothing outside the user's function: no call of the runtime or of
// libm, one instruction set, the function's own.

#ifndef TENON_STATIC_LANECODE_H
#define TENON_STATIC_LANECODE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/IRBuilder.h"

namespace tenon::code {

using Value = llvm::Value *;

/// What the machine of a function has.
struct Machine {
  bool hasFma = false, hasRounding = false;
  unsigned vectorBytes = 16;
  bool fences = false; ///< the code generator would contract products and sums (-ffp-contract=fast)

  /// Null if code for floats can be emitted for the function, else why not.
  const char *read(const llvm::Function &function, bool contracts);
};

/// Where and how wide the primitives emit. The one that lives innermost is used.
class Emission {
public:
  Emission(llvm::IRBuilder<> &builder, const Machine &machine);
  ~Emission();
  Emission(const Emission &) = delete;

  llvm::IRBuilder<> &builder;
  const Machine &machine;
  unsigned lanes = 1;

private:
  Emission *outer;
};
Emission &current();

/// `element` at the current width.
llvm::Type *laneType(llvm::Type *element);
/// A scalar in every lane.
Value splat(Value scalar);

/// x * y + z rounded once, x * y rounded, for reals of 32 or 64 bits.
Value fma(Value x, Value y, Value z);
Value product(Value x, Value y);

/// Dtypes are the low bytes of the tn_dtype constants. Elements of TN_BOOL are i1 in registers, bytes in memory.
llvm::Type *elementType(unsigned dtype);
llvm::Type *storedType(unsigned dtype);
unsigned storedBytes(unsigned dtype);
bool isReal(unsigned dtype);
const char *nameOfDtype(unsigned dtype);
/// Whether code can hold elements of it: f32, f64, i32, i64, u8 and bool.
bool hasElements(unsigned dtype);

/// Why a function of ops.def cannot be applied to elements of a dtype here, or null.
const char *whyNotApplied(llvm::StringRef function, unsigned dtype);
/// The function on operands of `dtype` (of "where" the last two) at the current width.
Value applyFunction(llvm::StringRef function, llvm::ArrayRef<Value> operands, unsigned dtype);
Value castElement(Value x, unsigned from, unsigned to);
/// Rough length of a function's code, an addition being 1.
unsigned costOfFunction(llvm::StringRef function, const Machine &machine);

/// A function of the module that computes x * y + z of doubles rounded once, in integers. See SoftFma.cpp.
llvm::Function *softFma(llvm::Module &module);

} // namespace tenon::code

#endif
