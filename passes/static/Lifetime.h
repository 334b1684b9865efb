// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lifetime.h - where in a function something that is made at one place is still wanted.

#ifndef TENON_STATIC_LIFETIME_H
#define TENON_STATIC_LIFETIME_H

#include "StaticProgram.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace tenon {

class Lifetime {
public:
  /// Of what is made by `made`, wanted at `uses`; what a block's end hands to a PHI is wanted at its terminator.
  Lifetime(const llvm::Instruction &made, llvm::ArrayRef<llvm::Instruction *> uses);

  /// Whether it is wanted after `inst` is done.
  bool isBehind(const llvm::Instruction *inst) const;
  /// Whether it is wanted in a block or behind it, and made before.
  bool isInto(const llvm::BasicBlock *block) const { return into.contains(block); }
  bool isAt(const llvm::Instruction *inst) const { return llvm::is_contained(uses, inst); }

private:
  bool isMadeBefore(const llvm::Instruction *inst) const;

  const llvm::Instruction &made;
  llvm::SmallVector<llvm::Instruction *> uses;
  llvm::SmallPtrSet<const llvm::BasicBlock *, 8> into;
};

/// Whether a handle is used behind `inst`, but for `inst` itself; by a PHI where a block hands it on.
bool isUsedBehind(llvm::Instruction &handle, const llvm::Instruction &inst);

} // namespace tenon

#endif
