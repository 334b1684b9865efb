// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// KernelBuilder.h - a set of tensor ops on its way to one kernel. See KernelBuilder.cpp.

#ifndef TENON_TENSOR_KERNELBUILDER_H
#define TENON_TENSOR_KERNELBUILDER_H

#include "dialect/TenonDialect.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace tenon {

/// True for ops that compute a tensor value and may be delayed to where it is demanded.
bool isTensorOp(mlir::Operation *op);
/// True for ops that compute each element from the operands' elements alone.
bool isElementwise(mlir::Operation *op);

/// Ops of one kernel, and the iteration space that they agree on.
struct KernelSet {
  enum Space {
    Elementwise, ///< no reduction
    All,         ///< reductions over everything
    Axis,        ///< reductions along one axis
    Product      ///< a matrix product and what follows it element by element
  } space = Elementwise;
  int64_t axis = 0;
  llvm::SetVector<mlir::Operation *> ops;
  /// Ops whose values leave the kernel as tensors; in order.
  llvm::SetVector<mlir::Operation *> outputs;
  /// Reductions whose value is only read as a number.
  llvm::DenseSet<mlir::Operation *> numbers;
  /// The value of this op goes into this tensor.
  mlir::Operation *stored = nullptr;
  mlir::Value destination;
  int32_t storeStep = -1;

  /// The ops in program order.
  llvm::SmallVector<mlir::Operation *> inOrder() const;
};

/// Caps on a kernel: the table's indices are bytes, sets of inputs are words of 16 bits, and code that is too long helps
/// nobody.
inline constexpr unsigned maxKernelOps = 150, maxKernelInputs = 16, maxKernelOutputs = 16;

/// True if a member's value has one element a row: a reduction that keeps its dims, and what is computed of such alone.
bool isRowValue(const KernelSet &set, mlir::Operation *op);

/// Inputs of the set: tensors that its ops take from outside.
llvm::SetVector<mlir::Value> inputsOf(const KernelSet &set);

/// Creates the kernel of a set in front of `at`, and replaces the outputs' uses by its results. Elements that only reads want
/// become numbers; those reads are added to `out_replaced`. No op is erased.
KernelOp buildKernel(const KernelSet &set, mlir::Operation *at, int32_t position,
                     llvm::SmallVectorImpl<mlir::Operation *> &out_replaced);

/// Creates the element of an elementwise set's one output that `read` asks for, and replaces the read's uses.
void buildElement(const KernelSet &set, ReadOp read);

} // namespace tenon

#endif
