// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pragmas.cpp - `#pragma tenon` before a function: what it says becomes annotations of the function, which clang
// carries into IR.
//
//   #pragma tenon fp(fast)      annotate("tenon.fp", "fast")
//   #pragma tenon off           annotate("tenon.off", "off")
//   #pragma tenon noalloc       annotate("tenon.noalloc", "noalloc")
//   #pragma tenon specialize(n = 1, 32)      annotate("tenon.specialize;2:n=1,32"), for n is parameter 2
//   #pragma tenon inplace       annotate("tenon.inplace", "inplace")
//
// Where the pragma stands an attribute is put, for clang then says what it stands before: a function gets the
// annotation, all else is an error. So is an attribute that came to no declaration at all, which is seen at the end of
// the file.

#include "Pragmas.h"
#include "AnnotateContracts.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Lex/LexDiagnostic.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/Token.h"
#include "clang/Sema/ParsedAttr.h"
#include "clang/Sema/Sema.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace {

/// Clauses that this version knows.
constexpr llvm::StringLiteral clauses[] = {"fp", "inplace", "noalloc", "off", "specialize"};

/// The pragmas of the file so far, by the place of their attribute, and whether it met a declaration or statement.
llvm::MapVector<SourceLocation, bool> placed;

class TenonPragma : public PragmaHandler {
public:
  TenonPragma() : PragmaHandler("tenon") {}
  void HandlePragma(Preprocessor &preprocessor, PragmaIntroducer introducer, Token &first) override;

private:
  /// The word nearest to one that is not known, or an empty one.
  static llvm::StringRef nearest(llvm::StringRef word);
};

} // namespace

llvm::StringRef TenonPragma::nearest(llvm::StringRef word) {
  llvm::StringRef best;
  unsigned least = 3;
  for (llvm::StringRef known : clauses)
    if (unsigned distance = word.edit_distance(known, true, least); distance < least) {
      least = distance;
      best = known;
    }
  return best;
}

/// "n=1,32" of what stands in the parentheses, or nothing.
static std::string specialization(Preprocessor &preprocessor, llvm::ArrayRef<Token> arguments) {
  if (arguments.size() < 3 || arguments.size() > 9 || arguments.size() % 2 == 0 || !arguments[0].getIdentifierInfo() ||
      arguments[1].isNot(tok::equal))
    return "";
  std::string text = arguments[0].getIdentifierInfo()->getName().str() + "=";
  for (auto [i, token] : llvm::enumerate(arguments.drop_front(2))) {
    uint64_t value;
    bool isNumber = i % 2 == 0;
    if (token.isNot(isNumber ? tok::numeric_constant : tok::comma) ||
        (isNumber && llvm::StringRef(preprocessor.getSpelling(token)).getAsInteger(10, value)))
      return "";
    text += preprocessor.getSpelling(token);
  }
  return text;
}

