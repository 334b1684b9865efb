// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pragmas.h - the check that each `#pragma tenon` stands before a function.

#ifndef TENON_PLUGIN_PRAGMAS_H
#define TENON_PLUGIN_PRAGMAS_H

#include "clang/AST/ASTConsumer.h"
#include <memory>

namespace tenon {

std::unique_ptr<clang::ASTConsumer> createPragmaCheck();

} // namespace tenon

#endif // TENON_PLUGIN_PRAGMAS_H
