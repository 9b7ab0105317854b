// How far each stream was known to be in a store, so that a store that is behind it is noticed: a
// file of the folder, by the name that the store gave itself. Belongs to who has the turn to ship.
#pragma once

#include <cstdint>
#include <string>

#include "ledger/io/file_system.h"
#include "runtime/base/json.h"

namespace pac::ledger::pg {

class Known {
 public:
  // PAC6201.
  [[nodiscard]] static Result<Known> read(FileSystem& files, const std::string& folder,
                                          const std::string& store);

  std::uint64_t size(const std::string& origin) const;
  [[nodiscard]] Result<void> set(const std::string& origin, std::uint64_t size);

 private:
  Known(FileSystem& files, std::string folder, std::string store)
      : files_(&files), folder_(std::move(folder)), store_(std::move(store)) {}
  std::string path() const { return folder_ + "/" + store_ + ".json"; }

  FileSystem* files_;
  std::string folder_, store_;
  json::Value sizes_ = json::Value::object();
};

// The name of the store that is the audit wall of the folder; "": none was reached yet.
[[nodiscard]] Result<std::string> known_wall(FileSystem& files, const std::string& folder);
[[nodiscard]] Result<void> note_wall(FileSystem& files, const std::string& folder,
                                     const std::string& store);

}  // namespace pac::ledger::pg
