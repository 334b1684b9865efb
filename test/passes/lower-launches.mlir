// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results --tenon-emit-stages --tenon-lower-launches %s | FileCheck %s

// A launch that refuses makes what was fused away by the user's calls and leaves with way 1, at position 2, step 1's
// result in slot 0. The way through is 0.
// CHECK-LABEL: llvm.func @Fused(
// CHECK-SAME:    tenon.resumes = array<i32: 1, 2, -1, -1, -1, 1, 2, 1, 0, 0, 0, 2, -1, -1, -1, 0, 2, 1, 0, 0>
// CHECK:         %[[OK:.*]] = llvm.call @tn_rt_launch(
// CHECK:         llvm.cond_br %[[OK]] weights([1048576, 1]), ^[[DONE:.*]], ^[[BAIL:.*]]
// CHECK:       ^[[BAIL]]:
// CHECK:         %[[SUM:.*]] = llvm.call @tn_add(%arg0, %arg1)
// CHECK:         %[[EXP:.*]] = llvm.call @tn_exp(%[[SUM]])
// CHECK:         llvm.insertvalue %[[EXP]]
// CHECK:         llvm.return
// CHECK:       ^[[DONE]]:
// CHECK-NOT:     @tn_add
// CHECK:         llvm.return
func.func @Fused(%a: !llvm.ptr, %b: !llvm.ptr) {
  tenon.recipe {
    %0 = tenon.original @tn_add(%a, %b) {live = [array<i32: 1, 1>], op, step = 0 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    %1 = tenon.original @tn_exp(%0) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr) -> !llvm.ptr
  }
  %x = tenon.tensor %a : !llvm.ptr -> tensor<*xf32>
  %y = tenon.tensor %b : !llvm.ptr -> tensor<*xf32>
  %0 = tenon.elementwise "add"(%x, %y) {step = 0 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.elementwise "exp"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// The sum is delayed past a call that may fail: the call is tried, and control leaves in front of it, at position 1.
// CHECK-LABEL: llvm.func @Delayed(
// CHECK:         llvm.call @tn_rt_try()
// CHECK-NEXT:    %[[SORTED:.*]] = llvm.call @tn_sort(
// CHECK-NEXT:    %[[TRIED:.*]] = llvm.call @tn_rt_tried()
// CHECK-NEXT:    llvm.cond_br %[[TRIED]]
// CHECK:         llvm.call @tn_add(
// CHECK-NOT:     @tn_sort
// CHECK:         llvm.return
// CHECK:         llvm.call @tn_rt_launch(
// A refusal behind it keeps what was sorted.
// CHECK-NOT:     @tn_sort
func.func @Delayed(%a: !llvm.ptr, %b: !llvm.ptr) {
  %axis = arith.constant 0 : i64
  tenon.recipe {
    %axis_0 = arith.constant 0 : i64
    %0 = tenon.original @tn_add(%a, %b) {live = [array<i32: 1, 2>], op, step = 0 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    %1 = tenon.original @tn_sort(%b, %axis_0) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr, i64) -> !llvm.ptr
    %2 = tenon.original @tn_mul(%0, %1) {live = [array<i32: 3, 3>], op, step = 2 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
  }
  %x = tenon.tensor %a : !llvm.ptr -> tensor<*xf32>
  %y = tenon.tensor %b : !llvm.ptr -> tensor<*xf32>
  %0 = tenon.elementwise "add"(%x, %y) {step = 0 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.call @tn_sort(%b, %axis) "none" {fallible, step = 1 : i32} : (!llvm.ptr, i64) -> tensor<*xf32>
  %2 = tenon.elementwise "mul"(%0, %1) {step = 2 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %2 : tensor<*xf32> {position = 3 : i32}
}

// A temporary lives in the workspace. It leaves it as a copy, before the workspace is given back.
// CHECK-LABEL: llvm.func @Temporary(
// CHECK:         %[[MARK:.*]] = llvm.call @tn_rt_enter()
// CHECK:         llvm.call @tn_rt_launch(
// CHECK:         %[[PRODUCT:.*]] = llvm.load
// CHECK:         llvm.call @tn_rt_launch(
// CHECK:         %[[COPY:.*]] = llvm.call @tn_copy(%[[PRODUCT]])
// CHECK:         llvm.call @tn_matmul(%[[COPY]], %arg1)
// CHECK:         llvm.call @tn_rt_leave(%[[MARK]])
// CHECK:         llvm.return
// CHECK:         llvm.call @tn_rt_leave(%[[MARK]])
// CHECK:         llvm.return
func.func @Temporary(%a: !llvm.ptr, %b: !llvm.ptr) {
  tenon.recipe {
    %0 = tenon.original @tn_matmul(%a, %b) {live = [array<i32: 1, 1>], op, step = 0 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    %1 = tenon.original @tn_matmul(%0, %b) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
  }
  %x = tenon.tensor %a : !llvm.ptr -> tensor<*xf32>
  %y = tenon.tensor %b : !llvm.ptr -> tensor<*xf32>
  %0 = tenon.matmul %x, %y {step = 0 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  %1 = tenon.matmul %0, %y {step = 1 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// In a loop the user's calls are tried in the place of a launch that refuses, and the region goes on; where they fail it leaves at
// position 2.
// CHECK-LABEL: llvm.func @Turns(
// CHECK:         llvm.br ^[[HEAD:.*]](%arg0
// CHECK:       ^[[HEAD]](%[[X:.*]]: !llvm.ptr):
// CHECK:         %[[OK:.*]] = llvm.call @tn_rt_launch(
// CHECK:         llvm.cond_br %[[OK]] weights([1048576, 1]), ^[[DONE:.*]], ^[[REFUSED:.*]]
// CHECK:       ^[[OUT:bb[0-9]+]]:
// CHECK:         llvm.return
// CHECK:       ^[[REFUSED]]:
// CHECK:         llvm.call @tn_rt_try()
// CHECK:         %[[SUM:.*]] = llvm.call @tn_add(%[[X]], %[[X]])
// CHECK:         %[[EXP:.*]] = llvm.call @tn_exp(%[[SUM]])
// CHECK:         %[[TRIED:.*]] = llvm.call @tn_rt_tried()
// CHECK:         llvm.cond_br %[[TRIED]] weights([1048576, 1]), ^[[GO_ON:.*]], ^[[BAIL:.*]]
// CHECK:       ^[[DONE]]:
// CHECK:         %[[RESULT:.*]] = llvm.load
// CHECK:         llvm.br ^[[JOIN:.*]](%[[RESULT]]
// CHECK:       ^[[JOIN]](%[[ONE:.*]]: !llvm.ptr):
// CHECK:         llvm.cond_br %arg1, ^[[HEAD]](%[[ONE]] : !llvm.ptr), ^[[OUT]]
// CHECK:       ^[[BAIL]]:
// CHECK:         llvm.call @tn_add(%[[X]], %[[X]])
// CHECK:         llvm.return
// CHECK:       ^[[GO_ON]]:
// CHECK:         llvm.br ^[[JOIN]](%[[EXP]]
func.func @Turns(%a: !llvm.ptr, %again: i1) {
  tenon.recipe {
    %0 = tenon.original @phi() {live = [array<i32: 1, 1>], step = 0 : i32} : () -> !llvm.ptr
    %1 = tenon.original @tn_add(%0, %0) {live = [array<i32: 2, 2>], op, step = 1 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
    %2 = tenon.original @tn_exp(%1) {live = [array<i32: 3, 3>], op, step = 2 : i32} : (!llvm.ptr) -> !llvm.ptr
    tenon.original @branch() {live = [], step = 3 : i32} : () -> ()
  }
  tenon.branch [^head(%a : !llvm.ptr)] {step = 0 : i32}
^head(%arrives: !llvm.ptr):
  %p = tenon.phi %arrives {step = 0 : i32} : !llvm.ptr -> !llvm.ptr
  %x = tenon.tensor %p : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.elementwise "add"(%x, %x) {step = 1 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %2 = tenon.elementwise "exp"(%1) {step = 2 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.branch %again, [1 -> ^head(%2 : tensor<*xf32>), ^out] {step = 3 : i32} : i1
^out:
  tenon.exit {position = 4 : i32}
}

// What is made behind the begin of a scope, by a launch or by the user's calls, and belongs in front of it, is put there. What
// belongs behind it stays.
// CHECK-LABEL: llvm.func @Scope(
// CHECK:         %[[SCOPE:.*]] = llvm.call @tn_scope_begin()
// CHECK:         llvm.cond_br
// CHECK:         %[[OUTER:.*]] = llvm.call @tn_exp(%arg0)
// CHECK:         llvm.call @tn_rt_outlive(%[[SCOPE]], %[[OUTER]])
// CHECK-NOT:     @tn_rt_outlive
// CHECK:         llvm.return
// CHECK:         %[[OUTER:.*]] = llvm.load
// CHECK:         llvm.call @tn_rt_outlive(%[[SCOPE]], %[[OUTER]])
// CHECK:         %[[INNER:.*]] = llvm.load
// CHECK-NOT:     @tn_rt_outlive(%[[SCOPE]], %[[INNER]])
// CHECK:         llvm.return
func.func @Scope(%a: !llvm.ptr) {
  tenon.recipe {
    %0 = tenon.original @tn_exp(%a) {live = [array<i32: 1, 3>], op, step = 0 : i32} : (!llvm.ptr) -> !llvm.ptr
    %1 = tenon.original @tn_scope_begin() {live = [array<i32: 2, 3>], step = 1 : i32} : () -> i64
    %2 = tenon.original @tn_matmul(%0, %a) {live = [array<i32: 3, 3>], op, step = 2 : i32} : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
  }
  %x = tenon.tensor %a : !llvm.ptr -> tensor<*xf32>
  %1 = tenon.call @tn_scope_begin() "order" {step = 1 : i32} : () -> i64
  %0 = tenon.elementwise "exp"(%x) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %2 = tenon.matmul %0, %x {step = 2 : i32} : tensor<*xf32>, tensor<*xf32> -> tensor<*xf32>
  tenon.exit %0, %1, %2 : tensor<*xf32>, i64, tensor<*xf32> {position = 3 : i32}
}
