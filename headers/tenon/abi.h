/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * abi.h - what generated code and the runtime agree on. Not for user programs.
 *
 * The compiler (passes/) writes constant tn_kernel tables into the user's object file and calls the tn_rt_ functions
 * below; the runtime walks a table over memory. Both sides include this header; its layout is pinned by the
 * assertions at its end and by TN_ABI: the plugin refuses headers of another one, code with kernels does not link with a
 * library of another one, and every launch compares.
 *
 * A kernel is a program for one ROW. A row is the run of elements that the kernel's reductions go over; a kernel
 * without reductions has rows only so that memory is walked in pieces that fit. The program has passes; a pass walks
 * the row in blocks of TN_BLOCK elements and runs each of its block stages on a block before it goes to the next
 * one, so that a pass reads memory once, whatever it computes. When a pass ends its reductions are combined, in the
 * order that docs/numerics.md fixes, into slots (scalars of the row), and the pass's row stages run once.
 *
 * softmax over the last axis:  pass 0: lanes max(x)      -> slot m
 *                              pass 1: y = exp(x - m); lanes sum(y) -> slot s; row stage: r = 1 / s
 *                              pass 2: y = y * r
 */
#ifndef TENON_ABI_H
#define TENON_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tenon/tensor.h" /* tn_tensor, tn_dtype */

