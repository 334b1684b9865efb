// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contracts.cpp - keeps contracts with declarations.
//
// As [[gsl::suppress("tenon.shape", text)]], an attribute of strings that precompiled headers and templates carry along
// and that no code is made of. annotate() would be the obvious one, but clang makes calls of it that keep locals in
// memory.

#include "Contracts.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

static constexpr llvm::StringLiteral key = "tenon.shape";

void tenon::attachContract(ASTContext &context, Decl *declaration, llvm::StringRef text, SourceRange range) {
  llvm::StringRef words[] = {key, text};
  declaration->addAttr(SuppressAttr::CreateImplicit(context, words, 2, range));
}

/// A name that is an enumerator outside of functions is its value.
static void resolveEnumerator(tenon::DimTerm &term, ASTContext &context) {
  if (term.name.empty())
    return;
  for (const NamedDecl *found :
       context.getTranslationUnitDecl()->lookup(DeclarationName(&context.Idents.get(term.name))))
    if (const auto *enumerator = llvm::dyn_cast<EnumConstantDecl>(found)) {
      tenon::Dim value =
          tenon::Dim(enumerator->getInitVal().getExtValue()) * tenon::Dim(term.factor) + tenon::Dim(term.offset);
      if (value.isKnown())
        term = {"", 1, value.getOffset()};
      return;
    }
}

std::optional<tenon::Contract> tenon::contractOf(const Decl *declaration) {
  for (const auto *attribute : declaration->specific_attrs<SuppressAttr>()) {
    if (attribute->diagnosticIdentifiers_size() != 2 || *attribute->diagnosticIdentifiers_begin() != key)
      continue;
    std::string problem;
    auto dims = parseDims(attribute->diagnosticIdentifiers_begin()[1], problem);
    if (!dims)
      continue;
    Contract contract;
    contract.dims = *dims;
    contract.location = attribute->getLocation();
    Shape shape;
    llvm::SmallVector<Symbol, 8> names;
    names.reserve(dims->size());
    for (DimTerm &term : contract.dims) {
      names.push_back({term.name});
      shape.push_back(term.name.empty() ? Dim(term.offset) : Dim(&names.back(), term.factor, term.offset));
      resolveEnumerator(term, declaration->getASTContext());
    }
    contract.text = tenon::text(shape);
    return contract;
  }
  return std::nullopt;
}

std::optional<tenon::Contract> tenon::contractOfResult(const FunctionDecl *function) {
  for (const FunctionDecl *declaration : function->redecls())
    if (std::optional<Contract> contract = contractOf(declaration))
      return contract;
  return std::nullopt;
}

std::optional<tenon::Contract> tenon::contractOfParameter(const FunctionDecl *function, unsigned index,
                                                          const ParmVarDecl **out_parameter) {
  for (const FunctionDecl *declaration : function->redecls()) {
    const ParmVarDecl *parameter = index < declaration->getNumParams() ? declaration->getParamDecl(index) : nullptr;
    if (std::optional<Contract> contract = parameter ? contractOf(parameter) : std::nullopt) {
      if (out_parameter)
        *out_parameter = parameter;
      return contract;
    }
  }
  return std::nullopt;
}
