#include "cli/surroundings.h"

#include <ctime>
#include <fstream>
#include <sstream>

#include "runtime/base/text_numbers.h"

namespace pac::cli {

void add_surroundings(po::options_description& o) {
  o.add_options()("as-of", po::value<std::string>(),
                  "legal date, 2026-03-01; default: the date of `now`")(
      "now", po::value<std::string>(), "instant, 2026-03-01T09:00:00Z; default: the clock")(
      "context", po::value<std::string>()->default_value(""), "context as JSON: {\"caller\": …}")(
      "features", po::value<std::string>(), "JSON file with features");
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
  out->context.json = out->json;
  if (!values.contains("features")) return out;
  const auto& path = values["features"].as<std::string>();
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    *exit = failed(kCouldNotRun, "PAC0101", "can't read " + path);
    return nullptr;
  }
  std::stringstream text;
  text << in.rdbuf();
  auto features = engine::MemoryFeatures::parse(text.str());
  if (!features) {
    *exit = failed(kUsage, features.error().code, path + ": " + features.error().message);
    return nullptr;
  }
  out->features = std::move(*features);
  return out;
}

}  // namespace pac::cli
