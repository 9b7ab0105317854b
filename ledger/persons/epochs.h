// Epochs: the keys under which the keys of subjects lie, each for 30 days at most. Their file is
// beside the ledger's folder, so that no copy of the folder has it; when an epoch ends its key is
// destroyed, and with it every older copy of the keys of subjects. Belongs to the thread of the
// file system.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
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

// A text that is wiped when it goes, at one place in memory: a passphrase.
class Passphrase {
 public:
  Passphrase() = default;
  // Copies the text and wipes the original.
  explicit Passphrase(std::string&& text);
  ~Passphrase();
  Passphrase(Passphrase&&) noexcept = default;
  Passphrase& operator=(Passphrase&& other) noexcept;
  bool is_there() const noexcept { return text_ != nullptr; }
  const std::string& text() const noexcept { return *text_; }

 private:
  std::unique_ptr<std::string> text_;
};
// Asked where the file of that path is under a passphrase.
using AskPassphrase = std::function<Result<Passphrase>(const std::string& path)>;

// One, or two while an epoch ends, the older first. `passphrase` becomes the one that opened the
// file, where it needed one. PAC6602: there is no such file, it is damaged, or under a passphrase
// that nobody is there to say; PAC0144: another passphrase.
[[nodiscard]] Result<std::vector<Epoch>> read_epochs(FileSystem& files, const std::string& path,
                                                     const AskPassphrase& ask = {},
                                                     Passphrase* passphrase = nullptr);
// Durable when it returns; what the file had before is overwritten. Under the passphrase, where
// there is one. PAC6602 where the file was put under a passphrase meanwhile that is not known here.
[[nodiscard]] Result<void> write_epochs(FileSystem& files, const std::string& path,
                                        std::span<const Epoch> epochs,
                                        const Passphrase& passphrase = {});

// Whether the file is one of epochs, and under a passphrase.
bool is_epoch_file(FileSystem& files, const std::string& path);
bool is_epoch_file_sealed(FileSystem& files, const std::string& path);

// As replace_file, of a secret; then what the file had before is overwritten as far as the device
// writes in place.
[[nodiscard]] Result<void> replace_secret(FileSystem& files, const std::string& path,
                                          std::string_view bytes);

// Overwrites and removes a file, where there is one.
[[nodiscard]] Result<void> remove_secret(FileSystem& files, const std::string& path);

}  // namespace pac::ledger
