// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanResults.h - what the plan of results knows of a value's life. See PlanResults.cpp.

#ifndef TENON_TENSOR_PLANRESULTS_H
#define TENON_TENSOR_PLANRESULTS_H

#include "dialect/TenonDialect.h"

namespace tenon {

/// On a call of tn_replaced_: the new value takes the old one's memory, in the launch that makes it.
inline constexpr llvm::StringLiteral inPlaceAttribute = "tenon.in_place";
/// On such a call: why not, in words for the user.
inline constexpr llvm::StringLiteral notInPlaceAttribute = "tenon.not_in_place";

/// On a piece of the user's own code that may read elements of tensors.
inline constexpr llvm::StringLiteral readsAttribute = "tenon.reads";

/// The handle by which a tensor came, or the tensor itself.
mlir::Value handleOf(mlir::Value tensor);
/// The same down a chain of aliases: what a tensor's elements belong to, as the region knows it.
mlir::Value rootOf(mlir::Value tensor);

/// The last position at which the user's own calls may make a step's value again, should a guard of the region fail; -1
/// where it is in memory.
int32_t lastRecallByUser(mlir::Operation *inRegion, OriginalOp original);

/// Whether the user's own calls would still need this result of a kernel, or something made of it, should they go on
/// behind the kernel's position.
bool isNeededByUserAfter(KernelOp producer, mlir::Value tensor);

/// Whether the user's own calls, should they go on somewhere behind the kernel, read `old`'s elements: by themselves, or to
/// make again a value that was fused away. Up to the call `replaced`, or, without one, to the end of the kernel's block.
bool isWantedByUser(KernelOp kernel, mlir::Value old, CallOp replaced);

/// The kernel's result takes the memory of `candidate`, a tenon.replaceable, where that is not NULL and fits.
void makeInMemoryOf(KernelOp kernel, mlir::Value result, mlir::Value candidate);

} // namespace tenon

#endif
