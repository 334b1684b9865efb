// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AnnotateContracts.h - writes contracts into annotations of functions, which clang carries into LLVM IR.

#ifndef TENON_PLUGIN_ANNOTATE_CONTRACTS_H
#define TENON_PLUGIN_ANNOTATE_CONTRACTS_H

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/Decl.h"
#include <memory>
#include <string>

namespace tenon {

/// A type whose values are one LLVM value, as an argument and as a result.
bool isOneValue(clang::QualType type, const clang::ASTContext &context);

std::unique_ptr<clang::ASTConsumer> createContractAnnotator();

/// Replaces the function's annotation of this kind ("tenon.shape;...").
void annotate(clang::FunctionDecl *function, llvm::StringRef kind, llvm::StringRef text);

} // namespace tenon

#endif // TENON_PLUGIN_ANNOTATE_CONTRACTS_H
