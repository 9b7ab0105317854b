#include "ledger/log/cosignature.h"

#include <algorithm>
#include <optional>

#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::ledger {
namespace {

constexpr char kCosignatureType = 4;
constexpr std::size_t kTimeBytes = 8, kSignatureBytes = 64;

template <typename Number>
std::string big_endian(Number value) {
  std::string out;
  for (int shift = 8 * (int{sizeof value} - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
  return out;
}

std::uint64_t from_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::string typed_key(const crypto::PublicKey& key) {
  return kCosignatureType + std::string(crypto::view(key));
}

std::string cosigned_text(std::string_view text, std::uint64_t time_s) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(text);
}

// The time, where it is that key's over the text.
std::optional<std::int64_t> time_of(const WitnessKey& key, std::string_view text,
                                    std::string_view bytes) {
  if (bytes.size() != kTimeBytes + kSignatureBytes) return std::nullopt;
  const std::uint64_t time_s = from_big_endian(bytes.substr(0, kTimeBytes));
  const auto signature = crypto::to_array<kSignatureBytes>(bytes.substr(kTimeBytes));
  if (time_s > INT64_MAX || !signature ||
      !crypto::verify(key.key, cosigned_text(text, time_s), *signature)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(time_s);
}

}  // namespace

std::uint32_t WitnessKey::id() const {
  const auto digest = crypto::sha256(name + "\n" + typed_key(key));
  return static_cast<std::uint32_t>(from_big_endian(crypto::view(digest).substr(0, 4)));
}

std::string verifier_text(const WitnessKey& key) {
  return key.name + "+" + crypto::to_hex(big_endian(key.id())) + "+" +
         crypto::to_base64(typed_key(key.key));
}

Result<WitnessKey> read_witness_text(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? first : text.find('+', first + 1);
  if (second == text.npos) {
    return fail("PAC6101", "the key of a witness is written NAME+NUMBER+KEY");
  }
  WitnessKey out;
  out.name = text.substr(0, first);
  const Result<std::string> key = crypto::from_base64(text.substr(second + 1));
  if (!is_key_name(out.name) || !key || key->empty()) {
    return fail("PAC6101", "the key of a witness has no name, or is not base64");
  }
  if ((*key)[0] != kCosignatureType || key->size() != 1 + out.key.size()) {
    return fail("PAC6101", "the key of `" + out.name + "` is not that of a witness (Ed25519 " +
                               "cosignatures, type 04); others are not supported");
  }
  std::ranges::copy(key->substr(1), reinterpret_cast<char*>(out.key.data()));
  if (text.substr(first + 1, second - first - 1) != crypto::to_hex(big_endian(out.id()))) {
    return fail("PAC6101", "the number of the key of `" + out.name + "` is not that of the key");
  }
  return out;
}

Result<Cosigner> Cosigner::make(std::string name, crypto::SigningKey key) {
  if (!is_key_name(name)) {
    return fail("PAC6101", "the name of a witness has no white space and no `+`, such as " +
                               std::string("witness.example/w1"));
  }
  return Cosigner(std::move(name), std::move(key));
}

Result<NoteSignature> Cosigner::cosign(std::string_view text, std::int64_t time_s) const {
  const auto time = static_cast<std::uint64_t>(time_s);
  const Result<crypto::Signature> bytes = key_.sign(cosigned_text(text, time));
  if (!bytes) return std::unexpected(bytes.error());
  return NoteSignature{name_, key().id(), big_endian(time) + std::string(crypto::view(*bytes))};
}

Result<std::vector<Cosigned>> cosigners_of(const Note& note, std::span<const WitnessKey> keys) {
  std::vector<Cosigned> out;
  for (const NoteSignature& signature : note.signatures) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].name != signature.name || keys[i].id() != signature.key_id) continue;
      const auto time_s = time_of(keys[i], note.text, signature.bytes);
      if (!time_s) {
        return fail("PAC6110",
                    "the cosignature of `" + signature.name + "` is not over this checkpoint");
      }
      const auto same = std::ranges::find(out, i, &Cosigned::key);
      if (same == out.end()) {
        out.push_back({i, *time_s});
      } else {
        same->time_s = std::max(same->time_s, *time_s);
      }
    }
  }
  return out;
}

std::string encode_lines(std::span<const NoteSignature> signatures) {
  // A note is its text, an empty line and these.
  return encode(Note{"", {signatures.begin(), signatures.end()}}).substr(1);
}

Result<std::vector<NoteSignature>> decode_lines(std::string_view lines) {
  Result<Note> note = decode_note("-\n\n" + std::string(lines));
  if (!note) return std::unexpected(note.error());
  if (note->text != "-\n") return fail("PAC6101", "no signature lines: one of them is empty");
  return std::move(note->signatures);
}

void add_signatures(std::span<const NoteSignature> signatures, Note* note) {
  for (const NoteSignature& signature : signatures) {
    std::erase_if(note->signatures, [&](const NoteSignature& old) {
      return old.name == signature.name && old.key_id == signature.key_id;
    });
    note->signatures.push_back(signature);
  }
}

}  // namespace pac::ledger
