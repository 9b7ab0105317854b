#include "bench/policy_sets.h"

#include "bench/random.h"

namespace pac::bench {

namespace {

constexpr int kLetters = 16;  // a .. p
constexpr int kKinds = 50;

std::string letters(Random& random, int64_t count) {
  std::string out;
  for (; count > 0; --count) out += static_cast<char>('a' + random.in(0, kLetters - 1));
  return out;
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string rule_text(size_t number, const std::string& condition, int64_t outcome) {
  return "    rule r" + std::to_string(number) + " { when " + condition +
         " then { r: " + std::to_string(outcome) + " } }\n";
}

constexpr const char* kEnd = "    otherwise { r: 0 }\n  }\n}\n";

}  // namespace

// ---- Lists

std::vector<ListRule> list_rules(int count, uint32_t seed) {
  Random random(seed);
  std::vector<ListRule> out;
  for (int i = 0; i < count; ++i) {
    ListRule rule;
    rule.kind = random.in(0, kKinds - 1);
    rule.low = random.in(10'000, 90'000);
    rule.shape = static_cast<int>(random.in(0, 3));
    rule.outcome = random.in(1, 999);
    out.push_back(rule);
  }
  return out;
}

std::string list_policy(const std::vector<ListRule>& rules) {
  std::string out = "package bench.lists edition 1\nenum E {";
  for (int i = 0; i < kKinds; ++i) out += (i == 0 ? " v" : ", v") + std::to_string(i);
  out +=
      " }\nrecord Loan { amount: int in 0 .. 99_999, kind: E, late: bool }\n"
      "decision d {\n  input { loans: list<Loan> max 20 items }\n"
      "  output { r: int }\n  rules first {\n";
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string kind = "v" + std::to_string(rules[i].kind);
    const std::string low = std::to_string(rules[i].low);
    std::string condition;
    switch (rules[i].shape) {
      case 0:
        condition = "sum(x.amount for x in loans where x.kind == " + kind + ") > 1" + low;
        break;
      case 1:
        condition = "count(x in loans where x.late and x.kind == " + kind + ") >= 3";
        break;
      case 2:
        condition = "any x in loans: x.kind == " + kind + " and x.late and x.amount in " + low +
                    " .. " + low + " + 20_000";
        break;
      default:
        condition = "len(loans) >= 16 and none x in loans: x.amount > " + low;
        break;
    }
    out += rule_text(i, condition, rules[i].outcome);
  }
  return out + kEnd;
}

std::string list_source(const std::vector<ListRule>& rules) {
  std::string out =
      "struct loan { long long amount; unsigned kind; unsigned char late; };\n"
      "struct input { const struct loan* x; unsigned count; };\n"
      "int pac_bench_policy(const struct input* in) {\n"
      "  const struct loan* x = in->x;\n  const unsigned n = in->count;\n";
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string kind = "x[i].kind == " + std::to_string(rules[i].kind);
    const std::string low = std::to_string(rules[i].low);
    const std::string each = "for (unsigned i = 0; i < n; ++i)";
    const std::string then = " return " + std::to_string(i) + ";";
    switch (rules[i].shape) {
      case 0:
        out += "  { long long s = 0; " + each + " if (" + kind + ") s += x[i].amount; if (s > 1" +
               low + ")" + then + " }\n";
        break;
      case 1:
        out += "  { unsigned c = 0; " + each + " if (x[i].late && " + kind + ") ++c; if (c >= 3)" +
               then + " }\n";
        break;
      case 2:
        out += "  " + each + " if (" + kind + " && x[i].late && x[i].amount >= " + low +
               " && x[i].amount <= " + low + " + 20000)" + then + "\n";
        break;
      default:
        out += "  if (n >= 16) { int none = 1; " + each + " if (x[i].amount > " + low +
               ") { none = 0; break; } if (none)" + then + " }\n";
        break;
    }
  }
  return out + "  return -1;\n}\n";
}

