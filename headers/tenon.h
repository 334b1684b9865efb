/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tenon.h - tensors for C: include this. Each part can be read by itself, in this order.
 */
#ifndef TENON_H
#define TENON_H

#include "tenon/tensor.h" /* handles, dtypes; making, asking, reading, writing */
#include "tenon/ops.h"    /* what is computed */
#include "tenon/scope.h"  /* how long tensors live */
#include "tenon/error.h"  /* what went wrong */
#include "tenon/math.h"   /* the scalar functions behind the ops, for functions given to tn_map */

#endif
