// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LowerLaunches.cpp - turns kernels into launches, calls into calls, and failed launches into ways out of the region.
//
//   Before   func.func @f.tenon0(%a: !llvm.ptr) { tenon.recipe {...}  %t = tenon.tensor %a
//              %r = tenon.kernel inputs(%t) ... {position = 3, table = @f.tenon0.k0}   tenon.exit %r }
//   After    llvm.func @f.tenon0(%a: !llvm.ptr) -> !llvm.struct<(i32, ptr)> {
//              %ok = llvm.call @tn_rt_launch(@f.tenon0.k0, %tensors, %scalars)
//              llvm.cond_br %ok, ^go_on, ^bail ... }
//
// A launch that refuses has done nothing. Control then leaves with the id of its position, at which the user's own calls
// go on, and with the values that live there: handles as they are, temporaries of the workspace as copies that the
// user's scope owns, and what was fused away made again by the user's calls, from the recipe. That is right because a
// tensor op is only ever delayed while nothing it reads can change.
//
// A refusal is no reason to leave where other blocks may launch yet, those of a loop again: what the launch was to give is
// made by the user's calls, and the region goes on. An error of these calls must not overtake those of ops that were delayed; so they are only tried,
// and control leaves all the same if one fails.
//
// A user's call that fails while earlier ops are delayed must not record its error before theirs: it is tried, and control
// leaves in front of it if it failed. In front of output control leaves too if errors are not only recorded but shown at once.
//
// Requires  tenon-emit-stages. Ensures  only LLVM's dialect, scf, arith, math and vector are left. The attribute
// tenon.resumes of the function lists the ways out: rows of (id, position, step, result, slot), slot -1 for an id without values.

#include "Passes.h"
#include "dialect/TenonDialect.h"
#include "tenon/abi.h"
#include "tensor/ChainKernels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/PostOrderIterator.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_LOWERLAUNCHESPASS
#include "Passes.h.inc"

namespace {

/// A result of a step: the step's number and the result's.
using StepValue = std::pair<int32_t, unsigned>;

class RegionLowering {
public:
  RegionLowering(ModuleOp module, func::FuncOp source)
      : module(module), source(source), b(source.getContext()), loc(source.getLoc()) {}
  void run();

private:
  struct Live {
    Value value;
    bool temporary = false;  ///< in the workspace, until the block ends
    Block *block = nullptr;  ///< of the source
  };
  struct Leaving {
    Block *block;
    SmallVector<std::pair<StepValue, Value>> values;
    unsigned id, position;
  };

  void lower(Operation &op);
  void lowerCall(CallOp call);
  void lowerRead(ReadOp read);
  void lowerStore(StoreOp store);
  void lowerAlias(AliasOp alias);
  void lowerSort(SortOp sort);
  void lowerKernel(KernelOp kernel);
  void lowerChain(KernelOp last);
  void lowerElement(ElementOp element);
  void lowerReplaceable(ReplaceableOp replaceable);
  void lowerRelease(ReleaseOp release);
  void lowerPlace(PlaceOp place);
  void lowerNumber(NumberOp number);
  void lowerExit(ExitOp exit);

  std::pair<Block *, Block *> branchOn(Value ok);
  void outlive(StepValue which, Value tensor);
  /// Goes on where `ok` is true and leaves at `position` where not.
  void guard(Value ok, unsigned position);
  /// What a launch gives.
  struct Result {
    int32_t step;       ///< whose value it is; -1: no call's of its own
    Value from;         ///< the place that it is loaded from; null: it goes into a tensor
    Type type;
    Type read;          ///< of a number: what the user's read of it gives, of whatever dtype the tensor turns out to be
  };
  Result numberFrom(Value from, Value number);
  Value convertFloat(Value value, Type type);
  /// The results of a launch where `ok` is true; where not, those of the user's calls if it is worth staying.
  SmallVector<Value> guardResults(Value ok, unsigned position, ArrayRef<Result> results);
  bool anyDelayed(unsigned position);
  /// A tensor function of the user's program, which may fail.
  Value callFallible(StringRef name, Type result, ValueRange arguments, unsigned position);
  SmallVector<StepValue> withOperands(ArrayRef<StepValue> wanted, ArrayRef<StepValue> missing = {}) const;
  /// The value of a step, made again if it is not there; with `copies`, as it can leave the region.
  Value recall(StepValue which, DenseMap<StepValue, Value> &made, bool copies);
  void leave(Block *block, unsigned id, unsigned position, ArrayRef<std::pair<StepValue, Value>> values);
  void lowerBranch(BranchOp branch);
  void leaveWorkspace();
  void setLive(StepValue which, Value value, bool temporary = false) { live[which].push_back({value, temporary, home}); }
  /// The same of what a launch made.
  void setMade(StepValue which, Value value, int64_t mode) {
    bool temporary = mode == TN_RESULT_WORKSPACE || mode == TN_RESULT_REUSE || mode == TN_RESULT_PLACE;
    if (!temporary)
      outlive(which, value);
    setLive(which, value, temporary);
  }
  /// What is there of a step's value, seen from here, or null.
  const Live *findLive(StepValue which) const;
  void writeReturns();

