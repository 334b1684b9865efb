// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FuseKernels.cpp - delays tensor ops to where their values are demanded and makes kernels of them there.
//
//   Before   %m = tenon.elementwise "add"(%a, %b)
//            %x = tenon.read flat %m[0]
//            %d = tenon.elementwise "div"(%m, %x)        tenon.exit %d
//   After    %x = tenon.element flat inputs(%a, %b) ...   ; m[0] alone
//            %d = tenon.kernel inputs(%a, %b) scalars(%x) { add, div }      tenon.exit %d
//
// The pass walks each block once. A tensor op is pending until something demands its value: a call that takes the
// handle, a read, a store, the end of its block, or a call before which all reads of memory must be done ("order"). A demand makes a
// kernel of the value's pending producers, as far as they share an iteration space, and of other demanded values over
// the same inputs (horizontal fusion): reductions that follow without an effect between are computed ahead.
//
// Ensures  no tensor op is left but aliases, which kernels read through. A cheap producer
// with a later use stays pending and is computed again; a dear one becomes a result too. Refuses  to grow a kernel over its
// caps: the rest becomes a kernel of its own.

#include "KernelBuilder.h"
#include "Passes.h"
#include "lower/ApplyFunction.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_FUSEKERNELSPASS
#include "Passes.h.inc"

namespace {

/// Reads of one value that are worth an element each; more of them, and the value is computed as a whole.
constexpr unsigned maxElementReads = 4;
/// Ops ahead that are looked at for reductions to compute in the same pass.
constexpr unsigned lookAhead = 256;
/// Calls that may fail which ops may be delayed past; each is a way out with all that lives there.
constexpr unsigned maxPassed = 16;
/// Reductions and products that may wait; bounds how deep a demand can reach back.
constexpr unsigned maxWaiting = 64;

class Fuser {
public:
  explicit Fuser(Block &block) : block(block) {}
  void run();

private:
  void delayReplaces();
  void demand(Value value, Operation *at);
  void demandAll(ArrayRef<Operation *> roots, Operation *at);
  void flush(Operation *at, Operation *exceptFor);
  void visitRead(ReadOp read);
  void visitStore(StoreOp store);
  void visitSort(SortOp sort);
  bool isPending(Operation *op) const { return op && waiting.contains(op); }
  /// Takes an op out of the program; it is erased when the walk is over.
  void bury(Operation *op) {
    assert(op->use_empty() && "a value that is still used");
    op->dropAllReferences();
    waiting.remove(op);
    buried.insert(op);
  }

  /// The set of a root: the root and the pending ops that can be computed with it. Others it needs are demanded.
  KernelSet grow(Operation *root, Operation *at);
  bool admit(KernelSet &set, Operation *op);
  void addSiblings(KernelSet &set, Operation *at);
  using IsReady = llvm::function_ref<bool(Value, const llvm::SmallPtrSetImpl<Operation *> &)>;
  bool addSibling(KernelSet &set, Operation *root, const SetVector<Value> &inputs, IsReady isReady,
                  const llvm::SmallPtrSetImpl<Operation *> &ahead);
  bool addRoot(KernelSet &set, Operation *root);
  bool isWantedOutside(const KernelSet &set, Operation *op) const;
  Operation *resultBesideColumns(const KernelSet &set) const;
  void chooseOutputs(KernelSet &set);
  void materialize(KernelSet &set, Operation *at);
  void materializeAlias(AliasOp alias, Operation *at);
  Value placeAlias(AliasOp alias, Operation *at);
  void placeAliases(KernelSet &set, Operation *at);
  void dropDead();
  int32_t positionOf(Operation *op) const;

  Block &block;
  llvm::SetVector<Operation *> waiting; ///< pending, in program order
  llvm::SetVector<Operation *> buried;
  llvm::DenseSet<Operation *> overtaken; ///< ops that a call was delayed past: no kernel may be made there
  unsigned kernels = 0; ///< made so far: a set grown before the last one is stale
};

struct FuseKernelsPass : impl::FuseKernelsPassBase<FuseKernelsPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration())
        for (Block &block : function.getBody())
          Fuser(block).run();
  }
};

} // namespace

