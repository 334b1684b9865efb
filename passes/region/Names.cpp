// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names.cpp - finds the user's names: in debug information, in what the plugin read, in IR's own names.

#include "Names.h"
#include "Ops.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace tenon {

/// Nested expressions that are written out.
static constexpr unsigned maxDepth = 6;

SourceNames &SourceNames::ofThisUnit() {
  static SourceNames names;
  return names;
}

std::string SourceNames::placeOf(StringRef file, unsigned line, unsigned column, StringRef callee) {
  return (sys::path::filename(file) + ":" + Twine(line) + ":" + Twine(column) + ":" + callee).str();
}

/// The variable of a debug record; the host's own before one of a helper that was inlined into it.
static std::string nameInDebugInfo(const Value &value, const Function &host) {
  SmallVector<DbgVariableRecord *> records;
  findDbgValues(const_cast<Value *>(&value), records);
  for (DbgVariableRecord *record : records)
    if (record->isAddressOfVariable() || !record->getVariable()->isArtificial())
      if (record->getNumVariableLocationOps() == 1 &&
          record->getVariable()->getScope()->getSubprogram() == host.getSubprogram())
        return record->getVariable()->getName().str();
  for (DbgVariableRecord *record : records)
    if (record->getNumVariableLocationOps() == 1 && !record->getVariable()->getName().starts_with("__"))
      return record->getVariable()->getName().str();
  return "";
}

/// The callee as the syntax tree names it: the plugin sees tn_view where the header's macro or function says tn_view_.
static StringRef calleeOf(const CallBase &call) {
  const Function *callee = call.getCalledFunction();
  return callee ? callee->getName() : StringRef();
}

/// The variable that the syntax tree initialises or assigns with this very call.
static std::string nameInSource(const CallBase &call) {
  const DebugLoc &at = call.getDebugLoc();
  if (!at || !at->getLine())
    return "";
  // Calls within one macro are at one place; the outermost of one callee is what the variable gets.
  for (const User *user : call.users())
    if (auto *other = dyn_cast<CallBase>(user))
      if (other->getDebugLoc() && other->getDebugLoc()->getLine() == at->getLine() &&
          other->getDebugLoc()->getColumn() == at->getColumn() && calleeOf(*other) == calleeOf(call))
        return "";
  return SourceNames::ofThisUnit().variables.lookup(
      SourceNames::placeOf(at->getFilename(), at->getLine(), at->getColumn(), calleeOf(call)));
}

/// On what the kernel function returned: the name of the user's value, whether a creation call made it, and its dims.
static constexpr StringLiteral originKind = "tenon.origin";

void keepNames(const Value &original, Instruction &copy, const Function &host) {
  std::string name = nameOf(original, host);
  auto dims = createdDims(original, host);
  if (name.empty() && !dims)
    return;
  LLVMContext &context = copy.getContext();
  SmallVector<Metadata *> texts{MDString::get(context, name), MDString::get(context, dims ? "created" : "")};
  if (dims)
    for (const std::string &dim : *dims)
      texts.push_back(MDString::get(context, dim));
  copy.setMetadata(originKind, MDNode::get(context, texts));
}

static StringRef originText(const MDNode &origin, unsigned i) {
  return cast<MDString>(origin.getOperand(i))->getString();
}

/// Behind a region its values have two origins: the user's call, and what the kernel function returned in its stead.
/// The former if it is still there.
static const Value &userValue(const Value &value) {
  if (!isa<PHINode>(value))
    return value;
  SmallPtrSet<const Value *, 8> seen;
  SmallVector<const Value *> work{&value};
  const Value *call = nullptr, *returned = nullptr;
  while (!work.empty()) {
    const Value *next = work.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    if (isa<ExtractValueInst>(next)) {
      returned = next;
      continue;
    }
    if (auto *phi = dyn_cast<PHINode>(next)) {
      append_range(work, phi->incoming_values());
      continue;
    }
    if (call && call != next)
      return value;
    call = next;
  }
  if (!call)
    return returned ? *returned : value;
  return isa<Instruction>(call) ? *call : value;
}

