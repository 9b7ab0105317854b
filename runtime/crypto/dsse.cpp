#include "runtime/crypto/dsse.h"

#include <algorithm>

#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::crypto {

namespace {

// More signatures than any release has signers; bounds the work on a forged envelope.
constexpr std::size_t kMaxSignatures = 64;
constexpr std::size_t kMaxEnvelopeBytes = std::size_t{64} << 20;

Result<std::string> from_either_base64(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return from_base64(text);
}

const std::string* text_member(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->is_string() ? &value->as_string() : nullptr;
}

}  // namespace

std::string pre_authentication_encoding(std::string_view type, std::string_view payload) {
  std::string out = "DSSEv1 ";
  out += std::to_string(type.size()) + " ";
  out += type;
  out += " " + std::to_string(payload.size()) + " ";
  out += payload;
  return out;
}

std::string key_id(const PublicKey& key) { return to_hex(view(sha256(view(key)))); }

Result<void> sign(Envelope* envelope, const SigningKey& key) {
  const Result<Signature> signature =
      key.sign(pre_authentication_encoding(envelope->payload_type, envelope->payload));
  if (!signature) return std::unexpected(signature.error());
  envelope->signatures.push_back({key_id(key.public_key()), std::string(view(*signature))});
  return {};
}

bool is_signed_by(const Envelope& envelope, const PublicKey& key) {
  const std::string message = pre_authentication_encoding(envelope.payload_type, envelope.payload);
  return std::ranges::any_of(envelope.signatures, [&](const EnvelopeSignature& signature) {
    const auto bytes = to_array<64>(signature.bytes);
    return bytes && verify(key, message, *bytes);
  });
}

std::string encode(const Envelope& envelope) {
  json::Value signatures = json::Value::array();
  for (const EnvelopeSignature& signature : envelope.signatures) {
    json::Value one = json::Value::object();
    one.set("keyid", signature.key_id);
    one.set("sig", to_base64(signature.bytes));
    signatures.push_back(std::move(one));
  }
  json::Value out = json::Value::object();
  out.set("payload", to_base64(envelope.payload));
  out.set("payloadType", envelope.payload_type);
  out.set("signatures", std::move(signatures));
  return json::canonical(out);
}

Result<Envelope> decode_envelope(std::string_view text) {
  const auto wrong = [](std::string_view what) {
    return fail("PAC0142", "not a signature envelope (DSSE): " + std::string(what));
  };
  const Result<json::Value> read = json::parse(text, {kMaxEnvelopeBytes, 16});
  if (!read) return wrong(read.error().message);
  const std::string* payload = text_member(*read, "payload");
  const std::string* type = text_member(*read, "payloadType");
  const json::Value* signatures = read->find("signatures");
  if (payload == nullptr || type == nullptr || signatures == nullptr || !signatures->is_array()) {
    return wrong("it has no payload, payloadType or signatures");
  }
  if (signatures->elements().size() > kMaxSignatures) {
    return wrong("more than " + std::to_string(kMaxSignatures) + " signatures");
  }
  Envelope out;
  out.payload_type = *type;
  Result<std::string> bytes = from_either_base64(*payload);
  if (!bytes) return wrong("the payload is not base64");
  out.payload = std::move(*bytes);
  for (const json::Value& one : signatures->elements()) {
    const std::string* sig = text_member(one, "sig");
    if (sig == nullptr) return wrong("a signature without `sig`");
    Result<std::string> signature = from_either_base64(*sig);
    if (!signature) return wrong("a signature is not base64");
    const std::string* id = text_member(one, "keyid");
    out.signatures.push_back({id == nullptr ? "" : *id, std::move(*signature)});
  }
  return out;
}

}  // namespace pac::crypto
