/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * binary.c - the elementwise rows of ops.def: operations of two operands. What is checked: Inputs/elementwise.h.
 *
 * RUN: mkdir -p %t
 * RUN: %clang -std=c11 -O2 -DCLASS_BINARY -DSIDE=eager %tenon_cflags -c %S/Inputs/rows.c -o %t/eager.o
 * RUN: %clang -std=c11 -O2 -DCLASS_BINARY -DSIDE=compiled %plugin %tenon_cflags -c %S/Inputs/rows.c -o %t/compiled.o
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s %S/../Inputs/launches.c %t/eager.o %t/compiled.o -o %t/program %tenon_libs
 * RUN: env TENON_NUM_THREADS=2 %t/program %t/two bits
 * RUN: env TENON_NUM_THREADS=1 %t/program %t/one
 * RUN: env TENON_NUM_THREADS=3 %t/program %t/three bits
 * RUN: %python %S/Inputs/rows_covered.py %headers/tenon/ops.def TN_BINARY < %t/one
 * RUN: cmp %t/one %t/two
 * RUN: cmp %t/one %t/three
 * RUN: env TENON_ISA=v2 %t/program %t/v2 bits
 * RUN: cmp %t/one %t/v2
 * RUN: %if x86-v3 %{ env TENON_ISA=v3 %t/program %t/v3 bits %}
 * RUN: %if x86-v3 %{ cmp %t/one %t/v3 %}
 * RUN: %if x86-v4 %{ env TENON_ISA=v4 %t/program %t/v4 bits %}
 * RUN: %if x86-v4 %{ cmp %t/one %t/v4 %}
 */
#include "Inputs/elementwise.h"
