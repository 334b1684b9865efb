// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CodeEmitter.h - puts code in place of the tensor calls of a noalloc function: EmitCode.cpp takes the nodes in order,
// EmitElements.cpp computes elements, EmitReductions.cpp sums and products.

#ifndef TENON_STATIC_CODEEMITTER_H
#define TENON_STATIC_CODEEMITTER_H

#include "StaticProgram.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace tenon {

/// Where elements lie: from a pointer, in elements.
struct Place {
  llvm::Value *pointer = nullptr;
  int64_t offset = 0;
  Dims strides;
  unsigned dtype = 0;
  bool isOurs = false; ///< a temporary: aligned as its elements are
};

/// Axes that are walked, and how each tensor that is read on the way moves along them.
struct Space {
  Dims dims;
  llvm::DenseMap<Node *, Dims> strides;
};

/// As many points of a space as there are lanes: where the first is, and how far from that each is, by axis.
struct Points {
  llvm::SmallVector<llvm::Value *, 4> at;
  llvm::SmallVector<Dims, 16> lanes;
};

class CodeEmitter {
public:
  CodeEmitter(StaticProgram &program)
      : program(program), b(program.function->getContext()), emission(b, program.machine) {}
  bool run();

private:
  using Values = llvm::SmallVector<llvm::Value *, 8>;
  using Known = llvm::DenseMap<Node *, llvm::Value *>;

  // EmitCode.cpp
  void emitNode(Node &node);
  void emitView(Node &view);
  void emitStore(Node &store);
  void emitMap(Node &node);
  void emitRead(Node &node);
  llvm::Value *readElement(Node &node);
  /// The eager call's error and what it returns.
  llvm::Value *readRefused(Node &node);
  llvm::CallInst *insertEager(llvm::CallInst *made);
  void replaceCalls();
  llvm::Value *temporary(unsigned dtype, int64_t elements);
  Place memoryFor(Node &node);
  /// A leaf that is no call's: elements in a temporary, row-major.
  Node *made(unsigned dtype, llvm::ArrayRef<int64_t> dims, llvm::Value *memory);

  // EmitJoins.cpp
  void splitEdges();
  void emitJoin(Node &join);
  /// What meets is copied where its ways end.
  void finishJoins();
  void handOver(llvm::ArrayRef<Node *> joins, llvm::BasicBlock *from);

  // EmitElements.cpp
  Place placeOf(Node &node);
  llvm::Value *moved(llvm::Value *pointer, const Node &node);
  void leavesOf(Node *node, llvm::SmallVectorImpl<Node *> &out_leaves);
  unsigned costOf(Node *node);
  unsigned widest(Node *node);
  unsigned lanesFor(unsigned bytes) const { return program.machine.vectorBytes / std::max(bytes, 4u); }
  /// The space of a value's elements, which broadcast to `dims`.
  Space spaceOf(Node *node, llvm::ArrayRef<int64_t> dims);
  llvm::Value *evaluate(const Operand &operand, const Space &space, const Points &points, Known &known);
  llvm::Value *load(const Place &place, llvm::ArrayRef<int64_t> strides, const Points &points);
  void store(llvm::Value *value, const Place &place, llvm::ArrayRef<int64_t> strides, const Points &points);
  llvm::Value *address(const Place &place, llvm::ArrayRef<int64_t> strides, const Points &points, int64_t lane);
  /// Computes a value, broadcast to `dims`, into a place with strides for them.
  void emitElements(const Operand &value, llvm::ArrayRef<int64_t> dims, const Place &to);
  /// Copies the value of a node into a temporary, its axes in the given order.
  Node *copied(Node *node, llvm::ArrayRef<unsigned> order);

  /// A loop of `count` turns before the insertion point, which comes to stand behind it.
  Values loop(int64_t count, Values carried, llvm::function_ref<Values(llvm::Value *, Values)> body);
  /// Every index of `dims`: straight code if that is short for a body of this cost, else loops.
  void forEach(llvm::ArrayRef<int64_t> dims, unsigned cost,
               llvm::function_ref<void(llvm::ArrayRef<llvm::Value *>)> body);
  /// From `first` to `end` in pieces of at most `most` lanes, each a power of two.
  static void inPieces(int64_t first, int64_t end, unsigned most, llvm::function_ref<void(int64_t, unsigned)> piece);
  static Points point(llvm::ArrayRef<llvm::Value *> at) { return {{at.begin(), at.end()}, {Dims(at.size(), 0)}}; }
  llvm::Value *number(int64_t value) { return b.getInt64(value); }

  // EmitReductions.cpp
  /// How terms come together.
  struct Gathering {
    std::string function; ///< sum, prod, reduce_max or reduce_min
    unsigned dtype;
    bool absentAdds; ///< lanes can be -0, so that one without terms, which is +0, is not nothing
    unsigned cost, lanes;
    /// The accumulators with the terms at some points taken in.
    llvm::function_ref<llvm::Value *(llvm::Value *, const Points &)> take;
  };
  llvm::Value *meet(const Gathering &gathering, llvm::Value *x, llvm::Value *y);
  llvm::Value *start(const Gathering &gathering);
  /// For each index of `outer` one matrix of rows by width becomes a row of width results, in the order of
  /// docs/numerics.md, section 3. Points have the axes of outer, then the row, then the column.
  void emitMatrices(const Gathering &gathering, llvm::ArrayRef<int64_t> outer, int64_t rows, int64_t width,
                    const Place &to);
  Values gatherChunks(const Gathering &gathering, llvm::ArrayRef<llvm::Value *> outer, int64_t rows, int64_t width,
                      llvm::ArrayRef<std::pair<int64_t, unsigned>> chunks);
  void halve(const Gathering &gathering, const Place &lanes, int64_t sides, int64_t width, int64_t present);
  void emitReduce(Node &node);
  void emitMatmul(Node &node);

  StaticProgram &program;
  llvm::IRBuilder<> b;
  code::Emission emission;
  llvm::Instruction *call = nullptr; ///< the one whose code is emitted
  std::vector<std::unique_ptr<Node>> own;
  int64_t largest = 0;
  llvm::DebugLoc largestAt;
  bool failed = false;
};

} // namespace tenon

#endif
