/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * scalar.c - one element of the ops that math.h offers.
 */
#include "../kernels.h"

#define REAL_BITS 32
#include "scalar_rows.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "scalar_rows.h"
#undef REAL_BITS

const tni_scalar_kernels TNI_TABLE(scalar) = {
#define ENTRY(name) .name##_f32 = scalar_##name##32_1, .name##_f64 = scalar_##name##64_1,
  TNI_SCALARS_1(ENTRY) TNI_SCALARS_2(ENTRY)
};
