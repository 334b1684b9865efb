/*===-- coefficients.h - polynomials of the elementary functions ---*- C -*-===*
 *
 * Part of Tenon, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Lowest degree first. Each is fitted to the expression above it for least
 * relative error; f32 coefficients are rounded one at a time from the lowest,
 * and the others fitted again. The errors are the largest relative ones of the
 * expression evaluated exactly: f32 in units of 2^-23, f64 in units of 2^-52.
 *
 *===----------------------------------------------------------------------===*/

#ifndef TENON_SCALAR_COEFFICIENTS_H
#define TENON_SCALAR_COEFFICIENTS_H

/* expm1(r) = r + r^2 Q(r), |r| <= ln2/2;
 * errors 0.13, 0.004 */
static const float EXPM1_Q32[] = {0x1p-1f, 0x1.5554b2p-3f, 0x1.5554c6p-5f,
                                  0x1.12268p-7f, 0x1.6d7474p-10f};
static const double EXPM1_Q64[] = {0x1p-1,
                                   0x1.5555555555557p-3,
                                   0x1.5555555555556p-5,
                                   0x1.11111111100cep-7,
                                   0x1.6c16c16c162ccp-10,
                                   0x1.a01a01abef415p-13,
                                   0x1.a01a01a6dcaffp-16,
                                   0x1.71de021a90822p-19,
                                   0x1.27e4db57442fbp-22,
                                   0x1.af4e196027428p-26,
                                   0x1.1f731ea5352cap-29};

/* log1p(f) = f + f^2 Q(f), -1/4 <= f <= 1/2;
 * errors 0.05, 0.02 */
static const float LOG1P_Q32[] = {
    -0x1p-1f,        0x1.5555a2p-2f,  -0x1.000082p-2f,
    0x1.996b02p-3f,  -0x1.54dd54p-3f, 0x1.284b38p-3f,
    -0x1.0e0e86p-3f, 0x1.b17a6cp-4f,  -0x1.7a43f2p-5f};
static const double LOG1P_Q64[] = {-0x1p-1,
                                   0x1.555555555555p-2,
                                   -0x1.00000000000bp-2,
                                   0x1.999999999b521p-3,
                                   -0x1.555555553f379p-3,
                                   0x1.2492492340ca3p-3,
                                   -0x1.0000000767b5ep-3,
                                   0x1.c71c72b456fbap-4,
                                   -0x1.999997fc2f7ddp-4,
                                   0x1.745ceb9bce30ep-4,
                                   -0x1.555537c9a32c8p-4,
                                   0x1.3b17f8cec6bb1p-4,
                                   -0x1.249d1327db204p-4,
                                   0x1.10df31bcea346p-4,
                                   -0x1.fe1ad20e6f4a5p-5,
                                   0x1.e23394867d0e1p-5,
                                   -0x1.d7b6951661e99p-5,
                                   0x1.cf360d26720e4p-5,
                                   -0x1.8719e2c880be6p-5,
                                   0x1.c0bcfe660a589p-6,
                                   -0x1.e85c10fe7120ep-8};

/* tanh(x) = x + x^3 P(x^2), |x| <= 9/16;
 * errors 0.01, 0.03 */
static const float TANH_P32[] = {-0x1.555548p-2f, 0x1.110c62p-3f,
                                 -0x1.b906dcp-5f, 0x1.581d9ap-6f,
                                 -0x1.94a21ep-8f};
static const double TANH_P64[] = {
    -0x1.5555555555555p-2,  0x1.1111111111111p-3,   -0x1.ba1ba1ba1ba0fp-5,
    0x1.664f4882c091cp-6,   -0x1.226e355e426ep-7,   0x1.d6d3d0d0c22f2p-9,
    -0x1.7da3622eb4ba6p-10, 0x1.3557f459d6c22p-11,  -0x1.f5778b8d6778p-13,
    0x1.963c0c90c3fbep-14,  -0x1.47735def42d3ap-15, 0x1.ff9b5bac68269p-17,
    -0x1.5c9c52ea629bcp-18, 0x1.29d0a130ade3p-20};

/* erf(x) = x + x P(x^2), |x| <= 0.925;
 * errors 0.15, 0.12 */
