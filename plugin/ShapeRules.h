// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ShapeRules.h - what an op makes of shapes and dtypes, as far as they are known, and what it cannot take.

#ifndef TENON_PLUGIN_SHAPE_RULES_H
#define TENON_PLUGIN_SHAPE_RULES_H

#include "Shape.h"
#include "llvm/ADT/StringRef.h"

namespace tenon {

/// What is known of an argument or a result. Nothing known is right of every value.
struct Facts {
  enum Kind { Nothing, Tensor, Number } kind = Nothing;
  /// Tensor: none if the rank is not known.
  std::optional<Shape> shape;
  /// Tensor: a tn_dtype.
  std::optional<unsigned> dtype;
  /// Tensor: a C number as an operand, which takes the dtype of the other side; `isReal`: a floating one.
  bool weak = false, isReal = false;
  /// Number: its value, if it is a whole number.
  Dim number;
  /// True if a contract that was not proven, or arithmetic of C, says so: good enough to warn by, no proof.
  bool assumed = false;

  static Facts tensor(std::optional<Shape> shape, std::optional<unsigned> dtype);
  static Facts integer(Dim value);
  /// "f32[n, 784]", "[n, 784]", "f32 of unknown shape".
  std::string text() const;
  bool operator==(const Facts &other) const;
};

/// Why a call cannot work: what stands in a diagnostic behind the function's name, and the arguments that it is about.
struct Problem {
  std::string message;
  int argument = -1; ///< that the caret points to
  int other = -1;    ///< that a note points to
  bool transposed = false; ///< tn_transpose of `argument` would fit
  int mistyped = -1;       ///< an argument that would fit as `meant`, if a number is written there
  int64_t meant = 0;
};

/// What the op `name` (of ops.def) gives for these arguments. Returns false, with a problem, if it cannot work for any value
/// of what is not known.
bool inferOp(llvm::StringRef name, llvm::ArrayRef<Facts> arguments, Facts &out_result, Problem &out_problem);

llvm::StringRef dtypeName(unsigned dtype);

} // namespace tenon

#endif // TENON_PLUGIN_SHAPE_RULES_H
