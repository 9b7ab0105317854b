#include "ledger/log/trust_list.h"

#include <algorithm>
#include <set>

#include "ledger/log/checkpoint.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kType = "application/vnd.pac.trust-list+json";
constexpr std::size_t kMaxTrustListBytes = std::size_t{16} << 20;
constexpr int kMaxDepth = 8;

std::unexpected<Error> wrong(const std::string& what) {
  return fail("PAC6108", "the trust list " + what);
}

std::string text_of(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found != nullptr && found->is_string() ? found->as_string() : std::string();
}

std::int64_t count_of(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found != nullptr && found->is_int() ? found->as_int() : 0;
}

Result<ListedKey> key_of(const json::Value& value) {
  ListedKey out;
  out.name = text_of(value, "name");
  out.role = text_of(value, "role");
  out.holder_kind = text_of(value, "holder_kind");
  out.holder = text_of(value, "holder");
  out.origin = text_of(value, "origin");
  if (out.name.empty()) return wrong("has a key without a name");
  const std::string key = "has the key `" + out.name + "` ";
  if (out.role != "trust" && out.role != "log" && out.role != "bundle") {
    return wrong(key + "whose role is not trust, log or bundle; a key has one use");
  }
  if ((out.holder_kind != "person" && out.holder_kind != "node") || out.holder.empty()) {
    return wrong(key + "that belongs to nobody: `holder_kind` is person or node, `holder` a name");
  }
  if ((out.role == "log") != is_origin(out.origin)) {
    return wrong(key + "and `origin` names the ledger of a key of role log, and of no other");
  }
  const auto bytes = crypto::array_from_base64<32>(text_of(value, "public_key"));
  if (!bytes) return wrong(key + "without 32 bytes in base64 as `public_key`");
  out.key = *bytes;
  return out;
}

Result<KeyRevocation> revocation_of(const json::Value& value) {
  KeyRevocation out;
  const auto bytes = crypto::array_from_base64<32>(text_of(value, "public_key"));
  if (!bytes) return wrong("revokes a key without 32 bytes in base64 as `public_key`");
  out.key = *bytes;
  const json::Value* pins = value.find("pins");
  if (pins == nullptr) return wrong("revokes a key without `pins`; [] believes nothing of it");
  auto read = pins_of_json(*pins);
  if (!read) return wrong("revokes a key, and a pin has `origin`, `root` and `size`");
  out.pins = std::move(*read);
  return out;
}

bool has_only(const json::Value& value, const std::set<std::string_view>& names) {
  return value.is_object() && std::ranges::all_of(value.members(), [&](const json::Member& m) {
           return names.contains(m.key);
         });
}

// The instant, or the first of a day.
bool read_expiry(const std::string& text, std::int64_t* out) {
  std::int32_t day = 0;
  if (parse_datetime(text, out) == TextStatus::ok) return true;
  if (parse_date(text, &day) != TextStatus::ok) return false;
  *out = std::int64_t{day} * 86'400'000'000;
  return true;
}

