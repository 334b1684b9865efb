// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ContractCheck.cpp - holds what is known of arguments, results and variables against their contracts. In a call the
// names of the callee's contract become what the arguments say, from left to right.

#include "Checker.h"
#include "Program.h"

using namespace clang;

namespace tenon {

Dim Checker::resolve(const DimTerm &term, Names &scope, const Bindings &bindings) {
  if (term.name.empty())
    return term.offset;
  auto bound = bindings.find(scope[term.name]);
  return bound == bindings.end() ? Dim() : bound->second.dim * Dim(term.factor) + Dim(term.offset);
}

Facts Checker::factsOf(const Contract &contract, Names &scope, const Bindings &bindings) {
  Shape shape;
  for (const DimTerm &term : contract.dims)
    shape.push_back(resolve(term, scope, bindings));
  return Facts::tensor(shape, std::nullopt);
}

/// Whether `actual` can be what the contract says; symbols that are not bound yet become what it takes. On conflict
/// with an argument that bound a symbol, `out_conflict` is that binding.
bool Checker::unify(const Contract &contract, const Facts &actual, Names &scope, Bindings &bindings, int argument,
                    const Binding **out_conflict) {
  *out_conflict = nullptr;
  if (actual.kind != Facts::Tensor || !actual.shape)
    return true;
  if (actual.shape->size() != contract.dims.size())
    return false;
  for (auto [term, dim] : llvm::zip(contract.dims, *actual.shape)) {
    if (term.name.empty()) {
      if (equal(dim, resolve(term, scope, bindings)) == Truth::No)
        return false;
      continue;
    }
    const Symbol *symbol = scope[term.name];
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
      bindings[symbol] = {Dim(rest.getSymbol(), rest.getFactor() / term.factor, rest.getOffset() / term.factor),
                          argument};
  }
  return true;
}

/// What a variable's declaration says of it: names that are not of the function's contract may stand for another number
/// each time that the variable is assigned.
Facts Checker::initialFacts(const VarDecl *variable) {
  if (isTensor(variable->getType())) {
    std::optional<Contract> contract = contractOf(variable);
    return contract ? promisedBy(*contract, variable->isLocalVarDeclOrParm())
                    : Facts::tensor(std::nullopt, std::nullopt);
  }
  // A whole number that stays what it was has a name of its own.
  if (llvm::isa<ParmVarDecl>(variable) && variable->getType()->isIntegerType())
    return Facts::integer(Dim(namesOf(variable)[variable->getName()]));
  return {};
}

/// What a contract says without a value: its constants and, inside of the function, the function's own names.
Facts Checker::promisedBy(const Contract &contract, bool inside) {
  Names &scope = namesOf(function);
  Facts facts = factsOf(contract, scope, inside ? own : Bindings());
  facts.assumed = true;
  return facts;
}

void Checker::assign(const VarDecl *variable, Facts value, const Expr *from, State &state) {
  if (std::optional<Contract> contract = isTensor(variable->getType()) ? contractOf(variable) : std::nullopt) {
    Names &scope = namesOf(function);
    const Binding *conflict;
    Bindings bindings = variable->isLocalVarDeclOrParm() ? own : Bindings(), sure = bindings;
    bool isSure = surelyFits(*contract, value, scope, sure);
    if (!unify(*contract, value, scope, bindings, -1, &conflict) && from && isNews(from->getBeginLoc())) {
      report(from, "tenon: %0 becomes %1; its contract is %2") << variable << value.text() << contract->text;
      note(contract->location, "the contract of %0") << variable;
    }
    Facts promised = factsOf(*contract, scope, bindings);
    promised.dtype = value.dtype;
    promised.assumed = !isSure;
    value = promised;
  }
  value.assumed |= !variable->hasLocalStorage() || variable->getType().isVolatileQualified();
  state.variables[variable] = value;
}

void Checker::checkReturn(const Expr *value, const Facts &facts) {
  std::optional<Contract> contract = contractOfResult(function);
  if (!contract)
    return;
  const Binding *conflict;
  Bindings bindings = own, sure = own;
  judge(function, Promise::result, surelyFits(*contract, facts, namesOf(function), sure));
  if (!unify(*contract, facts, namesOf(function), bindings, -1, &conflict) && isNews(value->getBeginLoc())) {
    report(written(value), "tenon: %0 returns %1; its contract is %2") << function << facts.text() << contract->text;
    note(contract->location, "the contract of %0") << function;
  }
}

Facts Checker::evaluateUserCall(const CallExpr *call, const FunctionDecl *callee, State &state) {
  llvm::SmallVector<Facts> arguments;
  for (const Expr *argument : call->arguments())
    arguments.push_back(evaluate(argument, state));
  Names &scope = namesOf(callee->getCanonicalDecl());
  Bindings bindings, sure;
  for (unsigned i = arguments.size(); i < callee->getNumParams(); ++i)
    judge(callee, i, false);
  for (unsigned i = 0; i < arguments.size() && i < callee->getNumParams(); ++i) {
    const ParmVarDecl *parameter = nullptr;
    std::optional<Contract> contract = contractOfParameter(callee, i, &parameter);
    const Binding *conflict;
    if (contract)
      judge(callee, i, surelyFits(*contract, arguments[i], scope, sure));
    if (!contract || unify(*contract, arguments[i], scope, bindings, i, &conflict) ||
        !isNews(call->getArg(i)->getBeginLoc()))
      continue;
    const Expr *argument = written(call->getArg(i));
    if (!conflict || conflict->argument < 0) {
      report(argument, "tenon: argument %0 of %1 is %2; its contract is %3")
          << parameter << callee << arguments[i].text() << contract->text;
    } else {
      const Expr *other = written(call->getArg(conflict->argument));
      std::string bound;
      for (auto &[symbol, binding] : bindings)
        if (&binding == conflict)
          bound = symbol->name + " is " + conflict->dim.text();
      report(argument, "tenon: argument %0 of %1 is %2; its contract is %3, and %4 by argument %5")
          << parameter << callee << arguments[i].text() << contract->text << bound
          << callee->getParamDecl(conflict->argument);
      note(other->getBeginLoc(), "this is %0") << arguments[conflict->argument].text() << range(other);
    }
    note(contract->location, "the contract of %0") << parameter;
  }
  if (std::optional<Contract> contract = contractOfResult(callee)) {
    Facts facts = factsOf(*contract, scope, bindings);
    facts.assumed = !isProven(callee, Promise::result);
    for (const Facts &argument : arguments)
      facts.assumed |= argument.kind == Facts::Tensor && argument.assumed;
    return facts;
  }
  return isTensor(call->getType()) ? Facts::tensor({}, {}) : Facts();
}

} // namespace tenon
