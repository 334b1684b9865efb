// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// KernelProgram.cpp - cuts a kernel's body into passes and stages.
//
// The level of a value is the number of reductions that it waits for, one behind another. A value that depends on a
// reduction or a scalar only is the same for a whole row: uniform. Level p is computed in pass p over the row; what a
// later pass needs of it is read again, computed again where that is cheap, or kept in a row of scratch memory.
// Uniform values of level p + 1 are computed once a row, by the row stage behind pass p, and stay in slots.

#include "KernelProgram.h"
#include "ApplyFunction.h"
#include "llvm/ADT/StringSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace tenon {

uint8_t dtypeCode(Type type) {
  if (type.isF32())
    return TN_F32 & 0xff;
  if (type.isF64())
    return TN_F64 & 0xff;
  if (type.isInteger(1))
    return TN_BOOL & 0xff;
  if (type.isInteger(8))
    return TN_U8 & 0xff;
  if (type.isInteger(32))
    return TN_I32 & 0xff;
  if (type.isUnsignedInteger(64))
    return TN_U64 & 0xff;
  assert(type.isSignlessInteger(64) && "no dtype of this type");
  return TN_I64 & 0xff;
}

unsigned KernelProgram::addValue(tn_value_kind kind, Type type, unsigned index) {
  tn_value entry = {};
  entry.kind = kind;
  entry.dtype = dtypeCode(type);
  entry.index = index;
  values.push_back({entry, type});
  return values.size() - 1;
}

namespace {

class Cutter {
public:
  Cutter(Block &body, KernelProgram &program) : body(body), program(program) {}

  void measure();
  unsigned levelOf(Value value) const { return levels.lookup(value); }
  bool isUniform(Value value) const { return uniform.lookup(value); }
  void cut();
  void cutColumns();
  /// One pass of reductions and nothing an element long: the accumulators can be columns.
  bool hasColumnForm() const {
    return program.passes == 1 && llvm::none_of(results, [](const Result &result) { return result.element; }) &&
           llvm::none_of(program.reductions, [](const tn_reduction &r) { return r.kind == TN_REDUCE_MOMENTS; });
  }
  void addScalar(BlockArgument argument, unsigned index) {
    entryOf[argument] = program.addValue(TN_VALUE_SCALAR, argument.getType(), index);
    uniform[argument] = true;
  }

  struct Result {
    Value value;     ///< of the body
    unsigned entry;  ///< in the table
    bool element;
  };
  SmallVector<Result> results;
  DenseMap<Value, unsigned> entryOf; ///< table entries of block arguments, slots, counts
  DenseMap<Value, unsigned> stash;   ///< table entries of values kept for a later pass
  bool inPlace = false;              ///< some result may be the memory of an input

private:
  using Stage = ProgramStage;
  /// Adds to `stage` the operands by which `value` can be computed there.
  void need(Stage &stage, Value value, unsigned pass);
  unsigned operandFor(Stage &stage, StageOperand::Role role, unsigned value, Value body);
  unsigned slotFor(Value value);
  bool isCheap(Operation &op) const;
  bool isConstant(Value value) const { return value.getDefiningOp<arith::ConstantOp>() != nullptr; }

  Block &body;
  KernelProgram &program;
  DenseMap<Value, unsigned> levels;
  DenseMap<Value, bool> uniform;
  DenseMap<unsigned, SmallVector<std::pair<Value, unsigned>>> stashed;  ///< by pass: to be stored there
  llvm::MapVector<Value, unsigned> slots;                              ///< uniform values that a row stage computes
};

} // namespace

void Cutter::measure() {
  for (Operation &op : body.without_terminator()) {
    unsigned level = 0;
    bool same = true; // constants and counts have no operands
    for (Value operand : op.getOperands()) {
      level = std::max(level, levels.lookup(operand));
      same &= uniform.lookup(operand);
    }
    if (isa<ReductionOp>(op)) {
      ++level;
      same = true;
    }
    for (Value result : op.getResults()) {
      levels[result] = level;
      uniform[result] = same;
    }
    if (auto apply = dyn_cast<ApplyOp>(op))
      program.cost += costOfFunction(apply.getFunction());
    else
      program.cost += 1;
  }
}

