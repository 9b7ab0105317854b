#include "compiler/driver/impact.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <thread>

#include "runtime/engine/json_scan.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/write.h"

namespace pac::driver {

using analyze::kNew;
using analyze::kOld;

namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr size_t kAnswerBytes = size_t{64} << 10;

using Key = std::pair<std::string, std::string>;

// What one block of lines comes to; line numbers count from its first.
struct Tally {
  uint64_t lines = 0, decided = 0, changed = 0;
  uint64_t refused_before = 0, refused_after = 0, refused_by_both = 0;
  std::map<Key, ImpactClass> classes;
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// A recorded line in its parts, as texts of the line; all of it is the input where it has no member
// `input`.
struct Record {
  std::string_view input, context, features;
  bool is_bound = false;  // the old version has the input
};

constexpr std::string_view kBeginning = "{\"input\":";  // as records are written

size_t skip_space(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r')) ++at;
  return at;
}

// The member that begins at `*at`, to the place behind its value; false where there is none, or a
// second one of its name.
bool take_member(std::string_view line, size_t* at, Record* out) {
  if (*at == line.size() || line[*at] != '"') return false;
  const size_t end = line.find('"', *at + 1);
  if (end == std::string_view::npos) return false;
  const std::string_view name = line.substr(*at + 1, end - *at - 1);
  const size_t colon = skip_space(line, end + 1);
  if (colon == line.size() || line[colon] != ':') return false;
  const size_t begin = skip_space(line, colon + 1);
  const size_t behind = engine::end_of_json_value(line, begin);
  *at = skip_space(line, behind);
  std::string_view* const part = name == "input"      ? &out->input
                                 : name == "context"  ? &out->context
                                 : name == "features" ? &out->features
                                                      : nullptr;
  if (part == nullptr) return true;
  if (!part->empty()) return false;
  *part = line.substr(begin, behind - begin);
  return true;
}

// The members behind one that ends at `at`, and the end of the line.
bool take_rest(std::string_view line, size_t at, Record* out) {
  while (at < line.size() && line[at] == ',') {
    at = skip_space(line, at + 1);
    if (!take_member(line, &at, out)) return false;
  }
  return at < line.size() && line[at] == '}' && is_blank(line.substr(at + 1)) &&
         !out->input.empty();
}

// The members of an object that make a record; nothing where the line is no such object or has two
// of one name.
std::optional<Record> parts_of(std::string_view line) {
  Record out;
  size_t at = skip_space(line, 0);
  if (at == line.size() || line[at] != '{') return std::nullopt;
  at = skip_space(line, at + 1);
  if (!take_member(line, &at, &out) || !take_rest(line, at, &out)) return std::nullopt;
  return out;
}

// One thread's sessions of both versions.
class Worker {
 public:
  Worker(const DiffVersion& before, ir::DecisionId old_decision, const DiffVersion& after,
         ir::DecisionId new_decision, const ImpactOptions& options)
      : options_(options), ids_{old_decision, new_decision} {
    const DiffVersion* versions[] = {&before, &after};
    for (const int of : {kOld, kNew}) {
      sessions_[of] =
          std::make_unique<engine::Session>(versions[of]->loaded, engine::SessionOptions{});
      buffers_[of].resize(kAnswerBytes);
      note_constant_outcomes(of);
    }
    const engine::LoadedRuleSet& x = sessions_[kOld]->rules();
    const engine::LoadedRuleSet& y = sessions_[kNew]->rules();
    const engine::InputShape& old_input = x.shape(old_decision).input;
    const engine::InputShape& new_input = y.shape(new_decision).input;
    binds_once_ = old_input.roles() == new_input.roles() &&
                  lie_alike(x.schema(), old_input.record(), y.schema(), new_input.record());
    checks_once_ = binds_once_ && have_equal_domains(x.schema(), old_input.record(), y.schema(),
                                                     new_input.record());
    const engine::Slot old_output = x.schema().value(decision(kOld).result_type);
    const engine::Slot new_output = y.schema().value(decision(kNew).result_type);
    answers_lie_alike_ = lie_alike(x.schema(), old_output, y.schema(), new_output);
    output_ = old_output;
    for (const auto& field : versions[kNew]->rules->record(decision(kNew).input).fields) {
      has_own_input_ = has_own_input_ || field.name == "input";
    }
  }

  Tally run(std::string_view block) {
    Tally out;
    for (size_t at = 0; at < block.size();) {
      const size_t end = std::min(block.find('\n', at), block.size());
      ++out.lines;
      const std::string_view line = block.substr(at, end - at);
      if (!is_blank(line)) compare(line, &out);
      at = end + 1;
    }
    return out;
  }

 private:
  const ir::Decision& decision(int of) const {
    return sessions_[of]->rules().rule_set().decision(ids_[of]);
  }

