// The published tiles and bundles of a stream's folder. Reads files and keeps nothing; belongs to
// one thread, as its file system does, which must outlive it.
#pragma once

#include <string>

#include "ledger/io/file_system.h"
#include "ledger/log/tile.h"

namespace pac::ledger {

class FolderTiles final : public TileReader {
 public:
  FolderTiles(FileSystem& files, std::string folder) : files_(&files), folder_(std::move(folder)) {}

  Result<std::string> tile(const TileId& id) const override;
  Result<std::string> bundle(const BundleId& id) const override;

 private:
  Result<std::string> read(const std::string& partial, const std::string& full,
                           std::uint64_t max_bytes) const;

  FileSystem* files_;
  std::string folder_;
};

}  // namespace pac::ledger
