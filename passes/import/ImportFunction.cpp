// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ImportFunction.cpp - imports the body of a user's scalar function (tn_map, tn_zip) as arithmetic on one element.
//
// Only what is on the list below is imported: arithmetic that cannot trap and reads and writes no memory. Branches without
// loops become selects, since both sides may then be computed. What is computed is what the user's own build computes:
// an llvm.fmuladd is one rounding or two as his target has FMA or not.

#include "ImportRegion.h"
#include "lanes/MathFunctions.h"
#include "lower/ApplyFunction.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace mlir;

namespace tenon {

Type importType(const llvm::Type *type, MLIRContext &context) {
  if (type->isPointerTy())
    return LLVM::LLVMPointerType::get(&context);
  if (type->isFloatTy())
    return Float32Type::get(&context);
  if (type->isDoubleTy())
    return Float64Type::get(&context);
  if (type->isIntegerTy())
    return IntegerType::get(&context, type->getIntegerBitWidth());
  return {};
}

namespace {

/// Instructions that a function may have to be worth inlining into a kernel.
constexpr unsigned maxInstructions = 500;

class FunctionImporter {
public:
  FunctionImporter(const llvm::Function &function, Block &block, Location location,
                   llvm::function_ref<Location(const llvm::Instruction &)> locate, bool hasFma)
      : function(function), block(block), loc(location), locate(locate), hasFma(hasFma), b(location.getContext()) {
    b.setInsertionPointToEnd(&block);
  }

  Value run(std::string &out_reason);

private:
  bool importBlock(const llvm::BasicBlock &block);
  Value importInstruction(const llvm::Instruction &inst);
  Value importCall(const llvm::CallInst &call);
  Value operand(const llvm::Value *value);
  Value apply(StringRef name, ValueRange operands) {
    return ApplyOp::create(b, loc, operands[0].getType(), name, operands);
  }
  /// The condition under which control goes from one block to the next.
  Value edge(const llvm::BasicBlock &from, const llvm::BasicBlock &to);
  Value both(Value x, Value y) { return arith::AndIOp::create(b, loc, x, y); }
  Value either(Value x, Value y) { return arith::OrIOp::create(b, loc, x, y); }
  Value refuse(const Twine &why) {
    if (reason.empty())
      reason = why.str();
    return {};
  }

  const llvm::Function &function;
  Block &block;
  Location loc;
  llvm::function_ref<Location(const llvm::Instruction &)> locate;
  bool hasFma;
  OpBuilder b;
  llvm::DenseMap<const llvm::Value *, Value> values;
  llvm::DenseMap<const llvm::BasicBlock *, Value> reached;
  std::string reason;
};

} // namespace

Value FunctionImporter::operand(const llvm::Value *value) {
  if (Value known = values.lookup(value))
    return known;
  if (auto *real = dyn_cast<llvm::ConstantFP>(value)) {
    Type type = importType(real->getType(), *b.getContext());
    if (type && isa<FloatType>(type))
      return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, real->getValueAPF()));
  }
  if (auto *integer = dyn_cast<llvm::ConstantInt>(value))
    return arith::ConstantOp::create(
        b, loc, b.getIntegerAttr(importType(integer->getType(), *b.getContext()), integer->getValue()));
  return refuse("uses a value from outside its arguments");
}

