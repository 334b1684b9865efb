; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=tenon-describe-ops -S %s | FileCheck %s

@add = private constant [4 x i8] c"add\00"
@nonsense = private constant [9 x i8] c"nonsense\00"
@fast = private constant [5 x i8] c"fast\00"
@kind_op = private constant [9 x i8] c"tenon.op\00"
@kind_fp = private constant [9 x i8] c"tenon.fp\00"
@file = private constant [2 x i8] c"f\00"
@args_add = private constant { ptr } { ptr @add }
@args_nonsense = private constant { ptr } { ptr @nonsense }
@args_fast = private constant { ptr } { ptr @fast }
@kind_shape = private constant [36 x i8] c"tenon.shape;0:x:n,784;2:w:2*n;r:f:n\00"
@kind_less = private constant [22 x i8] c"tenon.shape;0:x:n,784\00"
@kind_proven = private constant [17 x i8] c"tenon.proven;0,r\00"
@kind_users = private constant [6 x i8] c"users\00"
@kind_apart = private constant [17 x i8] c"tenon.no_tensors\00"
@llvm.global.annotations = appending global [8 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @shaped, ptr @kind_shape, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @shaped, ptr @kind_less, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @shaped, ptr @kind_proven, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @user, ptr @kind_users, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @report, ptr @kind_apart, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @tn_add, ptr @kind_op, ptr @file, i32 1, ptr @args_add },
  { ptr, ptr, ptr, i32, ptr } { ptr @tn_other, ptr @kind_op, ptr @file, i32 1, ptr @args_nonsense },
  { ptr, ptr, ptr, i32, ptr } { ptr @user, ptr @kind_fp, ptr @file, i32 1, ptr @args_fast }], section "llvm.metadata"

; Annotations that were read are gone; a program's own stay.
; CHECK: @llvm.global.annotations = appending global [1 x {{.*}} { ptr @user, ptr @kind_users, {{.*}} section "llvm.metadata"

; CHECK: declare ptr @tn_add(ptr, ptr) #[[OP:[0-9]+]]
declare ptr @tn_add(ptr, ptr)
; A row that this version does not have stays a plain function.
; CHECK: declare ptr @tn_other(ptr)
; CHECK-NOT: #
declare ptr @tn_other(ptr)
; CHECK: declare void @report(i32) #[[APART:[0-9]+]]
declare void @report(i32)
; CHECK: define void @user() #[[FP:[0-9]+]]
define void @user() {
  ret void
}
; Contracts: of a definition and its prototypes the one that says most.
; CHECK: define internal ptr @shaped({{.*}}) #[[SHAPED:[0-9]+]]
define internal ptr @shaped(ptr %x, i32 %y, ptr %w) {
  ret ptr %x
}
; CHECK: attributes #[[OP]] = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="add" }
; CHECK: attributes #[[APART]] = { "tenon-no-tensors" }
; CHECK: attributes #[[FP]] = { "tenon-fp"="fast" }
; CHECK: attributes #[[SHAPED]] = { "tenon-proven"="0,r" "tenon-shapes"="0:x:n,784;2:w:2*n;r:f:n" }
