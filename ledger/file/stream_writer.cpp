#include "ledger/file/stream_writer.h"

#include <algorithm>
#include <utility>

#include "ledger/file/limits.h"
#include "ledger/file/publisher.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kUnpublishedBytes = std::size_t{32} << 20;
// Of batches this large deciding and hashing take longer than the sync of the one before. Smaller
// ones are not hashed sooner by waking another thread.
constexpr std::size_t kWorthHelp = std::size_t{128} << 10;
constexpr std::size_t kCopyBytes = std::size_t{1} << 20;
// Small ledgers stay small: only longer segments get room ahead, for so many frames like the last
// one. Of large frames the bytes are what takes the time.
constexpr std::uint64_t kRoomFrom = std::uint64_t{64} << 10;
constexpr std::size_t kRoomBytes = std::size_t{256} << 10;
constexpr std::size_t kRoomFrames = 8;

// Copies the bytes that count to a new file, makes them durable and puts it in the place of the old
// one. What reads well after a kill or a failed sync may be in memory only.
Result<void> rewrite(FileSystem& files, const std::string& path, std::uint64_t bytes) {
  auto from = files.open(path);
  if (!from) return std::unexpected(from.error());
  const std::string beside = path + ".new";
  if (files.exists(beside)) {
    if (const auto removed = files.remove(beside); !removed) return removed;
  }
  auto to = files.create(beside);
  if (!to) return std::unexpected(to.error());
  for (std::uint64_t at = 0; at < bytes;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, bytes - at));
    const Result<std::string> piece = (*from)->read_at(at, wanted);
    if (!piece) return std::unexpected(piece.error());
    if (piece->size() != wanted) return fail("PAC6201", path + " became shorter while it was read");
    const Result<std::size_t> written = (*to)->write_at(at, *piece);
    if (!written) return std::unexpected(written.error());
    if (*written != wanted) return fail("PAC6201", "no room to copy " + path);
    at += wanted;
  }
  if (const auto synced = (*to)->sync_data(); !synced) return synced;
  if (const auto renamed = files.rename(beside, path); !renamed) return renamed;
  return files.sync_folder(folder_of(path));
}

std::size_t bytes_of(const DerivedFiles& files) {
  std::size_t bytes = 0;
  for (const auto& [path, content] : files) bytes += content.size();
  return bytes;
}

}  // namespace

StreamWriter::StreamWriter(FileSystem& files, std::string stream, const NoteSigner& signer,
                           Recovered recovered, StreamLimits limits)
    : files_(&files),
      stream_(std::move(stream)),
      signer_(&signer),
      limits_(limits),
      state_(std::move(recovered)),
      unpublished_bytes_(bytes_of(state_.unpublished)) {
  if (limits_.segment_bytes == 0) limits_.segment_bytes = kSegmentBytes;
  if (limits_.unpublished_bytes == 0) limits_.unpublished_bytes = kUnpublishedBytes;
  if (limits_.room_from == 0) limits_.room_from = kRoomFrom;
  if (limits_.room_bytes == 0) limits_.room_bytes = kRoomBytes;
}

Result<std::unique_ptr<StreamWriter>> StreamWriter::open(FileSystem& files, std::string stream,
                                                         const NoteSigner& signer,
                                                         Recovered recovered, StreamLimits limits) {
  PAC_CHECK(!recovered.damage, "a damaged stream is not signed again");
  if (const auto made = files.make_folders(segment_folder(stream)); !made) {
    return std::unexpected(made.error());
  }
  std::unique_ptr<StreamWriter> out(
      new StreamWriter(files, std::move(stream), signer, std::move(recovered), limits));
  out->staged_ = {out->state_.tree, out->state_.bundle};
  if (const auto settled = out->settle_tail(); !settled) return std::unexpected(settled.error());
  if (const auto is_signed = out->sign(); !is_signed) return std::unexpected(is_signed.error());
  if (!out->state_.tiles_fit) {
    Publisher publisher(files, out->stream_);
    const auto put = [&](const std::string& path, const std::string& bytes) {
      return publisher.put(path, bytes);
    };
    if (const auto made = derive_all(files, out->stream_, signer.key(), put); !made) {
      return std::unexpected(made.error());
    }
    out->state_.tiles_fit = true;
    if (const auto published = out->publish(); !published) {
      return std::unexpected(published.error());
    }
  }
  return out;
}

