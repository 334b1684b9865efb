// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes.cpp - reads TN_SHAPE and TN_RETURNS: attributes tenon_shape("...") on parameters, variables and fields, and
// tenon_returns("...") on functions. The macros pass their arguments as one string literal.

#include "Contracts.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Sema/ParsedAttr.h"
#include "clang/Sema/Sema.h"
#include "clang/Sema/SemaDiagnostic.h"

using namespace clang;

namespace {

/// Checks the one argument and keeps it with the declaration.
ParsedAttrInfo::AttrHandling keep(Sema &sema, Decl *declaration, const ParsedAttr &attribute) {
  auto *literal = attribute.getNumArgs() == 1 && attribute.isArgExpr(0)
                      ? llvm::dyn_cast<StringLiteral>(attribute.getArgAsExpr(0)->IgnoreParenCasts())
                      : nullptr;
  if (!literal) {
    unsigned id = sema.getDiagnostics().getCustomDiagID(DiagnosticsEngine::Error,
                                                        "tenon: a shape is given by TN_SHAPE or TN_RETURNS");
    sema.Diag(attribute.getLoc(), id);
    return ParsedAttrInfo::AttributeNotApplied;
  }
  std::string problem;
  if (!tenon::parseDims(literal->getString(), problem)) {
    unsigned id = sema.getDiagnostics().getCustomDiagID(DiagnosticsEngine::Error, "tenon: %0, in '%1'");
    sema.Diag(attribute.getLoc(), id) << problem << literal->getString();
    return ParsedAttrInfo::AttributeNotApplied;
  }
  tenon::attachContract(sema.Context, declaration, literal->getString(), attribute.getRange());
  return ParsedAttrInfo::AttributeApplied;
}

struct ShapeAttribute : ParsedAttrInfo {
  ShapeAttribute() {
    NumArgs = 1;
    static constexpr Spelling names[] = {{ParsedAttr::AS_GNU, "tenon_shape"}};
    Spellings = names;
  }
  bool diagAppertainsToDecl(Sema &sema, const ParsedAttr &attribute, const Decl *declaration) const override {
    if (llvm::isa<VarDecl, FieldDecl>(declaration))
      return true;
    sema.Diag(attribute.getLoc(), diag::warn_attribute_wrong_decl_type_str)
        << attribute << attribute.isRegularKeywordAttribute() << "parameters, variables and fields";
    return false;
  }
  AttrHandling handleDeclAttribute(Sema &sema, Decl *declaration, const ParsedAttr &attribute) const override {
    return keep(sema, declaration, attribute);
  }
};

struct ReturnsAttribute : ParsedAttrInfo {
  ReturnsAttribute() {
    NumArgs = 1;
    static constexpr Spelling names[] = {{ParsedAttr::AS_GNU, "tenon_returns"}};
    Spellings = names;
  }
  bool diagAppertainsToDecl(Sema &sema, const ParsedAttr &attribute, const Decl *declaration) const override {
    if (llvm::isa<FunctionDecl>(declaration))
      return true;
    sema.Diag(attribute.getLoc(), diag::warn_attribute_wrong_decl_type_str)
        << attribute << attribute.isRegularKeywordAttribute() << "functions";
    return false;
  }
  AttrHandling handleDeclAttribute(Sema &sema, Decl *declaration, const ParsedAttr &attribute) const override {
    return keep(sema, declaration, attribute);
  }
};

ParsedAttrInfoRegistry::Add<ShapeAttribute> shapeRegistration("tenon_shape", "the shape of a tensor");
ParsedAttrInfoRegistry::Add<ReturnsAttribute> returnsRegistration("tenon_returns", "the shape of a result");

} // namespace
