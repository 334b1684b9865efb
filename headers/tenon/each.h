/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * each.h - TN_EACH(f, a, b, c) is f(a), f(b), f(c), for up to 64 arguments. Long because macros cannot loop.
 */
#ifndef TENON_EACH_H
#define TENON_EACH_H

#define TN_EACH_1(f, a) f(a)
#define TN_EACH_2(f, a, ...) f(a), TN_EACH_1(f, __VA_ARGS__)
#define TN_EACH_3(f, a, ...) f(a), TN_EACH_2(f, __VA_ARGS__)
#define TN_EACH_4(f, a, ...) f(a), TN_EACH_3(f, __VA_ARGS__)
#define TN_EACH_5(f, a, ...) f(a), TN_EACH_4(f, __VA_ARGS__)
#define TN_EACH_6(f, a, ...) f(a), TN_EACH_5(f, __VA_ARGS__)
#define TN_EACH_7(f, a, ...) f(a), TN_EACH_6(f, __VA_ARGS__)
#define TN_EACH_8(f, a, ...) f(a), TN_EACH_7(f, __VA_ARGS__)
#define TN_EACH_9(f, a, ...) f(a), TN_EACH_8(f, __VA_ARGS__)
#define TN_EACH_10(f, a, ...) f(a), TN_EACH_9(f, __VA_ARGS__)
#define TN_EACH_11(f, a, ...) f(a), TN_EACH_10(f, __VA_ARGS__)
#define TN_EACH_12(f, a, ...) f(a), TN_EACH_11(f, __VA_ARGS__)
#define TN_EACH_13(f, a, ...) f(a), TN_EACH_12(f, __VA_ARGS__)
#define TN_EACH_14(f, a, ...) f(a), TN_EACH_13(f, __VA_ARGS__)
#define TN_EACH_15(f, a, ...) f(a), TN_EACH_14(f, __VA_ARGS__)
#define TN_EACH_16(f, a, ...) f(a), TN_EACH_15(f, __VA_ARGS__)
#define TN_EACH_17(f, a, ...) f(a), TN_EACH_16(f, __VA_ARGS__)
#define TN_EACH_18(f, a, ...) f(a), TN_EACH_17(f, __VA_ARGS__)
#define TN_EACH_19(f, a, ...) f(a), TN_EACH_18(f, __VA_ARGS__)
#define TN_EACH_20(f, a, ...) f(a), TN_EACH_19(f, __VA_ARGS__)
#define TN_EACH_21(f, a, ...) f(a), TN_EACH_20(f, __VA_ARGS__)
#define TN_EACH_22(f, a, ...) f(a), TN_EACH_21(f, __VA_ARGS__)
#define TN_EACH_23(f, a, ...) f(a), TN_EACH_22(f, __VA_ARGS__)
#define TN_EACH_24(f, a, ...) f(a), TN_EACH_23(f, __VA_ARGS__)
#define TN_EACH_25(f, a, ...) f(a), TN_EACH_24(f, __VA_ARGS__)
#define TN_EACH_26(f, a, ...) f(a), TN_EACH_25(f, __VA_ARGS__)
#define TN_EACH_27(f, a, ...) f(a), TN_EACH_26(f, __VA_ARGS__)
#define TN_EACH_28(f, a, ...) f(a), TN_EACH_27(f, __VA_ARGS__)
#define TN_EACH_29(f, a, ...) f(a), TN_EACH_28(f, __VA_ARGS__)
#define TN_EACH_30(f, a, ...) f(a), TN_EACH_29(f, __VA_ARGS__)
#define TN_EACH_31(f, a, ...) f(a), TN_EACH_30(f, __VA_ARGS__)
#define TN_EACH_32(f, a, ...) f(a), TN_EACH_31(f, __VA_ARGS__)
#define TN_EACH_33(f, a, ...) f(a), TN_EACH_32(f, __VA_ARGS__)
#define TN_EACH_34(f, a, ...) f(a), TN_EACH_33(f, __VA_ARGS__)
#define TN_EACH_35(f, a, ...) f(a), TN_EACH_34(f, __VA_ARGS__)
#define TN_EACH_36(f, a, ...) f(a), TN_EACH_35(f, __VA_ARGS__)
#define TN_EACH_37(f, a, ...) f(a), TN_EACH_36(f, __VA_ARGS__)
#define TN_EACH_38(f, a, ...) f(a), TN_EACH_37(f, __VA_ARGS__)
#define TN_EACH_39(f, a, ...) f(a), TN_EACH_38(f, __VA_ARGS__)
#define TN_EACH_40(f, a, ...) f(a), TN_EACH_39(f, __VA_ARGS__)
#define TN_EACH_41(f, a, ...) f(a), TN_EACH_40(f, __VA_ARGS__)
#define TN_EACH_42(f, a, ...) f(a), TN_EACH_41(f, __VA_ARGS__)
#define TN_EACH_43(f, a, ...) f(a), TN_EACH_42(f, __VA_ARGS__)
#define TN_EACH_44(f, a, ...) f(a), TN_EACH_43(f, __VA_ARGS__)
#define TN_EACH_45(f, a, ...) f(a), TN_EACH_44(f, __VA_ARGS__)
#define TN_EACH_46(f, a, ...) f(a), TN_EACH_45(f, __VA_ARGS__)
#define TN_EACH_47(f, a, ...) f(a), TN_EACH_46(f, __VA_ARGS__)
#define TN_EACH_48(f, a, ...) f(a), TN_EACH_47(f, __VA_ARGS__)
#define TN_EACH_49(f, a, ...) f(a), TN_EACH_48(f, __VA_ARGS__)
#define TN_EACH_50(f, a, ...) f(a), TN_EACH_49(f, __VA_ARGS__)
#define TN_EACH_51(f, a, ...) f(a), TN_EACH_50(f, __VA_ARGS__)
#define TN_EACH_52(f, a, ...) f(a), TN_EACH_51(f, __VA_ARGS__)
#define TN_EACH_53(f, a, ...) f(a), TN_EACH_52(f, __VA_ARGS__)
#define TN_EACH_54(f, a, ...) f(a), TN_EACH_53(f, __VA_ARGS__)
#define TN_EACH_55(f, a, ...) f(a), TN_EACH_54(f, __VA_ARGS__)
#define TN_EACH_56(f, a, ...) f(a), TN_EACH_55(f, __VA_ARGS__)
#define TN_EACH_57(f, a, ...) f(a), TN_EACH_56(f, __VA_ARGS__)
#define TN_EACH_58(f, a, ...) f(a), TN_EACH_57(f, __VA_ARGS__)
#define TN_EACH_59(f, a, ...) f(a), TN_EACH_58(f, __VA_ARGS__)
#define TN_EACH_60(f, a, ...) f(a), TN_EACH_59(f, __VA_ARGS__)
#define TN_EACH_61(f, a, ...) f(a), TN_EACH_60(f, __VA_ARGS__)
#define TN_EACH_62(f, a, ...) f(a), TN_EACH_61(f, __VA_ARGS__)
#define TN_EACH_63(f, a, ...) f(a), TN_EACH_62(f, __VA_ARGS__)
#define TN_EACH_64(f, a, ...) f(a), TN_EACH_63(f, __VA_ARGS__)
#define TN_EACH_TOO_MANY(f, ...) \
  {{sizeof(struct { _Static_assert(0, "Tenon: more than 64 values; use tn_copy(tn_view_const(array, ...))"); int unused; }), 0}}

