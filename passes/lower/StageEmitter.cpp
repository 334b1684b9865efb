// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// StageEmitter.cpp - emits the vector code of one stage of a kernel, for one ISA version.
//
// Elementwise: a main loop of several vectors abreast, written as one wide vector that the code generator cuts, so that one
// has work to do while the others wait; a loop of single vectors; and for what is left the LAST vector of the run, which
// overlaps the one before. Its inputs are loaded ahead of the loops, so that a result in an input's
// memory cannot spoil them. Masked memory accesses are used only for runs shorter than one vector: a masked store holds up
// the next row's first load.
//
// A step is 0 or 1, and known when the kernel runs: main loops over several operands are there twice, once for operands that all
// step.
//
// Reductions: TN_LANES accumulators in registers, whatever the width of a vector, so that every ISA adds in the same
// order; where registers do not suffice the lanes are gathered in groups, one walk over the (cached) block each. The
// rest of a block is masked, each lane keeping what it has.

#include "StageEmitter.h"
#include "ApplyFunction.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace tenon {

ArrayRef<Isa> allIsas() {
  static const Isa isas[] = {{"v2", "x86-64-v2", "128", 16, 16},
                             {"v3", "x86-64-v3", "256", 32, 16},
                             {"v4", "x86-64-v4", "512", 64, 32}};
  return isas;
}

namespace {

class Emitter {
public:
  Emitter(OpBuilder &builder, Location location, const KernelProgram &program, const ProgramStage &stage,
          const Isa &isa, bool fast)
      : b(builder), loc(location), program(program), stage(stage), isa(isa), fast(fast) {}

  LLVM::LLVMFuncOp emit(StringRef name);

private:
  using Loaded = SmallVector<Value>; ///< by operand

  /// While it lives, what is emitted has this source line.
  class Line {
  public:
    Line(Emitter &emitter, Location location) : emitter(emitter), outer(emitter.loc) { emitter.moveTo(location); }
    ~Line() { emitter.moveTo(outer); }

  private:
    Emitter &emitter;
    Location outer;
  };
  void moveTo(Location location) { loc = emission.location = location; }
  Location lineOf(unsigned operand) const {
    const StageOperand &has = stage.operands[operand];
    return has.line ? has.line->getLoc() : has.body ? has.body.getLoc() : loc;
  }

  Type elementType(const StageOperand &operand) const { return program.values[operand.value].type; }
  /// How an element lies in memory: booleans are bytes, and integers have no sign.
  Type storedType(Type element) const {
    return element.isInteger(1)          ? b.getI8Type()
           : element.isUnsignedInteger() ? Type(lanes::signless(element))
                                         : element;
  }
  unsigned storedBytes(Type element) const { return element.isInteger(1) ? 1 : element.getIntOrFloatBitWidth() / 8; }
  Value index(int64_t value) { return arith::ConstantIntOp::create(b, loc, b.getI64Type(), value); }
  Value add(Value x, Value y) { return b.createOrFold<arith::AddIOp>(loc, x, y); }
  Value sub(Value x, Value y) { return b.createOrFold<arith::SubIOp>(loc, x, y); }
  Value mul(Value x, Value y) { return b.createOrFold<arith::MulIOp>(loc, x, y); }
  Value less(Value x, Value y) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, x, y);
  }
  scf::ForOp loop(Value from, Value to, int64_t step, ValueRange carried,
                  llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body);

  Value address(unsigned operand, Value at);
  Value load(unsigned operand, Value at, Value mask);
  Value loadWide(unsigned operand, Value at, Type stored);
  void store(unsigned operand, Value value, Value at, Value mask);
  Value loadScalar(unsigned operand);
  Value firstLanes(Value count);
  void setWidth(unsigned lanes);
  unsigned abreast() const;

  /// Loads every Load operand at a point.
  Loaded loadAll(Value at, Value mask);
  /// Computes `value` of the body from what was loaded, at the current width.
  Value compute(Value value, DenseMap<Value, Value> &known);
  DenseMap<Value, Value> knownFrom(const Loaded &loaded);
  void storeAll(DenseMap<Value, Value> &known, Value at, Value mask);
  Value neutral(tn_reduction_kind kind, Type element);
  Value combine(tn_reduction_kind kind, Value accumulator, Value value);
  Value gatheredValue(const StageOperand &operand, DenseMap<Value, Value> &known);

  void emitElementwise();
  void prefetch(Value at);
  void emitReductions();
  SmallVector<Value> whereAllStep(TypeRange results, llvm::function_ref<ValueRange()> emitLoop);
  void emitScalarLoop();

  OpBuilder &b;
  Location loc;
  const KernelProgram &program;
  const ProgramStage &stage;
  const Isa &isa;
  bool fast;
  lanes::Emission emission{b, loc, 1, fast, isa.name};
  unsigned width = 1, single = 1; ///< lanes: at the moment, and of one register
  Value count;
  SmallVector<Value> bases, steps, scalars;
};

} // namespace

