#include "cli/trust_list.h"

#include <cstdio>
#include <filesystem>

#include "cli/secret_key.h"
#include "cli/support.h"
#include "compiler/driver/build.h"
#include "ledger/file/entry.h"
#include "ledger/file/store.h"
#include "ledger/log/trust_list.h"

namespace pac::cli {

namespace {

// Whether the newest version has all signatures that it needs.
bool is_complete(const std::vector<ledger::SignedVersion>& versions) {
  const ledger::SignedVersion& newest = versions.back();
  const bool own = ledger::signatures_of(newest, newest.version) >= newest.version.threshold;
  if (versions.size() == 1 || !own) return own;
  const ledger::TrustVersion& before = versions[versions.size() - 2].version;
  return ledger::signatures_of(newest, before) >= before.threshold;
}

int show(const std::string& path, const std::string& text, const std::string& pin) {
  const auto versions = ledger::read_versions(text);
  if (!versions) {
    return failed(kFindings, versions.error().code, path + ": " + versions.error().message);
  }
  for (const ledger::SignedVersion& one : *versions) {
    std::printf("version %llu, until %s, %llu of its %llu signatures, fingerprint %s\n",
                static_cast<unsigned long long>(one.version.version),
                ledger::time_text(one.version.expires_us).substr(0, 10).c_str(),
                static_cast<unsigned long long>(ledger::signatures_of(one, one.version)),
                static_cast<unsigned long long>(one.version.threshold), one.fingerprint.c_str());
  }
  const ledger::TrustVersion& newest = versions->back().version;
  for (const ledger::ListedKey& key : newest.keys) {
    bool is_revoked = false;
    for (const ledger::KeyRevocation& one : newest.revoked) {
      is_revoked = is_revoked || one.key == key.key;
    }
    std::printf("  %s  %s%s%s, of the %s %s%s\n", crypto::key_id(key.key).c_str(), key.role.c_str(),
                key.origin.empty() ? "" : " of ", key.origin.c_str(), key.holder_kind.c_str(),
                key.holder.c_str(), is_revoked ? ", revoked" : "");
  }
  if (!is_complete(*versions)) {
    std::printf(
        "the newest version lacks signatures; pac key trust-list FILE --key KEY adds one\n");
  }
  if (pin.empty()) {
    std::printf(
        "nobody is believed without --trust-pin: a fingerprint that you have from elsewhere\n");
    return kFine;
  }
  const auto list = ledger::TrustList::open(text, pin, ledger::real_surroundings().now_us());
  if (!list) return failed(kFindings, list.error().code, path + ": " + list.error().message);
  std::printf("believed from the fingerprint on\n");
  return kFine;
}

}  // namespace

void add_trust_list(po::options_description& o) {
  o.add_options()("draft", po::value<std::string>()->value_name("FILE"),
                  "trust-list: the next version, as JSON, which is signed with --key")(
      "key", po::value<std::string>()->value_name("FILE"),
      "trust-list: the key that signs; several with a comma between them")(
      "trust-pin", po::value<std::string>()->value_name("FINGERPRINT"),
      "trust-list: of the version to believe");
}

int run_trust_list(const std::string& path, const po::variables_map& values) {
  const std::string draft = text_option(values, "draft"), signer = text_option(values, "key");
  std::error_code error;
  const bool is_there = std::filesystem::exists(path, error);
  std::string text;
  if (is_there || draft.empty()) {
    auto read = read_file(path);
    if (!read) return failed(read.error());
    text = std::move(*read);
  }
  if (signer.empty()) {
    if (!draft.empty()) {
      return failed(kUsage, "", "--key is missing: a version counts by those who sign it");
    }
    return show(path, text, text_option(values, "trust-pin"));
  }
  const auto keys = read_secret_keys(signer);
  if (!keys) return failed(keys.error());
  Result<std::string> next;
  if (draft.empty()) {
    next = ledger::sign_newest(text, *keys);
  } else {
    const auto drafted = read_file(draft);
    if (!drafted) return failed(drafted.error());
    next = ledger::add_version(text, *drafted, *keys);
  }
  if (!next) return failed(kFindings, next.error().code, next.error().message);
  const auto versions = ledger::read_versions(*next);
  if (!versions) return failed(kFindings, versions.error().code, versions.error().message);
  if (const auto written = driver::write_file(path, *next); !written) {
    return failed(written.error());
  }
  std::printf("%s: version %llu is signed%s, fingerprint %s\n", path.c_str(),
              static_cast<unsigned long long>(versions->back().version.version),
              is_complete(*versions) ? "" : ", and lacks signatures of others",
              versions->back().fingerprint.c_str());
  return kFine;
}

}  // namespace pac::cli
