// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tenon.td - the tenon dialect: a region of the user's program on its way from tensor calls to kernels.
//
// A region is one func.func whose arguments are what it takes from the user's function. Its blocks are the user's. Three
// kinds of ops follow each other through the pipeline:
//   1. what the user wrote: tensor ops on values (elementwise, map, reduce, softmax, matmul, alias), and what orders
//      them (call, read, store), and how control flows (phi, branch). Each carries the `step` that it stands for.
//   2. what it becomes: kernel and element, with one scalar program each (apply, reduction, count, yield).
//   3. how it leaves: recipe (what the user's own calls were), exit.

#ifndef TENON_DIALECT
#define TENON_DIALECT

include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tenon_Dialect : Dialect {
  let name = "tenon";
  let cppNamespace = "::tenon";
  let summary = "tensor calls of C programs, and the kernels made of them";
  let description = [{
    Tensors are builtin tensor types, unranked where the rank is not known: `tensor<*xf32>`. A value of such a type is
    the tensor behind a handle; when it is lowered it is the handle. Ops of the first kind have no memory effects
    declared and so are neither erased nor merged nor moved by passes that do not know them: each may record an error,
    and each makes a tensor of its own.
  }];
}

class Tenon_Op<string mnemonic, list<Trait> traits = []> : Op<Tenon_Dialect, mnemonic, traits>;

/// `ui64` is TN_U64. The other integers are signless, for no two dtypes of kernels share their widths: `i8` is TN_U8. A number of
/// C beside a tensor of `ui64` is an `i64`, as arith.constant has it.
def Tenon_Element : AnyTypeOf<[F32, F64, I1, I8, I32, I64, UI64]>;
def Tenon_Tensor : TensorOf<[F32, F64, I1, I8, I32, I64, UI64]>;
def Tenon_Operand : AnyTypeOf<[Tenon_Tensor, Tenon_Element]>;

// --- 1. what the user wrote -----------------------------------------------------------------------------------------

def Tenon_TensorOp : Tenon_Op<"tensor", [Pure]> {
  let summary = "the tensor behind a handle";
  let description = [{
    `dims` is what a shape contract says of it ("784", "n", "2*n+1"), `contract` whose it is, `proven` that it holds wherever
    the handle is a tensor; without it the contract may be broken. Passes read them by contractOf (tensor/ContractShape.h).
    ```mlir
    %0 = tenon.tensor %arg0 {contract = "x of mlp", dims = ["n", "784"]} : !llvm.ptr -> tensor<*xf32>
    ```
  }];
  let arguments = (ins AnyType:$handle, OptionalAttr<StrArrayAttr>:$dims, OptionalAttr<StrAttr>:$contract,
                       UnitAttr:$proven);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$handle attr-dict `:` type($handle) `->` type($result)";
}

class Tenon_UserOp<string mnemonic, list<Trait> traits = []> : Tenon_Op<mnemonic, traits>;

def Tenon_ElementwiseOp : Tenon_UserOp<"elementwise"> {
  let summary = "a function of ops.def on each element, operands broadcast";
  let description = [{
    Operands are tensors, or scalars of C, which take the dtype of the tensors.
    ```mlir
    %2 = tenon.elementwise "add"(%0, %1) {step = 0 : i32} : (tensor<*xf32>, f32) -> tensor<*xf32>
    ```
  }];
  let arguments = (ins StrAttr:$function, Variadic<Tenon_Operand>:$operands, I32Attr:$step);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$function `(` $operands `)` attr-dict `:` functional-type($operands, $result)";
  let hasVerifier = 1;
}