#ifdef __cplusplus
extern "C" {
#endif

/* ---- tensors ------------------------------------------------------------------------------------------------ */

/* header word: dtype code in bits 0-7 (the low byte of the tn_dtype constant), rank in 8-15, flags in 16-31, and
 * TN_MAGIC in 32-63, so that one load and one compare tell a live tensor of a known dtype and rank. */
#define TN_MAGIC UINT64_C(0x7e4002a5)
#define TN_HEADER(dtype, rank, flags)                                                                                  \
  (TN_MAGIC << 32 | (uint64_t)(flags) << 16 | (uint64_t)(rank) << 8 | ((uint64_t)(dtype) & 0xff))
#define TN_HEADER_DTYPE(header) ((unsigned)((header) & 0xff))
#define TN_HEADER_RANK(header) ((unsigned)((header) >> 8 & 0xff))
#define TN_HEADER_FLAGS(header) ((unsigned)((header) >> 16 & 0xffff))
enum {
  TN_FLAG_VIEW = 1,       /* the elements are the user's memory */
  TN_FLAG_EXPOSED = 2,    /* tn_data was called: user stores may reach the elements */
  TN_FLAG_RECORDED = 4,   /* on a gradient record */
  TN_FLAG_READONLY = 8,   /* tn_view_const */
  TN_FLAG_WEAK = 16,      /* a C scalar as operand: takes the dtype of the other side */
  TN_FLAG_STRIDED = 32,   /* elements are not contiguous in row-major order */
  TN_FLAG_WORKSPACE = 64, /* a temporary of a compiled region; no user ever sees it */
  TN_FLAG_DEAD = 128      /* tombstone: freed, or its scope closed (checked builds) */
};

enum { TN_MAX_RANK = 8 };

struct tn_tensor_impl {
  uint64_t header;
  void *data;
  int64_t size; /* number of elements: the product of dims */
  int64_t dims[TN_MAX_RANK];
  int64_t strides[TN_MAX_RANK]; /* in elements; row-major for every tensor without TN_FLAG_STRIDED */
  /* The runtime keeps what it needs (scope, storage) behind these, in its own larger struct. */
};

/* ---- kernels ------------------------------------------------------------------------------------------------ */

enum {
  TN_LANES = 64,   /* interleaved lanes of a reduction */
  TN_BLOCK = 4096, /* elements that one call of a block stage gets at most */
  TN_SPLAT_BYTES = 64
};

/* One stage: plain vector code over n elements (0 < n <= TN_BLOCK for block stages). data[i] and steps[i] belong to
 * the stage's i-th operand; the element j of an operand is at data[i] + j * steps[i] * its size. A step is 1 or 0;
 * an input with step 0 points to TN_SPLAT_BYTES bytes filled with its one value. A lanes operand points to TN_LANES
 * elements, which a row program's stage fills (they need not be set before): absent terms leave a lane at the
 * reduction's start. In a column program a lanes operand has step 1 and is read and written: the stage combines
 * element j of the mapped value into element j. An output may be the same memory as an input, element for element. */
typedef void (*tn_stage_function)(char *const *data, const int64_t *steps, int64_t n);

typedef enum tn_value_kind {
  TN_VALUE_INPUT,      /* tensors[index], read */
  TN_VALUE_SCALAR,     /* scalars[index]: a C scalar, already in the value's dtype, in the word's low bytes; step 0 */
  TN_VALUE_RESULT,     /* tensors[index]: an element for each point of the iteration space */
  TN_VALUE_ROW_RESULT, /* tensors[index]: an element for each row */
  TN_VALUE_ROW_SCALAR, /* scalars[index]: as ROW_RESULT where there is one row only; else the launch is refused */
  TN_VALUE_SLOT,       /* a scalar of the row at hand (in a column program: one for each column) */
  TN_VALUE_COUNT,      /* a slot that holds the number of elements in a row, converted to the value's dtype */
  TN_VALUE_LANES,      /* what a reduction gathers */
  TN_VALUE_TEMPORARY,  /* a row of scratch memory, one element for each element of the row */
  TN_VALUE_PRODUCT     /* in a product kernel: the product of tensors[0] and tensors[1], element by element */
} tn_value_kind;

typedef enum tn_result_mode {
  TN_RESULT_NEW,       /* a new tensor of the innermost scope; written to tensors[index] */
  TN_RESULT_WORKSPACE, /* a temporary of the region: dies at tn_rt_leave */
  TN_RESULT_REUSE,     /* the tensor of input `reuse` where shape, dtype and layout are the result's and nobody else
                          reads it later; else as WORKSPACE (if the input is a workspace tensor) or NEW */
  TN_RESULT_STORE,     /* tensors[index] is the destination of a tn_store: written, the value broadcast to it */
  TN_RESULT_REPLACE,   /* tensors[reuse], which tn_rt_replaceable gave, where it is not NULL, has the result's dtype and
                          shape, and overlaps no other tensor of the launch but element for element; else as NEW */
  TN_RESULT_PLACE      /* the first elements, by each dim, of tensors[reuse], which tn_rt_place gave, where it is not NULL, has the
                          result's dtype and as many of them, and this is the launch's only tensor result; else as NEW. They
                          may overlap inputs: all of these are read as they were */
} tn_result_mode;

typedef struct tn_value {
  uint8_t kind;     /* tn_value_kind */
  uint8_t dtype;    /* dtype code */
  uint8_t index;    /* in tensors[] or scalars[] */
  uint8_t mode;     /* tn_result_mode; results only */
  uint8_t reuse;    /* index in tensors[]: of an input, TN_RESULT_REUSE, or of a candidate, TN_RESULT_REPLACE and _PLACE */
  uint8_t keepdims; /* ROW_RESULT: reduced axes stay, as 1 */
  uint16_t shape;   /* RESULT that is not a store, LANES: the tensors (bit i: tensors[i]) whose shapes broadcast together
                       are the value's own shape. A launch is refused where that is not the whole iteration space, as in
                       x / sum(y) where y turns out to be smaller than x. 0: not checked */
} tn_value;

typedef struct tn_stage {
  tn_stage_function function[3]; /* for x86-64-v2, -v3, -v4 (AArch64: all three the same); never NULL */
  const uint8_t *operands;       /* indices into the kernel's values */
  uint8_t operand_count;
  uint8_t pass;
  uint8_t row; /* 0: runs on each block of its pass; 1: once a row, with n = 1, after its pass's reductions
                  (in a column program: once for each run of columns, n = their number) */
  uint8_t copies; /* 1: all it does is to copy its first operand to its second */
  uint8_t padding[4];
} tn_stage;

typedef enum tn_reduction_kind {
  TN_REDUCE_SUM,
  TN_REDUCE_PROD,
  TN_REDUCE_MAX, /* IEEE 754-2019 maximum: NaN wins, -0 < +0 */
  TN_REDUCE_MIN,
  TN_REDUCE_MOMENTS /* sum of squared distances from the mean: `lanes` gathers the sum of a block; when all stages up
                       to `stage` ran on the block its mean is put into `block_mean`; later stages of the same pass
                       gather the squares around it in `lanes2`; blocks meet by Chan's rule in the tree of sum */
} tn_reduction_kind;

typedef struct tn_reduction {
  uint8_t kind; /* tn_reduction_kind */
  uint8_t dtype;
  uint8_t pass;
  uint8_t lanes;      /* value indices */
  uint8_t slot;       /* the result */
  uint8_t lanes2;     /* MOMENTS only, as are the next two */
  uint8_t block_mean; /* a slot */
  uint8_t stage;
} tn_reduction;

enum { TN_AXIS_NONE = 127, TN_AXIS_ALL = 126 };

typedef struct tn_kernel {
  uint32_t abi;   /* TN_ABI */
  int8_t axis;    /* reduced axis as the user wrote it (-1: last), TN_AXIS_ALL, or TN_AXIS_NONE: no reduction */
  uint8_t product; /* 1: tensors[0] and tensors[1] are multiplied (tn_matmul's rules); axis is TN_AXIS_NONE */
  uint8_t line;    /* 1: reductions are defined on lines (softmax, var): where the reduced axis is not innermost a line
                      is packed and the row program runs. 0: the column program runs there */
  uint8_t fast;    /* fp(fast): the runtime may change the order of sums and products */
  uint8_t tensor_count;
  uint8_t scalar_count;
  uint8_t value_count;
  uint8_t stage_count;
  uint8_t column_stage_count; /* 0: no column program; a launch that needs one is refused */
  uint8_t reduction_count;
  uint8_t pass_count;
  uint8_t cost; /* rough cost of an element in 1/4 ns, for the decision to use threads */
  const tn_value *values;
  const tn_stage *stages; /* in order of execution within a pass; passes ascending; `row` stages after block stages */
  const tn_stage *column_stages;
  const tn_reduction *reductions;
  const char *function; /* the user's function, for TENON_TRACE and TENON_CHECK */
  const char *file;
  uint32_t line_number;
  uint32_t padding;
  uint32_t *number; /* of the kernel in this process, given by the runtime: 0 at first. NULL: each launch is planned anew */
} tn_kernel;

/* One kernel of a chain, and where in the chain's arrays its tensors and scalars stand. */
typedef struct tn_link {
  const tn_kernel *kernel;
  const uint8_t *tensors;
  const uint8_t *scalars;
  uint8_t transposed; /* bit i: tensors[i] of the kernel, a factor, is the transpose of what stands there */
  uint8_t padding[7];
} tn_link;

/* Kernels one behind the other that work on the same rows, such as the two products and the softmax of attention, so that what
 * lies between them need not be there as a whole: tensors that are `local` are made a block of rows at a time. A row is a
 * line along the last axis; all dims but the last one are the rows'. With `sum`, the last kernel is a product whose
 * factors' rows, not the result's, are those of the kernels before it: it adds block to block. */
typedef struct tn_chain {
  const tn_link *links;
  const uint8_t *local; /* for each tensor: 1 where no one but the chain sees it */
  uint8_t link_count;
  uint8_t tensor_count;
  uint8_t scalar_count;
  uint8_t sum;
  uint8_t padding[4];
} tn_chain;

/* Runs a kernel. Checks everything it relies on first: every input and destination is a live tensor of the value's
 * dtype, not RECORDED, shapes broadcast (as a whole: all inputs together), every RESULT has the shape of the whole
 * iteration space, the axis is in range (a MAX or MIN row is not empty), destinations are writable and overlap no input unless element for
 * element, memory suffices. If anything fails it returns false with nothing done and no error recorded: the caller
 * then runs the user's original calls. On success results are in tensors[] and scalars[]. */
bool tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars);

