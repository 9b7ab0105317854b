#include "ledger/witness/witness.h"

#include <algorithm>

#include "ledger/log/limits.h"
#include "ledger/log/proof.h"
#include "ledger/witness/request.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kMaxStreamDigits = 4;  // as the names of an embedded store's streams

WitnessAnswer refused(int status, const std::string& why) {
  return {status, "text/plain; charset=utf-8", why + "\n"};
}

WitnessAnswer conflict(std::uint64_t size) {
  return {409, std::string(kTreeSizeType), std::to_string(size) + "\n"};
}

std::string file_name(std::string_view origin) {
  return crypto::to_hex(crypto::view(crypto::sha256(origin)));
}

bool is_stream_of(std::string_view name, std::string_view ledger) {
  if (!name.starts_with(ledger) || name.size() < ledger.size() + 2) return false;
  name.remove_prefix(ledger.size());
  if (name[0] != '/' || name[1] == '0' || name.size() > 1 + kMaxStreamDigits) return false;
  return std::ranges::all_of(name.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

struct Witness::Asked {
  AddCheckpoint request;
  Note note;
  Checkpoint checkpoint;
};

Result<WitnessedLog> read_witnessed_log(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) {
    return fail("PAC6101", "a log is written ORIGIN=KEY, with the key as `pac ledger init` said");
  }
  auto key = read_verifier_text(text.substr(equals + 1));
  if (!key) return std::unexpected(key.error());
  const std::string origin(text.substr(0, equals));
  if (key->name == origin) return WitnessedLog{origin, *key, false};
  if (is_origin(origin) && is_stream_of(key->name, origin)) {
    return WitnessedLog{origin, *key, true};
  }
  return fail("PAC6101", "the key is of `" + key->name + "`, neither of `" + origin +
                             "` nor of a stream of it");
}

Result<std::unique_ptr<Witness>> Witness::open(FileSystem& files, std::string folder,
                                               Cosigner cosigner, std::vector<WitnessedLog> logs,
                                               std::function<std::int64_t()> now_s) {
  std::unique_ptr<Witness> out(new Witness(files, std::move(folder), std::move(cosigner),
                                           std::move(logs), std::move(now_s)));
  for (const char* inner : {"/logs", "/refused"}) {
    if (const auto made = files.make_folders(out->folder_ + inner); !made) {
      return std::unexpected(made.error());
    }
  }
  auto lock = files.lock(out->folder_ + "/lock");
  if (!lock) return std::unexpected(lock.error());
  out->lock_ = std::move(*lock);
  if (const auto read = out->read_state(); !read) return std::unexpected(read.error());
  return out;
}

Result<void> Witness::read_state() {
  const std::string folder = folder_ + "/logs";
  const auto names = files_.list(folder);
  if (!names) return std::unexpected(names.error());
  const WitnessKey own = key();
  for (const std::string& name : *names) {
    if (name.size() != 64) continue;  // a file that was not renamed yet
    const std::string path = folder + "/" + name;
    const auto damaged = [&](const std::string& why) {
      return fail("PAC6501", path + " is not what this witness wrote (" + why +
                                 "); it must not forget what it cosigned: restore the file");
    };
    const auto bytes = read_whole(files_, path, kMaxNoteBytes);
    if (!bytes) return std::unexpected(bytes.error());
    const auto note = decode_note(*bytes);
    if (!note) return damaged(note.error().message);
    const auto cosigned = cosigners_of(*note, std::span(&own, 1));
    if (!cosigned) return damaged(cosigned.error().message);
    if (cosigned->empty()) return damaged("its key has not cosigned it");
    const auto checkpoint = read_checkpoint_text(note->text);
    if (!checkpoint) return damaged(checkpoint.error().message);
    if (file_name(checkpoint->origin) != name) return damaged("it is of another log");
    auto log = std::make_unique<Log>();
    log->head = WitnessHead{checkpoint->size, checkpoint->root};
    logs_.emplace(checkpoint->origin, std::move(log));
  }
  return {};
}

std::vector<NoteKey> Witness::keys_of(const std::string& origin) const {
  std::vector<NoteKey> out;
  for (const WitnessedLog& log : known_) {
    const bool is_its = log.has_streams ? is_stream_of(origin, log.origin) : origin == log.origin;
    if (is_its) out.push_back({origin, log.key.key});
  }
  return out;
}

Witness::Log& Witness::log_of(const std::string& origin) {
  const std::lock_guard lock(logs_mutex_);
  std::unique_ptr<Log>& log = logs_[origin];
  if (log == nullptr) log = std::make_unique<Log>();
  return *log;
}

std::optional<WitnessHead> Witness::head(const std::string& origin) const {
  const std::lock_guard lock(logs_mutex_);
  const auto found = logs_.find(origin);
  if (found == logs_.end()) return std::nullopt;
  const std::lock_guard turn(found->second->turn);
  return found->second->head;
}

WitnessAnswer Witness::add_checkpoint(std::string_view body) {
  auto request = decode_add_checkpoint(body);
  if (!request) return refused(400, request.error().message);
  auto note = decode_note(request->checkpoint);
  if (!note) return refused(400, note.error().message);
  auto checkpoint = read_checkpoint_text(note->text);
  if (!checkpoint) return refused(400, checkpoint.error().message);
  const std::vector<NoteKey> log_keys = keys_of(checkpoint->origin);
  if (log_keys.empty()) return refused(404, "this log is not known here");
  if (const auto signed_by = signers_of(*note, log_keys); !signed_by) {
    return refused(403, signed_by.error().message);
  }
  if (request->old_size > checkpoint->size) {
    return refused(400, "the old size is larger than that of the checkpoint");
  }
  Log& log = log_of(checkpoint->origin);
  const std::lock_guard turn(log.turn);
  return decide({std::move(*request), std::move(*note), std::move(*checkpoint)}, &log);
}

// With the turn of the log: between looking at its state and changing it nobody else does.
WitnessAnswer Witness::decide(const Asked& asked, Log* log) {
  if (log->is_stopped) {
    return refused(500, "what was cosigned last is not known until the witness is started again");
  }
  const WitnessHead head = log->head.value_or(WitnessHead{0, empty_root()});
  const Checkpoint& next = asked.checkpoint;
  if (asked.request.old_size != head.size) return conflict(head.size);
  if (next.size == head.size && next.root != head.root) {
    keep_refused(asked);
    return conflict(head.size);
  }
  // From nothing, and to the same, there is nothing to show.
  const bool needs_no_proof = head.size == 0 || next.size == head.size;
  const bool holds = needs_no_proof ? asked.request.proof.empty()
                                    : verify_consistency(head.size, next.size, head.root, next.root,
                                                         asked.request.proof)
                                          .has_value();
  if (!holds) {
    keep_refused(asked);
    return refused(422, "the proof does not show that the checkpoint continues the one of " +
                            std::to_string(head.size) + " entries");
  }
  const auto cosignature = cosigner_.cosign(asked.note.text, now_s_());
  if (!cosignature) return refused(500, cosignature.error().message);
  if (!log->head || next.size != head.size) {
    Note kept = asked.note;
    // Lines of others may be anything; the file is read back with the log's and our own.
    std::erase_if(kept.signatures,
                  [&](const NoteSignature& one) { return one.name != next.origin; });
    add_signatures(std::span(&*cosignature, 1), &kept);
    const std::lock_guard lock(files_mutex_);
    const auto written =
        replace_file(files_, folder_ + "/logs/" + file_name(next.origin), encode(kept));
    if (!written) {
      log->is_stopped = true;
      return refused(500, written.error().message);
    }
    log->head = WitnessHead{next.size, next.root};
  }
  return {200, "text/plain; charset=utf-8", encode_lines(std::span(&*cosignature, 1))};
}

// A log that signs what does not continue what it signed before has forked, or its request was
// wrong: the note is kept, once, for people to look at.
void Witness::keep_refused(const Asked& asked) {
  const std::lock_guard lock(files_mutex_);
  const auto names = files_.list(folder_ + "/refused");
  if (!names || names->size() >= kMaxRefusedNotes) return;
  const std::string path = folder_ + "/refused/" + file_name(asked.checkpoint.origin) + "-" +
                           file_name(asked.note.text).substr(0, 16);
  if (files_.exists(path)) return;
  (void)replace_file(files_, path, asked.request.checkpoint);
}

}  // namespace pac::ledger
