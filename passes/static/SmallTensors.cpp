// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SmallTensors.cpp - makes code of tensor calls in loops that work on small tensors of constant shape, where nothing was
// promised.
//
//   Before   a loop over 4 by 4 matrices: scopes, handles, a launch a turn
//   After    the arithmetic, in registers
//
// It is what `noalloc` does, with leave not to: tensors that hang together by calls and names are taken if all of them
// are small, of constant shape, and made and used up in the function, and nothing can happen that the eager calls would
// report. A pointer that came in and could be NULL is asked for when the function is entered, and if it is, the function as it
// was runs; an element that may be out of range is read by the eager call if it is. What is not sure is left to
// FormRegions.

#include "StaticProgram.h"
#include "region/ContractFacts.h"
#include "region/Ops.h"
#include "tenon/tensor.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace tenon {

/// Elements of a tensor, nodes of a piece, bytes of the stack.
static constexpr int64_t mostElements = 512, mostNodes = 400, mostBytes = 16384;

namespace {

/// Calls and names that hang together.
using Piece = SmallPtrSet<Instruction *, 16>;

class SmallTensors {
public:
  SmallTensors(Function &function, FunctionAnalysisManager &analyses, code::Machine machine)
      : function(function), analyses(analyses), machine(machine) {}
  bool run();

private:
  void findPieces();
  bool lower(const Piece &piece);
  const char *whyNot(const StaticProgram &program);
  void keepOriginal(const SmallPtrSetImpl<Argument *> &pointers);
  void dropScopes();

  Function &function;
  FunctionAnalysisManager &analyses;
  code::Machine machine;
  std::vector<std::pair<Instruction *, Piece>> pieces; ///< each with its first call
  SmallPtrSet<Argument *, 4> asked;
};

} // namespace

/// Whether a call has to do with elements, not only with scopes and errors.
static bool isAboutTensors(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  if (!row || row->cls == OpClass::State)
    return false;
  StringRef name = opNameOf(cast<CallInst>(inst));
  return name != "scope_begin" && name != "scope_end";
}

/// A handle, or a name that may be one.
static Instruction *handleOf(Value *value) {
  auto *made = dyn_cast<Instruction>(value);
  if (!made || !made->getType()->isPointerTy())
    return nullptr;
  if (isa<PHINode, SelectInst>(made))
    return made;
  bool isScalar = rowOf(*made) && rowOf(*made)->lowering == Lowering::Scalar;
  return isScalar || makesHandle(*made) ? made : nullptr;
}

void SmallTensors::findPieces() {
  EquivalenceClasses<Instruction *> classes;
  for (Instruction &inst : instructions(function)) {
    if (!isAboutTensors(inst))
      continue;
    classes.insert(&inst);
    for (Value *operand : cast<CallInst>(inst).args())
      if (Instruction *made = handleOf(operand))
        classes.unionSets(&inst, made);
  }
  // A name belongs to whatever it is made of.
  for (bool again = true; again;) {
    again = false;
    for (Instruction &inst : instructions(function)) {
      if (!isa<PHINode, SelectInst>(inst) || !inst.getType()->isPointerTy())
        continue;
      for (Value *operand : inst.operands())
        if (Instruction *made = handleOf(operand);
            made && (classes.contains(made) || classes.contains(&inst)) &&
            !(classes.contains(made) && classes.contains(&inst) && classes.isEquivalent(made, &inst))) {
          classes.unionSets(made, &inst);
          again = true;
        }
    }
  }
  LoopInfo &loops = analyses.getResult<LoopAnalysis>(function);
  MapVector<Instruction *, std::pair<Instruction *, Piece>> found;
  SmallPtrSet<Instruction *, 4> inLoops;
  for (Instruction &inst : instructions(function)) {
    if (!classes.contains(&inst))
      continue;
    Instruction *leader = classes.getLeaderValue(&inst);
    auto &[first, piece] = found[leader];
    piece.insert(&inst);
    if (!isa<CallInst>(inst))
      continue;
    if (!first)
      first = &inst;
    if (loops.getLoopFor(inst.getParent()))
      inLoops.insert(leader);
  }
  for (auto &[leader, piece] : found)
    if (inLoops.contains(leader))
      pieces.push_back(std::move(piece));
}

