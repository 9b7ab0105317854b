// The one writer of a stream: takes batches, makes them durable, signs. Belongs to one thread; who
// opens it holds the ledger's lock, and file system and signer outlive it.
//
// It never signs what is not durable, never two roots for one size, and after a failure that leaves
// in doubt what is on the disk it writes no more: open the stream again.
#pragma once

#include <cstdint>
#include <memory>
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

class StreamWriter {
 public:
  // Goes on in a stream, or begins it where its folder is not there, with what recover() said of
  // it; which must not be damage (PAC_CHECK).
  [[nodiscard]] static Result<std::unique_ptr<StreamWriter>> open(FileSystem& files,
                                                                  std::string stream,
                                                                  const NoteSigner& signer,
                                                                  Recovered recovered,
                                                                  StreamLimits limits = {});

  // Durable and signed when it returns. PAC6204: nothing was recorded, try again later. PAC6205: it
  // is not known what was recorded, and nothing more will be until the stream is opened again.
  // PAC6206: an entry or the batch is too large; nothing was recorded.
  [[nodiscard]] Result<Appended> append(std::span<const std::string_view> entries);

  // Writes tiles, bundles and checkpoint of all entries.
  [[nodiscard]] Result<void> publish();

  std::uint64_t size() const noexcept { return state_.tree.size(); }
  Hash root() const { return state_.tree.root(); }
  const std::string& checkpoint() const noexcept { return checkpoint_; }

 private:
  StreamWriter(FileSystem& files, std::string stream, const NoteSigner& signer, Recovered recovered,
               StreamLimits limits);

  Result<void> settle_tail();
  Result<void> sign();
  Result<void> begin_segment();
  Result<void> check_batch(std::span<const std::string_view> entries) const;
  Result<Hash> build(std::span<const std::string_view> entries, TileBuilder* tree,
                     DerivedFiles* derived, std::string* bundle);
  Result<void> write_durably();
  std::unexpected<Error> stop(const Error& error);

  FileSystem* files_;
  std::string stream_;
  const NoteSigner* signer_;
  StreamLimits limits_;
  Recovered state_;
  std::string checkpoint_;
  std::string frame_;           // the buffer of the batch that is being written
  std::unique_ptr<File> file_;  // the open segment; null: begin one
  std::size_t unpublished_bytes_ = 0;
  std::string stopped_;  // why nothing more is written; empty: it goes on
};

}  // namespace pac::ledger
