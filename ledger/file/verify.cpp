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
#include "ledger/file/read_frame.h"
#include "ledger/file/segment.h"
#include "ledger/file/signed_leaves.h"
#include "ledger/file/verify_keys.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "ledger/log/tile_builder.h"

namespace pac::ledger {
namespace {

// Frames that are read ahead while others are hashed: enough that no thread waits for the device,
// and few against what a machine has.
constexpr std::size_t kAheadBytes = std::size_t{1} << 20;
constexpr std::size_t kAheadFrames = 256;

// One stream, front to back. Its first bad entry ends the reading of entries, as nothing behind it
// can be told from what it should have been.
class StreamCheck {
 public:
  // `hint` are the keys as ledger.json has them, for a first look at what is published.
  StreamCheck(FileSystem& files, std::string folder, KeyWatch watch, StreamKeys hint,
              std::uint32_t number, const VerifyProgress& progress,
              std::span<const Checkpoint> known, OrderedWork& work, VerifiedStore* out)
      : files_(files),
        folder_(std::move(folder)),
        watch_(std::move(watch)),
        hint_(std::move(hint)),
        hint_keys_(hint_.note_keys()),
        origin_(watch_.keys().origin()),
        number_(number),
        progress_(progress),
        work_(work),
        out_(out),
        tiles_(files, folder_) {
    for (const Checkpoint& checkpoint : known) {
      if (checkpoint.origin == origin_) known_.emplace(checkpoint.size, checkpoint.root);
    }
    for (const KeyPeriod& period : watch_.keys().periods()) pin(period.pin);
  }

  // What is still ahead when something is found is not looked at.
  ~StreamCheck() {
    for (; !ahead_.empty(); ahead_.pop_front()) work_.finish_first();
  }
  StreamCheck(const StreamCheck&) = delete;
  StreamCheck& operator=(const StreamCheck&) = delete;

