#include "ledger/file/recover.h"

#include <algorithm>

#include "ledger/file/folder_tiles.h"
#include "ledger/file/limits.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"

namespace pac::ledger {
namespace {

using Derived = std::function<Result<void>(const std::string&, const std::string&)>;

// One reading of a stream from a bundle's first entry on.
class Reading {
 public:
  Reading(FileSystem& files, const std::string& stream, const StreamKeys& keys, Derived derived)
      : files_(files), stream_(stream), origin_(keys.origin()), derived_(std::move(derived)) {}

  // What was read is in `out`, from the state that it had, which is that of `start` entries.
  Result<void> run(std::uint64_t start, Recovered* out) {
    out_ = out;
    start_ = start;
    if (const auto opened = open_segments(); !opened) return opened;
    for (std::size_t i = 0; i < headers_.size() && !out_->damage; ++i) {
      if (const auto read = segment(i); !read) return read;
    }
    if (out_->published && position_ < out_->published->size && !out_->damage) {
      damaged("the published checkpoint says that there were more entries");
    }
    if (out_->damage && out_->published) {
      out_->damage->missing_below = std::max(out_->damage->missing_below, out_->published->size);
    }
    return {};
  }

 private:
  void damaged(const std::string& reason) {
    out_->damage = Damage{0, reason + ", at entry " + std::to_string(position_)};
  }

  Result<void> open_segments() {
    Result<std::vector<SegmentFile>> all = segments_of(files_, stream_);
    if (!all) return std::unexpected(all.error());
    out_->segments = std::move(*all);
    if (const auto dropped = drop_begun(); !dropped) return dropped;
    const std::vector<SegmentFile>& segments = out_->segments;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (segments[i].first <= start_) begin = i;
    }
    for (std::size_t i = begin; i < segments.size(); ++i) {
      const auto reader = SegmentReader::open(files_, segments[i].path, UINT64_MAX);
      if (!reader) return std::unexpected(reader.error());
      headers_.push_back(reader->header());
      paths_.push_back(segments[i].path);
    }
    if (!headers_.empty() && headers_[0] && begin > 0) {
      position_ = headers_[0]->first;
      out_->link = headers_[0]->before;
    }
    return {};
  }

  // A last segment without a header and without a frame was begun when the power went. Any other
  // without a header is damage, which segment() meets.
  Result<void> drop_begun() {
    if (out_->segments.empty()) return {};
    const std::string& path = out_->segments.back().path;
    Result<SegmentReader> reader = SegmentReader::open(files_, path, UINT64_MAX);
    if (!reader) return std::unexpected(reader.error());
    if (reader->header()) return {};
    const Result<bool> goes_on = reader->has_frame_behind();
    if (!goes_on) return std::unexpected(goes_on.error());
    if (*goes_on) return {};
    out_->begun.push_back(path);
    out_->segments.pop_back();
    return {};
  }

  Result<void> segment(std::size_t i) {
    const std::optional<SegmentHeader>& header = headers_[i];
    if (!header || header->first != position_ || header->before != out_->link ||
        header->origin != crypto::sha256(origin_)) {
      damaged("a segment does not continue what is before it");
      return {};
    }
    const bool is_last = i + 1 == headers_.size();
    std::uint64_t limit = UINT64_MAX;
    if (!is_last && headers_[i + 1]) limit = headers_[i + 1]->previous_bytes;
    Result<SegmentReader> reader = SegmentReader::open(files_, paths_[i], limit);
    if (!reader) return std::unexpected(reader.error());
    while (!out_->damage) {
      const Result<SegmentReader::Step> step = reader->next();
      if (!step) return std::unexpected(step.error());
      if (*step == SegmentReader::Step::frame) {
        if (const auto taken = frame(reader->frame()); !taken) return taken;
        continue;
      }
      if (*step == SegmentReader::Step::damaged) {
        const Result<bool> is_damage = is_last ? reader->is_no_torn_end() : Result<bool>(true);
        if (!is_damage) return std::unexpected(is_damage.error());
        if (*is_damage) damaged("a frame is damaged that was written to its end");
      } else if (!is_last && reader->offset() != limit) {
        damaged("a segment is shorter than it was");
      }
      out_->last_bytes = reader->offset();
      break;
    }
    return {};
  }

  Result<void> frame(const Frame& frame) {
    const FrameHeader& header = frame.header;
    if (header.first != position_ || header.before != out_->link) {
      damaged("a frame does not continue the one before it");
      return {};
    }
    const auto entries = entries_of(frame.body, header.entries, true);
    if (!entries) {
      damaged("the entries of a frame are not as many as it says");
      return {};
    }
    if (header.first + header.entries > start_) {
      if (!checkpoint_fits(frame)) return {};
      // A frame is believed as a whole, so it is tried first and taken then.
      Frontier tried = out_->tree.frontier();
      const std::uint64_t skipped = start_ > header.first ? start_ - header.first : 0;
      const std::vector<Hash> leaves = leaf_hashes(std::span(*entries).subspan(skipped));
      tried.push_all(leaves);
      if (tried.root() != header.root) {
        damaged("the entries of a frame have another root than it says");
        return {};
      }
      for (std::size_t i = skipped; i < entries->size(); ++i) {
        if (const auto added = add((*entries)[i], leaves[i - skipped]); !added) return added;
      }
    }
    position_ = header.first + header.entries;
    out_->link = frame.link;
    if (out_->published && out_->published->size == position_ && position_ >= start_ &&
        out_->tree.size() == position_ && out_->tree.root() != out_->published->root) {
      damaged("the published checkpoint has another root");
    }
    return {};
  }

