// Signing keys from files, plain or under a passphrase (runtime/crypto/encrypted_key.h). A
// passphrase comes from a variable of the environment or is asked for on the terminal, without
// being shown; never from the command line, which other processes can read. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/crypto/ecdsa.h"
#include "runtime/crypto/ed25519.h"

namespace pac::cli {

inline constexpr const char* kPassphraseVariable = "PAC_KEY_PASSPHRASE";
inline constexpr const char* kNewPassphraseVariable = "PAC_KEY_NEW_PASSPHRASE";
// Of the file with the keys of epochs, which may have another one than a signing key.
inline constexpr const char* kEpochPassphraseVariable = "PAC_EPOCH_PASSPHRASE";
inline constexpr const char* kPinVariable = "PAC_KEY_PIN";

// Text that is wiped when it goes, at one place in memory for life.
class Secret {
 public:
  // Copies the text and wipes the original.
  explicit Secret(std::string&& text);
  ~Secret();
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) = delete;

  const std::string& text() const noexcept { return *text_; }

 private:
  std::unique_ptr<std::string> text_;
};

// The passphrase that opens `path`, and the one that shall protect it, asked for twice. PAC0144
// where the variable is not set and there is no terminal, or nothing was typed.
[[nodiscard]] Result<Secret> passphrase_of(const std::string& path,
                                           const char* variable = kPassphraseVariable);
[[nodiscard]] Result<Secret> new_passphrase(const std::string& path, const char* variable);

// The key in a file, or in the token that a URI names (runtime/pkcs11/token.h). PAC0101, PAC0143 to
// PAC0146; the message names the file.
[[nodiscard]] Result<crypto::SigningKey> read_secret_key(const std::string& path);
// The same of several, with a comma between them: while a ledger exchanges its key, both sign.
[[nodiscard]] Result<std::vector<crypto::SigningKey>> read_secret_keys(const std::string& paths);
// The ECDSA P-256 key in a file or token, with the same codes.
[[nodiscard]] Result<crypto::EcdsaKey> read_secret_ecdsa_key(const std::string& path);
// Makes one, in a file for its owner alone or in a token.
[[nodiscard]] Result<crypto::EcdsaKey> make_secret_ecdsa_key(const std::string& path,
                                                             const Secret* passphrase);
// Makes a key in a token.
[[nodiscard]] Result<crypto::SigningKey> make_secret_key_in_token(const std::string& uri);
// A file for its owner alone, under the passphrase if there is one.
[[nodiscard]] Result<void> write_secret_key(const std::string& path, const crypto::SigningKey& key,
                                            const Secret* passphrase);
// Whether there is a file that holds a key under a passphrase.
bool is_secret_key_encrypted(const std::string& path);

}  // namespace pac::cli