static unsigned costOf(Operation *op) {
  if (auto elementwise = dyn_cast<ElementwiseOp>(op))
    return costOfFunction(elementwise.getFunction());
  if (auto map = dyn_cast<MapOp>(op)) {
    unsigned cost = 0;
    for (Operation &inner : map.getBody().front()) {
      auto apply = dyn_cast<ApplyOp>(inner);
      cost += apply ? costOfFunction(apply.getFunction()) : 1;
    }
    return cost;
  }
  return 100;
}
static bool isDear(Operation *op) { return costOf(op) > 4; }

int32_t Fuser::positionOf(Operation *op) const {
  if (auto exit = dyn_cast<ExitOp>(op))
    return exit.getPosition();
  return op->getAttrOfType<IntegerAttr>("step").getInt();
}

/// Whether the op is defined on lines, one by one.
static bool isLine(Operation *op) {
  auto reduce = dyn_cast<ReduceOp>(op);
  return isa<SoftmaxOp>(op) || (reduce && reduce.getKind() == "var");
}

/// Whether the set can run where its axis is not the last one: line by line, or as columns that reductions are added up
/// in, with nothing an element long behind them.
static bool fitsOffLastAxis(const KernelSet &set) {
  if (set.space != KernelSet::Axis || set.axis == -1)
    return true;
  auto isReduction = [](Operation *op) { return isa<ReduceOp, SoftmaxOp>(op); };
  if (llvm::any_of(set.ops, isLine))
    return llvm::all_of(set.ops, [&](Operation *op) { return !isReduction(op) || isLine(op); });
  return llvm::all_of(set.ops, [&](Operation *op) {
    return isReduction(op) || isRowValue(set, op) || llvm::none_of(op->getOperands(), [&](Value operand) {
             Operation *producer = operand.getDefiningOp();
             return producer && set.ops.contains(producer) && (isReduction(producer) || isRowValue(set, producer));
           });
  });
}

/// Whether `op`, which a member of the set uses, can be computed in the set's iteration space. Widens the space.
bool Fuser::admit(KernelSet &set, Operation *op) {
  if (set.ops.size() >= maxKernelOps)
    return false;
  // An op that the set takes in must not be a factor of its product: factors have to be in memory.
  for (Operation *user : op->getResult(0).getUsers())
    if (set.ops.contains(user) && isa<MatmulOp>(user))
      return false;
  if (isElementwise(op))
    return true;
  auto alongAxis = [&](int64_t axis) {
    if (set.space == KernelSet::Axis)
      return set.axis == axis;
    if (set.space != KernelSet::Elementwise)
      return false;
    set.space = KernelSet::Axis;
    set.axis = axis;
    return true;
  };
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return alongAxis(softmax.getAxis());
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return reduce.getAxis() && reduce.getKeepdims() && alongAxis(*reduce.getAxis());
  if (isa<MatmulOp>(op)) {
    if (set.space != KernelSet::Elementwise)
      return false;
    set.space = KernelSet::Product;
    return true;
  }
  return false;
}

/// Makes `root` a member that starts the set or joins it from beside.
bool Fuser::addRoot(KernelSet &set, Operation *root) {
  if (set.ops.empty()) {
    if (auto reduce = dyn_cast<ReduceOp>(root)) {
      set.space = reduce.getAxis() ? KernelSet::Axis : KernelSet::All;
      set.axis = reduce.getAxis().value_or(0);
    } else if (auto softmax = dyn_cast<SoftmaxOp>(root)) {
      set.space = KernelSet::Axis;
      set.axis = softmax.getAxis();
    } else if (isa<MatmulOp>(root)) {
      set.space = KernelSet::Product;
    }
    set.ops.insert(root);
    return true;
  }
  if (auto reduce = dyn_cast<ReduceOp>(root)) {
    bool fits = reduce.getAxis() ? set.space == KernelSet::Axis && set.axis == int64_t(*reduce.getAxis())
                                 : set.space == KernelSet::All;
    if (!fits)
      return false;
  } else if (auto softmax = dyn_cast<SoftmaxOp>(root)) {
    if (set.space != KernelSet::Axis || set.axis != int64_t(softmax.getAxis()))
      return false;
  } else if (!isElementwise(root) || set.space == KernelSet::Product) {
    return false;
  }
  set.ops.insert(root);
  return true;
}

