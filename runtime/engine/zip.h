// The archive of a bundle: a ZIP file of one form only, so that equal members have equal bytes.
// Entries stand in the order of their names (bytes), stored, without times, attributes, extra
// fields or comments; nothing stands between or after them. Any unzip tool reads it. The reader
// takes exactly what the writer writes and refuses everything else (compression, encryption, zip64,
// doubled or unsorted names, overlaps, gaps, trailing bytes), so an archive means the same to every
// reader and can't unfold into more than its own size. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac::engine {

inline constexpr std::size_t kMaxBundleBytes = std::size_t{512} << 20;
inline constexpr std::size_t kMaxBundleMembers = 32'768;
inline constexpr std::size_t kMaxMemberNameBytes = 512;

// How large an archive may be; smaller ones are for tests.
struct ZipLimits {
  std::size_t bytes = kMaxBundleBytes;
  std::size_t members = kMaxBundleMembers;
};

struct ZipMember {
  std::string_view name;
  std::string_view bytes;
};

// Parts of UTF-8 joined by `/`: none empty, `.` or `..`, no control characters, backslashes or
// colons.
bool is_member_name(std::string_view name) noexcept;

// In any order; they outlive the call only. PAC4221: more or longer than an archive may be.
// PAC4222: a name that is none, or doubled, or no member at all.
[[nodiscard]] Result<std::string> write_zip(std::vector<ZipMember> members,
                                            const ZipLimits& limits = {});

// The members in order, as views into `archive`. PAC4221, PAC4222 with the place.
[[nodiscard]] Result<std::vector<ZipMember>> read_zip(std::string_view archive,
                                                      const ZipLimits& limits = {});

}  // namespace pac::engine
