#include "ledger/log/key_event.h"

#include <algorithm>

#include "ledger/log/checkpoint.h"
#include "ledger/log/limits.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

// {"at":"2026-03-01T09:00:00.000000Z","key":{
constexpr std::string_view kBegin = "{\"at\":\"";
constexpr std::string_view kBehindTime = "\",\"key\":{";
constexpr std::size_t kTimeBytes = 27;
constexpr const char* kAllLines = "all";
constexpr const char* kAnyLine = "any";

std::unexpected<Error> malformed(const std::string& what) {
  return fail("PAC6107", "the entry says which key may sign and is not in its form: " + what);
}

const char* word_of(KeyEvent::Kind kind) {
  switch (kind) {
    case KeyEvent::Kind::introduce:
      return "introduce";
    case KeyEvent::Kind::retire:
      return "retire";
    case KeyEvent::Kind::revoke:
      return "revoke";
    case KeyEvent::Kind::also:
      return "also";
  }
  return "";
}

std::optional<KeyEvent::Kind> kind_of(std::string_view word) {
  for (const auto kind : {KeyEvent::Kind::introduce, KeyEvent::Kind::retire, KeyEvent::Kind::revoke,
                          KeyEvent::Kind::also}) {
    if (word == word_of(kind)) return kind;
  }
  return {};
}

const std::string* text_of(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found != nullptr && found->is_string() ? &found->as_string() : nullptr;
}

}  // namespace

json::Value pins_to_json(const std::vector<KeyPin>& pins) {
  json::Value out = json::Value::array();
  for (const KeyPin& pin : pins) {
    json::Value one = json::Value::object();
    one.set("origin", pin.origin);
    one.set("root", crypto::to_base64(crypto::view(pin.root)));
    one.set("size", json::Value::exact_int(static_cast<std::int64_t>(pin.size)));
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<KeyPin>> pins_of_json(const json::Value& value) {
  if (!value.is_array()) return malformed("its pins are no list");
  std::vector<KeyPin> out;
  for (const json::Value& one : value.elements()) {
    const std::string* origin = text_of(one, "origin");
    const std::string* root = text_of(one, "root");
    const json::Value* size = one.find("size");
    if (origin == nullptr || !is_origin(*origin) || root == nullptr || size == nullptr ||
        !size->is_int() || size->as_int() < 0 || one.members().size() != 3) {
      return malformed("a pin has `origin`, `root` and `size`");
    }
    const auto hash = crypto::array_from_base64<32>(*root);
    if (!hash) return malformed("the root of a pin is not base64 of 32 bytes");
    out.push_back({*origin, static_cast<std::uint64_t>(size->as_int()), *hash});
  }
  return out;
}

json::Value to_json(const KeyEvent& event) {
  json::Value out = json::Value::object();
  out.set("event", word_of(event.kind));
  if (event.also) out.set("lines", event.also->is_needed ? kAllLines : kAnyLine);
  if (event.kind == KeyEvent::Kind::revoke) out.set("pins", pins_to_json(event.pins));
  out.set("reason", event.reason);
  if (event.kind == KeyEvent::Kind::introduce) out.set("role", event.role);
  out.set("verifier", event.also ? verifier_text(event.also->key) : verifier_text(event.key));
  return out;
}

bool looks_like_key_entry(std::string_view entry) noexcept {
  return entry.size() > kBegin.size() + kTimeBytes + kBehindTime.size() &&
         entry.starts_with(kBegin) &&
         entry.substr(kBegin.size() + kTimeBytes, kBehindTime.size()) == kBehindTime;
}

Result<std::optional<KeyEvent>> read_key_entry(std::string_view entry) {
  if (!looks_like_key_entry(entry)) return std::nullopt;
  const Result<json::Value> value = json::parse(entry);
  // What is no JSON is no entry of pac: nobody follows it.
  if (!value || !value->is_object()) return std::nullopt;
  const std::string* kind = text_of(*value, "kind");
  if (kind == nullptr || *kind != "key") return std::nullopt;
  if (json::canonical(*value) != entry) return malformed("it is not canonical");
  const json::Value* body = value->find("key");
  const std::string* event = text_of(*body, "event");
  const std::string* verifier = text_of(*body, "verifier");
  const std::string* reason = text_of(*body, "reason");
  const std::string* at = text_of(*value, "at");
  if (event == nullptr || verifier == nullptr || reason == nullptr || at == nullptr) {
    return malformed("it has `event`, `reason` and `verifier`");
  }
  KeyEvent out;
  const auto what = kind_of(*event);
  if (!what) return malformed("its event is not introduce, retire, revoke or also");
  out.kind = *what;
  out.reason = *reason;
  out.at = *at;
  if (out.kind == KeyEvent::Kind::also) {
    const std::string* lines = text_of(*body, "lines");
    Result<EcdsaNoteKey> second = read_ecdsa_verifier_text(*verifier);
    if (!second) return malformed(second.error().message);
    if (lines == nullptr || (*lines != kAllLines && *lines != kAnyLine)) {
      return malformed("its lines are not `all` or `any`");
    }
    out.key.name = second->name;
    out.also = AlsoKey{std::move(*second), *lines == kAllLines};
    return std::optional<KeyEvent>(std::move(out));
  }
  Result<NoteKey> key = read_verifier_text(*verifier);
  if (!key) return malformed(key.error().message);
  out.key = std::move(*key);
  if (out.kind == KeyEvent::Kind::introduce) {
    const std::string* role = text_of(*body, "role");
    if (role == nullptr || *role != kLogRole) return malformed("its role is not `log`");
    out.role = *role;
  }
  if (out.kind == KeyEvent::Kind::revoke) {
    const json::Value* pins = body->find("pins");
    if (pins == nullptr) return malformed("it has no pins");
    auto read = pins_of_json(*pins);
    if (!read) return std::unexpected(read.error());
    out.pins = std::move(*read);
  }
  return std::optional<KeyEvent>(std::move(out));
}

}  // namespace pac::ledger
