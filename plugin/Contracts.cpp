// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contracts.cpp - keeps contracts with declarations.
//
// As [[gsl::suppress("tenon.shape", text)]], an attribute of strings that precompiled headers and templates carry along and
// that no code is made of. annotate() would be the obvious one, but clang makes calls of it that keep locals in memory.

#include "ShapeChecker.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

static constexpr llvm::StringLiteral key = "tenon.shape";

void tenon::attachContract(ASTContext &context, Decl *declaration, llvm::StringRef text, SourceRange range) {
  llvm::StringRef words[] = {key, text};
  declaration->addAttr(SuppressAttr::CreateImplicit(context, words, 2, range));
}

std::optional<tenon::Contract> tenon::contractOf(const Decl *declaration) {
  for (const auto *attribute : declaration->specific_attrs<SuppressAttr>())
    if (attribute->diagnosticIdentifiers_size() == 2 && *attribute->diagnosticIdentifiers_begin() == key) {
      std::string problem;
      if (auto dims = parseDims(attribute->diagnosticIdentifiers_begin()[1], problem))
        return Contract{*dims, attribute->getLocation()};
    }
  return std::nullopt;
}
