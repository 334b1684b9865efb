// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FormRegions.h - see FormRegions.cpp.

#ifndef TENON_REGION_FORMREGIONS_H
#define TENON_REGION_FORMREGIONS_H

#include "Region.h"
#include "llvm/IR/PassManager.h"

namespace tenon {

struct FormRegionsPass : llvm::PassInfoMixin<FormRegionsPass> {
  FloatOptions options;
  explicit FormRegionsPass(FloatOptions options = {}) : options(options) {}
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &);
};

/// Puts a compiled region's kernel in front of the user's own code, which stays as its fallback. See SpliceRegion.cpp.
void spliceRegion(const Region &region, const RegionResult &result);

} // namespace tenon

#endif
