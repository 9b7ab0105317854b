// DSSE envelopes (secure-systems-lab/dsse, protocol 1.0): signed bytes together with their type,
// as JSON. What is signed is PAE(type, payload), so a signature over one type never counts for
// another. Pure functions; any thread.
//
// Whoever verifies reads `payload` of the envelope that was verified and nothing else: the bytes
// are decoded once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/crypto/ed25519.h"

namespace pac::crypto {

struct EnvelopeSignature {
  std::string key_id;  // a hint that finds a key faster; never a reason to believe it
  std::string bytes;
};

struct Envelope {
  std::string payload_type;  // a media type
  std::string payload;
  std::vector<EnvelopeSignature> signatures;
};

// The bytes that are signed.
std::string pre_authentication_encoding(std::string_view type, std::string_view payload);

// SHA-256 of the public key, in hexadecimal: how keys are named here.
std::string key_id(const PublicKey& key);

// Adds a signature by the key.
[[nodiscard]] Result<void> sign(Envelope* envelope, const SigningKey& key);

// Whether one of the signatures is the key's over type and payload. Signatures that are none of
// Ed25519's are passed over.
[[nodiscard]] bool is_signed_by(const Envelope& envelope, const PublicKey& key);

// The envelope as JSON, in canonical form; and back. Reading takes both alphabets of base64, as the
// protocol asks, and ignores members that it does not know. PAC0142.
std::string encode(const Envelope& envelope);
[[nodiscard]] Result<Envelope> decode_envelope(std::string_view text);

}  // namespace pac::crypto
