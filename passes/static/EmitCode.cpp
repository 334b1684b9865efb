// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// EmitCode.cpp - puts code in place of the tensor calls of a noalloc function, one node after the other.

#include "CodeEmitter.h"
#include "PlanJoins.h"
#include "region/Ops.h"
#include "tenon/tensor.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tenon {

/// What the temporaries of one function may take of the stack together.
static constexpr int64_t mostTemporaryBytes = 16384;

Value *CodeEmitter::temporary(unsigned dtype, int64_t elements) {
  int64_t bytes = elements * code::storedBytes(dtype);
  ++program.temporaries;
  program.temporaryBytes += bytes;
  if (bytes > largest) {
    largest = bytes;
    largestAt = call->getDebugLoc();
  }
  BasicBlock &entry = program.function->getEntryBlock();
  IRBuilder<> top(&entry, entry.begin());
  AllocaInst *made = top.CreateAlloca(ArrayType::get(code::storedType(dtype), elements), nullptr, "tenon.temporary");
  made->setAlignment(Align(bytes >= 16 ? 16 : code::storedBytes(dtype)));
  return made;
}

Node *CodeEmitter::made(unsigned dtype, ArrayRef<int64_t> dims, Value *memory) {
  own.push_back(std::make_unique<Node>());
  Node &node = *own.back();
  node.kind = Node::Fill;
  node.dtype = dtype;
  node.dims.assign(dims.begin(), dims.end());
  node.memory = memory;
  return &node;
}

Place CodeEmitter::memoryFor(Node &node) {
  Node &home = node.home ? *node.home : node;
  if (!home.memory)
    home.memory = temporary(node.dtype, sizeOf(node.dims));
  node.memory = home.memory;
  return {node.memory, 0, rowMajor(node.dims), node.dtype, true};
}

CallInst *CodeEmitter::insertEager(CallInst *made) {
  made->addFnAttr(Attribute::get(b.getContext(), eagerAttribute));
  if (!made->getParent())
    b.Insert(made);
  return made;
}

/// The eager call's error, where the pointer is NULL.
void CodeEmitter::emitView(Node &view) {
  auto *made = dyn_cast<CallInst>(view.call);
  if (!view.isThere || !made)
    return;
  b.SetInsertPoint(SplitBlockAndInsertIfThen(b.CreateNot(view.isThere), made->getIterator(), /*Unreachable=*/false,
                                             MDBuilder(b.getContext()).createUnlikelyBranchWeights()));
  b.SetCurrentDebugLocation(made->getDebugLoc());
  insertEager(cast<CallInst>(made->clone()));
  b.SetInsertPoint(made);
}

void CodeEmitter::emitStore(Node &store) {
  if (store.isThere)
    b.SetInsertPoint(SplitBlockAndInsertIfThen(store.isThere, store.call->getIterator(), /*Unreachable=*/false,
                                               MDBuilder(b.getContext()).createLikelyBranchWeights()));
  Place to = placeOf(*store.base);
  to.pointer = moved(to.pointer, store);
  to.strides = store.strides;
  to.offset = store.offset;
  Operand value = store.operands[0];
  if (store.throughTemporary) { // as if from a snapshot
    SmallVector<unsigned> order;
    for (unsigned i = 0; i < value.node->dims.size(); ++i)
      order.push_back(i);
    value.node = copied(value.node, order);
  }
  emitElements(value, store.dims, to);
}

/// One call after the other, in row-major order.
void CodeEmitter::emitMap(Node &node) {
  auto *function = cast<Function>(node.callee);
  Place to = isInRegister(node) ? Place() : memoryFor(node);
  SmallVector<Space> spaces;
  for (Operand &operand : node.operands)
    spaces.push_back(spaceOf(operand.node, node.dims));
  forEach(node.dims, 4, [&](ArrayRef<Value *> index) {
    Points points = point(index);
    SmallVector<Value *, 2> arguments;
    for (auto [operand, space] : zip(node.operands, spaces)) {
      Known known;
      arguments.push_back(evaluate(operand, space, points, known));
    }
    CallInst *mapped = b.CreateCall(function, arguments);
    mapped->setCallingConv(function->getCallingConv());
    if (to.pointer)
      store(mapped, to, to.strides, points);
    else
      node.scalar = mapped;
  });
}

