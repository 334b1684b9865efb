// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PrepareRegions.cpp - brings functions that reach tensor ops, and no others, into the form that regions are found in.
//
//   Before   %v = call ptr @helper(ptr %x)            ; static helper of three ops, handles in allocas
//   After    the helper's ops in place, handles as SSA values, constants folded, no op merged, hoisted or unrolled
//
// Requires  DescribeOps. Ensures  always-inline functions and internal helpers that reach ops are inlined, up to a budget,
// callees first. Refuses  functions that must not be touched (optnone, naked, strictfp, ...): whyLeftAlone.
//
// It runs at the start of clang's pipeline: later, `c ? sum(a, 0) : sum(a, 1)` is one call with a computed axis and
// loops over layers are unrolled, so regions would differ between -O1 and -O3.

#include "PrepareRegions.h"
#include "ContractFacts.h"
#include "Ops.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/InlineCost.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/EHPersonalities.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/JumpThreading.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace tenon {

/// Instructions that inlining of internal helpers may add to one function.
static constexpr unsigned inlineBudget = 20000;

const char *whyLeftAlone(const Function &function) {
  if (function.isDeclaration())
    return "it has no body";
  if (function.hasFnAttribute(offAttribute))
    return "#pragma tenon off";
  if (function.hasOptNone())
    return "it is not optimised (optnone)";
  if (function.hasMinSize() && !function.hasFnAttribute(noallocAttribute))
    return "it is optimised for least size";
  if (function.hasFnAttribute(Attribute::Naked))
    return "it is a naked function";
  if (function.hasFnAttribute(Attribute::StrictFP))
    return "it runs in a strict floating-point environment";
  if (function.isPresplitCoroutine())
    return "it is a coroutine";
  if (function.callsFunctionThatReturnsTwice())
    return "it calls a function that may return twice (setjmp)";
  if (function.hasFnAttribute(Attribute::NoDuplicate))
    return "its code must not be duplicated";
  if (function.hasPersonalityFn() && isScopedEHPersonality(classifyEHPersonality(function.getPersonalityFn())))
    return "it uses funclet exception handling";
  return nullptr;
}

static bool mayInline(const Function &callee) {
  return !callee.isDeclaration() && !callee.hasFnAttribute(Attribute::NoInline) && !callee.hasOptNone() &&
         !callee.hasFnAttribute(offAttribute) && !callee.isVarArg() &&
         (callee.hasLocalLinkage() || callee.hasFnAttribute(Attribute::AlwaysInline));
}

/// Whether a call of `callee` in `caller` can be replaced by its body without a change of what the body means.
static bool fits(Function &callee, const Function &caller, FunctionAnalysisManager &analyses, FloatOptions options) {
  auto isFast = [&](const Function &function) {
    StringRef mode = function.getFnAttribute(fpAttribute).getValueAsString();
    return mode.empty() ? options.fast : mode == "fast";
  };
  // A function that promises to do without the runtime becomes code by itself first. Others may become part of it.
  if (callee.hasFnAttribute(noallocAttribute) && !caller.hasFnAttribute(noallocAttribute))
    return false;
  // So does one that promises to work in place, for the promise is about its own calls.
  if (callee.hasFnAttribute(inplaceAttribute) && !caller.hasFnAttribute(inplaceAttribute))
    return false;
  // The functions of the headers have no mode of their own.
  bool sameMode = isFast(callee) == isFast(caller) || callee.hasFnAttribute(Attribute::AlwaysInline);
  // noalloc is kept at -Oz too, and the functions of the headers are a part of that.
  bool leftAlone = whyLeftAlone(callee) && !(callee.hasMinSize() && !callee.hasOptNone() && caller.hasFnAttribute(noallocAttribute));
  return mayInline(callee) && sameMode && !leftAlone && isInlineViable(callee).isSuccess() &&
         AttributeFuncs::areInlineCompatible(caller, callee) &&
         analyses.getResult<TargetIRAnalysis>(callee).areInlineCompatible(&caller, &callee);
}

SetVector<Function *> functionsThatReachOps(Module &module) {
  SetVector<Function *> reach;
  for (Function &function : module)
    if (function.isDeclaration() && function.hasFnAttribute(opAttribute))
      for (User *user : function.users())
        if (auto *call = dyn_cast<CallBase>(user); call && call->getCalledOperand() == &function)
          reach.insert(call->getFunction());
  for (unsigned i = 0; i < reach.size(); ++i)
    if (mayInline(*reach[i]))
      for (User *user : reach[i]->users())
        if (auto *call = dyn_cast<CallBase>(user); call && call->getCalledOperand() == reach[i])
          reach.insert(call->getFunction());
  return reach;
}

