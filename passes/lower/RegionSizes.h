// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RegionSizes.h - how large the tensors of a region are, in the user's words: "4*n*256" bytes. For remarks and
// pictures; nothing that is compiled depends on it.

#ifndef TENON_LOWER_REGIONSIZES_H
#define TENON_LOWER_REGIONSIZES_H

#include "WrittenBytes.h"
#include "dialect/TenonDialect.h"
#include "region/Region.h"
#include "llvm/ADT/MapVector.h"
#include <optional>

namespace tenon {

class RegionSizes {
public:
  explicit RegionSizes(const Region &region) : region(region) {}

  std::optional<WrittenShape> shapeOf(mlir::Value tensor);
  std::optional<WrittenShape> shapeOfHandle(const llvm::Value &handle);
  /// The value of the user's program that a value of the region stands for, or null.
  const llvm::Value *llvmValueOf(mlir::Value value) const;
  /// The user's variable that holds a value of the region's program; or nothing.
  std::string nameOf(mlir::Value value) const;
  std::string nameOf(const llvm::Value &value) const;
  /// What a kernel takes from memory beside its operands: tensors that are temporaries, as a whole or, if there is much
  /// of them, by blocks of rows; and those that are new.
  WrittenBytes temporariesOf(KernelOp kernel, bool byBlocks);
  WrittenBytes newTensorsOf(KernelOp kernel);
  /// New tensors that are none where the runtime finds that they may take the place of old ones.
  WrittenBytes replacingTensorsOf(KernelOp kernel);
  /// Rows that each thread keeps for a later pass over its row.
  WrittenBytes rowsKeptBy(KernelOp kernel);
  /// True if the result has the shape of the tensor whose memory it is to take; false if not, or that is not known.
  bool isInPlace(KernelOp kernel, unsigned result);

private:
  std::optional<WrittenShape> compute(mlir::Value tensor);
  std::optional<WrittenShape> shapeOfPhi(PhiOp phi);
  std::optional<WrittenShape> shapeOfAlias(AliasOp alias);
  std::optional<WrittenShape> spaceOf(KernelOp kernel);
  std::string expressionOf(mlir::Value scalar) const;

  const Region &region;
  llvm::MapVector<mlir::Value, std::optional<WrittenShape>> known;
};

/// The tensor whose memory a result of a kernel is to take, or null.
mlir::Value oldOf(KernelOp kernel, unsigned result);

/// What became of a kernel's tensors and its operations, for -Rpass=tenon.
std::string describeKernel(KernelOp kernel, RegionSizes &sizes);
std::string describeSort(SortOp sort, RegionSizes &sizes);
/// The region as a whole.
std::string describeRegion(const Region &region, mlir::ModuleOp module, RegionSizes &sizes);

/// True if only a chain of kernels sees the result, which is then made by blocks of rows if that is worth it.
bool isByBlocks(KernelOp kernel, mlir::Value result);

/// "f32[n, 256]".
std::string writeType(const std::optional<WrittenShape> &shape, mlir::Type element);

} // namespace tenon

#endif
