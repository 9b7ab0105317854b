// What the headers written by `pac gen cpp` are made of: values as the structs of a decision hold
// them, and the check that a loaded rule set is the one a header was written for. The texts and
// lists are views; whoever fills a struct owns what they point to and keeps it until the Input that
// it was bound to is used again. Plain data; any thread.
//
// Values by type:
//   bool bool · int int64_t · decimal int64_t, or WideDecimal where its domain does not say that it
//   fits; 12.50 of a decimal(2) is 1250 · enum enum class : uint32_t · date int32_t, days since
//   1970-01-01 · datetime, duration int64_t, microseconds · string Text · list, set List · T?
//   Optional
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <type_traits>

#include "pac/engine.hpp"

namespace pac {

__extension__ typedef __int128 WideDecimal;

enum class Effect : uint32_t { permit, deny };

// UTF-8 without U+0000, not terminated.
struct Text {
  const char* data;
  uint32_t size;
  uint32_t reserved;  // 0

  std::string_view view() const noexcept { return {data, size}; }
};

inline Text text(std::string_view of) noexcept {
  return {of.data(), static_cast<uint32_t>(of.size()), 0};
}

// Items one after the other. The items of a set are sorted, without repeats.
template <typename Item>
struct List {
  const Item* data;
  uint32_t count;
  uint32_t reserved;  // 0

  const Item* begin() const noexcept { return data; }
  const Item* end() const noexcept { return data + count; }
};

// Zero bytes are the missing value.
template <typename Value>
struct Optional {
  Value value;
  uint8_t present;  // 0 or 1
};

template <typename Value>
Optional<Value> present(const Value& value) noexcept {
  Optional<Value> made{};
  made.value = value;
  made.present = 1;
  return made;
}

static_assert(sizeof(Text) == 16 && alignof(Text) == 8);
static_assert(sizeof(List<int64_t>) == 16 && alignof(List<int64_t>) == 8);
static_assert(sizeof(WideDecimal) == 16 && alignof(WideDecimal) == 16);

// A decision of a loaded rule set that was compared with the header: only through it does a struct
// get to the engine.
template <typename InputRecord, typename OutputRecord>
class Generated {
 public:
  static_assert(std::is_trivially_copyable_v<InputRecord> &&
                std::is_standard_layout_v<InputRecord>);

  static std::expected<Generated, Failure> load(const RuleSet& rules, std::string_view name,
                                                std::string_view digest) {
    const auto decision = rules.find(name);
    if (!decision) {
      return std::unexpected(Failure{"PAC4240", "the rule set has no decision `" +
                                                    std::string(name) +
                                                    "`, for which the header was written: load "
                                                    "the rule set of that package"});
    }
    const std::string loaded = rules.digest(*decision);
    if (loaded != digest) {
      return std::unexpected(
          Failure{"PAC4240", "the header was written for `" + std::string(name) + "` with digest " +
                                 std::string(digest) + ", loaded is " + loaded +
                                 ": write the header again with `pac gen cpp` and compile"});
    }
    return Generated(*decision);
  }

  Decision decide(Input& workspace, const InputRecord& input, const Context& context = {}) const {
    return workspace.record(decision_, input).decide(context);
  }
  // Null unless the decision is ok. Borrowed from the workspace until that is used again.
  static const OutputRecord* output(const Decision& decision) noexcept {
    std::size_t size = 0;
    const void* record = decision.output(&size);
    return size == sizeof(OutputRecord) ? static_cast<const OutputRecord*>(record) : nullptr;
  }

 private:
  explicit Generated(DecisionId decision) noexcept : decision_(decision) {}
  DecisionId decision_;
};

}  // namespace pac