  LLVM::LLVMFuncOp declare(StringRef name, Type result, ArrayRef<Type> arguments);
  Value call(StringRef name, Type result, ValueRange arguments);
  Value pointerTo(StringRef global) { return LLVM::AddressOfOp::create(b, loc, pointer, global); }
  Value word(int64_t value) { return LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(value)); }
  Value slotOf(Value array, unsigned index) {
    return LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), array, ArrayRef<LLVM::GEPArg>{int32_t(index)});
  }
  Value allocate(unsigned words);
  void storeWord(Value value, Value array, unsigned index) {
    LLVM::StoreOp::create(b, loc, value, slotOf(array, index), 8);
  }
  Value fillScalars(ValueRange scalars, unsigned count);
  Type lowered(Type type) { return isa<TensorType>(type) ? pointer : type; }
  Value lowered(Value value) { return values.lookup(value); }
  int32_t stepOf(Operation *op) { return op->getAttrOfType<IntegerAttr>("step").getInt(); }

  ModuleOp module;
  func::FuncOp source;
  OpBuilder b;
  Location loc;
  Type pointer;
  LLVM::LLVMFuncOp function;
  Block *entry = nullptr;
  RecipeOp recipe;
  SmallVector<OriginalOp> originals;   ///< by step
  DenseMap<Value, Value> values;       ///< of the source, by what they became
  DenseMap<StepValue, SmallVector<Live, 1>> live; ///< of the user's values, as far as they exist
  DenseMap<Block *, Block *> blocks;   ///< of the source, by what they became
  Block *home = nullptr;               ///< the source's, which is being lowered
  DominanceInfo dominance;
  llvm::DenseSet<Block *> launchAhead; ///< of the source: those behind which other blocks launch, or they again
  unsigned exits = 0;
  SmallVector<Leaving> ways;
  SmallVector<Type> slotTypes;
  Value workspace; ///< mark, if any temporary is there
  Value tensorArray, scalarArray, indexArray;
};

struct LowerLaunchesPass : impl::LowerLaunchesPassBase<LowerLaunchesPass> {
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (!function.isDeclaration())
        RegionLowering(getOperation(), function).run();
  }
};

} // namespace

LLVM::LLVMFuncOp RegionLowering::declare(StringRef name, Type result, ArrayRef<Type> arguments) {
  if (auto found = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return found;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  return LLVM::LLVMFuncOp::create(b, loc, name, LLVM::LLVMFunctionType::get(result, arguments));
}

Value RegionLowering::call(StringRef name, Type result, ValueRange arguments) {
  SmallVector<Type> types(arguments.getTypes());
  Type returned = result ? result : LLVM::LLVMVoidType::get(b.getContext());
  auto made = LLVM::CallOp::create(b, loc, declare(name, returned, types), arguments);
  return result ? made.getResult() : Value();
}

/// Memory in the kernel function's frame.
Value RegionLowering::allocate(unsigned words) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(entry);
  return LLVM::AllocaOp::create(b, loc, pointer, b.getI64Type(), word(std::max(words, 1u)), 8);
}

void RegionLowering::leave(Block *block, unsigned id, unsigned position,
                           ArrayRef<std::pair<StepValue, Value>> live) {
  ways.push_back({block, SmallVector<std::pair<StepValue, Value>>(live), id, position});
}

const RegionLowering::Live *RegionLowering::findLive(StepValue which) const {
  auto found = live.find(which);
  if (found == live.end())
    return nullptr;
  for (const Live &one : found->second)
    if (one.block == home || (!one.temporary && dominance.dominates(one.block, home)))
      return &one;
  return nullptr;
}

Value RegionLowering::recall(StepValue which, DenseMap<StepValue, Value> &made, bool copies) {
  if (Value done = made.lookup(which))
    return done;
  if (const Live *known = findLive(which)) // what leaves the workspace is a copy that belongs to the user's scope
    return made[which] = known->temporary && copies ? call("tn_copy", pointer, known->value) : known->value;
  // Not made, or fused away: by the user's own call, its operands first.
  OriginalOp original = originals[which.first];
  assert(original && original.getOp() && "user code ran, so its values exist");
  SmallVector<Value> operands;
  for (Value operand : original.getOperands()) {
    if (auto argument = dyn_cast<BlockArgument>(operand)) {
      operands.push_back(values.lookup(argument));
    } else if (auto producer = operand.getDefiningOp<OriginalOp>()) {
      unsigned number = cast<OpResult>(operand).getResultNumber();
      operands.push_back(recall({int32_t(producer.getStep()), number}, made, copies));
    } else { // a constant
      operands.push_back(b.clone(*operand.getDefiningOp())->getResult(0));
    }
  }
  return made[which] = call(original.getCallee(), original.getResult(0).getType(), operands);
}

