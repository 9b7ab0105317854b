#include "ledger/pg/known.h"

namespace pac::ledger::pg {
namespace {

constexpr std::size_t kMaxPositionBytes = 1'000'000;

std::string positions(const std::string& folder) { return folder + "/shipped"; }
std::string wall_path(const std::string& folder) { return positions(folder) + "/audit.json"; }

// An object in a file; empty where there is none.
Result<json::Value> read_object(FileSystem& files, const std::string& path) {
  if (!files.exists(path)) return json::Value::object();
  const Result<std::string> text = read_whole(files, path, kMaxPositionBytes);
  if (!text) return std::unexpected(text.error());
  Result<json::Value> value = json::parse(*text);
  if (value && value->is_object()) return value;
  return fail("PAC6201", path + " is damaged; without it a store that lost entries is " +
                             "not noticed: remove it once you know that this one has them all");
}

}  // namespace

Result<Known> Known::read(FileSystem& files, const std::string& folder, const std::string& store) {
  Known out(files, positions(folder), store);
  Result<json::Value> sizes = read_object(files, out.path());
  if (!sizes) return std::unexpected(sizes.error());
  out.sizes_ = std::move(*sizes);
  return out;
}

std::uint64_t Known::size(const std::string& origin) const {
  const json::Value* size = sizes_.find(origin);
  return size != nullptr && size->is_int() && size->as_int() > 0
             ? static_cast<std::uint64_t>(size->as_int())
             : 0;
}

Result<void> Known::set(const std::string& origin, std::uint64_t size) {
  if (sizes_.find(origin) != nullptr && this->size(origin) == size) return {};
  sizes_.set(origin, json::Value::exact_int(static_cast<std::int64_t>(size)));
  if (const auto made = files_->make_folders(folder_); !made) return made;
  return replace_file(*files_, path(), json::canonical(sizes_) + "\n");
}

Result<std::string> known_wall(FileSystem& files, const std::string& folder) {
  const Result<json::Value> said = read_object(files, wall_path(folder));
  if (!said) return std::unexpected(said.error());
  const json::Value* store = said->find("store");
  return store != nullptr && store->is_string() ? std::string(store->as_string()) : std::string();
}

Result<void> note_wall(FileSystem& files, const std::string& folder, const std::string& store) {
  if (const auto before = known_wall(files, folder); before && *before == store) return {};
  if (const auto made = files.make_folders(positions(folder)); !made) return made;
  json::Value out = json::Value::object();
  out.set("store", store);
  return replace_file(files, wall_path(folder), json::canonical(out) + "\n");
}

}  // namespace pac::ledger::pg
