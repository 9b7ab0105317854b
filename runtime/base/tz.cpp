#include "runtime/base/tz.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "runtime/base/date.h"
#include "runtime/base/tz_internal.h"

namespace pac {
namespace {

// The 28 years from 2101 to 2128 have all calendars and, unlike the decades before (some zones list
// changes by hand up to 2087), nothing but what the last rule says.
constexpr int kFirstRuleYear = 2101;
constexpr int kLastYear = 2128;
constexpr std::int64_t kTableEnd = days_from_civil(kLastYear + 1, 1, 1) * kSecondsPerDay;
// RFC 8536 allows offsets from -25 to +26 hours.
constexpr std::int32_t kMinOffset = -(25 * 3600 - 1);
constexpr std::int32_t kMaxOffset = 26 * 3600 - 1;
// Two changes a year for some 200 years; real zones have under 400.
constexpr std::size_t kMaxTransitions = 4096;
constexpr std::size_t kMaxFileBytes = 1 << 20;

struct Table {
  std::vector<std::int64_t> transitions;
  std::vector<std::int32_t> offsets;
};

std::unexpected<Error> damaged(std::string_view name, std::string_view what) {
  return fail("PAC0131", "the data of time zone `" + std::string(name) +
                             "` is damaged: " + std::string(what) + "; install the tz data anew");
}

// Reads big-endian numbers; what lies beyond the end reads as zero and clears ok().
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::string_view rest() const { return bytes_; }

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  std::uint64_t take_number(std::size_t byte_count) {
    std::uint64_t value = 0;
    for (const char c : take(byte_count)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

struct Header {
  bool is_tzif = false;
  char version = 0;
  std::size_t ut_count = 0;
  std::size_t standard_count = 0;
  std::size_t leap_count = 0;
  std::size_t transition_count = 0;
  std::size_t type_count = 0;
  std::size_t name_bytes = 0;

  std::size_t body_bytes(std::size_t time_bytes) const {
    return transition_count * (time_bytes + 1) + type_count * 6 + name_bytes +
           leap_count * (time_bytes + 4) + standard_count + ut_count;
  }
};

Header take_header(Reader* reader) {
  Header header;
  header.is_tzif = reader->take(4) == "TZif";
  header.version = static_cast<char>(reader->take_number(1));
  reader->take(15);
  header.ut_count = reader->take_number(4);
  header.standard_count = reader->take_number(4);
  header.leap_count = reader->take_number(4);
  header.transition_count = reader->take_number(4);
  header.type_count = reader->take_number(4);
  header.name_bytes = reader->take_number(4);
  return header;
}

// The 64-bit part of the file. nullptr where all is well, else what is wrong.
const char* read_table(const Header& header, Reader* reader, Table* out) {
  if (header.leap_count != 0) return "it counts leap seconds";
  if (header.type_count == 0 || header.transition_count > kMaxTransitions) return "its counts";
  for (std::size_t i = 0; i < header.transition_count; ++i) {
    out->transitions.push_back(static_cast<std::int64_t>(reader->take_number(8)));
    if (i > 0 && out->transitions[i] <= out->transitions[i - 1])
      return "its times are not in order";
  }
  std::vector<std::size_t> types = {0};  // before the first transition the first type holds
  for (std::size_t i = 0; i < header.transition_count; ++i) types.push_back(reader->take_number(1));
  std::vector<std::int32_t> offset_of_type;
  for (std::size_t i = 0; i < header.type_count && reader->ok(); ++i) {
    offset_of_type.push_back(static_cast<std::int32_t>(reader->take_number(4)));
    reader->take(2);
    if (offset_of_type[i] < kMinOffset || offset_of_type[i] > kMaxOffset) return "an offset";
  }
  reader->take(header.name_bytes + header.standard_count + header.ut_count);
  if (!reader->ok()) return "it is cut off";
  for (const std::size_t type : types) {
    if (type >= offset_of_type.size()) return "a type that is not there";
    out->offsets.push_back(offset_of_type[type]);
  }
  return nullptr;
}

// Adds the changes that the rule makes after the file's last, to the end of the table.
void expand_rule(const tz_detail::Rule& rule, Table* table) {
  const std::int64_t last = table->transitions.empty() ? INT64_MIN : table->transitions.back();
  // A file without any change and a rule that changes does not occur; 1900 is before all rules.
  const std::int64_t from_seconds =
      std::clamp(last, days_from_civil(1900, 1, 1) * kSecondsPerDay, kTableEnd);
  const int first_year =
      civil_from_days(static_cast<std::int32_t>(from_seconds / kSecondsPerDay)).year - 1;
  struct Change {
    std::int64_t at;
    std::int32_t offset;
  };
  std::vector<Change> changes;
  for (int year = first_year; year <= kLastYear; ++year) {
    changes.push_back(
        {tz_detail::local_seconds(rule.begin, year) - rule.standard_offset, rule.daylight_offset});
    changes.push_back(
        {tz_detail::local_seconds(rule.end, year) - rule.daylight_offset, rule.standard_offset});
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.at < b.at; });
  for (const Change& change : changes) {
    if (change.at <= last || change.at >= kTableEnd) continue;
    table->transitions.push_back(change.at);
    table->offsets.push_back(change.offset);
  }
}

// Leaves out changes of name only, those overtaken in the same second, and those before the year 1
// (some files begin with one at the beginning of time, beyond what JSON keeps exactly).
Table simplified(const Table& table) {
  Table out;
  out.offsets.push_back(table.offsets[0]);
  for (std::size_t i = 0; i < table.transitions.size(); ++i) {
    if (table.transitions[i] <= kMinDatetime / kMicrosPerSecond) {
      out.offsets[0] = table.offsets[i + 1];
      continue;
    }
    if (i + 1 < table.transitions.size() && table.transitions[i + 1] == table.transitions[i])
      continue;
    if (table.offsets[i + 1] == out.offsets.back()) continue;
    out.transitions.push_back(table.transitions[i]);
    out.offsets.push_back(table.offsets[i + 1]);
  }
  return out;
}

// The second of the table at which the calendar stands as at `seconds`, which lies beyond the
// table.
std::int64_t repeated(std::int64_t seconds) noexcept {
  const auto day = static_cast<std::int32_t>(floor_div(seconds, kSecondsPerDay));
  const int year = civil_from_days(day).year;
  const std::int32_t new_year = days_from_civil(year, 1, 1);
  for (int other = kFirstRuleYear; other <= kLastYear; ++other) {
    const std::int32_t other_new_year = days_from_civil(other, 1, 1);
    if (is_leap(other) == is_leap(year) && weekday(other_new_year) == weekday(new_year)) {
      return seconds - (new_year - other_new_year) * kSecondsPerDay;
    }
  }
  return seconds;
}

std::optional<std::string> read_small_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(kMaxFileBytes, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad()) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace

bool is_zone_name(std::string_view name) noexcept {
  // The longest name in use has 32 characters.
  if (name.empty() || name.size() > 64 || name[0] < 'A' || name[0] > 'Z') return false;
  char previous = '/';
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (c == '/' ? previous == '/' : !(letter || digit || c == '_' || c == '+' || c == '-'))
      return false;
    previous = c;
  }
  return previous != '/';
}

Result<TimeZone> TimeZone::load(std::string_view name, std::string_view folder) {
  if (!is_zone_name(name)) {
    return fail("PAC0130", "`" + std::string(name) +
                               "` is no name of a time zone; one such as "
                               "`Europe/Helsinki` is wanted");
  }
  const auto bytes = read_small_file(std::string(folder) + "/" + std::string(name));
  if (!bytes || bytes->empty()) {
    return fail("PAC0130", "there is no time zone `" + std::string(name) + "` in " +
                               std::string(folder) +
                               "; check the spelling, as in `Europe/Helsinki`");
  }
  return from_tzif(name, *bytes);
}

Result<TimeZone> TimeZone::from_tzif(std::string_view name, std::string_view bytes) {
  Reader reader(bytes);
  const Header old_header = take_header(&reader);
  if (!reader.ok() || !old_header.is_tzif) return damaged(name, "it is no TZif file");
  if (old_header.version < '2') return damaged(name, "it has no 64-bit times (TZif version 1)");
  reader.take(old_header.body_bytes(4));
  const Header header = take_header(&reader);
  if (!reader.ok() || !header.is_tzif) return damaged(name, "it is cut off");
  Table table;
  if (const char* what = read_table(header, &reader, &table)) return damaged(name, what);

  std::string_view footer = reader.rest();
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') {
    return damaged(name, "its last line");
  }
  footer = footer.substr(1, footer.size() - 2);
  TimeZone zone;
  zone.name_ = name;
  // An empty rule means that what comes is not known; the last offset is then kept.
  if (!footer.empty()) {
    const auto rule = tz_detail::parse_rule(footer);
    if (!rule) return damaged(name, "its rule `" + std::string(footer) + "`");
    if (rule->standard_offset < kMinOffset || rule->standard_offset > kMaxOffset ||
        rule->daylight_offset < kMinOffset || rule->daylight_offset > kMaxOffset) {
      return damaged(name, "an offset of its rule");
    }
    if (rule->has_daylight) {
      constexpr std::int64_t kRuleYears = days_from_civil(kFirstRuleYear, 1, 1) * kSecondsPerDay;
      if (!table.transitions.empty() && table.transitions.back() >= kRuleYears) {
        return damaged(name, "it lists changes of the next century");
      }
      expand_rule(*rule, &table);
      zone.repeats_ = true;
    }
  }
  Table simple = simplified(table);
  // With those that the rule adds; what was read can then be written to a bundle and read again.
  if (simple.transitions.size() > kMaxTransitions) return damaged(name, "its counts");
  zone.transitions_ = std::move(simple.transitions);
  zone.offsets_ = std::move(simple.offsets);
  return zone;
}

std::int32_t TimeZone::offset_at(std::int64_t utc_micros) const noexcept {
  std::int64_t seconds = floor_div(utc_micros, kMicrosPerSecond);
  if (repeats_ && seconds >= kTableEnd) seconds = repeated(seconds);
  const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), seconds);
  return offsets_[static_cast<std::size_t>(after - transitions_.begin())];
}

