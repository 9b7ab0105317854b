#include "ledger/persons/box.h"

#include <array>

#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/hmac.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kPadBytes = 64;

std::string associated_with(const BoxPlace& place) {
  std::string out = "pac box";
  for (const std::string_view part : {place.origin, place.schema, place.nonce, place.subject}) {
    out += '\0';
    out += part;
  }
  return out;
}

}  // namespace

Result<SealedBox> seal_box(const crypto::AeadKey& key, const BoxPlace& place,
                           std::string_view contents) {
  std::array<std::uint8_t, kSaltBytes> salt;
  if (const auto drawn = crypto::random_bytes(salt); !drawn) {
    return std::unexpected(drawn.error());
  }
  std::string plain;
  const std::size_t used = kSaltBytes + kLengthBytes + contents.size();
  plain.reserve((used + kPadBytes - 1) / kPadBytes * kPadBytes);
  plain += crypto::view(salt);
  for (int shift = 24; shift >= 0; shift -= 8) {
    plain += static_cast<char>(contents.size() >> shift & 0xff);
  }
  plain += contents;
  plain.resize((used + kPadBytes - 1) / kPadBytes * kPadBytes);
  auto sealed = crypto::aead_seal(key, plain, associated_with(place));
  crypto::wipe_text(plain);
  if (!sealed) return std::unexpected(sealed.error());
  return SealedBox{std::move(*sealed), crypto::sha256(crypto::view(salt), contents)};
}

Result<std::string> open_box(const crypto::AeadKey& key, const BoxPlace& place,
                             std::string_view bytes, const Hash& hash) {
  auto plain = crypto::aead_open(key, bytes, associated_with(place));
  if (!plain) {
    return fail("PAC6605",
                "a box does not open with the key of its subject: it was changed, or "
                "is another entry's");
  }
  std::size_t length = 0;
  for (std::size_t i = kSaltBytes; i < kSaltBytes + kLengthBytes && i < plain->size(); ++i) {
    length = length << 8 | static_cast<unsigned char>((*plain)[i]);
  }
  const std::string_view salt = std::string_view(*plain).substr(0, kSaltBytes);
  const bool is_long_enough = plain->size() >= kSaltBytes + kLengthBytes &&
                              length <= plain->size() - kSaltBytes - kLengthBytes;
  std::string contents =
      is_long_enough ? plain->substr(kSaltBytes + kLengthBytes, length) : std::string();
  const bool is_recorded =
      is_long_enough && crypto::equal_in_constant_time(crypto::sha256(salt, contents), hash);
  crypto::wipe_text(*plain);
  if (is_recorded) return contents;
  crypto::wipe_text(contents);
  return fail("PAC6605", "a box opens to other contents than those that were recorded");
}

}  // namespace pac::ledger
