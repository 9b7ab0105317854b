#include "ledger/file/store_keys.h"

#include <algorithm>

#include "ledger/file/folder_tiles.h"
#include "ledger/file/read_entries.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "runtime/base/check.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

// The size that the published checkpoint says, whoever signed it; 0: none.
std::uint64_t said_size(FileSystem& files, const std::string& stream) {
  if (!files.exists(stream + "/checkpoint")) return 0;
  const Result<std::string> bytes = read_whole(files, stream + "/checkpoint", kMaxNoteBytes);
  const Result<Note> note = bytes ? decode_note(*bytes) : std::unexpected(bytes.error());
  const auto checkpoint =
      note ? read_checkpoint_text(note->text) : Result<Checkpoint>(std::unexpected(note.error()));
  return checkpoint ? checkpoint->size : 0;
}

bool stands_there(FileSystem& files, const std::string& folder, const KeyRecord& record) {
  const std::string stream = stream_folder(folder, record.stream);
  if (!files.exists(segment_folder(stream))) return false;
  bool is_read = false, is_same = false;
  const auto read = read_entries(files, stream, record.index, record.index + 1,
                                 [&](std::uint64_t, std::string_view entry) {
                                   is_read = true;
                                   is_same = entry == record.entry;
                                   return false;
                                 });
  if (is_read) return is_same;
  return !read || said_size(files, stream) > record.index;
}

}  // namespace

json::Value key_records(const std::vector<KeyRecord>& records) {
  json::Value out = json::Value::array();
  for (const KeyRecord& record : records) {
    json::Value one = json::Value::object();
    one.set("entry", record.entry);
    one.set("index", json::Value::exact_int(static_cast<std::int64_t>(record.index)));
    one.set("stream", record.stream);
    out.push_back(std::move(one));
  }
  return out;
}

std::optional<std::vector<KeyRecord>> key_records_of(const json::Value& value) {
  if (!value.is_array()) return {};
  std::vector<KeyRecord> out;
  for (const json::Value& one : value.elements()) {
    const json::Value* entry = one.find("entry");
    const json::Value* index = one.find("index");
    const json::Value* stream = one.find("stream");
    if (entry == nullptr || !entry->is_string() || index == nullptr || !index->is_int() ||
        index->as_int() < 0 || stream == nullptr || !stream->is_int() || stream->as_int() < 1 ||
        stream->as_int() > 9'999) {
      return {};
    }
    out.push_back({static_cast<std::uint32_t>(stream->as_int()),
                   static_cast<std::uint64_t>(index->as_int()), entry->as_string()});
  }
  return out;
}

std::vector<KeyRecord> recorded_keys(FileSystem& files, const std::string& folder,
                                     std::vector<KeyRecord> records) {
  std::erase_if(records,
                [&](const KeyRecord& record) { return !stands_there(files, folder, record); });
  return records;
}

bool has_unknown_line(const std::string& note, const StreamKeys& keys) {
  const Result<Note> read = decode_note(note);
  if (!read) return false;
  std::vector<std::uint32_t> known;
  for (const NoteKey& key : keys.note_keys()) known.push_back(key.id());
  for (const AlsoPeriod& also : keys.also()) known.push_back(also.key.key.id());
  return std::ranges::any_of(read->signatures, [&](const NoteSignature& line) {
    return line.name == keys.origin() && std::ranges::find(known, line.key_id) == known.end();
  });
}

bool find_keys(FileSystem& files, const std::string& folder, StoreSettings* settings) {
  const auto streams = streams_of(files, folder);
  if (!streams) return false;
  std::vector<KeyRecord> found;
  for (const std::uint32_t number : *streams) {
    const auto take = [&](std::uint64_t index, std::string_view entry) {
      if (looks_like_key_entry(entry)) found.push_back({number, index, std::string(entry)});
      return true;
    };
    // What is damaged is told by recovering the stream; what stands before it counts.
    (void)read_entries(files, stream_folder(folder, number), 0, UINT64_MAX, take);
  }
  if (found.size() <= settings->keys.size()) return false;
  settings->keys = std::move(found);
  return true;
}

