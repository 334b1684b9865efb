// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// StageEmitter.h - see StageEmitter.cpp.

#ifndef TENON_LOWER_STAGEEMITTER_H
#define TENON_LOWER_STAGEEMITTER_H

#include "KernelProgram.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace tenon {

/// An ISA version that stages are emitted for.
struct Isa {
  llvm::StringRef name, cpu, vectorBits;
  unsigned vectorBytes, registers;
};
/// v2, v3, v4 in the order of tn_stage::function; on other targets one version.
llvm::ArrayRef<Isa> allIsas();

/// Emits one stage at the builder's insertion point (a module) as a function of tn_stage_function's signature.
mlir::LLVM::LLVMFuncOp emitStage(mlir::OpBuilder &builder, mlir::Location location, llvm::StringRef name,
                             const KernelProgram &program, const ProgramStage &stage, const Isa &isa, bool fast);

} // namespace tenon

#endif
