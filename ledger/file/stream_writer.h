// The one writer of a stream: takes batches, makes them durable, signs. Who opens it holds the
// ledger's lock, and file system and signer outlive it. It belongs to one thread, or to two: one
// that calls stage() alone, while the other one does everything else.
//
// It never hands out a signature of what is not durable, nor two roots for one size, and after a
// failure that leaves in doubt what is on the disk it writes no more: open the stream again.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/file/ordered_work.h"
#include "ledger/file/recover.h"
#include "ledger/io/file_system.h"
#include "ledger/log/note.h"

namespace pac::ledger {

struct StreamLimits {
  std::uint64_t segment_bytes = 0;    // 0: kSegmentBytes
  std::size_t unpublished_bytes = 0;  // more is published at once; 0: 32 MiB
  std::uint64_t room_from = 0;        // a segment this long is given room ahead; 0: 64 KiB
  std::size_t room_bytes = 0;         // at most, at a time; 0: 256 KiB
};

struct Appended {
  std::uint64_t first = 0;  // index of the first entry
  std::uint64_t size = 0;   // of the stream with all of them
  std::string checkpoint;   // signed, of that size
};

// A batch that was hashed, twice, and waits to be written.
struct StagedBatch {
  FrameBuilder frame;
  std::uint64_t first = 0;  // index of the first entry
  std::uint32_t entries = 0;
  TileBuilder tree;      // with its entries
  DerivedFiles derived;  // that became full with them
  // Where in the frame's body those stand that fill no bundle yet; 0: it filled none.
  std::size_t tail = 0;
  std::uint64_t epoch = 0;
};

class StreamWriter {
 public:
  // Goes on in a stream, or begins it where its folder is not there, with what recover() said of
  // it; which must not be damage (PAC_CHECK).
  [[nodiscard]] static Result<std::unique_ptr<StreamWriter>> open(FileSystem& files,
                                                                  std::string stream,
                                                                  const NoteSigner& signer,
                                                                  Recovered recovered,
                                                                  StreamLimits limits = {});

  // Hashes a batch that follows all that were staged before it, while an earlier one may be
  // written. Nothing is recorded yet. PAC6205, PAC6206. What is staged is to be committed, in that
  // order.
  [[nodiscard]] Result<StagedBatch> stage(std::span<const std::string_view> entries);

  // Durable and signed when it returns. PAC6204: nothing was recorded, of those that were staged
  // behind it neither: try again later. PAC6205 as append().
  [[nodiscard]] Result<Appended> commit(StagedBatch batch);

  // What is staged and not committed will not be.
  void abandon();

  // Both at once. Durable and signed when it returns. PAC6204: nothing was recorded, try again
  // later. PAC6205: it is not known what was recorded, and nothing more will be until the stream is
  // opened again. PAC6206: an entry or the batch is too large; nothing was recorded.
  [[nodiscard]] Result<Appended> append(std::span<const std::string_view> entries);

  // Writes tiles, bundles and checkpoint of all entries.
  [[nodiscard]] Result<void> publish();

  std::uint64_t size() const noexcept { return state_.tree.size(); }
  Hash root() const { return state_.tree.root(); }
  const std::string& checkpoint() const noexcept { return checkpoint_; }

 private:
  StreamWriter(FileSystem& files, std::string stream, const NoteSigner& signer, Recovered recovered,
               StreamLimits limits);

  // What the next batch is staged on.
  struct Edge {
    TileBuilder tree;
    std::string bundle;
  };

  Result<void> settle_tail();
  Result<std::string> signed_checkpoint(std::uint64_t size, const Hash& root) const;
  Result<void> sign();
  Result<void> begin_segment();
  void stage_bundles(std::span<const std::string_view> entries, StagedBatch* out);
  static Result<void> check_batch(std::span<const std::string_view> entries);
  Result<void> may_write() const;
  Result<void> write(std::string_view frame);
  Result<void> make_room(std::uint64_t end, std::size_t frame_bytes);
  Result<void> sync_and_sign(std::uint64_t size, const Hash& root);
  std::unexpected<Error> stop(const Error& error);
  void halt(const std::string& why);

  FileSystem* files_;
  std::string stream_;
  const NoteSigner* signer_;
  StreamLimits limits_;
  Recovered state_;  // of what is durable
  std::string checkpoint_;
  std::unique_ptr<File> file_;          // the open segment; null: begin one
  std::uint64_t room_end_ = 0;          // of its frames, or of the zeros behind them
  std::optional<OrderedWork> signing_;  // from the first batch on
  std::size_t unpublished_bytes_ = 0;
  Edge staged_;                         // of stage() alone
  std::optional<OrderedWork> hashing_;  // of stage() alone, from the first large batch on
  std::uint64_t staged_epoch_ = 0;

  mutable std::mutex mutex_;  // of what both threads know: all below
  std::string stopped_;       // why nothing more is written; empty: it goes on
  std::uint64_t epoch_ = 0;   // grows when staged batches came to nothing
  std::optional<Edge> back_to_;
};

}  // namespace pac::ledger
