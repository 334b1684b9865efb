// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DrawRegion.cpp - draws what became of a region: the user's operations in the kernels that they were fused into, what
// still goes through memory and how large it is, numbers that go to C and come back, and where and why the region
// ended.
//
// The words are the user's: an operation without a name of its own is written within the expression that uses it, if
// that is in the same kernel, so that `exp(x - m)` is one box.

#include "DrawRegion.h"
#include "Dot.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "region/Names.h"
#include "region/Ops.h"
#include "tenon/abi.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace tenon {

namespace {

/// Longer expressions are written in pieces.
constexpr unsigned maxExpression = 44;
/// Tensors without a name are called what they are computed by, where that is no longer.
constexpr unsigned maxTitle = 24;

class Picture {
public:
  Picture(const Region &region, ModuleOp module, RegionSizes &sizes, ArrayRef<Remark> remarks)
      : region(region), module(module), sizes(sizes), remarks(remarks) {}
  std::string draw();

private:
  // Where a value comes from: a node, and what aliases lie between.
  struct Source {
    int node = -1;
    std::string through;
  };
  /// An operand of an expression that is not written within it.
  using Leaves = llvm::SetVector<const llvm::Value *>;

  const OpRow *rowOf(const llvm::Value *value) const;
  int stepOf(const llvm::Value *value) const;
  std::string lineOf(const llvm::Instruction &inst) const;
  std::string lineOf(const llvm::Value *value) const;

  std::string indicesOf(const llvm::CallInst &read) const;
  std::string writeNumber(const llvm::Value *value, Leaves &leaves);
  std::string writeOperand(const llvm::Value *value, Leaves &leaves, bool tight);
  std::string writeCall(const llvm::CallInst &call, Leaves &leaves);
  bool isWithin(const llvm::Value *value, const llvm::CallInst &user) const;

  Source tensor(const llvm::Value *handle);
  unsigned inputNode(const llvm::Value *handle);
  void connect(const Leaves &leaves, unsigned node, bool inCluster);
  void drawKernel(KernelOp kernel);
  void drawElement(ElementOp element);
  void drawCall(CallOp call);
  void drawPiece(CallOp call, const Step &step);
  void drawRead(ReadOp read);
  void drawStore(StoreOp store);
  void drawSort(SortOp sort);
  void drawEnd(ExitOp exit);
  std::string typeOf(Value tensor) { return writeType(sizes.shapeOf(tensor), getElementTypeOrSelf(tensor.getType())); }
  static std::string bytesOf(const std::optional<WrittenShape> &shape, Type element) {
    WrittenBytes bytes;
    bytes.add(shape, element);
    return shape ? bytes.text() : "";
  }

  const Region &region;
  ModuleOp module;
  RegionSizes &sizes;
  ArrayRef<Remark> remarks;
  Dot dot;
  DenseMap<const llvm::Value *, unsigned> tensors; ///< nodes of handles
  DenseMap<const llvm::Value *, unsigned> numbers; ///< nodes that C scalars come from
  DenseMap<const llvm::Value *, Type> types;       ///< of handles from outside
  llvm::SmallDenseSet<int> members;                ///< steps of the kernel at hand
  llvm::SmallDenseSet<int> apart;                  ///< of them, those that have a box of their own
  DenseMap<int, unsigned> memberNodes;             ///< of the kernel at hand
  DenseMap<int, unsigned> reduced;                 ///< reductions that are only read as numbers
  unsigned kernels = 0;
  SmallVector<unsigned> idle; ///< pieces of C that are shown only if numbers go through them
  DenseSet<Operation *> drawn;
  int last = -1; ///< the node drawn last, for what is only in order
};

} // namespace

// ---- words
// -----------------------------------------------------------------------------------------------------------

const OpRow *Picture::rowOf(const llvm::Value *value) const {
  auto *inst = dyn_cast<llvm::Instruction>(value);
  return inst ? tenon::rowOf(*inst) : nullptr;
}

int Picture::stepOf(const llvm::Value *value) const {
  auto *inst = dyn_cast<llvm::Instruction>(value);
  auto found = inst ? region.stepOf.find(const_cast<llvm::Instruction *>(inst)) : region.stepOf.end();
  return found == region.stepOf.end() ? -1 : int(found->second);
}

