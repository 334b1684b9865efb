// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shape.cpp - see Shape.h.

#include "Shape.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

namespace tenon {

std::string Dim::text() const {
  if (!known)
    return "?";
  if (!symbol)
    return std::to_string(offset);
  std::string text = factor == 1 ? symbol->name : std::to_string(factor) + "*" + symbol->name;
  if (offset > 0)
    text += " + " + std::to_string(offset);
  else if (offset < 0)
    text += " - " + std::to_string(-offset);
  return text;
}

Dim operator+(const Dim &x, const Dim &y) {
  if (!x.known || !y.known || (x.symbol && y.symbol && x.symbol != y.symbol))
    return {};
  int64_t factor, offset;
  if (llvm::AddOverflow(x.factor, y.factor, factor) || llvm::AddOverflow(x.offset, y.offset, offset))
    return {};
  return {x.symbol ? x.symbol : y.symbol, factor, offset};
}

Dim operator*(const Dim &x, const Dim &y) {
  if (!x.known || !y.known || (x.symbol && y.symbol))
    return {};
  const Dim &term = x.symbol ? x : y;
  int64_t by = x.symbol ? y.offset : x.offset, factor, offset;
  if (llvm::MulOverflow(term.factor, by, factor) || llvm::MulOverflow(term.offset, by, offset))
    return {};
  return {term.symbol, factor, offset};
}

Truth equal(const Dim &x, const Dim &y) {
  if (!x.isKnown() || !y.isKnown())
    return Truth::Maybe;
  if (x.getSymbol() == y.getSymbol() && x.getFactor() == y.getFactor())
    return x.getOffset() == y.getOffset() ? Truth::Yes : Truth::No;
  if (x.getSymbol() && y.getSymbol())
    return Truth::Maybe;
  // k * symbol + c against a number: is there a symbol, 0 or more, that makes them equal?
  const Dim &term = x.getSymbol() ? x : y, &number = x.getSymbol() ? y : x;
  int64_t rest;
  if (llvm::SubOverflow(number.getOffset(), term.getOffset(), rest))
    return Truth::Maybe;
  return rest % term.getFactor() == 0 && rest / term.getFactor() >= 0 ? Truth::Maybe : Truth::No;
}

bool identical(const Dim &x, const Dim &y) { return x.isKnown() && equal(x, y) == Truth::Yes; }

std::optional<Dim> broadcast(const Dim &x, const Dim &y) {
  auto isOne = [](const Dim &d) { return d.constant() == 1; };
  if (isOne(x) || identical(x, y))
    return y;
  if (isOne(y))
    return x;
  if (x.constant() && y.constant())
    return std::nullopt;
  // A number above 1 wins against what can only be it or 1.
  if (x.constant() || y.constant())
    return x.constant() ? x : y;
  return Dim();
}

std::string text(llvm::ArrayRef<Dim> shape) {
  std::string text = "[";
  for (const Dim &dim : shape)
    text += (text.size() > 1 ? ", " : "") + dim.text();
  return text + "]";
}

Dim sizeOf(llvm::ArrayRef<Dim> shape) {
  Dim size(1);
  for (const Dim &dim : shape) {
    if (dim.constant() == 0)
      return Dim(0);
    size = size * dim;
  }
  return size;
}

namespace {

/// sum := product (('+' | '-') product)*; product := atom ('*' atom)*; atom := number | name | '(' sum ')'
class DimParser {
public:
  DimParser(llvm::StringRef text, std::string &problem) : rest(text), problem(problem) {}

  std::optional<DimTerm> parse() {
    std::optional<DimTerm> term = sum();
    if (term && !rest.ltrim().empty())
      return fail("a dim is a constant, a symbol, k*symbol, symbol + k or symbol - k");
    if (term && term->name.empty() && term->offset < 0)
      return fail("a dim cannot be negative");
    if (term && !term->name.empty() && (term->factor <= 0 || (term->factor != 1 && term->offset != 0)))
      return fail("a dim is a constant, a symbol, k*symbol, symbol + k or symbol - k");
    return term;
  }

private:
  std::nullopt_t fail(llvm::StringRef text) {
    if (problem.empty())
      problem = text.str();
    return std::nullopt;
  }
  bool take(char c) {
    rest = rest.ltrim();
    return rest.consume_front(llvm::StringRef(&c, 1));
  }
  static Dim asDim(const DimTerm &term, const Symbol &symbol) {
    return term.name.empty() ? Dim(term.offset) : Dim(&symbol, term.factor, term.offset);
  }
  std::optional<DimTerm> combine(const DimTerm &x, const DimTerm &y, char op) {
    if (!x.name.empty() && !y.name.empty() && (x.name != y.name || op == '*'))
      return fail("a dim has one symbol");
    Symbol symbol{x.name.empty() ? y.name : x.name};
    Dim a = asDim(x, symbol), b = asDim(y, symbol), made = op == '*' ? a * b : op == '+' ? a + b : a - b;
    if (!made.isKnown())
      return fail("a dim is too large");
    return DimTerm{made.getSymbol() ? symbol.name : "", made.getSymbol() ? made.getFactor() : 1, made.getOffset()};
  }
  std::optional<DimTerm> sum() {
    std::optional<DimTerm> x = product();
    while (x) {
      char op = take('+') ? '+' : take('-') ? '-' : 0;
      if (!op)
        break;
      std::optional<DimTerm> y = product();
      x = y ? combine(*x, *y, op) : std::nullopt;
    }
    return x;
  }
  std::optional<DimTerm> product() {
    std::optional<DimTerm> x = atom();
    while (x && take('*')) {
      std::optional<DimTerm> y = atom();
      x = y ? combine(*x, *y, '*') : std::nullopt;
    }
    return x;
  }
  std::optional<DimTerm> atom() {
    if (take('(')) {
      std::optional<DimTerm> inner = sum();
      return inner && take(')') ? inner : fail("a parenthesis is missing");
    }
    if (take('-')) {
      std::optional<DimTerm> inner = atom();
      return inner ? combine(DimTerm{"", 1, -1}, *inner, '*') : std::nullopt;
    }
    llvm::StringRef word = rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
    rest = rest.drop_front(word.size());
    if (word.empty())
      return fail("a dim is a constant, a symbol, k*symbol, symbol + k or symbol - k");
    if (llvm::isDigit(word[0]) || word[0] == '.') {
      if (word.contains('.'))
        return fail("a dim is a whole number");
      int64_t value;
      llvm::StringRef digits = word.rtrim("uUlL");
      if (digits.getAsInteger(0, value))
        return fail("a dim is a whole number");
      return DimTerm{"", 1, value};
    }
    return DimTerm{word.str(), 1, 0};
  }

  llvm::StringRef rest;
  std::string &problem;
};

} // namespace

std::optional<llvm::SmallVector<DimTerm>> parseDims(llvm::StringRef text, std::string &problem) {
  llvm::SmallVector<DimTerm> terms;
  if (text.trim().empty())
    return terms;
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ',');
  if (parts.size() > 8) {
    problem = "a tensor has at most 8 dims";
    return std::nullopt;
  }
  for (llvm::StringRef part : parts) {
    std::optional<DimTerm> term = DimParser(part, problem).parse();
    if (!term)
      return std::nullopt;
    terms.push_back(*term);
  }
  return terms;
}

} // namespace tenon
