// pac ledger: records kept in a folder so that a change is found. What is written goes through
// the key of the ledger; whoever only reads or verifies needs none.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/commands.h"
#include "cli/ledger_also.h"
#include "cli/ledger_archive.h"
#include "cli/ledger_keys.h"
#include "cli/ledger_persons.h"
#include "cli/ledger_query.h"
#include "cli/ledger_recover.h"
#include "cli/ledger_store.h"
#include "cli/ledger_support.h"
#include "cli/ledger_verbs.h"
#include "cli/ledger_witness.h"
#include "cli/progress.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/driver/build.h"
#include "ledger/file/entry.h"
#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "ledger/log/receipt.h"
#include "ledger/record/verify_records.h"
#include "ledger/witness/cosigned.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"
#include "runtime/pkcs11/token.h"

namespace pac::cli {

namespace {

namespace fs = std::filesystem;

// A batch is made durable at once, so that more lines cost less; and none waits for long.
constexpr std::size_t kBatchLines = 1000;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

void options(po::options_description& o) { add_ledger_options(o); }

bool is_json(const po::variables_map& values) {
  return values["format"].as<std::string>() == "json";
}

int missing(const char* option, const char* why) {
  return failed(kUsage, "", std::string("--") + option + " is missing: " + why);
}

std::string key_path(const po::variables_map& values, const std::string& folder) {
  const std::string said = text_option(values, "key");
  return said.empty() ? (fs::path(folder) / "signing.key").string() : said;
}

// The key that is there, or a new one.
Result<crypto::SigningKey> key_for_init(const std::string& path) {
  std::error_code error;
  if (pkcs11::is_token_uri(path) || fs::exists(path, error)) return read_secret_key(path);
  auto key = crypto::SigningKey::generate();
  if (!key) return key;
  const auto written = write_secret_key(path, *key, nullptr);
  if (!written) return std::unexpected(written.error());
  return key;
}

Result<crypto::EcdsaKey> also_key_for_init(const std::string& path) {
  std::error_code error;
  if (pkcs11::is_token_uri(path) || fs::exists(path, error)) return read_secret_ecdsa_key(path);
  return make_secret_ecdsa_key(path, nullptr);
}

int init(const std::string& folder, const po::variables_map& values) {
  std::vector<std::string> origins;
  if (values.contains("origin")) origins = values["origin"].as<std::vector<std::string>>();
  if (origins.size() > 1) return failed(kUsage, "", "a ledger has one --origin");
  const std::string origin = origins.empty() ? "" : origins[0];
  if (origin.empty()) return missing("origin", "a ledger has a name, such as bank.example/credit");
  bool needs_all = true;
  if (!read_lines(values, &needs_all)) return kUsage;
  const auto files = ledger::posix_file_system();
  // Before anything is made, so that a refusal leaves nothing behind.
  if (const auto is_free = ledger::check_init(*files, folder, origin); !is_free) {
    return failed_ledger(is_free.error());
  }
  ledger::StoreSettings settings;
  settings.origin = origin;
  if (const auto days = rotate_days(values, &settings.rotate_days)) return *days;
  if (const auto made = files->make_folders(folder); !made) return failed_ledger(made.error());
  const std::string also_path = text_option(values, "also-key");
  std::optional<crypto::EcdsaKey> also;
  if (!also_path.empty()) {
    auto read = also_key_for_init(also_path);
    if (!read) return failed(read.error());
    also = std::move(*read);
  }
  const std::string path = key_path(values, folder);
  const auto key = key_for_init(path);
  if (!key) return failed(key.error());
  settings.key = key->public_key();
  if (const auto made = ledger::init_store(*files, folder, settings); !made) {
    return failed_ledger(made.error());
  }
  const auto store = ledger::Store::open(*files, folder, *key, ledger::real_surroundings());
  if (!store) return failed_ledger(store.error());
  if (also) {
    const auto done = (*store)->also_sign(*also, needs_all, "init");
    if (!done) return failed_ledger(done.error());
  }
  std::printf("%s: the ledger %s. Its signing key is %s%s\n%s\n", folder.c_str(), origin.c_str(),
              path.c_str(), pkcs11::is_token_uri(path) ? "" : ": keep it secret, and apart.",
              ledger::verifier_text(ledger::stream_key(settings, 1)).c_str());
  print_also(**store, also_path);
  return kFine;
}

// Of the newest checkpoint that witnesses cosigned, whose lines `verify` looks at.
std::optional<std::uint64_t> cosigned_size(ledger::FileSystem& files, const std::string& folder,
                                           const ledger::StoreSettings& settings,
                                           std::uint32_t number) {
  const auto head = ledger::read_cosigned(files, folder, settings, number);
  if (!head || !*head) return std::nullopt;
  return (*head)->checkpoint.size;
}

int status(const std::string& folder, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto streams = ledger::streams_of(*files, folder);
  if (!streams) return failed_ledger(streams.error());
  for (const std::uint32_t number : *streams) {
    const ledger::NoteKey key = ledger::stream_key(*settings, number);
    const auto head = published(*files, folder, *settings, number);
    const auto cosigned = cosigned_size(*files, folder, *settings, number);
    if (is_json(values)) {
      json::Value out = json::Value::object();
      out.set("origin", key.name);
      out.set("stream", number);
      if (head) {
        out.set("root", crypto::to_base64(crypto::view(head->checkpoint.root)));
        out.set("size", json::Value::exact_int(static_cast<std::int64_t>(head->checkpoint.size)));
        if (cosigned) {
          out.set("cosigned", json::Value::exact_int(static_cast<std::int64_t>(*cosigned)));
        }
      } else {
        out.set("error", head.error().code);
      }
      out.set("verifier", ledger::verifier_text(key));
      add_rotation(*files, folder, *settings, &out);
      add_epoch(*files, folder, values, &out);
      std::printf("%s\n", json::canonical(out).c_str());
    } else if (head) {
      std::printf("%s: %s%s, root %s\n  %s\n", key.name.c_str(),
                  counted(head->checkpoint.size, "published record").c_str(),
                  cosigned ? (", " + grouped(*cosigned) + " cosigned").c_str() : "",
                  crypto::to_base64(crypto::view(head->checkpoint.root)).c_str(),
                  ledger::verifier_text(key).c_str());
    } else {
      std::printf("%s: %s\n", key.name.c_str(), head.error().message.c_str());
    }
  }
  if (!is_json(values)) print_rotation(*files, folder, *settings);
  if (!is_json(values)) print_epoch(*files, folder, values);
  return kFine;
}

// Takes lines, records them in batches, and counts.
class Appending {
 public:
  Appending(ledger::Store& store, bool is_json) : store_(store), is_json_(is_json) {}

