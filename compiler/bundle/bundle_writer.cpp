#include "compiler/bundle/bundle_writer.h"

#include <map>

#include "compiler/bundle/schema.h"
#include "runtime/base/json.h"
#include "runtime/crypto/dsse.h"
#include "runtime/ir/encode.h"

namespace pac::bundle {

namespace {

using Members = std::map<std::string, std::string>;

Result<void> add(Members& members, std::string name, std::string bytes) {
  // A doubled name would silently take another's place here, before the archive could notice.
  if (members.contains(name)) return fail("PAC4222", "two members are named `" + name + "`");
  members.emplace(std::move(name), std::move(bytes));
  return {};
}

std::vector<engine::ZipMember> views(const Members& members) {
  std::vector<engine::ZipMember> out;
  for (const auto& [name, bytes] : members) out.push_back({name, bytes});
  return out;
}

Result<void> add_signatures(Members& members, const Parts& parts,
                            const engine::BundleManifest& manifest) {
  engine::BundleStatement statement;
  statement.package = manifest.package;
  statement.subjects.push_back({std::string(engine::kBundleSubject), manifest.bundle_digest, 0});
  const std::string manifest_name(engine::kManifestMember);
  statement.subjects.push_back({manifest_name, engine::digest_of(members.at(manifest_name)), 0});
  for (const auto& [name, bytes] : members) {
    if (!name.starts_with(engine::kNativeFolder)) continue;
    statement.subjects.push_back({name, engine::digest_of(bytes), 0});
  }
  for (const crypto::SigningKey* key : parts.signers) {
    crypto::Envelope envelope{std::string(engine::kStatementType), engine::encode(statement), {}};
    if (const auto signed_it = crypto::sign(&envelope, *key); !signed_it) return signed_it;
    const std::string name =
        std::string(engine::kSignaturesFolder) + crypto::key_id(key->public_key()) + ".json";
    if (const auto added = add(members, name, crypto::encode(envelope)); !added) return added;
  }
  return {};
}

}  // namespace

Result<Written> write_bundle(const Parts& parts) {
  Members members;
  Result<void> added;
  const auto put = [&](std::string name, std::string bytes) {
    if (added) added = add(members, std::move(name), std::move(bytes));
  };
  put(std::string(engine::kIrMember), ir::encode(*parts.rules));
  put(std::string(engine::kSideMember), ir::encode_side(*parts.side));
  put(std::string(engine::kAnalysisMember), parts.analysis);
  put(std::string(engine::kWitnessesMember), parts.witnesses);
  if (!parts.certificate.empty()) put(std::string(engine::kCertificateMember), parts.certificate);
  for (const auto& [name, text] : parts.sources) {
    put(std::string(engine::kSourcesFolder) + name, text);
  }
  for (const TimeZone& zone : parts.zones) {
    put(engine::zone_member(zone.name()), json::canonical(zone.to_json()));
  }
  for (uint32_t i = 0; i < parts.rules->decisions.size(); ++i) {
    const auto id = static_cast<ir::DecisionId>(i);
    const std::string& name = parts.rules->decisions[i].name;
    put(engine::schema_member(name, "input"), input_schema(*parts.rules, id));
    put(engine::schema_member(name, "output"), output_schema(*parts.rules, id));
  }
  for (const NativeObject& native : parts.natives) {
    put(engine::native_member(native.target_key), native.bytes);
  }
  const engine::BundleManifest manifest =
      engine::make_manifest(*parts.rules, views(members), parts.pac_version);
  put(std::string(engine::kManifestMember), engine::encode(manifest));
  if (!added) return std::unexpected(added.error());
  if (const auto signatures = add_signatures(members, parts, manifest); !signatures) {
    return std::unexpected(signatures.error());
  }
  Result<std::string> bytes = engine::write_zip(views(members));
  if (!bytes) return std::unexpected(bytes.error());
  return Written{std::move(*bytes), manifest.bundle_digest};
}

}  // namespace pac::bundle
