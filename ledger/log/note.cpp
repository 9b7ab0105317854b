#include "ledger/log/note.h"

#include <algorithm>
#include <array>

#include "ledger/log/limits.h"
#include "runtime/base/check.h"
#include "runtime/base/utf8.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a space
constexpr char kEd25519 = 1;
constexpr char kEcdsa = 2;

std::unexpected<Error> malformed(const std::string& what) {
  return fail("PAC6101", "no signed note: " + what);
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Calls `is_fine` for each code point; false where one is not, or the text is not UTF-8.
template <typename Fine>
bool all_code_points(std::string_view text, Fine is_fine) {
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = 0;
    const int length = decode_utf8(text, at, &c);
    if (length == 0 || !is_fine(c)) return false;
    at += static_cast<std::size_t>(length);
  }
  return true;
}

std::string big_endian(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
  return out;
}

std::uint32_t from_big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::string typed_key(const crypto::PublicKey& key) {
  return kEd25519 + std::string(crypto::view(key));
}

Result<NoteSignature> signature_of(std::string_view line) {
  if (!line.starts_with(kDash)) return malformed("a signature does not begin with a dash");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == line.npos) return malformed("a signature line has no signature");
  NoteSignature out;
  out.name = line.substr(0, space);
  if (!is_key_name(out.name)) return malformed("the name of a key is none");
  const Result<std::string> bytes = crypto::from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5) return malformed("a signature is not base64 of one");
  out.key_id = from_big_endian(*bytes);
  out.bytes = bytes->substr(4);
  return out;
}

// The three parts of "NAME+NUMBER+KEY", the last one decoded.
struct VerifierParts {
  std::string name, number, key;
};
Result<VerifierParts> parts_of(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? first : text.find('+', first + 1);
  if (second == text.npos) {
    return fail("PAC6101", "a key to verify with is written NAME+NUMBER+KEY");
  }
  Result<std::string> key = crypto::from_base64(text.substr(second + 1));
  VerifierParts out{std::string(text.substr(0, first)),
                    std::string(text.substr(first + 1, second - first - 1)), ""};
  if (!is_key_name(out.name) || !key || key->empty()) {
    return fail("PAC6101", "the key to verify with has no name, or is not base64");
  }
  out.key = std::move(*key);
  return out;
}

std::unexpected<Error> other_number(const std::string& name) {
  return fail("PAC6101", "the number of the key of `" + name + "` is not that of the key");
}

}  // namespace

std::uint32_t EcdsaNoteKey::id() const {
  return from_big_endian(crypto::view(crypto::sha256(key)));
}

std::uint32_t NoteKey::id() const {
  return from_big_endian(crypto::view(crypto::sha256(name + "\n" + typed_key(key))));
}

Result<NoteSigner> NoteSigner::make(std::string name, crypto::SigningKey key) {
  if (!is_key_name(name)) {
    return fail("PAC6101", "the name of a signing key has no white space and no `+`, and at most " +
                               std::to_string(kMaxNameBytes) + " bytes");
  }
  return NoteSigner(std::move(name), std::move(key));
}

NoteSigner::NoteSigner(std::string name, crypto::SigningKey key)
    : name_(std::move(name)), keys_(std::make_shared<Keys>()) {
  keys_->keys.push_back(std::move(key));
}

std::vector<crypto::SigningKey> NoteSigner::keys() const {
  const std::lock_guard lock(keys_->mutex);
  return keys_->keys;
}

void NoteSigner::replace_keys(std::vector<crypto::SigningKey> keys) {
  PAC_CHECK(!keys.empty(), "a signer has a key");
  const std::lock_guard lock(keys_->mutex);
  keys_->keys = std::move(keys);
}

void NoteSigner::also_sign(std::optional<crypto::EcdsaKey> key) {
  const std::lock_guard lock(keys_->mutex);
  keys_->also = std::move(key);
}

std::optional<crypto::EcdsaKey> NoteSigner::also() const {
  const std::lock_guard lock(keys_->mutex);
  return keys_->also;
}

NoteKey NoteSigner::key() const { return {name_, keys().front().public_key()}; }

Result<std::vector<NoteSignature>> NoteSigner::sign_by_all(std::string_view text) const {
  std::vector<NoteSignature> out;
  for (const crypto::SigningKey& key : keys()) {
    const Result<crypto::Signature> bytes = key.sign(text);
    if (!bytes) return std::unexpected(bytes.error());
    out.push_back(
        {name_, NoteKey{name_, key.public_key()}.id(), std::string(crypto::view(*bytes))});
  }
  if (const auto second = also()) {
    Result<std::string> bytes = second->sign(text);
    if (!bytes) return std::unexpected(bytes.error());
    out.push_back({name_, EcdsaNoteKey{name_, second->public_key()}.id(), std::move(*bytes)});
  }
  return out;
}

Result<NoteSignature> NoteSigner::sign(std::string_view text) const {
  const crypto::SigningKey key = keys().front();
  const Result<crypto::Signature> bytes = key.sign(text);
  if (!bytes) return std::unexpected(bytes.error());
  return NoteSignature{name_, NoteKey{name_, key.public_key()}.id(),
                       std::string(crypto::view(*bytes))};
}

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         all_code_points(name, [](char32_t c) { return c >= 0x20 && c != '+' && !is_space(c); });
}

