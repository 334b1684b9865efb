// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TenonDialect.h - the classes that Tenon.td generates.

#ifndef TENON_DIALECT_TENONDIALECT_H
#define TENON_DIALECT_TENONDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialect/TenonDialect.h.inc"

#define GET_OP_CLASSES
#include "dialect/TenonOps.h.inc"

#endif
