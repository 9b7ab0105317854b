#include "cli/ledger_store.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/ledger_query.h"
#include "cli/ledger_support.h"
#include "cli/ledger_verbs.h"
#include "cli/ledger_witness.h"
#include "cli/progress.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "ledger/file/entry.h"
#include "ledger/log/receipt.h"
#include "ledger/pg/analytics.h"
#include "ledger/pg/columns.h"
#include "ledger/pg/index.h"
#include "ledger/pg/migrate.h"
#include "ledger/pg/ship.h"
#include "ledger/pg/verify.h"
#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/encoding.h"

namespace pac::cli {

int failed_store(const Error& error) {
  const bool is_evidence = error.code == "PAC6305" || error.code == "PAC6307";
  if (is_evidence) return failed(kFindings, error.code, error.message);
  if (error.code == "PAC6311") return failed(kUsage, error.code, error.message);
  return error.code.starts_with("PAC63") ? failed(kCouldNotRun, error.code, error.message)
                                         : failed_ledger(error);
}

void tell_rewound(const ledger::pg::Rewound& rewound) {
  failed(kFindings, "PAC6307",
         "the store had lost entries of " + rewound.origin + ": it had " +
             std::to_string(rewound.from) + " and was back at " + std::to_string(rewound.to) +
             ". They are shipped again, and the ledger has a record of it; find out who put the "
             "store back");
}

namespace {

namespace pg = ledger::pg;

bool is_json(const po::variables_map& values) {
  return values["format"].as<std::string>() == "json";
}

Result<int> set_up(const std::string& url, int version, bool is_new) {
  auto connection = pg::Connection::open(url, "pac migrate");
  if (!connection) return std::unexpected(connection.error());
  if (is_new) {
    if (const auto prepared = pg::prepare_store(*connection); !prepared) {
      return std::unexpected(prepared.error());
    }
  }
  const auto before = pg::version_of(*connection);
  if (!before) return before;
  if (!is_new && *before == 0) {
    return fail("PAC6303", "this database is no store; `pac ledger init --store URL` makes it one");
  }
  if (const auto done = pg::migrate(*connection, version); !done) {
    return std::unexpected(done.error());
  }
  return *before;
}

int init_store(const std::string& url) {
  const auto before = set_up(url, pg::store_version(), true);
  if (!before) return failed_store(before.error());
  std::printf(
      "the store has version %d%s. Grant pac_ledger_ship to the login that ships, "
      "pac_ledger_read to those that read, pac_ledger_maintain to who looks after it\n",
      pg::store_version(), *before == pg::store_version() ? ", as before" : "");
  return kFine;
}

int migrate(const std::string& url, const po::variables_map& values) {
  const int version =
      values.contains("to-version") ? values["to-version"].as<int>() : pg::store_version();
  const auto before = set_up(url, version, false);
  if (!before) return failed_store(before.error());
  std::printf("the store has version %d; it had %d\n", version, *before);
  return kFine;
}

// A bar for what is counted in entries.
class Bar {
 public:
  Bar(const po::variables_map& values, std::uint64_t total, const char* done)
      : progress_(stderr, isatty(STDERR_FILENO) != 0 && !values.contains("no-progress"), total,
                  done),
        begin_(std::chrono::steady_clock::now()) {}
  void at(std::uint64_t entries) {
    if (!progress_.wants_time()) return;
    const auto elapsed = std::chrono::steady_clock::now() - begin_;
    progress_.update(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(),
                     entries, entries);
  }
  void clear() { progress_.clear(); }

