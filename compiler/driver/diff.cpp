#include "compiler/driver/diff.h"

#include <algorithm>
#include <set>

#include "compiler/driver/answer.h"
#include "runtime/engine/session.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

namespace pac::driver {

using analyze::kNew;
using analyze::kOld;

namespace {

// For decisions that look at the age of features; any instant would do, but always the same.
constexpr const char* kNow = "2026-01-01T00:00:00Z";

// The parts of a witness that a version knows, each where that version wants it.
class Projection {
 public:
  Projection(const ir::RuleSet& rules, const ir::Decision& decision)
      : rules_(rules), decision_(decision) {}

  Question ask(ir::DecisionId id, const ir::Decision& joined, const ir::RuleSet& joined_rules,
               const analyze::Witness& witness) const {
    json::Value objects[3] = {json::Value::object(), json::Value::object(), json::Value::object()};
    const auto& fields = rules_.record(decision_.input).fields;
    const auto& theirs = joined_rules.record(joined.input).fields;
    for (uint32_t slot = 0; slot < fields.size(); ++slot) {
      for (uint32_t other = 0; other < theirs.size(); ++other) {
        if (theirs[other].name != fields[slot].name) continue;
        const json::Value& from = joined.roles[other] == ir::SlotRole::input     ? witness.input
                                  : joined.roles[other] == ir::SlotRole::context ? witness.context
                                                                                 : witness.features;
        const json::Value* value = from.find(key(joined, theirs, other));
        if (value == nullptr) continue;
        objects[static_cast<size_t>(decision_.roles[slot])].set(key(decision_, fields, slot),
                                                                part(fields[slot].type, *value));
      }
    }
    Question out;
    out.decision = id;
    out.input = json::canonical(objects[0]);
    out.context = json::canonical(objects[1]);
    out.features = json::canonical(objects[2]);
    out.now = kNow;
    return out;
  }

 private:
  static std::string key(const ir::Decision& decision, const std::vector<ir::Field>& fields,
                         uint32_t slot) {
    if (decision.roles[slot] == ir::SlotRole::feature) {
      const auto found = std::ranges::find(decision.features, slot, &ir::Feature::slot);
      if (found != decision.features.end()) return found->name;
    }
    return fields[slot].name;
  }

  // Without the fields that the version's records don't have.
  json::Value part(ir::TypeId id, const json::Value& value) const {
    const ir::Type& type = rules_.type(id);
    if (value.is_array() && type.element != ir::TypeId::none) {
      json::Value out = json::Value::array();
      for (const json::Value& item : value.elements()) out.push_back(part(type.element, item));
      return out;
    }
    if (!value.is_object() || type.kind != ir::TypeKind::record) return value;
    json::Value out = json::Value::object();
    for (const ir::Field& field : rules_.records[type.ref].fields) {
      if (const json::Value* own = value.find(field.name)) {
        out.add(field.name, part(field.type, *own));
      }
    }
    return out;
  }

  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
};

std::string shown(const json::Value* value) {
  if (value == nullptr) return "missing";
  return value->is_string() ? value->as_string() : json::canonical(*value);
}

std::string as_a_whole(const json::Value& answer) {
  const std::string status = answer.find("status")->as_string();
  if (status != "error") return status;
  return "error " + answer.find("code")->as_string() + ": " + answer.find("message")->as_string();
}

// What differs between two answers that were given.
std::vector<OutputChange> changes_between(const json::Value& before, const json::Value& after) {
  std::vector<OutputChange> out;
  const json::Value* x = before.find("output");
  const json::Value* y = after.find("output");
  if (x == nullptr || y == nullptr) {
    const auto whole = [](const json::Value& answer) {
      const json::Value* output = answer.find("output");
      return output == nullptr ? as_a_whole(answer) : json::canonical(*output);
    };
    if (x != nullptr || y != nullptr || as_a_whole(before) != as_a_whole(after)) {
      out.push_back({"", whole(before), whole(after)});
    }
    return out;
  }
  if (!x->is_object() || !y->is_object()) {
    if (*x != *y) out.push_back({"", json::canonical(*x), json::canonical(*y)});
  } else {
    // A field that is absent is missing; fields that only one version declares are schema.
    std::vector<std::string> names;
    for (const auto& member : x->members()) names.push_back(member.key);
    for (const auto& member : y->members()) {
      if (x->find(member.key) == nullptr) names.push_back(member.key);
    }
    for (const std::string& name : names) {
      const json::Value* one = x->find(name);
      const json::Value* other = y->find(name);
      if (one != nullptr && other != nullptr && *one == *other) continue;
      out.push_back({name, shown(one), shown(other)});
    }
  }
  for (const char* duties : {"obligations", "advice"}) {
    const json::Value* one = before.find(duties);
    const json::Value* other = after.find(duties);
    const auto text = [](const json::Value* value) {
      return value == nullptr ? std::string("none") : json::canonical(*value);
    };
    if (text(one) != text(other)) out.push_back({duties, text(one), text(other)});
  }
  return out;
}

std::string citation_text(const ir::Citation& citation) {
  std::string out = citation.system + " " + citation.reference;
  for (const ir::CitationPart& part : citation.parts) out += " " + part.kind + " " + part.value;
  return out;
}

class Comparison {
 public:
  Comparison(const DiffVersion& before, const DiffVersion& after,
             const analyze::DiffOptions& options)
      : versions_{&before, &after},
        options_(options),
        working_{analyze::Version(*before.rules, *before.side),
                 analyze::Version(*after.rules, *after.side)},
        sessions_{std::make_unique<engine::Session>(before.loaded, engine::SessionOptions{}),
                  std::make_unique<engine::Session>(after.loaded, engine::SessionOptions{})} {}

