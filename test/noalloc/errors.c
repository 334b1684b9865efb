// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What `noalloc` cannot keep is an error at its line, with the reason; nothing behind it is reported for its sake.
//
// RUN: not %clang -std=c11 -O2 %plugin %tenon_cflags %unchecked -ferror-limit=0 -c %s -o %t.o 2> %t.txt
// RUN: FileCheck %s --implicit-check-not=error: < %t.txt
// RUN: not %clang -std=c11 -Oz %plugin %tenon_cflags %unchecked -ferror-limit=0 -c %s -o %t.o 2> %t.Oz.txt
// RUN: FileCheck %s --implicit-check-not=error: < %t.Oz.txt
// RUN: not %clang -std=c11 -O2 -mgeneral-regs-only -DINTEGERS %plugin %tenon_cflags -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=INTEGERS
// RUN: %clang -std=c11 -O0 -DINTEGERS %plugin %tenon_cflags -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=EAGER
#include <tenon.h>

#define NOALLOC TN_PRAGMA(noalloc)
#ifdef INTEGERS
// INTEGERS: errors.c:[[@LINE+2]]:{{[0-9]+}}: error: noalloc: the target has no registers for floating-point numbers
// EAGER: errors.c:[[@LINE+1]]:{{[0-9]+}}: warning: noalloc is kept from -O1 on; here the tensor calls are calls of the runtime
NOALLOC void in_a_kernel(int *p) { (void)tn_store(tn_view(p, TN_I32, 4), 1); }
#else
tn_tensor outside(void);
void take(tn_tensor t);
extern tn_tensor kept;
extern float memory[64];

