// The file layer: every file call of the ledger goes through it, so that tests can put another in
// its place that loses power, fills up or fails. Names are paths; an object may be used by one
// thread at a time. Nothing here is retried: what a failure means is for the caller to know.
//
// Durable means: there after a loss of power. A file's bytes are durable after sync_data(), its
// name (created, renamed, removed) after sync_folder() of the folder that it is in.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace pac::ledger {

// PAC6201 where the system refuses; the message has its reason.
class File {
 public:
  virtual ~File() = default;
  // How many bytes were written: fewer than asked for where the device has no more room. After a
  // failure it is not known how many.
  [[nodiscard]] virtual Result<std::size_t> write_at(std::uint64_t offset,
                                                     std::string_view bytes) = 0;
  // Fewer bytes than asked for at the end of the file.
  [[nodiscard]] virtual Result<std::string> read_at(std::uint64_t offset, std::size_t length) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
  [[nodiscard]] virtual Result<void> sync_data() = 0;
};

// Held for as long as the object lives.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // A new file for reading and writing; PAC6201 where the name is taken. `is_secret`: for its owner
  // alone.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> create(const std::string& path,
                                                             bool is_secret = false) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& path) = 0;
  // The folder and those above it that are not there.
  [[nodiscard]] virtual Result<void> make_folders(const std::string& path) = 0;
  [[nodiscard]] virtual Result<void> sync_folder(const std::string& path) = 0;
  [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  // The names in a folder, sorted; none where there is no such folder.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  // PAC6202 where another process holds it.
  [[nodiscard]] virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

// The files of this machine.
std::unique_ptr<FileSystem> posix_file_system();

// The whole file. PAC6201, also beyond `max_bytes`.
[[nodiscard]] Result<std::string> read_whole(FileSystem& files, const std::string& path,
                                             std::uint64_t max_bytes);

// Writes a file so that after a loss of power it has its old bytes or the new ones, nothing
// between: a file beside it, synced, then renamed, then the folder synced.
[[nodiscard]] Result<void> replace_file(FileSystem& files, const std::string& path,
                                        std::string_view bytes, bool is_secret = false);

// "a/b" of "a/b/c"; "." where there is no folder in the path.
std::string folder_of(const std::string& path);

// From the root, without `.` and `..`; links are not followed.
std::string absolute_path(const std::string& path);

}  // namespace pac::ledger
