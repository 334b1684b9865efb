// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// EmitStages.cpp - emits the vector code of each kernel's stages for each ISA version, and the kernel's table.
//
//   Before   %0 = tenon.kernel inputs(%a, %b : ...) ... { ... }
//   After    %0 = tenon.kernel inputs(%a, %b : ...) ... {table = @f.tenon0.k0} { ... }
//            llvm.func internal @f.tenon0.k0.s0.v4(...)     llvm.mlir.global internal constant @f.tenon0.k0
//
// Requires  tenon-plan-results. Ensures  every kernel and element has a table (headers/tenon/abi.h). Refuses  nothing:
// what cannot be emitted was refused by the verifier when the body was built.

#include "KernelProgram.h"
#include "Passes.h"
#include "StageEmitter.h"
#include "tensor/ChainKernels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <cstring>

using namespace mlir;

namespace tenon {

#define GEN_PASS_DEF_EMITSTAGESPASS
#include "Passes.h.inc"

namespace {

/// Writes one kernel's table as constant globals.
class TableWriter {
public:
  TableWriter(OpBuilder &builder, Location location, StringRef name)
      : b(builder), loc(location), name(name), pointer(LLVM::LLVMPointerType::get(builder.getContext())) {}

  template <typename T> Value words(ArrayRef<T> rows, const Twine &suffix);
  Value bytes(ArrayRef<uint8_t> data, const Twine &suffix);
  Value text(StringRef value, const Twine &suffix);
  Value variable(const Twine &suffix, Type type);
  /// A global whose initializer `fill` builds.
  LLVM::GlobalOp global(const Twine &suffix, Type type, llvm::function_ref<Value()> fill);
  Value addressOf(StringRef symbol) { return LLVM::AddressOfOp::create(b, loc, pointer, symbol); }
  Value word(uint64_t value) { return LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(value)); }
  Value none() { return LLVM::ZeroOp::create(b, loc, pointer); }
  Value pack(Type type, ArrayRef<Value> fields);

  OpBuilder &b;
  Location loc;
  std::string name;
  Type pointer;

private:
  void global(const std::string &symbol, Type type, Attribute value, unsigned alignment, bool isConstant) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(module());
    LLVM::GlobalOp::create(b, loc, type, isConstant, LLVM::Linkage::Internal, symbol, value, alignment);
  }
  void constant(const std::string &symbol, Type type, Attribute value, unsigned alignment) {
    global(symbol, type, value, alignment, /*isConstant=*/true);
  }
  Block *module() {
    Operation *op = b.getInsertionBlock()->getParentOp();
    auto found = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
    return found.getBody();
  }
};

struct EmitStagesPass : impl::EmitStagesPassBase<EmitStagesPass> {
  using EmitStagesPassBase::EmitStagesPassBase;
  void runOnOperation() override;

private:
  std::string writeKernel(Operation *op, const KernelProgram &program, StringRef name, const tn_kernel &head, bool fast);
  std::string writeChain(const Chain &chain, StringRef name);
  std::string unique(LLVM::LLVMFuncOp stage);
  SmallVector<Isa> chosenIsas();
  llvm::StringMap<std::string> nameOfCode; ///< of the stages that were emitted
};

} // namespace

/// Rows of eight bytes.
template <typename T> Value TableWriter::words(ArrayRef<T> rows, const Twine &suffix) {
  static_assert(sizeof(T) == 8, "a row is one word");
  if (rows.empty())
    return none();
  SmallVector<int64_t> data(rows.size());
  std::memcpy(data.data(), rows.data(), rows.size() * 8);
  std::string symbol = (name + suffix).str();
  constant(symbol, LLVM::LLVMArrayType::get(b.getI64Type(), data.size()), b.getI64TensorAttr(data), 8);
  return addressOf(symbol);
}

Value TableWriter::bytes(ArrayRef<uint8_t> data, const Twine &suffix) {
  std::string symbol = (name + suffix).str();
  auto shape = RankedTensorType::get({int64_t(data.size())}, b.getIntegerType(8));
  constant(symbol, LLVM::LLVMArrayType::get(b.getI8Type(), data.size()),
           DenseElementsAttr::get(shape, ArrayRef<int8_t>(reinterpret_cast<const int8_t *>(data.data()), data.size())), 1);
  return addressOf(symbol);
}

Value TableWriter::text(StringRef value, const Twine &suffix) {
  std::string symbol = (name + suffix).str(), terminated = value.str() + '\0';
  constant(symbol, LLVM::LLVMArrayType::get(b.getI8Type(), terminated.size()), b.getStringAttr(terminated), 1);
  return addressOf(symbol);
}

/// Zero at first, and written by the runtime.
Value TableWriter::variable(const Twine &suffix, Type type) {
  std::string symbol = (name + suffix).str();
  global(symbol, type, b.getIntegerAttr(type, 0), /*alignment=*/4, /*isConstant=*/false);
  return addressOf(symbol);
}