/// Puts `__attribute__((annotate(...)))` where the pragma stood, so that it applies to what follows.
void TenonPragma::HandlePragma(Preprocessor &preprocessor, PragmaIntroducer introducer, Token &) {
  DiagnosticsEngine &diagnostics = preprocessor.getDiagnostics();
  auto warn = [&](SourceLocation at, llvm::StringRef text) {
    // In clang's own group, so that -Wno-unknown-pragmas and -Werror treat it as they treat others.
    unsigned id = diagnostics.getDiagnosticIDs()->getCustomDiagID(DiagnosticIDs::CustomDiagDesc(
        diag::Severity::Warning, "%0", DiagnosticIDs::CLASS_WARNING, /*ShowInSystemHeader=*/false,
        /*ShowInSystemMacro=*/false, DiagnosticIDs::getGroupForWarningOption("unknown-pragmas")));
    diagnostics.Report(at, id) << text;
  };
  llvm::SmallVector<Token> line;
  for (Token token; line.empty() || line.back().isNot(tok::eod); line.push_back(token))
    preprocessor.LexUnexpandedToken(token);
  const Token *next = line.begin();
  // What stands in parentheses behind a word, without them; nothing if they do not close.
  auto takeArguments = [&]() -> llvm::ArrayRef<Token> {
    if (next->isNot(tok::l_paren))
      return {};
    const Token *first = ++next;
    for (unsigned depth = 1; next->isNot(tok::eod); ++next) {
      depth += next->is(tok::l_paren);
      depth -= next->is(tok::r_paren);
      if (depth == 0)
        return {first, next++};
    }
    return {};
  };
  auto nameOf = [](const Token &token) {
    const IdentifierInfo *word = token.getIdentifierInfo();
    return word ? word->getName() : llvm::StringRef();
  };

  llvm::SmallVector<std::pair<llvm::StringRef, std::string>> annotations;
  while (next->isNot(tok::eod)) {
    const Token &token = *next++;
    if (token.is(tok::comma))
      continue;
    llvm::StringRef name = nameOf(token);
    llvm::ArrayRef<Token> arguments = takeArguments();
    if (name == "off") {
      annotations.push_back({"tenon.off", "off"});
    } else if (name == "noalloc") {
      annotations.push_back({"tenon.noalloc", "noalloc"});
    } else if (name == "inplace") {
      annotations.push_back({"tenon.inplace", "inplace"});
    } else if (name == "specialize") {
      if (std::string text = specialization(preprocessor, arguments); !text.empty())
        annotations.push_back({"tenon.specialize", text});
      else
        warn(token.getLocation(), "'specialize' in '#pragma tenon' needs a parameter and one to four numbers, as '(n = 1, 32)'; it is ignored");
    } else if (name == "fp") {
      llvm::StringRef mode = arguments.size() == 1 ? nameOf(arguments[0]) : "";
      if (mode == "strict" || mode == "fast")
        annotations.push_back({"tenon.fp", mode.str()});
      else
        warn(token.getLocation(), "'fp' in '#pragma tenon' needs '(strict)' or '(fast)'; it is ignored");
    } else {
      std::string text = "unknown clause '" + preprocessor.getSpelling(token) + "' in '#pragma tenon' is ignored";
      if (llvm::StringRef known = nearest(name); !known.empty())
        text += "; did you mean '" + known.str() + "'?";
      warn(token.getLocation(), text);
    }
  }
  // Objective-C is left alone.
  if (annotations.empty() || preprocessor.getLangOpts().ObjC)
    return;

  llvm::SmallVector<Token, 32> tokens;
  SourceLocation at = introducer.Loc;
  auto add = [&](tok::TokenKind kind, llvm::StringRef identifier = {}) {
    Token made;
    made.startToken();
    made.setKind(kind);
    made.setLocation(at);
    if (!identifier.empty()) {
      IdentifierInfo *info = preprocessor.getIdentifierInfo(identifier);
      made.setIdentifierInfo(info);
      made.setKind(info->getTokenID());
    }
    tokens.push_back(made);
  };
  auto addString = [&](llvm::StringRef text) {
    Token made;
    made.startToken();
    made.setKind(tok::string_literal);
    preprocessor.CreateString("\"" + text.str() + "\"", made, at, at);
    tokens.push_back(made);
  };
  placed.insert({at, false});
  for (const auto &[kind, value] : annotations) {
    add(tok::raw_identifier, "__attribute__");
    add(tok::l_paren);
    add(tok::l_paren);
    add(tok::raw_identifier, "tenon_pragma");
    add(tok::l_paren);
    addString(kind);
    add(tok::comma);
    addString(value);
    add(tok::r_paren);
    add(tok::r_paren);
    add(tok::r_paren);
  }
  auto copy = std::make_unique<Token[]>(tokens.size());
  std::copy(tokens.begin(), tokens.end(), copy.get());
  preprocessor.EnterTokenStream(std::move(copy), tokens.size(), /*DisableMacroExpansion=*/true, /*IsReinject=*/false);
}

namespace {

struct PragmaAttribute : ParsedAttrInfo {
  PragmaAttribute() {
    NumArgs = 2;
    IsStmt = true;
    static constexpr Spelling names[] = {{ParsedAttr::AS_GNU, "tenon_pragma"}};
    Spellings = names;
  }

