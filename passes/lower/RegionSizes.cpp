// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RegionSizes.cpp - follows dims as text from creation calls through the kernels of a region.
//
// Types hold dims that are numbers (InferShapes); this holds the others too. As there, a shape is what it is if the
// kernel runs: a launch whose operands do not fit refuses. What may be one thing or another stays unknown.

#include "RegionSizes.h"
#include "KernelProgram.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "region/Names.h"
#include "region/Ops.h"
#include "tensor/ChainKernels.h"
#include "tensor/PlanResults.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace tenon {

using Written = std::optional<WrittenShape>;

static bool isNumber(StringRef dim) { return !dim.empty() && llvm::all_of(dim, llvm::isDigit); }

/// NumPy's rule, as InferShapes has it: beside n > 1 an unknown dim is n; two that are not the same text are not known.
static Written broadcast(const Written &x, const Written &y) {
  if (!x || !y)
    return std::nullopt;
  if (x->unranked.empty() != y->unranked.empty() || !x->unranked.empty()) {
    // Whatever its rank: with itself, or with one element, it keeps its size.
    auto isOne = [](const WrittenShape &s) {
      return s.unranked.empty() && llvm::all_of(s.dims, [](auto &d) { return d == "1"; });
    };
    if (x->unranked == y->unranked || isOne(*y))
      return x;
    return isOne(*x) ? y : std::nullopt;
  }
  WrittenShape result;
  result.matrices = x->matrices || y->matrices;
  result.promised = x->promised || y->promised;
  unsigned rank = std::max(x->dims.size(), y->dims.size());
  for (unsigned i = 0; i < rank; ++i) {
    auto at = [&](const WrittenShape &s) -> std::string {
      return i < rank - s.dims.size() ? "1" : s.dims[i - (rank - s.dims.size())];
    };
    std::string a = at(*x), b = at(*y);
    if (a == b || b == "1")
      result.dims.push_back(a);
    else if (a == "1" || (isNumber(b) && !isNumber(a)))
      result.dims.push_back(b);
    else if (isNumber(a) && !isNumber(b))
      result.dims.push_back(a);
    else
      return std::nullopt;
  }
  return result;
}

/// A tensor of unknown rank as the matrix that it is in a product of matrices.
static Written asMatrix(const Written &shape) {
  if (!shape || shape->unranked.empty())
    return shape;
  StringRef name = shape->unranked;
  if (!name.consume_front("size(") || !name.consume_back(")"))
    return std::nullopt;
  WrittenShape matrix;
  matrix.dims = {("dim(" + name + ", 0)").str(), ("dim(" + name + ", 1)").str()};
  matrix.matrices = true;
  return matrix;
}

static Written product(const Written &lhs, const Written &rhs) {
  Written x = asMatrix(lhs), y = asMatrix(rhs);
  if (!x || !y || x->dims.size() < 2 || y->dims.size() < 2)
    return std::nullopt;
  WrittenShape outer = *x, other = *y;
  outer.dims.pop_back_n(2);
  other.dims.pop_back_n(2);
  Written result = broadcast(outer, other);
  if (result) {
    result->dims.push_back(x->dims[x->dims.size() - 2]);
    result->dims.push_back(y->dims.back());
    result->matrices = x->matrices || y->matrices;
    result->promised = x->promised || y->promised;
  }
  return result;
}

// ---- the values of the region's program
// ------------------------------------------------------------------------------

const llvm::Value *RegionSizes::llvmValueOf(Value value) const {
  if (auto tensor = value.getDefiningOp<TensorOp>())
    value = tensor.getHandle();
  if (auto argument = dyn_cast<BlockArgument>(value))
    return isa<func::FuncOp>(argument.getOwner()->getParentOp()) && argument.getOwner()->isEntryBlock()
               ? region.inputs[argument.getArgNumber()]
               : nullptr;
  Operation *op = value.getDefiningOp();
  if (isa<OriginalOp, PhiOp, CallOp, ReadOp, NumberOp, AliasOp, SortOp>(op)) {
    unsigned number = op->getAttrOfType<IntegerAttr>("step").getInt();
    if (number >= region.steps.size())
      return nullptr;
    const Step &step = region.steps[number];
    return step.defines()[cast<OpResult>(value).getResultNumber()];
  }
  return nullptr;
}

