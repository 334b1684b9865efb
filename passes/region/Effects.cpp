// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Effects.cpp - what an instruction of the user's means for the tensor calls around it.

#include "Effects.h"
#include "Ops.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
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

Effect effectOf(const Instruction &inst) {
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
  auto *call = dyn_cast<CallInst>(&inst);
  if (call && isLibrary(*call) && isMathFunction(call->getCalledFunction()->getName()))
    return nullptr;
  return inst.mayWriteToMemory() || effectOf(inst) != Effect::None ? why : nullptr;
}

} // namespace tenon