static const float ERF_NEAR_P32[] = {0x1.06eba6p-3f, -0x1.8126e2p-2f,
                                     0x1.ce1986p-4f, -0x1.b67c04p-6f,
                                     0x1.46d9e6p-8f, -0x1.387442p-11f};
static const double ERF_NEAR_P64[] = {
    0x1.06eba8214db68p-3,  -0x1.812746b0379dep-2,  0x1.ce2f21a042451p-4,
    -0x1.b82ce312604adp-6, 0x1.565bcd076c8c8p-8,   -0x1.c02db291ef761p-11,
    0x1.f9a2f74f1c278p-14, -0x1.f4ce434789a52p-17, 0x1.b9aa566131ceep-20,
    -0x1.5d226ab92385p-23, 0x1.df703e719908ap-27,  -0x1.c6c7d59dbc4e9p-31};

/* erf(x) = 1 - exp(-x + x P(x)), 0.925 <= x <= 4 (f32), 6 (f64);
 * errors 0.01, 0.002 */
static const float ERF_FAR_P32[] = {
    -0x1.0778dcp-3f, -0x1.45328ep-1f, -0x1.b32568p-4f, 0x1.855122p-6f,
    -0x1.dd6ba8p-9f, 0x1.52795cp-12f, -0x1.78d116p-17f};
static const double ERF_FAR_P64[] = {
    -0x1.06ebacc6c6c7cp-3,  -0x1.45f2f908419f1p-1,  -0x1.a4f74e4b7afb1p-4,
    0x1.398872bd66123p-6,   0x1.8d015a0ae9d2ap-13,  -0x1.b31714c51578ep-10,
    0x1.1a468f129f4cdp-11,  0x1.0dd474f71e83fp-15,  -0x1.e97062aab499bp-14,
    0x1.1b2c5230eb3abp-14,  -0x1.a88baa736375fp-16, 0x1.db8c2a3097581p-18,
    -0x1.9d228ed737ccfp-20, 0x1.175834b6c02bbp-22,  -0x1.214631b0e458p-25,
    0x1.ba740d77181ddp-29,  -0x1.d2d895f504c4ap-33, 0x1.264c72638e519p-37,
    -0x1.1364bf815e11fp-43, -0x1.063b2644ec62ap-49};

/* sin(r) = r + r^3 P(r^2), |r| <= pi/4;
 * errors 0.03, 0.03 */
static const float SIN_P32[] = {-0x1.555546p-3f, 0x1.11077cp-7f,
                                -0x1.9955bp-13f};
static const double SIN_P64[] = {-0x1.5555555555549p-3,  0x1.111111110f87p-7,
                                 -0x1.a01a019c1051ap-13, 0x1.71de35768efb6p-19,
                                 -0x1.ae5e654a863e1p-26, 0x1.5d92b90bb956ap-33};

/* cos(r) = 1 - r^2/2 + r^4 P(r^2), |r| <= pi/4;
 * errors 0.001, 0.005 */
static const float COS_P32[] = {0x1.55554ap-5f, -0x1.6c0c2ap-10f,
                                0x1.99e904p-16f};
static const double COS_P64[] = {0x1.555555555554bp-5,  -0x1.6c16c16c14f7fp-10,
                                 0x1.a01a019c82779p-16, -0x1.27e4f7e965628p-22,
                                 0x1.1ee9d6bf75fdep-29, -0x1.8fa417bcab8fep-37};

/* atanh(q) = q + q^3 (1/3 + q^2 P(q^2)), |q| <= 0.1716;
 * errors 0.0001, 0.0001 */
static const float ATANH_P32[] = {0x1.999ap-3f, 0x1.24527cp-3f, 0x1.dfa23cp-4f};
static const double ATANH_P64[] = {0x1.9999999999996p-3, 0x1.249249249303dp-3,
                                   0x1.c71c71c57f6fap-4, 0x1.745d1832c9d67p-4,
                                   0x1.3b13629654f94p-4, 0x1.1120ba64e001fp-4,
                                   0x1.de32af572883ap-5, 0x1.eb176bb29c8a9p-5};

#endif /* TENON_SCALAR_COEFFICIENTS_H */
