/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_cool_comp.c - examples/cool_comp.c, in its store form.
 */
#include "bench.h"

#define main NAME(cool_comp_main)
#include "cool_comp.c"

void NAME(cool_comp_in_place)(bench_case *c) { cool_comp_in_place(c->ta, c->tb); }