/// Whether somebody may still know the address when what lies there is made anew.
static bool mayKeep(Value &address, unsigned depth = 0) {
  if (depth > 4)
    return true;
  return any_of(address.uses(), [&](Use &use) {
    auto *user = cast<Instruction>(use.getUser());
    if (isa<LoadInst, ICmpInst>(user))
      return false;
    if (isa<GetElementPtrInst>(user))
      return mayKeep(*user, depth);
    auto *call = dyn_cast<CallBase>(user);
    if (!call || !call->isArgOperand(&use))
      return true;
    if (isa<MemTransferInst>(call))
      return use.getOperandNo() != 1;
    unsigned which = call->getArgOperandNo(&use);
    if (call->doesNotCapture(which) && call->onlyReadsMemory(which))
      return false;
    Function *callee = call->getCalledFunction();
    return !callee || !callee->hasExactDefinition() || which >= callee->arg_size() || rowOf(*call) ||
           mayKeep(*callee->getArg(which), depth + 1);
  });
}

/// What noalloc would do, and is not right or not worth it here.
const char *SmallTensors::whyNot(const StaticProgram &program) {
  if (program.nodes.size() > mostNodes)
    return "there are too many calls";
  int64_t bytes = 0;
  bool hasAddress = false, isStored = false;
  code::Machine withFma = machine;
  withFma.hasFma = true;
  for (auto &node : program.nodes) {
    if (sizeOf(node->dims) > mostElements)
      return "a tensor has more than 512 elements";
    if (node->kind != Node::View && node->kind != Node::Store && node->kind != Node::Read)
      bytes += sizeOf(node->dims) * code::storedBytes(node->dtype);
    if (!machine.hasFma && (node->kind == Node::Matmul ||
                            (node->kind == Node::Elementwise && code::costOfFunction(node->function, machine) !=
                                                                    code::costOfFunction(node->function, withFma))))
      return "the target has no fma, which kernels use where the processor has it";
    if (node->kind == Node::Address) {
      hasAddress = true;
      if (mayKeep(*node->call))
        return "the address of elements may be kept";
    }
    isStored |= node->kind == Node::Store && node->base->kind != Node::View && node->call != node->base->call;
  }
  if (hasAddress && isStored)
    return "the address of elements is taken, and elements are stored to";
  if (!all_of(program.pointers, [&](Argument *argument) { return asked.contains(argument); })) {
    if (!asked.empty())
      return "whether another pointer is NULL would have to be asked";
    if (function.isVarArg() || any_of(function, [](BasicBlock &block) { return block.hasAddressTaken(); }) ||
        any_of(function.args(), [](Argument &argument) {
          return argument.hasInAllocaAttr() || argument.hasPreallocatedAttr() || argument.hasSwiftErrorAttr();
        }))
      return "a pointer may be NULL, and the function cannot be copied";
  }
  return bytes > mostBytes ? "they would take more than 16384 bytes of the stack" : nullptr;
}

