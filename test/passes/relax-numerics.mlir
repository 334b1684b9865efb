// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: tenon-opt --tenon-fuse-kernels --tenon-relax-numerics %s | FileCheck %s

// CHECK-LABEL: @SharedDivision
// CHECK: apply "sigmoid_numerator"
// CHECK: apply "tanh_numerator"
// CHECK: %[[N:.*]] = tenon.apply "mul"
// CHECK: %[[D:.*]] = tenon.apply "mul"
// CHECK: %[[Q:.*]] = tenon.apply "div"(%[[N]], %[[D]])
// CHECK: tenon.yield %[[Q]]
func.func @SharedDivision(%a: tensor<*xf32>, %b: tensor<*xf32>) attributes {tenon.fast} {
  %0 = tenon.elementwise "sigmoid"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.elementwise "tanh"(%b) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %2 = tenon.elementwise "mul"(%0, %1) {step = 2 : i32} : (tensor<*xf32>, tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %2 : tensor<*xf32> {position = 3 : i32}
}

// CHECK-LABEL: @StrictIsLeftAlone
// CHECK: apply "sigmoid"
// CHECK-NOT: numerator
func.func @StrictIsLeftAlone(%a: tensor<*xf32>) {
  %0 = tenon.elementwise "sigmoid"(%a) {step = 0 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tenon.elementwise "neg"(%0) {step = 1 : i32} : (tensor<*xf32>) -> tensor<*xf32>
  tenon.exit %1 : tensor<*xf32> {position = 2 : i32}
}

// CHECK-LABEL: @DoublesAreLeftAlone
// CHECK: apply "sigmoid"
// CHECK-NOT: numerator
func.func @DoublesAreLeftAlone(%a: tensor<*xf64>) attributes {tenon.fast} {
  %0 = tenon.elementwise "sigmoid"(%a) {step = 0 : i32} : (tensor<*xf64>) -> tensor<*xf64>
  tenon.exit %0 : tensor<*xf64> {position = 1 : i32}
}
