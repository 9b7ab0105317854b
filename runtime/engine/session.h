// Session: the workspace of one thread for a loaded rule set. It binds an input, asks for features,
// decides and keeps the answer until the next input. All memory is taken when it is made; binding,
// deciding and writing the answer allocate nothing, throw nothing and take no lock (a FeatureSource
// may do as it likes). Owned by its thread; keeps the rule set alive.
//
//   Session session(rule_set, {});
//   if (session.bind_json(decision, text) && session.prepare(context, features)) session.decide();
//
// Whatever was refused stands in refusals(), and the decision is then not made.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/engine/csv_reader.h"
#include "runtime/engine/feature_source.h"
#include "runtime/engine/json_reader.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/engine/refusal.h"
#include "runtime/engine/report.h"

namespace pac::engine {

struct SessionOptions {
  // Longest JSON text of an input, a context or a feature.
  std::size_t max_input_bytes = std::size_t{1} << 20;
  // The text itself, lists and strings with escapes. 16 times the text: what a list of small
  // numbers in JSON (two bytes each) needs at most as decimals. Untouched pages cost no memory.
  std::size_t input_memory_bytes = std::size_t{16} << 20;
  // Texts and lists that a decision produces; the documented size of docs/design/semantics.md.
  std::size_t scratch_bytes = std::size_t{4} << 20;
  // 1: binding stops at the first refusal. More: it goes on and collects up to so many.
  uint32_t max_refusals = 1;
  // Good input is read by a quicker reader first. Off: to compare the two.
  bool reads_quickly = true;
  // Batches find the rules of many rows at once. Off: to compare the two.
  bool finds_in_blocks = true;
};

inline constexpr uint32_t kCollectedRefusals =
    100;  // what "all" means: more are no help to a reader

// What surrounds a decision. Each value counts only where the decision declares it (`now` also for
// as_of and for the age of features).
struct Context {
  std::optional<int64_t> now_us;  // microseconds since 1970; decide() reads no clock
  std::optional<int32_t> as_of;   // days since 1970; default: the date of `now` in the zone
  std::optional<std::string_view> caller, tenant, protection;
  std::string_view json;  // an object of the same names; wins over the members
};

class Session {
 public:
  Session(std::shared_ptr<const LoadedRuleSet> rule_set, const SessionOptions& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // ---- Inputs: one of these three. Each forgets the input before. False: refused.
  [[nodiscard]] bool bind_json(ir::DecisionId decision, std::string_view text);
  // The object with which the text begins, whatever stands behind it. Where it ends, or 0: only
  // bind_json can tell what it is, and nothing is bound.
  [[nodiscard]] std::size_t bind_leading_json(ir::DecisionId decision, std::string_view text);
  // What the other session has bound, for two rule sets whose inputs of these decisions lie alike
  // in memory, in equal domains. The other must keep it for as long as this one has it.
  void bind_same(ir::DecisionId decision, const Session& other);
  // The cells of a row, a scalar or text for each column (without a type: passed over); an empty
  // cell is missing, unless it is a text in quotes. False: only the setters can tell what it is,
  // and nothing is bound. `are_padded`: as CsvReader::cells_are_padded says.
  [[nodiscard]] bool bind_cells(ir::DecisionId decision, std::span<const QuickSlot> columns,
                                std::span<const CsvCell> cells, bool are_padded);
  // A struct of generated code: the input record as layout.h lays it out. It is copied; the texts
  // and lists that it points to must live until the session binds again. Fields that are no inputs
  // don't count.
  [[nodiscard]] bool bind_struct(ir::DecisionId decision, const void* record, std::size_t size);
  // Field by field, then finish(). What a setter refuses, it refuses at once.
  void begin(ir::DecisionId decision);
  bool set_bool(PathId path, bool value) { return set(path, ir::TypeKind::boolean, value); }
  bool set_int(PathId path, int64_t value) { return set(path, ir::TypeKind::integer, value); }
  // In units of the field's scale: 12.50 of a decimal(2) is 1250.
  bool set_decimal(PathId path, Int128 units) { return set(path, ir::TypeKind::decimal, units); }
  bool set_date(PathId path, int32_t days) { return set(path, ir::TypeKind::date, days); }
  bool set_datetime(PathId path, int64_t us) { return set(path, ir::TypeKind::datetime, us); }
  bool set_duration(PathId path, int64_t us) { return set(path, ir::TypeKind::duration, us); }
  bool set_text(PathId path, std::string_view text);  // copied
  bool set_enum(PathId path, std::string_view wire_name);
  bool set_missing(PathId path);
  // By the field's type, as a string in JSON says it; booleans as true and false. Lists as JSON
  // text.
  bool set_parsed(PathId path, std::string_view text);
  bool set_json(PathId path, std::string_view json);
  // Lists and sets begin missing; the first of these makes them present.
  bool set_empty(PathId list);
  bool append_int(PathId list, int64_t value) { return append(list, ir::TypeKind::integer, value); }
  bool append_decimal(PathId list, Int128 units) {
    return append(list, ir::TypeKind::decimal, units);
  }
  bool append_date(PathId list, int32_t days) { return append(list, ir::TypeKind::date, days); }
  bool append_text(PathId list, std::string_view text);
  bool append_parsed(PathId list, std::string_view text);
  bool append_json(PathId list, std::string_view json);
  [[nodiscard]] bool finish();

  // Rows of columns (batch.h): the memory of the input record is written by the caller, who checks
  // every value, between these two. With `keeps_context` the context of the row before stays, if
  // that was prepared; prepare_again() then comes instead of prepare().
  void begin_row(ir::DecisionId decision, bool keeps_context);
  void end_row() { state_ = State::bound; }
  char* row_memory() { return input_; }
  Report row_report() { return report(); }
  // One value in the words of JSON strings, at its place in that memory.
  bool put_cell(const QuickSlot& slot, std::string_view text, char* at, Report& report);
  [[nodiscard]] bool prepare_again(FeatureSource* features);

  // ---- Context, then features (null: none are known), then assumes. False: refused.
  [[nodiscard]] bool prepare(const Context& context, FeatureSource* features);

  // ---- The decision. Only after prepare() said true.
  pac_status decide();
  // The same by the interpreter, with an observer that hears how it came about. May allocate.
  pac_status explain(interp::Observer& observer);

  // ---- Where it stands, for callers that must not run into a PAC_CHECK.
  bool is_setting() const { return state_ == State::setting; }
  // An input is bound: prepare() may come, again and again.
  bool is_bound() const { return state_ >= State::bound; }
  bool is_decided() const { return state_ == State::decided; }

  const SessionOptions& options() const { return options_; }
  const LoadedRuleSet& rules() const { return *rule_set_; }
  ir::DecisionId decision() const { return decision_; }
  // The input record, whole after prepare().
  const void* input() const { return input_; }
  const pac_result& result() const { return result_; }
  const void* output() const { return output_; }
  // A refusal by the reader of the input (CSV), after begin().
  void refuse(RefusalCode code, std::string_view path, std::string_view message);
  Refusals& refusals() { return refusals_; }
  const Refusals& refusals() const { return refusals_; }

 private:
  enum class State : uint8_t { idle, setting, bound, ready, decided };
  struct SetField {  // by path, while fields are set one by one
    bool is_set = false;
    uint32_t item_capacity = 0;  // of a list that is appended to
  };

  Report report() { return Report(rule_set_->schema(), refusals_, refusals_capacity_ > 1); }
  void start(ir::DecisionId decision);
  RootFields root_fields(ir::SlotRole role) const;
  bool end(bool go_on, State state);

  // Setting (session_set.cpp).
  void enter_path(Report& report, const PathNode& node) const;
  template <typename Put>
  bool put(PathId path, Put put_value);
  bool set(PathId path, ir::TypeKind kind, Int128 value);
  bool append(PathId path, ir::TypeKind kind, Int128 value);
  template <typename Put>
  bool append_item(PathId path, Put put_value);
  char* next_item(const PathNode& node, SetField& state, Report& report);
  bool put_number(const Slot& slot, char* at, ir::TypeKind kind, Int128 value, Report& report);
  bool put_text(const Slot& slot, char* at, std::string_view text, Report& report);
  bool put_parsed(const Slot& slot, char* at, std::string_view text, Report& report);
  bool finish_nodes(uint32_t first, uint32_t count, Report& report);
  bool finish_leaf(const PathNode& node, const SetField& state, Report& report);
  bool has_set_part(uint32_t node) const;
  void forget(uint32_t node);

  // Context and features (session_prepare.cpp).
  // `now` of a context that does not declare it.
  struct UndeclaredNow {
    std::optional<int64_t> us;
    bool is_wrong = false;
  };
  bool bind_context(const Context& context, Report& report);
  bool read_context(std::string_view json, Report& report);
  static bool accepts_context(void* self, std::string_view name, std::string_view token);
  bool store_context(uint32_t slot, const interp::Value& value, Report& report);
  bool store_context_text(std::string_view name, const std::optional<std::string_view>& text,
                          Report& report);
  bool store_as_of(const Context& context, Report& report);
  bool find_now(const Context& context, Report& report);
  bool has_all_context(Report& report);
  bool is_given(uint32_t slot) const { return (seen_[slot / 64] >> (slot % 64) & 1) != 0; }
  bool read_features(FeatureSource* source, Report& report);
  bool read_feature(const ir::Feature& feature, FeatureSource& source, Report& report);
  bool check_assumes(Report& report);
  bool no_memory(Report& report) const;

  pac_scratch fresh_scratch();
  const ir::Decision& ir() const { return rule_set_->rule_set().decision(decision_); }
  const DecisionShape& shape() const { return rule_set_->shape(decision_); }

  std::shared_ptr<const LoadedRuleSet> rule_set_;
  SessionOptions options_;
  Arena input_memory_;  // of the bound input
  Arena records_;       // input record, output, fired, duties: taken once
  std::unique_ptr<char[]> scratch_;
  JsonReader reader_;
  Refusals refusals_;
  uint32_t refusals_capacity_;
  std::vector<SetField> set_fields_;
  std::vector<uint64_t> seen_;  // fields of the input record that are given
  ir::DecisionId decision_ = ir::DecisionId::none;
  State state_ = State::idle;
  char* input_ = nullptr;
  char* output_ = nullptr;
  std::optional<int64_t> now_us_;  // of the context, declared or not
  UndeclaredNow undeclared_now_;
  pac_result result_{};
};

}  // namespace pac::engine
