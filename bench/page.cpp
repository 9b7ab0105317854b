// From the figures to the page: bench_page SUMMARY PAGE PLOT writes the tables of
// docs/performance.md (between two marks; the rest is kept) and its plot. A figure that the summary
// lacks is a dash.
#include <array>
#include <cmath>
#include <cstdio>

#include "bench/process.h"
#include "runtime/base/json.h"

namespace pac::bench {
namespace {

constexpr std::string_view kBegin = "<!-- figures: `make bench-page` writes them -->\n";
constexpr std::string_view kEnd = "<!-- end of figures -->\n";
constexpr std::array kSizes{"10", "100", "1k", "10k", "100k"};

class Figures {
 public:
  explicit Figures(json::Value all) : all_(std::move(all)) {}
  double value(const std::string& key) const {  // 0: not there
    const json::Value* entry = all_.find(key);
    const json::Value* value = entry == nullptr ? nullptr : entry->find("value");
    return value == nullptr || !value->is_number() ? 0 : value->as_double();
  }
  std::string text(const std::string& key) const { return rounded(value(key)); }
  std::string origin(const std::string& key, const char* member) const {
    const json::Value* entry = all_.find(key);
    const json::Value* value = entry == nullptr ? nullptr : entry->find(member);
    return value == nullptr ? "unknown" : value->as_string();
  }
  // Three digits, thousands apart.
  static std::string rounded(double value) {
    if (value == 0) return "–";
    char out[64];
    if (std::fabs(value) < 99.95) {
      std::snprintf(out, sizeof out, std::fabs(value) < 9.995 ? "%.2f" : "%.1f", value);
      return out;
    }
    const double unit = std::pow(10, std::floor(std::log10(std::fabs(value))) - 2);
    std::snprintf(out, sizeof out, "%.0f", std::round(value / unit) * unit);
    std::string digits = out;
    for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
  }

