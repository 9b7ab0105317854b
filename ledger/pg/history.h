// Whether a store and a folder have the same history of a stream, as far as both go.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "ledger/log/checkpoint.h"
#include "ledger/pg/connection.h"

namespace pac::ledger::pg {

// Where the store is, as it says itself.
struct Position {
  std::uint64_t size = 0;
  Hash root{};
  std::string edge;
};
// Of the stream with that id. PAC6303, and as Connection::run.
[[nodiscard]] Result<Position> position_of(Connection& connection, std::int64_t id);

enum class History : std::uint8_t {
  folder_has_all,  // what the store has, and maybe more
  store_has_more,  // which continues what the folder has
  forked,
};
using RootAt = std::function<Result<Hash>(std::uint64_t size)>;
// `published` is the folder's, `root_at` gives the roots of its earlier sizes.
[[nodiscard]] Result<History> compare_histories(Connection& connection, std::int64_t id,
                                                const Position& at, const Checkpoint& published,
                                                const RootAt& root_at);

// PAC6305: the first so many entries have other roots here and there.
std::unexpected<Error> forked(const std::string& origin, std::uint64_t size);

}  // namespace pac::ledger::pg