std::string Picture::lineOf(const llvm::Instruction &inst) const {
  const llvm::DebugLoc &at = inst.getDebugLoc();
  if (!at || !at->getLine())
    return "";
  return (llvm::sys::path::filename(at->getFilename()) + ":" + Twine(at->getLine())).str();
}

std::string Picture::lineOf(const llvm::Value *value) const {
  auto *inst = dyn_cast<llvm::Instruction>(value);
  return inst ? lineOf(*inst) : "";
}

/// A C scalar: a number that is written in the program, a name, or whatever.
std::string Picture::writeNumber(const llvm::Value *value, Leaves &leaves) {
  const llvm::Value *leaf = value;
  while (auto *cast = dyn_cast<llvm::CastInst>(value)) { // float to double, for tn_scalar_f64
    value = cast->getOperand(0);
    leaf = numbers.contains(leaf) ? leaf : value;
  }
  if (auto *real = dyn_cast<llvm::ConstantFP>(value)) {
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%g", real->getValueAPF().convertToDouble());
    return text;
  }
  if (auto *integer = dyn_cast<llvm::ConstantInt>(value))
    return std::to_string(integer->getSExtValue());
  leaves.insert(leaf);
  std::string name = sizes.nameOf(*value);
  return !name.empty() ? name : rowOf(value) ? "number" : "C value";
}

/// An operation that is written within its only user's expression.
bool Picture::isWithin(const llvm::Value *value, const llvm::CallInst &user) const {
  int step = stepOf(value);
  return step >= 0 && members.contains(step) && !apart.contains(step) && value->hasOneUse() &&
         sizes.nameOf(*value).empty();
}

std::string Picture::writeOperand(const llvm::Value *value, Leaves &leaves, bool tight) {
  if (const OpRow *row = rowOf(value)) {
    auto *call = cast<llvm::CallInst>(value);
    if (row->lowering == Lowering::Scalar)
      return writeNumber(call->getArgOperand(0), leaves);
    if (isWithin(value, *call)) {
      Leaves inner;
      std::string text = writeCall(*call, inner);
      if (text.size() <= maxExpression) {
        leaves.insert(inner.begin(), inner.end());
        bool infix = StringRef(text).contains(' ') && text.back() != ')';
        return tight && (infix || text[0] == '(') ? "(" + text + ")" : text;
      }
      apart.insert(stepOf(value));
    }
    leaves.insert(value);
    std::string name = sizes.nameOf(*value);
    if (!name.empty())
      return name;
    if (row->lowering == Lowering::Alias) {
      Leaves ignored;
      return row->name.str() + "(" + writeOperand(call->getArgOperand(0), ignored, false) + ")";
    }
    return row->name.str() + "(\u2026)";
  }
  leaves.insert(value);
  std::string name = sizes.nameOf(*value);
  return name.empty() ? "tensor" : name;
}

std::string Picture::writeCall(const llvm::CallInst &call, Leaves &leaves) {
  const OpRow &row = *tenon::rowOf(call);
  StringRef name = opNameOf(call);
  StringRef sign = llvm::StringSwitch<StringRef>(name)
                       .Case("add", " + ")
                       .Case("sub", " - ")
                       .Case("mul", " * ")
                       .Case("div", " / ")
                       .Case("less", " < ")
                       .Case("greater", " > ")
                       .Case("matmul", " @ ")
                       .Default("");
  if (!sign.empty())
    return writeOperand(call.getArgOperand(0), leaves, true) + sign.str() +
           writeOperand(call.getArgOperand(1), leaves, true);
  SmallVector<std::string> operands;
  for (const llvm::Use &argument : call.args()) {
    if (auto *function = dyn_cast<llvm::Function>(argument->stripPointerCasts());
        function && row.lowering == Lowering::Map)
      name = function->getName();
    else if (argument->getType()->isPointerTy() && !isa<llvm::Constant>(argument))
      operands.push_back(writeOperand(argument, leaves, false));
    else if (auto *integer = dyn_cast<llvm::ConstantInt>(argument);
             integer && !integer->isMinValue(/*IsSigned=*/true) && row.lowering != Lowering::Elementwise)
      operands.push_back("axis " + std::to_string(integer->getSExtValue()));
  }
  bool axes = row.cls == OpClass::Reduction || row.lowering == Lowering::Line;
  llvm::erase_if(operands, [&](const std::string &text) { return !axes && StringRef(text).starts_with("axis "); });
  name.consume_back("_keepdims");
  return name.str() + "(" + llvm::join(operands, ", ") + ")";
}

