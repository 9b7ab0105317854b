#include "ledger/log/hash.h"

#include <algorithm>
#include <array>

#include "runtime/crypto/encoding.h"

namespace pac::ledger {

Hash leaf_hash(std::string_view entry) {
  constexpr std::string_view kLeaf("\0", 1);
  return crypto::sha256(kLeaf, entry);
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> bytes;
  bytes[0] = 1;
  std::ranges::copy(left, bytes.begin() + 1);
  std::ranges::copy(right, bytes.begin() + 33);
  return crypto::sha256(crypto::view(bytes));
}

Hash empty_root() { return crypto::sha256({}); }

}  // namespace pac::ledger
