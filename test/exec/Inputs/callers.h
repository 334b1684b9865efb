/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * callers.h - the functions of callers.c.
 */
#ifndef TENON_TEST_CALLERS_H
#define TENON_TEST_CALLERS_H

#include <tenon.h>

tn_tensor chain(tn_tensor a, tn_tensor b);
tn_tensor promised(tn_tensor a, tn_tensor b);
tn_tensor wide(tn_tensor a);
tn_tensor rows(tn_tensor a);
tn_tensor columns(tn_tensor a);
tn_tensor layer(tn_tensor x, tn_tensor w, tn_tensor b);
tn_tensor promised_layer(tn_tensor x, tn_tensor w, tn_tensor b);
float first_two(tn_tensor a, tn_tensor b);
double element(tn_tensor a, int64_t i, int64_t j);
bool store(tn_tensor dst, tn_tensor a, tn_tensor b);
bool scale_in_place(tn_tensor a);
bool two_stores(tn_tensor dst, tn_tensor other, tn_tensor a);
tn_tensor after_user_store(tn_tensor a, float *memory);
tn_tensor picked(tn_tensor a, tn_tensor indices);
tn_tensor arranged(tn_tensor a);

#endif
