# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The one LLVM major that Tenon builds against. Plugins are tied to the clang
# that opens them, so this is a pin, not a minimum. cmake/bootstrap reads it too.
set(TENON_LLVM_MAJOR 22)
