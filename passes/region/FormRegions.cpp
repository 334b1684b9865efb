// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FormRegions.cpp - finds straight-line regions of tensor ops and user code, has them compiled, and splices them in.
//
//   Before   %m = call ptr @tn_add(ptr %a, ptr %b)     %f = fadd ...     %d = call ptr @tn_div(ptr %m, ptr %s)
//   After    %r = call {i32, ptr} @f.tenon0(ptr %a, ptr %b)
//            switch on its first field: 0 goes on behind the region with the results, any other id goes on at that point of
//            the user's own calls, which follow untouched and marked "tenon-eager"
//
// Requires  PrepareRegions. Ensures  idempotence: calls that were seen carry "tenon-eager". Refuses  with a missed remark at
// the user's line: instructions that end a region (inline asm, calls that return twice, ...), types that cannot cross,
// more steps than the cap.

#include "FormRegions.h"
#include "Ops.h"
#include "PrepareRegions.h"
#include "../Pipeline.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace tenon {

/// Steps in one region; what lies behind starts the next.
static constexpr unsigned maxSteps = 4000;
/// Calls that a region's exits may have to write again, at most: an exit makes by the original calls what was delayed past
/// it, so that every printf among n ops would cost n calls, and n of them a code of n * n.
static constexpr unsigned maxRemade = 1000;
/// Kernels of one function: each is compiled for several ISA versions, and a function of thousands of ops must still
/// compile in seconds.
static constexpr unsigned maxKernels = 96;

/// Types that pass between the host, the kernel function and its pieces.
static bool canCross(const Type *type) {
  return type->isPointerTy() || type->isFloatTy() || type->isDoubleTy() || type->isIntegerTy(1) ||
         type->isIntegerTy(8) || type->isIntegerTy(16) || type->isIntegerTy(32) || type->isIntegerTy(64);
}

/// Why an instruction cannot stand in a region, or null.
static const char *whyEnds(const Instruction &inst) {
  if (isa<PHINode>(inst) || inst.isEHPad())
    return "exception handling";
  if (isa<AllocaInst>(inst))
    return "a variable-length array or alloca";
  if (isa<VAArgInst>(inst))
    return "variable arguments";
  if (!inst.getType()->isVoidTy() && !canCross(inst.getType()))
    if (any_of(inst.users(), [&](const User *user) { return cast<Instruction>(user)->getParent() != inst.getParent(); }))
      return "a value of a type that cannot cross into a kernel";
  auto *call = dyn_cast<CallInst>(&inst);
  if (!call)
    return nullptr;
  if (call->isInlineAsm())
    return "inline assembly";
  if (call->isMustTailCall())
    return "a guaranteed tail call";
  if (call->isConvergent() || call->cannotDuplicate())
    return "a call that must not be duplicated";
  if (call->hasFnAttr(Attribute::ReturnsTwice))
    return "a call that may return twice";
  if (call->hasFnAttr(Attribute::StrictFP))
    return "a strict floating-point environment";
  if (call->doesNotReturn())
    return "a call that does not return";
  if (call->hasInAllocaArgument() || call->hasOperandBundles())
    return "an unusual call";
  switch (call->getIntrinsicID()) {
  case Intrinsic::stacksave:
  case Intrinsic::stackrestore:
  case Intrinsic::vastart:
  case Intrinsic::vaend:
  case Intrinsic::vacopy:
  case Intrinsic::returnaddress:
  case Intrinsic::frameaddress:
  case Intrinsic::addressofreturnaddress:
  case Intrinsic::sponentry:
  case Intrinsic::localescape:
  case Intrinsic::localrecover:
  case Intrinsic::eh_typeid_for:
    return "an intrinsic bound to this frame";
  default:
    return nullptr;
  }
}

/// A function of the C library by that name, and not the program's own.
static bool isLibrary(const CallInst &call) {
  const Function *callee = call.getCalledFunction();
  return callee && callee->isDeclaration() && !call.isNoBuiltin() && !call.getFunction()->hasFnAttribute("no-builtins");
}

/// Functions of numbers that touch no memory but errno.
static bool isMathFunction(StringRef name) {
  static const StringSet<> names = {
      "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "copysign", "cos", "cosh", "erf", "erfc",
      "exp", "exp10", "exp2", "expm1", "fabs", "fdim", "floor", "fma", "fmax", "fmin", "fmod", "hypot", "ldexp", "lgamma",
      "log", "log10", "log1p", "log2", "logb", "nearbyint", "nextafter", "pow", "remainder", "rint", "round", "roundeven",
      "scalbn", "sin", "sinh", "sqrt", "tan", "tanh", "tgamma", "trunc"};
  return names.contains(name) || (name.ends_with("f") && names.contains(name.drop_back()));
}