std::string RegionSizes::nameOf(const llvm::Value &value) const { return tenon::nameOf(value, *region.host); }

std::string RegionSizes::nameOf(Value value) const {
  if (auto kernel = value.getDefiningOp<KernelOp>()) {
    int32_t step = kernel.getSteps()[kernel.outputOf(value)];
    return step >= 0 && unsigned(step) < region.steps.size() && region.steps[step].op ? nameOf(*region.steps[step].op) : "";
  }
  const llvm::Value *known = llvmValueOf(value);
  return known ? nameOf(*known) : "";
}

std::string RegionSizes::expressionOf(Value scalar) const {
  APInt number;
  if (matchPattern(scalar, m_ConstantInt(&number)))
    return std::to_string(number.getSExtValue());
  const llvm::Value *value = llvmValueOf(scalar);
  return value ? tenon::expressionOf(*value, *region.host) : "";
}

Written RegionSizes::shapeOfHandle(const llvm::Value &handle) {
  std::string name = nameOf(handle);
  WrittenShape shape;
  if (auto dims = createdDims(handle, *region.host)) {
    for (auto [i, dim] : llvm::enumerate(*dims)) {
      if (dim.empty() && name.empty())
        return std::nullopt;
      shape.dims.push_back(dim.empty() ? "dim(" + name + ", " + std::to_string(i) + ")" : dim);
    }
    return shape;
  }
  if (auto fact = region.facts.find(&handle); fact != region.facts.end()) {
    for (const FactDim &dim : fact->second.dims)
      shape.dims.push_back(dim.text());
    shape.promised = !fact->second.proven;
    return shape;
  }
  if (name.empty())
    return std::nullopt;
  shape.unranked = "size(" + name + ")";
  return shape;
}

Written RegionSizes::shapeOfAlias(AliasOp alias) {
  Written base = shapeOf(alias.getOperand());
  StringRef function = alias.getFunction();
  SmallVector<std::string> arguments;
  for (Value argument : alias.getArguments()) {
    std::string text = expressionOf(argument);
    if (text == std::to_string(std::numeric_limits<int64_t>::min()))
      break;
    arguments.push_back(text);
  }
  if (function == "reshape" || function == "broadcast_to") {
    WrittenShape result;
    for (const std::string &dim : arguments) {
      if (dim.empty() || dim[0] == '-')
        return std::nullopt;
      result.dims.push_back(dim);
    }
    return result;
  }
  if (function == "transpose")
    base = asMatrix(base);
  if (!base || !base->unranked.empty())
    return std::nullopt;
  WrittenShape result = *base;
  int64_t rank = result.dims.size(), axis;
  auto resolve = [&](const std::string &text) {
    return !StringRef(text).getAsInteger(10, axis) && (axis += axis < 0 ? rank : 0) >= 0 && axis < rank;
  };
  if (function == "transpose" && rank >= 2) {
    std::swap(result.dims[rank - 1], result.dims[rank - 2]);
    return result;
  }
  if (function == "permute_dims" && int64_t(arguments.size()) == rank) {
    for (auto [i, argument] : llvm::enumerate(arguments)) {
      if (!resolve(argument))
        return std::nullopt;
      result.dims[i] = base->dims[axis];
    }
    return result;
  }
  if (function == "select" && !arguments.empty() && resolve(arguments[0])) {
    result.dims.erase(result.dims.begin() + axis);
    return result;
  }
  if (function == "at" && int64_t(arguments.size()) <= rank) {
    result.dims.erase(result.dims.begin(), result.dims.begin() + arguments.size());
    return result;
  }
  // Slices are clamped: how long one is depends on the dim.
  int64_t start, stop, dim;
  if (function == "slice" && arguments.size() >= 3 && resolve(arguments[0]) &&
      !StringRef(arguments[1]).getAsInteger(10, start) && !StringRef(arguments[2]).getAsInteger(10, stop) &&
      !StringRef(result.dims[axis]).getAsInteger(10, dim)) {
    start = std::min(std::max<int64_t>(start < 0 ? start + dim : start, 0), dim);
    stop = std::min(std::max<int64_t>(stop < 0 ? stop + dim : stop, 0), dim);
    result.dims[axis] = std::to_string(std::max<int64_t>(stop - start, 0));
    return result;
  }
  return std::nullopt;
}

