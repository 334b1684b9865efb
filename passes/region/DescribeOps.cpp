// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DescribeOps.cpp - turns the annotations of <tenon.h> and of pragmas into function attributes.
//
//   Before   @llvm.global.annotations holds {ptr @tn_add, "tenon.op", ..., args {"add"}}
//   After    declare ptr @tn_add(ptr, ptr) memory(read, inaccessiblemem: readwrite) willreturn nounwind "tenon-op"="add"
//
//   Before   ... holds {ptr @mlp, "tenon.shape;0:x:n,784;r:mlp:n,10", ...}
//   After    define ptr @mlp(ptr) "tenon-shapes"="0:x:n,784;r:mlp:n,10"
//
// Requires  nothing. Ensures  every tensor function that the module mentions carries its row's name, so that the
// passes behind need no table of symbols, and annotations that were read are gone. Refuses  a row name that ops.def does not have: the function stays a plain
// one (a header of another version).
//
// The memory attributes cannot be written in C. They say what holds for pure ops and reads: elements are reached through
// the handle and may be user memory, so they read all memory; what they write (scope, free list, error record) no
// user code can see. `pure`, `const` and `malloc` would be wrong: two equal calls give two tensors.

#include "DescribeOps.h"
#include "ContractFacts.h"
#include "Ops.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon {

/// The string that a constant pointer leads to, or nothing.
static StringRef stringAt(const Value *pointer) {
  auto *global = dyn_cast<GlobalVariable>(pointer->stripPointerCasts());
  if (!global || !global->hasInitializer())
    return {};
  auto *data = dyn_cast<ConstantDataSequential>(global->getInitializer());
  return data && data->isCString() ? data->getAsCString() : StringRef();
}

/// The first extra argument of an annotation, as a string.
static StringRef firstArgument(const ConstantStruct &annotation) {
  if (annotation.getNumOperands() < 5)
    return {};
  auto *global = dyn_cast<GlobalVariable>(annotation.getOperand(4)->stripPointerCasts());
  if (!global || !global->hasInitializer())
    return {};
  auto *args = dyn_cast<ConstantStruct>(global->getInitializer());
  return args && args->getNumOperands() ? stringAt(args->getOperand(0)) : StringRef();
}

static void describe(Function &function, const OpRow &row, StringRef name) {
  function.addFnAttr(opAttribute, name);
  function.addFnAttr(Attribute::NoUnwind);
  function.addFnAttr(Attribute::WillReturn);
  switch (row.cls) {
  case OpClass::Elementwise:
  case OpClass::Reduction:
  case OpClass::Pure:
  case OpClass::Shape:
  case OpClass::Create:
  case OpClass::Read:
    // A map runs the user's function, which may do anything.
    if (row.lowering == Lowering::Map) {
      function.removeFnAttr(Attribute::WillReturn);
      function.removeFnAttr(Attribute::NoUnwind);
      break;
    }
    // A read of a handle's description or elements records errors like any op.
    function.setMemoryEffects(MemoryEffects::readOnly() | MemoryEffects::inaccessibleMemOnly());
    break;
  case OpClass::Mutate:
  case OpClass::Handle:
  case OpClass::State:
    break;
  }
}

void forEachAnnotation(Module &module, function_ref<void(Function &, StringRef kind)> each) {
  auto *annotations = module.getNamedGlobal("llvm.global.annotations");
  auto *entries = annotations && annotations->hasInitializer() ? dyn_cast<ConstantArray>(annotations->getInitializer()) : nullptr;
  if (!entries)
    return;
  for (const Use &use : entries->operands()) {
    auto *entry = dyn_cast<ConstantStruct>(use);
    if (auto *function = entry ? dyn_cast<Function>(entry->getOperand(0)->stripPointerCasts()) : nullptr)
      each(*function, stringAt(entry->getOperand(1)));
  }
}

PreservedAnalyses DescribeOpsPass::run(Module &module, ModuleAnalysisManager &) {
  auto *annotations = module.getNamedGlobal("llvm.global.annotations");
  if (!annotations || !annotations->hasInitializer())
    return PreservedAnalyses::all();
  auto *entries = dyn_cast<ConstantArray>(annotations->getInitializer());
  if (!entries)
    return PreservedAnalyses::all();
  bool changed = false;
  SmallVector<Constant *> others;
  SmallVector<Function *> annotated;
  for (const Use &use : entries->operands()) {
    auto *entry = dyn_cast<ConstantStruct>(use);
    auto *function = entry ? dyn_cast<Function>(entry->getOperand(0)->stripPointerCasts()) : nullptr;
    if (!function) {
      others.push_back(cast<Constant>(use));
      continue;
    }
    StringRef kind = stringAt(entry->getOperand(1)), argument = firstArgument(*entry);
    for (auto [prefix, attribute] : {std::pair(StringRef("tenon.shape;"), shapesAttribute),
                                     std::pair(StringRef("tenon.proven;"), provenAttribute),
                                     std::pair(StringRef("tenon.specialize;"), specializeAttribute)})
      if (kind.consume_front(prefix)) {
        // A definition says as much as its prototypes, or more.
        if (function->getFnAttribute(attribute).getValueAsString().size() < kind.size())
          function->addFnAttr(attribute, kind);
        changed = true;
      }
    annotated.push_back(function);
    if (!stringAt(entry->getOperand(1)).starts_with("tenon."))
      others.push_back(entry);
    if (kind == "tenon.op" && function->isDeclaration()) {
      if (const OpRow *row = findRow(argument)) {
        describe(*function, *row, argument);
        changed = true;
      }
    } else if (kind == "tenon.fp") {
      function->addFnAttr(fpAttribute, argument);
      changed = true;
    } else {
      for (auto [word, attribute] : {std::pair(StringRef("tenon.off"), offAttribute), std::pair(StringRef("tenon.noalloc"), noallocAttribute),
                                     std::pair(StringRef("tenon.inplace"), inplaceAttribute),
                                     std::pair(StringRef("tenon.no_tensors"), noTensorsAttribute)})
        if (kind == word) {
          function->addFnAttr(attribute);
          changed = true;
        }
    }
  }
  if (!changed)
    return PreservedAnalyses::all();
  // An annotation is a use: a helper that was inlined everywhere would stay.
  if (!others.empty()) {
    Constant *left = ConstantArray::get(ArrayType::get(others[0]->getType(), others.size()), others);
    auto *made = new GlobalVariable(module, left->getType(), annotations->isConstant(), annotations->getLinkage(), left, "",
                                    annotations);
    made->copyAttributesFrom(annotations);
    made->takeName(annotations);
  }
  annotations->eraseFromParent();
  for (Function *function : annotated)
    function->removeDeadConstantUsers();
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}

} // namespace tenon
