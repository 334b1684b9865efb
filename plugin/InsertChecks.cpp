// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// InsertChecks.cpp - puts run-time checks of contracts into functions before code is made of them.
//
//   Before   TN_RETURNS(n) tn_tensor f(tn_tensor x TN_SHAPE(n, 3)) { tn_tensor h TN_SHAPE(n) = g(x); return h; }
//   After    ... { int64_t names[1] = {-1};
//                  tn_rt_contract(x, "f", "argument x", "[n, 3]", "f.c:1", "1 0 0 0 0 3", "n", names);
//                  tn_tensor h = tn_rt_contract(g(x), "f", "variable h", ...);
//                  return tn_rt_contract(h, "f", "the result", ...); }
//
// Where: parameters at the function's start, results at each return, and what becomes of variables and fields by
// initialisation, by assignment and by tn_replace. Not: writes through a pointer to a handle, initialisers of variables
// outside of functions (constants in C), C++ lambdas, constructors' member initialisers, and `musttail` returns.
//
// On the syntax tree, for in LLVM IR a parameter that is a struct is spread over arguments, and variables have no
// names.

#include "InsertChecks.h"
#include "Contracts.h"
#include "Program.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace tenon {
namespace {

/// Changes the body of one function.
class CheckInserter {
public:
  CheckInserter(ASTContext &context, FunctionDecl *runtime, FunctionDecl *function)
      : context(context), runtime(runtime), function(function) {}
  void run();

private:
  void visit(Stmt *statement);
  void visitVariable(VarDecl *variable);
  void visitList(InitListExpr *list);
  void collectNames(const std::optional<Contract> &contract);
  /// `value`, checked against the contract when the program runs. `own`: names of the function's contract keep their
  /// meaning.
  Expr *check(Expr *value, const Contract &contract, const llvm::Twine &what, SourceLocation at, bool own);
  Expr *checkVariable(Expr *value, const VarDecl *variable);
  Expr *checkField(Expr *value, const ValueDecl *field);

  Expr *string(llvm::StringRef text) const;
  Expr *read(VarDecl *variable, CastKind kind, QualType type) const;
  IntegerLiteral *number(int64_t value) const {
    return IntegerLiteral::Create(context, llvm::APInt(64, value, true), int64(), SourceLocation());
  }
  QualType int64() const { return context.getIntTypeForBitwidth(64, true); }

  ASTContext &context;
  FunctionDecl *runtime, *function;
  llvm::SmallVector<std::string> names; ///< of dims, in the function's contract
  VarDecl *bound = nullptr;             ///< what each of them is in this call
};

} // namespace

void CheckInserter::collectNames(const std::optional<Contract> &contract) {
  if (contract)
    for (const DimTerm &term : contract->dims)
      if (!term.name.empty() && !llvm::is_contained(names, term.name))
        names.push_back(term.name);
}

Expr *CheckInserter::string(llvm::StringRef text) const {
  QualType type = context.getStringLiteralArrayType(context.CharTy, text.size());
  auto *literal =
      StringLiteral::Create(context, text, StringLiteralKind::Ordinary, /*Pascal=*/false, type, SourceLocation());
  return ImplicitCastExpr::Create(context, context.getPointerType(context.CharTy.withConst()), CK_ArrayToPointerDecay,
                                  literal, nullptr, VK_PRValue, FPOptionsOverride());
}

Expr *CheckInserter::read(VarDecl *variable, CastKind kind, QualType type) const {
  variable->markUsed(context);
  auto *reference = DeclRefExpr::Create(context, NestedNameSpecifierLoc(), SourceLocation(), variable,
                                        /*RefersToEnclosingVariableOrCapture=*/false, variable->getLocation(),
                                        variable->getType().getNonReferenceType(), VK_LValue);
  return ImplicitCastExpr::Create(context, type, kind, reference, nullptr, VK_PRValue, FPOptionsOverride());
}

Expr *CheckInserter::check(Expr *value, const Contract &contract, const llvm::Twine &what, SourceLocation at,
                           bool own) {
  if (!value->isPRValue())
    return value;
  llvm::SmallVector<std::string> known;
  if (own)
    known = names;
  std::string terms;
  for (const DimTerm &term : contract.dims) {
    size_t name = 0;
    if (!term.name.empty()) {
      name = llvm::find(known, term.name) - known.begin();
      if (name == known.size())
        known.push_back(term.name);
    }
    terms += (llvm::Twine(terms.empty() ? "" : " ") + llvm::Twine(term.name.empty() ? 0 : term.factor) + " " +
              llvm::Twine(name) + " " + llvm::Twine(term.offset))
                 .str();
  }
  SourceManager &sources = context.getSourceManager();
  PresumedLoc place = sources.getPresumedLoc(sources.getExpansionLoc(at));
  std::string where =
      place.isValid() ? (llvm::Twine(place.getFilename()) + ":" + llvm::Twine(place.getLine())).str() : "";
  QualType pointer = context.getPointerType(int64());
  // Names of the function come first and live as long as the call; the others are this check's own.
  Expr *cells = own && bound
                    ? read(bound, CK_ArrayToPointerDecay, pointer)
                    : static_cast<Expr *>(ImplicitCastExpr::Create(context, pointer, CK_NullToPointer, number(0),
                                                                   nullptr, VK_PRValue, FPOptionsOverride()));
  Expr *arguments[] = {value,
                       string(function->getNameAsString()),
                       string(what.str()),
                       string(contract.text),
                       string(where),
                       string(terms),
                       string(llvm::join(known, " ")),
                       number(own ? names.size() : 0),
                       cells};
  at = value->getExprLoc(); // of the call, for debuggers
  QualType type = context.getPointerType(runtime->getType());
  auto *callee = DeclRefExpr::Create(context, NestedNameSpecifierLoc(), SourceLocation(), runtime, false, at,
                                     runtime->getType(), VK_LValue);
  auto *decayed = ImplicitCastExpr::Create(context, type, CK_FunctionToPointerDecay, callee, nullptr, VK_PRValue,
                                           FPOptionsOverride());
  return CallExpr::Create(context, decayed, arguments, runtime->getReturnType(), VK_PRValue, at, FPOptionsOverride());
}

