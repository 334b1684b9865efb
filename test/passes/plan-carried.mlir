// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results --tenon-plan-carried %s | FileCheck %s

// Element by element, in place; the first turn's value is somebody else's.
// CHECK-LABEL: @InPlace
// CHECK: %[[W:.*]] = tenon.phi
// CHECK: %[[C:.*]] = tenon.replaceable %[[W]] unless(%arg0 : !llvm.ptr) : !llvm.ptr -> !llvm.ptr
// CHECK: %[[N:.*]] = tenon.kernel inputs(%{{.*}}) replacing(%[[C]] : !llvm.ptr)
// CHECK-SAME: modes = array<i32: 4>
// CHECK: tenon.release %[[C]] for %[[N]]
func.func @InPlace(%w: !llvm.ptr, %more: i1) {
  tenon.recipe {
    %10 = tenon.original @phi() {live = [array<i32: 1, 1>], step = 0 : i32} : () -> !llvm.ptr
    %11 = tenon.original @tn_exp(%10) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
    tenon.original @branch() {live = [], step = 2 : i32} : () -> ()
  }
  tenon.branch [^bb1(%w : !llvm.ptr)] {step = 0 : i32}
^bb1(%0: !llvm.ptr):
  %1 = tenon.phi %0 {step = 0 : i32} : !llvm.ptr -> !llvm.ptr
  %2 = tenon.tensor %1 : !llvm.ptr -> tensor<*xf32>
  %3 = tenon.elementwise "exp"(%2) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.branch %more, [1 -> ^bb1(%3 : tensor<*xf32>), ^bb2] {step = 2 : i32} : i1
^bb2:
  tenon.exit %3 : tensor<*xf32> {position = 3 : i32}
}

// In another order: a new tensor, and the old one ends.
// CHECK-LABEL: @OutOfOrder
// CHECK: %[[C:.*]] = tenon.replaceable
// CHECK: %[[N:.*]] = tenon.kernel
// CHECK-NOT: replacing
// CHECK-SAME: modes = array<i32: 0>
// CHECK: tenon.release %[[C]] for %[[N]]
func.func @OutOfOrder(%a: !llvm.ptr, %w: !llvm.ptr, %more: i1) {
  tenon.recipe {
    %10 = tenon.original @phi() {live = [array<i32: 1, 1>], step = 0 : i32} : () -> !llvm.ptr
    %11 = tenon.original @tn_matmul(%a, %10) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    tenon.original @branch() {live = [], step = 2 : i32} : () -> ()
  }
  %4 = tenon.tensor %a : !llvm.ptr -> tensor<*xf32>
  tenon.branch [^bb1(%w : !llvm.ptr)] {step = 0 : i32}
^bb1(%0: !llvm.ptr):
  %1 = tenon.phi %0 {step = 0 : i32} : !llvm.ptr -> !llvm.ptr
  %2 = tenon.tensor %1 : !llvm.ptr -> tensor<*xf32>
  %3 = tenon.matmul %4, %2 {step = 1 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.branch %more, [1 -> ^bb1(%3 : tensor<*xf32>), ^bb2] {step = 2 : i32} : i1
^bb2:
  tenon.exit %3 : tensor<*xf32> {position = 3 : i32}
}

// A call gets the handle, and may keep it.
// CHECK-LABEL: @Handed
// CHECK-NOT: tenon.replaceable
func.func @Handed(%w: !llvm.ptr, %more: i1) {
  tenon.recipe {
    %10 = tenon.original @phi() {live = [array<i32: 1, 2>], step = 0 : i32} : () -> !llvm.ptr
    tenon.original @user(%10) {live = [], step = 1 : i32} : (!llvm.ptr) -> ()
    %11 = tenon.original @tn_exp(%10) {live = [array<i32: 3, 3>], op, step = 2 : i32} : (!llvm.ptr) -> !llvm.ptr
    tenon.original @branch() {live = [], step = 3 : i32} : () -> ()
  }
  tenon.branch [^bb1(%w : !llvm.ptr)] {step = 0 : i32}
^bb1(%0: !llvm.ptr):
  %1 = tenon.phi %0 {step = 0 : i32} : !llvm.ptr -> !llvm.ptr
  %2 = tenon.tensor %1 : !llvm.ptr -> tensor<*xf32>
  tenon.call @user(%1) "order" {step = 1 : i32} : (!llvm.ptr) -> ()
  %3 = tenon.elementwise "exp"(%2) {step = 2 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.branch %more, [1 -> ^bb1(%3 : tensor<*xf32>), ^bb2] {step = 3 : i32} : i1
^bb2:
  tenon.exit %3 : tensor<*xf32> {position = 4 : i32}
}
// CHECK: tenon.exit
