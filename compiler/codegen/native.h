// Native code from the compiled form of a rule set: compile_object() makes an object file,
// NativeCode loads one and gives the decisions' entries (pac_decide_fn in runtime/abi.h). This
// header is the whole API of the folder; no LLVM header is visible in it.
//
// compile_object() and llvm_text() are pure functions of their arguments and of this machine's
// processor, any thread. The same input gives the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/codegen/proofs.h"
#include "runtime/abi.h"
#include "runtime/base/result.h"
#include "runtime/ir/layout.h"
#include "runtime/ir/model.h"

namespace pac::match {
enum class Strategy : uint8_t;  // plan.h
}

namespace pac::codegen {

// Shared expressions are lowered again on each path that needs them. Real rules stay far below this
// many in one function; it keeps a hostile rule set from filling the memory.
inline constexpr uint32_t kMaxEmitted = 2'000'000;

// Which instructions code may use: all of this machine, or those of a level of x86-64 (SSE 4.2;
// AVX2; AVX-512), so that tests can hold each of them against the interpreter.
enum class Instructions : uint8_t { machine, x86_64_v2, x86_64_v3, x86_64_v4 };
// Whether this machine can run code made for them. Any thread.
bool has(Instructions instructions);
const char* name(Instructions instructions);

// Quantifiers and folds over one short list from which on its elements are copied into columns;
// with fewer, going over the list is as cheap.
inline constexpr uint32_t kListUsesMin = 3;

struct Options {
  int optimization_level = 2;  // 0 or 2
  // For tests: what is evaluated sets its byte in NativeCode::marks(). Such code must not run on
  // two threads at once.
  bool marks = false;
  // Another number than the default is for tests, which could not fill the memory in good time.
  uint32_t emitted_max = kMaxEmitted;
  // For which run-time checks are left out. They must hold for this rule set.
  Proofs proofs = {};
  // How rules are found, where that can be used at all; none: the plan's own choice. For tests and
  // benchmarks.
  std::optional<match::Strategy> strategy = std::nullopt;
  Instructions instructions = Instructions::machine;
  // Another number than the default is for tests.
  uint32_t list_uses_min = kListUsesMin;
};

// The rule set must have passed ir::verify. Fails, with the reason, for what native code does not
// support.
[[nodiscard]] Result<std::string> compile_object(const ir::RuleSet& rule_set,
                                                 const ir::Layout& layout, const Options& options);

// The checks that compile_object() leaves out for these proofs, one entry per decision. Where a
// proof is there and the check is not spared, something that it would skip may end in an error.
std::vector<Spared> spared_checks(const ir::RuleSet& rule_set, const Proofs& proofs);

// The module as LLVM IR, after optimisation at the level asked for; for `pac inspect --dump=llvm`.
[[nodiscard]] Result<std::string> llvm_text(const ir::RuleSet& rule_set, const ir::Layout& layout,
                                            const Options& options);

// What an object is good for: LLVM version, processor features, ABI, optimisation level and what
// else of the options changes code, in the characters [a-z0-9.-], fit for a file name. Objects made
// under another key must not be loaded.
std::string target_key(const Options& options);

// An object in executable memory. Owned by the loaded rule set; immutable, so any thread may call
// its entries. The object must come from compile_object() for this rule set on a machine with the
// same key: an object is code, so where it came from has to be settled before.
class NativeCode {
 public:
  [[nodiscard]] static Result<std::unique_ptr<NativeCode>> load(std::string_view object,
                                                                const ir::RuleSet& rule_set);
  ~NativeCode();
  NativeCode(const NativeCode&) = delete;
  NativeCode& operator=(const NativeCode&) = delete;

  pac_decide_fn decide(ir::DecisionId id) const;
  // Of an object made with Options::marks: a byte per expression, then one per decision, 1 once it
  // was evaluated, or entered; whoever reads them clears them. Null of any other object.
  uint8_t* marks() const;

 private:
  struct State;
  explicit NativeCode(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pac::codegen
