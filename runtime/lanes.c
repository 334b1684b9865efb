/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lanes.c - which functions put together what a reduction gathered.
 */
#include "lanes.h"

const tni_lanes *tni_lanes_of(unsigned kind, unsigned dtype) {
#if defined __x86_64__
  static const tni_lanes(*const versions[])[4] = {tni_lanes_v2, tni_lanes_v3,
                                                  tni_lanes_v4};
  const tni_lanes(*const table)[4] = versions[tn_rt_isa()];
#else
  const tni_lanes(*const table)[4] = tni_lanes_neon;
#endif
  if (kind == TN_REDUCE_MOMENTS) {
    if (dtype != TNI_F32 && dtype != TNI_F64)
      return NULL;
    kind = TN_REDUCE_SUM;
  }
  if (kind > TN_REDUCE_MIN || dtype >= TNI_DTYPES ||
      !table[dtype][kind].combine)
    return NULL;
  return &table[dtype][kind];
}

const tni_splat_function *tni_splats(void) {
#if defined __x86_64__
  static const tni_splat_function *const versions[] = {
      tni_splats_v2, tni_splats_v3, tni_splats_v4};
  return versions[tn_rt_isa()];
#else
  return tni_splats_neon;
#endif
}
