// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ApplyFunction.h - emits a function of ops.def on IR values. See ApplyFunction.cpp.

#ifndef TENON_LOWER_APPLYFUNCTION_H
#define TENON_LOWER_APPLYFUNCTION_H

#include "LaneValues.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace tenon {

/// The value of row `function` of ops.def on operands of the current emission's width (lanes::current), or null if
/// there is no such row for the operands' types. `elements` are the dtypes of the operands, as arith has no
/// sign; `resultElement` matters for "cast" only.
mlir::Value applyFunction(llvm::StringRef function, llvm::ArrayRef<mlir::Value> operands, mlir::TypeRange elements,
                          mlir::Type resultElement);

/// Rough cost of the function in quarters of a nanosecond an element (for the threads' threshold); above 4 it is not
/// worth computing twice.
unsigned costOfFunction(llvm::StringRef function);

} // namespace tenon

#endif
