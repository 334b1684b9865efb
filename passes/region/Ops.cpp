// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops.cpp - reads headers/tenon/ops.def into a table and finds the row of a call.

#include "Ops.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace tenon {

// The columns of ops.def in this table's words.
namespace column {
constexpr OpClass PURE = OpClass::Pure, CREATE = OpClass::Create, READ = OpClass::Read,
                  MUTATE = OpClass::Mutate, HANDLE = OpClass::Handle, STATE = OpClass::State;
constexpr Lowering ELEMENTWISE = Lowering::Elementwise, PRODUCT = Lowering::Product, LINE = Lowering::Line,
                   MAP = Lowering::Map, ALIAS = Lowering::Alias, SCALAR = Lowering::Scalar,
                   ELEMENT = Lowering::Element, SORT = Lowering::Sort, STORE = Lowering::Store, EAGER = Lowering::Eager;
enum Fails { NEVER, SHAPE, DATA };
constexpr OpClass classOf(OpClass cls) { return cls; }
constexpr OpClass classOf(Fails) { return OpClass::Shape; } // SHAPE names a class and a kind of failure
} // namespace column

static const OpRow rows[] = {
#define TN_ROW(name, cls, lowering, data) {#name, cls, lowering, data},
#define TN_UNARY(name, ...) TN_ROW(name, OpClass::Elementwise, Lowering::Elementwise, false)
#define TN_BINARY(name, ...) TN_ROW(name, OpClass::Elementwise, Lowering::Elementwise, false)
#define TN_COMPARE(name, ...) TN_ROW(name, OpClass::Elementwise, Lowering::Elementwise, false)
#define TN_LOGICAL(name, ...) TN_ROW(name, OpClass::Elementwise, Lowering::Elementwise, false)
#define TN_REDUCTION(name, types, result, kind, fails, gradient)                                                       \
  TN_ROW(name, OpClass::Reduction, StringRef(#kind) == "EAGER" ? Lowering::Eager : Lowering::Reduce, false)
#define TN_STRUCTURAL(name, symbol, cls, lowering, fails, gradient)                                                    \
  TN_ROW(name, column::classOf(column::cls), column::lowering, column::fails == column::DATA)
#include "tenon/ops.def"
#undef TN_ROW
};

const OpRow *findRow(StringRef name) {
  static const StringMap<const OpRow *> byName = [] {
    StringMap<const OpRow *> map;
    for (const OpRow &row : rows)
      map[row.name] = &row;
    return map;
  }();
  if (const OpRow *row = byName.lookup(name))
    return row;
  if (name.consume_back("_keepdims"))
    if (const OpRow *row = byName.lookup(name); row && row->cls == OpClass::Reduction)
      return row;
  return nullptr;
}

StringRef opNameOf(const CallBase &call) {
  const Function *callee = call.getCalledFunction();
  return callee ? callee->getFnAttribute(opAttribute).getValueAsString() : StringRef();
}

const OpRow *rowOf(const Instruction &inst) {
  auto *call = dyn_cast<CallInst>(&inst);
  if (!call || call->getAttributes().hasFnAttr(eagerAttribute))
    return nullptr;
  StringRef name = opNameOf(*call);
  return name.empty() ? nullptr : findRow(name);
}

bool isFusable(const OpRow &row) {
  switch (row.lowering) {
  case Lowering::Elementwise:
  case Lowering::Reduce:
  case Lowering::Product:
  case Lowering::Line:
  case Lowering::Map:
  case Lowering::Sort:
    return true;
  default:
    return false;
  }
}

} // namespace tenon