/// These values and those that making them again takes, in the program's order.
SmallVector<StepValue> RegionLowering::withOperands(ArrayRef<StepValue> wanted, ArrayRef<StepValue> missing) const {
  llvm::SmallDenseSet<StepValue> seen;
  SmallVector<StepValue> all, work(wanted);
  while (!work.empty()) {
    StepValue which = work.pop_back_val();
    if (!seen.insert(which).second)
      continue;
    all.push_back(which);
    if (findLive(which) && !llvm::is_contained(missing, which))
      continue;
    OriginalOp original = originals[which.first];
    for (Value operand : original.getOperands())
      if (auto producer = operand.getDefiningOp<OriginalOp>())
        work.push_back({int32_t(producer.getStep()), cast<OpResult>(operand).getResultNumber()});
  }
  llvm::sort(all);
  return all;
}

/// The blocks behind a condition, of which the first is gone on in. Weights as of an unlikely branch.
std::pair<Block *, Block *> RegionLowering::branchOn(Value ok) {
  Block *here = b.getInsertionBlock();
  Region &body = function.getBody();
  Block *bail = b.createBlock(&body, body.end());
  Block *next = b.createBlock(&body, body.end());
  b.setInsertionPointToEnd(here);
  LLVM::CondBrOp::create(b, loc, ok, next, ValueRange(), bail, ValueRange(),
                         std::make_optional(std::pair<uint32_t, uint32_t>(1 << 20, 1)));
  b.setInsertionPointToStart(next);
  return {next, bail};
}

/// A tensor that is made only here belongs where the program made it: not to scopes that began since. One that has ended again is
/// none to the runtime.
void RegionLowering::outlive(StepValue which, Value tensor) {
  if (tensor.getType() != pointer)
    return;
  for (OriginalOp original : ArrayRef(originals).drop_front(which.first + 1)) {
    if (original.getCallee() != "tn_scope_begin")
      continue;
    if (const Live *mark = findLive({int32_t(original.getStep()), 0}))
      call("tn_rt_outlive", {}, {mark->value, tensor});
  }
}

void RegionLowering::guard(Value ok, unsigned position) {
  auto [next, bail] = branchOn(ok);
  b.setInsertionPointToStart(bail);
  SmallVector<StepValue> wanted;
  for (OriginalOp original : originals)
    for (unsigned i = 0; i < original.getNumResults(); ++i)
      if (original.isLiveAt(i, position))
        wanted.push_back({int32_t(original.getStep()), i});
  // In the program's order, so that the first of several errors is the eager program's first.
  DenseMap<StepValue, Value> made;
  for (StepValue which : withOperands(wanted))
    recall(which, made, /*copies=*/true);
  SmallVector<std::pair<StepValue, Value>> carried;
  for (StepValue which : wanted) {
    const Live *known = findLive(which);
    if (!known || known->temporary)
      outlive(which, made.lookup(which));
    carried.push_back({which, made.lookup(which)});
  }
  if (workspace)
    call("tn_rt_leave", {}, workspace);
  leave(b.getInsertionBlock(), exits + ways.size(), position, carried);
  b.setInsertionPointToStart(next);
}

Value RegionLowering::convertFloat(Value value, Type type) {
  if (value.getType().isF32() && type.isF64())
    return LLVM::FPExtOp::create(b, loc, type, value);
  if (value.getType().isF64() && type.isF32())
    return LLVM::FPTruncOp::create(b, loc, type, value);
  return value;
}

/// A number that a launch leaves at `from`. Of the reads that it stands for the widest is the one to make again: a launch
/// that takes a tensor for one of f32 refuses one of f64, and that must not lose digits.
RegionLowering::Result RegionLowering::numberFrom(Value from, Value number) {
  NumberOp widest;
  for (Operation *user : number.getUsers())
    if (auto read = dyn_cast<NumberOp>(user); read && (!widest || widest.getResult().getType().isF32()))
      widest = read;
  if (!widest)
    return {-1, from, number.getType(), Type()};
  return {stepOf(widest), from, number.getType(), widest.getResult().getType()};
}

