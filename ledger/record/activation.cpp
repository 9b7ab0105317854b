#include "ledger/record/activation.h"

#include "ledger/file/blobs.h"
#include "runtime/base/json.h"
#include "runtime/engine/write.h"
#include "stdlib/digest.h"

namespace pac::ledger {

Result<RunFacts> activate(FileSystem& files, const std::string& folder, Store& store,
                          const engine::Bundle& bundle, std::string_view bytes,
                          const ActivationFacts& facts) {
  const Result<BlobRef> blob = put_blob(files, folder, bytes);
  if (!blob) return std::unexpected(blob.error());
  const Result<Stamp> stamp = store.stamp();
  if (!stamp) return std::unexpected(stamp.error());
  const ir::RuleSet& rules = bundle.rules()->rule_set();
  const engine::BundleManifest& manifest = bundle.manifest();

  RunFacts out;
  out.origin = stamp->origin;
  out.run = stamp->nonce;
  out.snapshot = manifest.bundle_digest;
  out.engine = facts.engine;
  out.pac_version = facts.pac_version;
  if (!rules.functions.empty()) out.stdlib = stdlib::source_digest();
  if (!rules.zones.empty()) out.tz = manifest.tz_digest;
  out.caller = facts.caller;
  out.tenant = facts.tenant;

  json::Value stored = json::Value::object();
  stored.set("bytes", json::Value::exact_int(static_cast<std::int64_t>(blob->bytes)));
  stored.set("sha256", blob->sha256);
  json::Value functions = json::Value::object();
  for (std::uint32_t i = 0; i < rules.decisions.size(); ++i) {
    if (rules.decisions[i].is_private || i >= manifest.decisions.size()) continue;
    const std::string name = engine::written([&](engine::TextSink& sink) {
      engine::put_decision_name(rules, static_cast<ir::DecisionId>(i), sink);
    });
    functions.set(name, manifest.decisions[i].sha256);
  }
  json::Value entry = json::Value::object();
  entry.set("at", time_text(stamp->at_us));
  entry.set("blob", std::move(stored));
  entry.set("engine", facts.engine);
  entry.set("functions", std::move(functions));
  entry.set("kind", "activate");
  entry.set("nonce", stamp->nonce);
  entry.set("origin", stamp->origin);
  entry.set("pac", facts.pac_version);
  entry.set("package", rules.package);
  entry.set("schema", 1);
  for (const engine::BundleSignature& one : bundle.signatures()) {
    if (one.is_trusted()) entry.set("signer", one.key_name);
  }
  entry.set("snapshot", out.snapshot);
  if (!out.stdlib.empty()) entry.set("stdlib", out.stdlib);
  if (!out.tz.empty()) entry.set("tz", out.tz);
  const std::string text = json::canonical(entry);
  const std::string_view view = text;
  const auto appended = store.append(std::span(&view, 1));
  if (!appended) return std::unexpected(appended.error());
  return out;
}

}  // namespace pac::ledger
