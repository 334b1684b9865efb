// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ImportRegion.cpp - makes tenon ops of a region's LLVM IR.
//
// Every step of the region is imported twice: once as the user wrote it, into the tenon.recipe, by which a value that
// was fused away is made again when a guard fails; and once raised, as an op on tensor values. What cannot be raised
// (a dtype that kernels do not have, an axis that is not constant, a function that does more than arithmetic) stays a
// tenon.call, and a remark says why.
//
// Dtypes are found by unification: creation calls and casts say theirs, ops say which operands share one, also those in
// front of the region that its handles come from, and what stays open is guessed f32. A wrong guess costs a launch that
// refuses, never a wrong result.

#include "ImportRegion.h"
#include "lower/KernelProgram.h"
#include "region/Effects.h"
#include "region/Ops.h"
#include "tensor/PlanResults.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace tenon {

namespace {

constexpr int64_t padValue = std::numeric_limits<int64_t>::min(); // TN_PAD_VALUE

/// Dtypes of handles, unified.
class Dtypes {
public:
  static constexpr unsigned unknown = 0, conflict = 255;

  unsigned find(const llvm::Value *value) {
    auto [entry, isNew] = numbers.insert({value, parents.size()});
    if (isNew) {
      parents.push_back(parents.size());
      codes.push_back(unknown);
    }
    return root(entry->second);
  }
  void unify(const llvm::Value *x, const llvm::Value *y) {
    unsigned a = find(x), b = find(y);
    if (a == b)
      return;
    unsigned merged = codes[a] == unknown ? codes[b] : codes[b] == unknown || codes[a] == codes[b] ? codes[a] : conflict;
    parents[b] = a;
    codes[a] = merged;
  }
  void set(const llvm::Value *value, unsigned code) {
    unsigned &known = codes[find(value)];
    known = known == unknown || known == code ? code : conflict;
  }
  bool isKnown(const llvm::Value *value) { return codes[find(value)] != unknown; }
  unsigned of(const llvm::Value *value) {
    unsigned code = codes[find(value)];
    return code == unknown ? TN_F32 & 0xff : code;
  }

private:
  unsigned root(unsigned i) {
    while (parents[i] != i)
      i = parents[i] = parents[parents[i]];
    return i;
  }
  DenseMap<const llvm::Value *, unsigned> numbers;
  SmallVector<unsigned> parents, codes;
};

class RegionImporter {
public:
  RegionImporter(const Region &region, MLIRContext &context, SourceLines &lines, RegionResult &result)
      : region(region), context(context), lines(lines), result(result), b(&context) {}

  OwningOpRef<ModuleOp> run();

private:
  void inferDtypes();
  void inferFrom(const llvm::CallInst &call, const OpRow &row);
  void inferAhead();
  void importRecipe(Block &recipe);
  void importBlocks();
  SmallVector<Value> handedOver(const llvm::BasicBlock *from, const llvm::BasicBlock *to);
  void importStep(unsigned number);
  bool raise(const llvm::CallInst &call, const OpRow &row, StringRef name);
  bool raiseElementwise(const llvm::CallInst &call, StringRef name);
  bool raiseMap(const llvm::CallInst &call);
  bool raiseReduce(const llvm::CallInst &call, StringRef name);
  bool raiseAlias(const llvm::CallInst &call, StringRef name);
  bool raiseRead(const llvm::CallInst &call, StringRef name);
  void importCall(const llvm::CallInst &call, const OpRow &row);
  void importPiece(const Step &step);

  bool notRaised(const Twine &why) {
    result.remarks.push_back({/*missed=*/true, "NotFused", ("runs by itself: " + why).str(), current});
    return false;
  }
  Type elementType(unsigned code);
  Type tensorType(const llvm::Value *handle) {
    Type element = elementType(dtypes.of(handle));
    return element ? Type(UnrankedTensorType::get(element)) : Type();
  }
  bool isWeak(const llvm::Value *value) {
    auto *inst = dyn_cast<llvm::Instruction>(value);
    const OpRow *row = inst && region.stepOf.contains(const_cast<llvm::Instruction *>(inst)) ? rowOf(*inst) : nullptr;
    return row && row->lowering == Lowering::Scalar;
  }
  bool isUnused(const llvm::CallInst &call) { return call.use_empty(); }
  Value constant(const llvm::Value *value, OpBuilder &builder, Location loc);
  /// The value as a scalar, or as a handle for calls: a tensor where one was raised.
  Value value(const llvm::Value *llvmValue);
  /// The value as a tensor.
  Value tensor(const llvm::Value *handle);
  /// A weak operand in the dtype of the other side; null if it may not fit.
  Value weakScalar(const llvm::Value *handle, Type element);
  void setInsertionPointBehind(Value value);
  Location location(const llvm::Instruction &inst);
  IntegerAttr step() { return b.getI32IntegerAttr(current); }
  void define(const llvm::CallInst &call, Value raised) { values[&call] = raised; }

