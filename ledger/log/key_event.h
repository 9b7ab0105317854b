// Entries of the kind `key`: which keys may sign a stream from here on. Canonical JSON like all
// entries; docs/ledger_format.md lists the members. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/hash.h"
#include "ledger/log/note.h"
#include "runtime/base/json.h"
#include "runtime/base/result.h"

namespace pac::ledger {

// How far a revoked key is still believed in a stream: up to this tree, which is the honest one.
struct KeyPin {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  friend bool operator==(const KeyPin&, const KeyPin&) = default;
};

// A key that signs a further line below each checkpoint, and whether one without it counts.
struct AlsoKey {
  EcdsaNoteKey key;
  bool is_needed = false;
  friend bool operator==(const AlsoKey&, const AlsoKey&) = default;
};

struct KeyEvent {
  enum class Kind : std::uint8_t {
    introduce,  // it signs too, from the tree with this entry on
    retire,     // it signs no tree with this entry
    revoke,     // the same, and it is believed up to its pins only
    also        // an ECDSA key signs a further line; it takes the place of the one before
  };
  Kind kind = Kind::introduce;
  NoteKey key;  // named by the stream that the entry is in
  std::string role;
  std::string reason;
  std::optional<AlsoKey> also;  // of that kind; `key` then has the name alone
  std::vector<KeyPin> pins;  // of a revoked one; a stream without a pin: not believed there at all
  std::string at;            // when it was recorded; taken from the entry
};

// What a key of a ledger is for; others are not supported.
inline constexpr std::string_view kLogRole = "log";

// The members `key` of the entry.
json::Value to_json(const KeyEvent& event);

// Whether the bytes begin as an entry of that kind does: cheap, and true of each such entry.
bool looks_like_key_entry(std::string_view entry) noexcept;

// What the entry says; nothing where it is of another kind. PAC6107 where it is of that kind and
// not exactly in its form.
[[nodiscard]] Result<std::optional<KeyEvent>> read_key_entry(std::string_view entry);

// The pins of a list, and back: [{"origin":…,"root":…,"size":…}]. PAC6107.
json::Value pins_to_json(const std::vector<KeyPin>& pins);
[[nodiscard]] Result<std::vector<KeyPin>> pins_of_json(const json::Value& value);

}  // namespace pac::ledger