#define TN_EACH_PICK( \
    _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, _21, _22, _23, _24, \
    _25, _26, _27, _28, _29, _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, _41, _42, _43, _44, _45, _46, \
    _47, _48, _49, _50, _51, _52, _53, _54, _55, _56, _57, _58, _59, _60, _61, _62, _63, _64, _65, _66, _67, _68, \
    _69, _70, _71, _72, _73, _74, _75, _76, _77, _78, _79, _80, N, ...) N
#define TN_EACH(f, ...) \
  TN_EACH_PICK( \
    __VA_ARGS__, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, \
    TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, \
    TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_TOO_MANY, TN_EACH_64, \
    TN_EACH_63, TN_EACH_62, TN_EACH_61, TN_EACH_60, TN_EACH_59, TN_EACH_58, TN_EACH_57, TN_EACH_56, TN_EACH_55, \
    TN_EACH_54, TN_EACH_53, TN_EACH_52, TN_EACH_51, TN_EACH_50, TN_EACH_49, TN_EACH_48, TN_EACH_47, TN_EACH_46, \
    TN_EACH_45, TN_EACH_44, TN_EACH_43, TN_EACH_42, TN_EACH_41, TN_EACH_40, TN_EACH_39, TN_EACH_38, TN_EACH_37, \
    TN_EACH_36, TN_EACH_35, TN_EACH_34, TN_EACH_33, TN_EACH_32, TN_EACH_31, TN_EACH_30, TN_EACH_29, TN_EACH_28, \
    TN_EACH_27, TN_EACH_26, TN_EACH_25, TN_EACH_24, TN_EACH_23, TN_EACH_22, TN_EACH_21, TN_EACH_20, TN_EACH_19, \
    TN_EACH_18, TN_EACH_17, TN_EACH_16, TN_EACH_15, TN_EACH_14, TN_EACH_13, TN_EACH_12, TN_EACH_11, TN_EACH_10, \
    TN_EACH_9, TN_EACH_8, TN_EACH_7, TN_EACH_6, TN_EACH_5, TN_EACH_4, TN_EACH_3, TN_EACH_2, TN_EACH_1, \
    ~)(f, __VA_ARGS__)

#endif
