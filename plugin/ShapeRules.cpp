// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ShapeRules.cpp - see ShapeRules.h. Messages are the runtime's, with the user's symbols for dims.

#include "ShapeRules.h"
#include "tenon/tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <climits>

using llvm::ArrayRef;
using llvm::StringRef;

namespace tenon {

StringRef dtypeName(unsigned dtype) {
  switch (dtype) {
  case TN_F32: return "f32";
  case TN_F64: return "f64";
  case TN_F16: return "f16";
  case TN_BF16: return "bf16";
  case TN_I8: return "i8";
  case TN_U8: return "u8";
  case TN_I16: return "i16";
  case TN_U16: return "u16";
  case TN_I32: return "i32";
  case TN_U32: return "u32";
  case TN_I64: return "i64";
  case TN_U64: return "u64";
  case TN_BOOL: return "bool";
  }
  return "";
}

Facts Facts::tensor(std::optional<Shape> shape, std::optional<unsigned> dtype) {
  Facts facts;
  facts.kind = Tensor;
  facts.shape = std::move(shape);
  facts.dtype = dtype;
  return facts;
}

Facts Facts::integer(Dim value) {
  Facts facts;
  facts.kind = Number;
  facts.number = value;
  return facts;
}

std::string Facts::text() const {
  return (dtype ? dtypeName(*dtype).str() : "") + (shape ? tenon::text(*shape) : dtype ? " of unknown shape" : "?");
}

bool Facts::operator==(const Facts &other) const {
  if (kind != other.kind || assumed != other.assumed || dtype != other.dtype || weak != other.weak || isReal != other.isReal ||
      shape.has_value() != other.shape.has_value() || number.isKnown() != other.number.isKnown() ||
      (number.isKnown() && !identical(number, other.number)))
    return false;
  if (!shape)
    return true;
  return std::equal(shape->begin(), shape->end(), other.shape->begin(), other.shape->end(), [](const Dim &x, const Dim &y) {
    return x.isKnown() == y.isKnown() && (!x.isKnown() || identical(x, y));
  });
}

namespace {

bool isFloat(unsigned dtype) { return dtype == TN_F32 || dtype == TN_F64 || dtype == TN_F16 || dtype == TN_BF16; }

class Inference {
public:
  Inference(StringRef name, ArrayRef<Facts> arguments, Facts &result, Problem &problem)
      : name(name), arguments(arguments), result(result), problem(problem) {}
  bool run();

private:
  bool fail(const llvm::Twine &message, int argument, int other = -1) {
    problem.message = message.str();
    problem.argument = argument;
    problem.other = other;
    return false;
  }
  bool give(std::optional<Shape> shape, std::optional<unsigned> dtype) {
    result = Facts::tensor(std::move(shape), dtype);
    return true;
  }
  const Facts &at(unsigned i) const { return arguments[i]; }
  /// A C number as an operand; in C++ it is one without a call around it.
  bool isWeak(unsigned i) const { return at(i).weak || at(i).kind == Facts::Number; }
  std::optional<int64_t> constant(unsigned i) const {
    return i < arguments.size() && arguments[i].kind == Facts::Number ? arguments[i].number.constant() : std::nullopt;
  }
  /// The numbers from argument `first` up to the padding.
  llvm::SmallVector<Dim> numbers(unsigned first) const;
  /// An axis as 0 and up, if it is known; fails if it is out of range.
  bool axis(unsigned argument, const Facts &tensor, unsigned tensorArgument, std::optional<unsigned> &out);
  bool dtypeArgument(unsigned argument, std::optional<unsigned> &out);
  bool commonDtype(ArrayRef<unsigned> operands, std::optional<unsigned> &out);
  bool commonShape(ArrayRef<unsigned> operands, std::optional<Shape> &out);

