// The machine that code is made for: this one. Internal to compiler/codegen.
#pragma once

#include <memory>

#include "compiler/codegen/native.h"

namespace llvm {
class TargetMachine;
}

namespace pac::codegen {

// Version of what generated code and its loader agree on; part of target_key() and of each object.
inline constexpr uint32_t kNativeVersion = 2;

// In each object, under kNativeInfoSymbol: what a loader can check about it.
struct NativeInfo {
  uint32_t version;
  uint32_t decision_count;
  uint32_t instructions;  // Instructions
};
inline constexpr const char* kNativeInfoSymbol = "pac_native_info";
inline constexpr const char* kMarksSymbol = "pac_marks";

[[nodiscard]] Result<std::unique_ptr<llvm::TargetMachine>> host_machine(const Options& options);

}  // namespace pac::codegen
