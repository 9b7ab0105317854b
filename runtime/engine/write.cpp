#include "runtime/engine/write.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "runtime/engine/json_scan.h"
#include "runtime/engine/scalar.h"

namespace pac::engine {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

struct ErrorWords {
  std::string_view code, message;
};

// By pac_error.
constexpr ErrorWords kErrors[] = {
    {"", ""},
    {"PAC5001", "a number is too large for its type"},
    {"PAC5002", "division by zero"},
    {"PAC5003", "a date outside the years 1 to 9999"},
    {"PAC5004", "two rules hold that must not hold together, or that give different outcomes"},
    {"PAC5005", "no rule covers this input"},
    {"PAC5006", "a computed value lies outside its declared domain"},
    {"PAC5007", "a feature that the decision needs is absent or too old"},
    {"PAC5008", "a parameter is read at a date before its first line"},
    {"PAC5009", "a text or list is longer than the limit, or memory is used up"},
    {"PAC5010", "the month has no such day"},
    {"PAC5011", "an argument outside what a function takes"},
    {"PAC5012", "a missing value is read"},
};
static_assert(std::size(kErrors) == PAC_E_MISSING + 1);

const ErrorWords& words_of(uint32_t error) {
  return kErrors[error < std::size(kErrors) ? error : 0];
}

bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// The first character from `at` on that JSON escapes; the size of the text where there is none.
std::size_t find_escaped(std::string_view text, std::size_t at) {
  for (; text.size() - at >= 16; at += 16) {
    const uint32_t found = special_bits(load_16(text.data() + at));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
  while (at < text.size() && !is_escaped(text[at])) ++at;
  return at;
}

void write_key(std::string_view name, TextSink& out) {
  write_quoted(name, out);
  out.put(':');
}

void write_list(const Schema& schema, const Slot& slot, const pac_list& list, TextSink& out) {
  const Slot element = schema.element(slot);
  const auto* data = static_cast<const char*>(list.data);
  const std::size_t stride = element.storage.size;
  out.put('[');
  for (uint32_t i = 0; i < list.count; ++i) {
    if (i > 0) out.put(',');
    write_value(schema, element, data + i * stride, out);
  }
  out.put(']');
}

// `key` and the duties of one kind, where there are any.
void write_duties(const Session& session, bool advice, std::string_view key, TextSink& out) {
  const Schema& schema = session.rules().schema();
  bool first = true;
  for (uint32_t i = 0; i < session.result().duty_count; ++i) {
    const pac_duty& use = session.result().duties[i];
    const ir::Duty& duty = schema.rule_set().duties[use.duty];
    if (duty.is_advice != advice) continue;
    if (first) {
      out.put(',');
      write_key(key, out);
    }
    out.put(first ? "[{\"name\":" : ",{\"name\":");
    first = false;
    write_quoted(duty.name, out);
    out.put(",\"args\":");
    write_record(schema, schema.record(duty.arguments), use.arguments, out);
    out.put('}');
  }
  if (!first) out.put(']');
}

void write_rule(std::string_view key, const ir::Decision& decision, uint32_t rule, TextSink& out) {
  if (rule == PAC_NO_RULE) return;
  out.put(',');
  write_key(key, out);
  write_quoted(rule_name(decision, rule), out);
}

// The decision in which the error arose.
ir::DecisionId innermost_of(const Session& session) {
  const pac_result& result = session.result();
  return result.error_depth == 0 ? session.decision()
                                 : static_cast<ir::DecisionId>(result.error_path[0]);
}

void write_error(const Session& session, TextSink& out) {
  const ir::RuleSet& rule_set = session.rules().rule_set();
  const pac_result& result = session.result();
  out.put(",\"code\":");
  write_quoted(error_code(result.error), out);
  out.put(",\"message\":");
  const std::string_view feature = absent_feature(session);
  out.put('"');
  out.put(error_message(result.error));
  if (!feature.empty()) {
    out.put(": `");
    out.put(feature);
    out.put('`');
  }
  out.put('"');
  const uint32_t depth =
      result.error_depth < PAC_MAX_CALL_DEPTH ? result.error_depth : PAC_MAX_CALL_DEPTH;
  const ir::DecisionId innermost = innermost_of(session);
  write_rule("rule", rule_set.decision(innermost), result.error_rule, out);
  write_rule("other", rule_set.decision(innermost), result.error_other, out);
  if (depth < 2) return;  // the decision itself ends the path
  out.put(",\"path\":[");
  for (uint32_t i = 0; i + 1 < depth; ++i) {
    out.put(i == 0 ? "\"" : ",\"");
    put_decision_name(rule_set, static_cast<ir::DecisionId>(result.error_path[i]), out);
    out.put('"');
  }
  out.put(']');
}

void write_fired(const Session& session, const ir::Decision& decision, TextSink& out) {
  out.put(",\"fired\":[");
  for (uint32_t i = 0; i < session.result().fired_count; ++i) {
    if (i > 0) out.put(',');
    write_quoted(rule_name(decision, session.result().fired[i]), out);
  }
  out.put(']');
}

}  // namespace

void write_quoted(std::string_view text, TextSink& out) {
  out.put('"');
  std::size_t begin = 0;
  for (std::size_t i = find_escaped(text, 0); i < text.size(); i = find_escaped(text, begin)) {
    const char c = text[i];
    out.put(text.substr(begin, i - begin));
    begin = i + 1;
    switch (c) {
      case '"':
        out.put("\\\"");
        break;
      case '\\':
        out.put("\\\\");
        break;
      case '\b':
        out.put("\\b");
        break;
      case '\f':
        out.put("\\f");
        break;
      case '\n':
        out.put("\\n");
        break;
      case '\r':
        out.put("\\r");
        break;
      case '\t':
        out.put("\\t");
        break;
      default:
        out.put("\\u00");
        out.put(kHex[static_cast<unsigned char>(c) >> 4]);
        out.put(kHex[static_cast<unsigned char>(c) & 15]);
    }
  }
  out.put(text.substr(begin));
  out.put('"');
}

void write_value(const Schema& schema, const Slot& slot, const void* at, TextSink& out) {
  const interp::Value value = schema.load(slot, at);
  if (!value.present) return out.put("null");
  switch (slot.type->kind) {
    case ir::TypeKind::string:
      return write_quoted(value.view(), out);
    case ir::TypeKind::list:
    case ir::TypeKind::set:
      return write_list(schema, slot, value.list, out);
    case ir::TypeKind::record:
      return write_record(schema, schema.record_of(*slot.type), at, out);
    case ir::TypeKind::enumeration: {
      const ir::Enum& enumeration = schema.enumeration_of(*slot.type);
      return write_quoted(enumeration.values[static_cast<std::size_t>(value.number)].wire, out);
    }
    default:
      break;
  }
  const bool bare = is_bare(slot.type->kind, value.number);
  if (!bare) out.put('"');
  format_scalar(schema, slot, value.number, out);
  if (!bare) out.put('"');
}

void write_record(const Schema& schema, const RecordSchema& record, const void* at, TextSink& out) {
  out.put('{');
  bool first = true;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const Slot& field = record.fields[i];
    const char* const place = static_cast<const char*>(at) + field.offset;
    const bool is_missing = field.type->optional && place[field.storage.present_offset] == 0;
    if (is_missing) continue;
    if (!first) out.put(',');
    first = false;
    out.put(record.keys[i]);
    write_value(schema, field, place, out);
  }
  out.put('}');
}