/// Library functions that print or allocate and write no memory that a tensor may live in.
static bool isOutputFunction(const Function &callee) {
  return StringSwitch<bool>(callee.getName())
      .Cases({"printf", "puts", "putchar", "fputs", "malloc", "calloc"}, true)
      .Default(false);
}

/// True for a printf format with a %n, through which printf writes.
static bool writesByFormat(StringRef format) {
  while (!format.empty()) {
    format = format.drop_until([](char c) { return c == '%'; }).drop_front(1);
    format = format.drop_while([](char c) { return StringRef("-+ #0123456789.*$'hlqjztLIw").contains(c); });
    format.consume_front("f"); // of wf8, or the conversion
    format = format.drop_while([](char c) { return isDigit(c); });
    if (format.consume_front("n"))
      return true;
    format = format.drop_front(1);
  }
  return false;
}

static Effect effectOf(const Instruction &inst) {
  if (auto *call = dyn_cast<CallInst>(&inst)) {
    if (call->isLifetimeStartOrEnd())
      return Effect::Order; // memory that a view may wrap begins or ends
    if (const Function *callee = call->getCalledFunction(); isLibrary(*call) && isOutputFunction(*callee)) {
      StringRef format;
      if (callee->getName() != "printf" ||
          (getConstantStringInfo(call->getArgOperand(0), format) && !writesByFormat(format)))
        return Effect::Output;
    }
    if (isLibrary(*call) && isMathFunction(call->getCalledFunction()->getName()))
      return Effect::None;
    // A function that only reads may read whether there is an error.
    bool reads = isa<IntrinsicInst>(call) ? !call->onlyReadsMemory() : !call->doesNotAccessMemory();
    return reads || !call->willReturn() || !call->doesNotThrow() ? Effect::Order : Effect::None;
  }
  if (inst.isVolatile() || inst.isAtomic())
    return Effect::Order;
  if (auto *store = dyn_cast<StoreInst>(&inst)) {
    const Value *object = getUnderlyingObject(store->getPointerOperand());
    // A local, or the place of a struct that is returned, which no tensor can view.
    auto *argument = dyn_cast<Argument>(object);
    bool isReturned = argument && argument->hasStructRetAttr() && argument->hasNoAliasAttr();
    if ((isa<AllocaInst>(object) || isReturned) && !PointerMayBeCaptured(object, /*ReturnCaptures=*/true))
      return Effect::None;
    return Effect::Order;
  }
  return inst.mayWriteToMemory() ? Effect::Order : Effect::None;
}

/// True for a function that tn_map may call twice for an element, and nobody can tell.
static bool canRunTwice(const Function &function) {
  auto hasEffect = [](const Instruction &inst) {
    auto *call = dyn_cast<CallInst>(&inst);
    bool isMath = call && isLibrary(*call) && isMathFunction(call->getCalledFunction()->getName());
    return inst.mayWriteToMemory() && !isMath;
  };
  return !function.isDeclaration() && !function.isInterposable() && none_of(instructions(function), hasEffect);
}

/// Why an instruction cannot stand in a region that is run both ways, or null. What a region stores into tensors is put
/// back between (runtime/check.c).
static const char *whyRunsOnce(const Instruction &inst) {
  constexpr const char *why = "a build for TENON_CHECK runs a region both ways, and this has an effect";
  if (const OpRow *row = rowOf(inst)) {
    if (row->lowering == Lowering::Map) {
      auto *function = dyn_cast<Function>(cast<CallInst>(inst).getArgOperand(0)->stripPointerCasts());
      return function && canRunTwice(*function) ? nullptr : why;
    }
    // Through an address that tn_data gave, a tensor that the region made could be stored into.
    bool isAddress = row->name == "data" || row->name == "data_const";
    return isAddress || row->cls == OpClass::Handle || row->cls == OpClass::State ? why : nullptr;
  }
  auto *call = dyn_cast<CallInst>(&inst);
  if (call && isLibrary(*call) && isMathFunction(call->getCalledFunction()->getName()))
    return nullptr;
  return inst.mayWriteToMemory() || effectOf(inst) != Effect::None ? why : nullptr;
}

/// True for steps that a region is worth starting or ending with.
static bool isCore(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  return row && (isFusable(*row) || row->lowering == Lowering::Element || row->lowering == Lowering::Store);
}

