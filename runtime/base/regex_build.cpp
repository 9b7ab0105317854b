// Syntax tree -> nondeterministic automaton over bytes (Thompson's construction, built from the end
// so that every piece knows what follows it) -> deterministic automaton (subset construction).
#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "runtime/base/regex_internal.h"
#include "runtime/base/utf8.h"

namespace pac::regex_detail {
namespace {

using StateId = std::uint32_t;

// Bounds on the work of compiling, far above what the state limit lets through in sensible
// patterns: they stop (a{1000}){1000} and its like early, at some 10 MB and some 100 MB.
constexpr std::size_t kMaxNfaStates = 200'000;
constexpr std::size_t kMaxSubsetElements = 20'000'000;

struct ByteEdge {
  std::uint8_t low;
  std::uint8_t high;
  StateId to;
};

// Either an inner node with up to two ways to go on without a byte, or a leaf with edges on bytes.
struct NfaState {
  std::uint32_t first_edge = 0;
  std::uint32_t edge_count = 0;
  StateId jump[2] = {};
  std::uint8_t jump_count = 0;
};

struct Nfa {
  std::vector<NfaState> states;  // state 0 accepts
  std::vector<ByteEdge> edges;
  StateId start = 0;
};

class NfaBuilder {
 public:
  explicit NfaBuilder(const Tree& tree) : tree_(tree) {}

  bool run(Nfa* out) {
    nfa_.states.emplace_back();
    nfa_.start = add(tree_.root, 0);
    if (overflow_) return false;
    *out = std::move(nfa_);
    return true;
  }

 private:
  StateId add_state(const NfaState& state) {
    if (nfa_.states.size() >= kMaxNfaStates || nfa_.edges.size() >= kMaxNfaStates) {
      overflow_ = true;
      return 0;
    }
    nfa_.states.push_back(state);
    return static_cast<StateId>(nfa_.states.size() - 1);
  }

  StateId add_fork(StateId a, StateId b) { return add_state({0, 0, {a, b}, 2}); }

  // A state from which `node` and then `next` match.
  StateId add(NodeId id, StateId next) {
    if (overflow_) return 0;
    const Node& node = tree_.nodes[id];
    const NodeId* const children = tree_.children.data() + node.first;
    switch (node.kind) {
      case Node::Kind::empty:
        return next;
      case Node::Kind::one_of:
        return add_one_of(node, next);
      case Node::Kind::sequence:
        for (std::uint32_t i = node.count; i-- > 0;) next = add(children[i], next);
        return next;
      case Node::Kind::choice: {
        StateId options = add(children[node.count - 1], next);
        for (std::uint32_t i = node.count - 1; i-- > 0;) {
          options = add_fork(add(children[i], next), options);
        }
        return options;
      }
      case Node::Kind::repetition:
        return add_repetition(node, children[0], next);
    }
    return next;
  }

  StateId add_repetition(const Node& node, NodeId child, StateId next) {
    StateId at = next;
    if (node.max == kUnbounded) {
      const StateId loop = add_fork(next, next);
      const StateId body = add(child, loop);
      if (overflow_) return 0;
      nfa_.states[loop].jump[0] = body;
      at = loop;
    } else {
      for (int i = node.min; i < node.max && !overflow_; ++i) at = add_fork(add(child, at), next);
    }
    for (int i = 0; i < node.min && !overflow_; ++i) {
      const StateId after = at;
      at = add(child, after);
      // Nothing repeated is nothing, a thousand times within a thousand times too.
      if (at == after) break;
    }
    return at;
  }

  struct ByteSequence {
    int length;
    std::uint8_t low[4];
    std::uint8_t high[4];
  };

  // Cuts a range of code points into ranges whose encodings are a product of byte ranges. After Ken
  // Thompson's construction as described by Russ Cox, "Regular Expression Matching in the Wild".
  static void split_range(char32_t low, char32_t high, std::vector<ByteSequence>* out) {
    constexpr char32_t kLastOfLength[] = {0x7F, 0x7FF, 0xFFFF};
    for (const char32_t last : kLastOfLength) {
      if (low <= last && high > last) {
        split_range(low, last, out);
        split_range(last + 1, high, out);
        return;
      }
    }
    if (high > 0x7F) {
      // Cut until all bytes after the first that differs run over their full range.
      for (int tail_count = 1; tail_count < 4; ++tail_count) {
        const char32_t mask = (char32_t{1} << (6 * tail_count)) - 1;
        if ((low & ~mask) == (high & ~mask)) continue;
        if ((low & mask) != 0) {
          split_range(low, low | mask, out);
          split_range((low | mask) + 1, high, out);
          return;
        }
        if ((high & mask) != mask) {
          split_range(low, (high & ~mask) - 1, out);
          split_range(high & ~mask, high, out);
          return;
        }
      }
    }
    char first[4];
    char last[4];
    ByteSequence sequence{encode_utf8(low, first), {}, {}};
    encode_utf8(high, last);
    for (int i = 0; i < sequence.length; ++i) {
      sequence.low[i] = static_cast<std::uint8_t>(first[i]);
      sequence.high[i] = static_cast<std::uint8_t>(last[i]);
    }
    out->push_back(sequence);
  }

  StateId add_leaf(const std::vector<ByteEdge>& edges) {
    const auto first = static_cast<std::uint32_t>(nfa_.edges.size());
    nfa_.edges.insert(nfa_.edges.end(), edges.begin(), edges.end());
    return add_state({first, static_cast<std::uint32_t>(edges.size()), {}, 0});
  }