def Tenon_MapOp : Tenon_UserOp<"map", [SingleBlock]> {
  let summary = "the user's scalar function on each element, operands broadcast";
  let arguments = (ins Variadic<Tenon_Operand>:$operands, I32Attr:$step);
  let results = (outs Tenon_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $operands `)` `:` functional-type($operands, $result) attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def Tenon_ReduceOp : Tenon_UserOp<"reduce"> {
  let summary = "a reduction over one axis, or over all";
  let description = [{ `axis` is as the user wrote it; without it all axes are reduced. }];
  let arguments = (ins StrAttr:$kind, Tenon_Tensor:$operand, OptionalAttr<I64Attr>:$axis, UnitAttr:$keepdims,
                       I32Attr:$step);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$kind $operand attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}

def Tenon_SoftmaxOp : Tenon_UserOp<"softmax"> {
  let summary = "softmax along one axis";
  let arguments = (ins Tenon_Tensor:$operand, I64Attr:$axis, I32Attr:$step);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
}

def Tenon_MatmulOp : Tenon_UserOp<"matmul"> {
  let summary = "the product of matrices, by NumPy's rules";
  let arguments = (ins Tenon_Tensor:$lhs, Tenon_Tensor:$rhs, I32Attr:$step);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
  let hasVerifier = 1;
}

def Tenon_AliasOp : Tenon_UserOp<"alias"> {
  let summary = "other strides over the same elements: reshape, transpose, slice, ...";
  let description = [{ A value like any other; kernels read through it without a copy. }];
  let arguments = (ins StrAttr:$function, Tenon_Tensor:$operand, Variadic<I64>:$arguments, I32Attr:$step);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$function $operand (`[` $arguments^ `]`)? attr-dict `:` type($operand) `->` type($result)";
}

def Tenon_SortOp : Tenon_UserOp<"sort"> {
  let summary = "the elements of each line along an axis in ascending order";
  let description = [{
    Runs where it stands, as a call does, but reads through aliases. `mode` is set by tenon-plan-results: TN_RESULT_REUSE sorts
    the elements where they are.
  }];
  let arguments = (ins Tenon_Tensor:$operand, I64:$axis, I32Attr:$step, DefaultValuedAttr<I32Attr, "0">:$mode);
  let results = (outs Tenon_Tensor:$result);
  let assemblyFormat = "$operand `[` $axis `]` attr-dict `:` type($operand) `->` type($result)";
}

def Tenon_CallOp : Tenon_UserOp<"call"> {
  let summary = "a tensor function that runs as it is, or a piece of the user's own code";
  let description = [{
    `effect` is "none", "output" (ops may be delayed past it, not computed ahead of it) or "order" (ops before it
    finish first). Tensor operands are handed over as handles. `fallible`: it may record an error, which must not
    overtake one of an op that was delayed past it. `opaque`: it runs code that is not known, which may open scopes, never
    come back, or run another stack's regions meanwhile: no workspace is held across it. `position`: where it runs, if
    that is behind its step: what ran in between is not to run again should it fail.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<AnyType>:$operands, StrAttr:$effect, I32Attr:$step,
                       UnitAttr:$fallible, UnitAttr:$opaque, OptionalAttr<I32Attr>:$position);
  let results = (outs Variadic<AnyType>:$results);
  let assemblyFormat = "$callee `(` $operands `)` $effect attr-dict `:` functional-type($operands, $results)";
  let hasVerifier = 1;
}

def Tenon_ReadOp : Tenon_UserOp<"read"> {
  let summary = "one element as a number";
  let description = [{ `how` is "item" (the only one), "flat" (one index into all) or "get" (an index an axis). }];
  let arguments = (ins StrAttr:$how, Tenon_Tensor:$operand, Variadic<I64>:$indices, I32Attr:$step);
  let results = (outs AnyTypeOf<[F32, F64]>:$result);
  let assemblyFormat = "$how $operand `[` $indices `]` attr-dict `:` type($operand) `->` type($result)";
  let hasVerifier = 1;
}

def Tenon_StoreOp : Tenon_UserOp<"store"> {
  let summary = "writes a value into a tensor's elements";
  let arguments = (ins Tenon_Tensor:$destination, Tenon_Tensor:$value, I32Attr:$step);
  let results = (outs I1:$result);
  let assemblyFormat = "$value `into` $destination attr-dict `:` type($value) `into` type($destination)";
}

def Tenon_PhiOp : Tenon_UserOp<"phi"> {
  let summary = "a value that comes with the branch to this block";
  let description = [{ Stands for an argument of its block, which has no other use. }];
  let arguments = (ins AnyType:$argument, I32Attr:$step);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$argument attr-dict `:` type($argument) `->` type($result)";
  let hasVerifier = 1;
}

def Tenon_BranchOp : Tenon_UserOp<"branch", [Terminator, AttrSizedOperandSegments,
                                             DeclareOpInterfaceMethods<BranchOpInterface, ["areTypesCompatible"]>]> {
  let summary = "control goes on in a block of the region";
  let description = [{
    Without a selector there is one target. With one, target i is taken where it equals `cases[i]`, the last where it equals
    none. A tensor that is handed over arrives as a handle.
    ```mlir
    tenon.branch %c, [1 -> ^bb1(%x : tensor<*xf32>), ^bb2] {step = 4 : i32} : i1
    ```
  }];
  let arguments = (ins Optional<AnyInteger>:$selector, VariadicOfVariadic<AnyType, "segments">:$targetOperands,
                       DenseI32ArrayAttr:$segments, DenseI64ArrayAttr:$cases, I32Attr:$step);
  let successors = (successor VariadicSuccessor<AnySuccessor>:$targets);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

// --- 2. what it becomes ---------------------------------------------------------------------------------------------

def Tenon_KernelOp : Tenon_Op<"kernel", [SingleBlock, AttrSizedOperandSegments]> {
  let summary = "a fused program over one iteration space";
  let description = [{
    The space is the broadcast shape of the inputs (of a product: its shape). The body computes one element; its arguments
    are the inputs' elements and the scalars, in this order (in a product kernel the first two inputs are the factors and
    the first argument is the element of their product instead). `tenon.reduction` in it goes over `axis` (absent: over all
    of the space); what depends on a reduction belongs to a later pass over the row.

    Results follow the operands of the yield: "element" (a tensor of the space's shape), "row" (a tensor of an
    element a row), "number" (the one row's value as a scalar) or "store" (goes into a destination). `shapes` tells for
    each the inputs (bit i) whose shapes broadcast to the value's own, which must be the space's. `steps` are the user's
    calls that the results stand for (-1: none). `modes` are set by tenon-plan-results, and `reuse` with them: which
    input, or which of `replaceable`, the result takes the memory of. If what the kernel relies on does not hold, the program
    goes on with the user's own calls at `position`.
    ```mlir
    %0 = tenon.kernel inputs(%x : tensor<*xf32>) ... axis -1 {
    ^bb0(%e: f32):
      %m = tenon.reduction "max" %e shape 1 : f32
      %d = tenon.apply "sub"(%e, %m) : (f32, f32) -> f32
      ...
      tenon.yield %y : f32
    }
    ```
  }];
  let arguments = (ins Variadic<Tenon_Tensor>:$inputs, Variadic<Tenon_Element>:$scalars,
                       Variadic<Tenon_Tensor>:$destinations, Variadic<AnyType>:$replaceable,
                       OptionalAttr<I64Attr>:$axis,
                       UnitAttr:$reduces, UnitAttr:$product, UnitAttr:$line, StrArrayAttr:$kinds,
                       DenseBoolArrayAttr:$keepdims, DenseI32ArrayAttr:$shapes, DenseI32ArrayAttr:$steps,
                       DenseI32ArrayAttr:$modes,
                       DenseI32ArrayAttr:$reuse, I32Attr:$position, OptionalAttr<FlatSymbolRefAttr>:$table);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `inputs` `(` ($inputs^ `:` type($inputs))? `)` (`scalars` `(` $scalars^ `:` type($scalars) `)`)?
    (`into` `(` $destinations^ `:` type($destinations) `)`)?
    (`replacing` `(` $replaceable^ `:` type($replaceable) `)`)?
    (`axis` $axis^)? (`->` type($results)^)? attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The tensors of a launch: inputs, destinations, results that are tensors, and what these may replace.
    unsigned getTensorCount();
    /// Which of the kinds, steps and modes are a result's: stores have none.
    unsigned outputOf(mlir::Value result);
  }];
}

def Tenon_ReplaceableOp : Tenon_Op<"replaceable", [Pure, AttrSizedOperandSegments]> {
  let summary = "a tensor whose elements may become those of what takes its place, or NULL";
  let description = [{
    Asked where the kernel runs that makes the new value. It is NULL where somebody else may see the elements, or
    `others` do, which are read before the tensor ends, or where it is `unless`. `scoped`: it ends by a tn_scope_end;
    without it, it must end by the tn_replace, or belong to the scope that the new value will.
    ```mlir
    %c = tenon.replaceable %w others(%x : tensor<*xf32>) {scoped} : !llvm.ptr -> !llvm.ptr
    %1 = tenon.kernel inputs(%w, %x ...) replacing(%c : !llvm.ptr) ... {modes = array<i32: 4>, reuse = array<i32: 0>}
    ```
  }];
  let arguments = (ins AnyType:$old, Variadic<AnyType>:$others, Optional<AnyType>:$unless, UnitAttr:$scoped);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    $old (`others` `(` $others^ `:` type($others) `)`)? (`unless` `(` $unless^ `:` type($unless) `)`)? attr-dict `:` type($old)
    `->` type($result)
  }];
}

