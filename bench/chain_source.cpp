#include "bench/chain_source.h"

#include <dlfcn.h>

#include <algorithm>
#include <bit>
#include <filesystem>

#include "bench/handwritten_match.h"
#include "bench/process.h"

namespace pac::bench {

namespace {

constexpr size_t kRulesOfAFunction = 256;
constexpr double kMostSeconds = 300;  // of clang, for one table

std::string number(uint64_t value) { return std::to_string(value) + "ull"; }

std::string test_of(const MatchRule& rule, int field) {
  const std::string x = "x" + std::to_string(field);
  const uint64_t values = field == 4 ? rule.e : field == 5 ? rule.f : 1;
  if (!std::has_single_bit(values)) return "(" + number(values) + " >> " + x + " & 1)";
  const Range range = range_of(rule, field);
  if (range.low == range.high) return x + " == " + number(range.low);
  return x + " - " + number(range.low) + " <= " + number(range.high - range.low);
}

}  // namespace

std::string chain_source(const MatchSet& set) {
  std::string out, calls;
  for (size_t first = 0; first < set.rules.size(); first += kRulesOfAFunction) {
    const std::string name = "rules_" + std::to_string(first);
    out += "static __attribute__((noinline)) int " + name + "(const unsigned long long* x) {\n";
    for (int field = 0; field < 8; ++field) {
      const std::string i = std::to_string(field);
      out += "  const unsigned long long x" + i + " = x[" + i + "];\n";
    }
    const size_t end = std::min(first + kRulesOfAFunction, set.rules.size());
    for (size_t i = first; i < end; ++i) {
      const MatchRule& rule = set.rules[i];
      std::vector<int> fields;
      for (int field = 0; field < 8; ++field) {
        if (rule.tests(field)) fields.push_back(field);
      }
      std::ranges::stable_sort(fields, {}, [&](int field) { return rule.share(field); });
      out += "  if (__builtin_expect(" + test_of(rule, fields[0]) + ", 0)";
      for (size_t k = 1; k < fields.size(); ++k) out += " && " + test_of(rule, fields[k]);
      out += ") return " + std::to_string(i) + ";\n";
    }
    out += "  return -1;\n}\n";
    calls += "  if ((found = " + name + "(x)) >= 0) return found;\n";
  }
  return out + "int pac_bench_chain(const unsigned long long* x) {\n  int found;\n" + calls +
         "  return -1;\n}\n";
}

CompiledCode compile_source(const std::string& text, const char* function,
                            const std::string& folder, const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string source = folder + "/" + name + ".c", object = folder + "/" + name + ".so";
  if (!std::filesystem::exists(object) || read_file(source) != text) {
    std::filesystem::remove(object, error);
    write_file(source, text);
    const std::string made = object + ".new";
    const Cost cost = run_within(kMostSeconds,
                                 {PAC_CLANG, "-x", "c", "-O2", "-march=native", "-fPIC", "-shared",
                                  "-w", source, "-o", made},
                                 folder + "/" + name + ".log");
    if (cost.exit == kOutOfTime) return {nullptr, "clang took more than 300 s"};
    if (cost.exit != 0) return {nullptr, std::string(PAC_CLANG) + " failed on " + source};
    std::filesystem::rename(made, object, error);
  }
  void* library = dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return {nullptr, dlerror()};
  return {dlsym(library, function), ""};
}

CompiledChain compile_chain(const MatchSet& set, const std::string& folder,
                            const std::string& name) {
  const CompiledCode made = compile_source(chain_source(set), "pac_bench_chain", folder, name);
  return {reinterpret_cast<ChainCode>(made.code), made.fault};
}

}  // namespace pac::bench
