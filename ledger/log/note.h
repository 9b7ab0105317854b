// Signed notes (C2SP signed-note): a text with signatures below it. Signatures are Ed25519, and
// beside them ECDSA P-256; lines of other kinds and of keys that are not known are kept and passed
// over. Pure functions; any thread. A NoteSigner may sign from many threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/crypto/ecdsa.h"
#include "runtime/crypto/ed25519.h"

namespace pac::ledger {

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;  // as the algorithm of the key made them
};

struct Note {
  std::string text;  // with the line feed that ends it
  std::vector<NoteSignature> signatures;
};

// A key by its name. The name and the number together say whose signature a line is.
struct NoteKey {
  std::string name;
  crypto::PublicKey key{};
  std::uint32_t id() const;
};

// An ECDSA P-256 key by its name; its number is of the key alone, as the specification has it.
struct EcdsaNoteKey {
  std::string name;
  std::string key;  // DER, as crypto::EcdsaKey::public_key()
  std::uint32_t id() const;
  friend bool operator==(const EcdsaNoteKey&, const EcdsaNoteKey&) = default;
};

// Signs with one name and one key; while keys of a log are exchanged with two, a line each.
class NoteSigner {
 public:
  // PAC6101 for a name that is_key_name() refuses.
  [[nodiscard]] static Result<NoteSigner> make(std::string name, crypto::SigningKey key);

  const std::string& name() const noexcept { return name_; }
  // By the first of its keys.
  NoteKey key() const;
  [[nodiscard]] Result<NoteSignature> sign(std::string_view text) const;
  // By each of its keys.
  [[nodiscard]] Result<std::vector<NoteSignature>> sign_by_all(std::string_view text) const;

  // Signs with these from now on, at least one (PAC_CHECK). Others may be signing meanwhile.
  void replace_keys(std::vector<crypto::SigningKey> keys);
  std::vector<crypto::SigningKey> keys() const;
  // A further line by this key from now on, behind those of the others; nothing: none.
  void also_sign(std::optional<crypto::EcdsaKey> key);
  std::optional<crypto::EcdsaKey> also() const;

 private:
  // Copies are the same signer.
  struct Keys {
    mutable std::mutex mutex;
    std::vector<crypto::SigningKey> keys;
    std::optional<crypto::EcdsaKey> also;
  };
  NoteSigner(std::string name, crypto::SigningKey key);

  std::string name_;
  std::shared_ptr<Keys> keys_;
};

// Not empty, UTF-8, no white space, no control character, no plus, at most kMaxNameBytes.
bool is_key_name(std::string_view name);

// "name+12345678+base64", as Go's note package and witnesses take keys. PAC6101.
std::string verifier_text(const NoteKey& key);
[[nodiscard]] Result<NoteKey> read_verifier_text(std::string_view text);

// The same of ECDSA keys: "name+12345678+base64(02 ‖ DER)". PAC6101.
std::string verifier_text(const EcdsaNoteKey& key);
bool is_ecdsa_verifier_text(std::string_view text);
[[nodiscard]] Result<EcdsaNoteKey> read_ecdsa_verifier_text(std::string_view text);

// PAC6101: no note, or beyond a limit.
std::string encode(const Note& note);
[[nodiscard]] Result<Note> decode_note(std::string_view bytes);

// Whether one line of a note is the signature of a key, found out ahead of who knows which keys
// count.
struct TriedSignature {
  std::size_t line = 0;
  crypto::PublicKey key{};
  bool holds = false;
};
// All lines that name one of the keys.
std::vector<TriedSignature> try_signatures(const Note& note, std::span<const NoteKey> keys);

// Which of the keys signed the text, by their place in `keys`; one at least. PAC6103 where none
// did, and where a line names one of them and its signature is not that key's. What was tried of
// this note is not verified again.
[[nodiscard]] Result<std::vector<std::size_t>> signers_of(
    const Note& note, std::span<const NoteKey> keys, std::span<const TriedSignature> tried = {});

// Whether that key signed the text in a line of its own. PAC6103 where a line names the key and its
// signature is not that key's.
[[nodiscard]] Result<bool> has_line_of(const Note& note, const EcdsaNoteKey& key);

}  // namespace pac::ledger
