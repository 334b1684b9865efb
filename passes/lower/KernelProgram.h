// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// KernelProgram.h - a kernel's body cut into passes and stages (headers/tenon/abi.h says what these are).

#ifndef TENON_LOWER_KERNELPROGRAM_H
#define TENON_LOWER_KERNELPROGRAM_H

#include "dialect/TenonDialect.h"
#include "tenon/abi.h"
#include "llvm/ADT/MapVector.h"

namespace tenon {

/// A value of the kernel's table and the type of its elements.
struct ProgramValue {
  tn_value entry;
  mlir::Type type;
};

/// What a stage does with one of its operands.
struct StageOperand {
  enum Role {
    Load,   ///< an element for each point: input, temporary, product
    Scalar, ///< one element: scalar, slot
    Store,  ///< an element for each point
    Lanes,  ///< gathers a reduction
    Column  ///< a column program's accumulator: loaded, combined, stored
  } role;
  unsigned value;     ///< index in the table
  mlir::Value body;   ///< what is loaded, stored or gathered
  tn_reduction_kind kind = TN_REDUCE_SUM; ///< Lanes, Column
  unsigned mean = 0;  ///< Lanes of MOMENTS: the stage operand that holds the block's mean
  mlir::Operation *line = nullptr; ///< whose source line this has, if not that of `body`
};

struct ProgramStage {
  unsigned pass = 0;
  bool row = false;
  llvm::SmallVector<StageOperand> operands;
};

struct KernelProgram {
  llvm::SmallVector<ProgramValue> values;
  llvm::SmallVector<ProgramStage> stages, columnStages;
  llvm::SmallVector<tn_reduction> reductions;
  unsigned passes = 1;
  unsigned cost = 0;

  unsigned addValue(tn_value_kind kind, mlir::Type type, unsigned index = 0);
};

/// The dtype code of an element type.
uint8_t dtypeCode(mlir::Type type);

KernelProgram cutKernel(KernelOp kernel);
KernelProgram cutElement(ElementOp element);

} // namespace tenon

#endif
