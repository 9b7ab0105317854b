#include "ledger/file/publisher.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kPartial = ".p/";

}  // namespace

Result<void> Publisher::put(const std::string& path, std::string_view bytes) {
  const std::string whole = stream_ + "/" + path;
  const std::string folder = folder_of(whole);
  if (!folders_.contains(folder)) {
    if (const auto made = files_->make_folders(folder); !made) return made;
    folders_.insert(folder);
  }
  const std::string beside = whole + ".new";
  if (files_->exists(beside)) {  // left by a process that ended here
    if (const auto removed = files_->remove(beside); !removed) return removed;
  }
  auto file = files_->create(beside);
  if (!file) return std::unexpected(file.error());
  const Result<std::size_t> written = (*file)->write_at(0, bytes);
  if (!written) return std::unexpected(written.error());
  if (*written != bytes.size()) return fail("PAC6201", "no room for " + whole);
  if (const auto synced = (*file)->sync_data(); !synced) return synced;
  if (const auto renamed = files_->rename(beside, whole); !renamed) return renamed;
  const std::size_t partial = path.find(kPartial);
  replaced_.emplace_back(path.substr(0, partial), partial == path.npos ? "" : path);
  return {};
}

Result<void> Publisher::put_edge(const TileBuilder& tree, std::string_view bundle) {
  Result<void> done;
  tree.partial_tiles([&](const TileId& id, const std::string& bytes) {
    if (done) done = put(tile_path(id), bytes);
  });
  if (!done || bundle.empty()) return done;
  const auto width = static_cast<unsigned>(tree.size() % kTileWidth);
  return put(bundle_path({tree.size() / kTileWidth, width}), bundle);
}

Result<void> Publisher::finish(std::string_view checkpoint) {
  for (const std::string& folder : folders_) {
    if (const auto synced = files_->sync_folder(folder); !synced) return synced;
  }
  folders_.clear();
  if (const auto replaced = replace_file(*files_, stream_ + "/checkpoint", checkpoint); !replaced) {
    return replaced;
  }
  for (const auto& [full, kept] : replaced_) {
    if (const auto removed = remove_partial(full, kept); !removed) return removed;
  }
  replaced_.clear();
  return {};
}

Result<void> Publisher::remove_partial(const std::string& full, const std::string& kept) {
  const std::string folder = stream_ + "/" + full + ".p";
  const Result<std::vector<std::string>> names = files_->list(folder);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (full + std::string(kPartial) + name == kept) continue;
    if (const auto removed = files_->remove(folder + "/" + name); !removed) return removed;
  }
  return {};
}

}  // namespace pac::ledger
