// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Specialize.cpp - `#pragma tenon specialize(n = 1, 32)`: versions of a function for numbers that a parameter often is.
//
//   Before   define ptr @f(ptr %p, i64 %n) "tenon-specialize"="1:n=1,32" { body }
//   After    define ptr @f(ptr %p, i64 %n) { switch i64 %n, label %body [1: ret f.n1(%p, %n)  32: ret f.n32(%p, %n)] }
//            define internal ptr @f.n1(ptr %p, i64 %n) { body with 1 for %n }  ...
//
// Behind it each version has regions of its own, whose dims are numbers where they were made of the parameter. The
// versions are the same program: results are the same bits, whoever calls with what.
//
// Requires  DescribeOps. Refuses  with a missed remark functions that cannot be copied: those with labels whose address
// is taken, variable arguments or unusual parameters; those that regions leave alone are left as they are.

#include "Specialize.h"
#include "Ops.h"
#include "PrepareRegions.h"
#include "Versions.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tenon {

/// The function for one number, which is called in `block`.
static void addVersion(Function &function, Argument &parameter, StringRef name, uint64_t number, BasicBlock *block) {
  ValueToValueMapTy map;
  Function *version = copyOf(function, "." + name + Twine(number), map);
  if (!version->hasFnAttribute(Attribute::AlwaysInline))
    version->addFnAttr(Attribute::NoInline); // its regions are its own
  version->getArg(parameter.getArgNo())->replaceAllUsesWith(ConstantInt::get(parameter.getType(), number));
  returnCallOf(*version, function, block);
}

static bool specialize(Function &function, StringRef text) {
  auto [place, rest] = text.split(':');
  auto [name, numbers] = rest.split('=');
  unsigned index;
  if (place.getAsInteger(10, index) || index >= function.arg_size() ||
      !function.getArg(index)->getType()->isIntegerTy())
    return false;
  Argument &parameter = *function.getArg(index);
  function.removeFnAttr(specializeAttribute);
  OptimizationRemarkEmitter remarks(&function);
  const char *why = whyLeftAlone(function);
  if (why || (why = whyNotCopied(function))) {
    remarks.emit([&] {
      return OptimizationRemarkMissed("tenon-specialize", "NotSpecialized", function.getSubprogram(),
                                      &function.getEntryBlock())
             << "no versions of " << ore::NV("Function", function.getName()) << ": " << why;
    });
    return false;
  }
  SmallVector<uint64_t> values;
  SmallVector<StringRef> words;
  numbers.split(words, ',');
  unsigned bits = parameter.getType()->getIntegerBitWidth();
  for (StringRef word : words)
    if (uint64_t value; !word.getAsInteger(10, value) && isUIntN(bits, value) && !is_contained(values, value))
      values.push_back(value);
  if (values.empty())
    return false;
  // All versions are copies of the function as it is.
  LLVMContext &context = function.getContext();
  SmallVector<std::pair<uint64_t, BasicBlock *>> made;
  for (uint64_t value : values) {
    BasicBlock *block = BasicBlock::Create(context, name + Twine(value));
    made.push_back({value, block});
    addVersion(function, parameter, name, value, block);
  }
  BasicBlock &entry = function.getEntryBlock();
  BasicBlock *body = splitEntry(function);
  IRBuilder<> builder(&entry);
  SwitchInst *choice = builder.CreateSwitch(&parameter, body, made.size());
  for (auto [value, block] : made) {
    block->insertInto(&function);
    choice->addCase(cast<ConstantInt>(ConstantInt::get(parameter.getType(), value)), block);
  }
  std::string versions = (name + " = " + numbers).str();
  remarks.emit([&] {
    return OptimizationRemark("tenon-specialize", "Specialized", function.getSubprogram(), &entry)
           << "versions of " << ore::NV("Function", function.getName()) << " for " << versions;
  });
  return true;
}

PreservedAnalyses SpecializePass::run(Module &module, ModuleAnalysisManager &) {
  SmallVector<Function *> functions;
  for (Function &function : module)
    if (!function.isDeclaration() && function.hasFnAttribute(specializeAttribute))
      functions.push_back(&function);
  bool changed = false;
  for (Function *function : functions)
    changed |= specialize(*function, function->getFnAttribute(specializeAttribute).getValueAsString().str());
  return changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace tenon
