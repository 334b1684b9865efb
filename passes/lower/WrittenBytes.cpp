// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// WrittenBytes.cpp - see WrittenBytes.h.

#include "WrittenBytes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace tenon {

using Written = std::optional<WrittenShape>;

static std::string factor(const std::string &text) {
  return StringRef(text).find_first_of("+-") == StringRef::npos ? text : "(" + text + ")";
}

/// The bytes of a shape: a number, or a product.
static uint64_t bytesOf(const WrittenShape &shape, Type element, std::string &out_product) {
  uint64_t number = std::max(1u, element.getIntOrFloatBitWidth() / 8);
  std::string text = std::to_string(number);
  bool isConstant = shape.unranked.empty();
  if (!isConstant)
    text += "*" + shape.unranked;
  for (const std::string &dim : shape.dims) {
    text += "*" + factor(dim);
    uint64_t value;
    isConstant =
        isConstant && !StringRef(dim).getAsInteger(10, value) && !__builtin_mul_overflow(number, value, &number);
  }
  out_product = isConstant ? "" : text;
  return isConstant ? number : 0;
}

void WrittenBytes::add(const Written &shape, Type element) {
  WrittenBytes one;
  one.count = 1;
  if (shape && element) {
    std::string product;
    one.constant = bytesOf(*shape, element, product);
    one.matrices = shape->matrices;
    one.promised = shape->promised;
    if (!product.empty())
      one.terms.push_back({product, 1});
  } else {
    one.unknown = 1;
  }
  add(one);
}

void WrittenBytes::add(const WrittenBytes &other) {
  count += other.count;
  unknown += other.unknown;
  constant += other.constant;
  matrices |= other.matrices;
  promised |= other.promised;
  for (const auto &added : other.terms) {
    auto same = llvm::find_if(terms, [&](const auto &term) { return term.first == added.first; });
    if (same != terms.end())
      same->second += added.second;
    else
      terms.push_back(added);
  }
}

void WrittenBytes::remove(const Written &shape, Type element) {
  if (!shape || !element) {
    count -= unknown > 0;
    unknown -= unknown > 0;
    return;
  }
  std::string product;
  uint64_t number = bytesOf(*shape, element, product);
  auto same = llvm::find_if(terms, [&](const auto &term) { return term.first == product; });
  if (product.empty() ? constant < number : same == terms.end())
    return;
  constant -= number;
  count -= count > 0;
  if (!product.empty() && --same->second == 0)
    terms.erase(same);
}

unsigned WrittenBytes::timesOf(StringRef term) const {
  auto same = llvm::find_if(terms, [&](const auto &mine) { return mine.first == term; });
  return same == terms.end() ? 0 : same->second;
}

void WrittenBytes::raiseTo(const WrittenBytes &other) {
  count = std::max(count, other.count);
  unknown = std::max(unknown, other.unknown);
  constant = std::max(constant, other.constant);
  matrices |= other.matrices;
  promised |= other.promised;
  for (const auto &theirs : other.terms) {
    auto same = llvm::find_if(terms, [&](const auto &term) { return term.first == theirs.first; });
    if (same == terms.end())
      terms.push_back(theirs);
    else
      same->second = std::max(same->second, theirs.second);
  }
}

bool WrittenBytes::isWithin(const WrittenBytes &other) const {
  return unknown <= other.unknown && constant <= other.constant &&
         llvm::all_of(terms, [&](const auto &term) { return term.second <= other.timesOf(term.first); });
}

std::string WrittenBytes::text() const {
  if (!count)
    return "none";
  if (unknown)
    return "of a size known when it runs";
  std::string text;
  for (const auto &[term, times] : terms)
    text += (text.empty() ? "" : " + ") + (times > 1 ? std::to_string(times) + "*" : "") + term;
  if (constant || text.empty())
    text += (text.empty() ? "" : " + ") + std::to_string(constant);
  return text + " bytes" + (matrices ? " (for matrices)" : "") + (promised ? " (by contract)" : "");
}

} // namespace tenon
