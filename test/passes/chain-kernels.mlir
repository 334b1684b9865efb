// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results --tenon-chain-kernels %s | FileCheck %s

// Attention: what lies between the two products is only there by blocks of rows.
// CHECK-LABEL: @Attention
// CHECK: tenon.alias "transpose"
// CHECK: tenon.kernel
// CHECK-SAME: tenon.chain = 0 : i32, tenon.local = array<i1: true>
// CHECK: tenon.kernel
// CHECK-SAME: tenon.chain = 0 : i32, tenon.local = array<i1: true>
// CHECK: tenon.kernel
// CHECK-SAME: tenon.chain = 0 : i32, tenon.local = array<i1: false>
// CHECK-NOT: tenon.sum
func.func @Attention(%q: tensor<*xf32>, %k: tensor<*xf32>, %v: tensor<*xf32>) {
  %t = tenon.alias "transpose" %k {step = 0 : i32} : tensor<*xf32> -> tensor<*xf32>
  %s = tenon.matmul %q, %t {step = 1 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %p = tenon.softmax %s {axis = -1 : i64, step = 2 : i32} : tensor<*xf32> -> tensor<*xf32>
  %o = tenon.matmul %p, %v {step = 3 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %o : tensor<*xf32> {position = 4 : i32}
}

// The product of a temporary with itself adds up over its rows; the transpose goes into the chain. What reduces
// the rows stays outside.
// CHECK-LABEL: @Sum
// CHECK: tenon.kernel
// CHECK-NOT: tenon.chain
// CHECK-SAME: axis 0
// CHECK: tenon.kernel
// CHECK-SAME: tenon.chain = 1 : i32, tenon.local = array<i1: true>
// CHECK: tenon.alias "transpose"
// CHECK-SAME: tenon.chain = 1 : i32
// CHECK: tenon.kernel
// CHECK-SAME: tenon.chain = 1 : i32, tenon.local = array<i1: false>, tenon.sum
func.func @Sum(%x: tensor<*xf32>) {
  %m = tenon.reduce "mean" %x {axis = 0 : i64, keepdims, step = 0 : i32} : tensor<*xf32> -> tensor<*xf32>
  %c = tenon.elementwise "sub"(%x, %m) {step = 1 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %t = tenon.alias "transpose" %c {step = 2 : i32} : tensor<*xf32> -> tensor<*xf32>
  %o = tenon.matmul %t, %c {step = 3 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %o : tensor<*xf32> {position = 4 : i32}
}

// Both factors by their rows: the first by the result's, the second by k. That cannot be had at once.
// CHECK-LABEL: @BothFactors
// CHECK-NOT: tenon.chain
func.func @BothFactors(%x: tensor<*xf32>) {
  %e = tenon.elementwise "exp"(%x) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %o = tenon.matmul %e, %e {step = 1 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %o : tensor<*xf32> {position = 2 : i32}
}

// A temporary that a chain's rows are made of after another stretch of it is read whole.
// CHECK-LABEL: @ReadThroughAnAlias
// CHECK-NOT: tenon.chain
func.func @ReadThroughAnAlias(%x: tensor<*xf32>, %w: tensor<*xf32>) {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %s = tenon.matmul %x, %w {step = 0 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %r = tenon.alias "select" %s [%c0, %c1] {step = 1 : i32} : tensor<*xf32> -> tensor<*xf32>
  %o = tenon.matmul %r, %w {step = 2 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %o : tensor<*xf32> {position = 3 : i32}
}

// A store must not have begun when memory runs out.
// CHECK-LABEL: @Store
// CHECK-NOT: tenon.chain
func.func @Store(%x: tensor<*xf32>, %w: tensor<*xf32>, %y: tensor<*xf32>) {
  %s = tenon.matmul %x, %w {step = 0 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %o = tenon.matmul %s, %w {step = 1 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %1 = tenon.store %o into %y {step = 2 : i32} : tensor<*xf32> into tensor<*xf32>
  tenon.exit %1 : i1 {position = 3 : i32}
}
