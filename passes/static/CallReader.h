// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CallReader.h - makes nodes of tensor calls: ReadCalls.cpp takes the calls in order, ReadOps.cpp knows what each op
// asks of its operands, ReadCreations.cpp what makes tensors, ReadPlaces.cpp what arranges their elements, ReadAccesses.cpp
// what reads and writes them.

#ifndef TENON_STATIC_CALLREADER_H
#define TENON_STATIC_CALLREADER_H

#include "StaticProgram.h"
#include "region/Ops.h"

namespace llvm {
class DominatorTree;
class LazyValueInfo;
class ScalarEvolution;
} // namespace llvm

namespace tenon {

class CallReader {
public:
  CallReader(StaticProgram &program, llvm::AAResults &aliases, llvm::LazyValueInfo &values,
             llvm::ScalarEvolution &evolution, const llvm::DominatorTree &dominators)
      : program(program), aliases(aliases), values(values), evolution(evolution), dominators(dominators) {}
  bool run();

private:
  /// What a call gives; an empty one after an error.
  using Result = StaticProgram::Result;

  // ReadCalls.cpp
  void readCall(llvm::CallInst &call, const OpRow &row, llvm::StringRef name);
  void checkUses(llvm::Instruction &made);
  void checkOtherCalls();
  void checkReplaced();
  bool isNamedBehind(const Node &node, llvm::CallInst &replaced);
  bool reachesRuntime(llvm::Function &function, llvm::StringRef &out_op);
  /// An error at `line`, or at what is read.
  void fail(const llvm::Twine &why, const llvm::Instruction *line = nullptr);
  Node *add(Node::Kind kind, llvm::StringRef function, unsigned dtype, llvm::ArrayRef<int64_t> dims,
            llvm::ArrayRef<Operand> operands);
  /// The tensor behind argument i; null after an error, or where an earlier one left nothing.
  Node *tensor(unsigned i);
  /// Whether argument i is a number of C.
  bool isNumber(unsigned i);
  /// That number as an element; null after an error.
  llvm::Value *number(unsigned i, unsigned dtype);
  llvm::Value *convert(llvm::Value *value, llvm::StringRef scalar, unsigned dtype);
  bool constant(unsigned i, const char *what, int64_t &out_value);
  /// The constant arguments from i on, up to the padding.
  bool constants(unsigned i, unsigned most, const char *what, Dims &out_values);
  /// The value of `type` that stands `bytes` behind a pointer when the call runs, or null.
  llvm::Value *stored(llvm::Value *pointer, int64_t bytes, llvm::Type *type);
  bool dtypeArgument(unsigned i, unsigned &out_dtype);
  bool axis(const Node &node, int64_t written, unsigned &out_axis);

  // ReadOps.cpp
  Node *readOp(const OpRow &row, llvm::StringRef name);
  Node *elementwise(llvm::StringRef name);
  Node *castNode();
  Node *map(llvm::StringRef name);
  Node *reduction(llvm::StringRef name);
  Node *reduce(llvm::StringRef function, Node *node, unsigned axes, bool keepdims, bool byLines);
  Node *apply(llvm::StringRef function, llvm::ArrayRef<Operand> operands);
  Operand element(const Node &like, double value);
  Node *variance(Node *node, unsigned axes, bool keepdims);
  Node *softmax();
  Node *matmul();

  // ReadJoins.cpp
  void findJoins();
  /// Whether every tensor that a handle may be is the user's memory.
  bool isAlwaysView(llvm::Value *handle, bool &out_readOnly);
  void readJoin(llvm::PHINode &phi);
  void readSelect(llvm::SelectInst &select);
  void finishJoins();
  /// The tensors that meet in one name must be alike; an error if they are not.
  bool agree(const Node &join, const Node &other);

  // ReadCreations.cpp
  Node *readCreation(llvm::StringRef name);
  Node *view(llvm::StringRef name);
  bool isNoNull(llvm::Value *pointer);
  void findMissing();
  /// Both, where null is true.
  llvm::Value *bothThere(llvm::Value *x, llvm::Value *y);
  Node *replaced(Node *value, Node *old);
  Node *valuesGiven();
  Node *arange();

  // ReadPlaces.cpp
  Node *alias(llvm::StringRef name);
  Node *place(Node *node, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> strides, int64_t offset,
              llvm::Value *moved);
  /// Adds written * stride to where something begins; `written` is an index of n elements.
  bool move(llvm::Value *written, int64_t n, int64_t stride, int64_t &offset, llvm::Value *&moved);
  bool cut(const Node &node, unsigned axis, int64_t start, int64_t stop, int64_t step, Dims &dims, Dims &strides,
           int64_t &offset);
  Node *concatenation();

  // ReadAccesses.cpp
  bool readMutation(llvm::StringRef name, llvm::Value *&out_value);
  bool readRead(llvm::StringRef name, llvm::Value *&out_value, Node *&out_node);
  using Asked = llvm::SmallVectorImpl<std::pair<llvm::Value *, int64_t>>;
  /// In `out_asked`, if there is such, what is still to be asked when the program runs.
  bool index(llvm::Value *written, int64_t n, llvm::Value *&out_index, Asked *out_asked = nullptr);

  StaticProgram &program;
  llvm::AAResults &aliases;
  llvm::LazyValueInfo &values;
  llvm::ScalarEvolution &evolution;
  const llvm::DominatorTree &dominators;
  llvm::DenseMap<const llvm::Value *, Node *> nodes;
  llvm::SmallPtrSet<const llvm::Value *, 8> broken; ///< results of calls that an error was reported for
  llvm::SmallPtrSet<const llvm::Value *, 8> joins;  ///< PHIs and selects of handles
  llvm::Instruction *at = nullptr;                  ///< what is read
  llvm::CallInst *call = nullptr;                   ///< that, if it is a call
  bool failed = false;
};

} // namespace tenon

#endif
