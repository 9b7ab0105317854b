#include "cli/ledger_recover.h"

#include <cstdio>

#include "cli/ledger_store.h"
#include "cli/ledger_support.h"
#include "cli/ledger_witness.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "runtime/base/json.h"

namespace pac::cli {

int recover_ledger(const std::string& folder, const std::string& key_path,
                   const po::variables_map& values) {
  const auto files = ledger::posix_file_system();
  const auto settings = ledger::read_settings(*files, folder);
  if (!settings) return failed_ledger(settings.error());
  const auto key = read_secret_keys(key_path);
  if (!key) return failed(key.error());
  const auto streams = ledger::streams_of(*files, folder);
  if (!streams) return failed_ledger(streams.error());
  std::uint64_t published_before = 0;
  if (!streams->empty()) {
    const auto head = published(*files, folder, *settings, streams->back());
    if (head) published_before = head->checkpoint.size;
  }
  auto around = surroundings_of(*files, folder, values);
  if (!around) return failed_ledger(around.error());
  std::unique_ptr<ledger::Acknowledger> held;
  if (const std::string url = text_option(values, "store"); !url.empty()) {
    auto opened = ledger::pg::acknowledge_in(*files, folder, url, ledger::pg::AckLevel::pg);
    if (!opened) return failed_store(opened.error());
    held = std::move(*opened);
    around->copy = held.get();
  }
  const auto store = ledger::Store::open(*files, folder, std::span(*key), std::move(*around));
  if (!store) return failed_store(store.error());
  if (const auto done = (*store)->publish(); !done) return failed_ledger(done.error());
  tell_new_stream(**store);
  const bool is_new = !(*store)->reason().empty();
  const std::uint64_t size = (*store)->writer().size();
  const std::uint64_t added = is_new ? 0 : size - published_before;
  if (values["format"].as<std::string>() == "json") {
    json::Value out = json::Value::object();
    out.set("entries", json::Value::exact_int(static_cast<std::int64_t>(size)));
    out.set("new_stream", is_new);
    out.set("origin", (*store)->origin());
    out.set("published_now", json::Value::exact_int(static_cast<std::int64_t>(added)));
    if (is_new) out.set("reason", (*store)->reason());
    out.set("stream", (*store)->stream());
    std::printf("%s\n", json::canonical(out).c_str());
  } else if (is_new) {
    std::printf("%s goes on; `pac ledger verify %s` names what is damaged\n",
                (*store)->origin().c_str(), folder.c_str());
  } else if (added > 0) {
    std::printf("%s: %s that %s durable and not published %s published now, %s in all\n",
                (*store)->origin().c_str(), counted(added, "record").c_str(),
                added == 1 ? "was" : "were", added == 1 ? "is" : "are",
                counted(size, "record").c_str());
  } else {
    std::printf("%s: nothing to recover, %s %s published\n", (*store)->origin().c_str(),
                counted(size, "record").c_str(), size == 1 ? "is" : "are");
  }
  return is_new ? kFindings : kFine;
}

}  // namespace pac::cli
