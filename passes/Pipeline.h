// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pipeline.h - see Pipeline.cpp.

#ifndef TENON_PIPELINE_H
#define TENON_PIPELINE_H

#include "region/Region.h"

namespace llvm {
class PassBuilder;
class Module;
} // namespace llvm

namespace tenon {

/// The passes over a region's MLIR, in mlir-opt's textual form.
extern const char *const kernelPipeline;

/// Hooks Tenon into clang's, opt's or lld's pipeline.
void registerPipeline(llvm::PassBuilder &builder, FloatOptions options);

/// Opens tenon-mlir.so, which lies beside this library. Null, after a warning, if it is missing or of another build.
CompileRegionFunction openKernelCompiler(llvm::Module &module);

} // namespace tenon

#endif
