#include "runtime/engine/report.h"

#include <algorithm>
#include <limits>

#include "runtime/base/date.h"
#include "runtime/base/json.h"

namespace pac::engine {

namespace {

// Values and alternatives that a message shows before it says how many more there are. 8: what fits
// on a line of a console.
constexpr std::size_t kShownAlternatives = 8;
constexpr std::size_t kShownBytes = 60;

struct Bounds {
  Int128 low, high;
};

// Beyond these a bound says nothing, and messages leave it out.
Bounds natural_bounds(const ir::Type& type) {
  switch (type.kind) {
    case ir::TypeKind::integer:
      return {-json::kMaxExactInt, json::kMaxExactInt};
    case ir::TypeKind::decimal:
      return {-kMaxDecimal, kMaxDecimal};
    case ir::TypeKind::date:
      return {kMinDate, kMaxDate};
    case ir::TypeKind::datetime:
      return {kMinDatetime, kMaxDatetime};
    default:
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

void put_more(std::size_t count, TextSink& out) {
  out.put(" and ");
  out.put_number(static_cast<Int128>(count - kShownAlternatives));
  out.put(" more");
}

void put_interval(const Schema& schema, const Slot& slot, const ir::Interval& interval,
                  TextSink& out) {
  const Bounds bounds = natural_bounds(*slot.type);
  if (interval.low == interval.high) return format_scalar(schema, slot, interval.low, out);
  const bool has_low = interval.low > bounds.low;
  const bool has_high = interval.high < bounds.high;
  if (has_low != has_high) {
    out.put(has_low ? ">= " : "<= ");
    return format_scalar(schema, slot, has_low ? interval.low : interval.high, out);
  }
  format_scalar(schema, slot, interval.low, out);
  out.put(" .. ");
  format_scalar(schema, slot, interval.high, out);
}

void put_enumeration_domain(const Schema& schema, const Slot& slot, const ir::Domain& domain,
                            TextSink& out) {
  const std::vector<ir::EnumValue>& values = schema.enumeration_of(*slot.type).values;
  std::size_t count = 0;
  for (const ir::Interval& interval : domain.intervals) {
    const Int128 last = static_cast<Int128>(values.size()) - 1;
    for (Int128 i = interval.low; i <= std::min(interval.high, last); ++i) {
      if (++count > kShownAlternatives) continue;
      if (count > 1) out.put(", ");
      put_quoted(values[static_cast<std::size_t>(i)].wire, out);
    }
  }
  if (count > kShownAlternatives) put_more(count, out);
}

void put_values(const ir::Enum& enumeration, TextSink& out) {
  const std::size_t count = enumeration.values.size();
  for (std::size_t i = 0; i < std::min(count, kShownAlternatives); ++i) {
    if (i > 0) out.put(", ");
    put_quoted(enumeration.values[i].wire, out);
  }
  if (count > kShownAlternatives) put_more(count, out);
}

// Levenshtein distance, at most `limit + 1`; both texts have at most 64 bytes.
uint32_t distance(std::string_view a, std::string_view b, uint32_t limit) {
  uint8_t row[65];
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<uint8_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    uint8_t diagonal = row[0];
    row[0] = static_cast<uint8_t>(i);
    uint8_t least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const uint8_t above = row[j];
      const int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = static_cast<uint8_t>(std::min({replaced, above + 1, row[j - 1] + 1}));
      diagonal = above;
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
  }
  return row[b.size()];
}

}  // namespace

void Closest::consider(std::string_view candidate) {
  constexpr std::size_t kLongestName = 64;
  if (name_.size() > kLongestName || candidate.size() > kLongestName || candidate.empty()) return;
  const auto limit = static_cast<uint32_t>(std::max<std::size_t>(candidate.size() / 3, 1));
  const uint32_t found = distance(name_, candidate, limit);
  if (found <= limit && found < best_distance_) {
    best_ = candidate;
    best_distance_ = found;
  }
}

void put_quoted(std::string_view text, TextSink& out) {
  char cut[kShownBytes];
  TextSink head(cut, sizeof cut);
  head.put(text);
  out.put('"');
  for (const char c : head.view()) out.put(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  if (!head.fits()) out.put("…");
  out.put('"');
}

void put_expected(const Schema& schema, const Slot& slot, TextSink& out) {
  switch (slot.type->kind) {
    case ir::TypeKind::boolean:
      return out.put("true or false");
    case ir::TypeKind::integer:
      return out.put("an integer");
    case ir::TypeKind::decimal:
      out.put("a number with at most ");
      out.put_number(slot.type->scale);
      return out.put(slot.type->scale == 1 ? " digit after the point" : " digits after the point");
    case ir::TypeKind::string:
      return out.put("a string");
    case ir::TypeKind::enumeration:
      out.put("one of ");
      return put_values(schema.enumeration_of(*slot.type), out);
    case ir::TypeKind::effect:
      return out.put("\"permit\" or \"deny\"");
    case ir::TypeKind::date:
      return out.put("a date such as \"2026-03-01\"");
    case ir::TypeKind::datetime:
      return out.put("an instant in UTC such as \"2026-03-01T12:00:00Z\"");
    case ir::TypeKind::duration:
      return out.put("a duration such as \"P30D\" or \"PT36H\"");
    case ir::TypeKind::list:
    case ir::TypeKind::set:
      return out.put("a list in [ ]");
    case ir::TypeKind::record:
      return out.put("an object in { }");
    case ir::TypeKind::quotient:
      return out.put("nothing: a quotient is no input");
  }
}

void put_domain(const Schema& schema, const Slot& slot, const ir::Domain& domain, TextSink& out) {
  if (domain.has_texts) {
    for (std::size_t i = 0; i < std::min(domain.texts.size(), kShownAlternatives); ++i) {
      if (i > 0) out.put(", ");
      put_quoted(domain.texts[i], out);
    }
    if (domain.texts.size() > kShownAlternatives) put_more(domain.texts.size(), out);
    return;
  }
  if (slot.type->kind == ir::TypeKind::enumeration) {
    return put_enumeration_domain(schema, slot, domain, out);
  }
  for (std::size_t i = 0; i < std::min(domain.intervals.size(), kShownAlternatives); ++i) {
    if (i > 0) out.put(", ");
    put_interval(schema, slot, domain.intervals[i], out);
  }
  if (domain.intervals.size() > kShownAlternatives) put_more(domain.intervals.size(), out);
}

void Report::put_path(TextSink& out) const {
  for (uint32_t i = 0; i < depth_; ++i) {
    if (segments_[i].index == kNoIndex) {
      if (out.size() > 0) out.put('.');
      out.put(segments_[i].name());
    } else {
      out.put('[');
      out.put_number(segments_[i].index);
      out.put(']');
    }
  }
}

void Report::put_name(TextSink& out) const {
  if (depth_ == 0) return out.put("the input");
  uint32_t from = depth_ - 1;
  while (from > 0 && segments_[from].index != kNoIndex) --from;
  for (uint32_t i = from; i < depth_; ++i) {
    if (segments_[i].index == kNoIndex) {
      out.put(segments_[i].name());
    } else {
      out.put('[');
      out.put_number(segments_[i].index);
      out.put(']');
    }
  }
}

template <typename Words>
bool Report::refuse(RefusalCode code, Words words) {
  if (Refusal* refusal = refusals_.add(code)) {
    TextSink path = refusal->path.begin();
    put_path(path);
    refusal->path.keep(path);
    TextSink message = refusal->message.begin();
    words(message);
    refusal->message.keep(message);
  }
  return collect_all_ && !refusals_.full();
}

bool Report::not_json(uint32_t line, uint32_t column, std::string_view what) {
  refuse(RefusalCode::not_json, [&](TextSink& out) {
    out.put("not valid JSON at ");
    if (line > 1) {
      out.put("line ");
      out.put_number(line);
      out.put(" of the input, ");
    }
    out.put("column ");
    out.put_number(column);
    out.put(": ");
    out.put(what);
  });
  return false;  // what follows can't be told apart
}

bool Report::too_large(std::string_view what, uint64_t limit_bytes) {
  refuse(RefusalCode::too_large, [&](TextSink& out) {
    out.put(what);
    out.put(", the limit is ");
    out.put_number(static_cast<Int128>(limit_bytes));
    out.put(" bytes");
  });
  return false;
}

bool Report::unknown_field(const RecordSchema& record, std::string_view name,
                           std::string_view hint) {
  enter(name);
  const bool go_on = refuse(RefusalCode::unknown_field, [&](TextSink& out) {
    put_quoted(name, out);
    out.put(" is not a field here");
    if (!hint.empty()) {
      out.put(", ");
      return out.put(hint);
    }
    Closest closest(name);
    for (const Slot& field : record.fields) closest.consider(field.name);
    if (closest.best().empty()) return;
    out.put(", did you mean \"");
    out.put(closest.best());
    out.put("\"?");
  });
  leave();
  return go_on;
}

bool Report::duplicate_key(std::string_view name) {
  enter(name);
  const bool go_on = refuse(RefusalCode::duplicate_key, [&](TextSink& out) {
    out.put(name);
    out.put(" is given twice in one object");
  });
  leave();
  return go_on;
}

bool Report::missing() {
  return refuse(RefusalCode::missing, [&](TextSink& out) {
    put_name(out);
    out.put(" is missing, the decision needs it");
  });
}

bool Report::null_value() {
  return refuse(RefusalCode::null_value, [&](TextSink& out) {
    put_name(out);
    out.put(" is null, the decision needs a value");
  });
}

bool Report::wrong_type(const Slot& slot, std::string_view seen) {
  return refuse(RefusalCode::wrong_type, [&](TextSink& out) {
    put_name(out);
    out.put(" is ");
    out.put(seen);
    out.put(", but must be ");
    put_expected(schema_, slot, out);
  });
}

bool Report::inexact_number(std::string_view number) {
  return refuse(RefusalCode::inexact_number, [&](TextSink& out) {
    put_name(out);
    out.put(" is the JSON number ");
    out.put(number.substr(0, kShownBytes));
    out.put(", whose digits other software may have rounded: write it as a string, in quotes");
  });
}

bool Report::scalar(const Slot& slot, const ScalarRead& read, std::string_view text) {
  return refuse(read.code, [&](TextSink& out) {
    put_name(out);
    out.put(" is ");
    put_quoted(text, out);
    if (read.status == TextStatus::too_large) return out.put(", which has too many digits");
    if (read.status == TextStatus::no_such_date) return out.put(", which does not exist");
    if (read.code == RefusalCode::unknown_value) {
      out.put(", allowed are ");
      if (slot.type->kind == ir::TypeKind::effect) return out.put("\"permit\", \"deny\"");
      const ir::Enum& enumeration = schema_.enumeration_of(*slot.type);
      put_values(enumeration, out);
      Closest closest(text);
      for (const ir::EnumValue& value : enumeration.values) closest.consider(value.wire);
      if (closest.best().empty()) return;
      out.put("; did you mean \"");
      out.put(closest.best());
      return out.put("\"?");
    }
    out.put(", but must be ");
    put_expected(schema_, slot, out);
  });
}

bool Report::not_text(std::string_view what) {
  return refuse(RefusalCode::not_text, [&](TextSink& out) {
    put_name(out);
    out.put(" has ");
    out.put(what);
    out.put(", which is not allowed in text");
  });
}

bool Report::outside(const Slot& slot, Int128 value) {
  return refuse(RefusalCode::outside, [&](TextSink& out) {
    put_name(out);
    out.put(" is ");
    format_scalar(schema_, slot, value, out);
    out.put(", allowed is ");
    if (slot.domain != nullptr && slot.domain->has_intervals) {
      return put_domain(schema_, slot, *slot.domain, out);
    }
    out.put("-9007199254740991 .. 9007199254740991, since the field has no domain of its own");
  });
}

bool Report::outside(const Slot& slot, std::string_view text) {
  return refuse(RefusalCode::outside, [&](TextSink& out) {
    put_name(out);
    out.put(" is ");
    put_quoted(text, out);
    out.put(", allowed is ");
    put_domain(schema_, slot, *slot.domain, out);
    Closest closest(text);
    for (const std::string& allowed : slot.domain->texts) closest.consider(allowed);
    if (closest.best().empty() || text.size() < 3) return;
    out.put("; did you mean \"");
    out.put(closest.best());
    out.put("\"?");
  });
}

bool Report::too_long(const Slot& slot, int64_t char_count) {
  return refuse(RefusalCode::too_long, [&](TextSink& out) {
    put_name(out);
    out.put(" has ");
    out.put_number(char_count);
    out.put(" characters, allowed are ");
    out.put_number(slot.domain->max_chars);
  });
}

bool Report::no_match(const Slot& slot, std::string_view text) {
  return refuse(RefusalCode::no_match, [&](TextSink& out) {
    put_name(out);
    out.put(" is ");
    put_quoted(text, out);
    out.put(", which does not match ");
    for (std::size_t i = 0; i < slot.domain->patterns.size(); ++i) {
      if (i > 0) out.put(" and ");
      put_quoted(slot.domain->patterns[i], out);
    }
  });
}

bool Report::too_many_items(uint64_t count, int64_t allowed) {
  return refuse(RefusalCode::too_many_items, [&](TextSink& out) {
    put_name(out);
    out.put(" has ");
    out.put_number(static_cast<Int128>(count));
    out.put(" items, allowed are ");
    out.put_number(allowed);
  });
}

bool Report::duplicate_item(uint32_t first) {
  return refuse(RefusalCode::duplicate_item, [&](TextSink& out) {
    put_name(out);
    out.put(" equals item ");
    out.put_number(first);
    out.put(", a set holds each item once");
  });
}

bool Report::assumption(std::string_view decision, uint32_t assume, std::string_view text,
                        uint32_t error) {
  const bool has_room = !refusals_.full();
  const bool go_on = refuse(RefusalCode::assumption, [&](TextSink& out) {
    out.put(decision);
    out.put(" assumes `");
    out.put(text);
    out.put("`, which this input does not meet");
    if (error == 0) return;
    out.put(": it ends in PAC50");
    if (error < 10) out.put('0');
    out.put_number(error);
  });
  if (has_room) refusals_.last().assume = assume;
  return go_on;
}

bool Report::other(RefusalCode code, std::string_view message) {
  return refuse(code, [&](TextSink& out) { out.put(message); });
}

}  // namespace pac::engine
