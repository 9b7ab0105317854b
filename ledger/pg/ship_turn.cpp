#include "ledger/pg/ship_turn.h"

#include <chrono>
#include <thread>

namespace pac::ledger::pg {
namespace {

using Clock = std::chrono::steady_clock;

// A turn is as long as a transaction, which takes milliseconds where few entries are shipped.
constexpr auto kPause = std::chrono::milliseconds(2);

Result<std::unique_ptr<FileLock>> lock_until(FileSystem& files, const std::string& path,
                                             Clock::time_point until) {
  while (true) {
    auto lock = files.lock(path);
    if (lock || lock.error().code != "PAC6202" || Clock::now() > until) return lock;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<ShipTurn> ShipTurn::take(FileSystem& files, const std::string& folder, int patience_ms) {
  ShipTurn out(files, folder, patience_ms);
  if (const auto waited = out.wait(); !waited) return std::unexpected(waited.error());
  return out;
}

// The one who waits longest holds `ship.next`, by which who has the turn sees that they do.
Result<void> ShipTurn::wait() {
  const auto until = Clock::now() + std::chrono::milliseconds(patience_ms_);
  const auto next = lock_until(*files_, folder_ + "/ship.next", until);
  auto mine =
      next ? lock_until(*files_, folder_ + "/ship.lock", until) : std::unexpected(next.error());
  if (mine) {
    lock_ = std::move(*mine);
    return {};
  }
  if (mine.error().code != "PAC6202") return std::unexpected(mine.error());
  return fail("PAC6202", "another process ships this folder, and does not end within " +
                             std::to_string((patience_ms_ + 999) / 1000) +
                             " s: " + mine.error().message);
}

Result<bool> ShipTurn::give_way() {
  if (const auto next = files_->lock(folder_ + "/ship.next"); next) return false;
  lock_.reset();
  if (const auto waited = wait(); !waited) return std::unexpected(waited.error());
  return true;
}

}  // namespace pac::ledger::pg
