// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checker.h - the shape checker's walk over one function after the other: ShapeChecker.cpp follows statements and
// expressions, ContractCheck.cpp holds what they give against contracts.

#ifndef TENON_PLUGIN_CHECKER_H
#define TENON_PLUGIN_CHECKER_H

#include "Contracts.h"
#include "ShapeRules.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <set>

namespace tenon {

/// What a symbol of a contract stands for, and which argument said so (-1: none, it stands for itself).
struct Binding {
  Dim dim;
  int argument = -1;
};
using Bindings = llvm::DenseMap<const Symbol *, Binding>;

/// The names of dims in one place: a function, or a parameter that is a number.
class Names {
public:
  const Symbol *operator[](llvm::StringRef name) {
    std::unique_ptr<Symbol> &made = symbols[name];
    if (!made)
      made = std::make_unique<Symbol>(Symbol{name.str()});
    return made.get();
  }

private:
  llvm::StringMap<std::unique_ptr<Symbol>> symbols;
};

struct State {
  llvm::MapVector<const clang::VarDecl *, Facts> variables;
  bool dead = false; ///< control has left
};

enum class Severity { Off, Warning, Error };

/// A contract of a function: of a parameter, or of the result.
struct Promise {
  static constexpr unsigned result = ~0u;
  const clang::FunctionDecl *function; ///< canonical
  unsigned parameter;

  bool operator<(const Promise &other) const {
    return std::tie(function, parameter) < std::tie(other.function, other.parameter);
  }
};

class Checker {
public:
  Checker(clang::ASTContext &context, clang::DiagnosticsEngine &diagnostics, Severity severity)
      : context(context), sources(context.getSourceManager()), diagnostics(diagnostics), severity(severity) {}
  void check(const clang::FunctionDecl *function);

  /// Finds which of these promises hold in whatever the unit does, and leaves them in `promises`. `functions` are all
  /// that the unit defines. See Proof.cpp.
  void prove(llvm::ArrayRef<const clang::FunctionDecl *> functions, std::set<Promise> &promises);

private:
  // --- what is known
  Names &namesOf(const void *place) { return names[place]; }
  static Dim resolve(const DimTerm &term, Names &scope, const Bindings &bindings);
  static Facts factsOf(const Contract &contract, Names &scope, const Bindings &bindings);
  static bool unify(const Contract &contract, const Facts &actual, Names &scope, Bindings &bindings, int argument,
                    const Binding **out_conflict);
  static bool surelyFits(const Contract &contract, const Facts &actual, Names &scope, Bindings &bindings);
  bool isProven(const clang::FunctionDecl *of, unsigned parameter) const;
  void judge(const clang::FunctionDecl *of, unsigned parameter, bool fits);
  Facts initialFacts(const clang::VarDecl *variable);
  Facts promisedBy(const Contract &contract, bool inside);
  void assign(const clang::VarDecl *variable, Facts value, const clang::Expr *from, State &state);

  // --- the walk
  void visit(const clang::Stmt *statement, State &state);
  void visitLoop(const clang::Stmt *init, const clang::Expr *condition, const clang::Stmt *body,
                 const clang::Expr *increment, bool bodyFirst, State &state);
  Facts evaluate(const clang::Expr *expression, State &state);
  Facts evaluateCall(const clang::CallExpr *call, State &state);
  Facts evaluateOp(const clang::CallExpr *call, llvm::StringRef name, State &state);
  Facts evaluateUserCall(const clang::CallExpr *call, const clang::FunctionDecl *callee, State &state);
  void checkReturn(const clang::Expr *value, const Facts &facts);
  void checkCondition(const clang::Expr *condition);
  void checkIndexArguments(const clang::CallExpr *call, llvm::StringRef name);
  State join(const State &x, const State &y);
  void forget(llvm::ArrayRef<const clang::VarDecl *> variables, State &state);

  // --- diagnostics
  clang::SourceLocation place(clang::SourceLocation at) const { return sources.getFileLoc(at); }
  clang::CharSourceRange range(const clang::Expr *expression) const {
    return clang::CharSourceRange::getTokenRange(place(expression->getBeginLoc()), place(expression->getEndLoc()));
  }
  /// Of warnings: clang does not ask for -w where a diagnostic is not its own.
  clang::DiagnosticsEngine::Level warning() const {
    return diagnostics.getIgnoreAllWarnings() ? clang::DiagnosticsEngine::Ignored : clang::DiagnosticsEngine::Warning;
  }
  template <unsigned N> clang::DiagnosticBuilder report(const clang::Expr *at, const char (&format)[N]) {
    clang::DiagnosticsEngine::Level level = severity == Severity::Error ? clang::DiagnosticsEngine::Error : warning();
    clang::DiagnosticBuilder builder =
        diagnostics.Report(place(at->getBeginLoc()), diagnostics.getCustomDiagID(level, format));
    builder << range(at);
    return builder;
  }
  template <unsigned N> clang::DiagnosticBuilder warn(clang::SourceLocation at, const char (&format)[N]) {
    return diagnostics.Report(place(at), diagnostics.getCustomDiagID(warning(), format));
  }
  template <unsigned N> clang::DiagnosticBuilder note(clang::SourceLocation at, const char (&format)[N]) {
    return diagnostics.Report(place(at), diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Note, format));
  }
  /// Whether something is to be said at this place, for the first time.
  bool isNews(clang::SourceLocation at) { return silent == 0 && !proving && reported.insert(place(at)).second; }

  clang::ASTContext &context;
  clang::SourceManager &sources;
  clang::DiagnosticsEngine &diagnostics;
  Severity severity;
  std::map<const void *, Names> names;
  const clang::FunctionDecl *function = nullptr;
  Bindings own;                                        ///< of the function's symbols
  llvm::SmallPtrSet<const clang::VarDecl *, 8> shared; ///< variables that change in ways that are not followed
  llvm::SmallVector<const State *> switches;           ///< around the walk: what is known where each is entered
  unsigned silent = 0;
  unsigned loopDepth = 0; ///< of loops that are walked until nothing changes
  std::set<Promise> *proving = nullptr;           ///< promises that nothing speaks against so far
  bool trusted = false;                           ///< the function has nothing that the walk takes lightly
  llvm::DenseSet<clang::SourceLocation> reported; ///< a loop's body is walked more than once
};

/// Annotates functions with what was proven: "tenon.proven;0,r".
void annotateProven(const std::set<Promise> &promises);

} // namespace tenon

#endif // TENON_PLUGIN_CHECKER_H