static bool isFusableOp(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  return row && isFusable(*row);
}

namespace {

/// Forms the regions of one function.
class RegionFormer {
public:
  RegionFormer(Function &function, OptimizationRemarkEmitter &remarks, CompileRegionFunction compile,
               FloatOptions options, ModuleFacts &facts)
      : function(function), remarks(remarks), compile(compile), options(options), facts(facts) {
    StringRef mode = function.getFnAttribute(fpAttribute).getValueAsString();
    isFast = mode.empty() ? options.fast : mode == "fast";
    // The bits of fp(fast) are its own; under -ffast-math so are those of each copy of the program's scalar code.
    check = options.check && !isFast && !options.fast;
  }

  bool run();

private:
  /// Why a region cannot go past an instruction, or null.
  const char *whyEndsHere(const Instruction &inst) const {
    const char *why = whyEnds(inst);
    return why || !check ? why : whyRunsOnce(inst);
  }
  bool formFrom(ArrayRef<Instruction *> run, const ShapeFacts &known, StringRef ended, Instruction *endedBy);
  bool buildSteps(ArrayRef<Instruction *> run, Region &region);
  void makePiece(Region &region, Step &step);
  void collectInputs(Region &region);
  void missed(StringRef name, const Instruction &at, const Twine &text);

  Function &function;
  OptimizationRemarkEmitter &remarks;
  CompileRegionFunction compile;
  FloatOptions options;
  ModuleFacts &facts;
  bool isFast, check;
  unsigned formed = 0, kernelsLeft = maxKernels;
};

} // namespace

void RegionFormer::missed(StringRef name, const Instruction &at, const Twine &text) {
  remarks.emit([&] { return OptimizationRemarkMissed("tenon-region", name, &at) << text.str(); });
}

/// The run from its first tensor op to its last.
static ArrayRef<Instruction *> trim(ArrayRef<Instruction *> run) {
  // Creation calls before the first op tell dtypes, and C scalars are operands.
  auto mayStart = [](const Instruction &inst) {
    const OpRow *row = rowOf(inst);
    return isCore(inst) || (row && (row->cls == OpClass::Create || row->lowering == Lowering::Alias));
  };
  while (!run.empty() && !mayStart(*run.front()))
    run = run.drop_front();
  while (!run.empty() && !isCore(*run.back()))
    run = run.drop_back();
  return run;
}

bool RegionFormer::run() {
  // Blocks are split as regions are spliced in; new ones hold only calls that were seen.
  SmallVector<BasicBlock *> blocks;
  for (BasicBlock &block : function)
    blocks.push_back(&block);
  facts.enter(function);
  bool changed = false;
  for (BasicBlock *block : blocks) {
    SmallVector<SmallVector<Instruction *>> runs(1);
    SmallVector<std::pair<const char *, Instruction *>> ends;
    unsigned delayed = 0, remade = 0; // as many as they can be
    for (Instruction &inst : *block) {
      // Variables at the function's top; a variable-length array further down ends a region.
      auto *variable = dyn_cast<AllocaInst>(&inst);
      if (isa<PHINode>(inst) || (variable && variable->isStaticAlloca() && runs.back().empty()))
        continue;
      const char *why = inst.isTerminator() ? "" : whyEndsHere(inst);
      if (!why && runs.back().size() >= maxSteps)
        why = "the cap on the steps of a region";
      if (!why && remade > maxRemade)
        why = "the cap on the calls that its exits repeat";
      if (why) {
        ends.push_back({why, &inst});
        runs.emplace_back();
        delayed = remade = 0;
        if (!inst.isTerminator() && whyEndsHere(inst))
          continue;
      }
      if (inst.isTerminator())
        continue;
      runs.back().push_back(&inst);
      if (isFusableOp(inst))
        ++delayed;
      else if (rowOf(inst) || effectOf(inst) != Effect::None)
        remade += delayed;
    }
    // Before the block is split.
    SmallVector<std::pair<ArrayRef<Instruction *>, ShapeFacts>> regions;
    for (ArrayRef<Instruction *> run : runs) {
      run = trim(run);
      regions.push_back({run, run.empty() ? ShapeFacts() : facts.at(block, run)});
    }
    for (auto [region, end] : zip(regions, ends))
      if (!region.first.empty())
        changed |= formFrom(region.first, region.second, end.first, end.second);
  }
  return changed;
}

