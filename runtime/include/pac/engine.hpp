// pac for C++23: a thin wrapper over pac/pac.h, which says who owns what and which threads may call
// it.
//
//   pac::Engine engine;
//   auto rules = engine.load_bundle_file("loan.pacb");      // expected<RuleSet, Failure>
//   auto risk = rules->find("risk");                        // optional<DecisionId>
//   pac::Input input = rules->input();                      // one per thread, used again and again
//   pac::Decision decision = input.json(*risk, body).decide();
//   if (decision.status() != pac::Status::ok) ...           // treat as deny
//   reply(decision.json());
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pac/pac.h"

namespace pac {

enum class Status { ok, no_match, error, refused };

// Numbers of a decision in its rule set, and of an input field in its decision. Look them up once.
enum class DecisionId : uint32_t {};
enum class FieldId : uint32_t {};

// Why a rule set could not be loaded.
struct Failure {
  std::string code, message;
};

// Why an input was refused; valid until the Input is used again.
struct RefusalView {
  std::string_view code, path, message;
};

// Where features come from. See pac_feature_fn.
class Features {
 public:
  virtual ~Features() = default;
  // The newest value (as JSON) observed at or before now_us; false: none. Must not throw.
  virtual bool read(std::string_view feature, std::string_view key, int64_t now_us,
                    pac_feature_value* out) noexcept = 0;
};

// What surrounds a decision; counts where the decision declares it.
struct Context {
  std::optional<int64_t> now_us;      // microseconds since 1970; default: Options::clock
  std::optional<int32_t> as_of_days;  // since 1970; default: the date of `now` in the zone
  std::optional<std::string_view> caller, tenant, protection;
  std::string_view json;  // an object of the same names, which win
  Features* features = nullptr;
};

// For the wrappers below.
namespace detail {

inline int read_feature(void* data, pac_view feature, pac_view key, int64_t now_us,
                        pac_feature_value* out) {
  return static_cast<Features*>(data)->read({feature.data, feature.size}, {key.data, key.size},
                                            now_us, out);
}

inline pac_context to_c(const Context& context) noexcept {
  const auto view = [](const std::optional<std::string_view>& text) -> pac_view {
    if (!text) return {nullptr, 0};
    return {text->data() == nullptr ? "" : text->data(), text->size()};
  };
  pac_context given{};
  given.size_bytes = sizeof given;
  given.has_now = context.now_us.has_value();
  given.now_us = context.now_us.value_or(0);
  given.has_as_of = context.as_of_days.has_value();
  given.as_of_days = context.as_of_days.value_or(0);
  given.caller = view(context.caller);
  given.tenant = view(context.tenant);
  given.protection = view(context.protection);
  given.json = {context.json.data(), context.json.size()};
  given.features = context.features == nullptr ? nullptr : &read_feature;
  given.feature_data = context.features;
  return given;
}

}  // namespace detail

// The answer, borrowed from its Input until that is used again.
class Decision {
 public:
  Status status() const noexcept {
    const pac_decided status = pac_decision_status(input_);
    return status == PAC_NOT_DECIDED ? Status::refused : static_cast<Status>(status);
  }
  explicit operator bool() const noexcept { return status() == Status::ok; }
  // "PAC5004" with Status::error.
  std::string_view error() const noexcept { return view(pac_decision_error(input_)); }
  uint32_t fired_count() const noexcept { return pac_decision_fired_count(input_); }
  std::string_view fired(uint32_t i) const noexcept { return view(pac_decision_fired(input_, i)); }
  uint32_t refusal_count() const noexcept { return pac_refusal_count(input_); }
  RefusalView refusal(uint32_t i) const noexcept {
    pac_refusal refusal{};
    refusal.size_bytes = sizeof refusal;
    pac_refusal_at(input_, i, &refusal);
    return {view(refusal.code), view(refusal.path), view(refusal.message)};
  }
  // The output record of generated code; null unless ok.
  const void* output(std::size_t* size = nullptr) const noexcept {
    return pac_decision_output(input_, size);
  }
  // Into a buffer, without allocating: the size of the whole text, which may be larger than the
  // buffer.
  std::size_t write(char* buffer, std::size_t capacity) const noexcept {
    std::size_t written = 0;
    pac_decision_write(input_, buffer, capacity, &written);
    return written;
  }
  std::string json() const {
    std::string text(write(nullptr, 0), '\0');
    write(text.data(), text.size());
    return text;
  }

