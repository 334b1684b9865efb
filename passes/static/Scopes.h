// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scopes.h - the scopes of a function whose tensors become code: which are open where, and which hold nothing any more.

#ifndef TENON_STATIC_SCOPES_H
#define TENON_STATIC_SCOPES_H

#include "StaticProgram.h"

namespace llvm {
class DominatorTree;
class TargetLibraryInfo;
} // namespace llvm

namespace tenon {

/// Whether a mark is seen to be of a scope that this function began.
bool isBegunHere(llvm::Value &mark);

/// Whether the scope of a mark is seen to be open at `at`: begun in this function, and ended nowhere between.
bool isOpenAt(llvm::Value &mark, llvm::CallInst &at, const llvm::DominatorTree &dominators);

/// A call whose tensor is used behind the end of the scope that it was made in, as far as this is seen; or null.
const llvm::Instruction *findUseBehindScope(const StaticProgram &program, const llvm::DominatorTree &dominators);

/// Takes scopes away that nothing can belong to any more.
void dropScopes(llvm::Function &function, const llvm::TargetLibraryInfo &library);

} // namespace tenon

#endif
