// Trust lists: whose keys count for what, said by people who are trusted for it. Each version is
// signed by as many of the keys with the role `trust` of the version before it as that one asks
// for; a reader begins at a version whose fingerprint he has from elsewhere. docs/ledger_format.md
// has the form. Pure values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/key_chain.h"
#include "runtime/base/json.h"
#include "runtime/base/result.h"
#include "runtime/crypto/dsse.h"
#include "runtime/crypto/ed25519.h"

namespace pac::ledger {

struct ListedKey {
  std::string name;
  crypto::PublicKey key{};
  std::string role;         // trust, log or bundle; a key has one use
  std::string holder_kind;  // person or node
  std::string holder;
  std::string origin;  // of role log: the ledger whose checkpoints it signs
};

// One version, as it was signed.
struct TrustVersion {
  std::uint64_t version = 0;
  std::int64_t expires_us = 0;
  std::uint64_t threshold = 1;
  std::vector<ListedKey> keys;
  std::vector<KeyRevocation> revoked;
};

class TrustList {
 public:
  // Believes the versions from the pinned one on. PAC6108: not in the form, signed by too few, or
  // without the pinned version; PAC6109: the newest version has expired.
  [[nodiscard]] static Result<TrustList> open(std::string_view text, std::string_view pin,
                                              std::int64_t now_us);

  const TrustVersion& newest() const noexcept { return newest_; }
  // The keys of a ledger; revoked ones too, as what they signed up to their pins counts.
  std::vector<crypto::PublicKey> log_keys(std::string_view ledger) const;

 private:
  TrustVersion newest_;
};

// A version as its file has it, believed by nobody yet.
struct SignedVersion {
  TrustVersion version;
  crypto::Envelope envelope;
  std::string fingerprint;  // SHA-256 of what is signed, in hexadecimal
};
[[nodiscard]] Result<std::vector<SignedVersion>> read_versions(std::string_view text);

// How many of the trusted keys that it must have signed a version, and by which it still is to be.
std::uint64_t signatures_of(const SignedVersion& version, const TrustVersion& by);

// A draft becomes the next version, signed by the keys; an empty text has none before. PAC6108.
[[nodiscard]] Result<std::string> add_version(std::string_view text, std::string_view draft,
                                              std::span<const crypto::SigningKey> keys);
// Signatures are added to the newest version. PAC6108.
[[nodiscard]] Result<std::string> sign_newest(std::string_view text,
                                              std::span<const crypto::SigningKey> keys);

}  // namespace pac::ledger
