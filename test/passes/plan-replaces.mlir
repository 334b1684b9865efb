// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results --tenon-plan-replaces %s | FileCheck %s

// The scope that was open at the tn_replace ends behind it, and nothing reads %w in between.
// CHECK-LABEL: @Scoped
// CHECK: %[[C:.*]] = tenon.replaceable %arg0 {scoped} : !llvm.ptr -> !llvm.ptr
// CHECK: tenon.kernel inputs(%{{.*}}) replacing(%[[C]] : !llvm.ptr)
// CHECK-SAME: modes = array<i32: 4>
// CHECK: @tn_replaced_
// CHECK-SAME: tenon.in_place
func.func @Scoped(%w: !llvm.ptr) {
  tenon.recipe {
    %10 = tenon.original @tn_scope_begin() {live = [array<i32: 1, 3>], op, step = 0 : i32} : () -> i64
    %11 = tenon.original @tn_exp(%w) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
    %12 = tenon.original @tn_replaced_(%w, %11) {live = [array<i32: 3, 4>], op, step = 2 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    tenon.original @tn_scope_end(%10) {live = [], op, step = 3 : i32} : (i64) -> ()
  }
  %0 = tenon.tensor %w : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.call @tn_scope_begin() "order" {step = 0 : i32} : () -> i64
  %2 = tenon.elementwise "exp"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %3 = tenon.call @tn_replaced_(%w, %2) "order" {step = 2 : i32} : (!llvm.ptr, tensor<*xf32>) -> tensor<*xf32>
  tenon.call @tn_scope_end(%1) "order" {step = 3 : i32} : (i64) -> ()
  tenon.exit %3 : tensor<*xf32> {position = 4 : i32}
}

// %v, which is read before the scope ends, may be %w by another name: the runtime is asked.
// CHECK-LABEL: @AnotherName
// CHECK: tenon.replaceable %arg0 others(%arg1 : !llvm.ptr) {scoped}
func.func @AnotherName(%w: !llvm.ptr, %v: !llvm.ptr) {
  tenon.recipe {
    %10 = tenon.original @tn_scope_begin() {live = [array<i32: 1, 5>], op, step = 0 : i32} : () -> i64
    %11 = tenon.original @tn_exp(%w) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
    %12 = tenon.original @tn_replaced_(%w, %11) {live = [array<i32: 3, 6>], op, step = 2 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    %13 = tenon.original @tn_neg(%v) {live = [array<i32: 4, 4>], op, step = 3 : i32} : (!llvm.ptr) -> !llvm.ptr
    %14 = tenon.original @tn_keep(%13) {live = [array<i32: 5, 6>], op, step = 4 : i32} : (!llvm.ptr) -> !llvm.ptr
    tenon.original @tn_scope_end(%10) {live = [], op, step = 5 : i32} : (i64) -> ()
  }
  %0 = tenon.tensor %w : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.tensor %v : !llvm.ptr -> tensor<*xf32>
  %2 = tenon.call @tn_scope_begin() "order" {step = 0 : i32} : () -> i64
  %3 = tenon.elementwise "exp"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %4 = tenon.call @tn_replaced_(%w, %3) "order" {step = 2 : i32} : (!llvm.ptr, tensor<*xf32>) -> tensor<*xf32>
  %5 = tenon.elementwise "neg"(%1) {step = 3 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %6 = tenon.call @tn_keep(%5) "order" {step = 4 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.call @tn_scope_end(%2) "order" {step = 5 : i32} : (i64) -> ()
  tenon.exit %4, %6 : tensor<*xf32>, tensor<*xf32> {position = 6 : i32}
}

// CHECK-LABEL: @ReadLater
// CHECK-NOT: tenon.replaceable
// CHECK: tenon.not_in_place = "the old value is
func.func @ReadLater(%w: !llvm.ptr) {
  tenon.recipe {
    %10 = tenon.original @tn_scope_begin() {live = [array<i32: 1, 5>], op, step = 0 : i32} : () -> i64
    %11 = tenon.original @tn_exp(%w) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
    %12 = tenon.original @tn_replaced_(%w, %11) {live = [array<i32: 3, 6>], op, step = 2 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    %13 = tenon.original @tn_neg(%w) {live = [array<i32: 4, 4>], op, step = 3 : i32} : (!llvm.ptr) -> !llvm.ptr
    %14 = tenon.original @tn_keep(%13) {live = [array<i32: 5, 6>], op, step = 4 : i32} : (!llvm.ptr) -> !llvm.ptr
    tenon.original @tn_scope_end(%10) {live = [], op, step = 5 : i32} : (i64) -> ()
  }
  %0 = tenon.tensor %w : !llvm.ptr -> tensor<*xf32>
  %2 = tenon.call @tn_scope_begin() "order" {step = 0 : i32} : () -> i64
  %3 = tenon.elementwise "exp"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %4 = tenon.call @tn_replaced_(%w, %3) "order" {step = 2 : i32} : (!llvm.ptr, tensor<*xf32>) -> tensor<*xf32>
  %5 = tenon.elementwise "neg"(%0) {step = 3 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %6 = tenon.call @tn_keep(%5) "order" {step = 4 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.call @tn_scope_end(%2) "order" {step = 5 : i32} : (i64) -> ()
  tenon.exit %4, %6 : tensor<*xf32>, tensor<*xf32> {position = 6 : i32}
}

// The program's own code may read elements by an address. Up to the tn_replace nothing does, for the case that the tensor ends there.
// CHECK-LABEL: @UserCode
// CHECK: tenon.replaceable %arg0 : !llvm.ptr
// CHECK: tenon.not_in_place = "code runs that may read the old value, before a scope ends"
func.func @UserCode(%w: !llvm.ptr) {
  tenon.recipe {
    %10 = tenon.original @tn_scope_begin() {live = [array<i32: 1, 4>], op, step = 0 : i32} : () -> i64
    %11 = tenon.original @tn_exp(%w) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
    %12 = tenon.original @tn_replaced_(%w, %11) {live = [array<i32: 3, 5>], op, step = 2 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    tenon.original @user() {live = [], step = 3 : i32} : () -> ()
    tenon.original @tn_scope_end(%10) {live = [], op, step = 4 : i32} : (i64) -> ()
  }
  %0 = tenon.tensor %w : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.call @tn_scope_begin() "order" {step = 0 : i32} : () -> i64
  %2 = tenon.elementwise "exp"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %3 = tenon.call @tn_replaced_(%w, %2) "order" {step = 2 : i32} : (!llvm.ptr, tensor<*xf32>) -> tensor<*xf32>
  tenon.call @user() "none" {step = 3 : i32, tenon.reads} : () -> ()
  tenon.call @tn_scope_end(%1) "order" {step = 4 : i32} : (i64) -> ()
  tenon.exit %3 : tensor<*xf32> {position = 5 : i32}
}
