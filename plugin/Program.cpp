// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Program.cpp - see Program.h.

#include "Program.h"
#include "clang/AST/Attr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace tenon {

bool isTensor(QualType type) {
  const auto *alias = type->getAs<TypedefType>();
  return alias && alias->getDecl()->getName() == "tn_tensor";
}

static const AnnotateAttr *annotationOf(const FunctionDecl *function) {
  for (const auto *annotation : function->specific_attrs<AnnotateAttr>())
    if (annotation->getAnnotation() == "tenon.op" && annotation->args_size() == 1)
      return annotation;
  return nullptr;
}

bool isTensorFunction(const FunctionDecl *function) {
  const AnnotateAttr *annotation = annotationOf(function);
  return annotation && !annotation->isInherited();
}

llvm::StringRef opOf(const FunctionDecl *callee) {
  if (const AnnotateAttr *annotation = annotationOf(callee))
    if (const auto *literal = llvm::dyn_cast<StringLiteral>((*annotation->args_begin())->IgnoreParenImpCasts()))
      return literal->getString();
  // The forms of C++ are functions around them.
  const IdentifierInfo *name = callee->getIdentifier();
  if (name && callee->getASTContext().getLangOpts().CPlusPlus && name->getName().starts_with("tn_") && callee->isInlined())
    return name->getName().drop_front(3);
  return {};
}

bool isTruth(llvm::StringRef op) {
#define TN_COMPARE(row, ...)                                                                                           \
  if (op == #row)                                                                                                      \
    return true;
#define TN_LOGICAL(row, ...)                                                                                           \
  if (op == #row)                                                                                                      \
    return true;
#include "tenon/ops.def"
  return op == "any" || op == "all";
}

bool isCheck(const CallExpr *call) {
  const FunctionDecl *callee = call->getDirectCallee();
  return callee && callee->isImplicit() && callee->getIdentifier() && callee->getName() == checkFunction;
}

const Expr *written(const Expr *argument) {
  const Expr *inner = argument->IgnoreParenImpCasts();
  if (const auto *call = llvm::dyn_cast<CallExpr>(inner); call && isCheck(call))
    inner = call->getArg(0)->IgnoreParenImpCasts();
  if (const auto *call = llvm::dyn_cast<CallExpr>(inner))
    if (const FunctionDecl *callee = call->getDirectCallee();
        callee && callee->getIdentifier() && callee->getName() == "tn_operand" && call->getNumArgs() == 1)
      return call->getArg(0)->IgnoreParenImpCasts();
  return inner;
}

const VarDecl *variableOf(const Expr *expression) {
  const auto *reference = llvm::dyn_cast<DeclRefExpr>(expression->IgnoreParenImpCasts());
  return reference ? llvm::dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
}

const Expr *replacedPlace(const CallExpr *call) {
  const FunctionDecl *callee = call->getDirectCallee();
  if (!callee || !callee->getIdentifier() || callee->getName() != "tn_replace" || call->getNumArgs() != 2)
    return nullptr;
  const auto *address = llvm::dyn_cast<UnaryOperator>(call->getArg(0)->IgnoreParenImpCasts());
  return address && address->getOpcode() == UO_AddrOf ? address->getSubExpr() : nullptr;
}

const VarDecl *replacedVariable(const CallExpr *call) {
  const Expr *place = replacedPlace(call);
  return place ? variableOf(place) : nullptr;
}

void Census::count(const Stmt *statement) {
  if (!statement)
    return;
  if (const auto *binary = llvm::dyn_cast<BinaryOperator>(statement); binary && binary->isAssignmentOp()) {
    if (const VarDecl *variable = variableOf(binary->getLHS()))
      assigned.push_back(variable);
  } else if (const auto *unary = llvm::dyn_cast<UnaryOperator>(statement)) {
    const VarDecl *variable = variableOf(unary->getSubExpr());
    if (variable && unary->isIncrementDecrementOp())
      assigned.push_back(variable);
    else if (variable && unary->getOpcode() == UO_AddrOf)
      taken.push_back(variable);
  } else if (const auto *call = llvm::dyn_cast<CallExpr>(statement)) {
    if (const VarDecl *variable = replacedVariable(call)) {
      assigned.push_back(variable);
      count(call->getArg(1));
      return;
    }
    // References to variables, of C++.
    const FunctionDecl *callee = call->getDirectCallee();
    for (unsigned i = 0; callee && i < call->getNumArgs() && i < callee->getNumParams(); ++i)
      if (const VarDecl *variable = variableOf(call->getArg(i));
          variable && callee->getParamDecl(i)->getType()->isReferenceType())
        taken.push_back(variable);
  } else if (const auto *assembly = llvm::dyn_cast<GCCAsmStmt>(statement)) {
    unusual = true;
    for (unsigned i = 0; i < assembly->getNumOutputs(); ++i)
      if (const VarDecl *variable = variableOf(assembly->getOutputExpr(i)))
        taken.push_back(variable);
  } else if (llvm::isa<BreakStmt, ContinueStmt>(statement)) {
    breaks = true;
  } else if (llvm::isa<GotoStmt, IndirectGotoStmt, LabelStmt, CXXTryStmt>(statement)) {
    labels = true;
  } else if (const auto *lambda = llvm::dyn_cast<LambdaExpr>(statement)) {
    for (const LambdaCapture &capture : lambda->captures())
      if (capture.capturesVariable())
        if (const auto *variable = llvm::dyn_cast<VarDecl>(capture.getCapturedVar()))
          taken.push_back(variable);
    return;
  } else if (const auto *declarations = llvm::dyn_cast<DeclStmt>(statement)) {
    // References to variables.
    for (const Decl *declaration : declarations->decls())
      if (const auto *variable = llvm::dyn_cast<VarDecl>(declaration);
          variable && variable->getType()->isReferenceType() && variable->getInit())
        if (const VarDecl *target = variableOf(variable->getInit()))
          taken.push_back(target);
  }
  unusual |= llvm::isa<SwitchStmt, MSAsmStmt, StmtExpr, ChooseExpr, OpaqueValueExpr, BlockExpr>(statement);
  if (const auto *trait = llvm::dyn_cast<UnaryExprOrTypeTraitExpr>(statement))
    unusual |= !trait->isArgumentType(); // what stands in it is not computed
  for (const Stmt *child : statement->children())
    count(child);
}

} // namespace tenon