scf::ForOp Emitter::loop(Value from, Value to, int64_t step, ValueRange carried,
                         llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(b, loc, from, to, index(step), carried);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!carried.empty())
    scf::YieldOp::create(b, loc, next);
  return loop;
}

Value Emitter::address(unsigned operand, Value at) {
  Type element = elementType(stage.operands[operand]);
  Value offset = steps[operand] ? mul(at, steps[operand]) : at;
  return LLVM::GEPOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), storedType(element), bases[operand],
                             ArrayRef<LLVM::GEPArg>{offset});
}

Value Emitter::load(unsigned operand, Value at, Value mask) {
  Line line(*this, lineOf(operand));
  Type element = elementType(stage.operands[operand]), stored = storedType(element);
  unsigned align = storedBytes(element);
  Value value;
  if (mask) {
    Type type = VectorType::get({width}, stored);
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    value = LLVM::MaskedLoadOp::create(b, loc, type, address(operand, at), mask, zero,
                                       b.getI32IntegerAttr(align));
  } else if (width > single && steps[operand]) {
    value = loadWide(operand, at, stored);
  } else {
    value = LLVM::LoadOp::create(b, loc, lanes::laneType(stored), address(operand, at), align);
  }
  return element.isInteger(1) ? lanes::asMask(value) : value;
}

/// Vector by vector: an operand of step 0 has only one.
Value Emitter::loadWide(unsigned operand, Value at, Type stored) {
  Type type = lanes::laneType(stored), part = VectorType::get({single}, stored);
  Value wide = LLVM::PoisonOp::create(b, loc, type);
  for (unsigned first = 0; first < width; first += single) {
    Value one = LLVM::LoadOp::create(b, loc, part, address(operand, first ? add(at, index(first)) : at),
                                     storedBytes(elementType(stage.operands[operand])));
    wide = LLVM::vector_insert::create(b, loc, type, wide, one, first);
  }
  return wide;
}

void Emitter::store(unsigned operand, Value value, Value at, Value mask) {
  Line line(*this, lineOf(operand));
  Type element = elementType(stage.operands[operand]);
  unsigned align = storedBytes(element);
  if (element.isInteger(1))
    value = arith::ExtUIOp::create(b, loc, lanes::laneType(b.getI8Type()), value);
  if (mask)
    LLVM::MaskedStoreOp::create(b, loc, value, address(operand, at), mask, b.getI32IntegerAttr(align));
  else
    LLVM::StoreOp::create(b, loc, value, address(operand, at), align);
}

/// The one element of a uniform operand, in every lane.
Value Emitter::loadScalar(unsigned operand) {
  Line line(*this, lineOf(operand));
  Type element = elementType(stage.operands[operand]), stored = storedType(element);
  Value value = LLVM::LoadOp::create(b, loc, stored, bases[operand], storedBytes(element));
  if (element.isInteger(1))
    value = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, value,
                                  arith::ConstantIntOp::create(b, loc, stored, 0));
  return lanes::splat(value);
}

/// From here on values have this many lanes.
void Emitter::setWidth(unsigned lanes) {
  emission.lanes = width = lanes;
  scalars.assign(stage.operands.size(), Value());
  if (!stage.row)
    for (auto [i, operand] : llvm::enumerate(stage.operands))
      if (operand.role == StageOperand::Scalar)
        scalars[i] = loadScalar(i);
}

