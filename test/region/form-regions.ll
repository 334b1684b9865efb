; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=tenon-form-regions -pass-remarks=tenon -pass-remarks-missed=tenon -S %s 2>&1 | FileCheck %s

declare ptr @tn_add(ptr, ptr) #0
declare ptr @tn_exp(ptr) #1
declare ptr @tn_take(ptr, ptr, i64) #2
declare float @tn_get_flat_f32(ptr, i64) #3
declare i1 @tn_ok() #4
declare void @opaque()

; Two ops: one call of the region, which comes back with 0 when done and 1 when its kernel refused. The user's calls are
; the recipe of what was fused away.
; CHECK-LABEL: define ptr @two_ops(
; CHECK:         %[[PACK:.*]] = notail call { i32, ptr } @two_ops.tenon0(ptr %x, ptr %y)
; CHECK:         switch i32 %{{.*}}, label %tenon.impossible [
; CHECK-DAG:       i32 1, label %tenon.resume
; CHECK-DAG:       i32 0, label %tenon.done
; CHECK:         %[[RESULT:.*]] = phi ptr
; CHECK:         ret ptr %[[RESULT]]
define ptr @two_ops(ptr %x, ptr %y) {
  %sum = call ptr @tn_add(ptr %x, ptr %y)
  %exp = call ptr @tn_exp(ptr %sum)
  ret ptr %exp
}

; The user's arithmetic between the ops becomes a function that is called inside the region; the element that it starts
; from is computed alone.
; CHECK-LABEL: define ptr @scalar_between(
; CHECK:         call {{.*}} @scalar_between.tenon0(
declare ptr @tn_scalar_f64(double) #5
define ptr @scalar_between(ptr %x, ptr %y) {
  %sum = call ptr @tn_add(ptr %x, ptr %y)
  %f = call float @tn_get_flat_f32(ptr %sum, i64 3)
  %g = fmul float %f, 2.5
  %d = fpext float %g to double
  %s = call ptr @tn_scalar_f64(double %d)
  %r = call ptr @tn_add(ptr %sum, ptr %s)
  ret ptr %r
}

; An opaque call may read an error: the op before it finishes first, and neither side has two ops to fuse.
; CHECK-LABEL: define ptr @ordered(
; CHECK-NEXT:    call ptr @tn_add(
; CHECK-NEXT:    call void @opaque()
; CHECK-NEXT:    call ptr @tn_exp(
define ptr @ordered(ptr %x, ptr %y) {
  %sum = call ptr @tn_add(ptr %x, ptr %y)
  call void @opaque()
  %exp = call ptr @tn_exp(ptr %sum)
  ret ptr %exp
}

; A sort stays a call. What is delayed past it must not lose the first place to its error.
; CHECK-LABEL: define ptr @tried(
; CHECK:         call {{.*}} @tried.tenon0(
define ptr @tried(ptr %x, ptr %y) {
  %sum = call ptr @tn_add(ptr %x, ptr %y)
  %taken = call ptr @tn_take(ptr %y, ptr %y, i64 0)
  %r = call ptr @tn_add(ptr %sum, ptr %taken)
  ret ptr %r
}

; A function without ops is as it was.
; CHECK-LABEL: define ptr @no_ops(
; CHECK-NEXT:    call void @opaque()
; CHECK-NEXT:    ret ptr %x
define ptr @no_ops(ptr %x) {
  call void @opaque()
  ret ptr %x
}

; The regions, last first.
; CHECK-LABEL: define internal {{.*}} @tried.tenon0(
; CHECK:         call void @tn_rt_try()
; CHECK-NEXT:    call ptr @tn_take(
; CHECK-NEXT:    call i1 @tn_rt_tried()
; CHECK:         call i1 @tn_rt_launch(
; CHECK-LABEL: define internal {{.*}} @scalar_between.tenon0(
; CHECK:         call i1 @tn_rt_element(
; CHECK:         fmul float %{{.*}}, 2.5
; CHECK:         call i1 @tn_rt_launch(
; CHECK-LABEL: define internal { i32, ptr } @two_ops.tenon0(
; CHECK:         call i1 @tn_rt_launch(ptr @two_ops.tenon0.k0,
; CHECK:         %[[SUM:.*]] = call ptr @tn_add(
; CHECK-NEXT:    call ptr @tn_exp(ptr %[[SUM]])

attributes #0 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="add" }
attributes #1 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="exp" }
attributes #2 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="take" }
attributes #3 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="get_flat_f32" }
attributes #4 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="ok" }
attributes #5 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="scalar_f64" }
