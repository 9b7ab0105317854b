#include "compiler/driver/witness.h"

#include <algorithm>

#include "compiler/driver/input_maker.h"
#include "runtime/base/text_numbers.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/write.h"

namespace pac::driver {

namespace {

// For decisions that look at the age of features; any instant would do, but always the same.
constexpr const char* kNow = "2026-01-01T00:00:00Z";
constexpr size_t kKept = 256;  // candidates that a search goes on from

// The search for one decision.
class Search {
 public:
  Search(const std::shared_ptr<engine::LoadedRuleSet>& rules, ir::DecisionId id)
      : rules_(rules->rule_set()),
        id_(id),
        decision_(rules_.decision(id)),
        session_(rules, {}),
        maker_(rules_, id, ir::index(id) + 1),
        has_(rules_of(decision_), false) {
    PAC_CHECK(parse_datetime(kNow, &now_us_) == TextStatus::ok, "the instant is written so");
  }

  void run(const std::vector<Question>& seeds, const WitnessOptions& options) {
    for (const Question& seed : seeds) {
      if (seed.decision == id_) start_from(seed);
    }
    const uint64_t rules = std::max<uint64_t>(has_.size(), 1);
    const uint64_t attempts = std::min<uint64_t>(
        {options.attempts, options.attempts_per_rule * rules, options.rule_tests / rules + 100});
    uint32_t target = 0;
    for (uint64_t i = 0; i < attempts && next_without(&target); ++i, ++target) {
      Candidate candidate = !kept_.empty() && maker_.below(3) != 0
                                ? kept_[maker_.below(static_cast<uint32_t>(kept_.size()))]
                                : maker_.fresh();
      if (maker_.below(2) == 0) maker_.change(&candidate);
      if (target < decision_.rules.size()) maker_.bend(&candidate, decision_.rules[target]);
      attempt(std::move(candidate));
    }
  }

  std::vector<Witness> take_found() {
    std::ranges::sort(found_, {}, [](const auto& one) { return one.first; });
    std::vector<Witness> out;
    for (auto& [rule, witness] : found_) out.push_back(std::move(witness));
    return out;
  }
  std::vector<std::string> without() const {
    std::vector<std::string> out;
    for (uint32_t i = 0; i < has_.size(); ++i) {
      if (!has_[i]) out.push_back(decision_.name + "." + rule_name(i));
    }
    return out;
  }

 private:
  static size_t rules_of(const ir::Decision& decision) {
    if (decision.policy == ir::HitPolicy::result) return 0;
    return decision.rules.size() + (decision.has_otherwise ? 1 : 0);
  }

  std::string rule_name(uint32_t rule) const {
    return std::string(engine::rule_name(decision_, rule));
  }

  bool next_without(uint32_t* target) const {
    for (size_t step = 0; step < has_.size(); ++step) {
      if (*target >= has_.size()) *target = 0;
      if (!has_[*target]) return true;
      ++*target;
    }
    return false;
  }

  void start_from(const Question& seed) {
    const auto input = json::parse(seed.input), context = json::parse(seed.context),
               features = json::parse(seed.features);
    if (!input || !context || !features || !input->is_object() || !context->is_object() ||
        !features->is_object()) {
      return;
    }
    Candidate candidate{*input, *context, *features};
    if (!seed.as_of.empty()) candidate.context.set("as_of", seed.as_of);
    attempt(std::move(candidate));
  }

  void attempt(Candidate candidate) {
    const Question question{id_,
                            json::canonical(candidate.input),
                            json::canonical(candidate.context),
                            json::canonical(candidate.features),
                            "",
                            kNow};
    auto features = engine::MemoryFeatures::parse(question.features);
    if (!features) return;
    engine::Context context;
    context.json = question.context;
    context.now_us = now_us_;
    if (!session_.bind_json(id_, question.input) || !session_.prepare(context, &*features)) return;
    if (session_.decide() == PAC_OK) note(question);
    // A decided input is a good place to go on from, whether or not it reached something new.
    if (kept_.size() < kKept)
      kept_.push_back(std::move(candidate));
    else if (maker_.below(8) == 0)
      kept_[maker_.below(kKept)] = std::move(candidate);
  }

