// Bundle: a .pacb file, read and verified. Everything that it says about itself is computed anew:
// the rule set is verified with its side tables, all digests are compared, time zones come from the
// bundle alone, and signatures count only where a key of the TrustStore made them over these very
// digests. What is in any way damaged is refused. Immutable; any thread.
//
// Codes: PAC0101 (the file), PAC4221 (a limit), PAC4222 (the archive), PAC4223 (the manifest),
// PAC4224 (a member that is absent or unknown), PAC4225 (a digest), PAC4226 (a signature),
// PAC4228 (a time zone); those of ir::decode and ir::verify (PAC41xx) for ir.json and side.json.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/engine/bundle_format.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/engine/trust_store.h"
#include "runtime/ir/side.h"

namespace pac::engine {

struct BundleOptions {
  std::size_t max_bytes = kMaxBundleBytes;
  bool requires_signature = false;  // refuse a bundle without a trusted one (PAC4226)
  interp::Options finding = {};     // LoadedRuleSet::load
};

struct BundleSignature {
  std::string member;
  std::string key_name;  // of the trusted key; empty: not trusted
  std::string fault;     // why it does not count; empty where it is trusted
  bool is_trusted() const { return !key_name.empty(); }
};

class Bundle {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Bundle>> load(std::string bytes,
                                                            const TrustStore& trust,
                                                            const BundleOptions& options = {});
  [[nodiscard]] static Result<std::unique_ptr<Bundle>> load_file(const std::string& path,
                                                                 const TrustStore& trust,
                                                                 const BundleOptions& options = {});
  Bundle(const Bundle&) = delete;
  Bundle& operator=(const Bundle&) = delete;

  // Outlives the bundle where it is kept.
  const std::shared_ptr<LoadedRuleSet>& rules() const { return rules_; }
  const ir::Side& side() const { return side_; }
  const BundleManifest& manifest() const { return manifest_; }
  // All of them by name, views into the bundle.
  const std::vector<ZipMember>& members() const { return members_; }
  std::optional<std::string_view> member(std::string_view name) const;
  const std::vector<BundleSignature>& signatures() const { return signatures_; }
  bool is_trusted() const;
  // The native object for a target (codegen::target_key), where there is one and a trusted
  // signature covers it; everything else is compiled from the IR.
  std::optional<std::string_view> native_object(std::string_view target_key) const;

 private:
  explicit Bundle(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<void> read(const TrustStore& trust, const BundleOptions& options);
  Result<void> read_rules(const BundleOptions& options);
  Result<std::vector<TimeZone>> read_zones(const ir::RuleSet& rules) const;
  Result<void> compare_manifest(const ir::RuleSet& rules) const;
  Result<void> compare_sources() const;
  void read_signatures(const TrustStore& trust);
  BundleSignature read_signature(const ZipMember& member, const TrustStore& trust);

  const std::string bytes_;
  std::vector<ZipMember> members_;
  BundleManifest manifest_;
  ir::Side side_;
  std::shared_ptr<LoadedRuleSet> rules_;
  std::vector<BundleSignature> signatures_;
  std::vector<std::string> trusted_native_;  // names of members
};

}  // namespace pac::engine
