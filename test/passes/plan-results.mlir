// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results %s | FileCheck %s

// The factor is a temporary of the workspace; the result, which the program gets, is new.
// CHECK-LABEL: @Temporary
// CHECK: tenon.kernel
// CHECK-SAME: modes = array<i32: 1>
// CHECK: tenon.kernel
// CHECK-SAME: modes = array<i32: 0>
func.func @Temporary(%a: tensor<*xf32>, %b: tensor<*xf32>) {
  %0 = tenon.elementwise "exp"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.matmul %0, %b {step = 1 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// A temporary that dies is written over: %p's memory serves the softmax of it.
// CHECK-LABEL: @Reuse
// CHECK: tenon.kernel
// CHECK-SAME: modes = array<i32: 1>
// CHECK: tenon.kernel
// CHECK-SAME: modes = array<i32: 2>
// CHECK: tenon.kernel
// CHECK-SAME: modes = array<i32: 0>
func.func @Reuse(%a: tensor<*xf32>, %b: tensor<*xf32>) {
  %p = tenon.matmul %a, %b {step = 0 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %s = tenon.softmax %p {axis = -1 : i64, step = 1 : i32} : tensor<*xf32> -> tensor<*xf32>
  %r = tenon.matmul %s, %b {step = 2 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %r : tensor<*xf32> {position = 3 : i32}
}

// Not while somebody reads it later.
// CHECK-LABEL: @NoReuseWhileAlive
// CHECK-NOT: modes = array<i32: 2>
func.func @NoReuseWhileAlive(%a: tensor<*xf32>, %b: tensor<*xf32>) {
  %p = tenon.matmul %a, %b {step = 0 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %s = tenon.softmax %p {axis = -1 : i64, step = 1 : i32} : tensor<*xf32> -> tensor<*xf32>
  %r = tenon.matmul %s, %p {step = 2 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %r : tensor<*xf32> {position = 3 : i32}
}

// CHECK-LABEL: @Store
// CHECK: modes = array<i32: 3>
func.func @Store(%a: tensor<*xf32>) {
  %0 = tenon.elementwise "neg"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.store %0 into %a {step = 1 : i32} : tensor<*xf32> into tensor<*xf32>
  tenon.exit %1 : i1 {position = 2 : i32}
}

// The row of a temporary that nobody needs any more is sorted where it is; that of an operand is copied first.
// CHECK-LABEL: @Sort
// CHECK: tenon.kernel
// CHECK: %[[ROW:.*]] = tenon.alias "select"
// CHECK: tenon.sort %[[ROW]]{{.*}}mode = 2
// CHECK: %[[OTHER:.*]] = tenon.alias "select"
// CHECK: tenon.sort %[[OTHER]]{{.*}}mode = 1
func.func @Sort(%a: tensor<*xf32>) {
  %c0 = arith.constant 0 : i64
  %0 = tenon.elementwise "exp"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.alias "select" %0[%c0, %c0] {step = 1 : i32} : tensor<*xf32> -> tensor<*xf32>
  %2 = tenon.sort %1[%c0] {step = 2 : i32} : tensor<*xf32> -> tensor<*xf32>
  %3 = tenon.alias "select" %a[%c0, %c0] {step = 3 : i32} : tensor<*xf32> -> tensor<*xf32>
  %4 = tenon.sort %3[%c0] {step = 4 : i32} : tensor<*xf32> -> tensor<*xf32>
  %5 = tenon.elementwise "mul"(%2, %4) {step = 5 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %5 : tensor<*xf32> {position = 6 : i32}
}

// Not in place where another op still reads the tensor.
// CHECK-LABEL: @SortWhileAlive
// CHECK-NOT: mode = 2
func.func @SortWhileAlive(%a: tensor<*xf32>) {
  %c0 = arith.constant 0 : i64
  %0 = tenon.elementwise "exp"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.alias "select" %0[%c0, %c0] {step = 1 : i32} : tensor<*xf32> -> tensor<*xf32>
  %2 = tenon.sort %1[%c0] {step = 2 : i32} : tensor<*xf32> -> tensor<*xf32>
  %3 = tenon.elementwise "mul"(%2, %0) {step = 3 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %3 : tensor<*xf32> {position = 4 : i32}
}
