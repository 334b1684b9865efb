// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// WrittenBytes.h - shapes and numbers of bytes in the user's words: "4*n*256".

#ifndef TENON_LOWER_WRITTENBYTES_H
#define TENON_LOWER_WRITTENBYTES_H

#include "mlir/IR/Types.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <string>

namespace tenon {

/// A shape as far as it is known. A dim is a number or an expression in the user's names.
struct WrittenShape {
  llvm::SmallVector<std::string> dims;
  std::string unranked;  ///< not empty: how the number of elements is written where the rank is not known
  bool matrices = false; ///< right where the operands of products are matrices
  bool promised = false; ///< right where contracts are kept that are not proven

  bool operator==(const WrittenShape &other) const { return dims == other.dims && unranked == other.unranked; }
};

/// A sum of numbers of bytes: numbers are added up, products in the user's names are listed.
class WrittenBytes {
public:
  /// Of a shape that is not known, or elements (null), something is known to be there.
  void add(const std::optional<WrittenShape> &shape, mlir::Type element);
  void add(const WrittenBytes &other);
  /// Takes out what was added before, as far as it is there.
  void remove(const std::optional<WrittenShape> &shape, mlir::Type element);
  /// Of each term becomes as much as the larger of the two has.
  void raiseTo(const WrittenBytes &other);
  bool isWithin(const WrittenBytes &other) const;
  bool any() const { return count > 0; }
  unsigned tensors() const { return count; }
  /// "4*n*256 bytes", "none" or "of a size known when it runs".
  std::string text() const;

private:
  unsigned timesOf(llvm::StringRef term) const;

  unsigned count = 0, unknown = 0; ///< tensors, and those of which nothing is known
  uint64_t constant = 0;
  llvm::SmallVector<std::pair<std::string, unsigned>> terms;
  bool matrices = false, promised = false;
};

} // namespace tenon

#endif
