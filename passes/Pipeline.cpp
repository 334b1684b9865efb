// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pipeline.cpp - every pass of Tenon, in the order in which a program meets them, each with its reason.

#include "Pipeline.h"
#include "TenonBuildId.h"
#include "region/DescribeOps.h"
#include "region/FormRegions.h"
#include "region/PrepareRegions.h"
#include "region/Specialize.h"
#include "static/LowerStatic.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Pass.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"
#include "llvm/Support/Timer.h"
#include <dlfcn.h>

using namespace llvm;

namespace tenon {

// A region's MLIR, from the imported calls to a function of LLVM's dialect. All passes run on a builtin.module.
const char *const kernelPipeline = "builtin.module("
                                   "tenon-infer-shapes,"   // ranks and dims, as far as they are known
                                   "tenon-fuse-kernels,"   // ops become kernels at the points that demand them
                                   "tenon-relax-numerics," // under fp(fast): quotients that share a division
                                   "canonicalize,cse,"     // in the bodies: what strict numerics let us simplify
                                   "tenon-plan-results,"   // after fusion: what still lives in memory, and where
                                   "tenon-chain-kernels,"  // needs the plan: what is left in memory, made by blocks of rows
                                   "tenon-plan-carried,"   // new tensors that no chain makes, in the place of a turn's before
                                   "tenon-plan-replaces,"  // or of those that a call ends
                                   "tenon-plan-places,"    // or of where they are stored to
                                   "tenon-emit-stages,"    // kernels become vector code, once for each ISA version
                                   "tenon-lower-launches," // the rest becomes calls, guards become ways out
                                   "convert-scf-to-cf,"    // loops of the stages
                                   "convert-vector-to-llvm,convert-math-to-llvm,"
                                   "convert-arith-to-llvm,convert-cf-to-llvm,convert-func-to-llvm,"
                                   "reconcile-unrealized-casts)";

void registerPipeline(PassBuilder &builder, FloatOptions options) {
  builder.registerPipelineStartEPCallback([](ModulePassManager &passes, OptimizationLevel level) {
    if (level != OptimizationLevel::O0)
      passes.addPass(DescribeOpsPass()); // before anything else reads the attributes of tensor functions
    else
      passes.addPass(WarnNoallocPass());
  });
  builder.registerPipelineEarlySimplificationEPCallback(
      [options](ModulePassManager &passes, OptimizationLevel level, ThinOrFullLTOPhase phase) {
        // Regions form once, in the compilation of their unit, and not again at link time.
        if (level == OptimizationLevel::O0 || phase == ThinOrFullLTOPhase::FullLTOPostLink ||
            phase == ThinOrFullLTOPhase::ThinLTOPostLink)
          return;
        passes.addPass(SpecializePass()); // before regions form: each version has its own
        passes.addPass(PrepareRegionsPass(options));
        passes.addPass(LowerStaticPass(options)); // functions that promise to do without the runtime
        passes.addPass(FormRegionsPass(options)); // all others
      });
  builder.registerPipelineParsingCallback(
      [options](StringRef name, ModulePassManager &passes, ArrayRef<PassBuilder::PipelineElement>) {
        if (name == "tenon-describe-ops")
          passes.addPass(DescribeOpsPass());
        else if (name == "tenon-specialize")
          passes.addPass(SpecializePass());
        else if (name == "tenon-prepare-regions")
          passes.addPass(PrepareRegionsPass(options));
        else if (name == "tenon-lower-static")
          passes.addPass(LowerStaticPass(options));
        else if (name == "tenon-form-regions")
          passes.addPass(FormRegionsPass(options));
        else
          return false;
        return true;
      });
}

CompileRegionFunction openKernelCompiler(Module &module) {
  static std::string failure;
  static CompileRegionFunction compile = []() -> CompileRegionFunction {
    NamedRegionTimer timer("open", "open tenon-mlir.so", "tenon", "Tenon: regions", TimePassesIsEnabled);
    Dl_info self;
    if (!dladdr(reinterpret_cast<const void *>(&registerPipeline), &self))
      return nullptr;
    std::string path = StringRef(self.dli_fname).rsplit('/').first.str() + "/tenon-mlir.so";
    void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      failure = dlerror();
      return nullptr;
    }
    auto *buildId = static_cast<const char *const *>(dlsym(library, "tenon_mlir_build_id"));
    if (!buildId || StringRef(*buildId) != TENON_BUILD_ID) {
      failure = path + " is of another build of Tenon";
      return nullptr;
    }
    return reinterpret_cast<CompileRegionFunction>(dlsym(library, "tenon_compile_region"));
  }();
  if (!compile)
    module.getContext().diagnose(DiagnosticInfoGeneric(Twine("tenon: tensor calls run one by one: ") + failure, DS_Warning));
  return compile;
}

} // namespace tenon

extern "C" const char *const tenon_passes_build_id;
const char *const tenon_passes_build_id = TENON_BUILD_ID;

/// For opt, lld and the inputs where no AST action runs (-save-temps, .ll and .bc files).
extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "tenon", TENON_BUILD_ID,
          [](PassBuilder &builder) { tenon::registerPipeline(builder, {}); }};
}
