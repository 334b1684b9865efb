/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * callers_main.c - calls the functions of callers.c with everything that a handle can be.
 */
#include "callers.h"
#include "show.h"

#include <math.h>

static float memory[4096];
static double doubles[64];
static int32_t integers[64];
static char truths[64];

static void fill(void) {
  for (int i = 0; i < 4096; i++) memory[i] = (float)(i * 37 % 101) * 0.03f - 1.5f;
  for (int i = 0; i < 64; i++) doubles[i] = i * 0.1 - 3, integers[i] = i * 1000003, truths[i] = i % 3 == 0;
  memory[7] = NAN, memory[11] = -0.f, memory[23] = INFINITY, memory[29] = 1e-40f;
}

enum { HANDLES = 21 };
static const char *const names[HANDLES] = {"f32[3 5]", "f32[5]", "f32[5 3]", "f32[3 1]", "f32[]", "f32[0 5]", "f32[4 5]",
                                           "f32[2 2 2]", "f32 rank 8", "f64[3 5]", "i32[3 5]", "bool[3 5]", "NULL",
                                           "overlaps by one", "overlaps by a row", "transposed", "stride 0", "reversed",
                                           "read-only", "misaligned", "owned"};
static tn_tensor handle(int i) {
  static const int64_t d35[] = {3, 5}, turned[] = {1, 3}, zero[] = {0, 1}, reversed[] = {-5, -1};
  switch (i) {
  case 0: return tn_view(memory, TN_F32, 3, 5);
  case 1: return tn_view(memory + 40, TN_F32, 5);
  case 2: return tn_view(memory + 80, TN_F32, 5, 3);
  case 3: return tn_view(memory + 120, TN_F32, 3, 1);
  case 4: return tn_full(TN_F32, 0.75);
  case 5: return tn_zeros(TN_F32, 0, 5);
  case 6: return tn_view(memory + 160, TN_F32, 4, 5);
  case 7: return tn_view(memory + 200, TN_F32, 2, 2, 2);
  case 8: return tn_view(memory + 240, TN_F32, 1, 1, 1, 1, 1, 1, 3, 5);
  case 9: return tn_view(doubles, TN_F64, 3, 5);
  case 10: return tn_view(integers, TN_I32, 3, 5);
  case 11: return tn_view(truths, TN_BOOL, 3, 5);
  case 12: return NULL;
  case 13: return tn_view(memory + 1, TN_F32, 3, 5);
  case 14: return tn_view(memory + 5, TN_F32, 3, 5);
  case 15: return tn_view_strided(memory, TN_F32, 2, d35, turned);
  case 16: return tn_view_strided(memory, TN_F32, 2, d35, zero);
  case 17: return tn_view_strided(memory + 14, TN_F32, 2, d35, reversed);
  case 18: return tn_view_const(memory + 2, TN_F32, 3, 5);
  case 19: return tn_view((char *)memory + 1282, TN_F32, 3, 5);
  default: return tn_copy(tn_view(memory + 9, TN_F32, 3, 5));
  }
}

static void show_memory(const char *what) { show(what, tn_view(memory, TN_F32, 400)); }

int main(void) {
  char what[80];
  for (int i = 0; i < HANDLES; i++) {
    TN_SCOPE;
    fill();
    tn_tensor a = handle(i);
    printf("-- %s\n", names[i]);
    show("wide", wide(a));
    show("rows", rows(a));
    show("columns", columns(a));
    show("arranged", arranged(a));
    show_number("element", element(a, 1, 2));
    show_number("element", element(a, -3, 5));
    show("picked", picked(a, tn_values(TN_I64, 0, 2, -1)));
    show("picked out of range", picked(a, tn_values(TN_I64, 0, 3)));
    show("picked by f32", picked(a, handle(1)));
    show_number("scale_in_place", scale_in_place(a));
    show("scaled", a);
    fill();
    show("after_user_store", after_user_store(a, memory));
    show_memory("memory");
    for (int j = 0; j < HANDLES; j++) {
      TN_SCOPE;
      tn_tensor b = handle(j);
      snprintf(what, sizeof what, "with %s", names[j]);
      show(what, chain(a, b));
      show("promised", promised(a, b));
      show("layer", layer(a, b, handle(3)));
      show("promised_layer", promised_layer(a, b, handle(j % 5)));
      show_number("first_two", first_two(a, b));
      show_number("store", store(a, b, handle((i + j) % HANDLES)));
      show_number("two_stores", two_stores(a, b, handle(i * j % HANDLES)));
      show_memory("memory");
      fill();
    }
  }
  return 0;
}
