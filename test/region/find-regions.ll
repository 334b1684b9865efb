; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Which pieces of a function become regions.
;
; RUN: %opt -passes=tenon-form-regions,verify -S %s | FileCheck %s
; RUN: %opt -passes=tenon-form-regions,verify -pass-remarks-missed=tenon -disable-output %s 2>&1 | FileCheck %s --check-prefix=REMARKS

; REMARKS-DAG: region ends here: a guaranteed tail call
; REMARKS-DAG: region ends here: a loop that is entered at two places

declare ptr @tn_add(ptr, ptr) #0
declare ptr @tn_exp(ptr) #1
declare void @opaque()

; A loop is part of the region, with the tensor that it carries; the clone's loop is entered where a turn could not go on.
; CHECK-LABEL: define ptr @turns(
; CHECK:         call { i32, {{.*}} } @turns.tenon0(
; CHECK:         switch i32
; CHECK-NOT:     @turns.tenon1
; CHECK:       tenon.resume:
define ptr @turns(ptr %x, ptr %w, i64 %n) {
entry:
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %y = phi ptr [ %x, %entry ], [ %e, %body ]
  %more = icmp slt i64 %i, %n
  br i1 %more, label %body, label %out
body:
  %s = call ptr @tn_add(ptr %y, ptr %w)
  %e = call ptr @tn_exp(ptr %s)
  %next = add i64 %i, 1
  br label %head
out:
  ret ptr %y
}

; Both ways of a branch are in one region, with an exit for each.
; CHECK-LABEL: define ptr @either(
; CHECK:         call { i32, {{.*}} } @either.tenon0(
; CHECK-NOT:     @either.tenon1
define ptr @either(ptr %x, ptr %y, i1 %c) {
  br i1 %c, label %then, label %else
then:
  %s = call ptr @tn_add(ptr %x, ptr %y)
  %e = call ptr @tn_exp(ptr %s)
  ret ptr %e
else:
  %t = call ptr @tn_add(ptr %y, ptr %y)
  %f = call ptr @tn_exp(ptr %t)
  call void @opaque()
  ret ptr %f
}

; A loop that is entered at two places: its blocks are regions one by one, and the reason is told.
; CHECK-LABEL: define ptr @entered_twice(
; CHECK-DAG:     @entered_twice.tenon0(
; CHECK-DAG:     @entered_twice.tenon1(
define ptr @entered_twice(ptr %x, ptr %y, i1 %c, i1 %d) {
  br i1 %c, label %one, label %two
one:
  %p = phi ptr [ %x, %0 ], [ %f, %two ]
  %s = call ptr @tn_add(ptr %p, ptr %y)
  %e = call ptr @tn_exp(ptr %s)
  br label %two
two:
  %q = phi ptr [ %y, %0 ], [ %e, %one ]
  %t = call ptr @tn_add(ptr %q, ptr %y)
  %f = call ptr @tn_exp(ptr %t)
  br i1 %d, label %one, label %out
out:
  ret ptr %f
}

; Nothing comes between a guaranteed tail call and the return.
; CHECK-LABEL: define ptr @tail(
; CHECK:         call {{.*}} @tail.tenon0(
; CHECK:         musttail call ptr @either(
; CHECK-NEXT:    ret ptr
define ptr @tail(ptr %x, ptr %y, i1 %c) {
  %s = call ptr @tn_add(ptr %x, ptr %y)
  %e = call ptr @tn_exp(ptr %s)
  %r = musttail call ptr @either(ptr %e, ptr %y, i1 %c)
  ret ptr %r
}

attributes #0 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="add" }
attributes #1 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="exp" }