/// How many vectors go abreast: fewer of what takes many registers or much code.
unsigned Emitter::abreast() const {
  if (isa.vectorBytes == 16 && program.cost > 4)
    return 1; // its functions are calls
  if (program.cost <= 12)
    return stage.operands.size() > 8 ? 2 : 4;
  if (program.cost > 40)
    return program.cost <= 80 ? 2 : 1;
  return 3;
}

/// A mask of the lanes below `count` (an i64, at most TN_BLOCK, maybe negative).
Value Emitter::firstLanes(Value limit) {
  auto type = VectorType::get({width}, b.getI32Type());
  SmallVector<int32_t> numbers(width);
  std::iota(numbers.begin(), numbers.end(), 0);
  Value lane = arith::ConstantOp::create(b, loc, type, DenseElementsAttr::get(type, ArrayRef<int32_t>(numbers)));
  Value narrow = arith::TruncIOp::create(b, loc, b.getI32Type(), limit);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, lane,
                               vector::BroadcastOp::create(b, loc, type, narrow));
}

Emitter::Loaded Emitter::loadAll(Value at, Value mask) {
  Loaded loaded(stage.operands.size());
  for (auto [i, operand] : llvm::enumerate(stage.operands))
    if (operand.role == StageOperand::Load)
      loaded[i] = load(i, at, mask);
  return loaded;
}

DenseMap<Value, Value> Emitter::knownFrom(const Loaded &loaded) {
  DenseMap<Value, Value> known;
  for (auto [i, operand] : llvm::enumerate(stage.operands)) {
    if (!operand.body)
      continue;
    if (operand.role == StageOperand::Load)
      known[operand.body] = loaded[i];
    else if (operand.role == StageOperand::Scalar)
      known[operand.body] = scalars[i];
  }
  return known;
}

Value Emitter::compute(Value value, DenseMap<Value, Value> &known) {
  SmallVector<Value> work{value};
  while (!work.empty()) {
    Value next = work.back();
    if (known.contains(next)) {
      work.pop_back();
      continue;
    }
    Operation *op = next.getDefiningOp();
    assert(op && "an operand that the stage was not given");
    bool ready = true;
    for (Value operand : op->getOperands())
      if (!known.contains(operand)) {
        work.push_back(operand);
        ready = false;
      }
    if (!ready)
      continue;
    work.pop_back();
    Line line(*this, op->getLoc());
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(known[operand]);
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      known[next] = lanes::splat(arith::ConstantOp::create(b, loc, constant.getValue()));
    } else if (auto apply = dyn_cast<ApplyOp>(op)) {
      known[next] = applyFunction(apply.getFunction(), operands, apply.getOperandTypes(), next.getType());
      assert(known[next] && "verified when the body was built");
    } else if (mlir::isa<math::FmaOp>(op)) {
      known[next] = lanes::fma(operands[0], operands[1], operands[2]);
    } else { // arithmetic of the user's own functions
      OperationState state(loc, op->getName());
      state.addOperands(operands);
      for (Type type : op->getResultTypes())
        state.addTypes(lanes::laneType(type));
      state.propertiesAttr = op->getPropertiesAsAttribute();
      Operation *wide = b.create(state);
      for (auto [narrow, result] : llvm::zip(op->getResults(), wide->getResults()))
        known[narrow] = result;
    }
  }
  return known[value];
}

void Emitter::storeAll(DenseMap<Value, Value> &known, Value at, Value mask) {
  // All values first, then the stores: a store may go where an input still has to be read from.
  SmallVector<std::pair<unsigned, Value>> stores;
  for (auto [i, operand] : llvm::enumerate(stage.operands))
    if (operand.role == StageOperand::Store)
      stores.push_back({i, compute(operand.body, known)});
  for (auto [i, value] : stores)
    store(i, value, at, mask);
}

