// The part of Session between an input and its decision: context, features, assumes.
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/base/date.h"
#include "runtime/engine/check_value.h"
#include "runtime/engine/json_text.h"
#include "runtime/engine/session.h"

namespace pac::engine {

namespace {

constexpr std::string_view kContextNames[] = {"as_of", "now", "caller", "tenant", "protection"};

// Longest text of a feature's key that is no string itself (a string has no such limit).
constexpr std::size_t kMaxKeyBytes = 1024;

bool lies_in_one_interval(const Slot& slot, Int128 value) {
  const ir::Domain* const domain = slot.domain;
  if (domain == nullptr) return true;
  return domain->has_intervals && domain->intervals.size() == 1 &&
         domain->intervals[0].low <= value && value <= domain->intervals[0].high;
}

}  // namespace

bool Session::prepare(const Context& context, FeatureSource* features) {
  PAC_CHECK(is_bound(), "an input was bound");
  refusals_.clear();
  Report told = report();
  const bool go_on = bind_context(context, told) && refusals_.empty() &&
                     read_features(features, told) && refusals_.empty() && check_assumes(told);
  return end(go_on || !refusals_.empty(), State::ready);
}

bool Session::prepare_again(FeatureSource* features) {
  PAC_CHECK(is_bound(), "an input was bound");
  Report told = report();
  const bool go_on = read_features(features, told) && refusals_.empty() && check_assumes(told);
  return end(go_on || !refusals_.empty(), State::ready);
}

bool Session::no_memory(Report& told) const {
  return told.too_large("the input needs more memory than a session has",
                        input_memory_.capacity_bytes());
}

// ---- Context
// ----------------------------------------------------------------------------------------

bool Session::accepts_context(void* self, std::string_view name, std::string_view token) {
  auto& session = *static_cast<Session*>(self);
  bool known = false;
  for (const std::string_view each : kContextNames) known = known || each == name;
  if (known && name == "now" && token != "null") {
    std::string_view text;
    std::int64_t us = 0;
    if (take_quoted(token, &text) && parse_datetime(text, &us) == TextStatus::ok) {
      session.undeclared_now_.us = us;
    } else {
      session.undeclared_now_.is_wrong = true;
    }
  }
  return known;
}

bool Session::store_context(uint32_t index, const interp::Value& value, Report& told) {
  const Slot& slot = shape().input.record().fields[index];
  seen_[index / 64] |= uint64_t{1} << (index % 64);
  if (slot.type->kind == ir::TypeKind::date && lies_in_one_interval(slot, value.number)) {
    // As `as_of` mostly is; its memory is zeroed.
    const auto days = static_cast<int32_t>(value.number);
    std::memcpy(input_ + slot.offset, &days, sizeof days);
    if (slot.type->optional) input_[slot.offset + slot.storage.present_offset] = 1;
    return true;
  }
  rule_set_->schema().store(slot, value, input_ + slot.offset);
  told.enter(slot.name);
  const bool go_on = check_domain(slot, value, told);
  told.leave();
  return go_on;
}

bool Session::store_context_text(std::string_view name, const std::optional<std::string_view>& text,
                                 Report& told) {
  if (!text.has_value()) return true;
  const uint32_t index = shape().input.find_slot(ir::SlotRole::context, name);
  if (index == ir::kNone || is_given(index)) return true;
  const Slot& slot = shape().input.record().fields[index];
  seen_[index / 64] |= uint64_t{1} << (index % 64);
  told.enter(slot.name);
  const bool go_on = put_parsed(slot, input_ + slot.offset, *text, told);
  told.leave();
  return go_on;
}

// `now`, wherever it comes from; also stores it where the decision declares it.
bool Session::find_now(const Context& context, Report& told) {
  const uint32_t slot = ir().now_slot;
  if (undeclared_now_.is_wrong) {
    told.enter("now");
    const bool go_on = told.other(RefusalCode::not_a_datetime,
                                  "now is not an instant in UTC such as \"2026-03-01T12:00:00Z\"");
    told.leave();
    return go_on;
  }
  now_us_ = undeclared_now_.us.has_value() ? undeclared_now_.us : context.now_us;
  if (slot == ir::kNone) return true;
  if (is_given(slot)) {
    const Slot& place = shape().input.record().fields[slot];
    const interp::Value value = rule_set_->schema().load(place, input_ + place.offset);
    if (value.present) now_us_ = static_cast<int64_t>(value.number);
    return true;
  }
  return !now_us_.has_value() || store_context(slot, interp::Value::of(Int128{*now_us_}), told);
}

bool Session::store_as_of(const Context& context, Report& told) {
  const uint32_t slot = ir().as_of_slot;
  if (slot == ir::kNone || is_given(slot)) return true;
  if (context.as_of.has_value()) {
    return store_context(slot, interp::Value::of(Int128{*context.as_of}), told);
  }
  if (!now_us_.has_value()) return true;
  std::int32_t offset = 0;
  if (const TimeZone* zone = shape().zone) offset = zone->offset_at(*now_us_);
  // At the very ends of the calendar an offset leads out of it; the last day is then as good as
  // any.
  Int128 date = date_of_datetime(*now_us_, offset);
  date = date < kMinDate ? kMinDate : (date > kMaxDate ? kMaxDate : date);
  return store_context(slot, interp::Value::of(date), told);
}

bool Session::has_all_context(Report& told) {
  for (const uint32_t i : shape().input.required_context()) {
    if (is_given(i)) continue;
    told.enter(shape().input.record().fields[i].name);
    const bool go_on = told.missing();
    told.leave();
    if (!go_on) return false;
  }
  return true;
}

bool Session::bind_context(const Context& context, Report& told) {
  const InputShape& input = shape().input;
  undeclared_now_ = {};
  if (input.surroundings().empty() && context.json.empty()) {
    now_us_ = context.now_us;
    return true;
  }
  for (const uint32_t i : input.surroundings()) {
    const Slot& slot = input.record().fields[i];
    std::memset(input_ + slot.offset, 0, slot.storage.size);
    seen_[i / 64] &= ~(uint64_t{1} << (i % 64));
  }
  told.enter("context");
  const bool go_on =
      read_context(context.json, told) && find_now(context, told) && store_as_of(context, told) &&
      store_context_text("caller", context.caller, told) &&
      store_context_text("tenant", context.tenant, told) &&
      store_context_text("protection", context.protection, told) && has_all_context(told);
  told.leave();
  return go_on;
}

bool Session::read_context(std::string_view json, Report& told) {
  if (json.empty()) return true;
  RootFields fields = root_fields(ir::SlotRole::context);
  fields.accepts = accepts_context;
  fields.self = this;
  fields.absent_is_refused = false;
  fields.seen = seen_.data();
  return reader_.read_object(json, fields, input_, input_memory_, told);
}

// ---- Features
// ---------------------------------------------------------------------------------------

bool Session::read_features(FeatureSource* source, Report& told) {
  if (source == nullptr) return true;
  for (const ir::Feature& feature : ir().features) {
    told.enter("features");
    told.enter(shape().input.record().fields[feature.slot].name);
    const bool go_on = read_feature(feature, *source, told);
    told.leave();
    told.leave();
    if (!go_on) return false;
  }
  return true;
}

bool Session::read_feature(const ir::Feature& feature, FeatureSource& source, Report& told) {
  char text[kMaxKeyBytes];
  std::string_view key;
  interp::Value value;
  pac_scratch scratch = fresh_scratch();
  if (feature.key != ir::ExprId::none) {
    const pac_error error =
        rule_set_->interpreter().evaluate(decision_, feature.key, input_, &scratch, &value);
    if (error != PAC_E_NONE) {
      return told.other(RefusalCode::feature_key, "the key of the feature cannot be computed");
    }
    if (!value.present) return true;  // nothing is known of a key that is missing
    if (rule_set_->rule_set().type_of(feature.key).kind == ir::TypeKind::string) {
      key = value.view();
    } else {
      interp::TextBuffer buffer(text, sizeof text);
      rule_set_->schema().values().format(rule_set_->rule_set().expr(feature.key).type, value,
                                          buffer);
      if (!buffer.fits()) {
        return told.other(RefusalCode::feature_key, "the key of the feature is too long");
      }
      key = buffer.view();
    }
  }
  FeatureValue found;
  // Without `now` the newest value there is counts.
  if (!source.read(feature.name, key, now_us_.value_or(kMaxDatetime), &found)) return true;
  if (found.has_time && feature.max_age_us >= 0) {
    if (!now_us_.has_value()) {
      return told.other(RefusalCode::missing,
                        "the age of the feature is measured at `now`, which is "
                        "missing in the context");
    }
    if (Int128{*now_us_} - found.observed_at_us > feature.max_age_us) return true;
  }
  if (found.has_time && now_us_.has_value() && found.observed_at_us > *now_us_) return true;
  const Slot& slot = shape().input.record().fields[feature.slot];
  return reader_.read_value(found.json, slot, input_ + slot.offset, input_memory_, told);
}

// ---- Assumes
// ----------------------------------------------------------------------------------------

bool Session::check_assumes(Report& told) {
  if (ir().assumes.empty()) return true;
  pac_scratch scratch = fresh_scratch();
  const interp::AssumeOutcome outcome =
      rule_set_->interpreter().check_assumes(decision_, input_, &scratch);
  if (outcome.failed == ir::kNone) return true;
  return told.assumption(ir().name, outcome.failed, shape().assumes[outcome.failed], outcome.error);
}

}  // namespace pac::engine
