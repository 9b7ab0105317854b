#include "cli/ledger_query.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>

#include "cli/ledger_persons.h"
#include "cli/ledger_support.h"
#include "cli/ledger_verbs.h"
#include "cli/ledger_witness.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/store.h"
#include "ledger/record/entry_view.h"
#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::cli {

namespace {

// An instant, or a date, which is its first moment, as entries write times; "" with a message where
// it is none.
std::string time_option(const po::variables_map& values, const char* name) {
  const std::string said = text_option(values, name);
  std::int64_t us = 0;
  std::int32_t day = 0;
  if (parse_datetime(said, &us) == TextStatus::ok) return ledger::time_text(us);
  if (parse_date(said, &day) == TextStatus::ok) {
    return ledger::time_text(std::int64_t{day} * 86'400'000'000);
  }
  failed(kUsage, "",
         std::string("--") + name + " takes 2026-03-01 or an instant, 2026-03-01T09:00:00Z");
  return {};
}

struct Filter {
  std::uint64_t from = 0, to = UINT64_MAX, limit = UINT64_MAX;
  std::string since, until, function, rule, status, kind;
  std::uint32_t stream = 0;

  bool takes(const ledger::EntryView& entry) const {
    const auto is = [](const std::string& wanted, std::string_view own) {
      return wanted.empty() || wanted == own;
    };
    if (!is(kind, entry.kind) || !is(status, entry.status)) return false;
    if (!since.empty() && entry.at < std::string_view(since)) return false;
    if (!until.empty() && entry.at >= std::string_view(until)) return false;
    if (!function.empty() && !ledger::is_named(entry.function, function)) return false;
    if (rule.empty()) return true;
    const auto fired = ledger::names_in(entry.fired);
    return std::ranges::find(fired, rule) != fired.end();
  }
};

bool read_filter(const po::variables_map& values, Filter* out) {
  if (!are_known_words(values)) return false;
  if (!read_range(values, &out->from, &out->to)) return false;
  for (const auto& [name, text] : {std::pair{"since", &out->since}, {"until", &out->until}}) {
    if (!values.contains(name)) continue;
    *text = time_option(values, name);
    if (text->empty()) return false;
  }
  out->function = text_option(values, "function");
  out->rule = text_option(values, "rule");
  out->status = text_option(values, "status");
  out->kind = text_option(values, "kind");
  if (values.contains("limit")) out->limit = values["limit"].as<std::uint64_t>();
  if (values.contains("stream")) out->stream = values["stream"].as<std::uint32_t>();
  return true;
}

using Take = std::function<bool(std::uint32_t stream, std::uint64_t index, std::string_view entry)>;

// All entries of the streams asked for; 0 or the exit code. Damage is told behind what is readable.
int each_entry(const std::string& folder, const Filter& filter, const Take& take) {
  const auto files = ledger::posix_file_system();
  if (const auto settings = ledger::read_settings(*files, folder); !settings) {
    return failed_ledger(settings.error());
  }
  const auto streams = ledger::streams_of(*files, folder);
  if (!streams) return failed_ledger(streams.error());
  if (filter.stream != 0 && std::ranges::find(*streams, filter.stream) == streams->end()) {
    return failed(kUsage, "", "the ledger has no stream " + std::to_string(filter.stream));
  }
  int exit = kFine;
  for (const std::uint32_t stream : *streams) {
    if (filter.stream != 0 && filter.stream != stream) continue;
    bool goes_on = true;
    const auto take_here = [&](std::uint64_t index, std::string_view entry) {
      return goes_on = take(stream, index, entry);
    };
    std::uint64_t damaged = 0, first = 0;
    const auto found = [&](const ledger::EntryGap& gap) {
      if (damaged == 0) first = gap.first;
      damaged += gap.end - gap.first;
    };
    const auto read =
        ledger::read_readable(*files, folder, stream, filter.from, filter.to, take_here, found);
    if (!read) exit = failed_ledger(read.error());
    if (damaged > 0) {
      const int told = failed_gaps(damaged, {stream, first});
      if (exit == kFine) exit = told;
    }
    if (!goes_on) break;
  }
  return exit;
}

void print_row(std::uint32_t stream, std::uint64_t index, const ledger::EntryView& entry,
               const std::string& closed) {
  std::string fired;
  for (const std::string& rule : ledger::names_in(entry.fired)) {
    fired += (fired.empty() ? "" : ", ") + rule;
  }
  std::printf("%-10s  %-27s  %-11s  %-28s  %-8s  %s%s%s\n",
              (std::to_string(stream) + "/" + std::to_string(index)).c_str(),
              std::string(entry.at).c_str(), std::string(entry.kind).c_str(),
              std::string(entry.function).c_str(), std::string(entry.status).c_str(), fired.c_str(),
              closed.empty() ? "" : "  personal data: ", closed.c_str());
}

// Opens what --open asks for; null: it does not. 0, or the exit code.
int open_entries(ledger::FileSystem& files, const std::string& folder,
                 const po::variables_map& values, std::unique_ptr<EntryOpener>* out) {
  if (!values.contains("open")) return kFine;
  auto opener = EntryOpener::open(files, folder, values);
  if (!opener) return failed_ledger(opener.error());
  *out = std::move(*opener);
  return kFine;
}

// Of an entry, for a line: `,"opened":{…}`, or nothing. A box that is not what was recorded is told
// and its entry shown as it is.
std::string opened_member(EntryOpener* opener, std::string_view entry, int* exit) {
  if (opener == nullptr) return {};
  const auto opened = opener->opened(entry);
  if (!opened) *exit = failed_ledger(opened.error());
  return opened && !opened->empty() ? ",\"opened\":" + *opened : std::string();
}

bool is_json_text(std::string_view entry) { return json::parse(entry).has_value(); }

}  // namespace

bool read_range(const po::variables_map& values, std::uint64_t* from, std::uint64_t* to) {
  if (values.contains("from")) *from = values["from"].as<std::uint64_t>();
  std::optional<std::uint64_t> last;
  if (!read_last_entry(values, &last)) return false;
  if (last) *to = *last == UINT64_MAX ? *last : *last + 1;
  if (*from < *to) return true;
  failed(kUsage, "", "--from is behind --to");
  return false;
}

int query_ledger(const std::string& folder, const po::variables_map& values) {
  Filter filter;
  if (!read_filter(values, &filter)) return kUsage;
  const bool is_json = values["format"].as<std::string>() == "json";
  ledger::EntryReader reader;
  ledger::EntryView view;
  std::uint64_t shown = 0;
  const auto files = ledger::posix_file_system();
  std::unique_ptr<EntryOpener> opener;
  if (const int exit = open_entries(*files, folder, values, &opener); exit != kFine) return exit;
  int opening = kFine;
  const auto take = [&](std::uint32_t stream, std::uint64_t index, std::string_view entry) {
    if (shown == filter.limit) return false;
    if (!reader.read(entry, &view) || !filter.takes(view)) return true;
    ++shown;
    const std::string opened = opened_member(opener.get(), entry, &opening);
    if (is_json) {
      std::printf("{\"entry\":%.*s,\"index\":%llu%s,\"stream\":%u}\n",
                  static_cast<int>(entry.size()), entry.data(),
                  static_cast<unsigned long long>(index), opened.c_str(), stream);
    } else {
      print_row(stream, index, view, opener == nullptr ? "" : opener->closed());
    }
    return true;
  };
  int exit = each_entry(folder, filter, take);
  if (exit == kFine) exit = opening;
  if (!is_json) std::fprintf(stderr, "%s\n", counted(shown, "record").c_str());
  return exit;
}

int export_ledger(const std::string& folder, const po::variables_map& values) {
  Filter filter;
  if (!read_range(values, &filter.from, &filter.to)) return kUsage;
  if (values.contains("stream")) filter.stream = values["stream"].as<std::uint32_t>();
  // The chain runs from the first entry on, whatever is written of it.
  const std::uint64_t from = filter.from;
  filter.from = 0;
  std::uint32_t stream_before = 0;
  std::string chain, before;
  const auto files = ledger::posix_file_system();
  std::unique_ptr<EntryOpener> opener;
  if (const int exit = open_entries(*files, folder, values, &opener); exit != kFine) return exit;
  int opening = kFine;
  const auto take = [&](std::uint32_t stream, std::uint64_t index, std::string_view entry) {
    if (stream != stream_before) chain.clear();
    stream_before = stream;
    before = chain;
    chain = crypto::view(crypto::sha256(before, entry));
    if (index < from) return true;
    const bool is_text = is_json_text(entry);
    std::string body;
    if (is_text) {
      body = entry;
    } else {
      json::append_quoted(crypto::to_base64(entry), &body);
    }
    std::printf(
        "{\"chain_hash\":\"%s\",\"%s\":%s,\"index\":%llu%s,\"prev_hash\":\"%s\",\"stream\":%u}\n",
        crypto::to_hex(chain).c_str(), is_text ? "entry" : "bytes", body.c_str(),
        static_cast<unsigned long long>(index),
        opened_member(opener.get(), entry, &opening).c_str(), crypto::to_hex(before).c_str(),
        stream);
    return true;
  };
  const int exit = each_entry(folder, filter, take);
  return exit == kFine ? opening : exit;
}

int correct_entry(const std::string& folder, const std::string& index, const std::string& key_path,
                  const po::variables_map& values) {
  ledger::Correction correction;
  correction.reason = text_option(values, "reason");
  correction.by = text_option(values, "by");
  if (correction.reason.empty()) {
    return failed(kUsage, "", "--reason is missing: a correction says why the entry is wrong");
  }
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto wrong = read_entry(*files, folder, index, values);
  if (!wrong) return failed_ledger(wrong.error());
  if (values.contains("record")) {
    auto record = read_file(values["record"].as<std::string>());
    if (!record) return failed(record.error());
    correction.record = std::move(*record);
  }
  const auto key = read_secret_keys(key_path);
  if (!key) return failed(key.error());
  const std::string& note = wrong->receipt.checkpoint;
  correction.origin = note.substr(0, note.find('\n'));
  correction.index = wrong->receipt.index;
  correction.leaf = ledger::leaf_hash(wrong->bytes);
  auto around = surroundings_of(*files, folder, values);
  if (!around) return failed_ledger(around.error());
  const auto store = ledger::Store::open(*files, folder, std::span(*key), std::move(*around));
  if (!store) return failed_ledger(store.error());
  tell_new_stream(**store);
  const auto stamp = (*store)->stamp();
  if (!stamp) return failed_ledger(stamp.error());
  const auto entry = ledger::correction_entry(*stamp, correction);
  if (!entry) return failed_ledger(entry.error());
  const std::string_view view = *entry;
  const auto appended = (*store)->append(std::span(&view, 1));
  if (!appended) return failed_ledger(appended.error());
  if (const auto published = (*store)->publish(); !published) {
    return failed_ledger(published.error());
  }
  std::printf("entry %u/%llu corrects entry %s\n", (*store)->stream(),
              static_cast<unsigned long long>(appended->first), index.c_str());
  return kFine;
}

}  // namespace pac::cli
