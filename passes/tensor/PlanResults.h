// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanResults.h - what the plan of results knows of a value's life. See PlanResults.cpp.

#ifndef TENON_TENSOR_PLANRESULTS_H
#define TENON_TENSOR_PLANRESULTS_H

#include "dialect/TenonDialect.h"

namespace tenon {

/// On a call of tn_replaced_, by whoever plans it: the new value takes the old one's memory, in the launch that makes it.
inline constexpr llvm::StringLiteral inPlaceAttribute = "tenon.in_place";
/// On such a call: why not, in words for the user.
inline constexpr llvm::StringLiteral notInPlaceAttribute = "tenon.not_in_place";

/// Whether the user's own calls would still need this result of a kernel, or something made of it, should they go on
/// behind the kernel's position.
bool isNeededByUserAfter(KernelOp producer, mlir::Value tensor);

} // namespace tenon

#endif