Result<TrustVersion> version_of(std::string_view text) {
  const Result<json::Value> value = json::parse(text, {kMaxTrustListBytes, kMaxDepth});
  if (!value) return wrong("is no JSON: " + value.error().message);
  if (!has_only(*value, {"expires", "keys", "revoked", "threshold", "version"})) {
    return wrong("has expires, keys, revoked, threshold and version, and no other member");
  }
  TrustVersion out;
  out.version = static_cast<std::uint64_t>(std::max<std::int64_t>(count_of(*value, "version"), 0));
  out.threshold =
      static_cast<std::uint64_t>(std::max<std::int64_t>(count_of(*value, "threshold"), 0));
  if (out.version == 0) return wrong("has no version, which counts from 1");
  if (!read_expiry(text_of(*value, "expires"), &out.expires_us)) {
    return wrong("does not say when it expires: 2027-01-01, or an instant");
  }
  const json::Value* keys = value->find("keys");
  if (keys == nullptr || !keys->is_array()) return wrong("has no keys");
  std::uint64_t trusted = 0;
  for (const json::Value& one : keys->elements()) {
    auto key = key_of(one);
    if (!key) return std::unexpected(key.error());
    for (const ListedKey& other : out.keys) {
      if (other.name == key->name) return wrong("has two keys named `" + key->name + "`");
      if (other.key == key->key) {
        return wrong("has one key as `" + other.name + "` and `" + key->name +
                     "`; a key has one use and one holder");
      }
    }
    trusted += key->role == "trust" ? 1 : 0;
    out.keys.push_back(std::move(*key));
  }
  if (out.threshold == 0 || out.threshold > trusted) {
    return wrong("asks for " + std::to_string(out.threshold) + " signatures and has " +
                 std::to_string(trusted) + " keys with the role trust");
  }
  if (const json::Value* revoked = value->find("revoked")) {
    if (!revoked->is_array()) return wrong("has `revoked`, which is no list");
    for (const json::Value& one : revoked->elements()) {
      auto revocation = revocation_of(one);
      if (!revocation) return std::unexpected(revocation.error());
      out.revoked.push_back(std::move(*revocation));
    }
  }
  return out;
}

std::string written(const std::vector<crypto::Envelope>& versions) {
  std::string out = "{\"versions\":[";
  for (std::size_t i = 0; i < versions.size(); ++i) {
    out += (i == 0 ? "\n" : ",\n") + crypto::encode(versions[i]);
  }
  return out + "\n]}\n";
}

Result<void> check_step(const SignedVersion& before, const SignedVersion& next) {
  const std::string number = std::to_string(next.version.version);
  if (next.version.version != before.version.version + 1) {
    return wrong("has version " + number + " behind " + std::to_string(before.version.version));
  }
  const std::uint64_t wanted = before.version.threshold;
  if (const auto had = signatures_of(next, before.version); had < wanted) {
    return wrong("has version " + number + ", which " + std::to_string(had) + " of the " +
                 std::to_string(wanted) + " signed that the version before asks for");
  }
  return {};
}

// That those whom a version trusts stand behind it themselves.
Result<void> check_own(const SignedVersion& version) {
  const std::uint64_t wanted = version.version.threshold;
  if (const auto had = signatures_of(version, version.version); had < wanted) {
    return wrong("has version " + std::to_string(version.version.version) + ", which " +
                 std::to_string(had) + " of the " + std::to_string(wanted) +
                 " signed that it asks for itself");
  }
  return {};
}

Result<std::string> with_signatures(std::vector<SignedVersion> versions,
                                    std::span<const crypto::SigningKey> keys) {
  std::vector<crypto::Envelope> out;
  for (SignedVersion& version : versions) out.push_back(std::move(version.envelope));
  const TrustVersion& newest = versions.back().version;
  for (const crypto::SigningKey& key : keys) {
    const auto is_its = [&](const TrustVersion& version) {
      return std::ranges::any_of(version.keys, [&](const ListedKey& one) {
        return one.role == "trust" && one.key == key.public_key();
      });
    };
    const bool is_known =
        is_its(newest) || (versions.size() > 1 && is_its(versions[versions.size() - 2].version));
    if (!is_known) {
      return wrong("does not have the key " + crypto::key_id(key.public_key()) +
                   " with the role trust; its signature would not count");
    }
    if (crypto::is_signed_by(out.back(), key.public_key())) continue;
    if (const auto done = crypto::sign(&out.back(), key); !done) {
      return std::unexpected(done.error());
    }
  }
  return written(out);
}

}  // namespace

std::uint64_t signatures_of(const SignedVersion& version, const TrustVersion& by) {
  return static_cast<std::uint64_t>(std::ranges::count_if(by.keys, [&](const ListedKey& key) {
    return key.role == "trust" && crypto::is_signed_by(version.envelope, key.key);
  }));
}