  bool elementwise(ArrayRef<unsigned> operands, std::optional<unsigned> resultDtype = std::nullopt);
  bool where();
  bool reduction(StringRef kind, bool keepdims);
  bool matmul();
  bool create(unsigned dtypeAt, unsigned dimsAt);
  bool reshape();
  bool permute();
  bool broadcastTo();
  bool slice(bool hasStep);
  bool select();
  bool atIndices();
  bool concat();
  bool take();
  bool element(bool value, unsigned indicesAt);
  bool store();

  StringRef name;
  ArrayRef<Facts> arguments;
  Facts &result;
  Problem &problem;
};

} // namespace

llvm::SmallVector<Dim> Inference::numbers(unsigned first) const {
  llvm::SmallVector<Dim> found;
  for (unsigned i = first; i < arguments.size() && constant(i) != TN_PAD_VALUE; ++i)
    found.push_back(arguments[i].kind == Facts::Number ? arguments[i].number : Dim());
  return found;
}

bool Inference::axis(unsigned argument, const Facts &tensor, unsigned tensorArgument, std::optional<unsigned> &out) {
  std::optional<int64_t> given = constant(argument);
  out = std::nullopt;
  if (!given || !tensor.shape)
    return true;
  int64_t rank = tensor.shape->size();
  // One beyond the last axis is the last, counted from 1, and one ahead of the first is the first, counted from -0.
  if (rank > 0 && (*given == rank || *given == -rank - 1)) {
    problem.mistyped = argument;
    problem.meant = *given > 0 ? -1 : 0;
  }
  if (*given < -rank || *given >= rank)
    return fail("axis " + llvm::Twine(*given) + " of " + tensor.text() + " is out of range", argument, tensorArgument);
  out = *given < 0 ? *given + rank : *given;
  return true;
}

bool Inference::dtypeArgument(unsigned argument, std::optional<unsigned> &out) {
  std::optional<int64_t> given = constant(argument);
  out = std::nullopt;
  if (!given)
    return true;
  if (dtypeName(*given).empty())
    return fail(llvm::Twine(*given) + " is not a dtype; the dtype comes first, as in tn_zeros(TN_F32, 3, 4)", argument);
  out = *given;
  return true;
}

bool Inference::commonDtype(ArrayRef<unsigned> operands, std::optional<unsigned> &out) {
  out = std::nullopt;
  int by = -1;
  for (unsigned i : operands) {
    if (isWeak(i) || !at(i).dtype)
      continue;
    if (out && *out != *at(i).dtype)
      return fail("dtypes differ: " + dtypeName(*out) + " and " + dtypeName(*at(i).dtype) + "; use tn_cast", i, by);
    out = at(i).dtype;
    by = i;
  }
  if (out && !isFloat(*out))
    for (unsigned i : operands)
      if (isWeak(i) && at(i).isReal)
        return fail("a floating number with dtype " + dtypeName(*out) + "; cast one of them", i, by);
  return true;
}

bool Inference::commonShape(ArrayRef<unsigned> operands, std::optional<Shape> &out) {
  out = Shape();
  int by = -1;
  for (unsigned i : operands) {
    if (isWeak(i))
      continue;
    if (!at(i).shape) {
      out = std::nullopt;
      return true;
    }
    Shape joined, x = *out, y = *at(i).shape;
    while (x.size() < y.size())
      x.insert(x.begin(), Dim(1));
    while (y.size() < x.size())
      y.insert(y.begin(), Dim(1));
    for (auto [a, b] : llvm::zip(x, y)) {
      std::optional<Dim> both = broadcast(a, b);
      if (!both)
        return fail("shapes " + text(*out) + " and " + text(*at(i).shape) + " do not broadcast", i, by);
      joined.push_back(*both);
    }
    out = joined;
    by = i;
  }
  return true;
}

bool Inference::elementwise(ArrayRef<unsigned> operands, std::optional<unsigned> resultDtype) {
  std::optional<unsigned> dtype;
  std::optional<Shape> shape;
  if (!commonDtype(operands, dtype) || !commonShape(operands, shape))
    return false;
  return give(shape, resultDtype ? resultDtype : dtype);
}

bool Inference::where() {
  const Facts &condition = at(0);
  if (condition.dtype && *condition.dtype != TN_BOOL)
    return fail("the condition is " + dtypeName(*condition.dtype) + ", not bool; tn_not_equal(c, 0) makes one", 0);
  std::optional<unsigned> dtype;
  std::optional<Shape> shape;
  if (!commonDtype({1, 2}, dtype) || !commonShape({0, 1, 2}, shape))
    return false;
  return give(shape, dtype);
}

bool Inference::reduction(StringRef kind, bool keepdims) {
  const Facts &t = at(0);
  std::optional<unsigned> dtype = t.dtype;
  if (kind == "any" || kind == "all")
    dtype = TN_BOOL;
  else if (kind == "argmax" || kind == "argmin")
    dtype = TN_I64;
  else if ((kind == "sum" || kind == "prod") && dtype && !isFloat(*dtype) && *dtype != TN_U64)
    dtype = TN_I64;
  if (!t.shape)
    return give(std::nullopt, dtype);
  unsigned count = numbers(1).size();
  llvm::SmallVector<bool> reduced(t.shape->size(), count == 0);
  bool known = true;
  for (unsigned i = 0; i < count; ++i) {
    std::optional<unsigned> one;
    if (!axis(1 + i, t, 0, one))
      return false;
    if (!one) {
      known = false;
      continue;
    }
    if (reduced[*one])
      return fail("axis " + llvm::Twine(*constant(1 + i)) + " of " + t.text() + " is named twice", 1 + i, 0);
    reduced[*one] = true;
  }
  if (!known)
    return give(std::nullopt, dtype);
  Shape shape;
  for (auto [dim, gone] : llvm::zip(*t.shape, reduced)) {
    if (!gone)
      shape.push_back(dim);
    else if (keepdims)
      shape.push_back(1);
  }
  return give(shape, dtype);
}

bool Inference::matmul() {
  const Facts &x = at(0), &y = at(1);
  std::optional<unsigned> dtype;
  if (!commonDtype({0, 1}, dtype))
    return false;
  if (!x.shape || !y.shape)
    return give(std::nullopt, dtype);
  for (unsigned i : {0, 1})
    if (at(i).shape->empty())
      return fail(x.text() + " and " + y.text() + ": a rank 0 is no matrix; tn_mul scales", i, 1 - i);
  Shape left = *x.shape, right = *y.shape;
  bool row = left.size() == 1, column = right.size() == 1;
  if (row)
    left.insert(left.begin(), Dim(1));
  if (column)
    right.push_back(1);
  Dim inner = left.back(), outer = right[right.size() - 2];
  if (equal(inner, outer) == Truth::No) {
    fail("shapes " + text(*x.shape) + " and " + text(*y.shape) + " do not fit: " + inner.text() + " columns, " +
             outer.text() + " rows",
         1, 0);
    problem.transposed = !column && identical(inner, right.back());
    return false;
  }
  Shape shape;
  int64_t most = std::max(left.size(), right.size());
  for (int64_t i = most; i > 2; --i) {
    Dim a = int64_t(left.size()) >= i ? left[left.size() - i] : Dim(1);
    Dim b = int64_t(right.size()) >= i ? right[right.size() - i] : Dim(1);
    std::optional<Dim> both = broadcast(a, b);
    if (!both)
      return fail("shapes " + text(*x.shape) + " and " + text(*y.shape) + " do not fit: " + a.text() + " and " + b.text() +
                      " do not broadcast",
                  1, 0);
    shape.push_back(*both);
  }
  if (!row)
    shape.push_back(left[left.size() - 2]);
  if (!column)
    shape.push_back(right.back());
  return give(shape, dtype);
}

bool Inference::create(unsigned dtypeAt, unsigned dimsAt) {
  std::optional<unsigned> dtype;
  if (!dtypeArgument(dtypeAt, dtype))
    return false;
  Shape shape(numbers(dimsAt));
  for (auto [i, dim] : llvm::enumerate(shape))
    if (dim.constant() && *dim.constant() < 0)
      return fail("dim " + llvm::Twine(i) + " is negative: " + text(shape), dimsAt + i);
  return give(shape, dtype);
}

bool Inference::reshape() {
  const Facts &t = at(0);
  Shape shape(numbers(1));
  int open = -1;
  Dim size = 1;
  for (auto [i, dim] : llvm::enumerate(shape)) {
    if (!dim.constant() || *dim.constant() >= 0) {
      size = size * dim;
      continue;
    }
    if (*dim.constant() != -1 || open >= 0)
      return fail(t.text() + " cannot become " + text(shape), 1 + i, 0);
    open = i;
  }
  if (!t.shape) {
    if (open >= 0)
      shape[open] = Dim();
    return give(shape, t.dtype);
  }
  Dim have = sizeOf(*t.shape);
  if (open < 0) {
    if (equal(have, size) == Truth::No) {
      // The one dim, if there is only one, that could be what the others leave.
      for (unsigned i = 0; i < shape.size() && have.constant() && size.constant(); ++i) {
        Dim others = 1;
        for (unsigned j = 0; j < shape.size(); ++j)
          others = j == i ? others : others * shape[j];
        if (!others.constant() || *others.constant() <= 0 || *have.constant() % *others.constant() != 0)
          continue;
        problem.mistyped = problem.mistyped < 0 ? int(1 + i) : INT_MAX;
        problem.meant = -1;
      }
      return fail(t.text() + " has " + have.text() + " elements and cannot become " + text(shape), 1, 0);
    }
    return give(shape, t.dtype);
  }
  std::optional<int64_t> part = size.constant();
  Dim found;
  if (part && *part > 0 && have.isKnown()) {
    if (have.constant() && *have.constant() % *part != 0)
      return fail(t.text() + " has " + have.text() + " elements and cannot become " + text(shape), 1 + open, 0);
    if (have.getOffset() % *part == 0 && have.getFactor() % *part == 0)
      found = Dim(have.getSymbol(), have.getFactor() / *part, have.getOffset() / *part);
  }
  shape[open] = found;
  return give(shape, t.dtype);
}

bool Inference::permute() {
  const Facts &t = at(0);
  llvm::SmallVector<Dim> axes = numbers(1);
  if (!t.shape)
    return give(std::nullopt, t.dtype);
  Shape shape;
  llvm::SmallVector<bool> seen(t.shape->size());
  auto wrong = [&](unsigned i) {
    return fail("axes " + text(axes) + " do not name each axis of " + t.text() + " once", 1 + i, 0);
  };
  if (axes.size() != t.shape->size())
    return wrong(0);
  for (unsigned i = 0; i < axes.size(); ++i) {
    if (!axes[i].constant())
      return give(Shape(axes.size()), t.dtype);
    int64_t one = *axes[i].constant(), rank = axes.size();
    one += one < 0 ? rank : 0;
    if (one < 0 || one >= rank || seen[one])
      return wrong(i);
    seen[one] = true;
    shape.push_back((*t.shape)[one]);
  }
  return give(shape, t.dtype);
}

bool Inference::broadcastTo() {
  const Facts &t = at(0);
  Shape shape(numbers(1));
  if (t.shape) {
    auto wrong = [&] { return fail(t.text() + " does not broadcast to " + text(shape), 0); };
    if (t.shape->size() > shape.size())
      return wrong();
    for (unsigned i = 0; i < t.shape->size(); ++i) {
      const Dim &from = (*t.shape)[t.shape->size() - 1 - i], &to = shape[shape.size() - 1 - i];
      if (equal(from, 1) == Truth::No && equal(from, to) == Truth::No)
        return wrong();
    }
  }
  return give(shape, t.dtype);
}

bool Inference::slice(bool hasStep) {
  const Facts &t = at(0);
  std::optional<unsigned> along;
  if (!axis(1, t, 0, along))
    return false;
  if (hasStep && constant(4) == 0)
    return fail("the step is 0", 4);
  if (!t.shape)
    return give(std::nullopt, t.dtype);
  if (!along)
    return give(Shape(t.shape->size()), t.dtype);
  Shape shape = *t.shape;
  Dim n = shape[*along], length;
  std::optional<int64_t> start = constant(2), stop = constant(3);
  if (start && stop && !hasStep) {
    // Negative ones count from the end; both are cut to the axis.
    auto place = [&](int64_t at) { return at == TN_END ? n : at < 0 ? n + Dim(at) : Dim(at); };
    Dim from = place(*start), to = place(*stop);
    if (n.constant()) {
      int64_t first = std::clamp<int64_t>(*from.constant(), 0, *n.constant());
      int64_t last = std::clamp<int64_t>(*to.constant(), 0, *n.constant());
      length = std::max<int64_t>(0, last - first);
    } else if (n.isKnown() && to.getSymbol() == n.getSymbol()) {
      length = to - from;
    }
  }
  shape[*along] = length;
  return give(shape, t.dtype);
}

bool Inference::select() {
  const Facts &t = at(0);
  std::optional<unsigned> along;
  if (!axis(1, t, 0, along))
    return false;
  if (!t.shape || !along)
    return give(t.shape && !t.shape->empty() ? std::optional<Shape>(Shape(t.shape->size() - 1)) : std::nullopt, t.dtype);
  Shape shape = *t.shape;
  std::optional<int64_t> index = constant(2), n = shape[*along].constant();
  if (index && n && (*index < -*n || *index >= *n))
    return fail("index " + llvm::Twine(*index) + " is out of range for axis " + llvm::Twine(*along) + " of " + t.text(), 2, 0);
  shape.erase(shape.begin() + *along);
  return give(shape, t.dtype);
}

bool Inference::atIndices() {
  const Facts &t = at(0);
  llvm::SmallVector<Dim> indices = numbers(1);
  if (!t.shape)
    return give(std::nullopt, t.dtype);
  if (indices.size() > t.shape->size())
    return fail(llvm::Twine(indices.size()) + " indices for " + t.text(), 1 + t.shape->size(), 0);
  for (auto [i, index] : llvm::enumerate(indices)) {
    std::optional<int64_t> n = (*t.shape)[i].constant();
    if (index.constant() && n && (*index.constant() < -*n || *index.constant() >= *n))
      return fail("index " + index.text() + " is out of range for axis " + llvm::Twine(i) + " of " + t.text(), 1 + i, 0);
  }
  return give(Shape(llvm::ArrayRef<Dim>(*t.shape).drop_front(indices.size())), t.dtype);
}

bool Inference::concat() {
  std::optional<int64_t> count = constant(1), along = constant(0);
  if (!count)
    return give(std::nullopt, std::nullopt);
  llvm::SmallVector<unsigned> operands;
  for (unsigned i = 0; i < *count; ++i)
    operands.push_back(2 + i);
  std::optional<unsigned> dtype;
  if (!commonDtype(operands, dtype))
    return false;
  if (operands.empty() || !at(2).shape || !along)
    return give(std::nullopt, dtype);
  std::optional<unsigned> place;
  if (!axis(0, at(2), 2, place))
    return false;
  Shape shape = *at(2).shape;
  bool known = true;
  for (unsigned i : llvm::ArrayRef<unsigned>(operands).drop_front()) {
    if (!at(i).shape) {
      known = false;
      continue;
    }
    bool fits = at(i).shape->size() == shape.size();
    for (unsigned d = 0; fits && d < shape.size(); ++d) {
      const Dim &dim = (*at(i).shape)[d];
      if (d == *place)
        shape[d] = shape[d] + dim;
      else if (equal(shape[d], dim) == Truth::No)
        fits = false;
      else if (!shape[d].constant())
        shape[d] = dim;
    }
    if (!fits)
      return fail(at(2).text() + " and " + at(i).text() + " do not fit along axis " + llvm::Twine(*along), i, 2);
  }
  if (!known)
    shape[*place] = Dim();
  return give(shape, dtype);
}

bool Inference::take() {
  const Facts &t = at(0), &indices = at(1);
  if (indices.dtype && *indices.dtype != TN_I32 && *indices.dtype != TN_I64)
    return fail("indices are " + dtypeName(*indices.dtype) + ", not i32 or i64", 1);
  std::optional<unsigned> along;
  if (!axis(2, t, 0, along))
    return false;
  if (!t.shape || !indices.shape || !along)
    return give(std::nullopt, t.dtype);
  Shape shape = *t.shape;
  shape.erase(shape.begin() + *along);
  shape.insert(shape.begin() + *along, indices.shape->begin(), indices.shape->end());
  return give(shape, t.dtype);
}

/// tn_get and tn_set: an index for each axis.
bool Inference::element(bool value, unsigned indicesAt) {
  const Facts &t = at(0);
  if (value)
    result = Facts::integer(Dim());
  if (!t.shape)
    return true;
  llvm::SmallVector<Dim> indices = numbers(indicesAt);
  if (indices.size() != t.shape->size())
    return fail(llvm::Twine(indices.size()) + (indices.size() == 1 ? " index" : " indices") + " for " + t.text() +
                    ", which has " + llvm::Twine(t.shape->size()) + " axes" +
                    (value ? "; tn_get_flat takes a flat index" : ""),
                indices.empty() ? 0 : indicesAt, indices.empty() ? -1 : 0);
  for (auto [i, index] : llvm::enumerate(indices)) {
    std::optional<int64_t> n = (*t.shape)[i].constant();
    if (index.constant() && n && (*index.constant() < -*n || *index.constant() >= *n))
      return fail("index " + index.text() + " is out of range for axis " + llvm::Twine(i) + " of " + t.text(),
                  indicesAt + i, 0);
  }
  return true;
}

bool Inference::store() {
  const Facts &target = at(0), &value = at(1);
  if (target.dtype && value.dtype && !isWeak(1) && *target.dtype != *value.dtype)
    return fail("the target is " + dtypeName(*target.dtype) + ", the value " + dtypeName(*value.dtype) + "; use tn_cast", 1, 0);
  if (!target.shape || !value.shape || isWeak(1))
    return true;
  auto wrong = [&] { return fail(value.text() + " does not broadcast to " + target.text(), 1, 0); };
  unsigned rank = value.shape->size(), room = target.shape->size();
  for (unsigned i = 0; i < rank; ++i) {
    const Dim &from = (*value.shape)[rank - 1 - i];
    if (equal(from, 1) != Truth::No)
      continue;
    if (i >= room || equal(from, (*target.shape)[room - 1 - i]) == Truth::No)
      return wrong();
  }
  return true;
}

bool Inference::run() {
#define TN_UNARY(row, ...)                                                                                             \
  if (name == #row)                                                                                                    \
    return elementwise({0});
#define TN_BINARY(row, ...)                                                                                            \
  if (name == #row)                                                                                                    \
    return elementwise({0, 1});
#define TN_COMPARE(row, ...)                                                                                           \
  if (name == #row)                                                                                                    \
    return elementwise({0, 1}, unsigned(TN_BOOL));
#define TN_LOGICAL(row, arity, value)                                                                                  \
  if (name == #row)                                                                                                    \
    return arity == 1 ? elementwise({0}) : elementwise({0, 1});
#define TN_REDUCTION(row, ...)                                                                                         \
  if (name == #row || name == #row "_keepdims")                                                                        \
    return reduction(#row, name.ends_with("_keepdims"));
#include "tenon/ops.def"
  if (name == "where")
    return where();
  if (name == "clip")
    return elementwise({0, 1, 2});
  if (name == "copy" || name == "keep" || name == "own") {
    result = at(0);
    return true;
  }
  if (name == "keep_in" || name == "replaced") {
    result = at(1);
    return true;
  }
  if (name == "cast") {
    std::optional<unsigned> dtype;
    return dtypeArgument(1, dtype) && give(at(0).shape, dtype);
  }
  if (name == "map_f32" || name == "map_f64" || name == "zip_f32" || name == "zip_f64") {
    unsigned of = name.ends_with("f32") ? TN_F32 : TN_F64;
    for (unsigned i = 1; i < arguments.size(); ++i)
      if (at(i).dtype && !isWeak(i) && *at(i).dtype != of)
        return fail("the function is of " + dtypeName(of) + ", the tensor of " + dtypeName(*at(i).dtype) + "; use tn_cast", i);
    return name.starts_with("map") ? elementwise({1}, of) : elementwise({1, 2}, of);
  }
  if (name == "softmax" || name == "sort") {
    std::optional<unsigned> along;
    return axis(1, at(0), 0, along) && give(at(0).shape, at(0).dtype);
  }
  if (name == "matmul")
    return matmul();
  if (name == "view" || name == "view_const")
    return create(1, 2);
  if (name == "zeros")
    return create(0, 1);
  if (name == "full")
    return create(0, 2);
  if (name == "values") {
    std::optional<unsigned> dtype;
    return dtypeArgument(0, dtype) && give(Shape{at(1).number}, dtype);
  }
  if (name == "arange") {
    std::optional<unsigned> dtype;
    return dtypeArgument(0, dtype) && give(Shape{Dim()}, dtype);
  }
  if (name == "none")
    return give(Shape{Dim(0)}, unsigned(TN_F32));
  if (name == "scalar_f64" || name == "scalar_i64" || name == "scalar_u64") {
    give(Shape(), std::nullopt);
    result.weak = true;
    result.isReal = name == "scalar_f64";
    return true;
  }
  if (name == "reshape")
    return reshape();
  if (name == "transpose") {
    if (!at(0).shape)
      return give(std::nullopt, at(0).dtype);
    Shape shape = *at(0).shape;
    if (shape.size() < 2)
      return fail(at(0).text() + " has less than two axes", 0);
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
    return give(shape, at(0).dtype);
  }
  if (name == "permute_dims")
    return permute();
  if (name == "broadcast_to")
    return broadcastTo();
  if (name == "slice" || name == "slice_step")
    return slice(name == "slice_step");
  if (name == "select")
    return select();
  if (name == "at")
    return atIndices();
  if (name == "window")
    return give(at(0).shape ? std::optional<Shape>(Shape(at(0).shape->size())) : std::nullopt, at(0).dtype);
  if (name == "concat")
    return concat();
  if (name == "take")
    return take();
  if (name == "get" || name == "get_f32" || name == "get_i64")
    return element(true, 1);
  if (name == "set" || name == "set_i64")
    return element(false, 2);
  if (name == "item" || name == "item_f32" || name == "item_i64") {
    result = Facts::integer(Dim());
    if (!at(0).shape || equal(sizeOf(*at(0).shape), 1) != Truth::No)
      return true;
    return fail(at(0).text() + " has " + sizeOf(*at(0).shape).text() + " elements, not one", 0);
  }
  if (name == "store")
    return store();
  if (name == "rank") {
    result = Facts::integer(at(0).shape ? Dim(int64_t(at(0).shape->size())) : Dim());
    return true;
  }
  if (name == "size") {
    result = Facts::integer(at(0).shape ? sizeOf(*at(0).shape) : Dim());
    return true;
  }
  if (name == "dim") {
    std::optional<unsigned> along;
    if (!axis(1, at(0), 0, along))
      return false;
    result = Facts::integer(along ? (*at(0).shape)[*along] : Dim());
    return true;
  }
  return true;
}

bool inferOp(StringRef name, ArrayRef<Facts> arguments, Facts &out_result, Problem &out_problem) {
  out_result = Facts();
  return Inference(name, arguments, out_result, out_problem).run();
}

} // namespace tenon
