// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FormRegions.cpp - makes regions of the pieces of a function that can be (FindRegions), has them compiled, and splices
// them in.
//
//   Before   %m = call ptr @tn_add(ptr %a, ptr %b)     br i1 %c, ...      %d = call ptr @tn_div(ptr %m, ptr %s)
//   After    %r = call {i32, ptr} @f.tenon0(ptr %a, ptr %b)
//            switch on its first field: an exit's number goes on behind the region with the results, any other id goes on
//            at that point of the user's own calls, which follow untouched and marked "tenon-eager"
//
// Requires  PrepareRegions. Ensures  idempotence: calls that were seen carry "tenon-eager". Refuses  with a missed remark at
// the user's line: instructions that end a region (inline asm, calls that return twice, ...), types that cannot cross,
// more steps or kernels than the caps.

#include "FormRegions.h"
#include "Effects.h"
#include "FindRegions.h"
#include "Ops.h"
#include "PrepareRegions.h"
#include "../Pipeline.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace tenon {

/// Kernels of one function: each is compiled for several ISA versions, and a function of thousands of ops must still
/// compile in seconds.
static constexpr unsigned maxKernels = 96;

namespace {

/// Forms the regions of one function.
class RegionFormer {
public:
  RegionFormer(Function &function, OptimizationRemarkEmitter &remarks, CompileRegionFunction compile,
               FloatOptions options, ModuleFacts &facts)
      : function(function), remarks(remarks), compile(compile), options(options), facts(facts), inPlace(function) {
    StringRef mode = function.getFnAttribute(fpAttribute).getValueAsString();
    isFast = mode.empty() ? options.fast : mode == "fast";
    // The bits of fp(fast) are its own; under -ffast-math so are those of each copy of the program's scalar code.
    check = options.check && !isFast && !options.fast;
  }

  void run();

private:
  void form(FoundRegion found);
  bool buildSteps(const FoundRegion &found, Region &region);
  void addStep(Region &region, Instruction &inst);
  void makePiece(Region &region, Step &step);
  void collectInputs(Region &region);
  void missed(StringRef name, const Instruction &at, const Twine &text);

  Function &function;
  OptimizationRemarkEmitter &remarks;
  CompileRegionFunction compile;
  FloatOptions options;
  ModuleFacts &facts;
  InPlaceContract inPlace;
  bool isFast, check, spliced = false;
  unsigned formed = 0, kernelsLeft = maxKernels;
  SmallPtrSet<const Instruction *, 8> ends; ///< told
};

} // namespace

void RegionFormer::missed(StringRef name, const Instruction &at, const Twine &text) {
  remarks.emit([&] { return OptimizationRemarkMissed("tenon-region", name, &at) << text.str(); });
}

void RegionFormer::run() {
  auto whyEndsHere = [&](const Instruction &inst) -> const char * {
    const char *why = whyEnds(inst);
    return why || !check ? why : whyRunsOnce(inst);
  };
  SmallVector<FoundRegion> found = findRegions(function, /*straight=*/check, whyEndsHere);
  facts.enter(function); // before any of the blocks is split further
  for (FoundRegion &region : found)
    form(std::move(region));
  inPlace.diagnose();
  if (!spliced) // as it was
    for (BasicBlock &block : make_early_inc_range(function))
      MergeBlockIntoPredecessor(&block);
}

/// Marks calls that stay the eager path, so that no later run of the pass looks at them.
static void leaveEager(ArrayRef<BasicBlock *> blocks) {
  for (BasicBlock *block : blocks)
    for (Instruction &inst : *block)
      if (rowOf(inst))
        cast<CallInst>(inst).addFnAttr(Attribute::get(inst.getContext(), eagerAttribute));
}

/// A local that is marked as dead in a region is there as long as the function: a way out may get behind the mark.
static void dropLifetimes(ArrayRef<BasicBlock *> blocks) {
  SmallPtrSet<Value *, 8> locals;
  for (BasicBlock *block : blocks)
    for (Instruction &inst : *block)
      if (auto *mark = dyn_cast<LifetimeIntrinsic>(&inst))
        locals.insert(mark->getArgOperand(0));
  for (Value *local : locals)
    for (User *user : make_early_inc_range(local->users()))
      if (auto *mark = dyn_cast<LifetimeIntrinsic>(user))
        mark->eraseFromParent();
}