  const Region &region;
  MLIRContext &context;
  SourceLines &lines;
  RegionResult &result;
  OpBuilder b;
  Location loc = UnknownLoc::get(&context);
  func::FuncOp function;
  RecipeOp recipe;
  Dtypes dtypes;
  DenseMap<const llvm::Value *, Value> values;  ///< raised
  DenseMap<const llvm::Value *, Value> tensors; ///< of handles that are no op's result
  /// Where the calls of weak operands stood, which are made for other blocks.
  struct Mark {
    Block *block = nullptr;
    Operation *behind = nullptr;
  };
  DenseMap<const llvm::Value *, Mark> marks;
  unsigned current = 0;
};

} // namespace

Type RegionImporter::elementType(unsigned code) {
  if (code == (TN_F32 & 0xff))
    return b.getF32Type();
  if (code == (TN_F64 & 0xff))
    return b.getF64Type();
  if (code == (TN_BOOL & 0xff))
    return b.getI1Type();
  if (code == (TN_U8 & 0xff))
    return b.getI8Type(); // the one dtype of eight bits that kernels have
  if (code == (TN_I32 & 0xff))
    return b.getI32Type();
  if (code == (TN_I64 & 0xff))
    return b.getI64Type();
  if (code == (TN_U64 & 0xff))
    return b.getIntegerType(64, /*isSigned=*/false);
  return {};
}

Location RegionImporter::location(const llvm::Instruction &inst) {
  if (const llvm::DebugLoc &at = inst.getDebugLoc())
    return lines.locationOf(at, context);
  return FileLineColLoc::get(&context, region.host->getParent()->getSourceFileName(), 0, 0);
}

/// Dtype codes are the low bytes of the tn_dtype constants.
static unsigned constantDtype(const llvm::Value *value) {
  auto *integer = dyn_cast<llvm::ConstantInt>(value);
  return integer ? integer->getZExtValue() & 0xff : Dtypes::unknown;
}

/// The row of a call of a tensor function, were it left to the eager path or not.
static const OpRow *rowOfAny(const llvm::Value *value) {
  auto *call = dyn_cast<llvm::CallInst>(value);
  StringRef name = call ? opNameOf(*call) : StringRef();
  return name.empty() ? nullptr : findRow(name);
}

void RegionImporter::inferDtypes() {
  inferAhead();
  for (const Step &step : region.steps) {
    if (step.op)
      inferFrom(*step.op, *rowOf(*step.op));
    if (step.phi && step.phi->getType()->isPointerTy())
      for (const llvm::Use &incoming : step.phi->incoming_values())
        if (!isa<llvm::Constant>(incoming))
          dtypes.unify(step.phi, incoming);
  }
}

/// What is known of handles that come from outside: where they were made, as far as that is seen.
void RegionImporter::inferAhead() {
  constexpr unsigned most = 100; // however long the function is
  SmallVector<const llvm::Value *> work(region.inputs.begin(), region.inputs.end());
  llvm::SmallPtrSet<const llvm::Value *, 16> seen;
  while (!work.empty() && seen.size() < most) {
    const llvm::Value *handle = work.pop_back_val();
    auto *inst = dyn_cast<llvm::Instruction>(handle);
    if (!inst || !inst->getType()->isPointerTy() || dtypes.isKnown(handle) || !seen.insert(handle).second)
      continue;
    SmallVector<const llvm::Value *> from;
    if (auto *call = dyn_cast<llvm::CallInst>(inst)) {
      const OpRow *row = rowOfAny(call);
      if (!row || row->cls == OpClass::State)
        continue;
      inferFrom(*call, *row);
      from.append(call->arg_begin(), call->arg_end());
    } else if (isa<llvm::PHINode, llvm::SelectInst>(inst)) {
      for (const llvm::Use &use : llvm::drop_begin(inst->operands(), isa<llvm::SelectInst>(inst)))
        if (!isa<llvm::Constant>(use)) {
          dtypes.unify(handle, use);
          from.push_back(use);
        }
    }
    if (!dtypes.isKnown(handle))
      work.append(from);
  }
}

