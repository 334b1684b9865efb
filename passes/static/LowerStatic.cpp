// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LowerStatic.cpp - makes code without the runtime of the tensor calls of functions under `#pragma tenon noalloc`.
//
//   Before   %x = call ptr @tn_view_(ptr %p, i32 TN_F32, i64 4, ...)   %y = call ptr @tn_exp(ptr %x)   call i1
//   @tn_store(%x, %y) After    %0 = load <4 x float>, ptr %p      ... the arithmetic of exp ...      store <4 x float>
//   %9, ptr %p
//
// Requires  PrepareRegions. Ensures  the function calls no function of the runtime, and no other that it did not call:
// the code is in its place, straight or in loops of constant count, for the function's own target, with the bits of the
// eager calls. Refuses  nothing silently: what cannot be proven, or is a call of the runtime by nature, is an error at
// its line.
//
// There is no MLIR here. Shapes are constants, so a region is a list of loops that are known now, and code that is put
// where the calls stood keeps the user's lines, his branches and everything between.

#include "LowerStatic.h"
#include "StaticProgram.h"
#include "region/ContractFacts.h"
#include "region/DescribeOps.h"
#include "region/Ops.h"
#include "region/PrepareRegions.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon {

void keepBits(Function &function) {
  for (StringRef name : {"no-nans-fp-math", "no-infs-fp-math", "no-signed-zeros-fp-math", "unsafe-fp-math",
                         "approx-func-fp-math", "denormal-fp-math", "denormal-fp-math-f32"})
    function.removeFnAttr(name);
}

/// Calls that stay after an error are nobody's work any more.
static void leaveEager(Function &function) {
  for (Instruction &inst : instructions(function))
    if (rowOf(inst))
      cast<CallInst>(inst).addFnAttr(Attribute::get(function.getContext(), eagerAttribute));
}

static void lower(Function &function, FunctionAnalysisManager &analyses, FloatOptions options) {
  StaticProgram program;
  program.function = &function;
  const char *why = whyLeftAlone(function);
  if (!why)
    why = program.machine.read(function, options.contracts);
  if (why) {
    reportBroken(function, nullptr, why);
    return leaveEager(function);
  }
  dropFacts(function); // of what contracts say all is constant here, or an error
  if (!readCalls(program, analyses))
    return leaveEager(function);
  if (!planStatic(program, analyses.getResult<AAManager>(function)))
    return leaveEager(function);
  unsigned calls = count_if(program.nodes, [](auto &node) { return node->kind != Node::View && node->kind != Node::Join; });
  Instruction *first = program.calls.empty() ? nullptr : program.calls[0].call;
  DebugLoc location = first ? first->getDebugLoc() : DebugLoc();
  keepBits(function);
  if (!emitCode(program))
    return;
  analyses.invalidate(function, PreservedAnalyses::none());
  OptimizationRemarkEmitter remarks(&function);
  remarks.emit([&] {
    OptimizationRemark remark("tenon-static", "Noalloc", location, &function.getEntryBlock());
    remark << "noalloc: " << ore::NV("Operations", calls) << (calls == 1 ? " operation" : " operations")
           << " without the runtime; ";
    if (!program.temporaries)
      return remark << "no temporary";
    return remark << ore::NV("Temporaries", program.temporaries)
                  << (program.temporaries == 1 ? " temporary, " : " temporaries, ")
                  << ore::NV("Bytes", program.temporaryBytes) << " bytes of the stack at most";
  });
}

PreservedAnalyses LowerStaticPass::run(Module &module, ModuleAnalysisManager &analyses) {
  auto &functionAnalyses = analyses.getResult<FunctionAnalysisManagerModuleProxy>(module).getManager();
  SmallVector<Function *> functions;
  for (Function &function : module)
    if (!function.isDeclaration() && function.hasFnAttribute(noallocAttribute))
      functions.push_back(&function);
  for (Function *function : functions)
    lower(*function, functionAnalyses, options);
  bool changed = !functions.empty();
  functions.clear();
  if (!options.check) // which compares regions
    for (Function &function : module)
      if (!function.isDeclaration() && !function.hasFnAttribute(noallocAttribute) && !whyLeftAlone(function) &&
          any_of(instructions(function), [](Instruction &inst) { return rowOf(inst); }))
        functions.push_back(&function);
  for (Function *function : functions)
    changed |= lowerSmallTensors(*function, functionAnalyses, options);
  return changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

PreservedAnalyses WarnNoallocPass::run(Module &module, ModuleAnalysisManager &) {
  forEachAnnotation(module, [&](Function &function, StringRef kind) {
    if (kind != "tenon.noalloc" && kind != "tenon.inplace")
      return;
    if (!function.isDeclaration())
      function.getContext().diagnose(DiagnosticInfoUnsupported(
          function, kind.drop_front(6) + " is kept from -O1 on; here the tensor calls are calls of the runtime", DebugLoc(),
          DS_Warning));
  });
  return PreservedAnalyses::all();
}

} // namespace tenon
