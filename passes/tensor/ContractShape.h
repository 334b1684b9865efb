// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ContractShape.h - what shape contracts say of the tensors of a region, for the passes on MLIR.

#ifndef TENON_TENSOR_CONTRACTSHAPE_H
#define TENON_TENSOR_CONTRACTSHAPE_H

#include "mlir/IR/Builders.h"
#include "region/ContractFacts.h"
#include <optional>

namespace tenon {

/// The dims that a contract gives a tensor which comes into the region as a handle (an argument of the region, or the
/// result of the user's own function in it): each a number, or factor * symbol + offset. The same symbol is the same
/// number in the whole region. Nothing for other values: their types say what is known.
///
/// Where `proven` is false the fact holds only if the contract does, and code that relies on it needs a guard; a remark
/// may use it, saying so. Where it is true its numbers are also in the tensor's type after tenon-infer-shapes. In both
/// cases the handle may be NULL, which launches refuse.
std::optional<ShapeFact> contractOf(mlir::Value tensor);

} // namespace tenon

#endif
