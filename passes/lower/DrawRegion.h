// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DrawRegion.h - a picture of a region's dataflow, for people.

#ifndef TENON_LOWER_DRAWREGION_H
#define TENON_LOWER_DRAWREGION_H

#include "RegionSizes.h"

namespace tenon {

/// A region after tenon-plan-results, as text for Graphviz. `remarks` say why calls were not fused.
std::string drawRegion(const Region &region, mlir::ModuleOp module, RegionSizes &sizes, llvm::ArrayRef<Remark> remarks);

} // namespace tenon

#endif
