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

} // namespace tenon

#endif
