// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Region.h - a piece of the user's program that is to become kernels, and what came of it: the words in which the
// LLVM half (tenon-passes.so) and the MLIR half (tenon-mlir.so) speak. No MLIR here.

#ifndef TENON_REGION_REGION_H
#define TENON_REGION_REGION_H

#include "ContractFacts.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include <string>

namespace tenon {

/// Instruction metadata: the debug location of an instruction of a kernel function, until it has a scope of its own.
inline constexpr llvm::StringLiteral locationMetadata = "tenon.loc";

/// A location as seen where the code it is in was inlined into the code at `call`: its chain of inlined calls, which ends
/// in the outermost function, goes on with `call`'s.
llvm::DILocation *inlineAt(llvm::DILocation *location, llvm::DILocation *call);

/// The location of an op's call for the code that stands in its place: a statement. Under -gkey-instructions a debugger
/// stops where the key instructions of statements are, and clang makes none of a call but the call, which is no more.
llvm::DILocation *asStatement(llvm::DILocation *at);

/// Where the user wrote a tensor call: those of the headers' own are where they were inlined.
llvm::DebugLoc userLocation(const llvm::Instruction &call);

/// What a step of user code means to the tensor ops around it (docs/semantics.md, "Effects").
enum class Effect {
  None,   ///< writes no memory that a tensor may live in, always goes on
  Output, ///< prints or allocates: tensor ops may be delayed past it, not computed ahead of it
  Order   ///< anything else: ops before it that read memory finish first
};

/// A step of a region, in the program's order: a call of a tensor function; or a straight run of other instructions,
/// which was cloned into a function of its own so that it need not be understood any further; or a PHI; or the branch
/// that ends a block.
struct Step {
  llvm::CallInst *op = nullptr;
  llvm::PHINode *phi = nullptr;
  llvm::Instruction *branch = nullptr;
  llvm::Function *piece = nullptr;
  llvm::SmallVector<llvm::Instruction *> run; ///< the instructions that `piece` stands for
  llvm::SmallVector<llvm::Value *> arguments; ///< of the piece
  llvm::SmallVector<llvm::Instruction *> results;
  Effect effect = Effect::None;

  llvm::Instruction *first() const { return op ? op : phi ? phi : branch ? branch : run.front(); }
  /// What later steps can use of it.
  llvm::SmallVector<llvm::Instruction *> defines() const;
};

/// A block of a region: its steps stand one behind the other. It ends in a step that is a branch to blocks of the
/// region, or it is left by an exit.
struct RegionBlock {
  llvm::BasicBlock *block;
  unsigned begin = 0, end = 0; ///< steps
  int exit = -1;
};

/// A way out at the end of a block of the region, `from`, which ends in a branch to `to` and nothing else gets there.
struct RegionExit {
  llvm::BasicBlock *from, *to;
  std::string ended;                    ///< why the region goes no further: an instruction's reason, or empty
  llvm::Instruction *endedBy = nullptr; ///< what comes next in the program
};

/// Positions of a region at which a value may be wanted by the user's own calls, both ends included.
struct LiveRange {
  unsigned from, to;
};

/// What the unit's command line says.
struct FloatOptions {
  bool fast = false;      ///< fp(fast) is the default (-ffast-math)
  bool contracts = false; ///< the code generator may fuse any product and sum (-ffp-contract=fast)
  bool check = false;     ///< regions can be run both ways and compared (-fplugin-arg-tenon-check)
  std::string isa;        ///< the one version of kernels to make (-fplugin-arg-tenon-isa=); empty: all
};

/// A piece of a function with one way in: blocks, and in them steps. A position is the number of a step: in front of
/// it; or, from the number of steps on, that of an exit: behind it.
struct Region {
  llvm::Function *host = nullptr;
  std::string name; ///< of the kernel function to be made
  llvm::BasicBlock *before = nullptr;    ///< ends in a branch to the first block, and nothing else gets there from outside
  llvm::SmallVector<RegionBlock> blocks; ///< a value's definition comes before its uses but those by PHIs
  llvm::SmallVector<RegionExit> exits;
  llvm::SmallVector<Step> steps;
  llvm::SmallVector<llvm::Value *> inputs; ///< values from outside that the steps use, but constants
  llvm::DenseMap<llvm::Instruction *, unsigned> stepOf;
  ShapeFacts facts;  ///< of handles, by shape contracts; dtypes are not among them
  bool fast = false; ///< fp(fast)
  bool contracts = false; ///< FloatOptions
  bool check = false; ///< it is to be run both ways
  std::string isa;    ///< FloatOptions
  unsigned maxKernels = 0; ///< more are not compiled

  /// To be called when all steps are there and before the host changes.
  void findLiveRanges();
  llvm::ArrayRef<LiveRange> rangesOf(const llvm::Instruction *inst) const;
  /// Values that steps define and that are used at `position` or behind it, or outside the region; in order.
  llvm::SmallVector<llvm::Instruction *> liveAt(unsigned position) const;
  bool isStraight() const { return blocks.size() == 1 && blocks[0].exit >= 0; }
  /// Whether control comes back to the first block.
  bool isLoop() const;

private:
  llvm::DenseMap<const llvm::Instruction *, llvm::SmallVector<LiveRange, 2>> ranges;
};

struct Remark {
  bool missed = false;
  std::string name, text;
  unsigned step = 0; ///< whose location it is shown at
  bool analysis = false;
  bool broken = false; ///< an error: a contract that is not kept
};

/// One way out of the kernel function: it returned `id`, the program goes on at `position`, and the live values are in the
/// slots. Exits come first among the ids.
struct Resume {
  unsigned id = 0, position = 0;
  llvm::SmallVector<std::pair<llvm::Instruction *, unsigned>> slots;
};

struct RegionResult {
  unsigned kernels = 0; ///< that the region needs, whether compiled or not
  llvm::SmallVector<llvm::Function *> stages; ///< the vector code of its kernels
  llvm::Function *kernel = nullptr; ///< null: nothing worth it, or not possible; the remarks say why
  llvm::SmallVector<Resume> resumes;
  llvm::SmallVector<Remark> remarks;
};

/// tenon-mlir.so's entry: `tenon_compile_region`. Adds the kernel function and what it needs to the host's module.
using CompileRegionFunction = void (*)(const Region &region, const char *pipeline, RegionResult &out_result);

} // namespace tenon

#endif