  // False where nothing more can be recorded.
  bool take(const std::string& line) {
    ++line_;
    if (line.find_first_not_of(" \t\r") == line.npos) return true;
    const auto stamp = store_.stamp();
    if (!stamp) {
      exit_ = failed_ledger(stamp.error());
      return false;
    }
    auto entry = ledger::external_entry(*stamp, line);
    if (!entry) {
      failed(kFindings, entry.error().code,
             "line " + std::to_string(line_) + ": " + entry.error().message);
      ++refused_;
      return true;
    }
    bytes_ += entry->size();
    batch_.push_back(std::move(*entry));
    return batch_.size() < kBatchLines && bytes_ < kBatchBytes ? true : flush();
  }

  bool flush() {
    if (batch_.empty()) return true;
    const std::vector<std::string_view> views(batch_.begin(), batch_.end());
    const auto appended = store_.append(views);
    if (!appended) {
      exit_ = failed_ledger(appended.error());
      return false;
    }
    if (recorded_ == 0) first_ = appended->first;
    recorded_ += batch_.size();
    batch_.clear();
    bytes_ = 0;
    return true;
  }

  int finish() {
    if (exit_ == kFine && flush()) {
      if (const auto published = store_.publish(); !published) {
        exit_ = failed_ledger(published.error());
      }
    }
    const std::string origin =
        store_.writer().checkpoint().substr(0, store_.writer().checkpoint().find('\n'));
    if (is_json_) {
      json::Value out = json::Value::object();
      if (recorded_ > 0) {
        out.set("first", json::Value::exact_int(static_cast<std::int64_t>(first_)));
      }
      out.set("origin", origin);
      out.set("recorded", recorded_);
      out.set("refused", refused_);
      out.set("stream", store_.stream());
      std::printf("%s\n", json::canonical(out).c_str());
    } else if (recorded_ > 0) {
      std::printf("%s in %s, from index %llu\n", counted(recorded_, "record").c_str(),
                  origin.c_str(), static_cast<unsigned long long>(first_));
    } else {
      std::printf("nothing was recorded\n");
    }
    if (exit_ != kFine) return exit_;
    return refused_ > 0 ? kFindings : kFine;
  }

