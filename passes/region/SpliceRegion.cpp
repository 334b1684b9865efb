// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SpliceRegion.cpp - puts a region's kernel function in front of the user's calls and joins the ways out to them.
//
//   before: ...                                     the user's own code, up to the region
//           %r = call {i32, ...} @f.tenon0(inputs)
//           switch extractvalue %r, 0 -> one block a resume point, which takes the live values out of %r and goes to
//   clone:  the user's own blocks, split at the resume points; reached only through a resume point
//   to:     what followed an exit of the region
//
// The user's code is the clone: it is split, gets PHIs where values now have two origins, and is changed in no
// other way. A loop of the clone may be entered at several places. Ensures: every value that is live at a resume point
// has its definition on each path to its uses.

#include "FormRegions.h"
#include "Names.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

using namespace llvm;

namespace tenon {

/// Inlines the pieces of user code that the kernel function calls.
static void inlinePieces(Function &kernel) {
  SmallVector<CallInst *> calls;
  for (BasicBlock &block : kernel)
    for (Instruction &inst : block)
      if (auto *call = dyn_cast<CallInst>(&inst); call && call->getCalledFunction() &&
                                                  !call->getCalledFunction()->isDeclaration() &&
                                                  call->getCalledFunction()->hasFnAttribute(Attribute::AlwaysInline))
        calls.push_back(call);
  for (CallInst *call : calls) {
    InlineFunctionInfo info;
    InlineFunction(*call, info);
  }
}

/// Gives a function that was made of the user's code a subprogram of its own and its instructions the user's lines, so
/// that a debugger shows the user's functions inlined in it: once a loop, for gdb stops in one place of an inlined
/// function, and which of a stage's loops run depends on how many elements there are.
static void attachDebugInfo(Function &kernel, const Region &region) {
  LLVMContext &context = kernel.getContext();
  unsigned locationKind = context.getMDKindID(locationMetadata);
  DISubprogram *host = region.host->getSubprogram();
  DISubprogram *own = nullptr;
  if (host) {
    DIBuilder builder(*kernel.getParent(), /*AllowUnresolved=*/false, host->getUnit());
    own = builder.createFunction(
        host->getFile(), kernel.getName(), kernel.getName(), host->getFile(), host->getLine(),
        builder.createSubroutineType(builder.getOrCreateTypeArray({})), host->getLine(), DINode::FlagArtificial,
        DISubprogram::SPFlagDefinition | DISubprogram::SPFlagLocalToUnit | DISubprogram::SPFlagOptimized);
    builder.finalizeSubprogram(own);
  }
  kernel.setSubprogram(own);
  DominatorTree dominators(kernel);
  LoopInfo loops(dominators);
  DenseMap<const Loop *, DILocation *> callOf;
  for (BasicBlock &block : kernel) {
    const Loop *loop = loops.getLoopFor(&block);
    DILocation *&call = callOf[loop ? loop->getOutermostLoop() : nullptr];
    if (own && !call)
      call = DILocation::getDistinct(context, host->getLine(), 0, own);
    DILocation *last = call;
    for (Instruction &inst : block) {
      auto *location = cast_or_null<DILocation>(inst.getMetadata(locationKind));
      inst.setMetadata(locationKind, nullptr);
      if (!own) {
        inst.setDebugLoc(DebugLoc());
        continue;
      }
      if (location)
        last = inlineAt(location, call);
      inst.setDebugLoc(last);
    }
  }
}

void spliceRegion(const Region &region, const RegionResult &result) {
  Function &host = *region.host, &kernel = *result.kernel;
  LLVMContext &context = host.getContext();
  inlinePieces(kernel);
  attachDebugInfo(kernel, region);
  for (Function *stage : result.stages)
    attachDebugInfo(*stage, region);

  // Split the user's blocks at each resume point, from behind.
  BasicBlock *before = region.before, *head = region.blocks.front().block;
  Instruction *first = region.steps.front().first();
  DenseMap<unsigned, BasicBlock *> blockAt;
  for (auto [i, exit] : enumerate(region.exits))
    blockAt[region.steps.size() + i] = exit.to;
  SmallVector<unsigned> positions;
  for (const Resume &resume : result.resumes)
    if (resume.position < region.steps.size())
      positions.push_back(resume.position);
  llvm::sort(positions, std::greater<unsigned>());
  positions.erase(llvm::unique(positions), positions.end());
  for (unsigned position : positions) {
    Instruction *at = region.steps[position].first();
    blockAt[position] = at->getParent()->splitBasicBlock(at->getIterator(), "tenon.eager");
  }

  // Call the kernel function and go where it says.
  BasicBlock *checked = region.check ? region.exits.front().to->getSinglePredecessor() : nullptr;
  if (!region.check)
    head->removePredecessor(before, /*KeepOneInputPHIs=*/true);
  before->getTerminator()->eraseFromParent();
  IRBuilder<> builder(before);
  if (DISubprogram *subprogram = host.getSubprogram())
    builder.SetCurrentDebugLocation(first->getDebugLoc() ? first->getDebugLoc()
                                                         : DebugLoc(DILocation::get(context, 0, 0, subprogram)));
  Value *on = region.check ? beginCheck(region, builder) : nullptr;
  auto *call = builder.CreateCall(&kernel, region.inputs);
  call->setTailCallKind(CallInst::TCK_NoTail); // the user's frame stays in the backtrace
  bool packed = kernel.getReturnType()->isStructTy();
  Value *id = packed ? builder.CreateExtractValue(call, 0) : static_cast<Value *>(call);
  if (region.check) {
    kernel.addFnAttr(Attribute::NoInline); // apart from the calls that it is compared with
    turnCheck(region, result, builder, on, id, call, head, checked);
  }
  auto *impossible = BasicBlock::Create(context, "tenon.impossible", &host);
  new UnreachableInst(context, impossible);
  auto *branch = builder.CreateSwitch(id, impossible, result.resumes.size());
  SmallVector<uint32_t> weights{0};
  MapVector<Instruction *, SmallVector<std::pair<BasicBlock *, Value *>>> definitions;
  for (const Resume &resume : result.resumes) {
    BasicBlock *target = blockAt[resume.position];
    bool isExit = resume.id < region.exits.size();
    auto *stub = BasicBlock::Create(context, isExit ? "tenon.done" : "tenon.resume", &host, target);
    IRBuilder<> stubBuilder(stub);
    stubBuilder.SetCurrentDebugLocation(builder.getCurrentDebugLocation());
    for (auto [inst, slot] : resume.slots) {
      Value *returned = stubBuilder.CreateExtractValue(call, slot + 1);
      keepNames(*inst, *cast<Instruction>(returned), host);
      definitions[inst].push_back({stub, returned});
    }
    stubBuilder.CreateBr(target);
    branch->addCase(builder.getInt32(resume.id), stub);
    weights.push_back(isExit ? 1 << 20 : 1);
  }
  branch->setMetadata(LLVMContext::MD_prof, MDBuilder(context).createBranchWeights(weights));

  // Each live value now has its own definition and one in each stub.
  for (auto &definition : definitions) {
    Instruction *inst = definition.first;
    SSAUpdater updater;
    updater.Initialize(inst->getType(), inst->getName());
    updater.AddAvailableValue(inst->getParent(), inst);
    for (auto [stub, value] : definition.second)
      updater.AddAvailableValue(stub, value);
    SmallVector<Use *> uses;
    for (Use &use : inst->uses()) {
      auto *user = cast<Instruction>(use.getUser());
      if (user->getParent() != inst->getParent() || isa<PHINode>(user))
        uses.push_back(&use);
    }
    SmallVector<DbgVariableRecord *> records;
    findDbgValues(inst, records);
    for (Use *use : uses)
      updater.RewriteUse(*use);
    erase_if(records, [&](DbgVariableRecord *record) { return record->getParent() == inst->getParent(); });
    if (!records.empty())
      updater.UpdateDebugValues(inst, records);
  }
  // What is in front of the first resume points cannot be reached, but from a loop.
  EliminateUnreachableBlocks(host);
  // clang does not look at what passes leave in a release build: what is broken would be compiled.
  if (verifyFunction(host, &errs()) || verifyFunction(kernel, &errs()))
    report_fatal_error("tenon: the region " + Twine(region.name) + " broke its function");
}

} // namespace tenon
