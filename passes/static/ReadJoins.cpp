// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReadJoins.cpp - nodes of names whose tensor depends on a branch or a loop: PHIs and selects of handles.
//
// Where all that meets is the user's memory, the name is a view of one pointer or another. Else it is a tensor of its own,
// which what comes in is copied to on the way: nobody can tell, unless the tensor is changed under one of its names. That
// is PlanStatic's to find out.

#include "CallReader.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace tenon {

bool makesHandle(const Instruction &inst) {
  const OpRow *row = rowOf(inst);
  if (!row || !inst.getType()->isPointerTy() || row->lowering == Lowering::Scalar || row->cls == OpClass::Read ||
      row->cls == OpClass::State)
    return false;
  return row->cls != OpClass::Mutate;
}

void CallReader::findJoins() {
  SmallVector<Instruction *> work;
  for (BasicBlock &block : *program.function)
    for (Instruction &inst : block)
      if (makesHandle(inst) && program.isChosen(inst))
        work.push_back(&inst);
  while (!work.empty())
    for (User *user : work.pop_back_val()->users())
      if (auto *join = dyn_cast<Instruction>(user); join && isa<PHINode, SelectInst>(join) && joins.insert(join).second)
        work.push_back(join);
}

bool CallReader::isAlwaysView(Value *handle, bool &out_readOnly) {
  out_readOnly = false;
  SmallSetVector<Value *, 8> work;
  work.insert(handle);
  for (unsigned i = 0; i < work.size(); ++i) {
    Value *next = work[i];
    if (isa<UndefValue>(next))
      continue;
    if (auto *phi = dyn_cast<PHINode>(next)) {
      work.insert(phi->incoming_values().begin(), phi->incoming_values().end());
    } else if (auto *select = dyn_cast<SelectInst>(next)) {
      work.insert(select->getTrueValue());
      work.insert(select->getFalseValue());
    } else {
      auto *made = dyn_cast<CallInst>(next);
      StringRef name = made && rowOf(*made) ? opNameOf(*made) : "";
      if (name == "keep" || name == "keep_in")
        work.insert(made->getArgOperand(name == "keep" ? 0 : 1));
      else if (!name.starts_with("view"))
        return false;
      out_readOnly |= name == "view_const";
    }
  }
  return true;
}

static bool hasLine(const Instruction &inst) { return inst.getDebugLoc() && inst.getDebugLoc().getLine(); }

/// Where to show what is wrong with a name: PHIs often have no line. What is assigned last tells more.
static Instruction *lineOf(PHINode &phi) {
  Instruction *found = &phi;
  for (Value *incoming : phi.incoming_values())
    if (auto *inst = dyn_cast<Instruction>(incoming);
        inst && !isa<PHINode>(inst) && hasLine(*inst) &&
        (!hasLine(*found) || found->getDebugLoc().getLine() < inst->getDebugLoc().getLine()))
      found = inst;
  return found;
}

bool CallReader::agree(const Node &join, const Node &other) {
  auto *phi = dyn_cast<PHINode>(at);
  Instruction *line = phi ? lineOf(*phi) : at;
  std::string where;
  if (hasLine(*other.call))
    where = " where line " + std::to_string(other.call->getDebugLoc().getLine()) + " makes it";
  if (other.dtype != join.dtype)
    fail(Twine("a name that depends on a branch or a loop holds ") + code::nameOfDtype(join.dtype) + " on one way, and " +
         code::nameOfDtype(other.dtype) + where + " on another",
         line);
  else if (other.dims != join.dims)
    fail("a name that depends on a branch or a loop holds a tensor of shape " + textOf(join.dims) + " on one way, and one of " +
         textOf(other.dims) + where + " on another",
         line);
  else if (join.kind == Node::View && other.strides != join.strides)
    fail("a name that depends on a branch or a loop is one view or another" + where + ", and their strides differ",
         line);
  else
    return true;
  return false;
}