Expr *CheckInserter::checkVariable(Expr *value, const VarDecl *variable) {
  std::optional<Contract> contract = isTensor(variable->getType()) ? contractOf(variable) : std::nullopt;
  if (!contract)
    return value;
  bool own = variable->isLocalVarDeclOrParm();
  return check(value, *contract, "variable " + variable->getName(), value->getExprLoc(), own);
}

Expr *CheckInserter::checkField(Expr *value, const ValueDecl *field) {
  std::optional<Contract> contract = isTensor(field->getType()) ? contractOf(field) : std::nullopt;
  return contract ? check(value, *contract, "field " + field->getName(), value->getExprLoc(), false) : value;
}

void CheckInserter::visitVariable(VarDecl *variable) {
  Expr *init = variable->getInit();
  if (!init || !variable->hasLocalStorage())
    return; // initialised before the program runs
  visit(init);
  if (Expr *checked = checkVariable(init, variable); checked != init)
    variable->setInit(checked);
}

void CheckInserter::visitList(InitListExpr *list) {
  const auto *record = list->getType()->getAsRecordDecl();
  if (!record || record->isUnion())
    return;
  unsigned next = 0;
  if (const auto *object = llvm::dyn_cast<CXXRecordDecl>(record))
    next = object->getNumBases();
  for (const FieldDecl *field : record->fields()) {
    if (field->isUnnamedBitField())
      continue;
    if (next >= list->getNumInits())
      return;
    if (Expr *init = list->getInit(next); init && !llvm::isa<ImplicitValueInitExpr>(init))
      list->setInit(next, checkField(init, field));
    ++next;
  }
}

void CheckInserter::visit(Stmt *statement) {
  if (!statement || llvm::isa<LambdaExpr>(statement))
    return;
  if (auto *attributed = llvm::dyn_cast<AttributedStmt>(statement);
      attributed && hasSpecificAttr<MustTailAttr>(attributed->getAttrs()))
    return;
  if (auto *declarations = llvm::dyn_cast<DeclStmt>(statement)) {
    for (Decl *declaration : declarations->decls())
      if (auto *variable = llvm::dyn_cast<VarDecl>(declaration))
        visitVariable(variable);
    return;
  }
  for (Stmt *child : statement->children())
    visit(child);
  if (auto *leaving = llvm::dyn_cast<ReturnStmt>(statement)) {
    std::optional<Contract> contract = leaving->getRetValue() ? contractOfResult(function) : std::nullopt;
    if (contract && isTensor(function->getReturnType()))
      leaving->setRetValue(check(leaving->getRetValue(), *contract, "the result", leaving->getReturnLoc(), true));
  } else if (auto *assignment = llvm::dyn_cast<BinaryOperator>(statement)) {
    if (assignment->getOpcode() != BO_Assign)
      return;
    if (const VarDecl *variable = variableOf(assignment->getLHS()))
      assignment->setRHS(checkVariable(assignment->getRHS(), variable));
    else if (const auto *member = llvm::dyn_cast<MemberExpr>(assignment->getLHS()->IgnoreParens()))
      assignment->setRHS(checkField(assignment->getRHS(), member->getMemberDecl()));
  } else if (auto *call = llvm::dyn_cast<CallExpr>(statement)) {
    const Expr *target = replacedPlace(call);
    if (!target)
      return;
    if (const VarDecl *variable = variableOf(target))
      call->setArg(1, checkVariable(call->getArg(1), variable));
    else if (const auto *member = llvm::dyn_cast<MemberExpr>(target->IgnoreParens()))
      call->setArg(1, checkField(call->getArg(1), member->getMemberDecl()));
  } else if (auto *list = llvm::dyn_cast<InitListExpr>(statement)) {
    visitList(list);
  }
}

