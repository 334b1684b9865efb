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
@llvm.global.annotations = appending global [3 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @tn_add, ptr @kind_op, ptr @file, i32 1, ptr @args_add },
  { ptr, ptr, ptr, i32, ptr } { ptr @tn_other, ptr @kind_op, ptr @file, i32 1, ptr @args_nonsense },
  { ptr, ptr, ptr, i32, ptr } { ptr @user, ptr @kind_fp, ptr @file, i32 1, ptr @args_fast }], section "llvm.metadata"

; CHECK: declare ptr @tn_add(ptr, ptr) #[[OP:[0-9]+]]
declare ptr @tn_add(ptr, ptr)
; A row that this version does not have stays a plain function.
; CHECK: declare ptr @tn_other(ptr)
; CHECK-NOT: #
declare ptr @tn_other(ptr)
; CHECK: define void @user() #[[FP:[0-9]+]]
define void @user() {
  ret void
}
; CHECK: attributes #[[OP]] = { nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="add" }
; CHECK: attributes #[[FP]] = { "tenon-fp"="fast" }