/// The iteration space of a kernel.
Written RegionSizes::spaceOf(KernelOp kernel) {
  if (kernel.getProduct())
    return product(shapeOf(kernel.getInputs()[0]), shapeOf(kernel.getInputs()[1]));
  if (kernel.getInputs().empty())
    return std::nullopt;
  Written space = WrittenShape();
  for (Value input : kernel.getInputs())
    space = broadcast(space, shapeOf(input));
  return space;
}

/// A handle that comes from several blocks has the shape that it has in the first, if it then has it in the others too.
Written RegionSizes::shapeOfPhi(PhiOp phi) {
  auto argument = dyn_cast<BlockArgument>(phi.getArgument());
  if (!argument)
    return std::nullopt;
  SmallVector<Value> incoming;
  for (Block *from : argument.getOwner()->getPredecessors()) {
    auto branch = dyn_cast<BranchOp>(from->getTerminator());
    if (!branch)
      return std::nullopt;
    for (auto [target, handed] : llvm::zip(branch.getTargets(), branch.getTargetOperands()))
      if (target == argument.getOwner())
        incoming.push_back(handed[argument.getArgNumber()]);
  }
  size_t before = known.size();
  auto forget = [&](llvm::function_ref<bool(const Written &)> keep) {
    auto found = llvm::to_vector(llvm::drop_begin(known, before));
    while (known.size() > before)
      known.pop_back();
    for (auto &[value, shape] : found)
      if (keep(shape))
        known.insert({value, shape});
  };
  known[phi.getResult()] = std::nullopt; // for what comes back to it
  Written assumed;
  for (Value value : incoming)
    if ((assumed = shapeOf(value)))
      break;
  forget([](const Written &shape) { return shape.has_value(); });
  known[phi.getResult()] = assumed;
  bool agree = assumed && llvm::all_of(incoming, [&](Value value) {
    Written shape = shapeOf(value);
    return shape && *shape == *assumed;
  });
  if (agree)
    return assumed;
  forget([](const Written &) { return false; }); // it was found on a wrong assumption
  return std::nullopt;
}

Written RegionSizes::compute(Value tensor) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (type && type.hasStaticShape()) {
    WrittenShape shape;
    for (int64_t dim : type.getShape())
      shape.dims.push_back(std::to_string(dim));
    return shape;
  }
  Operation *op = tensor.getDefiningOp();
  if (auto alias = dyn_cast_or_null<AliasOp>(op))
    return shapeOfAlias(alias);
  if (auto sort = dyn_cast_or_null<SortOp>(op))
    return shapeOf(sort.getOperand());
  if (auto named = dyn_cast_or_null<TensorOp>(op); named && named.getHandle().getDefiningOp<PhiOp>())
    return shapeOf(named.getHandle());
  if (auto phi = dyn_cast_or_null<PhiOp>(op))
    if (Written shape = shapeOfPhi(phi))
      return shape;
  // What is handed on as it is.
  if (auto call = dyn_cast_or_null<CallOp>(op)) {
    if (call.getCallee() == "tn_replaced_" || call.getCallee() == "tn_keep_in")
      return shapeOf(call.getOperand(1));
    if (call.getCallee() == "tn_keep" || call.getCallee() == "tn_own" || call.getCallee() == "tn_copy")
      return shapeOf(call.getOperand(0));
  }
  auto kernel = dyn_cast_or_null<KernelOp>(op);
  if (!kernel) {
    const llvm::Value *handle = llvmValueOf(tensor);
    return handle ? shapeOfHandle(*handle) : std::nullopt;
  }
  Written space = spaceOf(kernel);
  unsigned number = cast<OpResult>(tensor).getResultNumber();
  for (auto [i, kind] : llvm::enumerate(kernel.getKinds().getAsValueRange<StringAttr>())) {
    if (kind == "store" || number-- != 0)
      continue;
    if (kind != "row")
      return space;
    // Reduced along the axis.
    bool keepdims = kernel.getKeepdims()[i];
    if (!kernel.getAxis() && !keepdims)
      return WrittenShape();
    if (!space || !space->unranked.empty())
      return std::nullopt;
    if (!kernel.getAxis()) {
      space->dims.assign(space->dims.size(), "1");
      return space;
    }
    int64_t axis = int64_t(*kernel.getAxis());
    axis += axis < 0 ? int64_t(space->dims.size()) : 0;
    if (axis < 0 || axis >= int64_t(space->dims.size()))
      return std::nullopt;
    if (keepdims)
      space->dims[axis] = "1";
    else
      space->dims.erase(space->dims.begin() + axis);
    return space;
  }
  return std::nullopt;
}

