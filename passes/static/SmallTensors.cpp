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

#include "Scopes.h"
#include "StaticProgram.h"
#include "region/ContractFacts.h"
#include "region/Effects.h"
#include "region/Ops.h"
#include "region/Versions.h"
#include "tenon/tensor.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"

using namespace llvm;

namespace tenon {

/// Elements of a tensor, nodes of a piece, bytes of the stack.
static constexpr int64_t mostElements = 512, mostNodes = 400, mostBytes = 16384;
/// Of a function that calls itself, for there is a frame for each call.
static constexpr int64_t mostBytesOfMany = 256;
/// Other tensor calls of a function that has versions: they are compiled in each.
static constexpr unsigned mostOthers = 40;

namespace {

/// Calls and names that hang together, with the first call, and what became of them.
struct Piece {
  Instruction *first = nullptr;
  SmallPtrSet<Instruction *, 16> members;
  enum { Refused, NeedsFma, Lowered } outcome = Refused; ///< NeedsFma: the target alone forbids it
  bool silent = false;                                   ///< what becomes of it was said
  unsigned number = 0;
};

class SmallTensors {
public:
  SmallTensors(Function &function, FunctionAnalysisManager &analyses, code::Machine machine, FloatOptions options)
      : function(function), analyses(analyses), machine(machine), options(options) {}
  bool run();

private:
  void findPieces();
  bool mayClearErrors();
  bool lowerPieces();
  void lower(Piece &piece);
  const char *whyNot(const StaticProgram &program);
  bool isWorthVersion() const;
  std::unique_ptr<SmallTensors> makeVersion() const;
  bool lowerVersion(SmallTensors &version);
  void runVersion(Function &version);
  void reportRefused(const Instruction *at, StringRef why);
  void keepOriginal(const SmallPtrSetImpl<Argument *> &pointers);

