// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RegionPeak.h - see RegionPeak.cpp.

#ifndef TENON_LOWER_REGIONPEAK_H
#define TENON_LOWER_REGIONPEAK_H

#include "RegionSizes.h"

namespace tenon {

/// "memory of the region: at most 4*n*256 bytes at once (...)", for -Rpass-analysis=tenon.
std::string describePeak(const Region &region, mlir::ModuleOp module, RegionSizes &sizes);

} // namespace tenon

#endif