Written RegionSizes::shapeOf(Value tensor) {
  auto found = known.find(tensor);
  if (found != known.end())
    return found->second;
  Written shape = compute(tensor);
  return known[tensor] = shape;
}

// ---- bytes
// -----------------------------------------------------------------------------------------------------------

/// Calls `visit` with the number in the tables and the value of each result that is a tensor.
static void forEachTensor(KernelOp kernel, llvm::function_ref<void(unsigned, Value)> visit) {
  unsigned result = 0;
  for (auto [i, kind] : llvm::enumerate(kernel.getKinds().getAsValueRange<StringAttr>())) {
    if (kind == "store")
      continue;
    Value value = kernel.getResult(result++);
    if (kind != "number")
      visit(i, value);
  }
}

Value oldOf(KernelOp kernel, unsigned result) {
  int32_t mode = kernel.getModes()[result], reuse = kernel.getReuse()[result];
  if (mode == TN_RESULT_REUSE)
    return kernel.getInputs()[reuse];
  return mode == TN_RESULT_REPLACE ? kernel.getReplaceable()[reuse].getDefiningOp<ReplaceableOp>().getOld() : Value();
}

bool RegionSizes::isInPlace(KernelOp kernel, unsigned result) {
  Value old = oldOf(kernel, result);
  bool same = false;
  forEachTensor(kernel, [&](unsigned i, Value value) {
    if (i != result || !old)
      return;
    Written mine = shapeOf(value), other = shapeOf(old);
    same = mine && other && *mine == *other;
  });
  return same;
}

bool isByBlocks(KernelOp kernel, Value result) {
  auto local = kernel->getAttrOfType<DenseBoolArrayAttr>(localAttribute);
  return local && local[cast<OpResult>(result).getResultNumber()];
}

WrittenBytes RegionSizes::temporariesOf(KernelOp kernel, bool byBlocks) {
  WrittenBytes bytes;
  forEachTensor(kernel, [&](unsigned i, Value value) {
    int32_t mode = kernel.getModes()[i];
    if (isByBlocks(kernel, value) != byBlocks)
      return;
    if (mode == TN_RESULT_WORKSPACE)
      bytes.add(shapeOf(value), getElementTypeOrSelf(value.getType()));
    // Where the runtime finds that the shapes differ it takes memory after all.
    else if (mode == TN_RESULT_REUSE && !isInPlace(kernel, i)) {
      bool different = shapeOf(kernel.getInputs()[kernel.getReuse()[i]]).has_value();
      bytes.add(different ? shapeOf(value) : std::nullopt, getElementTypeOrSelf(value.getType()));
    }
  });
  return bytes;
}