/// The memory that a pending alias reads, down a chain of aliases.
static Value baseOf(AliasOp alias, llvm::function_ref<bool(Operation *)> isPending) {
  Value base = alias.getOperand();
  while (auto inner = base.getDefiningOp<AliasOp>()) {
    if (!isPending(inner))
      break;
    base = inner.getOperand();
  }
  return base;
}

/// A row's value that a member reduces again, or null: along the axis it has one element, not the row's.
static Value reducedRowValue(const KernelSet &set) {
  for (Operation *op : set.ops)
    if (isa<ReduceOp, SoftmaxOp>(op))
      if (Operation *producer = op->getOperand(0).getDefiningOp();
          producer && set.ops.contains(producer) && isRowValue(set, producer))
        return op->getOperand(0);
  return {};
}

KernelSet Fuser::grow(Operation *root, Operation *at) {
  // What cannot join has to be there before. Making it may take members of this set along, so the set starts anew.
  while (isPending(root)) {
    KernelSet set;
    addRoot(set, root);
    // From the root backwards: an op's users come before it in this walk.
    for (Operation *op : llvm::reverse(waiting)) {
      if (set.ops.contains(op) || isa<AliasOp>(op) ||
          llvm::none_of(op->getResult(0).getUsers(), [&](Operation *user) { return set.ops.contains(user); }))
        continue;
      KernelSet before = set;
      if (inputsOf(set).size() < maxKernelInputs && admit(set, op)) {
        set.ops.insert(op);
        if (!fitsOffLastAxis(set))
          set = std::move(before);
      }
    }
    Value needed = reducedRowValue(set);
    for (Value input : inputsOf(set)) {
      Operation *producer = input.getDefiningOp();
      if (!isPending(producer))
        continue;
      if (auto alias = dyn_cast<AliasOp>(producer)) {
        Value base = baseOf(alias, [&](Operation *op) { return isPending(op); });
        if (isPending(base.getDefiningOp()))
          needed = base;
      } else {
        needed = input;
      }
    }
    if (!needed)
      return set;
    demand(needed, at);
  }
  return {};
}

/// Adds what can be had in the same walk over memory: other pending ops over an input of the set, and reductions that
/// follow with no effect between.
void Fuser::addSiblings(KernelSet &set, Operation *at) {
  if (set.space != KernelSet::All && set.space != KernelSet::Axis)
    return;
  if (llvm::none_of(set.ops, [](Operation *op) { return isa<ReduceOp>(op); }))
    return;
  SmallVector<Operation *> candidates(waiting.begin(), waiting.end());
  llvm::SmallPtrSet<Operation *, 32> ahead;
  unsigned looked = 0;
  for (Operation *op = at; op && looked < lookAhead; op = op->getNextNode(), ++looked) {
    if (auto call = dyn_cast<CallOp>(op); call && call.getEffect() != "none" && op != at)
      break;
    if (isa<StoreOp, ExitOp>(op) || (op == at && isa<CallOp>(op) && cast<CallOp>(op).getEffect() != "none"))
      break;
    if (isTensorOp(op) && !isa<AliasOp>(op) && !buried.contains(op)) {
      candidates.push_back(op);
      ahead.insert(op);
    }
  }
  // Available where the set is computed: defined ahead of it, or a member-to-be.
  auto isReady = [&](Value operand, const llvm::SmallPtrSetImpl<Operation *> &cone) {
    Operation *producer = operand.getDefiningOp();
    if (!producer || isa<arith::ConstantOp>(producer))
      return true;
    if (producer->getBlock() != &block)
      return true; // what is of other blocks is there
    if (producer->isBeforeInBlock(at) && (!isPending(producer) || isa<AliasOp>(producer)))
      return true;
    return cone.contains(producer);
  };
  // A sibling brings its own inputs in, over which others may become siblings.
  for (bool again = true; again;) {
    again = false;
    SetVector<Value> inputs = inputsOf(set);
    for (Operation *root : candidates)
      again |= addSibling(set, root, inputs, isReady, ahead);
  }
}

