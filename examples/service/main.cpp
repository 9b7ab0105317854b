// Decides loans from lines "score amount" on standard input. The header loan.h is written by `pac
// gen cpp`.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "loan.h"

namespace loan = policy::lending::loan::loan;

namespace {

template <typename Number>
bool read_number(std::string_view text, Number* out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), *out);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// Whole cents of "5000", "5000.5" or "5000.50"; never through a double.
std::optional<std::int64_t> cents_of(std::string_view text) {
  const std::size_t point = text.find('.');
  std::int64_t whole = 0;
  if (!read_number(text.substr(0, point), &whole) || whole < 0 || whole > 1'000'000'000) return {};
  if (point == std::string_view::npos) return whole * 100;
  const std::string_view digits = text.substr(point + 1);
  std::uint32_t part = 0;
  if (digits.size() > 2 || !read_number(digits, &part)) return {};
  return whole * 100 + (digits.size() == 1 ? part * 10 : part);
}

std::optional<loan::Input> read_line(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return {};
  loan::Input input{};
  const auto cents = cents_of(line.substr(space + 1));
  if (!cents || !read_number(line.substr(0, space), &input.credit_score)) return {};
  input.amount = *cents;
  return input;
}

int complain(const pac::Failure& failure) {
  std::fprintf(stderr, "%s: %s\n", failure.code.c_str(), failure.message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: service loan.pacb < lines of \"score amount\"\n", stderr);
    return 2;
  }
  // Who runs a service for others signs its bundles, and refuses what is not signed:
  //   pac::BundleOptions options{.trust_path = "trust.json", .requires_signature = true};
  const pac::Engine engine;
  const auto rules = engine.load_bundle_file(argv[1]);
  if (!rules) return complain(rules.error());
  const auto loaded = loan::load(*rules);
  if (!loaded) return complain(loaded.error());

  pac::Input workspace = rules->input();
  for (std::string line; std::getline(std::cin, line);) {
    const auto input = read_line(line);
    if (!input) {
      std::printf("not \"score amount\": %s\n", line.c_str());
      continue;
    }
    const pac::Decision decision = loan::decide(*loaded, workspace, *input);
    if (const loan::Output* output = loan::output(decision)) {
      const std::string_view reason = output->reason.view();
      std::printf("%s: %.*s\n", output->eligible ? "yes" : "no", static_cast<int>(reason.size()),
                  reason.data());
    } else {
      std::printf("no decision: %s\n", decision.json().c_str());  // treat as no
    }
  }
  return 0;
}
