#include "runtime/engine/zip.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "runtime/base/utf8.h"

namespace pac::engine {

namespace {

constexpr std::uint32_t kLocalMagic = 0x04034b50;
constexpr std::uint32_t kCentralMagic = 0x02014b50;
constexpr std::uint32_t kEndMagic = 0x06054b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::uint16_t kVersion = 20;
constexpr std::uint16_t kUtf8Names = 1u << 11;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kMidnight = 0;
constexpr std::uint16_t kFirstDay = 0x21;  // 1980-01-01, the first that the format knows

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0);
    table[i] = value;
  }
  return table;
}

std::uint32_t crc32(std::string_view bytes) {
  static constexpr auto kTable = make_crc_table();
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xff];
  return ~crc;
}

void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8 & 0xff);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value & 0xffff);
  put16(out, value >> 16);
}

std::uint32_t get16(std::string_view at) {
  return static_cast<std::uint8_t>(at[0]) |
         static_cast<std::uint32_t>(static_cast<std::uint8_t>(at[1])) << 8;
}

std::uint32_t get32(std::string_view at) { return get16(at) | get16(at.substr(2)) << 16; }

// What the local and the central header have in common.
void put_facts(std::string& out, const ZipMember& member, std::uint32_t crc) {
  put16(out, kVersion);
  put16(out, kUtf8Names);
  put16(out, kStored);
  put16(out, kMidnight);
  put16(out, kFirstDay);
  put32(out, crc);
  put32(out, static_cast<std::uint32_t>(member.bytes.size()));
  put32(out, static_cast<std::uint32_t>(member.bytes.size()));
  put16(out, static_cast<std::uint32_t>(member.name.size()));
  put16(out, 0);  // extra field
}

void put_local(std::string& out, const ZipMember& member, std::uint32_t crc) {
  put32(out, kLocalMagic);
  put_facts(out, member, crc);
  out += member.name;
}

void put_central(std::string& out, const ZipMember& member, std::uint32_t crc, std::size_t offset) {
  put32(out, kCentralMagic);
  put16(out, kVersion);
  put_facts(out, member, crc);
  put16(out, 0);  // comment
  put16(out, 0);  // disk
  put16(out, 0);  // internal attributes
  put32(out, 0);  // external attributes
  put32(out, static_cast<std::uint32_t>(offset));
  out += member.name;
}

void put_end(std::string& out, std::size_t count, std::size_t size, std::size_t offset) {
  put32(out, kEndMagic);
  put16(out, 0);
  put16(out, 0);
  put16(out, static_cast<std::uint32_t>(count));
  put16(out, static_cast<std::uint32_t>(count));
  put32(out, static_cast<std::uint32_t>(size));
  put32(out, static_cast<std::uint32_t>(offset));
  put16(out, 0);
}

std::unexpected<Error> damaged(std::size_t at, const std::string& what) {
  return fail("PAC4222", "the archive is damaged or not of pac's own form, at byte " +
                             std::to_string(at) + ": " + what);
}

// Why a local header is none of ours; for the common cases in words.
std::string header_fault(std::string_view header) {
  const std::uint32_t flags = get16(header.substr(6));
  if ((flags & 1) != 0) return "an encrypted entry";
  if (get16(header.substr(8)) != kStored) return "a compressed entry";
  if (get32(header.substr(18)) == 0xffffffff || get32(header.substr(22)) == 0xffffffff) {
    return "a zip64 entry";
  }
  if (get32(header.substr(18)) != get32(header.substr(22))) return "two sizes for one entry";
  if (get16(header.substr(28)) != 0) return "an extra field";
  return "a header with other flags, times or versions";
}

}  // namespace

bool is_member_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kMaxMemberNameBytes || !valid_utf8(name)) return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == ':') return false;
  }
  while (true) {
    const std::size_t end = std::min(name.find('/'), name.size());
    const std::string_view part = name.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == name.size()) return true;
    name.remove_prefix(end + 1);
  }
}

