/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stack.h - the size of a small thread's stack.
 */
#ifndef TENON_TEST_STACK_H
#define TENON_TEST_STACK_H

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define STACK (1 << 20) /* its frames are larger */
#endif
#endif
#ifndef STACK
#define STACK (64 << 10)
#endif

#endif