// ---- where values come from
// ------------------------------------------------------------------------------------------

unsigned Picture::inputNode(const llvm::Value *handle) {
  std::string name = sizes.nameOf(*handle);
  Type element = types.lookup(handle);
  std::optional<WrittenShape> shape = sizes.shapeOfHandle(*handle);
  unsigned node = dot.addNode(Dot::Input, name.empty() ? "tensor" : name, {element ? writeType(shape, element) : ""});
  tensors[handle] = node;
  return node;
}

Picture::Source Picture::tensor(const llvm::Value *handle) {
  if (auto found = tensors.find(handle); found != tensors.end())
    return {int(found->second), ""};
  const OpRow *row = stepOf(handle) >= 0 ? rowOf(handle) : nullptr;
  if (row && (row->lowering == Lowering::Alias || row->cls == OpClass::Handle)) {
    auto *call = cast<llvm::CallInst>(handle);
    if (call->arg_size() && call->getArgOperand(0)->getType()->isPointerTy()) {
      Source base = tensor(call->getArgOperand(0));
      if (row->lowering == Lowering::Alias)
        base.through = row->name.str() + (base.through.empty() ? "" : ", " + base.through);
      return base;
    }
  }
  return {int(inputNode(handle)), ""};
}

void Picture::connect(const Leaves &leaves, unsigned node, bool inCluster) {
  for (const llvm::Value *leaf : leaves) {
    int step = stepOf(leaf);
    if (auto number = numbers.find(leaf); number != numbers.end()) {
      dot.addEdge(number->second, node, Dot::Number);
    } else if (inCluster && step >= 0 && memberNodes.contains(step)) {
      dot.addEdge(memberNodes[step], node, Dot::Data);
    } else if (leaf->getType()->isPointerTy()) {
      Source from = tensor(leaf);
      dot.addEdge(from.node, node, Dot::Data, from.through.empty() ? "" : from.through + ", no copy");
    } else { // a scalar from outside
      std::string name = sizes.nameOf(*leaf);
      unsigned outside = dot.addNode(Dot::Code, name.empty() ? "C value" : name, {});
      numbers[leaf] = outside;
      dot.addEdge(outside, node, Dot::Number);
    }
  }
}

// ---- what the region became
// ------------------------------------------------------------------------------------------