  bool diagAppertainsToDecl(Sema &sema, const ParsedAttr &attribute, const Decl *declaration) const override {
    placed[attribute.getLoc()] = true;
    if (declaration->isFunctionOrFunctionTemplate())
      return true;
    std::string what = "something else";
    if (const auto *named = llvm::dyn_cast<NamedDecl>(declaration); named && named->getIdentifier())
      what = "'" + named->getName().str() + "'";
    refuse(sema, attribute.getLoc(), what);
    return false;
  }
  bool diagAppertainsToStmt(Sema &sema, const ParsedAttr &attribute, const Stmt *) const override {
    placed[attribute.getLoc()] = true;
    refuse(sema, attribute.getLoc(), "a statement");
    return false;
  }

  AttrHandling handleDeclAttribute(Sema &sema, Decl *declaration, const ParsedAttr &attribute) const override {
    const auto *kind = llvm::dyn_cast<StringLiteral>(attribute.getArgAsExpr(0)->IgnoreParenCasts());
    Expr *value = attribute.getArgAsExpr(1);
    if (kind && kind->getString() == "tenon.specialize")
      return specialize(sema, declaration->getAsFunction(), attribute);
    Attr *annotation = kind ? sema.CreateAnnotationAttr(attribute, kind->getString(), value) : nullptr;
    if (!annotation)
      return AttributeNotApplied;
    declaration->addAttr(annotation);
    return AttributeApplied;
  }

private:
  /// The parameter by its number: names do not get into IR.
  static AttrHandling specialize(Sema &sema, FunctionDecl *function, const ParsedAttr &attribute) {
    auto *literal = llvm::cast<StringLiteral>(attribute.getArgAsExpr(1)->IgnoreParenCasts());
    llvm::StringRef name = literal->getString().split('=').first;
    bool fits = tenon::isOneValue(function->getReturnType(), sema.Context);
    for (auto [i, parameter] : llvm::enumerate(function->parameters())) {
      fits &= tenon::isOneValue(parameter->getType(), sema.Context);
      if (parameter->getName() != name || !fits || !parameter->getType()->isIntegerType() || parameter->getType()->isBooleanType())
        continue;
      tenon::annotate(function, "tenon.specialize;", std::to_string(i) + ":" + literal->getString().str());
      return AttributeApplied;
    }
    unsigned id = sema.getDiagnostics().getCustomDiagID(
        DiagnosticsEngine::Error, "tenon: 'specialize' wants an integer parameter of %0, which '%1' is not%select{; a structure by "
                                  "value stands before it|}2");
    sema.Diag(attribute.getLoc(), id) << function << name << fits;
    return AttributeNotApplied;
  }
  static void refuse(Sema &sema, SourceLocation at, llvm::StringRef what) {
    DiagnosticsEngine &diagnostics = sema.getDiagnostics();
    sema.Diag(at, diagnostics.getCustomDiagID(DiagnosticsEngine::Error,
                                              "tenon: '#pragma tenon' stands before a function, not before %0"))
        << what;
  }
};

class PragmaCheck : public ASTConsumer {
public:
  void HandleTranslationUnit(ASTContext &context) override {
    DiagnosticsEngine &diagnostics = context.getDiagnostics();
    unsigned id = diagnostics.getCustomDiagID(DiagnosticsEngine::Error,
                                              "tenon: '#pragma tenon' stands before a function; here is none");
    for (auto [at, met] : placed)
      if (!met)
        diagnostics.Report(at, id);
    placed.clear();
  }
};

PragmaHandlerRegistry::Add<TenonPragma> registration("tenon", "what Tenon does with a function");
ParsedAttrInfoRegistry::Add<PragmaAttribute> attributeRegistration("tenon_pragma", "what a pragma says of a function");

} // namespace

std::unique_ptr<ASTConsumer> tenon::createPragmaCheck() { return std::make_unique<PragmaCheck>(); }