/// Where a pointer is NULL, the function runs as it was.
void SmallTensors::keepOriginal(const SmallPtrSetImpl<Argument *> &pointers) {
  ValueToValueMapTy copies;
  Function *original = CloneFunction(&function, copies);
  original->setName(function.getName() + ".tenon.eager");
  original->setLinkage(GlobalValue::InternalLinkage);
  original->setVisibility(GlobalValue::DefaultVisibility);
  original->setDLLStorageClass(GlobalValue::DefaultStorageClass);
  original->setComdat(nullptr);
  original->removeFnAttr(Attribute::AlwaysInline);
  original->removeFnAttr(Attribute::InlineHint);
  original->addFnAttr(Attribute::NoInline);
  original->addFnAttr(Attribute::Cold);
  dropFacts(*original);
  for (Instruction &inst : instructions(*original))
    if (rowOf(inst))
      cast<CallInst>(inst).addFnAttr(Attribute::get(function.getContext(), eagerAttribute));

  BasicBlock &entry = function.getEntryBlock();
  BasicBlock *body = entry.splitBasicBlock(entry.getFirstNonPHIOrDbgOrAlloca(), "tenon.body");
  BasicBlock *leave = BasicBlock::Create(function.getContext(), "tenon.eager", &function);
  entry.getTerminator()->eraseFromParent();
  IRBuilder<> b(&entry);
  if (DISubprogram *program = function.getSubprogram()) // a call of a function with lines has to have one
    b.SetCurrentDebugLocation(DILocation::get(function.getContext(), program->getScopeLine(), 0, program));
  Value *isNull = nullptr;
  for (Argument &argument : function.args()) {
    if (!pointers.contains(&argument))
      continue;
    asked.insert(&argument);
    Value *one = b.CreateIsNull(&argument);
    isNull = isNull ? b.CreateOr(isNull, one) : one;
  }
  b.CreateCondBr(isNull, leave, body, MDBuilder(function.getContext()).createUnlikelyBranchWeights());
  b.SetInsertPoint(leave);
  SmallVector<Value *> arguments;
  for (Argument &argument : function.args())
    arguments.push_back(&argument);
  CallInst *call = b.CreateCall(original, arguments);
  call->setCallingConv(function.getCallingConv());
  call->setAttributes(AttributeList::get(function.getContext(), AttributeSet(), function.getAttributes().getRetAttrs(), [&] {
    SmallVector<AttributeSet> sets;
    for (unsigned i = 0; i < function.arg_size(); ++i)
      sets.push_back(function.getAttributes().getParamAttrs(i));
    return sets;
  }()));
  if (function.getReturnType()->isVoidTy())
    b.CreateRetVoid();
  else
    b.CreateRet(call);
}

bool SmallTensors::lower(const Piece &piece) {
  StaticProgram program;
  program.function = &function;
  program.machine = machine;
  program.chosen = &piece;
  SmallPtrSet<Instruction *, 32> before;
  for (Instruction &inst : instructions(function))
    before.insert(&inst);
  auto isRight = [&] {
    for (Instruction *inst : piece)
      if (auto *call = dyn_cast<CallInst>(inst)) {
        StringRef name = opNameOf(*call);
        if (name != "free" && name != "data")
          continue;
        program.refuse(call, "'" + name + "' is a call of the runtime");
        return false;
      }
    if (!readCalls(program, analyses))
      return false;
    if (const char *why = whyNot(program)) {
      program.refuse(nullptr, why);
      return false;
    }
    return planStatic(program, analyses.getResult<AAManager>(function));
  };
  const Instruction *first = nullptr;
  for (Instruction &inst : instructions(function))
    if (piece.contains(&inst) && isa<CallInst>(inst) && (!first || (!first->getDebugLoc() && inst.getDebugLoc())))
      first = &inst;
  if (!isRight()) {
    SmallVector<Instruction *> made;
    for (Instruction &inst : instructions(function))
      if (!before.contains(&inst))
        made.push_back(&inst);
    for (Instruction *inst : made)
      inst->replaceAllUsesWith(PoisonValue::get(inst->getType()));
    for (Instruction *inst : made)
      inst->eraseFromParent();
    analyses.invalidate(function, PreservedAnalyses::none());
    OptimizationRemarkEmitter(&function).emit([&] {
      return OptimizationRemarkAnalysis("tenon-static", "NotSmall", program.whyNotAt ? program.whyNotAt : first)
             << "no code without tensors: " << ore::NV("Reason", program.whyNot);
    });
    return false;
  }
  unsigned calls = count_if(program.calls, [](auto &result) { return isAboutTensors(*result.call); });
  DebugLoc location = first->getDebugLoc();
  if (!all_of(program.pointers, [&](Argument *argument) { return asked.contains(argument); }))
    keepOriginal(program.pointers);
  keepBits(function);
  emitCode(program);
  analyses.invalidate(function, PreservedAnalyses::none());
  OptimizationRemarkEmitter(&function).emit([&] {
    return OptimizationRemark("tenon-static", "SmallTensors", location, &function.getEntryBlock())
           << "small tensors: " << ore::NV("Calls", calls) << (calls == 1 ? " call" : " calls")
           << " became code without tensors; " << ore::NV("Bytes", program.temporaryBytes) << " bytes of the frame";
  });
  return true;
}

