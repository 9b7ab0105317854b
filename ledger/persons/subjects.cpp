#include "ledger/persons/subjects.h"

#include <algorithm>

#include "ledger/file/read_entries.h"
#include "ledger/file/store.h"
#include "runtime/base/check.h"
#include "runtime/base/json.h"
#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/hmac.h"

namespace pac::ledger {
namespace {

using Kind = SubjectRecord::Kind;

constexpr std::string_view kSharedBy = "pac shared box";

std::string hex_of(const SubjectName& name) { return crypto::to_hex(crypto::view(name)); }

SubjectName bytes_of(const std::string& name) {
  const auto bytes = crypto::array_from_hex<kSubjectNameBytes>(name);
  PAC_CHECK(bytes, "names of subjects are made here");
  return *bytes;
}

// The subject that an entry erases; empty: it is no such entry. Most are told by one search.
std::string erased_by(std::string_view entry) {
  if (entry.find("\"kind\":\"erase\"") == entry.npos) return {};
  const auto value = json::parse(entry);
  const json::Value* kind = value ? value->find("kind") : nullptr;
  const json::Value* what = value ? value->find("erase") : nullptr;
  if (kind == nullptr || !kind->is_string() || kind->as_string() != "erase") return {};
  const json::Value* name = what == nullptr ? nullptr : what->find("subject");
  return name != nullptr && name->is_string() ? name->as_string() : std::string();
}

}  // namespace

Subject shared_subject(std::span<const Subject> subjects) {
  Subject out;
  std::string keys;
  keys.reserve(subjects.size() * sizeof(crypto::AeadKey));  // growing would leave copies behind
  for (const Subject& one : subjects) {
    out.name += (out.name.empty() ? "" : "+") + one.name;
    keys += crypto::view(one.key.bytes);
  }
  out.key.bytes = crypto::hmac_sha256(keys, kSharedBy);
  crypto::wipe_text(keys);
  return out;
}

std::vector<std::string> names_in_shared(std::string_view name) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = name.find('+');
    out.emplace_back(name.substr(0, end));
    if (end == name.npos) return out;
    name.remove_prefix(end + 1);
  }
}

Subjects::Subjects(FileSystem& files, SubjectPaths paths)
    : files_(files), paths_(std::move(paths)), path_(paths_.folder + "/subjects") {
  if (paths_.epochs.empty()) paths_.epochs = epoch_path(paths_.folder);
}

Result<std::unique_ptr<Subjects>> Subjects::open_to_write(FileSystem& files,
                                                          const SubjectPaths& paths,
                                                          std::int64_t now_us) {
  std::unique_ptr<Subjects> out(new Subjects(files, paths));
  const bool is_new = !files.exists(out->path_);
  if (!is_new) {
    if (const auto loaded = out->load(); !loaded) return std::unexpected(loaded.error());
  } else {
    auto key = crypto::AeadKey::random();
    if (!key) return std::unexpected(key.error());
    out->hmac_key_ = *key;
  }
  if (const auto applied = out->apply_erasures(is_new); !applied) {
    return std::unexpected(applied.error());
  }
  if (const auto settled = out->settle(now_us); !settled) return std::unexpected(settled.error());
  return out;
}

Result<std::unique_ptr<Subjects>> Subjects::open_to_read(FileSystem& files,
                                                         const SubjectPaths& paths) {
  std::unique_ptr<Subjects> out(new Subjects(files, paths));
  if (!files.exists(out->path_)) {
    out->why_closed_ = "the ledger has no keys of subjects";
    return out;
  }
  auto loaded = out->load();
  // A writer may have put a new file there while this one was read.
  if (!loaded && loaded.error().code == "PAC6603") loaded = out->load();
  if (!loaded) out->why_closed_ = loaded.error().message;
  if (const auto applied = out->apply_erasures(false); !applied) {
    return std::unexpected(applied.error());
  }
  return out;
}

Result<void> Subjects::load() {
  auto epochs = read_epochs(files_, paths_.epochs, paths_.ask, &passphrase_);
  if (!epochs) return std::unexpected(epochs.error());
  epochs_ = std::move(*epochs);
  const auto file = read_subject_file(files_, path_, epochs_);
  if (!file) return std::unexpected(file.error());
  const auto& records = file->records;
  const auto head = std::ranges::find(records, Kind::hmac_key, &SubjectRecord::kind);
  if (head == records.end()) {
    return fail("PAC6603", path_ + " is damaged: the key of its HMACs can't be read");
  }
  hmac_key_ = head->key;
  for (const SubjectRecord& record : records) take(record);
  return {};
}

void Subjects::take(const SubjectRecord& record) {
  if (record.kind == Kind::mark) {
    marks_[stream_of_mark(record)] = index_of_mark(record);
  } else if (record.kind == Kind::erased) {
    erased_.insert(hex_of(record.name));
  } else if (record.kind == Kind::subject) {
    const std::string name = hex_of(record.name);
    Row& row = rows_[name];
    row.person = record.person;
    row.key = record.key;
    row.has_person =
        std::ranges::any_of(record.person, [](std::uint8_t byte) { return byte != 0; });
    if (row.has_person) persons_[std::string(crypto::view(record.person))] = name;
  }
}