LLVM::GlobalOp TableWriter::global(const Twine &suffix, Type type, llvm::function_ref<Value()> fill) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module());
  auto global = LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, (name + suffix).str(),
                                       Attribute(), 8);
  Block *block = b.createBlock(&global.getInitializerRegion());
  b.setInsertionPointToStart(block);
  Value value = fill();
  LLVM::ReturnOp::create(b, loc, value);
  return global;
}

Value TableWriter::pack(Type type, ArrayRef<Value> fields) {
  Value packed = LLVM::UndefOp::create(b, loc, type);
  for (auto [i, field] : llvm::enumerate(fields))
    packed = LLVM::InsertValueOp::create(b, loc, packed, field, i);
  return packed;
}

SmallVector<Isa> EmitStagesPass::chosenIsas() {
  SmallVector<StringRef> names;
  StringRef(isas).split(names, ',');
  SmallVector<Isa> chosen;
  for (const Isa &isa : allIsas())
    if (llvm::is_contained(names, isa.name))
      chosen.push_back(isa);
  return chosen;
}

/// The name of a stage that was emitted, or, where there is one with the same code, that of the other: a helper that is inlined
/// at several places has its stages once.
std::string EmitStagesPass::unique(LLVM::LLVMFuncOp stage) {
  std::string name = stage.getName().str(), code;
  stage.setName("");
  llvm::raw_string_ostream out(code);
  stage.print(out, OpPrintingFlags().useLocalScope());
  stage.setName(name);
  auto [known, isNew] = nameOfCode.insert({code, name});
  if (!isNew)
    stage.erase();
  return known->second;
}

static bool copies(const ProgramStage &stage) {
  return stage.operands.size() == 2 && stage.operands[0].role == StageOperand::Load &&
         stage.operands[1].role == StageOperand::Store && stage.operands[0].body == stage.operands[1].body;
}

std::string EmitStagesPass::writeKernel(Operation *op, const KernelProgram &program, StringRef name,
                                        const tn_kernel &head, bool fast) {
  OpBuilder b(&getContext());
  Location loc = op->getLoc();
  b.setInsertionPointToEnd(getOperation().getBody());
  SmallVector<Isa> versions = chosenIsas();
  TableWriter table(b, loc, name);
  Type pointer = table.pointer;
  auto three = LLVM::LLVMArrayType::get(pointer, 3);
  auto stageType = LLVM::LLVMStructType::getLiteral(&getContext(), {three, pointer, b.getI64Type()});

  auto writeStages = [&](ArrayRef<ProgramStage> stages, StringRef kind) -> std::string {
    SmallVector<std::string> functions;
    for (auto [i, stage] : llvm::enumerate(stages))
      for (const Isa &isa : versions) {
        // A row stage of the column program is the row program's.
        functions.push_back(unique(emitStage(b, loc, (name + kind + Twine(i) + "." + isa.name).str(), program, stage, isa, fast)));
      }
    table.global(kind, LLVM::LLVMArrayType::get(stageType, stages.size()), [&] {
      SmallVector<Value> rows;
      for (auto [i, stage] : llvm::enumerate(stages)) {
        SmallVector<Value> pointers;
        for (unsigned v = 0; v < 3; ++v) {
          // A version that was not emitted is the next lower one.
          unsigned have = std::min<unsigned>(v, versions.size() - 1);
          pointers.push_back(table.addressOf(functions[i * versions.size() + have]));
        }
        SmallVector<uint8_t> operands;
        for (const StageOperand &operand : stage.operands)
          operands.push_back(operand.value);
        uint64_t word = stage.operands.size() | uint64_t(stage.pass) << 8 | uint64_t(stage.row) << 16 | uint64_t(copies(stage)) << 24;
        Value list = table.bytes(operands, kind + Twine(i) + ".operands");
        rows.push_back(table.pack(stageType, {table.pack(three, pointers), list, table.word(word)}));
      }
      return table.pack(LLVM::LLVMArrayType::get(stageType, stages.size()), rows);
    });
    return (name + kind).str();
  };
  std::string stages = writeStages(program.stages, ".s");
  std::string columns = program.columnStages.empty() ? "" : writeStages(program.columnStages, ".c");

  Type word = b.getI64Type();
  auto kernelType = LLVM::LLVMStructType::getLiteral(
      &getContext(), {word, word, pointer, pointer, pointer, pointer, pointer, pointer, word, pointer});
  table.global("", kernelType, [&] {
    tn_kernel filled = head;
    filled.abi = TN_ABI;
    filled.fast = fast;
    filled.value_count = program.values.size();
    filled.stage_count = program.stages.size();
    filled.column_stage_count = program.columnStages.size();
    filled.reduction_count = program.reductions.size();
    filled.pass_count = program.passes;
    filled.cost = std::min(program.cost, 255u);
    uint64_t first, second;
    std::memcpy(&first, &filled, 8);
    std::memcpy(&second, reinterpret_cast<const char *>(&filled) + 8, 8);
    SmallVector<tn_value> values;
    for (const ProgramValue &value : program.values)
      values.push_back(value.entry);
    StringRef function = name.take_until([](char c) { return c == '.'; }), file;
    unsigned line = 0;
    if (auto at = loc->findInstanceOf<FileLineColLoc>()) {
      file = at.getFilename().getValue();
      line = at.getLine();
    }
    Value valueTable = table.words<tn_value>(values, ".values");
    Value reductionTable = table.words<tn_reduction>(program.reductions, ".reductions");
    Value functionName = table.text(function, ".function"), fileName = table.text(file, ".file");
    return table.pack(kernelType, {table.word(first), table.word(second), valueTable, table.addressOf(stages),
                                   columns.empty() ? table.none() : table.addressOf(columns), reductionTable,
                                   functionName, fileName, table.word(line), table.variable(".number", b.getI32Type())});
  });
  return name.str();
}