bool Cutter::isCheap(Operation &op) const {
  auto apply = dyn_cast<ApplyOp>(op);
  return !apply || costOfFunction(apply.getFunction()) <= 1;
}

unsigned Cutter::operandFor(Stage &stage, StageOperand::Role role, unsigned value, Value bodyValue) {
  for (auto [i, operand] : llvm::enumerate(stage.operands))
    if (operand.role == role && operand.value == value && operand.body == bodyValue)
      return i;
  stage.operands.push_back({role, value, bodyValue});
  return stage.operands.size() - 1;
}

unsigned Cutter::slotFor(Value value) {
  if (auto found = entryOf.find(value); found != entryOf.end())
    return found->second;
  unsigned entry = program.addValue(TN_VALUE_SLOT, value.getType());
  entryOf[value] = entry;
  if (!value.getDefiningOp<ReductionOp>())
    slots[value] = levelOf(value);
  return entry;
}

void Cutter::need(Stage &stage, Value value, unsigned pass) {
  SmallVector<Value> work{value};
  DenseSet<Value> seen;
  while (!work.empty()) {
    Value next = work.pop_back_val();
    if (!seen.insert(next).second || isConstant(next))
      continue;
    if (isa<BlockArgument>(next)) {
      bool scalar = program.values[entryOf.lookup(next)].entry.kind == TN_VALUE_SCALAR;
      operandFor(stage, scalar ? StageOperand::Scalar : StageOperand::Load, entryOf.lookup(next), next);
      continue;
    }
    Operation &op = *next.getDefiningOp();
    if (isa<CountOp>(op)) {
      if (!entryOf.contains(next))
        entryOf[next] = program.addValue(TN_VALUE_COUNT, next.getType());
      operandFor(stage, StageOperand::Scalar, entryOf.lookup(next), next);
      continue;
    }
    if (isUniform(next)) {
      // In a row stage a value of its own level is computed there; anywhere else it is in a slot by now.
      bool computedHere = levelOf(next) == 0 || (stage.row && levelOf(next) == pass + 1 && !isa<ReductionOp>(op));
      if (!computedHere) {
        operandFor(stage, StageOperand::Scalar, slotFor(next), next);
        continue;
      }
    } else if (levelOf(next) < pass) {
      auto found = stash.find(next);
      if (found == stash.end() && !isCheap(op)) {
        unsigned entry = program.addValue(TN_VALUE_TEMPORARY, next.getType());
        found = stash.insert({next, entry}).first;
        stashed[levelOf(next)].push_back({next, entry});
      }
      if (found != stash.end()) {
        operandFor(stage, StageOperand::Load, found->second, next);
        continue;
      }
    }
    llvm::append_range(work, op.getOperands());
  }
}