 private:
  friend class Input;
  explicit Decision(const pac_input* input) noexcept : input_(input) {}
  static std::string_view view(pac_view text) noexcept { return {text.data, text.size}; }
  const pac_input* input_;
};

// The workspace of one thread: bind an input in one of three ways, then decide.
class Input {
 public:
  Input& json(DecisionId decision, std::string_view text) noexcept {
    pac_input_bind_json(get(), number(decision), text.data(), text.size());
    return *this;
  }
  // A struct that `pac gen cpp` wrote.
  template <typename Struct>
  Input& record(DecisionId decision, const Struct& value) noexcept {
    pac_input_bind_struct(get(), number(decision), &value, sizeof value);
    return *this;
  }
  Input& begin(DecisionId decision) noexcept {
    return pac_input_begin(get(), number(decision)), *this;
  }
  Input& set(FieldId field, bool value) noexcept {
    return pac_input_set_bool(get(), number(field), value), *this;
  }
  Input& set(FieldId field, int64_t value) noexcept {
    return pac_input_set_int(get(), number(field), value), *this;
  }
  Input& set(FieldId field, int value) noexcept { return set(field, int64_t{value}); }
  // A string, or anything in the words of JSON strings: "12.50", "housing", "2026-03-01".
  Input& set(FieldId field, std::string_view text) noexcept {
    return pac_input_set_parsed(get(), number(field), text.data(), text.size()), *this;
  }
  Input& set(FieldId field, const char* text) noexcept {
    return set(field, std::string_view(text));
  }
  Input& set(FieldId, double) = delete;  // decimals are exact: give digits, or set_decimal
  Input& set_decimal(FieldId field, int64_t units) noexcept {
    return pac_input_set_decimal(get(), number(field), units < 0 ? -1 : 0,
                                 static_cast<uint64_t>(units)),
           *this;
  }
  Input& set_date(FieldId field, int32_t days) noexcept {
    return pac_input_set_date(get(), number(field), days), *this;
  }
  Input& set_missing(FieldId field) noexcept {
    return pac_input_set_missing(get(), number(field)), *this;
  }
  Input& set_json(FieldId field, std::string_view json) noexcept {
    return pac_input_set_json(get(), number(field), json.data(), json.size()), *this;
  }
  Input& append(FieldId list, std::string_view text) noexcept {
    return pac_input_append_parsed(get(), number(list), text.data(), text.size()), *this;
  }
  Input& finish() noexcept { return pac_input_finish(get()), *this; }

  // Refused inputs end here: the decision then has Status::refused and says why.
  Decision decide(const Context& context = {}) noexcept {
    const pac_context given = detail::to_c(context);
    pac_input_decide(get(), &given);
    return Decision(get());
  }

 private:
  friend class RuleSet;
  explicit Input(pac_input* input) noexcept : input_(input, &pac_input_free) {}
  pac_input* get() const noexcept { return input_.get(); }
  template <typename Id>
  static uint32_t number(Id id) noexcept {
    return static_cast<uint32_t>(id);
  }
  std::unique_ptr<pac_input, void (*)(pac_input*)> input_;
};

// A column of texts: the bytes one behind the other, and where each begins; offsets has one more
// than there are rows.
struct TextColumn {
  std::string_view bytes;
  std::span<const uint64_t> offsets;
};

// Many inputs of one decision in columns; one thread's workspace, used again and again. What it is
// given is borrowed until decide() is done; what it hands out until it decides again.
//
//   pac::Batch batch = rules->batch(*risk);
//   batch.column(*rules->field(*risk, "credit_score"), scores);
//   if (!batch.decide(scores.size())) ... batch.fault()
//   for (std::size_t i = 0; i < batch.rows(); ++i) use(batch.status(i), batch.fired(i));
class Batch {
 public:
  using Present = std::span<const uint8_t>;  // one a row, 0: missing; empty: all are there

  // Ints, decimals in units of their last digit, datetimes, durations.
  Batch& column(FieldId field, std::span<const int64_t> values, Present present = {}) {
    return set(field, PAC_COLUMN_INT64, values.data(), nullptr, present);
  }
  Batch& column(FieldId field, std::span<const int32_t> days, Present present = {}) {
    return set(field, PAC_COLUMN_INT32, days.data(), nullptr, present);
  }
  // Values of an enum by their number as declared, from 0.
  Batch& column(FieldId field, std::span<const uint32_t> numbers, Present present = {}) {
    return set(field, PAC_COLUMN_UINT32, numbers.data(), nullptr, present);
  }
  Batch& column(FieldId field, std::span<const uint8_t> bools, Present present = {}) {
    return set(field, PAC_COLUMN_BOOL, bools.data(), nullptr, present);
  }
  // Strings, or any field in the words of JSON strings.
  Batch& column(FieldId field, const TextColumn& texts, Present present = {}) {
    return set(field, PAC_COLUMN_TEXT, texts.bytes.data(), texts.offsets.data(), present);
  }
  // False: a column was wrong or is not there, or memory: fault() says which.
  [[nodiscard]] bool decide(std::size_t rows, const Context& context = {}) {
    if (get() == nullptr) fault_ = "no memory";
    const pac_context given = detail::to_c(context);
    outcomes_ = {};
    outcomes_.size_bytes = sizeof outcomes_;
    if (!fault_.empty()) return false;
    const pac_answer answer = pac_batch_decide(get(), rows, &given);
    if (answer == PAC_FAILED) fault_ = "no memory";
    if (answer == PAC_DONE) pac_batch_outcomes(get(), &outcomes_);
    return answer == PAC_DONE;
  }
  std::string_view fault() const noexcept {
    return fault_.empty() ? view(pac_batch_fault(get())) : std::string_view(fault_);
  }