/// Adds one reduction with its cone of elementwise ops, if all that it needs is there and it shares an input.
bool Fuser::addSibling(KernelSet &set, Operation *root, const SetVector<Value> &inputs, IsReady isReady,
                       const llvm::SmallPtrSetImpl<Operation *> &ahead) {
  if (!isa<ReduceOp>(root) || set.ops.contains(root) || root->use_empty())
    return false;
  llvm::SmallPtrSet<Operation *, 32> cone;
  SmallVector<Operation *> work{root}, order;
  while (!work.empty()) {
    Operation *op = work.pop_back_val();
    if (set.ops.contains(op) || !cone.insert(op).second)
      continue;
    order.push_back(op);
    if (op != root && !isElementwise(op))
      return false;
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (producer && (isPending(producer) || ahead.contains(producer)) && !isa<AliasOp>(producer))
        work.push_back(producer);
    }
  }
  llvm::SmallPtrSet<Operation *, 32> members(cone.begin(), cone.end());
  members.insert(set.ops.begin(), set.ops.end());
  bool shares = false;
  for (Operation *op : order)
    for (Value operand : op->getOperands()) {
      if (!isReady(operand, members))
        return false;
      shares |= inputs.contains(operand) || (operand.getDefiningOp() && set.ops.contains(operand.getDefiningOp()));
    }
  if (!shares || set.ops.size() + order.size() > maxKernelOps || set.outputs.size() + 1 > maxKernelOutputs)
    return false;
  KernelSet grown = set;
  if (!addRoot(grown, root))
    return false;
  grown.ops.insert(order.begin(), order.end());
  if (inputsOf(grown).size() > maxKernelInputs || reducedRowValue(grown) || !fitsOffLastAxis(grown))
    return false;
  // A reduction that drops its axis has another shape than the space; nothing in the space can be made of it.
  for (Operation *op : order)
    for (Value operand : op->getOperands())
      if (auto reduce = operand.getDefiningOp<ReduceOp>(); reduce && grown.ops.contains(reduce) && !reduce.getKeepdims())
        return false;
  grown.outputs.insert(root);
  set = std::move(grown);
  return true;
}

/// True where a value of a whole-array reduction is only ever read as a number.
static bool isOnlyRead(Operation *op) {
  auto reduce = dyn_cast<ReduceOp>(op);
  if (!reduce || reduce.getAxis())
    return false;
  return llvm::all_of(op->getResult(0).getUsers(), [&](Operation *user) {
    auto read = dyn_cast<ReadOp>(user);
    if (!read)
      return false;
    if (read.getHow() == "item" || (read.getHow() == "get" && read.getIndices().empty() && !reduce.getKeepdims()))
      return true;
    return read.getHow() == "flat" && matchPattern(read.getIndices()[0], m_Zero());
  });
}

/// A member with a use outside is computed again there if that is cheap and fusable, and is a result otherwise.
bool Fuser::isWantedOutside(const KernelSet &set, Operation *op) const {
  bool outside = false, needsMemory = false;
  for (Operation *user : op->getResult(0).getUsers()) {
    if (set.ops.contains(user))
      continue;
    outside = true;
    needsMemory |= user->getBlock() != &block || (!isElementwise(user) && !isa<ReduceOp, SoftmaxOp, ReadOp>(user));
  }
  return outside && (needsMemory || isDear(op)) && op != set.stored;
}