void Cutter::cut() {
  SmallVector<ReductionOp> reductions(body.getOps<ReductionOp>());
  unsigned last = 0;
  for (ReductionOp reduction : reductions)
    last = std::max(last, levelOf(reduction.getOperand()));
  for (const Result &result : results)
    if (result.element)
      last = std::max(last, levelOf(result.value));
  program.passes = last + 1;

  // Slots of the reductions, and of what row stages must leave for later: found while passes are planned from the
  // last one back, because a later pass says what an earlier one has to keep.
  SmallVector<Stage> blockStages(last + 1), momentStages(last + 1), rowStages(last + 1);
  SmallVector<SmallVector<std::pair<ReductionOp, unsigned>>> gathered(last + 1); // lanes entries
  for (unsigned pass = last + 1; pass-- > 0;) {
    Stage &row = rowStages[pass];
    row.pass = pass;
    row.row = true;
    Stage &block = blockStages[pass];
    block.pass = pass;

    for (const Result &result : results) {
      if (result.element) {
        // With a result in the memory of an input, nothing is written before all inputs were read for the last time.
        unsigned writes = inPlace ? last : levelOf(result.value);
        if (writes == pass) {
          need(block, result.value, pass);
          unsigned operand = operandFor(block, StageOperand::Store, result.entry, result.value);
          if (program.values[result.entry].entry.mode == TN_RESULT_STORE)
            block.operands[operand].line = body.getTerminator();
        }
      } else if (levelOf(result.value) == pass + 1 || (levelOf(result.value) == 0 && pass == 0)) {
        need(row, result.value, pass);
        operandFor(row, StageOperand::Store, result.entry, result.value);
      }
    }
    // Uniform values that later stages asked for; one may ask for another of the same level.
    for (unsigned i = 0; i < slots.size(); ++i) {
      auto [value, level] = *(slots.begin() + i);
      if (level != pass + 1)
        continue;
      need(row, value, pass);
      operandFor(row, StageOperand::Store, entryOf.lookup(value), value);
    }
    for (auto [value, entry] : stashed.lookup(pass)) {
      need(block, value, pass);
      operandFor(block, StageOperand::Store, entry, value);
    }
    for (ReductionOp reduction : reductions) {
      Value operand = reduction.getOperand();
      if (levelOf(operand) != pass)
        continue;
      bool moments = reduction.getKind() == "moments";
      auto kind = llvm::StringSwitch<tn_reduction_kind>(reduction.getKind())
                      .Cases({"sum", "moments"}, TN_REDUCE_SUM)
                      .Case("prod", TN_REDUCE_PROD)
                      .Case("max", TN_REDUCE_MAX)
                      .Default(TN_REDUCE_MIN);
      // The mean of moments is the sum that another reduction may gather anyway.
      auto shared = llvm::find_if(block.operands, [&](const StageOperand &have) {
        return have.role == StageOperand::Lanes && have.body == operand && have.kind == kind &&
               program.values[have.value].entry.shape == reduction.getShape();
      });
      unsigned lanes;
      if (shared != block.operands.end()) {
        lanes = shared->value;
      } else {
        need(block, operand, pass);
        lanes = program.addValue(TN_VALUE_LANES, operand.getType());
        program.values[lanes].entry.shape = reduction.getShape();
        StageOperand gather{StageOperand::Lanes, lanes, operand};
        gather.kind = kind;
        gather.line = reduction;
        block.operands.push_back(gather);
      }
      tn_reduction entry = {};
      entry.kind = moments ? TN_REDUCE_MOMENTS : kind;
      entry.dtype = dtypeCode(operand.getType());
      entry.pass = pass;
      entry.lanes = lanes;
      entry.slot = slotFor(reduction.getResult());
      if (moments) {
        Stage &second = momentStages[pass];
        second.pass = pass;
        need(second, operand, pass);
        entry.block_mean = program.addValue(TN_VALUE_SLOT, operand.getType());
        entry.lanes2 = program.addValue(TN_VALUE_LANES, operand.getType());
        StageOperand gather{StageOperand::Lanes, entry.lanes2, operand};
        gather.kind = TN_REDUCE_MOMENTS;
        gather.line = reduction;
        gather.mean = operandFor(second, StageOperand::Scalar, entry.block_mean, Value());
        second.operands.push_back(gather);
      }
      program.reductions.push_back(entry);
    }
  }
  for (unsigned pass = 0; pass <= last; ++pass) {
    unsigned blockIndex = program.stages.size();
    if (!blockStages[pass].operands.empty())
      program.stages.push_back(std::move(blockStages[pass]));
    for (tn_reduction &entry : program.reductions)
      if (entry.pass == pass && entry.kind == TN_REDUCE_MOMENTS)
        entry.stage = blockIndex;
    if (!momentStages[pass].operands.empty())
      program.stages.push_back(std::move(momentStages[pass]));
    if (!rowStages[pass].operands.empty())
      program.stages.push_back(std::move(rowStages[pass]));
  }
}

