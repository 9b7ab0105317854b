#include "tests/unit/diag/json_schema.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

namespace pac::diag::test {

using json::Value;

namespace {

const std::set<std::string_view> kKnown = {"$ref",    "$schema",     "additionalProperties",
                                           "anyOf",   "default",     "definitions",
                                           "title",   "description", "enum",
                                           "format",  "id",          "items",
                                           "oneOf",   "maximum",     "minItems",
                                           "minimum", "pattern",     "properties",
                                           "type",    "required",    "uniqueItems"};

bool is_of_type(const Value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

// A URI has a scheme; a reference may have none. Neither has characters that have to be escaped.
bool is_of_format(const std::string& text, std::string_view format) {
  static const RE2 kReference(R"(([!#-;=?-Z\[\]_a-z~]|%[0-9a-fA-F]{2})*)");
  static const RE2 kUri(R"([A-Za-z][A-Za-z0-9+.-]*:.*)");
  static const RE2 kInstant(R"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))");
  if (format == "date-time") return RE2::FullMatch(text, kInstant);
  if (format == "uri-reference") return RE2::FullMatch(text, kReference);
  return format == "uri" && RE2::FullMatch(text, kReference) && RE2::FullMatch(text, kUri);
}

bool has_repeats(const json::Elements& items) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
        items.begin() + static_cast<std::ptrdiff_t>(i)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> JsonSchema::problems(const Value& document) const {
  Problems out;
  check(schema_, document, "", &out);
  return out;
}

const Value& JsonSchema::target_of(const std::string& reference) const {
  constexpr std::string_view kBeginning = "#/definitions/";
  static const Value kNone;
  const Value* all = schema_.find("definitions");
  if (!reference.starts_with(kBeginning) || all == nullptr) return kNone;
  const Value* found = all->find(std::string_view(reference).substr(kBeginning.size()));
  return found == nullptr ? kNone : *found;
}

bool JsonSchema::is_valid(const Value& schema, const Value& value) const {
  Problems found;
  check(schema, value, "", &found);
  return found.empty();
}

void JsonSchema::check(const Value& schema, const Value& value, const std::string& at,
                       Problems* out) const {
  const auto problem = [&](const std::string& what) { out->push_back(at + ": " + what); };
  if (!schema.is_object()) return problem("no schema");
  if (const Value* other = schema.find("$ref")) {
    return check(target_of(other->as_string()), value, at, out);
  }
  for (const json::Member& keyword : schema.members()) {
    if (!kKnown.contains(keyword.key)) problem("unknown keyword " + keyword.key);
  }
  const Value* type = schema.find("type");
  if (type != nullptr && !is_of_type(value, type->as_string())) {
    return problem("is no " + type->as_string());
  }
  if (const Value* values = schema.find("enum")) {
    const auto& all = values->elements();
    if (std::ranges::find(all, value) == all.end()) problem("is none of the values");
  }
  const Value* least = schema.find("minimum");
  const Value* most = schema.find("maximum");
  if (value.is_number()) {
    if (least != nullptr && value.as_double() < least->as_double()) problem("is too small");
    if (most != nullptr && value.as_double() > most->as_double()) problem("is too large");
  }
  const Value* pattern = schema.find("pattern");
  const Value* format = schema.find("format");
  if (value.is_string()) {
    if (pattern != nullptr && !RE2::PartialMatch(value.as_string(), pattern->as_string())) {
      problem("does not match " + pattern->as_string());
    }
    if (format != nullptr && !is_of_format(value.as_string(), format->as_string())) {
      problem("is no " + format->as_string());
    }
  }
  for (const char* keyword : {"anyOf", "oneOf"}) {
    const Value* choices = schema.find(keyword);
    if (choices == nullptr) continue;
    const auto fitting = std::ranges::count_if(
        choices->elements(), [&](const Value& one) { return is_valid(one, value); });
    const bool is_one = std::string_view(keyword) == "oneOf";
    if (fitting == 0 || (is_one && fitting > 1)) problem(std::string("fits not ") + keyword);
  }
  if (value.is_object()) check_object(schema, value, at, out);
  if (value.is_array()) check_array(schema, value, at, out);
}

void JsonSchema::check_object(const Value& schema, const Value& value, const std::string& at,
                              Problems* out) const {
  const Value* known = schema.find("properties");
  const Value* others = schema.find("additionalProperties");
  if (const Value* required = schema.find("required")) {
    for (const Value& name : required->elements()) {
      if (value.find(name.as_string()) == nullptr) {
        out->push_back(at + ": has no " + name.as_string());
      }
    }
  }
  for (const json::Member& member : value.members()) {
    const std::string place = at + "/" + member.key;
    const Value* own = known == nullptr ? nullptr : known->find(member.key);
    if (own != nullptr) {
      check(*own, member.value, place, out);
    } else if (others != nullptr && others->is_object()) {
      check(*others, member.value, place, out);
    } else if (others != nullptr && !others->as_bool()) {
      out->push_back(place + ": is not known");
    }
  }
}

void JsonSchema::check_array(const Value& schema, const Value& value, const std::string& at,
                             Problems* out) const {
  const json::Elements& items = value.elements();
  const Value* least = schema.find("minItems");
  if (least != nullptr && static_cast<int64_t>(items.size()) < least->as_int()) {
    out->push_back(at + ": has too few items");
  }
  const Value* unique = schema.find("uniqueItems");
  if (unique != nullptr && unique->as_bool() && has_repeats(items)) {
    out->push_back(at + ": has an item twice");
  }
  const Value* each = schema.find("items");
  for (size_t i = 0; each != nullptr && i < items.size(); ++i) {
    check(*each, items[i], at + "/" + std::to_string(i), out);
  }
}

}  // namespace pac::diag::test