void RegionImporter::inferFrom(const llvm::CallInst &call, const OpRow &row) {
  StringRef name = row.name;
  auto unifyAll = [&](unsigned from, bool withResult) {
    const llvm::Value *first = withResult ? &call : nullptr;
    for (const llvm::Use &argument : llvm::drop_begin(call.args(), from)) {
      const OpRow *made = rowOfAny(argument);
      if (!argument->getType()->isPointerTy() || (made && made->lowering == Lowering::Scalar))
        continue;
      if (first)
        dtypes.unify(first, argument);
      else
        first = argument;
    }
  };
  if (name == "view" || name == "view_const" || name == "view_strided" || name == "cast")
    dtypes.set(&call, constantDtype(call.getArgOperand(1)));
  else if (name == "zeros" || name == "full" || name == "values" || name == "arange")
    dtypes.set(&call, constantDtype(call.getArgOperand(0)));
  else if (name == "argmax" || name == "argmin")
    dtypes.set(&call, TN_I64 & 0xff);
  else if (name == "any" || name == "all")
    dtypes.set(&call, TN_BOOL & 0xff);
  else if (name.ends_with("equal") || name == "less" || name == "greater") {
    unifyAll(0, false);
    dtypes.set(&call, TN_BOOL & 0xff);
  } else if (name == "where") {
    dtypes.set(call.getArgOperand(0), TN_BOOL & 0xff);
    unifyAll(1, true);
  } else if (name == "map_f32" || name == "zip_f32" || name == "map_f64" || name == "zip_f64") {
    unifyAll(1, true);
    dtypes.set(&call, (name.ends_with("f64") ? TN_F64 : TN_F32) & 0xff);
  } else if (name == "and" || name == "or" || name == "xor" || name == "not") {
    unifyAll(0, true);
    if (dtypes.of(&call) == (TN_F32 & 0xff)) // open, for no logic is on floats
      dtypes.set(&call, TN_BOOL & 0xff);
  } else if (name == "sum" || name == "prod") {
    dtypes.unify(&call, call.getArgOperand(0)); // integers are not raised, so their wider result does not matter
  } else if (name == "take") {
    dtypes.unify(&call, call.getArgOperand(0));
    dtypes.set(call.getArgOperand(1), TN_I64 & 0xff);
  } else if (name == "store" || name == "store_at") {
    unifyAll(0, false);
  } else if (row.cls == OpClass::Elementwise || row.cls == OpClass::Reduction || row.cls == OpClass::Pure ||
             row.cls == OpClass::Shape || name == "keep" || name == "own" || name == "replaced") {
    unifyAll(0, true);
  }
}

/// Scalars that are written where they are used.
Value RegionImporter::constant(const llvm::Value *value, OpBuilder &builder, Location loc) {
  if (auto *integer = dyn_cast<llvm::ConstantInt>(value))
    return arith::ConstantOp::create(
        builder, loc, builder.getIntegerAttr(importType(integer->getType(), context), integer->getValue()));
  if (auto *real = dyn_cast<llvm::ConstantFP>(value))
    return arith::ConstantOp::create(
        builder, loc, builder.getFloatAttr(importType(real->getType(), context), real->getValueAPF()));
  if (isa<llvm::UndefValue>(value))
    return LLVM::PoisonOp::create(builder, loc, importType(value->getType(), context));
  if (isa<llvm::ConstantPointerNull>(value))
    return LLVM::ZeroOp::create(builder, loc, LLVM::LLVMPointerType::get(&context));
  return {};
}

Value RegionImporter::value(const llvm::Value *llvmValue) {
  if (Value known = values.lookup(llvmValue))
    return known;
  if (Value written = constant(llvmValue, b, loc))
    return written;
  // A weak operand that somebody wants as a handle is made after all.
  auto *call = cast<llvm::CallInst>(llvmValue);
  OpBuilder::InsertionGuard guard(b);
  if (const Mark &mark = marks.lookup(call); mark.block != b.getInsertionBlock())
    mark.behind ? b.setInsertionPointAfter(mark.behind) : b.setInsertionPointToStart(mark.block);
  unsigned outer = current;
  current = region.stepOf.lookup(const_cast<llvm::CallInst *>(call));
  importCall(*call, *rowOf(*call));
  current = outer;
  return values.lookup(llvmValue);
}

Value RegionImporter::tensor(const llvm::Value *handle) {
  Value known = value(handle);
  if (isa<TensorType>(known.getType()))
    return known;
  Value &made = tensors[handle];
  if (!made) {
    // Where the handle is defined, so that no later op seems to wait for it.
    OpBuilder::InsertionGuard guard(b);
    setInsertionPointBehind(known);
    auto fact = region.facts.find(handle);
    if (fact == region.facts.end())
      return made = TensorOp::create(b, loc, tensorType(handle), known, ArrayAttr(), StringAttr(), UnitAttr());
    SmallVector<std::string> dims;
    for (const FactDim &dim : fact->second.dims)
      dims.push_back(dim.text());
    SmallVector<StringRef> words(dims.begin(), dims.end());
    made = TensorOp::create(b, loc, tensorType(handle), known, b.getStrArrayAttr(words),
                            b.getStringAttr(fact->second.contract), fact->second.proven ? b.getUnitAttr() : UnitAttr());
  }
  return made;
}

