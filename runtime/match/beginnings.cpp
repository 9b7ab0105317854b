#include "runtime/match/beginnings.h"

#include <string>

#include "runtime/match/keys.h"

namespace pac::match {

namespace {

constexpr int kBytes = 256;
constexpr size_t kMostFirst = 64;  // first bytes; more exclude hardly a text

Regex::State next(const Regex& regex, Regex::State state, int byte) {
  return regex.transition(state, regex.byte_class(static_cast<uint8_t>(byte)));
}

// The byte that alone leads on from the state, or -1.
int only_byte(const Regex& regex, Regex::State state) {
  int found = -1;
  for (int byte = 0; byte < kBytes; ++byte) {
    if (next(regex, state, byte) == Regex::kDead) continue;
    if (found >= 0) return -1;
    found = byte;
  }
  return found;
}

}  // namespace

// The literal that all of them begin with, then each byte that may come after it.
ValueSet beginnings(const Regex& regex) {
  ValueSet out;
  if (regex.is_empty()) return out;
  std::string prefix;
  Regex::State state = regex.start();
  while (prefix.size() < kTextKeyBytes && !regex.is_accepting(state)) {
    const int byte = only_byte(regex, state);
    if (byte < 0) break;
    prefix += static_cast<char>(byte);
    state = next(regex, state, byte);
  }
  if (prefix.size() == kTextKeyBytes)
    return ValueSet::of(key_of_text(prefix), key_of_text(prefix, true));
  std::vector<Span> spans;
  if (regex.is_accepting(state)) spans.push_back({key_of_text(prefix), key_of_text(prefix)});
  for (int byte = 0; byte < kBytes; ++byte) {
    if (next(regex, state, byte) == Regex::kDead) continue;
    const std::string begin = prefix + static_cast<char>(byte);
    spans.push_back({key_of_text(begin), key_of_text(begin, true)});
  }
  if (prefix.empty() && spans.size() > kMostFirst) return ValueSet::all(false);
  return ValueSet::of_spans(std::move(spans), false);
}

}  // namespace pac::match
