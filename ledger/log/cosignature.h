// Cosignatures (C2SP tlog-cosignature, the Ed25519 kind): what a witness says of a checkpoint, that
// at a time it was the largest consistent one of its log that the witness had seen. They stand as
// further signature lines below the checkpoint. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/note.h"
#include "runtime/base/result.h"
#include "runtime/crypto/ed25519.h"

namespace pac::ledger {

// A witness by its name. The number of a key has another type than that of a log's key, so that
// neither stands for the other.
struct WitnessKey {
  std::string name;
  crypto::PublicKey key{};
  std::uint32_t id() const;
  friend bool operator==(const WitnessKey&, const WitnessKey&) = default;
};

// "name+12345678+base64", with type 04. PAC6101.
std::string verifier_text(const WitnessKey& key);
[[nodiscard]] Result<WitnessKey> read_witness_text(std::string_view text);

class Cosigner {
 public:
  // PAC6101 for a name that is_key_name() refuses.
  [[nodiscard]] static Result<Cosigner> make(std::string name, crypto::SigningKey key);

  WitnessKey key() const { return {name_, key_.public_key()}; }
  // Of the text of a checkpoint, as of that second since 1970.
  [[nodiscard]] Result<NoteSignature> cosign(std::string_view text, std::int64_t time_s) const;

 private:
  Cosigner(std::string name, crypto::SigningKey key)
      : name_(std::move(name)), key_(std::move(key)) {}

  std::string name_;
  crypto::SigningKey key_;
};

struct Cosigned {
  std::size_t key = 0;  // which of the keys
  std::int64_t time_s = 0;
  friend bool operator==(const Cosigned&, const Cosigned&) = default;
};

// Which of the keys cosigned the note, each once, with its latest time; none is fine. PAC6110: a
// line names one of them and is not that key's over this text.
[[nodiscard]] Result<std::vector<Cosigned>> cosigners_of(const Note& note,
                                                         std::span<const WitnessKey> keys);

// Signature lines alone, as a witness answers with them. PAC6101.
std::string encode_lines(std::span<const NoteSignature> signatures);
[[nodiscard]] Result<std::vector<NoteSignature>> decode_lines(std::string_view lines);

// The note with these lines too; a later one of the same key stands in place of the earlier.
void add_signatures(std::span<const NoteSignature> signatures, Note* note);

}  // namespace pac::ledger
