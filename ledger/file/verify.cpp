#include "ledger/file/verify.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "ledger/file/entry.h"
#include "ledger/file/folder_tiles.h"
#include "ledger/file/limits.h"
#include "ledger/file/ordered_work.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/segment.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "ledger/log/tile_builder.h"

namespace pac::ledger {
namespace {

// Frames that are read ahead while others are hashed: enough that no thread waits for the device,
// and few against what a machine has.
constexpr std::size_t kAheadBytes = std::size_t{3} << 20;
constexpr std::size_t kAheadFrames = 256;

// A frame with what can be made of it alone, by any thread.
struct ReadFrame {
  ReadFrame(const SegmentReader& reader, const NoteKey& of)
      : frame(reader.copy_frame(&bytes)), key(of) {}

  void look() {
    auto views = entries_of(frame.body, frame.header.entries, true);
    if (!views) return;
    entries = std::move(*views);
    leaves.reserve(entries->size());
    for (const std::string_view entry : *entries) leaves.push_back(leaf_hash(entry));
    if (frame.checkpoint.empty()) return;
    auto read = open_checkpoint(frame.checkpoint, key.name, std::span(&key, 1));
    if (read) checkpoint = std::move(*read);
  }

  std::string bytes;
  Frame frame;
  const NoteKey& key;
  std::optional<std::vector<std::string_view>> entries;
  std::vector<Hash> leaves;
  std::optional<Checkpoint> checkpoint;  // within it, where its signature holds
};

// One stream, front to back. Its first bad entry ends the reading of entries, as nothing behind it
// can be told from what it should have been.
class StreamCheck {
 public:
  StreamCheck(FileSystem& files, std::string folder, NoteKey key, std::uint32_t number,
              const VerifyProgress& progress, std::span<const Checkpoint> known, OrderedWork& work,
              VerifiedStore* out)
      : files_(files),
        folder_(std::move(folder)),
        key_(std::move(key)),
        number_(number),
        progress_(progress),
        work_(work),
        out_(out),
        tiles_(files, folder_) {
    for (const Checkpoint& checkpoint : known) {
      if (checkpoint.origin == key_.name) known_.emplace(checkpoint.size, checkpoint.root);
    }
  }

  // What is still ahead when something is found is not looked at.
  ~StreamCheck() {
    for (; !ahead_.empty(); ahead_.pop_front()) work_.finish_first();
  }
  StreamCheck(const StreamCheck&) = delete;
  StreamCheck& operator=(const StreamCheck&) = delete;

  Result<VerifiedStream> run(const std::optional<VerifiedStream>& before,
                             const std::optional<Previous>& after) {
    before_ = before;
    after_ = after;
    if (const auto read = read_checkpoint(); !read) return std::unexpected(read.error());
    if (const auto read = read_segments(); !read) return std::unexpected(read.error());
    const std::uint64_t size = tree_.size();
    if (!is_bad_ && published_ && size < published_->size) {
      bad(size, "the entries from here to " + std::to_string(published_->size - 1) +
                    " were signed and are not there");
    }
    for (const auto& [known_size, root] : known_) {
      if (is_bad_ || known_size <= size) continue;
      bad(size, "a checkpoint that is held elsewhere has " + std::to_string(known_size) +
                    " entries: the ledger was put back to an earlier state");
    }
    if (!is_bad_ && after_ && after_->missing_below > size) {
      bad(size, "the next stream says that there were " + std::to_string(after_->missing_below) +
                    " entries: those from here on are not there");
    }
    // A stream is published as soon as it is opened: one without has ended right there.
    if (!published_ && size > 1) also(0, "the published checkpoint is not there");
    VerifiedStream out{number_,      key_.name,   size, published_ ? published_->size : 0,
                       tree_.root(), checkpoints_};
    return out;
  }

 private:
  void bad(std::uint64_t index, const std::string& what) {
    out_->findings.push_back({number_, index, what});
    is_bad_ = true;
  }
  // Something beside the entries: they go on being read.
  void also(std::uint64_t index, const std::string& what) {
    if (files_found_++ == 0) out_->findings.push_back({number_, index, what});
  }

  Result<void> read_checkpoint() {
    const std::string path = folder_ + "/checkpoint";
    if (!files_.exists(path)) return {};
    const Result<std::string> note = read_whole(files_, path, kMaxNoteBytes);
    if (!note) return std::unexpected(note.error());
    const auto checkpoint = open_checkpoint(*note, key_.name, std::span(&key_, 1));
    if (!checkpoint) {
      also(0, "the published checkpoint can't be believed: " + checkpoint.error().message);
      return {};
    }
    ++checkpoints_;
    published_ = *checkpoint;
    if (published_->size == 0) return {};
    Tree tree(tiles_, published_->size);
    const Result<Hash> root = tree.root(published_->size);
    if (root && *root == published_->root) leaves_.emplace(tiles_, published_->size);
    return {};
  }

