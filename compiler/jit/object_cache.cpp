#include "compiler/jit/object_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/codegen/version.h"
#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/hmac.h"
#include "runtime/ir/encode.h"

namespace pac::jit {

namespace {

constexpr std::string_view kMagic = "pacobj1\n";
constexpr size_t kHeadBytes = 8 + 2 * 32;  // magic, digest, HMAC
constexpr const char* kKeyFile = "key";
constexpr std::string_view kEnding = ".obj";
constexpr std::string_view kFresh = ".new-";
constexpr time_t kStaleSeconds = 24 * 60 * 60;  // of what a process left that ended while writing

// A file descriptor that is closed.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

struct Folder {
  explicit Folder(int fd) : stream(::fdopendir(fd)) {}
  ~Folder() {
    if (stream != nullptr) ::closedir(stream);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  DIR* stream;
};

std::unexpected<Error> unusable(const std::string& folder, const std::string& why) {
  return fail("PAC4210", "the cache " + folder + " is not used: " + why);
}

bool is_the_users(const struct stat& state, mode_t kind, mode_t others) {
  return (state.st_mode & S_IFMT) == kind && state.st_uid == ::geteuid() &&
         (state.st_mode & others) == 0;
}

// The whole of a file that only this user can have written.
std::optional<std::string> read_whole(int folder, const char* name, mode_t others, uint64_t most) {
  const File file(::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  struct stat state{};
  if (!file || ::fstat(file.get(), &state) != 0 || !is_the_users(state, S_IFREG, others) ||
      static_cast<uint64_t>(state.st_size) > most) {
    return std::nullopt;
  }
  std::string bytes(static_cast<size_t>(state.st_size), '\0');
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t got = ::read(file.get(), bytes.data() + at, bytes.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;  // it has become shorter
    at += static_cast<size_t>(got);
  }
  return bytes;
}

bool write_whole(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// A file of another name, for the user alone; empty where it can't be written.
std::string write_beside(int folder, std::string_view head, std::string_view bytes) {
  std::array<std::uint8_t, 12> drawn{};
  if (!crypto::random_bytes(drawn)) return {};
  std::string name = std::string(kFresh) + crypto::to_hex(crypto::view(drawn));
  const File file(
      ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return {};
  if (write_whole(file.get(), head) && write_whole(file.get(), bytes)) return name;
  ::unlinkat(folder, name.c_str(), 0);
  return {};
}

std::string head_of(const std::string& name, std::string_view object, const crypto::Digest& key) {
  const crypto::Digest digest = crypto::sha256(object);
  const crypto::Digest mac = crypto::hmac_sha256(crypto::view(key), name, crypto::view(digest));
  return std::string(kMagic) + std::string(crypto::view(digest)) + std::string(crypto::view(mac));
}

struct Kept {
  std::string name;
  timespec used{};
  uint64_t bytes = 0;
};

}  // namespace

std::string ObjectCache::folder_of_environment() {
  const auto variable = [](const char* name) {
    const char* const value = ::secure_getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string told = variable("PAC_CACHE");
  if (told == "off") return {};
  if (!told.empty()) return told;
  const std::string caches = variable("XDG_CACHE_HOME");
  if (caches.starts_with('/')) return caches + "/pac";
  const std::string home = variable("HOME");
  return home.starts_with('/') ? home + "/.cache/pac" : std::string();
}

Result<ObjectCache> ObjectCache::open(const Options& options) {
  // A slash at the end would follow a link that stands in the folder's place.
  std::string folder = options.folder;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), ignored);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return unusable(options.folder, std::strerror(errno));
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return unusable(options.folder, std::strerror(errno));
  ObjectCache made(fd, options);
  struct stat state{};
  if (::fstat(fd, &state) != 0 || !is_the_users(state, S_IFDIR, S_IWGRP | S_IWOTH)) {
    return unusable(options.folder,
                    "it belongs to another user, or others may write it; `chmod 700` your own");
  }
  if (Result<void> done = made.read_key(); !done) return std::unexpected(done.error());
  return made;
}

ObjectCache::ObjectCache(int folder, const Options& options)
    : fd_(folder), folder_(options.folder), max_bytes_(options.max_bytes) {}

ObjectCache::ObjectCache(ObjectCache&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      folder_(std::move(other.folder_)),
      max_bytes_(other.max_bytes_),
      key_(other.key_) {
  crypto::wipe(other.key_);
}

ObjectCache::~ObjectCache() {
  crypto::wipe(key_);
  if (fd_ >= 0) ::close(fd_);
}

Result<void> ObjectCache::read_key() {
  struct stat state{};
  const bool is_there = ::fstatat(fd_, kKeyFile, &state, AT_SYMLINK_NOFOLLOW) == 0;
  const bool is_short = is_there && is_the_users(state, S_IFREG, S_IRWXG | S_IRWXO) &&
                        static_cast<size_t>(state.st_size) < key_.size();
  // Power was lost while it was written: what it vouches for is compiled again.
  if (is_short) ::unlinkat(fd_, kKeyFile, 0);
  if (is_short || (!is_there && errno == ENOENT)) {
    if (Result<void> made = make_key(); !made) return made;
  }
  const auto bytes = read_whole(fd_, kKeyFile, S_IRWXG | S_IRWXO, key_.size());
  if (!bytes || bytes->size() != key_.size()) {
    return unusable(folder_, "its key is not a file of yours that nobody else may read; remove " +
                                 folder_ + "/key");
  }
  std::ranges::copy(*bytes, key_.begin());
  return {};
}

// Where another process makes one at the same time, the first stays.
Result<void> ObjectCache::make_key() const {
  crypto::Digest drawn{};
  if (Result<void> done = crypto::random_bytes(drawn); !done) return done;
  const std::string fresh = write_beside(fd_, crypto::view(drawn), {});
  crypto::wipe(drawn);
  if (fresh.empty()) return unusable(folder_, "it can't be written");
  const bool is_there = ::linkat(fd_, fresh.c_str(), fd_, kKeyFile, 0) == 0 || errno == EEXIST;
  ::unlinkat(fd_, fresh.c_str(), 0);
  if (!is_there) return unusable(folder_, "it can't be written");
  return {};
}

std::optional<std::string> ObjectCache::find(const std::string& name) const {
  const std::string file = name + std::string(kEnding);
  auto bytes = read_whole(fd_, file.c_str(), S_IRWXG | S_IRWXO, max_bytes_ + kHeadBytes);
  if (!bytes) return std::nullopt;
  const std::string_view all = *bytes;
  const bool is_whole =
      all.size() > kHeadBytes && all.starts_with(kMagic) &&
      all.substr(kMagic.size(), 32) == crypto::view(crypto::sha256(all.substr(kHeadBytes)));
  crypto::Digest mac{};
  if (is_whole) std::ranges::copy(all.substr(kMagic.size() + 32, 32), mac.begin());
  const bool is_ours = is_whole && crypto::equal_in_constant_time(
                                       mac, crypto::hmac_sha256(crypto::view(key_), name,
                                                                all.substr(kMagic.size(), 32)));
  if (!is_ours) {
    ::unlinkat(fd_, file.c_str(), 0);
    return std::nullopt;
  }
  ::utimensat(fd_, file.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);  // used now
  bytes->erase(0, kHeadBytes);
  return bytes;
}

bool ObjectCache::store(const std::string& name, std::string_view object) const {
  const uint64_t wanted = object.size() + kHeadBytes;
  if (wanted > max_bytes_ / 2) return false;
  make_room(wanted);
  const std::string fresh = write_beside(fd_, head_of(name, object, key_), object);
  if (fresh.empty()) return false;
  const std::string file = name + std::string(kEnding);
  if (::renameat(fd_, fresh.c_str(), fd_, file.c_str()) == 0) return true;
  ::unlinkat(fd_, fresh.c_str(), 0);
  return false;
}

// Lets go of the objects used longest ago, and of files that were never finished.
void ObjectCache::make_room(uint64_t wanted) const {
  const Folder folder(::openat(fd_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.stream == nullptr) return;
  std::vector<Kept> kept;
  uint64_t sum = wanted;
  while (const dirent* const entry = ::readdir(folder.stream)) {
    const std::string_view name = entry->d_name;
    struct stat state{};
    if (!name.ends_with(kEnding) && !name.starts_with(kFresh)) continue;
    if (::fstatat(fd_, entry->d_name, &state, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (name.starts_with(kFresh)) {
      if (::time(nullptr) - state.st_mtime > kStaleSeconds) ::unlinkat(fd_, entry->d_name, 0);
      continue;
    }
    kept.push_back({std::string(name), state.st_mtim, static_cast<uint64_t>(state.st_size)});
    sum += kept.back().bytes;
  }
  std::ranges::sort(kept, [](const Kept& a, const Kept& b) {
    return std::tie(a.used.tv_sec, a.used.tv_nsec, a.name) <
           std::tie(b.used.tv_sec, b.used.tv_nsec, b.name);
  });
  for (const Kept& one : kept) {
    if (sum <= max_bytes_) return;
    ::unlinkat(fd_, one.name.c_str(), 0);
    sum -= one.bytes;
  }
}

std::string object_name(const ir::RuleSet& rules, const codegen::Options& options) {
  crypto::Sha256 hash;
  hash.update(codegen::version()).update("\n").update(codegen::target_key(options)).update("\n");
  return crypto::to_hex(crypto::view(hash.update(ir::encode(rules)).finish()));
}

}  // namespace pac::jit
