// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt %s -split-input-file -verify-diagnostics

func.func @UnknownFunction(%a: tensor<*xf32>) {
  // expected-error @+1 {{"frobnicate" is not an elementwise row of ops.def}}
  %0 = tenon.elementwise "frobnicate"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @Arity(%a: tensor<*xf32>) {
  // expected-error @+1 {{"add" takes 2 operands, not 1}}
  %0 = tenon.elementwise "add"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @NoTensor(%a: f32) {
  // expected-error @+1 {{needs a tensor operand}}
  %0 = tenon.elementwise "neg"(%a) {step = 0 : i32} : (f32) -> tensor<*xf32>
  return
}

// -----

func.func @BodyArguments(%a: tensor<*xf32>) {
  // expected-error @+1 {{body arguments must be the elements of the inputs, then the scalars}}
  %0 = tenon.kernel inputs(%a : tensor<*xf32>) -> tensor<*xf32> attributes {keepdims = array<i1: false>, kinds = ["element"], modes = array<i32: 0>, position = 1 : i32, reuse = array<i32: 0>, shapes = array<i32: 1>, steps = array<i32: 0>} {
  ^bb0(%x: f64):
    tenon.yield %x : f64
  }
  return
}

// -----

func.func @StrangerInBody(%a: tensor<*xf32>, %p: !llvm.ptr) {
  %0 = tenon.kernel inputs(%a : tensor<*xf32>) -> tensor<*xf32> attributes {keepdims = array<i1: false>, kinds = ["element"], modes = array<i32: 0>, position = 1 : i32, reuse = array<i32: 0>, shapes = array<i32: 1>, steps = array<i32: 0>} {
  ^bb0(%x: f32):
    // expected-error @+1 {{cannot stand in the body of tenon.kernel}}
    %y = llvm.load %p : !llvm.ptr -> f32
    tenon.yield %y : f32
  }
  return
}

// -----

func.func @AttributesForEachValue(%a: tensor<*xf32>) {
  // expected-error @+1 {{needs a kind, keepdims, shape, step, mode and reuse for each yielded value}}
  %0 = tenon.kernel inputs(%a : tensor<*xf32>) -> tensor<*xf32> attributes {keepdims = array<i1: false>, kinds = ["element", "element"], modes = array<i32: 0>, position = 1 : i32, reuse = array<i32: 0>, shapes = array<i32: 1>, steps = array<i32: 0>} {
  ^bb0(%x: f32):
    tenon.yield %x : f32
  }
  return
}

// -----

func.func @RowsNeedReduction(%a: tensor<*xf32>) {
  // expected-error @+1 {{only a kernel that reduces has rows}}
  %0 = tenon.kernel inputs(%a : tensor<*xf32>) -> tensor<*xf32> attributes {keepdims = array<i1: false>, kinds = ["row"], modes = array<i32: 0>, position = 1 : i32, reuse = array<i32: 0>, shapes = array<i32: 1>, steps = array<i32: 0>} {
  ^bb0(%x: f32):
    tenon.yield %x : f32
  }
  return
}

// -----

func.func @ResultType(%a: tensor<*xf32>) {
  // expected-error @+1 {{result type does not fit the yielded value}}
  %0 = tenon.kernel inputs(%a : tensor<*xf32>) -> tensor<*xf64> attributes {keepdims = array<i1: false>, kinds = ["element"], modes = array<i32: 0>, position = 1 : i32, reuse = array<i32: 0>, shapes = array<i32: 1>, steps = array<i32: 0>} {
  ^bb0(%x: f32):
    tenon.yield %x : f32
  }
  return
}

// -----

func.func @StoreNeedsDestination(%a: tensor<*xf32>) {
  // expected-error @+1 {{results and destinations must match the yielded values}}
  tenon.kernel inputs(%a : tensor<*xf32>) attributes {keepdims = array<i1: false>, kinds = ["store"], modes = array<i32: 3>, position = 1 : i32, reuse = array<i32: 0>, shapes = array<i32: 1>, steps = array<i32: 0>} {
  ^bb0(%x: f32):
    tenon.yield %x : f32
  }
  return
}

// -----

func.func @ReductionKind(%a: tensor<*xf32>) {
  // expected-error @+1 {{unknown kind "median"}}
  %0 = tenon.reduce "median" %a {step = 0 : i32} : tensor<*xf32> -> tensor<f32>
  return
}

// -----

func.func @ReducesFloats(%a: tensor<*xi1>) {
  // expected-error @+1 {{reduces floating elements only}}
  %0 = tenon.reduce "sum" %a {step = 0 : i32} : tensor<*xi1> -> tensor<i1>
  return
}

// -----

func.func @ProductTypes(%a: tensor<*xf32>, %b: tensor<*xf64>) {
  // expected-error @+1 {{operands and result must have one floating element type}}
  %0 = tenon.matmul %a, %b {step = 0 : i32} : tensor<*xf32>, tensor<*xf64> -> tensor<*xf32>
  return
}

// -----

func.func @Effect(%a: !llvm.ptr) {
  // expected-error @+1 {{unknown effect "perhaps"}}
  %0 = tenon.call @tn_neg(%a) "perhaps" {step = 0 : i32} : (!llvm.ptr) -> tensor<*xf32>
  return
}

// -----

func.func @ReadHow(%a: tensor<*xf32>) {
  // expected-error @+1 {{unknown read "first"}}
  %0 = tenon.read "first" %a[] {step = 0 : i32} : tensor<*xf32> -> f32
  return
}

// -----

func.func @ReadIndices(%a: tensor<*xf32>) {
  // expected-error @+1 {{wrong number of indices}}
  %0 = tenon.read "flat" %a[] {step = 0 : i32} : tensor<*xf32> -> f32
  return
}

// -----

func.func @MapYields(%a: tensor<*xf32>) {
  // expected-error @+1 {{must yield one value of the result's element type}}
  %0 = tenon.map(%a) : (tensor<*xf32>) -> tensor<*xf32> attributes {step = 0 : i32} {
  ^bb0(%x: f32):
    tenon.yield %x, %x : f32, f32
  }
  return
}
