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

}  // namespace pac::ledger
