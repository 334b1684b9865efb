/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * integer_reduce_rows.h - reduce_rows.h for one integer dtype, which wraps. Includer defines INT_BITS and INT_SIGNED.
 */
#include "tenon/scalar/integer.h"

#define N I(number)
#define M(name) I(reduce_##name)
#define ADD(x, y) I(add)(x, y)
#define MULTIPLY(x, y) I(mul)(x, y)
#define GREATER(x, y) I(max)(x, y)
#define LESSER(x, y) I(min)(x, y)
#define LEAST I(lowest)()
#define GREATEST I(sub)(I(lowest)(), 1)
#define IS_NAN(x) 0
#include "reduce_rows.h"

#undef INT_BITS
#undef INT_SIGNED
