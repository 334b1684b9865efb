// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TraceRegion.cpp - puts a region's kernel function on the timeline that TENON_TRACE writes.
//
//   Before   define {i32, ptr} @f.tenon0(...) { ...  ret %packed }
//   After    if (tn_rt_traces) tn_rt_region_begin(@f.tenon0.place);  ...  if (tn_rt_traces) tn_rt_region_end(id, 0 for
//            each exit);  ret %packed
//
// Requires  LLVM IR. Refuses  functions that call nothing of the runtime that launches: they link without it.

#include "TraceRegion.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tenon {

static bool launches(Function &kernel) {
  static const StringSet<> names = {"tn_rt_launch", "tn_rt_launch_chain", "tn_rt_element"};
  return any_of(instructions(kernel), [](Instruction &inst) {
    auto *call = dyn_cast<CallInst>(&inst);
    return call && call->getCalledFunction() && names.contains(call->getCalledFunction()->getName());
  });
}

void traceRegion(Function &kernel, const Region &region) {
  if (!launches(kernel))
    return;
  LLVMContext &context = kernel.getContext();
  Module &module = *kernel.getParent();
  Type *byte = Type::getInt8Ty(context), *word = Type::getInt32Ty(context), *pointer = PointerType::getUnqual(context);
  Constant *traces = module.getOrInsertGlobal("tn_rt_traces", byte);
  auto declare = [&](StringRef name, ArrayRef<Type *> arguments) {
    FunctionCallee callee =
        module.getOrInsertFunction(name, FunctionType::get(Type::getVoidTy(context), arguments, false));
    cast<Function>(callee.getCallee())->setDoesNotThrow();
    return callee;
  };
  FunctionCallee begin = declare("tn_rt_region_begin", {pointer});
  FunctionCallee end = declare("tn_rt_region_end", {word});
  MDNode *unlikely = MDBuilder(context).createUnlikelyBranchWeights();
  auto guarded = [&](Instruction *before) {
    IRBuilder<> builder(before);
    Value *on = builder.CreateICmpNE(builder.CreateLoad(byte, traces), builder.getInt8(0));
    return SplitBlockAndInsertIfThen(on, before->getIterator(), /*Unreachable=*/false, unlikely);
  };

  SmallVector<ReturnInst *> returns;
  for (BasicBlock &block : kernel)
    if (auto *ret = dyn_cast<ReturnInst>(block.getTerminator()))
      returns.push_back(ret);
  for (ReturnInst *ret : returns) {
    IRBuilder<> builder(guarded(ret));
    Value *id = ret->getReturnValue();
    if (id->getType()->isStructTy())
      id = builder.CreateExtractValue(id, 0);
    Value *isExit = builder.CreateICmpULT(id, builder.getInt32(region.exits.size()));
    builder.CreateCall(end, {builder.CreateSelect(isExit, builder.getInt32(0), id)});
  }

  const Instruction &first = *region.steps.front().first();
  StringRef file = region.host->getParent()->getSourceFileName();
  unsigned line = 0;
  if (const DebugLoc &at = first.getDebugLoc()) {
    file = at->getFilename();
    line = at->getLine();
  }
  BasicBlock::iterator start = kernel.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
  IRBuilder<> builder(guarded(&*start));
  auto *type = StructType::get(context, {pointer, pointer, word, word});
  Constant *fields = ConstantStruct::get(
      type, {builder.CreateGlobalString(region.host->getName(), "tenon.function"),
             builder.CreateGlobalString(file, "tenon.file"), builder.getInt32(line), builder.getInt32(0)});
  auto *place = new GlobalVariable(module, type, /*isConstant=*/true, GlobalValue::PrivateLinkage, fields,
                                   kernel.getName() + ".place");
  builder.CreateCall(begin, {place});
}

} // namespace tenon
