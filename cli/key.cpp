// pac key: makes keys that sign bundles, and says whose signatures count. A private key is written
// once, into a file for its owner alone, under a passphrase where that is asked for, and never
// shown.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "cli/commands.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "cli/trust_list.h"
#include "compiler/driver/build.h"
#include "ledger/persons/epochs.h"
#include "runtime/crypto/dsse.h"
#include "runtime/crypto/key_file.h"

namespace pac::cli {

namespace {

namespace fs = std::filesystem;

void options(po::options_description& o) {
  o.add_options()("words",
                  po::value<std::vector<std::string>>()->value_name(
                      "new|list|trust|trust-list|passphrase|FILE"),
                  "new NAME, list, trust NAME.pub, trust-list FILE, or passphrase NAME.key")(
      "dir", po::value<std::string>()->default_value(".")->value_name("FOLDER"),
      "folder of the keys")(
      "trust", po::value<std::string>()->default_value("trust.json")->value_name("FILE"),
      "the trust file")("encrypt", "of a new key: keep it under a passphrase")(
      "ecdsa",
      "of a new key: ECDSA P-256, for the further line of a ledger (pac ledger init "
      "--also-key); it has no .pub")("token", po::value<std::string>()->value_name("URI"),
                                     "make a new key in this PKCS#11 token");
  add_trust_list(o);
}

bool is_key_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && name[0] != '.' && name[0] != '-' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

// A key that only ledgers use, which print what others verify with.
int make_ecdsa(const std::string& path, const Secret* passphrase) {
  const auto key = make_secret_ecdsa_key(path, passphrase);
  if (!key) return failed(key.error());
  std::printf("%s: an ECDSA P-256 key%s; pac ledger init FOLDER --origin NAME --also-key '%s'\n",
              path.c_str(), passphrase != nullptr ? " under the passphrase" : "", path.c_str());
  return kFine;
}

int make(const std::string& name, const std::string& folder, bool encrypt, const std::string& token,
         bool is_ecdsa) {
  if (!is_key_name(name)) {
    return failed(kUsage, "",
                  "the name of a key has letters, digits, `-`, `_` and `.`: release-2026");
  }
  if (encrypt && !token.empty()) {
    return failed(kUsage, "", "a key in a token needs no --encrypt: it never leaves the token");
  }
  const std::string base = (fs::path(folder) / name).string();
  std::error_code error;
  for (const char* ending : {".key", ".pub"}) {
    if (fs::exists(base + ending, error)) {
      return failed(kCouldNotRun, "", base + ending + " is there already; choose another name");
    }
  }
  std::optional<Secret> passphrase;
  if (encrypt) {
    auto typed = new_passphrase(base + ".key", kPassphraseVariable);
    if (!typed) return failed(typed.error());
    passphrase.emplace(std::move(*typed));
  }
  if (is_ecdsa) {
    return make_ecdsa(token.empty() ? base + ".key" : token, passphrase ? &*passphrase : nullptr);
  }
  const auto key = token.empty() ? crypto::SigningKey::generate() : make_secret_key_in_token(token);
  if (!key) return failed(key.error());
  Result<void> written;
  if (token.empty()) {
    written = write_secret_key(base + ".key", *key, passphrase ? &*passphrase : nullptr);
  }
  if (written)
    written = driver::write_file(base + ".pub", crypto::public_key_pem(key->public_key()));
  if (!written) return failed(written.error());
  const std::string id = crypto::key_id(key->public_key());
  if (!token.empty()) {
    std::printf("%s.pub, key %s; sign with --sign or --key '%s'\n", base.c_str(), id.c_str(),
                token.c_str());
  } else {
    std::printf("%s.key (keep it secret%s) and %s.pub, key %s\n", base.c_str(),
                encrypt ? ", and the passphrase" : "", base.c_str(), id.c_str());
  }
  return kFine;
}

// Sets the passphrase of a key that has none, or another one.
// The same of the file with the keys of epochs of a ledger.
int change_epoch_passphrase(ledger::FileSystem& files, const std::string& path) {
  const auto ask = [](const std::string& of) -> Result<ledger::Passphrase> {
    const auto typed = passphrase_of(of, kEpochPassphraseVariable);
    if (!typed) return std::unexpected(typed.error());
    return ledger::Passphrase(std::string(typed->text()));
  };
  const auto epochs = ledger::read_epochs(files, path, ask);
  if (!epochs) return failed(epochs.error());
  const auto typed = new_passphrase(path, kNewPassphraseVariable);
  if (!typed) return failed(typed.error());
  const ledger::Passphrase next{std::string(typed->text())};
  if (const auto written = ledger::write_epochs(files, path, *epochs, next); !written) {
    return failed(written.error());
  }
  std::printf("%s is under the new passphrase\n", path.c_str());
  return kFine;
}

int change_passphrase(const std::string& path) {
  const auto files = ledger::posix_file_system();
  if (ledger::is_epoch_file(*files, path)) return change_epoch_passphrase(*files, path);
  const auto key = read_secret_key(path);
  if (!key) return failed(key.error());
  const auto passphrase = new_passphrase(path, kNewPassphraseVariable);
  if (!passphrase) return failed(passphrase.error());
  if (const auto written = write_secret_key(path, *key, &*passphrase); !written) {
    return failed(written.error());
  }
  std::printf("%s is under the new passphrase, key %s\n", path.c_str(),
              crypto::key_id(key->public_key()).c_str());
  return kFine;
}

Result<crypto::PublicKey> read_public(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail("PAC0101", "can't read " + path);
  std::stringstream text;
  text << in.rdbuf();
  auto key = crypto::read_public_key_pem(text.str());
  if (!key) return fail(key.error().code, path + ": " + key.error().message);
  return key;
}

Result<engine::TrustStore> read_trust(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return engine::TrustStore();
  return engine::TrustStore::read(path);
}

int list(const std::string& folder, const std::string& trust_path) {
  const auto trust = read_trust(trust_path);
  if (!trust) return failed(kCouldNotRun, trust.error().code, trust.error().message);
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".pub") files.push_back(entry.path());
  }
  if (error) return failed(kCouldNotRun, "PAC0101", "can't read the folder " + folder);
  std::ranges::sort(files);
  for (const auto& file : files) {
    const auto key = read_public(file.string());
    if (!key) {
      failed(kFindings, key.error().code, key.error().message);
      continue;
    }
    const auto secret = fs::path(file).replace_extension(".key");
    const char* also = "";
    if (fs::exists(secret, error)) {
      also = is_secret_key_encrypted(secret.string()) ? " and .key, under a passphrase"
                                                      : " and .key, not under a passphrase";
    }
    std::printf("%s  %s%s\n", crypto::key_id(*key).c_str(), file.c_str(), also);
  }
  for (const auto& key : trust->keys()) {
    std::printf("%s  trusted as `%s` in %s\n", crypto::key_id(key.key).c_str(), key.name.c_str(),
                trust_path.c_str());
  }
  if (files.empty() && trust->keys().empty())
    std::printf("no keys in %s; `pac key new NAME` makes one\n", folder.c_str());
  return kFine;
}