Result<void> StreamWriter::settle_tail() {
  for (const std::string& path : state_.begun) {
    if (const auto removed = files_->remove(path); !removed) return removed;
  }
  if (!state_.begun.empty()) {
    const auto synced = files_->sync_folder(segment_folder(stream_));
    if (!synced) return synced;
  }
  if (state_.segments.empty()) return {};
  const std::string& path = state_.segments.back().path;
  if (const auto copied = rewrite(*files_, path, state_.last_bytes); !copied) return copied;
  auto file = files_->open(path);
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  room_end_ = state_.last_bytes;
  return {};
}

Result<std::string> StreamWriter::signed_checkpoint(std::uint64_t size, const Hash& root) const {
  return sign_checkpoint({signer_->key().name, size, root, {}}, std::span(signer_, 1));
}

Result<void> StreamWriter::sign() {
  Result<std::string> note = signed_checkpoint(size(), root());
  if (!note) return std::unexpected(note.error());
  checkpoint_ = std::move(*note);
  return {};
}

std::unexpected<Error> StreamWriter::stop(const Error& error) {
  halt(error.message);
  return fail("PAC6205", error.message +
                             "; whether the batch is recorded is not known: nothing more is " +
                             "written until the ledger is opened again");
}

void StreamWriter::halt(const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (stopped_.empty()) stopped_ = why;
}

// What was staged stands on a batch that was not recorded, or is not wanted.
void StreamWriter::abandon() {
  const std::lock_guard lock(mutex_);
  ++epoch_;
  back_to_ = Edge{state_.tree, state_.bundle};
}

Result<void> StreamWriter::may_write() const {
  const std::lock_guard lock(mutex_);
  if (stopped_.empty()) return {};
  return fail("PAC6205", "nothing is written any more, as " + stopped_ + "; open the ledger again");
}

Result<void> StreamWriter::check_batch(std::span<const std::string_view> entries) {
  std::size_t bytes = 0;
  for (const std::string_view entry : entries) {
    if (entry.size() > kMaxEntryBytes) {
      return fail("PAC6206", "an entry has " + std::to_string(entry.size()) + " bytes; more than " +
                                 std::to_string(kMaxEntryBytes) + " are not recorded");
    }
    bytes += entry.size() + 2;
  }
  if (entries.empty() || entries.size() > kMaxFrameEntries || bytes > kMaxFrameBytes / 2) {
    return fail("PAC6206", "a batch has 1 to " + std::to_string(kMaxFrameEntries) +
                               " entries with together at most " +
                               std::to_string(kMaxFrameBytes / 2) + " bytes");
  }
  return {};
}

// A frame's body is made as bundles are, so they are pieces of it.
void StreamWriter::stage_bundles(std::span<const std::string_view> entries, StagedBatch* out) {
  const std::string_view body = out->frame.body();
  std::uint64_t size = out->first;
  std::size_t end = 0;
  for (const std::string_view entry : entries) {
    end += entry.size() + 2;
    if (++size % kTileWidth != 0) continue;
    std::string full = std::exchange(staged_.bundle, {});
    full += body.substr(out->tail, end - out->tail);
    out->tail = end;
    staged_.bundle.reserve(full.size());  // the next one is about as long
    out->derived[bundle_path({size / kTileWidth - 1, kTileWidth})] = std::move(full);
  }
  staged_.bundle += body.substr(out->tail);
}