  Result<void> read_segments() {
    const Result<std::vector<SegmentFile>> segments = segments_of(files_, folder_);
    if (!segments) return std::unexpected(segments.error());
    for (std::size_t i = 0; i < segments->size() && !is_bad_; ++i) {
      std::uint64_t limit = UINT64_MAX;
      const bool is_last = i + 1 == segments->size();
      if (!is_last) {
        const auto next = SegmentReader::open(files_, (*segments)[i + 1].path, UINT64_MAX);
        if (!next) return std::unexpected(next.error());
        if (next->header()) limit = next->header()->previous_bytes;
      }
      auto reader = SegmentReader::open(files_, (*segments)[i].path, limit);
      if (!reader) return std::unexpected(reader.error());
      if (const auto read = read_frames(*reader, is_last, limit); !read) return read;
    }
    return {};
  }

  Result<void> read_frames(SegmentReader& reader, bool is_last, std::uint64_t limit) {
    const auto& header = reader.header();
    if (header && (header->first != tree_.size() || header->before != link_ ||
                   header->origin != crypto::sha256(key_.name))) {
      bad(tree_.size(), "a segment does not continue what is before it");
      return {};
    }
    while (!is_bad_) {
      const Result<SegmentReader::Step> step = reader.next();
      if (!step) return std::unexpected(step.error());
      if (*step == SegmentReader::Step::frame) {
        read_ahead(reader);
        continue;
      }
      while (!ahead_.empty()) check_first();
      if (is_bad_) break;
      if (*step == SegmentReader::Step::damaged) {
        const Result<bool> goes_on = is_last ? reader.is_no_torn_end() : Result<bool>(true);
        if (!goes_on) return std::unexpected(goes_on.error());
        // With nothing behind it, it is the torn end of a batch that nobody was told of, unless a
        // checkpoint knows better, which run() says.
        if (*goes_on || (published_ && tree_.size() < published_->size)) {
          const Result<std::string> bytes = reader.damaged_bytes();
          if (!bytes) return std::unexpected(bytes.error());
          locate(*bytes, "its frame is damaged");
        }
      } else if (!is_last && limit != UINT64_MAX && reader.offset() != limit) {
        bad(tree_.size(), "a segment is shorter than it was");
      }
      break;
    }
    return {};
  }

  void read_ahead(const SegmentReader& reader) {
    ahead_.push_back(std::make_unique<ReadFrame>(reader, key_));
    ahead_bytes_ += ahead_.back()->bytes.size();
    work_.add([frame = ahead_.back().get()] { frame->look(); });
    while (ahead_bytes_ > kAheadBytes || ahead_.size() > kAheadFrames) check_first();
  }

  void check_first() {
    work_.finish_first();
    const std::unique_ptr<ReadFrame> first = std::move(ahead_.front());
    ahead_.pop_front();
    ahead_bytes_ -= first->bytes.size();
    if (!is_bad_) check_frame(*first);
  }

  void check_frame(const ReadFrame& read) {
    const Frame& frame = read.frame;
    const std::uint64_t first = tree_.size();
    if (frame.header.first != first || frame.header.before != link_) {
      bad(first, "a frame does not continue the one before it");
      return;
    }
    if (!read.entries) {
      bad(first, "the entries of a frame are not as many as it says");
      return;
    }
    if (!frame.checkpoint.empty() || first > 0) {
      const auto& checkpoint = read.checkpoint;
      if (!checkpoint || checkpoint->size != first || checkpoint->root != tree_.root()) {
        bad(first, "the checkpoint before it is not one of these entries");
        return;
      }
      ++checkpoints_;
    }
    TileBuilder tried = tree_;
    std::vector<std::pair<TileId, std::string>> full;
    std::vector<std::pair<std::uint64_t, Hash>> roots;  // of sizes that somebody else speaks of
    for (const Hash& leaf : read.leaves) {
      tried.push(leaf,
                 [&](const TileId& id, const std::string& bytes) { full.emplace_back(id, bytes); });
      const std::uint64_t size = tried.size();
      if (known_.contains(size) || (after_ && after_->size == size)) {
        roots.emplace_back(size, tried.root());
      }
    }
    if (tried.root() != frame.header.root || !has_signed_leaves(first, read.leaves)) {
      locate_in(first, *read.entries, "the entry is not what was signed");
      return;
    }
    if (first == 0 && !read.entries->empty()) check_opening((*read.entries)[0]);
    tree_ = std::move(tried);
    for (const auto& [id, bytes] : full) {
      const std::uint64_t low = (id.index * kTileWidth) << (kTileHeight * id.level);
      const std::uint64_t leaves = std::uint64_t{kTileWidth} << (kTileHeight * id.level);
      if (published_ && low + leaves <= published_->size) compare(tile_path(id), bytes, low);
    }
    for (const auto& [size, root] : roots) check_root(size, root);
    for (std::size_t i = 0; i < read.entries->size(); ++i) add(first + i, (*read.entries)[i]);
    link_ = frame.link;
    at_published();
    if (progress_) progress_(tree_.size());
  }

