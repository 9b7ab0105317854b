// The one writer of a stream: takes batches, makes them durable, signs. Who opens it holds the
// ledger's lock, and file system and signer outlive it. It belongs to one thread, or to two: one
// that calls stage() alone, while the other one does everything else.
//
// It never signs what is not durable, never two roots for one size, and after a failure that leaves
// in doubt what is on the disk it writes no more: open the stream again.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/file/recover.h"
#include "ledger/io/file_system.h"
#include "ledger/log/note.h"

namespace pac::ledger {

struct StreamLimits {
  std::uint64_t segment_bytes = 0;    // 0: kSegmentBytes
  std::size_t unpublished_bytes = 0;  // more is published at once; 0: 32 MiB
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
  std::string bundle;    // behind the last full one
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
  Result<void> sign();
  Result<void> begin_segment();
  static Result<void> check_batch(std::span<const std::string_view> entries);
  Result<void> may_write() const;
  Result<void> write_durably(std::string_view frame);
  std::unexpected<Error> stop(const Error& error);
  void halt(const std::string& why);

  FileSystem* files_;
  std::string stream_;
  const NoteSigner* signer_;
  StreamLimits limits_;
  Recovered state_;  // of what is durable
  std::string checkpoint_;
  std::unique_ptr<File> file_;  // the open segment; null: begin one
  std::size_t unpublished_bytes_ = 0;
  Edge staged_;  // of stage() alone
  std::uint64_t staged_epoch_ = 0;

  mutable std::mutex mutex_;  // of what both threads know: all below
  std::string stopped_;       // why nothing more is written; empty: it goes on
  std::uint64_t epoch_ = 0;   // grows when staged batches came to nothing
  std::optional<Edge> back_to_;
};

}  // namespace pac::ledger
