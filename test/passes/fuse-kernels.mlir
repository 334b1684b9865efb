// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels %s | FileCheck %s

// CHECK-LABEL: @Vertical
// CHECK: tenon.kernel inputs(%arg0, %arg1
// CHECK: apply "add"
// CHECK: apply "exp"
// CHECK-NOT: tenon.kernel
// CHECK: tenon.exit
func.func @Vertical(%a: tensor<*xf32>, %b: tensor<*xf32>) {
  %0 = tenon.elementwise "add"(%a, %b) {step = 0 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.elementwise "exp"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// Reductions over one input are one pass; one that brings another input in lets others join over that.
// CHECK-LABEL: @Siblings
// CHECK: tenon.kernel
// CHECK-SAME: kinds = ["number", "number", "number"]
// CHECK-COUNT-3: tenon.reduction "sum"
// CHECK-NOT: tenon.kernel
// CHECK: tenon.exit
func.func @Siblings(%x: tensor<*xf32>, %y: tensor<*xf32>) {
  %0 = tenon.reduce "sum" %x {step = 0 : i32} : tensor<*xf32> -> tensor<f32>
  %1 = tenon.read "item" %0[] {step = 1 : i32} : tensor<f32> -> f32
  %2 = tenon.reduce "sum" %y {step = 2 : i32} : tensor<*xf32> -> tensor<f32>
  %3 = tenon.read "item" %2[] {step = 3 : i32} : tensor<f32> -> f32
  %4 = tenon.elementwise "mul"(%x, %y) {step = 4 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %5 = tenon.reduce "sum" %4 {step = 5 : i32} : tensor<*xf32> -> tensor<f32>
  %6 = tenon.read "item" %5[] {step = 6 : i32} : tensor<f32> -> f32
  tenon.exit %1, %3, %6 : f32, f32, f32 {position = 7 : i32}
}

// Nothing is computed ahead of an effect.
// CHECK-LABEL: @NotAcrossEffects
// CHECK: tenon.kernel
// CHECK: tenon.call @print
// CHECK: tenon.kernel
func.func @NotAcrossEffects(%x: tensor<*xf32>) {
  %0 = tenon.reduce "sum" %x {step = 0 : i32} : tensor<*xf32> -> tensor<f32>
  %1 = tenon.read "item" %0[] {step = 1 : i32} : tensor<f32> -> f32
  tenon.call @print(%1) "output" {step = 2 : i32} : (f32) -> ()
  %2 = tenon.reduce "max" %x {step = 3 : i32} : tensor<*xf32> -> tensor<f32>
  %3 = tenon.read "item" %2[] {step = 4 : i32} : tensor<f32> -> f32
  tenon.exit %1, %3 : f32, f32 {position = 5 : i32}
}

// What is used behind a call that may write memory is computed before it.
// CHECK-LABEL: @OrderFinishesPending
// CHECK: tenon.kernel
// CHECK-SAME: position = 1
// CHECK: tenon.call @write
func.func @OrderFinishesPending(%x: tensor<*xf32>) {
  %0 = tenon.elementwise "exp"(%x) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.call @write() "order" {step = 1 : i32} : () -> ()
  tenon.exit %0 : tensor<*xf32> {position = 2 : i32}
}

// Output alone delays nothing.
// CHECK-LABEL: @DelayedPastOutput
// CHECK: tenon.call @print
// CHECK: tenon.kernel
func.func @DelayedPastOutput(%x: tensor<*xf32>, %s: f32) {
  %0 = tenon.elementwise "exp"(%x) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.call @print(%s) "output" {step = 1 : i32} : (f32) -> ()
  tenon.exit %0 : tensor<*xf32> {position = 2 : i32}
}

// An element is computed alone; the tensor is not made for it.
// CHECK-LABEL: @ElementRead
// CHECK: tenon.element "flat" inputs(%arg0, %arg1
// CHECK: apply "add"
// CHECK: tenon.kernel inputs(%arg0, %arg1
// CHECK-SAME: scalars(
// CHECK: apply "add"
// CHECK: apply "div"
func.func @ElementRead(%a: tensor<*xf32>, %b: tensor<*xf32>, %i: i64) {
  %0 = tenon.elementwise "add"(%a, %b) {step = 0 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.read "flat" %0[%i] {step = 1 : i32} : tensor<*xf32> -> f32
  %2 = tenon.elementwise "div"(%0, %1) {step = 2 : i32} : (tensor<*xf32>, f32) -> tensor<*xf32>
  tenon.exit %2 : tensor<*xf32> {position = 3 : i32}
}

// CHECK-LABEL: @StoreIsTheKernelsDestination
// CHECK: tenon.kernel inputs(%arg0{{.*}}into(%arg0
// CHECK: kinds = ["store"]
// CHECK-NOT: tenon.store
func.func @StoreIsTheKernelsDestination(%a: tensor<*xf32>) {
  %0 = tenon.elementwise "neg"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.store %0 into %a {step = 1 : i32} : tensor<*xf32> into tensor<*xf32>
  tenon.exit %1 : i1 {position = 2 : i32}
}

// CHECK-LABEL: @ProductWithEpilogue
// CHECK: tenon.kernel inputs(%arg0, %arg1, %arg2
// CHECK-SAME: product
// CHECK: apply "add"
// CHECK-NOT: tenon.matmul
func.func @ProductWithEpilogue(%a: tensor<*xf32>, %b: tensor<*xf32>, %c: tensor<*xf32>) {
  %0 = tenon.matmul %a, %b {step = 0 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %1 = tenon.elementwise "add"(%0, %c) {step = 1 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// The factors of a product have to be in memory.
// CHECK-LABEL: @FactorsAreComputedBefore
// CHECK: %[[F:.*]] = tenon.kernel inputs(%arg0
// CHECK: apply "exp"
// CHECK: tenon.kernel inputs(%[[F]], %arg1
// CHECK-SAME: product
func.func @FactorsAreComputedBefore(%a: tensor<*xf32>, %b: tensor<*xf32>) {
  %0 = tenon.elementwise "exp"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.matmul %0, %b {step = 1 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// A value of one element a row is a row, whatever is computed of it.
// CHECK-LABEL: @RowValues
// CHECK: kinds = ["row"]
func.func @RowValues(%x: tensor<*xf32>) {
  %0 = tenon.reduce "mean" %x {axis = -1 : i64, keepdims, step = 0 : i32} : tensor<*xf32> -> tensor<*xf32>
  %1 = tenon.elementwise "neg"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// Normalisation by hand: a mean, a variance and what is made of them are one kernel, row by row.
// CHECK-LABEL: @Normalise
// CHECK: tenon.kernel
// CHECK: tenon.reduction "sum"
// CHECK: tenon.reduction "moments"
// CHECK-NOT: tenon.kernel
// CHECK: tenon.exit
func.func @Normalise(%x: tensor<*xf32>) {
  %0 = tenon.reduce "mean" %x {axis = -1 : i64, keepdims, step = 0 : i32} : tensor<*xf32> -> tensor<*xf32>
  %1 = tenon.reduce "var" %x {axis = -1 : i64, keepdims, step = 1 : i32} : tensor<*xf32> -> tensor<*xf32>
  %2 = tenon.elementwise "sub"(%x, %0) {step = 2 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %3 = tenon.elementwise "rsqrt"(%1) {step = 3 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %4 = tenon.elementwise "mul"(%2, %3) {step = 4 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %4 : tensor<*xf32> {position = 5 : i32}
}
