#include "cli/ledger_store.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/ledger_bar.h"
#include "cli/ledger_query.h"
#include "cli/ledger_store_verify.h"
#include "cli/ledger_support.h"
#include "cli/ledger_verbs.h"
#include "cli/ledger_witness.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "ledger/file/entry.h"
#include "ledger/log/receipt.h"
#include "ledger/pg/analytics.h"
#include "ledger/pg/audit.h"
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
  const Error alarm = ledger::pg::alarm_of(rewound);
  failed(kFindings, alarm.code, alarm.message);
}

void tell_wall(const ledger::pg::AuditState& state) {
  const Error alarm = ledger::pg::alarm_of(state);
  if (state.why) {
    failed(kFine, alarm.code, alarm.message);
  } else {
    std::fprintf(stderr, "pac: %s\n", alarm.message.c_str());
  }
}

std::optional<ledger::pg::AuditSettings> audit_of(const po::variables_map& values) {
  if (!values.contains("audit")) return std::nullopt;
  ledger::pg::AuditSettings out;
  out.url = text_option(values, "audit");
  if (values.contains("audit-behind")) {
    out.most_behind = values["audit-behind"].as<std::uint64_t>();
  }
  return out;
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

void print_wall(const pg::AuditState& state, bool as_json) {
  if (as_json) {
    json::Value out = json::Value::object();
    out.set("audit_behind", json::Value::exact_int(static_cast<std::int64_t>(state.behind)));
    if (state.why) out.set("code", state.why->code);
    std::printf("%s\n", json::canonical(out).c_str());
  } else if (!state.why) {
    for (const pg::ShippedStream& stream : state.shipped.streams) {
      std::printf("%s: %s shipped, the audit wall has %s\n", stream.origin.c_str(),
                  counted(stream.size - stream.from, "record").c_str(),
                  grouped(stream.size).c_str());
    }
  }
  if (state.why) tell_wall(state);
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
  how.also_key = around->also_key;
  how.progress = [&](std::uint64_t entries) { bar.at(entries); };
  const auto audit = audit_of(values);
  pg::ShippedTwice out;
  if (audit) {
    auto shipped = pg::ship_with_wall(*files, folder, url, how, *audit);
    bar.clear();
    if (!shipped) return failed_store(shipped.error());
    out = std::move(*shipped);
  } else {
    auto shipped = pg::ship(*files, folder, url, how);
    bar.clear();
    if (!shipped) return failed_store(shipped.error());
    out.store = std::move(*shipped);
  }
  print_shipped(out.store, is_json(values));
  if (audit) print_wall(out.wall, is_json(values));
  for (const pg::Rewound& rewound : out.store.rewound) tell_rewound(rewound);
  for (const pg::Rewound& rewound : out.wall.shipped.rewound) tell_rewound(rewound);
  return out.store.rewound.empty() && out.wall.shipped.rewound.empty() ? kFine : kFindings;
}

int index(const std::string& url) {
  const auto indexed = pg::index(url);
  if (!indexed) return failed_store(indexed.error());
  std::printf("%s indexed\n", counted(*indexed, "record").c_str());
  return kFine;
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
  const auto ledger = ledger_in(url, values);
  if (!ledger) return failed_store(ledger.error());
  wanted.ledger = *ledger;
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
  if (what == "recover") return std::nullopt;  // of a folder: it asks the store
  std::string url = text_option(values, "store");
  if (values.contains("audit-behind") && !values.contains("audit")) {
    return failed(kUsage, "", "--audit-behind takes --audit: which store it is about");
  }
  if (what == "ship") {
    if (words.size() == 2 && !url.empty()) return ship(words[1], url, values);
    return failed(kUsage, "", "say what and where to: pac ledger ship FOLDER --store URL");
  }
  if (words.size() == 2 && pg::is_store_url(words[1]) && url.empty()) {
    url = words[1];
  } else if (words.size() != 1) {
    for (const char* name : {"origin", "audit"}) {
      if (!url.empty() || (what != "verify" && what != "query") || !values.contains(name)) continue;
      return failed(kUsage, "", std::string("--") + name + " is about stores in PostgreSQL");
    }
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
  if (what == "verify") return verify_stored(url, values);
  if (what == "query") return query(url, values);
  if (what == "migrate") return migrate(url, values);
  return index(url);
}

}  // namespace pac::cli