  // A frame that was forged as a whole has roots of its own; the leaves that were signed are those
  // of the published tiles.
  bool has_signed_leaves(std::uint64_t first, const std::vector<Hash>& leaves) {
    if (!leaves_) return true;
    for (std::size_t i = 0; i < leaves.size() && first + i < leaves_->size(); ++i) {
      const Result<Hash> leaf = leaves_->leaf(first + i);
      if (leaf && *leaf != leaves[i]) return false;
    }
    return true;
  }

  // A damaged frame: as many of its entries as can be made out.
  void locate(std::string_view bytes, const std::string& what) {
    const std::uint64_t first = tree_.size();
    const auto header = read_frame_header(bytes);
    std::vector<std::string_view> entries;
    if (header && header->first == first && bytes.size() >= header->bytes) {
      std::string_view body = bytes.substr(0, header->bytes);
      body.remove_prefix(kFrameHeaderBytes + header->checkpoint_bytes);
      for (std::size_t count = header->entries; count > 0 && entries.empty(); --count) {
        if (auto found = entries_of(body, count, false)) entries = std::move(*found);
      }
    }
    locate_in(first, entries, what);
  }

  void locate_in(std::uint64_t first, const std::vector<std::string_view>& entries,
                 const std::string& what) {
    std::uint64_t index = first;
    if (leaves_) {
      for (std::size_t i = 0; i < entries.size() && first + i < leaves_->size(); ++i) {
        index = first + i;
        const Result<Hash> leaf = leaves_->leaf(index);
        if (!leaf || *leaf != leaf_hash(entries[i])) break;
      }
    }
    bad(index, what);
  }

  void check_opening(std::string_view entry) {
    const Result<json::Value> value = json::parse(entry);
    const json::Value* kind = value && value->is_object() ? value->find("kind") : nullptr;
    if (kind == nullptr || *kind != json::Value("stream-open")) {
      also(0, "the first entry does not open the stream");
      return;
    }
    const json::Value* previous = value->find("previous");
    if ((previous != nullptr) != (number_ > 1)) {
      also(0, "the first entry names another stream before this one than there is");
    } else if (previous != nullptr && before_) {
      const json::Value* origin = previous->find("origin");
      const json::Value* size = previous->find("size");
      if (origin == nullptr || *origin != json::Value(before_->origin) || size == nullptr ||
          !size->is_int() || size->as_int() < 0) {
        also(0, "the first entry names another stream before this one than there is");
      }
    }
  }

  void check_root(std::uint64_t size, const Hash& root) {
    const auto [begin, end] = known_.equal_range(size);
    for (auto known = begin; known != end; ++known) {
      if (root == known->second || is_bad_) continue;
      bad(0, "a checkpoint of " + std::to_string(size) +
                 " entries that is held elsewhere has another root: the ledger was written anew");
    }
    if (after_ && after_->size == size && after_->root != root && !is_bad_) {
      bad(0, "the next stream names another root of " + std::to_string(size) +
                 " entries: the ledger was written anew");
    }
  }

  void add(std::uint64_t index, std::string_view entry) {
    append_entry(entry, &bundle_);
    if ((index + 1) % kTileWidth != 0) return;
    const std::uint64_t number = index / kTileWidth;
    if (published_ && index < published_->size) {
      compare(bundle_path({number, kTileWidth}), bundle_, number * kTileWidth);
    }
    bundle_.clear();
  }

  // What was published last speaks of this size, which is always the end of a frame.
  void at_published() {
    if (!published_ || tree_.size() != published_->size) return;
    if (tree_.root() != published_->root) {
      bad(0, "the published checkpoint has another root: the ledger was forked or written anew");
      return;
    }
    const std::uint64_t size = tree_.size();
    tree_.partial_tiles([&](const TileId& id, const std::string& bytes) {
      compare_edge(tile_path(id), tile_path({id.level, id.index, kTileWidth}), bytes,
                   (id.index * kTileWidth) << (kTileHeight * id.level));
    });
    if (bundle_.empty()) return;
    const auto width = static_cast<unsigned>(size % kTileWidth);
    compare_edge(bundle_path({size / kTileWidth, width}),
                 bundle_path({size / kTileWidth, kTileWidth}), bundle_,
                 size / kTileWidth * kTileWidth);
  }

