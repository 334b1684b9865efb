// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReadCalls.cpp - reads the tensor calls of a noalloc function in order, and proves that each can be code.
//
// Nothing is left to run time: shapes, dtypes and indices are constants of the program or the call is an error, at its
// line, with the reason. A handle never leaves the function.

#include "CallReader.h"
#include "Scopes.h"
#include "lanes/MathFunctions.h"
#include "tenon/tensor.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/Loads.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;

namespace tenon {

int64_t sizeOf(ArrayRef<int64_t> dims) {
  int64_t size = 1;
  for (int64_t dim : dims)
    size *= dim;
  return size;
}

Dims rowMajor(ArrayRef<int64_t> dims) {
  Dims strides(dims.size());
  int64_t stride = 1;
  for (unsigned i = dims.size(); i-- > 0; stride *= dims[i])
    strides[i] = stride;
  return strides;
}

std::string textOf(ArrayRef<int64_t> dims) {
  std::string text = "[";
  for (auto [i, dim] : enumerate(dims))
    text += (i ? ", " : "") + std::to_string(dim);
  return text + "]";
}

bool broadcast(ArrayRef<int64_t> x, ArrayRef<int64_t> y, Dims &out_dims) {
  unsigned rank = std::max(x.size(), y.size());
  Dims dims(rank);
  for (unsigned i = 0; i < rank; ++i) {
    auto at = [&](ArrayRef<int64_t> shape) { return i < shape.size() ? shape[shape.size() - 1 - i] : 1; };
    int64_t a = at(x), b = at(y);
    if (a != b && a != 1 && b != 1)
      return false;
    dims[rank - 1 - i] = a == 1 ? b : a;
  }
  out_dims = dims;
  return true;
}

void reportBroken(const Function &function, const Instruction *at, const Twine &why) {
  function.getContext().diagnose(
      DiagnosticInfoUnsupported(function, "noalloc: " + why, at ? userLocation(*at) : DebugLoc(), DS_Error));
}

void StaticProgram::refuse(const Instruction *at, const Twine &why) {
  if (!chosen)
    return reportBroken(*function, at, why);
  if (whyNot.empty()) {
    whyNot = why.str();
    whyNotAt = at;
  }
}

bool StaticProgram::isChosen(const Instruction &inst) const {
  return !chosen || chosen->contains(const_cast<Instruction *>(&inst));
}

void CallReader::fail(const Twine &why, const Instruction *line) {
  failed = true;
  broken.insert(at);
  program.refuse(line ? line : at, why);
}

Node *CallReader::add(Node::Kind kind, StringRef function, unsigned dtype, ArrayRef<int64_t> dims,
                      ArrayRef<Operand> operands) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->call = at;
  node->function = function.str();
  node->dtype = dtype;
  node->dims.assign(dims.begin(), dims.end());
  node->operands.assign(operands.begin(), operands.end());
  for (const Operand &operand : operands)
    if (operand.node && !is_contained(operand.node->users, node.get()))
      operand.node->users.push_back(node.get());
  if (program.mayMiss)
    for (const Operand &operand : operands)
      if (operand.node)
        node->isThere = bothThere(node->isThere, operand.node->isThere);
  program.nodes.push_back(std::move(node));
  return program.nodes.back().get();
}

// --- arguments
// ----------------------------------------------------------------------------------------------------------

Node *CallReader::tensor(unsigned i) {
  Value *handle = call->getArgOperand(i);
  if (Node *known = nodes.lookup(handle))
    return known;
  if (broken.contains(handle)) {
    broken.insert(call);
    return nullptr;
  }
  if (isNumber(i))
    fail("a number stands where a tensor is needed");
  else if (isa<ConstantPointerNull>(handle))
    fail("the tensor is NULL");
  else
    fail("this tensor comes from outside of the function: its shape and memory are not known; make a view of a pointer "
         "here");
  broken.insert(handle); // once
  return nullptr;
}

static const OpRow *scalarRow(const Value *value) {
  auto *made = dyn_cast<CallInst>(value);
  const OpRow *row = made ? rowOf(*made) : nullptr;
  return row && row->lowering == Lowering::Scalar ? row : nullptr;
}