std::string verifier_text(const NoteKey& key) {
  return key.name + "+" + crypto::to_hex(big_endian(key.id())) + "+" +
         crypto::to_base64(typed_key(key.key));
}

Result<NoteKey> read_verifier_text(std::string_view text) {
  const auto parts = parts_of(text);
  if (!parts) return std::unexpected(parts.error());
  NoteKey out;
  out.name = parts->name;
  const std::string& key = parts->key;
  if (key[0] != kEd25519 || key.size() != 1 + out.key.size()) {
    return fail("PAC6101", "the key of `" + out.name + "` is not an Ed25519 key; others are not " +
                               "supported");
  }
  std::ranges::copy(key.substr(1), reinterpret_cast<char*>(out.key.data()));
  if (parts->number != crypto::to_hex(big_endian(out.id()))) return other_number(out.name);
  return out;
}

std::string verifier_text(const EcdsaNoteKey& key) {
  return key.name + "+" + crypto::to_hex(big_endian(key.id())) + "+" +
         crypto::to_base64(kEcdsa + key.key);
}

bool is_ecdsa_verifier_text(std::string_view text) {
  const auto parts = parts_of(text);
  return parts && parts->key[0] == kEcdsa;
}

Result<EcdsaNoteKey> read_ecdsa_verifier_text(std::string_view text) {
  auto parts = parts_of(text);
  if (!parts) return std::unexpected(parts.error());
  EcdsaNoteKey out{std::move(parts->name), parts->key.substr(1)};
  if (parts->key[0] != kEcdsa || !crypto::is_ecdsa_public_key(out.key)) {
    return fail("PAC6101", "the key of `" + out.name + "` is not an ECDSA P-256 key");
  }
  if (parts->number != crypto::to_hex(big_endian(out.id()))) return other_number(out.name);
  return out;
}

std::string encode(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    out += kDash;
    out += signature.name + " " +
           crypto::to_base64(big_endian(signature.key_id) + signature.bytes) + "\n";
  }
  return out;
}

Result<Note> decode_note(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) {
    return malformed("it has more than " + std::to_string(kMaxNoteBytes) + " bytes");
  }
  if (!all_code_points(bytes, [](char32_t c) { return c >= 0x20 || c == '\n'; })) {
    return malformed("it is not UTF-8, or has a control character");
  }
  const std::size_t blank = bytes.rfind("\n\n");
  if (blank == bytes.npos) return malformed("no blank line stands before signatures");
  Note out;
  out.text = bytes.substr(0, blank + 1);
  std::string_view lines = bytes.substr(blank + 2);
  if (lines.empty() || !lines.ends_with('\n')) return malformed("the last line has no end");
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (out.signatures.size() == kMaxNoteSignatures) {
      return malformed("it has more than " + std::to_string(kMaxNoteSignatures) + " signatures");
    }
    Result<NoteSignature> signature = signature_of(lines.substr(0, end));
    if (!signature) return std::unexpected(signature.error());
    out.signatures.push_back(std::move(*signature));
    lines.remove_prefix(end + 1);
  }
  return out;
}

namespace {

bool is_named(const NoteSignature& signature, const NoteKey& key) {
  return key.name == signature.name && key.id() == signature.key_id;
}

bool holds(const Note& note, std::size_t line, const crypto::PublicKey& key) {
  const auto bytes = crypto::to_array<64>(note.signatures[line].bytes);
  return bytes && crypto::verify(key, note.text, *bytes);
}

}  // namespace

std::vector<TriedSignature> try_signatures(const Note& note, std::span<const NoteKey> keys) {
  std::vector<TriedSignature> out;
  for (std::size_t line = 0; line < note.signatures.size(); ++line) {
    for (const NoteKey& key : keys) {
      if (!is_named(note.signatures[line], key)) continue;
      out.push_back({line, key.key, holds(note, line, key.key)});
    }
  }
  return out;
}

Result<std::vector<std::size_t>> signers_of(const Note& note, std::span<const NoteKey> keys,
                                            std::span<const TriedSignature> tried) {
  std::vector<std::size_t> out;
  for (std::size_t line = 0; line < note.signatures.size(); ++line) {
    const NoteSignature& signature = note.signatures[line];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!is_named(signature, keys[i])) continue;
      const auto known = std::ranges::find_if(tried, [&](const TriedSignature& one) {
        return one.line == line && one.key == keys[i].key;
      });
      if (known != tried.end() ? !known->holds : !holds(note, line, keys[i].key)) {
        return fail("PAC6103", "the signature of `" + signature.name + "` is not over this text");
      }
      if (std::ranges::find(out, i) == out.end()) out.push_back(i);
    }
  }
  if (out.empty()) return fail("PAC6103", "no known key signed this");
  return out;
}

Result<bool> has_line_of(const Note& note, const EcdsaNoteKey& key) {
  const std::uint32_t id = key.id();
  bool out = false;
  for (const NoteSignature& line : note.signatures) {
    if (line.name != key.name || line.key_id != id) continue;
    if (!crypto::verify_ecdsa(key.key, note.text, line.bytes)) {
      return fail("PAC6103", "the ECDSA signature of `" + line.name + "` is not over this text");
    }
    out = true;
  }
  return out;
}

}  // namespace pac::ledger