Value FunctionImporter::importCall(const llvm::CallInst &call) {
  SmallVector<Value> operands;
  for (const llvm::Use &argument : call.args()) {
    if (!argument->getType()->isFloatTy() && !argument->getType()->isDoubleTy())
      return refuse("calls a function that does not take reals");
    Value value = operand(argument);
    if (!value)
      return {};
    operands.push_back(value);
  }
  const llvm::Function *callee = call.getCalledFunction();
  if (!callee)
    return refuse("calls through a pointer");
  switch (call.getIntrinsicID()) {
  case llvm::Intrinsic::fabs:
    return apply("abs", operands);
  case llvm::Intrinsic::sqrt:
    return apply("sqrt", operands);
  case llvm::Intrinsic::floor:
    return apply("floor", operands);
  case llvm::Intrinsic::ceil:
    return apply("ceil", operands);
  case llvm::Intrinsic::rint:
  case llvm::Intrinsic::nearbyint:
  case llvm::Intrinsic::roundeven:
    return apply("round", operands);
  case llvm::Intrinsic::copysign:
    return math::CopySignOp::create(b, loc, operands[0], operands[1]);
  case llvm::Intrinsic::fma:
    return math::FmaOp::create(b, loc, operands[0], operands[1], operands[2]);
  case llvm::Intrinsic::fmuladd:
    if (hasFma)
      return math::FmaOp::create(b, loc, operands[0], operands[1], operands[2]);
    return arith::AddFOp::create(b, loc, arith::MulFOp::create(b, loc, operands[0], operands[1]), operands[2]);
  case llvm::Intrinsic::not_intrinsic:
    break;
  default:
    return refuse("calls " + callee->getName().str());
  }
  StringRef name = callee->getName();
  bool own = !callee->isDeclaration() || call.isNoBuiltin() || call.getFunction()->hasFnAttribute("no-builtins");
  if (!own && name == (call.getType()->isFloatTy() ? "sqrtf" : "sqrt")) // correctly rounded everywhere; errno is unspecified
    return apply("sqrt", operands);
  StringRef row = rowOfMathFunction(name);
  bool fits = !row.empty() && !own && name.ends_with("f") == call.getType()->isFloatTy();
  if (!fits)
    return refuse("calls " + name.str() + ", which has other bits than the functions of <tenon.h> (tn_expf, ...)");
  return ApplyOp::create(b, loc, operands[0].getType(), row, operands);
}

static arith::CmpFPredicate importPredicate(llvm::CmpInst::Predicate predicate) {
  switch (predicate) {
#define TN_PREDICATE(name)                                                                                             \
  case llvm::CmpInst::FCMP_##name:                                                                                     \
    return arith::CmpFPredicate::name;
    TN_PREDICATE(OEQ)
    TN_PREDICATE(OGT)
    TN_PREDICATE(OGE)
    TN_PREDICATE(OLT)
    TN_PREDICATE(OLE)
    TN_PREDICATE(ONE)
    TN_PREDICATE(ORD)
    TN_PREDICATE(UEQ)
    TN_PREDICATE(UGT)
    TN_PREDICATE(UGE)
    TN_PREDICATE(ULT)
    TN_PREDICATE(ULE)
    TN_PREDICATE(UNE)
    TN_PREDICATE(UNO)
#undef TN_PREDICATE
  case llvm::CmpInst::FCMP_TRUE:
    return arith::CmpFPredicate::AlwaysTrue;
  default:
    return arith::CmpFPredicate::AlwaysFalse;
  }
}

Value FunctionImporter::importInstruction(const llvm::Instruction &inst) {
  if (auto *call = dyn_cast<llvm::CallInst>(&inst))
    return importCall(*call);
  Type type = importType(inst.getType(), *b.getContext());
  if (!type || isa<LLVM::LLVMPointerType>(type))
    return refuse("computes on a type that kernels do not have");
  SmallVector<Value> operands;
  for (const llvm::Use &use : inst.operands()) {
    Value value = operand(use);
    if (!value)
      return {};
    operands.push_back(value);
  }
  auto binary = [&](auto op) -> Value { return decltype(op)::create(b, loc, operands[0], operands[1]); };
  switch (inst.getOpcode()) {
  case llvm::Instruction::FNeg:
    return arith::NegFOp::create(b, loc, operands[0]);
  case llvm::Instruction::FAdd:
    return binary(arith::AddFOp());
  case llvm::Instruction::FSub:
    return binary(arith::SubFOp());
  case llvm::Instruction::FMul:
    return binary(arith::MulFOp());
  case llvm::Instruction::FDiv:
    return binary(arith::DivFOp());
  case llvm::Instruction::And:
    return binary(arith::AndIOp());
  case llvm::Instruction::Or:
    return binary(arith::OrIOp());
  case llvm::Instruction::Xor:
    return binary(arith::XOrIOp());
  case llvm::Instruction::FPExt:
    return arith::ExtFOp::create(b, loc, type, operands[0]);
  case llvm::Instruction::FPTrunc:
    return arith::TruncFOp::create(b, loc, type, operands[0]);
  case llvm::Instruction::UIToFP:
    return arith::UIToFPOp::create(b, loc, type, operands[0]);
  case llvm::Instruction::SIToFP:
    return arith::SIToFPOp::create(b, loc, type, operands[0]);
  case llvm::Instruction::Select:
    return arith::SelectOp::create(b, loc, operands[0], operands[1], operands[2]);
  case llvm::Instruction::FCmp:
    return arith::CmpFOp::create(b, loc, importPredicate(cast<llvm::FCmpInst>(inst).getPredicate()), operands[0],
                                 operands[1]);
  default:
    return refuse(Twine("does more than real arithmetic (") + inst.getOpcodeName() + ")");
  }
}

