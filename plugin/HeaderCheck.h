// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HeaderCheck.h - asks whether a unit's tensor functions are those of the <tenon.h> that this plugin knows.

#ifndef TENON_PLUGIN_HEADER_CHECK_H
#define TENON_PLUGIN_HEADER_CHECK_H

#include "clang/AST/ASTConsumer.h"
#include <memory>

namespace clang {
class CompilerInstance;
}

namespace tenon {

/// Looks at the unit when it has been parsed, before code is made of it.
std::unique_ptr<clang::ASTConsumer> createHeaderCheck(clang::CompilerInstance &instance);

} // namespace tenon

#endif // TENON_PLUGIN_HEADER_CHECK_H