  void note(const Question& question) {
    const pac_result& result = session_.result();
    for (uint32_t i = 0; i < result.fired_count; ++i) {
      const uint32_t rule = result.fired[i];
      if (rule >= has_.size() || has_[rule]) continue;
      has_[rule] = true;
      found_.emplace_back(rule, Witness{"", rule_name(rule), question, {}, ""});
    }
  }

  const ir::RuleSet& rules_;
  ir::DecisionId id_;
  const ir::Decision& decision_;
  engine::Session session_;
  InputMaker maker_;
  int64_t now_us_ = 0;
  std::vector<bool> has_;  // by rule, otherwise last
  std::vector<Candidate> kept_;
  std::vector<std::pair<uint32_t, Witness>> found_;
};

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  PAC_CHECK(value.has_value(), "questions and answers of ours are JSON");
  return std::move(*value);
}

json::Value to_json(const ir::RuleSet& rules, const Witness& witness) {
  json::Value out = json::Value::object();
  const Question& question = witness.question;
  out.set("answer", parsed(witness.answer));
  out.set("decision", rules.decision(question.decision).name);
  // As text: what is refused on purpose has numbers whose digits count.
  out.set("input", question.input);
  if (question.context != "{}") out.set("context", question.context);
  if (question.features != "{}") out.set("features", question.features);
  if (!question.as_of.empty()) out.set("as_of", question.as_of);
  if (!question.now.empty()) out.set("now", question.now);
  if (!witness.title.empty()) out.set("title", witness.title);
  if (!witness.rule.empty()) out.set("rule", witness.rule);
  if (witness.params.empty()) return out;
  json::Value params = json::Value::object();
  for (const auto& param : witness.params) {
    params.set(rules.params[ir::index(param.param)].name, ir::index(param.value));
  }
  out.set("params", std::move(params));
  return out;
}

std::unexpected<Error> wrong(const std::string& what) {
  return fail("PAC4229", "witnesses.json: " + what);
}

Result<Witness> read_witness(const ir::RuleSet& rules, const json::Value& value) {
  const auto text = [&](const char* name, const char* otherwise) {
    const json::Value* member = value.find(name);
    return member != nullptr && member->is_string() ? member->as_string() : std::string(otherwise);
  };
  Witness out;
  out.title = text("title", "");
  out.rule = text("rule", "");
  out.question = {rules.find_decision(text("decision", "")),
                  text("input", ""),
                  text("context", "{}"),
                  text("features", "{}"),
                  text("as_of", ""),
                  text("now", "")};
  if (out.question.decision == ir::DecisionId::none)
    return wrong("a decision that the bundle does not have");
  const json::Value* answer = value.find("answer");
  if (answer == nullptr || !answer->is_object()) return wrong("a witness without an answer");
  out.answer = json::canonical(*answer);
  if (const json::Value* params = value.find("params"); params != nullptr && params->is_object()) {
    for (const json::Member& member : params->members()) {
      const auto found = std::ranges::find(rules.params, member.key, &ir::Param::name);
      if (found == rules.params.end() || !member.value.is_int() || member.value.as_int() < 0 ||
          static_cast<size_t>(member.value.as_int()) >= rules.exprs.size()) {
        return wrong("a parameter `" + member.key + "` that the bundle does not have");
      }
      out.params.push_back({static_cast<ir::ParamId>(found - rules.params.begin()),
                            static_cast<ir::ExprId>(member.value.as_int())});
    }
  }
  return out;
}

std::string label(const ir::RuleSet& rules, const Witness& witness) {
  const std::string& decision = rules.decision(witness.question.decision).name;
  if (!witness.title.empty()) return decision + " \"" + witness.title + "\"";
  return decision + ", witness of " + witness.rule;
}

}  // namespace

