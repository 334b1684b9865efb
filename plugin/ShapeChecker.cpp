// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ShapeChecker.cpp - follows shapes and dtypes through the functions of a unit and reports what cannot work.
//
// Each function is walked once, in the program's order, with what is known of its variables: facts of parameters come from
// TN_SHAPE, of results from the ops' rules (ShapeRules.h) and from TN_RETURNS. Where paths meet, what they agree on stays;
// loops are walked until nothing changes. Only what fails for every value of what is not known is reported.
// More than 500 lines, for one walk has to know every statement and expression of C.

#include "ShapeChecker.h"
#include "Checker.h"
#include "Program.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;

namespace tenon {

static Facts joinFacts(const Facts &x, const Facts &y) {
  if (x == y)
    return x;
  if (x.kind != y.kind)
    return {};
  if (x.kind == Facts::Number) {
    Facts joined = Facts::integer(identical(x.number, y.number) ? x.number : Dim());
    joined.assumed = x.assumed || y.assumed;
    return joined;
  }
  if (x.kind != Facts::Tensor || x.weak || y.weak)
    return {};
  Facts joined = Facts::tensor(std::nullopt, x.dtype == y.dtype ? x.dtype : std::nullopt);
  joined.assumed = x.assumed || y.assumed;
  if (x.shape && y.shape && x.shape->size() == y.shape->size()) {
    joined.shape = Shape();
    for (auto [a, b] : llvm::zip(*x.shape, *y.shape))
      joined.shape->push_back(identical(a, b) ? a : Dim());
  }
  return joined;
}

// --- states ------------------------------------------------------------------------------------------------------------

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

/// Loops within loops that are walked until nothing changes; of deeper ones nothing is known that they assign.
static constexpr unsigned deepestSettled = 3;

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
  // Each level of a nest multiplies the walks of what is in it.
  llvm::SaveAndRestore<unsigned> depth(loopDepth, loopDepth + !census.breaks);
  bool forgets = census.breaks || loopDepth > deepestSettled;
  if (forgets) {
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
  if (forgets)
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
    switches.push_back(&state);
    visit(llvm::isa<SwitchStmt>(statement) ? llvm::cast<SwitchStmt>(statement)->getBody()
                                           : llvm::cast<CXXForRangeStmt>(statement)->getBody(),
          inside);
    switches.pop_back();
  } else if (const auto *label = llvm::dyn_cast<SwitchCase>(statement)) {
    state = join(state, *switches.back());
    state.dead = false;
    visit(label->getSubStmt(), state);
  } else if (const auto *leaving = llvm::dyn_cast<ReturnStmt>(statement)) {
    if (const Expr *value = leaving->getRetValue())
      checkReturn(value, evaluate(value, state));
    state.dead = true;
  } else {
    for (const Stmt *child : statement->children())
      visit(child, state);
    if (llvm::isa<BreakStmt, ContinueStmt, GotoStmt, IndirectGotoStmt>(statement))
      state.dead = true;
    if (llvm::isa<LabelStmt>(statement))
      state.dead = false;
  }
}

// --- expressions -----------------------------------------------------------------------------------------------------------

