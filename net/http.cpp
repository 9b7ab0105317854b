#include "net/http.h"

#include <algorithm>

namespace pac::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::optional<std::string_view> find(const std::vector<Field>& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (std::ranges::equal(field.name, name, {}, lower, lower)) return field.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::optional<std::string_view> Request::field(std::string_view name) const {
  return find(fields, name);
}

std::optional<std::string_view> Response::field(std::string_view name) const {
  return find(fields, name);
}

}  // namespace pac::net