/// An element for each point, and a member of a set that is added up in columns, which have none for each point: it has to be
/// there before. Null where there is none.
Operation *Fuser::resultBesideColumns(const KernelSet &set) const {
  if (set.space != KernelSet::Axis || set.axis == -1 || llvm::none_of(set.ops, [](Operation *op) { return isa<ReduceOp>(op); }) ||
      llvm::any_of(set.ops, isLine))
    return nullptr;
  for (Operation *op : set.ops)
    if (!isa<ReduceOp>(op) && !isRowValue(set, op) && (set.outputs.contains(op) || isWantedOutside(set, op)))
      return op;
  return nullptr;
}

void Fuser::chooseOutputs(KernelSet &set) {
  for (Operation *op : set.inOrder())
    if (!set.outputs.contains(op) && set.outputs.size() < maxKernelOutputs && isWantedOutside(set, op))
      set.outputs.insert(op);
  for (Operation *op : set.outputs)
    if (set.space == KernelSet::All && isOnlyRead(op))
      set.numbers.insert(op);
}

/// A pending alias, and those below it down to a tensor that is in memory, become strided headers in front of `at`.
Value Fuser::placeAlias(AliasOp alias, Operation *at) {
  SmallVector<AliasOp> chain{alias};
  while (auto inner = chain.back().getOperand().getDefiningOp<AliasOp>()) {
    if (!isPending(inner))
      break;
    chain.push_back(inner);
  }
  OpBuilder b(at);
  Value base = chain.back().getOperand();
  for (AliasOp link : llvm::reverse(chain)) {
    auto placed = cast<AliasOp>(b.clone(*link));
    placed.getOperandMutable().assign(base);
    base = placed;
  }
  return base;
}

/// The headers of members' aliases live for this kernel.
void Fuser::placeAliases(KernelSet &set, Operation *at) {
  for (Value input : inputsOf(set)) {
    auto alias = input.getDefiningOp<AliasOp>();
    if (!alias || !isPending(alias))
      continue;
    Value placed = placeAlias(alias, at);
    for (Operation *op : set.ops)
      op->replaceUsesOfWith(input, placed);
  }
}

void Fuser::dropDead() {
  SmallVector<Operation *> pending(waiting.begin(), waiting.end());
  for (Operation *op : llvm::reverse(pending))
    if (op->use_empty())
      bury(op);
}

void Fuser::materialize(KernelSet &set, Operation *at) {
  ++kernels;
  placeAliases(set, at);
  chooseOutputs(set);
  SmallVector<Operation *> replaced;
  buildKernel(set, at, positionOf(at), replaced);
  for (Operation *read : replaced)
    bury(read);
  SmallVector<Operation *> members = set.inOrder();
  for (Operation *op : llvm::reverse(members))
    if (op->use_empty())
      bury(op);
  dropDead();
}

/// A view op whose handle somebody wants runs as the user wrote it.
void Fuser::materializeAlias(AliasOp alias, Operation *at) {
  demand(alias.getOperand(), at);
  OpBuilder b(at);
  RecipeOp recipe = *block.getParent()->front().getOps<RecipeOp>().begin();
  OriginalOp original;
  for (auto candidate : recipe.getBody().getOps<OriginalOp>())
    if (candidate.getStep() == alias.getStep())
      original = candidate;
  SmallVector<Value> operands{alias.getOperand()};
  llvm::append_range(operands, alias.getArguments());
  auto call = CallOp::create(b, alias.getLoc(), alias.getResult().getType(), original.getCalleeAttr(), operands,
                             b.getStringAttr("none"), alias.getStepAttr(), b.getUnitAttr(), UnitAttr(),
                             b.getI32IntegerAttr(positionOf(at)));
  alias.getResult().replaceAllUsesWith(call.getResult(0));
  bury(alias);
}

