// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SoftFma.cpp - x * y + z of doubles, rounded once, as a function of the user's module: for processors without the
// instruction and programs without libm.
//
// In integers: both terms as multiples of one power of two, 256 bits wide, what does not reach there as one bit that
// says "and a little more"; the sum is then rounded to nearest even at its 53rd bit, or where denormals end.

#include "LaneCode.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon::code {

/// A finite number that is not 0 as mantissa * 2^exponent, with the 53 bits of the mantissa all in use.
static std::pair<Value, Value> takeApart(IRBuilder<> &b, Value bits) {
  Value fraction = b.CreateAnd(bits, b.getInt64((UINT64_C(1) << 52) - 1));
  Value field = b.CreateAnd(b.CreateLShr(bits, 52), b.getInt64(0x7ff));
  Value isDenormal = b.CreateICmpEQ(field, b.getInt64(0));
  Value zeros =
      b.CreateSub(b.CreateIntrinsic(Intrinsic::ctlz, {b.getInt64Ty()}, {fraction, b.getFalse()}), b.getInt64(11));
  Value mantissa = b.CreateSelect(isDenormal, b.CreateShl(fraction, b.CreateAnd(zeros, b.getInt64(63))),
                                  b.CreateOr(fraction, b.getInt64(UINT64_C(1) << 52)));
  Value exponent = b.CreateSub(b.CreateSelect(isDenormal, b.CreateSub(b.getInt64(1), zeros), field), b.getInt64(1075));
  return {mantissa, exponent};
}

