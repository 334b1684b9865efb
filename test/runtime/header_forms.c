/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * header_forms.c - every form that the headers take, in C, without a warning.
 *
 * RUN: %clang -std=c11 -Wall -Wextra -pedantic -Wshadow -Werror %tenon_cflags -c %s -o %t.o
 * RUN: %clang -std=gnu17 -Wall -Wextra -Wshadow -Werror -ffast-math -isystem %headers -c %s -o %t.o
 * RUN: %clang -std=gnu2x -Wall -Wextra -Wshadow -Werror %tenon_cflags -c %s -o %t.o
 * RUN: %gcc -std=c11 -Wall -Wextra -pedantic -Wshadow -Werror %tenon_cflags -c %s -o %t.o
 * RUN: %gcc -std=gnu17 -Wall -Wextra -Wshadow -Werror -ffast-math -isystem %headers -c %s -o %t.o
 * REQUIRES: gcc
 */
#include <tenon.h>
#include <math.h>
static float half(float x) { return x * 0.5f; }
static double twice(double x) { return 2 * x; }
static float both(float x, float y) { return x + y; }
tn_tensor use(tn_tensor a TN_SHAPE(n, 3), float *p, size_t n, unsigned char c);
TN_PRAGMA(fp(fast))
tn_tensor use(tn_tensor a, float *p, size_t n, unsigned char c) {
  TN_SCOPE;
  tn_tensor v = tn_view(p, TN_F32, (int64_t)n, 3);
  v = tn_add(tn_add(tn_add(v, 1), tn_mul(2.5f, a)), c);
  v = tn_add(v, n); v = tn_maximum(v, 0); v = tn_where(tn_less(v, 0), 0, v); v = tn_clip(v, 0, tn_exp(v));
  v = tn_sum(v); v = tn_sum(v, 1, -1); v = tn_var_keepdims(v, 0, 1, 2, 3, 4, 5, 6, 7);
  v = tn_values(TN_F32, 1, 2.5, -3.5f, 1ull << 63);
  v = tn_map(half, v); v = tn_map(twice, v); v = tn_map(sqrtf, v); v = tn_zip(both, v, 2);
  v = tn_window(v, 1, -1, 2, TN_END); v = tn_window(v); v = tn_at(v, 1, 2); v = tn_concat(0, v, v, v);
  v = tn_reshape(v, -1, 2); v = tn_zeros(TN_F32); v = tn_full(TN_F32, 0.5, 3, 3); v = tn_full(TN_F32, 3);
  int64_t d[2] = {1, 2}; v = tn_zeros_n(TN_F32, 2, d); v = tn_full_n(TN_F32, 2, 2, d); v = tn_arange(TN_I64, 0, 10, 1);
  tn_set(v, 2, 1); tn_set(v, 2.0, 1, 1); tn_set(v, n, 1); tn_store(v, 2); tn_store_at(v, 2.0, 1, 2); tn_store_at(v, a, 1);
  double x = tn_get(v, 1, 2) + tn_item(v) + tn_get_flat(v, 3) + tn_get_f32(v, 1) + (double)tn_get_i64(v); (void)x;
  tn_replace(&v, tn_sub(v, 1)); tn_tensor (*f)(tn_tensor, tn_tensor) = &tn_add; v = f(v, v);
  v = tn_keep_in(tn_scope_begin(), v); tn_print(v); v = tn_and(tn_less(v, 1), tn_not(v));
  v = tn_matmul(v, v); v = tn_softmax(v, -1); v = tn_take(v, a, 0);
  if (!tn_ok()) { tn_on_error(TN_ERRORS_PRINT); tn_clear_error(); }
  return tn_keep(v);
}