/// Whether the result's place is in a tensor that the kernel reads: where that cannot be done row by row, it is made aside.
static bool isOverInput(KernelOp kernel, unsigned result) {
  if (kernel.getModes()[result] != TN_RESULT_PLACE)
    return false;
  Value place = rootOf(kernel.getReplaceable()[kernel.getReuse()[result]].getDefiningOp<PlaceOp>().getTensor());
  return llvm::any_of(kernel.getInputs(), [&](Value input) { return rootOf(input) == place; });
}

WrittenBytes RegionSizes::newTensorsOf(KernelOp kernel) {
  WrittenBytes bytes;
  forEachTensor(kernel, [&](unsigned i, Value value) {
    int32_t mode = kernel.getModes()[i];
    if (mode == TN_RESULT_NEW || (mode == TN_RESULT_REPLACE && !isInPlace(kernel, i)) || isOverInput(kernel, i))
      bytes.add(shapeOf(value), getElementTypeOrSelf(value.getType()));
  });
  return bytes;
}

WrittenBytes RegionSizes::replacingTensorsOf(KernelOp kernel) {
  WrittenBytes bytes;
  forEachTensor(kernel, [&](unsigned i, Value value) {
    if (kernel.getModes()[i] == TN_RESULT_REPLACE && isInPlace(kernel, i))
      bytes.add(shapeOf(value), getElementTypeOrSelf(value.getType()));
  });
  return bytes;
}

WrittenBytes RegionSizes::rowsKeptBy(KernelOp kernel) {
  WrittenBytes bytes;
  if (!kernel.getReduces())
    return bytes;
  Written space = spaceOf(kernel);
  if (space && kernel.getAxis()) {
    int64_t rank = space->dims.size(), axis = int64_t(*kernel.getAxis());
    StringRef name = space->unranked;
    if (name.consume_front("size(") && name.consume_back(")"))
      space = WrittenShape{{("dim(" + name + ", " + Twine(axis) + ")").str()}, "", false};
    else if (space->unranked.empty() && (axis += axis < 0 ? rank : 0) >= 0 && axis < rank)
      space = WrittenShape{{space->dims[axis]}, "", space->matrices, space->promised};
    else
      space = std::nullopt;
  }
  KernelProgram program = cutKernel(kernel);
  for (auto [v, value] : llvm::enumerate(program.values)) {
    llvm::SmallDenseSet<unsigned> passes;
    for (const ProgramStage &stage : program.stages)
      for (const StageOperand &operand : stage.operands)
        if (operand.value == v)
          passes.insert(stage.pass);
    if (value.entry.kind == TN_VALUE_TEMPORARY && passes.size() > 1)
      bytes.add(space, value.type);
  }
  return bytes;
}

// ---- remarks
// ---------------------------------------------------------------------------------------------------------

static std::string ofBytes(const WrittenBytes &bytes) {
  std::string text = bytes.text();
  return StringRef(text).starts_with("of") ? text : "of " + text;
}

std::string describeSort(SortOp sort, RegionSizes &sizes) {
  if (sort.getMode() == TN_RESULT_REUSE)
    return "sorts in place; no temporaries";
  WrittenBytes bytes;
  bytes.add(sizes.shapeOf(sort.getResult()), getElementTypeOrSelf(sort.getResult().getType()));
  return std::string("sorts a copy of its own; 1 ") +
         (sort.getMode() == TN_RESULT_WORKSPACE ? "temporary " : "new tensor ") + ofBytes(bytes);
}

