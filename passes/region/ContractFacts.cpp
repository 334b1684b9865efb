// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ContractFacts.cpp - see ContractFacts.h.
//
//   Before   define ptr @mlp(ptr %x, ptr %w) "tenon-shapes"="0:x:n,784;1:w:784,k"
//   Between  call void (...) @tenon.fact(ptr %x, ptr %w), !tenon.shapes !{!{!"n,784", !"x of mlp", i1 false}, ...}
//
// One call holds the contracts of one call of the function, so that its names keep their meaning wherever it is
// inlined. The call says that it touches memory that no program can see: it stays where it is, and nothing else is held
// up by it.

#include "ContractFacts.h"
#include "Region.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace tenon {

static constexpr StringLiteral factName = "tenon.fact", shapesKind = "tenon.shapes";

std::string FactDim::text() const {
  if (symbol.empty())
    return std::to_string(offset);
  return (factor == 1 ? "" : std::to_string(factor) + "*") + symbol +
         (offset ? (offset > 0 ? "+" : "") + std::to_string(offset) : "");
}

/// "2*n+1" and the like; nothing if it is no dim.
static std::optional<FactDim> parseDim(StringRef text) {
  FactDim dim;
  if (!text.getAsInteger(10, dim.offset))
    return dim.offset >= 0 ? std::optional(dim) : std::nullopt;
  if (auto [factor, rest] = text.split('*'); !rest.empty()) {
    if (factor.getAsInteger(10, dim.factor) || dim.factor <= 0)
      return std::nullopt;
    text = rest;
  }
  StringRef name = text.take_while([](char c) { return isAlnum(c) || c == '_'; });
  StringRef offset = text.drop_front(name.size());
  offset.consume_front("+");
  if (name.empty() || (!offset.empty() && offset.getAsInteger(10, dim.offset)))
    return std::nullopt;
  dim.symbol = name.str();
  return dim;
}

std::optional<SmallVector<FactDim>> parseFactDims(StringRef text) {
  SmallVector<FactDim> dims;
  SmallVector<StringRef> parts;
  if (!text.empty())
    text.split(parts, ',');
  for (StringRef part : parts) {
    std::optional<FactDim> dim = parseDim(part);
    if (!dim)
      return std::nullopt;
    dims.push_back(*dim);
  }
  return dims.size() <= 8 ? std::optional(dims) : std::nullopt;
}

/// Calls `visit(index, fact)` for each contract of a function; -1 is the result.
static void forEachContract(const Function &function, function_ref<void(int, const ShapeFact &)> visit) {
  SmallVector<StringRef> items, proven;
  function.getFnAttribute(shapesAttribute).getValueAsString().split(items, ';', -1, /*KeepEmpty=*/false);
  function.getFnAttribute(provenAttribute).getValueAsString().split(proven, ',', -1, /*KeepEmpty=*/false);
  for (StringRef item : items) {
    auto [index, rest] = item.split(':');
    auto [name, dims] = rest.split(':');
    int number = -1;
    bool isResult = index == "r";
    if (!isResult && (index.getAsInteger(10, number) || number < 0 || unsigned(number) >= function.arg_size() ||
                      !function.getArg(number)->getType()->isPointerTy()))
      continue;
    if (isResult && !function.getReturnType()->isPointerTy())
      continue;
    std::optional<SmallVector<FactDim>> parsed = parseFactDims(dims);
    if (!parsed)
      continue;
    std::string contract = isResult ? "the result of " + name.str() : (name + " of " + function.getName()).str();
    visit(number, {*parsed, contract, function.hasLocalLinkage() && is_contained(proven, index)});
  }
}

