#include "compiler/gen/cpp_names.h"

#include <algorithm>
#include <cstdio>

namespace pac::gen {

namespace {

// Keywords and alternative tokens up to C++26, names with a meaning to compilers, and macros that
// gcc predefines or common headers define in a form that a name of a policy can have.
constexpr std::string_view kReserved[] = {"EOF",
                                          "INFINITY",
                                          "NAN",
                                          "NULL",
                                          "alignas",
                                          "alignof",
                                          "and",
                                          "and_eq",
                                          "asm",
                                          "assert",
                                          "auto",
                                          "bitand",
                                          "bitor",
                                          "bool",
                                          "break",
                                          "case",
                                          "catch",
                                          "char",
                                          "char16_t",
                                          "char32_t",
                                          "char8_t",
                                          "class",
                                          "co_await",
                                          "co_return",
                                          "co_yield",
                                          "compl",
                                          "concept",
                                          "const",
                                          "const_cast",
                                          "consteval",
                                          "constexpr",
                                          "constinit",
                                          "continue",
                                          "contract_assert",
                                          "decltype",
                                          "default",
                                          "delete",
                                          "do",
                                          "double",
                                          "dynamic_cast",
                                          "else",
                                          "enum",
                                          "errno",
                                          "explicit",
                                          "export",
                                          "extern",
                                          "false",
                                          "final",
                                          "float",
                                          "for",
                                          "friend",
                                          "goto",
                                          "i386",
                                          "if",
                                          "import",
                                          "inline",
                                          "int",
                                          "linux",
                                          "long",
                                          "major",
                                          "minor",
                                          "module",
                                          "mutable",
                                          "namespace",
                                          "new",
                                          "noexcept",
                                          "not",
                                          "not_eq",
                                          "nullptr",
                                          "offsetof",
                                          "operator",
                                          "or",
                                          "or_eq",
                                          "override",
                                          "private",
                                          "protected",
                                          "public",
                                          "register",
                                          "reinterpret_cast",
                                          "requires",
                                          "return",
                                          "setjmp",
                                          "short",
                                          "signed",
                                          "sizeof",
                                          "static",
                                          "static_assert",
                                          "static_cast",
                                          "stderr",
                                          "stdin",
                                          "stdout",
                                          "struct",
                                          "switch",
                                          "template",
                                          "this",
                                          "thread_local",
                                          "throw",
                                          "true",
                                          "try",
                                          "typedef",
                                          "typeid",
                                          "typename",
                                          "typeof",
                                          "union",
                                          "unix",
                                          "unsigned",
                                          "using",
                                          "virtual",
                                          "void",
                                          "volatile",
                                          "wchar_t",
                                          "while",
                                          "xor",
                                          "xor_eq"};
static_assert(std::ranges::is_sorted(kReserved));

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string cpp_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    // Two underscores in a row belong to the compiler, anywhere in a name.
    const char put = is_name_char(c) ? c : '_';
    if (put != '_' || out.empty() || out.back() != '_') out += put;
  }
  // So do an underscore and a capital at the front.
  if (out.empty() || out[0] == '_' || (out[0] >= '0' && out[0] <= '9')) out.insert(0, "n");
  if (std::ranges::binary_search(kReserved, std::string_view(out))) out += '_';
  return out;
}

std::string cpp_namespace(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    out += (out.empty() ? "" : "::") + cpp_name(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
      out += escaped;
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "\"";
}

std::string Scope::add(std::string_view name) {
  const std::string base = cpp_name(name);
  std::string made = base;
  // A second underscore in a row would be reserved, so numbers stand before it.
  if (taken_.contains(made) && !made.ends_with('_')) made += '_';
  for (int i = 2; taken_.contains(made); ++i) {
    made = base + (base.ends_with('_') ? "" : "_") + std::to_string(i) + "_";
  }
  taken_.insert(made);
  return made;
}

}  // namespace pac::gen
