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
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, llvm::sys::getHostCPUName(), host_features(), llvm::TargetOptions(),
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
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (!plain) c = '-';
  }
  return key;
}

}  // namespace pac::codegen
