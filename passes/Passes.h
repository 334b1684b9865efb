// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes.h - the passes that Passes.td declares.

#ifndef TENON_PASSES_H
#define TENON_PASSES_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mlir {
class DialectRegistry;
class ModuleOp;
} // namespace mlir

namespace tenon {

#define GEN_PASS_DECL
#include "Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "Passes.h.inc"

/// Dialects and translations that the passes and tenon-opt need: these and no others, for registering costs time.
void registerDialects(mlir::DialectRegistry &registry);

/// Upstream's passes that the pipeline names.
void registerUpstreamPasses();

} // namespace tenon

#endif
