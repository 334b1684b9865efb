// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SourceLines.cpp - carries the program's debug locations through MLIR, to the instructions of kernels.
//
// A debug location of LLVM is more than a line: it has the scope it lies in and the chain of calls by which it was
// inlined. MLIR has attributes for all of that, but what is needed at the end is the same metadata that the program has
// at the start. So a location goes in as a number (beside file and line, which diagnostics show) and, once the kernel's
// module is linked to the program's, comes out again as the location that it stands for.
//
//   import        !DILocation(line: 12, scope: !f)  ->  loc(fused<3>["x.c":12:7])
//   translation   loc("-":3:0) in a dummy scope      ->  !dbg !DILocation(line: 3)  ->  !tenon.line !{i32 3}
//   linked        !tenon.line !{i32 3}              ->  !tenon.loc !DILocation(line: 12, scope: !f)
//
// Metadata of the program's must not take the way of the linker, which would look for the globals that it mentions.

#include "SourceLines.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "region/Region.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace tenon {

static constexpr StringLiteral numberMetadata = "tenon.line";

Location SourceLines::locationOf(llvm::DILocation *at, MLIRContext &context) {
  auto [entry, isNew] = numbers.insert({at, places.size() + 1});
  if (isNew)
    places.push_back(asStatement(at));
  Location line = FileLineColLoc::get(&context, at->getFilename(), at->getLine(), at->getColumn());
  return FusedLoc::get({line}, IntegerAttr::get(IntegerType::get(&context, 32), entry->second), &context);
}

Location SourceLines::locationOf(llvm::DILocation *inner, llvm::DILocation *call, MLIRContext &context) {
  return locationOf(inlineAt(inner, call), context);
}

static unsigned numberOf(Location location) {
  auto numbered = location->findInstanceOf<FusedLocWith<IntegerAttr>>();
  return numbered ? numbered.getMetadata().getInt() : 0;
}

void SourceLines::numberLines(ModuleOp module) {
  auto file = StringAttr::get(module.getContext(), "-"); // no verifier takes an empty name
  auto numbered = [&](Location location) { return FileLineColLoc::get(file, numberOf(location), 0); };
  module.walk([&](Operation *op) {
    op->setLoc(numbered(op->getLoc()));
    for (mlir::Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          argument.setLoc(numbered(argument.getLoc()));
  });
  // Locations are translated in functions with a scope only.
  PassManager manager(module.getContext());
  manager.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
  (void)manager.run(module);
}

void SourceLines::keepNumbers(llvm::Module &module) {
  llvm::LLVMContext &context = module.getContext();
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &inst : block)
        if (const llvm::DebugLoc &at = inst.getDebugLoc(); at && at.getLine()) {
          llvm::Constant *number = llvm::ConstantInt::get(context, llvm::APInt(32, at.getLine()));
          inst.setMetadata(numberMetadata, llvm::MDNode::get(context, llvm::ConstantAsMetadata::get(number)));
        }
  llvm::StripDebugInfo(module);
}

void SourceLines::resolveNumbers(llvm::Function &function) {
  for (llvm::BasicBlock &block : function)
    for (llvm::Instruction &inst : block)
      if (llvm::MDNode *number = inst.getMetadata(numberMetadata)) {
        unsigned place = llvm::mdconst::extract<llvm::ConstantInt>(number->getOperand(0))->getZExtValue();
        inst.setMetadata(numberMetadata, nullptr);
        inst.setMetadata(locationMetadata, places[place - 1]);
      }
}

} // namespace tenon
