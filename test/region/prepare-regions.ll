; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=tenon-prepare-regions -S %s | FileCheck %s

declare ptr @tn_add(ptr, ptr) #0
declare ptr @tn_exp(ptr) #1
declare i32 @plain(i32)

; A helper that reaches an op comes in, its handles become values; one that reaches none stays.
; CHECK-LABEL: define ptr @outer(
; CHECK-NEXT:    %[[SUM:.*]] = call ptr @tn_add(ptr %x, ptr %y)
; CHECK-NEXT:    %[[EXP:.*]] = call ptr @tn_exp(ptr %[[SUM]])
; CHECK-NEXT:    call i32 @no_tensors(i32 3)
; CHECK-NEXT:    ret ptr %[[EXP]]
define ptr @outer(ptr %x, ptr %y) {
  %slot = alloca ptr
  %sum = call ptr @tn_add(ptr %x, ptr %y)
  store ptr %sum, ptr %slot
  %handle = load ptr, ptr %slot
  %exp = call ptr @helper(ptr %handle)
  %n = call i32 @no_tensors(i32 3)
  ret ptr %exp
}

define internal ptr @helper(ptr %x) {
  %slot = alloca ptr
  store ptr %x, ptr %slot
  %handle = load ptr, ptr %slot
  %r = call ptr @tn_exp(ptr %handle)
  ret ptr %r
}

; No tensor op: not a character changes.
; CHECK-LABEL: define internal i32 @no_tensors(
; CHECK-NEXT:    %slot = alloca i32
; CHECK-NEXT:    store i32 %n, ptr %slot
define internal i32 @no_tensors(i32 %n) {
  %slot = alloca i32
  store i32 %n, ptr %slot
  %m = load i32, ptr %slot
  %r = call i32 @plain(i32 %m)
  ret i32 %r
}

; Two calls with different constants stay two calls, in both arms.
; CHECK-LABEL: define ptr @arms(
; CHECK:         call ptr @tn_sum_(ptr %x, i64 0)
; CHECK:         call ptr @tn_sum_(ptr %x, i64 1)
declare ptr @tn_sum_(ptr, i64) #2
define ptr @arms(ptr %x, i1 %c) {
  br i1 %c, label %yes, label %no
yes:
  %a = call ptr @tn_sum_(ptr %x, i64 0) #3
  br label %done
no:
  %b = call ptr @tn_sum_(ptr %x, i64 1) #3
  br label %done
done:
  %r = phi ptr [ %a, %yes ], [ %b, %no ]
  ret ptr %r
}

; What must not be touched.
; CHECK-LABEL: define ptr @not_optimised(
; CHECK-NEXT:    %slot = alloca ptr
define ptr @not_optimised(ptr %x) noinline optnone {
  %slot = alloca ptr
  store ptr %x, ptr %slot
  %handle = load ptr, ptr %slot
  %r = call ptr @helper(ptr %handle)
  ret ptr %r
}

; CHECK-LABEL: define ptr @off(
; CHECK-NEXT:    %slot = alloca ptr
define ptr @off(ptr %x) "tenon-off" {
  %slot = alloca ptr
  store ptr %x, ptr %slot
  %handle = load ptr, ptr %slot
  %r = call ptr @tn_exp(ptr %handle)
  ret ptr %r
}

; A recursive helper is called.
; CHECK-LABEL: define ptr @recursive(
; CHECK:         call ptr @again(
define ptr @recursive(ptr %x) {
  %r = call ptr @again(ptr %x, i32 3)
  ret ptr %r
}
define internal ptr @again(ptr %x, i32 %n) {
  %end = icmp eq i32 %n, 0
  br i1 %end, label %yes, label %no
yes:
  ret ptr %x
no:
  %e = call ptr @tn_exp(ptr %x)
  %m = sub i32 %n, 1
  %r = call ptr @again(ptr %e, i32 %m)
  ret ptr %r
}

attributes #0 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="add" }
attributes #1 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="exp" }
attributes #2 = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="sum" }
attributes #3 = { nomerge }
