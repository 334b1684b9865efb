// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanResults.h - what the plan of results knows of a value's life. See PlanResults.cpp.

#ifndef TENON_TENSOR_PLANRESULTS_H
#define TENON_TENSOR_PLANRESULTS_H

#include "dialect/TenonDialect.h"

namespace tenon {

/// Whether the user's own calls would still need this result of a kernel, or something made of it, should they go on
/// behind the kernel's position.
bool isNeededByUserAfter(KernelOp producer, mlir::Value tensor);

} // namespace tenon

#endif
