// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SourceNames.cpp - reads the names of parameters, and of variables that are what a call returned, off the syntax tree.
//
// IR has no names but under -g. A call is known by its place: what debug information says of a call in a macro is where
// the outermost macro stands, so that is what is asked for here.

#include "SourceNames.h"
#include "region/Names.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Mangle.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Frontend/CompilerInstance.h"

using namespace clang;

namespace tenon {
namespace {

class Reader : public RecursiveASTVisitor<Reader> {
public:
  explicit Reader(ASTContext &context) : context(context), mangler(context) {}

  bool VisitFunctionDecl(FunctionDecl *function) {
    if (!function->doesThisDeclarationHaveABody() || function->isDependentContext())
      return true;
    auto &names = SourceNames::ofThisUnit().parameters[mangler.getName(function)];
    names.clear();
    for (const ParmVarDecl *parameter : function->parameters())
      names.push_back(parameter->getName().str());
    return true;
  }
  bool VisitVarDecl(VarDecl *variable) {
    if (variable->getInit() && variable->isLocalVarDecl())
      note(variable->getInit(), variable->getName());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *assignment) {
    if (assignment->getOpcode() == BO_Assign)
      if (auto *reference = dyn_cast<DeclRefExpr>(assignment->getLHS()->IgnoreParenImpCasts()))
        if (reference->getDecl()->getDeclName().isIdentifier())
          note(assignment->getRHS(), reference->getDecl()->getName());
    return true;
  }

private:
  void note(const Expr *value, llvm::StringRef name) {
    auto *call = dyn_cast<CallExpr>(value->IgnoreParenCasts());
    const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    if (!callee)
      return;
    const SourceManager &sources = context.getSourceManager();
    PresumedLoc at = sources.getPresumedLoc(sources.getExpansionLoc(call->getExprLoc()));
    if (at.isInvalid())
      return;
    // The same text at one place twice, as in a macro's two branches: whose it is cannot be told.
    auto [known, isNew] = SourceNames::ofThisUnit().variables.try_emplace(
        SourceNames::placeOf(at.getFilename(), at.getLine(), at.getColumn(), mangler.getName(callee)), name.str());
    if (!isNew && known->second != name)
      known->second.clear();
  }

  ASTContext &context;
  ASTNameGenerator mangler;
};

class Consumer : public ASTConsumer {
  void HandleTranslationUnit(ASTContext &context) override {
    if (!context.getDiagnostics().hasErrorOccurred())
      Reader(context).TraverseDecl(context.getTranslationUnitDecl());
  }
};

} // namespace

bool wantsSourceNames(const CompilerInstance &instance) {
  const CodeGenOptions &options = instance.getCodeGenOpts();
  const char *folder = getenv("TENON_DUMP");
  return options.OptimizationRemark.hasValidPattern() || options.OptimizationRemarkMissed.hasValidPattern() ||
         options.OptimizationRemarkAnalysis.hasValidPattern() || !options.OptRecordFile.empty() || (folder && *folder);
}

std::unique_ptr<ASTConsumer> createSourceNames() { return std::make_unique<Consumer>(); }

} // namespace tenon