std::string nameOf(const Value &given, const Function &host) {
  const Value &value = userValue(given);
  if (&value != &given)
    if (std::string name = nameInDebugInfo(given, host); !name.empty())
      return name;
  if (isa<Constant>(value) && !isa<GlobalValue>(value))
    return "";
  if (auto *inst = dyn_cast<ExtractValueInst>(&value))
    if (const MDNode *origin = inst->getMetadata(originKind))
      return originText(*origin, 0).str();
  if (std::string name = nameInDebugInfo(value, host); !name.empty())
    return name;
  if (auto *argument = dyn_cast<Argument>(&value)) {
    // Only where each parameter is one argument of the function.
    auto found = SourceNames::ofThisUnit().parameters.find(argument->getParent()->getName());
    if (found != SourceNames::ofThisUnit().parameters.end() &&
        found->second.size() == argument->getParent()->arg_size())
      return found->second[argument->getArgNo()];
    return argument->getName().str();
  }
  auto *call = dyn_cast<CallBase>(&value);
  if (!call)
    return "";
  if (std::string name = nameInSource(*call); !name.empty())
    return name;
  // Another view of a tensor that has a name.
  const Function *callee = call->getCalledFunction();
  const OpRow *row = callee && callee->hasFnAttribute(opAttribute)
                         ? findRow(callee->getFnAttribute(opAttribute).getValueAsString())
                         : nullptr;
  if (!row || row->lowering != Lowering::Alias)
    return "";
  std::string base = nameOf(*call->getArgOperand(0), host);
  return base.empty() ? "" : (row->name + "(" + base + ")").str();
}

static std::string parenthesized(const std::string &text) {
  return StringRef(text).find_first_of("+-") == StringRef::npos || text.back() == ')' ? text : "(" + text + ")";
}

static std::string write(const Value &value, const Function &host, unsigned depth) {
  if (auto *integer = dyn_cast<ConstantInt>(&value))
    return itostr(integer->getSExtValue());
  if (std::string name = nameOf(value, host); !name.empty())
    return name;
  auto *inst = dyn_cast<Instruction>(&userValue(value));
  if (!inst || depth == maxDepth)
    return "";
  auto operand = [&](unsigned i) { return write(*inst->getOperand(i), host, depth + 1); };
  auto both = [&](const char *sign, bool tight) -> std::string {
    std::string x = operand(0), y = operand(1);
    if (x.empty() || y.empty())
      return "";
    return tight ? parenthesized(x) + sign + parenthesized(y) : x + sign + parenthesized(y);
  };
  switch (inst->getOpcode()) {
  case Instruction::SExt:
  case Instruction::ZExt:
  case Instruction::Freeze:
    return operand(0);
  case Instruction::Add:
    if (auto *integer = dyn_cast<ConstantInt>(inst->getOperand(1)); integer && integer->isNegative()) {
      std::string x = operand(0);
      return x.empty() ? "" : x + itostr(integer->getSExtValue());
    }
    return both("+", false);
  case Instruction::Sub:
    return both("-", false);
  case Instruction::Mul:
    return both("*", true);
  case Instruction::Shl:
    if (auto *bits = dyn_cast<ConstantInt>(inst->getOperand(1)); bits && bits->getZExtValue() < 63) {
      std::string x = operand(0);
      return x.empty() ? "" : itostr(int64_t(1) << bits->getZExtValue()) + "*" + parenthesized(x);
    }
    return "";
  case Instruction::Call:
    if (const Function *callee = cast<CallInst>(inst)->getCalledFunction(); callee && callee->getName() == "tn_dim") {
      std::string tensor = nameOf(*inst->getOperand(0), host), axis = operand(1);
      return tensor.empty() || axis.empty() ? "" : "dim(" + tensor + ", " + axis + ")";
    }
    return "";
  default:
    return "";
  }
}

std::string expressionOf(const Value &value, const Function &host) { return write(value, host, 0); }

std::optional<SmallVector<std::string>> createdDims(const Value &handle, const Function &host) {
  const Value &value = userValue(handle);
  if (auto *inst = dyn_cast<ExtractValueInst>(&value)) {
    const MDNode *origin = inst->getMetadata(originKind);
    if (!origin || originText(*origin, 1).empty())
      return std::nullopt;
    SmallVector<std::string> dims;
    for (unsigned i = 2; i < origin->getNumOperands(); ++i)
      dims.push_back(originText(*origin, i).str());
    return dims;
  }
  auto *call = dyn_cast<CallInst>(&value);
  const Function *callee = call ? call->getCalledFunction() : nullptr;
  if (!callee || !callee->hasFnAttribute(opAttribute))
    return std::nullopt;
  StringRef op = callee->getFnAttribute(opAttribute).getValueAsString();
  unsigned from;
  if (op == "zeros")
    from = 1;
  else if (op == "view" || op == "view_const" || op == "full")
    from = 2;
  else
    return std::nullopt;
  SmallVector<std::string> dims;
  for (const Use &argument : drop_begin(call->args(), from)) {
    if (auto *integer = dyn_cast<ConstantInt>(argument); integer && integer->isMinValue(/*IsSigned=*/true))
      break;
    dims.push_back(write(*argument, host, 0));
  }
  return dims;
}

} // namespace tenon