  // Inputs that have a field `input` themselves are never records. The input of a record is mostly
  // read where its end is found.
  Record record_of(std::string_view line) {
    if (has_own_input_) return {line, {}, {}};
    if (line.starts_with(kBeginning)) {
      const std::string_view rest = line.substr(kBeginning.size());
      if (const size_t size = sessions_[kOld]->bind_leading_json(ids_[kOld], rest)) {
        Record out{rest.substr(0, size), {}, {}, true};
        if (take_rest(line, skip_space(line, kBeginning.size() + size), &out)) return out;
      }
    }
    if (const auto parts = parts_of(line)) return *parts;
    return {line, {}, {}};
  }

  bool decide(int of, const Record& record, engine::FeatureSource* features) {
    engine::Context context = options_.context;
    if (!record.context.empty()) context.json = record.context;
    engine::Session& session = *sessions_[of];
    if (!bind(of, record) || !session.prepare(context, features)) return false;
    session.decide();
    return true;
  }

  // The text is read once where the input of both versions lies alike in memory: the new version
  // then takes what the old one read, and checks its own domains. The old one's memory lives until
  // its next input. Where the old one refused, the new one reads for itself.
  bool bind(int of, const Record& record) {
    engine::Session& session = *sessions_[of];
    if (of == kOld && record.is_bound) return is_old_bound_ = true;
    if (of == kNew && binds_once_ && is_old_bound_) {
      const engine::Session& old = *sessions_[kOld];
      if (checks_once_) {
        session.bind_same(ids_[kNew], old);
        return true;
      }
      return session.bind_struct(ids_[kNew], old.input(),
                                 old.rules().shape(ids_[kOld]).input.record().size);
    }
    const bool bound = session.bind_json(ids_[of], record.input);
    if (of == kOld) is_old_bound_ = bound;
    return bound;
  }

  void compare(std::string_view line, Tally* out) {
    const Record record = record_of(line);
    std::optional<engine::MemoryFeatures> own;
    engine::FeatureSource* features = options_.features;
    if (!record.features.empty()) {
      auto parsed = engine::MemoryFeatures::parse(record.features);
      if (parsed) features = &own.emplace(std::move(*parsed));
    }
    const bool x = decide(kOld, record, features), y = decide(kNew, record, features);
    if (!x || !y) {
      ++(x ? out->refused_after : y ? out->refused_before : out->refused_by_both);
      return;
    }
    ++out->decided;
    if (is_alike()) return;
    std::string_view texts[2] = {answer(kOld), answer(kNew)};
    if (outcome_of(texts[kOld]) == outcome_of(texts[kNew])) return;
    ++out->changed;
    ImpactClass& found = out->classes[{fired(kOld), fired(kNew)}];
    ++found.count;
    if (found.lines.size() < options_.first) {
      found.lines.push_back({out->lines, std::string(texts[kOld]), std::string(texts[kNew])});
    }
  }

  // The answers are the same where they are in memory, or where one rule fired in each and both
  // yield the same constants. False says nothing: their texts are then compared.
  bool is_alike() const {
    const pac_result& x = sessions_[kOld]->result();
    const pac_result& y = sessions_[kNew]->result();
    if (x.status != y.status) return false;
    if (x.status == PAC_NO_MATCH) return true;
    if (x.status == PAC_ERROR) return x.error == y.error;
    if (answers_lie_alike_ && x.duty_count == 0 && y.duty_count == 0) {
      const interp::Values& values = sessions_[kOld]->rules().schema().values();
      return values.compare_stored(output_.type_id, output_.storage, sessions_[kOld]->output(),
                                   sessions_[kNew]->output()) == 0;
    }
    if (x.status != PAC_OK || y.status != PAC_OK || x.fired_count != 1 || y.fired_count != 1) {
      return false;
    }
    const auto& a = constants_[kOld][x.fired[0]];
    const auto& b = constants_[kNew][y.fired[0]];
    return !a.empty() && a == b;
  }

  // For each rule its outcome as text where that is made of constants and there are no duties; else
  // empty. Policies that answer with one rule alone.
  void note_constant_outcomes(int of) {
    const ir::RuleSet& rules = sessions_[of]->rules().rule_set();
    const ir::Decision& own = decision(of);
    constants_[of].resize(own.rules.size() + 1);
    if (own.policy > ir::HitPolicy::by_highest) return;
    const auto& fields = rules.record(own.output).fields;
    const auto note = [&](const ir::Rule& rule, std::string* out) {
      if (!rule.duties.empty()) return;
      for (size_t i = 0; i < rule.outcome.size(); ++i) {
        const ir::Expr& expr = rules.expr(rule.outcome[i]);
        if (expr.op != ir::Op::constant) {
          out->clear();
          return;
        }
        const ir::Constant& value = rules.constants[expr.a];
        const ir::Type& type = rules.type(value.type);
        *out += fields[i].name + "=" + std::to_string(static_cast<int>(type.kind)) + "." +
                std::to_string(type.scale) + (value.missing ? "?" : "") +
                std::to_string(static_cast<int64_t>(value.number >> 64)) + ":" +
                std::to_string(static_cast<uint64_t>(value.number)) + ":" + value.text + "\n";
        if (type.kind == ir::TypeKind::enumeration) {
          *out += rules.enums[type.ref].values[static_cast<size_t>(value.number)].wire + "\n";
        }
      }
    };
    for (size_t i = 0; i < own.rules.size(); ++i) note(own.rules[i], &constants_[of][i]);
    if (own.has_otherwise) note(own.otherwise, &constants_[of].back());
  }

