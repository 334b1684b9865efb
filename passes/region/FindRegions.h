// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FindRegions.h - see FindRegions.cpp.

#ifndef TENON_REGION_FINDREGIONS_H
#define TENON_REGION_FINDREGIONS_H

#include "Region.h"

namespace tenon {

/// A piece of a function that may become a region.
struct FoundRegion {
  llvm::BasicBlock *before;
  llvm::SmallVector<llvm::BasicBlock *> blocks; ///< the first is the only one that is entered from outside
  llvm::SmallVector<RegionExit> exits;
};

/// True for calls that a region is worth starting or ending with.
bool isCore(const llvm::Instruction &inst);

/// Finds the largest pieces of a function that have one way in, reach tensor ops and hold no instruction for which
/// `whyEnds` has a reason; with `straight`, those within a block. Blocks are split so that a piece is whole blocks.
llvm::SmallVector<FoundRegion> findRegions(llvm::Function &function, bool straight,
                                           llvm::function_ref<const char *(const llvm::Instruction &)> whyEnds);

/// The same region, a block at a time: those that have tensor ops.
llvm::SmallVector<FoundRegion> splitRegion(const FoundRegion &region);

} // namespace tenon

#endif
