#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "ledger/io/file_system.h"

namespace pac::ledger {
namespace {

std::unexpected<Error> refused(const char* what, const std::string& path) {
  const int error = errno;
  return fail("PAC6201", std::string("can't ") + what + " " + path + ": " + std::strerror(error));
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override { ::close(descriptor_); }

  Result<std::size_t> write_at(std::uint64_t offset, std::string_view bytes) override {
    ssize_t written = 0;
    do {
      written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    } while (written < 0 && errno == EINTR);
    if (written < 0 && (errno == ENOSPC || errno == EDQUOT)) return std::size_t{0};
    if (written < 0) return refused("write", path_);
    return static_cast<std::size_t>(written);
  }

  Result<std::string> read_at(std::uint64_t offset, std::size_t length) override {
    std::string out;
    bool is_refused = false;
    out.resize_and_overwrite(length, [&](char* data, std::size_t) {
      std::size_t done = 0;
      while (done < length) {
        const ssize_t got =
            ::pread(descriptor_, data + done, length - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        is_refused = got < 0;
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
      }
      return done;
    });
    if (is_refused) return refused("read", path_);
    return out;
  }

  Result<std::uint64_t> size() override {
    struct stat found{};
    if (::fstat(descriptor_, &found) != 0) return refused("look at", path_);
    return static_cast<std::uint64_t>(found.st_size);
  }

  Result<void> sync_data() override {
    if (::fdatasync(descriptor_) != 0) return refused("make durable", path_);
    return {};
  }

 private:
  int descriptor_;
  std::string path_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(int descriptor) : descriptor_(descriptor) {}
  ~PosixLock() override { ::close(descriptor_); }

 private:
  int descriptor_;
};

// "process 4711", as the kernel lists locks; empty where it does not say.
std::string holder_of(int descriptor) {
  struct stat file{};
  if (::fstat(descriptor, &file) != 0) return {};
  const std::string inode = ":" + std::to_string(file.st_ino) + " ";
  const int locks = ::open("/proc/locks", O_RDONLY | O_CLOEXEC);
  if (locks < 0) return {};
  std::string text;
  char piece[4096];
  for (ssize_t n = 0; (n = ::read(locks, piece, sizeof piece)) > 0;) {
    text.append(piece, static_cast<std::size_t>(n));
  }
  ::close(locks);
  // "1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF"
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t kind = line.find("FLOCK"), write = line.find(" WRITE ");
    if (kind == line.npos || write == line.npos || line.find(inode) == line.npos) continue;
    if (line.find("->") != line.npos) continue;  // one who waits
    const long process = std::strtol(line.c_str() + write + 7, nullptr, 10);
    if (process > 0) return "process " + std::to_string(process);
  }
  return {};
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> create(const std::string& path, bool is_secret) override {
    const mode_t mode = is_secret ? 0600 : 0644;
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0) return refused("make", path);
    return std::make_unique<PosixFile>(descriptor, path);
  }

  Result<std::unique_ptr<File>> open(const std::string& path) override {
    int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    // Who only reads may have no right to write.
    if (descriptor < 0 && (errno == EACCES || errno == EROFS)) {
      descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    }
    if (descriptor < 0) return refused("open", path);
    return std::make_unique<PosixFile>(descriptor, path);
  }

  Result<void> make_folders(const std::string& path) override {
    for (std::size_t at = 1; at <= path.size(); ++at) {
      if (at != path.size() && path[at] != '/') continue;
      const std::string part = path.substr(0, at);
      if (::mkdir(part.c_str(), 0755) == 0) {
        // The name of a new folder has to last as long as what is put into it.
        if (const auto synced = sync_folder(folder_of(part)); !synced) return synced;
      } else if (errno != EEXIST) {
        return refused("make the folder", part);
      }
    }
    return {};
  }

  Result<void> sync_folder(const std::string& path) override {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return refused("open the folder", path);
    const int done = ::fsync(descriptor);
    const auto error = refused("make durable the folder", path);
    ::close(descriptor);
    if (done != 0) return error;
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return refused("rename", from);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return refused("remove", path);
    return {};
  }

  bool exists(const std::string& path) override {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0;
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    std::vector<std::string> names;
    DIR* const folder = ::opendir(path.c_str());
    if (folder == nullptr) {
      if (errno == ENOENT) return names;
      return refused("read the folder", path);
    }
    while (const dirent* found = ::readdir(folder)) {
      const std::string name = found->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(folder);
    std::ranges::sort(names);
    return names;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) return refused("open", path);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
      return std::make_unique<PosixLock>(descriptor);
    }
    const bool is_held = errno == EWOULDBLOCK;
    const auto error = refused("lock", path);
    const std::string holder = is_held ? holder_of(descriptor) : "";
    ::close(descriptor);
    if (!is_held) return error;
    return fail("PAC6202", path + " is held by " + (holder.empty() ? "another process" : holder) +
                               "; one at a time may write a ledger");
  }
};

}  // namespace

std::unique_ptr<FileSystem> posix_file_system() { return std::make_unique<PosixFileSystem>(); }

Result<std::string> read_whole(FileSystem& files, const std::string& path,
                               std::uint64_t max_bytes) {
  auto file = files.open(path);
  if (!file) return std::unexpected(file.error());
  const Result<std::uint64_t> size = (*file)->size();
  if (!size) return std::unexpected(size.error());
  if (*size > max_bytes) {
    return fail("PAC6201", path + " has more than " + std::to_string(max_bytes) + " bytes");
  }
  return (*file)->read_at(0, static_cast<std::size_t>(*size));
}

Result<void> replace_file(FileSystem& files, const std::string& path, std::string_view bytes,
                          bool is_secret) {
  const std::string beside = path + ".new";
  if (files.exists(beside)) {  // left by a process that ended here
    if (const auto removed = files.remove(beside); !removed) return removed;
  }
  auto file = files.create(beside, is_secret);
  if (!file) return std::unexpected(file.error());
  const Result<std::size_t> written = (*file)->write_at(0, bytes);
  if (!written) return std::unexpected(written.error());
  if (*written != bytes.size()) return fail("PAC6201", "no room for " + path);
  if (const auto synced = (*file)->sync_data(); !synced) return synced;
  if (const auto renamed = files.rename(beside, path); !renamed) return renamed;
  return files.sync_folder(folder_of(path));
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string absolute_path(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

}  // namespace pac::ledger
