#include "runtime/base/regex.h"

#include <algorithm>
#include <map>

#include "runtime/base/check.h"
#include "runtime/base/regex_internal.h"

namespace pac {
namespace {

using regex_detail::Dfa;

// The coarsest partition of an automaton's states that its transitions respect. Hopcroft, "An n log
// n algorithm for minimizing states in a finite automaton" (1971); blocks are slices of one
// permutation of the states.
class Partition {
 public:
  explicit Partition(const Dfa& dfa)
      : dfa_(dfa), count_(static_cast<std::uint32_t>(dfa.accepting.size())), block_of_(count_, 0) {
    make_predecessors();
    order_.resize(count_);
    place_.resize(count_);
    std::uint32_t front = 0;
    for (const bool accepting : {false, true}) {
      const std::uint32_t begin = front;
      for (std::uint32_t state = 0; state < count_; ++state) {
        if ((dfa.accepting[state] != 0) != accepting) continue;
        block_of_[state] = static_cast<std::uint32_t>(blocks_.size());
        place_[state] = front;
        order_[front++] = state;
      }
      if (front > begin) add_block(begin, front);
    }
    while (!waiting_.empty()) split_by_next();
  }

  std::uint32_t block_of(std::uint32_t state) const { return block_of_[state]; }
  std::uint32_t block_count() const { return static_cast<std::uint32_t>(blocks_.size()); }
  // Any state of the block.
  std::uint32_t member(std::uint32_t block) const { return order_[blocks_[block].begin]; }

 private:
  struct Block {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t marked;  // states [begin, begin + marked) lead into the splitter
  };

  void add_block(std::uint32_t begin, std::uint32_t end) {
    waiting_.push_back(static_cast<std::uint32_t>(blocks_.size()));
    blocks_.push_back({begin, end, 0});
  }

  // For each class, the states that lead to each state: sources_[first_source_[c * (n + 1) + s]
  // ...].
  void make_predecessors() {
    const std::size_t stride = std::size_t{count_} + 1;
    first_source_.assign(dfa_.class_count * stride, 0);
    sources_.resize(dfa_.class_count * count_);
    for (std::size_t c = 0; c < dfa_.class_count; ++c) {
      std::uint32_t* const first = first_source_.data() + c * stride;
      std::uint32_t* const sources = sources_.data() + c * count_;
      for (std::uint32_t s = 0; s < count_; ++s) ++first[dfa_.next[s * dfa_.class_count + c] + 1];
      for (std::uint32_t s = 0; s < count_; ++s) first[s + 1] += first[s];
      std::vector<std::uint32_t> at(first, first + count_);
      for (std::uint32_t s = 0; s < count_; ++s)
        sources[at[dfa_.next[s * dfa_.class_count + c]]++] = s;
    }
  }

  // Called once a state and class: a state has one successor.
  void mark(std::uint32_t state) {
    const std::uint32_t id = block_of_[state];
    Block& block = blocks_[id];
    const std::uint32_t border = block.begin + block.marked;
    if (block.marked == 0) touched_.push_back(id);
    const std::uint32_t other = order_[border];
    std::swap(order_[border], order_[place_[state]]);
    place_[other] = place_[state];
    place_[state] = border;
    ++block.marked;
  }

  void split_marked(std::uint32_t id) {
    const Block block = blocks_[id];
    blocks_[id].marked = 0;
    const std::uint32_t border = block.begin + block.marked;
    if (border == block.end) return;
    // The smaller half becomes the new block. A block that waits leaves both halves waiting; of one
    // that does not, the smaller half suffices.
    const bool front_is_smaller = block.marked <= block.end - border;
    const std::uint32_t begin = front_is_smaller ? block.begin : border;
    const std::uint32_t end = front_is_smaller ? border : block.end;
    (front_is_smaller ? blocks_[id].begin : blocks_[id].end) = border;
    for (std::uint32_t i = begin; i < end; ++i) {
      block_of_[order_[i]] = static_cast<std::uint32_t>(blocks_.size());
    }
    add_block(begin, end);
  }