 private:
  ledger::Store& store_;
  bool is_json_;
  std::vector<std::string> batch_;
  std::size_t bytes_ = 0;
  std::size_t line_ = 0, recorded_ = 0, refused_ = 0;
  std::uint64_t first_ = 0;
  int exit_ = kFine;
};

int append(const std::string& folder, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto key = read_secret_keys(key_path(values, folder));
  if (!key) return failed(key.error());
  const std::string input = text_option(values, "input");
  std::ifstream file;
  if (input != "-") {
    file.open(input, std::ios::binary);
    if (!file) return failed(kCouldNotRun, "PAC0101", "can't read " + input);
  }
  auto around = surroundings_of(*files, folder, values);
  if (!around) return failed_ledger(around.error());
  const auto store = ledger::Store::open(*files, folder, std::span(*key), std::move(*around));
  if (!store) return failed_ledger(store.error());
  tell_new_stream(**store);
  Appending appending(**store, is_json(values));
  std::istream& in = input == "-" ? std::cin : file;
  for (std::string line; std::getline(in, line);) {
    if (!appending.take(line)) break;
  }
  return appending.finish();
}

int verify(const std::string& folder, const po::variables_map& values) {
  if (is_archive_file(folder)) return verify_archive_file(folder, values);
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto who = believed(values, *settings);
  if (!who) return failed_belief(who.error());
  const auto known = known_checkpoints(values, *settings, *who);
  if (!known) return failed_ledger(known.error());
  const auto policy = witness_policy(values);
  if (!policy) return failed_ledger(policy.error());
  const auto also = also_verifier(values);
  if (!also) return failed_belief(also.error());
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t total = published_entries(*files, folder, *settings);
  Progress progress(stderr, isatty(STDERR_FILENO) != 0 && !values.contains("no-progress"), total,
                    "verified");
  const auto told = [&](std::uint64_t entries) {
    if (!progress.wants_time()) return;
    const auto elapsed = std::chrono::steady_clock::now() - begin;
    progress.update(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(), entries,
                    entries);
  };
  auto report = ledger::verify_store(*files, folder, who->key, told, *known, who->trust);
  if (!report) return failed_ledger(report.error());
  const auto records = ledger::verify_records(*files, folder, *report);
  progress.clear();
  if (!records) return failed_ledger(records.error());
  report->findings.insert(report->findings.end(), records->findings.begin(),
                          records->findings.end());
  if (*also) add_also_faults(**also, &*report);
  print_verified(*report, *records, who->is_said, is_json(values));
  const int witnessed = print_witnessed(*files, folder, *report, *policy, is_json(values));
  return report->findings.empty() ? witnessed : kFindings;
}

int show(const std::string& folder, const std::string& index, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto entry = read_entry(*files, folder, index, values);
  if (!entry) return failed_ledger(entry.error());
  std::string text = entry->bytes;
  if (values.contains("open")) {
    const auto opener = EntryOpener::open(*files, folder, values);
    if (!opener) return failed_ledger(opener.error());
    auto opened = (*opener)->whole(entry->bytes);
    if (!opened) return failed_ledger(opened.error());
    text = std::move(*opened);
  }
  std::printf("%s\n", text.c_str());
  return kFine;
}

int prove(const std::string& folder, const std::string& index, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto entry = read_entry(*files, folder, index, values);
  if (!entry) return failed_ledger(entry.error());
  const std::string receipt = ledger::encode(entry->receipt);
  const std::string path = text_option(values, "output");
  if (path.empty()) {
    std::printf("%s", receipt.c_str());
    return kFine;
  }
  if (const auto written = driver::write_file(path, receipt); !written) {
    return failed(written.error());
  }
  std::printf("%s: a receipt for entry %s\n", path.c_str(), index.c_str());
  return kFine;
}

int run(const po::variables_map& values) {
  std::vector<std::string> words;
  if (values.contains("words")) words = values["words"].as<std::vector<std::string>>();
  const auto& format = values["format"].as<std::string>();
  if (format != "pretty" && format != "json") {
    return failed(kUsage, "", "--format is pretty or json");
  }
  const LedgerVerb* const verb = ledger_verb(words);
  if (verb == nullptr) return tell_usage(words);
  if (const auto exit = refuse_other_options(*verb, values)) return *exit;
  if (const auto exit = run_witness(words, values)) return *exit;
  if (const auto exit = run_store(words, values)) return *exit;
  if (const auto exit = run_keys(words, values)) return *exit;
  const std::string what = words.empty() ? "" : words[0];
  if (words.size() == 2) {
    if (what == "init") return init(words[1], values);
    if (what == "status") return status(words[1], values);
    if (what == "append") return append(words[1], values);
    if (what == "recover") return recover_ledger(words[1], key_path(values, words[1]), values);
    if (what == "verify") return verify(words[1], values);
    if (what == "query") return query_ledger(words[1], values);
    if (what == "export") return export_ledger(words[1], values);
    if (what == "erase") return erase_person(words[1], key_path(values, words[1]), values);
  }
  if (words.size() == 3) {
    if (what == "show") return show(words[1], words[2], values);
    if (what == "archive") return archive_ledger(words[1], words[2], values);
    if (what == "prove") return prove(words[1], words[2], values);
    if (what == "correct") {
      return correct_entry(words[1], words[2], key_path(values, words[1]), values);
    }
  }
  return tell_usage(words);
}

}  // namespace

const Command kLedger{"ledger",
                      "keep records so that a change is found, and prove them",
                      "pac ledger WHAT FOLDER [options]",
                      "pac ledger init /tmp/ledger --origin bank.example/credit",
                      options,
                      "words",
                      run};

}  // namespace pac::cli