bool CallReader::isNumber(unsigned i) { return scalarRow(call->getArgOperand(i)); }

Value *CallReader::convert(Value *value, StringRef scalar, unsigned dtype) {
  IRBuilder<> b(call);
  code::Emission emission(b, program.machine);
  Type *element = code::elementType(dtype);
  bool isFloating = scalar == "scalar_f64";
  if (code::isReal(dtype)) // one rounding
    return isFloating               ? b.CreateFPCast(value, element)
           : scalar == "scalar_i64" ? b.CreateSIToFP(value, element)
                                    : b.CreateUIToFP(value, element);
  if (isFloating) {
    fail("a floating number does not go with " + Twine(code::nameOfDtype(dtype)));
    return nullptr;
  }
  auto *integer = dyn_cast<ConstantInt>(value);
  bool isSigned = scalar == "scalar_i64";
  unsigned bits = element->getIntegerBitWidth();
  if (integer) {
    const APInt &written = integer->getValue();
    bool fits = bits >= 32 ? (isSigned ? written.isSignedIntN(bits) : written.isIntN(bits - 1)) : written.isIntN(bits);
    if (fits)
      return ConstantInt::get(element, bits == 64 ? written : written.trunc(bits));
    fail("the number does not fit into " + Twine(code::nameOfDtype(dtype)));
    return nullptr;
  }
  if (isSigned && bits == 64)
    return value;
  // int i = ...; tn_add(x, i) on i32 widens what was an int.
  if (auto *wide = dyn_cast<SExtInst>(value); wide && wide->getSrcTy() == element && bits == 32)
    return wide->getOperand(0);
  fail("whether the number fits into " + Twine(code::nameOfDtype(dtype)) + " is not known before the program runs");
  return nullptr;
}

Value *CallReader::number(unsigned i, unsigned dtype) {
  auto *made = cast<CallInst>(call->getArgOperand(i));
  return convert(made->getArgOperand(0), scalarRow(made)->name, dtype);
}

bool CallReader::constant(unsigned i, const char *what, int64_t &out_value) {
  auto *written = dyn_cast<ConstantInt>(call->getArgOperand(i));
  if (written)
    out_value = written->getSExtValue();
  else
    fail(Twine(what) + " is not a constant");
  return written;
}

bool CallReader::constants(unsigned i, unsigned most, const char *what, Dims &out_values) {
  out_values.clear();
  for (unsigned end = i + most; i < end; ++i) {
    int64_t value;
    if (!constant(i, what, value))
      return false;
    if (value == TN_PAD_VALUE)
      break;
    out_values.push_back(value);
  }
  return true;
}

Value *CallReader::stored(Value *pointer, int64_t bytes, Type *type) {
  const DataLayout &layout = call->getDataLayout();
  APInt offset(64, bytes);
  Value *base = pointer->stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true);
  if (auto *global = dyn_cast<GlobalVariable>(base);
      global && global->isConstant() && global->hasDefinitiveInitializer())
    return ConstantFoldLoadFromConst(global->getInitializer(), type, offset, layout);
  // What was stored on the way here, within the block.
  IRBuilder<> b(call);
  Value *place = bytes ? b.CreatePtrAdd(pointer, b.getInt64(bytes)) : pointer;
  LoadInst *load = b.CreateLoad(type, place);
  BasicBlock::iterator from(load);
  BatchAAResults batch(aliases);
  Value *found = FindAvailableLoadedValue(load, load->getParent(), from, /*MaxInstsToScan=*/400, &batch);
  load->eraseFromParent();
  if (auto *made = dyn_cast<Instruction>(place); made && made != pointer && made->use_empty())
    made->eraseFromParent();
  if (!found || found->getType() == type)
    return found;
  // A union: its bits were stored as another type.
  Value *other;
  if (auto *constant = dyn_cast<Constant>(found))
    return ConstantFoldCastOperand(Instruction::BitCast, constant, type, layout);
  return match(found, PatternMatch::m_BitCast(PatternMatch::m_Value(other))) && other->getType() == type ? other
                                                                                                         : nullptr;
}