void Fuser::demandAll(ArrayRef<Operation *> roots, Operation *at) {
  for (unsigned i = 0; i < roots.size(); ++i) {
    Operation *root = roots[i];
    if (!isPending(root))
      continue;
    if (auto alias = dyn_cast<AliasOp>(root)) {
      materializeAlias(alias, at);
      continue;
    }
    KernelSet set = grow(root, at);
    if (!isPending(root))
      continue;
    set.outputs.insert(root);
    // Other demanded values over the same inputs join it.
    for (unsigned next = i + 1; next < roots.size(); ++next) {
      Operation *other = roots[next];
      if (!isPending(other) || isa<AliasOp>(other) || set.outputs.size() >= maxKernelOutputs)
        continue;
      if (set.ops.contains(other)) {
        set.outputs.insert(other);
        continue;
      }
      unsigned before = kernels;
      KernelSet more = grow(other, at);
      if (kernels != before) { // growing it made a kernel: the set may be stale
        if (!isPending(root))
          break;
        set = grow(root, at);
        set.outputs.insert(root);
        next = i; // from the first again; there is less to make each time
        continue;
      }
      if (more.ops.empty())
        continue;
      // A value that is computed from the root takes the root along, a product with what follows it.
      if (llvm::all_of(set.ops, [&](Operation *op) { return more.ops.contains(op); })) {
        more.outputs = set.outputs;
        more.outputs.insert(other);
        set = std::move(more);
        continue;
      }
      SetVector<Value> mine = inputsOf(set), theirs = inputsOf(more);
      bool shares = llvm::any_of(theirs, [&](Value input) { return mine.contains(input); });
      bool fits = set.space == more.space && set.axis == more.axis && set.space != KernelSet::Product;
      if (!shares || !fits || set.ops.size() + more.ops.size() > maxKernelOps ||
          mine.size() + theirs.size() > maxKernelInputs)
        continue;
      KernelSet both = set;
      both.ops.insert(more.ops.begin(), more.ops.end());
      if (!fitsOffLastAxis(both))
        continue;
      set = std::move(both);
      set.outputs.insert(other);
    }
    if (!isPending(root))
      continue;
    addSiblings(set, at);
    Operation *apart = resultBesideColumns(set);
    if (apart && apart != root) {
      demand(apart->getResult(0), at);
      --i; // and the root again
      continue;
    }
    materialize(set, at);
  }
}

void Fuser::demand(Value value, Operation *at) {
  Operation *producer = value.getDefiningOp();
  if (isPending(producer))
    demandAll({producer}, at);
}

/// Finishes every pending op whose value is used by something that is not pending itself.
void Fuser::flush(Operation *at, Operation *exceptFor) {
  SmallVector<Operation *> roots;
  for (Operation *op : waiting)
    if (llvm::any_of(op->getResult(0).getUsers(),
                     [&](Operation *user) { return !isPending(user) && user != exceptFor; }))
      roots.push_back(op);
  // Users before producers: a producer that is only used by roots is fused into them.
  demandAll(roots, at);
}

void Fuser::visitRead(ReadOp read) {
  Operation *producer = read.getOperand().getDefiningOp();
  if (!isPending(producer))
    return;
  unsigned reads = 0;
  bool needsMemory = false;
  for (Operation *user : producer->getResult(0).getUsers()) {
    reads += isa<ReadOp>(user);
    needsMemory |= user->getBlock() != &block || (!isa<ReadOp, StoreOp>(user) && !isTensorOp(user));
  }
  if (isElementwise(producer) && !needsMemory && reads <= maxElementReads) {
    KernelSet set = grow(producer, read);
    if (isPending(producer) && set.space == KernelSet::Elementwise) {
      set.outputs.insert(producer);
      placeAliases(set, read);
      buildElement(set, read);
      bury(read);
      dropDead();
      return;
    }
  }
  demand(read.getOperand(), read);
}

void Fuser::visitSort(SortOp sort) {
  auto alias = sort.getOperand().getDefiningOp<AliasOp>();
  if (!isPending(alias)) {
    demand(sort.getOperand(), sort);
    return;
  }
  demand(baseOf(alias, [&](Operation *op) { return isPending(op); }), sort);
  sort.getOperandMutable().assign(placeAlias(alias, sort));
  dropDead();
}

