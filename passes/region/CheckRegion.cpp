// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CheckRegion.cpp - has a region run both ways where TENON_CHECK=1 asks for it (runtime/check.c).
//
//   host:    %on = call i1 @tn_rt_check_begin()
//            %r = call {i32, ...} @f.tenon0(inputs)
//            br (call i1 @tn_rt_check_turn(%on, id of %r)), clone from its start, where the region goes on without
//   clone:   the user's own calls
//   joined:  br same condition, compare, end
//   compare: each value that leaves the region, as compiled and as the clone made it; then what was stored
//
// Requires  a region in which nothing but the stores of tensor functions has an effect (FormRegions). Ensures  the
// program goes on with the clone's values. Leaves out  pointers that user code made, and numbers made of addresses:
// they may differ by right.

#include "FormRegions.h"
#include "Ops.h"
#include "tenon/abi.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon {

namespace {

class CheckBuilder {
public:
  CheckBuilder(const Region &region, IRBuilder<> &builder)
      : region(region), b(builder), module(*region.host->getParent()) {}

  Value *call(StringRef name, Type *result, ArrayRef<Value *> arguments);
  void compare(const Instruction &original, Value *compiled);
  /// A tn_check for what an instruction made.
  Constant *site(const Instruction &at, const Twine &what);

private:
  Constant *text(StringRef value) { return b.CreateGlobalString(value, region.name + ".check", 0, &module); }

  const Region &region;
  IRBuilder<> &b;
  Module &module;
};

} // namespace

Value *CheckBuilder::call(StringRef name, Type *result, ArrayRef<Value *> arguments) {
  SmallVector<Type *> types;
  for (Value *argument : arguments)
    types.push_back(argument->getType());
  return b.CreateCall(module.getOrInsertFunction(name, FunctionType::get(result, types, false)), arguments);
}

Constant *CheckBuilder::site(const Instruction &at, const Twine &what) {
  const DebugLoc &where = at.getDebugLoc();
  StringRef file = where ? where->getFilename() : StringRef(module.getSourceFileName());
  Constant *fields[] = {text(region.name), text(file), text(what.str()), b.getInt64(where ? where.getLine() : 0)};
  Constant *value = ConstantStruct::getAnon(fields);
  return new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage, value,
                            region.name + ".check");
}

void CheckBuilder::compare(const Instruction &original, Value *compiled) {
  const Step &step = region.steps[region.stepOf.lookup(const_cast<Instruction *>(&original))];
  Type *type = original.getType();
  bool isTensor = type->isPointerTy() && step.op;
  if (type->isPointerTy() && !isTensor)
    return;
  auto isOfAddresses = [](const Instruction *inst) {
    auto *compare = dyn_cast<ICmpInst>(inst);
    return isa<PtrToIntInst>(inst) ||
           (compare && compare->isRelational() && compare->getOperand(0)->getType()->isPointerTy());
  };
  if (!step.op && any_of(step.run, isOfAddresses))
    return;
  Constant *value = site(original, step.op ? "the result of tn_" + opNameOf(*step.op) : "a number of the program's");
  auto *made = const_cast<Instruction *>(&original);
  if (isTensor) {
    call("tn_rt_check_tensor", b.getVoidTy(), {value, compiled, made});
    return;
  }
  uint32_t dtype = type->isFloatTy() ? TN_F32 : type->isDoubleTy() ? TN_F64 : TN_I64;
  auto asWord = [&](Value *number) {
    if (type->isFloatingPointTy())
      number = b.CreateBitCast(number, b.getIntNTy(type->getPrimitiveSizeInBits()));
    return b.CreateZExt(number, b.getInt64Ty());
  };
  call("tn_rt_check_number", b.getVoidTy(), {value, b.getInt32(dtype), asWord(compiled), asWord(made)});
}

Value *beginCheck(const Region &region, IRBuilder<> &builder) {
  return CheckBuilder(region, builder).call("tn_rt_check_begin", builder.getInt1Ty(), {});
}

BasicBlock *turnCheck(const Region &region, const RegionResult &result, IRBuilder<> &builder, Value *on, Value *id,
                      Value *packed, BasicBlock *clone, BasicBlock *cloneEnd) {
  CheckBuilder checks(region, builder);
  LLVMContext &context = builder.getContext();
  Function &host = *region.host;
  BasicBlock *end = cloneEnd->getSingleSuccessor();
  auto *choose = BasicBlock::Create(context, "tenon.choose", &host, clone);
  auto *joined = BasicBlock::Create(context, "tenon.joined", &host, end);
  auto *compare = BasicBlock::Create(context, "tenon.compare", &host, end);
  Value *both = checks.call("tn_rt_check_turn", builder.getInt1Ty(), {on, id});
  builder.CreateCondBr(both, clone, choose);

  cloneEnd->getTerminator()->setSuccessor(0, joined);
  builder.SetInsertPoint(joined);
  builder.CreateCondBr(both, compare, end);
  builder.SetInsertPoint(compare);
  const Resume *done = nullptr;
  for (const Resume &resume : result.resumes)
    if (resume.id == 0)
      done = &resume;
  if (done)
    for (auto [inst, slot] : done->slots)
      checks.compare(*inst, builder.CreateExtractValue(packed, slot + 1));
  // Where something is stored, at that line.
  const Step *last = &region.steps.front();
  for (const Step &step : region.steps)
    if (const OpRow *row = step.op ? findRow(opNameOf(*step.op)) : nullptr; row && row->cls == OpClass::Mutate)
      last = &step;
  bool stores = last->op && findRow(opNameOf(*last->op))->cls == OpClass::Mutate;
  Constant *site = checks.site(*last->first(), stores ? "what tn_" + opNameOf(*last->op) + " wrote" : StringRef("it"));
  checks.call("tn_rt_check_end", builder.getVoidTy(), {site});
  builder.CreateBr(end);
  builder.SetInsertPoint(choose);
  return choose;
}

} // namespace tenon
