// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results --tenon-plan-places %s | FileCheck %s

// The number that is read of it in between is no obstacle.
// CHECK-LABEL: @Stored
// CHECK: %[[P:.*]] = tenon.place %arg0[%arg1] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[K:.*]]:2 = tenon.kernel inputs(%{{.*}}) replacing(%[[P]] : !llvm.ptr)
// CHECK-SAME: modes = array<i32: 0, 5>
// CHECK: @tn_store_at_(%arg0, %[[K]]#1, %arg1)
func.func @Stored(%u: !llvm.ptr, %i: i64) {
  tenon.recipe {
    %10 = tenon.original @tn_exp(%u) {live = [array<i32: 1, 3>], op, step = 0 : i32} : (!llvm.ptr) -> !llvm.ptr
    %11 = tenon.original @tn_sum(%10) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
    %12 = tenon.original @tn_item_f32(%11) {live = [array<i32: 3, 4>], op, step = 2 : i32} : (!llvm.ptr) -> f32
    %13 = tenon.original @tn_store_at_(%u, %10, %i) {live = [array<i32>], op, step = 3 : i32} : (!llvm.ptr, !llvm.ptr, i64) -> i1
  }
  %0 = tenon.tensor %u : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.elementwise "exp"(%0) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %2 = tenon.reduce "sum" %1 {step = 1 : i32} : tensor<*xf32> -> tensor<f32>
  %3 = tenon.read "item" %2[] {step = 2 : i32} : tensor<f32> -> f32
  %4 = tenon.call @tn_store_at_(%u, %1, %i) "order" {step = 3 : i32} : (!llvm.ptr, tensor<*xf32>, i64) -> i1
  tenon.exit %3 : f32 {position = 4 : i32}
}

// Somebody reads u in between.
// CHECK-LABEL: @Read
// CHECK-NOT: tenon.place
// CHECK: @tn_store_at_
func.func @Read(%u: !llvm.ptr, %i: i64) {
  tenon.recipe {
    %10 = tenon.original @tn_exp(%u) {live = [array<i32: 1, 3>], op, step = 0 : i32} : (!llvm.ptr) -> !llvm.ptr
    %11 = tenon.original @tn_sum(%10) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
    %12 = tenon.original @tn_item_f32(%11) {live = [array<i32: 3, 5>], op, step = 2 : i32} : (!llvm.ptr) -> f32
    %13 = tenon.original @tn_get_flat_f32(%u, %i) {live = [array<i32: 4, 5>], op, step = 3 : i32} : (!llvm.ptr, i64) -> f32
    %14 = tenon.original @tn_store_at_(%u, %10, %i) {live = [array<i32>], op, step = 4 : i32} : (!llvm.ptr, !llvm.ptr, i64) -> i1
  }
  %0 = tenon.tensor %u : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.elementwise "exp"(%0) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %2 = tenon.reduce "sum" %1 {step = 1 : i32} : tensor<*xf32> -> tensor<f32>
  %3 = tenon.read "item" %2[] {step = 2 : i32} : tensor<f32> -> f32
  %4 = tenon.read "flat" %0[%i] {step = 3 : i32} : tensor<*xf32> -> f32
  %5 = tenon.call @tn_store_at_(%u, %1, %i) "order" {step = 4 : i32} : (!llvm.ptr, tensor<*xf32>, i64) -> i1
  tenon.exit %3, %4 : f32, f32 {position = 5 : i32}
}

// It is read again behind, when u may have changed.
// CHECK-LABEL: @UsedAgain
// CHECK-NOT: tenon.place
// CHECK: @tn_store_at_
func.func @UsedAgain(%u: !llvm.ptr, %i: i64) {
  tenon.recipe {
    %10 = tenon.original @tn_exp(%u) {live = [array<i32: 1, 3>], op, step = 0 : i32} : (!llvm.ptr) -> !llvm.ptr
    %11 = tenon.original @tn_store_at_(%u, %10, %i) {live = [array<i32>], op, step = 1 : i32} : (!llvm.ptr, !llvm.ptr, i64) -> i1
  }
  %0 = tenon.tensor %u : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.elementwise "exp"(%0) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %2 = tenon.call @tn_store_at_(%u, %1, %i) "order" {step = 1 : i32} : (!llvm.ptr, tensor<*xf32>, i64) -> i1
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}
