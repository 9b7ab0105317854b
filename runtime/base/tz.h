// TimeZone: the offsets of one zone as an explicit table, so that a bundle carries its own copy and
// a decision does not depend on the machine. Immutable once made; any thread may read it; offset_at
// neither allocates nor locks.
//
// The table reaches to the end of the year 2128. A zone that still changes its clocks by then
// repeats: a later year behaves as the year from 2101 to 2128 with the same calendar (leap day and
// weekdays; those 28 years have all fourteen), which is what the rule of the zone's last entry says
// for ever.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/json.h"
#include "runtime/base/result.h"

namespace pac {

inline constexpr std::string_view kZoneInfoFolder = "/usr/share/zoneinfo";

class TimeZone {
 public:
  // An IANA name such as Europe/Helsinki. PAC0130: no such name, PAC0131: the file is damaged.
  [[nodiscard]] static Result<TimeZone> load(std::string_view name,
                                             std::string_view folder = kZoneInfoFolder);

  // The bytes of a TZif file (RFC 8536) of version 2 or later. PAC0131.
  [[nodiscard]] static Result<TimeZone> from_tzif(std::string_view name, std::string_view bytes);

  // {"name":…,"offsets":[…],"repeats":…,"transitions":[…]}, as it stands in a bundle. PAC0131.
  json::Value to_json() const;
  [[nodiscard]] static Result<TimeZone> from_json(const json::Value& value);

  const std::string& name() const noexcept { return name_; }

  // Seconds to add to UTC, east positive.
  std::int32_t offset_at(std::int64_t utc_micros) const noexcept;

  // offsets()[i] holds from transitions()[i - 1] on (seconds since 1970 in UTC), until
  // transitions()[i].
  const std::vector<std::int64_t>& transitions() const noexcept { return transitions_; }
  const std::vector<std::int32_t>& offsets() const noexcept { return offsets_; }
  bool repeats() const noexcept { return repeats_; }

  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  TimeZone() = default;

  std::string name_;
  std::vector<std::int64_t> transitions_;
  std::vector<std::int32_t> offsets_;
  bool repeats_ = false;
};

// Letters, digits, `_`, `+`, `-` in parts joined by `/`, a capital first: no path leaves the
// folder, and the names that depend on the machine (localtime) or count leap seconds (right/...)
// are none.
bool is_zone_name(std::string_view name) noexcept;

// "2025b": the release of the tz data in the folder. PAC0130 where it does not say.
[[nodiscard]] Result<std::string> tzdata_version(std::string_view folder = kZoneInfoFolder);

}  // namespace pac