/* The same for a chain; every kernel is checked before the first one runs. Local tensors are not in tensors[] afterwards. */
bool tn_rt_launch_chain(const tn_chain *chain, tn_tensor *tensors, uint64_t *scalars);

/* Evaluates the kernel's one TN_VALUE_RESULT at one point and leaves the element, in its dtype, in *out_element.
 * index_count of them index the result's shape as tn_get does (its rank must be index_count; negative counts from
 * the end); index_count == -1: index[0] is flat; -2: the only element there must be. For kernels without reductions and products. */
bool tn_rt_element(const tn_kernel *kernel, const tn_tensor *tensors, const uint64_t *scalars, int index_count,
                   const int64_t *index, uint64_t *out_element);

/* Aliases: strided headers in the workspace over another tensor's elements, for kernels to read. NULL where the eager
 * op would fail, where an operand is NULL, or where no strided form exists (some reshapes). They keep VIEW and
 * EXPOSED of their base. Arguments as those of the eager functions of the same names. */
tn_tensor tn_rt_alias_reshape(tn_tensor t, const int64_t *dims8);
tn_tensor tn_rt_alias_permute(tn_tensor t, const int64_t *axes8);
tn_tensor tn_rt_alias_transpose(tn_tensor t);
tn_tensor tn_rt_alias_broadcast(tn_tensor t, const int64_t *dims8);
tn_tensor tn_rt_alias_slice(tn_tensor t, int64_t axis, int64_t start, int64_t stop, int64_t step);
tn_tensor tn_rt_alias_select(tn_tensor t, int64_t axis, int64_t index);
tn_tensor tn_rt_alias_at(tn_tensor t, const int64_t *indices8);
tn_tensor tn_rt_alias_window(tn_tensor t, const int64_t *bounds16);