  std::size_t rows() const noexcept { return outcomes_.rows; }
  Status status(std::size_t row) const noexcept {
    return static_cast<Status>(outcomes_.status[row]);
  }
  // The first rule that fired; empty: none did.
  std::string_view fired(std::size_t row) const noexcept {
    return view(pac_batch_rule_name(get(), outcomes_.fired[row]));
  }
  // 5004 of PAC5004, of an error or refusal; else 0.
  uint32_t code(std::size_t row) const noexcept { return outcomes_.codes[row]; }

  // Of an output, by its path. The column stays empty where there is none, or it is a list.
  std::optional<uint32_t> find_output(std::string_view path) const noexcept {
    const uint32_t found = pac_batch_find_output(get(), path.data(), path.size());
    return found == PAC_NOT_FOUND ? std::nullopt : std::optional(found);
  }
  pac_column output(uint32_t output) const noexcept {
    pac_column column{};
    column.size_bytes = sizeof column;
    pac_batch_output(get(), output, &column);
    return column;
  }
  std::string_view output_name(uint32_t output, uint32_t value) const noexcept {
    return view(pac_batch_output_name(get(), output, value));
  }

 private:
  friend class RuleSet;
  explicit Batch(pac_batch* batch) noexcept : batch_(batch, &pac_batch_free) {}
  pac_batch* get() const noexcept { return batch_.get(); }
  static std::string_view view(pac_view text) noexcept { return {text.data, text.size}; }
  Batch& set(FieldId field, pac_column_type type, const void* values, const uint64_t* offsets,
             Present present) {
    const pac_column column = {sizeof column,
                               static_cast<uint32_t>(type),
                               0,
                               values,
                               offsets,
                               present.empty() ? nullptr : present.data()};
    if (pac_batch_set_column(get(), static_cast<uint32_t>(field), &column) != PAC_DONE &&
        fault_.empty()) {
      fault_ = get() == nullptr ? "no memory" : std::string(view(pac_batch_fault(get())));
    }
    return *this;
  }

  std::unique_ptr<pac_batch, void (*)(pac_batch*)> batch_;
  pac_outcomes outcomes_{};
  std::string fault_;  // the first; a batch that has one decides no more
};

enum class NativeState : uint8_t {
  none = PAC_NATIVE_NONE,
  compiling = PAC_NATIVE_COMPILING,
  ready = PAC_NATIVE_READY,
  failed = PAC_NATIVE_FAILED,
};

// A loaded rule set. Its inputs keep it alive.
class RuleSet {
 public:
  // Takes over a handle.
  explicit RuleSet(pac_rule_set* rules) noexcept : rules_(rules, &pac_rule_set_free) {}
  std::optional<DecisionId> find(std::string_view name) const noexcept {
    const uint32_t found = pac_rule_set_find_decision(rules_.get(), name.data(), name.size());
    return found == PAC_NOT_FOUND ? std::nullopt : std::optional(static_cast<DecisionId>(found));
  }
  // Of the decision's function, 64 hexadecimal digits. Computed at each call.
  std::string digest(DecisionId decision) const {
    char text[65];
    pac_rule_set_decision_digest(rules_.get(), static_cast<uint32_t>(decision), &text);
    return text;
  }
  std::optional<FieldId> field(DecisionId decision, std::string_view path) const noexcept {
    const uint32_t found = pac_rule_set_find_path(rules_.get(), static_cast<uint32_t>(decision),
                                                  path.data(), path.size());
    return found == PAC_NOT_FOUND ? std::nullopt : std::optional(static_cast<FieldId>(found));
  }
  uint32_t decision_count() const noexcept { return pac_rule_set_decision_count(rules_.get()); }
  std::string_view decision_name(DecisionId decision) const noexcept {
    const pac_view name = pac_rule_set_decision_name(rules_.get(), static_cast<uint32_t>(decision));
    return {name.data, name.size};
  }
  // Of the bundle, 64 hexadecimal digits, and the name of the trusted key that signed it; empty
  // where there is none.
  std::string_view bundle_digest() const noexcept {
    return view(pac_rule_set_bundle_digest(rules_.get()));
  }
  std::string_view signer() const noexcept { return view(pac_rule_set_signer(rules_.get())); }
  // Native code decides; else the interpreter, to the same answers.
  bool is_native() const noexcept { return pac_rule_set_is_native(rules_.get()) != 0; }
  // How far native code is that pac/jit.h was asked for; `failure` says why it failed.
  NativeState native_state(Failure* failure = nullptr) const {
    return native(&pac_rule_set_native_state, failure);
  }
  // The same, once it is no longer compiling.
  NativeState wait_native(Failure* failure = nullptr) const {
    return native(&pac_rule_set_wait_native, failure);
  }
  Batch batch(DecisionId decision) const {
    pac_batch* made = nullptr;
    pac_batch_new(rules_.get(), static_cast<uint32_t>(decision), &made);
    return Batch(made);
  }
  Input input() const {
    pac_input* made = nullptr;
    pac_input_new(rules_.get(), &made);
    return Input(made);
  }

