// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ImportRegion.h - see ImportRegion.cpp and ImportFunction.cpp.

#ifndef TENON_IMPORT_IMPORTREGION_H
#define TENON_IMPORT_IMPORTREGION_H

#include "SourceLines.h"
#include "dialect/TenonDialect.h"
#include "region/Region.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OwningOpRef.h"

namespace tenon {

/// The region as a module of one function of tenon ops. Null if its signature cannot be expressed.
mlir::OwningOpRef<mlir::ModuleOp> importRegion(const Region &region, mlir::MLIRContext &context, SourceLines &lines,
                                               RegionResult &out_result);

/// Appends the body of the user's scalar function to `block`, whose arguments are its own, and returns what it returns.
/// Null, with the reason, if the function does anything but arithmetic on its arguments; `block` is then unchanged.
/// `locate` gives the locations of its instructions, `location` is that of the rest.
mlir::Value importFunctionBody(const llvm::Function &function, mlir::Block &block, mlir::Location location,
                               llvm::function_ref<mlir::Location(const llvm::Instruction &)> locate, bool hasFma,
                               std::string &out_reason);

/// The MLIR type of an LLVM type that may cross into a region.
mlir::Type importType(const llvm::Type *type, mlir::MLIRContext &context);

} // namespace tenon

#endif