SmallVector<Value> RegionLowering::guardResults(Value ok, unsigned position, ArrayRef<Result> results) {
  bool known = launchAhead.contains(home) && llvm::all_of(results, [](const Result &result) { return result.step >= 0; });
  if (!known)
    guard(ok, position);
  Block *bail = known ? branchOn(ok).second : nullptr;
  SmallVector<Value> loaded;
  SmallVector<Type> types;
  SmallVector<StepValue> wanted;
  for (const Result &result : results) {
    wanted.push_back({result.step, 0});
    if (!result.from)
      continue;
    Value value = LLVM::LoadOp::create(b, loc, result.type, result.from, 8);
    loaded.push_back(result.read ? convertFloat(value, result.read) : value);
    types.push_back(loaded.back().getType());
  }
  if (!known)
    return loaded;
  Block *here = b.getInsertionBlock();
  Block *join = b.createBlock(&function.getBody(), function.getBody().end(), types, SmallVector<Location>(types.size(), loc));
  b.setInsertionPointToEnd(here);
  LLVM::BrOp::create(b, loc, loaded, join);
  b.setInsertionPointToStart(bail);
  call("tn_rt_try", {}, {});
  DenseMap<StepValue, Value> made;
  SmallVector<StepValue> stores;
  for (auto [result, which] : llvm::zip(results, wanted))
    if (!result.from)
      stores.push_back(which);
  for (StepValue which : withOperands(wanted, wanted))
    if (!llvm::is_contained(stores, which))
      recall(which, made, /*copies=*/false);
  SmallVector<Value> handed;
  for (auto [result, which] : llvm::zip(results, wanted)) {
    if (!result.from)
      continue;
    Value value = made.lookup(which);
    outlive(which, value);
    handed.push_back(value);
  }
  guard(call("tn_rt_tried", b.getI1Type(), {}), position);
  // What was stored must not be stored again: at last, and control leaves only if it was not.
  for (StepValue store : stores) {
    call("tn_rt_try", {}, {});
    Value stored = recall(store, made, /*copies=*/false);
    call("tn_rt_tried", b.getI1Type(), {});
    guard(stored, position);
  }
  LLVM::BrOp::create(b, loc, handed, join);
  b.setInsertionPointToStart(join);
  return SmallVector<Value>(join->getArguments());
}

/// Whether an op before `position` has not run yet.
bool RegionLowering::anyDelayed(unsigned position) {
  return llvm::any_of(originals, [&](OriginalOp original) {
    for (unsigned i = 0; original.getOp() && i < original.getNumResults(); ++i)
      if (original.isLiveAt(i, position) && !findLive({int32_t(original.getStep()), i}))
        return true;
    return false;
  });
}

Value RegionLowering::callFallible(StringRef name, Type result, ValueRange arguments, unsigned position) {
  if (!anyDelayed(position))
    return call(name, result, arguments);
  call("tn_rt_try", {}, {});
  Value returned = call(name, result, arguments);
  guard(call("tn_rt_tried", b.getI1Type(), {}), position);
  return returned;
}

void RegionLowering::lowerCall(CallOp op) {
  SmallVector<Value> operands;
  for (Value operand : op.getOperands())
    operands.push_back(lowered(operand));
  SmallVector<Type> types;
  for (Type type : op.getResultTypes())
    types.push_back(lowered(type));
  Type result = types.empty()       ? Type()
                : types.size() == 1 ? types[0]
                                    : Type(LLVM::LLVMStructType::getLiteral(b.getContext(), types));
  unsigned position = op.getPosition().value_or(op.getStep());
  if (op.getEffect() == "output" && anyDelayed(position))
    guard(call("tn_rt_only_records", b.getI1Type(), {}), position);
  bool pauses = op.getOpaque() && workspace;
  if (pauses)
    call("tn_rt_leave", {}, workspace);
  Value returned = op.getFallible() ? callFallible(op.getCallee(), result, operands, position)
                                    : call(op.getCallee(), result, operands);
  if (pauses)
    workspace = call("tn_rt_enter", b.getI64Type(), {});
  for (auto [i, value] : llvm::enumerate(op.getResults())) {
    Value one = types.size() == 1 ? returned : LLVM::ExtractValueOp::create(b, loc, returned, i).getResult();
    values[value] = one;
    if (isa<TensorType>(value.getType()))
      outlive({stepOf(op), unsigned(i)}, one);
    setLive({stepOf(op), unsigned(i)}, one);
  }
}

/// A read of a tensor that is in memory: the user's own call.
void RegionLowering::lowerRead(ReadOp read) {
  SmallVector<Value> operands{lowered(read.getOperand())};
  for (Value index : read.getIndices())
    operands.push_back(lowered(index));
  if (read.getHow() == "get")
    while (operands.size() < 9)
      operands.push_back(word(std::numeric_limits<int64_t>::min()));
  // By the name that the program calls: it depends on -ffinite-math-only.
  StringRef name = originals[stepOf(read)].getCallee();
  Value value = callFallible(name, read.getResult().getType(), operands, stepOf(read));
  values[read.getResult()] = value;
  setLive({stepOf(read), 0}, value);
}

