// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// EmitJoins.cpp - tensors whose name depends on a branch or a loop: a PHI of one element, or memory that each way fills at
// its end.

#include "CodeEmitter.h"
#include "PlanJoins.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tenon {

void CodeEmitter::emitJoin(Node &join) {
  if (!isInRegister(join)) {
    memoryFor(join);
    return;
  }
  b.SetInsertPoint(join.join);
  join.scalar = b.CreatePHI(code::elementType(join.dtype), join.operands.size());
}

/// All at once, as PHIs are: what one way changes another may still have to read.
void CodeEmitter::handOver(ArrayRef<Node *> joins, BasicBlock *from) {
  struct Copy {
    Node *join;
    Operand value;
  };
  SmallVector<Copy> copies;
  SmallPtrSet<Value *, 8> written;
  auto sourceMemory = [&](Node *node) -> Value * {
    return node->isPlace() ? (node->root()->kind == Node::View ? nullptr : node->root()->memory) : node->memory;
  };
  b.SetInsertPoint(from->getTerminator());
  for (Node *join : joins) {
    call = join->call;
    Node *value = join->operands[join->join->getBasicBlockIndex(from)].node;
    Value *element = nullptr;
    if (auto *phi = dyn_cast_or_null<PHINode>(join->scalar)) {
      if (value) {
        Known known;
        element = evaluate({value}, spaceOf(value, value->dims), point(SmallVector<Value *>(value->dims.size(), number(0))),
                           known);
      }
      for (BasicBlock *block : join->join->blocks())
        if (block == from)
          phi->addIncoming(element ? element : PoisonValue::get(phi->getType()), block);
      continue;
    }
    bool isThere = value && !value->scalar && !value->isPlace() && value->memory == join->memory;
    if (!value || isThere)
      continue;
    copies.push_back({join, {value}});
    written.insert(join->memory);
  }
  for (Copy &copy : copies) {
    Node *node = copy.value.node;
    if (node->scalar || !sourceMemory(node) || !written.contains(sourceMemory(node)))
      continue;
    call = copy.join->call;
    SmallVector<unsigned> order;
    for (unsigned i = 0; i < node->dims.size(); ++i)
      order.push_back(i);
    copy.value.node = copied(node, order);
  }
  for (Copy &copy : copies) {
    call = copy.join->call;
    emitElements(copy.value, copy.join->dims,
                 {copy.join->memory, 0, rowMajor(copy.join->dims), copy.join->dtype, /*isOurs=*/true});
  }
}

/// So that what is handed over to a block is handed to no other.
void CodeEmitter::splitEdges() {
  for (auto &node : program.nodes) {
    if (node->kind != Node::Join || node->isUnused)
      continue;
    BasicBlock *block = node->join->getParent();
    SmallSetVector<BasicBlock *, 4> ways(pred_begin(block), pred_end(block));
    for (BasicBlock *from : ways) {
      Instruction *end = from->getTerminator();
      if (end->getNumSuccessors() == 1)
        continue;
      unsigned edge = 0;
      while (end->getSuccessor(edge) != block)
        ++edge;
      SplitKnownCriticalEdge(end, edge, CriticalEdgeSplittingOptions().setMergeIdenticalEdges());
    }
  }
}

void CodeEmitter::finishJoins() {
  MapVector<BasicBlock *, SmallVector<Node *>> blocks;
  for (auto &node : program.nodes)
    if (node->kind == Node::Join && !node->isUnused)
      blocks[node->join->getParent()].push_back(node.get());
  for (auto &[block, joins] : blocks) {
    SmallSetVector<BasicBlock *, 4> ways(pred_begin(block), pred_end(block));
    for (BasicBlock *from : ways)
      handOver(joins, from);
  }
}

} // namespace tenon