void emitFacts(const SetVector<Function *> &functions) {
  for (Function *function : functions) {
    if (function->isDeclaration() || !function->hasFnAttribute(shapesAttribute))
      continue;
    LLVMContext &context = function->getContext();
    Module &module = *function->getParent();
    auto describe = [&](const ShapeFact &fact) -> Metadata * {
      std::string dims = join(map_range(fact.dims, [](const FactDim &dim) { return dim.text(); }), ",");
      Metadata *words[] = {MDString::get(context, dims), MDString::get(context, fact.contract),
                           ConstantAsMetadata::get(ConstantInt::getBool(context, fact.proven))};
      return MDNode::get(context, words);
    };
    SmallVector<Value *> handles;
    SmallVector<Metadata *> words;
    Metadata *ofResult = nullptr;
    forEachContract(*function, [&](int index, const ShapeFact &fact) {
      if (index < 0) {
        ofResult = describe(fact);
        return;
      }
      handles.push_back(function->getArg(index));
      words.push_back(describe(fact));
    });
    FunctionCallee callee = module.getOrInsertFunction(factName, FunctionType::get(Type::getVoidTy(context), true));
    auto *declaration = cast<Function>(callee.getCallee());
    declaration->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
    declaration->setDoesNotThrow();
    declaration->setWillReturn();
    declaration->addFnAttr(Attribute::NoCallback);
    auto place = [&](Instruction *at) {
      IRBuilder<> builder(at);
      builder.SetCurrentDebugLocation(DebugLoc());
      if (DISubprogram *subprogram = function->getSubprogram())
        builder.SetCurrentDebugLocation(DILocation::get(context, 0, 0, subprogram));
      builder.CreateCall(callee, handles)->setMetadata(shapesKind, MDNode::get(context, words));
    };
    if (!handles.empty())
      place(&*function->getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
    if (!ofResult)
      continue;
    for (BasicBlock &block : *function)
      if (auto *leaving = dyn_cast<ReturnInst>(block.getTerminator()); leaving && !block.getTerminatingMustTailCall()) {
        handles.push_back(leaving->getReturnValue());
        words.push_back(ofResult);
        place(leaving);
        handles.pop_back();
        words.pop_back();
      }
  }
}

void dropFacts(Function &function) {
  for (Instruction &inst : make_early_inc_range(instructions(function)))
    if (auto *call = dyn_cast<CallInst>(&inst);
        call && call->getCalledFunction() && call->getCalledFunction()->getName() == factName)
      call->eraseFromParent();
}

ModuleFacts::ModuleFacts(Module &module) {
  Function *declaration = module.getFunction(factName);
  if (!declaration)
    return;
  SmallVector<CallInst *> calls;
  for (Function &function : module)
    for (Instruction &inst : instructions(function))
      if (auto *call = dyn_cast<CallInst>(&inst); call && call->getCalledFunction() == declaration)
        calls.push_back(call);
  // From the last to the first, so that what follows a call is no such call.
  for (CallInst *call : reverse(calls)) {
    Scope scope;
    scope.before = call->getNextNode();
    while (isa<LifetimeIntrinsic>(scope.before)) // regions drop them
      scope.before = scope.before->getNextNode();
    auto *words = call->getMetadata(shapesKind);
    for (unsigned i = 0; words && i < call->arg_size() && i < words->getNumOperands(); ++i) {
      auto *fact = dyn_cast<MDNode>(words->getOperand(i));
      if (!fact || fact->getNumOperands() != 3 || isa<Constant>(call->getArgOperand(i)))
        continue;
      auto *dims = dyn_cast<MDString>(fact->getOperand(0)), *contract = dyn_cast<MDString>(fact->getOperand(1));
      auto *proven = mdconst::dyn_extract<ConstantInt>(fact->getOperand(2));
      if (auto parsed = dims && contract && proven ? parseFactDims(dims->getString()) : std::nullopt)
        scope.facts.push_back({call->getArgOperand(i), {*parsed, contract->getString().str(), proven->isOne()}});
    }
    scopes[call->getFunction()].push_back(std::move(scope));
    call->eraseFromParent();
  }
  for (auto &[function, own] : scopes)
    std::reverse(own.begin(), own.end());
  if (declaration->use_empty())
    declaration->eraseFromParent();
}

void ModuleFacts::enter(Function &function) {
  dominating.clear();
  inside.clear();
  auto found = scopes.find(&function);
  if (found == scopes.end())
    return;
  DominatorTree dominators(function);
  for (const Scope &scope : found->second) {
    inside[scope.before].push_back(&scope);
    for (const BasicBlock &block : function)
      if (dominators.properlyDominates(scope.before->getParent(), &block))
        dominating[&block].push_back(&scope);
  }
}

std::optional<ShapeFact> factOfResult(const CallBase &call) {
  std::optional<ShapeFact> result;
  if (const Function *callee = call.getCalledFunction(); callee && callee->hasFnAttribute(shapesAttribute))
    forEachContract(*callee, [&](int index, const ShapeFact &fact) {
      if (index < 0)
        result = fact;
    });
  return result;
}

namespace {

/// Brings the names of several scopes together.
class Unifier {
public:
  /// Adds the facts of one scope. Its names become what earlier facts of the same handles say, or new ones.
  void add(ArrayRef<std::pair<const Value *, ShapeFact>> scope);
  ShapeFacts facts;

private:
  FactDim substitute(const FactDim &dim, StringMap<FactDim> &bound);
  std::string fresh(StringRef name) {
    unsigned &count = used[name];
    ++count;
    return count == 1 ? name.str() : (name + "." + Twine(count)).str();
  }
  StringMap<unsigned> used;
};

} // namespace

void Unifier::add(ArrayRef<std::pair<const Value *, ShapeFact>> scope) {
  StringMap<FactDim> bound;
  // Proven facts first: what only a contract says must not become part of them.
  for (bool proven : {true, false}) {
    for (auto &[value, fact] : scope) {
      auto known = facts.find(value);
      if (known == facts.end() || known->second.dims.size() != fact.dims.size() ||
          (proven && (!known->second.proven || !fact.proven)))
        continue;
      for (auto [mine, theirs] : zip(fact.dims, known->second.dims)) {
        int64_t offset;
        if (!mine.symbol.empty() && mine.factor == 1 && !SubOverflow(theirs.offset, mine.offset, offset))
          bound.insert({mine.symbol, FactDim{theirs.symbol, theirs.factor, offset}});
      }
    }
    for (auto &[value, fact] : scope) {
      auto known = facts.find(value);
      if (fact.proven != proven || (known != facts.end() && (known->second.proven || !proven)))
        continue;
      ShapeFact renamed = fact;
      for (FactDim &dim : renamed.dims)
        dim = substitute(dim, bound);
      facts[value] = renamed;
    }
  }
}

/// The dim in the names of the region. A name that is not bound yet becomes a new one.
FactDim Unifier::substitute(const FactDim &dim, StringMap<FactDim> &bound) {
  if (dim.symbol.empty())
    return dim;
  auto found = bound.find(dim.symbol);
  if (found == bound.end())
    found = bound.insert({dim.symbol, FactDim{fresh(dim.symbol), 1, 0}}).first;
  const FactDim &is = found->second;
  FactDim made{is.symbol, is.factor, 0};
  int64_t scaled;
  if (MulOverflow(is.offset, dim.factor, scaled) || AddOverflow(scaled, dim.offset, made.offset) ||
      (!is.symbol.empty() && MulOverflow(is.factor, dim.factor, made.factor)))
    return {fresh(dim.symbol), 1, 0};
  return made;
}

ShapeFacts ModuleFacts::of(const Region &region) const {
  const BasicBlock *block = region.blocks.front().block;
  Unifier unifier;
  auto add = [&](const Scope *scope) {
    SmallVector<std::pair<const Value *, ShapeFact>> alive;
    for (auto &[value, fact] : scope->facts)
      if (value)
        alive.push_back({value, fact});
    unifier.add(alive);
  };
  if (auto found = dominating.find(block); found != dominating.end())
    for (const Scope *scope : found->second)
      add(scope);
  // Behind its start as far as control surely gets there.
  for (const Instruction &inst : *block) {
    if (auto found = inside.find(&inst); found != inside.end())
      for (const Scope *scope : found->second)
        add(scope);
    if (inside.empty() || !isGuaranteedToTransferExecutionToSuccessor(&inst))
      break;
  }
  // Results of calls: the names of the callee's contract are what its arguments say.
  SmallPtrSet<const Instruction *, 16> mayRun; // or not
  auto addCall = [&](const Value *value) {
    auto *call = dyn_cast<CallBase>(value);
    std::optional<ShapeFact> result = call ? factOfResult(*call) : std::nullopt;
    if (!result)
      return;
    SmallVector<std::pair<const Value *, ShapeFact>> scope;
    forEachContract(*call->getCalledFunction(), [&](int index, const ShapeFact &fact) {
      if (index >= 0 && unsigned(index) < call->arg_size())
        scope.push_back({call->getArgOperand(index), fact});
    });
    scope.push_back({call, *result});
    SmallPtrSet<const Value *, 16> known;
    for (auto &fact : unifier.facts)
      known.insert(fact.first);
    unifier.add(scope);
    // What the arguments of a call are is known where it ran.
    if (mayRun.contains(call))
      unifier.facts.remove_if([&](auto &fact) { return fact.first != call && !known.contains(fact.first); });
  };
  SmallSetVector<const Value *, 16> seen;
  bool surely = true;
  for (const RegionBlock &part : region.blocks) {
    for (const Instruction &inst : *part.block) {
      if (!surely)
        mayRun.insert(&inst);
      surely &= isGuaranteedToTransferExecutionToSuccessor(&inst);
    }
    surely = false;
  }
  for (const RegionBlock &part : region.blocks)
    for (const Instruction &inst : *part.block) {
      for (const Use &operand : inst.operands())
        if (seen.insert(operand))
          addCall(operand);
      if (seen.insert(&inst))
        addCall(&inst);
    }
  return std::move(unifier.facts);
}

} // namespace tenon
