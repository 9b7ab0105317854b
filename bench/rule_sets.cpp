#include "bench/rule_sets.h"

#include <algorithm>
#include <array>

#include "bench/random.h"

namespace pac::bench {

namespace {

std::string enumeration(const std::string& name, char prefix, int values) {
  std::string out = "enum " + name + " {";
  for (int i = 0; i < values; ++i) out += (i == 0 ? " " : ", ") + (prefix + std::to_string(i));
  return out + " }\n";
}

std::string range(int64_t low, int64_t high) {
  return low == high ? std::to_string(low) : std::to_string(low) + " .. " + std::to_string(high);
}

std::string header(const std::string& declarations, const std::string& inputs) {
  return "package bench.rule_set edition 1\n" + declarations + "decision d {\n  input {\n" +
         inputs + "  }\n  output { r: int }\n";
}

constexpr int64_t kTop = 9'999;  // of an integer column
constexpr int kValues = 50;      // of an enumeration

using Range = std::pair<int64_t, int64_t>;
using Box = std::vector<Range>;

std::string values_cell(const Range& cell) {
  std::string out;
  for (int64_t i = cell.first; i <= cell.second; ++i) {
    out += (i == cell.first ? "v" : ", v") + std::to_string(i);
  }
  return out;
}

}  // namespace

std::string tree_policy(int rows, int columns, uint32_t seed) {
  Random random(seed);
  const auto is_enum = [](int column) { return column % 4 == 3; };
  Box all;
  for (int i = 0; i < columns; ++i) all.emplace_back(0, is_enum(i) ? kValues - 1 : kTop);
  std::vector<Box> boxes{all};
  while (static_cast<int>(boxes.size()) < rows) {
    const auto at = static_cast<size_t>(random.in(0, static_cast<int64_t>(boxes.size()) - 1));
    const auto column = static_cast<size_t>(random.in(0, columns - 1));
    const auto [low, high] = boxes[at][column];
    if (low == high) continue;
    const int64_t cut = random.in(low, high - 1);
    Box rest = boxes[at];
    boxes[at][column].second = cut;
    rest[column].first = cut + 1;
    boxes.push_back(std::move(rest));
  }
  for (size_t i = boxes.size() - 1; i > 0; --i) {
    std::swap(boxes[i], boxes[static_cast<size_t>(random.in(0, static_cast<int64_t>(i)))]);
  }
  for (Box& box : boxes) {
    if (!random.one_in(10)) continue;
    const auto column = static_cast<size_t>(random.in(0, columns - 1));
    box[column] = all[column];
  }
  std::string inputs, head;
  for (int i = 0; i < columns; ++i) {
    inputs += "    f" + std::to_string(i) + (is_enum(i) ? ": E\n" : ": int in 0 .. 9_999\n");
    head += (i == 0 ? "    f" : " | f") + std::to_string(i);
  }
  std::string out =
      header(enumeration("E", 'v', kValues), inputs) + "  table first {\n" + head + " => r\n";
  int row = 0;
  for (const Box& box : boxes) {
    for (int i = 0; i < columns; ++i) {
      const Range& cell = box[static_cast<size_t>(i)];
      out += i == 0 ? "    " : " | ";
      out += cell == all[static_cast<size_t>(i)] ? "-"
             : is_enum(i)                        ? values_cell(cell)
                                                 : range(cell.first, cell.second);
    }
    out += " => " + std::to_string(row++ % 7) + "\n";
  }
  return out + "  }\n}\n";
}

namespace {

std::string sparse_condition(int field, Random& random) {
  const std::string name(1, "nmklefbs"[field]);
  const auto set_of = [&](char prefix) {
    if (random.one_in(2)) return name + " == " + prefix + std::to_string(random.in(0, kValues - 1));
    std::vector<int64_t> values;
    while (values.size() < 4) {
      const int64_t value = random.in(0, kValues - 1);
      if (std::ranges::find(values, value) == values.end()) values.push_back(value);
    }
    std::ranges::sort(values);
    std::string out = name + " in {";
    for (const int64_t value : values)
      out += (out.back() == '{' ? "" : ", ") + (prefix + std::to_string(value));
    return out + "}";
  };
  switch (field) {
    case 4:
      return set_of('v');
    case 5:
      return set_of('w');
    case 6:
      return random.one_in(2) ? name : "not " + name;
    case 7: {
      std::string text;
      for (int64_t i = random.in(2, 4); i > 0; --i)
        text += static_cast<char>('a' + random.in(0, 7));
      return name + " starts_with \"" + text + "\"";
    }
    default: {
      const int64_t width = std::array{50, 500, 3000}[static_cast<size_t>(random.in(0, 2))];
      const int64_t low = random.in(0, kTop - width);
      return name + " in " + range(low, low + width);
    }
  }
}

}  // namespace

std::string sparse_policy(int rules, int fewest, int most, uint32_t seed) {
  Random random(seed);
  std::string out = header(enumeration("E", 'v', kValues) + enumeration("F", 'w', kValues),
                           "    n: int in 0 .. 9_999\n    m: int in 0 .. 9_999\n"
                           "    k: int in 0 .. 9_999\n    l: int in 0 .. 9_999\n"
                           "    e: E\n    f: F\n    b: bool\n    s: string\n") +
                    "  rules first {\n";
  for (int i = 0; i < rules; ++i) {
    std::array fields{0, 1, 2, 3, 4, 5, 6, 7};
    const auto count = static_cast<size_t>(random.in(fewest, most));
    std::string condition;
    for (size_t k = 0; k < count; ++k) {
      std::swap(fields[k], fields[static_cast<size_t>(random.in(static_cast<int64_t>(k), 7))]);
      condition += (k == 0 ? "" : " and ") + sparse_condition(fields[k], random);
    }
    out += "    rule r" + std::to_string(i) + " { when " + condition +
           " then { r: " + std::to_string(i % 5) + " } }\n";
  }
  return out + "    otherwise { r: 0 }\n  }\n}\n";
}

namespace {

// Prefixes that nest: new ones are mostly within known ones.
std::string address_cell(Random& random, std::vector<Range>* known) {
  if (random.one_in(8)) return "-";
  const Range outer =
      known->empty() || random.one_in(3)
          ? Range{0, 0xffff'ffff}
          : (*known)[static_cast<size_t>(random.in(0, static_cast<int64_t>(known->size()) - 1))];
  const int64_t size = outer.second - outer.first + 1;
  int bits = 0;  // of the outer prefix's size
  while ((int64_t{1} << bits) < size) ++bits;
  const int own = static_cast<int>(random.one_in(3) ? 0 : random.in(0, bits));
  const int64_t step = int64_t{1} << own;
  const int64_t low = outer.first + random.in(0, (size >> own) - 1) * step;
  known->emplace_back(low, low + step - 1);
  return range(low, low + step - 1);
}

std::string port_cell(Random& random) {
  switch (random.in(0, 9)) {
    case 0:
    case 1:
    case 2:
      return "-";
    case 3:
      return "1_024 .. 65_535";
    case 4:
      return "0 .. 1_023";
    case 5: {
      const int64_t low = random.in(0, 60'000);
      return range(low, low + random.in(1, 5'000));
    }
    default:
      return std::to_string(random.in(0, 2) == 0 ? random.in(0, 65'535) : random.in(0, 1'023));
  }
}

}  // namespace

std::string classbench_policy(int rules, uint32_t seed) {
  Random random(seed);
  std::string out =
      header("enum Protocol { tcp, udp, icmp, gre, esp, other }\n",
             "    source: int in 0 .. 4_294_967_295\n"
             "    target: int in 0 .. 4_294_967_295\n"
             "    source_port: int in 0 .. 65_535\n    target_port: int in 0 .. 65_535\n"
             "    protocol: Protocol\n") +
      "  table first {\n    source | target | source_port | target_port | protocol => r\n";
  std::vector<Range> sources, targets;
  for (int i = 0; i < rules; ++i) {
    const std::string source_port = random.one_in(2) ? "-" : port_cell(random);
    out += "    " + address_cell(random, &sources) + " | " + address_cell(random, &targets) +
           " | " + source_port + " | " + port_cell(random) + " | " +
           std::array{"tcp", "tcp", "tcp", "udp", "udp", "icmp", "-", "-"}[static_cast<size_t>(
               random.in(0, 7))] +
           " => " + std::to_string(i % 4) + "\n";
  }
  return out + "    otherwise => 0\n  }\n}\n";
}

std::string wide_policy(int rules, uint32_t seed) {
  Random random(seed);
  std::string inputs, head;
  for (int i = 0; i < 8; ++i) {
    inputs += "    f" + std::to_string(i) + ": int in 0 .. 9_999\n";
    head += (i == 0 ? "    f" : " | f") + std::to_string(i);
  }
  std::string out = header("", inputs) + "  table first {\n" + head + " => r\n";
  for (int i = 0; i < rules; ++i) {
    const int64_t a = random.in(0, 7), b = (a + random.in(1, 7)) % 8;
    for (int k = 0; k < 8; ++k) {
      out += k == 0 ? "    " : " | ";
      if (k != a && k != b) {
        out += "-";
        continue;
      }
      const int64_t low = random.in(0, 5'000);
      out += range(low, low + random.in(2'000, 4'999));
    }
    out += " => " + std::to_string(i % 3) + "\n";
  }
  return out + "    otherwise => 9\n  }\n}\n";
}

std::string chain_policy(int fields, uint32_t seed) {
  Random random(seed);
  std::string inputs;
  for (int i = 0; i < fields; ++i) inputs += "    x" + std::to_string(i) + ": int in 0 .. 9_999\n";
  std::string out = header("", inputs) + "  rules first {\n";
  const auto field = [](int i) { return "x" + std::to_string(i); };
  for (int i = 0; i + 1 < fields; ++i) {
    out += "    rule falls_" + std::to_string(i) + " { when " + field(i) + " > " + field(i + 1) +
           " then { r: " + std::to_string(i) + " } }\n";
  }
  // After these the fields rise: the next can't fire, and what follows is all that is left.
  out += "    rule never { when x0 > " + field(fields - 1) + " then { r: 100 } }\n";
  const int64_t top = random.in(5'000, 8'000);
  out += "    rule high { when x0 >= " + std::to_string(top) + " then { r: 101 } }\n";
  out += "    rule low { when " + field(fields - 1) + " < " + std::to_string(top) +
         " then { r: 102 } }\n";
  out += "    rule spread { when x0 < " + std::to_string(top) + " and " + field(fields - 1) +
         " >= " + std::to_string(top) + " then { r: 103 } }\n";
  return out + "  }\n}\n";
}

std::string regex_policy(int rules, uint32_t seed) {
  Random random(seed);
  std::string out = header("", "    code: string\n") + "  rules first {\n";
  for (int i = 0; i < rules; ++i) {
    const std::string letter(1, static_cast<char>('A' + random.in(0, 25)));
    const std::string second(1, static_cast<char>('A' + random.in(0, 25)));
    const std::string digits = std::to_string(random.in(2, 6));
    std::string pattern;
    switch (random.in(0, 2)) {
      case 0:
        pattern = letter + second + "[0-9]{" + digits + "}";
        break;
      case 1:
        pattern = letter + "[A-Z]-[0-9]+";
        break;
      default:
        pattern = letter + "(x|y)*" + second;
        break;
    }
    out += "    rule r" + std::to_string(i) + " { when code matches \"" + pattern +
           "\" then { r: " + std::to_string(i % 5) + " } }\n";
  }
  return out + "    otherwise { r: 0 }\n  }\n}\n";
}

std::string fold_policy(int rules, uint32_t seed) {
  Random random(seed);
  std::string out =
      "package bench.rule_set edition 1\n"
      "record Loan { amount: int in 0 .. 99_999, late: bool }\n"
      "decision d {\n  input { loans: list<Loan> max 20 items }\n  output { r: int }\n"
      "  rules first {\n";
  for (int i = 0; i < rules; ++i) {
    std::string condition;
    switch (random.in(0, 3)) {
      case 0:
        condition = "sum(x.amount for x in loans) > " + std::to_string(random.in(1, 1'000'000));
        break;
      case 1:
        condition = "count(x in loans where x.late) >= " + std::to_string(random.in(1, 10));
        break;
      case 2:
        condition = "any x in loans: x.amount > " + std::to_string(random.in(50'000, 99'000));
        break;
      default:
        condition =
            "all x in loans: not x.late or x.amount < " + std::to_string(random.in(100, 9'000));
        break;
    }
    out += "    rule r" + std::to_string(i) + " { when " + condition +
           " then { r: " + std::to_string(i % 4) + " } }\n";
  }
  return out + "    otherwise { r: 0 }\n  }\n}\n";
}

}  // namespace pac::bench
