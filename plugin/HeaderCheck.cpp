// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HeaderCheck.cpp - refuses headers of another ABI, and a program's own functions and macros under the names of tensor
// functions.
//
// A definition `tn_tensor tn_exp(tn_tensor x) {...}` after <tenon.h> is legal C, and the eager program would call it, or the
// library's, as the linker decides. A macro tn_exp changes what the calls below it mean without a word.

#include "HeaderCheck.h"
#include "Program.h"
#include "tenon/attributes.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Preprocessor.h"

using namespace clang;

namespace {

class HeaderCheck : public ASTConsumer {
public:
  explicit HeaderCheck(CompilerInstance &instance)
      : preprocessor(instance.getPreprocessor()), diagnostics(instance.getDiagnostics()) {}

  void HandleTranslationUnit(ASTContext &context) override {
    checkAbi();
    visit(context, context.getTranslationUnitDecl());
  }

private:
  void checkAbi();
  void visit(ASTContext &context, const DeclContext *scope);
  void checkDefinition(const FunctionDecl *function);
  void checkMacro(ASTContext &context, const FunctionDecl *function);

  Preprocessor &preprocessor;
  DiagnosticsEngine &diagnostics;
};

} // namespace

void HeaderCheck::checkAbi() {
  const IdentifierInfo *name = &preprocessor.getIdentifierTable().get("TN_ABI");
  const MacroInfo *macro = preprocessor.getMacroInfo(name);
  if (!macro || macro->getNumTokens() != 1)
    return;
  std::string theirs = preprocessor.getSpelling(macro->getReplacementToken(0)), ours = std::to_string(TN_ABI);
  if (theirs == ours)
    return;
  diagnostics.Report(macro->getDefinitionLoc(),
                     diagnostics.getCustomDiagID(DiagnosticsEngine::Error,
                                                 "tenon: these headers are of ABI %0, the plugin and its library of ABI %1"))
      << theirs << ours;
}

void HeaderCheck::visit(ASTContext &context, const DeclContext *scope) {
  for (const Decl *declaration : scope->decls()) {
    if (const auto *linkage = llvm::dyn_cast<LinkageSpecDecl>(declaration)) {
      visit(context, linkage);
    } else if (const auto *function = llvm::dyn_cast<FunctionDecl>(declaration); function && tenon::isTensorFunction(function)) {
      checkDefinition(function);
      checkMacro(context, function);
    }
  }
}

void HeaderCheck::checkDefinition(const FunctionDecl *function) {
  const FunctionDecl *definition = nullptr;
  if (!function->isDefined(definition) || definition == function)
    return;
  diagnostics.Report(definition->getLocation(),
                     diagnostics.getCustomDiagID(DiagnosticsEngine::Error, "tenon: %0 is a tensor function of <tenon.h>; "
                                                                           "give your function another name"))
      << definition;
  diagnostics.Report(function->getLocation(), diagnostics.getCustomDiagID(DiagnosticsEngine::Note, "it is declared here"));
}

void HeaderCheck::checkMacro(ASTContext &context, const FunctionDecl *function) {
  const MacroInfo *macro = preprocessor.getMacroInfo(function->getIdentifier());
  if (!macro)
    return;
  // Tenon's own macros stand in the files of the functions, or in the folder's other files.
  SourceManager &sources = context.getSourceManager();
  auto folder = [&](SourceLocation at) -> OptionalDirectoryEntryRef {
    OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getFileID(sources.getExpansionLoc(at)));
    return file ? OptionalDirectoryEntryRef(file->getDir()) : std::nullopt;
  };
  OptionalDirectoryEntryRef ours = folder(function->getLocation()), theirs = folder(macro->getDefinitionLoc());
  if (ours && theirs && &ours->getDirEntry() == &theirs->getDirEntry())
    return;
  diagnostics.Report(macro->getDefinitionLoc(),
                     diagnostics.getCustomDiagID(DiagnosticsEngine::Error, "tenon: macro '%0' takes the name of a tensor "
                                                                           "function of <tenon.h>; give it another name"))
      << function->getName();
  diagnostics.Report(function->getLocation(), diagnostics.getCustomDiagID(DiagnosticsEngine::Note, "it is declared here"));
}

std::unique_ptr<ASTConsumer> tenon::createHeaderCheck(CompilerInstance &instance) {
  return std::make_unique<HeaderCheck>(instance);
}
