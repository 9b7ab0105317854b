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

std::optional<std::string> text_at(const dom::object& object, std::string_view name) {
  dom::element value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS) return std::nullopt;
  return text_of(value);
}

std::optional<dom::object> object_at(const dom::object& object, std::string_view name) {
  dom::object out;
  if (object.at_key(name).get_object().get(out) != simdjson::SUCCESS) return std::nullopt;
  return out;
}

std::optional<std::string> digest_at(const dom::object& object, std::string_view name) {
  const auto digits = text_at(object, name);
  if (!digits || digits->size() != 2 * kDigestBytes) return std::nullopt;
  auto bytes = crypto::from_hex(*digits);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

// One text, or a list of them.
void texts_at(const dom::object& object, std::string_view name, std::vector<std::string>* out) {
  dom::element value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS) return;
  dom::array list;
  if (value.get_array().get(list) == simdjson::SUCCESS) {
    for (const dom::element item : list) {
      if (auto text = text_of(item)) out->push_back(std::move(*text));
    }
  } else if (auto text = text_of(value)) {
    out->push_back(std::move(*text));
  }
}

void sort_once(std::vector<std::string>* all) {
  std::ranges::sort(*all);
  const auto [begin, end] = std::ranges::unique(*all);
  all->erase(begin, end);
}

void add(const dom::object& object, Columns* out) {
  if (!out->tenant) out->tenant = text_at(object, "tenant");
  if (!out->function) out->function = text_at(object, "function");
  if (!out->status) out->status = text_at(object, "status");
  if (out->subjects.empty()) texts_at(object, "subject", &out->subjects);
  if (out->rules.empty()) texts_at(object, "fired", &out->rules);
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
  dom::parser parser;
  std::string padded;
  Columns columns;
};

ColumnReader::ColumnReader() : state_(std::make_unique<State>()) {}
ColumnReader::~ColumnReader() = default;

const Columns& ColumnReader::read(std::string_view body) {
  Columns& out = state_->columns = {};
  state_->padded.assign(body);
  state_->padded.resize(body.size() + simdjson::SIMDJSON_PADDING, '\0');
  dom::object root;
  if (state_->parser.parse(state_->padded.data(), body.size(), false).get_object().get(root) !=
      simdjson::SUCCESS) {
    return out;
  }
  if (const auto at = text_at(root, "at")) out.at_us = read_time(*at);
  out.kind = text_at(root, "kind");
  out.snapshot = digest_at(root, "snapshot");
  if (const auto blob = object_at(root, "blob")) out.blob = digest_at(*blob, "sha256");
  add(root, &out);
  for (const std::string_view part : {"answer", "record"}) {
    if (const auto inner = object_at(root, part)) add(*inner, &out);
  }
  sort_once(&out.subjects);
  sort_once(&out.rules);
  return out;
}

}  // namespace pac::ledger::pg
