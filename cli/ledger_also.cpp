#include "cli/ledger_also.h"

#include <cstdio>
#include <filesystem>

#include "cli/commands.h"
#include "cli/ledger_support.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "runtime/base/json.h"

namespace pac::cli {

Result<std::optional<crypto::EcdsaKey>> also_key_in(ledger::FileSystem& files,
                                                    const std::string& folder) {
  const std::string path = (std::filesystem::path(folder) / ledger::kAlsoKeyFile).string();
  if (!files.exists(path)) return std::nullopt;
  auto key = read_secret_ecdsa_key(path);
  if (!key) return std::unexpected(key.error());
  return std::optional(std::move(*key));
}

Result<std::optional<crypto::EcdsaKey>> also_key(ledger::FileSystem& files,
                                                 const std::string& folder,
                                                 const po::variables_map& values) {
  const std::string said = text_option(values, "also-key");
  if (said.empty()) return also_key_in(files, folder);
  auto key = read_secret_ecdsa_key(said);
  if (!key) return std::unexpected(key.error());
  return std::optional(std::move(*key));
}

bool read_lines(const po::variables_map& values, bool* is_needed) {
  const std::string said = text_option(values, "lines");
  *is_needed = said != "any";
  if (!said.empty() && !values.contains("also-key")) {
    failed(kUsage, "", "--lines is about the line of --also-key: say by which key");
    return false;
  }
  if (said.empty() || said == "all" || said == "any") return true;
  failed(kUsage, "", "--lines is all or any: whether a checkpoint without the further line counts");
  return false;
}

void print_also(const ledger::Store& store, const std::string& path) {
  const ledger::StreamKeys keys = ledger::stream_keys(store.settings(), store.stream());
  const ledger::AlsoKey* also = keys.also_at(UINT64_MAX);
  if (also == nullptr) return;
  std::printf("%s signs each checkpoint too, by %s; %s\n", ledger::verifier_text(also->key).c_str(),
              path.c_str(),
              also->is_needed ? "one without it counts nothing" : "one without it counts as well");
}

int also_sign(const std::string& folder, const po::variables_map& values) {
  bool is_needed = true;
  const std::string reason = text_option(values, "reason");
  if (!read_lines(values, &is_needed)) return kUsage;
  const std::string path = text_option(values, "also-key");
  const auto files = ledger::posix_file_system();
  const auto next = read_secret_ecdsa_key(path);
  if (!next) return failed(next.error());
  const std::string said = text_option(values, "key");
  const auto keys = read_secret_keys(
      said.empty() ? (std::filesystem::path(folder) / "signing.key").string() : said);
  if (!keys) return failed(keys.error());
  // The one that signs until now, where there is one.
  ledger::Surroundings around = ledger::real_surroundings();
  auto before = also_key_in(*files, folder);
  if (!before) return failed(before.error());
  around.also_key = *before ? std::move(*before) : *next;
  const auto store = ledger::Store::open(*files, folder, std::span(*keys), std::move(around));
  if (!store) return failed_ledger(store.error());
  tell_new_stream(**store);
  const auto done = (*store)->also_sign(*next, is_needed, reason.empty() ? "rotation" : reason);
  if (!done) return failed_ledger(done.error());
  print_also(**store, path);
  return kFine;
}

void print_also_keys(const ledger::VerifiedStore& report, bool as_json) {
  const auto number = [](std::uint64_t value) {
    return json::Value::exact_int(static_cast<std::int64_t>(value));
  };
  for (const auto& [stream, keys] : report.signers) {
    for (const ledger::AlsoPeriod& also : keys.also()) {
      const bool is_over = also.until != UINT64_MAX;
      if (as_json) {
        json::Value out = json::Value::object();
        if (also.from > 0) out.set("introduced_at", number(also.from - 1));
        out.set("lines", also.key.is_needed ? "all" : "any");
        if (is_over) out.set("retired_at", number(also.until));
        out.set("role", "line");
        out.set("signs", !is_over);
        out.set("stream", stream);
        out.set("verifier", ledger::verifier_text(also.key.key));
        std::printf("%s\n", json::canonical(out).c_str());
        continue;
      }
      const std::string from =
          also.from > 0 ? "from entry " + std::to_string(also.from - 1) : "from the beginning";
      std::printf(
          "%s\n  a further line, %s%s: %s\n", ledger::verifier_text(also.key.key).c_str(),
          from.c_str(),
          is_over ? (", until entry " + std::to_string(also.until)).c_str() : ", still",
          also.key.is_needed ? "nothing counts without it" : "what lacks it counts as well");
    }
  }
}

}  // namespace pac::cli
