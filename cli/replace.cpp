#include "cli/replace.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "compiler/driver/build.h"

namespace pac::cli {

namespace fs = std::filesystem;

namespace {

Result<void> cannot_write(const std::string& path, const std::string& why) {
  return fail("PAC0107", "can't write " + path + ": " + why);
}

}  // namespace

Result<void> replace_file(const std::string& path, const std::string& text) {
  std::error_code error;
  const std::string target = fs::canonical(path, error).string();
  if (error) return cannot_write(path, error.message());
  struct stat old{};
  if (::stat(target.c_str(), &old) != 0 || ::access(target.c_str(), W_OK) != 0)
    return cannot_write(path, std::strerror(errno));
  return driver::write_file(target, text, old.st_mode & 07777);
}

}  // namespace pac::cli
