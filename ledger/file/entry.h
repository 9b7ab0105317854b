// What the ledger itself writes into entries: canonical JSON, made once. docs/ledger_format.md
// lists the members. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/file/clock.h"
#include "ledger/log/hash.h"
#include "ledger/log/key_event.h"
#include "runtime/base/json.h"
#include "runtime/base/result.h"

namespace pac::ledger {

// What each entry says of itself.
struct Stamp {
  std::string origin;
  std::int64_t at_us = 0;  // microseconds since 1970
  std::string nonce;       // 32 hexadecimal digits
};

// The stream that another one continues.
struct Previous {
  std::string origin;
  std::uint64_t size = 0;  // what it can still show
  Hash root{};
  std::uint64_t missing_below = 0;  // entries from `size` up to here have been and are not there
  std::string reason;
};

// A record of another program. PAC6207 for what is no JSON object, or has a number that JSON
// software rounds; PAC6206 where it is too long.
[[nodiscard]] Result<std::string> external_entry(const Stamp& stamp, std::string_view record);

std::string stream_open_entry(const Stamp& stamp, const std::optional<Previous>& previous);
// What the first entry of a stream says of the one before it; nothing where it says nothing.
std::optional<Previous> previous_in(std::string_view entry);
// What is wrong with the entry that opens stream `number`, behind the stream of that origin where
// it was read; empty: nothing.
std::string opening_fault(std::string_view entry, std::uint32_t number,
                          const std::optional<std::string>& origin_before);

std::string clock_entry(const Stamp& stamp, const ClockEvent& event);

// PAC6206 where a reason is too long.
[[nodiscard]] Result<std::string> key_entry(const Stamp& stamp, const KeyEvent& event);

// An entry that says that an earlier one is wrong.
struct Correction {
  std::string origin;  // of the stream of the earlier one
  std::uint64_t index = 0;
  Hash leaf{};
  std::string reason;
  std::string by;      // empty: not said
  std::string record;  // what should stand there, a JSON object; empty: not said
};
// PAC6207, PAC6206 as external_entry.
[[nodiscard]] Result<std::string> correction_entry(const Stamp& stamp,
                                                   const Correction& correction);

// "2026-03-01T09:00:00.000000Z"
inline constexpr std::size_t kTimeTextBytes = 27;
std::string time_text(std::int64_t at_us);

}  // namespace pac::ledger
