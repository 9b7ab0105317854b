#include "runtime/engine/bundle_format.h"

#include <algorithm>

#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

namespace pac::engine {

namespace {

constexpr std::string_view kInTotoStatement = "https://in-toto.io/Statement/v1";
constexpr std::string_view kPredicate = "urn:pac:bundle:v1";
constexpr std::size_t kMaxManifestBytes = std::size_t{64} << 20;

bool is_digest(std::string_view text) { return crypto::array_from_hex<32>(text).has_value(); }

const std::string* text_member(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->is_string() ? &value->as_string() : nullptr;
}

// SHA-256 of the canonical JSON {name: sha256}.
std::string digest_of_digests(const std::vector<NamedDigest>& digests) {
  json::Value object = json::Value::object();
  for (const NamedDigest& one : digests) object.add(one.name, one.sha256);
  return digest_of(json::canonical(object));
}

bool read_number(const json::Value& object, std::string_view name, int* out) {
  const json::Value* value = object.find(name);
  if (value == nullptr || !value->is_int() || value->as_int() < 0 || value->as_int() > 1'000'000) {
    return false;
  }
  *out = static_cast<int>(value->as_int());
  return true;
}

bool read_digests(const json::Value* list, bool with_bytes, std::vector<NamedDigest>* out) {
  if (list == nullptr || !list->is_array()) return false;
  for (const json::Value& one : list->elements()) {
    const std::string* name = text_member(one, "name");
    const std::string* sha256 = text_member(one, "sha256");
    if (name == nullptr || sha256 == nullptr || !is_digest(*sha256)) return false;
    NamedDigest read{*name, *sha256, 0};
    if (with_bytes) {
      const json::Value* bytes = one.find("bytes");
      if (bytes == nullptr || !bytes->is_int() || bytes->as_int() < 0) return false;
      read.bytes = static_cast<uint64_t>(bytes->as_int());
    }
    out->push_back(std::move(read));
  }
  return true;
}

json::Value to_json(const std::vector<NamedDigest>& digests, bool with_bytes) {
  json::Value list = json::Value::array();
  for (const NamedDigest& one : digests) {
    json::Value object = json::Value::object();
    object.set("name", one.name);
    object.set("sha256", one.sha256);
    if (with_bytes) object.set("bytes", one.bytes);
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace

std::string zone_member(std::string_view zone) {
  return std::string(kZonesFolder) + std::string(zone) + ".json";
}

std::string native_member(std::string_view target_key) {
  return std::string(kNativeFolder) + std::string(target_key) + ".o";
}

std::string schema_member(std::string_view decision, std::string_view direction) {
  return std::string(kSchemasFolder) + std::string(decision) + "." + std::string(direction) +
         ".json";
}

bool is_known_member(std::string_view name) {
  for (const auto one : {kManifestMember, kIrMember, kSideMember, kAnalysisMember, kWitnessesMember,
                         kCertificateMember}) {
    if (name == one) return true;
  }
  const auto in = [&](std::string_view folder, std::string_view ending) {
    return name.starts_with(folder) && name.ends_with(ending) &&
           name.size() > folder.size() + ending.size();
  };
  return in(kSourcesFolder, "") || in(kSchemasFolder, ".json") || in(kZonesFolder, ".json") ||
         in(kNativeFolder, ".o") || in(kSignaturesFolder, ".json");
}

bool is_covered(std::string_view name) {
  return name != kManifestMember && !name.starts_with(kNativeFolder) &&
         !name.starts_with(kSignaturesFolder);
}

std::string digest_of(std::string_view bytes) {
  return crypto::to_hex(crypto::view(crypto::sha256(bytes)));
}

std::vector<std::string> zone_names(const ir::RuleSet& rules) {
  std::vector<std::string> names = rules.zones;
  for (const ir::Decision& decision : rules.decisions) {
    if (!decision.zone.empty()) names.push_back(decision.zone);
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

BundleManifest make_manifest(const ir::RuleSet& rules, const std::vector<ZipMember>& members,
                             std::string pac_version) {
  BundleManifest out;
  out.pac_version = std::move(pac_version);
  out.package = rules.package;
  out.edition = rules.edition;
  const ir::Functions functions(rules, stdlib::find);
  for (uint32_t i = 0; i < rules.decisions.size(); ++i) {
    out.decisions.push_back(
        {rules.decisions[i].name, functions.digest(static_cast<ir::DecisionId>(i)), 0});
  }
  std::vector<NamedDigest> zones;
  for (const ZipMember& member : members) {
    if (!is_covered(member.name)) continue;
    out.members.push_back({std::string(member.name), digest_of(member.bytes), member.bytes.size()});
  }
  std::ranges::sort(out.members, {}, &NamedDigest::name);
  for (const std::string& zone : zone_names(rules)) {
    const auto found = std::ranges::find(out.members, zone_member(zone), &NamedDigest::name);
    if (found != out.members.end()) zones.push_back({zone, found->sha256, 0});
  }
  out.tz_digest = digest_of_digests(zones);
  out.bundle_digest = digest_of_digests(out.members);
  return out;
}

std::string encode(const BundleManifest& manifest) {
  json::Value out = json::Value::object();
  out.set("bundle_digest", manifest.bundle_digest);
  out.set("decisions", to_json(manifest.decisions, false));
  out.set("edition", manifest.edition);
  out.set("format", manifest.format);
  out.set("members", to_json(manifest.members, true));
  out.set("pac_version", manifest.pac_version);
  out.set("package", manifest.package);
  out.set("tz_digest", manifest.tz_digest);
  return json::canonical(out);
}

Result<BundleManifest> decode_manifest(std::string_view text) {
  const auto wrong = [](const std::string& what) {
    return fail("PAC4223", "manifest.json " + what);
  };
  const Result<json::Value> read = json::parse(text, {kMaxManifestBytes, 8});
  if (!read) return wrong("is no JSON: " + read.error().message);
  BundleManifest out;
  if (!read_number(*read, "format", &out.format)) return wrong("names no format");
  if (out.format != kBundleFormat) {
    return wrong("says format " + std::to_string(out.format) + ", this pac knows format " +
                 std::to_string(kBundleFormat) + "; use a newer pac");
  }
  const std::string* version = text_member(*read, "pac_version");
  const std::string* package = text_member(*read, "package");
  const std::string* tz = text_member(*read, "tz_digest");
  const std::string* bundle = text_member(*read, "bundle_digest");
  if (version == nullptr || package == nullptr || tz == nullptr || bundle == nullptr ||
      !is_digest(*tz) || !is_digest(*bundle) || !read_number(*read, "edition", &out.edition) ||
      !read_digests(read->find("decisions"), false, &out.decisions) ||
      !read_digests(read->find("members"), true, &out.members)) {
    return wrong("lacks a member, or one has another form");
  }
  out.pac_version = *version;
  out.package = *package;
  out.tz_digest = *tz;
  out.bundle_digest = *bundle;
  // One spelling for one manifest, and no member that this version does not know.
  if (encode(out) != text) return wrong("is not in canonical form");
  return out;
}

std::string encode(const BundleStatement& statement) {
  json::Value subjects = json::Value::array();
  for (const NamedDigest& one : statement.subjects) {
    json::Value digest = json::Value::object();
    digest.set("sha256", one.sha256);
    json::Value subject = json::Value::object();
    subject.set("digest", std::move(digest));
    subject.set("name", one.name);
    subjects.push_back(std::move(subject));
  }
  json::Value predicate = json::Value::object();
  predicate.set("package", statement.package);
  json::Value out = json::Value::object();
  out.set("_type", kInTotoStatement);
  out.set("predicate", std::move(predicate));
  out.set("predicateType", kPredicate);
  out.set("subject", std::move(subjects));
  return json::canonical(out);
}

Result<BundleStatement> decode_statement(std::string_view text) {
  const auto wrong = [](const std::string& what) {
    return fail("PAC4226", "the signed statement " + what);
  };
  const Result<json::Value> read = json::parse(text, {kMaxManifestBytes, 8});
  if (!read) return wrong("is no JSON");
  const std::string* type = text_member(*read, "_type");
  const std::string* predicate_type = text_member(*read, "predicateType");
  if (type == nullptr || *type != kInTotoStatement || predicate_type == nullptr ||
      *predicate_type != kPredicate) {
    return wrong("is not one about a bundle");
  }
  const json::Value* predicate = read->find("predicate");
  const json::Value* subjects = read->find("subject");
  if (predicate == nullptr || subjects == nullptr || !subjects->is_array()) {
    return wrong("has no subjects");
  }
  BundleStatement out;
  if (const std::string* package = text_member(*predicate, "package")) out.package = *package;
  for (const json::Value& one : subjects->elements()) {
    const std::string* name = text_member(one, "name");
    const json::Value* digest = one.find("digest");
    const std::string* sha256 = digest == nullptr ? nullptr : text_member(*digest, "sha256");
    if (name == nullptr || sha256 == nullptr || !is_digest(*sha256)) {
      return wrong("has a subject without name or digest");
    }
    out.subjects.push_back({*name, *sha256, 0});
  }
  return out;
}

}  // namespace pac::engine