/// Scopes that nothing can belong to any more.
void SmallTensors::dropScopes() {
  auto &library = analyses.getResult<TargetLibraryAnalysis>(function);
  auto mayMakeTensors = [&](Instruction &inst) {
    auto *call = dyn_cast<CallBase>(&inst);
    if (!call || isa<IntrinsicInst>(call))
      return false;
    if (const OpRow *row = rowOf(*call))
      return row->cls != OpClass::State;
    Function *callee = call->getCalledFunction();
    if (!callee || callee->getName() == "tn_view_const_" || callee->getName() == "tn_free")
      return !callee; // of an element out of range: freed behind it
    LibFunc known;
    return !callee->isDeclaration() ||
           !(library.getLibFunc(*callee, known) || call->getAttributes().hasFnAttr(eagerAttribute));
  };
  auto endsOf = [](CallInst *begin, SmallVectorImpl<CallInst *> &out_ends) {
    for (User *user : begin->users()) {
      auto *end = dyn_cast<CallInst>(user);
      if (!end || !rowOf(*end) || opNameOf(*end) != "scope_end")
        return false;
      out_ends.push_back(end);
    }
    return !out_ends.empty();
  };
  auto isEmpty = [&](CallInst *begin, ArrayRef<CallInst *> ends) {
    SmallPtrSet<BasicBlock *, 8> seen;
    SmallVector<Instruction *> work{begin->getNextNode()};
    while (!work.empty())
      for (Instruction *inst = work.pop_back_val(); inst && !is_contained(ends, inst); inst = inst->getNextNode()) {
        if (inst == begin || isa<ReturnInst>(inst) || mayMakeTensors(*inst))
          return false;
        if (inst->isTerminator())
          for (BasicBlock *next : successors(inst->getParent()))
            if (seen.insert(next).second)
              work.push_back(&next->front());
      }
    return true;
  };
  for (bool again = true; again;) { // inner ones first
    again = false;
    SmallVector<CallInst *> begins;
    for (Instruction &inst : instructions(function))
      if (rowOf(inst) && opNameOf(cast<CallInst>(inst)) == "scope_begin")
        begins.push_back(cast<CallInst>(&inst));
    for (CallInst *begin : begins) {
      SmallVector<CallInst *> ends;
      if (!endsOf(begin, ends) || !isEmpty(begin, ends))
        continue;
      for (CallInst *end : ends)
        end->eraseFromParent();
      begin->eraseFromParent();
      again = true;
    }
  }
}

bool SmallTensors::run() {
  findPieces();
  bool any = false;
  for (auto &[first, piece] : pieces)
    any |= lower(piece);
  if (any)
    dropScopes();
  return any;
}

bool lowerSmallTensors(Function &function, FunctionAnalysisManager &analyses, bool contracts) {
  code::Machine machine;
  if (machine.read(function, contracts) || !SmallTensors(function, analyses, machine).run())
    return false;
  analyses.invalidate(function, PreservedAnalyses::none());
  return true;
}

} // namespace tenon