std::string describeKernel(KernelOp kernel, RegionSizes &sizes) {
  std::string text;
  llvm::raw_string_ostream out(text);
  unsigned applies = 0, reductions = 0;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    reductions += isa<ReductionOp>(op);
    applies += !isa<ReductionOp, CountOp, arith::ConstantOp>(op);
  }
  out << "one kernel: ";
  if (kernel.getProduct())
    out << "a matrix product" << (applies ? " with " : "");
  if (applies)
    out << applies << (applies == 1 ? " operation" : " operations") << " an element";
  if (reductions)
    out << (applies ? ", " : "") << reductions << (reductions == 1 ? " reduction" : " reductions");
  if (!applies && !reductions && !kernel.getProduct())
    out << "a copy";
  unsigned inPlace = 0, fresh = 0, perhaps = 0; // perhaps: in place if the shapes turn out equal
  unsigned placed = 0;                          // where tn_store_at puts it
  unsigned blocks = 0;                          // made by blocks of rows, in place of each other or not
  forEachTensor(kernel, [&](unsigned i, Value value) {
    if (isByBlocks(kernel, value)) {
      ++blocks;
      return;
    }
    bool reuses = oldOf(kernel, i) != nullptr;
    fresh += kernel.getModes()[i] == TN_RESULT_NEW;
    placed += kernel.getModes()[i] == TN_RESULT_PLACE;
    inPlace += reuses;
    perhaps += reuses && !sizes.isInPlace(kernel, i);
  });
  if (!kernel.getDestinations().empty())
    out << "; written into the stored-to tensor";
  if (placed)
    out << "; written where tn_store_at puts it";
  if (inPlace)
    out << "; " << inPlace << " in place" << (perhaps ? " where shapes are equal" : "");
  if (fresh)
    out << "; " << fresh << (fresh == 1 ? " new tensor" : " new tensors");
  WrittenBytes local = sizes.temporariesOf(kernel, true), whole = sizes.temporariesOf(kernel, false);
  auto count = [&](unsigned number, StringRef other) {
    out << "; " << (number ? std::to_string(number) : "no") << other << (number == 1 ? " temporary" : " temporaries");
  };
  if (blocks) {
    count(blocks, "");
    out << " by blocks of rows";
  }
  count(whole.tensors(), blocks ? " other" : "");
  if (whole.any())
    out << " " << ofBytes(whole);
  if (local.any())
    out << "; by blocks: " << local.text();
  if (WrittenBytes rows = sizes.rowsKeptBy(kernel); rows.any())
    out << "; rows kept for a later pass: "
        << (StringRef(rows.text()).starts_with("of") ? "of a length known when it runs" : rows.text());
  return text;
}

std::string describeRegion(const Region &region, ModuleOp module, RegionSizes &sizes) {
  unsigned calls = 0, kernels = 0, elements = 0;
  for (const Step &step : region.steps)
    if (const OpRow *row = step.op ? rowOf(*step.op) : nullptr)
      calls += row->lowering != Lowering::Scalar;
  WrittenBytes temporaries, byBlocks, fresh;
  module.walk([&](Operation *op) {
    elements += isa<ElementOp>(op);
    if (auto sort = dyn_cast<SortOp>(op); sort && sort.getMode() != TN_RESULT_REUSE)
      (sort.getMode() == TN_RESULT_WORKSPACE ? temporaries : fresh)
          .add(sizes.shapeOf(sort.getResult()), getElementTypeOrSelf(sort.getResult().getType()));
    if (auto kernel = dyn_cast<KernelOp>(op)) {
      ++kernels;
      temporaries.add(sizes.temporariesOf(kernel, false));
      byBlocks.add(sizes.temporariesOf(kernel, true));
      fresh.add(sizes.newTensorsOf(kernel));
    }
  });
  std::string text = "region: " + std::to_string(calls) + (calls == 1 ? " tensor call in " : " tensor calls in ") +
                     std::to_string(kernels) + (kernels == 1 ? " kernel" : " kernels");
  if (elements)
    text += " and " + std::to_string(elements) + (elements == 1 ? " element read" : " element reads");
  text += "; new tensors: " + fresh.text() + "; temporaries: " + temporaries.text();
  return byBlocks.any() ? text + "; by blocks of rows: " + byBlocks.text() : text;
}

std::string writeType(const Written &shape, Type element) {
  std::string text;
  llvm::raw_string_ostream out(text);
  if (element.isInteger(1))
    out << "bool";
  else if (element.isInteger(8))
    out << "u8";
  else if (element.isUnsignedInteger(64))
    out << "u64";
  else
    out << element;
  if (shape && shape->unranked.empty())
    out << "[" << llvm::join(shape->dims, ", ") << "]";
  return text;
}

} // namespace tenon
