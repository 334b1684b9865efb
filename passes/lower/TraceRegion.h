// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TraceRegion.h - see TraceRegion.cpp.

#ifndef TENON_LOWER_TRACEREGION_H
#define TENON_LOWER_TRACEREGION_H

#include "region/Region.h"

namespace tenon {

/// Makes the kernel function of a region tell TENON_TRACE when it begins and ends.
void traceRegion(llvm::Function &kernel, const Region &region);

} // namespace tenon

#endif
