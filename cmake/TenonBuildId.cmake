# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Writes TenonBuildId.h. The id ties the libraries of the compiler to each other:
# it is made of the version, the LLVM version and a hash of every file that one
# library shares with another (headers, tables, pass interfaces), so it changes
# when, and only when, two libraries of different builds may not fit.
#
#   cmake -DSOURCE_DIR=.. -DOUTPUT=.. -DVERSION=.. -DLLVM_VERSION=.. -P TenonBuildId.cmake

file(GLOB_RECURSE files RELATIVE ${SOURCE_DIR}
  ${SOURCE_DIR}/headers/*.h ${SOURCE_DIR}/headers/*.def
  ${SOURCE_DIR}/passes/*.h ${SOURCE_DIR}/passes/*.td ${SOURCE_DIR}/passes/*.def
  ${SOURCE_DIR}/plugin/*.h ${SOURCE_DIR}/plugin/*.def)
list(SORT files)
set(hashes)
foreach(file IN LISTS files)
  file(SHA256 ${SOURCE_DIR}/${file} hash)
  string(APPEND hashes "${file} ${hash}\n")
endforeach()
string(SHA256 hash "${hashes}")
string(SUBSTRING ${hash} 0 12 hash)

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
/* Made by cmake/TenonBuildId.cmake. */
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef TENON_BUILD_ID
#define TENON_BUILD_ID "@VERSION@-@hash@-llvm@LLVM_VERSION@"
#endif
]])
