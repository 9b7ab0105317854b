// Report: where a reader of input stands (the path) and how it says what is wrong there, in the
// author's terms. One per reading, on its stack; it writes into a session's list of refusals and
// allocates nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/base/check.h"
#include "runtime/engine/refusal.h"
#include "runtime/engine/scalar.h"
#include "runtime/engine/schema.h"
#include "runtime/ir/limits.h"

namespace pac::engine {

// Steps of a path. A value is read by recursion over its declared type, which ir::kMaxTypeDepth
// bounds; whatever is nested deeper in the text is refused at the step where it leaves the type.
// The rest is room for a prefix ("context") and the last name.
inline constexpr uint32_t kMaxPathSteps = ir::kMaxTypeDepth + 8;

class Report {
 public:
  Report(const Schema& schema, Refusals& refusals, bool collect_all)
      : schema_(schema), refusals_(refusals), collect_all_(collect_all) {}

  // ---- The path. Every enter is followed by one leave.
  void enter(std::string_view field) {
    push({field.data(), static_cast<uint32_t>(field.size()), kNoIndex});
  }
  void enter(uint32_t index) { push({nullptr, 0, index}); }
  void leave() { --depth_; }

  // ---- What is wrong here. Each returns whether the reader goes on to the next value.
  bool not_json(uint32_t line, uint32_t column, std::string_view what);
  bool too_large(std::string_view what, uint64_t limit_bytes);
  bool unknown_field(const RecordSchema& record, std::string_view name, std::string_view hint);
  bool duplicate_key(std::string_view name);
  bool missing();
  bool null_value();
  bool wrong_type(const Slot& slot, std::string_view seen);
  bool inexact_number(std::string_view number);
  // What read_scalar refused.
  bool scalar(const Slot& slot, const ScalarRead& read, std::string_view text);
  bool not_text(std::string_view what);
  bool outside(const Slot& slot, Int128 value);
  bool outside(const Slot& slot, std::string_view text);
  bool too_long(const Slot& slot, int64_t char_count);
  bool no_match(const Slot& slot, std::string_view text);
  bool too_many_items(uint64_t count, int64_t allowed);
  bool duplicate_item(uint32_t first);
  // `text` is the assumption as its author would write it.
  bool assumption(std::string_view decision, uint32_t assume, std::string_view text,
                  uint32_t error);
  // Anything else, in the words of the caller.
  bool other(RefusalCode code, std::string_view message);

  const Schema& schema() const { return schema_; }

 private:
  static constexpr uint32_t kNoIndex = 0xffffffff;
  struct Segment {  // left as it is until it is used: a report is made for every input
    const char* data;
    uint32_t size;
    uint32_t index;
    std::string_view name() const { return {data, size}; }
  };

  void push(Segment segment) {
    PAC_CHECK(depth_ < kMaxPathSteps, "a path is no longer than types are deep");
    segments_[depth_++] = segment;
  }
  void put_path(TextSink& out) const;
  // The last field with its indices: monthly[3].
  void put_name(TextSink& out) const;
  template <typename Words>
  bool refuse(RefusalCode code, Words words);

  const Schema& schema_;
  Refusals& refusals_;
  bool collect_all_;
  uint32_t depth_ = 0;
  Segment segments_[kMaxPathSteps];
};

// "an integer", "a date such as 2026-03-01": what a type takes.
void put_expected(const Schema& schema, const Slot& slot, TextSink& out);
// "300 .. 850", "0 .. 5, 77", ">= 2025-01-01", "\"FI\", \"SE\"".
void put_domain(const Schema& schema, const Slot& slot, const ir::Domain& domain, TextSink& out);
// In quotes, at most 60 bytes of it; control characters become spaces.
void put_quoted(std::string_view text, TextSink& out);
// The candidate that `name` was probably meant to be: at most a third of its characters differ.
class Closest {
 public:
  explicit Closest(std::string_view name) : name_(name) {}
  void consider(std::string_view candidate);
  std::string_view best() const { return best_; }  // empty: none

 private:
  std::string_view name_, best_;
  uint32_t best_distance_ = 0xffffffff;
};

}  // namespace pac::engine