void RegionFormer::form(FoundRegion found) {
  for (const RegionExit &exit : found.exits)
    if (!exit.ended.empty() && ends.insert(exit.endedBy).second)
      missed("RegionEnds", *exit.endedBy, "region ends here: " + exit.ended);

  while (kernelsLeft) {
    Region region;
    region.host = &function;
    region.name = (function.getName() + ".tenon" + Twine(formed)).str();
    region.fast = isFast;
    region.check = check;
    region.contracts = options.contracts;
    region.isa = options.isa;
    region.maxKernels = kernelsLeft;
    dropLifetimes(found.blocks);
    if (!buildSteps(found, region)) {
      leaveEager(found.blocks);
      return;
    }
    collectInputs(region);
    region.findLiveRanges();
    RegionResult result;
    compile(region, kernelPipeline, result);
    bool tooMany = result.kernels > kernelsLeft;
    if (!tooMany) {
      kernelsLeft -= result.kernels;
      for (const Remark &remark : result.remarks) {
        const Instruction *at = region.steps[remark.step].first();
        if (remark.broken)
          InPlaceContract::fail(function, *at, remark.text);
        else if (remark.missed)
          missed(remark.name, *at, remark.text);
        else if (remark.analysis)
          remarks.emit([&] { return OptimizationRemarkAnalysis("tenon-region", remark.name, at) << remark.text; });
        else
          remarks.emit([&] { return OptimizationRemark("tenon-region", remark.name, at) << remark.text; });
      }
      leaveEager(found.blocks);
      ++formed;
      if (result.kernel) {
        inPlace.cover(region);
        spliceRegion(region, result);
        spliced = true;
      }
    }
    for (Step &step : region.steps)
      if (step.piece && step.piece->use_empty())
        step.piece->eraseFromParent();
    if (!tooMany)
      return;
    if (!region.isStraight()) { // a block at a time, as far as the kernels go
      for (FoundRegion &part : splitRegion(found))
        form(std::move(part));
      return;
    }
    // As much from the start as the function has kernels left for.
    size_t fits = region.steps.size() * kernelsLeft / result.kernels * 9 / 10;
    Instruction *first = region.steps[fits].first();
    missed("KernelCap", *first, "runs call by call from here on: the function has its " + Twine(maxKernels) + " kernels");
    BasicBlock *block = found.blocks.front(), *rest = block->splitBasicBlock(first, block->getName() + ".tenon.end");
    leaveEager(rest);
    found.exits[0].from = block;
    found.exits[0].to = rest;
    if (fits == 0)
      return;
  }
  const Instruction *first = &*found.blocks.front()->getFirstNonPHIIt();
  missed("KernelCap", *first, "runs call by call: the function has its " + Twine(maxKernels) + " kernels");
  leaveEager(found.blocks);
}

/// A run of user code is one step as long as its effects are of one kind.
void RegionFormer::addStep(Region &region, Instruction &inst) {
  if (rowOf(inst)) {
    region.steps.emplace_back().op = cast<CallInst>(&inst);
  } else if (auto *phi = dyn_cast<PHINode>(&inst)) {
    region.steps.emplace_back().phi = phi;
  } else if (inst.isTerminator()) {
    region.steps.emplace_back().branch = &inst;
  } else {
    Effect effect = effectOf(inst);
    Step *last = region.steps.size() > region.blocks.back().begin ? &region.steps.back() : nullptr;
    if (!last || last->run.empty() || last->effect != effect) {
      last = &region.steps.emplace_back();
      last->effect = effect;
    }
    last->run.push_back(&inst);
  }
  region.stepOf[&inst] = region.steps.size() - 1;
}

bool RegionFormer::buildSteps(const FoundRegion &found, Region &region) {
  region.before = found.before;
  region.exits = found.exits;
  for (BasicBlock *block : found.blocks) {
    auto exit = find_if(region.exits, [&](const RegionExit &way) { return way.from == block; });
    RegionBlock &made = region.blocks.emplace_back();
    made.block = block;
    made.begin = region.steps.size();
    if (exit != region.exits.end())
      made.exit = exit - region.exits.begin();
    for (Instruction &inst : *block)
      if (!inst.isTerminator() || exit == region.exits.end())
        addStep(region, inst);
    region.blocks.back().end = region.steps.size();
  }
  for (Step &step : region.steps) {
    SmallPtrSet<const Instruction *, 16> inside(step.run.begin(), step.run.end());
    for (Instruction *inst : step.run)
      if (any_of(inst->users(), [&](User *user) { return !inside.contains(cast<Instruction>(user)); }))
        step.results.push_back(inst);
    for (Instruction *inst : step.defines())
      if (!canCross(inst->getType())) {
        missed("TypeCannotCross", *inst, "no region here: a value of a type that cannot cross into a kernel");
        return false;
      }
  }
  region.facts = facts.of(region);
  for (Step &step : region.steps)
    if (!step.run.empty())
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
    clone->setMetadata(LLVMContext::MD_DIAssignID, nullptr); // links a store to records of the host's
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
    else if (isa<Constant>(value) && !isa<ConstantInt, ConstantFP, ConstantPointerNull, UndefValue>(value))
      inputs.insert(value); // an address: the kernel's module does not know its name
  };
  for (Step &step : region.steps) {
    if (step.op)
      for (Value *argument : step.op->args())
        use(argument);
    else if (step.phi)
      for (Value *incoming : step.phi->incoming_values())
        use(incoming);
    else if (step.branch)
      for (Value *operand : step.branch->operands())
        if (!isa<BasicBlock>(operand))
          use(operand);
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
      InPlaceContract(*function).diagnose();
      remarks.emit([&] {
        return OptimizationRemarkMissed("tenon-region", "LeftAlone", function->getSubprogram(), &function->getEntryBlock())
               << "tensor calls of " << ore::NV("Function", function->getName()) << " run one by one: " << why;
      });
      continue;
    }
    // The MLIR half is opened when there is a region, and only then.
    if (!compile && !(compile = openKernelCompiler(module)))
      return PreservedAnalyses::all();
    RegionFormer(*function, remarks, compile, options, facts).run();
    changed = true;
    functionAnalyses.invalidate(*function, PreservedAnalyses::none());
  }
  return changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace tenon
