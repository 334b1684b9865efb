// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Proof.cpp - finds contracts that hold in whatever a unit does, so that generated code may rely on them unguarded.
//
// A contract of an internal function is proven if every reference to the function is a call that the checker walks
// over, and at each the argument surely fits: not merely that nothing speaks against it, as warnings ask. All contracts
// are taken for proven at first; a walk over all functions strikes those of which one call is not sure, and with them
// falls what was known by them, until a walk strikes none. What holds then holds by induction over the calls of a run.
//
// Facts.assumed marks what is no proof: contracts not proven, fields, variables outside, arithmetic that may wrap, ops
// whose rule counts on a dim being large enough. A function with something that the walk takes lightly proves nothing
// for its callees. A fact says what a handle is if it is a tensor: NULL fits every contract.

#include "AnnotateContracts.h"
#include "Checker.h"
#include "Program.h"
#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace tenon {

/// Walks in which nothing may be struck any more.
static constexpr unsigned maxWalks = 8;

bool Checker::isProven(const FunctionDecl *of, unsigned parameter) const {
  return proving && proving->count({of->getCanonicalDecl(), parameter});
}

void Checker::judge(const FunctionDecl *of, unsigned parameter, bool fits) {
  if (proving && silent == 0 && !(fits && trusted))
    proving->erase({of->getCanonicalDecl(), parameter});
}

/// Whether `actual` is what the contract says, whatever its symbols are. Binds what is not bound yet.
bool Checker::surelyFits(const Contract &contract, const Facts &actual, Names &scope, Bindings &bindings) {
  bool sure =
      actual.kind == Facts::Tensor && actual.shape && !actual.assumed && actual.shape->size() == contract.dims.size();
  for (auto [i, term] : llvm::enumerate(contract.dims)) {
    Dim dim = sure ? (*actual.shape)[i] : Dim();
    if (term.name.empty()) {
      sure &= equal(dim, Dim(term.offset)) == Truth::Yes;
      continue;
    }
    auto [bound, isNew] = bindings.insert({scope[term.name], {}});
    if (!isNew) {
      sure &= identical(dim, bound->second.dim * Dim(term.factor) + Dim(term.offset));
      continue;
    }
    // Any number is a name's that stands alone. From here on the name is bound, if only to what is not known.
    Dim rest = dim - Dim(term.offset);
    if (term.factor == 1 && term.offset == 0) {
      bound->second.dim = dim;
      continue;
    }
    sure &= rest.isKnown() && rest.getFactor() >= 0 && rest.getOffset() >= 0 && rest.getFactor() % term.factor == 0 &&
            rest.getOffset() % term.factor == 0;
    if (sure)
      bound->second.dim = Dim(rest.getSymbol(), rest.getFactor() / term.factor, rest.getOffset() / term.factor);
  }
  return sure;
}

namespace {

/// How often functions are called, and how often they are mentioned.
struct References {
  llvm::DenseMap<const FunctionDecl *, unsigned> calls, mentions;

  void count(const Stmt *statement) {
    if (!statement)
      return;
    if (const auto *call = llvm::dyn_cast<CallExpr>(statement))
      if (const FunctionDecl *callee = call->getDirectCallee())
        ++calls[callee->getCanonicalDecl()];
    if (const auto *reference = llvm::dyn_cast<DeclRefExpr>(statement))
      if (const auto *function = llvm::dyn_cast<FunctionDecl>(reference->getDecl()))
        ++mentions[function->getCanonicalDecl()];
    if (const auto *declarations = llvm::dyn_cast<DeclStmt>(statement))
      for (const Decl *declaration : declarations->decls())
        if (const auto *variable = llvm::dyn_cast<VarDecl>(declaration); variable && variable->hasAttr<CleanupAttr>())
          ++mentions[variable->getAttr<CleanupAttr>()->getFunctionDecl()->getCanonicalDecl()];
    for (const Stmt *child : statement->children())
      count(child);
  }
};

} // namespace

void Checker::prove(llvm::ArrayRef<const FunctionDecl *> functions, std::set<Promise> &promises) {
  for (const FunctionDecl *function : functions) {
    if (function->isExternallyVisible() || function->hasAttr<UsedAttr>() || function->hasAttr<AliasAttr>() ||
        function->isVariadic())
      continue;
    for (unsigned i = 0; i < function->getNumParams(); ++i)
      if (isTensor(function->getParamDecl(i)->getType()) && contractOfParameter(function, i))
        promises.insert({function->getCanonicalDecl(), i});
    if (isTensor(function->getReturnType()) && contractOfResult(function))
      promises.insert({function->getCanonicalDecl(), Promise::result});
  }
  if (promises.empty())
    return;
  References walked, all;
  for (const FunctionDecl *function : functions)
    walked.count(function->getBody());
  for (const Decl *declaration : context.getTranslationUnitDecl()->decls()) {
    // By name, from assembly or under another name, anything may be called.
    if (llvm::isa<FileScopeAsmDecl>(declaration) || declaration->hasAttr<AliasAttr>() ||
        declaration->hasAttr<IFuncAttr>())
      return promises.clear();
    if (const auto *function = llvm::dyn_cast<FunctionDecl>(declaration);
        function && function->doesThisDeclarationHaveABody())
      all.count(function->getBody());
    else if (const auto *variable = llvm::dyn_cast<VarDecl>(declaration))
      all.count(variable->getInit());
  }
  for (auto promise = promises.begin(); promise != promises.end();) {
    unsigned mentions = all.mentions.lookup(promise->function);
    bool known = walked.calls.lookup(promise->function) == mentions && mentions != 0;
    promise = known ? std::next(promise) : promises.erase(promise);
  }
  proving = &promises;
  for (unsigned walk = 0;; ++walk) {
    size_t before = promises.size();
    for (const FunctionDecl *function : functions)
      check(function);
    if (promises.size() == before)
      break;
    if (walk == maxWalks)
      promises.clear();
  }
  proving = nullptr;
}

void annotateProven(const std::set<Promise> &promises) {
  std::map<const FunctionDecl *, std::string> texts;
  for (const Promise &promise : promises) {
    std::string &text = texts[promise.function];
    text +=
        (text.empty() ? ";" : ",") + (promise.parameter == Promise::result ? "r" : std::to_string(promise.parameter));
  }
  for (auto &[function, text] : texts)
    if (const FunctionDecl *definition = function->getDefinition())
      annotate(const_cast<FunctionDecl *>(definition), "tenon.proven", text);
}

} // namespace tenon
