// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// StaticProgram.h - the tensor calls of a function under `#pragma tenon noalloc`, with all shapes known.
//
// ReadCalls makes nodes of the calls, in the order in which they run, and proves that none of them can fail; PlanStatic
// decides which values never stand in memory; EmitCode puts the rest in place of the calls.

#ifndef TENON_STATIC_STATICPROGRAM_H
#define TENON_STATIC_STATICPROGRAM_H

#include "LaneCode.h"
#include "region/Region.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/PassManager.h"
#include <memory>
#include <string>

namespace llvm {
class AAResults;
} // namespace llvm

namespace tenon {

using Dims = llvm::SmallVector<int64_t, 4>;

/// Elements in a shape.
int64_t sizeOf(llvm::ArrayRef<int64_t> dims);
/// Strides of a row-major array.
Dims rowMajor(llvm::ArrayRef<int64_t> dims);
/// The shape in the user's words: [3, 4].
std::string textOf(llvm::ArrayRef<int64_t> dims);
/// NumPy's rule; false if the shapes do not broadcast.
bool broadcast(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> y, Dims &out_dims);

struct Node;

/// A tensor, or a number of C, already as an element of the dtype that it takes.
struct Operand {
  Node *node = nullptr;
  llvm::Value *number = nullptr;
};

struct Node {
  enum Kind {
    View,        ///< the user's memory
    Fill,        ///< one number (operand 0) everywhere
    Elementwise, ///< `function` of ops.def, operands broadcast
    Map,         ///< the user's function (`callee`), in order
    Reduce,      ///< `function` sum, prod, reduce_max, reduce_min, any or all over the axes in `axes`
    Matmul,      ///< NumPy's rules
    Alias,       ///< other strides over the elements of `base`
    Join,        ///< what a name holds where ways meet: on the way of `join`'s i-th block, operand i
    Store,       ///< operand 0, broadcast, into a window of `base`
    Read,        ///< one element of operand 0, as what the call returns
    Address,     ///< where operand 0 lies, as what the call returns
  };
  Kind kind;
  llvm::Instruction *call; ///< whose place and line it has: a tensor call, or a PHI or select of handles
  std::string function;
  unsigned dtype = 0;
  Dims dims;
  llvm::Value *isThere = nullptr; ///< i1, false where the eager call's result is NULL; null if it never is
  llvm::SmallVector<Operand, 3> operands;
  llvm::SmallVector<Node *, 2> users;

  // View, Alias, Store: elements of `base` (of a view itself).
  Node *base = nullptr;
  llvm::Value *pointer = nullptr; ///< View
  bool readOnly = false;
  Dims strides;
  int64_t offset = 0;
  llvm::Value *moved = nullptr; ///< i64, elements, known when the program runs; adds to the offset
  // Join
  llvm::PHINode *join = nullptr;
  // Map
  llvm::Value *callee = nullptr;
  // Reduce: bit for each axis. By lines: each result's terms in row-major order, whatever the axes are.
  unsigned axes = 0;
  bool byLines = false;
  // Read
  llvm::SmallVector<llvm::Value *, 4> indices; ///< i64, in range, one an axis
  llvm::SmallVector<std::pair<llvm::Value *, int64_t>, 2> asked; ///< if the first are below the second; else it is an error

  // What PlanStatic decides.
  bool isChanged = false;        ///< not a view, and stored to
  bool isUnused = false;         ///< by nothing that has an effect
  bool needsMemory = false;      ///< somebody wants elements at places of his own
  bool isDelayed = false;        ///< computed where it is used: Elementwise, or an Alias that is only read through
  bool throughTemporary = false; ///< Store: what it reads may be what it writes
  llvm::SmallVector<llvm::Instruction *, 2> points; ///< where it is wanted; of a delayed node: where it is computed
  Node *home = nullptr; ///< has the memory that this one shares

  // What EmitCode makes.
  llvm::Value *memory = nullptr; ///< row-major, if it stands in memory of its own
  llvm::Value *scalar = nullptr; ///< if it is one element in a register

  /// Elements are read where they lie in `base`.
  bool isPlace() const { return kind == View || (kind == Alias && isDelayed); }
  /// The view or the tensor behind an alias.
  Node *root() { return base ? base : this; }
};

/// The calls of one function.
struct StaticProgram {
  llvm::Function *function;
  code::Machine machine;
  /// Of a function that promises nothing: the calls that are read, and why they cannot be code. (SmallTensors.cpp)
  const llvm::SmallPtrSetImpl<llvm::Instruction *> *chosen = nullptr;
  std::string whyNot;
  const llvm::Instruction *whyNotAt = nullptr;
  /// Some pointer may be NULL, and what is made of it with it: `Node::isThere` tells.
  bool mayMiss = false;
  /// Arguments that are taken to be no NULL.
  llvm::SmallPtrSet<llvm::Argument *, 4> pointers;
  std::vector<std::unique_ptr<Node>> nodes; ///< in the order in which they run
  /// PHIs and selects of handles, which go with the calls.
  llvm::SmallVector<std::pair<llvm::Instruction *, Node *>> joins;
  /// Every tensor call, in order, with what stands for its result: a node, or a value of C (or neither).
  struct Result {
    llvm::CallInst *call;
    Node *node = nullptr;
    llvm::Value *value = nullptr;
  };
  std::vector<Result> calls;
  /// Calls of scalar functions (tn_expf), with their rows.
  std::vector<std::pair<llvm::CallInst *, llvm::StringRef>> scalarCalls;
  int64_t temporaryBytes = 0, temporaries = 0;

  /// It cannot be code: an error at `at` under `noalloc`, else the reason is kept.
  void refuse(const llvm::Instruction *at, const llvm::Twine &why);
  bool isChosen(const llvm::Instruction &inst) const;
};

/// A promise of `#pragma tenon noalloc` that cannot be kept: an error at the instruction.
void reportBroken(const llvm::Function &function, const llvm::Instruction *at, const llvm::Twine &why);

/// False, after an error at each line that is in the way, if the calls cannot all be code.
bool readCalls(StaticProgram &program, llvm::FunctionAnalysisManager &analyses);
/// False, after an error, if a tensor that goes by several names is changed, and another of them sees it.
bool planStatic(StaticProgram &program, llvm::AAResults &aliases);
/// Joins share the memory of what comes in, where that is not wanted any more.
void shareMemory(StaticProgram &program);
/// Replaces all tensor calls. False, after an error and with the function unchanged, if the temporaries are too large.
bool emitCode(StaticProgram &program);

/// What -ffinite-math-only and its kin allow the program's own arithmetic is no leave for ops.
void keepBits(llvm::Function &function);
/// Whether an instruction is a tensor call that returns a handle.
bool makesHandle(const llvm::Instruction &inst);
/// Makes code of what works on small tensors alone in the loops of a function that promises nothing.
bool lowerSmallTensors(llvm::Function &function, llvm::FunctionAnalysisManager &analyses, FloatOptions options);

} // namespace tenon

#endif