  DiffReport run() {
    DiffReport out;
    out.package = versions_[kNew]->rules->package;
    out.schema = schema_changes(*versions_[kOld]->rules, *versions_[kNew]->rules);
    const auto& before = *versions_[kOld]->rules;
    const auto& after = *versions_[kNew]->rules;
    for (uint32_t i = 0; i < after.decisions.size(); ++i) {
      const auto old_id = before.find_decision(after.decisions[i].name);
      if (old_id == ir::DecisionId::none) {
        out.decisions.push_back({});
        out.decisions.back().name = after.decisions[i].name;
        out.decisions.back().verdict = Verdict::is_new;
      } else {
        out.decisions.push_back(decision(old_id, static_cast<ir::DecisionId>(i)));
      }
    }
    for (const ir::Decision& one : before.decisions) {
      if (after.find_decision(one.name) != ir::DecisionId::none) continue;
      out.decisions.push_back({});
      out.decisions.back().name = one.name;
      out.decisions.back().verdict = Verdict::removed;
    }
    return out;
  }

 private:
  DecisionReport decision(ir::DecisionId old_id, ir::DecisionId new_id) {
    DecisionReport out;
    out.name = versions_[kNew]->rules->decision(new_id).name;
    ids_[kOld] = old_id;
    ids_[kNew] = new_id;
    if (has_same_function(old_id, new_id)) return out;
    out.schema = schema_changes(*versions_[kOld]->rules, old_id, *versions_[kNew]->rules, new_id);
    out.found = analyze::diff(working_[kOld], old_id, working_[kNew], new_id, options_);
    out.unknowns = out.found.unknowns;
    later_parameters(&out);
    for (const analyze::DiffClass& one : out.found.classes) confirm(one, &out);
    if (!out.classes.empty() || !out.schema.empty()) {
      out.verdict = Verdict::differs;
    } else if (!out.unknowns.empty()) {
      out.verdict = Verdict::unknown;
    }
    return out;
  }

  bool has_same_function(ir::DecisionId old_id, ir::DecisionId new_id) {
    const ir::Decision& before = versions_[kOld]->rules->decision(old_id);
    const ir::Decision& after = versions_[kNew]->rules->decision(new_id);
    if (before.rules.size() != after.rules.size()) return false;
    return working_[kOld].digest(old_id) == working_[kNew].digest(new_id);
  }

  // Before its first line a parameter has no value, which is an error that no region shows.
  void later_parameters(DecisionReport* out) {
    const ir::RuleSet& before = *versions_[kOld]->rules;
    const ir::RuleSet& after = *versions_[kNew]->rules;
    for (const uint32_t i : params_read_by(before, ids_[kOld])) {
      for (const uint32_t k : params_read_by(after, ids_[kNew])) {
        const ir::Param& x = before.params[i];
        const ir::Param& y = after.params[k];
        if (x.name == y.name && x.lines.front().from != y.lines.front().from) {
          out->unknowns.push_back("dates before the first line of `" + x.name +
                                  "`, which begins on another day");
        }
      }
    }
  }

