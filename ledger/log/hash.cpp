#include "ledger/log/hash.h"

#include <algorithm>
#include <array>

#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256_many.h"

namespace pac::ledger {
namespace {

constexpr std::uint8_t kLeaf = 0, kNode = 1;

}  // namespace

Hash leaf_hash(std::string_view entry) {
  const char first = kLeaf;
  return crypto::sha256({&first, 1}, entry);
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> bytes;
  bytes[0] = kNode;
  std::ranges::copy(left, bytes.begin() + 1);
  std::ranges::copy(right, bytes.begin() + 33);
  return crypto::sha256(crypto::view(bytes));
}

std::vector<Hash> leaf_hashes(std::span<const std::string_view> entries) {
  std::vector<Hash> out(entries.size());
  crypto::sha256_many(kLeaf, entries, out);
  return out;
}

std::vector<Hash> node_hashes(std::span<const Hash> children) {
  PAC_CHECK(children.size() % 2 == 0, "a node has two children");
  std::vector<std::string_view> pairs(children.size() / 2);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = {reinterpret_cast<const char*>(children[2 * i].data()), 2 * sizeof(Hash)};
  }
  std::vector<Hash> out(pairs.size());
  crypto::sha256_many(kNode, pairs, out);
  return out;
}

Hash empty_root() { return crypto::sha256({}); }

}  // namespace pac::ledger
