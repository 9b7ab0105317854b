#include "compiler/driver/input_search.h"

#include <algorithm>

#include "compiler/analyze/terms.h"
#include "runtime/base/text_numbers.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/write.h"
#include "runtime/ir/shape.h"

namespace pac::driver {

using analyze::Point;
using analyze::Possible;
using ir::ExprId;

namespace {

constexpr size_t kMostEarlier = 200;  // rules that come before, named in one question
constexpr size_t kMostBases = 12;     // inputs that are changed field by field

json::Value* member(json::Value* object, const std::string& name) {
  for (json::Member& one : object->members()) {
    if (one.key == name) return &one.value;
  }
  return nullptr;
}

bool has_variable(const ir::RuleSet& rules, ExprId id) {
  const ir::Expr& expr = rules.expr(id);
  if (expr.op == ir::Op::var) return true;
  bool out = false;
  ir::for_each_operand(rules, expr, [&](ExprId part) { out = out || has_variable(rules, part); });
  return out;
}

// Goals as conditions on the input.
class Conditions {
 public:
  Conditions(ir::RuleSet& working, const ir::Decision& decision)
      : rules_(working), decision_(decision), terms_(working) {
    order_ = ir::try_order(decision);
    reach_ = ir::override_reach(decision);
  }

  // None where it has no such form.
  ExprId of(const Goals& goals, const Goal& goal) {
    if (goal.kind == Goal::Kind::rule) {
      if (decision_.policy == ir::HitPolicy::result) return terms_.truth(true);
      if (goal.rule == decision_.rules.size()) return left_over();
      const ExprId tries = tried(goal.rule), hits = hit(goal.rule);
      const ExprId both = terms_.both(tries, hits);
      return terms_.both(both, not_removed(goal.rule));
    }
    const Point& point = goals.points(goal.decision)[goal.point];
    const ExprId at =
        reaching(rules_, point, goal.atom, goal.value, goal.kind == Goal::Kind::shown);
    if (point.kind != Point::Kind::rule) return has_variable(rules_, at) ? ExprId::none : at;
    const ExprId tries = tried(point.rule);
    return terms_.both(tries, around(decision_.rules[point.rule], at));
  }

 private:
  ExprId hit(uint32_t rule) {
    ExprId all = terms_.truth(true);
    for (const ExprId id : decision_.rules[rule].conditions) all = terms_.both(all, id);
    return around(decision_.rules[rule], all);
  }

  // With the rule's dates and its `for each`.
  ExprId around(const ir::Rule& rule, ExprId condition) {
    if (rule.each_list != ExprId::none) {
      condition =
          rules_.add(ir::Expr{ir::Op::any, rules_.intern(ir::Type{}), ir::index(rule.each_list),
                              ir::index(condition), rule.each_var});
    }
    if (!rule.has_effective) return condition;
    const ir::TypeId date = rules_.record(decision_.input).fields[decision_.as_of_slot].type;
    const ExprId as_of = rules_.add(ir::Expr{ir::Op::input, date, decision_.as_of_slot});
    return terms_.both(terms_.in_range(as_of, terms_.number(date, rule.effective_from),
                                       terms_.number(date, rule.effective_to), 0),
                       condition);
  }

  // The rules before it leave it to be tried.
  ExprId tried(uint32_t rule) {
    ExprId out = terms_.truth(true);
    size_t count = 0;
    for (const uint32_t other : order_) {
      const bool is_before =
          decision_.policy == ir::HitPolicy::first
              ? other < rule
              : decision_.policy == ir::HitPolicy::by_priority &&
                    decision_.rules[other].priority > decision_.rules[rule].priority;
      if (!is_before) continue;
      if (++count > kMostEarlier) break;
      out = terms_.both(out, terms_.not_of(hit(other)));
    }
    return out;
  }

  ExprId not_removed(uint32_t rule) {
    ExprId out = terms_.truth(true);
    for (uint32_t other = 0; other < reach_.size(); ++other) {
      if (std::ranges::binary_search(reach_[other], rule)) {
        out = terms_.both(out, terms_.not_of(hit(other)));
      }
    }
    return out;
  }

