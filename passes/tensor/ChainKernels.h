// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ChainKernels.h - kernels that are launched together. See ChainKernels.cpp.

#ifndef TENON_TENSOR_CHAINKERNELS_H
#define TENON_TENSOR_CHAINKERNELS_H

#include "dialect/TenonDialect.h"
#include "llvm/ADT/SetVector.h"

namespace tenon {

/// On the kernels of a chain, its number in the region; on the transposes that it takes in too.
inline constexpr llvm::StringLiteral chainAttribute = "tenon.chain";
/// On a kernel of a chain: for each result, whether only the chain sees it.
inline constexpr llvm::StringLiteral localAttribute = "tenon.local";
/// On the last kernel of a chain whose factors' rows are the others' rows.
inline constexpr llvm::StringLiteral sumAttribute = "tenon.sum";
/// On the last kernel of a chain: the symbol of the chain's table.
inline constexpr llvm::StringLiteral chainTableAttribute = "tenon.chain_table";

/// A chain as the launch sees it: every tensor and scalar once, and where each kernel's stand among them.
struct Chain {
  struct Link {
    KernelOp kernel;
    llvm::SmallVector<uint8_t> tensors, scalars;
    uint8_t transposed = 0;
  };
  llvm::SmallVector<Link> links;
  llvm::SetVector<mlir::Value> tensors, scalars;
  llvm::SmallVector<uint8_t> local; ///< by tensor
  bool sum = false;

  /// The chain that ends with this kernel; no links if none does.
  static Chain endingIn(KernelOp last);
};

} // namespace tenon

#endif