 private:
  json::Value all_;
};

struct Line {
  const char* name;
  const char* prefix;  // of the figure, before the size
  const char* suffix;
  const char* colour;
};
constexpr std::array kLines{
    Line{"pac, native", "native_ns_", "", "#0b5cad"},
    Line{"touch-8 (the least)", "touch8_ns_", "", "#777777"},
    Line{"rows by hand, C++", "rows_by_hand_ns_", "", "#2a9d4a"},
    Line{"if-chain by hand, C++", "chain_ns_", "", "#8c6d1f"},
    Line{"CLIPS", "peer_clips_random_", "_ns", "#7b3fa0"},
    Line{"cel-js", "peer_cel_js_random_", "_ns", "#c2185b"},
    Line{"Zen 2", "peer_zen_random_", "_ns", "#d1660a"},
    Line{"Cedar", "peer_cedar_random_", "_ns", "#00838f"},
    Line{"casbin", "peer_casbin_random_", "_ns", "#b71c1c"},
    Line{"json-rules-engine", "peer_json_rules_engine_random_", "_ns", "#37474f"},
};

// ---- The tables.

std::string deciding(const Figures& figures) {
  std::string out =
      "| rules | native, ns | throughput, ns | touch-8, ns | native over touch-8 | if-chain, ns | "
      "chain over native | rows by hand, ns | native over rows "
      "|\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const std::string size : kSizes) {
    const double native = figures.value("native_ns_" + size);
    const double chain = figures.value("chain_ns_" + size);
    out += "| " + size + " | " + figures.text("native_ns_" + size) + " | " +
           figures.text("native_throughput_ns_" + size) + " | " +
           figures.text("touch8_ns_" + size) + " | " + figures.text("jit_vs_touch8_" + size) +
           " | " + figures.text("chain_ns_" + size) + " | " +
           Figures::rounded(native == 0 ? 0 : chain / native) + " | " +
           figures.text("rows_by_hand_ns_" + size) + " | " +
           figures.text("jit_vs_rows_by_hand_" + size) + " |\n";
  }
  return out;
}

std::string others(const Figures& figures) {
  constexpr std::array kKeys{
      std::pair{"compile_1k_s", "text to first answer, 1,000 rules, s"},
      std::pair{"compile_10k_s", "the same, 10,000 rules, s"},
      std::pair{"compile_100k_s", "the same, 100,000 rules, s"},
      std::pair{"compile_100k_mib", "its memory, MiB"},
      std::pair{"growth_100k_over_1k", "a decision with 100,000 rules over one with 1,000"},
      std::pair{"trace_overhead_ns", "keeping input and fired rule in memory, ns"},
      std::pair{"native_vs_handwritten_loan", "loan example, over C++ by hand"},
      std::pair{"native_ns_credit", "credit example, ns"},
      std::pair{"native_ns_lists_100", "100 rules over lists, ns"},
      std::pair{"lists_100_vs_handwritten", "the same, over C by hand"},
      std::pair{"native_ns_strings_100", "100 rules over texts, ns"},
      std::pair{"strings_100_vs_handwritten", "the same, over C by hand"},
      std::pair{"in_set_10k_vs_hash", "one of 10,000 numbers, over a hash table by hand"},
      std::pair{"in_set_100k_vs_hash", "one of 100,000 numbers, the same"},
      std::pair{"in_texts_10k_vs_hash", "one of 10,000 texts, over std::unordered_set"},
      std::pair{"in_texts_100k_vs_hash", "one of 100,000 texts, the same"},
      std::pair{"jit_vs_touch8_same_pair_10k",
                "10,000 rules that test the same pair, over touch-8"},
      std::pair{"jit_vs_touch8_shared_cuts_10k", "10,000 rules with shared cuts, over touch-8"},
      std::pair{"batch_1k_vs_single",
                "columns of inputs, 1,000 rules: a decision over a single one"},
      std::pair{"batch_10k_vs_single", "the same, 10,000 rules"},
      std::pair{"json_in_out_vs_simdjson_parse",
                "loan example from JSON text to JSON text, over simdjson reading its fields"},
      std::pair{"json_in_out_vs_simdjson_parse_credit", "credit example, the same"},
      std::pair{"bind_csv_vs_simdjson_parse_loan",
                "loan example: a row of CSV read and checked, over simdjson reading it as JSON"},
      std::pair{"bind_csv_vs_simdjson_parse_credit", "credit example, the same"},
      std::pair{"run_1m_csv_s_credit",
                "`pac run`, 1,000,000 credit applications from CSV, s of CPU"},
      std::pair{"run_1m_jsonl_s_credit", "the same from JSON lines"},
  };
  std::string out = "| | figure |\n|---|--:|\n";
  for (const auto& [key, what] : kKeys) {
    out += "| " + std::string(what) + " (`" + key + "`) | " + figures.text(key) + " |\n";
  }
  return out;
}

std::string peers(const Figures& figures) {
  constexpr std::array kPeers{
      std::pair{"zen", "Zen 2.0.2"},      std::pair{"zen_054", "Zen 0.54"},
      std::pair{"cedar", "Cedar 4.13"},   std::pair{"json_rules_engine", "json-rules-engine 7.3"},
      std::pair{"casbin", "casbin 5.51"}, std::pair{"cel_js", "cel-js 8.0"},
      std::pair{"clips", "CLIPS 6.30"}};
  std::string out;
  for (const std::string set : {"loan", "random_10", "random_100", "random_1k", "random_10k"}) {
    const std::string ours = "peer_pac_" + set;
    if (figures.value(ours + "_typed_ns") == 0) continue;
    out += "\n`" + set + "`: pac typed " + figures.text(ours + "_typed_ns") +
           " ns, from JSON text to JSON text " + figures.text(ours + "_json_ns") +
           " ns\n\n| peer | ns | pac typed is faster by | pac from JSON | both from JSON text |\n"
           "|---|--:|--:|--:|--:|\n";
    for (const auto& [key, name] : kPeers) {
      const std::string peer = std::string("peer_") + key + "_" + set;
      out += "| " + std::string(name) + " | " + figures.text(peer + "_ns") + " | " +
             figures.text(peer + "_typed_speedup") + " | " + figures.text(peer + "_json_speedup") +
             " | " + figures.text(peer + "_text_speedup") + " |\n";
    }
  }
  return out;
}

// ---- The plot: both axes by powers of ten.

constexpr double kLeft = 70, kRight = 640, kTop = 20, kBottom = 420, kLowestNs = 1, kDecades = 8;

double x_of(size_t size) {
  return kLeft + 60 + static_cast<double>(size) * (kRight - kLeft - 120) / 4;
}
double y_of(double ns) {
  return kBottom - std::log10(ns / kLowestNs) * (kBottom - kTop) / kDecades;
}

std::string at(double x, double y) {
  char out[64];
  std::snprintf(out, sizeof out, "%.1f %.1f", x, y);
  return out;
}

std::string label(double x, double y, const char* anchor, const std::string& text,
                  const char* colour = "#222222") {
  char out[256];
  std::snprintf(out, sizeof out,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n", x, y,
                anchor, colour, text.c_str());
  return out;
}

std::string path(const std::string& way, const char* colour, const char* width) {
  return "<path d=\"" + way + "\" fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"" + width +
         "\"/>\n";
}

std::string plot(const Figures& figures) {
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"840\" height=\"470\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"840\" height=\"470\" fill=\"#ffffff\"/>\n";
  constexpr std::array kTimes{"1 ns",   "10 ns", "100 ns", "1 µs",  "10 µs",
                              "100 µs", "1 ms",  "10 ms",  "100 ms"};
  for (size_t i = 0; i < kTimes.size(); ++i) {
    const double y = y_of(std::pow(10, static_cast<double>(i)));
    out += path("M" + at(kLeft, y) + " L" + at(kRight, y), "#dddddd", "1") +
           label(kLeft - 8, y + 4, "end", kTimes[i]);
  }
  for (size_t i = 0; i < kSizes.size(); ++i)
    out += label(x_of(i), kBottom + 20, "middle", kSizes[i]);
  out += label((kLeft + kRight) / 2, kBottom + 40, "middle",
               "rules; time of one decision, both by powers of ten");
  double key_y = kTop + 10;
  for (const Line& line : kLines) {
    std::string way, dots;
    for (size_t i = 0; i < kSizes.size(); ++i) {
      const double ns = figures.value(std::string(line.prefix) + kSizes[i] + line.suffix);
      if (ns <= 0) continue;
      way += (way.empty() ? "M" : " L") + at(x_of(i), y_of(ns));
      char dot[128];
      std::snprintf(dot, sizeof dot, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
                    x_of(i), y_of(ns), line.colour);
      dots += dot;
    }
    if (way.empty()) continue;
    out += path(way, line.colour, line.prefix == std::string("native_ns_") ? "3" : "1.5") + dots;
    out += path("M" + at(kRight + 15, key_y - 4) + " L" + at(kRight + 35, key_y - 4), line.colour,
                "3") +
           label(kRight + 42, key_y, "start", line.name, line.colour);
    key_y += 20;
  }
  return out + "</svg>\n";
}

int run_page(const std::string& summary, const std::string& page, const std::string& picture) {
  auto all = json::parse(read_file(summary));
  if (!all || !all->is_object()) {
    std::fprintf(stderr, "%s has no figures\n", summary.c_str());
    return 1;
  }
  const Figures figures(std::move(*all));
  const std::string text = read_file(page);
  const size_t begin = text.find(kBegin), end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    std::fprintf(stderr, "%s lacks the marks between which the figures stand\n", page.c_str());
    return 1;
  }
  const std::string made =
      std::string(kBegin) + "\nProcessor: " + figures.origin("touch8_floor_ns", "cpu") +
      "; commit " + figures.origin("touch8_floor_ns", "commit") +
      ".\n\n### Tables of eight fields\n\n" + deciding(figures) + "\n### Other figures\n\n" +
      others(figures) + "\n### Beside other engines\n" + peers(figures) + "\n";
  write_file(page, text.substr(0, begin) + made + text.substr(end));
  write_file(picture, plot(figures));
  return 0;
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  if (argc == 4) return pac::bench::run_page(argv[1], argv[2], argv[3]);
  std::fprintf(stderr, "bench_page SUMMARY PAGE PLOT\n");
  return 2;
}
