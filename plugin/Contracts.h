// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contracts.h - what TN_SHAPE and TN_RETURNS say of a declaration.

#ifndef TENON_PLUGIN_CONTRACTS_H
#define TENON_PLUGIN_CONTRACTS_H

#include "Shape.h"
#include "clang/AST/Decl.h"

namespace tenon {

struct Contract {
  llvm::SmallVector<DimTerm> dims; ///< enumerators are constants here
  std::string text;                ///< in the user's words: "[n, WIDTH]"
  clang::SourceLocation location;
};

/// Keeps the text of TN_SHAPE or TN_RETURNS with the declaration.
void attachContract(clang::ASTContext &context, clang::Decl *declaration, llvm::StringRef text,
                    clang::SourceRange range);

/// What stands at this very declaration.
std::optional<Contract> contractOf(const clang::Decl *declaration);

/// The contract of a function's result, or of one of its parameters: it may stand at any of its declarations.
std::optional<Contract> contractOfResult(const clang::FunctionDecl *function);
std::optional<Contract> contractOfParameter(const clang::FunctionDecl *function, unsigned index,
                                            const clang::ParmVarDecl **out_parameter = nullptr);

} // namespace tenon

#endif // TENON_PLUGIN_CONTRACTS_H
