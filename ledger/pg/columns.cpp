#include "ledger/pg/columns.h"

#include <algorithm>
#include <chrono>

#include "runtime/crypto/encoding.h"
#include "simdjson.h"

namespace pac::ledger::pg {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kDigestBytes = 32;

// Text that a column can hold: PostgreSQL has no U+0000.
std::optional<std::string> text_of(const dom::element& value) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  if (text.find('\0') != text.npos) return std::nullopt;
  return std::string(text);
}

// The 32 bytes that so many hexadecimal digits stand for.
std::optional<std::string> digest_of(const dom::element& value) {
  std::string_view digits;
  if (value.get_string().get(digits) != simdjson::SUCCESS || digits.size() != 2 * kDigestBytes) {
    return std::nullopt;
  }
  auto bytes = crypto::from_hex(digits);
  return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

// One text, or a list of them.
std::vector<std::string> texts_of(const dom::element& value) {
  std::vector<std::string> out;
  dom::array list;
  if (value.get_array().get(list) == simdjson::SUCCESS) {
    for (const dom::element item : list) {
      if (auto text = text_of(item)) out.push_back(std::move(*text));
    }
  } else if (auto text = text_of(value)) {
    out.push_back(std::move(*text));
  }
  std::ranges::sort(out);
  const auto [begin, end] = std::ranges::unique(out);
  out.erase(begin, end);
  return out;
}

// What an entry says of itself, or what its answer or record says where it does not. A name that
// stands twice counts once, the first time.
struct Said {
  std::optional<dom::element> tenant, function, status, subject, fired;
  std::optional<dom::object> answer, record;  // of the entry itself

  // False where the member is none of these.
  bool take(std::string_view key, const dom::element& value) {
    std::optional<dom::element>* const place = key == "tenant"     ? &tenant
                                               : key == "function" ? &function
                                               : key == "status"   ? &status
                                               : key == "subject"  ? &subject
                                               : key == "fired"    ? &fired
                                                                   : nullptr;
    if (place == nullptr) return false;
    if (!place->has_value()) *place = value;
    return true;
  }
};

void take_rest(const std::optional<dom::object>& inner, Said* said) {
  if (!inner) return;
  for (const dom::key_value_pair member : *inner) said->take(member.key, member.value);
}

void take_object(const dom::element& value, std::optional<dom::object>* out) {
  dom::object object;
  if (!out->has_value() && value.get_object().get(object) == simdjson::SUCCESS) *out = object;
}

std::optional<std::string> blob_of(const dom::element& value) {
  dom::object blob;
  dom::element digest;
  if (value.get_object().get(blob) != simdjson::SUCCESS ||
      blob.at_key("sha256").get(digest) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return digest_of(digest);
}

// The random names of those whose personal data the entry has; what belongs to several has no name
// of its own.
void add_subjects(const dom::element& boxes, std::vector<std::string>* out) {
  dom::array all;
  if (boxes.get_array().get(all) != simdjson::SUCCESS) return;
  for (const dom::element box : all) {
    dom::element name;
    if (box.at_key("subject").get(name) != simdjson::SUCCESS) continue;
    const auto text = text_of(name);
    if (text && text->find('+') == text->npos) out->push_back(*text);
  }
  std::ranges::sort(*out);
  const auto [begin, end] = std::ranges::unique(*out);
  out->erase(begin, end);
}

// The digits of a number, nothing where one is none.
std::optional<int> number(std::string_view digits) {
  int out = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

}  // namespace

std::optional<std::int64_t> read_time(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < 20 || text.size() > 27 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':' || text.back() != 'Z') {
    return std::nullopt;
  }
  const auto y = number(text.substr(0, 4)), mo = number(text.substr(5, 2)),
             d = number(text.substr(8, 2)), h = number(text.substr(11, 2)),
             mi = number(text.substr(14, 2)), s = number(text.substr(17, 2));
  if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*mo)),
                            day(static_cast<unsigned>(*d))};
  if (!date.ok() || *y == 0) return std::nullopt;
  std::string_view part = text.substr(19, text.size() - 20);
  std::int64_t micros = 0;
  if (!part.empty()) {
    if (part[0] != '.' || part.size() == 1) return std::nullopt;
    std::string digits(part.substr(1));
    digits.resize(6, '0');
    const auto value = number(digits);
    if (!value) return std::nullopt;
    micros = *value;
  }
  const auto at = sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s) + microseconds(micros);
  return std::int64_t{duration_cast<microseconds>(at.time_since_epoch()).count()};
}

struct ColumnReader::State {
  bool has_index;
  bool is_padded;
  dom::parser parser;
  std::string padded;
  Columns columns;
};

static_assert(ColumnReader::kPadding >= simdjson::SIMDJSON_PADDING);

ColumnReader::ColumnReader(Wanted wanted, bool is_padded)
    : state_(std::make_unique<State>(wanted == Wanted::all, is_padded)) {}
ColumnReader::~ColumnReader() = default;

const Columns& ColumnReader::read(std::string_view body) {
  Columns& out = state_->columns = {};
  // What stands behind the entry is never looked at, only read along.
  const char* bytes = body.data();
  if (!state_->is_padded) {
    std::string& padded = state_->padded;
    if (padded.size() < body.size() + kPadding) padded.resize(2 * (body.size() + kPadding));
    body.copy(padded.data(), body.size());
    bytes = padded.data();
  }
  dom::object root;
  if (state_->parser.parse(bytes, body.size(), false).get_object().get(root) != simdjson::SUCCESS) {
    return out;
  }
  Said said;
  std::optional<dom::element> at, kind, snapshot, blob, boxes;
  for (const dom::key_value_pair member : root) {
    const std::string_view key = member.key;
    if (said.take(key, member.value)) continue;
    if (key == "answer") take_object(member.value, &said.answer);
    if (key == "record") take_object(member.value, &said.record);
    if (key == "at" && !at) at = member.value;
    if (key == "kind" && !kind) kind = member.value;
    if (key == "snapshot" && !snapshot) snapshot = member.value;
    if (key == "blob" && !blob) blob = member.value;
    if (key == "boxes" && !boxes) boxes = member.value;
  }
  take_rest(said.answer, &said);
  take_rest(said.record, &said);
  std::string_view time;
  if (at && at->get_string().get(time) == simdjson::SUCCESS) out.at_us = read_time(time);
  if (kind) out.kind = text_of(*kind);
  if (snapshot) out.snapshot = digest_of(*snapshot);
  if (blob) out.blob = blob_of(*blob);
  if (said.tenant) out.tenant = text_of(*said.tenant);
  if (said.function) out.function = text_of(*said.function);
  if (!state_->has_index) return out;
  if (said.status) out.status = text_of(*said.status);
  if (said.subject) out.subjects = texts_of(*said.subject);
  if (boxes) add_subjects(*boxes, &out.subjects);
  if (said.fired) out.rules = texts_of(*said.fired);
  return out;
}

}  // namespace pac::ledger::pg