Value RegionImporter::weakScalar(const llvm::Value *handle, Type element) {
  auto *call = cast<llvm::CallInst>(handle);
  Value scalar = value(call->getArgOperand(0));
  StringRef name = rowOf(*call)->name;
  if (isa<IntegerType>(element)) {
    // Only a number that is known to fit: the runtime reports the others.
    auto *integer = dyn_cast<llvm::ConstantInt>(call->getArgOperand(0));
    unsigned bits = element.getIntOrFloatBitWidth();
    bool isUnsigned = element.isUnsignedInteger();
    if (name == (isUnsigned ? "scalar_u64" : "scalar_i64") && bits == 64)
      return scalar;
    if (!integer || bits < 32)
      return {};
    if (isUnsigned ? name != "scalar_i64" || integer->isNegative()
                   : name == "scalar_f64" || !integer->getValue().isSignedIntN(bits) ||
                         (name == "scalar_u64" && integer->isNegative()))
      return {};
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(b.getIntegerType(bits), integer->getSExtValue()));
  }
  // Numbers that are written in the program are converted here, as the runtime does: one rounding.
  const llvm::fltSemantics &semantics = cast<FloatType>(element).getFloatSemantics();
  llvm::APFloat written(semantics);
  const llvm::Value *argument = call->getArgOperand(0);
  bool isWritten = true, inexact;
  if (auto *real = dyn_cast<llvm::ConstantFP>(argument)) {
    written = real->getValueAPF();
    written.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &inexact);
  } else if (auto *integer = dyn_cast<llvm::ConstantInt>(argument)) {
    written.convertFromAPInt(integer->getValue(), name == "scalar_i64", llvm::APFloat::rmNearestTiesToEven);
  } else {
    isWritten = false;
  }
  if (isWritten)
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(element, written));
  OpBuilder::InsertionGuard guard(b);
  setInsertionPointBehind(scalar);
  if (name == "scalar_f64")
    return element.isF64() ? scalar : b.createOrFold<arith::TruncFOp>(loc, element, scalar);
  if (name == "scalar_i64")
    return b.createOrFold<arith::SIToFPOp>(loc, element, scalar);
  return b.createOrFold<arith::UIToFPOp>(loc, element, scalar);
}

void RegionImporter::setInsertionPointBehind(Value value) {
  if (value.getDefiningOp())
    b.setInsertionPointAfterValue(value);
  else
    b.setInsertionPointAfter(recipe);
}

void RegionImporter::importRecipe(Block &recipe) {
  OpBuilder builder = OpBuilder::atBlockBegin(&recipe);
  DenseMap<const llvm::Value *, Value> own;
  for (auto [input, argument] : llvm::zip(region.inputs, function.getArguments()))
    own[input] = argument;
  for (auto [number, step] : llvm::enumerate(region.steps)) {
    Location at = location(*step.first());
    SmallVector<Value> operands;
    auto use = [&](const llvm::Value *value) {
      Value known = own.lookup(value);
      operands.push_back(known ? known : constant(value, builder, at));
    };
    SmallVector<llvm::Instruction *> defines = step.defines();
    if (step.op)
      for (const llvm::Use &argument : step.op->args())
        use(argument);
    for (const llvm::Value *argument : step.arguments)
      use(argument);
    SmallVector<Type> types;
    SmallVector<Attribute> live;
    for (llvm::Instruction *inst : defines) {
      types.push_back(importType(inst->getType(), context));
      SmallVector<int32_t> positions;
      for (LiveRange range : region.rangesOf(inst)) {
        positions.push_back(range.from);
        positions.push_back(range.to);
      }
      live.push_back(builder.getDenseI32ArrayAttr(positions));
    }
    StringRef callee = step.op      ? step.op->getCalledFunction()->getName()
                       : step.piece ? step.piece->getName()
                       : step.phi   ? "phi"
                                    : "branch";
    auto original = OriginalOp::create(builder, at, types, FlatSymbolRefAttr::get(&context, callee), operands,
                                       builder.getArrayAttr(live), builder.getI32IntegerAttr(number),
                                       step.op ? builder.getUnitAttr() : UnitAttr());
    for (auto [inst, made] : llvm::zip(defines, original.getResults()))
      own[inst] = made;
  }
}