Value FunctionImporter::edge(const llvm::BasicBlock &from, const llvm::BasicBlock &to) {
  Value here = reached[&from];
  auto *branch = dyn_cast<llvm::BranchInst>(from.getTerminator());
  if (!branch)
    return refuse("branches in a way that selects cannot express");
  if (branch->isUnconditional() || branch->getSuccessor(0) == branch->getSuccessor(1))
    return here;
  Value condition = operand(branch->getCondition());
  if (!condition)
    return {};
  if (branch->getSuccessor(1) == &to)
    condition = arith::XOrIOp::create(b, loc, condition,
                                      arith::ConstantOp::create(b, loc, b.getBoolAttr(true)));
  return &from == &function.getEntryBlock() ? condition : both(here, condition);
}

bool FunctionImporter::importBlock(const llvm::BasicBlock &source) {
  SmallVector<std::pair<const llvm::BasicBlock *, Value>> edges;
  if (&source == &function.getEntryBlock()) {
    reached[&source] = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
  } else {
    Value any;
    llvm::SmallPtrSet<const llvm::BasicBlock *, 4> seen;
    for (const llvm::BasicBlock *from : llvm::predecessors(&source)) {
      if (!seen.insert(from).second)
        continue;
      if (!reached.contains(from)) {
        refuse("has a loop");
        return false;
      }
      Value taken = edge(*from, source);
      if (!taken)
        return false;
      edges.push_back({from, taken});
      any = any ? either(any, taken) : taken;
    }
    reached[&source] = any;
  }
  for (const llvm::Instruction &inst : source) {
    if (isa<llvm::DbgInfoIntrinsic>(inst) || inst.isTerminator())
      continue;
    loc = locate(inst);
    Value value;
    if (auto *phi = dyn_cast<llvm::PHINode>(&inst)) {
      for (auto [from, taken] : edges) {
        Value incoming = operand(phi->getIncomingValueForBlock(from));
        if (!incoming)
          return false;
        value = value ? arith::SelectOp::create(b, loc, taken, incoming, value).getResult() : incoming;
      }
    } else {
      value = importInstruction(inst);
    }
    if (!value)
      return false;
    values[&inst] = value;
  }
  return true;
}

Value FunctionImporter::run(std::string &out_reason) {
  Value result;
  auto work = [&]() -> Value {
    if (function.isDeclaration() || function.isInterposable())
      return refuse("has no body here");
    if (function.getInstructionCount() > maxInstructions)
      return refuse("is too long");
    for (auto [argument, value] : llvm::zip(function.args(), block.getArguments()))
      values[&argument] = value;
    Value result;
    llvm::ReversePostOrderTraversal<const llvm::Function *> order(&function);
    for (const llvm::BasicBlock *source : order) {
      if (!importBlock(*source))
        return {};
      if (auto *ret = dyn_cast<llvm::ReturnInst>(source->getTerminator())) {
        Value value = operand(ret->getReturnValue());
        if (!value)
          return {};
        result = result ? arith::SelectOp::create(b, loc, reached[source], value, result).getResult() : value;
      } else if (!isa<llvm::BranchInst>(source->getTerminator())) {
        return refuse("branches in a way that selects cannot express");
      }
    }
    return result;
  };
  result = work();
  if (!result) {
    while (!block.empty())
      block.back().erase();
    out_reason = reason.empty() ? "does not return" : reason;
  }
  return result;
}

Value importFunctionBody(const llvm::Function &function, Block &block, Location location,
                         llvm::function_ref<Location(const llvm::Instruction &)> locate, bool hasFma,
                         std::string &out_reason) {
  return FunctionImporter(function, block, location, locate, hasFma).run(out_reason);
}

} // namespace tenon
