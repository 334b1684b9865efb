// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Versions.h - a function in two versions, one of which is chosen when it is called.

#ifndef TENON_STATIC_VERSIONS_H
#define TENON_STATIC_VERSIONS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace tenon {

bool mayCopy(llvm::Function &function);

/// An internal function with the same body, which is not inlined.
llvm::Function *copyOf(llvm::Function &function, const llvm::Twine &suffix, llvm::ValueToValueMapTy &out_copies);

/// The function begins with a question, and where the answer is true, the copy runs instead.
void runInstead(llvm::Function &function, llvm::Function &copy, llvm::function_ref<llvm::Value *(llvm::IRBuilder<> &)> ask,
                llvm::MDNode *weights);

/// The program's own products and sums stay two roundings where its functions are inlined into one whose target has fma.
void keepRoundings(llvm::Module &module);

/// Vectors of 256 bits are passed in other places where the target has them.
bool passesVectors(llvm::Function &function);

} // namespace tenon

#endif
