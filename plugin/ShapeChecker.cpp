// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ShapeChecker.cpp - follows shapes and dtypes through the functions of a unit and reports what cannot work.
//
// Each function is walked once, in the program's order, with what is known of its variables: facts of parameters come from
// TN_SHAPE, of results from the ops' rules (ShapeRules.h) and from TN_RETURNS. Where paths meet, what they agree on stays;
// loops are walked until nothing changes. Only what fails for every value of what is not known is reported.

#include "ShapeChecker.h"
#include "Program.h"
#include "ShapeRules.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;

namespace tenon {
namespace {

/// What a symbol of a contract stands for, and which argument said so (-1: none, it stands for itself).
struct Binding {
  Dim dim;
  int argument = -1;
};
using Bindings = llvm::DenseMap<const Symbol *, Binding>;
using Lookup = llvm::function_ref<const Symbol *(llvm::StringRef)>;

/// The names of dims in one place: a function, or a parameter that is a number.
using Names = llvm::StringMap<std::unique_ptr<Symbol>>;

struct State {
  llvm::MapVector<const VarDecl *, Facts> variables;
  bool dead = false; ///< control has left
};

enum class Severity { Off, Warning, Error };

class Checker {
public:
  Checker(ASTContext &context, DiagnosticsEngine &diagnostics, Severity severity)
      : context(context), sources(context.getSourceManager()), diagnostics(diagnostics), severity(severity) {}
  void check(const FunctionDecl *function);

private:
  // --- what is known
  Names &namesOf(const void *place) { return names[place]; }
  const Symbol *symbol(Names &of, llvm::StringRef name) {
    std::unique_ptr<Symbol> &made = of[name];
    if (!made)
      made = std::make_unique<Symbol>(Symbol{name.str()});
    return made.get();
  }
  std::optional<int64_t> namedConstant(llvm::StringRef name);
  Dim resolve(const DimTerm &term, Lookup lookup, const Bindings &bindings);
  Facts factsOf(const Contract &contract, Lookup lookup, const Bindings &bindings);
  bool unify(const Contract &contract, const Facts &actual, Lookup lookup, Bindings &bindings, int argument,
             const Binding **out_conflict);
  std::string textOf(const Contract &contract, Lookup lookup);
  Facts initialFacts(const VarDecl *variable);
  Facts promisedBy(const Contract &contract, bool inside);
  void assign(const VarDecl *variable, Facts value, const Expr *from, State &state);

  // --- the walk
  void visit(const Stmt *statement, State &state);
  void visitLoop(const Stmt *init, const Expr *condition, const Stmt *body, const Expr *increment, bool bodyFirst,
                 State &state);
  Facts evaluate(const Expr *expression, State &state);
  Facts evaluateCall(const CallExpr *call, State &state);
  Facts evaluateOp(const CallExpr *call, llvm::StringRef name, State &state);
  Facts evaluateUserCall(const CallExpr *call, const FunctionDecl *callee, State &state);
  void checkReturn(const Expr *value, const Facts &facts);
  void checkCondition(const Expr *condition);
  void checkIndexArguments(const CallExpr *call, llvm::StringRef name);
  State join(const State &x, const State &y);
  void forget(llvm::ArrayRef<const VarDecl *> variables, State &state);

  // --- diagnostics
  SourceLocation place(SourceLocation at) const { return sources.getFileLoc(at); }
  CharSourceRange range(const Expr *expression) const {
    return CharSourceRange::getTokenRange(place(expression->getBeginLoc()), place(expression->getEndLoc()));
  }
  template <unsigned N> DiagnosticBuilder report(const Expr *at, const char (&format)[N]) {
    DiagnosticsEngine::Level level =
        severity == Severity::Error ? DiagnosticsEngine::Error : DiagnosticsEngine::Warning;
    DiagnosticBuilder builder = diagnostics.Report(place(at->getBeginLoc()), diagnostics.getCustomDiagID(level, format));
    builder << range(at);
    return builder;
  }
  template <unsigned N> DiagnosticBuilder warn(SourceLocation at, const char (&format)[N]) {
    return diagnostics.Report(place(at), diagnostics.getCustomDiagID(DiagnosticsEngine::Warning, format));
  }
  template <unsigned N> DiagnosticBuilder note(SourceLocation at, const char (&format)[N]) {
    return diagnostics.Report(place(at), diagnostics.getCustomDiagID(DiagnosticsEngine::Note, format));
  }
  /// Whether something is to be said at this place, for the first time.
  bool isNews(SourceLocation at) { return silent == 0 && reported.insert(place(at)).second; }

