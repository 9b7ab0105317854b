// What the tests of the log share: a tree computed in the plainest way, stored tiles in memory, and
// keys that are the same in every run.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "ledger/log/bundle.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"
#include "ledger/log/tile.h"
#include "ledger/log/tile_builder.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::test {

inline constexpr const char* kOrigin = "log.example/credit";

inline NoteSigner signer(const std::string& name = kOrigin, std::uint8_t first = 0) {
  crypto::Seed seed;
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
  return *NoteSigner::make(name, *crypto::SigningKey::from_seed(seed));
}

// The definition of RFC 6962, section 2.1, with nothing kept from one call to the next.
inline Hash plain_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  const std::size_t k = std::bit_floor(leaves.size() - 1);
  return node_hash(plain_root(leaves.first(k)), plain_root(leaves.subspan(k)));
}

// Section 2.1.1, PATH.
inline std::vector<Hash> plain_path(std::size_t index, std::span<const Hash> leaves) {
  if (leaves.size() <= 1) return {};
  const std::size_t k = std::bit_floor(leaves.size() - 1);
  std::vector<Hash> out;
  if (index < k) {
    out = plain_path(index, leaves.first(k));
    out.push_back(plain_root(leaves.subspan(k)));
  } else {
    out = plain_path(index - k, leaves.subspan(k));
    out.push_back(plain_root(leaves.first(k)));
  }
  return out;
}

// Section 2.1.2, SUBPROOF.
inline std::vector<Hash> plain_subproof(std::size_t m, std::span<const Hash> leaves, bool is_old) {
  if (m == leaves.size()) {
    return is_old ? std::vector<Hash>{} : std::vector<Hash>{plain_root(leaves)};
  }
  const std::size_t k = std::bit_floor(leaves.size() - 1);
  std::vector<Hash> out;
  if (m <= k) {
    out = plain_subproof(m, leaves.first(k), is_old);
    out.push_back(plain_root(leaves.subspan(k)));
  } else {
    out = plain_subproof(m - k, leaves.subspan(k), false);
    out.push_back(plain_root(leaves.first(k)));
  }
  return out;
}

inline std::string entry(std::uint64_t i) { return "{\"n\":" + std::to_string(i) + "}"; }

inline std::vector<Hash> leaves_of(std::uint64_t count) {
  std::vector<Hash> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(leaf_hash(entry(i)));
  return out;
}

// Tiles by path, as a server would have them.
class MemoryTiles final : public TileReader {
 public:
  Result<std::string> tile(const TileId& id) const override {
    const auto found = files_.find(tile_path(id));
    if (found != files_.end()) return found->second;
    const auto full = files_.find(tile_path({id.level, id.index, kTileWidth}));
    if (full == files_.end()) return fail("PAC6105", "no " + tile_path(id));
    return full->second.substr(0, id.width * kHashBytes);
  }
  Result<std::string> bundle(const BundleId& id) const override {
    const auto found = files_.find(bundle_path(id));
    if (found == files_.end()) return fail("PAC6105", "no " + bundle_path(id));
    return found->second;
  }

  std::map<std::string, std::string> files_;
};

// A stored log of the first `size` entries.
inline MemoryTiles stored(std::uint64_t size) {
  MemoryTiles out;
  TileBuilder builder;
  const auto keep = [&](const TileId& id, const std::string& bytes) {
    out.files_[tile_path(id)] = bytes;
  };
  for (std::uint64_t i = 0; i < size; ++i) builder.push(leaf_hash(entry(i)), keep);
  builder.partial_tiles(keep);
  return out;
}

}  // namespace pac::ledger::test
