#include "runtime/engine/memory_features.h"

#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"

namespace pac::engine {

namespace {

// JSON text of a value with its numbers as they were written, so that binding sees the digits.
void append_json(const json::Value& value, std::string* out) {
  switch (value.kind()) {
    case json::Kind::null:
      out->append("null");
      break;
    case json::Kind::boolean:
      out->append(value.as_bool() ? "true" : "false");
      break;
    case json::Kind::integer:
    case json::Kind::number:
      out->append(value.number_text());
      break;
    case json::Kind::string:
      json::append_quoted(value.as_string(), out);
      break;
    case json::Kind::array: {
      char separator = '[';
      for (const json::Value& element : value.elements()) {
        out->push_back(separator);
        append_json(element, out);
        separator = ',';
      }
      out->append(value.elements().empty() ? "[]" : "]");
      break;
    }
    case json::Kind::object: {
      char separator = '{';
      for (const json::Member& member : value.members()) {
        out->push_back(separator);
        json::append_quoted(member.key, out);
        out->push_back(':');
        append_json(member.value, out);
        separator = ',';
      }
      out->append(value.members().empty() ? "{}" : "}");
      break;
    }
  }
}

}  // namespace

struct MemoryFeatures::Loader {
  static Result<Timed> timed(std::string_view name, const json::Value& value) {
    Timed made;
    const json::Value* inner = value.find("value");
    const json::Value* at = value.find("at");
    const bool wrapped = value.is_object() && inner != nullptr &&
                         value.members().size() == (at == nullptr ? 1u : 2u);
    if (!wrapped) {
      append_json(value, &made.json);
      return made;
    }
    append_json(*inner, &made.json);
    if (at == nullptr) return made;
    if (!at->is_string() || parse_datetime(at->as_string(), &made.at_us) != TextStatus::ok) {
      return fail("PAC5124", "`at` of the feature `" + std::string(name) +
                                 "` is not an instant in UTC such as \"2026-03-01T12:00:00Z\"");
    }
    made.has_time = true;
    return made;
  }

  static Result<Feature> feature(std::string_view name, const json::Value& value) {
    Feature made;
    const json::Value* by_key = value.find("by_key");
    if (by_key == nullptr || !by_key->is_object() || value.members().size() != 1) {
      Result<Timed> one = timed(name, value);
      if (!one) return std::unexpected(one.error());
      made.value = std::move(*one);
      return made;
    }
    made.by_key = true;
    for (const json::Member& member : by_key->members()) {
      Result<Timed> one = timed(name, member.value);
      if (!one) return std::unexpected(one.error());
      made.values.emplace(member.key, std::move(*one));
    }
    return made;
  }
};

Result<MemoryFeatures> MemoryFeatures::parse(std::string_view json_text) {
  Result<json::Value> read = json::parse(json_text);
  if (!read) return std::unexpected(read.error());
  if (!read->is_object()) return fail("PAC5124", "features are an object of names and values");
  MemoryFeatures made;
  for (const json::Member& member : read->members()) {
    Result<Feature> feature = Loader::feature(member.key, member.value);
    if (!feature) return std::unexpected(feature.error());
    made.features_.emplace(member.key, std::move(*feature));
  }
  return made;
}

std::vector<std::string_view> MemoryFeatures::names() const {
  std::vector<std::string_view> out;
  for (const auto& [name, feature] : features_) out.push_back(name);
  return out;
}

bool MemoryFeatures::read(std::string_view feature, std::string_view key, int64_t now_us,
                          FeatureValue* out) {
  auto found = features_.find(feature);
  if (found == features_.end()) found = features_.find(feature.substr(feature.rfind('.') + 1));
  if (found == features_.end()) return false;
  const Timed* value = &found->second.value;
  if (found->second.by_key) {
    const auto entry = found->second.values.find(key);
    if (entry == found->second.values.end()) return false;
    value = &entry->second;
  }
  if (value->has_time && value->at_us > now_us) return false;
  *out = {value->json, value->at_us, value->has_time};
  return true;
}

}  // namespace pac::engine
