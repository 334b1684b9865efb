// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SourceLines.h - see SourceLines.cpp.

#ifndef TENON_IMPORT_SOURCELINES_H
#define TENON_IMPORT_SOURCELINES_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/DebugInfoMetadata.h"

namespace tenon {

/// The program's debug locations while a region is in MLIR.
class SourceLines {
public:
  /// An MLIR location of this file, line and column that carries a number by which the whole of `at` is found again.
  mlir::Location locationOf(llvm::DILocation *at, mlir::MLIRContext &context);

  /// An instruction of a function that is mapped over elements by the call at `call`: as if it were inlined there.
  mlir::Location locationOf(llvm::DILocation *inner, llvm::DILocation *call, mlir::MLIRContext &context);

  bool empty() const { return places.empty(); }

  /// Before translation: makes the numbers the only locations of `module`, a module of LLVM's dialect.
  void numberLines(mlir::ModuleOp module);

  /// After it: takes the numbers over from debug locations to metadata, and removes the debug information they came in.
  static void keepNumbers(llvm::Module &module);

  /// After linking: gives the instructions of a function the locations that the numbers stand for, under
  /// locationMetadata (region/Region.h).
  void resolveNumbers(llvm::Function &function);

private:
  llvm::DenseMap<llvm::DILocation *, unsigned> numbers; ///< from 1
  llvm::SmallVector<llvm::DILocation *> places;
};

} // namespace tenon

#endif
