// Tiles: the hashes of the tree in files of at most 256, and the bundles of its entries beside
// them, with the names that C2SP tlog-tiles gives them. Pure functions and an interface that reads;
// who implements TileReader says which threads may call it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/log/hash.h"
#include "runtime/base/result.h"

namespace pac::ledger {

inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kTileWidth = 256;
inline constexpr unsigned kTileLevels = 8;  // more than a tree of kMaxTreeSize has
inline constexpr std::size_t kHashBytes = 32;

// A tile of hashes. Level 0 has the leaves, each higher level the roots of full tiles below.
struct TileId {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = kTileWidth;  // 1 to 256; fewer than 256 in a partial tile
  friend bool operator==(const TileId&, const TileId&) = default;
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// A bundle has the entries whose leaves are in the level 0 tile of the same index.
struct BundleId {
  std::uint64_t index = 0;
  unsigned width = kTileWidth;
  friend bool operator==(const BundleId&, const BundleId&) = default;
  friend auto operator<=>(const BundleId&, const BundleId&) = default;
};

// "tile/0/x001/x234/067.p/17"
std::string tile_path(const TileId& id);
// "tile/entries/000.p/3"
std::string bundle_path(const BundleId& id);

// The tile of that path; nothing where it is not exactly the path of one.
std::optional<TileId> tile_of_path(std::string_view path);

// How many hashes the tile has in a tree of that size: 0 where it is not there yet.
unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t tree_size);

// The index of the tile at the right edge of a level: of the one that is next to be added to.
std::uint64_t edge_index(unsigned level, std::uint64_t tree_size);

// The hash at a place of a tile's bytes, which reach that far (PAC_CHECK).
Hash hash_at(std::string_view tile, unsigned place);

// Where tiles and bundles are read from. Gives what is stored, believed by nobody until a proof or
// a root confirms it. Where a partial tile is gone and the full one is there, the reader gives the
// beginning of that.
class TileReader {
 public:
  virtual ~TileReader() = default;
  // Exactly `width` hashes. PAC6105 where it can't be had.
  [[nodiscard]] virtual Result<std::string> tile(const TileId& id) const = 0;
  // The bytes of a bundle with at least `width` entries. PAC6105.
  [[nodiscard]] virtual Result<std::string> bundle(const BundleId& id) const = 0;
};

}  // namespace pac::ledger