void RegionLowering::lowerStore(StoreOp store) {
  Value value = call("tn_store", b.getI1Type(), {lowered(store.getDestination()), lowered(store.getValue())});
  values[store.getResult()] = value;
  setLive({stepOf(store), 0}, value);
}

void RegionLowering::lowerAlias(AliasOp alias) {
  if (alias->hasAttr(chainAttribute))
    return; // its chain reads the tensor itself
  StringRef function = alias.getFunction();
  SmallVector<Value> arguments{lowered(alias.getOperand())};
  bool byArray = function == "reshape" || function == "permute_dims" || function == "broadcast_to" || function == "at" ||
                 function == "window";
  if (byArray) {
    for (auto [i, argument] : llvm::enumerate(alias.getArguments()))
      storeWord(lowered(argument), indexArray, i);
    arguments.push_back(indexArray);
  } else {
    for (Value argument : alias.getArguments())
      arguments.push_back(lowered(argument));
    if (function == "slice")
      arguments.push_back(word(1));
  }
  StringRef name = llvm::StringSwitch<StringRef>(function)
                       .Case("reshape", "tn_rt_alias_reshape")
                       .Case("permute_dims", "tn_rt_alias_permute")
                       .Case("broadcast_to", "tn_rt_alias_broadcast")
                       .Case("transpose", "tn_rt_alias_transpose")
                       .Case("select", "tn_rt_alias_select")
                       .Case("at", "tn_rt_alias_at")
                       .Case("window", "tn_rt_alias_window")
                       .Default("tn_rt_alias_slice");
  values[alias.getResult()] = call(name, pointer, arguments);
}

void RegionLowering::lowerSort(SortOp sort) {
  Value mode = LLVM::ConstantOp::create(b, loc, b.getI32Type(), b.getI32IntegerAttr(sort.getMode()));
  Value sorted = call("tn_rt_sort", pointer, {lowered(sort.getOperand()), lowered(sort.getAxis()), mode});
  storeWord(sorted, tensorArray, 0);
  Value none = LLVM::ZeroOp::create(b, loc, pointer);
  Value ok = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, sorted, none);
  sorted = guardResults(ok, sort.getStep(), Result{int32_t(sort.getStep()), slotOf(tensorArray, 0), pointer, Type()})[0];
  values[sort.getResult()] = sorted;
  setMade({stepOf(sort), 0}, sorted, sort.getMode());
}

Value RegionLowering::fillScalars(ValueRange scalars, unsigned count) {
  for (auto [i, scalar] : llvm::enumerate(scalars))
    LLVM::StoreOp::create(b, loc, lowered(scalar), slotOf(scalarArray, i), 8);
  return scalarArray;
}

/// The kernels up to `last` as one launch.
void RegionLowering::lowerChain(KernelOp last) {
  Chain chain = Chain::endingIn(last);
  llvm::DenseSet<Value> made;
  for (const Chain::Link &link : chain.links)
    made.insert(KernelOp(link.kernel)->result_begin(), KernelOp(link.kernel)->result_end());
  for (auto [i, tensor] : llvm::enumerate(chain.tensors))
    if (!made.contains(tensor))
      storeWord(lowered(tensor), tensorArray, i);
  fillScalars(chain.scalars.getArrayRef(), chain.scalars.size());
  StringRef table = last->getAttrOfType<FlatSymbolRefAttr>(chainTableAttribute).getValue();
  Value ok = call("tn_rt_launch_chain", b.getI1Type(), {pointerTo(table), tensorArray, scalarArray});
  SmallVector<Result> results;
  SmallVector<std::pair<Value, int32_t>> given; // with their modes
  for (const Chain::Link &link : chain.links) {
    KernelOp kernel = link.kernel;
    for (auto [i, result] : llvm::enumerate(kernel.getResults())) {
      unsigned place = llvm::find(chain.tensors, result) - chain.tensors.begin();
      if (chain.local[place])
        continue;
      results.push_back({kernel.getSteps()[i], slotOf(tensorArray, place), pointer, Type()});
      given.push_back({result, kernel.getModes()[i]});
    }
  }
  for (auto [result, value, what] : llvm::zip(given, guardResults(ok, last.getPosition(), results), results)) {
    values[result.first] = value;
    if (what.step >= 0)
      setMade({what.step, 0}, value, result.second);
  }
}

