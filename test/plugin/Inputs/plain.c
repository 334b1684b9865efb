/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 * plain.c - a file without a tensor call, of many kinds of code; it may know <tenon.h>. */
#ifdef WITH_HEADER
#include <tenon.h>
#endif
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WITH_CONTRACTS
#include <tenon.h>
struct layer {
  tn_tensor w TN_SHAPE(k, 10);
};
TN_RETURNS(n, 3) tn_tensor make(int n, tn_tensor like TN_SHAPE(n));
static tn_tensor chosen TN_SHAPE(n);
TN_RETURNS(n, 3) tn_tensor either(tn_tensor x TN_SHAPE(n), tn_tensor y TN_SHAPE(n + 1), int which) {
  tn_tensor made TN_SHAPE(n, 3) = make(which, x);
  chosen = y;
  return made;
}
__attribute__((noinline)) static tn_tensor first(tn_tensor x TN_SHAPE(n, 3), struct layer *l) { return l->w ? l->w : x; }
tn_tensor keeps(struct layer *l) { return first(either(chosen, chosen, 3), l); }
#endif

typedef struct node {
  struct node *left, *right;
  double value;
} node;

static node *insert(node *tree, double value) {
  if (!tree) {
    node *made = calloc(1, sizeof *made);
    if (made) made->value = value;
    return made;
  }
  if (value < tree->value)
    tree->left = insert(tree->left, value);
  else
    tree->right = insert(tree->right, value);
  return tree;
}

float dot(const float *restrict x, const float *restrict y, size_t n) {
  float s = 0;
  for (size_t i = 0; i < n; i++) s += x[i] * y[i];
  return s;
}

void saxpy(float *y, const float *x, float a, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}

static double sum_of(int count, ...) {
  va_list list;
  double s = 0;
  va_start(list, count);
  while (count--) s += va_arg(list, double);
  va_end(list);
  return s;
}

static jmp_buf back;
static int risky(int x) {
  if (x > 2) longjmp(back, x);
  return x;
}

int classify(const char *text) {
  switch (strlen(text)) {
  case 0: return -1;
  case 1: return text[0];
  case 7: return !strcmp(text, "seventh");
  default: return (int)strtol(text, NULL, 10);
  }
}

int main(int argc, char **argv) {
  float x[100], y[100];
  node *tree = NULL;
  for (int i = 0; i < 100; i++) x[i] = sinf((float)i), y[i] = cosf((float)i);
  saxpy(y, x, 0.5f, 100);
  for (int i = 0; i < 10; i++) tree = insert(tree, x[i]);
  if (!setjmp(back)) printf("%d\n", risky(argc));
  printf("%g %g %d %p\n", (double)dot(x, y, 100), sum_of(3, 1.0, 2.0, 3.0), classify(argv[0]), (void *)tree);
  return 0;
}