  StateId add_one_of(const Node& node, StateId next) {
    std::vector<ByteSequence> sequences;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const CodePointRange& range = tree_.ranges[node.first + i];
      split_range(range.low, range.high, &sequences);
    }
    // Equal tails are shared: most sequences end in bytes that run from 80 to BF.
    std::map<std::tuple<std::uint8_t, std::uint8_t, StateId>, StateId> tails;
    std::vector<ByteEdge> heads;
    for (const ByteSequence& sequence : sequences) {
      StateId at = next;
      for (int i = sequence.length - 1; i > 0; --i) {
        const auto key = std::tuple(sequence.low[i], sequence.high[i], at);
        auto found = tails.find(key);
        if (found == tails.end()) {
          found = tails.emplace(key, add_leaf({{sequence.low[i], sequence.high[i], at}})).first;
        }
        at = found->second;
      }
      heads.push_back({sequence.low[0], sequence.high[0], at});
    }
    return add_leaf(heads);
  }

  const Tree& tree_;
  Nfa nfa_;
  bool overflow_ = false;
};

using Subset = std::vector<StateId>;  // sorted; leaves and state 0 only

struct SubsetHash {
  std::size_t operator()(const Subset& subset) const noexcept {
    std::size_t hash = 0xcbf29ce484222325u;  // FNV-1a over the numbers
    for (const StateId id : subset) hash = (hash ^ id) * 0x100000001b3u;
    return hash;
  }
};

class SubsetBuilder {
 public:
  SubsetBuilder(const Nfa& nfa, const RegexLimits& limits)
      : nfa_(nfa),
        max_states_(static_cast<std::size_t>(limits.max_states) * kWorkingStatesPerState),
        seen_at_(nfa.states.size(), 0) {}

  bool run(Dfa* out) {
    make_classes();
    intern({});  // state 0
    Subset first;
    close({nfa_.start}, &first);
    dfa_.start = intern(std::move(first));
    std::vector<std::vector<StateId>> targets(dfa_.class_count);
    Subset subset;
    for (std::uint32_t state = 0; state < subsets_.size(); ++state) {
      if (subsets_.size() > max_states_ || element_count_ > kMaxSubsetElements) return false;
      for (auto& list : targets) list.clear();
      for (const StateId id : *subsets_[state]) {
        const NfaState& from = nfa_.states[id];
        for (std::uint32_t e = from.first_edge; e < from.first_edge + from.edge_count; ++e) {
          const ByteEdge& edge = nfa_.edges[e];
          for (int c = dfa_.class_of[edge.low]; c <= dfa_.class_of[edge.high]; ++c) {
            targets[static_cast<std::size_t>(c)].push_back(edge.to);
          }
        }
      }
      for (const auto& list : targets) {
        close(list, &subset);
        dfa_.next.push_back(intern(subset));
      }
    }
    *out = std::move(dfa_);
    return true;
  }

 private:
  // Bytes that no edge tells apart share a class.
  void make_classes() {
    std::array<bool, 257> begins{};
    for (const ByteEdge& edge : nfa_.edges) {
      begins[edge.low] = true;
      begins[std::size_t{edge.high} + 1] = true;
    }
    std::size_t current = 0;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (byte > 0 && begins[byte]) ++current;
      dfa_.class_of[byte] = static_cast<std::uint8_t>(current);
    }
    dfa_.class_count = current + 1;
  }

  // Everything reached from `from` without a byte.
  void close(const std::vector<StateId>& from, Subset* out) {
    out->clear();
    ++round_;
    stack_.assign(from.begin(), from.end());
    while (!stack_.empty()) {
      const StateId id = stack_.back();
      stack_.pop_back();
      if (seen_at_[id] == round_) continue;
      seen_at_[id] = round_;
      const NfaState& state = nfa_.states[id];
      if (state.jump_count == 0) out->push_back(id);
      for (int i = 0; i < state.jump_count; ++i) stack_.push_back(state.jump[i]);
    }
    std::sort(out->begin(), out->end());
  }

  std::uint32_t intern(Subset subset) {
    const auto fresh = static_cast<std::uint32_t>(subsets_.size());
    const auto [place, inserted] = ids_.try_emplace(std::move(subset), fresh);
    if (inserted) {
      subsets_.push_back(&place->first);
      element_count_ += place->first.size();
      // Sorted, so the accepting state comes first.
      dfa_.accepting.push_back(!place->first.empty() && place->first[0] == 0 ? 1 : 0);
    }
    return place->second;
  }

  const Nfa& nfa_;
  std::size_t max_states_;
  Dfa dfa_;
  std::unordered_map<Subset, std::uint32_t, SubsetHash> ids_;
  std::vector<const Subset*> subsets_;  // keys of ids_, which stay where they are
  std::size_t element_count_ = 0;
  std::vector<std::uint64_t> seen_at_;
  std::uint64_t round_ = 0;
  std::vector<StateId> stack_;
};

}  // namespace

std::unexpected<Error> too_large() {
  return fail(
      "PAC0121",
      "the automaton of this regular expression is too large; use smaller repetitions, or `max` "
      "on the length of the string instead of `{m,n}`");
}

Result<Dfa> build(const Tree& tree, const RegexLimits& limits) {
  Nfa nfa;
  Dfa dfa;
  if (!NfaBuilder(tree).run(&nfa)) return too_large();
  if (!SubsetBuilder(nfa, limits).run(&dfa)) return too_large();
  return dfa;
}

}  // namespace pac::regex_detail
