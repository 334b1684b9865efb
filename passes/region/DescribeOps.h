// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DescribeOps.h - see DescribeOps.cpp.

#ifndef TENON_REGION_DESCRIBEOPS_H
#define TENON_REGION_DESCRIBEOPS_H

#include "llvm/IR/PassManager.h"

namespace tenon {

struct DescribeOpsPass : llvm::PassInfoMixin<DescribeOpsPass> {
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &);
};

/// What annotations of the module say of its functions.
void forEachAnnotation(llvm::Module &module, llvm::function_ref<void(llvm::Function &, llvm::StringRef kind)> each);

} // namespace tenon

#endif