void RegionLowering::lowerKernel(KernelOp kernel) {
  if (kernel->hasAttr(chainTableAttribute))
    return lowerChain(kernel);
  if (kernel->hasAttr(chainAttribute))
    return; // with the last of its chain
  unsigned tensors = 0;
  for (Value input : kernel.getInputs())
    storeWord(lowered(input), tensorArray, tensors++);
  for (Value destination : kernel.getDestinations())
    storeWord(lowered(destination), tensorArray, tensors++);
  for (auto [i, candidate] : llvm::enumerate(kernel.getReplaceable()))
    storeWord(lowered(candidate), tensorArray, kernel.getTensorCount() - kernel.getReplaceable().size() + i);
  fillScalars(kernel.getScalars(), kernel.getScalars().size());
  Value ok = call("tn_rt_launch", b.getI1Type(), {pointerTo(*kernel.getTable()), tensorArray, scalarArray});
  SmallVector<Result> results;
  unsigned numbers = kernel.getScalars().size(), result = 0;
  for (auto [i, kind] : llvm::enumerate(kernel.getKinds().getAsValueRange<StringAttr>())) {
    if (kind == "store") {
      results.push_back({kernel.getSteps()[i], Value(), Type(), Type()});
      continue;
    }
    Value value = kernel.getResult(result++);
    if (kind == "number")
      results.push_back(numberFrom(slotOf(scalarArray, numbers++), value));
    else
      results.push_back({kernel.getSteps()[i], slotOf(tensorArray, tensors++), lowered(value.getType()), Type()});
  }
  SmallVector<Value> given = guardResults(ok, kernel.getPosition(), results);
  result = 0;
  for (auto [i, kind] : llvm::enumerate(kernel.getKinds().getAsValueRange<StringAttr>())) {
    int32_t step = kernel.getSteps()[i];
    if (kind == "store") {
      if (step >= 0)
        setLive({step, 0}, LLVM::ConstantOp::create(b, loc, b.getI1Type(), b.getBoolAttr(true)));
      continue;
    }
    values[kernel.getResult(result)] = given[result];
    if (step >= 0 && kind != "number")
      setMade({step, 0}, given[result], kernel.getModes()[i]);
    ++result;
  }
}

void RegionLowering::lowerElement(ElementOp element) {
  for (auto [i, input] : llvm::enumerate(element.getInputs()))
    storeWord(lowered(input), tensorArray, i);
  fillScalars(element.getScalars(), element.getScalars().size());
  for (auto [i, index] : llvm::enumerate(element.getIndices()))
    storeWord(lowered(index), indexArray, i);
  int32_t count = element.getHow() == "item" ? -2 : element.getHow() == "flat" ? -1 : int32_t(element.getIndices().size());
  Value countValue = LLVM::ConstantOp::create(b, loc, b.getI32Type(), b.getI32IntegerAttr(count));
  // The element comes back behind the scalars.
  Value out = slotOf(scalarArray, element.getScalars().size());
  Value ok = call("tn_rt_element", b.getI1Type(),
                  {pointerTo(*element.getTable()), tensorArray, scalarArray, countValue, indexArray, out});
  values[element.getResult()] = guardResults(ok, element.getPosition(), numberFrom(out, element.getResult()))[0];
}

void RegionLowering::lowerReplaceable(ReplaceableOp replaceable) {
  for (auto [i, other] : llvm::enumerate(replaceable.getOthers()))
    storeWord(lowered(other), tensorArray, i);
  auto number = [&](int32_t value) {
    return LLVM::ConstantOp::create(b, loc, b.getI32Type(), b.getI32IntegerAttr(value)).getResult();
  };
  Value old = lowered(replaceable.getOld()), scoped = number(replaceable.getScoped());
  if (Value unless = replaceable.getUnless()) {
    Value is = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, old, lowered(unless));
    old = LLVM::SelectOp::create(b, loc, is, LLVM::ZeroOp::create(b, loc, pointer), old);
  }
  Value count = number(replaceable.getOthers().size());
  values[replaceable.getResult()] = call("tn_rt_replaceable", pointer, {old, scoped, count, tensorArray});
}

void RegionLowering::lowerRelease(ReleaseOp release) {
  call("tn_rt_release", {}, {lowered(release.getOld()), lowered(release.getMade())});
}

void RegionLowering::lowerPlace(PlaceOp place) {
  for (auto [i, start] : llvm::enumerate(place.getStarts()))
    storeWord(lowered(start), indexArray, i);
  values[place.getResult()] = call("tn_rt_place", pointer, {lowered(place.getTensor()), indexArray});
}

void RegionLowering::lowerNumber(NumberOp number) {
  Value value = convertFloat(lowered(number.getElement()), number.getResult().getType());
  values[number.getResult()] = value;
  setLive({stepOf(number), 0}, value);
}

void RegionLowering::lowerExit(ExitOp exit) {
  SmallVector<std::pair<StepValue, Value>> carried;
  unsigned next = 0;
  for (OriginalOp original : originals)
    for (unsigned i = 0; i < original.getNumResults(); ++i)
      if (original.isLiveAt(i, exit.getPosition()))
        carried.push_back({{int32_t(original.getStep()), i}, lowered(exit.getValues()[next++])});
  leaveWorkspace();
  leave(b.getInsertionBlock(), exit.getPosition() - originals.size(), exit.getPosition(), carried);
}