NOALLOC void dims(float *p, int n) {
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a dim is not a constant
  tn_tensor t = tn_view(p, TN_F32, n);
  tn_store(t, tn_exp(t));
}
NOALLOC void no_elements(float *p) {
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a dim of 0: a tensor without elements is the runtime's
  tn_tensor t = tn_view(p, TN_F32, 0);
  tn_store(t, 1);
}
NOALLOC void dtypes(short *p) {
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: code without the runtime does not have dtype i16 yet
  tn_store(tn_view(p, TN_I16, 4), 1);
}
NOALLOC float calls(float *p) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: 'sort' is a call of the runtime
  tn_tensor sorted = tn_sort(t, 0);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: 'sin' of f32: large arguments of sine and cosine need the runtime
  tn_store(t, tn_sin(t));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: 'argmax' is a call of the runtime
  float most = (float)tn_item_i64(tn_argmax(t));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: 'ok' is a call of the runtime; nothing can fail in a noalloc function
  return tn_ok() ? most + tn_get_f32(sorted, 0) : 0;
}
NOALLOC void ranges(float *p, int *n, float step) {
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: 'arange' is a call of the runtime, but of constants that fit the dtype
  tn_store(tn_view(p, TN_F32, 4), tn_arange(TN_F32, 0, 4, step));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a tensor without elements is the runtime's
  tn_store(tn_view(p, TN_F32, 4), tn_arange(TN_F32, 4, 0, 1));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: too many elements
  tn_store(tn_view(p, TN_F32, 5000), tn_arange(TN_F32, 0, 5000, 1));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a number does not fit the dtype
  tn_store(tn_view(n, TN_I32, 8), tn_cast(tn_arange(TN_U8, 250, 258, 1), TN_I32));
}
/* g is further out, so that w becomes a copy of it; noalloc has no scopes. */
NOALLOC void names(float *p) {
  tn_tensor g = tn_full(TN_F32, 2, 4), v = tn_view(p, TN_F32, 4);
  {
    TN_SCOPE;
    tn_tensor w = tn_add(v, 1);
    // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the new tensor goes by another name too, and is changed: whether that name sees it depends on scopes; tn_copy it
    tn_replace(&w, g);
    tn_store(w, 3);
    tn_store(v, w);
  }
  tn_store(v, g);
}
NOALLOC void scopes(float *p, int64_t mark) {
  tn_store(tn_view(p, TN_F32, 4), 1);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the scope that ends here is not seen to begin in this function
  tn_scope_end(mark);
}
NOALLOC void mismatch(float *p) {
  tn_tensor a = tn_view(p, TN_F32, 3, 4), b = tn_view(p, TN_F32, 5);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: shapes [3, 4] and [5] do not broadcast
  tn_store(a, tn_add(a, b));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: shapes [3, 4] and [3, 4] do not fit
  tn_store(a, tn_matmul(a, a));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: [3, 4] does not broadcast to [5]
  tn_store(b, a);
}
NOALLOC void mixed(float *p, int *n, long i) {
  tn_tensor a = tn_view(p, TN_F32, 4), b = tn_view(n, TN_I32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: dtypes differ: f32 and i32; use tn_cast
  tn_store(a, tn_add(a, b));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a floating number does not go with i32
  tn_store(b, tn_mul(b, 0.5));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: whether the number fits into i32 is not known before the program runs
  tn_store(b, tn_mul(b, i));
}
NOALLOC void from_outside(float *p, tn_tensor given) {
  tn_tensor a = tn_view(p, TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: this tensor comes from outside of the function: its shape and memory are not known; make a view of a pointer here
  tn_store(a, tn_exp(given));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: this tensor comes from outside of the function
  tn_store(a, outside());
}
NOALLOC tn_tensor returned(float *p) {
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the tensor leaves the function by return, and would need memory of the runtime; store it into a view
  return tn_exp(tn_view(p, TN_F32, 4));
}
NOALLOC void escapes(float *p) {
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the handle is put into memory, and its tensor would need memory of the runtime
  kept = tn_exp(tn_view(p, TN_F32, 4));
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the tensor is given to 'take', which is not part of this function
  take(tn_view(p, TN_F32, 4));
}
NOALLOC void branches(float *p, float *q, int c) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  if (c) t = tn_mul(t, 2);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: this may write the memory of the view in line [[@LINE-2]], which is read behind this by a name that depends on a branch or a loop; tn_copy the view
  tn_store(tn_view(q, TN_F32, 4), t);
  tn_store(tn_view(q + 4, TN_F32, 4), t);
}
NOALLOC void turns(float *restrict p, float *restrict q, int n) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  for (int i = 0; i < n; i++) {
    tn_tensor next = tn_mul(t, 2);
    // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: this may write the memory of the view in line [[@LINE-3]], which
    p[i] = 1;
    tn_store(tn_view(q, TN_F32, 4), t);
    t = next;
  }
}
NOALLOC void other_names(float *restrict p, float *restrict q, int c) {
  tn_tensor t = tn_copy(tn_view(p, TN_F32, 4)), u = tn_exp(t), both = c ? t : u;
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: this changes a tensor that has another name by a branch or a loop, which is read behind this; tn_copy it first
  tn_set(t, 1, 0);
  tn_store(tn_view(q, TN_F32, 4), both);
}
NOALLOC void half_a_view(float *restrict p, float *restrict q, int c) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  if (c) t = tn_zeros(TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: what is stored to is a view on some ways and a tensor on others
  tn_store(t, tn_view(q, TN_F32, 4));
}
NOALLOC void shapes_that_change(float *restrict p, float *restrict q, int c) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a name that depends on a branch or a loop holds a tensor of shape [{{2, 2|4}}] on one way, and one of [{{2, 2|4}}] {{(where line [0-9]+ makes it )?}}on another
  if (c) t = tn_reshape(tn_exp(t), 2, 2);
  tn_store(tn_view(q, TN_F32, 4), tn_reshape(t, 4));
}
NOALLOC void growing(float *restrict p, float *restrict q, int n) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a name that depends on a branch or a loop holds a tensor of shape [4] on one way, and one of [8] where line [[@LINE+1]] makes it on another
  for (int i = 0; i < n; i++) t = tn_concat(0, t, t);
  tn_store(tn_view(q, TN_F32, 4), t);
}
NOALLOC void dtype_that_changes(float *restrict p, float *restrict q, int c) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a name that depends on a branch or a loop holds {{f32|i32}} on one way, and {{f32|i32}}{{( where line [0-9]+ makes it)?}} on another
  if (c) t = tn_cast(t, TN_I32);
  tn_store(tn_view(q, TN_F32, 4), tn_cast(t, TN_F32));
}
NOALLOC void strides_that_differ(float *restrict p, int c) {
  static const int64_t dims[] = {4}, strides[] = {2};
  tn_tensor t = tn_view(p, TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: a name that depends on a branch or a loop is one view or another{{( where line [0-9]+ makes it)?}}, and their strides differ
  if (c) t = tn_view_strided(p + 8, TN_F32, 1, dims, strides);
  tn_store(t, 1);
}
NOALLOC float nothing(float *p, int c) {
  tn_tensor t = NULL;
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: which tensor a name holds depends on a branch or a loop, and on one way it is NULL
  if (c) t = tn_exp(tn_view(p, TN_F32, 4));
  return tn_get_f32(t, 0);
}
NOALLOC float argument(float *p, tn_tensor t, int c) {
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: which tensor a name holds depends on a branch or a loop, and on one way it comes from outside of the function
  if (c) t = tn_exp(tn_view(p, TN_F32, 4));
  return tn_get_f32(t, 0);
}
NOALLOC float indices(float *p, int i) {
  tn_tensor t = tn_view(p, TN_F32, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: index 4 is out of range for 4 elements
  float x = tn_get_f32(t, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: that the index is in range for 4 elements is not known before the program runs; read the array itself
  return x + tn_get_f32(t, i);
}
NOALLOC void targets(const float *p, float *q) {
  tn_tensor t = tn_view_const(p, TN_F32, 4), all = tn_view(q, TN_F32, 4, 4);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the tensor is a tn_view_const
  tn_store(t, 1);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: this would change a slice's own copy, which nothing else sees
  tn_store(tn_slice(all, 0, 0, 1), 1);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the window [1, 4] reaches over [4, 4]
  tn_store_at(all, t, 0, 1);
  static const int64_t dims[] = {3, 3}, strides[] = {1, 1};
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the strides of the view may let elements fall on one place
  tn_store(tn_view_strided(q, TN_F32, 2, dims, strides), 0);
}
NOALLOC void stack(float *p) {
  tn_tensor a = tn_view(p, TN_F32, 100, 100);
  // CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: the temporaries of this function take 40000 bytes of the stack, more than 16384; the largest, of 40000, is made here
  tn_store(a, tn_matmul(a, a));
}
__attribute__((noinline)) static float helper(const float *p) { return tn_item_f32(tn_sum(tn_view_const(p, TN_F32, 4))); }
// CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: 'helper' calls 'tn_view_const_' of the runtime and is not noalloc itself
NOALLOC float helped(const float *p) { return helper(p) + tn_get_flat_f32(tn_view_const(p, TN_F32, 4), 0); }
// CHECK: errors.c:[[@LINE+1]]:{{[0-9]+}}: error: noalloc: #pragma tenon off
NOALLOC TN_PRAGMA(off) void switched_off(float *p) { tn_store(tn_view(p, TN_F32, 4), 1); }
#endif
