// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shadowing.h - refuses a program's own functions and macros under the names of tensor functions.

#ifndef TENON_PLUGIN_SHADOWING_H
#define TENON_PLUGIN_SHADOWING_H

#include "clang/AST/ASTConsumer.h"
#include <memory>

namespace clang {
class CompilerInstance;
}

namespace tenon {

/// Looks at the unit when it has been parsed, before code is made of it.
std::unique_ptr<clang::ASTConsumer> createShadowingConsumer(clang::CompilerInstance &instance);

} // namespace tenon

#endif // TENON_PLUGIN_SHADOWING_H