/// A number in another integer type. That a dim fits an int is taken for granted; that it fits a char is not.
static Dim converted(const Dim &number, QualType type, ASTContext &context) {
  if (!type->isIntegralOrEnumerationType() || type->isBooleanType())
    return number.constant() && type->isBooleanType() ? Dim(int64_t(*number.constant() != 0)) : Dim();
  unsigned width = context.getIntWidth(type);
  if (width >= 64)
    return number;
  if (!number.constant())
    return width >= 32 ? number : Dim();
  llvm::APInt cut = llvm::APInt(64, *number.constant(), true).trunc(width);
  return Dim(type->isUnsignedIntegerOrEnumerationType() ? int64_t(cut.getZExtValue()) : cut.getSExtValue());
}

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
      inner.assumed |= context.getTypeSize(type) < context.getTypeSize(cast->getSubExpr()->getType());
      inner.number = converted(inner.number, type, context);
      return inner;
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
    if (binary->getOpcode() != BO_Assign && binary->getOpcode() != BO_Comma)
      result.assumed = true; // it may wrap
    if (binary->isCompoundAssignmentOp())
      result.number = converted(result.number, type, context);
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
      next.assumed = true;
      next.number = converted(next.number, type, context);
      state.variables[variable] = type->isIntegerType() ? next : Facts();
      return unary->isPrefix() ? state.variables[variable] : inner;
    }
    if (unary->getOpcode() == UO_Minus && inner.kind == Facts::Number) {
      Facts negated = Facts::integer(Dim(0) - inner.number);
      negated.assumed = true;
      return negated;
    }
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
  if (isCheck(call))
    return evaluate(call->getArg(0), state);
  if (callee && callee->getIdentifier()) {
    if (const VarDecl *variable = replacedVariable(call)) {
      Facts value = evaluate(call->getArg(1), state);
      if (llvm::isa<ParmVarDecl>(variable) && isNews(call->getBeginLoc()))
        warn(call->getArg(0)->getBeginLoc(), "tenon: %0 is a parameter: the caller's variable keeps naming the tensor that "
                                             "tn_replace ends; take a tn_tensor * instead")
            << variable << range(call->getArg(0));
      value.assumed = true; // if it is NULL the variable stays what it was
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

/// Whether an op's rule says what surely is, if what it was given is. Some count on dims to be large enough: x[1:] of n elements has
/// n - 1 of them.
static bool isExact(llvm::StringRef name, llvm::ArrayRef<Facts> arguments) {
  bool always = llvm::StringSwitch<bool>(name)
                    .Cases({"slice", "slice_step", "window", "reshape", "broadcast_to"}, false)
                    .Cases({"at", "select", "concat", "take", "replaced"}, false)
                    .Default(true);
  return llvm::none_of(arguments, [&](const Facts &argument) {
    bool open = argument.kind == Facts::Number && argument.number.getSymbol();
    if (argument.shape)
      open |= llvm::any_of(*argument.shape, [](const Dim &dim) { return !dim.constant(); });
    return argument.assumed || (!always && open);
  });
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
    result.assumed = !isExact(name, arguments);
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
      if (problem.mistyped >= 0 && unsigned(problem.mistyped) < call->getNumArgs()) {
        // A number as it is written; what a macro or a variable says is meant elsewhere too.
        CharSourceRange at = range(written(call->getArg(problem.mistyped)));
        llvm::StringRef text = Lexer::getSourceText(at, sources, context.getLangOpts());
        if (!text.empty() && text.find_first_not_of("-0123456789") == llvm::StringRef::npos)
          builder << FixItHint::CreateReplacement(at, std::to_string(problem.meant));
      }
    }
    if (problem.other >= 0 && unsigned(problem.other) < call->getNumArgs()) {
      const Expr *other = written(call->getArg(problem.other));
      note(other->getBeginLoc(), "this is %0") << arguments[problem.other].text() << range(other);
    }
  }
  return isTensor(call->getType()) ? Facts::tensor({}, {}) : Facts();
}

void Checker::check(const FunctionDecl *definition) {
  function = definition->getCanonicalDecl();
  own.clear();
  shared.clear();
  Census census;
  census.count(definition->getBody());
  trusted = !context.getLangOpts().CPlusPlus && !census.labels && !census.unusual;
  shared.insert(census.taken.begin(), census.taken.end());
  if (census.labels)
    shared.insert(census.assigned.begin(), census.assigned.end());
  State state;
  Names &scope = namesOf(function);
  // The symbols of the function's own contract stand for themselves.
  auto name = [&](const std::optional<Contract> &contract) {
    if (contract)
      for (const DimTerm &term : contract->dims)
        if (!term.name.empty())
          own[scope[term.name]] = {Dim(scope[term.name])};
  };
  name(contractOfResult(definition));
  for (unsigned i = 0; i < definition->getNumParams(); ++i)
    name(contractOfParameter(definition, i));
  for (unsigned i = 0; i < definition->getNumParams(); ++i) {
    const ParmVarDecl *parameter = definition->getParamDecl(i);
    std::optional<Contract> contract = contractOfParameter(definition, i);
    Facts &facts = state.variables[parameter] = contract ? factsOf(*contract, scope, own) : initialFacts(parameter);
    facts.assumed |= contract && !isProven(definition, i);
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
    visit(context.getTranslationUnitDecl());
    for (const FunctionDecl *function : functions)
      checker.check(function);
    if (context.getLangOpts().CPlusPlus || diagnostics.hasErrorOccurred())
      return;
    std::set<Promise> promises;
    checker.prove(functions, promises);
    annotateProven(promises);
  }

private:
  void visit(const DeclContext *scope) {
    for (const Decl *declaration : scope->decls()) {
      if (const auto *function = llvm::dyn_cast<FunctionDecl>(declaration)) {
        bool ours = function->getIdentifier() && function->getName().starts_with("tn_");
        if (function->doesThisDeclarationHaveABody() && !function->isDependentContext() && !ours)
          functions.push_back(function);
      } else if (const auto *inner = llvm::dyn_cast<DeclContext>(declaration);
                 inner && llvm::isa<LinkageSpecDecl, NamespaceDecl, CXXRecordDecl>(declaration) &&
                 !inner->isDependentContext()) {
        visit(inner);
      }
    }
  }

  DiagnosticsEngine &diagnostics;
  Severity severity = Severity::Error;
  llvm::SmallVector<const FunctionDecl *> functions; ///< of the program
};

} // namespace

std::unique_ptr<ASTConsumer> createShapeChecker(CompilerInstance &instance) {
  return std::make_unique<ShapeConsumer>(instance);
}

} // namespace tenon