/// Inlines calls of helpers that reach ops and call no such helper themselves, until there is none left.
static bool inlineHelpers(const SetVector<Function *> &reach, FunctionAnalysisManager &analyses, FloatOptions options) {
  DenseMap<Function *, unsigned> spent;
  bool changed = false, again = true;
  auto isHelperCall = [&](const CallBase &call, const Function &caller) {
    // Always-inline functions too that reach no op: tn_operand hands handles through.
    Function *callee = call.getCalledFunction();
    return callee && callee != &caller && fits(*callee, caller, analyses, options) &&
           (reach.contains(callee) || callee->hasFnAttribute(Attribute::AlwaysInline));
  };
  while (again) {
    again = false;
    for (Function *caller : reach) {
      if (whyLeftAlone(*caller))
        continue;
      SmallVector<CallBase *> calls;
      for (Instruction &inst : instructions(*caller)) {
        auto *call = dyn_cast<CallBase>(&inst);
        if (!call || !isHelperCall(*call, *caller))
          continue;
        Function *callee = call->getCalledFunction();
        bool leaf = none_of(instructions(*callee), [&](Instruction &inner) {
          auto *innerCall = dyn_cast<CallBase>(&inner);
          return innerCall && innerCall->getCalledFunction() &&
                 (innerCall->getCalledFunction() == callee || isHelperCall(*innerCall, *callee));
        });
        if (leaf)
          calls.push_back(call);
      }
      for (CallBase *call : calls) {
        Function *callee = call->getCalledFunction();
        unsigned size = callee->getInstructionCount();
        if (!callee->hasFnAttribute(Attribute::AlwaysInline) && spent[caller] + size > inlineBudget) {
          OptimizationRemarkEmitter(caller).emit(
              OptimizationRemarkMissed("tenon-prepare", "InlineBudget", call)
              << "helper " << ore::NV("Helper", callee->getName()) << " is not inlined: the budget of "
              << ore::NV("Budget", inlineBudget) << " instructions is spent; its ops form regions of their own");
          continue;
        }
        spent[caller] += size;
        InlineFunctionInfo info;
        again |= InlineFunction(*call, info).isSuccess();
      }
    }
    changed |= again;
  }
  return changed;
}

/// Functions of this module that tn_map and tn_zip are given by name, their own internal helpers inlined.
static SetVector<Function *> mappedFunctions(const SetVector<Function *> &reach, FunctionAnalysisManager &analyses,
                                             FloatOptions options) {
  SetVector<Function *> mapped;
  for (Function *function : reach)
    for (Instruction &inst : instructions(*function))
      if (const OpRow *row = rowOf(inst); row && row->lowering == Lowering::Map)
        if (auto *callee = dyn_cast<Function>(cast<CallInst>(inst).getArgOperand(0)->stripPointerCasts()))
          if (!callee->isDeclaration())
            mapped.insert(callee);
  for (Function *function : mapped)
    for (unsigned turn = 0; turn < 8; ++turn) { // deeper helpers stay calls, which kernels refuse
      SmallVector<CallBase *> calls;
      for (Instruction &inst : instructions(*function))
        if (auto *call = dyn_cast<CallBase>(&inst))
          if (Function *callee = call->getCalledFunction(); callee && callee != function && fits(*callee, *function, analyses, options))
            calls.push_back(call);
      if (calls.empty() || function->getInstructionCount() > inlineBudget)
        break;
      for (CallBase *call : calls) {
        InlineFunctionInfo info;
        InlineFunction(*call, info);
      }
    }
  return mapped;
}

PreservedAnalyses PrepareRegionsPass::run(Module &module, ModuleAnalysisManager &analyses) {
  SetVector<Function *> reach = functionsThatReachOps(module);
  if (reach.empty())
    return PreservedAnalyses::all();
  auto &functionAnalyses = analyses.getResult<FunctionAnalysisManagerModuleProxy>(module).getManager();
  emitFacts(reach); // before inlining, which takes functions and their contracts away
  inlineHelpers(reach, functionAnalyses, options);
  // A helper with no caller left must not get regions of its own.
  for (bool again = true; again;) {
    again = false;
    for (Function *function : reach)
      if (function->hasLocalLinkage() && function->use_empty()) {
        reach.remove(function);
        functionAnalyses.clear(*function, function->getName());
        function->eraseFromParent();
        again = true;
        break;
      }
  }

  FunctionPassManager cleanup, mapped;
  auto simplifyOptions = SimplifyCFGOptions().hoistCommonInsts(false).sinkCommonInsts(false).speculateBlocks(false);
  cleanup.addPass(SROAPass(SROAOptions::ModifyCFG));
  cleanup.addPass(EarlyCSEPass(/*UseMemorySSA=*/true)); // one load for one handle
  cleanup.addPass(JumpThreadingPass());                 // undoes the switch on clang's cleanup.dest (TN_SCOPE and break)
  cleanup.addPass(InstCombinePass());
  cleanup.addPass(SimplifyCFGPass(simplifyOptions));
  // The user's functions that ops map over elements: as simple as they get, for kernels take their bodies in.
  mapped.addPass(SROAPass(SROAOptions::ModifyCFG));
  mapped.addPass(EarlyCSEPass());
  mapped.addPass(InstCombinePass());
  mapped.addPass(SimplifyCFGPass());
  auto clean = [&](FunctionPassManager &passes, Function &function) {
    functionAnalyses.invalidate(function, PreservedAnalyses::none());
    if (whyLeftAlone(function))
      return;
    passes.run(function, functionAnalyses);
    functionAnalyses.invalidate(function, PreservedAnalyses::none());
  };
  for (Function *function : mappedFunctions(reach, functionAnalyses, options))
    clean(mapped, *function);
  for (Function *function : reach)
    clean(cleanup, *function);
  return PreservedAnalyses::none();
}

} // namespace tenon