bool CallReader::dtypeArgument(unsigned i, unsigned &out_dtype) {
  int64_t written;
  if (!constant(i, "the dtype", written))
    return false;
  out_dtype = written & 0xff;
  if ((written & ~int64_t(0xff)) != (int64_t(TN_F32) & ~int64_t(0xff)) || out_dtype == 0 ||
      out_dtype > (TN_BOOL & 0xff))
    fail(Twine(written) + " is not a dtype");
  else if (!code::hasElements(out_dtype))
    fail("code without the runtime does not have dtype " + Twine(code::nameOfDtype(out_dtype)) + " yet");
  else
    return true;
  return false;
}

bool CallReader::axis(const Node &node, int64_t written, unsigned &out_axis) {
  int64_t rank = node.dims.size();
  if (written < -rank || written >= rank) {
    fail("axis " + Twine(written) + " of " + textOf(node.dims) + " is out of range");
    return false;
  }
  out_axis = written < 0 ? written + rank : written;
  return true;
}

// --- calls
// --------------------------------------------------------------------------------------------------------------

void CallReader::readCall(CallInst &next, const OpRow &row, StringRef name) {
  at = call = &next;
  Result result{&next};
  unsigned errors = broken.size();
  auto done = [&] {
    if (broken.size() == errors && !result.node && !result.value && !next.getType()->isVoidTy())
      fail("'" + name + "' is a call of the runtime");
    if (result.node)
      nodes[&next] = result.node;
    program.calls.push_back(result);
  };
  if (row.lowering == Lowering::Scalar) { // becomes an element where it is used
    program.calls.push_back(result);
    return;
  }
  switch (row.cls) {
  case OpClass::Elementwise:
  case OpClass::Reduction:
  case OpClass::Pure:
    result.node = readOp(row, name);
    break;
  case OpClass::Shape:
    result.node = alias(name);
    break;
  case OpClass::Create:
    result.node = readCreation(name);
    break;
  case OpClass::Read:
    if (!readRead(name, result.value, result.node))
      break;
    if (result.node) { // a number, not a tensor
      program.calls.push_back(result);
      return;
    }
    break;
  case OpClass::Mutate:
    if (readMutation(name, result.value) && result.value) {
      program.calls.push_back(result);
      return;
    }
    break;
  case OpClass::Handle:
    if (name == "scope_begin") {
      result.value = ConstantInt::get(next.getType(), 0);
    } else if (name == "scope_end" || name == "free") {
      if (name == "scope_end" && !isBegunHere(*next.getArgOperand(0)))
        fail("the scope that ends here is not seen to begin in this function");
      program.calls.push_back(result);
      return;
    } else if (name == "keep" || name == "keep_in") {
      result.node = tensor(name == "keep" ? 0 : 1);
      if (name == "keep_in" && !isOpenAt(*next.getArgOperand(0), next, dominators))
        fail("that the scope of tn_keep_in is open is not seen here");
    } else if (name == "replaced") {
      if (Node *value = tensor(1); value && tensor(0)) {
        if (value->kind == Node::View)
          fail("tn_replace by a view of memory is a call of the runtime: tn_copy it");
        else
          result.node = replaced(value, tensor(0));
      }
    }
    break;
  case OpClass::State:
    if (broken.size() == errors)
      fail("'" + name + "' is a call of the runtime" +
           (name == "ok" ? "; nothing can fail in a noalloc function" : ""));
    break;
  }
  done();
}

/// A handle may go to tensor calls and be compared with NULL, and nowhere else.
void CallReader::checkUses(Instruction &made) {
  if (!made.getType()->isPointerTy() || broken.contains(&made) || !nodes.contains(&made))
    return;
  at = &made;
  for (User *user : made.users()) {
    auto *inst = cast<Instruction>(user);
    if (rowOf(*inst))
      continue;
    if (auto *compare = dyn_cast<ICmpInst>(inst);
        compare && compare->isEquality() && isa<ConstantPointerNull>(compare->getOperand(1)))
      continue; // whether it is NULL is known, or that it never is
    if (broken.contains(inst) || joins.contains(inst))
      continue;
    if (auto *fact = dyn_cast<CallInst>(inst);
        fact && fact->getCalledFunction() && fact->getCalledFunction()->getName() == "tenon.fact")
      continue;
    const Instruction *line = made.getDebugLoc() && made.getDebugLoc().getLine() ? &made : inst; // PHIs often have none
    if (isa<ReturnInst>(inst))
      fail("the tensor leaves the function by return, and would need memory of the runtime; store it into a view", line);
    else if (isa<StoreInst>(inst))
      fail("the handle is put into memory, and its tensor would need memory of the runtime", line);
    else if (auto *other = dyn_cast<CallBase>(inst); other && other->getCalledFunction())
      fail("the tensor is given to '" + other->getCalledFunction()->getName() +
           "', which is not part of this function",
           line);
    else
      fail("the handle is used for something else than tensor calls", line);
    return;
  }
}