int trust_key(const std::string& path, const std::string& trust_path) {
  const auto key = read_public(path);
  if (!key) return failed(kCouldNotRun, key.error().code, key.error().message);
  auto trust = read_trust(trust_path);
  if (!trust) return failed(kCouldNotRun, trust.error().code, trust.error().message);
  const std::string name = fs::path(path).stem().string();
  if (const auto added = trust->add({name, *key}); !added) {
    return failed(kFindings, added.error().code, added.error().message);
  }
  if (const auto written = driver::write_file(trust_path, trust->to_text()); !written) {
    return failed(kCouldNotRun, written.error().code, written.error().message);
  }
  std::printf("`%s` is trusted in %s, key %s\n", name.c_str(), trust_path.c_str(),
              crypto::key_id(*key).c_str());
  return kFine;
}

int run(const po::variables_map& values) {
  std::vector<std::string> words;
  if (values.contains("words")) words = values["words"].as<std::vector<std::string>>();
  const auto& folder = values["dir"].as<std::string>();
  const auto& trust = values["trust"].as<std::string>();
  if (words.size() == 2 && words[0] == "new") {
    return make(words[1], folder, values.contains("encrypt"),
                values.contains("token") ? values["token"].as<std::string>() : std::string(),
                values.contains("ecdsa"));
  }
  if (words.size() == 1 && words[0] == "list") return list(folder, trust);
  if (words.size() == 2 && words[0] == "trust") return trust_key(words[1], trust);
  if (words.size() == 2 && words[0] == "trust-list") return run_trust_list(words[1], values);
  if (words.size() == 2 && words[0] == "passphrase") return change_passphrase(words[1]);
  return failed(kUsage, "",
                "say what to do: pac key new NAME, pac key list, pac key trust NAME.pub, pac key "
                "trust-list FILE, pac key passphrase NAME.key");
}

}  // namespace

const Command kKey{
    "key",
    "make keys that sign bundles, and say which are trusted",
    "pac key new NAME [--ecdsa] [--encrypt] [--token URI] | list | trust NAME.pub | "
    "trust-list FILE [--draft FILE] [--key FILE] | passphrase NAME.key [--dir FOLDER] "
    "[--trust FILE]",
    "pac key new release --dir /tmp",
    options,
    "words",
    run};

}  // namespace pac::cli
