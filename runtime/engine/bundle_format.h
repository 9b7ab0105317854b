// What stands in a bundle besides the rule set: names of members, the manifest, and the statement
// that a signature covers. Shared by the writer (compiler/bundle) and the reader (bundle.h). Plain
// values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/tz.h"
#include "runtime/engine/zip.h"
#include "runtime/ir/model.h"

namespace pac::engine {

// Version of the bundle's form; readers accept every earlier one.
inline constexpr int kBundleFormat = 1;

inline constexpr std::string_view kManifestMember = "manifest.json";
inline constexpr std::string_view kIrMember = "ir.json";
inline constexpr std::string_view kSideMember = "side.json";
inline constexpr std::string_view kAnalysisMember = "analysis.json";
inline constexpr std::string_view kWitnessesMember = "witnesses.json";
inline constexpr std::string_view kCertificateMember = "certificate.json";  // may be absent
inline constexpr std::string_view kSourcesFolder = "sources/";
inline constexpr std::string_view kSchemasFolder = "schemas/";
inline constexpr std::string_view kZonesFolder = "tz/";
inline constexpr std::string_view kNativeFolder = "native/";
inline constexpr std::string_view kSignaturesFolder = "signatures/";

inline constexpr std::string_view kStatementType = "application/vnd.in-toto+json";

std::string zone_member(std::string_view zone);          // tz/Europe/Helsinki.json
std::string native_member(std::string_view target_key);  // native/KEY.o
std::string schema_member(std::string_view decision, std::string_view direction);
// Whether a bundle may have a member of that name.
bool is_known_member(std::string_view name);
// Whether the bundle digest covers it: all but native/, signatures/ and the manifest.
bool is_covered(std::string_view name);

// SHA-256 of the bytes in hexadecimal.
std::string digest_of(std::string_view bytes);

struct NamedDigest {
  std::string name;
  std::string sha256;
  uint64_t bytes = 0;  // of members
  friend bool operator==(const NamedDigest&, const NamedDigest&) = default;
};

struct BundleManifest {
  int format = kBundleFormat;
  std::string pac_version;  // of the compiler that wrote it
  std::string package;
  int edition = 1;
  std::vector<NamedDigest> decisions;  // function digests, in the order of the rule set
  std::string tz_digest;               // SHA-256 of the canonical JSON {zone: sha256 of its member}
  std::string bundle_digest;           // SHA-256 of the canonical JSON {member: sha256}
  std::vector<NamedDigest> members;    // the covered ones, by name
  friend bool operator==(const BundleManifest&, const BundleManifest&) = default;
};

// Everything in it follows from the rule set, the other members and the version.
BundleManifest make_manifest(const ir::RuleSet& rules, const std::vector<ZipMember>& members,
                             std::string pac_version);
std::string encode(const BundleManifest& manifest);
// PAC4223: not the form of a manifest, or one of a later version.
[[nodiscard]] Result<BundleManifest> decode_manifest(std::string_view text);

// The zones that a rule set uses, sorted.
std::vector<std::string> zone_names(const ir::RuleSet& rules);

// What a signature says: in-toto's Statement v1 with the bundle digest, the manifest and the native
// objects as subjects.
struct BundleStatement {
  std::string package;
  std::vector<NamedDigest> subjects;
};
inline constexpr std::string_view kBundleSubject = "bundle";

std::string encode(const BundleStatement& statement);
// PAC4226: not such a statement.
[[nodiscard]] Result<BundleStatement> decode_statement(std::string_view text);

}  // namespace pac::engine