Value *CodeEmitter::readElement(Node &node) {
  Node &from = *node.operands[0].node;
  Known known;
  Value *value = evaluate(node.operands[0], spaceOf(&from, from.dims), point(node.indices), known);
  // Reads of floats go by double, as the runtime's do.
  Type *type = node.call->getType();
  unsigned wide = type->isIntegerTy() ? TN_I64 & 0xff : TN_F64 & 0xff;
  if (type->isFloatTy())
    return from.dtype == (TN_F32 & 0xff) ? value : b.CreateFPTrunc(code::castElement(value, from.dtype, wide), type);
  return code::castElement(value, from.dtype, wide);
}

Value *CodeEmitter::readRefused(Node &node) {
  Node *from = node.operands[0].node;
  SmallVector<unsigned> order;
  for (unsigned i = 0; i < from->dims.size(); ++i)
    order.push_back(i);
  Node *copy = copied(from, order);
  SmallVector<Type *> types{b.getPtrTy(), b.getInt32Ty()};
  SmallVector<Value *> arguments{copy->memory, b.getInt32((TN_F32 & ~0xff) | from->dtype)};
  for (unsigned i = 0; i < 8; ++i) {
    types.push_back(b.getInt64Ty());
    arguments.push_back(number(i < from->dims.size() ? from->dims[i] : TN_PAD_VALUE));
  }
  Module &module = *program.function->getParent();
  CallInst *view = insertEager(b.CreateCall(
      module.getOrInsertFunction("tn_view_const_", FunctionType::get(b.getPtrTy(), types, /*isVarArg=*/false)), arguments));
  auto *again = cast<CallInst>(node.call->clone());
  again->setArgOperand(0, node.isThere ? b.CreateSelect(node.isThere, view, ConstantPointerNull::get(b.getPtrTy())) : view);
  insertEager(again);
  insertEager(b.CreateCall(module.getOrInsertFunction("tn_free", b.getVoidTy(), b.getPtrTy()), {view}));
  return again;
}

void CodeEmitter::emitRead(Node &node) {
  Value *mayRead = node.isThere;
  for (auto [index, n] : node.asked) {
    Value *isInRange = b.CreateICmpULT(index, number(n));
    mayRead = mayRead ? b.CreateAnd(mayRead, isInRange) : isInRange;
  }
  if (!mayRead) {
    node.scalar = readElement(node);
    return;
  }
  Instruction *within, *without;
  SplitBlockAndInsertIfThenElse(mayRead, node.call->getIterator(), &within, &without,
                                MDBuilder(b.getContext()).createLikelyBranchWeights());
  b.SetInsertPoint(within);
  b.SetCurrentDebugLocation(node.call->getDebugLoc());
  Value *element = readElement(node);
  b.SetInsertPoint(without);
  b.SetCurrentDebugLocation(node.call->getDebugLoc());
  Value *refused = readRefused(node);
  b.SetInsertPoint(node.call->getParent(), node.call->getParent()->begin());
  PHINode *either = b.CreatePHI(node.call->getType(), 2);
  either->addIncoming(element, within->getParent());
  either->addIncoming(refused, without->getParent());
  node.scalar = either;
  b.SetInsertPoint(node.call);
}

