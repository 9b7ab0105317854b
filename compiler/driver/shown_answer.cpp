#include "compiler/driver/shown_answer.h"

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/base/json.h"
#include "runtime/engine/write.h"

namespace pac::driver {

namespace {

// Members in the order in which the engine wrote them, which canonical JSON would not keep.
void put(const json::Value& value, std::string* out) {
  if (value.is_object()) {
    *out += '{';
    for (const auto& [key, member] : value.members()) {
      if (out->back() != '{') *out += ',';
      json::append_quoted(key, out);
      *out += ':';
      put(member, out);
    }
    *out += '}';
  } else if (value.is_array()) {
    *out += '[';
    for (const auto& element : value.elements()) {
      if (out->back() != '[') *out += ',';
      put(element, out);
    }
    *out += ']';
  } else {
    *out += json::canonical(value);
  }
}

class Masker {
 public:
  Masker(const engine::Session& session, Privacy& privacy)
      : rules_(session.rules().rule_set()),
        session_(session),
        decision_(rules_.decision(session.decision())),
        privacy_(privacy) {}

  void mask(json::Value* answer) {
    for (auto& [key, value] : answer->members()) {
      if (key == "output" && value.is_object()) mask_output(&value);
      if (key == "output" && value.is_array()) {
        for (auto& element : value.elements()) mask_output(&element);
      }
      if (key == "obligations" || key == "advice") {
        for (auto& duty : value.elements()) mask_duty(&duty);
      }
    }
  }

 private:
  // The rules that the answer is made of.
  template <typename Visit>
  bool any_fired(Visit visit) const {
    const pac_result& result = session_.result();
    for (uint32_t i = 0; i < result.fired_count; ++i) {
      const uint32_t rule = result.fired[i];
      if (visit(rule < decision_.rules.size() ? decision_.rules[rule] : decision_.otherwise))
        return true;
    }
    return false;
  }

  bool hides(ir::ExprId expr) { return privacy_.hides(session_.decision(), expr); }

  // A column of what the rules give.
  bool hides_column(uint32_t column) {
    if (privacy_.hides_field(decision_.output, column)) return true;
    if (column < decision_.result.size() && hides(decision_.result[column])) return true;
    return any_fired([&](const ir::Rule& rule) {
      return column < rule.outcome.size() && hides(rule.outcome[column]);
    });
  }

  bool hides_result(ir::RecordId record, uint32_t field) {
    if (decision_.policy != ir::HitPolicy::collect_folds) return hides_column(field);
    const uint32_t column = decision_.folds[field].column;
    return privacy_.hides_field(record, field) || (column != ir::kNone && hides_column(column));
  }

  void mask_output(json::Value* output) {
    const ir::Type* type = &rules_.type(decision_.result_type);
    while (type->element != ir::TypeId::none) type = &rules_.type(type->element);
    const auto& fields = rules_.records[type->ref].fields;
    for (uint32_t i = 0; i < fields.size(); ++i) {
      if (output->find(fields[i].name) == nullptr) continue;
      if (hides_result(static_cast<ir::RecordId>(type->ref), i))
        output->set(fields[i].name, kNotShown);
    }
  }

  void mask_duty(json::Value* written) {
    const std::string& name = written->find("name")->as_string();
    json::Value args = *written->find("args");
    for (uint32_t i = 0; i < rules_.duties.size(); ++i) {
      const ir::Duty& duty = rules_.duties[i];
      if (duty.name != name) continue;
      const auto& fields = rules_.record(duty.arguments).fields;
      for (uint32_t k = 0; k < fields.size(); ++k) {
        if (args.find(fields[k].name) != nullptr && hides_argument(i, k))
          args.set(fields[k].name, kNotShown);
      }
    }
    written->set("args", std::move(args));
  }

  bool hides_argument(uint32_t duty, uint32_t argument) {
    if (privacy_.hides_field(rules_.duties[duty].arguments, argument)) return true;
    return any_fired([&](const ir::Rule& rule) {
      return std::ranges::any_of(rule.duties, [&](const ir::DutyUse& use) {
        return ir::index(use.duty) == duty && hides(use.arguments[argument]);
      });
    });
  }

  const ir::RuleSet& rules_;
  const engine::Session& session_;
  const ir::Decision& decision_;
  Privacy& privacy_;
};

}  // namespace

std::string shown_answer(const engine::Session& session, Privacy& privacy) {
  engine::TextSink counted(nullptr, 0);
  engine::write_decision(session, counted);
  std::string text(counted.size(), '\0');
  engine::TextSink sink(text.data(), text.size());
  engine::write_decision(session, sink);
  auto answer = json::parse(text);
  PAC_CHECK(answer.has_value(), "an answer is JSON");
  Masker(session, privacy).mask(&*answer);
  std::string out;
  put(*answer, &out);
  return out;
}

}  // namespace pac::driver
