// documents: what else is read from files of others: JSON, envelopes, trust files, statements,
// manifests, keys, witnesses, features, time zones. What is read is written in one form, which
// reads as the same.
#include "compiler/driver/witness.h"
#include "runtime/base/json.h"
#include "runtime/base/tz.h"
#include "runtime/crypto/dsse.h"
#include "runtime/crypto/key_file.h"
#include "runtime/engine/bundle_format.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/trust_store.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

void try_json(std::string_view text) {
  const auto value = json::parse(text);
  if (!value) return;
  const std::string once = json::canonical(*value);
  const auto again = json::parse(once);
  claim(again.has_value() && json::canonical(*again) == once, "canonical JSON is canonical", once);
}

void try_envelope(std::string_view text) {
  const auto envelope = crypto::decode_envelope(text);
  if (!envelope) return;
  const std::string once = crypto::encode(*envelope);
  const auto again = crypto::decode_envelope(once);
  claim(again && crypto::encode(*again) == once && again->payload == envelope->payload,
        "an envelope has one form", once);
  crypto::PublicKey key{};
  key.fill(7);
  claim(!crypto::is_signed_by(*envelope, key), "nobody signed it");
}

void try_trust_file(std::string_view text) {
  const auto store = engine::TrustStore::parse(text);
  if (!store) return;
  const auto again = engine::TrustStore::parse(store->to_text());
  claim(again && again->to_text() == store->to_text(), "a trust file has one form");
}

void try_manifest(std::string_view text) {
  if (const auto manifest = engine::decode_manifest(text)) {
    const auto again = engine::decode_manifest(engine::encode(*manifest));
    claim(again && *again == *manifest, "a manifest has one form");
  }
  if (const auto statement = engine::decode_statement(text)) {
    const std::string once = engine::encode(*statement);
    const auto again = engine::decode_statement(once);
    claim(again && engine::encode(*again) == once, "a statement has one form", once);
  }
}

void try_key(std::string_view text) {
  if (const auto key = crypto::read_private_key_pem(text)) {
    claim(crypto::private_key_pem(*key) == text, "a key has one spelling");
  }
  if (const auto key = crypto::read_public_key_pem(text)) {
    claim(crypto::public_key_pem(*key) == text, "a key has one spelling");
  }
}

void try_witnesses(std::string_view text) {
  static const Fixed& fixed = *new Fixed(make_fixed("sample.pac"));
  const auto file = driver::decode_witnesses(fixed.rules(), text);
  if (!file) return;
  (void)driver::compare_answers(fixed.interp, file->tests, driver::Engine::interp);
  (void)driver::compare_answers(fixed.interp, file->generated, driver::Engine::interp);
}

void try_zone(std::string_view text) {
  const auto zone = TimeZone::from_tzif("Europe/Helsinki", text);
  const auto value = json::parse(text);
  const auto other = zone || !value ? zone : TimeZone::from_json(*value);
  if (!other) return;
  for (const int64_t at : {INT64_MIN, INT64_C(0), INT64_C(1'772'000'000'000'000), INT64_MAX}) {
    const int32_t offset = other->offset_at(at);
    claim(offset > -200'000 && offset < 200'000, "an offset is less than two days");
  }
  const auto again = TimeZone::from_json(other->to_json());
  claim(again && *again == *other, "a time zone has one form");
}

}  // namespace

Verdict run_documents(std::string_view bytes) {
  Bytes in(bytes);
  const uint8_t head = in.u8();
  const std::string_view text = in.rest();
  switch (head % 8) {
    case 0:
      try_json(text);
      break;
    case 1:
      try_envelope(text);
      break;
    case 2:
      try_trust_file(text);
      break;
    case 3:
      try_manifest(text);
      break;
    case 4:
      try_key(text);
      break;
    case 5:
      try_witnesses(text);
      break;
    case 6:
      (void)engine::MemoryFeatures::parse(text);
      break;
    default:
      try_zone(text);
      break;
  }
  return Verdict::keep;
}

}  // namespace pac::fuzz