  void confirm(const analyze::DiffClass& one, DecisionReport* out) {
    const analyze::Joined& joined = *out->found.space->joined;
    for (const analyze::Witness& witness : one.witnesses) {
      std::string answers[2];
      json::Value parsed[2];
      bool is_answered = true;
      for (const int of : {kOld, kNew}) {
        const ir::RuleSet& rules = *versions_[of]->rules;
        const Projection projection(rules, rules.decision(ids_[of]));
        const Question question = projection.ask(
            ids_[of], joined.rules.decision(joined.flat.decision), joined.rules, witness);
        const auto answer = answer_to(*sessions_[of], question);
        if (answer) {
          answers[of] = *answer;
          auto value = json::parse(*answer);
          if (value) parsed[of] = std::move(*value);
        }
        is_answered = is_answered && parsed[of].is_object() &&
                      parsed[of].find("status")->as_string() != "refused";
      }
      if (!is_answered || !has_fired(kOld, one.before, parsed[kOld]) ||
          !has_fired(kNew, one.after, parsed[kNew])) {
        continue;
      }
      auto changes = changes_between(parsed[kOld], parsed[kNew]);
      keep_shared(&changes);
      if (changes.empty()) continue;
      out->classes.push_back(shown_class(one, witness, std::move(changes), answers));
      return;
    }
    out->unknowns.push_back(
        (one.places[0].region.empty() ? "some inputs" : one.places[0].region) + ": " +
        (one.reason.empty() ? "the input that was found does not show a difference" : one.reason));
  }

  // Whether the answer came about by the rules of the class: another difference shows nothing of
  // it.
  bool has_fired(int of, const analyze::Answering& answering, const json::Value& answer) const {
    const ir::Decision& decision = versions_[of]->rules->decision(ids_[of]);
    const json::Value* fired = answer.find("fired");
    if (decision.policy == ir::HitPolicy::result) return true;
    if (answering.kind != analyze::AnswerKind::ok) return fired == nullptr;
    if (fired == nullptr) return false;
    return std::ranges::all_of(answering.rules, [&](uint32_t rule) {
      const json::Value name =
          rule < decision.rules.size() ? json::Value(decision.rules[rule].name) : "otherwise";
      return std::ranges::find(fired->elements(), name) != fired->elements().end();
    });
  }

  // Outputs that only one version has are no difference of outcome.
  void keep_shared(std::vector<OutputChange>* changes) const {
    std::set<std::string> names[2];
    for (const int of : {kOld, kNew}) {
      const ir::RuleSet& rules = *versions_[of]->rules;
      const ir::Type& type = rules.type(rules.decision(ids_[of]).result_type);
      if (type.kind != ir::TypeKind::record) return;
      for (const ir::Field& field : rules.records[type.ref].fields) names[of].insert(field.name);
    }
    std::erase_if(*changes, [&](const OutputChange& change) {
      return names[kOld].contains(change.name) != names[kNew].contains(change.name);
    });
  }

  ShownClass shown_class(const analyze::DiffClass& one, const analyze::Witness& witness,
                         std::vector<OutputChange> changes, const std::string (&answers)[2]) {
    ShownClass out;
    for (const uint32_t rule : one.before.rules) out.before.push_back(rule_words(kOld, rule));
    for (const uint32_t rule : one.after.rules) out.after.push_back(rule_words(kNew, rule));
    out.changes = std::move(changes);
    out.places = one.places;
    out.common = one.common;
    out.more_places = one.more_places;
    out.share = one.share;
    out.is_whole = one.is_whole && one.reason.empty();
    out.input = witness.input;
    out.context = witness.context;
    out.features = witness.features;
    out.before_answer = answers[kOld];
    out.after_answer = answers[kNew];
    return out;
  }

  RuleWords rule_words(int of, uint32_t rule) const {
    const ir::Decision& decision = versions_[of]->rules->decision(ids_[of]);
    const ir::Side& side = *versions_[of]->side;
    const ir::DecisionSide& words = side.decisions[ir::index(ids_[of])];
    RuleWords out;
    const bool is_result = decision.policy == ir::HitPolicy::result;
    out.name = is_result                      ? "result"
               : rule < decision.rules.size() ? decision.rules[rule].name
                                              : "otherwise";
    const ir::Words& own = is_result                   ? words.words
                           : rule < words.rules.size() ? words.rules[rule].words
                                                       : words.otherwise.words;
    if (own.place.file < side.files.size()) {
      out.place = side.files[own.place.file].path + ":" + std::to_string(own.place.line);
    }
    for (const ir::Citation& citation : own.citations) {
      out.citations.push_back(citation_text(citation));
    }
    return out;
  }

  const DiffVersion* versions_[2];
  const analyze::DiffOptions& options_;
  analyze::Version working_[2];
  std::unique_ptr<engine::Session> sessions_[2];
  ir::DecisionId ids_[2]{};
};

}  // namespace

bool DiffReport::is_equivalent() const {
  return schema.empty() && std::ranges::all_of(decisions, [](const DecisionReport& one) {
           return one.verdict == Verdict::equivalent;
         });
}

DiffReport diff(const DiffVersion& before, const DiffVersion& after,
                const analyze::DiffOptions& options) {
  return Comparison(before, after, options).run();
}

}  // namespace pac::driver