/// The column program: one block stage that combines element by element, and the row stages as they are.
void Cutter::cutColumns() {
  ProgramStage columns;
  for (ProgramStage &stage : program.stages) {
    if (stage.row)
      continue;
    for (StageOperand operand : stage.operands) {
      if (operand.role == StageOperand::Lanes)
        operand.role = StageOperand::Column;
      columns.operands.push_back(operand);
    }
  }
  program.columnStages.push_back(std::move(columns));
  for (const ProgramStage &stage : program.stages)
    if (stage.row)
      program.columnStages.push_back(stage);
}

KernelProgram cutKernel(KernelOp kernel) {
  KernelProgram program;
  Block &body = kernel.getBody().front();
  Cutter cutter(body, program);
  unsigned argument = 0;
  bool product = kernel.getProduct();
  if (product) {
    Value element = body.getArgument(argument++);
    cutter.entryOf[element] = program.addValue(TN_VALUE_PRODUCT, element.getType());
  }
  for (auto [i, input] : llvm::enumerate(kernel.getInputs()))
    if (!product || i >= 2) // the factors are no operands of stages
      cutter.entryOf[body.getArgument(argument++)] =
          program.addValue(TN_VALUE_INPUT, getElementTypeOrSelf(input.getType()), i);
  for (auto [i, scalar] : llvm::enumerate(kernel.getScalars()))
    cutter.addScalar(body.getArgument(argument++), i);

  unsigned tensors = kernel.getInputs().size(), numbers = kernel.getScalars().size();
  unsigned destination = tensors;
  tensors += kernel.getDestinations().size();
  unsigned candidates = kernel.getTensorCount() - kernel.getReplaceable().size();
  for (auto [i, value] : llvm::enumerate(body.getTerminator()->getOperands())) {
    StringRef kind = cast<StringAttr>(kernel.getKinds()[i]).getValue();
    unsigned entry;
    if (kind == "number")
      entry = program.addValue(TN_VALUE_ROW_SCALAR, value.getType(), numbers++);
    else if (kind == "store")
      entry = program.addValue(TN_VALUE_RESULT, value.getType(), destination++);
    else
      entry = program.addValue(kind == "row" ? TN_VALUE_ROW_RESULT : TN_VALUE_RESULT, value.getType(), tensors++);
    tn_value &table = program.values[entry].entry;
    table.mode = kind == "store" ? TN_RESULT_STORE : kernel.getModes()[i];
    table.reuse = kernel.getReuse()[i] + (table.mode == TN_RESULT_REPLACE || table.mode == TN_RESULT_PLACE ? candidates : 0);
    table.keepdims = kernel.getKeepdims()[i];
    table.shape = kernel.getShapes()[i];
    cutter.inPlace |= table.mode == TN_RESULT_STORE || table.mode == TN_RESULT_REUSE || table.mode == TN_RESULT_REPLACE ||
                      table.mode == TN_RESULT_PLACE;
    cutter.results.push_back({value, entry, kind == "element" || kind == "store"});
  }
  cutter.measure();
  cutter.cut();
  if (kernel.getReduces() && kernel.getAxis() && !kernel.getLine() && cutter.hasColumnForm())
    cutter.cutColumns();
  return program;
}

KernelProgram cutElement(ElementOp element) {
  KernelProgram program;
  Block &body = element.getBody().front();
  Cutter cutter(body, program);
  unsigned argument = 0;
  for (auto [i, input] : llvm::enumerate(element.getInputs())) {
    unsigned entry = program.addValue(TN_VALUE_INPUT, getElementTypeOrSelf(input.getType()), i);
    cutter.entryOf[body.getArgument(argument++)] = entry;
  }
  for (auto [i, scalar] : llvm::enumerate(element.getScalars()))
    cutter.addScalar(body.getArgument(argument++), i);
  Value value = body.getTerminator()->getOperand(0);
  unsigned entry = program.addValue(TN_VALUE_RESULT, value.getType(), element.getInputs().size());
  cutter.results.push_back({value, entry, true});
  cutter.measure();
  cutter.cut();
  return program;
}

} // namespace tenon
