// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PlanJoins.cpp - names that depend on branches and loops: whether one may be a copy of what comes in, and whether it need
// be one.
//
// A handle names a tensor, so what is stored into it is seen by all its names. Here each such name has memory of its own,
// and that is right as long as nothing is changed that another name still reads. If it may be, that is an error.

#include "PlanJoins.h"
#include "Lifetime.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace tenon {

// --- one tensor under several names
// -------------------------------------------------------------------------------------

/// A name that depends on something.
static bool isName(const Node &node) { return node.kind == Node::Join || isa<SelectInst>(node.call); }

/// The tensors that a node may be: itself, or what comes in.
static SmallSetVector<Node *, 8> tensorsOf(Node &node) {
  SmallSetVector<Node *, 8> names, tensors;
  names.insert(&node);
  for (unsigned i = 0; i < names.size(); ++i) {
    if (!isName(*names[i]) || names[i]->kind == Node::View) {
      tensors.insert(names[i]);
      continue;
    }
    for (Operand &operand : names[i]->operands)
      if (operand.node)
        names.insert(operand.node);
  }
  return tensors;
}

void addEnds(const Node &join, const Node &from, SmallVectorImpl<Instruction *> &out_points) {
  for (auto [i, operand] : enumerate(join.operands))
    if (operand.node == &from)
      out_points.push_back(join.join->getIncomingBlock(i)->getTerminator());
}

/// Where the program names a tensor.
static Lifetime lifetimeOfName(const Node &node) {
  SmallVector<Instruction *> uses;
  for (const Node *user : node.users)
    if (user->kind == Node::Join)
      addEnds(*user, node, uses);
    else
      uses.push_back(user->call);
  return Lifetime(*node.call, uses);
}

/// Whether a name that was given to a tensor after `made` made it can get to `inst` before it is made anew.
static bool reaches(const Node &name, const Instruction *inst, const Node &made) {
  const BasicBlock *again = made.call->getParent(), *target = inst->getParent(), *start = name.call->getParent();
  if (name.kind != Node::Join)
    return true;
  SmallPtrSet<const BasicBlock *, 8> seen;
  SmallVector<const BasicBlock *> work{start};
  while (!work.empty()) {
    const BasicBlock *next = work.pop_back_val();
    if (next == again || !seen.insert(next).second)
      continue;
    if (next == target)
      return true;
    append_range(work, successors(next));
  }
  return target == again && inst->comesBefore(made.call);
}

static std::string lineOf(const Instruction &inst) {
  const DebugLoc &location = inst.getDebugLoc();
  return location ? " in line " + std::to_string(location.getLine()) : "";
}

bool checkNames(StaticProgram &program, WritesFunction writes, ReportFunction report) {
  SmallVector<std::pair<Node *, SmallSetVector<Node *, 8>>> names;
  for (auto &node : program.nodes)
    if (isName(*node) && !node->isUnused)
      names.push_back({node.get(), tensorsOf(*node)});
  if (names.empty())
    return true;
  bool isRight = true;
  auto fail = [&](Instruction *at, const Twine &why) {
    report(at, why);
    isRight = false;
  };

  for (auto &store : program.nodes) {
    if (store->kind != Node::Store || store->base->kind == Node::View || store->call == store->base->call)
      continue;
    Node &base = *store->base;
    auto tensors = tensorsOf(base);
    if (any_of(tensors, [](Node *tensor) { return tensor->kind == Node::View; })) {
      fail(store->call, "what is stored to is a view on some ways and a tensor on others");
      continue;
    }
    SmallSetVector<Node *, 8> others;
    for (auto &[name, its] : names)
      if (any_of(its, [&](Node *tensor) { return tensors.contains(tensor); }))
        others.insert(name);
    others.insert(tensors.begin(), tensors.end());
    others.remove(&base);
    for (Node *other : others) {
      bool otherIsName = isName(*other), baseIsName = isName(base);
      bool maybe = otherIsName && baseIsName  ? true
                   : otherIsName              ? reaches(*other, store->call, base)
                                              : reaches(base, store->call, *other);
      if (!maybe || !lifetimeOfName(*other).isBehind(store->call))
        continue;
      fail(store->call, "this changes a tensor that has another name by a branch or a loop, which is read behind this; tn_copy "
                        "it first");
      break;
    }
  }

  for (auto &[name, tensors] : names) {
    Lifetime lifetime = lifetimeOfName(*name);
    auto changes = [&](Node *view) -> Instruction * {
      for (Instruction &inst : instructions(*program.function))
        if (lifetime.isBehind(&inst) && writes(inst, *view))
          return &inst;
      return nullptr;
    };
    for (Node *tensor : tensors)
      if (tensor->kind == Node::View)
        if (Instruction *write = changes(tensor)) {
          fail(write, "this may write the memory of the view" + Twine(lineOf(*tensor->call)) +
                          ", which is read behind this by a name that depends on a branch or a loop; tn_copy the view");
          break;
        }
  }
  return isRight;
}

