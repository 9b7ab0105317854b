// Writes a bundle (.pacb) from its parts: manifest, digests, schemas and signatures are made here.
// The same parts give the same bytes. A pure function; any thread. Checking that the parts are
// right (tests, witnesses, both engines) is compiler/driver's business.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/tz.h"
#include "runtime/crypto/ed25519.h"
#include "runtime/engine/bundle_format.h"
#include "runtime/ir/model.h"
#include "runtime/ir/side.h"

namespace pac::bundle {

struct NativeObject {
  std::string target_key;
  std::string bytes;
};

struct Parts {
  const ir::RuleSet* rules = nullptr;  // verified, together with `side`
  const ir::Side* side = nullptr;
  std::vector<std::pair<std::string, std::string>> sources;  // file name as in `side`, text
  std::vector<TimeZone> zones;                               // exactly those that the rules use
  std::string analysis, witnesses;                           // JSON
  std::string certificate;                                   // JSON; empty: none
  std::string pac_version;
  std::vector<NativeObject> natives;
  std::vector<const crypto::SigningKey*> signers;
};

struct Written {
  std::string bytes;
  std::string digest;  // the bundle digest
};

// Codes: PAC4221, PAC4222 (runtime/engine/zip.h), PAC0141.
[[nodiscard]] Result<Written> write_bundle(const Parts& parts);

}  // namespace pac::bundle
