#include "ledger/log/tile.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

// Three digits an element, all but the last behind an `x`, so that no file has the name of a
// folder.
std::string path_of(std::string before, std::uint64_t index, unsigned width) {
  PAC_CHECK(width >= 1 && width <= kTileWidth, "a tile has 1 to 256 hashes");
  std::string elements;
  for (bool is_last = true; is_last || index != 0; is_last = false, index /= 1000) {
    std::string digits = std::to_string(index % 1000);
    digits.insert(0, 3 - digits.size(), '0');
    elements = (is_last ? "/" + digits : "/x" + digits) + elements;
  }
  before += elements;
  if (width < kTileWidth) before += ".p/" + std::to_string(width);
  return before;
}

// A decimal number as it is written and no other way; nothing for anything else.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  if (text.size() > 1 && text[0] == '0') return {};
  return value;
}

}  // namespace

std::string tile_path(const TileId& id) {
  return path_of("tile/" + std::to_string(id.level), id.index, id.width);
}

std::string bundle_path(const BundleId& id) { return path_of("tile/entries", id.index, id.width); }

std::optional<TileId> tile_of_path(std::string_view path) {
  if (!path.starts_with("tile/")) return {};
  TileId id;
  std::string_view rest = path.substr(5);
  const std::size_t slash = rest.find('/');
  const auto level = number(rest.substr(0, slash));
  if (slash == rest.npos || !level || *level > 63) return {};
  id.level = static_cast<unsigned>(*level);
  rest.remove_prefix(slash + 1);
  if (const std::size_t partial = rest.find(".p/"); partial != rest.npos) {
    const auto width = number(rest.substr(partial + 3));
    if (!width || *width < 1 || *width >= kTileWidth) return {};
    id.width = static_cast<unsigned>(*width);
    rest = rest.substr(0, partial);
  }
  while (!rest.empty()) {
    std::string_view digits = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), digits.size() + 1));
    if (digits.starts_with('x')) digits.remove_prefix(1);
    if (digits.size() != 3) return {};
    for (const char c : digits) {
      if (c < '0' || c > '9' || id.index > (UINT64_MAX - 9) / 10) return {};
      id.index = id.index * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  // There is one spelling of each path; writing it again finds the others.
  if (tile_path(id) != path) return {};
  return id;
}

unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t tree_size) {
  if (level >= kTileLevels) return 0;
  const std::uint64_t hashes = tree_size >> (kTileHeight * level);
  const std::uint64_t first = index * kTileWidth;
  if (index > hashes / kTileWidth || first >= hashes) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(hashes - first, kTileWidth));
}

std::uint64_t edge_index(unsigned level, std::uint64_t tree_size) {
  PAC_CHECK(level < kTileLevels, "the tree is within its limit");
  return (tree_size >> (kTileHeight * level)) / kTileWidth;
}

Hash hash_at(std::string_view tile, unsigned place) {
  PAC_CHECK((place + 1) * kHashBytes <= tile.size(), "the tile has the hash");
  Hash hash;
  std::ranges::copy(tile.substr(place * kHashBytes, kHashBytes),
                    reinterpret_cast<char*>(hash.data()));
  return hash;
}

}  // namespace pac::ledger