namespace {

// The fields of one role, as an object. Features are written with `value`, so that a record that
// has a field of that name is not taken for one.
void write_role(const Session& session, ir::SlotRole role, TextSink& out) {
  const Schema& schema = session.rules().schema();
  const InputShape& shape = session.rules().shape(session.decision()).input;
  out.put('{');
  bool first = true;
  for (std::size_t i = 0; i < shape.roles().size(); ++i) {
    const Slot& field = shape.record().fields[i];
    const char* const place = static_cast<const char*>(session.input()) + field.offset;
    if (shape.roles()[i] != role || !schema.load(field, place).present) continue;
    if (!first) out.put(',');
    first = false;
    write_key(field.name, out);
    if (role == ir::SlotRole::feature) out.put("{\"value\":");
    write_value(schema, field, place, out);
    if (role == ir::SlotRole::feature) out.put('}');
  }
  out.put('}');
}

}  // namespace

void write_recorded(const Session& session, TextSink& out) {
  const auto& roles = session.rules().shape(session.decision()).input.roles();
  out.put("{\"input\":");
  write_role(session, ir::SlotRole::input, out);
  if (std::ranges::find(roles, ir::SlotRole::context) != roles.end()) {
    out.put(",\"context\":");
    write_role(session, ir::SlotRole::context, out);
  }
  if (std::ranges::find(roles, ir::SlotRole::feature) != roles.end()) {
    out.put(",\"features\":");
    write_role(session, ir::SlotRole::feature, out);
  }
  out.put(",\"answer\":");
  write_decision(session, out);
  out.put('}');
}