StreamKeys stream_keys(const StoreSettings& settings, std::uint32_t number) {
  StreamKeys out(stream_key(settings, 1));
  std::uint32_t at = 1;
  for (const KeyRecord& record : settings.keys) {
    if (record.stream > number) break;
    for (; at < record.stream; ++at) out = out.of_next(stream_origin(settings.origin, at + 1));
    const auto event = read_key_entry(record.entry);
    // What the log does not say, or may not, counts for nothing; verifying tells it.
    if (event && *event) (void)out.take(record.index, **event);
  }
  for (; at < number; ++at) out = out.of_next(stream_origin(settings.origin, at + 1));
  return out;
}

NewestKey newest_key(const StoreSettings& settings) {
  NewestKey out{settings.key, 0};
  for (const KeyRecord& record : settings.keys) {
    const auto event = read_key_entry(record.entry);
    if (!event || !*event || (*event)->kind != KeyEvent::Kind::introduce) continue;
    out.key = (*event)->key.key;
    if (parse_datetime((*event)->at, &out.since_us) != TextStatus::ok) out.since_us = 0;
  }
  return out;
}

Result<void> check_keys(std::span<const crypto::SigningKey> keys, const StreamKeys& allowed,
                        const std::string& folder) {
  const std::vector<crypto::PublicKey> signing = allowed.newest();
  for (const crypto::SigningKey& key : keys) {
    if (std::ranges::find(signing, key.public_key()) != signing.end()) return {};
  }
  for (const crypto::SigningKey& key : keys) {
    const auto place = allowed.place_of(key.public_key());
    if (!place) continue;
    const KeyPeriod& period = allowed.periods()[*place];
    return fail("PAC6210", std::string("this key of the ledger in ") + folder +
                               (period.is_revoked ? " was revoked" : " retired") +
                               "; it signs nothing more. The key that signs now is " +
                               verifier_text({allowed.origin(), signing.back()}));
  }
  return fail("PAC6210", "this is not the signing key of the ledger in " + folder);
}

Result<std::vector<crypto::SigningKey>> signers_among(std::span<const crypto::SigningKey> keys,
                                                      const StreamKeys& allowed,
                                                      const std::string& published_note) {
  std::vector<crypto::SigningKey> out;
  std::size_t first = 0;  // of those that sign, in their order
  const std::vector<crypto::PublicKey> signing = allowed.newest();
  for (std::size_t i = 0; i < signing.size(); ++i) {
    for (const crypto::SigningKey& key : keys) {
      if (key.public_key() != signing[i]) continue;
      if (out.empty()) first = i;
      out.push_back(key);
      break;
    }
  }
  PAC_CHECK(!out.empty(), "check_keys() comes first");
  if (first == 0) return out;
  // The older key is not at hand: it must have signed the newer one's introduction.
  const std::size_t older = *allowed.place_of(signing[0]);
  const KeyPeriod& newer = allowed.periods()[*allowed.place_of(signing[1])];
  const auto judged = published_note.empty() ? Result<JudgedCheckpoint>(fail("PAC6211", ""))
                                             : allowed.judge(published_note);
  if (!newer.entry || (judged && judged->checkpoint.size >= newer.from &&
                       std::ranges::find(judged->signers, older) != judged->signers.end())) {
    return out;
  }
  return fail("PAC6210", "the key " + verifier_text({allowed.origin(), newer.key}) +
                             " was introduced, but no published checkpoint shows that the key " +
                             "before it signed that; open the ledger with that one once more");
}

Result<void> Store::record_key(KeyEvent event, std::vector<crypto::SigningKey> signers) {
  const std::uint64_t index = writer_->size();
  StreamKeys keys = stream_keys(settings_, stream_);
  const Result<Stamp> now = stamp();
  if (!now) return std::unexpected(now.error());
  event.key.name = origin();
  event.at = time_text(now->at_us);
  if (const auto lawful = keys.take(index, event); !lawful) {
    return fail("PAC6218", lawful.error().message);
  }
  const Result<std::string> entry = key_entry(*now, event);
  if (!entry) return std::unexpected(entry.error());
  // Where it stands is written down first: should the power go in between, the record names a place
  // where something else or nothing stands, and counts for nothing.
  StoreSettings after = settings_;
  after.keys.push_back({stream_, index, *entry});
  if (const auto written = write_settings(*files_, folder_, after); !written) return written;
  const std::vector<crypto::SigningKey> before = signer_->keys();
  signer_->replace_keys(std::move(signers));
  const std::string_view view = *entry;
  const auto appended = append_any(std::span(&view, 1));
  // One that is recorded and not witnessed counts all the same: who signs is what the log says.
  if (!appended && last_.size <= index) {
    signer_->replace_keys(before);
    return std::unexpected(appended.error());
  }
  settings_ = std::move(after);
  if (!appended) return std::unexpected(appended.error());
  // So that it is on the disk who signed the entry, before the key that did is destroyed.
  return writer_->publish();
}

