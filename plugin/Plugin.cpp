// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plugin.cpp - hooks Tenon into clang: registration and command-line arguments only.

#include "Pipeline.h"
#include "AnnotateContracts.h"
#include "HeaderCheck.h"
#include "InsertChecks.h"
#include "NoTensors.h"
#include "Pragmas.h"
#include "ShapeChecker.h"
#include "SourceNames.h"
#include "TenonBuildId.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/Frontend/MultiplexConsumer.h"

using namespace clang;

namespace {

/// Errors about `noalloc` and `inplace` stand at lines of the program, which instructions know only if they are told to. As for remarks,
/// this makes no debug information; and it is for files that say the word.
void keepLocations(CompilerInstance &instance) {
  CodeGenOptions &options = instance.getCodeGenOpts();
  if (options.getDebugInfo() != llvm::codegenoptions::NoDebugInfo)
    return;
  SourceManager &sources = instance.getSourceManager();
  std::optional<llvm::StringRef> text = sources.getBufferDataOrNone(sources.getMainFileID());
  if (text && (text->contains("noalloc") || text->contains("inplace")))
    options.setDebugInfo(llvm::codegenoptions::LocTrackingOnly);
}

class TenonAction : public PluginASTAction {
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &instance, llvm::StringRef) override {
    // Given twice, it acts once.
    static bool registered = false;
    const LangOptions &language = instance.getLangOpts();
    // In Objective-C nothing happens: what its runtime may do between two calls is not known here.
    if (language.ObjC)
      return std::make_unique<ASTConsumer>();
    if (!registered && (language.C99 || language.CPlusPlus) && !language.CUDA && !language.OpenCL) {
      registered = true;
      tenon::FloatOptions options;
      options.fast = language.FastMath;
      options.check = check;
      options.isa = isa;
      options.contracts = language.getDefaultFPContractMode() == LangOptions::FPM_Fast;
      instance.getCodeGenOpts().PassBuilderCallbacks.push_back(
          [options](llvm::PassBuilder &builder) { tenon::registerPipeline(builder, options); });
      keepLocations(instance);
    }
    std::vector<std::unique_ptr<ASTConsumer>> consumers;
    if (check || instance.getCodeGenOpts().OptimizationLevel == 0)
      consumers.push_back(tenon::createCheckInserter());
    consumers.push_back(tenon::createContractAnnotator());
    consumers.push_back(tenon::createPragmaCheck());
    consumers.push_back(tenon::createHeaderCheck(instance));
    consumers.push_back(tenon::createNoTensorsCheck());
    consumers.push_back(tenon::createShapeChecker(instance));
    if (tenon::wantsSourceNames(instance))
      consumers.push_back(tenon::createSourceNames());
    return std::make_unique<MultiplexConsumer>(std::move(consumers));
  }

  bool ParseArgs(const CompilerInstance &instance, const std::vector<std::string> &arguments) override {
    DiagnosticsEngine &diagnostics = instance.getDiagnostics();
    bool known = true;
    for (const std::string &argument : arguments) {
      if (argument == "check") {
        check = true;
        continue;
      }
      if (argument == "isa=v2" || argument == "isa=v3" || argument == "isa=v4") {
        isa = argument.substr(4);
        continue;
      }
      unsigned id = diagnostics.getCustomDiagID(DiagnosticsEngine::Error, "tenon: unknown plugin argument '%0'");
      diagnostics.Report(id) << argument;
      known = false;
    }
    return known;
  }

  ActionType getActionType() override { return AddBeforeMainAction; }

  bool check = false; ///< -fplugin-arg-tenon-check
  std::string isa;    ///< -fplugin-arg-tenon-isa=
};

FrontendPluginRegistry::Add<TenonAction> registration("tenon", "tensor-aware C");

} // namespace

extern "C" const char *const tenon_clang_build_id;
const char *const tenon_clang_build_id = TENON_BUILD_ID;
