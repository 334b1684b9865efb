// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LowerStatic.h - see LowerStatic.cpp.

#ifndef TENON_STATIC_LOWERSTATIC_H
#define TENON_STATIC_LOWERSTATIC_H

#include "region/Region.h"
#include "llvm/IR/PassManager.h"

namespace tenon {

struct LowerStaticPass : llvm::PassInfoMixin<LowerStaticPass> {
  FloatOptions options;
  explicit LowerStaticPass(FloatOptions options = {}) : options(options) {}
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &analyses);
};

/// Where nothing is optimised: says that `noalloc` is not kept.
struct WarnNoallocPass : llvm::PassInfoMixin<WarnNoallocPass> {
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &analyses);
  static bool isRequired() { return true; }
};

} // namespace tenon

#endif