Result<StagedBatch> StreamWriter::stage(std::span<const std::string_view> entries) {
  if (const auto may = may_write(); !may) return std::unexpected(may.error());
  if (const auto fits = check_batch(entries); !fits) return std::unexpected(fits.error());
  {
    const std::lock_guard lock(mutex_);
    if (back_to_) staged_ = std::move(*back_to_);
    back_to_.reset();
    staged_epoch_ = epoch_;
  }
  StagedBatch out;
  out.first = staged_.tree.size();
  out.entries = static_cast<std::uint32_t>(entries.size());
  out.epoch = staged_epoch_;
  Frontier again = staged_.tree.frontier();
  out.frame.reserve(entries);
  for (const std::string_view entry : entries) out.frame.add(entry);
  // From the bytes that will be written: a bit that flipped since must not be signed.
  const auto hash_again = [&] {
    const auto written = entries_of(out.frame.body(), entries.size(), true);
    if (written) again.push_all(leaf_hashes(*written));
  };
  const bool has_help = out.frame.body().size() >= kWorthHelp;
  if (has_help) {
    if (!hashing_) hashing_.emplace(2);
    hashing_->add(hash_again);
  }
  staged_.tree.push_all(leaf_hashes(entries), [&](const TileId& id, const std::string& bytes) {
    out.derived[tile_path(id)] = bytes;
  });
  stage_bundles(entries, &out);
  if (has_help) {
    hashing_->finish_first();
  } else {
    hash_again();
  }
  if (again.root() != staged_.tree.root()) {
    const std::string why =
        "hashing a batch twice gave two roots: the memory of this machine "
        "is not to be trusted";
    halt(why);
    return fail("PAC6205", why);
  }
  out.tree = staged_.tree;
  return out;
}

// A new segment, durable with its name before it has a frame: a header that is lost while a frame
// is there is then damage, and nothing else.
Result<void> StreamWriter::begin_segment() {
  const std::uint32_t number = state_.segments.empty() ? 1 : state_.segments.back().number + 1;
  const SegmentFile segment = segment_file(stream_, number, size());
  SegmentHeader header;
  header.first = size();
  header.previous_bytes = state_.segments.empty() ? 0 : state_.last_bytes;
  header.before = state_.link;
  header.origin = crypto::sha256(signer_->key().name);
  const std::string bytes = build_segment_header(header);
  if (files_->exists(segment.path)) {  // begun before, and never had an entry
    if (const auto removed = files_->remove(segment.path); !removed) return removed;
  }
  auto file = files_->create(segment.path);
  if (!file) return std::unexpected(file.error());
  const Result<std::size_t> written = (*file)->write_at(0, bytes);
  if (!written) return std::unexpected(written.error());
  if (*written != bytes.size()) return fail("PAC6201", "no room for " + segment.path);
  if (const auto synced = (*file)->sync_data(); !synced) return synced;
  if (const auto synced = files_->sync_folder(segment_folder(stream_)); !synced) return synced;
  file_ = std::move(*file);
  state_.segments.push_back(segment);
  state_.last_bytes = bytes.size();
  room_end_ = state_.last_bytes;
  return {};
}

// Writes a frame behind the last good one. A write that falls short closes the segment where it was
// good: half a frame is none.
Result<void> StreamWriter::write(std::string_view frame) {
  if (file_ != nullptr && state_.last_bytes > kSegmentHeaderBytes &&
      state_.last_bytes + frame.size() > limits_.segment_bytes) {
    file_.reset();
  }
  if (file_ == nullptr) {
    if (const auto begun = begin_segment(); !begun) {
      return fail("PAC6204", begun.error().message + "; the batch is not recorded");
    }
  }
  const Result<std::size_t> written = file_->write_at(state_.last_bytes, frame);
  if (!written) return stop(written.error());
  if (*written != frame.size()) {
    file_.reset();
    return fail("PAC6204",
                "there is no room for the batch in " + stream_ + "; the batch is not recorded");
  }
  return make_room(state_.last_bytes + frame.size(), frame.size());
}