// `is_new`: there is no file, so nothing may have been recorded that would need it.
Result<void> Subjects::apply_erasures(bool is_new) {
  const auto streams = streams_of(files_, paths_.folder);
  if (!streams) return std::unexpected(streams.error());
  bool has_boxes = false;
  for (const std::uint32_t stream : *streams) {
    std::uint64_t end = marks_[stream];
    const auto take_entry = [&](std::uint64_t index, std::string_view entry) {
      end = index + 1;
      if (const std::string name = erased_by(entry); !name.empty()) forget(name);
      has_boxes = has_boxes || (is_new && entry.find(",\"boxes\":[{\"box\":") != entry.npos);
      return true;
    };
    const auto read = read_readable(files_, paths_.folder, stream, marks_[stream], UINT64_MAX,
                                    take_entry, [](const EntryGap&) {});
    if (!read) return std::unexpected(read.error());
    marks_[stream] = end;
  }
  if (!has_boxes) return {};
  return fail("PAC6603", path_ +
                             " is not there, and entries have boxes under its keys: put the "
                             "newest copy back");
}

// One epoch, and the file written anew under its key: after a kill, what reads well may be in
// memory only.
Result<void> Subjects::settle(std::int64_t now_us) {
  if (epochs_.empty() && files_.exists(paths_.epochs)) {
    auto epochs = read_epochs(files_, paths_.epochs, paths_.ask, &passphrase_);
    if (!epochs) return std::unexpected(epochs.error());
    epochs_ = std::move(*epochs);
  }
  if (epochs_.empty()) {
    auto key = crypto::AeadKey::random();
    if (!key) return std::unexpected(key.error());
    epochs_.push_back({1, now_us, *key});
    const auto written = write_epochs(files_, paths_.epochs, epochs_, passphrase_);
    if (!written) return written;
  }
  {
    const std::lock_guard file_lock(file_mutex_);
    if (const auto written = rewrite(); !written) return written;
  }
  if (const auto removed = remove_secret(files_, paths_.epochs + ".new"); !removed) return removed;
  if (epochs_.size() == 1) return {};
  epochs_.erase(epochs_.begin());
  return write_epochs(files_, paths_.epochs, epochs_, passphrase_);
}

Result<void> Subjects::rewrite() {
  const std::lock_guard lock(mutex_);
  const Epoch& epoch = epochs_.back();
  auto header = subject_header(epoch.number);
  if (!header) return std::unexpected(header.error());
  std::string bytes;
  bytes.reserve(kSubjectHeaderBytes +
                (1 + rows_.size() + erased_.size() + marks_.size()) * kSubjectRecordBytes);
  bytes += *header;
  std::uint64_t count = 0;
  Result<void> put = {};
  const auto add = [&](const SubjectRecord& record) {
    if (put) put = put_subject_record(epoch.key, *header, count++, record, &bytes);
  };
  SubjectRecord head;
  head.kind = Kind::hmac_key;
  head.key = hmac_key_;
  add(head);
  for (const auto& [name, row] : rows_) add({Kind::subject, row.person, bytes_of(name), row.key});
  for (const std::string& name : erased_) add({Kind::erased, {}, bytes_of(name), {}});
  for (const auto& [stream, index] : marks_) add(mark_record(stream, index));
  if (!put) return put;
  is_broken_ = true;
  if (const auto written = replace_secret(files_, path_, bytes); !written) return written;
  auto file = files_.open(path_);
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  header_ = std::move(*header);
  records_ = count;
  is_broken_ = false;
  unsynced_.clear();
  return {};
}

std::string Subjects::digest_of(std::string_view tenant, std::string_view person) const {
  std::string before = std::to_string(tenant.size()) + ":";
  before += tenant;
  return std::string(
      crypto::view(crypto::hmac_sha256(crypto::view(hmac_key_.bytes), before, person)));
}

Result<Subject> Subjects::of_person(std::string_view tenant, std::string_view person) {
  const std::string digest = digest_of(tenant, person);
  const std::lock_guard lock(mutex_);
  if (const auto known = persons_.find(digest); known != persons_.end()) {
    return Subject{known->second, rows_.at(known->second).key};
  }
  std::array<std::uint8_t, 32> bytes{};
  std::ranges::copy(digest, bytes.begin());
  return make(&bytes);
}

Result<Subject> Subjects::nameless() {
  const std::lock_guard lock(mutex_);
  return make(nullptr);
}

Result<Subject> Subjects::make(const std::array<std::uint8_t, 32>* person) {
  SubjectName name;
  if (const auto drawn = crypto::random_bytes(name); !drawn) return std::unexpected(drawn.error());
  auto key = crypto::AeadKey::random();
  if (!key) return std::unexpected(key.error());
  Subject out{hex_of(name), *key};
  Row& row = rows_[out.name];
  row.key = *key;
  if (person != nullptr) {
    row.person = *person;
    row.has_person = true;
    persons_[std::string(crypto::view(*person))] = out.name;
  }
  unsynced_.push_back(out.name);
  return out;
}