Result<std::vector<SignedVersion>> read_versions(std::string_view text) {
  const Result<json::Value> value = json::parse(text, {kMaxTrustListBytes, kMaxDepth});
  if (!value) return wrong("is no JSON: " + value.error().message);
  const json::Value* versions = value->find("versions");
  if (versions == nullptr || !versions->is_array() || versions->elements().empty() ||
      value->members().size() != 1) {
    return wrong("is no object with `versions`");
  }
  std::vector<SignedVersion> out;
  for (const json::Value& one : versions->elements()) {
    auto envelope = crypto::decode_envelope(json::canonical(one));
    if (!envelope) return wrong("has a version that is no envelope: " + envelope.error().message);
    if (envelope->payload_type != kType) return wrong("has signed text of another type");
    auto version = version_of(envelope->payload);
    if (!version) return std::unexpected(version.error());
    std::string fingerprint = crypto::to_hex(crypto::view(crypto::sha256(envelope->payload)));
    out.push_back({std::move(*version), std::move(*envelope), std::move(fingerprint)});
  }
  return out;
}

Result<TrustList> TrustList::open(std::string_view text, std::string_view pin,
                                  std::int64_t now_us) {
  const auto versions = read_versions(text);
  if (!versions) return std::unexpected(versions.error());
  const auto pinned = std::ranges::find(*versions, pin, &SignedVersion::fingerprint);
  if (pinned == versions->end()) {
    return wrong("has no version with the fingerprint " + std::string(pin) +
                 ": it is another list, or an earlier state of it");
  }
  for (auto one = pinned; one != versions->end(); ++one) {
    if (const auto own = check_own(*one); !own) return std::unexpected(own.error());
    if (one == pinned) continue;
    if (const auto step = check_step(*(one - 1), *one); !step) {
      return std::unexpected(step.error());
    }
  }
  TrustList out;
  out.newest_ = versions->back().version;
  if (out.newest_.expires_us <= now_us) {
    return fail("PAC6109", "the trust list has expired with version " +
                               std::to_string(out.newest_.version) +
                               "; get a newer one from those who sign it");
  }
  return out;
}

std::vector<crypto::PublicKey> TrustList::log_keys(std::string_view ledger) const {
  std::vector<crypto::PublicKey> out;
  for (const ListedKey& key : newest_.keys) {
    if (key.role == "log" && key.origin == ledger) out.push_back(key.key);
  }
  return out;
}

Result<std::string> add_version(std::string_view text, std::string_view draft,
                                std::span<const crypto::SigningKey> keys) {
  std::vector<SignedVersion> versions;
  if (!text.empty()) {
    auto read = read_versions(text);
    if (!read) return std::unexpected(read.error());
    versions = std::move(*read);
    // What nobody stands behind yet is no version to go on from.
    if (const auto own = check_own(versions.back()); !own) return std::unexpected(own.error());
  }
  const Result<json::Value> value = json::parse(draft, {kMaxTrustListBytes, kMaxDepth});
  if (!value) return wrong("can't take the draft, which is no JSON: " + value.error().message);
  SignedVersion next;
  next.envelope.payload_type = kType;
  next.envelope.payload = json::canonical(*value);
  auto version = version_of(next.envelope.payload);
  if (!version) return std::unexpected(version.error());
  next.version = std::move(*version);
  const std::uint64_t expected = versions.empty() ? 1 : versions.back().version.version + 1;
  if (next.version.version != expected) {
    return wrong("takes version " + std::to_string(expected) + " next, and the draft is version " +
                 std::to_string(next.version.version));
  }
  versions.push_back(std::move(next));
  return with_signatures(std::move(versions), keys);
}

Result<std::string> sign_newest(std::string_view text, std::span<const crypto::SigningKey> keys) {
  auto versions = read_versions(text);
  if (!versions) return std::unexpected(versions.error());
  return with_signatures(std::move(*versions), keys);
}

}  // namespace pac::ledger