bool RegionImporter::raiseElementwise(const llvm::CallInst &call, StringRef name) {
  Type result = tensorType(&call);
  if (!result)
    return notRaised("kernels do not have its dtype yet");
  // The dtype that C scalars take: that of the other operands.
  Type weakElement;
  SmallVector<const llvm::Value *> arguments;
  for (const llvm::Use &argument : call.args())
    if (argument->getType()->isPointerTy())
      arguments.push_back(argument);
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    if (isWeak(argument))
      continue;
    Type type = tensorType(argument);
    if (!type)
      return notRaised("kernels do not have its dtype yet");
    if (name != "where" || i > 0)
      weakElement = getElementTypeOrSelf(type);
  }
  if (!weakElement)
    return notRaised("all its operands are numbers");
  Type element = weakElement;
  bool isLogic = name == "and" || name == "or" || name == "xor" || name == "not";
  bool isCompare = name.ends_with("equal") || name == "less" || name == "greater";
  bool isInteger = element.isInteger(32) || element.isInteger(64);
  bool onIntegers = isCompare || name == "add" || name == "sub" || name == "mul" || name == "maximum" || name == "minimum";
  bool onAll = name == "cast" || name == "copy" || name == "where";
  if (isLogic ? !element.isInteger(1) : !isa<FloatType>(element) && !onAll && !(isInteger && onIntegers))
    return notRaised("kernels do not have it on this dtype yet");
  if (name == "cast" && !isa<llvm::ConstantInt>(call.getArgOperand(1)))
    return notRaised("its dtype is known only when it runs");
  if (!isCompare && !isLogic && name != "cast" && getElementTypeOrSelf(result) != element)
    return notRaised("dtypes differ");
  SmallVector<Value> operands;
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    if (!isWeak(argument)) {
      Value operand = tensor(argument);
      // Unification may have found two dtypes where one must be.
      Type expected = name == "where" && i == 0 ? Type(b.getI1Type()) : element;
      if (getElementTypeOrSelf(operand.getType()) != expected)
        return notRaised("dtypes differ");
      operands.push_back(operand);
    } else if ((name == "where" && i == 0) || name == "cast" || name == "copy") {
      return notRaised("a number where a tensor is expected");
    } else if (Value scalar = weakScalar(argument, element)) {
      operands.push_back(scalar);
    } else {
      return notRaised("its number may not fit the dtype");
    }
  }
  define(call, ElementwiseOp::create(b, loc, result, b.getStringAttr(name), operands, step()));
  return true;
}

bool RegionImporter::raiseMap(const llvm::CallInst &call) {
  auto *function = dyn_cast<llvm::Function>(call.getArgOperand(0)->stripPointerCasts());
  if (!function)
    return notRaised("its function is not known here");
  Type result = tensorType(&call);
  if (!result)
    return notRaised("dtypes differ");
  Type element = getElementTypeOrSelf(result);
  SmallVector<Value> operands;
  bool anyTensor = false;
  for (const llvm::Use &argument : llvm::drop_begin(call.args())) {
    if (isWeak(argument)) {
      operands.push_back(weakScalar(argument, element));
      continue;
    }
    operands.push_back(tensor(argument));
    anyTensor = true;
    if (getElementTypeOrSelf(operands.back().getType()) != element)
      return notRaised("dtypes differ");
  }
  if (!anyTensor)
    return notRaised("all its operands are numbers");
  auto block = std::make_unique<Block>();
  for (unsigned i = 0; i < operands.size(); ++i)
    block->addArgument(element, loc);
  std::string reason;
  StringRef features = function->getFnAttribute("target-features").getValueAsString();
  bool hasFma = features.contains("+fma,") || features.ends_with("+fma") || function->getParent()->getTargetTriple().isAArch64();
  if (hasFma && region.contracts && !region.fast)
    return notRaised("clang may contract its function (-ffp-contract=fast), and no kernel could know how");
  auto locate = [&](const llvm::Instruction &inst) {
    return inst.getDebugLoc() && call.getDebugLoc() ? lines.locationOf(inst.getDebugLoc(), call.getDebugLoc(), context)
                                                    : location(call);
  };
  Value yielded = importFunctionBody(*function, *block, loc, locate, hasFma, reason);
  if (!yielded)
    return notRaised("the function " + function->getName() + " " + reason + "; it is called for each element in order");
  auto map = MapOp::create(b, loc, result, operands, step());
  map.getBody().push_back(block.release());
  OpBuilder end = OpBuilder::atBlockEnd(&map.getBody().front());
  YieldOp::create(end, loc, yielded);
  define(call, map);
  return true;
}

