/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * math.h - the scalar functions behind the ops, with the same bits: tn_expf for float, tn_expd for double.
 *
 * (tn_exp, without a letter, is the op on tensors.)
 *
 * In a function given to tn_map or tn_zip they become vector code in the kernel, where calls of libm cannot. They set
 * no errno and depend on nothing but their argument. Error bounds are those that ops.h gives for the op of that name.
 */
#ifndef TENON_MATH_H
#define TENON_MATH_H

#include "tenon/attributes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_SCALAR_1(name) \
  TN_SCALAR(#name) TN_ATTR(const) float tn_##name##f(float x) TN_NOTHROW; \
  TN_SCALAR(#name) TN_ATTR(const) double tn_##name##d(double x) TN_NOTHROW
#define TN_SCALAR_2(name) \
  TN_SCALAR(#name) TN_ATTR(const) float tn_##name##f(float x, float y) TN_NOTHROW; \
  TN_SCALAR(#name) TN_ATTR(const) double tn_##name##d(double x, double y) TN_NOTHROW

TN_SCALAR_1(rsqrt);   /* 1 / sqrt(x) */
TN_SCALAR_1(exp);     /* e to the x */
TN_SCALAR_1(expm1);   /* exp(x) - 1 */
TN_SCALAR_1(log);     /* natural logarithm */
TN_SCALAR_1(log1p);   /* log(1 + x) */
TN_SCALAR_1(sin);     /* sine, x in radians, right for every finite x */
TN_SCALAR_1(cos);     /* cosine */
TN_SCALAR_1(tanh);    /* hyperbolic tangent */
TN_SCALAR_1(erf);     /* error function */
TN_SCALAR_1(sigmoid); /* 1 / (1 + exp(-x)) */
TN_SCALAR_1(silu);    /* x * sigmoid(x) */
TN_SCALAR_1(gelu);    /* x / 2 * (1 + erf(x / sqrt(2))) */
TN_SCALAR_2(pow);     /* x to the y */
TN_SCALAR_2(maximum); /* the greater; NaN if either is, +0 over -0 */
TN_SCALAR_2(minimum); /* the lesser; NaN if either is, -0 under +0 */

#undef TN_SCALAR_1
#undef TN_SCALAR_2

#ifdef __cplusplus
}
#endif
#endif
