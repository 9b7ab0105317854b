// Not API; for verify.cpp. The tiles of a tree as the members of an archive, and which of them does
// not lead to the signed root. Belongs to one thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "ledger/log/checkpoint.h"
#include "ledger/log/tile.h"

namespace pac::ledger {

using ArchiveMembers = std::map<std::string_view, std::string_view>;

// Tiles that stand in an archive below a folder.
class ArchiveTiles final : public TileReader {
 public:
  ArchiveTiles(const ArchiveMembers& members, std::string folder)
      : members_(members), folder_(std::move(folder)) {}
  Result<std::string> tile(const TileId& id) const override;
  Result<std::string> bundle(const BundleId& id) const override;

 private:
  Result<std::string> find(const std::string& path) const;

  const ArchiveMembers& members_;
  std::string folder_;
};

// `folder` is what names of tiles are told with. Says each tile that is absent, of another length,
// or not what was signed, with the first leaf that it stands for; gives the tiles of level 0 whose
// leaves are not to be believed.
std::set<std::uint64_t> check_tiles(
    const TileReader& tiles, const Checkpoint& head, const std::string& folder,
    const std::function<void(std::uint64_t leaf, const std::string& what)>& bad);

}  // namespace pac::ledger