/// The constants before the padding among the last eight arguments; nothing if one is not constant.
static std::optional<SmallVector<int64_t>> constantDims(const llvm::CallInst &call, unsigned from) {
  SmallVector<int64_t> dims;
  for (const llvm::Use &argument : llvm::drop_begin(call.args(), from)) {
    auto *integer = dyn_cast<llvm::ConstantInt>(argument);
    if (!integer)
      return std::nullopt;
    if (integer->getSExtValue() == padValue)
      break;
    dims.push_back(integer->getSExtValue());
  }
  return dims;
}

bool RegionImporter::raiseReduce(const llvm::CallInst &call, StringRef name) {
  bool keepdims = name.consume_back("_keepdims");
  Type type = tensorType(call.getArgOperand(0)), result = tensorType(&call);
  if (!type || !result || !isa<FloatType>(getElementTypeOrSelf(type)) || getElementTypeOrSelf(result) != getElementTypeOrSelf(type))
    return notRaised("kernels reduce f32 and f64 only");
  auto axes = constantDims(call, 1);
  if (!axes)
    return notRaised("its axes are not constants");
  if (axes->size() > 1)
    return notRaised("kernels reduce one axis or all");
  if (!axes->empty() && ((*axes)[0] < -8 || (*axes)[0] > 7))
    return notRaised("its axis is out of range");
  StringRef kind = name == "reduce_max" ? "max" : name == "reduce_min" ? "min" : name;
  IntegerAttr axis = axes->empty() ? IntegerAttr() : b.getI64IntegerAttr((*axes)[0]);
  define(call, ReduceOp::create(b, loc, result, b.getStringAttr(kind), tensor(call.getArgOperand(0)), axis,
                                keepdims ? b.getUnitAttr() : UnitAttr(), step()));
  return true;
}

bool RegionImporter::raiseAlias(const llvm::CallInst &call, StringRef name) {
  Type type = tensorType(call.getArgOperand(0)), result = tensorType(&call);
  if (!type || !result)
    return notRaised("kernels do not have its dtype yet");
  SmallVector<Value> arguments;
  for (const llvm::Use &argument : llvm::drop_begin(call.args())) {
    if (!argument->getType()->isIntegerTy(64))
      return notRaised("an unusual call");
    arguments.push_back(value(argument));
  }
  define(call, AliasOp::create(b, loc, result, b.getStringAttr(name), tensor(call.getArgOperand(0)), arguments, step()));
  return true;
}

bool RegionImporter::raiseRead(const llvm::CallInst &call, StringRef name) {
  Type type = tensorType(call.getArgOperand(0));
  if (!type || !isa<FloatType>(getElementTypeOrSelf(type)))
    return false; // read as it is: no loss worth a remark
  StringRef how = name.starts_with("item") ? "item" : name.starts_with("get_flat") ? "flat" : "get";
  SmallVector<Value> indices;
  for (const llvm::Use &argument : llvm::drop_begin(call.args())) {
    auto *integer = dyn_cast<llvm::ConstantInt>(argument);
    if (how == "get" && integer && integer->getSExtValue() == padValue)
      break;
    indices.push_back(value(argument));
  }
  define(call, ReadOp::create(b, loc, importType(call.getType(), context), b.getStringAttr(how),
                              tensor(call.getArgOperand(0)), indices, step()));
  return true;
}