void CodeEmitter::emitNode(Node &node) {
  if (node.isUnused)
    return;
  call = node.call;
  b.SetInsertPoint(call);
  switch (node.kind) {
  case Node::View:
    emitView(node);
    break;
  case Node::Fill:
    if (node.isChanged || node.needsMemory)
      emitElements(node.operands[0], node.dims, memoryFor(node));
    else
      node.scalar = node.operands[0].number;
    break;
  case Node::Alias:
  case Node::Elementwise: {
    if (node.isDelayed)
      break;
    // Computed here, as it would be within a user.
    node.isDelayed = true;
    if (isInRegister(node)) {
      Known known;
      node.scalar =
          evaluate({&node}, spaceOf(&node, node.dims), point(SmallVector<Value *>(node.dims.size(), number(0))), known);
      node.isDelayed = false;
      break;
    }
    Place to = memoryFor(node);
    emitElements({&node}, node.dims, to);
    node.isDelayed = false;
    break;
  }
  case Node::Join:
    emitJoin(node);
    break;
  case Node::Map:
    emitMap(node);
    break;
  case Node::Reduce:
    emitReduce(node);
    break;
  case Node::Matmul:
    emitMatmul(node);
    break;
  case Node::Store:
    emitStore(node);
    break;
  case Node::Read:
    emitRead(node);
    break;
  case Node::Address:
    node.scalar = node.operands[0].node->memory;
    cast<AllocaInst>(node.scalar)->setAlignment(Align(64)); // as the runtime's
    break;
  }
}

/// Whether a tensor is NULL is known here; null: it never is.
static void foldComparisons(Instruction &handle, Value *isThere) {
  SmallVector<ICmpInst *> comparisons;
  for (User *user : handle.users())
    if (auto *compare = dyn_cast<ICmpInst>(user))
      comparisons.push_back(compare);
  for (ICmpInst *compare : comparisons) {
    bool asksThere = compare->getPredicate() == ICmpInst::ICMP_NE;
    compare->replaceAllUsesWith(!isThere    ? ConstantInt::getBool(compare->getType(), asksThere)
                                : asksThere ? isThere
                                            : IRBuilder<>(compare).CreateNot(isThere));
    compare->eraseFromParent();
  }
}

void CodeEmitter::replaceCalls() {
  for (auto [call, row] : program.scalarCalls) {
    b.SetInsertPoint(call);
    SmallVector<Value *, 2> arguments(call->args());
    unsigned dtype = call->getType()->isFloatTy() ? TN_F32 & 0xff : TN_F64 & 0xff;
    call->replaceAllUsesWith(code::applyFunction(row, arguments, dtype));
    call->eraseFromParent();
  }
  for (StaticProgram::Result &result : program.calls) {
    Value *value = result.value;
    if (result.node && (result.node->kind == Node::Read || result.node->kind == Node::Address))
      value = result.node->scalar;
    if (value) {
      result.call->replaceAllUsesWith(value);
      continue;
    }
    foldComparisons(*result.call, result.node ? result.node->isThere : nullptr);
  }
  for (auto [join, node] : program.joins)
    foldComparisons(*join, node ? node->isThere : nullptr);
  for (auto [join, node] : program.joins) {
    join->replaceAllUsesWith(PoisonValue::get(join->getType()));
    join->eraseFromParent();
  }
  for (StaticProgram::Result &result : reverse(program.calls)) {
    if (!result.call->use_empty()) // in blocks that are never reached
      result.call->replaceAllUsesWith(PoisonValue::get(result.call->getType()));
    result.call->eraseFromParent();
  }
}

bool CodeEmitter::run() {
  SmallPtrSet<Instruction *, 32> calls;
  for (auto &node : program.nodes)
    if (node->call->getDebugLoc() && calls.insert(node->call).second)
      node->call->setDebugLoc(asStatement(node->call->getDebugLoc()));
  splitEdges();
  for (auto &node : program.nodes)
    emitNode(*node);
  finishJoins();
  replaceCalls();
  if (program.temporaryBytes > mostTemporaryBytes && !program.chosen) {
    failed = true;
    program.function->getContext().diagnose(DiagnosticInfoUnsupported(
        *program.function,
        "noalloc: the temporaries of this function take " + Twine(program.temporaryBytes) +
            " bytes of the stack, more than " + Twine(mostTemporaryBytes) + "; the largest, of " + Twine(largest) +
            ", is made here. Store intermediate results into views",
        largestAt, DS_Error));
  }
  return !failed;
}

bool emitCode(StaticProgram &program) { return CodeEmitter(program).run(); }

} // namespace tenon
