// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TimePasses.cpp - timers of LLVM's own kind, so that one table has the compiler's passes and Tenon's.

#include "TimePasses.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Pass.h"

namespace tenon {

constexpr llvm::StringLiteral group = "tenon", groupText = "Tenon: regions";

StageTimer::StageTimer(llvm::StringRef name)
    : trace("Tenon", name), timer(name, name, group, groupText, llvm::TimePassesIsEnabled) {}

namespace {

struct Timers : mlir::PassInstrumentation {
  void runBeforePass(mlir::Pass *pass, mlir::Operation *) override {
    // A pass over all functions is counted once, not its pieces too.
    if (depth++ == 0)
      current.emplace(pass->getArgument().empty() ? pass->getName() : pass->getArgument());
  }
  void runAfterPass(mlir::Pass *, mlir::Operation *) override { leave(); }
  void runAfterPassFailed(mlir::Pass *, mlir::Operation *) override { leave(); }
  void leave() {
    if (--depth == 0)
      current.reset();
  }
  unsigned depth = 0;
  std::optional<StageTimer> current;
};

} // namespace

void timePasses(mlir::PassManager &manager) {
  if (llvm::TimePassesIsEnabled || llvm::timeTraceProfilerEnabled())
    manager.addInstrumentation(std::make_unique<Timers>());
}

} // namespace tenon
