// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NoTensors.h - see NoTensors.cpp.

#ifndef TENON_PLUGIN_NOTENSORS_H
#define TENON_PLUGIN_NOTENSORS_H

#include "clang/AST/ASTConsumer.h"
#include <memory>

namespace tenon {

std::unique_ptr<clang::ASTConsumer> createNoTensorsCheck();

} // namespace tenon

#endif // TENON_PLUGIN_NOTENSORS_H