// --- memory
// -------------------------------------------------------------------------------------------------------------

namespace {

class Sharing {
public:
  Sharing(StaticProgram &program) : program(program) {}
  void run();

private:
  void readMemory(Node &user, Node *node, Instruction *at, bool isWhole);
  const Lifetime &lifetimeOf(Node *node);
  bool overwrites(Node &writer, Node &other);
  bool mayShare(Node &x, Node &y) { return !overwrites(x, y) && !overwrites(y, x); }

  StaticProgram &program;
  DenseMap<Node *, SmallVector<Instruction *>> uses, stores;
  DenseMap<Node *, std::unique_ptr<Lifetime>> lifetimes;
  /// What is computed element by element of what: each is read where it is written.
  DenseMap<Node *, SmallPtrSet<Node *, 4>> notWhole;
};

} // namespace

bool isInRegister(const Node &node) { return sizeOf(node.dims) == 1 && !node.needsMemory && !node.isChanged; }

static bool hasMemory(const Node &node) {
  if (node.isUnused || node.isDelayed || isInRegister(node))
    return false;
  switch (node.kind) {
  case Node::View:
  case Node::Store:
  case Node::Read:
  case Node::Address:
    return false;
  case Node::Fill:
    return node.isChanged || node.needsMemory;
  default:
    return true;
  }
}

/// What `user` reads of memory at `at` for the sake of `node`.
void Sharing::readMemory(Node &user, Node *node, Instruction *at, bool isWhole) {
  if (!node)
    return;
  if (node->isDelayed) {
    if (node->kind == Node::Alias)
      return readMemory(user, node->base, at, /*isWhole=*/true);
    for (Operand &operand : node->operands)
      readMemory(user, operand.node, at, isWhole);
    return;
  }
  uses[node].push_back(at);
  if (isWhole || node->dims != user.dims)
    notWhole[&user].insert(node);
}

const Lifetime &Sharing::lifetimeOf(Node *node) {
  auto &lifetime = lifetimes[node];
  if (!lifetime)
    lifetime = std::make_unique<Lifetime>(*node->call, uses[node]);
  return *lifetime;
}

/// Whether making or changing one destroys the other while that is wanted.
bool Sharing::overwrites(Node &writer, Node &other) {
  const Lifetime &lifetime = lifetimeOf(&other);
  for (Instruction *store : stores[&writer])
    if (lifetime.isBehind(store) || lifetime.isAt(store))
      return true;
  if (writer.kind == Node::Join) {
    if (other.kind == Node::Join && other.call->getParent() == writer.call->getParent())
      return true;
    if (!lifetime.isInto(writer.call->getParent()))
      return false;
    return any_of(writer.operands, [&](Operand &operand) {
      return operand.node && operand.node != &other && operand.node != &writer;
    });
  }
  return lifetime.isBehind(writer.call) || (lifetime.isAt(writer.call) && notWhole[&writer].contains(&other));
}

void Sharing::run() {
  bool any = false;
  for (auto &node : program.nodes) {
    Node &user = *node;
    any |= user.kind == Node::Join && hasMemory(user);
    if (user.isUnused || user.isDelayed || user.kind == Node::View)
      continue;
    if (user.kind == Node::Store) {
      uses[user.base].push_back(user.call);
      stores[user.base].push_back(user.call);
    }
    bool isWhole = user.kind != Node::Elementwise;
    for (auto [i, operand] : enumerate(user.operands))
      readMemory(user, operand.node,
                 user.kind == Node::Join ? user.join->getIncomingBlock(i)->getTerminator() : user.call, isWhole);
  }
  if (!any)
    return;
  EquivalenceClasses<Node *> classes;
  auto share = [&](Node *x, Node *y) {
    classes.insert(x);
    classes.insert(y);
    if (classes.isEquivalent(x, y))
      return;
    for (Node *ofX : classes.members(x))
      for (Node *ofY : classes.members(y))
        if (!mayShare(*ofX, *ofY))
          return;
    classes.unionSets(x, y);
  };
  for (auto &node : program.nodes)
    if (node->kind == Node::Join && hasMemory(*node))
      for (Operand &operand : reverse(node->operands)) // what a loop hands to its next turn first
        if (operand.node && operand.node != node.get() && hasMemory(*operand.node))
          share(node.get(), operand.node);
  for (auto &node : program.nodes)
    if (classes.contains(node.get()))
      node->home = classes.getLeaderValue(node.get());
}

void shareMemory(StaticProgram &program) { Sharing(program).run(); }

} // namespace tenon
