// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NoTensors.cpp - refuses TN_NO_TENSORS on a function whose body is there to see and calls a tensor function.
//
// The promise is believed without a check elsewhere: passes/region/Effects.cpp.

#include "NoTensors.h"
#include "Program.h"
#include "clang/AST/Attr.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/Diagnostic.h"

using namespace clang;

namespace {

/// The first promise among a function's declarations, or null.
const AnnotateAttr *promiseOf(const FunctionDecl *function) {
  for (const FunctionDecl *declaration : function->redecls())
    for (const auto *annotation : declaration->specific_attrs<AnnotateAttr>())
      if (annotation->getAnnotation() == "tenon.no_tensors")
        return annotation;
  return nullptr;
}

class NoTensorsCheck : public ASTConsumer, public RecursiveASTVisitor<NoTensorsCheck> {
public:
  void HandleTranslationUnit(ASTContext &context) override {
    if (!context.getDiagnostics().hasErrorOccurred())
      TraverseDecl(context.getTranslationUnitDecl());
  }

  bool TraverseFunctionDecl(FunctionDecl *function) {
    const AnnotateAttr *promise = function->doesThisDeclarationHaveABody() ? promiseOf(function) : nullptr;
    if (!promise)
      return true; // functions of C have none inside
    inside = function;
    broken = promise;
    bool result = RecursiveASTVisitor::TraverseStmt(function->getBody());
    inside = nullptr;
    return result;
  }

  bool VisitCallExpr(CallExpr *call) {
    const FunctionDecl *callee = call->getDirectCallee();
    llvm::StringRef op = inside && callee ? tenon::opOf(callee) : "";
    if (op.empty())
      return true;
    DiagnosticsEngine &diagnostics = inside->getASTContext().getDiagnostics();
    diagnostics.Report(call->getBeginLoc(), diagnostics.getCustomDiagID(DiagnosticsEngine::Error,
                                                                        "tenon: %0 calls tn_%1, but is TN_NO_TENSORS"))
        << inside << op;
    diagnostics.Report(broken->getLocation(), diagnostics.getCustomDiagID(DiagnosticsEngine::Note, "it says so here"));
    return true;
  }

private:
  const FunctionDecl *inside = nullptr;
  const AnnotateAttr *broken = nullptr;
};

} // namespace

std::unique_ptr<ASTConsumer> tenon::createNoTensorsCheck() { return std::make_unique<NoTensorsCheck>(); }