  // A partial file may have been replaced by the full one, of which it is the beginning.
  void compare_edge(const std::string& partial, const std::string& full, const std::string& bytes,
                    std::uint64_t low) {
    if (files_.exists(folder_ + "/" + partial) || !files_.exists(folder_ + "/" + full)) {
      compare(partial, bytes, low);
      return;
    }
    const auto found = read_whole(files_, folder_ + "/" + full, kTileWidth * (kMaxEntryBytes + 2));
    if (!found || !found->starts_with(bytes)) also(low, full + " is not what was signed");
  }

  void compare(const std::string& path, const std::string& bytes, std::uint64_t low) {
    if (!files_.exists(folder_ + "/" + path)) {
      also(low, path + " is not there");
      return;
    }
    const auto found = read_whole(files_, folder_ + "/" + path, kTileWidth * (kMaxEntryBytes + 2));
    if (!found || *found != bytes) also(low, path + " is not what was signed");
  }

  FileSystem& files_;
  std::string folder_;
  NoteKey key_;
  std::uint32_t number_;
  const VerifyProgress& progress_;
  OrderedWork& work_;  // on what is ahead, in that order
  std::deque<std::unique_ptr<ReadFrame>> ahead_;
  std::size_t ahead_bytes_ = 0;
  VerifiedStore* out_;
  FolderTiles tiles_;
  std::multimap<std::uint64_t, Hash> known_;  // roots by size
  std::optional<VerifiedStream> before_;
  std::optional<Previous> after_;  // what the next stream says of this one
  std::optional<Checkpoint> published_;
  std::optional<Tree> leaves_;  // the signed ones, where the published tiles have the signed root
  TileBuilder tree_;
  Hash link_{};
  std::string bundle_;
  std::uint64_t checkpoints_ = 0;
  int files_found_ = 0;
  bool is_bad_ = false;
};

// What stream `number` + 1 says of stream `number`. Its own check is what it is worth.
std::optional<Previous> opening_after(FileSystem& files, const std::string& folder,
                                      std::uint32_t number) {
  std::optional<Previous> out;
  const auto read = read_entries(files, stream_folder(folder, number + 1), 0, 1,
                                 [&](std::uint64_t, std::string_view entry) {
                                   out = previous_in(entry);
                                   return false;
                                 });
  return read ? out : std::nullopt;
}

}  // namespace

Result<VerifiedStore> verify_store(FileSystem& files, const std::string& folder,
                                   const crypto::PublicKey& key, const VerifyProgress& progress,
                                   std::span<const Checkpoint> known, unsigned threads) {
  const Result<StoreSettings> settings = read_settings(files, folder);
  if (!settings) return std::unexpected(settings.error());
  const Result<std::vector<std::uint32_t>> streams = streams_of(files, folder);
  if (!streams) return std::unexpected(streams.error());
  OrderedWork work(threads == 0 ? default_threads() : threads);
  VerifiedStore out;
  std::optional<VerifiedStream> before;
  std::uint64_t done = 0;
  for (const std::uint32_t number : *streams) {
    const std::uint32_t expected = before ? before->number + 1 : 1;
    if (number != expected) {
      out.findings.push_back({expected, 0, "stream " + std::to_string(expected) + " is not there"});
    }
    const VerifyProgress of_all = [&](std::uint64_t entries) {
      if (progress) progress(done + entries);
    };
    StreamCheck check(files, stream_folder(folder, number),
                      {stream_origin(settings->origin, number), key}, number, of_all, known, work,
                      &out);
    Result<VerifiedStream> stream = check.run(before, opening_after(files, folder, number));
    if (!stream) return std::unexpected(stream.error());
    done += stream->size;
    before = *stream;
    out.streams.push_back(std::move(*stream));
  }
  for (const Checkpoint& checkpoint : known) {
    const auto is_its = [&](const VerifiedStream& s) { return s.origin == checkpoint.origin; };
    if (std::ranges::any_of(out.streams, is_its)) continue;
    out.findings.push_back({0, 0,
                            "the stream " + checkpoint.origin + " of a checkpoint that is " +
                                "held elsewhere is not there"});
  }
  const auto is_empty = [](const VerifiedStream& stream) { return stream.size == 0; };
  if (out.findings.empty() && std::ranges::all_of(out.streams, is_empty)) {
    out.findings.push_back({1, 0, "there is no entry, not even the one that opens a ledger"});
  }
  return out;
}

}  // namespace pac::ledger
