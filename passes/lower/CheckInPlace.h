// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CheckInPlace.h - see CheckInPlace.cpp.

#ifndef TENON_LOWER_CHECKINPLACE_H
#define TENON_LOWER_CHECKINPLACE_H

#include "dialect/TenonDialect.h"
#include "region/Region.h"

namespace tenon {

/// Adds an error for each tn_replace and tn_store of the region whose new value does not take the old one's memory.
void checkInPlace(const Region &region, mlir::ModuleOp module, llvm::SmallVectorImpl<Remark> &out_remarks);

} // namespace tenon

#endif
