// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops.h - the op table (headers/tenon/ops.def) as the passes over LLVM IR see it: which call is which row.

#ifndef TENON_REGION_OPS_H
#define TENON_REGION_OPS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/InstrTypes.h"

namespace tenon {

enum class OpClass { Elementwise, Reduction, Pure, Shape, Create, Read, Mutate, Handle, State };

/// What the compiler makes of a row; the names are those of ops.def's `lowering` column, REDUCE is every reduction row.
enum class Lowering { Elementwise, Reduce, Product, Line, Map, Alias, Scalar, Element, Sort, Store, Eager };

struct OpRow {
  llvm::StringLiteral name;
  OpClass cls;
  Lowering lowering;
  bool failsOnData;
};

/// Function attribute that names the row of a declaration: `"tenon-op"="add"`.
inline constexpr llvm::StringLiteral opAttribute = "tenon-op";
/// Call-site attribute of calls that were left to the eager path; no run of the passes looks at them again.
inline constexpr llvm::StringLiteral eagerAttribute = "tenon-eager";
/// Function attributes made of pragmas: `"tenon-fp"="fast"`, `"tenon-off"`, `"tenon-noalloc"`, `"tenon-inplace"`.
inline constexpr llvm::StringLiteral fpAttribute = "tenon-fp";
inline constexpr llvm::StringLiteral offAttribute = "tenon-off";
inline constexpr llvm::StringLiteral noallocAttribute = "tenon-noalloc";
inline constexpr llvm::StringLiteral inplaceAttribute = "tenon-inplace";
/// Function attribute made of a pragma: `"tenon-specialize"="2:n=1,32"`; 2 is the number of the parameter.
inline constexpr llvm::StringLiteral specializeAttribute = "tenon-specialize";
/// Function attribute made of TN_NO_TENSORS.
inline constexpr llvm::StringLiteral noTensorsAttribute = "tenon-no-tensors";

/// The row with this name, or null. A name that ends in `_keepdims` finds the reduction's row.
const OpRow *findRow(llvm::StringRef name);

/// The row of a call to a tensor function, or null: not a tensor function, or left to the eager path.
const OpRow *rowOf(const llvm::Instruction &inst);

/// The name as annotated, with `_keepdims` where that is what was called.
llvm::StringRef opNameOf(const llvm::CallBase &call);

/// True for ops that a fused kernel may take over.
bool isFusable(const OpRow &row);

} // namespace tenon

#endif