void Picture::drawKernel(KernelOp kernel) {
  std::string how = kernel.getProduct()    ? "a product; the rest on its tiles"
                    : !kernel.getReduces() ? "one walk over memory"
                    : !kernel.getAxis()    ? "one row: all elements"
                                           : "row by row along axis " + std::to_string(int64_t(*kernel.getAxis()));
  unsigned cluster = dot.addCluster("kernel " + std::to_string(++kernels), how);
  members.clear();
  apart.clear();
  memberNodes.clear();
  auto steps = kernel->getAttrOfType<DenseI32ArrayAttr>("tenon.calls");
  for (int32_t step : steps ? steps.asArrayRef() : ArrayRef<int32_t>())
    if (step >= 0)
      members.insert(step);
  // A box of its own: a result, a name, several uses, uses elsewhere.
  llvm::SmallDenseSet<int> results;
  const llvm::CallInst *stored = nullptr;
  for (auto [kind, step] : llvm::zip(kernel.getKinds().getAsValueRange<StringAttr>(), kernel.getSteps())) {
    if (step < 0 || unsigned(step) >= region.steps.size() || !region.steps[step].op)
      continue;
    if (kind == "store")
      stored = region.steps[step].op;
    else
      results.insert(step);
  }
  SmallVector<int> ordered(members.begin(), members.end());
  llvm::sort(ordered);
  for (int step : ordered) {
    const llvm::CallInst *call = region.steps[step].op;
    bool inside = call->hasOneUse() && members.contains(stepOf(*call->user_begin()));
    if (!inside || results.contains(step) || !sizes.nameOf(*call).empty())
      apart.insert(step);
  }
  // What is too long to be written within its user gets a box after all, so the last one is looked at first.
  DenseMap<int, std::pair<std::string, Leaves>> boxes;
  for (int step : llvm::reverse(ordered)) {
    if (!apart.contains(step))
      continue;
    Leaves leaves;
    std::string text = writeCall(*region.steps[step].op, leaves);
    boxes[step] = {text, leaves};
  }
  for (int step : ordered) {
    if (!boxes.contains(step))
      continue;
    const llvm::CallInst &call = *region.steps[step].op;
    auto &[text, leaves] = boxes[step];
    std::string name = sizes.nameOf(call);
    unsigned node = dot.addNode(Dot::Operation, name.empty() ? text : name + " = " + text, {lineOf(call)}, cluster);
    memberNodes[step] = node;
    connect(leaves, node, true);
    last = node;
  }
  // Results.
  unsigned result = 0;
  for (auto [i, kind] : llvm::enumerate(kernel.getKinds().getAsValueRange<StringAttr>())) {
    int step = kernel.getSteps()[i];
    if (kind == "store") {
      if (!stored)
        continue;
      const llvm::Value *destination = stored->getArgOperand(0);
      std::string name = sizes.nameOf(*destination);
      unsigned node = dot.addNode(Dot::InPlace, (name.empty() ? "tensor" : name) + " written in place",
                                  {typeOf(kernel.getDestinations()[0]), lineOf(*stored)});
      int from = stepOf(stored->getArgOperand(1));
      dot.addEdge(memberNodes.contains(from) ? memberNodes[from] : unsigned(last), node, Dot::Over);
      tensors[destination] = node;
      last = node;
      continue;
    }
    Value value = kernel.getResult(result++);
    if (step < 0 || !memberNodes.contains(step))
      continue;
    if (kind == "number") {
      reduced[step] = memberNodes[step];
      continue;
    }
    const llvm::CallInst *call = region.steps[step].op;
    std::optional<WrittenShape> shape = sizes.shapeOf(value);
    Type element = getElementTypeOrSelf(value.getType());
    std::string name = sizes.nameOf(*call), type = writeType(shape, element), bytes = bytesOf(shape, element);
    unsigned node;
    if (Value taken = oldOf(kernel, i)) {
      bool sure = sizes.isInPlace(kernel, i);
      std::string old = sizes.nameOf(taken);
      node = dot.addNode(Dot::InPlace, (name.empty() ? type : name) + " in place" + (old.empty() ? "" : " of " + old),
                         {name.empty() ? "" : type, sure ? "" : "where shapes are equal"});
      dot.addEdge(memberNodes[step], node, Dot::Over);
    } else if (kernel.getModes()[i] == TN_RESULT_PLACE) {
      node = dot.addNode(Dot::InPlace, (name.empty() ? type : name) + " where it is stored", {name.empty() ? "" : type});
      dot.addEdge(memberNodes[step], node, Dot::Over);
    } else {
      bool fresh = kernel.getModes()[i] == TN_RESULT_NEW;
      if (name.empty() && boxes.lookup(step).first.size() <= maxTitle)
        name = boxes.lookup(step).first;
      node = dot.addNode(
          fresh ? Dot::Fresh : Dot::Temporary, name.empty() ? type : name,
          {name.empty() ? "" : type, bytes, isByBlocks(kernel, value) ? "by blocks of rows, if 1 MiB or more" : ""});
      dot.addEdge(memberNodes[step], node, Dot::Data);
    }
    tensors[call] = node;
  }
  members.clear();
}

/// What a read asks for: "[0, 63]".
std::string Picture::indicesOf(const llvm::CallInst &read) const {
  SmallVector<std::string> indices;
  for (const llvm::Use &argument : llvm::drop_begin(read.args())) {
    auto *integer = dyn_cast<llvm::ConstantInt>(argument);
    if (integer && integer->isMinValue(/*IsSigned=*/true))
      break;
    std::string text = expressionOf(*argument, *region.host);
    indices.push_back(text.empty() ? "i" : text);
  }
  return "[" + llvm::join(indices, ", ") + "]";
}