bool RegionImporter::raise(const llvm::CallInst &call, const OpRow &row, StringRef name) {
  // An op whose result nobody uses still records its errors: it is left as it is. (A read is its operand's only use.)
  if (isUnused(call) && row.cls != OpClass::Mutate && row.lowering != Lowering::Element)
    return false;
  switch (row.lowering) {
  case Lowering::Elementwise:
    return raiseElementwise(call, row.name);
  case Lowering::Map:
    return raiseMap(call);
  case Lowering::Reduce:
    return raiseReduce(call, name);
  case Lowering::Alias:
    return raiseAlias(call, name);
  case Lowering::Element:
    return raiseRead(call, name);
  case Lowering::Product: {
    Type result = tensorType(&call);
    if (!result || !isa<FloatType>(getElementTypeOrSelf(result)) || isWeak(call.getArgOperand(0)) ||
        isWeak(call.getArgOperand(1)))
      return notRaised("kernels multiply matrices of f32 and f64 only");
    define(call, MatmulOp::create(b, loc, result, tensor(call.getArgOperand(0)), tensor(call.getArgOperand(1)), step()));
    return true;
  }
  case Lowering::Line: {
    Type result = tensorType(&call);
    auto *axis = dyn_cast<llvm::ConstantInt>(call.getArgOperand(1));
    if (!result || !isa<FloatType>(getElementTypeOrSelf(result)))
      return notRaised("kernels have it on f32 and f64 only");
    if (!axis || axis->getSExtValue() < -8 || axis->getSExtValue() > 7)
      return notRaised("its axis is not a constant in range");
    define(call, SoftmaxOp::create(b, loc, result, tensor(call.getArgOperand(0)),
                                   b.getI64IntegerAttr(axis->getSExtValue()), step()));
    return true;
  }
  case Lowering::Sort: {
    Type result = tensorType(&call);
    if (!result || isWeak(call.getArgOperand(0)))
      return notRaised("kernels do not have its dtype yet");
    define(call, SortOp::create(b, loc, result, tensor(call.getArgOperand(0)), value(call.getArgOperand(1)), step(), b.getI32IntegerAttr(0)));
    return true;
  }
  case Lowering::Store: {
    if (isWeak(call.getArgOperand(1)) || isWeak(call.getArgOperand(0)))
      return false;
    Type destination = tensorType(call.getArgOperand(0)), value = tensorType(call.getArgOperand(1));
    if (!destination || destination != value)
      return false;
    define(call, StoreOp::create(b, loc, b.getI1Type(), tensor(call.getArgOperand(0)), tensor(call.getArgOperand(1)),
                                 step()));
    return true;
  }
  case Lowering::Scalar:
    return true; // becomes an operand; made as a tensor only where one is wanted
  case Lowering::Eager:
    return false;
  }
  llvm_unreachable("all lowerings return");
}

/// The call as it is.
void RegionImporter::importCall(const llvm::CallInst &call, const OpRow &row) {
  SmallVector<Value> operands;
  for (const llvm::Use &argument : call.args())
    operands.push_back(value(argument));
  SmallVector<Type> results;
  if (!call.getType()->isVoidTy()) {
    Type raised = call.getType()->isPointerTy() && row.cls != OpClass::Read && row.cls != OpClass::Mutate &&
                          row.cls != OpClass::State
                      ? tensorType(&call)
                      : Type();
    results.push_back(raised ? raised : importType(call.getType(), context));
  }
  bool ordered = row.cls == OpClass::Mutate || row.cls == OpClass::Handle || row.cls == OpClass::State ||
                 row.lowering == Lowering::Map; // the user's function may do anything
  auto made = CallOp::create(b, loc, results, FlatSymbolRefAttr::get(&context, call.getCalledFunction()->getName()),
                             operands, b.getStringAttr(ordered ? "order" : "none"), step(), UnitAttr(), UnitAttr(),
                             IntegerAttr());
  made.setFallible(!ordered && row.lowering != Lowering::Scalar);
  made.setOpaque(row.lowering == Lowering::Map);
  if (made->getNumResults())
    values[&call] = made.getResult(0);
}

void RegionImporter::importPiece(const Step &step) {
  SmallVector<Value> operands;
  for (const llvm::Value *argument : step.arguments)
    operands.push_back(value(argument));
  SmallVector<Type> results;
  for (llvm::Instruction *inst : step.results)
    results.push_back(importType(inst->getType(), context));
  StringRef effect = step.effect == Effect::None ? "none" : step.effect == Effect::Output ? "output" : "order";
  auto made = CallOp::create(b, loc, results, FlatSymbolRefAttr::get(&context, step.piece->getName()), operands,
                             b.getStringAttr(effect), this->step(), UnitAttr(), UnitAttr(), IntegerAttr());
  made.setOpaque(step.effect == Effect::Order && llvm::any_of(llvm::instructions(*step.piece), [](llvm::Instruction &inst) {
    return llvm::isa<llvm::CallBase>(inst) && !llvm::isa<llvm::IntrinsicInst>(inst);
  }));
  if (llvm::any_of(step.run, [](llvm::Instruction *inst) { return mayReadElements(*inst); }))
    made->setAttr(readsAttribute, b.getUnitAttr());
  for (auto [inst, value] : llvm::zip(step.results, made.getResults()))
    values[inst] = value;
}

void RegionImporter::importStep(unsigned number) {
  const Step &step = region.steps[number];
  current = number;
  loc = location(*step.first());
  if (step.phi) {
    Value argument = b.getInsertionBlock()->addArgument(importType(step.phi->getType(), context), loc);
    values[step.phi] = PhiOp::create(b, loc, argument.getType(), argument, this->step());
    return;
  }
  if (step.branch)
    return; // when all values are there
  if (step.piece)
    return importPiece(step);
  const OpRow *row = rowOf(*step.op);
  if (row->lowering == Lowering::Scalar) {
    Block *block = b.getInsertionBlock();
    marks[step.op] = {block, block->empty() ? nullptr : &block->back()};
  }
  if (!raise(*step.op, *row, opNameOf(*step.op)))
    importCall(*step.op, *row);
}