Result<void> Store::add_also(const StreamKeys& allowed) {
  const AlsoKey* also = allowed.also_at(UINT64_MAX);
  if (also == nullptr) return {};
  const auto& key = surroundings_.also_key;
  if (key && key->public_key() == also->key.key) {
    signer_->also_sign(key);
    return {};
  }
  if (!also->is_needed) return {};
  return fail("PAC6210", "the ledger in " + folder_ + " signs with the ECDSA key " +
                             verifier_text(also->key) + " too, and " +
                             (key ? "the one at hand is another" : "it is not at hand") +
                             "; its file stands in the folder as second.key");
}

Result<void> Store::also_sign(const crypto::EcdsaKey& key, bool is_needed,
                              const std::string& reason) {
  const std::optional<crypto::EcdsaKey> before = signer_->also();
  KeyEvent event;
  event.kind = KeyEvent::Kind::also;
  event.also = AlsoKey{{origin(), key.public_key()}, is_needed};
  event.reason = reason;
  signer_->also_sign(key);
  auto done = record_key(std::move(event), signer_->keys());
  // What is recorded counts, also where it was not witnessed.
  const StreamKeys keys = stream_keys(settings_, stream_);
  const AlsoKey* now = keys.also_at(UINT64_MAX);
  if (now == nullptr || now->key.key != key.public_key()) signer_->also_sign(before);
  return done;
}

Result<void> Store::rotate(const crypto::SigningKey& to, const std::string& reason) {
  KeyEvent event;
  event.kind = KeyEvent::Kind::introduce;
  event.key.key = to.public_key();
  event.role = kLogRole;
  event.reason = reason;
  std::vector<crypto::SigningKey> signers = signer_->keys();
  signers.push_back(to);
  return record_key(std::move(event), std::move(signers));
}

Result<void> Store::retire(const std::string& reason) {
  const std::vector<crypto::PublicKey> signing = stream_keys(settings_, stream_).newest();
  std::vector<crypto::SigningKey> signers = signer_->keys();
  if (signing.size() < 2) {
    return fail("PAC6218", "only one key signs, and none can retire; another one is introduced " +
                               std::string("first"));
  }
  std::erase_if(signers,
                [&](const crypto::SigningKey& key) { return key.public_key() == signing[0]; });
  if (signers.empty()) {
    return fail("PAC6210", "the key that is to sign from now on is not at hand");
  }
  KeyEvent event;
  event.kind = KeyEvent::Kind::retire;
  event.key.key = signing[0];
  event.reason = reason;
  return record_key(std::move(event), std::move(signers));
}

Result<void> Store::revoke(const crypto::PublicKey& key, const std::string& reason,
                           std::vector<KeyPin> pins) {
  std::vector<crypto::SigningKey> signers = signer_->keys();
  std::erase_if(signers, [&](const crypto::SigningKey& one) { return one.public_key() == key; });
  if (signers.empty()) {
    return fail("PAC6218", "the key is the only one at hand; introduce another one first, and " +
                               std::string("revoke this one with it"));
  }
  KeyEvent event;
  event.kind = KeyEvent::Kind::revoke;
  event.key.key = key;
  event.reason = reason;
  event.pins = std::move(pins);
  return record_key(std::move(event), std::move(signers));
}

Result<std::vector<KeyPin>> Store::pins_now() const {
  std::vector<KeyPin> out;
  for (std::uint32_t number = 1; number < stream_; ++number) {
    const StreamKeys keys = stream_keys(settings_, number);
    const auto old = recover(*files_, stream_folder(folder_, number), keys);
    if (!old) return std::unexpected(old.error());
    out.push_back({keys.origin(), old->tree.size(), old->tree.root()});
  }
  out.push_back({origin(), writer_->size(), writer_->root()});
  return out;
}

}  // namespace pac::ledger