def Tenon_ReleaseOp : Tenon_Op<"release"> {
  let summary = "ends a tensor that nobody has the handle of, as soon as another took its place";
  let description = [{
    `old` is of a tenon.replaceable: NULL, or a tensor that ends unless it is `made` itself.
    ```mlir
    tenon.release %c for %1 : !llvm.ptr, tensor<*xf32>
    ```
  }];
  let arguments = (ins AnyType:$old, Tenon_Tensor:$made);
  let assemblyFormat = "$old `for` $made attr-dict `:` type($old) `,` type($made)";
}

def Tenon_PlaceOp : Tenon_Op<"place", [Pure]> {
  let summary = "the elements that tn_store_at is about to write, for the kernel that makes them, or NULL";
  let description = [{
    ```mlir
    %p = tenon.place %u[%i, %j] : !llvm.ptr -> !llvm.ptr
    %1 = tenon.kernel inputs(...) replacing(%p : !llvm.ptr) ... {modes = array<i32: 5>, reuse = array<i32: 0>}
    %2 = tenon.call @tn_store_at_(%u, %1, %i, %j ...)       ; finds them there
    ```
  }];
  let arguments = (ins AnyType:$tensor, Variadic<I64>:$starts);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$tensor `[` $starts `]` attr-dict `:` type($tensor) `->` type($result)";
}