  std::string_view answer(int of) {
    for (;;) {
      engine::TextSink sink(buffers_[of].data(), buffers_[of].size());
      engine::write_decision(*sessions_[of], sink);
      if (sink.fits()) return sink.view();
      buffers_[of].resize(sink.size());
    }
  }

  // Status, output and duties without the names of the rules that fired. `fired` stands after the
  // output, and a quote within a text is written \", so the marks are found nowhere else.
  static std::string outcome_of(std::string_view answer) {
    std::string out(answer);
    const size_t begin = out.rfind(",\"fired\":[");
    if (begin == std::string::npos) return cut_error(out);
    const size_t end = out.find(']', begin);
    out.erase(begin, end - begin + 1);
    return out;
  }

  // Of an error the code alone: which rules were at fault is no outcome.
  static std::string cut_error(const std::string& text) {
    const size_t code = text.find("\"code\":\"");
    return code == std::string::npos ? text : text.substr(code, 18);
  }

  std::string fired(int of) const {
    const pac_result& result = sessions_[of]->result();
    if (result.status == PAC_ERROR) {
      return "error " + std::string(engine::error_code(result.error));
    }
    if (result.status == PAC_NO_MATCH) return "no_match";
    std::string out;
    for (uint32_t i = 0; i < result.fired_count; ++i) {
      out += (i == 0 ? "" : ", ");
      out += engine::rule_name(decision(of), result.fired[i]);
    }
    return out.empty() ? "result" : out;
  }

  const ImpactOptions& options_;
  ir::DecisionId ids_[2];
  std::unique_ptr<engine::Session> sessions_[2];
  std::string buffers_[2];
  std::vector<std::string> constants_[2];  // by rule
  bool has_own_input_ = false;
  bool binds_once_ = false;   // the input of both versions lies alike in memory
  bool checks_once_ = false;  // and in equal domains
  bool answers_lie_alike_ = false;
  engine::Slot output_;  // of the old version
  bool is_old_bound_ = false;
};

void merge(Tally&& part, uint64_t lines_before, size_t first, Tally* all) {
  all->lines += part.lines;
  all->decided += part.decided;
  all->changed += part.changed;
  all->refused_before += part.refused_before;
  all->refused_after += part.refused_after;
  all->refused_by_both += part.refused_by_both;
  for (auto& [key, one] : part.classes) {
    ImpactClass& known = all->classes[key];
    known.count += one.count;
    for (auto& line : one.lines) {
      if (known.lines.size() >= first) break;
      line.number += lines_before;
      known.lines.push_back(std::move(line));
    }
  }
}

}  // namespace

Impact impact(const DiffVersion& before, ir::DecisionId old_decision, const DiffVersion& after,
              ir::DecisionId new_decision, std::string_view lines, const ImpactOptions& options) {
  std::vector<std::string_view> blocks;
  for (size_t at = 0; at < lines.size();) {
    size_t end = std::min(at + kBlockBytes, lines.size());
    if (end < lines.size()) end = std::min(lines.find('\n', end), lines.size() - 1) + 1;
    blocks.push_back(lines.substr(at, end - at));
    at = end;
  }
  std::vector<Tally> tallies(blocks.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    Worker worker(before, old_decision, after, new_decision, options);
    for (size_t i = next++; i < blocks.size(); i = next++) tallies[i] = worker.run(blocks[i]);
  };
  std::vector<std::jthread> threads;
  const size_t count = std::min<size_t>(std::max(1u, options.threads), blocks.size());
  for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  Tally all;
  for (Tally& tally : tallies) {
    const uint64_t lines_before = all.lines;
    merge(std::move(tally), lines_before, options.first, &all);
  }
  Impact out{all.decided,       all.changed,         all.refused_before,
             all.refused_after, all.refused_by_both, {}};
  for (auto& [key, one] : all.classes) {
    one.before = key.first;
    one.after = key.second;
    out.classes.push_back(std::move(one));
  }
  std::ranges::stable_sort(out.classes, std::greater<>{}, &ImpactClass::count);
  return out;
}

}  // namespace pac::driver