 private:
  static std::string_view view(pac_view text) noexcept { return {text.data, text.size}; }
  template <typename Ask>
  NativeState native(Ask ask, Failure* failure) const {
    pac_failure told{};
    told.size_bytes = sizeof told;
    const auto state = static_cast<NativeState>(ask(rules_.get(), &told));
    if (failure != nullptr && state == NativeState::failed) *failure = {told.code, told.message};
    return state;
  }
  std::unique_ptr<pac_rule_set, void (*)(pac_rule_set*)> rules_;
};

struct Options {
  std::size_t max_input_bytes = 0;  // 0: the default of pac.h, here and below
  std::size_t input_memory_bytes = 0;
  std::size_t scratch_bytes = 0;
  uint32_t max_refusals = 1;
  int64_t (*clock)(void* data) = nullptr;  // microseconds since 1970
  void* clock_data = nullptr;
};

// How a bundle is read. Whom to trust: a trust file (`pac key trust`) or its text; neither: nobody.
struct BundleOptions {
  std::optional<std::string_view> trust_path, trust;
  bool requires_signature = false;  // refuse it (PAC4226) unless a trusted key signed it
  std::size_t max_bytes = 0;
};

class Engine {
 public:
  explicit Engine(const Options& options = {}) : engine_(nullptr, &pac_engine_free) {
    const pac_engine_options given = {
        sizeof given,          options.max_input_bytes, options.input_memory_bytes,
        options.scratch_bytes, options.max_refusals,    0,
        options.clock,         options.clock_data};
    pac_engine* made = nullptr;
    pac_engine_new(&given, &made);
    engine_.reset(made);
  }
  // From a bundle, what `pac build` writes.
  std::expected<RuleSet, Failure> load_bundle_file(std::string_view path,
                                                   const BundleOptions& options = {}) const {
    const pac_bundle_options given = to_c(options);
    return loaded([&](pac_rule_set** rules, pac_failure* failure) {
      return pac_rule_set_load_bundle_file(engine_.get(), path.data(), path.size(), &given, rules,
                                           failure);
    });
  }
  std::expected<RuleSet, Failure> load_bundle(std::string_view bytes,
                                              const BundleOptions& options = {}) const {
    const pac_bundle_options given = to_c(options);
    return loaded([&](pac_rule_set** rules, pac_failure* failure) {
      return pac_rule_set_load_bundle(engine_.get(), bytes.data(), bytes.size(), &given, rules,
                                      failure);
    });
  }
  std::expected<RuleSet, Failure> load_ir(std::string_view text) const {
    return loaded([&](pac_rule_set** rules, pac_failure* failure) {
      return pac_rule_set_load_ir(engine_.get(), text.data(), text.size(), rules, failure);
    });
  }
  // For what has a C interface only: pac_engine_use_jit(engine.handle()) of pac/jit.h.
  pac_engine* handle() const noexcept { return engine_.get(); }

 private:
  static pac_bundle_options to_c(const BundleOptions& options) noexcept {
    pac_bundle_options given{};
    given.size_bytes = sizeof given;
    given.trust_path = view(options.trust_path);
    given.trust = view(options.trust);
    given.max_bytes = options.max_bytes;
    given.requires_signature = options.requires_signature;
    return given;
  }
  static pac_view view(const std::optional<std::string_view>& text) noexcept {
    if (!text) return {nullptr, 0};
    return {text->data() == nullptr ? "" : text->data(), text->size()};
  }
  template <typename Load>
  static std::expected<RuleSet, Failure> loaded(Load load) {
    pac_rule_set* rules = nullptr;
    pac_failure failure{};
    failure.size_bytes = sizeof failure;
    if (load(&rules, &failure) != PAC_DONE) {
      return std::unexpected(Failure{failure.code, failure.message});
    }
    return RuleSet(rules);
  }
  std::unique_ptr<pac_engine, void (*)(pac_engine*)> engine_;
};

}  // namespace pac
