// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Versions.h - a function in several versions, one of which is chosen when it is called.

#ifndef TENON_REGION_VERSIONS_H
#define TENON_REGION_VERSIONS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace tenon {

/// Why a function cannot have versions, or null.
const char *whyNotCopied(const llvm::Function &function);

/// An internal function with the same body.
llvm::Function *copyOf(llvm::Function &function, const llvm::Twine &suffix, llvm::ValueToValueMapTy &out_copies);

/// Calls the copy with the function's own arguments and returns what it does, as the end of `block`.
void returnCallOf(llvm::Function &copy, llvm::Function &function, llvm::BasicBlock *block);

/// Makes the entry of a function, of its static allocas alone, end before the rest, which is returned.
llvm::BasicBlock *splitEntry(llvm::Function &function);

/// The function begins with a question, and where the answer is true, the copy runs instead.
void runInstead(llvm::Function &function, llvm::Function &copy, llvm::function_ref<llvm::Value *(llvm::IRBuilder<> &)> ask,
                llvm::MDNode *weights);

/// The program's own products and sums stay two roundings where its functions are inlined into one whose target has fma.
void keepRoundings(llvm::Module &module);

/// Vectors of 256 bits are passed in other places where the target has them.
bool passesVectors(llvm::Function &function);

} // namespace tenon

#endif