/* tn_sort of a tensor or of an alias, with a result of this tn_result_mode: NEW, WORKSPACE, or REUSE, which sorts where the elements
 * are and returns t; t is then a temporary or an alias of one. A guard: NULL, with nothing recorded, where tn_sort would
 * fail. */
tn_tensor tn_rt_sort(tn_tensor t, int64_t axis, int32_t mode);

/* A tensor whose elements the value v that takes its place may have: old, or NULL where somebody else may see them, as the
 * owner of another name does. The caller is a region that ends old by tn_replace; `scoped` if it ends the scope then open,
 * too, and reads none but `others` until it does; else until the tn_replace. Or it made old, handed it to nobody and ends it
 * by tn_rt_release; it is then of the innermost scope. */
tn_tensor tn_rt_replaceable(tn_tensor old, int32_t scoped, int32_t count, const tn_tensor *others);
/* Ends old, which tn_rt_replaceable gave, unless it is what was made or NULL. */
void tn_rt_release(tn_tensor old, tn_tensor made);

/* The elements of t that tn_store_at(t, v, starts) writes, if v reaches to the end; NULL where it fails whatever v is. Between
 * a launch that writes a result there and the tn_store_at, which then finds it there, nobody reads t or leaves the region. */
tn_tensor tn_rt_place(tn_tensor t, const int64_t *starts8);

/* The workspace is a stack of the calling thread. A region enters before its first temporary and leaves with the
 * mark it got, on every way out; regions nest (callbacks, signals). */
uint64_t tn_rt_enter(void);
void tn_rt_leave(uint64_t mark);

/* Sine's and cosine's reduction of large arguments: the remainder, and the quadrant mod 4. */
float tn_rt_far_value_f32(float x);
int32_t tn_rt_far_quadrant_f32(float x);
double tn_rt_far_value_f64(double x);
int64_t tn_rt_far_quadrant_f64(double x);

/* Beside these, for x86-64 processors without fma: tn_rt_exp_f32x4, tn_rt_exp_f64x2, and so on for each row TN_UNARY and
 * TN_BINARY of ops.def, on vectors of 16 bytes (runtime/isa/vectors.c). */

/* x * y + z, rounded once, for processors without the instruction. */
double tn_rt_fma_f64(double x, double y, double z);

/* Between the two, a tensor function of this thread that fails records nothing. The second returns false if one failed,
 * and counts as a guard. For calls that ops before them were delayed past: the program then goes back in front of
 * the call, runs those ops, whose errors come first, and calls again. */
void tn_rt_try(void);
bool tn_rt_tried(void);
/* Moves t to the scope around the one that mark names, if it belongs to that or to one within. Where mark names no open scope,
 * or t is NULL, nothing happens. */
void tn_rt_outlive(int64_t mark, tn_tensor t);

/* A guard: whether errors are only recorded, so that nobody sees when. Counts as one. */
bool tn_rt_only_records(void);

/* TENON_TRACE (runtime/trace.c): not 0 if a timeline is written, from the load of the library on and for good. Code with
 * kernels then calls the first before a region, and the second behind it: way is 0, or the guard that failed. */
typedef struct tn_place {
  const char *function, *file;
  uint32_t line; /* 0 without debug information: code is the same with and without, so this is data */
  uint32_t padding;
} tn_place;
extern unsigned char tn_rt_traces;
void tn_rt_region_begin(const tn_place *place);
void tn_rt_region_end(uint32_t way);

