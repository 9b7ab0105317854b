// From a rule set to an object: lower, link what support.cpp and the standard library give,
// optimise, emit.
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>

#include <set>

#include "compiler/codegen/decision_emitter.h"
#include "compiler/codegen/native.h"
#include "compiler/codegen/support_bitcode.h"
#include "compiler/codegen/target.h"

namespace pac::codegen {
namespace {

struct Compiled {
  // Destroyed in reverse: the module before its context.
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
};

// What an object may need from the process; NativeCode gives it exactly these.
const std::set<std::string_view>& external_names() {
  static const std::set<std::string_view> names{"memcpy", "memmove", "memset",
                                                "memcmp", "bcmp",    "strlen"};
  return names;
}

Result<std::unique_ptr<llvm::Module>> read_support(llvm::LLVMContext& context) {
  const std::string_view bitcode = support_bitcode();
  // Lazily: only the bodies of functions that are used are ever read.
  llvm::Expected<std::unique_ptr<llvm::Module>> module = llvm::getLazyBitcodeModule(
      llvm::MemoryBufferRef(llvm::StringRef(bitcode.data(), bitcode.size()), "support"), context);
  if (!module) return fail("PAC4202", "the support bitcode: " + llvm::toString(module.takeError()));
  return std::move(*module);
}

// Support functions take on the processor of the code around them, or they could not be inlined.
void strip(llvm::Function& function) {
  for (const char* name :
       {"target-cpu", "target-features", "tune-cpu", "frame-pointer", "min-legal-vector-width",
        "stack-protector-buffer-size", "no-trapping-math"}) {
    function.removeFnAttr(name);
  }
  function.removeFnAttr(llvm::Attribute::OptimizeNone);
  function.removeFnAttr(llvm::Attribute::UWTable);
}

Result<void> check(const llvm::Module& module, const char* when) {
  std::string problems;
  llvm::raw_string_ostream stream(problems);
  if (!llvm::verifyModule(module, &stream)) return {};
  return fail("PAC4203",
              std::string("internal error: LLVM refuses the module ") + when + ": " + stream.str());
}

Result<void> lower(const ir::RuleSet& rule_set, const ir::Layout& layout, const Options& options,
                   llvm::Module& module, llvm::Module& support) {
  ModuleEmitter emitter(rule_set, layout, module, support, options);
  if (options.marks) emitter.add_marks();
  DecisionEmitter::All decisions;
  for (uint32_t i = 0; i < rule_set.decisions.size(); ++i) {
    decisions.push_back(
        std::make_unique<DecisionEmitter>(emitter, decisions, static_cast<ir::DecisionId>(i),
                                          i < options.proofs.size() ? options.proofs[i] : Proof()));
  }
  std::vector<bool> called(decisions.size(), false);
  for (const ir::Expr& expr : rule_set.exprs) {
    if (expr.op == ir::Op::call) called[expr.a] = true;
  }
  for (uint32_t i = 0; i < decisions.size(); ++i) decisions[i]->declare(called[i]);
  for (const auto& decision : decisions) {
    decision->define();
    if (emitter.failed()) return fail("PAC4204", emitter.failure());
  }
  auto* info = llvm::ConstantDataArray::get(
      module.getContext(),
      llvm::ArrayRef<uint32_t>({kNativeVersion, static_cast<uint32_t>(decisions.size()),
                                static_cast<uint32_t>(options.instructions)}));
  new llvm::GlobalVariable(module, info->getType(), true, llvm::GlobalValue::ExternalLinkage, info,
                           kNativeInfoSymbol);
  return check(module, "as lowered");
}

Result<void> link(llvm::Module& module, std::unique_ptr<llvm::Module> support) {
  std::set<std::string> exported;
  for (const llvm::GlobalObject& object : module.global_objects()) {
    if (!object.isDeclaration() && object.hasExternalLinkage())
      exported.insert(object.getName().str());
  }
  if (llvm::Linker::linkModules(module, std::move(support), llvm::Linker::LinkOnlyNeeded)) {
    return fail("PAC4202", "internal error: the support bitcode does not link");
  }
  for (llvm::Function& function : module) {
    strip(function);
    if (!function.isDeclaration()) continue;
    if (!function.isIntrinsic() &&
        !external_names().contains(std::string_view(function.getName()))) {
      return fail("PAC4204", "native code has no function `" + function.getName().str() + "`");
    }
  }
  for (llvm::GlobalObject& object : module.global_objects()) {
    if (object.isDeclaration() || exported.contains(object.getName().str())) continue;
    object.setComdat(nullptr);
    object.setLinkage(llvm::GlobalValue::InternalLinkage);
    object.setVisibility(llvm::GlobalValue::DefaultVisibility);
  }
  return {};
}

void optimise(llvm::Module& module, llvm::TargetMachine& machine, const Options& options) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager cycles;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(cycles);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, cycles, modules);
  llvm::ModulePassManager passes;
  passes.addPass(llvm::GlobalDCEPass());
  passes.addPass(options.optimization_level == 0
                     ? builder.buildO0DefaultPipeline(llvm::OptimizationLevel::O0)
                     : builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2));
  passes.run(module, modules);
}

Result<Compiled> compile(const ir::RuleSet& rule_set, const ir::Layout& layout,
                         const Options& options) {
  if (options.optimization_level != 0 && options.optimization_level != 2) {
    return fail("PAC4205", "optimisation level " + std::to_string(options.optimization_level) +
                               " is unknown: it is 0 or 2");
  }
  Compiled compiled;
  compiled.context = std::make_unique<llvm::LLVMContext>();
  compiled.module = std::make_unique<llvm::Module>("pac", *compiled.context);
  auto machine = host_machine(options);
  if (!machine) return std::unexpected(machine.error());
  compiled.machine = std::move(*machine);
  llvm::Module& module = *compiled.module;
  module.setDataLayout(compiled.machine->createDataLayout());
  module.setTargetTriple(compiled.machine->getTargetTriple().str());
  module.setPICLevel(llvm::PICLevel::BigPIC);
  auto support = read_support(*compiled.context);
  if (!support) return std::unexpected(support.error());
  if (Result<void> done = lower(rule_set, layout, options, module, **support); !done) {
    return std::unexpected(done.error());
  }
  if (Result<void> done = link(module, std::move(*support)); !done)
    return std::unexpected(done.error());
  optimise(module, *compiled.machine, options);
  if (Result<void> done = check(module, "as optimised"); !done)
    return std::unexpected(done.error());
  return compiled;
}

}  // namespace

Result<std::string> compile_object(const ir::RuleSet& rule_set, const ir::Layout& layout,
                                   const Options& options) {
  Result<Compiled> compiled = compile(rule_set, layout, options);
  if (!compiled) return std::unexpected(compiled.error());
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (compiled->machine->addPassesToEmitFile(passes, stream, nullptr,
                                             llvm::CodeGenFileType::ObjectFile)) {
    return fail("PAC4201", "LLVM emits no object files for this machine");
  }
  passes.run(*compiled->module);
  return std::string(bytes.begin(), bytes.end());
}

Result<std::string> llvm_text(const ir::RuleSet& rule_set, const ir::Layout& layout,
                              const Options& options) {
  Result<Compiled> compiled = compile(rule_set, layout, options);
  if (!compiled) return std::unexpected(compiled.error());
  std::string text;
  llvm::raw_string_ostream stream(text);
  compiled->module->print(stream, nullptr);
  stream.flush();
  return text;
}

}  // namespace pac::codegen
