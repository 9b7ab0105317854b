// The hashes of the log's Merkle tree, as in RFC 6962, section 2.1: a leaf and a node are hashed
// with a first byte of their own, so that neither can be passed off as the other. Pure functions;
// any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runtime/crypto/sha256.h"

namespace pac::ledger {

using Hash = crypto::Digest;

Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);
// Of many at once, which is faster: of each entry, and of each two children that follow each other.
std::vector<Hash> leaf_hashes(std::span<const std::string_view> entries);
std::vector<Hash> node_hashes(std::span<const Hash> children);
// The root of the tree without leaves.
Hash empty_root();

}  // namespace pac::ledger
