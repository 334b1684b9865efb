// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MathFunctions.h - the public scalar functions (tenon/math.h) by their symbols, for both kinds of IR.

#ifndef TENON_LANES_MATHFUNCTIONS_H
#define TENON_LANES_MATHFUNCTIONS_H

#include "llvm/ADT/StringRef.h"

namespace tenon {

/// The row of ops.def that tn_expf or tn_expd computes; empty for other functions.
inline llvm::StringRef rowOfMathFunction(llvm::StringRef symbol) {
  if (!symbol.consume_front("tn_") || !(symbol.ends_with("f") || symbol.ends_with("d")))
    return {};
  symbol = symbol.drop_back();
#define TN_UNARY(name, ...)                                                                                            \
  if (symbol == #name)                                                                                                 \
    return #name;
#define TN_BINARY(name, ...)                                                                                           \
  if (symbol == #name)                                                                                                 \
    return #name;
#include "tenon/ops.def"
  return {};
}

} // namespace tenon

#endif
