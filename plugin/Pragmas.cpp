// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pragmas.cpp - `#pragma tenon` before a function: what it says becomes annotations of the function, which clang carries into IR.
//
//   #pragma tenon fp(fast)      annotate("tenon.fp", "fast")
//   #pragma tenon off           annotate("tenon.off")

#include "clang/AST/Attr.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/LexDiagnostic.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Sema/ParsedAttr.h"
#include "clang/Lex/Token.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace {

/// Clauses that this version knows.
constexpr llvm::StringLiteral clauses[] = {"fp", "off"};

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
  llvm::SmallVector<std::pair<llvm::StringRef, llvm::StringRef>> annotations;
  Token token;
  for (preprocessor.LexUnexpandedToken(token); token.isNot(tok::eod); preprocessor.LexUnexpandedToken(token)) {
    if (token.is(tok::comma))
      continue;
    SourceLocation at = token.getLocation();
    IdentifierInfo *word = token.getIdentifierInfo();
    llvm::StringRef name = word ? word->getName() : "";
    if (name == "off") {
      annotations.push_back({"tenon.off", "off"});
      continue;
    }
    if (name != "fp") {
      std::string text = "unknown clause '" + preprocessor.getSpelling(token) + "' in '#pragma tenon' is ignored";
      if (llvm::StringRef known = nearest(name); !known.empty())
        text += "; did you mean '" + known.str() + "'?";
      warn(at, text);
      // Its arguments, if it has any.
      preprocessor.LexUnexpandedToken(token);
      if (token.is(tok::l_paren))
        while (token.isNot(tok::r_paren) && token.isNot(tok::eod))
          preprocessor.LexUnexpandedToken(token);
      if (token.is(tok::eod))
        break;
      continue;
    }
    Token open, mode, close;
    preprocessor.LexUnexpandedToken(open);
    if (open.is(tok::l_paren)) {
      preprocessor.LexUnexpandedToken(mode);
      if (mode.isNot(tok::eod))
        preprocessor.LexUnexpandedToken(close);
    }
    IdentifierInfo *value = open.is(tok::l_paren) ? mode.getIdentifierInfo() : nullptr;
    if (!value || (value->getName() != "strict" && value->getName() != "fast") || close.isNot(tok::r_paren)) {
      warn(at, "'fp' in '#pragma tenon' needs '(strict)' or '(fast)'; it is ignored");
      if (open.is(tok::eod) || (open.is(tok::l_paren) && (mode.is(tok::eod) || close.is(tok::eod))))
        break;
      continue;
    }
    annotations.push_back({"tenon.fp", value->getName()});
  }
  if (annotations.empty())
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
  for (auto [kind, value] : annotations) {
    add(tok::raw_identifier, "__attribute__");
    add(tok::l_paren);
    add(tok::l_paren);
    add(tok::raw_identifier, "annotate");
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

static PragmaHandlerRegistry::Add<TenonPragma> registration("tenon", "what Tenon does with a function");
