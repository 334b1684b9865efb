// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AnnotateContracts.cpp - writes contracts into annotations of functions, which clang carries into LLVM IR.
//
//   TN_RETURNS(n, 10) tn_tensor f(tn_tensor x TN_SHAPE(n, 784), int y);      annotate("tenon.shape;0:x:n,784;r:f:n,10")
//
// On the function, for an annotation of a parameter or a local keeps it in memory. All in the annotation's one string,
// which never reaches an object file; a further argument would be a constant of the program. Parameters are counted, so
// functions whose parameters are not one LLVM argument each (a struct by value) have none.

#include "AnnotateContracts.h"
#include "Contracts.h"
#include "Program.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"

using namespace clang;

namespace tenon {

void annotate(FunctionDecl *function, llvm::StringRef kind, llvm::StringRef text) {
  // An earlier declaration may know less.
  if (function->hasAttrs())
    llvm::erase_if(function->getAttrs(), [&](const Attr *attribute) {
      const auto *annotation = llvm::dyn_cast<AnnotateAttr>(attribute);
      return annotation && annotation->getAnnotation().starts_with(kind);
    });
  function->addAttr(AnnotateAttr::CreateImplicit(function->getASTContext(), (kind + text).str(), nullptr, 0));
}

bool isOneValue(QualType type, const ASTContext &context) {
  type = type.getCanonicalType();
  if (type->isVoidType() || type->isPointerType() || type->isReferenceType())
    return true;
  if (type->isBitIntType() || type->isAnyComplexType() || type->isVectorType())
    return false;
  if (type->isIntegralOrEnumerationType())
    return context.getTypeSize(type) <= 64;
  return type->isSpecificBuiltinType(BuiltinType::Float) || type->isSpecificBuiltinType(BuiltinType::Double);
}

static std::string encode(const Contract &contract) {
  std::string text;
  for (const DimTerm &term : contract.dims) {
    text += text.empty() ? "" : ",";
    if (term.name.empty()) {
      text += std::to_string(term.offset);
      continue;
    }
    text += (term.factor == 1 ? "" : std::to_string(term.factor) + "*") + term.name;
    if (term.offset)
      text += (term.offset > 0 ? "+" : "") + std::to_string(term.offset);
  }
  return text;
}

namespace {

class ContractAnnotator : public ASTConsumer {
public:
  bool HandleTopLevelDecl(DeclGroupRef group) override {
    for (Decl *declaration : group)
      visit(declaration);
    return true;
  }

private:
  void visit(Decl *declaration);
};

} // namespace

void ContractAnnotator::visit(Decl *declaration) {
  if (auto *inner = llvm::dyn_cast<DeclContext>(declaration);
      inner && llvm::isa<LinkageSpecDecl, NamespaceDecl>(declaration)) {
    for (Decl *member : inner->decls())
      visit(member);
    return;
  }
  auto *function = llvm::dyn_cast<FunctionDecl>(declaration);
  if (!function || llvm::isa<CXXMethodDecl>(function) || function->isDependentContext() || function->isInvalidDecl())
    return;
  std::string text;
  bool fits = isOneValue(function->getReturnType(), function->getASTContext());
  for (unsigned i = 0; i < function->getNumParams() && fits; ++i) {
    const ParmVarDecl *parameter = function->getParamDecl(i);
    fits &= isOneValue(parameter->getType(), function->getASTContext());
    if (std::optional<Contract> contract =
            isTensor(parameter->getType()) ? contractOfParameter(function, i) : std::nullopt)
      text += ";" + std::to_string(i) + ":" + parameter->getNameAsString() + ":" + encode(*contract);
  }
  if (std::optional<Contract> contract =
          isTensor(function->getReturnType()) ? contractOfResult(function) : std::nullopt)
    text += ";r:" + function->getNameAsString() + ":" + encode(*contract);
  if (fits && !text.empty())
    annotate(function, "tenon.shape", text);
}

std::unique_ptr<ASTConsumer> createContractAnnotator() { return std::make_unique<ContractAnnotator>(); }

} // namespace tenon