  // The checkpoint within a frame speaks of what is before it. Its signature is for `pac ledger
  // verify` to check: here it would be the largest cost of starting.
  bool checkpoint_fits(const Frame& frame) {
    if (frame.checkpoint.empty() || frame.header.first < start_) return true;
    const Result<Note> note = decode_note(frame.checkpoint);
    const Result<Checkpoint> checkpoint =
        note ? read_checkpoint_text(note->text) : std::unexpected(note.error());
    if (checkpoint && checkpoint->size == frame.header.first &&
        checkpoint->root == out_->tree.root()) {
      return true;
    }
    damaged("the checkpoint within a frame is of another tree");
    return false;
  }

  Result<void> add(std::string_view entry, const Hash& leaf) {
    Result<void> done;
    const auto keep = [&](const std::string& path, const std::string& bytes) {
      if (done) done = derived_(path, bytes);
    };
    append_entry(entry, &out_->bundle);
    out_->tree.push(
        leaf, [&](const TileId& id, const std::string& bytes) { keep(tile_path(id), bytes); });
    if (out_->tree.size() % kTileWidth == 0) {
      keep(bundle_path({out_->tree.size() / kTileWidth - 1, kTileWidth}), out_->bundle);
      out_->bundle.clear();
    }
    return done;
  }

  FileSystem& files_;
  const std::string& stream_;
  std::string origin_;
  Derived derived_;
  Recovered* out_ = nullptr;
  std::uint64_t start_ = 0;
  std::uint64_t position_ = 0;
  std::vector<std::optional<SegmentHeader>> headers_;
  std::vector<std::string> paths_;
};

// The published checkpoint; nothing where there is none. What is there and not signed by us is
// damage.
Result<std::optional<Checkpoint>> published(FileSystem& files, const std::string& stream,
                                            const StreamKeys& keys, std::optional<Damage>* damage,
                                            std::string* bytes) {
  const std::string path = stream + "/checkpoint";
  if (!files.exists(path)) return std::nullopt;
  Result<std::string> note = read_whole(files, path, kMaxNoteBytes);
  if (!note) return std::unexpected(note.error());
  const Result<Checkpoint> checkpoint = open_checkpoint(*note, keys);
  if (checkpoint) {
    *bytes = std::move(*note);
    return *checkpoint;
  }
  *damage = Damage{0, "the published checkpoint can't be believed: " + checkpoint.error().message};
  return std::nullopt;
}

// The tree below a bundle's border as the published tiles have it; nothing where they have not the
// root that was signed.
std::optional<TileBuilder> tree_of_tiles(FileSystem& files, const std::string& stream,
                                         const Checkpoint& checkpoint) {
  const FolderTiles tiles(files, stream);
  const Result<TileBuilder> whole = TileBuilder::resume(tiles, checkpoint.size);
  if (!whole || whole->root() != checkpoint.root) return {};
  const Result<TileBuilder> below =
      TileBuilder::resume(tiles, checkpoint.size / kTileWidth * kTileWidth);
  if (!below) return {};
  return *below;
}

}  // namespace

Result<Recovered> recover(FileSystem& files, const std::string& stream, const StreamKeys& keys) {
  std::optional<Damage> of_checkpoint;
  Recovered out;
  const auto checkpoint = published(files, stream, keys, &of_checkpoint, &out.note);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  out.published = *checkpoint;
  const auto collect = [&](const std::string& path, const std::string& bytes) -> Result<void> {
    if (out.tiles_fit) out.unpublished[path] = bytes;
    return {};
  };
  std::uint64_t start = 0;
  if (out.published && out.published->size > 0) {
    std::optional<TileBuilder> tree = tree_of_tiles(files, stream, *out.published);
    out.tiles_fit = tree.has_value();
    if (tree) {
      start = tree->size();
      out.tree = std::move(*tree);
    }
  }
  if (const auto read = Reading(files, stream, keys, collect).run(start, &out); !read) {
    return std::unexpected(read.error());
  }
  if (out.damage && start > 0) {
    // How far it can be believed is only known from the beginning.
    Recovered again;
    again.published = out.published;
    again.note = out.note;
    const auto drop = [](const std::string&, const std::string&) -> Result<void> { return {}; };
    if (const auto read = Reading(files, stream, keys, drop).run(0, &again); !read) {
      return std::unexpected(read.error());
    }
    if (!again.damage) again.damage = out.damage;
    out = std::move(again);
  }
  if (of_checkpoint && !out.damage) out.damage = of_checkpoint;
  return out;
}

Result<void> derive_all(FileSystem& files, const std::string& stream, const StreamKeys& keys,
                        const Derived& derived) {
  Recovered out;
  return Reading(files, stream, keys, derived).run(0, &out);
}

}  // namespace pac::ledger
