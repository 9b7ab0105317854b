// Strict reading of JSON documents whose every member is known, with the place in messages. The
// first error is kept and everything after it is skipped. Internal to the encodings of this folder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/ir/numbers.h"

namespace pac::ir {

// Where a value stands; lives on the stack of whoever reads it.
struct Place {
  const Place* parent = nullptr;
  std::string_view name;  // of a member; empty: an element
  size_t index = 0;

  std::string text() const {
    const std::string before = parent == nullptr ? "" : parent->text();
    if (name.empty()) return before + "[" + std::to_string(index) + "]";
    return before.empty() ? std::string(name) : before + "." + std::string(name);
  }
};

class JsonReader {
 public:
  bool has_failed() const { return error_.has_value(); }
  const Error& error() const { return *error_; }
  void fail(const Place& place, const std::string& what, const char* code = "PAC4120") {
    if (!error_) error_ = Error{code, place.text() + ": " + what};
  }

  std::string text(const json::Value& value, const Place& place) {
    if (value.is_string()) return value.as_string();
    fail(place, "a string is wanted");
    return {};
  }
  bool flag(const json::Value& value, const Place& place) {
    if (value.is_bool()) return value.as_bool();
    fail(place, "true or false is wanted");
    return false;
  }
  template <typename T>
  T number(const json::Value& value, const Place& place) {
    const std::optional<Int128> read = read_integer(value);
    if (!read) {
      fail(place, "an integer is wanted");
      return 0;
    }
    if constexpr (sizeof(T) < sizeof(Int128)) {
      if (*read < std::numeric_limits<T>::min() || *read > std::numeric_limits<T>::max()) {
        fail(place, "the integer is out of range");
        return 0;
      }
    }
    return static_cast<T>(*read);
  }
  // Calls read(element, place of the element) for each.
  template <typename Read>
  void list(const json::Value& value, const Place& place, Read read) {
    if (!value.is_array()) return fail(place, "an array is wanted");
    Place inner{&place, {}, 0};
    for (const json::Value& element : value.elements()) {
      if (has_failed()) return;
      read(element, inner);
      ++inner.index;
    }
  }

 private:
  std::optional<Error> error_;
};

// One object: take each member that may be there, then finish(), which refuses all others.
class ObjectReader {
 public:
  ObjectReader(JsonReader& reader, const json::Value& value, const Place& place)
      : reader_(reader), place_(place) {
    if (!value.is_object()) {
      reader_.fail(place_, "an object is wanted");
    } else {
      object_ = &value;
    }
  }

  // Calls read(value, place) where the member is there.
  template <typename Read>
  bool take(std::string_view key, Read read) {
    const json::Value* value = object_ == nullptr ? nullptr : object_->find(key);
    if (value == nullptr || reader_.has_failed()) return false;
    taken_.push_back(key);
    const Place inner{&place_, key, 0};
    read(*value, inner);
    return true;
  }
  // The same, and its absence is an error.
  template <typename Read>
  void need(std::string_view key, Read read) {
    if (take(key, read)) return;
    reader_.fail(place_, "member `" + std::string(key) + "` is missing");
  }
  // After all that may be there was asked for.
  void finish() {
    if (reader_.has_failed() || taken_.size() == object_->members().size()) return;
    for (const json::Member& member : object_->members()) {
      if (std::ranges::find(taken_, member.key) == taken_.end()) {
        return reader_.fail(place_, "unknown member `" + member.key + "`");
      }
    }
  }

 private:
  JsonReader& reader_;
  const Place& place_;
  const json::Value* object_ = nullptr;
  std::vector<std::string_view> taken_;  // names that are there and were asked for
};

}  // namespace pac::ir
