// Writes what is derived from a stream's frames: tiles, bundles and the published checkpoint, each
// file whole or not at all, the checkpoint last. Belongs to one thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/file/recover.h"
#include "ledger/io/file_system.h"

namespace pac::ledger {

class Publisher {
 public:
  Publisher(FileSystem& files, std::string stream) : files_(&files), stream_(std::move(stream)) {}

  // A tile or bundle by its path in the stream.
  [[nodiscard]] Result<void> put(const std::string& path, std::string_view bytes);
  // The partial tiles and the partial bundle of a tree.
  [[nodiscard]] Result<void> put_edge(const TileBuilder& tree, std::string_view bundle);
  // Makes durable what was put, then the checkpoint that speaks of it. Partial files that were
  // replaced go away last: until then the old checkpoint needs them.
  [[nodiscard]] Result<void> finish(std::string_view checkpoint);

 private:
  // Partial files of a tile or bundle, but for the one to keep.
  Result<void> remove_partial(const std::string& full, const std::string& kept);

  FileSystem* files_;
  std::string stream_;
  std::set<std::string> folders_;  // with names that are not durable yet
  std::vector<std::pair<std::string, std::string>> replaced_;  // of which file all but which one
};

}  // namespace pac::ledger
