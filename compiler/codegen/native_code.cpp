// Loads an object into this process.
#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/MemoryBuffer.h>

#include <cstring>

#include "compiler/codegen/native.h"
#include "compiler/codegen/target.h"
#include "runtime/base/check.h"

// Of the compiler's own library: division of 128 bits, which is a call on every machine.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): they are the compiler's.
__int128 __divti3(__int128 a, __int128 b);
__int128 __modti3(__int128 a, __int128 b);
unsigned __int128 __udivti3(unsigned __int128 a, unsigned __int128 b);
unsigned __int128 __umodti3(unsigned __int128 a, unsigned __int128 b);
// NOLINTEND(bugprone-reserved-identifier)
int bcmp(const void* a, const void* b, size_t size) noexcept;
}

namespace pac::codegen {

struct NativeCode::State {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::vector<pac_decide_fn> entries;
};

NativeCode::NativeCode(std::unique_ptr<State> state) : state_(std::move(state)) {}
NativeCode::~NativeCode() = default;

namespace {

std::unexpected<Error> bad_object(llvm::Error error) {
  return fail("PAC4206", "the native object can't be loaded: " + llvm::toString(std::move(error)));
}

// The only things outside itself that native code can reach.
llvm::Error define_externals(llvm::orc::LLJIT& jit) {
  using llvm::orc::ExecutorAddr;
  llvm::orc::SymbolMap symbols;
  const auto add = [&](const char* name, auto* function) {
    symbols[jit.mangleAndIntern(name)] = {ExecutorAddr::fromPtr(function),
                                          llvm::JITSymbolFlags::Exported};
  };
  add("memcpy", static_cast<void* (*)(void*, const void*, size_t)>(&std::memcpy));
  add("memmove", static_cast<void* (*)(void*, const void*, size_t)>(&std::memmove));
  add("memset", static_cast<void* (*)(void*, int, size_t)>(&std::memset));
  add("memcmp", static_cast<int (*)(const void*, const void*, size_t)>(&std::memcmp));
  add("strlen", static_cast<size_t (*)(const char*)>(&std::strlen));
  add("bcmp", &bcmp);  // NOLINT(bugprone-unsafe-functions): LLVM calls it
  add("__divti3", &__divti3);
  add("__modti3", &__modti3);
  add("__udivti3", &__udivti3);
  add("__umodti3", &__umodti3);
  return jit.getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

}  // namespace

Result<std::unique_ptr<NativeCode>> NativeCode::load(std::string_view object,
                                                     const ir::RuleSet& rule_set) {
  if (auto machine = host_machine({}); !machine) return std::unexpected(machine.error());
  auto state = std::make_unique<State>();
  auto jit = llvm::orc::LLJITBuilder()
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (!jit) return bad_object(jit.takeError());
  state->jit = std::move(*jit);
  // What goes wrong while linking also comes back as the error of the look-up.
  state->jit->getExecutionSession().setErrorReporter(
      [](llvm::Error error) { llvm::consumeError(std::move(error)); });
  if (llvm::Error error = define_externals(*state->jit)) return bad_object(std::move(error));
  auto buffer =
      llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(object.data(), object.size()), "pac");
  if (llvm::Error error = state->jit->addObjectFile(std::move(buffer)))
    return bad_object(std::move(error));
  const auto address_of = [&](const std::string& name) { return state->jit->lookup(name); };
  auto info_address = address_of(kNativeInfoSymbol);
  if (!info_address) return bad_object(info_address.takeError());
  const auto* info = info_address->toPtr<const NativeInfo*>();
  if (info->version != kNativeVersion || info->decision_count != rule_set.decisions.size()) {
    return fail("PAC4207", "the native object is of another version, or not of this rule set");
  }
  const auto instructions = static_cast<Instructions>(info->instructions);
  if (!has(instructions)) {
    return fail("PAC4208", std::string("the native object needs the instructions of ") +
                               name(instructions) + ", which this machine does not have");
  }
  for (size_t i = 0; i < rule_set.decisions.size(); ++i) {
    auto entry = address_of("pac_decide_" + std::to_string(i));
    if (!entry) return bad_object(entry.takeError());
    state->entries.push_back(entry->toPtr<pac_decide_fn>());
  }
  return std::unique_ptr<NativeCode>(new NativeCode(std::move(state)));
}

pac_decide_fn NativeCode::decide(ir::DecisionId id) const {
  PAC_CHECK(ir::index(id) < state_->entries.size(), "a decision of the rule set that was loaded");
  return state_->entries[ir::index(id)];
}

uint8_t* NativeCode::marks() const {
  auto address = state_->jit->lookup(kMarksSymbol);
  if (address) return address->toPtr<uint8_t*>();
  llvm::consumeError(address.takeError());
  return nullptr;
}

}  // namespace pac::codegen
