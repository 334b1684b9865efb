; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Contracts become calls of @tenon.fact, which survive inlining, and which region formation takes out again.
;
; RUN: %opt -passes=tenon-prepare-regions -S %s | FileCheck %s
; RUN: env TENON_DUMP=%t %opt -passes=tenon-prepare-regions,tenon-form-regions -S %s | FileCheck %s --check-prefix=FORMED
; RUN: cat %t/net.tenon0.00-import.mlir %t/joined.tenon0.00-import.mlir %t/branch.tenon0.00-import.mlir | FileCheck %s --check-prefix=DUMP
; RUN: cat %t/alone.tenon0.01-tenon-infer-shapes.mlir | FileCheck %s --check-prefix=ALONE

; FORMED-NOT: tenon.fact

declare ptr @tn_add(ptr, ptr) nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="add"
declare ptr @tn_mul(ptr, ptr) nounwind willreturn memory(read, inaccessiblemem: readwrite) "tenon-op"="mul"
declare ptr @outside(ptr, ptr) "tenon-shapes"="0:x:p,q;1:w:q,r;r:outside:p,r"
declare void @may_not_return()

define internal ptr @helper(ptr %h, ptr %b) "tenon-shapes"="0:h:n,16;1:b:n;r:helper:n,1" "tenon-proven"="0,1" {
  %s = call ptr @tn_add(ptr %h, ptr %b)
  %r = call ptr @tn_mul(ptr %s, ptr %s)
  ret ptr %r
}

; The host's names, and those of each inlined call, which are not the same ones. What is not proven is not taken for it.
; CHECK-LABEL: @net
; CHECK-NEXT: call void (...) @tenon.fact(ptr %x, ptr %y), !tenon.shapes
; CHECK-NEXT: call void (...) @tenon.fact(ptr %x, ptr %y), !tenon.shapes
; CHECK: call void (...) @tenon.fact(ptr %x, ptr %y, ptr %{{.*}}), !tenon.shapes
; CHECK: call void (...) @tenon.fact(ptr %z, ptr %u), !tenon.shapes
; DUMP-LABEL: func.func @net.tenon0
; DUMP-DAG: tenon.tensor %arg{{[0-9]}} {contract = "h of helper", dims = ["n", "16"], proven}
; DUMP-DAG: tenon.tensor %arg{{[0-9]}} {contract = "b of helper", dims = ["n"], proven}
; DUMP-DAG: tenon.tensor %arg{{[0-9]}} {contract = "h of helper", dims = ["n.2", "16"], proven}
; DUMP-DAG: tenon.tensor %arg{{[0-9]}} {contract = "b of helper", dims = ["n.2"], proven}
define ptr @net(ptr %x, ptr %y, ptr %z, ptr %u) "tenon-shapes"="0:x:m,m;1:y:k+1" {
  %1 = call ptr @helper(ptr %x, ptr %y)
  %2 = call ptr @helper(ptr %z, ptr %u)
  %3 = call ptr @tn_add(ptr %1, ptr %2)
  ret ptr %3
}

; The result of a function that is only called: its names are what the arguments' facts say.
; DUMP-LABEL: func.func @joined.tenon0
; DUMP-DAG: tenon.tensor %arg{{[0-9]}} {contract = "the result of outside", dims = ["2*n", "7"]}
define ptr @joined(ptr %x, ptr %w) "tenon-shapes"="0:x:2*n,3;1:w:3,7" {
  %y = call ptr @outside(ptr %x, ptr %w)
  %s = call ptr @tn_add(ptr %y, ptr %y)
  %r = call ptr @tn_mul(ptr %s, ptr %s)
  ret ptr %r
}

; A fact holds where it stands: not on the other way, and not ahead of a call that may not come back.
; DUMP-LABEL: func.func @branch.tenon0
; DUMP-NOT: contract
define ptr @branch(i1 %c, ptr %x, ptr %y) {
  %s = call ptr @tn_add(ptr %x, ptr %x)
  %t = call ptr @tn_mul(ptr %s, ptr %s)
  call void @may_not_return()
  br i1 %c, label %then, label %else
then:
  %r = call ptr @helper(ptr %x, ptr %y)
  ret ptr %r
else:
  ret ptr %t
}

; ALONE: tenon.tensor %arg0 {contract = "h of alone", dims = ["n", "4"], proven} : !llvm.ptr -> tensor<?x4xf32>
define internal ptr @alone(ptr %h) noinline "tenon-shapes"="0:h:n,4;1:none:3;0x:h:4" "tenon-proven"="0" {
  %s = call ptr @tn_add(ptr %h, ptr %h)
  %r = call ptr @tn_mul(ptr %s, ptr %h)
  ret ptr %r
}
define ptr @calls(ptr %h) {
  %r = call ptr @alone(ptr %h)
  ret ptr %r
}
