// The hashes of the log's Merkle tree, as in RFC 6962, section 2.1: a leaf and a node are hashed
// with a first byte of their own, so that neither can be passed off as the other. Pure functions;
// any thread.
#pragma once

#include <string_view>

#include "runtime/crypto/sha256.h"

namespace pac::ledger {

using Hash = crypto::Digest;

Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);
// The root of the tree without leaves.
Hash empty_root();

}  // namespace pac::ledger
