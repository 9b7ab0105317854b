#include "compiler/codegen/target.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "runtime/match/plan.h"

namespace pac::codegen {
namespace {

// Sorted, so that equal processors give equal strings.
std::string host_features() {
  std::vector<std::string> features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
    features.push_back((feature.getValue() ? "+" : "-") + feature.getKey().str());
  }
  std::ranges::sort(features);
  std::string joined;
  for (const std::string& feature : features) joined += (joined.empty() ? "" : ",") + feature;
  return joined;
}

// FNV-1a: tells feature sets apart in a file name; nothing depends on it being hard to forge.
uint64_t hash(std::string_view text) {
  uint64_t value = 0xcbf29ce484222325u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

}  // namespace

const char* name(Instructions instructions) {
  switch (instructions) {
    case Instructions::machine:
      return "machine";
    case Instructions::x86_64_v2:
      return "x86-64-v2";
    case Instructions::x86_64_v3:
      return "x86-64-v3";
    case Instructions::x86_64_v4:
      return "x86-64-v4";
  }
  return "unknown";
}

bool has(Instructions instructions) {
  if (instructions == Instructions::machine) return true;
  if (llvm::Triple(llvm::sys::getProcessTriple()).getArch() != llvm::Triple::x86_64) return false;
  struct Feature {
    Instructions level;
    const char* name;
  };
  using enum Instructions;
  // What tells each level from the one below, as the ABI of x86-64 lists it.
  static constexpr Feature kFeatures[] = {
      {x86_64_v2, "cx16"},     {x86_64_v2, "sahf"},     {x86_64_v2, "popcnt"},
      {x86_64_v2, "sse3"},     {x86_64_v2, "ssse3"},    {x86_64_v2, "sse4.1"},
      {x86_64_v2, "sse4.2"},   {x86_64_v3, "avx"},      {x86_64_v3, "avx2"},
      {x86_64_v3, "bmi"},      {x86_64_v3, "bmi2"},     {x86_64_v3, "f16c"},
      {x86_64_v3, "fma"},      {x86_64_v3, "lzcnt"},    {x86_64_v3, "movbe"},
      {x86_64_v4, "avx512f"},  {x86_64_v4, "avx512bw"}, {x86_64_v4, "avx512cd"},
      {x86_64_v4, "avx512dq"}, {x86_64_v4, "avx512vl"},
  };
  const llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  return instructions <= x86_64_v4 && std::ranges::all_of(kFeatures, [&](const Feature& one) {
           return one.level > instructions || features.lookup(one.name);
         });
}

Result<std::unique_ptr<llvm::TargetMachine>> host_machine(const Options& options) {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  const std::string triple = llvm::sys::getProcessTriple();
  std::string error;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (target == nullptr) return fail("PAC4201", "LLVM makes no code for " + triple + ": " + error);
  const auto level = options.optimization_level == 0 ? llvm::CodeGenOptLevel::None
                                                     : llvm::CodeGenOptLevel::Default;
  const bool all = options.instructions == Instructions::machine;
  const std::string processor =
      all ? llvm::sys::getHostCPUName().str() : std::string(name(options.instructions));
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, processor, all ? host_features() : std::string(), llvm::TargetOptions(),
      llvm::Reloc::PIC_, llvm::CodeModel::Small, level));
  if (machine == nullptr) return fail("PAC4201", "LLVM makes no code for " + triple);
  return machine;
}

std::string target_key(const Options& options) {
  char features[17];
  std::snprintf(features, sizeof features, "%016llx",
                static_cast<unsigned long long>(hash(host_features())));
  const llvm::Triple triple(llvm::sys::getProcessTriple());
  std::string key = "llvm" LLVM_VERSION_STRING "-" + triple.getArchName().str() + "-" +
                    llvm::sys::getHostCPUName().str() + "-" + features + "-v" +
                    std::to_string(kNativeVersion) + "-o" +
                    std::to_string(options.optimization_level) + (options.marks ? "-marks" : "");
  if (options.strategy) key += std::string("-") + match::name(*options.strategy);
  if (options.instructions != Instructions::machine)
    key += std::string("-") + name(options.instructions);
  if (options.list_uses_min != kListUsesMin)
    key += "-lists" + std::to_string(options.list_uses_min);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (!plain) c = '-';
  }
  return key;
}

}  // namespace pac::codegen