// Zeros behind a frame that reached the end of the file, made durable with it. Syncing a frame that
// goes where the file is already takes half the time: its length and its blocks stay as they are.
Result<void> StreamWriter::make_room(std::uint64_t end, std::size_t frame_bytes) {
  if (end <= room_end_) return {};
  room_end_ = end;
  const std::size_t wanted = kRoomFrames * frame_bytes;
  if (end < limits_.room_from || end >= limits_.segment_bytes || wanted > limits_.room_bytes) {
    return {};
  }
  const auto room =
      static_cast<std::size_t>(std::min<std::uint64_t>(wanted, limits_.segment_bytes - end));
  const Result<std::size_t> written = file_->write_at(end, std::string(room, '\0'));
  if (!written) return stop(written.error());
  room_end_ += *written;  // a full disk has less to give, and frames say themselves what they need
  return {};
}

// Makes what was written durable, and signs it meanwhile, which takes as long as a fast device
// does. Where the sync fails nobody gets that signature, and nothing more is signed.
Result<void> StreamWriter::sync_and_sign(std::uint64_t size, const Hash& root) {
  Result<std::string> note;
  if (!signing_) signing_.emplace(2);
  signing_->add([&] { note = signed_checkpoint(size, root); });
  const Result<void> synced = file_->sync_data();
  signing_->finish_first();
  if (!synced) return stop(synced.error());
  if (!note) return stop(note.error());
  checkpoint_ = std::move(*note);
  return {};
}

Result<Appended> StreamWriter::commit(StagedBatch batch) {
  if (const auto may = may_write(); !may) return std::unexpected(may.error());
  {
    const std::lock_guard lock(mutex_);
    if (batch.epoch != epoch_) {
      return fail("PAC6204", "the batch before it was not recorded, and so neither was this one");
    }
  }
  PAC_CHECK(batch.first == size(), "batches are committed as they were staged");
  FrameHeader header;
  header.first = batch.first;
  header.entries = batch.entries;
  header.before = state_.link;
  header.root = batch.tree.root();
  const Hash link = batch.frame.finish(header, size() == 0 ? "" : checkpoint_);
  Result<void> recorded = write(batch.frame.bytes());
  if (recorded) recorded = sync_and_sign(batch.tree.size(), header.root);
  if (!recorded) {
    abandon();
    return std::unexpected(recorded.error());
  }
  Appended out;
  out.first = batch.first;
  state_.last_bytes += batch.frame.bytes().size();
  state_.tree = std::move(batch.tree);
  if (batch.tail > 0) state_.bundle.clear();
  state_.bundle += batch.frame.body().substr(batch.tail);
  state_.link = link;
  unpublished_bytes_ += bytes_of(batch.derived);
  state_.unpublished.merge(batch.derived);
  out.size = size();
  out.checkpoint = checkpoint_;
  if (unpublished_bytes_ > limits_.unpublished_bytes) {
    // The batch is recorded whatever becomes of what is derived from it; the next publish() says.
    [[maybe_unused]] const auto published = publish();
  }
  return out;
}

Result<Appended> StreamWriter::append(std::span<const std::string_view> entries) {
  Result<StagedBatch> staged = stage(entries);
  if (!staged) return std::unexpected(staged.error());
  return commit(std::move(*staged));
}

Result<void> StreamWriter::publish() {
  Publisher publisher(*files_, stream_);
  for (const auto& [path, bytes] : state_.unpublished) {
    if (const auto put = publisher.put(path, bytes); !put) return put;
  }
  if (const auto put = publisher.put_edge(state_.tree, state_.bundle); !put) return put;
  if (const auto done = publisher.finish(checkpoint_); !done) return done;
  state_.unpublished.clear();
  unpublished_bytes_ = 0;
  return {};
}

}  // namespace pac::ledger
