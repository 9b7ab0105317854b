// The right edge of a growing tree: the roots of its complete subtrees, at most 62 of them, which
// is all that the next root needs. Value semantics; belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ledger/log/hash.h"

namespace pac::ledger {

class Frontier {
 public:
  Frontier() = default;
  // The edge of a tree of `size` leaves from the roots of its complete subtrees, largest first;
  // there are as many as `size` has binary ones (PAC_CHECK).
  Frontier(std::uint64_t size, std::vector<Hash> subtrees);

  std::uint64_t size() const noexcept { return size_; }
  Hash root() const;
  // Largest first.
  const std::vector<Hash>& subtrees() const noexcept { return subtrees_; }

  void push(const Hash& leaf) {
    push(leaf, [](unsigned, const Hash&) {});
  }

  // Calls `completed(height, hash)` for each subtree that the leaf completes, from the leaf itself
  // (height 0) upwards.
  template <typename Completed>
  void push(const Hash& leaf, Completed&& completed) {
    Hash hash = leaf;
    completed(0u, hash);
    unsigned height = 0;
    for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
      hash = node_hash(subtrees_.back(), hash);
      subtrees_.pop_back();
      completed(++height, hash);
    }
    subtrees_.push_back(hash);
    ++size_;
  }

  // Many leaves, which is faster than one after the other. Calls `completed(height, index, hashes)`
  // with all subtrees of a height that they complete, of which the first is the index-th of that
  // height in the tree; from the leaves upwards.
  using Completed = std::function<void(unsigned, std::uint64_t, std::span<const Hash>)>;
  void push_all(std::span<const Hash> leaves, const Completed& completed = {});

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> subtrees_;
};

}  // namespace pac::ledger
