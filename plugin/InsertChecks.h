// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// InsertChecks.h - puts run-time checks of contracts into functions before code is made of them.

#ifndef TENON_PLUGIN_INSERT_CHECKS_H
#define TENON_PLUGIN_INSERT_CHECKS_H

#include "clang/AST/ASTConsumer.h"
#include <memory>

namespace tenon {

std::unique_ptr<clang::ASTConsumer> createCheckInserter();

} // namespace tenon

#endif // TENON_PLUGIN_INSERT_CHECKS_H