/* A guard that is not a launch. Counts for TENON_FAIL_GUARD like a launch; returns ok, or false when told to fail. */
bool tn_rt_guard(bool ok);

/* Checks a contract (TN_SHAPE, TN_RETURNS) when the program runs, and returns t. The plugin puts calls into functions that
 * are built at -O0 or with -fplugin-arg-tenon-check. A tensor that does not fit records an error in the words of the
 * next four arguments: "layer: argument b is f32[10]; its contract is [m], and m is 256 (net.c:9)". NULL, and what is no
 * tensor any more, passes: it has an error of its own.
 * terms: for each dim factor, name and offset, "1 0 0 0 0 784" for (n, 784): the dim is factor * names[name] + offset.
 * names: their words, "n k". The first bound_count of them have their values in bound, -1 as long as they have none, and
 * are the same in all checks of one call; the others are this check's own. */
tn_tensor tn_rt_contract(tn_tensor t, const char *function, const char *value, const char *shape, const char *place,
                         const char *terms, const char *names, int64_t bound_count, int64_t *bound);

/* How many guards (launches and elements too) this process has met while TENON_FAIL_GUARD was set; 0 makes none fail. */
uint64_t tn_rt_guards(void);

/* TENON_CHECK (runtime/check.c): a program built with -fplugin-arg-tenon-check calls the first before a region; the second
 * behind it with what the first returned and the region's first result, and runs the original calls too if that is
 * true; then the others, for each value that both ways made and for the region. A difference is reported, and aborts. */
typedef struct tn_check {
  const char *region;
  const char *file;
  const char *what; /* "the result of tn_add" */
  uint32_t line;    /* 0: not known, the program has no debug information */
  uint32_t padding;
} tn_check;

bool tn_rt_check_begin(void);
bool tn_rt_check_turn(bool on, int32_t way);
void tn_rt_check_tensor(const tn_check *value, tn_tensor compiled, tn_tensor original);
/* A number of C, zero-extended, of this dtype. */
void tn_rt_check_number(const tn_check *value, uint32_t dtype, uint64_t compiled, uint64_t original);
void tn_rt_check_end(const tn_check *region);

/* Code with kernels refers to this name, so that it does not link or load with a library of another TN_ABI. */
#define TN_ABI_SYMBOL_(abi) tn_libtenon_of_abi_##abi
#define TN_ABI_SYMBOL(abi) TN_ABI_SYMBOL_(abi)
extern const char TN_ABI_SYMBOL(TN_ABI);

/* Which of a stage's functions this process uses: 0, 1, 2 for v2, v3, v4. TENON_ISA overrides where the CPU allows. */
int tn_rt_isa(void);

#ifdef __cplusplus
}
#define TN_ASSERT_LAYOUT(condition) static_assert(condition, "tenon/abi.h: layout")
#else
#define TN_ASSERT_LAYOUT(condition) _Static_assert(condition, "tenon/abi.h: layout")
#endif

TN_ASSERT_LAYOUT(sizeof(void *) == 8);
TN_ASSERT_LAYOUT(sizeof(struct tn_tensor_impl) == 152 && offsetof(struct tn_tensor_impl, data) == 8 &&
                 offsetof(struct tn_tensor_impl, size) == 16 && offsetof(struct tn_tensor_impl, dims) == 24 &&
                 offsetof(struct tn_tensor_impl, strides) == 88);
TN_ASSERT_LAYOUT(sizeof(tn_value) == 8 && offsetof(tn_value, shape) == 6);
TN_ASSERT_LAYOUT(sizeof(tn_stage) == 40 && offsetof(tn_stage, operands) == 24 && offsetof(tn_stage, operand_count) == 32);
TN_ASSERT_LAYOUT(sizeof(tn_reduction) == 8);
TN_ASSERT_LAYOUT(sizeof(tn_kernel) == 80 && offsetof(tn_kernel, values) == 16 && offsetof(tn_kernel, function) == 48);
TN_ASSERT_LAYOUT(sizeof(tn_check) == 32 && offsetof(tn_check, line) == 24);
TN_ASSERT_LAYOUT(sizeof(tn_link) == 32 && sizeof(tn_chain) == 24 && offsetof(tn_chain, link_count) == 16);
#undef TN_ASSERT_LAYOUT

#endif