/// Marks calls that stay the eager path, so that no later run of the pass looks at them.
static void leaveEager(ArrayRef<Instruction *> run) {
  for (Instruction *inst : run)
    if (rowOf(*inst))
      cast<CallInst>(inst)->addFnAttr(Attribute::get(inst->getContext(), eagerAttribute));
}

bool RegionFormer::formFrom(ArrayRef<Instruction *> run, const ShapeFacts &known, StringRef ended, Instruction *endedBy) {
  if (!ended.empty())
    missed("RegionEnds", *endedBy, "region ends here: " + ended);

  while (kernelsLeft) {
    Region region;
    region.host = &function;
    region.name = (function.getName() + ".tenon" + Twine(formed)).str();
    region.facts = known;
    region.fast = isFast;
    region.check = check;
    region.contracts = options.contracts;
    region.maxKernels = kernelsLeft;
    region.ended = ended.str();
    region.endedBy = endedBy;
    if (!buildSteps(run, region)) {
      leaveEager(run);
      return true;
    }
    collectInputs(region);
    RegionResult result;
    compile(region, kernelPipeline, result);
    bool tooMany = result.kernels > kernelsLeft;
    if (!tooMany) {
      kernelsLeft -= result.kernels;
      for (const Remark &remark : result.remarks) {
        const Instruction *at = region.steps[remark.step].first();
        if (remark.missed)
          missed(remark.name, *at, remark.text);
        else
          remarks.emit([&] { return OptimizationRemark("tenon-region", remark.name, at) << remark.text; });
      }
      leaveEager(run);
      ++formed;
      if (result.kernel)
        spliceRegion(region, result);
    }
    for (Step &step : region.steps)
      if (step.piece && step.piece->use_empty())
        step.piece->eraseFromParent();
    if (!tooMany)
      return true;
    // As much from the start as the function has kernels left for.
    size_t fits = run.size() * kernelsLeft / result.kernels * 9 / 10;
    missed("KernelCap", *run[fits], "runs call by call from here on: the function has its " + Twine(maxKernels) + " kernels");
    leaveEager(run.drop_front(fits));
    run = run.take_front(fits);
    if (run.empty())
      return true;
  }
  missed("KernelCap", *run.front(), "runs call by call: the function has its " + Twine(maxKernels) + " kernels");
  leaveEager(run);
  return true;
}

/// Cuts a run into steps. A run of user code is one step as long as its effects are of one kind.
bool RegionFormer::buildSteps(ArrayRef<Instruction *> run, Region &region) {
  for (Instruction *inst : run) {
    if (isa<DbgInfoIntrinsic>(inst))
      continue;
    if (rowOf(*inst)) {
      Step step;
      step.op = cast<CallInst>(inst);
      region.steps.push_back(step);
    } else {
      Effect effect = effectOf(*inst);
      Step *last = region.steps.empty() ? nullptr : &region.steps.back();
      if (!last || last->op || last->effect != effect) {
        region.steps.emplace_back();
        last = &region.steps.back();
        last->effect = effect;
      }
      last->run.push_back(inst);
    }
    region.stepOf[inst] = region.steps.size() - 1;
  }
  for (Step &step : region.steps) {
    if (step.op)
      continue;
    SmallPtrSet<const Instruction *, 16> inside(step.run.begin(), step.run.end());
    for (Instruction *inst : step.run)
      if (any_of(inst->users(), [&](User *user) { return !inside.contains(cast<Instruction>(user)); })) {
        if (!canCross(inst->getType())) {
          missed("TypeCannotCross", *inst, "no region here: a value of a type that cannot cross into a kernel");
          return false;
        }
        step.results.push_back(inst);
      }
  }
  for (Step &step : region.steps)
    if (!step.op)
      makePiece(region, step);
  return true;
}