  ExprId left_over() {
    ExprId out = terms_.truth(true);
    for (uint32_t i = 0; i < decision_.rules.size() && i < kMostEarlier; ++i) {
      out = terms_.both(out, terms_.not_of(hit(i)));
    }
    return out;
  }

  ir::RuleSet& rules_;
  const ir::Decision& decision_;
  analyze::Terms terms_;
  std::vector<uint32_t> order_;
  std::vector<std::vector<uint32_t>> reach_;
};

class Search {
 public:
  Search(const Goals& goals, Trier& trier, ir::DecisionId decision,
         const std::vector<Candidate>& known, const std::set<uint32_t>& open)
      : goals_(goals),
        trier_(trier),
        id_(decision),
        decision_(goals.rules().decision(decision)),
        finder_(goals.rules(), decision),
        bases_(known),
        open_(open) {}

  SearchResult run(const SearchLimits& limits) {
    ask(limits.questions);
    if (!open_.empty()) change(limits.changes);
    if (!open_.empty()) by_chance(limits.chances);
    for (const uint32_t goal : open_) {
      if (!out_.unsettled.contains(goal)) {
        out_.unsettled[goal] = "no input was found, and none was proved not to be";
      }
    }
    for (const auto& [goal, trial] : out_.found) out_.unsettled.erase(goal);
    return std::move(out_);
  }

 private:
  void ask(size_t questions) {
    Conditions conditions(finder_.working(), decision_);
    const std::vector<uint32_t> goals(open_.begin(), open_.end());
    for (const uint32_t goal : goals) {
      if (!open_.contains(goal) || goals_.all()[goal].decision != id_) continue;
      if (questions == 0) return;
      const ExprId condition = conditions.of(goals_, goals_.all()[goal]);
      if (condition == ExprId::none) continue;
      --questions;
      const analyze::Candidates found = finder_.find(condition);
      if (found.possible == Possible::no) {
        out_.impossible.insert(goal);
        open_.erase(goal);
      } else if (found.possible == Possible::unknown) {
        out_.unsettled[goal] = found.reason;
      }
      for (const analyze::Witness& witness : found.witnesses) {
        if (!open_.contains(goal)) break;
        attempt({witness.input, witness.context, witness.features}, true);
      }
    }
  }

  void change(size_t limit) {
    const std::vector<analyze::Dial> dials = finder_.dials();
    for (size_t i = 0; i < bases_.size() && i < kMostBases; ++i) {
      for (const analyze::Dial& dial : dials) {
        for (const json::Value& value : dial.values) {
          if (open_.empty() || limit-- == 0) return;
          Candidate candidate = bases_[i];
          put(goals_.rules(), id_, dial.path, value, &candidate);
          attempt(std::move(candidate), false);
        }
      }
    }
  }

  void by_chance(size_t limit) {
    InputMaker maker(goals_.rules(), id_, ir::index(id_) + 1);
    for (size_t i = 0; i < limit && !open_.empty(); ++i) {
      Candidate candidate = !bases_.empty() && maker.below(3) != 0
                                ? bases_[maker.below(static_cast<uint32_t>(bases_.size()))]
                                : maker.fresh();
      if (maker.below(2) == 0) maker.change(&candidate);
      auto goal = open_.begin();
      std::advance(goal, maker.below(static_cast<uint32_t>(open_.size())));
      const uint32_t rule = goals_.all()[*goal].rule;
      if (rule < decision_.rules.size()) maker.bend(&candidate, decision_.rules[rule]);
      attempt(std::move(candidate), true);
    }
  }

  void attempt(Candidate candidate, bool keeps) {
    auto trial = trier_.decide(id_, std::move(candidate));
    if (!trial) return;
    bool is_new = false;
    for (const uint32_t goal : trial->reached) {
      if (open_.erase(goal) == 0) continue;
      is_new = true;
      out_.found[goal] = out_.trials.size();
    }
    if (is_new || (keeps && bases_.size() < kMostBases)) bases_.push_back(trial->candidate);
    if (is_new) out_.trials.push_back(std::move(*trial));
  }

