// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RelaxNumerics.cpp - under fp(fast), writes functions as quotients and shares their divisions.
//
//   Before   %s = apply "sigmoid"(%a)   %t = apply "tanh"(%b)   %r = apply "mul"(%s, %t)
//   After    %r = apply "div"(apply "mul"(n_a, n_b), apply "mul"(d_a, d_b))     ; n, d: parts of scalar/relaxed.h's quotients
//
// Requires  tenon-fuse-kernels. Ensures  strict functions are left alone. Refuses  f64, and divisions that the user wrote:
// only the quotients of relaxed.h are known to stay in range when two of them are multiplied.

#include "Passes.h"
#include "dialect/TenonDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_RELAXNUMERICSPASS
#include "Passes.h.inc"

namespace {

struct RelaxNumericsPass : impl::RelaxNumericsPassBase<RelaxNumericsPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("tenon.fast"))
        function.walk([](Operation *op) {
          if (auto kernel = dyn_cast<KernelOp>(op))
            relax(kernel.getBody().front());
        });
  }

  static void relax(Block &body);
};

/// A value as a quotient that relaxed.h knows the range of.
struct Quotient {
  Value numerator, denominator;
};

} // namespace

void RelaxNumericsPass::relax(Block &body) {
  DenseMap<Value, Quotient> quotients;
  for (ApplyOp apply : llvm::make_early_inc_range(body.getOps<ApplyOp>())) {
    StringRef function = apply.getFunction();
    Type type = apply.getType();
    if (!type.isF32())
      continue;
    OpBuilder b(apply);
    auto make = [&](StringRef name, ValueRange operands) -> Value {
      return ApplyOp::create(b, apply.getLoc(), type, b.getStringAttr(name), operands);
    };
    auto replace = [&](Quotient quotient, bool remember) {
      Value result = make("div", {quotient.numerator, quotient.denominator});
      apply.getResult().replaceAllUsesWith(result);
      apply.erase();
      if (remember)
        quotients[result] = quotient;
    };
    if (function == "sigmoid" || function == "tanh" || function == "erf") {
      Value x = apply.getOperands()[0];
      replace({make((function + "_numerator").str(), x), make((function + "_denominator").str(), x)}, true);
    } else if (function == "exp") {
      apply.setFunction("exp_relaxed");
    } else if (function == "log") {
      apply.setFunction("log_relaxed");
    } else if (function == "silu") {
      Value x = apply.getOperands()[0];
      Value numerator = make("mul", {x, make("sigmoid_numerator", x)});
      replace({numerator, make("sigmoid_denominator", x)}, false);
    } else if (function == "mul") {
      Quotient x = quotients.lookup(apply.getOperands()[0]), y = quotients.lookup(apply.getOperands()[1]);
      // Two factors at most: the product of more could leave the range.
      if (x.numerator && y.numerator)
        replace({make("mul", {x.numerator, y.numerator}), make("mul", {x.denominator, y.denominator})}, false);
    }
  }
}

} // namespace tenon