void Fuser::visitStore(StoreOp store) {
  demand(store.getDestination(), store);
  // Whatever else is still to be computed may read what the store overwrites.
  flush(store, store);
  Operation *producer = store.getValue().getDefiningOp();
  if (!isPending(producer) || isa<ReduceOp, AliasOp>(producer)) {
    demand(store.getValue(), store);
    return; // stored by the runtime
  }
  KernelSet set = grow(producer, store);
  if (!isPending(producer))
    return;
  if (isRowValue(set, producer)) {
    demand(store.getValue(), store);
    return;
  }
  set.stored = producer;
  set.destination = store.getDestination();
  set.storeStep = store.getStep();
  OpBuilder b(store);
  placeAliases(set, store);
  chooseOutputs(set);
  SmallVector<Operation *> replaced;
  buildKernel(set, store, store.getStep(), replaced);
  ++kernels;
  store.getResult().replaceAllUsesWith(arith::ConstantOp::create(b, store.getLoc(), b.getBoolAttr(true)));
  bury(store);
  dropDead();
}

/// Calls of tn_replace end tensors, so ops that read these are computed before. Behind the pure ops that follow it such a
/// call does the same, and what several of them take, as a loop's variables do, is computed in one walk.
void Fuser::delayReplaces() {
  SmallVector<CallOp> delayed;
  SmallVector<Operation *> passed;
  auto place = [&](Operation *before) {
    for (CallOp call : delayed) // in their order
      call->moveBefore(before);
    overtaken.insert(passed.begin(), passed.end());
    delayed.clear();
    passed.clear();
  };
  for (Operation *op = &block.front(), *next; op; op = next) {
    next = op->getNextNode();
    bool usesDelayed = llvm::any_of(op->getOperands(), [&](Value operand) {
      return llvm::is_contained(delayed, operand.getDefiningOp<CallOp>());
    });
    if (auto call = dyn_cast<CallOp>(op); call && call.getCallee() == "tn_replaced_" && !call.getOpaque()) {
      delayed.push_back(call);
      continue;
    }
    if (delayed.empty())
      continue;
    if (usesDelayed || !(isTensorOp(op) || isa<arith::ConstantOp>(op)))
      place(op);
    else
      passed.push_back(op);
  }
}

void Fuser::run() {
  delayReplaces();
  unsigned heavy = 0, passed = 0;
  for (Operation *op = &block.front(); op; op = op->getNextNode()) {
    if (buried.contains(op))
      continue;
    // Deep chains are computed piece by piece.
    if (heavy > maxWaiting && op->hasAttr("step") && !overtaken.contains(op)) {
      heavy = 0;
      flush(op, nullptr);
    }
    auto fallible = dyn_cast<CallOp>(op);
    if (!waiting.empty() && (isa<ReadOp>(op) || (fallible && fallible.getFallible())) && ++passed > maxPassed) {
      passed = 0;
      flush(op, nullptr);
    }
    if (isTensorOp(op)) {
      waiting.insert(op);
      heavy += !isElementwise(op);
    } else if (auto read = dyn_cast<ReadOp>(op)) {
      visitRead(read);
    } else if (auto sort = dyn_cast<SortOp>(op)) {
      visitSort(sort);
    } else if (auto store = dyn_cast<StoreOp>(op)) {
      visitStore(store);
    } else if (isa<CallOp, BranchOp, ExitOp>(op)) {
      auto call = dyn_cast<CallOp>(op);
      if (isa<BranchOp>(op) || (call && call.getEffect() == "order")) {
        flush(op, nullptr);
        continue;
      }
      SmallVector<Operation *> roots;
      for (Value operand : op->getOperands())
        if (isPending(operand.getDefiningOp()) && !llvm::is_contained(roots, operand.getDefiningOp()))
          roots.push_back(operand.getDefiningOp());
      demandAll(roots, op);
    }
  }
  dropDead();
  for (Operation *op : buried)
    op->erase();
}

} // namespace tenon