Function *softFma(Module &module) {
  constexpr StringLiteral name = "tenon.fma.f64";
  if (Function *made = module.getFunction(name))
    return made;
  LLVMContext &context = module.getContext();
  Type *real = Type::getDoubleTy(context);
  auto *function =
      Function::Create(FunctionType::get(real, {real, real, real}, false), GlobalValue::InternalLinkage, name, module);
  function->setDoesNotThrow();
  function->setDoesNotAccessMemory();
  function->setWillReturn();
  function->setDoesNotRecurse();
  BasicBlock *entry = BasicBlock::Create(context, "", function),
             *simple = BasicBlock::Create(context, "simple", function),
             *general = BasicBlock::Create(context, "general", function);
  IRBuilder<> b(entry);
  Type *word = b.getInt64Ty(), *wide = b.getIntNTy(256);
  Value x = function->getArg(0), y = function->getArg(1), z = function->getArg(2), zero = ConstantFP::get(real, 0);
  Value bits[3];
  Value isSimple = b.getFalse();
  for (unsigned i = 0; i < 3; ++i) {
    bits[i] = b.CreateBitCast(function->getArg(i), word);
    Value size = b.CreateAnd(bits[i], b.getInt64(INT64_MAX));
    // 0, infinite or NaN
    Value special = b.CreateICmpUGE(b.CreateSub(size, b.getInt64(1)), b.getInt64(UINT64_C(0x7fefffffffffffff)));
    isSimple = b.CreateOr(isSimple, special);
  }
  b.CreateCondBr(isSimple, simple, general);

  // Then two roundings are one, unless the product is followed by an addition of 0 that would take the sign of what
  // underflowed.
  b.SetInsertPoint(simple);
  Value product = b.CreateFMul(x, y);
  Value productIsZero = b.CreateOr(b.CreateFCmpOEQ(x, zero), b.CreateFCmpOEQ(y, zero));
  Value alone = b.CreateAnd(b.CreateFCmpOEQ(z, zero), b.CreateNot(productIsZero));
  // Nor by one of an infinity that the product, were it rounded, could meet with another.
  Value most = ConstantFP::get(real, APFloat::getLargest(APFloat::IEEEdouble()));
  auto isFinite = [&](Value value) { return b.CreateFCmpOLE(b.CreateUnaryIntrinsic(Intrinsic::fabs, value), most); };
  Value infinite = b.CreateAnd(b.CreateAnd(isFinite(x), isFinite(y)), b.CreateNot(isFinite(z)));
  Value sumOfTwo = b.CreateFAdd(b.CreateArithmeticFence(product, real), z);
  b.CreateRet(b.CreateSelect(alone, product, b.CreateSelect(infinite, z, sumOfTwo)));

  b.SetInsertPoint(general);
  auto [mx, ex] = takeApart(b, bits[0]);
  auto [my, ey] = takeApart(b, bits[1]);
  auto [mz, ez] = takeApart(b, bits[2]);
  Value one = ConstantInt::get(wide, 1);
  auto widen = [&](Value value) { return b.CreateZExt(value, wide); };
  Type *twoWords = b.getInt128Ty();
  Value exact = widen(b.CreateMul(b.CreateZExt(mx, twoWords), b.CreateZExt(my, twoWords)));
  Value ep = b.CreateAdd(ex, ey), base = b.CreateSub(ep, b.getInt64(64));
  // In units of 2^base: the product 64 bits up, z shifted by `up`.
  Value up = b.CreateSub(ez, base);
  Value isHigh = b.CreateICmpSGT(up, b.getInt64(200)), isLow = b.CreateICmpSLT(up, b.getInt64(0));
  Value down =
      b.CreateSelect(isLow, b.CreateBinaryIntrinsic(Intrinsic::umin, b.CreateNeg(up), b.getInt64(60)), b.getInt64(0));
  Value lowPart = b.CreateLShr(mz, down);
  Value lost = b.CreateICmpNE(b.CreateShl(lowPart, down), mz);
  Value low = b.CreateOr(lowPart, b.CreateZExt(lost, word));
  // If z is so high that the product is only a little more, it stands 64 bits up, and 1 for the product.
  Value left = b.CreateSelect(isHigh, b.getInt64(64), b.CreateSelect(isLow, b.getInt64(0), up));
  Value addend = b.CreateShl(widen(low), widen(left));
  Value term = b.CreateSelect(isHigh, one, b.CreateShl(exact, ConstantInt::get(wide, 64)));
  base = b.CreateSelect(isHigh, b.CreateSub(ez, b.getInt64(64)), base);

  Value termSign = b.CreateXor(bits[0], bits[1]), signBit = b.getInt64(UINT64_C(1) << 63);
  Value same = b.CreateICmpSGE(b.CreateXor(termSign, bits[2]), b.getInt64(0));
  Value termIsMore = b.CreateICmpUGE(term, addend);
  Value difference = b.CreateSelect(termIsMore, b.CreateSub(term, addend), b.CreateSub(addend, term));
  Value sum = b.CreateSelect(same, b.CreateAdd(term, addend), difference);
  Value sign = b.CreateAnd(b.CreateSelect(b.CreateOr(same, termIsMore), termSign, bits[2]), signBit);
  Value isZero = b.CreateICmpEQ(sum, ConstantInt::get(wide, 0));

  Value zeros = b.CreateTrunc(b.CreateIntrinsic(Intrinsic::ctlz, {wide}, {sum, b.getFalse()}), word);
  Value length = b.CreateSub(b.getInt64(256), zeros);
  Value unit = b.CreateBinaryIntrinsic(Intrinsic::smax, b.CreateSub(b.CreateAdd(base, length), b.getInt64(53)),
                                       b.getInt64(-1074));
  Value cut = b.CreateSub(unit, base);
  Value keeps = b.CreateICmpSLE(cut, b.getInt64(0));
  auto clamp = [&](Value value, int64_t most) {
    return b.CreateBinaryIntrinsic(Intrinsic::smin, b.CreateBinaryIntrinsic(Intrinsic::smax, value, b.getInt64(0)),
                                   b.getInt64(most));
  };
  Value whole = b.CreateTrunc(b.CreateShl(sum, widen(clamp(b.CreateNeg(cut), 63))), word);
  Value by = b.CreateBinaryIntrinsic(Intrinsic::smax, clamp(cut, 255), b.getInt64(1)); // of no use where it keeps all
  Value shifted = b.CreateTrunc(b.CreateLShr(sum, widen(by)), word);
  Value half = b.CreateShl(one, widen(b.CreateSub(by, b.getInt64(1))));
  Value rest = b.CreateAnd(sum, b.CreateSub(b.CreateShl(half, one), one));
  Value isOdd = b.CreateTrunc(shifted, b.getInt1Ty());
  Value roundsUp = b.CreateOr(b.CreateICmpUGT(rest, half), b.CreateAnd(b.CreateICmpEQ(rest, half), isOdd));
  Value mantissa = b.CreateSelect(keeps, whole, b.CreateAdd(shifted, b.CreateZExt(roundsUp, word)));
  // The mantissa's top bit adds 1 to the exponent's field, and so does one that rounding carried out of it.
  Value made = b.CreateAdd(mantissa, b.CreateShl(b.CreateAdd(unit, b.getInt64(1074)), 52));
  made = b.CreateBinaryIntrinsic(Intrinsic::umin, made, b.getInt64(UINT64_C(0x7ff0000000000000)));
  made = b.CreateSelect(isZero, b.getInt64(0), b.CreateOr(made, sign));
  b.CreateRet(b.CreateBitCast(made, real));
  return function;
}

} // namespace tenon::code