def Tenon_ElementOp : Tenon_Op<"element", [SingleBlock, AttrSizedOperandSegments]> {
  let summary = "one element of a fused program, without the rest";
  let description = [{ As a kernel with one "element" result; `how` and `indices` as in tenon.read. }];
  let arguments = (ins Variadic<Tenon_Tensor>:$inputs, Variadic<Tenon_Element>:$scalars, Variadic<I64>:$indices,
                       StrAttr:$how, I32Attr:$position, OptionalAttr<FlatSymbolRefAttr>:$table);
  let results = (outs Tenon_Element:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $how `inputs` `(` ($inputs^ `:` type($inputs))? `)` (`scalars` `(` $scalars^ `:` type($scalars) `)`)?
    `[` $indices `]` `->` type($result) attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

def Tenon_NumberOp : Tenon_Op<"number", [Pure]> {
  let summary = "the number that a read returned, from an element that a kernel computed";
  let arguments = (ins AnyTypeOf<[F32, F64]>:$element, I32Attr:$step);
  let results = (outs AnyTypeOf<[F32, F64]>:$result);
  let assemblyFormat = "$element attr-dict `:` type($element) `->` type($result)";
}

def Tenon_ApplyOp : Tenon_Op<"apply", [Pure]> {
  let summary = "a function of ops.def on scalars of a kernel's body";
  let arguments = (ins StrAttr:$function, Variadic<Tenon_Element>:$operands);
  let results = (outs Tenon_Element:$result);
  let assemblyFormat = "$function `(` $operands `)` attr-dict `:` functional-type($operands, $result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def Tenon_ReductionOp : Tenon_Op<"reduction", [Pure, SameOperandsAndResultType]> {
  let summary = "combines a value over the row";
  let description = [{ "sum", "prod", "max", "min", or "moments": the sum of squared distances from the mean. `shape` has a bit for each input
    that the operand's shape depends on. }];
  let arguments = (ins StrAttr:$kind, AnyTypeOf<[F32, F64]>:$operand, I32Attr:$shape);
  let results = (outs AnyTypeOf<[F32, F64]>:$result);
  let assemblyFormat = "$kind $operand `shape` $shape attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Tenon_CountOp : Tenon_Op<"count", [Pure]> {
  let summary = "the number of elements in a row";
  let results = (outs AnyTypeOf<[F32, F64]>:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def Tenon_YieldOp : Tenon_Op<"yield", [Pure, Terminator]> {
  let summary = "what a body computes";
  let arguments = (ins Variadic<Tenon_Element>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

// --- 3. how it leaves -----------------------------------------------------------------------------------------------

def Tenon_RecipeOp : Tenon_Op<"recipe", [SingleBlock, NoTerminator]> {
  let summary = "the user's own calls, by which a fused value is made again when a guard fails";
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict-with-keyword $body";
}

def Tenon_OriginalOp : Tenon_Op<"original"> {
  let summary = "a step as the user wrote it";
  let description = [{
    Of control flow it has the values alone: `callee` is "phi" or "branch" then. `live` tells for each result the
    positions, from and to, at which the user's own calls may want it; the number of steps and above mean exits.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<AnyType>:$operands, ArrayAttr:$live, I32Attr:$step,
                       UnitAttr:$op);
  let results = (outs Variadic<AnyType>:$results);
  let assemblyFormat = "$callee `(` $operands `)` attr-dict `:` functional-type($operands, $results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    bool isLiveAt(unsigned result, int32_t position);
    /// The last position at which a result is live, or -1.
    int32_t lastUse(unsigned result);
  }];
}

def Tenon_ExitOp : Tenon_Op<"exit", [Terminator]> {
  let summary = "a way out at the end of a block, with what is used behind it";
  let arguments = (ins Variadic<AnyType>:$values, I32Attr:$position);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

#endif
