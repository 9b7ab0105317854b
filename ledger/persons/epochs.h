// Epochs: the keys under which the keys of subjects lie, each for 30 days at most. Their file is
// beside the ledger's folder, so that no copy of the folder has it; when an epoch ends its key is
// destroyed, and with it every older copy of the keys of subjects. Belongs to the thread of the
// file system.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ledger/io/file_system.h"
#include "runtime/crypto/aead.h"

namespace pac::ledger {

inline constexpr std::int64_t kMostEpochUs = std::int64_t{30} * 86'400 * 1'000'000;

struct Epoch {
  std::uint64_t number = 0;
  std::int64_t began_us = 0;
  crypto::AeadKey key;
};

// Where the file is unless somebody says: the folder's name and ".epoch".
std::string epoch_path(const std::string& folder);

// One, or two while an epoch ends, the older first. PAC6602: there is no such file, or it is
// damaged.
[[nodiscard]] Result<std::vector<Epoch>> read_epochs(FileSystem& files, const std::string& path);
// Durable when it returns; what the file had before is overwritten.
[[nodiscard]] Result<void> write_epochs(FileSystem& files, const std::string& path,
                                        std::span<const Epoch> epochs);

// As replace_file, of a secret; then what the file had before is overwritten as far as the device
// writes in place.
[[nodiscard]] Result<void> replace_secret(FileSystem& files, const std::string& path,
                                          std::string_view bytes);

// Overwrites and removes a file, where there is one.
[[nodiscard]] Result<void> remove_secret(FileSystem& files, const std::string& path);

}  // namespace pac::ledger
