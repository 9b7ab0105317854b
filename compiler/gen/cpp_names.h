// Names of a policy as C++ takes them: what C++ reserves gets a trailing underscore, and so does
// what is taken already. One Scope belongs to one thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace pac::gen {

// Letters, digits and underscores; never a keyword or a macro of the usual headers.
std::string cpp_name(std::string_view name);

// "lending.loan" as "lending::loan".
std::string cpp_namespace(std::string_view path);

// A comment of one line: a text in quotes, with what would end or hide a line escaped.
std::string quoted(std::string_view text);

// The names of one C++ scope.
class Scope {
 public:
  void reserve(std::string name) { taken_.insert(std::move(name)); }
  // The name that `name` gets here; no other one gets it.
  std::string add(std::string_view name);

 private:
  std::set<std::string> taken_;
};

}  // namespace pac::gen