void RegionLowering::lowerBranch(BranchOp branch) {
  leaveWorkspace();
  SmallVector<SmallVector<Value>> handed;
  SmallVector<Block *> targets;
  for (auto [target, operands] : llvm::zip(branch.getTargets(), branch.getTargetOperands())) {
    targets.push_back(blocks.lookup(target));
    SmallVector<Value> &values = handed.emplace_back();
    for (Value operand : operands)
      values.push_back(lowered(operand));
  }
  if (!branch.getSelector()) {
    LLVM::BrOp::create(b, loc, handed[0], targets[0]);
    return;
  }
  Value selector = lowered(branch.getSelector());
  if (selector.getType().isInteger(1) && targets.size() == 2) {
    bool first = branch.getCases()[0] != 0;
    LLVM::CondBrOp::create(b, loc, selector, targets[!first], handed[!first], targets[first], handed[first]);
    return;
  }
  SmallVector<APInt> cases;
  for (int64_t value : branch.getCases())
    cases.push_back(APInt(selector.getType().getIntOrFloatBitWidth(), value, /*isSigned=*/true, /*implicitTrunc=*/true));
  SmallVector<ValueRange> operands(handed.begin(), handed.end());
  LLVM::SwitchOp::create(b, loc, selector, targets.back(), operands.back(), cases, ArrayRef(targets).drop_back(),
                         ArrayRef(operands).drop_back());
}

void RegionLowering::leaveWorkspace() {
  if (workspace)
    call("tn_rt_leave", {}, workspace);
  workspace = {};
}

/// Values of one type share slots from one way out to the next.
void RegionLowering::writeReturns() {
  slotTypes.push_back(b.getI32Type());
  SmallVector<SmallVector<unsigned>> slots;
  for (Leaving &way : ways) {
    llvm::SmallBitVector used(slotTypes.size());
    SmallVector<unsigned> &mine = slots.emplace_back();
    for (auto &[which, value] : way.values) {
      unsigned slot = 1;
      while (slot < slotTypes.size() && (slotTypes[slot] != value.getType() || (slot < used.size() && used.test(slot))))
        ++slot;
      if (slot == slotTypes.size())
        slotTypes.push_back(value.getType());
      if (used.size() < slotTypes.size())
        used.resize(slotTypes.size());
      used.set(slot);
      mine.push_back(slot);
    }
  }
  Type packed = LLVM::LLVMStructType::getLiteral(b.getContext(), slotTypes);
  function.setFunctionType(
      LLVM::LLVMFunctionType::get(packed, llvm::to_vector(function.getArgumentTypes())));
  SmallVector<int32_t> table;
  for (auto [way, mine] : llvm::zip(ways, slots)) {
    b.setInsertionPointToEnd(way.block);
    Value pack = LLVM::PoisonOp::create(b, loc, packed);
    Value id = LLVM::ConstantOp::create(b, loc, b.getI32Type(), b.getI32IntegerAttr(way.id));
    pack = LLVM::InsertValueOp::create(b, loc, pack, id, ArrayRef<int64_t>{0});
    table.append({int32_t(way.id), int32_t(way.position), -1, -1, -1});
    for (auto [carried, slot] : llvm::zip(way.values, mine)) {
      pack = LLVM::InsertValueOp::create(b, loc, pack, carried.second, ArrayRef<int64_t>{int64_t(slot)});
      table.append({int32_t(way.id), int32_t(way.position), carried.first.first, int32_t(carried.first.second),
                    int32_t(slot) - 1});
    }
    LLVM::ReturnOp::create(b, loc, ValueRange{pack});
  }
  function->setAttr("tenon.resumes", b.getDenseI32ArrayAttr(table));
}

void RegionLowering::lower(Operation &op) {
  loc = op.getLoc();
  if (auto tensor = dyn_cast<TensorOp>(op))
    values[tensor.getResult()] = lowered(tensor.getHandle());
  else if (auto call = dyn_cast<CallOp>(op))
    lowerCall(call);
  else if (auto read = dyn_cast<ReadOp>(op))
    lowerRead(read);
  else if (auto store = dyn_cast<StoreOp>(op))
    lowerStore(store);
  else if (auto alias = dyn_cast<AliasOp>(op))
    lowerAlias(alias);
  else if (auto sort = dyn_cast<SortOp>(op))
    lowerSort(sort);
  else if (auto kernel = dyn_cast<KernelOp>(op))
    lowerKernel(kernel);
  else if (auto element = dyn_cast<ElementOp>(op))
    lowerElement(element);
  else if (auto replaceable = dyn_cast<ReplaceableOp>(op))
    lowerReplaceable(replaceable);
  else if (auto release = dyn_cast<ReleaseOp>(op))
    lowerRelease(release);
  else if (auto place = dyn_cast<PlaceOp>(op))
    lowerPlace(place);
  else if (auto number = dyn_cast<NumberOp>(op))
    lowerNumber(number);
  else if (auto exit = dyn_cast<ExitOp>(op))
    lowerExit(exit);
  else if (auto branch = dyn_cast<BranchOp>(op))
    lowerBranch(branch);
  else if (auto phi = dyn_cast<PhiOp>(op)) {
    values[phi.getResult()] = lowered(phi.getArgument());
    setLive({stepOf(phi), 0}, lowered(phi.getArgument()));
  }
  else if (!isa<RecipeOp>(op)) { // scalar arithmetic
    IRMapping mapping;
    for (Value operand : op.getOperands())
      mapping.map(operand, lowered(operand));
    Operation *clone = b.clone(op, mapping);
    for (auto [old, made] : llvm::zip(op.getResults(), clone->getResults()))
      values[old] = made;
  }
}

