// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Effects.h - see Effects.cpp.

#ifndef TENON_REGION_EFFECTS_H
#define TENON_REGION_EFFECTS_H

#include "Region.h"

namespace tenon {

/// Types that pass between the host, the kernel function and its pieces.
bool canCross(const llvm::Type *type);

/// Why an instruction cannot stand in a region, or null. PHIs and terminators are not asked about.
const char *whyEnds(const llvm::Instruction &inst);

/// Why an instruction cannot stand in a region that is run both ways, or null. What a region stores into tensors is put
/// back between (runtime/check.c).
const char *whyRunsOnce(const llvm::Instruction &inst);

Effect effectOf(const llvm::Instruction &inst);

/// Whether an instruction of the user's own may read elements of tensors that tensor functions made, through an address
/// that tn_data_const gave.
bool mayReadElements(const llvm::Instruction &inst);

} // namespace tenon

#endif
