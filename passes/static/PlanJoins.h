// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanJoins.h - see PlanJoins.cpp.

#ifndef TENON_STATIC_PLANJOINS_H
#define TENON_STATIC_PLANJOINS_H

#include "StaticProgram.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace tenon {

/// Adds the ends of the blocks that hand `from` to a join.
void addEnds(const Node &join, const Node &from, llvm::SmallVectorImpl<llvm::Instruction *> &out_points);
/// One element that nobody looks for in memory.
bool isInRegister(const Node &node);

/// Whether an instruction, in any turn of a loop, may write the memory of a view.
using WritesFunction = llvm::function_ref<bool(llvm::Instruction &, const Node &)>;
using ReportFunction = llvm::function_ref<void(llvm::Instruction *, const llvm::Twine &)>;
/// False, after reports, if a tensor is changed that a name of other memory reads later.
bool checkNames(StaticProgram &program, WritesFunction writes, ReportFunction report);

} // namespace tenon

#endif