  const Goals& goals_;
  Trier& trier_;
  ir::DecisionId id_;
  const ir::Decision& decision_;
  analyze::Finder finder_;
  std::vector<Candidate> bases_;
  std::set<uint32_t> open_;
  SearchResult out_;
};

}  // namespace

Question question_of(ir::DecisionId decision, const Candidate& candidate) {
  return {decision,
          json::canonical(candidate.input),
          json::canonical(candidate.context),
          json::canonical(candidate.features),
          "",
          ""};
}

std::optional<Candidate> candidate_of(const ir::RuleSet& rules, const check::TestCase& test) {
  const auto input = json::parse(test.input), context = json::parse(test.context),
             features = json::parse(test.features);
  if (!test.params.empty() || !input || !context || !features || !input->is_object() ||
      !context->is_object() || !features->is_object()) {
    return std::nullopt;
  }
  Candidate out{*input, *context, *features};
  if (!test.as_of.empty() && rules.decision(test.decision).as_of_slot != ir::kNone) {
    out.context.set("as_of", test.as_of);
  }
  return out;
}

void put(const ir::RuleSet& rules, ir::DecisionId id, const analyze::Path& path, json::Value value,
         Candidate* candidate) {
  const ir::Decision& decision = rules.decision(id);
  const ir::SlotRole role = decision.roles[path.slot];
  json::Value* object = role == ir::SlotRole::input     ? &candidate->input
                        : role == ir::SlotRole::context ? &candidate->context
                                                        : &candidate->features;
  const ir::Field* field = &rules.record(decision.input).fields[path.slot];
  std::string name = field->name;
  if (role == ir::SlotRole::feature) {
    const auto found = std::ranges::find(decision.features, path.slot, &ir::Feature::slot);
    if (found != decision.features.end()) name = found->name;
  }
  for (const uint32_t part : path.fields) {
    object = member(object, name);
    if (object == nullptr || !object->is_object()) return;  // within what is missing
    field = &rules.records[rules.type(field->type).ref].fields[part];
    name = field->name;
  }
  if (value.is_null()) {
    std::erase_if(object->members(), [&](const json::Member& one) { return one.key == name; });
  } else {
    object->set(name, std::move(value));
  }
}

// ---- Trier

Trier::Trier(std::shared_ptr<const engine::LoadedRuleSet> rules, const Goals& goals)
    : session_(std::move(rules), {}), recorder_(goals) {}

bool Trier::explain(const Question& question) {
  recorder_.start();
  engine::Context context;
  context.json = question.context;
  int32_t as_of = 0;
  if (!question.as_of.empty() && parse_date(question.as_of, &as_of) == TextStatus::ok) {
    context.as_of = as_of;
  }
  auto features = engine::MemoryFeatures::parse(question.features);
  if (!features || !session_.bind_json(question.decision, question.input) ||
      !session_.prepare(context, &*features)) {
    return false;
  }
  session_.explain(recorder_);
  return true;
}

std::optional<Trial> Trier::decide(ir::DecisionId decision, Candidate candidate) {
  if (!explain(question_of(decision, candidate))) return std::nullopt;
  Trial out;
  out.candidate = std::move(candidate);
  out.reached = recorder_.reached();
  std::string buffer(size_t{64} << 10, '\0');
  for (;;) {
    engine::TextSink sink(buffer.data(), buffer.size());
    engine::write_decision(session_, sink);
    buffer.resize(sink.size());
    if (sink.fits()) break;
  }
  out.answer = std::move(buffer);
  return out;
}

std::vector<uint32_t> Trier::reached_by(const check::TestCase& test) {
  const Question question{test.decision, test.input, test.context, test.features, test.as_of, ""};
  return explain(question) ? recorder_.reached() : std::vector<uint32_t>();
}

SearchResult search_inputs(const Goals& goals, Trier& trier, ir::DecisionId decision,
                           const std::vector<Candidate>& known, const std::set<uint32_t>& open,
                           const SearchLimits& limits) {
  return Search(goals, trier, decision, known, open).run(limits);
}

}  // namespace pac::driver