Result<std::string> write_zip(std::vector<ZipMember> members, const ZipLimits& limits) {
  if (members.size() > limits.members) {
    return fail("PAC4221", "a bundle holds at most " + std::to_string(limits.members) +
                               " members, this one would have " + std::to_string(members.size()));
  }
  if (members.empty()) return fail("PAC4222", "an archive without members is no bundle");
  std::ranges::sort(members, {}, &ZipMember::name);
  std::size_t total = kEndBytes;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const ZipMember& member = members[i];
    if (!is_member_name(member.name)) {
      return fail("PAC4222", "`" + std::string(member.name) + "` can't be the name of a member");
    }
    if (i > 0 && members[i - 1].name == member.name) {
      return fail("PAC4222", "two members are named `" + std::string(member.name) + "`");
    }
    total += kLocalBytes + kCentralBytes + 2 * member.name.size() + member.bytes.size();
  }
  if (total > limits.bytes) {
    return fail("PAC4221", "a bundle has at most " + std::to_string(limits.bytes) +
                               " bytes, this one would have " + std::to_string(total));
  }
  std::string out, central;
  out.reserve(total);
  for (const ZipMember& member : members) {
    const std::uint32_t crc = crc32(member.bytes);
    put_central(central, member, crc, out.size());
    put_local(out, member, crc);
    out += member.bytes;
  }
  const std::size_t offset = out.size();
  out += central;
  put_end(out, members.size(), central.size(), offset);
  return out;
}

// Goes through the entries from the front, and then wants at the end exactly the directory that
// belongs to them: no second description of the archive is ever believed.
Result<std::vector<ZipMember>> read_zip(std::string_view archive, const ZipLimits& limits) {
  if (archive.size() > limits.bytes) {
    return fail("PAC4221", "a bundle has at most " + std::to_string(limits.bytes) + " bytes");
  }
  std::vector<ZipMember> members;
  std::string central, expected;
  std::size_t at = 0;
  while (archive.size() - at >= kLocalBytes && get32(archive.substr(at)) == kLocalMagic) {
    if (members.size() == limits.members) {
      return fail("PAC4221",
                  "a bundle holds at most " + std::to_string(limits.members) + " members");
    }
    const std::string_view rest = archive.substr(at);
    const std::size_t size = get32(rest.substr(22));
    const std::size_t name_size = get16(rest.substr(26));
    const std::uint32_t crc = get32(rest.substr(14));
    if (rest.size() - kLocalBytes < name_size) return damaged(at, "it ends within a name");
    ZipMember member{rest.substr(kLocalBytes, name_size), {}};
    if (rest.size() - kLocalBytes - name_size < size) {
      return damaged(
          at, get32(rest.substr(18)) == 0xffffffff ? "a zip64 entry" : "it ends within a member");
    }
    member.bytes = rest.substr(kLocalBytes + name_size, size);
    expected.clear();
    put_local(expected, member, crc);
    if (!rest.starts_with(expected)) return damaged(at, header_fault(rest));
    if (!is_member_name(member.name)) return damaged(at, "a name that no member may have");
    if (!members.empty() && !(members.back().name < member.name)) {
      return damaged(at, "`" + std::string(member.name) +
                             "` comes again or too late, names that are doubled or not in order");
    }
    if (crc32(member.bytes) != crc) {
      return damaged(at, "`" + std::string(member.name) + "` does not have its checksum");
    }
    put_central(central, member, crc, at);
    members.push_back(member);
    at += kLocalBytes + name_size + size;
  }
  if (members.empty()) return damaged(0, "it does not begin as a bundle does");
  put_end(central, members.size(), central.size(), at);
  if (archive.substr(at) != central) {
    return damaged(at, "the directory at its end is not that of its entries");
  }
  return members;
}

}  // namespace pac::engine
