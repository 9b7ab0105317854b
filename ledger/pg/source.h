// A stream of a ledger in a folder, read for shipping: its published checkpoint, its tree at any
// earlier size, its frames. Reads files only, also while another process appends. Belongs to one
// thread; the file system outlives it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ledger/file/folder_tiles.h"
#include "ledger/file/segment.h"
#include "ledger/file/store.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/tile_builder.h"

namespace pac::ledger::pg {

// The tiles of a stream as they are at its published size, for trees of any smaller one.
class PublishedTiles final : public TileReader {
 public:
  PublishedTiles(FileSystem& files, const std::string& stream, std::uint64_t size)
      : tiles_(files, stream), size_(size) {}
  Result<std::string> tile(const TileId& id) const override;
  Result<std::string> bundle(const BundleId& id) const override;

 private:
  FolderTiles tiles_;
  std::uint64_t size_;
};

// Where a frame of a stream begins.
struct FramePlace {
  std::string segment;
  std::uint64_t first = 0;  // its first entry
  std::uint64_t offset = 0;
};

class StreamSource {
 public:
  // PAC6102, PAC6103, PAC6107 where the published checkpoint can't be believed.
  [[nodiscard]] static Result<StreamSource> open(FileSystem& files, std::string stream,
                                                 StreamKeys keys);

  const StreamKeys& keys() const noexcept { return keys_; }
  const std::string& origin() const noexcept { return keys_.origin(); }
  const Checkpoint& published() const noexcept { return published_; }
  const std::string& note() const noexcept { return note_; }
  // The newest checkpoint that witnesses cosigned; "": there is none. PAC6105 where it is not of
  // these entries.
  [[nodiscard]] Result<std::string> cosigned() const;
  // PAC6105 where tiles are not there. Sizes up to the published one.
  [[nodiscard]] Result<Hash> root_at(std::uint64_t size) const;
  [[nodiscard]] Result<TileBuilder> tree_at(std::uint64_t size) const;

  // Goes to the frame that has the entry.
  [[nodiscard]] Result<void> seek(std::uint64_t index);
  // The frame to be read next, until consume(); null behind the published entries. PAC6105 for
  // damage.
  [[nodiscard]] Result<const Frame*> peek();
  // What the views of that frame show: they hold for as long as somebody keeps it.
  std::shared_ptr<const std::string> memory() const { return reader_->memory(); }
  void consume();

  // The place behind the last frame that was consumed, and a hint where to look for the next one,
  // so that who ships a little at a time does not read the segment from its beginning each time.
  const FramePlace& place() const noexcept { return place_; }
  void begin_at(FramePlace place) { place_ = std::move(place); }

 private:
  StreamSource(FileSystem& files, std::string stream, StreamKeys keys)
      : files_(&files), stream_(std::move(stream)), keys_(std::move(keys)) {}
  Result<bool> open_segment();
  Result<bool> step();
  Result<bool> seek_place(std::uint64_t index);

  FileSystem* files_;
  std::string stream_;
  StreamKeys keys_;
  std::string note_;
  Checkpoint published_;
  std::vector<SegmentFile> segments_;
  std::size_t next_segment_ = 0;
  std::unique_ptr<SegmentReader> reader_;
  bool has_frame_ = false;
  FramePlace place_;
};

}  // namespace pac::ledger::pg