void put_decision_name(const ir::RuleSet& rule_set, ir::DecisionId decision, TextSink& out) {
  const std::string_view name = rule_set.decision(decision).name;
  const std::string_view package = rule_set.package;
  const bool is_full =
      package.empty() ||
      (name.size() > package.size() && name.starts_with(package) && name[package.size()] == '.');
  if (!is_full && name.find('.') == std::string_view::npos) {
    out.put(package);
    out.put('.');
  }
  out.put(name);
}

std::string_view rule_name(const ir::Decision& decision, uint32_t rule) {
  // Not `? :`, which would make a std::string of both and hand out a view of it.
  if (rule < decision.rules.size()) return decision.rules[rule].name;
  return "otherwise";
}

std::string_view error_code(uint32_t error) { return words_of(error).code; }
std::string_view error_message(uint32_t error) { return words_of(error).message; }

// The decision that was asked has the features of all that it calls in its own input record.
std::string_view absent_feature(const Session& session) {
  if (session.result().error != PAC_E_FEATURE) return {};
  const Schema& schema = session.rules().schema();
  const ir::Decision& asked = schema.rule_set().decision(session.decision());
  const RecordSchema& record = session.rules().shape(session.decision()).input.record();
  std::string_view found;
  for (const ir::Feature& wanted : schema.rule_set().decision(innermost_of(session)).features) {
    if (!wanted.required) continue;
    std::size_t absent = 0, all = 0;
    for (const ir::Feature& own : asked.features) {
      if (own.name != wanted.name) continue;
      const Slot& slot = record.fields[own.slot];
      ++all;
      if (!schema.load(slot, static_cast<const char*>(session.input()) + slot.offset).present) {
        ++absent;
      }
    }
    if (absent == 0) continue;
    if (!found.empty()) return {};
    found = wanted.name;
    if (absent == all) return found;
  }
  return found;
}

void write_decision(const Session& session, TextSink& out) {
  const Schema& schema = session.rules().schema();
  const bool is_ok = session.result().status == PAC_OK;
  if (is_ok && session.rules().answer_plan().write(session.decision(), session.output(),
                                                   session.result(), out)) {
    if (session.result().duty_count > 0) {
      write_duties(session, false, "obligations", out);
      write_duties(session, true, "advice", out);
    }
    return out.put('}');
  }
  const ir::Decision& decision = schema.rule_set().decision(session.decision());
  out.put(session.rules().shape(session.decision()).answer_head);
  switch (session.result().status) {
    case PAC_OK: {
      out.put("ok\",\"output\":");
      write_value(schema, schema.value(decision.result_type), session.output(), out);
      write_fired(session, decision, out);
      write_duties(session, false, "obligations", out);
      write_duties(session, true, "advice", out);
      break;
    }
    case PAC_NO_MATCH:
      out.put("no_match\"");
      break;
    default:
      out.put("error\"");
      write_error(session, out);
  }
  out.put('}');
}

void write_refusal(const Refusal& refusal, TextSink& out) {
  out.put("{\"status\":\"refused\"");
  if (refusal.line != 0) {
    out.put(",\"line\":");
    out.put_number(refusal.line);
  }
  out.put(",\"path\":");
  write_quoted(refusal.path.view(), out);
  out.put(",\"code\":");
  write_quoted(code_text(refusal.code), out);
  out.put(",\"message\":");
  write_quoted(refusal.message.view(), out);
  out.put('}');
}

}  // namespace pac::engine
