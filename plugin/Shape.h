// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shape.h - dims as the compiler knows them before a program runs: a number, or a linear term in one symbol.

#ifndef TENON_PLUGIN_SHAPE_H
#define TENON_PLUGIN_SHAPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <string>

namespace tenon {

/// A number that is not known but has a name: a dim of a contract, or an integer parameter.
struct Symbol {
  std::string name;
};

enum class Truth { No, Maybe, Yes };

/// factor * symbol + offset; without a symbol a constant; or nothing known.
class Dim {
public:
  Dim() = default;
  Dim(int constant) : Dim(int64_t(constant)) {}
  Dim(int64_t constant) : known(true), offset(constant) {}
  Dim(const Symbol *symbol, int64_t factor = 1, int64_t offset = 0)
      : known(true), symbol(factor ? symbol : nullptr), factor(symbol ? factor : 0), offset(offset) {}

  bool isKnown() const { return known; }
  std::optional<int64_t> constant() const { return known && !symbol ? std::optional<int64_t>(offset) : std::nullopt; }
  const Symbol *getSymbol() const { return symbol; }
  int64_t getFactor() const { return factor; }
  int64_t getOffset() const { return offset; }
  /// In the user's words: "784", "n", "2*n", "n + 1", "?".
  std::string text() const;

  friend Dim operator+(const Dim &x, const Dim &y);
  friend Dim operator-(const Dim &x, const Dim &y) { return x + y * Dim(-1); }
  friend Dim operator*(const Dim &x, const Dim &y);

private:
  bool known = false;
  const Symbol *symbol = nullptr;
  int64_t factor = 0, offset = 0;
};

/// Whether they are the same whatever the symbols are. A dim is never negative.
Truth equal(const Dim &x, const Dim &y);
/// Whether they name the same thing; then one may stand for the other.
bool identical(const Dim &x, const Dim &y);
/// The dim that two operands have together; nothing if it cannot be.
std::optional<Dim> broadcast(const Dim &x, const Dim &y);

using Shape = llvm::SmallVector<Dim, 4>;

/// "[n, 784]".
std::string text(llvm::ArrayRef<Dim> shape);
/// How many elements.
Dim sizeOf(llvm::ArrayRef<Dim> shape);

/// One dim of TN_SHAPE or TN_RETURNS: a constant, a symbol, k*symbol, symbol + k or symbol - k.
struct DimTerm {
  std::string name; ///< empty for a constant
  int64_t factor = 1, offset = 0;
};
/// Reads the arguments of TN_SHAPE. On failure `problem` says what is wrong.
std::optional<llvm::SmallVector<DimTerm>> parseDims(llvm::StringRef text, std::string &problem);

} // namespace tenon

#endif // TENON_PLUGIN_SHAPE_H
