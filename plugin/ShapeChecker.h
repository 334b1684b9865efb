// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ShapeChecker.h - follows shapes and dtypes through the functions of a unit and reports what cannot work.

#ifndef TENON_PLUGIN_SHAPE_CHECKER_H
#define TENON_PLUGIN_SHAPE_CHECKER_H

#include <memory>

namespace clang {
class ASTConsumer;
class CompilerInstance;
} // namespace clang

namespace tenon {

std::unique_ptr<clang::ASTConsumer> createShapeChecker(clang::CompilerInstance &instance);

} // namespace tenon

#endif // TENON_PLUGIN_SHAPE_CHECKER_H
