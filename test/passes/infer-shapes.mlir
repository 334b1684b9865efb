// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-infer-shapes %s | FileCheck %s

// CHECK-LABEL: @Broadcast
func.func @Broadcast(%a: tensor<8x?xf32>, %b: tensor<?xf32>, %c: tensor<1x5xf32>) {
  // CHECK: "add"{{.*}} -> tensor<8x?xf32>
  %0 = tenon.elementwise "add"(%a, %b) {step = 0 : i32} : (tensor<8x?xf32>, tensor<?xf32>) -> tensor<*xf32>
  // A dim that is unknown beside 5 is 5, or 1, which stretches to 5.
  // CHECK: "mul"{{.*}} -> tensor<8x5xf32>
  %1 = tenon.elementwise "mul"(%0, %c) {step = 1 : i32} : (tensor<*xf32>, tensor<1x5xf32>) -> tensor<*xf32>
  return
}

// What a contract says is in the type where it is proven, and only there.
// CHECK-LABEL: @Contracts
func.func @Contracts(%a: !llvm.ptr, %b: !llvm.ptr) {
  // CHECK: tenon.tensor {{.*}} -> tensor<?x784x?x?xf32>
  %0 = tenon.tensor %a {contract = "x of f", dims = ["n", "784", "2*n", "n-1"], proven} : !llvm.ptr -> tensor<*xf32>
  // CHECK: tenon.tensor {{.*}} -> tensor<*xf32>
  %1 = tenon.tensor %b {contract = "y of f", dims = ["n", "784"]} : !llvm.ptr -> tensor<*xf32>
  // CHECK: tenon.tensor {{.*}} -> tensor<f32>
  %2 = tenon.tensor %b {contract = "z of f", dims = [], proven} : !llvm.ptr -> tensor<*xf32>
  // CHECK: "exp"{{.*}} -> tensor<?x784x?x?xf32>
  %3 = tenon.elementwise "exp"(%0) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// CHECK-LABEL: @UnknownRankStaysUnknown
func.func @UnknownRankStaysUnknown(%a: tensor<*xf32>, %b: tensor<4xf32>) {
  // CHECK: "add"{{.*}} -> tensor<*xf32>
  %0 = tenon.elementwise "add"(%a, %b) {step = 0 : i32} : (tensor<*xf32>, tensor<4xf32>) -> tensor<*xf32>
  return
}

// CHECK-LABEL: @CertainMismatchIsLeftToTheRuntime
func.func @CertainMismatchIsLeftToTheRuntime(%a: tensor<3xf32>, %b: tensor<4xf32>) {
  // CHECK: "add"{{.*}} -> tensor<*xf32>
  %0 = tenon.elementwise "add"(%a, %b) {step = 0 : i32} : (tensor<3xf32>, tensor<4xf32>) -> tensor<*xf32>
  return
}

// CHECK-LABEL: @Reductions
func.func @Reductions(%a: tensor<3x4x5xf32>, %u: tensor<*xf32>) {
  // CHECK: -> tensor<f32>
  %0 = tenon.reduce "sum" %a {step = 0 : i32} : tensor<3x4x5xf32> -> tensor<*xf32>
  // CHECK: -> tensor<3x5xf32>
  %1 = tenon.reduce "sum" %a {axis = 1 : i64, step = 1 : i32} : tensor<3x4x5xf32> -> tensor<*xf32>
  // CHECK: -> tensor<3x4x1xf32>
  %2 = tenon.reduce "max" %a {axis = -1 : i64, keepdims, step = 2 : i32} : tensor<3x4x5xf32> -> tensor<*xf32>
  // CHECK: -> tensor<*xf32>
  %3 = tenon.reduce "sum" %a {axis = 3 : i64, step = 3 : i32} : tensor<3x4x5xf32> -> tensor<*xf32>
  // The sum of everything has rank 0 whatever the operand's rank.
  // CHECK: -> tensor<f32>
  %4 = tenon.reduce "sum" %u {step = 4 : i32} : tensor<*xf32> -> tensor<*xf32>
  return
}

// CHECK-LABEL: @Products
func.func @Products(%a: tensor<2x1x3x4xf32>, %b: tensor<7x4x5xf32>) {
  // CHECK: -> tensor<2x7x3x5xf32>
  %0 = tenon.matmul %a, %b {step = 0 : i32} : tensor<2x1x3x4xf32>, tensor<7x4x5xf32> -> tensor<*xf32>
  return
}