/// Clones a run of user code into a function that returns what the run defines for others.
void RegionFormer::makePiece(Region &region, Step &step) {
  LLVMContext &context = function.getContext();
  SmallPtrSet<const Value *, 16> inside(step.run.begin(), step.run.end());
  SetVector<Value *> arguments;
  for (Instruction *inst : step.run)
    for (Value *operand : inst->operands())
      if ((isa<Instruction>(operand) || isa<Argument>(operand)) && !inside.contains(operand))
        arguments.insert(operand);
  step.arguments.assign(arguments.begin(), arguments.end());

  SmallVector<Type *> argumentTypes, resultTypes;
  for (Value *argument : step.arguments)
    argumentTypes.push_back(argument->getType());
  for (Instruction *result : step.results)
    resultTypes.push_back(result->getType());
  Type *returned = resultTypes.empty()       ? Type::getVoidTy(context)
                   : resultTypes.size() == 1 ? resultTypes[0]
                                             : static_cast<Type *>(StructType::get(context, resultTypes));
  auto *piece = Function::Create(FunctionType::get(returned, argumentTypes, false), GlobalValue::ExternalLinkage,
                                 region.name + ".user", function.getParent());
  piece->setVisibility(GlobalValue::HiddenVisibility);
  AttrBuilder attributes(context, function.getAttributes().getFnAttrs());
  for (Attribute::AttrKind kind : {Attribute::Memory, Attribute::WillReturn, Attribute::NoReturn, Attribute::NoInline,
                                   Attribute::NoRecurse, Attribute::AllocKind, Attribute::AllocSize})
    attributes.removeAttribute(kind);
  attributes.removeAttribute(shapesAttribute).removeAttribute(provenAttribute);
  piece->addFnAttrs(attributes);
  piece->addFnAttr(Attribute::AlwaysInline);

  ValueToValueMapTy map;
  for (auto [argument, parameter] : zip(step.arguments, piece->args()))
    map[argument] = &parameter;
  IRBuilder<> builder(BasicBlock::Create(context, "", piece));
  unsigned locationKind = context.getMDKindID(locationMetadata);
  for (Instruction *inst : step.run) {
    Instruction *clone = inst->clone();
    clone->setName(inst->getName());
    // Inlining drops the locations of a function without a subprogram; they travel beside and are put back later.
    if (DebugLoc location = clone->getDebugLoc()) {
      clone->setMetadata(locationKind, location.getAsMDNode());
      clone->setDebugLoc(DebugLoc());
    }
    builder.Insert(clone);
    RemapInstruction(clone, map, RF_NoModuleLevelChanges | RF_IgnoreMissingLocals);
    map[inst] = clone;
  }
  if (step.results.empty())
    builder.CreateRetVoid();
  else if (step.results.size() == 1)
    builder.CreateRet(map[step.results[0]]);
  else {
    Value *pack = PoisonValue::get(returned);
    for (auto [i, result] : enumerate(step.results))
      pack = builder.CreateInsertValue(pack, map[result], i);
    builder.CreateRet(pack);
  }
  step.piece = piece;
}

void RegionFormer::collectInputs(Region &region) {
  SetVector<Value *> inputs;
  auto use = [&](Value *value) {
    if (isa<Argument>(value))
      inputs.insert(value);
    else if (auto *inst = dyn_cast<Instruction>(value); inst && !region.stepOf.contains(inst))
      inputs.insert(value);
    else if (isa<Constant>(value) && !isa<ConstantInt, ConstantFP, ConstantPointerNull>(value))
      inputs.insert(value); // an address: the kernel's module does not know its name
  };
  for (Step &step : region.steps) {
    if (step.op)
      for (Value *argument : step.op->args())
        use(argument);
    else
      for (Value *argument : step.arguments)
        use(argument);
  }
  region.inputs.assign(inputs.begin(), inputs.end());
}

PreservedAnalyses FormRegionsPass::run(Module &module, ModuleAnalysisManager &analyses) {
  SetVector<Function *> reach = functionsThatReachOps(module);
  ModuleFacts facts(module);
  CompileRegionFunction compile = nullptr;
  auto &functionAnalyses = analyses.getResult<FunctionAnalysisManagerModuleProxy>(module).getManager();
  bool changed = false;
  for (Function *function : reach) {
    bool any = false;
    for (BasicBlock &block : *function)
      for (Instruction &inst : block)
        any |= isCore(inst);
    if (!any)
      continue;
    auto &remarks = functionAnalyses.getResult<OptimizationRemarkEmitterAnalysis>(*function);
    if (const char *why = whyLeftAlone(*function)) {
      remarks.emit([&] {
        return OptimizationRemarkMissed("tenon-region", "LeftAlone", function->getSubprogram(), &function->getEntryBlock())
               << "tensor calls of " << ore::NV("Function", function->getName()) << " run one by one: " << why;
      });
      continue;
    }
    // The MLIR half is opened when there is a region, and only then.
    if (!compile && !(compile = openKernelCompiler(module)))
      return PreservedAnalyses::all();
    changed |= RegionFormer(*function, remarks, compile, options, facts).run();
    if (changed)
      functionAnalyses.invalidate(*function, PreservedAnalyses::none());
  }
  return changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace tenon
