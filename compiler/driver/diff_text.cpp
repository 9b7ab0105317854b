#include <algorithm>
#include <cstdio>

#include "compiler/driver/diff.h"

namespace pac::driver {

namespace {

std::string percent(double share) {
  char buffer[32];
  const double value = share * 100;
  std::snprintf(buffer, sizeof buffer, value >= 1 ? "%.0f %%" : "%.2g %%", value);
  return buffer;
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
  return out;
}

std::string answering(const std::vector<RuleWords>& rules, const char* none) {
  std::vector<std::string> parts;
  for (const RuleWords& rule : rules) parts.push_back("`" + rule.name + "`");
  return parts.empty() ? none : joined(parts, " and ");
}

std::string full(const std::vector<RuleWords>& rules) {
  std::vector<std::string> parts;
  for (const RuleWords& rule : rules) {
    std::string one = "`" + rule.name + "`";
    if (!rule.place.empty()) one += " at " + rule.place;
    if (!rule.citations.empty()) one += ", citing " + joined(rule.citations, "; ");
    parts.push_back(std::move(one));
  }
  return parts.empty() ? "no rule" : joined(parts, "\n         ");
}

std::string witness_text(const ShownClass& one) {
  std::string out = json::canonical(one.input);
  if (!one.context.members().empty()) out += " in the context " + json::canonical(one.context);
  if (!one.features.members().empty()) out += " with the features " + json::canonical(one.features);
  return out;
}

std::string class_text(const ShownClass& one, size_t number) {
  std::string out = "\n  " + std::to_string(number) + ". " + answering(one.before, "no rule") +
                    " -> " + answering(one.after, "no rule");
  if (one.share) out += ", " + percent(*one.share) + " of all inputs";
  out += "\n";
  for (const OutputChange& change : one.changes) {
    out += "     " + (change.name.empty() ? "answer" : change.name) + ": " + change.before +
           " -> " + change.after + "\n";
  }
  const bool is_split = one.places.size() > 1 && !one.common.empty();
  out += one.is_whole ? "     for " : "     for some of ";
  if (is_split) out += one.common + ", and of these\n         ";
  for (size_t i = 0; i < one.places.size(); ++i) {
    const std::string& region = is_split ? one.places[i].own : one.places[i].region;
    out += (i == 0 ? "" : "     or  ") + (region.empty() ? "every input" : region) + "\n";
  }
  if (one.more_places > 0) {
    out += "     and " + std::to_string(one.more_places) + " more regions\n";
  }
  out += "     for example " + witness_text(one) + "\n";
  out += "     old: " + full(one.before) + "\n";
  out += "     new: " + full(one.after) + "\n";
  return out;
}

std::string changes_text(const std::vector<SchemaChange>& changes) {
  std::string out;
  for (const SchemaChange& change : changes) out += "  " + change.what + " " + change.text + "\n";
  return out;
}

std::string headline(const DecisionReport& one) {
  switch (one.verdict) {
    case Verdict::equivalent:
      return "equivalent, proved";
    case Verdict::is_new:
      return "is new";
    case Verdict::removed:
      return "is gone";
    case Verdict::unknown:
      return "not settled";
    case Verdict::differs:
      break;
  }
  const size_t count = one.classes.size();
  if (count == 0) return one.unknowns.empty() ? "same answers, another form" : "another form";
  return std::to_string(count) + (count == 1 ? " class" : " classes") +
         " of inputs answered otherwise";
}

json::Value rules_json(const std::vector<RuleWords>& rules) {
  json::Value out = json::Value::array();
  for (const RuleWords& rule : rules) {
    json::Value one = json::Value::object();
    one.add("rule", rule.name);
    if (!rule.place.empty()) one.add("place", rule.place);
    json::Value citations = json::Value::array();
    for (const std::string& citation : rule.citations) citations.push_back(citation);
    one.add("cites", std::move(citations));
    out.push_back(std::move(one));
  }
  return out;
}

json::Value changes_json(const std::vector<SchemaChange>& changes) {
  json::Value out = json::Value::array();
  for (const SchemaChange& change : changes) {
    json::Value one = json::Value::object();
    one.add("what", change.what);
    one.add("change", change.text);
    out.push_back(std::move(one));
  }
  return out;
}

json::Value class_json(const ShownClass& one) {
  json::Value out = json::Value::object();
  out.add("old", rules_json(one.before));
  out.add("new", rules_json(one.after));
  json::Value changes = json::Value::array();
  for (const OutputChange& change : one.changes) {
    json::Value field = json::Value::object();
    field.add("output", change.name);
    field.add("old", change.before);
    field.add("new", change.after);
    changes.push_back(std::move(field));
  }
  out.add("changes", std::move(changes));
  json::Value regions = json::Value::array();
  for (const analyze::DiffPlace& place : one.places) {
    json::Value region = json::Value::object();
    region.add("where", place.region);
    if (place.share) region.add("share", *place.share);
    regions.push_back(std::move(region));
  }
  out.add("regions", std::move(regions));
  out.add("more_regions", static_cast<int64_t>(one.more_places));
  out.add("every_input", one.is_whole);
  if (one.share) out.add("share", *one.share);
  json::Value witness = json::Value::object();
  witness.add("input", one.input);
  witness.add("context", one.context);
  witness.add("features", one.features);
  for (const auto& [key, text] :
       {std::pair{"old", &one.before_answer}, {"new", &one.after_answer}}) {
    auto value = json::parse(*text);
    if (value) witness.add(key, std::move(*value));
  }
  out.add("witness", std::move(witness));
  return out;
}

}  // namespace

const char* name(Verdict verdict) {
  static constexpr const char* kNames[] = {"equivalent", "differs", "unknown", "new", "removed"};
  return kNames[static_cast<size_t>(verdict)];
}

std::vector<std::string> unsettled_lines(const DecisionReport& report) {
  constexpr size_t kShown = 3;
  std::vector<std::string> out;
  for (size_t i = 0; i < std::min(kShown, report.unknowns.size()); ++i) {
    out.push_back("not settled: " + report.unknowns[i]);
  }
  if (report.unknowns.size() > kShown) {
    out.push_back("and " + std::to_string(report.unknowns.size() - kShown) +
                  " more not settled; `pac diff --format json` has them all");
  }
  return out;
}

std::string to_text(const DiffReport& report) {
  std::string out = changes_text(report.schema);
  if (!out.empty()) out = "package " + report.package + "\n" + out + "\n";
  for (const DecisionReport& one : report.decisions) {
    out += "decision `" + one.name + "`: " + headline(one) + "\n" + changes_text(one.schema);
    for (size_t i = 0; i < one.classes.size(); ++i) out += class_text(one.classes[i], i + 1);
    for (const std::string& line : unsettled_lines(one)) out += "  " + line + "\n";
    if (!one.classes.empty()) out += "\n";
  }
  return out;
}

json::Value to_json(const DiffReport& report) {
  json::Value out = json::Value::object();
  out.add("package", report.package);
  out.add("equivalent", report.is_equivalent());
  out.add("schema", changes_json(report.schema));
  json::Value decisions = json::Value::array();
  for (const DecisionReport& one : report.decisions) {
    json::Value decision = json::Value::object();
    decision.add("decision", one.name);
    decision.add("verdict", name(one.verdict));
    decision.add("schema", changes_json(one.schema));
    json::Value classes = json::Value::array();
    for (const ShownClass& found : one.classes) classes.push_back(class_json(found));
    decision.add("classes", std::move(classes));
    json::Value unknowns = json::Value::array();
    for (const std::string& unknown : one.unknowns) unknowns.push_back(unknown);
    decision.add("unknown", std::move(unknowns));
    decisions.push_back(std::move(decision));
  }
  out.add("decisions", std::move(decisions));
  return out;
}

}  // namespace pac::driver