/// One element of a fused expression, computed alone.
void Picture::drawElement(ElementOp element) {
  const llvm::CallInst &read = *region.steps[element.getPosition()].op;
  auto steps = element->getAttrOfType<DenseI32ArrayAttr>("tenon.calls");
  members.clear();
  apart.clear();
  for (int32_t step : steps ? steps.asArrayRef() : ArrayRef<int32_t>())
    if (step >= 0)
      members.insert(step);
  const llvm::Value *handle = read.getArgOperand(0);
  // Neighbours that read the same tensor share the box.
  SmallVector<const llvm::CallInst *> reads;
  for (Operation *op = element; op; op = op->getNextNode()) {
    auto next = dyn_cast<ElementOp>(op);
    if (!next && !isa<NumberOp>(op) && op->hasAttr("step"))
      break;
    if (!next)
      continue;
    const llvm::CallInst *other = region.steps[next.getPosition()].op;
    if (other->getArgOperand(0) != handle)
      break;
    reads.push_back(other);
    drawn.insert(op);
  }
  // As if it were written out: its own operands are what the element takes.
  Leaves leaves;
  std::string name = sizes.nameOf(*handle), whole;
  SmallVector<int> ordered(members.begin(), members.end());
  llvm::sort(ordered, std::greater<int>());
  for (int step : ordered) {
    Leaves own;
    whole = writeCall(*region.steps[step].op, own);
    for (const llvm::Value *leaf : own)
      if (int inner = stepOf(leaf); inner < 0 || !members.contains(inner))
        leaves.insert(leaf);
  }
  if (!ordered.empty() && name.empty()) {
    Leaves ignored;
    name = "(" + writeCall(*region.steps[ordered.front()].op, ignored) + ")";
  }
  std::string text;
  for (const llvm::CallInst *one : reads)
    text += (text.empty() ? "" : ", ") + name + indicesOf(*one);
  unsigned node = dot.addNode(
      Dot::Code, text, {(reads.size() == 1 ? "computed alone  " : "computed alone, these elements  ") + lineOf(read)});
  members.clear();
  connect(leaves, node, false);
  for (const llvm::CallInst *one : reads)
    numbers[one] = node;
  last = node;
}

void Picture::drawPiece(CallOp, const Step &step) {
  // Conversions alone are not worth a box.
  if (llvm::all_of(step.run, [](const llvm::Instruction *inst) { return isa<llvm::CastInst>(inst); })) {
    for (const llvm::Instruction *inst : step.run)
      if (auto found = numbers.find(inst->getOperand(0)); found != numbers.end())
        numbers[inst] = unsigned(found->second);
    return;
  }
  std::string text;
  for (const llvm::Value *result : step.results) {
    while (auto *cast = dyn_cast<llvm::CastInst>(result))
      result = cast->getOperand(0);
    if (std::string name = sizes.nameOf(*result); !name.empty() && text.size() < maxExpression)
      text += (text.empty() ? "" : ", ") + name;
  }
  if (step.effect == Effect::Output)
    text = text.empty() ? "C: output" : text + " = ...; output";
  else
    text = text.empty() ? "C code" : text + " = ...";
  std::string first, end;
  for (const llvm::Instruction *inst : step.run)
    if (std::string line = lineOf(*inst); !line.empty()) {
      first = first.empty() ? line : first;
      end = line;
    }
  if (end != first && StringRef(end).rsplit(':').first == StringRef(first).rsplit(':').first)
    first += "-" + StringRef(end).rsplit(':').second.str();
  unsigned node = dot.addNode(
      Dot::Code, text, {step.effect == Effect::Order ? "may write memory: ops before it finish first" : "", first});
  for (const llvm::Value *argument : step.arguments) {
    if (auto found = numbers.find(argument); found != numbers.end())
      dot.addEdge(found->second, node, Dot::Number);
    else if (tensors.contains(argument))
      dot.addEdge(tensors[argument], node, Dot::Data);
  }
  for (const llvm::Instruction *result : step.results)
    if (!result->getType()->isPointerTy())
      numbers[result] = node;
  if (step.effect != Effect::None) {
    if (last >= 0 && !dot.hasEdges(node))
      dot.addEdge(last, node, Dot::Order);
    last = node;
  } else {
    idle.push_back(node);
  }
}

