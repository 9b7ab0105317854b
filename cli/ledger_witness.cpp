#include "cli/ledger_witness.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "cli/commands.h"
#include "cli/ledger_also.h"
#include "cli/ledger_support.h"
#include "cli/progress.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/witness/cosigned.h"
#include "ledger/witness/http.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"
#include "runtime/pkcs11/token.h"

namespace pac::cli {

namespace {

using Texts = std::vector<std::string>;

Texts text_options(const po::variables_map& values, const char* name) {
  return values.contains(name) ? values[name].as<Texts>() : Texts();
}

std::string time_text_of(std::int64_t time_s) {
  const std::time_t time = time_s;
  std::tm parts{};
  char text[32];
  if (gmtime_r(&time, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
    return std::to_string(time_s);
  }
  return text;
}

int failed_net(const Error& error) {
  if (error.code == "PAC7001" || error.code == "PAC6111" || error.code == "PAC6101") {
    return failed(kUsage, error.code, error.message);
  }
  return failed_ledger(error);
}

// The key of a witness, made where it is not there and none was named.
Result<crypto::SigningKey> witness_key(const std::string& folder, const po::variables_map& values) {
  const std::string said = text_option(values, "key");
  if (!said.empty()) return read_secret_key(said);
  const std::string path = (std::filesystem::path(folder) / "witness.key").string();
  std::error_code error;
  if (std::filesystem::exists(path, error)) return read_secret_key(path);
  auto key = crypto::SigningKey::generate();
  if (!key) return key;
  if (const auto made = ledger::posix_file_system()->make_folders(folder); !made) {
    return std::unexpected(made.error());
  }
  if (const auto written = write_secret_key(path, *key, nullptr); !written) {
    return std::unexpected(written.error());
  }
  return key;
}

Result<std::unique_ptr<ledger::Witness>> open_witness(ledger::FileSystem& files,
                                                      const std::string& folder,
                                                      const po::variables_map& values) {
  std::vector<ledger::WitnessedLog> logs;
  for (const std::string& text : text_options(values, "origin")) {
    auto log = ledger::read_witnessed_log(text);
    if (!log) return fail(log.error().code, "--origin " + text + ": " + log.error().message);
    logs.push_back(std::move(*log));
  }
  if (logs.empty()) {
    return fail("PAC6101", "--origin is missing: say of which logs, ORIGIN=KEY for each");
  }
  auto key = witness_key(folder, values);
  if (!key) return std::unexpected(key.error());
  auto cosigner = ledger::Cosigner::make(text_option(values, "name"), std::move(*key));
  if (!cosigner) return std::unexpected(cosigner.error());
  return ledger::Witness::open(files, folder, std::move(*cosigner), std::move(logs),
                               [] { return std::int64_t{std::time(nullptr)}; });
}

int serve(const std::string& folder, const po::variables_map& values) {
  if (!values.contains("name")) {
    return failed(kUsage, "", "--name is missing: a witness has one, such as witness.example/w1");
  }
  net::ServerOptions options;
  const auto where = net::read_endpoint(text_option(values, "listen"));
  if (!where) return failed_net(where.error());
  options.listen = *where;
  options.certificate_file = text_option(values, "certificate");
  options.key_file = text_option(values, "certificate-key");
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return failed(kUsage, "", "--certificate and --certificate-key go together");
  }
  options.limits.body_bytes = ledger::kMaxAddCheckpointBytes;
  options.stops_on_signals = true;
  const auto files = ledger::posix_file_system();
  const auto witness = open_witness(*files, folder, values);
  if (!witness) return failed_net(witness.error());
  const auto server = net::Server::open(options, ledger::witness_handler(**witness));
  if (!server) return failed_net(server.error());
  net::Url url{!options.certificate_file.empty(), where->host, (*server)->port(), ""};
  std::printf("%s\nlistening on %s://%s\n", ledger::verifier_text((*witness)->key()).c_str(),
              url.is_tls ? "https" : "http", url.authority().c_str());
  std::fflush(stdout);
  (*server)->run();
  return kFine;
}

// Whom to ask: --to and --witness-key by pairs, or those of a policy.
Result<ledger::WitnessPolicy> targets_of(ledger::FileSystem& files, const std::string& folder,
                                         const po::variables_map& values) {
  const Texts urls = text_options(values, "to");
  const Texts keys = text_options(values, "witness-key");
  if (urls.size() != keys.size()) {
    return fail("PAC6111", "--to and --witness-key go together: an address and the key to expect");
  }
  if (!urls.empty()) {
    std::vector<ledger::PolicyWitness> out;
    for (std::size_t i = 0; i < urls.size(); ++i) {
      auto key = ledger::read_witness_text(keys[i]);
      if (!key) return std::unexpected(key.error());
      out.push_back({std::move(*key), urls[i]});
    }
    const std::size_t all = out.size();
    return ledger::policy_of(std::move(out), all);
  }
  auto said = witness_policy(values);
  if (!said) return std::unexpected(said.error());
  if (*said) return std::move(**said);
  auto own = ledger::read_store_policy(files, folder);
  if (!own) return std::unexpected(own.error());
  if (*own) return std::move(**own);
  return fail("PAC6111", "say whom to ask: --to URL --witness-key KEY, or --witness-policy FILE");
}

int push_stream(ledger::FileSystem& files, const std::string& folder,
                const ledger::StoreSettings& settings, std::uint32_t number,
                const ledger::WitnessPolicy& policy, std::vector<ledger::PushTarget>* targets) {
  const std::string stream = ledger::stream_folder(folder, number);
  const ledger::FolderTiles tiles(files, stream);
  std::vector<ledger::PushTarget*> left;
  for (ledger::PushTarget& target : *targets) {
    target.cosigned_size = 0;
    left.push_back(&target);
  }
  // Who writes the ledger meanwhile may have shown a witness more than was published a moment ago:
  // then the newer checkpoint is pushed, once.
  Result<PublishedHead> head = published(files, folder, settings, number);
  if (!head) return failed_ledger(head.error());
  auto pushed = ledger::push_checkpoint(tiles, head->note, head->checkpoint, left);
  if (!pushed) return failed_ledger(pushed.error());
  const auto is_behind = [](const ledger::Pushed& one) {
    return one.kind == ledger::Pushed::Kind::conflict;
  };
  if (std::ranges::any_of(*pushed, is_behind)) {
    auto newer = published(files, folder, settings, number);
    if (newer && newer->checkpoint.size > head->checkpoint.size) {
      head = std::move(newer);
      pushed = ledger::push_checkpoint(tiles, head->note, head->checkpoint, left);
      if (!pushed) return failed_ledger(pushed.error());
    }
  }
  std::vector<ledger::NoteSignature> lines;
  std::vector<bool> by;
  int exit = kFine;
  for (const ledger::Pushed& one : *pushed) {
    const bool is_cosigned = one.kind == ledger::Pushed::Kind::cosigned;
    by.push_back(is_cosigned);
    if (is_cosigned) {
      lines.push_back(one.line);
    } else if (is_behind(one)) {
      exit = failed(kFindings, one.error.code, one.error.message);
    } else if (exit == kFine) {
      exit = failed(kCouldNotRun, one.error.code, one.error.message);
    } else {
      failed(kCouldNotRun, one.error.code, one.error.message);
    }
  }
  if (exit == kCouldNotRun && policy.is_met(by)) exit = kFine;
  if (!lines.empty()) {
    const auto kept = ledger::keep_cosigned(files, stream, head->note, lines, &policy);
    if (!kept) return failed_ledger(kept.error());
  }
  std::printf("%s: %s cosigned by %zu of %zu\n", head->checkpoint.origin.c_str(),
              counted(head->checkpoint.size, "record").c_str(), lines.size(), by.size());
  return exit;
}

int push(const std::string& folder, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto policy = targets_of(*files, folder, values);
  if (!policy) return failed_net(policy.error());
  std::vector<ledger::PushTarget> targets;
  for (const ledger::PolicyWitness& witness : policy->witnesses) {
    if (witness.url.empty()) continue;
    auto transport = ledger::reach_witness(witness.url, text_option(values, "ca-file"));
    if (!transport) return failed_net(transport.error());
    targets.push_back({witness.key, std::move(*transport), 0});
  }
  if (targets.size() != policy->witnesses.size()) {
    return failed(kUsage, "PAC6111", "the policy has a witness without an address");
  }
  const auto streams = ledger::streams_of(*files, folder);
  if (!streams) return failed_ledger(streams.error());
  int exit = kFine;
  for (const std::uint32_t number : *streams) {
    if (values.contains("stream") && values["stream"].as<std::uint32_t>() != number) continue;
    const int one = push_stream(*files, folder, *settings, number, *policy, &targets);
    if (exit == kFine || one == kFindings) exit = one;
  }
  return exit;
}

// From now on nothing is acknowledged without the witnesses of the policy.
int require(const std::string& folder, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto policy = witness_policy(values);
  if (!policy) return failed_net(policy.error());
  if (!*policy) {
    return failed(kUsage, "", "--witness-policy is missing: which witnesses, and how many of them");
  }
  const auto reach = [](const std::string& url) { return ledger::reach_witness(url); };
  const auto works =
      ledger::PolicyWitnessing::make(**policy, reach, [] { return std::int64_t{0}; });
  if (!works) return failed_net(works.error());
  // Not while somebody writes who does not know.
  const auto lock = files->lock(folder + "/lock");
  if (!lock) return failed_ledger(lock.error());
  const auto written = ledger::replace_file(*files, folder + "/" + ledger::kPolicyFile,
                                            ledger::policy_text(**policy));
  if (!written) return failed_ledger(written.error());
  std::printf("%s answers from now on when its witnesses have cosigned\n", folder.c_str());
  return kFine;
}

}  // namespace

std::optional<int> run_witness(const Texts& words, const po::variables_map& values) {
  if (words.empty() || words[0] != "witness") return std::nullopt;
  if (words.size() == 3) {
    if (words[1] == "serve") return serve(words[2], values);
    if (words[1] == "push") return push(words[2], values);
    if (words[1] == "require") return require(words[2], values);
  }
  return failed(kUsage, "",
                "say what to do: pac ledger witness serve FOLDER --name NAME --origin ORIGIN=KEY, "
                "pac ledger witness push LEDGER --to URL --witness-key KEY, pac ledger witness "
                "require LEDGER --witness-policy FILE");
}

Result<std::optional<ledger::WitnessPolicy>> witness_policy(const po::variables_map& values) {
  const Texts keys = text_options(values, "witness");
  const std::string path = text_option(values, "witness-policy");
  if (!path.empty()) {
    if (!keys.empty()) return fail("PAC6111", "--witness and --witness-policy exclude each other");
    const auto text = read_file(path);
    if (!text) return std::unexpected(text.error());
    auto policy = ledger::read_policy(*text);
    if (!policy) return fail(policy.error().code, path + ": " + policy.error().message);
    return std::move(*policy);
  }
  if (keys.empty()) {
    if (values.contains("witnesses-needed")) {
      return fail("PAC6111", "--witnesses-needed says how many of --witness");
    }
    return std::nullopt;
  }
  std::vector<ledger::PolicyWitness> witnesses;
  for (const std::string& text : keys) {
    auto key = ledger::read_witness_text(text);
    if (!key) return std::unexpected(key.error());
    for (const ledger::PolicyWitness& other : witnesses) {
      if (other.key.key == key->key) return fail("PAC6111", "a key of --witness is there twice");
    }
    witnesses.push_back({std::move(*key), ""});
  }
  const std::size_t needed = values.contains("witnesses-needed")
                                 ? values["witnesses-needed"].as<std::size_t>()
                                 : witnesses.size();
  if (needed < 1 || needed > witnesses.size()) {
    return fail("PAC6111", "--witnesses-needed is 1 to the number of --witness");
  }
  return ledger::policy_of(std::move(witnesses), needed);
}

Result<ledger::Surroundings> surroundings_of(ledger::FileSystem& files, const std::string& folder,
                                             const po::variables_map& values) {
  ledger::Surroundings out = ledger::real_surroundings();
  auto witnessing = ledger::witnessing_of(files, folder);
  if (!witnessing) return std::unexpected(witnessing.error());
  out.witnessing = std::move(*witnessing);
  auto also = also_key(files, folder, values);
  if (!also) return std::unexpected(also.error());
  out.also_key = std::move(*also);
  return out;
}

std::string cosigners_text(const ledger::WitnessPolicy& policy,
                           const std::vector<ledger::Cosigned>& by) {
  std::string out;
  for (const ledger::Cosigned& one : by) {
    out += (out.empty() ? "" : ", ") + policy.witnesses[one.key].key.name + " at " +
           time_text_of(one.time_s);
  }
  return out;
}

void print_cosigned(const std::vector<ledger::WitnessedStream>& streams,
                    const ledger::WitnessPolicy& policy, bool is_json) {
  for (const ledger::WitnessedStream& stream : streams) {
    if (is_json) {
      json::Value out = json::Value::object();
      json::Value names = json::Value::array();
      for (const ledger::Cosigned& one : stream.by) {
        names.push_back(json::Value(policy.witnesses[one.key].key.name));
      }
      out.set("cosigned", json::Value::exact_int(static_cast<std::int64_t>(stream.size)));
      out.set("stream", stream.stream);
      out.set("witnesses", std::move(names));
      std::printf("%s\n", json::canonical(out).c_str());
    } else {
      std::printf("stream %u: the first %s entries were witnessed by %s\n", stream.stream,
                  grouped(stream.size).c_str(), cosigners_text(policy, stream.by).c_str());
    }
  }
}

int print_witnessed(ledger::FileSystem& files, const std::string& folder,
                    const ledger::VerifiedStore& verified,
                    const std::optional<ledger::WitnessPolicy>& policy, bool is_json) {
  const auto report =
      ledger::verify_witnesses(files, folder, verified, policy ? &*policy : nullptr);
  if (!report) return failed_ledger(report.error());
  if (policy) print_cosigned(report->streams, *policy, is_json);
  for (const ledger::LedgerFinding& finding : report->findings) print_finding(finding, is_json);
  return report->findings.empty() ? kFine : kFindings;
}

}  // namespace pac::cli