/// Whether a function of this module calls the runtime, directly or not; the op is one that it calls.
bool CallReader::reachesRuntime(Function &function, StringRef &out_op) {
  SmallPtrSet<Function *, 8> seen;
  SmallVector<Function *> work{&function};
  while (!work.empty()) {
    Function *next = work.pop_back_val();
    if (next->isDeclaration() || next->hasFnAttribute(noallocAttribute) || !seen.insert(next).second)
      continue;
    for (Instruction &inst : instructions(*next)) {
      auto *inner = dyn_cast<CallBase>(&inst);
      Function *callee = inner ? inner->getCalledFunction() : nullptr;
      if (!callee)
        continue;
      if (callee->hasFnAttribute(opAttribute)) {
        out_op = callee->getName();
        return true;
      }
      work.push_back(callee);
    }
  }
  return false;
}

void CallReader::checkOtherCalls() {
  for (Instruction &inst : instructions(*program.function)) {
    auto *other = dyn_cast<CallInst>(&inst);
    Function *callee = other ? other->getCalledFunction() : nullptr;
    if (!callee || rowOf(*other))
      continue;
    at = call = other;
    StringRef op;
    if (StringRef row = rowOfMathFunction(callee->getName()); !row.empty() && callee->isDeclaration()) {
      unsigned dtype = other->getType()->isFloatTy() ? TN_F32 & 0xff : TN_F64 & 0xff;
      if (const char *why = code::whyNotApplied(row, dtype))
        fail("'" + callee->getName() + "' is a call of the runtime: " + why);
      else
        program.scalarCalls.push_back({other, row});
    } else if (callee->isDeclaration() && callee->getName().starts_with("tn_")) {
      fail("'" + callee->getName() + "' is a call of the runtime");
    } else if (!callee->isDeclaration() && reachesRuntime(*callee, op)) {
      fail("'" + callee->getName() + "' calls '" + op + "' of the runtime and is not noalloc itself");
    }
  }
}

bool CallReader::run() {
  // Operands before their users, whatever the order of blocks; then the order of each block.
  ReversePostOrderTraversal<Function *> blocks(program.function);
  findJoins();
  findMissing();
  SmallVector<Instruction *> handles;
  for (BasicBlock *block : blocks)
    for (Instruction &inst : *block)
      if ((rowOf(inst) || joins.contains(&inst)) && program.isChosen(inst))
        handles.push_back(&inst);
  for (Instruction *next : handles) {
    if (program.chosen && failed)
      return false;
    if (auto *phi = dyn_cast<PHINode>(next))
      readJoin(*phi);
    else if (auto *select = dyn_cast<SelectInst>(next))
      readSelect(*select);
    else
      readCall(*cast<CallInst>(next), *rowOf(*next), opNameOf(*cast<CallInst>(next)));
  }
  finishJoins();
  for (Instruction *next : handles)
    if (joins.contains(next))
      program.joins.push_back({next, nodes.lookup(next)});
  checkReplaced();
  for (Instruction *next : handles)
    checkUses(*next);
  if (!program.chosen)
    checkOtherCalls();
  return !failed;
}

bool readCalls(StaticProgram &program, FunctionAnalysisManager &analyses) {
  auto &aliases = analyses.getResult<AAManager>(*program.function);
  auto &values = analyses.getResult<LazyValueAnalysis>(*program.function);
  auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(*program.function);
  auto &dominators = analyses.getResult<DominatorTreeAnalysis>(*program.function);
  return CallReader(program, aliases, values, evolution, dominators).run();
}

} // namespace tenon
