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
#include "ledger/file/stream_writer.h"
#include "ledger/io/file_system.h"
#include "ledger/log/note.h"
#include "runtime/crypto/ed25519.h"

namespace pac::ledger {

struct StoreSettings {
  std::string origin;  // of the ledger; that of a stream adds "/1"
  crypto::PublicKey key{};
};

// Whether a ledger of that origin can be made there: PAC6208 where there is one already or the
// origin is none.
[[nodiscard]] Result<void> check_init(FileSystem& files, const std::string& folder,
                                      const std::string& origin);
// Makes it. PAC6208.
[[nodiscard]] Result<void> init_store(FileSystem& files, const std::string& folder,
                                      const StoreSettings& settings);
// PAC6209 where the folder is no ledger.
[[nodiscard]] Result<StoreSettings> read_settings(FileSystem& files, const std::string& folder);

// The numbers of the streams, in order.
[[nodiscard]] Result<std::vector<std::uint32_t>> streams_of(FileSystem& files,
                                                            const std::string& folder);
std::string stream_folder(const std::string& folder, std::uint32_t number);
std::string stream_origin(const std::string& origin, std::uint32_t number);
NoteKey stream_key(const StoreSettings& settings, std::uint32_t number);

// What a store takes from the machine, so that tests can give it other things.
struct Surroundings {
  std::function<std::int64_t()> now_us;
  std::function<Result<std::string>()> nonce;  // 32 hexadecimal digits
  std::function<std::int64_t()> steady_us;     // empty: jumps of the clock are not noticed
  ClockLimits clock;
};
Surroundings real_surroundings();

class Store {
 public:
  // Takes the lock and starts the newest stream, or, where that is damaged, a new one. PAC6202:
  // held by another process; PAC6210: the key is not that of the ledger.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(FileSystem& files,
                                                           const std::string& folder,
                                                           const crypto::SigningKey& key,
                                                           Surroundings surroundings,
                                                           StreamLimits limits = {});

  // Durable when it returns; codes as StreamWriter::append, and PAC6214: the clock of the machine
  // is wrong, and nothing is recorded but that. What the clock did otherwise is recorded behind the
  // entries.
  [[nodiscard]] Result<Appended> append(std::span<const std::string_view> entries);
  // The two halves of append(), for two threads as StreamWriter has them: while one commits, the
  // other one stages. Not while the clock is to be looked at: that is for append() alone.
  [[nodiscard]] Result<StagedBatch> stage(std::span<const std::string_view> entries) {
    return writer_->stage(entries);
  }
  [[nodiscard]] Result<Appended> commit(StagedBatch batch) {
    return writer_->commit(std::move(batch));
  }
  // Forgets what is staged; on the thread that commits.
  void abandon() { writer_->abandon(); }
  bool is_clock_quiet() { return clock_->is_quiet(); }
  [[nodiscard]] Result<void> publish() { return writer_->publish(); }
  // The members that each entry begins with. Any thread, as time().
  [[nodiscard]] Result<Stamp> stamp();
  // The time of an entry made now, as entries write it.
  std::string time() { return time_text(clock_->next_us()); }
  std::string origin() const { return signer_->key().name; }

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

  Result<void> start(const crypto::SigningKey& key);
  Result<void> start_stream(std::uint32_t number, const crypto::SigningKey& key,
                            Recovered recovered);
  Result<std::optional<Previous>> before(std::uint32_t number);
  Result<void> start_clock(const std::string& bundle, std::uint64_t size);
  Result<void> record_clock(const ClockEvent& event);

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
};

}  // namespace pac::ledger
