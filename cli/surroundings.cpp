#include "cli/surroundings.h"

#include <algorithm>
#include <ctime>

#include "cli/support.h"
#include "compiler/diag/diagnostic.h"
#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"

namespace pac::cli {

void add_surroundings(po::options_description& o) {
  o.add_options()("as-of", po::value<std::string>()->value_name("DATE"),
                  "legal date, 2026-03-01; left out: the date of `now`")(
      "now", po::value<std::string>()->value_name("INSTANT"),
      "instant, 2026-03-01T09:00:00Z; left out: the clock")(
      "context", po::value<std::string>()->default_value("")->value_name("JSON"),
      "context: {\"caller\": …, \"tenant\": …}")(
      "features", po::value<std::string>()->value_name("FILE"), "JSON file with features");
}

std::unique_ptr<Surroundings> read_surroundings(const po::variables_map& values, int* exit) {
  auto out = std::make_unique<Surroundings>();
  timespec clock{};
  clock_gettime(CLOCK_REALTIME, &clock);
  out->context.now_us = clock.tv_sec * 1'000'000 + clock.tv_nsec / 1000;
  if (values.contains("now")) {
    int64_t now = 0;
    if (parse_datetime(values["now"].as<std::string>(), &now) != TextStatus::ok) {
      *exit = failed(kUsage, "", "--now takes an instant such as 2026-03-01T09:00:00Z");
      return nullptr;
    }
    out->context.now_us = now;
  }
  if (values.contains("as-of")) {
    int32_t day = 0;
    if (parse_date(values["as-of"].as<std::string>(), &day) != TextStatus::ok) {
      *exit = failed(kUsage, "", "--as-of takes a date such as 2026-03-01");
      return nullptr;
    }
    out->context.as_of = day;
  }
  out->json = values["context"].as<std::string>();
  if (!out->json.empty()) {
    const auto parsed = json::parse(out->json);
    if (!parsed || !parsed->is_object()) {
      *exit = failed(kUsage, parsed ? "" : parsed.error().code,
                     "--context takes a JSON object such as {\"caller\": \"desk\"}" +
                         (parsed ? "" : ": " + parsed.error().message));
      return nullptr;
    }
  }
  out->context.json = out->json;
  if (!values.contains("features")) return out;
  const auto& path = values["features"].as<std::string>();
  const auto text = read_file(path);
  if (!text) {
    *exit = failed(text.error());
    return nullptr;
  }
  auto features = engine::MemoryFeatures::parse(*text);
  if (!features) {
    *exit = failed(kUsage, features.error().code, path + ": " + features.error().message);
    return nullptr;
  }
  out->features = std::move(*features);
  return out;
}

bool knows_features(const Surroundings& around, const std::vector<const ir::RuleSet*>& rule_sets,
                    int* exit) {
  if (!around.features) return true;
  // A name is that of the feature store or its last part.
  std::vector<std::string> known, short_names;
  for (const ir::RuleSet* rules : rule_sets) {
    for (const ir::Decision& decision : rules->decisions) {
      for (const ir::Feature& feature : decision.features) {
        known.push_back(feature.name);
        short_names.push_back(feature.name.substr(feature.name.rfind('.') + 1));
      }
    }
  }
  for (const std::string_view name : around.features->names()) {
    if (std::ranges::find(known, name) != known.end() ||
        std::ranges::find(short_names, name) != short_names.end()) {
      continue;
    }
    const bool is_long = name.find('.') != std::string_view::npos;
    const std::string best = diag::nearest(name, is_long ? known : short_names);
    std::string why = "no decision here has a feature `" + std::string(name) + "`";
    if (known.empty()) why += ", nor any other";
    if (!best.empty()) why += ", did you mean `" + best + "`?";
    *exit = failed(kUsage, "PAC5124", "--features: " + why);
    return false;
  }
  return true;
}

}  // namespace pac::cli