  Function &function;
  FunctionAnalysisManager &analyses;
  code::Machine machine;
  FloatOptions options;
  std::vector<Piece> pieces;
  SmallPtrSet<Argument *, 4> asked;
};

} // namespace

static constexpr const char *noFma = "the target has no fma, which kernels use where the processor has it";

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

/// Whether a call has to do with elements, not only with scopes and errors.
static bool isAboutTensors(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  if (!row || (row->cls == OpClass::State && none_of(cast<CallInst>(inst).args(), handleOf))) // tn_print has a handle
    return false;
  StringRef name = opNameOf(cast<CallInst>(inst));
  return name != "scope_begin" && name != "scope_end";
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
  MapVector<Instruction *, Piece> found;
  SmallPtrSet<Instruction *, 4> inLoops;
  for (Instruction &inst : instructions(function)) {
    if (!classes.contains(&inst))
      continue;
    Instruction *leader = classes.getLeaderValue(&inst);
    Piece &piece = found[leader];
    piece.members.insert(&inst);
    if (!isa<CallInst>(inst))
      continue;
    if (!piece.first)
      piece.first = &inst;
    if (loops.getLoopFor(inst.getParent()))
      inLoops.insert(leader);
  }
  for (auto &[leader, piece] : found)
    if (inLoops.contains(leader)) {
      piece.number = pieces.size();
      pieces.push_back(std::move(piece));
    }
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

/// Of a chain of failures the first is recorded, unless somebody says in between that it is forgotten.
bool SmallTensors::mayClearErrors() {
  auto &library = analyses.getResult<TargetLibraryAnalysis>(function);
  return any_of(instructions(function), [&](Instruction &inst) {
    auto *call = dyn_cast<CallBase>(&inst);
    if (!call || isa<IntrinsicInst>(call))
      return false;
    if (const OpRow *row = rowOf(inst))
      return opNameOf(*cast<CallInst>(call)) == "clear_error" || row->lowering == Lowering::Map;
    LibFunc known;
    Function *callee = call->getCalledFunction();
    return !callee || !(library.getLibFunc(*callee, known) || call->onlyReadsMemory() || callee->getName() == "tenon.fact" ||
                        call->getAttributes().hasFnAttr(eagerAttribute) || effectOf(inst) != Effect::Order);
  });
}

/// Whether there may be several calls of a function at a time, as far as this module shows.
static bool mayCallItself(const Function &function) {
  SmallSetVector<const Function *, 8> reached;
  reached.insert(&function);
  for (unsigned i = 0; i < reached.size(); ++i)
    for (const Instruction &inst : instructions(*reached[i])) {
      auto *call = dyn_cast<CallBase>(&inst);
      const Function *callee = call ? call->getCalledFunction() : nullptr;
      if (callee == &function)
        return true;
      if (callee && !callee->isDeclaration())
        reached.insert(callee);
    }
  return false;
}

/// What noalloc would do, and is not right or not worth it here.
const char *SmallTensors::whyNot(const StaticProgram &program) {
  if (program.nodes.size() > mostNodes)
    return "there are too many calls";
  if (program.mayMiss && mayClearErrors())
    return "a pointer may be NULL, and what else is called may clear errors";
  int64_t bytes = 0;
  for (auto &node : program.nodes)
    if (node->kind != Node::View && node->kind != Node::Store && node->kind != Node::Read)
      bytes += sizeOf(node->dims) * code::storedBytes(node->dtype);
  if (bytes > mostBytesOfMany && mayCallItself(function))
    return "the function may call itself, and each call would take more of the stack";
  bool hasAddress = false, isStored = false;
  code::Machine withFma = machine;
  withFma.hasFma = true;
  for (auto &node : program.nodes) {
    if (sizeOf(node->dims) > mostElements)
      return "a tensor has more than 512 elements";
    if (!machine.hasFma && (node->kind == Node::Matmul ||
                            (node->kind == Node::Elementwise && code::costOfFunction(node->function, machine) !=
                                                                    code::costOfFunction(node->function, withFma))))
      return noFma;
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
    if (whyNotCopied(function))
      return "a pointer may be NULL, and the function cannot be copied";
  }
  return bytes > mostBytes ? "they would take more than 16384 bytes of the stack" : nullptr;
}

static void keepApart(Function &copy) {
  copy.removeFnAttr(Attribute::AlwaysInline);
  copy.removeFnAttr(Attribute::InlineHint);
  copy.addFnAttr(Attribute::NoInline);
}

/// Where a pointer is NULL, the function runs as it was.
void SmallTensors::keepOriginal(const SmallPtrSetImpl<Argument *> &pointers) {
  ValueToValueMapTy copies;
  Function *original = copyOf(function, ".tenon.eager", copies);
  keepApart(*original);
  original->addFnAttr(Attribute::Cold);
  dropFacts(*original);
  for (Instruction &inst : instructions(*original))
    if (rowOf(inst))
      cast<CallInst>(inst).addFnAttr(Attribute::get(function.getContext(), eagerAttribute));
  auto isNull = [&](IRBuilder<> &b) {
    Value *any = nullptr;
    for (Argument &argument : function.args()) {
      if (!pointers.contains(&argument))
        continue;
      asked.insert(&argument);
      Value *one = b.CreateIsNull(&argument);
      any = any ? b.CreateOr(any, one) : one;
    }
    return any;
  };
  runInstead(function, *original, isNull, MDBuilder(function.getContext()).createUnlikelyBranchWeights());
}

/// Where the processor's vectors may be longer than the target's.
bool SmallTensors::isWorthVersion() const {
  unsigned others = 0;
  for (Instruction &inst : instructions(function))
    others += isAboutTensors(inst) && none_of(pieces, [&](const Piece &piece) { return piece.members.contains(&inst); });
  return !pieces.empty() && machine.vectorBytes == 16 && others <= mostOthers;
}

/// A copy of the function for what kernels call v3, with its pieces; null where there can be none. Not under
/// -ffp-contract=fast, by which the code generator would take the program's own products and sums together.
std::unique_ptr<SmallTensors> SmallTensors::makeVersion() const {
  if ((options.contracts && !options.fast) || !function.getParent()->getTargetTriple().isX86() || whyNotCopied(function) ||
      passesVectors(function))
    return nullptr;
  ValueToValueMapTy copies;
  Function *version = copyOf(function, ".tenon.v3", copies);
  keepApart(*version);
  StringRef features = function.getFnAttribute("target-features").getValueAsString();
  version->addFnAttr("target-features", (features + (features.empty() ? "" : ",") + "+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe,"
                                                    "+popcnt,+sse3,+ssse3,+sse4.1,+sse4.2,+xsave").str());
  version->removeFnAttr("min-legal-vector-width");
  code::Machine better;
  if (better.read(*version, options.contracts) || !better.hasFma) {
    version->eraseFromParent();
    return nullptr;
  }
  auto made = std::make_unique<SmallTensors>(*version, analyses, better, options);
  for (const Piece &piece : pieces) {
    if (piece.outcome == Piece::Lowered)
      continue; // and so copied
    Piece &copied = made->pieces.emplace_back();
    copied.number = piece.number;
    copied.first = cast<Instruction>(copies[piece.first]);
    for (Instruction *inst : piece.members)
      copied.members.insert(cast<Instruction>(copies[inst]));
  }
  return made;
}

/// Makes code of a version's pieces, but for those that cannot be whatever the target. False where none is: the version is gone.
bool SmallTensors::lowerVersion(SmallTensors &version) {
  erase_if(version.pieces, [&](const Piece &piece) { return pieces[piece.number].outcome == Piece::Refused; });
  for (Piece &piece : version.pieces)
    piece.silent = pieces[piece.number].outcome == Piece::Lowered;
  if (version.lowerPieces()) {
    analyses.invalidate(version.function, PreservedAnalyses::none());
    runVersion(version.function);
    return true;
  }
  analyses.clear(version.function, version.function.getName());
  version.function.eraseFromParent();
  return false;
}

/// Where the processor has what the version needs, it runs.
void SmallTensors::runVersion(Function &version) {
  Module &module = *function.getParent();
  keepRoundings(module);
  for (Instruction &inst : instructions(version)) // nor where they are inlined by a linker
    if (auto *call = dyn_cast<CallInst>(&inst); call && call->getCalledFunction() && call->getCalledFunction()->isDeclaration() &&
                                                !isa<IntrinsicInst>(call) && !rowOf(inst))
      call->addFnAttr(Attribute::NoInline);
  FunctionCallee isa = module.getOrInsertFunction("tn_rt_isa", Type::getInt32Ty(module.getContext()));
  auto hasFma = [&](IRBuilder<> &b) { return b.CreateICmpSGE(b.CreateCall(isa), b.getInt32(1)); };
  runInstead(function, version, hasFma, MDBuilder(function.getContext()).createLikelyBranchWeights());
}

void SmallTensors::reportRefused(const Instruction *at, StringRef why) {
  OptimizationRemarkEmitter(&function).emit([&] {
    return OptimizationRemarkAnalysis("tenon-static", "NotSmall", userLocation(*at), at->getParent())
           << "no code without tensors: " << ore::NV("Reason", why);
  });
}

void SmallTensors::lower(Piece &piece) {
  StaticProgram program;
  program.function = &function;
  program.machine = machine;
  program.chosen = &piece.members;
  SmallPtrSet<Instruction *, 32> before;
  for (Instruction &inst : instructions(function))
    before.insert(&inst);
  auto isRight = [&] {
    for (Instruction *inst : piece.members)
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
    if (const Instruction *ended = findUseBehindScope(program, analyses.getResult<DominatorTreeAnalysis>(function))) {
      program.refuse(ended, "the tensor is used where its scope has ended; tn_keep it");
      return false;
    }
    return planStatic(program, analyses.getResult<AAManager>(function));
  };
  const Instruction *first = nullptr;
  for (Instruction &inst : instructions(function))
    if (piece.members.contains(&inst) && isa<CallInst>(inst) && (!first || (!first->getDebugLoc() && inst.getDebugLoc())))
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
    if (program.whyNot == noFma)
      piece.outcome = Piece::NeedsFma;
    else if (!piece.silent)
      reportRefused(program.whyNotAt ? program.whyNotAt : first, program.whyNot);
    return;
  }
  piece.outcome = Piece::Lowered;
  unsigned calls = count_if(program.calls, [](auto &result) { return isAboutTensors(*result.call); });
  DebugLoc location = first->getDebugLoc();
  if (!all_of(program.pointers, [&](Argument *argument) { return asked.contains(argument); }))
    keepOriginal(program.pointers);
  keepBits(function);
  emitCode(program);
  analyses.invalidate(function, PreservedAnalyses::none());
  if (piece.silent)
    return;
  OptimizationRemarkEmitter(&function).emit([&] {
    return OptimizationRemark("tenon-static", "SmallTensors", location, &function.getEntryBlock())
           << "small tensors: " << ore::NV("Calls", calls) << (calls == 1 ? " call" : " calls")
           << " became code without tensors; " << ore::NV("Bytes", program.temporaryBytes) << " bytes of the frame";
  });
}

/// Whether any became code.
bool SmallTensors::lowerPieces() {
  for (Piece &piece : pieces)
    lower(piece);
  bool any = any_of(pieces, [](const Piece &piece) { return piece.outcome == Piece::Lowered; });
  if (any)
    dropScopes(function, analyses.getResult<TargetLibraryAnalysis>(function));
  return any;
}

bool SmallTensors::run() {
  findPieces();
  std::unique_ptr<SmallTensors> version = isWorthVersion() ? makeVersion() : nullptr;
  bool any = lowerPieces();
  auto needsFma = [](const Piece &piece) { return piece.outcome == Piece::NeedsFma; };
  if (!version && any_of(pieces, needsFma))
    version = makeVersion();
  if (version && lowerVersion(*version))
    return true;
  for (const Piece &piece : make_filter_range(pieces, needsFma))
    reportRefused(piece.first, noFma);
  return any;
}

bool lowerSmallTensors(Function &function, FunctionAnalysisManager &analyses, FloatOptions options) {
  code::Machine machine;
  if (machine.read(function, options.contracts) || !SmallTensors(function, analyses, machine, options).run())
    return false;
  analyses.invalidate(function, PreservedAnalyses::none());
  return true;
}

} // namespace tenon