Value Emitter::neutral(tn_reduction_kind kind, Type element) {
  auto type = cast<FloatType>(element);
  const llvm::fltSemantics &semantics = type.getFloatSemantics();
  APFloat value = APFloat::getZero(semantics);
  if (kind == TN_REDUCE_PROD)
    value = APFloat::getOne(semantics);
  else if (kind == TN_REDUCE_MAX)
    value = APFloat::getInf(semantics, /*Negative=*/true);
  else if (kind == TN_REDUCE_MIN)
    value = APFloat::getInf(semantics);
  return lanes::splat(arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value)));
}

Value Emitter::combine(tn_reduction_kind kind, Value accumulator, Value value) {
  switch (kind) {
  case TN_REDUCE_PROD:
    return arith::MulFOp::create(b, loc, accumulator, value);
  case TN_REDUCE_MAX:
    return arith::MaximumFOp::create(b, loc, accumulator, value);
  case TN_REDUCE_MIN:
    return arith::MinimumFOp::create(b, loc, accumulator, value);
  case TN_REDUCE_SUM:
  case TN_REDUCE_MOMENTS:
    return arith::AddFOp::create(b, loc, accumulator, value);
  }
  llvm_unreachable("all kinds return");
}

/// What a reduction adds for a point.
Value Emitter::gatheredValue(const StageOperand &operand, DenseMap<Value, Value> &known) {
  Value value = compute(operand.body, known);
  if (operand.kind != TN_REDUCE_MOMENTS)
    return value;
  Line line(*this, operand.line->getLoc());
  Value distance = arith::SubFOp::create(b, loc, value, scalars[operand.mean]);
  return arith::MulFOp::create(b, loc, distance, distance);
}

