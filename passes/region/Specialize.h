// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Specialize.h - see Specialize.cpp.

#ifndef TENON_REGION_SPECIALIZE_H
#define TENON_REGION_SPECIALIZE_H

#include "llvm/IR/PassManager.h"

namespace tenon {

struct SpecializePass : llvm::PassInfoMixin<SpecializePass> {
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &);
};

} // namespace tenon

#endif
