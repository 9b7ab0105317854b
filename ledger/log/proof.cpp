#include "ledger/log/proof.h"

#include <bit>
#include <string>

namespace pac::ledger {
namespace {

std::unexpected<Error> refused(const std::string& what) { return fail("PAC6104", what); }

// Goes up from a node until it is a right child, or the root.
void climb(std::uint64_t* node, std::uint64_t* last) {
  while (*node != 0 && (*node & 1) == 0) {
    *node >>= 1;
    *last >>= 1;
  }
}

}  // namespace

Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                              std::span<const Hash> proof, const Hash& root) {
  if (index >= size) {
    return refused("a tree of " + std::to_string(size) + " entries has no index " +
                   std::to_string(index));
  }
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return refused("the inclusion proof is too long");
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      climb(&node, &last);
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return refused("the inclusion proof is too short");
  if (hash != root) {
    return refused("the inclusion proof leads to another root: the entry, its index or the proof " +
                   std::string("is not what was signed"));
  }
  return {};
}

Result<void> verify_consistency(std::uint64_t old_size, std::uint64_t size, const Hash& old_root,
                                const Hash& root, std::span<const Hash> proof) {
  if (old_size == 0) return refused("a consistency proof from the empty tree says nothing");
  if (old_size > size) return refused("the later tree is the smaller one");
  if (old_size == size) {
    if (!proof.empty()) return refused("two trees of one size need no consistency proof");
    if (old_root != root) return refused("there are two roots for one size: the log was forked");
    return {};
  }
  // Where the old tree is complete its root begins the proof and is not repeated in it.
  const bool is_complete = std::has_single_bit(old_size);
  if (proof.empty()) return refused("the consistency proof is too short");
  const Hash& first = is_complete ? old_root : proof[0];
  std::uint64_t node = old_size - 1;
  std::uint64_t last = size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  Hash old_hash = first;
  Hash hash = first;
  for (const Hash& sibling : proof.subspan(is_complete ? 0 : 1)) {
    if (last == 0) return refused("the consistency proof is too long");
    if ((node & 1) != 0 || node == last) {
      old_hash = node_hash(sibling, old_hash);
      hash = node_hash(sibling, hash);
      climb(&node, &last);
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return refused("the consistency proof is too short");
  if (old_hash != old_root || hash != root) {
    return refused("the consistency proof leads to other roots: the later tree does not continue " +
                   std::string("the earlier one"));
  }
  return {};
}

}  // namespace pac::ledger