  ASTContext &context;
  SourceManager &sources;
  DiagnosticsEngine &diagnostics;
  Severity severity;
  std::map<const void *, Names> names;
  const FunctionDecl *function = nullptr;
  Bindings own; ///< of the function's symbols
  llvm::SmallPtrSet<const VarDecl *, 8> shared; ///< variables that change in ways that are not followed
  unsigned silent = 0;
  llvm::DenseSet<SourceLocation> reported; ///< a loop's body is walked more than once
};

Facts joinFacts(const Facts &x, const Facts &y) {
  if (x == y)
    return x;
  if (x.kind != y.kind)
    return {};
  if (x.kind == Facts::Number)
    return Facts::integer(Dim());
  if (x.kind != Facts::Tensor || x.weak || y.weak)
    return {};
  Facts joined = Facts::tensor(std::nullopt, x.dtype == y.dtype ? x.dtype : std::nullopt);
  if (x.shape && y.shape && x.shape->size() == y.shape->size()) {
    joined.shape = Shape();
    for (auto [a, b] : llvm::zip(*x.shape, *y.shape))
      joined.shape->push_back(identical(a, b) ? a : Dim());
  }
  return joined;
}

} // namespace

// --- contracts -----------------------------------------------------------------------------------------------------------

/// The value of an enumerator or a constant outside of functions that has this name.
std::optional<int64_t> Checker::namedConstant(llvm::StringRef name) {
  for (const NamedDecl *found : context.getTranslationUnitDecl()->lookup(DeclarationName(&context.Idents.get(name))))
    if (const auto *enumerator = llvm::dyn_cast<EnumConstantDecl>(found))
      return enumerator->getInitVal().getExtValue();
  return std::nullopt;
}

Dim Checker::resolve(const DimTerm &term, Lookup lookup, const Bindings &bindings) {
  if (term.name.empty())
    return term.offset;
  if (std::optional<int64_t> constant = namedConstant(term.name))
    return Dim(term.factor) * Dim(*constant) + Dim(term.offset);
  auto bound = bindings.find(lookup(term.name));
  return bound == bindings.end() ? Dim() : bound->second.dim * Dim(term.factor) + Dim(term.offset);
}

Facts Checker::factsOf(const Contract &contract, Lookup lookup, const Bindings &bindings) {
  Shape shape;
  for (const DimTerm &term : contract.dims)
    shape.push_back(resolve(term, lookup, bindings));
  return Facts::tensor(shape, std::nullopt);
}

/// In the words of the contract.
std::string Checker::textOf(const Contract &contract, Lookup lookup) {
  Shape shape;
  for (const DimTerm &term : contract.dims)
    shape.push_back(term.name.empty() ? Dim(term.offset) : Dim(lookup(term.name), term.factor, term.offset));
  return text(shape);
}

/// Whether `actual` can be what the contract says; symbols that are not bound yet become what it takes. On conflict with an
/// argument that bound a symbol, `out_conflict` is that binding.
bool Checker::unify(const Contract &contract, const Facts &actual, Lookup lookup, Bindings &bindings, int argument,
                    const Binding **out_conflict) {
  *out_conflict = nullptr;
  if (actual.kind != Facts::Tensor || !actual.shape)
    return true;
  if (actual.shape->size() != contract.dims.size())
    return false;
  for (auto [term, dim] : llvm::zip(contract.dims, *actual.shape)) {
    if (term.name.empty() || namedConstant(term.name)) {
      if (equal(dim, resolve(term, lookup, bindings)) == Truth::No)
        return false;
      continue;
    }
    const Symbol *symbol = lookup(term.name);
    auto bound = bindings.find(symbol);
    if (bound != bindings.end() && bound->second.dim.isKnown()) {
      if (equal(dim, bound->second.dim * Dim(term.factor) + Dim(term.offset)) == Truth::No) {
        *out_conflict = &bound->second;
        return false;
      }
      continue;
    }
    // k * symbol + c == dim
    Dim rest = dim - Dim(term.offset);
    if (!rest.isKnown())
      continue;
    bool divides = rest.getOffset() % term.factor == 0 && rest.getFactor() % term.factor == 0;
    if (rest.constant() && (!divides || *rest.constant() < 0))
      return false;
    if (divides)
      bindings[symbol] = {Dim(rest.getSymbol(), rest.getFactor() / term.factor, rest.getOffset() / term.factor), argument};
  }
  return true;
}

/// What a variable's declaration says of it: names that are not of the function's contract may stand for another number
/// each time that the variable is assigned.
Facts Checker::initialFacts(const VarDecl *variable) {
  if (isTensor(variable->getType())) {
    std::optional<Contract> contract = contractOf(variable);
    return contract ? promisedBy(*contract, variable->isLocalVarDeclOrParm()) : Facts::tensor(std::nullopt, std::nullopt);
  }
  // A whole number that stays what it was has a name of its own.
  if (llvm::isa<ParmVarDecl>(variable) && variable->getType()->isIntegerType())
    return Facts::integer(Dim(symbol(namesOf(variable), variable->getName())));
  return {};
}

/// What a contract says without a value: its constants and, inside of the function, the function's own names.
Facts Checker::promisedBy(const Contract &contract, bool inside) {
  Names &scope = namesOf(function);
  return factsOf(contract, [&](llvm::StringRef name) { return symbol(scope, name); }, inside ? own : Bindings());
}

void Checker::assign(const VarDecl *variable, Facts value, const Expr *from, State &state) {
  if (std::optional<Contract> contract = isTensor(variable->getType()) ? contractOf(variable) : std::nullopt) {
    Names &scope = namesOf(function);
    auto lookup = [&](llvm::StringRef name) { return symbol(scope, name); };
    const Binding *conflict;
    Bindings bindings = variable->isLocalVarDeclOrParm() ? own : Bindings();
    if (!unify(*contract, value, lookup, bindings, -1, &conflict) && from && isNews(from->getBeginLoc())) {
      report(from, "tenon: %0 becomes %1; its contract is %2") << variable << value.text() << textOf(*contract, lookup);
      note(contract->location, "the contract of %0") << variable;
    }
    Facts promised = factsOf(*contract, lookup, bindings);
    promised.dtype = value.dtype;
    value = promised;
  }
  state.variables[variable] = value;
}

void Checker::forget(llvm::ArrayRef<const VarDecl *> variables, State &state) {
  for (const VarDecl *variable : variables) {
    Facts facts = contractOf(variable) ? initialFacts(variable) : Facts();
    if (isTensor(variable->getType()) && facts.kind == Facts::Nothing)
      facts = Facts::tensor(std::nullopt, std::nullopt);
    state.variables[variable] = facts;
  }
}

State Checker::join(const State &x, const State &y) {
  if (x.dead)
    return y;
  if (y.dead)
    return x;
  State joined;
  for (auto &[variable, facts] : x.variables) {
    auto other = y.variables.find(variable);
    joined.variables[variable] = other == y.variables.end() ? Facts() : joinFacts(facts, other->second);
  }
  return joined;
}

// --- statements ------------------------------------------------------------------------------------------------------------

void Checker::visitLoop(const Stmt *init, const Expr *condition, const Stmt *body, const Expr *increment, bool bodyFirst,
                        State &state) {
  if (init)
    visit(init, state);
  Census census;
  census.count(condition);
  census.count(body);
  census.count(increment);
  auto turn = [&](State &inside) {
    if (condition && !bodyFirst)
      evaluate(condition, inside);
    visit(body, inside);
    inside.dead = false;
    if (condition && bodyFirst)
      evaluate(condition, inside);
    if (increment)
      evaluate(increment, inside);
  };
  if (census.breaks) {
    forget(census.assigned, state);
  } else {
    // Nothing is said before it is known what all turns have in common: the first may leave out what the others do.
    ++silent;
    bool settled = false;
    for (unsigned i = 0; i < 4 && !settled; ++i) {
      State after = state;
      turn(after);
      State met = join(state, after);
      settled = llvm::all_of(met.variables, [&](auto &entry) { return entry.second == state.variables[entry.first]; });
      state = met;
    }
    --silent;
    if (!settled)
      forget(census.assigned, state);
  }
  State after = state;
  turn(after);
  if (census.breaks)
    forget(census.assigned, state);
  else
    state = join(state, after);
  state.dead = false;
}

/// `if (tn_less(x, 1))` asks whether there is a tensor, not what is in it.
void Checker::checkCondition(const Expr *condition) {
  if (!condition)
    return;
  const Expr *inner = condition->IgnoreParenImpCasts();
  if (const auto *unary = llvm::dyn_cast<UnaryOperator>(inner); unary && unary->getOpcode() == UO_LNot)
    return checkCondition(unary->getSubExpr());
  if (const auto *binary = llvm::dyn_cast<BinaryOperator>(inner); binary && binary->isLogicalOp()) {
    checkCondition(binary->getLHS());
    return checkCondition(binary->getRHS());
  }
  const auto *call = llvm::dyn_cast<CallExpr>(inner);
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  if (!callee || !isTensor(call->getType()) || !isTruth(opOf(callee)) || !isNews(inner->getBeginLoc()))
    return;
  warn(inner->getBeginLoc(), "tenon: a tensor as a condition is true unless it is NULL; tn_item, tn_any or tn_all ask for its "
                             "elements")
      << range(inner);
}

void Checker::visit(const Stmt *statement, State &state) {
  if (!statement)
    return;
  if (const auto *expression = llvm::dyn_cast<Expr>(statement)) {
    evaluate(expression, state);
  } else if (const auto *declarations = llvm::dyn_cast<DeclStmt>(statement)) {
    for (const Decl *declaration : declarations->decls())
      if (const auto *variable = llvm::dyn_cast<VarDecl>(declaration)) {
        if (!variable->getInit()) {
          state.variables[variable] = initialFacts(variable);
          continue;
        }
        Facts value = evaluate(variable->getInit(), state);
        if (value.kind == Facts::Nothing && isTensor(variable->getType()))
          value = Facts::tensor(std::nullopt, std::nullopt);
        if (variable->hasLocalStorage())
          assign(variable, value, written(variable->getInit()), state);
      }
  } else if (const auto *branch = llvm::dyn_cast<IfStmt>(statement)) {
    if (branch->getInit())
      visit(branch->getInit(), state);
    if (branch->getConditionVariableDeclStmt())
      visit(branch->getConditionVariableDeclStmt(), state);
    checkCondition(branch->getCond());
    evaluate(branch->getCond(), state);
    State yes = state, no = state;
    visit(branch->getThen(), yes);
    if (branch->getElse())
      visit(branch->getElse(), no);
    bool dead = yes.dead && no.dead;
    state = join(yes, no);
    state.dead = dead;
  } else if (const auto *loop = llvm::dyn_cast<ForStmt>(statement)) {
    checkCondition(loop->getCond());
    visitLoop(loop->getInit(), loop->getCond(), loop->getBody(), loop->getInc(), false, state);
  } else if (const auto *loop = llvm::dyn_cast<WhileStmt>(statement)) {
    checkCondition(loop->getCond());
    visitLoop(nullptr, loop->getCond(), loop->getBody(), nullptr, false, state);
  } else if (const auto *loop = llvm::dyn_cast<DoStmt>(statement)) {
    checkCondition(loop->getCond());
    visitLoop(nullptr, loop->getCond(), loop->getBody(), nullptr, true, state);
  } else if (llvm::isa<SwitchStmt, CXXForRangeStmt>(statement)) {
    // Entered and left in many places.
    Census census;
    census.count(statement);
    if (const auto *choice = llvm::dyn_cast<SwitchStmt>(statement))
      evaluate(choice->getCond(), state);
    forget(census.assigned, state);
    State inside = state;
    visit(llvm::isa<SwitchStmt>(statement) ? llvm::cast<SwitchStmt>(statement)->getBody()
                                           : llvm::cast<CXXForRangeStmt>(statement)->getBody(),
          inside);
  } else if (const auto *leaving = llvm::dyn_cast<ReturnStmt>(statement)) {
    if (const Expr *value = leaving->getRetValue())
      checkReturn(value, evaluate(value, state));
    state.dead = true;
  } else {
    for (const Stmt *child : statement->children())
      visit(child, state);
    if (llvm::isa<BreakStmt, ContinueStmt, GotoStmt, IndirectGotoStmt>(statement))
      state.dead = true;
    if (llvm::isa<LabelStmt, SwitchCase>(statement))
      state.dead = false;
  }
}

void Checker::checkReturn(const Expr *value, const Facts &facts) {
  for (const FunctionDecl *declaration : function->redecls())
    if (std::optional<Contract> contract = contractOf(declaration)) {
      Names &scope = namesOf(function);
      auto lookup = [&](llvm::StringRef name) { return symbol(scope, name); };
      const Binding *conflict;
      Bindings bindings = own;
      if (!unify(*contract, facts, lookup, bindings, -1, &conflict) && isNews(value->getBeginLoc())) {
        report(written(value), "tenon: %0 returns %1; its contract is %2") << function << facts.text() << textOf(*contract, lookup);
        note(contract->location, "the contract of %0") << function;
      }
      return;
    }
}

// --- expressions -----------------------------------------------------------------------------------------------------------

Facts Checker::evaluate(const Expr *expression, State &state) {
  if (!expression)
    return {};
  expression = expression->IgnoreParens();
  if (expression->isValueDependent() || expression->isTypeDependent())
    return {};
  QualType type = expression->getType();
  if (type->isIntegralOrEnumerationType() && !expression->HasSideEffects(context)) {
    Expr::EvalResult result;
    if (expression->EvaluateAsInt(result, context) && result.Val.getInt().isRepresentableByInt64())
      return Facts::integer(Dim(result.Val.getInt().getExtValue()));
  }
  if (const auto *call = llvm::dyn_cast<CallExpr>(expression))
    return evaluateCall(call, state);
  if (const auto *cast = llvm::dyn_cast<CastExpr>(expression)) {
    Facts inner = evaluate(cast->getSubExpr(), state);
    switch (cast->getCastKind()) {
    case CK_IntegralCast:
    case CK_LValueToRValue:
    case CK_NoOp:
    case CK_ConstructorConversion:
    case CK_UserDefinedConversion:
      return inner;
    default:
      return {};
    }
  }
  if (const auto *cleanups = llvm::dyn_cast<FullExpr>(expression))
    return evaluate(cleanups->getSubExpr(), state);
  if (const auto *temporary = llvm::dyn_cast<MaterializeTemporaryExpr>(expression))
    return evaluate(temporary->getSubExpr(), state);
  if (const auto *argument = llvm::dyn_cast<CXXDefaultArgExpr>(expression))
    return evaluate(argument->getExpr(), state);
  if (const auto *made = llvm::dyn_cast<CXXConstructExpr>(expression); made && made->getNumArgs() == 1) {
    Facts inner = evaluate(made->getArg(0), state);
    if (inner.kind == Facts::Nothing && made->getArg(0)->getType()->isRealFloatingType()) {
      inner = Facts::integer(Dim());
      inner.isReal = true;
    }
    return inner;
  }
  if (const auto *choice = llvm::dyn_cast<GenericSelectionExpr>(expression))
    return choice->isResultDependent() ? Facts() : evaluate(choice->getResultExpr(), state);
  if (const auto *block = llvm::dyn_cast<StmtExpr>(expression)) {
    const CompoundStmt *body = block->getSubStmt();
    Facts last;
    for (const Stmt *statement : body->body()) {
      if (const auto *value = llvm::dyn_cast<Expr>(statement); value && statement == body->body_back())
        last = evaluate(value, state);
      else
        visit(statement, state);
    }
    return last;
  }
  if (const VarDecl *variable = variableOf(expression)) {
    if (shared.contains(variable) || !variable->isLocalVarDeclOrParm())
      return contractOf(variable) ? initialFacts(variable) : isTensor(type) ? Facts::tensor({}, {}) : Facts();
    auto known = state.variables.find(variable);
    return known == state.variables.end() ? initialFacts(variable) : known->second;
  }
  if (const auto *member = llvm::dyn_cast<MemberExpr>(expression)) {
    evaluate(member->getBase(), state);
    std::optional<Contract> contract = contractOf(member->getMemberDecl());
    if (!contract)
      return isTensor(type) ? Facts::tensor({}, {}) : Facts();
    return promisedBy(*contract, false); // the object may hold other tensors by now
  }
  if (const auto *binary = llvm::dyn_cast<BinaryOperator>(expression)) {
    if (binary->isLogicalOp()) {
      evaluate(binary->getLHS(), state);
      State right = state;
      evaluate(binary->getRHS(), right);
      state = join(state, right);
      return {};
    }
    const VarDecl *variable = binary->isAssignmentOp() ? variableOf(binary->getLHS()) : nullptr;
    Facts left = binary->getOpcode() == BO_Assign ? Facts() : evaluate(binary->getLHS(), state);
    if (binary->getOpcode() == BO_Assign && !variable)
      evaluate(binary->getLHS(), state);
    Facts right = evaluate(binary->getRHS(), state), result;
    switch (binary->getOpcode()) {
    case BO_Assign:
    case BO_Comma:
      result = right;
      break;
    case BO_Add:
    case BO_AddAssign:
      result = Facts::integer(left.number + right.number);
      break;
    case BO_Sub:
    case BO_SubAssign:
      result = Facts::integer(left.number - right.number);
      break;
    case BO_Mul:
    case BO_MulAssign:
      result = Facts::integer(left.number * right.number);
      break;
    default:
      result = Facts::integer(Dim());
      break;
    }
    if (!type->isIntegerType() && result.kind == Facts::Number)
      result = {};
    if (variable && result.kind == Facts::Nothing && isTensor(type))
      result = Facts::tensor({}, {});
    if (variable)
      assign(variable, result, written(binary->getRHS()), state);
    return result;
  }
  if (const auto *unary = llvm::dyn_cast<UnaryOperator>(expression)) {
    Facts inner = evaluate(unary->getSubExpr(), state);
    if (const VarDecl *variable = variableOf(unary->getSubExpr()); variable && unary->isIncrementDecrementOp()) {
      Facts next = Facts::integer(inner.number + Dim(unary->isIncrementOp() ? 1 : -1));
      state.variables[variable] = type->isIntegerType() ? next : Facts();
      return unary->isPrefix() ? state.variables[variable] : inner;
    }
    if (unary->getOpcode() == UO_Minus && inner.kind == Facts::Number)
      return Facts::integer(Dim(0) - inner.number);
    return unary->getOpcode() == UO_Plus ? inner : Facts();
  }
  if (const auto *choice = llvm::dyn_cast<AbstractConditionalOperator>(expression)) {
    checkCondition(choice->getCond());
    evaluate(choice->getCond(), state);
    State yes = state, no = state;
    Facts first = evaluate(choice->getTrueExpr(), yes), second = evaluate(choice->getFalseExpr(), no);
    state = join(yes, no);
    return joinFacts(first, second);
  }
  for (const Stmt *child : expression->children())
    if (const auto *inner = llvm::dyn_cast_or_null<Expr>(child))
      evaluate(inner, state);
  return isTensor(type) ? Facts::tensor({}, {}) : Facts();
}

Facts Checker::evaluateCall(const CallExpr *call, State &state) {
  const FunctionDecl *callee = call->getDirectCallee();
  if (callee && callee->getIdentifier()) {
    if (const VarDecl *variable = replacedVariable(call)) {
      Facts value = evaluate(call->getArg(1), state);
      if (llvm::isa<ParmVarDecl>(variable) && isNews(call->getBeginLoc()))
        warn(call->getArg(0)->getBeginLoc(), "tenon: %0 is a parameter: the caller's variable keeps naming the tensor that "
                                             "tn_replace ends; take a tn_tensor * instead")
            << variable << range(call->getArg(0));
      assign(variable, value, written(call->getArg(1)), state);
      return {};
    }
    if (callee->getName() == "tn_operand" && call->getNumArgs() == 1) {
      const Expr *argument = call->getArg(0);
      if (isTensor(argument->getType()))
        return evaluate(argument, state);
      evaluate(argument, state);
      Facts weak = Facts::tensor(Shape(), std::nullopt);
      weak.weak = true;
      weak.isReal = written(argument)->getType()->isRealFloatingType();
      return weak;
    }
    if (llvm::StringRef op = opOf(callee); !op.empty())
      return evaluateOp(call, op, state);
  }
  if (callee)
    return evaluateUserCall(call, callee, state);
  evaluate(call->getCallee(), state);
  for (const Expr *argument : call->arguments())
    evaluate(argument, state);
  return isTensor(call->getType()) ? Facts::tensor({}, {}) : Facts();
}

/// Numbers that C converts to an axis, a dim or an index without a word.
void Checker::checkIndexArguments(const CallExpr *call, llvm::StringRef name) {
  const FunctionDecl *callee = call->getDirectCallee();
  for (unsigned i = 0; i < call->getNumArgs() && i < callee->getNumParams(); ++i) {
    if (!callee->getParamDecl(i)->getType()->isIntegerType() || callee->getParamDecl(i)->getType()->isEnumeralType())
      continue;
    const Expr *argument = call->getArg(i)->IgnoreParenImpCasts();
    bool isReal = argument->getType()->isRealFloatingType();
    if ((isReal || argument->getType()->isBooleanType()) && !llvm::isa<CXXDefaultArgExpr>(argument) &&
        isNews(argument->getBeginLoc()))
      warn(argument->getBeginLoc(), "tenon: tn_%0: a %select{truth value|floating number}1 where a whole number is expected")
          << name << isReal << range(argument);
  }
}

Facts Checker::evaluateOp(const CallExpr *call, llvm::StringRef name, State &state) {
  llvm::SmallVector<Facts> arguments;
  for (const Expr *argument : call->arguments()) {
    Facts facts = evaluate(argument, state);
    if (facts.kind == Facts::Nothing && isTensor(argument->getType()))
      facts = Facts::tensor({}, {});
    if (facts.kind == Facts::Nothing && argument->getType()->isRealFloatingType()) {
      facts = Facts::integer(Dim());
      facts.isReal = true;
    }
    arguments.push_back(facts);
  }
  llvm::StringRef shown = name;
  if (name.starts_with("map_") || name.starts_with("zip_"))
    shown = name.take_front(3);
  checkIndexArguments(call, shown);
  Facts result;
  Problem problem;
  if (inferOp(name, arguments, result, problem)) {
    if (result.kind == Facts::Nothing && isTensor(call->getType()))
      result = Facts::tensor({}, {});
    return result;
  }
  if (isNews(call->getBeginLoc())) {
    bool named = problem.argument >= 0 && unsigned(problem.argument) < call->getNumArgs();
    const Expr *wrong = named ? written(call->getArg(problem.argument)) : call;
    {
      DiagnosticBuilder builder = report(wrong, "tenon: tn_%0: %1");
      builder << shown << problem.message;
      if (problem.transposed) {
        builder << FixItHint::CreateInsertion(range(wrong).getBegin(), "tn_transpose(");
        builder << FixItHint::CreateInsertion(Lexer::getLocForEndOfToken(range(wrong).getEnd(), 0, sources,
                                                                         context.getLangOpts()),
                                              ")");
      }
    }
    if (problem.other >= 0 && unsigned(problem.other) < call->getNumArgs()) {
      const Expr *other = written(call->getArg(problem.other));
      note(other->getBeginLoc(), "this is %0") << arguments[problem.other].text() << range(other);
    }
  }
  return isTensor(call->getType()) ? Facts::tensor({}, {}) : Facts();
}

Facts Checker::evaluateUserCall(const CallExpr *call, const FunctionDecl *callee, State &state) {
  llvm::SmallVector<Facts> arguments;
  for (const Expr *argument : call->arguments())
    arguments.push_back(evaluate(argument, state));
  Names &scope = namesOf(callee->getCanonicalDecl());
  auto lookup = [&](llvm::StringRef name) { return symbol(scope, name); };
  Bindings bindings;
  for (unsigned i = 0; i < arguments.size() && i < callee->getNumParams(); ++i) {
    std::optional<Contract> contract;
    const ParmVarDecl *parameter = nullptr;
    for (const FunctionDecl *declaration : callee->redecls())
      if (i < declaration->getNumParams() && (contract = contractOf(declaration->getParamDecl(i)))) {
        parameter = declaration->getParamDecl(i);
        break;
      }
    const Binding *conflict;
    if (!contract || unify(*contract, arguments[i], lookup, bindings, i, &conflict) ||
        !isNews(call->getArg(i)->getBeginLoc()))
      continue;
    const Expr *argument = written(call->getArg(i));
    if (!conflict || conflict->argument < 0) {
      report(argument, "tenon: argument %0 of %1 is %2; its contract is %3")
          << parameter << callee << arguments[i].text() << textOf(*contract, lookup);
    } else {
      const Expr *other = written(call->getArg(conflict->argument));
      std::string bound;
      for (auto &[symbol, binding] : bindings)
        if (&binding == conflict)
          bound = symbol->name + " is " + conflict->dim.text();
      report(argument, "tenon: argument %0 of %1 is %2; its contract is %3, and %4 by argument %5")
          << parameter << callee << arguments[i].text() << textOf(*contract, lookup) << bound
          << callee->getParamDecl(conflict->argument);
      note(other->getBeginLoc(), "this is %0") << arguments[conflict->argument].text() << range(other);
    }
    note(contract->location, "the contract of %0") << parameter;
  }
  for (const FunctionDecl *declaration : callee->redecls())
    if (std::optional<Contract> contract = contractOf(declaration))
      return factsOf(*contract, lookup, bindings);
  return isTensor(call->getType()) ? Facts::tensor({}, {}) : Facts();
}

void Checker::check(const FunctionDecl *definition) {
  function = definition->getCanonicalDecl();
  own.clear();
  shared.clear();
  Census census;
  census.count(definition->getBody());
  shared.insert(census.taken.begin(), census.taken.end());
  if (census.labels)
    shared.insert(census.assigned.begin(), census.assigned.end());
  State state;
  Names &scope = namesOf(function);
  // The symbols of the function's own contract stand for themselves.
  for (const FunctionDecl *declaration : definition->redecls()) {
    llvm::SmallVector<std::optional<Contract>> contracts{contractOf(declaration)};
    for (const ParmVarDecl *parameter : declaration->parameters())
      contracts.push_back(contractOf(parameter));
    for (const std::optional<Contract> &contract : contracts)
      if (contract)
        for (const DimTerm &term : contract->dims)
          if (!term.name.empty())
            own[symbol(scope, term.name)] = {Dim(symbol(scope, term.name))};
  }
  for (unsigned i = 0; i < definition->getNumParams(); ++i) {
    const ParmVarDecl *parameter = definition->getParamDecl(i);
    Facts facts = initialFacts(parameter);
    // A contract may stand at the prototype only.
    for (const FunctionDecl *declaration : definition->redecls())
      if (facts.kind == Facts::Tensor && !facts.shape && i < declaration->getNumParams())
        if (std::optional<Contract> contract = contractOf(declaration->getParamDecl(i)))
          facts = factsOf(*contract, [&](llvm::StringRef name) { return symbol(scope, name); }, own);
    state.variables[parameter] = facts;
  }
  visit(definition->getBody(), state);
}

namespace {

/// Functions that call a tensor function or have a contract, in the order in which they stand.
class ShapeConsumer : public ASTConsumer {
public:
  explicit ShapeConsumer(CompilerInstance &instance) : diagnostics(instance.getDiagnostics()) {
    for (const std::string &option : instance.getDiagnosticOpts().Warnings)
      severity = llvm::StringSwitch<Severity>(option)
                     .Case("no-tenon-shape", Severity::Off)
                     .Case("no-error=tenon-shape", Severity::Warning)
                     .Cases({"tenon-shape", "error=tenon-shape"}, Severity::Error)
                     .Default(severity);
  }

