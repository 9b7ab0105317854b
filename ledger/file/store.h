// The embedded store: a ledger in a folder of one machine. A Store is its one writer and holds the
// lock for as long as it lives; it belongs to one thread, or to two as Pipeline and Committer share
// it. Reading needs no lock: what is published
// is whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/file/clock.h"
#include "ledger/file/entry.h"
#include "ledger/file/held_copy.h"
#include "ledger/file/stream_writer.h"
#include "ledger/file/witnessing.h"
#include "ledger/io/file_system.h"
#include "ledger/log/key_chain.h"
#include "ledger/log/note.h"
#include "runtime/crypto/ed25519.h"

namespace pac::ledger {

// An entry of the kind `key`, as ledger.json keeps it so that nobody has to look for it: the log is
// what counts.
struct KeyRecord {
  std::uint32_t stream = 0;
  std::uint64_t index = 0;
  std::string entry;
};

struct StoreSettings {
  std::string origin;             // of the ledger; that of a stream adds "/1"
  crypto::PublicKey key{};        // the first one
  std::vector<KeyRecord> keys{};  // in their order
  std::uint32_t rotate_days = 0;  // after so many a key is due to be replaced; 0: never
};

// Whether a ledger of that origin can be made there: PAC6208 where there is one already or the
// origin is none.
[[nodiscard]] Result<void> check_init(FileSystem& files, const std::string& folder,
                                      const std::string& origin);
// Makes it. PAC6208.
[[nodiscard]] Result<void> init_store(FileSystem& files, const std::string& folder,
                                      const StoreSettings& settings);
// PAC6209 where the folder is no ledger. Records of keys that the log does not have are left out.
[[nodiscard]] Result<StoreSettings> read_settings(FileSystem& files, const std::string& folder);
// Replaces ledger.json as a whole. PAC6218 where it has no room for more keys.
[[nodiscard]] Result<void> write_settings(FileSystem& files, const std::string& folder,
                                          const StoreSettings& settings);

// The numbers of the streams, in order.
[[nodiscard]] Result<std::vector<std::uint32_t>> streams_of(FileSystem& files,
                                                            const std::string& folder);
std::string stream_folder(const std::string& folder, std::uint32_t number);
std::string stream_origin(const std::string& origin, std::uint32_t number);
// The first key of the ledger, by the name that it has in a stream.
NoteKey stream_key(const StoreSettings& settings, std::uint32_t number);
// All keys of a stream, as ledger.json has them.
StreamKeys stream_keys(const StoreSettings& settings, std::uint32_t number);
// When the key that signs now began to, and the key; 0: from the beginning of the ledger.
struct NewestKey {
  crypto::PublicKey key{};
  std::int64_t since_us = 0;
};
NewestKey newest_key(const StoreSettings& settings);

// The files of the keys in the folder of a ledger, unless others are said: the one that signs, and
// the ECDSA key that signs a further line.
inline constexpr const char* kSigningKeyFile = "signing.key";
inline constexpr const char* kAlsoKeyFile = "second.key";

// What a store takes from the machine, so that tests can give it other things.
struct Surroundings {
  std::function<std::int64_t()> now_us;
  std::function<Result<std::string>()> nonce;  // 32 hexadecimal digits
  std::function<std::int64_t()> steady_us;     // empty: jumps of the clock are not noticed
  ClockLimits clock;
  // Of a ledger with a policy of witnesses: nothing is acknowledged without them.
  std::shared_ptr<Witnessing> witnessing;
  // Asked before anything is signed, while the store is opened; null: there is none.
  HeldCopy* copy = nullptr;
  // The key of the further line, where the ledger has one.
  std::optional<crypto::EcdsaKey> also_key;
};
Surroundings real_surroundings();

class Store {
 public:
  // Takes the lock and starts the newest stream, or, where that is damaged, a new one. PAC6202:
  // held by another process; PAC6210: the key is not that of the ledger. A ledger whose policy asks
  // for witnesses compares its published checkpoint with them before it signs anything, and opens a
  // new stream where one has seen another history; so it does where a copy has more of it. PAC6505:
  // too few of them answered; PAC6506: it has a policy and there is nobody to ask them. PAC6210
  // also where the key of a further line is asked for and not at hand. Else as the copy.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(FileSystem& files,
                                                           const std::string& folder,
                                                           const crypto::SigningKey& key,
                                                           Surroundings surroundings,
                                                           StreamLimits limits = {});
  // The same with the keys that there are while one is exchanged for another: all that may sign do.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(FileSystem& files,
                                                           const std::string& folder,
                                                           std::span<const crypto::SigningKey> keys,
                                                           Surroundings surroundings,
                                                           StreamLimits limits = {});

  // An entry of the kind `key` names another key, which signs from then on beside the one that did;
  // then retire() ends the overlap. Each costs a batch and publishes. Between two batches of other
  // threads: Committer::with_store. PAC6218 where the key was used before, or two sign already.
  [[nodiscard]] Result<void> rotate(const crypto::SigningKey& to, const std::string& reason);
  // The key that signs longer signs no more, and may be destroyed. PAC6218 where only one signs.
  [[nodiscard]] Result<void> retire(const std::string& reason);
  // The key is in the hands of somebody else: it signs no more, and what it signed counts up to the
  // pins only. PAC6218 as above, and where it is not a key of this ledger.
  [[nodiscard]] Result<void> revoke(const crypto::PublicKey& key, const std::string& reason,
                                    std::vector<KeyPin> pins);
  // From the next entry on this key signs a further line below each checkpoint, in the place of the
  // one that did; `is_needed`: without it a checkpoint counts nothing. Costs a batch and publishes.
  [[nodiscard]] Result<void> also_sign(const crypto::EcdsaKey& key, bool is_needed,
                                       const std::string& reason);
  // Where all streams stand: the pins of a key that was good until now.
  [[nodiscard]] Result<std::vector<KeyPin>> pins_now() const;
  const StoreSettings& settings() const noexcept { return settings_; }

  // Durable when it returns; codes as StreamWriter::append, and PAC6214: the clock of the machine
  // is wrong, and nothing is recorded but that. What the clock did otherwise is recorded behind the
  // entries. With witnesses the checkpoint has their cosignatures; PAC6505: the entries are
  // recorded, as last_appended() says, and too few witnesses have cosigned them in time, so that
  // the outcome is unknown; PAC6503: one of them has seen another history, and nothing more is
  // recorded until the store is opened again.
  [[nodiscard]] Result<Appended> append(std::span<const std::string_view> entries);
  // The two halves of append(), for two threads as StreamWriter has them: while one commits, the
  // other one stages; it is commit() that signs, and has witnesses cosign. Not while the clock is
  // to be looked at: that is for append() alone, and so are rotate(), retire() and revoke() for
  // when nothing is staged.
  [[nodiscard]] Result<StagedBatch> stage(std::span<const std::string_view> entries);
  [[nodiscard]] Result<Appended> commit(StagedBatch batch);
  // Forgets what is staged; on the thread that commits.
  void abandon() { writer_->abandon(); }
  bool is_clock_quiet() { return clock_->is_quiet(); }
  [[nodiscard]] Result<void> publish() { return writer_->publish(); }
  // What append() recorded last, also where it was not witnessed.
  const Appended& last_appended() const noexcept { return last_; }
  // Has the witnesses cosign all that is recorded; nothing to do where they have, or there are
  // none. PAC6503, PAC6505.
  [[nodiscard]] Result<void> witness();
  // The members that each entry begins with. Any thread, as time().
  [[nodiscard]] Result<Stamp> stamp();
  // The time of an entry made now, as entries write it.
  std::string time() { return time_text(clock_->next_us()); }
  std::string origin() const { return signer_->name(); }

  std::uint32_t stream() const noexcept { return stream_; }
  const StreamWriter& writer() const noexcept { return *writer_; }
  // Why a new stream was begun when this store was opened; empty: it was not.
  const std::string& reason() const noexcept { return reason_; }

 private:
  Store(FileSystem& files, std::string folder, StoreSettings settings, Surroundings surroundings,
        StreamLimits limits)
      : files_(&files),
        folder_(std::move(folder)),
        settings_(std::move(settings)),
        surroundings_(std::move(surroundings)),
        limits_(limits) {}

  Result<void> start(std::span<const crypto::SigningKey> keys);
  Result<void> start_stream(std::uint32_t number, std::span<const crypto::SigningKey> keys,
                            Recovered recovered);
  Result<void> add_also(const StreamKeys& allowed);
  Result<void> record_key(KeyEvent event, std::vector<crypto::SigningKey> signers);
  Result<Appended> append_any(std::span<const std::string_view> entries);
  std::unexpected<Error> in_conflict() const;
  Result<Appended> acknowledge(Appended appended);
  Result<std::optional<Previous>> before(std::uint32_t number);
  Result<void> start_clock(const std::string& bundle, std::uint64_t size);
  Result<void> record_clock(const ClockEvent& event);
  Result<void> begin_anew(std::span<const crypto::SigningKey> keys, std::uint32_t old);
  Result<std::optional<Damage>> compare(std::uint32_t number, const Recovered& recovered);
  Result<std::optional<Damage>> compare_copy(std::uint32_t number, const Checkpoint& published);
  Result<std::optional<Damage>> confer();
  Result<std::optional<Damage>> cosign();

  FileSystem* files_;
  std::string folder_;
  StoreSettings settings_;
  Surroundings surroundings_;
  StreamLimits limits_;
  std::unique_ptr<FileLock> lock_;
  std::uint32_t stream_ = 0;
  std::unique_ptr<NoteSigner> signer_;
  std::unique_ptr<StreamWriter> writer_;
  std::unique_ptr<StreamClock> clock_;
  std::string reason_;
  Appended last_;
  std::uint32_t compared_ = 0;      // the stream that the copy was asked about last
  std::optional<Damage> conflict_;  // what others said of the stream before, or of this one
  std::uint64_t witnessed_ = 0;     // the size that witnesses cosigned
  std::string cosigned_;            // the checkpoint of that size with their lines
};

}  // namespace pac::ledger
