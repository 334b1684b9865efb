// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FormRegions.h - see FormRegions.cpp.

#ifndef TENON_REGION_FORMREGIONS_H
#define TENON_REGION_FORMREGIONS_H

#include "Region.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PassManager.h"

namespace tenon {

struct FormRegionsPass : llvm::PassInfoMixin<FormRegionsPass> {
  FloatOptions options;
  explicit FormRegionsPass(FloatOptions options = {}) : options(options) {}
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &);
};

/// What `#pragma tenon inplace` of a function speaks of: its calls of tn_replace and tn_store, by which a tensor changes.
class InPlaceContract {
public:
  explicit InPlaceContract(llvm::Function &function);
  /// The region is compiled: what is to be said of its calls, its remarks say.
  void cover(const Region &region);
  /// An error at each call that is in no region that was compiled.
  void diagnose() const;
  static constexpr llvm::StringLiteral newTensor =
      "tn_replace makes a new tensor and lets go of the old one; tn_store(x, ...) writes x's own memory";
  static void fail(llvm::Function &function, const llvm::Instruction &at, const llvm::Twine &why);

private:
  llvm::Function &function;
  llvm::SetVector<llvm::CallInst *> calls;
};

/// Puts a compiled region's kernel in front of the user's own code, which stays as its fallback. See SpliceRegion.cpp.
void spliceRegion(const Region &region, const RegionResult &result);

/// Before the call of a region that is to be run both ways; returns whether it is, as the program says when it runs.
llvm::Value *beginCheck(const Region &region, llvm::IRBuilder<> &builder);
/// Behind it, where `packed` is what it returned: branches to the clone, which then ends in comparisons, or to the
/// block that it returns, where the builder goes on.
llvm::BasicBlock *turnCheck(const Region &region, const RegionResult &result, llvm::IRBuilder<> &builder,
                            llvm::Value *on, llvm::Value *id, llvm::Value *packed, llvm::BasicBlock *clone,
                            llvm::BasicBlock *cloneEnd);

} // namespace tenon

#endif
