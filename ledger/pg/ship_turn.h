// Whose turn it is to ship a folder. One at a time; who waits gets the next turn between two
// transactions of who has it now. Belongs to one thread.
#pragma once

#include <memory>
#include <string>

#include "ledger/io/file_system.h"

namespace pac::ledger::pg {

class ShipTurn {
 public:
  // Waits until it is the caller's turn. PAC6202, with who has it, where that takes too long.
  [[nodiscard]] static Result<ShipTurn> take(FileSystem& files, const std::string& folder,
                                             int patience_ms);

  // Lets somebody who waits go first, and waits for them; whether there was anybody.
  [[nodiscard]] Result<bool> give_way();

 private:
  ShipTurn(FileSystem& files, std::string folder, int patience_ms)
      : files_(&files), folder_(std::move(folder)), patience_ms_(patience_ms) {}
  Result<void> wait();

  FileSystem* files_;
  std::string folder_;
  int patience_ms_;
  std::unique_ptr<FileLock> lock_;
};

}  // namespace pac::ledger::pg