  const KeyWatch& watch() const { return watch_; }
  bool is_bad() const { return is_bad_; }

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
    if (!is_bad_) check_keys();
    VerifiedStream out{number_,      origin_,     size, published_ ? published_->size : 0,
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
    const auto checkpoint = open_checkpoint(*note, hint_);
    if (!checkpoint) {
      also(0, "the published checkpoint can't be believed: " + checkpoint.error().message);
      return {};
    }
    published_ = *checkpoint;
    note_ = *note;
    if (published_->size > 0) leaves_ = SignedLeaves::open(tiles_, *published_);
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
                   header->origin != crypto::sha256(origin_))) {
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
          locate_in(tree_.size(), entries_left(*bytes, tree_.size()), "its frame is damaged");
        }
      } else if (!is_last && limit != UINT64_MAX && reader.offset() != limit) {
        bad(tree_.size(), "a segment is shorter than it was");
      }
      break;
    }
    return {};
  }

  void read_ahead(const SegmentReader& reader) {
    ahead_.push_back(std::make_unique<ReadFrame>(reader, hint_keys_));
    ahead_bytes_ += ahead_.back()->frame.header.bytes;
    work_.add([frame = ahead_.back().get()] { frame->look(); });
    while (ahead_bytes_ > kAheadBytes || ahead_.size() > kAheadFrames) check_first();
  }

  void check_first() {
    work_.finish_first();
    const std::unique_ptr<ReadFrame> first = std::move(ahead_.front());
    ahead_.pop_front();
    ahead_bytes_ -= first->frame.header.bytes;
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
      const auto judged = watch_.checkpoint(read.checkpoint);
      if (!judged && judged.error().code == "PAC6107") {
        bad(first, judged.error().message);
        return;
      }
      if (!judged || judged->checkpoint.size != first || judged->checkpoint.root != tree_.root()) {
        bad_root(first, "the checkpoint before it is not one of these entries");
        return;
      }
      take(*judged);
      suspect_.reset();
    }
    Made made = with_leaves(read.leaves);
    if (made.tree.root() != frame.header.root || !has_signed_leaves(first, read.leaves)) {
      locate_in(first, *read.entries, "the entry is not what was signed");
      return;
    }
    if (first == 0 && !read.entries->empty()) check_opening((*read.entries)[0]);
    const Result<void> keys = follow_keys(&made, read);
    tree_ = std::move(made.tree);
    for (const auto& [id, bytes] : made.full) {
      const std::uint64_t low = (id.index * kTileWidth) << (kTileHeight * id.level);
      const std::uint64_t leaves = std::uint64_t{kTileWidth} << (kTileHeight * id.level);
      if (published_ && low + leaves <= published_->size) compare(tile_path(id), bytes, low);
    }
    for (const auto& [size, root] : made.roots) check_root(size, root);
    for (std::uint64_t i = first; i < tree_.size(); ++i) add(i, (*read.entries)[i - first]);
    if (!keys) {
      if (!is_bad_) bad(tree_.size(), keys.error().message);
      return;
    }
    link_ = frame.link;
    at_published();
    if (progress_) progress_(tree_.size());
  }

  // The tree with more leaves, and what is to be compared on the way.
  struct Made {
    TileBuilder tree;
    std::vector<std::pair<TileId, std::string>> full;
    std::vector<std::pair<std::uint64_t, Hash>> roots;  // of sizes that somebody else speaks of
  };
  Made with_leaves(std::span<const Hash> leaves) const {
    Made out{tree_, {}, {}};
    while (!leaves.empty()) {
      const std::uint64_t before = out.tree.size();
      const std::uint64_t count =
          std::min<std::uint64_t>(leaves.size(), next_said(before) - before);
      out.tree.push_all(leaves.first(count), [&](const TileId& id, const std::string& bytes) {
        out.full.emplace_back(id, bytes);
      });
      leaves = leaves.subspan(count);
      const std::uint64_t size = out.tree.size();
      if (next_said(size - 1) == size) out.roots.emplace_back(size, out.tree.root());
    }
    return out;
  }
  // The first size above this one that somebody else speaks of.
  std::uint64_t next_said(std::uint64_t size) const {
    const auto known = known_.upper_bound(size);
    std::uint64_t out = known == known_.end() ? UINT64_MAX : known->first;
    if (after_ && after_->size > size) out = std::min(out, after_->size);
    return out;
  }

  // Which keys may sign from here on depends on the entries so far: in their order. Where one may
  // not say what it says, only those before it count.
  Result<void> follow_keys(Made* made, const ReadFrame& read) {
    for (std::size_t i = 0; i < read.entries->size(); ++i) {
      const auto taken = watch_.entry(tree_.size() + i, (*read.entries)[i]);
      if (taken) continue;
      *made = with_leaves(std::span(read.leaves).first(i));
      return taken;
    }
    return {};
  }

  // A frame that was forged as a whole has roots of its own; published tiles have the signed
  // leaves. Where a tile proves nothing it is the tile or the entry, which the next checkpoint
  // tells.
  bool has_signed_leaves(std::uint64_t first, const std::vector<Hash>& leaves) {
    return !leaves_ || !leaves_->denies_any(first, leaves, &suspect_);
  }

  void bad_root(std::uint64_t index, const std::string& what) {
    const char* const either =
        "one of the entries from here on is not what was signed, nor is its tile";
    bad(suspect_.value_or(index), suspect_ ? either : what);
  }

  void locate_in(std::uint64_t first, const std::vector<std::string_view>& entries,
                 const std::string& what) {
    bad(leaves_ ? leaves_->locate(first, entries) : first, what);
  }

  void check_opening(std::string_view entry) {
    const auto origin_before = before_ ? std::optional(before_->origin) : std::nullopt;
    const std::string fault = opening_fault(entry, number_, origin_before);
    if (!fault.empty()) also(0, fault);
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
      bad_root(0,
               "the published checkpoint has another root: the ledger was forked or written anew");
      return;
    }
    // By the keys that the entries name, not those that ledger.json does.
    const auto judged = watch_.checkpoint(note_);
    if (!judged) {
      bad(tree_.size() == 0 ? 0 : tree_.size() - 1,
          "the published checkpoint can't be believed: " + judged.error().message);
      return;
    }
    take(*judged);
    suspect_.reset();
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
    const auto found = read_whole(files_, folder_ + "/" + path, kTileWidth * (kMaxEntryBytes + 2));
    if (found && *found == bytes) return;
    const bool is_there = files_.exists(folder_ + "/" + path);
    also(low, path + (is_there ? " is not what was signed" : " is not there"));
  }

  void take(const JudgedCheckpoint& judged) {
    if (judged.counts) ++checkpoints_;
    watch_.signed_by(judged);
  }

  // The tree of a pin is one that the log must have had.
  void pin(const std::optional<KeyPin>& pin) {
    if (pin && pin->size > 0) known_.emplace(pin->size, pin->root);
  }

  // What the keys leave open at the end of the entries.
  void check_keys() {
    for (const KeyPin& pin : watch_.take_pins()) {
      if (pin.size == 0 || pin.size > tree_.size()) {
        if (pin.size > tree_.size()) also(tree_.size(), "a key is pinned beyond the last entry");
        continue;
      }
      if (!published_ || pin.size > published_->size) continue;
      Tree tree(tiles_, published_->size);
      const Result<Hash> root = tree.root(pin.size);
      if (!root || *root != pin.root) {
        bad(0, "the revocation of a key names another root of " + std::to_string(pin.size) +
                   " entries: the ledger was written anew");
      }
    }
    if (const auto from = watch_.doubted()) {
      bad(*from, "for the entries from here on there is only the word of a key that was revoked");
    }
    // An earlier stream has the word of those that sign the next one, which names it.
    const auto alone = after_ ? std::nullopt : watch_.unsupported();
    if (alone && *alone < tree_.size()) bad(*alone, unsupported_text());
    if (const auto entry = watch_.unvouched()) {
      // The tail of a batch whose checkpoint was not written yet may end so.
      if (published_ && published_->size > *entry) {
        bad(*entry, "the key that this entry introduces was not introduced by a key before it");
      }
    }
  }

  FileSystem& files_;
  std::string folder_;
  KeyWatch watch_;
  StreamKeys hint_;
  const std::vector<NoteKey> hint_keys_;  // with which signatures are tried ahead
  std::string origin_;
  std::string note_;  // the published checkpoint with its signatures
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
  std::optional<SignedLeaves> leaves_;  // of the published tiles
  TileBuilder tree_;
  Hash link_{};
  std::string bundle_;
  std::optional<std::uint64_t> suspect_;  // where a tile and an entry first differ, unsettled yet
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
                                   std::span<const Checkpoint> known, const KeyTrust& trust,
                                   unsigned threads) {
  const Result<StoreSettings> settings = read_settings(files, folder);
  if (!settings) return std::unexpected(settings.error());
  const Result<std::vector<std::uint32_t>> streams = streams_of(files, folder);
  if (!streams) return std::unexpected(streams.error());
  OrderedWork work(threads == 0 ? default_threads() : threads);
  VerifiedStore out;
  std::optional<VerifiedStream> before;
  std::optional<KeyWatch> watch;  // of the stream before
  const StoreSettings start = start_from(*settings, key);
  std::uint64_t done = 0;
  for (const std::uint32_t number : *streams) {
    const std::uint32_t expected = before ? before->number + 1 : 1;
    if (number != expected) {
      out.findings.push_back({expected, 0, "stream " + std::to_string(expected) + " is not there"});
    }
    const VerifyProgress of_all = [&](std::uint64_t entries) {
      if (progress) progress(done + entries);
    };
    const StreamKeys hint = stream_keys(start, number);
    // Behind damage the entries that introduced a key may be gone.
    KeyWatch keys = watch ? watch->of_next(hint.origin()) : watch_from(start, number, key, trust);
    StreamCheck check(files, stream_folder(folder, number), std::move(keys), hint, number, of_all,
                      known, work, &out);
    Result<VerifiedStream> stream = check.run(before, opening_after(files, folder, number));
    if (!stream) return std::unexpected(stream.error());
    done += stream->size;
    before = *stream;
    watch = check.is_bad() ? std::nullopt : std::optional(check.watch());
    note_keys(check.watch(), number, &out);
    out.signers.emplace(number, check.watch().keys());
    out.streams.push_back(std::move(*stream));
  }
  find_late_pins(watch ? &*watch : nullptr, &out);
  find_unsigned(start, key, &out);
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
