#include "ledger/log/frontier.h"

#include <bit>

#include "runtime/base/check.h"

namespace pac::ledger {

Frontier::Frontier(std::uint64_t size, std::vector<Hash> subtrees)
    : size_(size), subtrees_(std::move(subtrees)) {
  PAC_CHECK(static_cast<std::size_t>(std::popcount(size)) == subtrees_.size(),
            "a tree has a complete subtree for each binary one of its size");
}

Hash Frontier::root() const {
  if (subtrees_.empty()) return empty_root();
  Hash root = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i-- > 0;) root = node_hash(subtrees_[i], root);
  return root;
}

void Frontier::push_all(std::span<const Hash> leaves, const Completed& completed) {
  std::vector<Hash> kept;  // without a sibling so far, smallest first
  std::vector<Hash> level(leaves.begin(), leaves.end());
  std::uint64_t index = size_;  // in the tree, of the first of the level
  std::vector<Hash> children;
  for (unsigned height = 0; !level.empty(); ++height, index /= 2) {
    if (completed) completed(height, index, level);
    children.clear();
    if (index % 2 != 0) {  // its sibling is there already
      children.push_back(subtrees_.back());
      subtrees_.pop_back();
    }
    children.insert(children.end(), level.begin(), level.end());
    if (children.size() % 2 != 0) {
      kept.push_back(children.back());
      children.pop_back();
    }
    level = node_hashes(children);
  }
  subtrees_.insert(subtrees_.end(), kept.rbegin(), kept.rend());
  size_ += leaves.size();
}

}  // namespace pac::ledger
