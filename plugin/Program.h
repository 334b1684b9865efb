// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Program.h - small questions about a program that uses <tenon.h>.

#ifndef TENON_PLUGIN_PROGRAM_H
#define TENON_PLUGIN_PROGRAM_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

namespace tenon {

bool isTensor(clang::QualType type);

/// A declaration by <tenon.h>: its annotation names the row of ops.def. False for other declarations of the same function.
bool isTensorFunction(const clang::FunctionDecl *function);

/// The row of ops.def that a call is of, or an empty name.
llvm::StringRef opOf(const clang::FunctionDecl *callee);

/// Ops whose result looks like a condition.
bool isTruth(llvm::StringRef op);

/// The runtime's function by which contracts are checked when the program runs: it returns its first argument.
inline constexpr llvm::StringLiteral checkFunction = "tn_rt_contract";
bool isCheck(const clang::CallExpr *call);

/// An argument as the user wrote it, without the calls that make an operand of it or check its contract.
const clang::Expr *written(const clang::Expr *argument);

const clang::VarDecl *variableOf(const clang::Expr *expression);

/// What stands behind the & in tn_replace(&..., value), or null.
const clang::Expr *replacedPlace(const clang::CallExpr *call);
/// The variable behind `&variable` in tn_replace(&variable, value), or null.
const clang::VarDecl *replacedVariable(const clang::CallExpr *call);

/// Variables that a piece of code assigns, whose address it takes (`taken`), whether it jumps, and whether there is something
/// else that is not followed to the letter: switches, assembly, unusual expressions.
struct Census {
  llvm::SmallVector<const clang::VarDecl *> assigned, taken;
  bool breaks = false, labels = false, unusual = false;

  void count(const clang::Stmt *statement);
};

} // namespace tenon

#endif // TENON_PLUGIN_PROGRAM_H
