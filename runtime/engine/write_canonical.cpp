#include "runtime/engine/write_canonical.h"

#include "runtime/engine/scalar.h"
#include "runtime/engine/write.h"

namespace pac::engine {

namespace {

bool is_hidden(const HiddenFields* hidden, uint32_t record, uint32_t field) {
  return hidden != nullptr && record < hidden->size() && field < (*hidden)[record].size() &&
         (*hidden)[record][field];
}

void write_list(const Schema& schema, const Slot& slot, const pac_list& list, TextSink& out,
                const HiddenFields* hidden) {
  const Slot element = schema.element(slot);
  const auto* data = static_cast<const char*>(list.data);
  out.put('[');
  for (uint32_t i = 0; i < list.count; ++i) {
    if (i > 0) out.put(',');
    write_canonical(schema, element, data + std::size_t{i} * element.storage.size, out, hidden);
  }
  out.put(']');
}

// The fields that `takes` takes and that are there.
template <typename Takes>
void write_fields(const Schema& schema, ir::RecordId id, const void* at, TextSink& out,
                  const HiddenFields* hidden, Takes takes) {
  const RecordSchema& record = schema.record(id);
  out.put('{');
  bool first = true;
  for (const uint32_t i : record.sorted) {
    const Slot& field = record.fields[i];
    const char* const place = static_cast<const char*>(at) + field.offset;
    if (!takes(i) || is_hidden(hidden, ir::index(id), i)) continue;
    if (field.type->optional && place[field.storage.present_offset] == 0) continue;
    if (!first) out.put(',');
    first = false;
    out.put(record.keys[i]);
    write_canonical(schema, field, place, out, hidden);
  }
  out.put('}');
}

void write_duties(const Session& session, bool advice, TextSink& out, const HiddenFields* hidden) {
  const Schema& schema = session.rules().schema();
  bool first = true;
  for (uint32_t i = 0; i < session.result().duty_count; ++i) {
    const pac_duty& use = session.result().duties[i];
    const ir::Duty& duty = schema.rule_set().duties[use.duty];
    if (duty.is_advice != advice) continue;
    if (first) out.put(advice ? "\"advice\":[" : "\"obligations\":[");
    if (!first) out.put(',');
    first = false;
    out.put("{\"args\":");
    write_fields(schema, duty.arguments, use.arguments, out, hidden, [](uint32_t) { return true; });
    out.put(",\"name\":");
    write_quoted(duty.name, out);
    out.put('}');
  }
  if (!first) out.put("],");
}

void write_ok(const Session& session, const ir::Decision& decision, TextSink& out,
              const HiddenFields* hidden) {
  const Schema& schema = session.rules().schema();
  out.put('{');
  write_duties(session, true, out, hidden);
  out.put("\"fired\":[");
  for (uint32_t i = 0; i < session.result().fired_count; ++i) {
    if (i > 0) out.put(',');
    write_quoted(rule_name(decision, session.result().fired[i]), out);
  }
  out.put("],");
  write_duties(session, false, out, hidden);
  out.put("\"output\":");
  write_canonical(schema, schema.value(decision.result_type), session.output(), out, hidden);
  out.put(",\"status\":\"ok\"}");
}

void write_error(const Session& session, TextSink& out) {
  const ir::RuleSet& rule_set = session.rules().rule_set();
  const pac_result& result = session.result();
  const ir::DecisionId innermost = result.error_depth == 0
                                       ? session.decision()
                                       : static_cast<ir::DecisionId>(result.error_path[0]);
  const auto put_rule = [&](std::string_view key, uint32_t rule) {
    if (rule == PAC_NO_RULE) return;
    out.put(key);
    write_quoted(rule_name(rule_set.decision(innermost), rule), out);
  };
  out.put("{\"code\":");
  write_quoted(error_code(result.error), out);
  out.put(",\"message\":\"");
  out.put(error_message(result.error));
  if (const std::string_view feature = absent_feature(session); !feature.empty()) {
    out.put(": `");
    out.put(feature);
    out.put('`');
  }
  out.put('"');
  put_rule(",\"other\":", result.error_other);
  const uint32_t depth =
      result.error_depth < PAC_MAX_CALL_DEPTH ? result.error_depth : PAC_MAX_CALL_DEPTH;
  for (uint32_t i = 0; i + 1 < depth; ++i) {
    out.put(i == 0 ? ",\"path\":[\"" : ",\"");
    put_decision_name(rule_set, static_cast<ir::DecisionId>(result.error_path[i]), out);
    out.put('"');
  }
  if (depth > 1) out.put(']');
  put_rule(",\"rule\":", result.error_rule);
  out.put(",\"status\":\"error\"}");
}

}  // namespace

void write_canonical(const Schema& schema, const Slot& slot, const void* at, TextSink& out,
                     const HiddenFields* hidden) {
  switch (slot.type->kind) {
    case ir::TypeKind::list:
    case ir::TypeKind::set:
    case ir::TypeKind::record:
      break;
    default:
      return write_value(schema, slot, at, out);
  }
  const interp::Value value = schema.load(slot, at);
  if (!value.present) return out.put("null");
  if (slot.type->kind != ir::TypeKind::record)
    return write_list(schema, slot, value.list, out, hidden);
  write_fields(schema, static_cast<ir::RecordId>(slot.type->ref), at, out, hidden,
               [](uint32_t) { return true; });
}

void write_canonical_fields(const Session& session, ir::SlotRole role, TextSink& out,
                            const HiddenFields* hidden) {
  const InputShape& shape = session.rules().shape(session.decision()).input;
  const ir::Decision& decision = session.rules().rule_set().decision(session.decision());
  write_fields(session.rules().schema(), decision.input, session.input(), out, hidden,
               [&](uint32_t i) { return shape.roles()[i] == role; });
}

void write_canonical_answer(const Session& session, TextSink& out, const HiddenFields* hidden) {
  const ir::RuleSet& rule_set = session.rules().rule_set();
  switch (session.result().status) {
    case PAC_OK:
      return write_ok(session, rule_set.decision(session.decision()), out, hidden);
    case PAC_NO_MATCH:
      return out.put("{\"status\":\"no_match\"}");
    default:
      return write_error(session, out);
  }
}

void write_canonical_refusal(const Refusal& refusal, std::string_view path, TextSink& out) {
  out.put("{\"code\":");
  write_quoted(code_text(refusal.code), out);
  out.put(",\"path\":");
  write_quoted(path, out);
  out.put(",\"status\":\"refused\"}");
}

}  // namespace pac::engine