void Picture::drawCall(CallOp made) {
  const Step &step = region.steps[made.getStep()];
  if (!step.op)
    return drawPiece(made, step);
  const llvm::CallInst &call = *step.op;
  const OpRow *row = tenon::rowOf(call);
  if (!row || row->cls == OpClass::Handle || row->lowering == Lowering::Scalar)
    return;
  std::string name = sizes.nameOf(call);
  auto connectOperands = [&](unsigned node) {
    for (const llvm::Use &argument : call.args()) {
      if (!argument->getType()->isPointerTy() || isa<llvm::Constant>(argument))
        continue;
      const OpRow *inner = rowOf(argument);
      Leaves leaves;
      if (inner && inner->lowering == Lowering::Scalar)
        writeNumber(cast<llvm::CallInst>(argument)->getArgOperand(0), leaves);
      else if (inner || isa<llvm::Argument>(argument) || tensors.contains(argument))
        leaves.insert(argument);
      connect(leaves, node, false);
    }
  };
  if (row->cls == OpClass::Create) {
    Value result = made.getResult(0);
    std::string type = isa<TensorType>(result.getType()) ? typeOf(result) : "";
    StringRef function = row->name;
    std::string what = function.starts_with("view") ? "view" : function.str();
    tensors[&call] =
        dot.addNode(Dot::Input, name.empty() ? type : name, {(name.empty() ? "" : type + "  ") + what, lineOf(call)});
    return;
  }
  if (row->cls == OpClass::Read && row->lowering == Lowering::Eager) {
    if (call.getType()->isPointerTy())
      return;
    unsigned node =
        dot.addNode(Dot::Code, name.empty() ? row->name.str() : name + " = " + row->name.str(), {lineOf(call)});
    connectOperands(node);
    numbers[&call] = node;
    return;
  }
  members.clear();
  Leaves leaves;
  std::string why, text = writeCall(call, leaves);
  for (const Remark &remark : remarks)
    if (remark.missed && remark.step == unsigned(made.getStep()) && remark.name == "NotFused")
      why = remark.text;
  if (!StringRef(why).consume_front("runs by itself: ") && why.empty())
    why = row->lowering == Lowering::Eager ? "" : "its value is wanted as it is";
  unsigned node = dot.addNode(Dot::Call, name.empty() ? text : name + " = " + text,
                              {StringRef(why).starts_with("runs by itself: ") ? why.substr(16) : why, lineOf(call)});
  connectOperands(node);
  if (call.getType()->isPointerTy())
    tensors[&call] = node;
  else
    numbers[&call] = node;
  if (made.getEffect() != "none") {
    if (last >= 0 && !dot.hasEdges(node))
      dot.addEdge(last, node, Dot::Order);
  }
  last = node;
}

void Picture::drawRead(ReadOp read) {
  const llvm::CallInst &call = *region.steps[read.getStep()].op;
  std::string name = sizes.nameOf(*call.getArgOperand(0));
  unsigned node = dot.addNode(Dot::Code, (name.empty() ? "element" : name) + indicesOf(call), {lineOf(call)});
  Source from = tensor(call.getArgOperand(0));
  dot.addEdge(from.node, node, Dot::Data, from.through);
  numbers[&call] = node;
  last = node;
}

void Picture::drawSort(SortOp sort) {
  const llvm::CallInst &call = *region.steps[sort.getStep()].op;
  std::string name = sizes.nameOf(call), how = describeSort(sort, sizes);
  Leaves leaves;
  std::string text = writeCall(call, leaves);
  unsigned node = dot.addNode(sort.getMode() == TN_RESULT_REUSE ? Dot::InPlace : Dot::Call,
                              name.empty() ? text : name + " = " + text, {how, lineOf(call)});
  Source from = tensor(call.getArgOperand(0));
  dot.addEdge(from.node, node, sort.getMode() == TN_RESULT_REUSE ? Dot::Over : Dot::Data,
              from.through.empty() ? "" : from.through + ", no copy");
  tensors[&call] = node;
  last = node;
}