void CallReader::readJoin(PHINode &phi) {
  at = &phi;
  call = nullptr;
  if (phi.getParent()->isEHPad() || any_of(predecessors(phi.getParent()), [](BasicBlock *from) {
        return isa<IndirectBrInst, CallBrInst>(from->getTerminator());
      }))
    return fail("which tensor a name holds depends on a computed goto or an exception", lineOf(phi));
  Node *like = nullptr;
  bool one = true;
  for (Value *incoming : phi.incoming_values()) {
    if (isa<UndefValue>(incoming) || incoming == &phi)
      continue;
    if (broken.contains(incoming)) { // once
      broken.insert(&phi);
      return;
    }
    if (isa<ConstantPointerNull>(incoming))
      return fail("which tensor a name holds depends on a branch or a loop, and on one way it is NULL", lineOf(phi));
    if (auto *made = dyn_cast<Instruction>(incoming); !made || !(joins.contains(made) || makesHandle(*made)))
      return fail("which tensor a name holds depends on a branch or a loop, and on one way it comes from outside of the "
                  "function",
                  lineOf(phi));
    Node *known = nodes.lookup(incoming);
    one &= known && (!like || known == like);
    if (!like)
      like = known;
  }
  if (!like)
    return fail("which tensor a name holds depends on a loop, and before its first turn it holds none", lineOf(phi));
  if (one) { // by whatever way
    nodes[&phi] = like;
    return;
  }
  bool readOnly, isView = isAlwaysView(&phi, readOnly);
  Node *join = add(isView ? Node::View : Node::Join, isView ? "view" : "join", like->dtype, like->dims, {});
  join->join = &phi;
  if (program.mayMiss)
    join->isThere = PHINode::Create(Type::getInt1Ty(phi.getContext()), phi.getNumIncomingValues(), "tenon.there", phi.getIterator());
  if (isView) {
    join->strides = like->strides;
    join->readOnly = readOnly;
    join->pointer = PHINode::Create(phi.getType(), phi.getNumIncomingValues(), "tenon.view", phi.getIterator());
  }
  nodes[&phi] = join;
}

void CallReader::readSelect(SelectInst &select) {
  at = &select;
  call = nullptr;
  Node *sides[2];
  for (unsigned i : {0, 1}) {
    Value *side = select.getOperand(1 + i);
    sides[i] = nodes.lookup(side);
    if (!sides[i] && !broken.contains(side))
      return fail(isa<ConstantPointerNull>(side)
                      ? "which tensor a name holds depends on a branch, and on one way it is NULL"
                      : "which tensor a name holds depends on a branch, and on one way it comes from outside of the function");
    if (!sides[i]) { // once
      broken.insert(&select);
      return;
    }
  }
  Node *x = sides[0], *y = sides[1];
  if (!agree(*x, *y))
    return;
  bool readOnly;
  auto isThere = [&](Node &made) {
    IRBuilder<> b(&select);
    auto either = [&](Node *side) { return side->isThere ? side->isThere : b.getTrue(); };
    if (x->isThere || y->isThere)
      made.isThere = b.CreateSelect(select.getCondition(), either(x), either(y));
  };
  if (x == y) {
    nodes[&select] = x;
  } else if (isAlwaysView(&select, readOnly)) {
    IRBuilder<> b(&select);
    Node *view = nodes[&select] = add(Node::View, "view", x->dtype, x->dims, {});
    view->pointer = b.CreateSelect(select.getCondition(), x->pointer, y->pointer, "tenon.view");
    view->strides = x->strides;
    view->readOnly = readOnly;
    isThere(*view);
  } else {
    Node *made = nodes[&select] = add(Node::Elementwise, "where", x->dtype, x->dims, {{nullptr, select.getCondition()}, {x}, {y}});
    isThere(*made);
  }
}

/// What comes in at the ends of loops is known now.
void CallReader::finishJoins() {
  for (auto &node : program.nodes) {
    if (!node->join)
      continue;
    PHINode &phi = *node->join;
    at = &phi;
    for (auto [incoming, block] : zip(phi.incoming_values(), phi.blocks())) {
      Node *from = incoming == &phi ? node.get() : nodes.lookup(incoming);
      if (from && !agree(*node, *from))
        break;
      if (node->isThere) {
        Value *isThere = from ? from->isThere : PoisonValue::get(node->isThere->getType());
        cast<PHINode>(node->isThere)->addIncoming(isThere ? isThere : ConstantInt::getTrue(phi.getContext()), block);
      }
      if (node->kind == Node::View) {
        cast<PHINode>(node->pointer)
            ->addIncoming(from ? from->pointer : PoisonValue::get(phi.getType()), block);
        continue;
      }
      node->operands.push_back({from});
      if (from && from != node.get() && !is_contained(from->users, node.get()))
        from->users.push_back(node.get());
    }
  }
}

} // namespace tenon
