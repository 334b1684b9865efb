// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names.h - what the user calls the values of a function, for remarks and pictures. Nothing that is compiled depends on
// it.

#ifndef TENON_REGION_NAMES_H
#define TENON_REGION_NAMES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Function.h"
#include <optional>
#include <string>

namespace tenon {

/// What the plugin read in the syntax tree; IR has names only under -g. Empty without the plugin, or where nobody asked
/// for remarks or pictures.
struct SourceNames {
  llvm::StringMap<llvm::SmallVector<std::string>> parameters; ///< by function, as IR names it
  llvm::StringMap<std::string> variables;                     ///< that a call begins as, by placeOf

  static SourceNames &ofThisUnit();
  /// The key of a call: its file's name without folders, line, column and callee. Calls within one macro share a place.
  static std::string placeOf(llvm::StringRef file, unsigned line, unsigned column, llvm::StringRef callee);
};

/// The variable that holds a value in `host`, or an empty text.
std::string nameOf(const llvm::Value &value, const llvm::Function &host);

/// An integer as an expression in the user's names: "2*n", "dim(x, 0)"; or an empty text.
std::string expressionOf(const llvm::Value &value, const llvm::Function &host);

/// The dims with which a creation call made a tensor, each as an expression (empty: not known); nothing for other
/// handles.
std::optional<llvm::SmallVector<std::string>> createdDims(const llvm::Value &handle, const llvm::Function &host);

/// Lets `copy`, which stands for `original` behind a region, answer for it.
void keepNames(const llvm::Value &original, llvm::Instruction &copy, const llvm::Function &host);

} // namespace tenon

#endif