void RegionLowering::run() {
  pointer = LLVM::LLVMPointerType::get(b.getContext());
  Block &body = source.getBody().front();
  recipe = *body.getOps<RecipeOp>().begin();
  originals.assign(recipe.getBody().getOps<OriginalOp>().begin(), recipe.getBody().getOps<OriginalOp>().end());
  b.setInsertionPoint(source);
  std::string name = source.getName().str();
  source.setName(name + ".source");
  function = LLVM::LLVMFuncOp::create(
      b, loc, name,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), llvm::to_vector(source.getArgumentTypes())));
  entry = function.addEntryBlock(b);
  for (auto [old, made] : llvm::zip(body.getArguments(), entry->getArguments()))
    values[old] = made;

  unsigned tensors = 0, scalars = 1;
  llvm::DenseSet<Block *> temporaries; // blocks that have them
  source.walk([&](Operation *op) {
    exits += isa<ExitOp>(op);
    if (auto kernel = dyn_cast<KernelOp>(op)) {
      if (kernel->hasAttr(chainTableAttribute)) {
        Chain chain = Chain::endingIn(kernel);
        tensors = std::max<unsigned>(tensors, chain.tensors.size());
        scalars = std::max<unsigned>(scalars, chain.scalars.size());
      }
      tensors = std::max(tensors, kernel.getTensorCount());
      scalars = std::max<unsigned>(scalars, kernel.getScalars().size() + kernel.getNumResults());
      if (llvm::any_of(kernel.getModes(), [](int32_t mode) { return mode == TN_RESULT_WORKSPACE || mode == TN_RESULT_REUSE; }))
        temporaries.insert(op->getBlock());
    } else if (auto element = dyn_cast<ElementOp>(op)) {
      tensors = std::max<unsigned>(tensors, element.getInputs().size() + 1);
      scalars = std::max<unsigned>(scalars, element.getScalars().size() + 1);
    }
    if (auto replaceable = dyn_cast<ReplaceableOp>(op))
      tensors = std::max<unsigned>(tensors, replaceable.getOthers().size());
    if (isa<AliasOp, SortOp, PlaceOp>(op))
      temporaries.insert(op->getBlock());
  });
  b.setInsertionPointToEnd(entry);
  tensorArray = allocate(tensors);
  scalarArray = allocate(scalars);
  indexArray = allocate(16);
  blocks[&body] = entry;
  for (Block &block : llvm::drop_begin(source.getBody())) {
    SmallVector<Type> types;
    SmallVector<Location> locations;
    for (BlockArgument argument : block.getArguments()) {
      types.push_back(lowered(argument.getType()));
      locations.push_back(argument.getLoc());
    }
    blocks[&block] = b.createBlock(&function.getBody(), function.getBody().end(), types, locations);
    for (auto [old, made] : llvm::zip(block.getArguments(), blocks[&block]->getArguments()))
      values[old] = made;
  }
  auto launches = [&](Block *block) {
    return launchAhead.contains(block) || llvm::any_of(*block, [](Operation &op) { return isa<KernelOp, ElementOp, SortOp>(op); });
  };
  for (bool again = true; again;) {
    again = false;
    for (Block &block : llvm::reverse(source.getBody()))
      if (llvm::any_of(block.getSuccessors(), launches))
        again |= launchAhead.insert(&block).second;
  }
  // A value's definition comes before its uses.
  llvm::ReversePostOrderTraversal<Region *> order(&source.getBody());
  for (Block *block : order) {
    home = block;
    b.setInsertionPointToEnd(blocks[block]);
    auto op = block->begin();
    for (; isa<PhiOp>(*op); ++op)
      lower(*op);
    if (temporaries.contains(block))
      workspace = call("tn_rt_enter", b.getI64Type(), {});
    for (; op != block->end(); ++op)
      lower(*op);
  }
  writeReturns();
  source.erase();
}

} // namespace tenon