json::Value TimeZone::to_json() const {
  json::Value transitions = json::Value::array();
  for (const std::int64_t at : transitions_) transitions.push_back(at);
  json::Value offsets = json::Value::array();
  for (const std::int32_t offset : offsets_) offsets.push_back(offset);
  json::Value zone = json::Value::object();
  zone.add("name", name_).add("offsets", std::move(offsets)).add("repeats", repeats_);
  zone.add("transitions", std::move(transitions));
  return zone;
}

Result<TimeZone> TimeZone::from_json(const json::Value& value) {
  const json::Value* name = value.find("name");
  const json::Value* transitions = value.find("transitions");
  const json::Value* offsets = value.find("offsets");
  const json::Value* repeats = value.find("repeats");
  if (name == nullptr || !name->is_string() || !is_zone_name(name->as_string())) {
    return damaged("?", "its name");
  }
  TimeZone zone;
  zone.name_ = name->as_string();
  if (transitions == nullptr || !transitions->is_array() || offsets == nullptr ||
      !offsets->is_array() || repeats == nullptr || !repeats->is_bool() ||
      value.members().size() != 4) {
    return damaged(zone.name_, "its members");
  }
  if (offsets->elements().size() != transitions->elements().size() + 1 ||
      transitions->elements().size() > kMaxTransitions) {
    return damaged(zone.name_, "its counts");
  }
  for (const json::Value& at : transitions->elements()) {
    if (!at.is_int() || (!zone.transitions_.empty() && at.as_int() <= zone.transitions_.back())) {
      return damaged(zone.name_, "its times are not in order");
    }
    zone.transitions_.push_back(at.as_int());
  }
  for (const json::Value& offset : offsets->elements()) {
    if (!offset.is_int() || offset.as_int() < kMinOffset || offset.as_int() > kMaxOffset) {
      return damaged(zone.name_, "an offset");
    }
    zone.offsets_.push_back(static_cast<std::int32_t>(offset.as_int()));
  }
  zone.repeats_ = repeats->as_bool();
  return zone;
}

Result<std::string> tzdata_version(std::string_view folder) {
  std::ifstream in(std::string(folder) + "/tzdata.zi");
  std::string line;
  constexpr std::string_view kPrefix = "# version ";
  if (!std::getline(in, line) || !line.starts_with(kPrefix) || line.size() == kPrefix.size()) {
    return fail(
        "PAC0130",
        std::string(folder) + "/tzdata.zi does not say which tz data is installed; install tzdata");
  }
  return line.substr(kPrefix.size());
}

}  // namespace pac