 private:
  Progress progress_;
  std::chrono::steady_clock::time_point begin_;
};

// The signing key where it is there: only a store that lost entries needs it.
Result<std::optional<crypto::SigningKey>> key_if_there(const std::string& folder,
                                                       const po::variables_map& values) {
  const std::string said = text_option(values, "key");
  const std::string path =
      said.empty() ? (std::filesystem::path(folder) / "signing.key").string() : said;
  std::error_code error;
  if (said.empty() && !std::filesystem::exists(path, error)) return std::nullopt;
  // Nobody is asked for a passphrase that is not needed.
  const bool is_asked = std::getenv(kPassphraseVariable) == nullptr;
  if (said.empty() && is_asked && is_secret_key_encrypted(path)) return std::nullopt;
  auto key = read_secret_key(path);
  if (!key) return std::unexpected(key.error());
  return std::optional<crypto::SigningKey>(std::move(*key));
}

void print_shipped(const pg::Shipped& shipped, bool as_json) {
  for (const pg::ShippedStream& stream : shipped.streams) {
    if (as_json) {
      json::Value out = json::Value::object();
      out.set("from", json::Value::exact_int(static_cast<std::int64_t>(stream.from)));
      out.set("origin", stream.origin);
      out.set("size", json::Value::exact_int(static_cast<std::int64_t>(stream.size)));
      std::printf("%s\n", json::canonical(out).c_str());
    } else {
      std::printf("%s: %s shipped, the store has %s\n", stream.origin.c_str(),
                  counted(stream.size - stream.from, "record").c_str(),
                  grouped(stream.size).c_str());
    }
  }
}

int ship(const std::string& folder, const std::string& url, const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto key = key_if_there(folder, values);
  if (!key) return failed(key.error());
  Bar bar(values, published_entries(*files, folder, *settings), "shipped");
  pg::ShipSettings how;
  how.key = *key ? &**key : nullptr;
  auto around = surroundings_of(*files, folder, values);
  if (!around) return failed_ledger(around.error());
  how.witnessing = around->witnessing;
  how.progress = [&](std::uint64_t entries) { bar.at(entries); };
  const auto shipped = pg::ship(*files, folder, url, how);
  bar.clear();
  if (!shipped) return failed_store(shipped.error());
  print_shipped(*shipped, is_json(values));
  for (const pg::Rewound& rewound : shipped->rewound) tell_rewound(rewound);
  return shipped->rewound.empty() ? kFine : kFindings;
}

int index(const std::string& url) {
  const auto indexed = pg::index(url);
  if (!indexed) return failed_store(indexed.error());
  std::printf("%s indexed\n", counted(*indexed, "record").c_str());
  return kFine;
}

// Which ledger of the store: that of --verifier, or the only one.
Result<std::string> ledger_in(const std::string& url, const po::variables_map& values) {
  const std::string said = text_option(values, "verifier");
  if (!said.empty()) {
    const auto key = ledger::read_verifier_text(said);
    if (!key) return fail("PAC6311", key.error().message);
    return key->name.substr(0, key->name.rfind('/'));
  }
  const auto all = pg::ledgers_of(url);
  if (!all) return std::unexpected(all.error());
  if (all->size() > 1) {
    return fail("PAC6311", "the store has " + std::to_string(all->size()) +
                               " ledgers; say with --verifier whose key you believe");
  }
  return all->empty() ? std::string() : all->front();
}

void print_report(const ledger::VerifiedStore& report, bool has_key, bool as_json) {
  for (const ledger::VerifiedStream& stream : report.streams) {
    if (as_json) {
      json::Value out = json::Value::object();
      out.set("checkpoints", stream.checkpoints);
      out.set("origin", stream.origin);
      out.set("root", crypto::to_base64(crypto::view(stream.root)));
      out.set("size", json::Value::exact_int(static_cast<std::int64_t>(stream.size)));
      out.set("stream", stream.number);
      std::printf("%s\n", json::canonical(out).c_str());
    } else {
      std::printf("%s: %s as signed, %s\n", stream.origin.c_str(),
                  grouped(stream.size, "entry", "entries").c_str(),
                  counted(stream.checkpoints, "signature").c_str());
    }
  }
  for (const ledger::LedgerFinding& finding : report.findings) print_finding(finding, as_json);
  if (!has_key && !as_json) {
    std::printf(
        "the key was taken from the store: whoever could write all of it anew is not found out; "
        "say the one you trust with --verifier\n");
  }
}

int verify(const std::string& url, const po::variables_map& values) {
  for (const char* name : {"witness", "witness-policy", "witnesses-needed"}) {
    if (!values.contains(name)) continue;
    return failed(kUsage, "",
                  std::string("--") + name +
                      " is not supported with a store; verify the folder or "
                      "an archive");
  }
  const auto ledger = ledger_in(url, values);
  if (!ledger) return failed_store(ledger.error());
  const bool has_key = values.contains("verifier") || values.contains("trust");
  if (values.contains("also-verifier")) {
    return failed(
        kUsage, "",
        "--also-verifier is not supported with a store: what the ledger itself asks for is "
        "verified there; the folder or an archive takes it");
  }
  if (values.contains("known") && !has_key) {
    return failed(kUsage, "", "--known needs --verifier: whose signature counts is for you to say");
  }
  // What the store says of keys is needed only where somebody says whom he believes.
  ledger::StoreSettings start;
  start.origin = *ledger;
  if (has_key) {
    auto said = pg::settings_of(url, *ledger);
    if (!said) return failed_store(said.error());
    start = std::move(*said);
  }
  const auto who = believed(values, start);
  if (!who) return failed_belief(who.error());
  const auto known = known_checkpoints(values, start, *who);
  if (!known) return failed_ledger(known.error());
  const auto total = pg::entries_of(url);
  if (!total) return failed_store(total.error());
  Bar bar(values, *total, "verified");
  pg::VerifySettings settings;
  settings.ledger = *ledger;
  if (has_key) settings.key = who->key;
  settings.known = *known;
  settings.trust = who->trust;
  settings.progress = [&](std::uint64_t entries) { bar.at(entries); };
  const auto report = pg::verify(url, settings);
  bar.clear();
  if (!report) return failed_store(report.error());
  print_report(*report, has_key, is_json(values));
  return report->findings.empty() ? kFine : kFindings;
}

// An instant, or a date, which is its first moment.
bool read_time(const po::variables_map& values, const char* name,
               std::optional<std::int64_t>* out) {
  if (!values.contains(name)) return true;
  const std::string said = text_option(values, name);
  std::int64_t us = 0;
  std::int32_t day = 0;
  if (parse_datetime(said, &us) == TextStatus::ok) {
    *out = us;
  } else if (parse_date(said, &day) == TextStatus::ok) {
    *out = std::int64_t{day} * 86'400'000'000;
  } else {
    failed(kUsage, "",
           std::string("--") + name + " takes 2026-03-01 or an instant, 2026-03-01T09:00:00Z");
    return false;
  }
  return true;
}

void print_found(const pg::Found& found, bool as_json) {
  const std::string number = found.stream.substr(found.stream.rfind('/') + 1);
  if (as_json) {
    std::string body = found.body;
    const bool is_text = json::parse(body).has_value();
    if (!is_text) {
      body.clear();
      json::append_quoted(crypto::to_base64(found.body), &body);
    }
    std::printf("{\"%s\":%s,\"index\":%llu,\"stream\":%s}\n", is_text ? "entry" : "bytes",
                body.c_str(), static_cast<unsigned long long>(found.index), number.c_str());
    return;
  }
  pg::ColumnReader reader;
  const pg::Columns& columns = reader.read(found.body);
  std::string fired;
  for (const std::string& rule : columns.rules) fired += (fired.empty() ? "" : ", ") + rule;
  std::printf("%-10s  %-27s  %-11s  %-28s  %-8s  %s\n",
              (number + "/" + std::to_string(found.index)).c_str(),
              columns.at_us ? ledger::time_text(*columns.at_us).c_str() : "",
              columns.kind.value_or("").c_str(), columns.function.value_or("").c_str(),
              columns.status.value_or("").c_str(), fired.c_str());
}

int query(const std::string& url, const po::variables_map& values) {
  if (!are_known_words(values)) return kUsage;
  pg::Query wanted;
  if (values.contains("from")) wanted.first = values["from"].as<std::uint64_t>();
  std::optional<std::uint64_t> last;
  if (!read_last_entry(values, &last)) return kUsage;
  if (last) wanted.last = *last;
  if (values.contains("stream")) wanted.stream = values["stream"].as<std::uint32_t>();
  if (values.contains("limit")) wanted.limit = values["limit"].as<std::uint64_t>();
  if (!read_time(values, "since", &wanted.from_us) ||
      !read_time(values, "until", &wanted.until_us)) {
    return kUsage;
  }
  const auto text = [&](const char* name, std::optional<std::string>* out) {
    if (values.contains(name)) *out = text_option(values, name);
  };
  text("function", &wanted.function);
  text("rule", &wanted.rule);
  text("subject", &wanted.subject);
  text("status", &wanted.status);
  text("kind", &wanted.kind);
  const bool as_json = is_json(values);
  const auto found = pg::query(url, wanted, [&](const pg::Found& one) {
    print_found(one, as_json);
    return true;
  });
  if (!found) return failed_store(found.error());
  if (!as_json) std::fprintf(stderr, "%s\n", counted(*found, "record").c_str());
  return kFine;
}

int sql(const std::vector<std::string>& words) {
  const auto dialect = pg::dialect_of(words.size() == 2 ? words[1] : "");
  if (!dialect) {
    return failed(kUsage, "",
                  "say for which database: pac ledger sql postgresql|bigquery|snowflake");
  }
  std::printf("%s", pg::analytics_script(*dialect).c_str());
  return kFine;
}

}  // namespace

std::optional<int> run_store(const std::vector<std::string>& words,
                             const po::variables_map& values) {
  if (words.empty()) return std::nullopt;
  const std::string& what = words[0];
  if (what == "sql") return sql(words);
  std::string url = text_option(values, "store");
  if (what == "ship") {
    if (words.size() == 2 && !url.empty()) return ship(words[1], url, values);
    return failed(kUsage, "", "say what and where to: pac ledger ship FOLDER --store URL");
  }
  if (words.size() == 2 && pg::is_store_url(words[1]) && url.empty()) {
    url = words[1];
  } else if (words.size() != 1) {
    if (url.empty()) return std::nullopt;
    return failed(kUsage, "", "say a folder or --store, not both");
  }
  const bool is_its =
      what == "init" || what == "verify" || what == "query" || what == "migrate" || what == "index";
  if (!is_its) {
    if (url.empty()) return std::nullopt;
    return failed(kUsage, "", "`pac ledger " + what + "` does not work on a store in PostgreSQL");
  }
  if (url.empty()) {
    if (what != "migrate" && what != "index") return std::nullopt;
    return failed(kUsage, "", "--store is missing: the store, postgres://USER@HOST/DATABASE");
  }
  if (what == "init") return init_store(url);
  if (what == "verify") return verify(url, values);
  if (what == "query") return query(url, values);
  if (what == "migrate") return migrate(url, values);
  return index(url);
}

}  // namespace pac::cli
