// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results --tenon-emit-stages %s | FileCheck %s
// RUN: tenon-opt --tenon-fuse-kernels --tenon-plan-results --tenon-emit-stages %s | FileCheck %s --check-prefix=WIDTH

// One stage for each ISA version, each with the vectors of its ISA.
// WIDTH-LABEL: llvm.func internal @Chain.k0.s0.v2(
// WIDTH-SAME:    attributes {tenon.isa = "v2"}
// WIDTH:         arith.addf {{.*}} : vector<4xf32>
// WIDTH-LABEL: llvm.func internal @Chain.k0.s0.v3(
// WIDTH-SAME:    attributes {tenon.isa = "v3"}
// WIDTH:         arith.addf {{.*}} : vector<8xf32>
// WIDTH-LABEL: llvm.func internal @Chain.k0.s0.v4(
// WIDTH-SAME:    attributes {tenon.isa = "v4"}
// WIDTH:         arith.addf {{.*}} : vector<16xf32>

// CHECK-LABEL: func.func @Chain(
// CHECK:         tenon.kernel
// CHECK-LABEL: llvm.func internal @Chain.k0.s0.v2(

// Less than a vector: masked, so that no byte behind the tensors is read or written.
// CHECK:         scf.if
// CHECK:           llvm.intr.masked.load
// CHECK:           llvm.intr.masked.load
// CHECK:           llvm.intr.masked.store
// CHECK:         } else {

// The last vector overlaps the one before. Its operands are read before anything is written: a result may be in place.
// CHECK:           %[[LAST:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
// CHECK-NOT:       llvm.store
// CHECK:           scf.for
// CHECK:             arith.addf
// CHECK-NEXT:        arith.negf
// CHECK:             llvm.store
// CHECK:           scf.for
// CHECK:           scf.if
// CHECK:             arith.addf %{{.*}}, %[[LAST]]
// CHECK:             llvm.store
func.func @Chain(%a: tensor<*xf32>, %b: tensor<*xf32>) {
  %0 = tenon.elementwise "add"(%a, %b) {step = 0 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.elementwise "neg"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// The program's own multiply and add are not one fma: strict.
// CHECK-LABEL: llvm.func internal @MulAdd.k1.s0.v4(
// CHECK:         arith.mulf
// CHECK-NEXT:    arith.addf
// CHECK-NOT:     fma
func.func @MulAdd(%a: tensor<*xf32>, %b: tensor<*xf32>) {
  %0 = tenon.elementwise "mul"(%a, %b) {step = 0 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.elementwise "add"(%0, %a) {step = 1 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// A sum and a sum of squares: one stage that reads each element once, in 64 lanes, which are four vectors of v4; another
// puts the sums in their places.
// CHECK-LABEL: llvm.func internal @TwoSums.k2.s0.v4(
// CHECK:         scf.for {{.*}} iter_args(
// CHECK:           %[[X:.*]] = llvm.load
// CHECK-NEXT:      arith.addf %{{.*}}, %[[X]]
// CHECK-NEXT:      %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT:      arith.addf %{{.*}}, %[[SQUARE]]
// CHECK-COUNT-3:   llvm.load
// CHECK-NOT:       llvm.load
// CHECK:           scf.yield
// CHECK-LABEL: llvm.func internal @TwoSums.k2.s1.v4(
func.func @TwoSums(%a: tensor<*xf32>) {
  %0 = tenon.reduce "sum" %a {step = 0 : i32} : tensor<*xf32> -> tensor<f32>
  %1 = tenon.elementwise "square"(%a) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %2 = tenon.reduce "sum" %1 {step = 2 : i32} : tensor<*xf32> -> tensor<f32>
  tenon.exit %0, %2 : tensor<f32>, tensor<f32> {position = 3 : i32}
}

// u64 goes by its own order, and lies in memory as any integer of 64 bits. A number of the program's has no sign of its own.
// CHECK-LABEL: llvm.func internal @Unsigned.k3.s0.v4(
// CHECK:         arith.maxui %{{.*}}, %{{.*}} : vector<{{.*}}xi64>
// CHECK-NEXT:    arith.cmpi ult, %{{.*}}, %{{.*}} : vector<{{.*}}xi64>
func.func @Unsigned(%a: tensor<*xui64>, %b: tensor<*xui64>) {
  %number = arith.constant 3 : i64
  %0 = tenon.elementwise "maximum"(%a, %number) {step = 0 : i32} : (tensor<*xui64>, i64) -> tensor<*xui64>
  %1 = tenon.elementwise "less"(%0, %b) {step = 1 : i32} : (tensor<*xui64>, tensor<*xui64>) -> tensor<*xi1>
  tenon.exit %1 : tensor<*xi1> {position = 2 : i32}
}

// What is out of range does not reach the conversion, which leaves open what it gives; NaN neither.
// CHECK-LABEL: llvm.func internal @ToInteger.k4.s0.v4(
// CHECK:         arith.mulf
// CHECK:         arith.cmpf ogt
// CHECK:         arith.cmpf olt
// CHECK:         %[[INSIDE:.*]] = arith.andi
// CHECK:         %[[SAFE:.*]] = arith.select %[[INSIDE]]
// CHECK:         arith.fptosi %[[SAFE]] : vector<{{.*}}xf64> to vector<{{.*}}xi64>
// CHECK:         arith.cmpf ole
// CHECK:         arith.select
// CHECK:         arith.cmpf oge
// CHECK:         arith.select
func.func @ToInteger(%a: tensor<*xf64>) {
  %0 = tenon.elementwise "mul"(%a, %a) {step = 0 : i32} : (tensor<*xf64>, tensor<*xf64>) -> tensor<*xf64>
  %1 = tenon.elementwise "cast"(%0) {step = 1 : i32} : (tensor<*xf64>) -> tensor<*xi64>
  tenon.exit %1 : tensor<*xi64> {position = 2 : i32}
}
