// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Versions.cpp - a function in several versions, one of which is chosen when it is called.

#include "Versions.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon {

const char *whyNotCopied(const Function &function) {
  if (function.isVarArg())
    return "it has variable arguments";
  for (const Argument &argument : function.args())
    if (argument.hasInAllocaAttr() || argument.hasSwiftErrorAttr() || argument.hasPreallocatedAttr())
      return "it has an unusual parameter";
  for (const BasicBlock &block : function)
    if (block.hasAddressTaken())
      return "the address of a label is taken";
  return nullptr;
}

Function *copyOf(Function &function, const Twine &suffix, ValueToValueMapTy &out_copies) {
  Function *copy = CloneFunction(&function, out_copies);
  copy->setName(function.getName() + suffix);
  copy->setLinkage(GlobalValue::InternalLinkage);
  copy->setVisibility(GlobalValue::DefaultVisibility);
  copy->setDLLStorageClass(GlobalValue::DefaultStorageClass);
  copy->setComdat(nullptr);
  copy->setDSOLocal(true);
  return copy;
}

void returnCallOf(Function &copy, Function &function, BasicBlock *block) {
  IRBuilder<> b(block);
  if (DISubprogram *program = function.getSubprogram()) // a call of a function with lines has to have one
    b.SetCurrentDebugLocation(DILocation::get(function.getContext(), program->getScopeLine(), 0, program));
  SmallVector<Value *> arguments;
  SmallVector<AttributeSet> attributes;
  for (Argument &argument : function.args()) {
    arguments.push_back(&argument);
    attributes.push_back(function.getAttributes().getParamAttrs(argument.getArgNo()));
  }
  CallInst *call = b.CreateCall(&copy, arguments);
  call->setCallingConv(function.getCallingConv());
  call->setAttributes(AttributeList::get(function.getContext(), AttributeSet(), function.getAttributes().getRetAttrs(), attributes));
  if (function.getReturnType()->isVoidTy())
    b.CreateRetVoid();
  else
    b.CreateRet(call);
}

BasicBlock *splitEntry(Function &function) {
  BasicBlock &entry = function.getEntryBlock();
  BasicBlock *body = entry.splitBasicBlock(entry.getFirstNonPHIOrDbgOrAlloca(), "tenon.body");
  entry.getTerminator()->eraseFromParent();
  return body;
}

void runInstead(Function &function, Function &copy, function_ref<Value *(IRBuilder<> &)> ask, MDNode *weights) {
  BasicBlock &entry = function.getEntryBlock(), *body = splitEntry(function);
  BasicBlock *leave = BasicBlock::Create(function.getContext(), "tenon.other", &function);
  IRBuilder<> b(&entry);
  if (DISubprogram *program = function.getSubprogram())
    b.SetCurrentDebugLocation(DILocation::get(function.getContext(), program->getScopeLine(), 0, program));
  Value *answer = ask(b);
  b.CreateCondBr(answer, leave, body, weights);
  returnCallOf(copy, function, leave);
}

void keepRoundings(Module &module) {
  for (Function &function : module) {
    if (function.hasFnAttribute("target-features") &&
        is_contained(split(function.getFnAttribute("target-features").getValueAsString(), ','), "+fma"))
      continue;
    for (Instruction &inst : make_early_inc_range(instructions(function))) {
      auto *fused = dyn_cast<IntrinsicInst>(&inst);
      if (fused && fused->getIntrinsicID() == Intrinsic::fmuladd) {
        IRBuilder<> b(fused);
        b.setFastMathFlags(fused->getFastMathFlags());
        Value *product = b.CreateFMul(fused->getArgOperand(0), fused->getArgOperand(1));
        Value *sum = b.CreateFAdd(product, fused->getArgOperand(2));
        for (Value *made : {product, sum})
          if (auto *op = dyn_cast<Instruction>(made))
            op->setHasAllowContract(false);
        fused->replaceAllUsesWith(sum);
        fused->eraseFromParent();
      } else if (isa<FPMathOperator>(inst)) {
        inst.setHasAllowContract(false);
      }
    }
  }
}

bool passesVectors(Function &function) {
  auto hasVector = [](FunctionType *type) {
    return type->getReturnType()->isVectorTy() || any_of(type->params(), [](Type *given) { return given->isVectorTy(); });
  };
  return hasVector(function.getFunctionType()) || any_of(instructions(function), [&](Instruction &inst) {
    auto *call = dyn_cast<CallBase>(&inst);
    return call && !isa<IntrinsicInst>(call) && (call->isInlineAsm() || hasVector(call->getFunctionType()));
  });
}

} // namespace tenon