std::string EmitStagesPass::writeChain(const Chain &chain, StringRef name) {
  OpBuilder b(&getContext());
  KernelOp last = chain.links.back().kernel;
  b.setInsertionPointToEnd(getOperation().getBody());
  TableWriter table(b, last.getLoc(), name);
  Type pointer = table.pointer, word = b.getI64Type();
  auto linkType = LLVM::LLVMStructType::getLiteral(&getContext(), {pointer, pointer, pointer, word});
  auto linksType = LLVM::LLVMArrayType::get(linkType, chain.links.size());
  table.global(".links", linksType, [&] {
    SmallVector<Value> rows;
    for (const Chain::Link &link : chain.links) {
      auto list = [&](ArrayRef<uint8_t> numbers, StringRef what) {
        return numbers.empty() ? table.none() : table.bytes(numbers, ".l" + Twine(rows.size()) + what);
      };
      KernelOp kernel = link.kernel;
      rows.push_back(table.pack(linkType, {table.addressOf(*kernel.getTable()), list(link.tensors, ".tensors"),
                                           list(link.scalars, ".scalars"), table.word(link.transposed)}));
    }
    return table.pack(linksType, rows);
  });
  auto chainType = LLVM::LLVMStructType::getLiteral(&getContext(), {pointer, pointer, word});
  table.global("", chainType, [&] {
    tn_chain head = {};
    head.link_count = chain.links.size();
    head.tensor_count = chain.tensors.size();
    head.scalar_count = chain.scalars.size();
    head.sum = chain.sum;
    uint64_t counts;
    std::memcpy(&counts, &head.link_count, 8);
    Value local = table.bytes(chain.local, ".local");
    return table.pack(chainType, {table.addressOf((name + ".links").str()), local, table.word(counts)});
  });
  return name.str();
}

void EmitStagesPass::runOnOperation() {
  nameOfCode.clear();
  SmallVector<Operation *> kernels;
  getOperation().walk([&](Operation *op) {
    if (isa<KernelOp, ElementOp>(op))
      kernels.push_back(op);
  });
  unsigned number = 0;
  for (Operation *op : kernels) {
    auto function = op->getParentOfType<func::FuncOp>();
    bool isFast = fast || function->hasAttr("tenon.fast");
    std::string name = (function.getName() + ".k" + Twine(number++)).str();
    tn_kernel head = {};
    if (auto kernel = dyn_cast<KernelOp>(op)) {
      head.axis = !kernel.getReduces() ? TN_AXIS_NONE : kernel.getAxis() ? *kernel.getAxis() : TN_AXIS_ALL;
      head.product = kernel.getProduct();
      head.line = kernel.getLine();
      unsigned results = llvm::count_if(kernel.getResultTypes(), [](Type type) { return isa<TensorType>(type); });
      head.tensor_count = kernel.getTensorCount();
      head.scalar_count = kernel.getScalars().size() + kernel.getNumResults() - results;
      kernel.setTable(writeKernel(op, cutKernel(kernel), name, head, isFast));
    } else {
      auto element = cast<ElementOp>(op);
      head.axis = TN_AXIS_NONE;
      head.tensor_count = element.getInputs().size() + 1;
      head.scalar_count = element.getScalars().size();
      element.setTable(writeKernel(op, cutElement(element), name, head, isFast));
    }
  }
  unsigned chains = 0;
  for (Operation *op : kernels) {
    auto number = op->getAttrOfType<IntegerAttr>(chainAttribute);
    if (!number || (op->getNextNode() && op->getNextNode()->getAttr(chainAttribute) == number))
      continue;
    std::string name = (op->getParentOfType<func::FuncOp>().getName() + ".c" + Twine(chains++)).str();
    op->setAttr(chainTableAttribute, FlatSymbolRefAttr::get(&getContext(), writeChain(Chain::endingIn(cast<KernelOp>(op)), name)));
  }
}

} // namespace tenon