// With the file locked, as rewrite(). A write that failed leaves bytes that count for nothing.
Result<void> Subjects::put(const SubjectRecord& record) {
  std::string bytes;
  const auto made = put_subject_record(epochs_.back().key, header_, records_, record, &bytes);
  if (!made) return made;
  const auto written = file_->write_at(kSubjectHeaderBytes + records_ * kSubjectRecordBytes, bytes);
  if (!written) return std::unexpected(written.error());
  if (*written != bytes.size()) return fail("PAC6201", "no room for " + path_);
  ++records_;
  return {};
}

Result<void> Subjects::sync() {
  const std::lock_guard file_lock(file_mutex_);
  if (is_broken_) return fail("PAC6201", path_ + " could not be written before; open it again");
  std::string bytes;
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    if (unsynced_.empty()) return {};
    const std::uint64_t size =
        kSubjectHeaderBytes + (records_ + unsynced_.size()) * kSubjectRecordBytes;
    if (size > kMaxSubjectFileBytes) {
      return fail("PAC6201", path_ + " would have more than " +
                                 std::to_string(kMaxSubjectFileBytes) + " bytes");
    }
    for (const std::string& name : unsynced_) {
      const Row& row = rows_.at(name);
      const auto made =
          put_subject_record(epochs_.back().key, header_, records_ + count,
                             {Kind::subject, row.person, bytes_of(name), row.key}, &bytes);
      if (!made) return made;
      ++count;
    }
    unsynced_.clear();
  }
  is_broken_ = true;
  const auto written = file_->write_at(kSubjectHeaderBytes + records_ * kSubjectRecordBytes, bytes);
  if (!written) return std::unexpected(written.error());
  if (*written != bytes.size()) return fail("PAC6201", "no room for " + path_);
  if (const auto synced = file_->sync_data(); !synced) return synced;
  records_ += count;
  is_broken_ = false;
  return {};
}

std::optional<std::string> Subjects::name_of(std::string_view tenant,
                                             std::string_view person) const {
  const std::string digest = digest_of(tenant, person);
  const std::lock_guard lock(mutex_);
  const auto known = persons_.find(digest);
  return known == persons_.end() ? std::nullopt : std::optional(known->second);
}

std::optional<crypto::AeadKey> Subjects::key_of(std::string_view name) const {
  std::vector<Subject> all;
  {
    const std::lock_guard lock(mutex_);
    for (std::string& one : names_in_shared(name)) {
      const auto known = rows_.find(one);
      if (known == rows_.end()) return std::nullopt;
      all.push_back({std::move(one), known->second.key});
    }
  }
  return all.size() == 1 ? all[0].key : shared_subject(all).key;
}

bool Subjects::is_erased(std::string_view name) const {
  const auto names = names_in_shared(name);
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(names, [&](const std::string& one) { return erased_.contains(one); });
}

std::uint64_t Subjects::living() const {
  const std::lock_guard lock(mutex_);
  return rows_.size();
}

std::uint64_t Subjects::erased() const {
  const std::lock_guard lock(mutex_);
  return erased_.size();
}

void Subjects::forget(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto bytes = crypto::array_from_hex<kSubjectNameBytes>(name);
  if (!bytes) return;  // an entry of somebody else's making
  erased_.insert(name);
  std::erase(unsynced_, name);
  const auto known = rows_.find(name);
  if (known == rows_.end()) return;
  if (known->second.has_person) {
    persons_.erase(std::string(crypto::view(known->second.person)));
  }
  rows_.erase(known);
}

Result<void> Subjects::erase(const std::string& name) {
  if (const auto synced = sync(); !synced) return synced;
  forget(name);
  const std::lock_guard file_lock(file_mutex_);
  return rewrite();
}

Result<void> Subjects::end_epoch(std::int64_t now_us) {
  if (const auto synced = sync(); !synced) return synced;
  auto key = crypto::AeadKey::random();
  if (!key) return std::unexpected(key.error());
  std::vector<Epoch> both;
  both.reserve(2);
  both.push_back(epochs_.back());
  both.push_back({epochs_.back().number + 1, now_us, *key});
  // Nobody adds a key in between: under one epoch in the file of the other it would be lost.
  const std::lock_guard file_lock(file_mutex_);
  // Whichever of the three writes is the last one before a crash, one of the keys opens the file.
  if (const auto written = write_epochs(files_, paths_.epochs, both, passphrase_); !written)
    return written;
  epochs_ = std::move(both);
  if (const auto written = rewrite(); !written) return written;
  epochs_.erase(epochs_.begin());
  return write_epochs(files_, paths_.epochs, epochs_, passphrase_);
}

Result<void> Subjects::mark(std::uint32_t stream, std::uint64_t size) {
  if (const auto synced = sync(); !synced) return synced;
  const std::lock_guard file_lock(file_mutex_);
  return put(mark_record(stream, size));
}

}  // namespace pac::ledger