WitnessSearch search_witnesses(const std::shared_ptr<engine::LoadedRuleSet>& rules,
                               const std::vector<Question>& seeds, const WitnessOptions& options) {
  WitnessSearch out;
  for (uint32_t i = 0; i < rules->rule_set().decisions.size(); ++i) {
    Search search(rules, static_cast<ir::DecisionId>(i));
    search.run(seeds, options);
    for (auto& witness : search.take_found()) out.found.push_back(std::move(witness));
    for (auto& name : search.without()) out.without.push_back(std::move(name));
  }
  engine::Session session(rules, {});
  for (Witness& witness : out.found) {
    auto answer = answer_to(session, witness.question);
    PAC_CHECK(answer.has_value(), "it was decided before");
    witness.answer = std::move(*answer);
  }
  return out;
}

std::string encode_witnesses(const ir::RuleSet& rules, const std::vector<Witness>& tests,
                             const WitnessSearch& search) {
  json::Value test_list = json::Value::array(), generated = json::Value::array(),
              without = json::Value::array();
  for (const Witness& witness : tests) test_list.push_back(to_json(rules, witness));
  for (const Witness& witness : search.found) generated.push_back(to_json(rules, witness));
  for (const std::string& name : search.without) without.push_back(name);
  json::Value out = json::Value::object();
  out.set("generated", std::move(generated));
  out.set("tests", std::move(test_list));
  out.set("without", std::move(without));
  return json::canonical(out);
}

Result<WitnessFile> decode_witnesses(const ir::RuleSet& rules, std::string_view text) {
  const auto read = json::parse(text);
  if (!read) return wrong(read.error().message);
  WitnessFile out;
  for (const char* name : {"tests", "generated"}) {
    const json::Value* list = read->find(name);
    if (list == nullptr || !list->is_array())
      return wrong(std::string("there is no list `") + name + "`");
    for (const json::Value& one : list->elements()) {
      auto witness = read_witness(rules, one);
      if (!witness) return std::unexpected(witness.error());
      (name[0] == 't' ? out.tests : out.generated).push_back(std::move(*witness));
    }
  }
  const json::Value* without = read->find("without");
  if (without == nullptr || !without->is_array()) return wrong("there is no list `without`");
  for (const json::Value& one : without->elements()) {
    if (!one.is_string()) return wrong("a rule that is no text");
    out.without.push_back(one.as_string());
  }
  return out;
}

// Recorded answers are canonical, those of an engine in the order of declaration.
bool is_same_answer(const std::string& a, const std::string& b) {
  return json::canonical(parsed(a)) == json::canonical(parsed(b));
}

Result<std::vector<std::string>> answers_of(const std::shared_ptr<engine::LoadedRuleSet>& rules,
                                            const std::vector<Witness>& witnesses, Engine engine) {
  std::vector<std::string> out;
  engine::Session shared(rules, {});
  for (const Witness& witness : witnesses) {
    Result<std::string> answer;
    if (witness.params.empty()) {
      answer = answer_to(shared, witness.question);
    } else {
      auto other = load(with_params(rules->rule_set(), witness.params), {engine, 2});
      if (!other) return std::unexpected(other.error());
      engine::Session session(*other, {});
      answer = answer_to(session, witness.question);
    }
    if (!answer) return std::unexpected(answer.error());
    out.push_back(std::move(*answer));
  }
  return out;
}

Result<std::vector<std::string>> compare_answers(
    const std::shared_ptr<engine::LoadedRuleSet>& rules, const std::vector<Witness>& witnesses,
    Engine engine) {
  const auto answers = answers_of(rules, witnesses, engine);
  if (!answers) return std::unexpected(answers.error());
  std::vector<std::string> out;
  for (size_t i = 0; i < witnesses.size(); ++i) {
    if (is_same_answer((*answers)[i], witnesses[i].answer)) continue;
    out.push_back(label(rules->rule_set(), witnesses[i]) + ": expected " + witnesses[i].answer +
                  ", got " + (*answers)[i] +
                  (engine == Engine::native ? " (native)" : " (interp)"));
  }
  return out;
}

}  // namespace pac::driver