void Emitter::emitElementwise() {
  unsigned most = abreast();
  Value zero = index(0), wide = index(width);
  Value isShort = less(count, wide);
  auto branch = scf::IfOp::create(b, loc, isShort, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  {
    Value mask = firstLanes(count);
    DenseMap<Value, Value> known = knownFrom(loadAll(zero, mask));
    if (llvm::any_of(stage.operands, [](auto &o) { return o.role == StageOperand::Column; })) {
      for (auto [i, operand] : llvm::enumerate(stage.operands))
        if (operand.role == StageOperand::Column) {
          Value value = compute(operand.body, known);
          Line line(*this, lineOf(i));
          store(i, combine(operand.kind, load(i, zero, mask), value), zero, mask);
        }
    } else {
      storeAll(known, zero, mask);
    }
  }
  b.setInsertionPointToStart(branch.elseBlock());
  // The last vector's operands, before anything is stored.
  Value lastAt = sub(count, wide);
  Loaded last = loadAll(lastAt, Value());
  Loaded lastColumns(stage.operands.size());
  for (auto [i, operand] : llvm::enumerate(stage.operands))
    if (operand.role == StageOperand::Column)
      lastColumns[i] = load(i, lastAt, Value());
  auto step = [&](Value at, const Loaded &loaded, const Loaded *columns) {
    DenseMap<Value, Value> known = knownFrom(loaded);
    for (auto [i, operand] : llvm::enumerate(stage.operands))
      if (operand.role == StageOperand::Column) {
        Line line(*this, lineOf(i));
        Value accumulator = columns ? (*columns)[i] : load(i, at, Value());
        store(i, combine(operand.kind, accumulator, compute(operand.body, known)), at, Value());
      }
    storeAll(known, at, Value());
  };
  int64_t turn = int64_t(width) * most;
  Value whole = sub(count, arith::RemUIOp::create(b, loc, count, index(turn)));
  Value vectors = sub(count, arith::RemUIOp::create(b, loc, count, wide));
  auto walk = [&](Value from, Value to) {
    loop(from, to, width, {}, [&](Value at, ValueRange) {
      step(at, loadAll(at, Value()), nullptr);
      return SmallVector<Value>();
    });
  };
  setWidth(turn);
  whereAllStep(TypeRange(), [&]() -> ValueRange {
    walk(zero, whole);
    return {};
  });
  setWidth(single);
  if (most > 1)
    walk(whole, vectors);
  auto rest = scf::IfOp::create(b, loc, less(vectors, count), /*withElseRegion=*/false);
  b.setInsertionPointToStart(rest.thenBlock());
  step(lastAt, last, &lastColumns);
}

/// Asks for what a reduction reads some turns later: between blocks, while their sums are put together, nobody else does.
void Emitter::prefetch(Value at) {
  constexpr int64_t bytesAhead = 2048, mostStreams = 2;
  if (llvm::count_if(stage.operands, [](auto &operand) { return operand.role == StageOperand::Load; }) > mostStreams)
    return;
  for (auto [i, operand] : llvm::enumerate(stage.operands))
    if (operand.role == StageOperand::Load) {
      Value ahead = add(at, index(bytesAhead / storedBytes(elementType(operand))));
      LLVM::Prefetch::create(b, loc, address(i, ahead), /*rw=*/0, /*hint=*/3, /*cache=*/1);
    }
}

void Emitter::emitReductions() {
  SmallVector<unsigned> gathers;
  for (auto [i, operand] : llvm::enumerate(stage.operands))
    if (operand.role == StageOperand::Lanes)
      gathers.push_back(i);
  // Lanes gathered at a time: as many as leave some registers for the body.
  unsigned group = TN_LANES;
  while (group > width && gathers.size() * (group / width) * 4 > isa.registers * 3)
    group /= 2;
  unsigned vectors = group / width;

  Value zero = index(0);
  for (unsigned first = 0; first < TN_LANES; first += group) {
    SmallVector<Value> start;
    for (unsigned gather : gathers) {
      const StageOperand &operand = stage.operands[gather];
      start.append(vectors, neutral(operand.kind, elementType(operand)));
    }
    auto turn = [&](Value at, ValueRange carried, bool masked) {
      SmallVector<Value> next(carried);
      for (unsigned u = 0; u < vectors; ++u) {
        Value here = add(at, index(first + u * width));
        if (!masked)
          prefetch(here);
        auto one = [&](Value mask) {
          SmallVector<Value> gathered;
          DenseMap<Value, Value> known = knownFrom(loadAll(here, mask));
          for (auto [g, gather] : llvm::enumerate(gathers)) {
            const StageOperand &operand = stage.operands[gather];
            Line line(*this, lineOf(gather));
            Value before = carried[g * vectors + u];
            Value after = combine(operand.kind, before, gatheredValue(operand, known));
            gathered.push_back(mask ? lanes::select(mask, after, before) : after);
          }
          storeAll(known, here, mask);
          return gathered;
        };
        SmallVector<Value> gathered;
        if (masked) {
          // Vectors that lie wholly behind the end cost a branch only.
          SmallVector<Type> types;
          for (unsigned g = 0; g < gathers.size(); ++g)
            types.push_back(carried[g * vectors + u].getType());
          auto branch = scf::IfOp::create(b, loc, types, less(here, count), /*withElseRegion=*/true);
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToStart(branch.thenBlock());
          SmallVector<Value> computed = one(firstLanes(sub(count, here)));
          scf::YieldOp::create(b, loc, computed);
          b.setInsertionPointToStart(branch.elseBlock());
          SmallVector<Value> kept;
          for (unsigned g = 0; g < gathers.size(); ++g)
            kept.push_back(carried[g * vectors + u]);
          scf::YieldOp::create(b, loc, kept);
          gathered.append(branch.getResults().begin(), branch.getResults().end());
        } else {
          gathered = one(Value());
        }
        for (auto [g, value] : llvm::enumerate(gathered))
          next[g * vectors + u] = value;
      }
      return next;
    };
    Value rows = sub(count, arith::RemUIOp::create(b, loc, count, index(TN_LANES)));
    auto main = [&]() -> ValueRange {
      auto turns = [&](Value at, ValueRange carried) { return turn(at, carried, false); };
      return loop(zero, rows, TN_LANES, start, turns).getResults();
    };
    SmallVector<Value> lanes = turn(rows, whereAllStep(ValueRange(start).getTypes(), main), true);
    for (auto [g, gather] : llvm::enumerate(gathers))
      for (unsigned u = 0; u < vectors; ++u)
        store(gather, lanes[g * vectors + u], index(first + u * width), Value());
  }
}

/// The loop, or, where several operands are loaded, a choice of two: in the one for operands that all step, as most do, there
/// are no products by steps, one for each vector of each operand, which are too many for the registers.
SmallVector<Value> Emitter::whereAllStep(TypeRange results, llvm::function_ref<ValueRange()> emitLoop) {
  SmallVector<Value> stepped = llvm::filter_to_vector(steps, [](Value step) { return bool(step); });
  if (stepped.size() < 2)
    return emitLoop();
  Value all = stepped.front();
  for (Value step : llvm::drop_begin(stepped))
    all = arith::AndIOp::create(b, loc, all, step);
  Value allStep = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, all, index(0));
  auto branch = scf::IfOp::create(b, loc, results, allStep, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  auto emitIn = [&](Block *block) {
    b.setInsertionPointToStart(block);
    ValueRange values = emitLoop();
    if (!results.empty())
      scf::YieldOp::create(b, loc, values);
  };
  SmallVector<Value> none(steps.size());
  std::swap(steps, none);
  emitIn(branch.thenBlock());
  std::swap(steps, none);
  emitIn(branch.elseBlock());
  return branch.getResults();
}

/// Row stages: one element, or a run of columns.
void Emitter::emitScalarLoop() {
  loop(index(0), count, 1, {}, [&](Value at, ValueRange) {
    Loaded loaded(stage.operands.size());
    DenseMap<Value, Value> known;
    for (auto [i, operand] : llvm::enumerate(stage.operands))
      if (operand.role != StageOperand::Store && operand.body)
        known[operand.body] = load(i, at, Value());
    storeAll(known, at, Value());
    return SmallVector<Value>();
  });
}

LLVM::LLVMFuncOp Emitter::emit(StringRef name) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto nothing = LLVM::LLVMVoidType::get(b.getContext());
  auto function = LLVM::LLVMFuncOp::create(
      b, loc, name, LLVM::LLVMFunctionType::get(nothing, {pointer, pointer, b.getI64Type()}), LLVM::Linkage::Internal);
  function->setAttr("tenon.isa", b.getStringAttr(isa.name));
  OpBuilder::InsertionGuard guard(b);
  Block *entry = function.addEntryBlock(b);
  b.setInsertionPointToStart(entry);
  count = entry->getArgument(2);
  // Its loops have the line of what they end in.
  for (auto [i, operand] : llvm::enumerate(stage.operands))
    if (operand.role != StageOperand::Load && operand.role != StageOperand::Scalar)
      moveTo(lineOf(i));

  unsigned widest = 1;
  for (const StageOperand &operand : stage.operands)
    widest = std::max(widest, storedBytes(elementType(operand)));
  // A body may compute wider than it loads and stores (casts).
  single = stage.row ? 1 : isa.vectorBytes / std::max(widest, 4u);
  emission.lanes = width = single;
  lanes::ScopedEmission scoped(emission);

  bool gathers = false;
  for (unsigned i = 0; i < stage.operands.size(); ++i) {
    const StageOperand &operand = stage.operands[i];
    auto at = [&](Value array, Type type) -> Value {
      Value slot = LLVM::GEPOp::create(b, loc, pointer, type, array, ArrayRef<LLVM::GEPArg>{int32_t(i)});
      return LLVM::LoadOp::create(b, loc, type, slot, 8);
    };
    bases.push_back(at(entry->getArgument(0), pointer));
    bool stepped = operand.role == StageOperand::Load || stage.row;
    steps.push_back(stepped ? at(entry->getArgument(1), b.getI64Type()) : Value());
    gathers |= operand.role == StageOperand::Lanes;
  }
  setWidth(single);
  if (stage.row)
    emitScalarLoop();
  else if (gathers)
    emitReductions();
  else
    emitElementwise();
  LLVM::ReturnOp::create(b, loc, ValueRange());
  return function;
}

LLVM::LLVMFuncOp emitStage(OpBuilder &builder, Location location, StringRef name, const KernelProgram &program,
                       const ProgramStage &stage, const Isa &isa, bool fast) {
  return Emitter(builder, location, program, stage, isa, fast).emit(name);
}

} // namespace tenon
