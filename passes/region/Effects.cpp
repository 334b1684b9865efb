// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Effects.cpp - what an instruction of the user's means for the tensor calls around it.

#include "Effects.h"
#include "Ops.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace tenon {

bool canCross(const Type *type) {
  return type->isPointerTy() || type->isFloatTy() || type->isDoubleTy() || type->isIntegerTy(1) ||
         type->isIntegerTy(8) || type->isIntegerTy(16) || type->isIntegerTy(32) || type->isIntegerTy(64);
}

const char *whyEnds(const Instruction &inst) {
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

namespace {

/// How far an instruction is looked into.
struct Depth {
  unsigned calls = 0;    ///< from the region's own code
  unsigned budget = 2000; ///< instructions yet to look at
};

} // namespace

static Effect effectOf(const Instruction &inst, Depth &depth);

/// What a call of a function of this module does, as its body says; Order where it takes too long to find out.
static Effect effectOfBody(const Function &function, Depth &depth) {
  unsigned count = function.getInstructionCount();
  if (!function.isDefinitionExact() || depth.calls > 8 || depth.budget < count)
    return Effect::Order;
  depth.budget -= count;
  ++depth.calls;
  Effect effect = Effect::None;
  bool ends = false; // other than by a return
  for (const Instruction &inst : instructions(function)) {
    auto *call = dyn_cast<CallInst>(&inst);
    bool isOdd = inst.isTerminator() && !isa<ReturnInst, BranchInst, SwitchInst, UnreachableInst>(inst);
    effect = isOdd || rowOf(inst) || (call && whyEnds(*call)) ? Effect::Order : std::max(effect, effectOf(inst, depth));
    if (effect == Effect::Order)
      break;
    ends |= isa<UnreachableInst>(inst);
  }
  --depth.calls;
  if (effect != Effect::None || function.willReturn())
    return effect;
  // Nothing is computed ahead of what may go on for ever.
  SmallVector<std::pair<const BasicBlock *, const BasicBlock *>> loops;
  FindFunctionBackedges(function, loops);
  return loops.empty() && !ends ? Effect::None : Effect::Output;
}

static Effect effectOfCall(const CallInst &call, Depth &depth) {
  const Function *callee = call.getCalledFunction();
  if (isLibrary(call) && isOutputFunction(*callee)) {
    StringRef format;
    if (callee->getName() != "printf" ||
        (getConstantStringInfo(call.getArgOperand(0), format) && !writesByFormat(format)))
      return Effect::Output;
  }
  if (isLibrary(call) && isMathFunction(callee->getName()))
    return Effect::None;
  bool goesOn = call.willReturn() && call.doesNotThrow();
  bool apart = callee && callee->hasFnAttribute(noTensorsAttribute);
  // A function that only reads may read whether there is an error, but for one that says that it does not.
  if (isa<IntrinsicInst>(call) || apart ? call.onlyReadsMemory() : call.doesNotAccessMemory())
    if (goesOn)
      return Effect::None;
  if (!call.doesNotThrow())
    return Effect::Order;
  if (apart)
    return Effect::Output;
  return callee && !callee->isDeclaration() ? effectOfBody(*callee, depth) : Effect::Order;
}

/// True for a local of the function, or the place of a struct that it returns, which no tensor can view.
static bool isPrivate(const Value *pointer, const Depth &depth) {
  const Value *object = getUnderlyingObject(pointer);
  // The caller's local, of which only the caller knows who views it.
  auto *argument = dyn_cast<Argument>(object);
  bool isReturned = !depth.calls && argument && argument->hasStructRetAttr() && argument->hasNoAliasAttr();
  return (isa<AllocaInst>(object) || isReturned) && !PointerMayBeCaptured(object, /*ReturnCaptures=*/true);
}

static Effect effectOf(const Instruction &inst, Depth &depth) {
  if (auto *call = dyn_cast<CallInst>(&inst)) {
    if (call->isLifetimeStartOrEnd()) // memory that a view may wrap begins or ends
      return depth.calls && isPrivate(call->getArgOperand(0), depth) ? Effect::None : Effect::Order;
    if (auto *fill = dyn_cast<MemIntrinsic>(call); fill && !fill->isVolatile() && isPrivate(fill->getRawDest(), depth))
      return Effect::None;
    return effectOfCall(*call, depth);
  }
  if (inst.isVolatile() || inst.isAtomic())
    return Effect::Order;
  if (auto *store = dyn_cast<StoreInst>(&inst))
    return isPrivate(store->getPointerOperand(), depth) ? Effect::None : Effect::Order;
  return inst.mayWriteToMemory() ? Effect::Order : Effect::None;
}

Effect effectOf(const Instruction &inst) {
  Depth depth;
  return effectOf(inst, depth);
}

/// A local, or a variable or constant that is no array: it holds no tensor's elements, not even those of tn_init's
/// buffer.
static bool holdsNoElements(const Value *pointer) {
  auto *global = dyn_cast<GlobalVariable>(getUnderlyingObject(pointer));
  bool isScalar = global && (global->isConstant() || !global->getValueType()->isAggregateType());
  return isScalar || isPrivate(pointer, Depth());
}

bool mayReadElements(const Instruction &inst) {
  if (auto *load = dyn_cast<LoadInst>(&inst))
    return !holdsNoElements(load->getPointerOperand());
  auto *call = dyn_cast<CallInst>(&inst);
  if (!call)
    return inst.mayReadFromMemory();
  const Function *callee = call->getCalledFunction();
  if (call->isLifetimeStartOrEnd() || (callee && callee->hasFnAttribute(noTensorsAttribute)))
    return false;
  if (isLibrary(*call) && isMathFunction(callee->getName()))
    return false;
  // Printing reads the texts that it is given, and the other library functions of this kind nothing else.
  bool readsArguments = (isLibrary(*call) && isOutputFunction(*callee)) || isa<MemIntrinsic>(call);
  if (readsArguments)
    return any_of(call->args(), [](const Use &use) { return use->getType()->isPointerTy() && !holdsNoElements(use); });
  return call->mayReadFromMemory();
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

const char *whyRunsOnce(const Instruction &inst) {
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
  // What a function writes that has no effect are its own locals, and errno.
  if (isa<CallInst>(inst) && !isa<IntrinsicInst>(inst) && effectOf(inst) == Effect::None)
    return nullptr;
  return inst.mayWriteToMemory() || effectOf(inst) != Effect::None ? why : nullptr;
}

} // namespace tenon
