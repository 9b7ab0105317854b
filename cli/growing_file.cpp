#include "cli/growing_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pac::cli {

namespace {

Result<void> cannot_write(const std::string& path) {
  return fail("PAC0107", "can't write " + path + ": " + std::strerror(errno));
}

}  // namespace

GrowingFile::~GrowingFile() {
  if (!growing_path_.empty()) ::unlink(growing_path_.c_str());
}

Result<void> GrowingFile::open(const std::string& path) {
  path_ = path;
  struct stat old{};
  const bool is_there = ::stat(path.c_str(), &old) == 0;
  if (is_there && !S_ISREG(old.st_mode)) {
    out_.open(path, std::ios::binary);
    return out_ ? Result<void>() : cannot_write(path);
  }
  if (is_there && ::access(path.c_str(), W_OK) != 0) return cannot_write(path);
  std::string name = path + ".XXXXXX";
  const int file = ::mkstemp(name.data());
  if (file < 0) return cannot_write(path);
  growing_path_ = name;
  unfinished_.emplace(name);
  constexpr mode_t kMode = 0644;
  const bool good = ::fchmod(file, is_there ? old.st_mode & 07777 : kMode) == 0;
  ::close(file);
  if (good) out_.open(name, std::ios::binary);
  return good && out_ ? Result<void>() : cannot_write(path);
}

Result<void> GrowingFile::finish() {
  out_.close();
  if (!out_) return cannot_write(path_);
  if (growing_path_.empty()) return {};
  if (std::rename(growing_path_.c_str(), path_.c_str()) != 0) return cannot_write(path_);
  growing_path_.clear();
  unfinished_.reset();
  return {};
}

}  // namespace pac::cli