void Picture::drawStore(StoreOp store) {
  const llvm::CallInst &call = *region.steps[store.getStep()].op;
  const llvm::Value *destination = call.getArgOperand(0);
  std::string name = sizes.nameOf(*destination);
  unsigned node =
      dot.addNode(Dot::InPlace, "store into " + (name.empty() ? std::string("a tensor") : name), {lineOf(call)});
  Source from = tensor(call.getArgOperand(1));
  dot.addEdge(from.node, node, Dot::Over, from.through);
  tensors[destination] = node;
  last = node;
}

void Picture::drawEnd(ExitOp made) {
  const RegionExit &exit = region.exits[made.getPosition() - region.steps.size()];
  std::string why = exit.ended, line;
  if (const llvm::Instruction *by = exit.endedBy) {
    // Through blocks that do nothing: a return of several values is one.
    for (auto *jump = dyn_cast<llvm::BranchInst>(by); jump && jump->isUnconditional(); jump = dyn_cast<llvm::BranchInst>(by)) {
      const llvm::Instruction *next = &*jump->getSuccessor(0)->getFirstNonPHIIt();
      if (!next->isTerminator() || next == exit.endedBy)
        break;
      by = next;
    }
    line = lineOf(*by);
    if (why.empty()) {
      auto *branch = dyn_cast<llvm::BranchInst>(by);
      why = isa<llvm::ReturnInst>(by)           ? "the function returns"
            : branch && branch->isConditional() ? "a branch"
            : branch                            ? "another path of the program joins here"
            : isa<llvm::SwitchInst>(by)         ? "a switch"
            : isa<llvm::UnreachableInst>(by)    ? "the program ends here"
                                                : "a jump";
    }
  }
  unsigned node = dot.addNode(Dot::End, "region ends: " + (why.empty() ? std::string("nothing follows") : why), {line});
  bool any = false;
  for (llvm::Instruction *live : region.liveAt(made.getPosition())) {
    if (tensors.contains(live)) {
      dot.addEdge(tensors[live], node, Dot::Data);
      any = true;
    } else if (numbers.contains(live)) {
      dot.addEdge(numbers[live], node, Dot::Number);
      any = true;
    }
  }
  if (!any && last >= 0)
    dot.addEdge(last, node, Dot::Order);
}

std::string Picture::draw() {
  func::FuncOp function = *module.getOps<func::FuncOp>().begin();
  for (func::FuncOp candidate : module.getOps<func::FuncOp>())
    if (candidate.getName() == region.name)
      function = candidate;
  function.walk([&](TensorOp tensor) {
    if (const llvm::Value *handle = sizes.llvmValueOf(tensor.getResult()))
      types[handle] = getElementTypeOrSelf(tensor.getType());
  });
  for (Block &block : function.getBody())
    for (Operation &op : block) {
    if (drawn.contains(&op))
      continue;
    if (auto kernel = dyn_cast<KernelOp>(op))
      drawKernel(kernel);
    else if (auto element = dyn_cast<ElementOp>(op))
      drawElement(element);
    else if (auto call = dyn_cast<CallOp>(op))
      drawCall(call);
    else if (auto read = dyn_cast<ReadOp>(op))
      drawRead(read);
    else if (auto store = dyn_cast<StoreOp>(op))
      drawStore(store);
    else if (auto sort = dyn_cast<SortOp>(op))
      drawSort(sort);
    else if (auto number = dyn_cast<NumberOp>(op); number && number.getElement().getDefiningOp<KernelOp>()) {
      // The read of a kernel's reduction.
      const llvm::CallInst *read = region.steps[number.getStep()].op;
      if (int step = stepOf(read->getArgOperand(0)); reduced.contains(step))
        numbers[read] = reduced[step];
    } else if (auto exit = dyn_cast<ExitOp>(op))
      drawEnd(exit);
  }
  for (unsigned piece : idle)
    if (!dot.hasEdges(piece))
      dot.remove(piece);
  std::string what = describeRegion(region, module, sizes), line = lineOf(*region.steps.front().first());
  StringRef detail = what;
  detail.consume_front("region: ");
  return dot.text((region.host->getName() + (line.empty() ? "" : "  " + line)).str(), detail);
}

std::string drawRegion(const Region &region, ModuleOp module, RegionSizes &sizes, ArrayRef<Remark> remarks) {
  return Picture(region, module, sizes, remarks).draw();
}

} // namespace tenon
