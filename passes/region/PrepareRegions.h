// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PrepareRegions.h - see PrepareRegions.cpp.

#ifndef TENON_REGION_PREPAREREGIONS_H
#define TENON_REGION_PREPAREREGIONS_H

#include "Region.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/PassManager.h"

namespace tenon {

/// Why no region may form in a function, or null.
const char *whyLeftAlone(const llvm::Function &function);

/// Functions that call a tensor function, directly or through functions of this module that may be inlined.
llvm::SetVector<llvm::Function *> functionsThatReachOps(llvm::Module &module);

struct PrepareRegionsPass : llvm::PassInfoMixin<PrepareRegionsPass> {
  FloatOptions options;
  explicit PrepareRegionsPass(FloatOptions options = {}) : options(options) {}
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &);
};

} // namespace tenon

#endif
