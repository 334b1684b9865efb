// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CompileRegion.cpp - the entry of tenon-mlir.so: a region goes in, its kernel function comes out in the same module.

#include "CheckInPlace.h"
#include "Dot.h"
#include "DrawRegion.h"
#include "Passes.h"
#include "RegionPeak.h"
#include "StageEmitter.h"
#include "TimePasses.h"
#include "TraceRegion.h"
#include "TenonBuildId.h"
#include "dialect/TenonDialect.h"
#include "import/ImportRegion.h"
#include "region/Ops.h"
#include "tenon/abi.h"
#include "tensor/ChainKernels.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace mlir;

namespace tenon {

void registerDialects(DialectRegistry &registry) {
  registry.insert<TenonDialect, arith::ArithDialect, cf::ControlFlowDialect, DLTIDialect, func::FuncDialect,
                  LLVM::LLVMDialect, math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

void registerUpstreamPasses() {
  registerCanonicalizerPass();
  registerCSEPass();
  registerSCFToControlFlowPass();
  registerConvertVectorToLLVMPass();
  registerConvertMathToLLVMPass();
  registerArithToLLVMConversionPass();
  registerConvertControlFlowToLLVMPass();
  registerConvertFuncToLLVMPass();
  registerReconcileUnrealizedCastsPass();
}

namespace {

/// Writes the program after each pass into TENON_DUMP's folder.
class Dumper : public PassInstrumentation {
public:
  Dumper(StringRef folder, StringRef region) : folder(folder), region(region) {}
  void write(StringRef stage, llvm::function_ref<void(llvm::raw_ostream &)> print) {
    llvm::SmallString<128> path(folder);
    (void)llvm::sys::fs::create_directories(path);
    llvm::sys::path::append(path, region + "." + (number < 10 ? "0" : "") + Twine(number) + "-" + stage);
    ++number;
    std::error_code error;
    llvm::raw_fd_ostream out(path, error);
    if (error)
      return;
    print(out);
    out.close();
    if (out.has_error()) // a full disk is no reason to stop
      out.clear_error();
  }
  /// A picture of the region: text for Graphviz, and what Graphviz makes of it.
  void draw(const std::string &picture) {
    llvm::SmallString<128> dotFile(folder), svgFile(folder);
    llvm::sys::path::append(dotFile, region + ".dot");
    llvm::sys::path::append(svgFile, region + ".svg");
    {
      std::error_code error;
      llvm::raw_fd_ostream out(dotFile, error);
      if (error)
        return;
      out << picture;
      out.close();
      if (out.has_error())
        return out.clear_error();
    }
    drawWithGraphviz(dotFile, svgFile);
  }
  void runAfterPass(Pass *pass, Operation *op) override {
    if (isa<ModuleOp>(op))
      write((pass->getArgument() + ".mlir").str(), [&](llvm::raw_ostream &out) { op->print(out); });
  }

private:
  std::string folder, region;
  unsigned number = 0;
};

} // namespace

static MLIRContext &context() {
  static MLIRContext *shared = [] {
    registerTenonPasses();
    registerUpstreamPasses();
    DialectRegistry registry;
    registerDialects(registry);
    auto *made = new MLIRContext(registry, MLIRContext::Threading::DISABLED);
    made->loadAllAvailableDialects();
    return made;
  }();
  return *shared;
}

/// Kernels are worth their code if they do more than one cheap op on tensors, or save a tensor.
static bool isWorthIt(ModuleOp module) {
  bool worth = false;
  module.walk([&](KernelOp kernel) {
    unsigned ops = 0;
    kernel.getBody().walk([&](Operation *op) { ops += isa<ApplyOp, ReductionOp>(op) || isa<arith::ArithDialect>(op->getDialect()); });
    worth |= llvm::any_of(kernel.getInputs(), [](Value input) { return input.getDefiningOp<AliasOp>() != nullptr; });
    worth |= kernel.getProduct() || kernel.getReduces() || ops > 1 || !kernel.getDestinations().empty() ||
             kernel.getNumResults() > 1 || !kernel.getReplaceable().empty();
  });
  return worth;
}

/// Copies what the host function asks of its code, but for the CPU, which is the version's.
static void setAttributes(llvm::Function &function, const llvm::Function &host, bool fast) {
  StringRef isa = function.getFnAttribute("tenon-isa").getValueAsString();
  llvm::AttrBuilder attributes(host.getContext(), host.getAttributes().getFnAttrs());
  for (llvm::Attribute::AttrKind kind :
       {llvm::Attribute::Memory, llvm::Attribute::WillReturn, llvm::Attribute::NoReturn, llvm::Attribute::AlwaysInline,
        llvm::Attribute::NoInline, llvm::Attribute::NoRecurse, llvm::Attribute::AllocKind, llvm::Attribute::AllocSize,
        llvm::Attribute::InlineHint})
    attributes.removeAttribute(kind);
  attributes.removeAttribute(shapesAttribute).removeAttribute(provenAttribute);
  if (!isa.empty()) {
    for (const Isa &version : allIsas())
      if (version.name == isa) {
        attributes.removeAttribute("target-features").removeAttribute("tune-cpu");
        attributes.addAttribute("target-cpu", version.cpu);
        attributes.addAttribute("prefer-vector-width", version.vectorBits);
        attributes.addAttribute("min-legal-vector-width", version.vectorBits);
      }
    // What -ffinite-math-only and its kin allow the program's own arithmetic is no leave for ops.
    if (!fast)
      for (StringRef name : {"no-nans-fp-math", "no-infs-fp-math", "no-signed-zeros-fp-math", "unsafe-fp-math",
                             "approx-func-fp-math", "denormal-fp-math", "denormal-fp-math-f32"})
        attributes.removeAttribute(name);
    attributes.addAttribute(llvm::Attribute::NoInline);
    attributes.addAttribute(llvm::Attribute::NoUnwind);
  }
  function.setAttributes(llvm::AttributeList());
  function.addFnAttrs(attributes);
  function.setDSOLocal(true);
}

/// Stages are unrolled and vectorised already: LLVM's loop passes would only grow them.
static void keepLoops(llvm::Function &function) {
  llvm::LLVMContext &context = function.getContext();
  llvm::DominatorTree dominators(function);
  llvm::LoopInfo loops(dominators);
  for (llvm::Loop *loop : loops.getLoopsInPreorder()) {
    auto flag = [&](StringRef name) { return llvm::MDNode::get(context, llvm::MDString::get(context, name)); };
    llvm::Metadata *vectorized[] = {llvm::MDString::get(context, "llvm.loop.isvectorized"),
                                    llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(context, llvm::APInt(32, 1)))};
    llvm::Metadata *operands[] = {nullptr, flag("llvm.loop.unroll.disable"), llvm::MDNode::get(context, vectorized)};
    auto *id = llvm::MDNode::getDistinct(context, operands);
    id->replaceOperandWith(0, id);
    loop->setLoopID(id);
  }
}

/// Keeps the code generator from making one operation of a product and a sum.
static void fenceProducts(llvm::Function &function) {
  SmallVector<llvm::Instruction *> products;
  for (llvm::BasicBlock &block : function)
    for (llvm::Instruction &inst : block)
      if (inst.getOpcode() == llvm::Instruction::FMul)
        products.push_back(&inst);
  for (llvm::Instruction *product : products) {
    llvm::IRBuilder<> builder(product->getNextNode());
    llvm::Instruction *fence = builder.CreateIntrinsic(llvm::Intrinsic::arithmetic_fence, product->getType(), {product});
    product->replaceUsesWithIf(fence, [&](llvm::Use &use) { return use.getUser() != fence; });
  }
}

/// Makes the module refer to the ABI's name in libtenon.
static void requireLibrary(llvm::Module &module) {
  constexpr llvm::StringLiteral name = "tenon.abi";
  if (module.getNamedGlobal(name))
    return;
#define TENON_TEXT_(x) #x
#define TENON_TEXT(x) TENON_TEXT_(x)
  llvm::Constant *symbol =
      module.getOrInsertGlobal(TENON_TEXT(TN_ABI_SYMBOL(TN_ABI)), llvm::Type::getInt8Ty(module.getContext()));
#undef TENON_TEXT
#undef TENON_TEXT_
  auto *reference = new llvm::GlobalVariable(module, symbol->getType(), /*isConstant=*/true,
                                             llvm::GlobalValue::PrivateLinkage, symbol, name);
  llvm::appendToCompilerUsed(module, {reference});
}

static void compileRegion(const Region &region, const char *pipeline, RegionResult &result) {
  std::optional<StageTimer> timer(std::in_place, "import");
  MLIRContext &mlir = context();
  llvm::Function &host = *region.host;
  llvm::Module &target = *host.getParent();
  std::string diagnostics;
  ScopedDiagnosticHandler handler(&mlir, [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream(diagnostics) << diagnostic << "; ";
    return success();
  });
  SourceLines lines;
  OwningOpRef<ModuleOp> module = importRegion(region, mlir, lines, result);
  if (!module)
    return;
  auto refuse = [&](const Twine &why) {
    result.remarks.push_back({true, "NotCompiled", ("runs call by call: " + why + " (" + diagnostics + ")").str(), 0});
  };

  timer.reset();
  std::unique_ptr<Dumper> dumper;
  if (const char *folder = getenv("TENON_DUMP"); folder && *folder) {
    dumper = std::make_unique<Dumper>(folder, region.name);
    dumper->write("import.mlir", [&](llvm::raw_ostream &out) { module->print(out); });
  }
  // In two halves: between them it shows what came of the region, and whether it is worth its code.
  StringRef text(pipeline);
  auto [first, second] = text.split("tenon-emit-stages,");
  auto run = [&](const Twine &passes) {
    PassManager manager(&mlir);
    manager.enableVerifier(true);
    timePasses(manager);
    llvm::raw_string_ostream errors(diagnostics);
    if (failed(parsePassPipeline(passes.str(), manager, errors)))
      return false;
    if (dumper) {
      struct Forward : PassInstrumentation {
        Dumper &dumper;
        explicit Forward(Dumper &dumper) : dumper(dumper) {}
        void runAfterPass(Pass *pass, Operation *op) override { dumper.runAfterPass(pass, op); }
      };
      manager.addInstrumentation(std::make_unique<Forward>(*dumper));
    }
    return succeeded(manager.run(*module));
  };
  first.consume_front("builtin.module(");
  second.consume_back(")");
  if (!run(first.rtrim(',')))
    return refuse("tensor passes failed");
  module->walk([&](Operation *op) { result.kernels += isa<KernelOp, ElementOp>(op); });
  if (result.kernels > region.maxKernels)
    return; // the caller tries less
  if (!isWorthIt(*module)) {
    result.remarks.push_back({true, "NotWorthIt", "runs call by call: nothing to fuse here", 0});
    return;
  }
  RegionSizes sizes(region);
  result.remarks.push_back({false, "Region", describeRegion(region, *module, sizes), 0});
  result.remarks.push_back({false, "Peak", describePeak(region, *module, sizes), 0, /*analysis=*/true});
  if (host.hasFnAttribute(inplaceAttribute))
    checkInPlace(region, *module, result.remarks);
  module->walk([&](KernelOp kernel) {
    unsigned step = std::min<unsigned>(kernel.getPosition(), region.steps.size() - 1);
    for (int32_t own : kernel.getSteps())
      if (own >= 0)
        step = own;
    result.remarks.push_back({false, "Kernel", describeKernel(kernel, sizes), step});
  });
  module->walk([&](SortOp sort) {
    result.remarks.push_back({false, "Kernel", describeSort(sort, sizes), unsigned(sort.getStep())});
  });
  if (dumper)
    dumper->draw(drawRegion(region, *module, sizes, result.remarks));
  if (!run(Twine("tenon-emit-stages") + (region.isa.empty() ? "" : "{isas=" + region.isa + "}") + "," + second))
    return refuse("lowering failed");

  auto kernelFunction = module->lookupSymbol<LLVM::LLVMFuncOp>(region.name);
  auto resumes = kernelFunction->getAttrOfType<DenseI32ArrayAttr>("tenon.resumes").asArrayRef();
  for (unsigned i = 0; i < resumes.size(); i += 5) {
    if (resumes[i + 4] < 0) {
      Resume resume;
      resume.id = resumes[i];
      resume.position = resumes[i + 1];
      result.resumes.push_back(resume);
      continue;
    }
    const Step &step = region.steps[resumes[i + 2]];
    llvm::Instruction *value = step.defines()[resumes[i + 3]];
    result.resumes.back().slots.push_back({value, unsigned(resumes[i + 4])});
  }
  module->walk([&](LLVM::LLVMFuncOp function) {
    if (auto isa = function->getAttrOfType<StringAttr>("tenon.isa")) {
      Builder builder(&mlir);
      function.setPassthroughAttr(builder.getArrayAttr(builder.getStrArrayAttr({"tenon-isa", isa.getValue()})));
    }
  });
  bool hasLines = host.getSubprogram() && !lines.empty();
  if (hasLines)
    lines.numberLines(*module);
  timer.emplace("translate");
  auto compiled = translateModuleToLLVMIR(*module, host.getContext(), region.name);
  if (!compiled)
    return refuse("translation to LLVM IR failed");
  if (hasLines)
    SourceLines::keepNumbers(*compiled);
  compiled->setDataLayout(target.getDataLayout());
  compiled->setTargetTriple(target.getTargetTriple());
  for (const char *name : {"llvm.module.flags", "llvm.ident", "llvm.dbg.cu"})
    if (auto *metadata = compiled->getNamedMetadata(name))
      metadata->eraseFromParent();
  traceRegion(*compiled->getFunction(region.name), region);
  for (llvm::Function &function : *compiled)
    if (!function.isDeclaration()) {
      if (function.hasFnAttribute("tenon-isa")) {
        keepLoops(function);
        if (region.contracts && !region.fast)
          fenceProducts(function);
      }
      setAttributes(function, host, region.fast);
    }
  if (dumper)
    dumper->write("kernel.ll", [&](llvm::raw_ostream &out) { compiled->print(out, nullptr); });
  timer.emplace("link");
  if (llvm::verifyModule(*compiled, &llvm::errs()))
    return refuse("the kernel's code is not valid");
  llvm::SmallPtrSet<llvm::Function *, 32> others;
  for (llvm::Function &function : target)
    others.insert(&function);
  if (llvm::Linker::linkModules(target, std::move(compiled)))
    return refuse("linking failed");
  requireLibrary(target);
  result.kernel = target.getFunction(region.name);
  result.kernel->setLinkage(llvm::GlobalValue::InternalLinkage);
  if (hasLines)
    for (llvm::Function &function : target)
      if (!function.isDeclaration() && !others.contains(&function)) {
        lines.resolveNumbers(function);
        if (&function != result.kernel)
          result.stages.push_back(&function);
      }
  // Its calls of tensor functions are the eager path's.
  for (llvm::BasicBlock &block : *result.kernel)
    for (llvm::Instruction &inst : block)
      if (auto *call = dyn_cast<llvm::CallInst>(&inst);
          call && call->getCalledFunction() && call->getCalledFunction()->hasFnAttribute(opAttribute))
        call->addFnAttr(llvm::Attribute::get(host.getContext(), eagerAttribute));
}

} // namespace tenon

extern "C" const char *const tenon_mlir_build_id;
const char *const tenon_mlir_build_id = TENON_BUILD_ID;

extern "C" void tenon_compile_region(const tenon::Region &region, const char *pipeline, tenon::RegionResult &out_result) {
  tenon::compileRegion(region, pipeline, out_result);
}