void CheckInserter::run() {
  auto *body = llvm::dyn_cast_or_null<CompoundStmt>(function->getBody());
  if (!body)
    return;
  std::optional<Contract> result = contractOfResult(function);
  collectNames(result);
  llvm::SmallVector<std::optional<Contract>> contracts;
  for (unsigned i = 0; i < function->getNumParams(); ++i) {
    contracts.push_back(isTensor(function->getParamDecl(i)->getType()) ? contractOfParameter(function, i)
                                                                       : std::nullopt);
    collectNames(contracts.back());
  }
  llvm::SmallVector<Stmt *> statements;
  if (!names.empty()) {
    QualType type =
        context.getConstantArrayType(int64(), llvm::APInt(64, names.size()), nullptr, ArraySizeModifier::Normal, 0);
    bound = VarDecl::Create(context, function, body->getLBracLoc(), body->getLBracLoc(),
                            &context.Idents.get("tenon.names"), type, nullptr, SC_None);
    bound->setImplicit();
    bound->addAttr(NoDebugAttr::CreateImplicit(context));
    llvm::SmallVector<Expr *> open(names.size(), number(-1));
    auto *list = new (context) InitListExpr(context, SourceLocation(), open, SourceLocation());
    list->setType(type);
    bound->setInit(list);
    statements.push_back(new (context) DeclStmt(DeclGroupRef(bound), body->getLBracLoc(), body->getLBracLoc()));
  }
  for (auto [i, contract] : llvm::enumerate(contracts))
    if (contract) {
      ParmVarDecl *parameter = function->getParamDecl(i);
      statements.push_back(check(read(parameter, CK_LValueToRValue, parameter->getType()), *contract,
                                 "argument " + parameter->getName(), contract->location, true));
    }
  visit(body);
  if (statements.empty())
    return;
  statements.append(body->body_begin(), body->body_end());
  function->setBody(
      CompoundStmt::Create(context, statements, FPOptionsOverride(), body->getLBracLoc(), body->getRBracLoc()));
}

namespace {

/// Functions as they are parsed, before the code generator gets them.
class CheckConsumer : public ASTConsumer {
public:
  void Initialize(ASTContext &context) override { this->context = &context; }
  bool HandleTopLevelDecl(DeclGroupRef group) override {
    for (Decl *declaration : group)
      visit(declaration);
    return true;
  }

private:
  void visit(Decl *declaration);
  FunctionDecl *runtimeFunction();

  ASTContext *context = nullptr;
  FunctionDecl *runtime = nullptr;
  llvm::SmallPtrSet<const FunctionDecl *, 32> done;
};

} // namespace

/// tn_rt_contract (tenon/abi.h). Null in a unit without <tenon.h>.
FunctionDecl *CheckConsumer::runtimeFunction() {
  if (runtime)
    return runtime;
  TranslationUnitDecl *unit = context->getTranslationUnitDecl();
  auto found = unit->lookup(DeclarationName(&context->Idents.get("tn_tensor")));
  const auto *handle = found.empty() ? nullptr : llvm::dyn_cast<TypedefNameDecl>(found.front());
  if (!handle)
    return nullptr;
  QualType tensor = handle->getUnderlyingType(), word = context->getIntTypeForBitwidth(64, true);
  QualType text = context->getPointerType(context->CharTy.withConst());
  QualType types[] = {tensor, text, text, text, text, text, text, word, context->getPointerType(word)};
  QualType type = context->getFunctionType(tensor, types, FunctionProtoType::ExtProtoInfo());
  runtime = FunctionDecl::Create(*context, unit, SourceLocation(), SourceLocation(),
                                 DeclarationName(&context->Idents.get(checkFunction)), type, nullptr, SC_Extern);
  llvm::SmallVector<ParmVarDecl *> parameters;
  for (QualType parameter : types)
    parameters.push_back(ParmVarDecl::Create(*context, runtime, SourceLocation(), SourceLocation(), nullptr, parameter,
                                             nullptr, SC_None, nullptr));
  runtime->setParams(parameters);
  runtime->setImplicit();
  runtime->addAttr(AsmLabelAttr::CreateImplicit(*context, checkFunction)); // one name in C and in C++
  runtime->addAttr(NoThrowAttr::CreateImplicit(*context));
  return runtime;
}

void CheckConsumer::visit(Decl *declaration) {
  if (auto *function = llvm::dyn_cast<FunctionDecl>(declaration)) {
    bool ours = function->getIdentifier() && function->getName().starts_with("tn_");
    if (ours || !function->doesThisDeclarationHaveABody() || function->isDependentContext() ||
        function->isConsteval() || function->hasAttr<NakedAttr>() || function->isInvalidDecl() ||
        !done.insert(function).second || context->getDiagnostics().hasErrorOccurred())
      return;
    if (FunctionDecl *runtime = runtimeFunction())
      CheckInserter(*context, runtime, function).run();
  } else if (auto *inner = llvm::dyn_cast<DeclContext>(declaration);
             inner && llvm::isa<LinkageSpecDecl, NamespaceDecl, CXXRecordDecl>(declaration) &&
             !inner->isDependentContext()) {
    for (Decl *member : inner->decls())
      visit(member);
  }
}

std::unique_ptr<ASTConsumer> createCheckInserter() { return std::make_unique<CheckConsumer>(); }

} // namespace tenon
