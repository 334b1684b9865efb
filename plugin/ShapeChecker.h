// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ShapeChecker.h - follows shapes and dtypes through the functions of a unit and reports what cannot work.

#ifndef TENON_PLUGIN_SHAPE_CHECKER_H
#define TENON_PLUGIN_SHAPE_CHECKER_H

#include "Shape.h"
#include "clang/Basic/SourceLocation.h"
#include <memory>

namespace clang {
class ASTConsumer;
class ASTContext;
class Attr;
class CompilerInstance;
class Decl;
} // namespace clang

namespace tenon {

/// What TN_SHAPE or TN_RETURNS says of a declaration.
struct Contract {
  llvm::SmallVector<DimTerm> dims;
  clang::SourceLocation location;
};

/// Keeps the text of TN_SHAPE or TN_RETURNS with the declaration.
void attachContract(clang::ASTContext &context, clang::Decl *declaration, llvm::StringRef text, clang::SourceRange range);
std::optional<Contract> contractOf(const clang::Decl *declaration);

std::unique_ptr<clang::ASTConsumer> createShapeChecker(clang::CompilerInstance &instance);

} // namespace tenon

#endif // TENON_PLUGIN_SHAPE_CHECKER_H
