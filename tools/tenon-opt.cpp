// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tenon-opt.cpp - runs passes over a region's MLIR: `tenon-opt --tenon-fuse-kernels x.mlir`.

#include "Passes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  tenon::registerDialects(registry);
  tenon::registerTenonPasses();
  tenon::registerUpstreamPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Tenon's passes\n", registry));
}
