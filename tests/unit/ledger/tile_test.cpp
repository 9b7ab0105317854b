// Names and widths of tiles, and bundles of entries.
#include "ledger/log/tile.h"

#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

TEST(Tile, PathsAreThoseOfTheSpecification) {
  EXPECT_EQ(tile_path({0, 0, 256}), "tile/0/000");
  EXPECT_EQ(tile_path({0, 1'234'067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({3, 1000, 17}), "tile/3/x001/000.p/17");
  EXPECT_EQ(bundle_path({273, 112}), "tile/entries/273.p/112");
  EXPECT_EQ(bundle_path({1'234'067, 256}), "tile/entries/x001/x234/067");
}

TEST(Tile, PathsAreReadBackAndNoOthersAre) {
  for (const TileId& id : {TileId{0, 0, 256}, TileId{7, 999, 1}, TileId{1, 1'000'000, 255},
                           TileId{0, std::uint64_t{1} << 54, 256}}) {
    EXPECT_EQ(tile_of_path(tile_path(id)), id) << tile_path(id);
  }
  for (const char* other : {"",
                            "tile",
                            "tile/0",
                            "tile/0/",
                            "tile/00/000",
                            "tile/64/000",
                            "tile/0/00",
                            "tile/0/0000",
                            "tile/0/x000/001",
                            "tile/0/001/002",
                            "tile/0/x001",
                            "tile/0/x001/x002",
                            "tile/0/000.p/0",
                            "tile/0/000.p/256",
                            "tile/0/000.p/01",
                            "tile/0/000.p/",
                            "tile/-1/000",
                            "tile/0/000/",
                            "tile/entries/000",
                            "tile/0/0a0",
                            "/tile/0/000",
                            "tile/0/x999/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_EQ(tile_of_path(other), std::nullopt) << other;
  }
}

// The example of the specification: 70,000 entries.
TEST(Tile, WidthsOfATree) {
  EXPECT_EQ(tile_width(0, 272, 70'000), 256u);
  EXPECT_EQ(tile_width(0, 273, 70'000), 112u);
  EXPECT_EQ(tile_width(0, 274, 70'000), 0u);
  EXPECT_EQ(tile_width(1, 0, 70'000), 256u);
  EXPECT_EQ(tile_width(1, 1, 70'000), 17u);
  EXPECT_EQ(tile_width(2, 0, 70'000), 1u);
  EXPECT_EQ(tile_width(3, 0, 70'000), 0u);
  EXPECT_EQ(tile_width(0, 0, 256), 256u);
  EXPECT_EQ(tile_width(1, 0, 256), 1u);
  EXPECT_EQ(tile_width(0, 1, 256), 0u);
  EXPECT_EQ(tile_width(0, UINT64_MAX, 256), 0u);
  EXPECT_EQ(edge_index(7, kMaxTreeSize), 0u);
}

TEST(Bundle, EntriesAreReadBack) {
  std::string bundle;
  const std::string longest(kMaxEntryBytes, 'x');
  for (const std::string& entry : {std::string("a"), std::string(), longest}) {
    append_entry(entry, &bundle);
  }
  EXPECT_EQ(bundle.substr(0, 5), std::string("\0\1a\0\0", 5));
  const auto entries = entries_of(bundle, 3, true);
  ASSERT_TRUE(entries);
  EXPECT_EQ((*entries)[0], "a");
  EXPECT_EQ((*entries)[1], "");
  EXPECT_EQ((*entries)[2], longest);
  EXPECT_EQ(entries_of(bundle, 2, false)->size(), 2u);
  EXPECT_EQ(entries_of(bundle, 2, true).error().code, "PAC6105");
  EXPECT_EQ(entries_of(bundle, 4, true).error().code, "PAC6105");
  for (std::size_t cut = 0; cut < 6; ++cut) {
    EXPECT_FALSE(entries_of(std::string_view(bundle).substr(0, cut), 3, false)) << cut;
  }
}

}  // namespace
}  // namespace pac::ledger
