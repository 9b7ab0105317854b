#include "ledger/record/erasure.h"

#include "ledger/log/limits.h"
#include "runtime/base/json.h"

namespace pac::ledger {
namespace {

Result<std::uint64_t> append_erase(Store& store, json::Value what, const ErasureReason& reason) {
  const auto stamp = store.stamp();
  if (!stamp) return std::unexpected(stamp.error());
  json::Value entry = json::Value::object();
  entry.set("at", time_text(stamp->at_us));
  if (!reason.by.empty()) entry.set("by", reason.by);
  entry.set("erase", std::move(what));
  entry.set("kind", "erase");
  entry.set("nonce", stamp->nonce);
  entry.set("origin", stamp->origin);
  if (!reason.text.empty()) entry.set("reason", reason.text);
  entry.set("schema", 1);
  const std::string text = json::canonical(entry);
  if (text.size() > kMaxEntryBytes) return fail("PAC6206", "the reason is too long for an entry");
  const std::string_view view = text;
  const auto appended = store.append(std::span(&view, 1));
  if (!appended) return std::unexpected(appended.error());
  return appended->first;
}

json::Value number(std::uint64_t value) {
  return json::Value::exact_int(static_cast<std::int64_t>(value));
}

}  // namespace

Result<std::unique_ptr<Subjects>> open_subjects(FileSystem& files, const SubjectPaths& paths,
                                                Store& store, std::int64_t now_us) {
  auto out = Subjects::open_to_write(files, paths, now_us);
  if (!out || now_us - (*out)->epoch_began_us() <= kMostEpochUs) return out;
  if (const auto ended = end_epoch(store, **out, now_us); !ended) {
    return std::unexpected(ended.error());
  }
  return out;
}

Result<std::uint64_t> erase_subject(Store& store, Subjects& subjects, const std::string& name,
                                    const ErasureReason& reason) {
  if (subjects.is_erased(name))
    return fail("PAC6606", "the subject " + name + " is erased already");
  if (!subjects.key_of(name)) {
    return fail("PAC6604", "the ledger has no key of a subject " + name);
  }
  json::Value what = json::Value::object();
  what.set("epoch", number(subjects.epoch()));
  what.set("subject", name);
  // First the entry: what is cut short after it, the next one who opens the keys carries out.
  const auto index = append_erase(store, std::move(what), reason);
  if (!index) return index;
  if (const auto erased = subjects.erase(name); !erased) return std::unexpected(erased.error());
  return index;
}

Result<std::uint64_t> end_epoch(Store& store, Subjects& subjects, std::int64_t now_us) {
  const std::uint64_t ended = subjects.epoch();
  if (const auto done = subjects.end_epoch(now_us); !done) return std::unexpected(done.error());
  json::Value what = json::Value::object();
  what.set("began", number(subjects.epoch()));
  what.set("ended", number(ended));
  return append_erase(store, std::move(what), {});
}

}  // namespace pac::ledger