std::vector<std::string> list_inputs(size_t count, uint32_t seed) {
  Random random(seed);
  std::vector<std::string> out;
  while (out.size() < count) {
    std::string json = "{\"loans\":[";
    for (int64_t items = random.in(0, 20), i = 0; i < items; ++i) {
      json += std::string(i == 0 ? "" : ",") +
              "{\"amount\":" + std::to_string(random.in(0, 99'999)) + ",\"kind\":\"v" +
              std::to_string(random.in(0, kKinds - 1)) +
              "\",\"late\":" + (random.one_in(2) ? "true}" : "false}");
    }
    out.push_back(json + "]}");
  }
  return out;
}

// ---- Texts

std::vector<StringRule> string_rules(int count, uint32_t seed) {
  Random random(seed);
  std::vector<StringRule> out;
  for (int i = 0; i < count; ++i) {
    StringRule rule;
    rule.shape = static_cast<int>(random.in(0, 4));
    rule.first = letters(random, rule.shape == 2 || rule.shape == 3 ? 2 : 1);
    rule.second = letters(random, 1);
    if (rule.shape == 1) {
      for (int64_t k = random.in(10, 40); k > 0; --k) rule.names.push_back(letters(random, 3));
    }
    rule.outcome = random.in(1, 999);
    out.push_back(std::move(rule));
  }
  return out;
}

std::string string_policy(const std::vector<StringRule>& rules) {
  std::string out =
      "package bench.strings edition 1\ndecision d {\n"
      "  input { code: string max 12 chars, name: string max 40 chars, mail: string max 80 chars "
      "}\n"
      "  output { r: int }\n  rules first {\n";
  for (size_t i = 0; i < rules.size(); ++i) {
    const StringRule& rule = rules[i];
    std::string condition;
    switch (rule.shape) {
      case 0:
        condition = "code matches " + quoted(rule.first + "[a-p]{2,6}" + rule.second);
        break;
      case 1:
        for (const std::string& name : rule.names)
          condition += (condition.empty() ? "name in {" : ", ") + quoted(name);
        condition += "}";
        break;
      case 2:
        condition = "mail ends_with " + quoted("@" + rule.first + ".example");
        break;
      case 3:
        condition =
            "mail contains " + quoted(rule.first) + " and name starts_with " + quoted(rule.second);
        break;
      default:
        condition =
            "name starts_with " + quoted(rule.first) + " and code ends_with " + quoted(rule.second);
        break;
    }
    out += rule_text(i, condition, rule.outcome);
  }
  return out + kEnd;
}

std::string string_source(const std::vector<StringRule>& rules) {
  const auto letter = [](const std::string& text) { return "'" + text + "'"; };
  std::string out =
      "#define _GNU_SOURCE\n#include <string.h>\n"
      "struct text { const char* s; unsigned n; unsigned id; };\n"
      "struct input { struct text code, name, mail; };\n"
      "int pac_bench_policy(const struct input* in) {\n"
      "  const struct text code = in->code, name = in->name, mail = in->mail;\n";
  for (size_t i = 0; i < rules.size(); ++i) {
    const StringRule& rule = rules[i];
    const std::string then = " return " + std::to_string(i) + ";\n";
    switch (rule.shape) {
      case 0:
        out += "  if (code.n >= 4 && code.n <= 8 && code.s[0] == " + letter(rule.first) +
               " && code.s[code.n - 1] == " + letter(rule.second) +
               ") { unsigned k = 1; while (k < code.n - 1 && code.s[k] >= 'a' && code.s[k] <= 'p')"
               " ++k; if (k == code.n - 1)" +
               then + "  }\n";
        break;
      case 1:
        out += "  if (name.n == 3 && (0";
        for (const std::string& one : rule.names)
          out += " || memcmp(name.s, " + quoted(one) + ", 3) == 0";
        out += "))" + then;
        break;
      case 2:
        out += "  if (mail.n >= 11 && memcmp(mail.s + mail.n - 11, " +
               quoted("@" + rule.first + ".example") + ", 11) == 0)" + then;
        break;
      case 3:
        out += "  if (name.n >= 1 && name.s[0] == " + letter(rule.second) +
               " && memmem(mail.s, mail.n, " + quoted(rule.first) + ", 2))" + then;
        break;
      default:
        out += "  if (name.n >= 1 && name.s[0] == " + letter(rule.first) +
               " && code.n >= 1 && code.s[code.n - 1] == " + letter(rule.second) + ")" + then;
        break;
    }
  }
  return out + "  return -1;\n}\n";
}

std::vector<std::string> string_inputs(size_t count, uint32_t seed) {
  Random random(seed);
  std::vector<std::string> out;
  while (out.size() < count) {
    const std::string name = letters(random, random.one_in(2) ? 3 : random.in(4, 30));
    out.push_back("{\"code\":\"" + letters(random, random.in(5, 9)) + "\",\"name\":\"" + name +
                  "\",\"mail\":\"" + letters(random, random.in(5, 20)) + "@" + letters(random, 2) +
                  ".example\"}");
  }
  return out;
}

// ---- Sets

namespace {

constexpr int64_t kMostNumber = 999'999'999'999;

std::string set_policy(const char* type, const std::vector<std::string>& members) {
  std::string out = std::string("package bench.sets edition 1\ndecision d {\n  input { x: ") +
                    type +
                    " }\n  output { r: int }\n  rules first {\n    rule listed { when x in {";
  for (size_t i = 0; i < members.size(); ++i) {
    out += (i == 0 ? "" : i % 16 == 0 ? ",\n      " : ", ") + members[i];
  }
  return out + "} then { r: 1 } }\n" + kEnd;
}

}  // namespace

std::vector<int64_t> set_numbers(size_t count, uint32_t seed) {
  Random random(seed);
  std::vector<int64_t> out;
  while (out.size() < count) out.push_back(random.in(0, kMostNumber));
  return out;
}

std::vector<std::string> set_texts(size_t count, uint32_t seed) {
  Random random(seed);
  std::vector<std::string> out;
  while (out.size() < count) out.push_back(letters(random, random.in(8, 24)));
  return out;
}

std::string number_set_policy(const std::vector<int64_t>& numbers) {
  std::vector<std::string> members;
  for (const int64_t one : numbers) members.push_back(std::to_string(one));
  return set_policy("int", members);
}

std::string text_set_policy(const std::vector<std::string>& texts) {
  std::vector<std::string> members;
  for (const std::string& one : texts) members.push_back(quoted(one));
  return set_policy("string max 40 chars", members);
}

std::vector<std::string> number_set_inputs(const std::vector<int64_t>& numbers, size_t count,
                                           uint32_t seed) {
  Random random(seed);
  std::vector<std::string> out;
  while (out.size() < count) {
    const int64_t one =
        random.one_in(2) ? numbers[random.below(numbers.size())] : random.in(0, kMostNumber);
    out.push_back("{\"x\":" + std::to_string(one) + "}");
  }
  return out;
}

std::vector<std::string> text_set_inputs(const std::vector<std::string>& texts, size_t count,
                                         uint32_t seed) {
  Random random(seed);
  std::vector<std::string> out;
  while (out.size() < count) {
    const std::string one =
        random.one_in(2) ? texts[random.below(texts.size())] : letters(random, random.in(8, 24));
    out.push_back("{\"x\":" + quoted(one) + "}");
  }
  return out;
}

}  // namespace pac::bench