  void HandleTranslationUnit(ASTContext &context) override {
    // Without <tenon.h> there is nothing to follow.
    if (severity == Severity::Off || diagnostics.hasErrorOccurred() ||
        context.getTranslationUnitDecl()->lookup(DeclarationName(&context.Idents.get("tn_tensor"))).empty())
      return;
    Checker checker(context, diagnostics, severity);
    visit(checker, context.getTranslationUnitDecl());
  }

private:
  void visit(Checker &checker, const DeclContext *scope) {
    for (const Decl *declaration : scope->decls()) {
      if (const auto *function = llvm::dyn_cast<FunctionDecl>(declaration)) {
        bool ours = function->getIdentifier() && function->getName().starts_with("tn_");
        if (function->doesThisDeclarationHaveABody() && !function->isDependentContext() && !ours)
          checker.check(function);
      } else if (const auto *inner = llvm::dyn_cast<DeclContext>(declaration);
                 inner && llvm::isa<LinkageSpecDecl, NamespaceDecl, CXXRecordDecl>(declaration) &&
                 !inner->isDependentContext()) {
        visit(checker, inner);
      }
    }
  }

  DiagnosticsEngine &diagnostics;
  Severity severity = Severity::Error;
};

} // namespace

std::unique_ptr<ASTConsumer> createShapeChecker(CompilerInstance &instance) {
  return std::make_unique<ShapeConsumer>(instance);
}

} // namespace tenon
