#include "runtime/engine/bundle.h"

#include <algorithm>
#include <fstream>

#include "runtime/base/json.h"
#include "runtime/crypto/dsse.h"
#include "runtime/ir/encode.h"
#include "runtime/ir/verify.h"
#include "stdlib/registry.h"

namespace pac::engine {

namespace {

std::string short_digest(const std::string& digest) { return digest.substr(0, 16) + "…"; }

// The error of a part, with the member's name before it.
std::unexpected<Error> in_member(std::string_view member, const Error& error) {
  return fail(error.code, std::string(member) + ": " + error.message);
}

}  // namespace

Result<std::unique_ptr<Bundle>> Bundle::load(std::string bytes, const TrustStore& trust,
                                             const BundleOptions& options) {
  if (bytes.size() > options.max_bytes) {
    return fail("PAC4221", "the bundle has " + std::to_string(bytes.size()) + " bytes, at most " +
                               std::to_string(options.max_bytes) + " are read here");
  }
  std::unique_ptr<Bundle> bundle(new Bundle(std::move(bytes)));
  if (const Result<void> read = bundle->read(trust, options); !read) {
    return std::unexpected(read.error());
  }
  return bundle;
}

Result<std::unique_ptr<Bundle>> Bundle::load_file(const std::string& path, const TrustStore& trust,
                                                  const BundleOptions& options) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::streamoff>(in ? in.tellg() : std::ifstream::pos_type(-1));
  if (size < 0) return fail("PAC0101", "can't read " + path);
  if (static_cast<std::size_t>(size) > options.max_bytes) {
    return fail("PAC4221", path + " has " + std::to_string(size) + " bytes, at most " +
                               std::to_string(options.max_bytes) + " are read here");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  in.seekg(0);
  in.read(bytes.data(), size);
  if (in.gcount() != size) return fail("PAC0101", "can't read " + path);
  auto bundle = load(std::move(bytes), trust, options);
  if (!bundle) return in_member(path, bundle.error());
  return bundle;
}

std::optional<std::string_view> Bundle::member(std::string_view name) const {
  const auto found = std::ranges::lower_bound(members_, name, {}, &ZipMember::name);
  if (found == members_.end() || found->name != name) return std::nullopt;
  return found->bytes;
}

bool Bundle::is_trusted() const {
  return std::ranges::any_of(signatures_, &BundleSignature::is_trusted);
}

std::optional<std::string_view> Bundle::native_object(std::string_view target_key) const {
  const std::string name = native_member(target_key);
  if (std::ranges::find(trusted_native_, name) == trusted_native_.end()) return std::nullopt;
  return member(name);
}

Result<void> Bundle::read(const TrustStore& trust, const BundleOptions& options) {
  Result<std::vector<ZipMember>> members = read_zip(bytes_);
  if (!members) return std::unexpected(members.error());
  members_ = std::move(*members);
  for (const ZipMember& one : members_) {
    if (!is_known_member(one.name)) {
      return fail("PAC4224", "a bundle has no member `" + std::string(one.name) + "`");
    }
  }
  for (const auto name :
       {kManifestMember, kIrMember, kSideMember, kAnalysisMember, kWitnessesMember}) {
    if (!member(name)) return fail("PAC4224", "the bundle lacks " + std::string(name));
  }
  Result<BundleManifest> manifest = decode_manifest(*member(kManifestMember));
  if (!manifest) return std::unexpected(manifest.error());
  manifest_ = std::move(*manifest);
  if (const Result<void> rules = read_rules(options); !rules) return rules;
  read_signatures(trust);
  if (options.requires_signature && !is_trusted()) {
    std::string why = signatures_.empty() ? "it is not signed" : "";
    for (const BundleSignature& one : signatures_) {
      why += (why.empty() ? "" : "; ") + one.member + " " + one.fault;
    }
    return fail("PAC4226", "no trusted signature covers the bundle: " + why);
  }
  return {};
}

Result<void> Bundle::read_rules(const BundleOptions& options) {
  Result<ir::RuleSet> rules = ir::decode(*member(kIrMember));
  if (!rules) return in_member(kIrMember, rules.error());
  Result<ir::Side> side = ir::decode_side(*member(kSideMember));
  if (!side) return in_member(kSideMember, side.error());
  side_ = std::move(*side);
  if (const Result<void> verified = ir::verify(*rules, side_, stdlib::find); !verified) {
    return std::unexpected(verified.error());
  }
  if (const Result<void> same = compare_manifest(*rules); !same) return same;
  if (const Result<void> same = compare_sources(); !same) return same;
  Result<std::vector<TimeZone>> zones = read_zones(*rules);
  if (!zones) return std::unexpected(zones.error());
  auto loaded = LoadedRuleSet::load(std::move(*rules), std::move(*zones), options.finding);
  if (!loaded) return std::unexpected(loaded.error());
  rules_ = std::move(*loaded);
  return {};
}

// All but the compiler's version follows from the other members.
Result<void> Bundle::compare_manifest(const ir::RuleSet& rules) const {
  const BundleManifest actual = make_manifest(rules, members_, manifest_.pac_version);
  if (actual == manifest_) return {};
  for (const NamedDigest& one : actual.members) {
    const auto said = std::ranges::find(manifest_.members, one.name, &NamedDigest::name);
    if (said == manifest_.members.end()) {
      return fail("PAC4225", one.name + " is not in the manifest");
    }
    if (!(*said == one)) {
      return fail("PAC4225", one.name + " has the digest " + short_digest(one.sha256) +
                                 ", the manifest says " + short_digest(said->sha256));
    }
  }
  if (actual.members != manifest_.members) {
    return fail("PAC4224", "the manifest names members that are not there");
  }
  if (actual.bundle_digest != manifest_.bundle_digest) {
    return fail("PAC4225", "the bundle digest is " + short_digest(actual.bundle_digest) +
                               ", the manifest says " + short_digest(manifest_.bundle_digest));
  }
  if (actual.decisions != manifest_.decisions) {
    return fail("PAC4225", "the digests of the decisions are not those in the manifest");
  }
  if (actual.tz_digest != manifest_.tz_digest) {
    return fail("PAC4225", "the digest of the time zones is not that in the manifest");
  }
  return fail("PAC4225", "package or edition are not those of ir.json");
}

Result<void> Bundle::compare_sources() const {
  std::size_t count = 0;
  for (const ZipMember& one : members_) count += one.name.starts_with(kSourcesFolder) ? 1 : 0;
  if (count != side_.files.size()) {
    return fail("PAC4224", "side.json names " + std::to_string(side_.files.size()) +
                               " sources, the bundle has " + std::to_string(count));
  }
  for (const ir::SourceFileRef& file : side_.files) {
    const std::string name = std::string(kSourcesFolder) + file.path;
    const auto bytes = member(name);
    if (!bytes) return fail("PAC4224", "the bundle lacks " + name);
    if (digest_of(*bytes) != file.sha256) {
      return fail("PAC4225", name + " has another digest than side.json says");
    }
  }
  return {};
}

Result<std::vector<TimeZone>> Bundle::read_zones(const ir::RuleSet& rules) const {
  std::vector<TimeZone> zones;
  for (const std::string& name : zone_names(rules)) {
    const std::string path = zone_member(name);
    const auto bytes = member(path);
    if (!bytes)
      return fail("PAC4228", "the bundle lacks " + path + ", a time zone that its rules use");
    const Result<json::Value> value = json::parse(*bytes);
    if (!value) return fail("PAC4228", path + ": " + value.error().message);
    Result<TimeZone> zone = TimeZone::from_json(*value);
    if (!zone) return fail("PAC4228", path + ": " + zone.error().message);
    if (zone->name() != name) return fail("PAC4228", path + " is the table of " + zone->name());
    zones.push_back(std::move(*zone));
  }
  const auto count = static_cast<std::size_t>(std::ranges::count_if(
      members_, [](const ZipMember& one) { return one.name.starts_with(kZonesFolder); }));
  if (count != zones.size())
    return fail("PAC4224", "the bundle has time zones that its rules don't use");
  return zones;
}

void Bundle::read_signatures(const TrustStore& trust) {
  for (const ZipMember& one : members_) {
    if (one.name.starts_with(kSignaturesFolder)) signatures_.push_back(read_signature(one, trust));
  }
}

BundleSignature Bundle::read_signature(const ZipMember& member, const TrustStore& trust) {
  BundleSignature out{std::string(member.name), "", ""};
  const Result<crypto::Envelope> envelope = crypto::decode_envelope(member.bytes);
  if (!envelope || envelope->payload_type != kStatementType) {
    out.fault = envelope ? "signs something else than a bundle" : envelope.error().message;
    return out;
  }
  const auto signer = std::ranges::find_if(trust.keys(), [&](const TrustedKey& key) {
    return crypto::is_signed_by(*envelope, key.key);
  });
  if (signer == trust.keys().end()) {
    out.fault = "is by no key of the trust file";
    return out;
  }
  // Only now, when somebody trusted vouches for it, does the payload count.
  const Result<BundleStatement> statement = decode_statement(envelope->payload);
  if (!statement) {
    out.fault = statement.error().message;
    return out;
  }
  const auto covers = [&](std::string_view name, const std::string& digest) {
    return std::ranges::any_of(statement->subjects, [&](const NamedDigest& subject) {
      return subject.name == name && subject.sha256 == digest;
    });
  };
  if (!covers(kBundleSubject, manifest_.bundle_digest) ||
      !covers(kManifestMember, digest_of(*this->member(kManifestMember)))) {
    out.fault = "was made for another bundle";
    return out;
  }
  out.key_name = signer->name;
  for (const ZipMember& one : members_) {
    if (one.name.starts_with(kNativeFolder) && covers(one.name, digest_of(one.bytes))) {
      trusted_native_.emplace_back(one.name);
    }
  }
  return out;
}

}  // namespace pac::engine
