// A witness (C2SP tlog-witness) without its HTTP: takes the body of an add-checkpoint request,
// checks that the checkpoint continues the one that it cosigned last, makes that durable, and
// answers with a cosignature. What it cosigned of a log never goes back, and never forks.
//
// FOLDER/lock                held for as long as the object lives
// FOLDER/logs/DIGEST         the last cosigned checkpoint of a log, by the SHA-256 of its origin
// FOLDER/refused/DIGEST-N    what a known log signed and cannot be reconciled with that: evidence
//
// add_checkpoint() may be called by many threads; requests of one log take turns. The file system
// is used by one thread at a time and outlives it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/io/file_system.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/cosignature.h"

namespace pac::ledger {

// A log that the witness takes checkpoints of.
struct WitnessedLog {
  std::string origin;
  NoteKey key;
  // `origin` is that of a ledger: each of its streams, ORIGIN/1 and so on, signs with this key.
  bool has_streams = false;
};

// "ORIGIN=KEY": the key's name is ORIGIN, or that of a stream of ORIGIN. PAC6101.
[[nodiscard]] Result<WitnessedLog> read_witnessed_log(std::string_view text);

struct WitnessAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
};

inline constexpr std::string_view kTreeSizeType = "text/x.tlog.size";
// The note of a request is a checkpoint with some signatures; 63 lines of a proof stand before it.
inline constexpr std::size_t kMaxAddCheckpointBytes = 65'536;
// Files of evidence that are kept; there are no more of them however often somebody asks.
inline constexpr std::size_t kMaxRefusedNotes = 1'000;

struct WitnessHead {
  std::uint64_t size = 0;
  Hash root{};
  friend bool operator==(const WitnessHead&, const WitnessHead&) = default;
};

class Witness {
 public:
  // Takes the lock and reads what it cosigned. PAC6202: held by another process; PAC6501: a file of
  // what it cosigned is damaged, and it must not begin anew.
  [[nodiscard]] static Result<std::unique_ptr<Witness>> open(FileSystem& files, std::string folder,
                                                             Cosigner cosigner,
                                                             std::vector<WitnessedLog> logs,
                                                             std::function<std::int64_t()> now_s);

  // 200: lines of cosignatures; 400: no request; 403: not signed by the log's key; 404: a log that
  // is not known; 409: not the size that was cosigned last, which is the body, or another root of
  // that size; 422: the proof does not hold; 500: the state can't be made durable.
  WitnessAnswer add_checkpoint(std::string_view body);

  // What was cosigned last; nothing where nothing was.
  std::optional<WitnessHead> head(const std::string& origin) const;
  WitnessKey key() const { return cosigner_.key(); }

 private:
  struct Log {
    std::mutex turn;
    std::optional<WitnessHead> head;
    // After a failed write it is not known which state is on the disk.
    bool is_stopped = false;
  };
  struct Asked;

  Witness(FileSystem& files, std::string folder, Cosigner cosigner, std::vector<WitnessedLog> logs,
          std::function<std::int64_t()> now_s)
      : files_(files),
        folder_(std::move(folder)),
        cosigner_(std::move(cosigner)),
        known_(std::move(logs)),
        now_s_(std::move(now_s)) {}

  Result<void> read_state();
  // Several while a log exchanges its key; none of a log that is not known.
  std::vector<NoteKey> keys_of(const std::string& origin) const;
  Log& log_of(const std::string& origin);
  WitnessAnswer decide(const Asked& asked, Log* log);
  void keep_refused(const Asked& asked);

  FileSystem& files_;
  std::string folder_;
  Cosigner cosigner_;
  std::vector<WitnessedLog> known_;
  std::function<std::int64_t()> now_s_;
  std::unique_ptr<FileLock> lock_;
  std::mutex files_mutex_;
  mutable std::mutex logs_mutex_;  // of the map; each log has its own
  std::map<std::string, std::unique_ptr<Log>> logs_;
};

}  // namespace pac::ledger
