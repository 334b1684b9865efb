// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes.td - the passes over a region's MLIR. Their order stands in Pipeline.cpp, their full contracts in the header
// comments of the files with the same names.

#ifndef TENON_PASSES
#define TENON_PASSES

include "mlir/Pass/PassBase.td"

def InferShapesPass : Pass<"tenon-infer-shapes", "mlir::ModuleOp"> {
  let summary = "Propagates ranks and dims forward through tensor ops";
  let description = [{
    Before  %1 = tenon.elementwise "add"(%0, %b) : (tensor<8x?xf32>, tensor<?xf32>) -> tensor<*xf32>
    After   %1 = tenon.elementwise "add"(%0, %b) : (tensor<8x?xf32>, tensor<?xf32>) -> tensor<8x?xf32>
  }];
}

def FuseKernelsPass : Pass<"tenon-fuse-kernels", "mlir::ModuleOp"> {
  let summary = "Delays tensor ops to where their values are demanded and makes kernels of them there";
  let description = [{
    Before  %m = tenon.elementwise "add"(%a, %b)   %d = tenon.elementwise "exp"(%m)   tenon.exit %d
    After   %d = tenon.kernel inputs(%a, %b) { apply "add", apply "exp", yield }      tenon.exit %d
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def RelaxNumericsPass : Pass<"tenon-relax-numerics", "mlir::ModuleOp"> {
  let summary = "Under fp(fast), writes functions as quotients and shares their divisions";
  let description = [{
    Before  apply "mul"(apply "sigmoid"(%a), apply "tanh"(%b))
    After   apply "div"(apply "mul"(n_a, n_b), apply "mul"(d_a, d_b))
  }];
}

def PlanResultsPass : Pass<"tenon-plan-results", "mlir::ModuleOp"> {
  let summary = "Decides where each kernel result lives: in a dying operand, in the workspace, in a new tensor";
  let description = [{
    Before  %h = tenon.kernel ... modes [0]   ; read by the next kernel only
    After   %h = tenon.kernel ... modes [1]   ; TN_RESULT_WORKSPACE
  }];
}

def ChainKernelsPass : Pass<"tenon-chain-kernels", "mlir::ModuleOp"> {
  let summary = "Finds kernels that can run one behind the other on a block of rows";
  let description = [{
    Before  %s = tenon.kernel ... product   %p = tenon.kernel inputs(%s) axis -1   %o = tenon.kernel inputs(%p, %v) ... product
    After   the same, each with {tenon.chain = 0}, %s and %p {tenon.local = [true]}
  }];
}

def PlanCarriedPass : Pass<"tenon-plan-carried", "mlir::ModuleOp"> {
  let summary = "Lets what a turn of a loop makes take the place of what the turn before made";
  let description = [{
    Before  ^head(%a): %w = tenon.phi %a   ^body: %1 = tenon.kernel inputs(%w, ...) ...   tenon.branch [^head(%1)]
    After   %c = tenon.replaceable %w unless(%init)   %1 = tenon.kernel inputs(%w, ...) replacing(%c) ... modes [4]
            tenon.release %c for %1
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

def PlanReplacesPass : Pass<"tenon-plan-replaces", "mlir::ModuleOp"> {
  let summary = "Lets what tn_replace puts in a tensor's place take its memory";
  let description = [{
    Before  %1 = tenon.kernel inputs(%w, ...) ...   tenon.call @tn_replaced_(%w, %1)   ; nothing reads %w before its end
    After   %c = tenon.replaceable %w {scoped}   %1 = tenon.kernel inputs(%w, ...) replacing(%c) ... modes [4]
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

def PlanPlacesPass : Pass<"tenon-plan-places", "mlir::ModuleOp"> {
  let summary = "Makes a kernel's result where the tn_store_at that it is for puts it";
  let description = [{
    Before   %1 = tenon.kernel ... {modes = [0]}
             %2 = tenon.call @tn_store_at_(%u, %1, %i, %j ...)
    After    %p = tenon.place %u[%i, %j]
             %1 = tenon.kernel ... replacing(%p) {modes = [5]}   ; TN_RESULT_PLACE
             %2 = tenon.call @tn_store_at_(%u, %1, %i, %j ...)   ; finds it there
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

def EmitStagesPass : Pass<"tenon-emit-stages", "mlir::ModuleOp"> {
  let summary = "Emits the vector code of each kernel's stages for each ISA version, and the kernel's table";
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::scf::SCFDialect", "mlir::arith::ArithDialect",
                           "mlir::math::MathDialect", "mlir::vector::VectorDialect", "mlir::func::FuncDialect"];
  let options = [
    Option<"isas", "isas", "std::string", "\"v2,v3,v4\"", "comma-separated versions to emit">,
    Option<"fast", "fast", "bool", "false", "fp(fast)">
  ];
}

def LowerLaunchesPass : Pass<"tenon-lower-launches", "mlir::ModuleOp"> {
  let summary = "Turns kernels into launches, calls into calls, and failed launches into ways out of the region";
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::func::FuncDialect", "mlir::cf::ControlFlowDialect",
                           "mlir::arith::ArithDialect"];
}

#endif