/// The values that `from` hands over to the PHIs of a block.
SmallVector<Value> RegionImporter::handedOver(const llvm::BasicBlock *from, const llvm::BasicBlock *to) {
  SmallVector<Value> handed;
  for (const llvm::PHINode &phi : to->phis())
    handed.push_back(value(phi.getIncomingValueForBlock(from)));
  return handed;
}

void RegionImporter::importBlocks() {
  DenseMap<const llvm::BasicBlock *, Block *> made;
  Block *entry = &function.getBody().front();
  const llvm::BasicBlock *head = region.blocks.front().block;
  bool isEntered = region.isLoop(); // an entry block is never branched to
  for (const RegionBlock &block : region.blocks)
    made[block.block] = block.block == head && !isEntered ? entry : b.createBlock(&function.getBody(), function.getBody().end());
  for (const RegionBlock &block : region.blocks) {
    b.setInsertionPointToEnd(made[block.block]);
    for (unsigned number = block.begin; number < block.end; ++number)
      importStep(number);
  }
  // PHIs take values of later blocks.
  auto branch = [&](const llvm::BasicBlock *from, Value selector, ArrayRef<int64_t> cases, ArrayRef<const llvm::BasicBlock *> to) {
    SmallVector<SmallVector<Value>> handed;
    SmallVector<Block *> targets;
    for (const llvm::BasicBlock *target : to) {
      handed.push_back(handedOver(from, target));
      targets.push_back(made[target]);
    }
    SmallVector<ValueRange> operands(handed.begin(), handed.end());
    BranchOp::create(b, loc, selector, operands, b.getDenseI64ArrayAttr(cases), step(), targets);
  };
  if (isEntered) {
    b.setInsertionPointToEnd(entry);
    current = 0;
    branch(region.before, Value(), {}, {head});
  }
  for (const RegionBlock &block : region.blocks) {
    b.setInsertionPointToEnd(made[block.block]);
    loc = location(*block.block->getTerminator());
    if (block.exit >= 0) {
      unsigned position = region.steps.size() + block.exit;
      SmallVector<Value> live;
      for (llvm::Instruction *inst : region.liveAt(position))
        live.push_back(value(inst));
      ExitOp::create(b, loc, live, b.getI32IntegerAttr(position));
      continue;
    }
    current = block.end - 1;
    SmallVector<const llvm::BasicBlock *> targets;
    SmallVector<int64_t> cases;
    Value selector;
    if (auto *choice = dyn_cast<llvm::SwitchInst>(block.block->getTerminator())) {
      selector = value(choice->getCondition());
      for (auto &one : choice->cases()) {
        cases.push_back(one.getCaseValue()->getSExtValue());
        targets.push_back(one.getCaseSuccessor());
      }
      targets.push_back(choice->getDefaultDest());
    } else {
      auto *jump = cast<llvm::BranchInst>(block.block->getTerminator());
      if (jump->isConditional()) {
        selector = value(jump->getCondition());
        cases.push_back(1);
      }
      for (unsigned i = 0; i < jump->getNumSuccessors(); ++i)
        targets.push_back(jump->getSuccessor(i));
    }
    branch(block.block, selector, cases, targets);
  }
}

OwningOpRef<ModuleOp> RegionImporter::run() {
  SmallVector<Type> inputs;
  for (const llvm::Value *input : region.inputs) {
    Type type = importType(input->getType(), context);
    if (!type || !LLVM::isCompatibleType(type)) {
      result.remarks.push_back({true, "TypeCannotCross", "no region here: it takes a value of an unusual type", 0});
      return {};
    }
    inputs.push_back(type);
  }
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  b.setInsertionPointToEnd(module->getBody());
  function = func::FuncOp::create(b, location(*region.steps[0].first()), region.name, b.getFunctionType(inputs, {}));
  if (region.fast)
    function->setAttr("tenon.fast", b.getUnitAttr());
  b.setInsertionPointToStart(function.addEntryBlock());
  for (auto [input, argument] : llvm::zip(region.inputs, function.getArguments()))
    values[input] = argument;
  inferDtypes();
  recipe = RecipeOp::create(b, function.getLoc());
  importRecipe(recipe.getBody().emplaceBlock());
  importBlocks();
  return module;
}

OwningOpRef<ModuleOp> importRegion(const Region &region, MLIRContext &context, SourceLines &lines,
                                   RegionResult &out_result) {
  return RegionImporter(region, context, lines, out_result).run();
}

} // namespace tenon
