#include "ledger/record/entry_view.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/json.h"
#include "runtime/engine/json_scan.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kSchemas[] = {"1", "2"};

// What stands between the quotes of a string that has nothing escaped, as most have; of any other
// string the text must be made.
std::string_view plain(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return {};
  return raw.substr(1, raw.size() - 2);
}

}  // namespace

bool ObjectView::read(std::string_view object) {
  members_.clear();
  if (object.size() < 2 || object.front() != '{' || object.back() != '}') return false;
  std::size_t at = 1;
  if (object[at] == '}') return object.size() == 2;
  for (;;) {
    if (at >= object.size() || object[at] != '"') return false;
    const std::size_t quote = object.find('"', at + 1);
    if (quote == object.npos || quote + 1 >= object.size() || object[quote + 1] != ':') {
      return false;
    }
    const std::string_view name = object.substr(at + 1, quote - at - 1);
    const std::size_t begin = quote + 2;
    const std::size_t end = engine::end_of_json_value(object, begin);
    if (end <= begin || end >= object.size()) return false;
    members_.emplace_back(name, object.substr(begin, end - begin));
    if (object[end] == '}') return end + 1 == object.size();
    if (object[end] != ',') return false;
    at = end + 1;
  }
}

std::string_view ObjectView::raw(std::string_view name) const {
  for (const auto& [own, value] : members_) {
    if (own == name) return value;
  }
  return {};
}

std::string text_of(std::string_view json_string) {
  const std::string_view inside = plain(json_string);
  if (inside.find('\\') == inside.npos) return std::string(inside);
  const Result<json::Value> value = json::parse(json_string);
  return value && value->is_string() ? value->as_string() : std::string();
}

bool is_named(std::string_view function, std::string_view name) {
  if (function == name) return true;
  return function.size() > name.size() && function.ends_with(name) &&
         function[function.size() - name.size() - 1] == '.';
}

std::vector<std::string> names_in(std::string_view json_array) {
  std::vector<std::string> out;
  const Result<json::Value> value = json::parse(json_array);
  if (!value || !value->is_array()) return out;
  for (const json::Value& one : value->elements()) {
    if (one.is_string()) out.push_back(one.as_string());
  }
  return out;
}

void EntryReader::read_answer(std::string_view answer, EntryView* out) {
  out->answer = answer;
  if (!inner_.read(answer)) return;
  out->status = plain(inner_.raw("status"));
  out->fired = inner_.raw("fired");
}

Result<void> EntryReader::read(std::string_view entry, EntryView* out) {
  *out = {};
  if (!members_.read(entry)) return fail("PAC6401", "the entry is none that pac writes");
  std::string_view answer;
  for (const auto& [name, value] : members_.members()) {
    if (name == "answer")
      answer = value;
    else if (name == "at")
      out->at = plain(value);
    else if (name == "blob") {
      if (!inner_.read(value)) continue;
      out->blob = plain(inner_.raw("sha256"));
      const std::string_view bytes = inner_.raw("bytes");
      std::from_chars(bytes.data(), bytes.data() + bytes.size(), out->blob_bytes);
    } else if (name == "boxes")
      out->boxes = value;
    else if (name == "caller")
      out->caller = value;
    else if (name == "context")
      out->context = value;
    else if (name == "engine")
      out->engine = plain(value);
    else if (name == "features")
      out->features = value;
    else if (name == "function")
      out->function = plain(value);
    else if (name == "function_digest")
      out->function_digest = plain(value);
    else if (name == "idempotency")
      out->idempotency = value;
    else if (name == "input")
      out->input = value;
    else if (name == "kind")
      out->kind = plain(value);
    else if (name == "nonce")
      out->nonce = plain(value);
    else if (name == "origin")
      out->origin = plain(value);
    else if (name == "pac")
      out->pac = plain(value);
    else if (name == "run")
      out->run = plain(value);
    else if (name == "schema")
      out->schema = value;
    else if (name == "snapshot")
      out->snapshot = plain(value);
    else if (name == "stdlib")
      out->stdlib = plain(value);
    else if (name == "tenant")
      out->tenant = value;
  }
  if (std::ranges::find(kSchemas, out->schema) == std::end(kSchemas)) {
    return fail("PAC6401", "the entry has a schema that this pac does not know");
  }
  if (!answer.empty()) read_answer(answer, out);
  return {};
}

Result<void> EntryReader::read_blob(std::string_view blob, EntryView* out) {
  ObjectView whole;
  if (!whole.read(blob)) return fail("PAC6401", "the blob of the entry is none that pac writes");
  out->boxes = whole.raw("boxes");
  out->input = whole.raw("input");
  out->features = whole.raw("features");
  if (const std::string_view answer = whole.raw("answer"); !answer.empty()) {
    read_answer(answer, out);
  }
  return {};
}

}  // namespace pac::ledger
