// The columns of an entry, taken from its bytes. Who ships and who verifies call the same function,
// so that a column which says other than the entry is found. Any bytes are taken: what is not
// there, or not in its form, is nothing. A reader belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pac::ledger::pg {

struct Columns {
  std::optional<std::int64_t> at_us;  // microseconds since 1970
  std::optional<std::string> tenant, kind, function;
  std::optional<std::string> snapshot;  // 32 bytes
  // What the index tables have.
  std::optional<std::string> status;
  std::vector<std::string> subjects, rules;  // sorted, each once
  std::optional<std::string> blob;           // 32 bytes: the digest of what stands beside the entry
  friend bool operator==(const Columns&, const Columns&) = default;
};

class ColumnReader {
 public:
  enum class Wanted : std::uint8_t { all, of_row };  // of_row: nothing that the index tables have
  // Where every body has kPadding bytes behind it, of any kind, it is read where it is.
  static constexpr std::size_t kPadding = 64;
  explicit ColumnReader(Wanted wanted = Wanted::all, bool is_padded = false);
  ~ColumnReader();

  // Holds until the next call.
  const Columns& read(std::string_view body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "2026-03-01T09:00:00.000000Z", digits after the seconds may be fewer or absent; nothing for
// anything else.
std::optional<std::int64_t> read_time(std::string_view text);

}  // namespace pac::ledger::pg
