#include "ledger/file/entry.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>

#include "ledger/log/limits.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

// A double keeps any number of so many digits.
constexpr std::size_t kKeptDigits = 15;

bool is_kept(const std::string& number) {
  std::size_t digits = 0;
  bool is_zero = true;
  for (const char c : number) {
    if (c == 'e' || c == 'E') break;
    if (c == '.' || c == '-') continue;
    is_zero = is_zero && c == '0';
    if (!is_zero) ++digits;
  }
  return digits <= kKeptDigits;
}

// Nothing that canonical form would round, or the member's name where it is.
bool has_rounded(const json::Value& value) {
  if (value.is_number() && !value.is_int()) {
    return !is_kept(value.number_text()) ||
           (value.as_double() == 0 &&
            value.number_text().find_first_of("123456789") != std::string::npos);
  }
  if (value.is_array()) return std::ranges::any_of(value.elements(), has_rounded);
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.members(),
                             [](const json::Member& member) { return has_rounded(member.value); });
}

json::Value stamped(const Stamp& stamp, const char* kind) {
  json::Value out = json::Value::object();
  out.set("at", time_text(stamp.at_us));
  out.set("kind", kind);
  out.set("nonce", stamp.nonce);
  out.set("origin", stamp.origin);
  out.set("schema", 1);
  return out;
}

}  // namespace

std::string time_text(std::int64_t at_us) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds(at_us)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss<microseconds> time(at - day);
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return out;
}

namespace {

// What somebody handed in, fit for an entry.
Result<json::Value> read_record(std::string_view record) {
  Result<json::Value> value = json::parse(record);
  if (!value) {
    // A record is one line; who reads many of them knows which.
    std::string_view why = value.error().message;
    constexpr std::string_view kPlace = "JSON line 1, ";
    if (why.starts_with(kPlace)) why.remove_prefix(kPlace.size());
    return fail("PAC6207", "the record is not recorded: " + std::string(why));
  }
  if (!value->is_object()) {
    return fail("PAC6207", "a record is a JSON object, {\"name\": …}; this is another value");
  }
  if (has_rounded(*value)) {
    return fail("PAC6207", "the record has a number that JSON software rounds; write it as a " +
                               std::string("string"));
  }
  return value;
}

Result<std::string> bounded(const json::Value& entry) {
  std::string bytes = json::canonical(entry);
  if (bytes.size() > kMaxEntryBytes) {
    return fail("PAC6206", "the record makes an entry of " + std::to_string(bytes.size()) +
                               " bytes; more than " + std::to_string(kMaxEntryBytes) +
                               " are not recorded");
  }
  return bytes;
}

}  // namespace

Result<std::string> external_entry(const Stamp& stamp, std::string_view record) {
  Result<json::Value> value = read_record(record);
  if (!value) return std::unexpected(value.error());
  json::Value entry = stamped(stamp, "external");
  entry.set("record", std::move(*value));
  return bounded(entry);
}

Result<std::string> correction_entry(const Stamp& stamp, const Correction& correction) {
  json::Value entry = stamped(stamp, "correction");
  json::Value corrects = json::Value::object();
  corrects.set("index", json::Value::exact_int(static_cast<std::int64_t>(correction.index)));
  corrects.set("leaf", crypto::to_hex(crypto::view(correction.leaf)));
  corrects.set("origin", correction.origin);
  entry.set("corrects", std::move(corrects));
  entry.set("reason", correction.reason);
  if (!correction.by.empty()) entry.set("by", correction.by);
  if (!correction.record.empty()) {
    Result<json::Value> record = read_record(correction.record);
    if (!record) return std::unexpected(record.error());
    entry.set("record", std::move(*record));
  }
  return bounded(entry);
}

Result<std::string> key_entry(const Stamp& stamp, const KeyEvent& event) {
  json::Value entry = stamped(stamp, "key");
  entry.set("key", to_json(event));
  return bounded(entry);
}

std::string clock_entry(const Stamp& stamp, const ClockEvent& event) {
  json::Value entry = stamped(stamp, "clock");
  const bool is_behind = event.behind_us > 0;
  entry.set(is_behind ? "behind_us" : "jumped_us",
            json::Value::exact_int(is_behind ? event.behind_us : event.jumped_us));
  entry.set("refused", event.refused);
  return json::canonical(entry);
}

std::string stream_open_entry(const Stamp& stamp, const std::optional<Previous>& previous) {
  json::Value entry = stamped(stamp, "stream-open");
  if (previous) {
    json::Value old = json::Value::object();
    old.set("missing_below", json::Value::exact_int(static_cast<std::int64_t>(
                                 std::max(previous->missing_below, previous->size))));
    old.set("origin", previous->origin);
    old.set("reason", previous->reason);
    old.set("root", crypto::to_base64(crypto::view(previous->root)));
    old.set("size", json::Value::exact_int(static_cast<std::int64_t>(previous->size)));
    entry.set("previous", std::move(old));
  }
  return json::canonical(entry);
}

std::optional<Previous> previous_in(std::string_view entry) {
  const Result<json::Value> value = json::parse(entry);
  const json::Value* old = value && value->is_object() ? value->find("previous") : nullptr;
  if (old == nullptr || !old->is_object()) return std::nullopt;
  const auto text = [&](const char* name) {
    const json::Value* found = old->find(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  const auto count = [&](const char* name) {
    const json::Value* found = old->find(name);
    const bool is_count = found != nullptr && found->is_int() && found->as_int() >= 0;
    return is_count ? static_cast<std::uint64_t>(found->as_int()) : 0;
  };
  const Result<std::string> root = crypto::from_base64(text("root"));
  if (!root || root->size() != Hash{}.size()) return std::nullopt;
  Previous out{text("origin"), count("size"), {}, count("missing_below"), text("reason")};
  std::ranges::copy(*root, out.root.begin());
  return out;
}

std::string opening_fault(std::string_view entry, std::uint32_t number,
                          const std::optional<std::string>& origin_before) {
  const Result<json::Value> value = json::parse(entry);
  const json::Value* kind = value && value->is_object() ? value->find("kind") : nullptr;
  if (kind == nullptr || *kind != json::Value("stream-open")) {
    return "the first entry does not open the stream";
  }
  const json::Value* previous = value->find("previous");
  bool fits = (previous != nullptr) == (number > 1);
  if (fits && previous != nullptr && origin_before) {
    const json::Value* origin = previous->find("origin");
    const json::Value* size = previous->find("size");
    fits = origin != nullptr && *origin == json::Value(*origin_before) && size != nullptr &&
           size->is_int() && size->as_int() >= 0;
  }
  return fits ? "" : "the first entry names another stream before this one than there is";
}

}  // namespace pac::ledger
