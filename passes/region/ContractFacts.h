// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ContractFacts.h - what shape contracts (TN_SHAPE, TN_RETURNS) say of the handles of a function, as facts for a
// region.
//
// The way of a fact: the plugin annotates functions (plugin/AnnotateContracts.cpp); DescribeOps makes a function
// attribute of the annotation; PrepareRegions puts calls of @tenon.fact into function bodies, so that facts survive
// inlining; FormRegions takes them out again and asks for those that hold where a region starts; ImportRegion writes
// them on tenon.tensor ops, from where passes read them with contractOf (tensor/ContractShape.h).

#ifndef TENON_REGION_CONTRACTFACTS_H
#define TENON_REGION_CONTRACTFACTS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ValueHandle.h"
#include <optional>
#include <string>

namespace tenon {

/// Function attribute with a function's contracts: "tenon-shapes"="0:x:n,784;r:f:n,10".
inline constexpr llvm::StringLiteral shapesAttribute = "tenon-shapes";
/// Function attribute that lists which of them the shape checker has proven: "tenon-proven"="0,r".
inline constexpr llvm::StringLiteral provenAttribute = "tenon-proven";

/// factor * symbol + offset; a number where there is no symbol.
struct FactDim {
  std::string symbol;
  int64_t factor = 1, offset = 0;

  std::string text() const; ///< "784", "n", "2*n", "n+1"
};

/// What a contract says of a handle: if it is a tensor at all, it has this rank and these dims. Dims of one region with
/// the same symbol are equal.
struct ShapeFact {
  llvm::SmallVector<FactDim> dims;
  std::string contract; ///< "x of mlp"
  /// Every caller is in the unit and was checked. If not, the fact holds only if the contract does: whoever relies on
  /// it must compare when the program runs.
  bool proven = false;
};

struct Region;

/// Reads what FactDim::text writes, separated by commas.
std::optional<llvm::SmallVector<FactDim>> parseFactDims(llvm::StringRef text);

/// The facts of a region's handles.
using ShapeFacts = llvm::MapVector<const llvm::Value *, ShapeFact>;

/// Puts calls of @tenon.fact into functions that have contracts.
void emitFacts(const llvm::SetVector<llvm::Function *> &functions);

/// Erases the calls of @tenon.fact in one function, whose facts nobody needs.
void dropFacts(llvm::Function &function);

/// The facts of a module, collected from the calls of @tenon.fact, which it erases.
class ModuleFacts {
public:
  explicit ModuleFacts(llvm::Module &module);

  /// For each block, what holds where it begins; to be asked before the function changes.
  void enter(llvm::Function &function);
  /// What holds of a region's handles where it begins.
  ShapeFacts of(const Region &region) const;

private:
  struct Scope { ///< contracts of one call of a function
    llvm::SmallVector<std::pair<llvm::WeakTrackingVH, ShapeFact>> facts;
    const llvm::Instruction *before = nullptr; ///< the call stood in front of it
  };
  llvm::DenseMap<const llvm::Function *, llvm::SmallVector<Scope>> scopes;
  llvm::DenseMap<const llvm::BasicBlock *, llvm::SmallVector<const Scope *>>
      dominating; ///< of the function entered last
  llvm::DenseMap<const llvm::Instruction *, llvm::SmallVector<const Scope *>> inside;
};

/// What the contract of a call's callee says of its result.
std::optional<ShapeFact> factOfResult(const llvm::CallBase &call);

} // namespace tenon

#endif
