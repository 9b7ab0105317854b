// Which keys may sign a stream, at each of its sizes: the first key, and those that entries of the
// kind `key` introduce, retire and revoke. Pure values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/log/checkpoint.h"
#include "ledger/log/key_event.h"
#include "ledger/log/note.h"
#include "runtime/base/result.h"

namespace pac::ledger {

// One key, and which trees of the stream it may sign.
struct KeyPeriod {
  crypto::PublicKey key{};
  std::uint64_t from = 0;              // the smallest size
  std::uint64_t until = UINT64_MAX;    // the largest; less than `from`: none
  bool is_revoked = false;             // then it is believed up to its pin
  std::optional<KeyPin> pin;           // in this stream
  std::string since;                   // when it was introduced; empty: it is the first
  std::optional<std::uint64_t> entry;  // that introduced it, in this stream
  bool signs(std::uint64_t size) const { return from <= size && size <= until; }
  bool counts(std::uint64_t size) const { return !is_revoked || (pin && size <= pin->size); }
};

// The ECDSA key of a further line, and below which trees it stands.
struct AlsoPeriod {
  AlsoKey key;                       // named by the stream
  std::uint64_t from = 0;            // the smallest size
  std::uint64_t until = UINT64_MAX;  // the largest
};

// A revocation that is known from elsewhere than the log.
struct KeyRevocation {
  crypto::PublicKey key{};
  std::vector<KeyPin> pins;
};

// What a reader knows of keys from elsewhere than the log, beside the one that he begins with.
struct KeyTrust {
  std::vector<crypto::PublicKey> keys;  // that need nobody before them to vouch for them
  std::vector<KeyRevocation> revoked;
};

// A checkpoint that was read and whose signatures were tried with the keys that are known by then:
// what any thread can do ahead of the one that follows the keys.
struct ReadCheckpoint {
  ReadCheckpoint() = default;
  ReadCheckpoint(std::string_view bytes, std::span<const NoteKey> keys);

  Note note;
  Result<Checkpoint> checkpoint;
  std::vector<TriedSignature> tried;
};

struct JudgedCheckpoint {
  Checkpoint checkpoint;
  std::vector<std::size_t> signers;  // places in periods(), of those that may sign this size
  bool counts = false;               // one of them is believed at this size
};

class StreamKeys {
 public:
  // Not explicit: where a log has one key for ever, that is all there is to say.
  StreamKeys(NoteKey first);  // NOLINT(google-explicit-constructor)

  const std::string& origin() const noexcept { return origin_; }
  const std::vector<KeyPeriod>& periods() const noexcept { return periods_; }
  std::optional<std::size_t> place_of(const crypto::PublicKey& key) const;
  // Those that may sign a tree of that size, in the order of their introduction.
  std::vector<crypto::PublicKey> at(std::uint64_t size) const;
  // The key of a further line below a tree of that size; null: there is none.
  const AlsoKey* also_at(std::uint64_t size) const&;
  const AlsoKey* also_at(std::uint64_t size) const&& = delete;  // it would point to what is gone
  const std::vector<AlsoPeriod>& also() const noexcept { return also_; }
  // Those that sign from now on.
  std::vector<crypto::PublicKey> newest() const { return at(UINT64_MAX); }

  // Takes the event of the entry at that index. PAC6107 where it may not say that: a key is new
  // once, at most two sign at a time, and one always does.
  [[nodiscard]] Result<void> take(std::uint64_t index, const KeyEvent& event);
  // Keys that somebody else says are revoked, as far as they are known here.
  void revoke(std::span<const KeyRevocation> revoked);
  // The keys with which the stream behind this one begins.
  StreamKeys of_next(std::string origin) const;

  // The checkpoint and whose signatures it has. PAC6101 to PAC6103; PAC6107 where all whose
  // signature it has may not sign that size, and where a further line is asked for and missing.
  [[nodiscard]] Result<JudgedCheckpoint> judge(std::string_view note) const;
  // The same, whatever was tried of it.
  [[nodiscard]] Result<JudgedCheckpoint> judge(const ReadCheckpoint& read) const;
  // Each by the name that it has in this stream.
  std::vector<NoteKey> note_keys() const;

 private:
  Result<void> check_also(const Note& note, std::uint64_t size) const;
  Error refusal(const Checkpoint& checkpoint, std::span<const std::size_t> signers) const;

  std::string origin_;
  std::vector<KeyPeriod> periods_;
  std::vector<AlsoPeriod> also_;
};

// A checkpoint that a key signed which may sign its size. Whether it was introduced by one before
// it is for who has all entries to say (KeyWatch).
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, const StreamKeys& keys);

// How a key was used in a stream.
struct KeyUsage {
  crypto::PublicKey key{};
  std::uint64_t checkpoints = 0;
  std::uint64_t first_size = 0, last_size = 0;  // that it signed
};

// Follows the keys of a stream front to back while it is verified. Belongs to one thread.
class KeyWatch {
 public:
  // The keys of `start` are believed; or, where `believed` is a key that an entry introduces, only
  // that one and those that it vouches for: what others signed counts below a checkpoint of theirs.
  KeyWatch(StreamKeys start, KeyTrust trust, const std::optional<crypto::PublicKey>& believed = {});

  // The entry that comes next. PAC6107 where it is of the kind `key` and may not say what it says.
  [[nodiscard]] Result<void> entry(std::uint64_t index, std::string_view bytes);
  // A checkpoint of the entries so far. PAC6101 to PAC6103, PAC6107: also where all who signed were
  // never introduced by a key before them.
  [[nodiscard]] Result<JudgedCheckpoint> checkpoint(std::string_view note) {
    return checkpoint(ReadCheckpoint(note, {}));
  }
  [[nodiscard]] Result<JudgedCheckpoint> checkpoint(const ReadCheckpoint& read);
  // To be called once the checkpoint was found to be of this tree.
  void signed_by(const JudgedCheckpoint& checkpoint);

  const StreamKeys& keys() const noexcept { return keys_; }
  // From where on there is only the word of a revoked key, above its pin; nothing: nowhere.
  std::optional<std::uint64_t> doubted() const noexcept { return doubted_; }
  // The same of keys that nobody believes, where a later key than the first is believed. What the
  // next stream names of this one is vouched for there: of the last stream alone it says something.
  std::optional<std::uint64_t> unsupported() const noexcept { return unsupported_; }
  // The entry that introduced a key which no key before it vouches for, at the end.
  std::optional<std::uint64_t> unvouched() const;
  std::vector<KeyUsage> usage() const;
  // What a revocation within this stream pins in it, not looked at yet.
  std::vector<KeyPin> take_pins();
  // All revocations so far, those of the entries and those that were handed in.
  const std::vector<KeyRevocation>& revocations() const noexcept { return trust_.revoked; }
  // The keys of the next stream, and which of them are believed.
  KeyWatch of_next(std::string origin) const;

 private:
  StreamKeys keys_;
  KeyTrust trust_;
  std::vector<bool> is_vouched_;  // by place in keys_
  std::vector<KeyUsage> usage_;
  std::vector<KeyPin> pins_;
  std::optional<std::uint64_t> doubted_, unsupported_;
  std::size_t never_believed_ = 0;  // so many keys of the beginning need a later one's word
  std::uint64_t supported_ = 0;     // the largest size that a believed key signed
};

}  // namespace pac::ledger
