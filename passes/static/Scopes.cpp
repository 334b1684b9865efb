// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scopes.cpp - scopes are calls with a mark between them, in whatever order the program has them; what is not seen to be in
// order stays a call.

#include "Scopes.h"
#include "Lifetime.h"
#include "region/Effects.h"
#include "region/Ops.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace tenon {

/// The value as a call of this op, or null.
static CallInst *callOf(Value *value, StringRef op) {
  auto *call = dyn_cast<CallInst>(value);
  return call && rowOf(*call) && opNameOf(*call) == op ? call : nullptr;
}

bool isBegunHere(Value &mark) { return callOf(&mark, "scope_begin"); }

bool isOpenAt(Value &mark, CallInst &at, const DominatorTree &dominators) {
  CallInst *begin = callOf(&mark, "scope_begin");
  if (!begin)
    return false;
  Lifetime untilThere(*begin, &at);
  for (Instruction &inst : instructions(*at.getFunction())) {
    CallInst *end = callOf(&inst, "scope_end");
    if (!end)
      continue;
    CallInst *its = callOf(end->getArgOperand(0), "scope_begin"); // if begun within, this one stays open
    if ((!its || its == begin || !dominators.dominates(begin, its)) && untilThere.isBehind(end))
      return false;
  }
  return true;
}

const Instruction *findUseBehindScope(const StaticProgram &program, const DominatorTree &dominators) {
  SmallVector<std::pair<CallInst *, CallInst *>> scopes; // ends, with where they begin
  for (Instruction &inst : instructions(*program.function))
    if (CallInst *end = callOf(&inst, "scope_end"))
      if (CallInst *begin = callOf(end->getArgOperand(0), "scope_begin"))
        scopes.push_back({end, begin});
  for (const StaticProgram::Result &result : program.calls) {
    const OpRow &row = *rowOf(*result.call);
    if (!result.node || !result.call->getType()->isPointerTy() || row.cls == OpClass::Handle || row.cls == OpClass::Read)
      continue;
    for (auto [end, begin] : scopes)
      if (dominators.dominates(begin, result.call) && isUsedBehind(*result.call, *end))
        return result.call;
  }
  return nullptr;
}

static bool mayMakeTensors(const Instruction &inst, const TargetLibraryInfo &library) {
  auto *call = dyn_cast<CallBase>(&inst);
  if (!call || isa<IntrinsicInst>(call))
    return false;
  if (const OpRow *row = rowOf(*call))
    return row->cls != OpClass::State;
  Function *callee = call->getCalledFunction();
  if (!callee || call->getAttributes().hasFnAttr(eagerAttribute) || callee->getName() == "tenon.fact")
    return !callee; // of an element out of range: freed behind it; of NULL: nothing
  LibFunc known;
  return !callee->isDeclaration() || !library.getLibFunc(*callee, known);
}

/// Whether all that comes between a scope's begin and its ends makes no tensor, and none of the ends comes behind another.
static bool isEmpty(CallInst *begin, ArrayRef<CallInst *> ends, const TargetLibraryInfo &library) {
  SmallPtrSet<BasicBlock *, 8> seen;
  SmallVector<Instruction *> work;
  auto walk = [&](bool behind) {
    while (!work.empty()) {
      Instruction *inst = work.pop_back_val();
      for (; inst && !is_contained(ends, inst); inst = inst->getNextNode()) {
        if (behind && inst == begin)
          break;
        if (!behind && (inst == begin || isa<ReturnInst>(inst) || mayMakeTensors(*inst, library)))
          return false;
        if (inst->isTerminator())
          for (BasicBlock *next : successors(inst->getParent()))
            if (seen.insert(next).second)
              work.push_back(&next->front());
      }
      if (behind && inst && is_contained(ends, inst))
        return false;
    }
    return true;
  };
  work.push_back(begin->getNextNode());
  if (!walk(false))
    return false;
  seen.clear();
  for (CallInst *end : ends)
    work.push_back(end->getNextNode());
  return walk(true);
}

void dropScopes(Function &function, const TargetLibraryInfo &library) {
  auto endsOf = [](CallInst *begin, SmallVectorImpl<CallInst *> &out_ends) {
    for (User *user : begin->users()) {
      CallInst *end = callOf(user, "scope_end");
      if (!end)
        return false;
      out_ends.push_back(end);
    }
    return !out_ends.empty();
  };
  for (bool again = true; again;) { // inner ones first
    again = false;
    SmallVector<CallInst *> begins;
    for (Instruction &inst : instructions(function))
      if (CallInst *begin = callOf(&inst, "scope_begin"))
        begins.push_back(begin);
    for (CallInst *begin : begins) {
      SmallVector<CallInst *> ends;
      if (!endsOf(begin, ends) || !isEmpty(begin, ends, library))
        continue;
      for (CallInst *end : ends)
        end->eraseFromParent();
      begin->eraseFromParent();
      again = true;
    }
  }
}

} // namespace tenon
