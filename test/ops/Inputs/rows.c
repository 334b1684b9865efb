/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rows.c - for each elementwise row of ops.def and each dtype that it has, the op alone and the op between others.
 * Compiled twice: -DSIDE=eager without the plugin, -DSIDE=compiled with it. -DCLASS_UNARY, _BINARY or _TRUTH chooses
 * the rows.
 */
#include "rows.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define SIDE_(name) JOIN(SIDE, name)

#define VIEW(p, dtype) tn_view_strided((p)->data, dtype, (p)->rank, (p)->dims, (p)->strides)

/* dtypes: X(row, short name, dtype) */
#define TN_FLOATS(X, name) X(name, f32, TN_F32) X(name, f64, TN_F64)
#define TN_NUMBERS(X, name) TN_FLOATS(X, name) X(name, i32, TN_I32) X(name, i64, TN_I64) X(name, u64, TN_U64)
#define TN_ANY(X, name) TN_NUMBERS(X, name) X(name, truth, TN_BOOL)
#define LOGICAL_DTYPES(X, name) X(name, i32, TN_I32) X(name, i64, TN_I64) X(name, u64, TN_U64) X(name, truth, TN_BOOL)

/* What stands around the op: multiplications by -1, which change every bit pattern and lose none; the largest number less
 * it where there is no sign; `~` where the values are truth values. */
#define TURN_f32(t) tn_mul(t, -1)
#define TURN_f64(t) tn_mul(t, -1)
#define TURN_i32(t) tn_mul(t, -1)
#define TURN_i64(t) tn_mul(t, -1)
#define TURN_u64(t) tn_sub(UINT64_MAX, t)
#define TURN_truth(t) tn_not(t)

#define NOINLINE __attribute__((noinline))
#define ONE(name, kind, dtype, after)                                                                                  \
  static NOINLINE tn_tensor name##_##kind##_alone(const operand *x, const operand *y) {                                \
    (void)y;                                                                                                           \
    return tn_##name(VIEW(x, dtype));                                                                                  \
  }                                                                                                                    \
  static NOINLINE tn_tensor name##_##kind##_fused(const operand *x, const operand *y) {                                \
    (void)y;                                                                                                           \
    return after(tn_##name(TURN_##kind(VIEW(x, dtype))));                                                              \
  }
#define TWO(name, kind, dtype, after)                                                                                  \
  static NOINLINE tn_tensor name##_##kind##_alone(const operand *x, const operand *y) {                                \
    return tn_##name(VIEW(x, dtype), VIEW(y, dtype));                                                                  \
  }                                                                                                                    \
  static NOINLINE tn_tensor name##_##kind##_fused(const operand *x, const operand *y) {                                \
    return after(tn_##name(TURN_##kind(VIEW(x, dtype)), VIEW(y, dtype)));                                              \
  }
/* Operands of unknown dtype: f32 is expected, and what is not f32 must come out right as well. */
#define ONE_UNKNOWN(name)                                                                                              \
  static NOINLINE tn_tensor name##_handles(tn_tensor x) { return tn_mul(tn_##name(x), -1); }                           \
  static NOINLINE tn_tensor name##_unknown_alone(const operand *x, const operand *y) {                                 \
    (void)y;                                                                                                           \
    return name##_handles(VIEW(x, TN_I32));                                                                            \
  }                                                                                                                    \
  static NOINLINE tn_tensor name##_unknown_fused(const operand *x, const operand *y) {                                 \
    (void)y;                                                                                                           \
    return name##_handles(VIEW(x, TN_F32));                                                                            \
  }
#define TWO_UNKNOWN(name)                                                                                              \
  static NOINLINE tn_tensor name##_handles(tn_tensor x, tn_tensor y) { return tn_mul(tn_##name(x, y), -1); }           \
  static NOINLINE tn_tensor name##_unknown_alone(const operand *x, const operand *y) {                                 \
    return name##_handles(VIEW(x, TN_I32), VIEW(y, TN_I32));                                                           \
  }                                                                                                                    \
  static NOINLINE tn_tensor name##_unknown_fused(const operand *x, const operand *y) {                                 \
    return name##_handles(VIEW(x, TN_F32), VIEW(y, TN_F32));                                                           \
  }

#define ONE_NUMBER(name, kind, dtype) ONE(name, kind, dtype, TURN_##kind)
#define TWO_NUMBERS(name, kind, dtype) TWO(name, kind, dtype, TURN_##kind)
#define ONE_TRUTH(name, kind, dtype) ONE(name, kind, dtype, TURN_truth)
#define TWO_TRUTHS(name, kind, dtype) TWO(name, kind, dtype, TURN_truth)
#define LOGICAL_1(X, name) X##_1(name)
#define LOGICAL_2(X, name) X##_2(name)
#define FUNCTIONS_1(name) LOGICAL_DTYPES(ONE_NUMBER, name)
#define FUNCTIONS_2(name) LOGICAL_DTYPES(TWO_NUMBERS, name)

#ifdef CLASS_UNARY
#define TN_UNARY(name, types, ...) types(ONE_NUMBER, name) ONE_UNKNOWN(name)
#endif
#ifdef CLASS_BINARY
#define TN_BINARY(name, types, ...) types(TWO_NUMBERS, name) TWO_UNKNOWN(name)
#endif
#ifdef CLASS_TRUTH
#define TN_COMPARE(name, types, ...) types(TWO_TRUTHS, name)
#define TN_LOGICAL(name, arity, ...) LOGICAL_##arity(FUNCTIONS, name)
#endif
#include "tenon/ops.def"

#define ENTRY(row_name, row_arity, kind, row_dtype, is_kernel)                                                         \
  {.name = #row_name, .arity = row_arity, .dtype = row_dtype, .alone = row_name##_##kind##_alone,                      \
   .fused = row_name##_##kind##_fused, .kernel = is_kernel},
#define IN_KERNELS(dtype) (dtype == TN_F32 || dtype == TN_F64) /* of the others kernels have some rows only */
#define ONE_ENTRY(name, kind, dtype) ENTRY(name, 1, kind, dtype, IN_KERNELS(dtype))
#define TWO_ENTRY(name, kind, dtype) ENTRY(name, 2, kind, dtype, IN_KERNELS(dtype))
#define ENTRIES_1(name) LOGICAL_DTYPES(ONE_ENTRY, name)
#define ENTRIES_2(name) LOGICAL_DTYPES(TWO_ENTRY, name)
/* The dtype of an entry with unknown operands is that of its test data; both functions read the same bytes. */
#define ENTRY_UNKNOWN(name, arity) ENTRY(name, arity, unknown, TN_F32, true)

#ifdef CLASS_UNARY
#define TN_UNARY(name, types, ...) types(ONE_ENTRY, name) ENTRY_UNKNOWN(name, 1)
#endif
#ifdef CLASS_BINARY
#define TN_BINARY(name, types, ...) types(TWO_ENTRY, name) ENTRY_UNKNOWN(name, 2)
#endif
#ifdef CLASS_TRUTH
#define TN_COMPARE(name, types, ...) types(TWO_ENTRY, name)
#define TN_LOGICAL(name, arity, ...) LOGICAL_##arity(ENTRIES, name)
#endif
const row SIDE_(rows)[] = {
#include "tenon/ops.def"
};
const int SIDE_(row_count) = (int)(sizeof SIDE_(rows) / sizeof *SIDE_(rows));
