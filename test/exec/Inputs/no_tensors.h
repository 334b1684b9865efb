/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * no_tensors.h - the functions of no_tensors_other.c.
 */
#ifndef TENON_TEST_NO_TENSORS_H
#define TENON_TEST_NO_TENSORS_H

#include <tenon.h>

#ifdef SAYS_NOTHING
#define APART
#else
#define APART TN_NO_TENSORS
#endif

extern int reported;                                       /* is written by report, and no tensor's */
APART void report(int turn, float value);                  /* prints */
__attribute__((const)) float scaled(float x);              /* of its argument alone */
APART __attribute__((pure)) float weight(int i);           /* reads what set_weight sets */
APART void set_weight(int i, float x);

#endif