  void split_by_next() {
    const std::uint32_t id = waiting_.back();
    waiting_.pop_back();
    // A copy: the splitter itself may be split on the way.
    splitter_.assign(order_.begin() + blocks_[id].begin, order_.begin() + blocks_[id].end);
    for (std::size_t c = 0; c < dfa_.class_count; ++c) {
      const std::uint32_t* const first = first_source_.data() + c * (std::size_t{count_} + 1);
      const std::uint32_t* const sources = sources_.data() + c * count_;
      touched_.clear();
      for (const std::uint32_t state : splitter_) {
        for (std::uint32_t i = first[state]; i < first[state + 1]; ++i) mark(sources[i]);
      }
      for (const std::uint32_t block : touched_) split_marked(block);
    }
  }

  const Dfa& dfa_;
  std::uint32_t count_;
  std::vector<std::uint32_t> block_of_;
  std::vector<std::uint32_t> order_;  // the states, block by block
  std::vector<std::uint32_t> place_;  // where each state stands in order_
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> waiting_;
  std::vector<std::uint32_t> first_source_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint32_t> splitter_;
  std::vector<std::uint32_t> touched_;
};

// Joins classes whose columns are equal. Returns for each old class the new one.
std::vector<std::uint8_t> join_classes(const std::array<std::uint8_t, 256>& class_of,
                                       const std::vector<std::vector<Regex::State>>& columns,
                                       std::size_t* class_count) {
  std::map<std::vector<Regex::State>, std::uint8_t> ids;
  std::vector<std::uint8_t> joined(columns.size());
  for (const std::uint8_t old : class_of) {  // by first byte
    const auto fresh = static_cast<std::uint8_t>(ids.size());
    joined[old] = ids.try_emplace(columns[old], fresh).first->second;
  }
  *class_count = ids.size();
  return joined;
}

}  // namespace

Result<Regex> Regex::minimise(const Dfa& dfa, std::string pattern, const RegexLimits& limits) {
  PAC_CHECK(limits.max_states > 0 && limits.max_states <= 0xFFFF, "states are numbered in 16 bits");
  const Partition partition(dfa);
  if (partition.block_count() > static_cast<std::uint32_t>(limits.max_states)) {
    return regex_detail::too_large();
  }
  // Number the blocks breadth first, the dead one before all.
  constexpr std::uint32_t kUnnumbered = ~std::uint32_t{0};
  std::vector<std::uint32_t> number(partition.block_count(), kUnnumbered);
  std::vector<std::uint32_t> block_at;
  const auto visit = [&](std::uint32_t block) {
    if (number[block] != kUnnumbered) return;
    number[block] = static_cast<std::uint32_t>(block_at.size());
    block_at.push_back(block);
  };
  visit(partition.block_of(0));
  visit(partition.block_of(dfa.start));
  std::vector<std::vector<State>> columns(dfa.class_count);
  for (std::size_t state = 0; state < block_at.size(); ++state) {
    const std::size_t row = partition.member(block_at[state]) * dfa.class_count;
    // By byte, not by class: the numbering must not depend on how the classes were numbered.
    for (const std::uint8_t c : dfa.class_of) {
      if (columns[c].size() > state) continue;
      const std::uint32_t to = partition.block_of(dfa.next[row + c]);
      visit(to);
      columns[c].push_back(static_cast<State>(number[to]));
    }
  }

  Regex regex;
  regex.pattern_ = std::move(pattern);
  const auto joined = join_classes(dfa.class_of, columns, &regex.class_count_);
  for (std::size_t byte = 0; byte < 256; ++byte) {
    regex.byte_classes_[byte] = joined[dfa.class_of[byte]];
  }
  regex.start_ = static_cast<State>(number[partition.block_of(dfa.start)]);
  regex.transitions_.resize(block_at.size() * regex.class_count_);
  for (std::size_t state = 0; state < block_at.size(); ++state) {
    regex.accepting_.push_back(dfa.accepting[partition.member(block_at[state])]);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      regex.transitions_[state * regex.class_count_ + joined[c]] = columns[c][state];
    }
  }
  PAC_CHECK(!regex.is_accepting(kDead), "the dead state accepts nothing");
  return regex;
}

Result<Regex> Regex::compile(std::string_view pattern, const RegexLimits& limits) {
  const Result<regex_detail::Tree> tree = regex_detail::parse(pattern);
  if (!tree) return std::unexpected(tree.error());
  const Result<Dfa> dfa = regex_detail::build(*tree, limits);
  if (!dfa) return std::unexpected(dfa.error());
  return minimise(*dfa, std::string(pattern), limits);
}

}  // namespace pac
