// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TimePasses.h - where the time of compiling regions goes, for clang's -ftime-report and -ftime-trace.

#ifndef TENON_LOWER_TIMEPASSES_H
#define TENON_LOWER_TIMEPASSES_H

#include "llvm/Support/TimeProfiler.h"
#include "llvm/Support/Timer.h"

namespace mlir {
class PassManager;
}

namespace tenon {

/// Counts from its making to its end under a name of the group "Tenon: regions".
class StageTimer {
public:
  explicit StageTimer(llvm::StringRef name);

private:
  llvm::TimeTraceScope trace;
  llvm::NamedRegionTimer timer;
};

/// Counts each pass under its flag, if anybody asked.
void timePasses(mlir::PassManager &manager);

} // namespace tenon

#endif
