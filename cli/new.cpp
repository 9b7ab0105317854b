// pac new: a folder with a first policy, a test and an input, ready for `pac test`.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/commands.h"

namespace pac::cli {

namespace {

namespace fs = std::filesystem;

void options(po::options_description& o) {
  o.add_options()("name", po::value<std::string>()->value_name("NAME"),
                  "of the package and its folder: letters, digits, `_`");
}

std::string policy(const std::string& name) {
  return "package " + name + R"( edition 1

/// Who gets the discount.
@owner("me")
decision discount {
  input {
    member: bool
    total:  decimal(2) unit EUR in 0.01 .. 100_000.00
  }
  output { percent: int in 0 .. 100 }

  table first {
    member | total      => percent
    true   | >= 100.00  => 15
    true   | -          => 10
    -      | >= 1000.00 => 5
    -      | -          => 0
  }
}

test discount "members and large orders" cases {
  member | total   => percent | by
  true   | 100.00  => 15      | row_1
  true   | 99.99   => 10      | row_2
  false  | 1000.00 => 5       | row_3
  false  | 999.99  => 0       | row_4
}
)";
}

bool write(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  return static_cast<bool>(out);
}

int run(const po::variables_map& values) {
  if (!values.contains("name")) return failed(kUsage, "", "say which name: pac new NAME");
  const auto& name = values["name"].as<std::string>();
  const bool good = !name.empty() && name.size() <= 64 && (name[0] < '0' || name[0] > '9') &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9');
                    });
  if (!good) {
    return failed(kUsage, "",
                  "`" + name +
                      "` is no name for a package; use letters, digits and `_`, and not a "
                      "digit first");
  }
  std::error_code error;
  if (fs::exists(name, error))
    return failed(kCouldNotRun, "PAC0108", name + " exists already; nothing was written");
  const bool made =
      fs::create_directory(name, error) && write(fs::path(name) / (name + ".pac"), policy(name)) &&
      write(
          fs::path(name) / "orders.jsonl",
          "{\"member\": true, \"total\": \"120.00\"}\n{\"member\": false, \"total\": \"20.00\"}\n");
  if (!made) return failed(kCouldNotRun, "PAC0107", "can't write into " + name);
  std::printf("made %s/%s.pac and %s/orders.jsonl; next: pac test %s\n", name.c_str(), name.c_str(),
              name.c_str(), name.c_str());
  return kFine;
}

}  // namespace

const Command kNew{"new",
                   "make a folder with a first policy, its tests and an input",
                   "pac new NAME",
                   "pac new discounts",
                   options,
                   "name",
                   run};

}  // namespace pac::cli
