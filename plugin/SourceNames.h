// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SourceNames.h - tells the passes what the user calls things, where remarks or pictures are asked for.

#ifndef TENON_PLUGIN_SOURCENAMES_H
#define TENON_PLUGIN_SOURCENAMES_H

#include "clang/AST/ASTConsumer.h"
#include <memory>

namespace clang {
class CompilerInstance;
}

namespace tenon {

/// True if something will be printed or drawn for which names are wanted.
bool wantsSourceNames(const clang::CompilerInstance &instance);

std::unique_ptr<clang::ASTConsumer> createSourceNames();

} // namespace tenon

#endif // TENON_PLUGIN_SOURCENAMES_H
