// Time zones of the tester. Their changes of the clock are made up and lie on the days that the
// generator likes: an hour left out and an hour twice, at night, at midnight, and a day left out.
// Constants.
#pragma once

#include <cstdint>

#include "runtime/abi.h"

namespace pac::differential {

inline constexpr const char* kZoneNames[] = {"America/New_York", "America/Sao_Paulo", "Etc/UTC",
                                             "Europe/Helsinki", "Pacific/Apia"};

// UTC seconds of an hour (perhaps with a half) of a day since 1970.
constexpr int64_t at_hour(int64_t day, int64_t hour, int64_t minute = 0) {
  return day * 86400 + hour * 3600 + minute * 60;
}

inline constexpr int64_t kNewYorkTimes[] = {at_hour(19995, 6), at_hour(20003, 7)};
inline constexpr int32_t kNewYorkOffsets[] = {-18000, -14400};
inline constexpr int64_t kSaoPauloTimes[] = {at_hour(20001, 3), at_hour(20008, 2)};
inline constexpr int32_t kSaoPauloOffsets[] = {-7200, -10800};
inline constexpr int64_t kHelsinkiTimes[] = {at_hour(19990, 1), at_hour(20000, 1),
                                             at_hour(20005, 1), at_hour(20007, 1, 30)};
inline constexpr int32_t kHelsinkiOffsets[] = {10800, 7200, 10800, 9000};
inline constexpr int64_t kApiaTimes[] = {at_hour(20002, 10), at_hour(20012, 12)};
inline constexpr int32_t kApiaOffsets[] = {50400, -36000};

inline constexpr pac_zone kZones[] = {{kNewYorkTimes, kNewYorkOffsets, 2, -14400},
                                      {kSaoPauloTimes, kSaoPauloOffsets, 2, -10800},
                                      {nullptr, nullptr, 0, 0},
                                      {kHelsinkiTimes, kHelsinkiOffsets, 4, 7200},
                                      {kApiaTimes, kApiaOffsets, 2, -36000}};

}  // namespace pac::differential
