// Operations on finished automata: products for intersection and complement, search for examples.
#include <algorithm>
#include <unordered_map>

#include "runtime/base/check.h"
#include "runtime/base/regex.h"
#include "runtime/base/regex_internal.h"

namespace pac {
namespace {

using regex_detail::Dfa;

// Runs both automata side by side. `b` decides what counts as text: where it is dead, so is the
// pair; where `a` is dead the pair goes on only if `negate_a`. Accepts what b accepts and a accepts
// (or not).
class Product {
 public:
  Product(const Regex& a, const Regex& b, bool negate_a, const RegexLimits& limits)
      : a_(a),
        b_(b),
        negate_a_(negate_a),
        max_states_(static_cast<std::size_t>(limits.max_states) *
                    regex_detail::kWorkingStatesPerState) {}

  bool run(Dfa* out) {
    make_classes();
    intern(Regex::kDead, Regex::kDead);
    dfa_.start = intern(a_.start(), b_.start());
    for (std::size_t state = 0; state < pairs_.size(); ++state) {
      if (pairs_.size() > max_states_) return false;
      const auto [a, b] = pairs_[state];
      for (const std::uint8_t byte : first_byte_) {
        dfa_.next.push_back(
            intern(a_.transition(a, a_.byte_class(byte)), b_.transition(b, b_.byte_class(byte))));
      }
    }
    *out = std::move(dfa_);
    return true;
  }

 private:
  struct Pair {
    Regex::State a;
    Regex::State b;
  };

  void make_classes() {
    std::unordered_map<std::uint32_t, std::uint8_t> ids;
    for (std::uint32_t i = 0; i < 256; ++i) {
      const auto byte = static_cast<std::uint8_t>(i);
      const std::uint32_t both = std::uint32_t{a_.byte_class(byte)} << 8 | b_.byte_class(byte);
      const auto [place, inserted] = ids.try_emplace(both, static_cast<std::uint8_t>(ids.size()));
      if (inserted) first_byte_.push_back(byte);
      dfa_.class_of[byte] = place->second;
    }
    dfa_.class_count = ids.size();
  }

  std::uint32_t intern(Regex::State a, Regex::State b) {
    if (b == Regex::kDead || (a == Regex::kDead && !negate_a_)) a = b = Regex::kDead;
    const auto fresh = static_cast<std::uint32_t>(pairs_.size());
    const auto [place, inserted] = ids_.try_emplace(std::uint32_t{a} << 16 | b, fresh);
    if (inserted) {
      pairs_.push_back({a, b});
      dfa_.accepting.push_back(b_.is_accepting(b) && a_.is_accepting(a) != negate_a_ ? 1 : 0);
    }
    return place->second;
  }

  const Regex& a_;
  const Regex& b_;
  bool negate_a_;
  std::size_t max_states_;
  Dfa dfa_;
  std::vector<std::uint8_t> first_byte_;  // of each class
  std::unordered_map<std::uint32_t, std::uint32_t> ids_;
  std::vector<Pair> pairs_;
};

// How readily a byte is shown to a person: small letters, digits, capitals, other printable ASCII,
// rest.
int strangeness(std::uint8_t byte) noexcept {
  if (byte >= 'a' && byte <= 'z') return 0;
  if (byte >= '0' && byte <= '9') return 1;
  if (byte >= 'A' && byte <= 'Z') return 2;
  if (byte > ' ' && byte < 0x7F) return 3;
  if (byte == ' ') return 4;
  return byte >= 0x80 ? 5 : 6;
}

}  // namespace

Regex Regex::any_text() {
  Result<Regex> any = compile("(?s).*");
  PAC_CHECK(any.has_value(), "the automaton of all strings has nine states");
  return *std::move(any);
}

std::string Regex::escape(std::string_view literal) {
  constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
  std::string out;
  for (const char c : literal) {
    if (kSpecial.find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

Result<Regex> Regex::intersect(const Regex& a, const Regex& b, const RegexLimits& limits) {
  Dfa dfa;
  if (!Product(a, b, false, limits).run(&dfa)) return regex_detail::too_large();
  return minimise(dfa, {}, limits);
}

Result<Regex> Regex::complement(const Regex& a, const RegexLimits& limits) {
  Dfa dfa;
  if (!Product(a, any_text(), true, limits).run(&dfa)) return regex_detail::too_large();
  return minimise(dfa, {}, limits);
}

std::optional<std::string> Regex::shortest_match() const {
  if (is_empty()) return std::nullopt;
  // The most readable byte of each class, and the classes in order of readability.
  std::vector<std::uint8_t> bytes;
  std::vector<bool> has_class(class_count_, false);
  std::array<std::uint8_t, 256> order{};
  for (std::size_t i = 0; i < 256; ++i) order[i] = static_cast<std::uint8_t>(i);
  std::stable_sort(order.begin(), order.end(),
                   [](std::uint8_t x, std::uint8_t y) { return strangeness(x) < strangeness(y); });
  for (const std::uint8_t byte : order) {
    if (has_class[byte_classes_[byte]]) continue;
    has_class[byte_classes_[byte]] = true;
    bytes.push_back(byte);
  }

  struct Step {
    State from;
    std::uint8_t byte;
  };
  std::vector<Step> steps(state_count());
  std::vector<bool> seen(state_count(), false);
  std::vector<State> queue = {start_};
  seen[start_] = true;
  seen[kDead] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const State state = queue[i];
    if (is_accepting(state)) {
      std::string text;
      for (State at = state; at != start_; at = steps[at].from) {
        text.push_back(static_cast<char>(steps[at].byte));
      }
      std::reverse(text.begin(), text.end());
      return text;
    }
    for (const std::uint8_t byte : bytes) {
      const State to = transition(state, byte_classes_[byte]);
      if (seen[to]) continue;
      seen[to] = true;
      steps[to] = {state, byte};
      queue.push_back(to);
    }
  }
  PAC_CHECK(false, "every state but the dead one reaches an accepting one");
  return std::nullopt;
}

}  // namespace pac
