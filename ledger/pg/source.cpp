#include "ledger/pg/source.h"

#include <algorithm>

#include "ledger/file/witnessing.h"
#include "ledger/log/limits.h"
#include "ledger/log/tree.h"

namespace pac::ledger::pg {

Result<std::string> PublishedTiles::tile(const TileId& id) const {
  Result<std::string> bytes =
      tiles_.tile({id.level, id.index, std::max(id.width, tile_width(id.level, id.index, size_))});
  if (bytes && bytes->size() > id.width * kHashBytes) bytes->resize(id.width * kHashBytes);
  return bytes;
}

Result<std::string> PublishedTiles::bundle(const BundleId& id) const {
  return tiles_.bundle({id.index, std::max(id.width, tile_width(0, id.index, size_))});
}

Result<StreamSource> StreamSource::open(FileSystem& files, std::string stream, StreamKeys keys) {
  StreamSource out(files, std::move(stream), std::move(keys));
  const std::string path = out.stream_ + "/checkpoint";
  if (!files.exists(path)) {
    out.published_ = {out.origin(), 0, empty_root(), {}};
    return out;
  }
  Result<std::string> note = read_whole(files, path, kMaxNoteBytes);
  if (!note) return std::unexpected(note.error());
  out.note_ = std::move(*note);
  auto checkpoint = open_checkpoint(out.note_, out.keys_);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  out.published_ = std::move(*checkpoint);
  return out;
}

Result<std::string> StreamSource::cosigned() const {
  const std::string path = stream_ + "/" + kCosignedFile;
  if (!files_->exists(path)) return std::string();
  Result<std::string> note = read_whole(*files_, path, kMaxNoteBytes);
  if (!note) return note;
  const auto head = open_checkpoint(*note, keys_);
  // Cosigned after what is published was read: the next time.
  if (head && head->size > published_.size) return std::string();
  const auto root = head && head->size > 0 ? root_at(head->size) : Result<Hash>(empty_root());
  if (!root) return std::unexpected(root.error());
  if (head && head->root == *root) return note;
  return fail("PAC6105", path + " is no checkpoint of these entries and is not shipped" +
                             (head ? "" : ": " + head.error().message));
}

Result<Hash> StreamSource::root_at(std::uint64_t size) const {
  const PublishedTiles tiles(*files_, stream_, published_.size);
  Tree tree(tiles, published_.size);
  return tree.root(size);
}

Result<TileBuilder> StreamSource::tree_at(std::uint64_t size) const {
  const PublishedTiles tiles(*files_, stream_, published_.size);
  return TileBuilder::resume(tiles, size);
}

Result<void> StreamSource::seek(std::uint64_t index) {
  Result<std::vector<SegmentFile>> segments = segments_of(*files_, stream_);
  if (!segments) return std::unexpected(segments.error());
  segments_ = std::move(*segments);
  reader_.reset();
  has_frame_ = false;
  next_segment_ = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].first <= index) next_segment_ = i;
  }
  const std::size_t segment = next_segment_;
  const Result<bool> is_there = seek_place(index);
  if (!is_there) return std::unexpected(is_there.error());
  if (!*is_there) {
    reader_.reset();
    has_frame_ = false;
    next_segment_ = segment;
  }
  while (true) {
    const Result<const Frame*> frame = peek();
    if (!frame) return std::unexpected(frame.error());
    if (*frame == nullptr) return {};
    if ((*frame)->header.first + (*frame)->header.entries > index) return {};
    consume();
  }
}

// By the hint, where it still holds: a frame that begins there with that entry.
Result<bool> StreamSource::seek_place(std::uint64_t index) {
  if (next_segment_ >= segments_.size() || place_.segment != segments_[next_segment_].path ||
      place_.first > index) {
    return false;
  }
  const std::uint64_t first = place_.first;
  const Result<bool> opened = open_segment();
  if (!opened || !*opened || !reader_->skip_to(place_.offset)) return opened ? false : opened;
  const Result<const Frame*> frame = peek();
  if (!frame) return std::unexpected(frame.error());
  return *frame != nullptr && (*frame)->header.first == first;
}

void StreamSource::consume() {
  has_frame_ = false;
  const FrameHeader& header = reader_->frame().header;
  place_ = {segments_[next_segment_ - 1].path, header.first + header.entries, reader_->offset()};
}

Result<bool> StreamSource::open_segment() {
  if (next_segment_ >= segments_.size()) return false;
  std::uint64_t limit = UINT64_MAX;
  if (next_segment_ + 1 < segments_.size()) {
    const auto next = SegmentReader::open(*files_, segments_[next_segment_ + 1].path, UINT64_MAX);
    if (!next) return std::unexpected(next.error());
    if (next->header()) limit = next->header()->previous_bytes;
  }
  auto reader = SegmentReader::open(*files_, segments_[next_segment_].path, limit);
  if (!reader) return std::unexpected(reader.error());
  reader_ = std::make_unique<SegmentReader>(std::move(*reader));
  ++next_segment_;
  return true;
}

// To the next frame; false where the files end.
Result<bool> StreamSource::step() {
  while (true) {
    if (reader_ == nullptr) {
      const Result<bool> opened = open_segment();
      if (!opened || !*opened) return opened;
    }
    const Result<SegmentReader::Step> step = reader_->next();
    if (!step) return std::unexpected(step.error());
    if (*step == SegmentReader::Step::frame) return true;
    if (next_segment_ >= segments_.size()) return false;
    reader_.reset();
  }
}

Result<const Frame*> StreamSource::peek() {
  if (!has_frame_) {
    const Result<bool> stepped = step();
    if (!stepped) return std::unexpected(stepped.error());
    if (!*stepped) return nullptr;
    has_frame_ = true;
  }
  if (reader_->frame().header.first >= published_.size) return nullptr;
  return &reader_->frame();
}

}  // namespace pac::ledger::pg
