#include "ledger/file/verify_keys.h"

namespace pac::ledger {

// Who believes a key that was introduced later begins with the first one all the same: what that
// one signed counts as far as the later one vouches for it, which KeyWatch follows.
StoreSettings start_from(const StoreSettings& settings, const crypto::PublicKey& key) {
  StoreSettings out = settings;
  for (const KeyRecord& record : settings.keys) {
    const auto event = read_key_entry(record.entry);
    if (event && *event && (*event)->key.key == key) return out;
  }
  out.key = key;
  return out;
}

StreamKeys beginning_keys(StoreSettings settings, std::uint32_t number) {
  std::erase_if(settings.keys, [&](const KeyRecord& record) { return record.stream >= number; });
  return stream_keys(settings, number);
}

KeyWatch watch_from(const StoreSettings& start, std::uint32_t number, const crypto::PublicKey& key,
                    const KeyTrust& trust) {
  StreamKeys keys = beginning_keys(start, number);
  // Keys that are known to a stream from its beginning are believed as its first key is.
  if (start.key == key || keys.place_of(key)) return {std::move(keys), trust};
  return {std::move(keys), trust, key};
}

std::string unsupported_text() {
  return "for the entries from here on there is only the word of keys that the key to verify with "
         "does not vouch for";
}

std::string also_fault(const StreamKeys& keys, const EcdsaNoteKey& also, std::uint64_t size) {
  const AlsoKey* own = keys.also_at(size);
  if (own != nullptr && own->is_needed && own->key.key == also.key) return "";
  const std::string asked = verifier_text(EcdsaNoteKey{keys.origin(), also.key});
  if (own == nullptr) return "the ECDSA key " + asked + " signs no line in this ledger";
  return own->key.key == also.key ? "the ledger does not ask for the line of the ECDSA key " + asked
                                  : "another ECDSA key than " + asked + " signs this ledger";
}

void note_keys(const KeyWatch& watch, std::uint32_t number, VerifiedStore* out) {
  const std::vector<KeyUsage> usage = watch.usage();
  for (std::size_t i = 0; i < usage.size(); ++i) {
    const KeyPeriod& period = watch.keys().periods()[i];
    out->keys.push_back(
        {number, verifier_text(NoteKey{watch.keys().origin(), period.key}), period, usage[i]});
  }
}

// A key that was revoked in a later stream is pinned in the earlier ones too.
void find_late_pins(const KeyWatch* newest, VerifiedStore* out) {
  if (newest == nullptr) return;
  for (const KeyRevocation& revoked : newest->revocations()) {
    for (VerifiedKey& key : out->keys) {
      if (key.period.key != revoked.key) continue;
      const std::string origin = key.verifier.substr(0, key.verifier.find('+'));
      // What was known while the stream was read was looked at then.
      const bool is_known = key.period.is_revoked;
      key.period.is_revoked = true;
      for (const KeyPin& pin : revoked.pins) {
        if (pin.origin == origin && (!key.period.pin || pin.size < key.period.pin->size)) {
          key.period.pin = pin;
        }
      }
      const std::uint64_t most = key.period.pin ? key.period.pin->size : 0;
      if (is_known || key.usage.last_size <= most) continue;
      out->findings.push_back({key.stream, most,
                               "the key " + key.verifier + " was revoked later, and from here on " +
                                   "there is only its word"});
    }
  }
}

// The key to believe has signed nothing, although the folder says that it was introduced.
void find_unsigned(const StoreSettings& start, const crypto::PublicKey& key, VerifiedStore* out) {
  if (start.key == key || !out->findings.empty()) return;
  for (const VerifiedKey& one : out->keys) {
    if (one.period.key == key && one.usage.checkpoints > 0) return;
  }
  out->findings.push_back({1, 0, "the key to verify with has signed nothing in this ledger"});
}

}  // namespace pac::ledger
