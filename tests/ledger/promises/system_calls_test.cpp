// Every file call of ledger/ goes through the file layer: what the linker sees of its libraries,
// and what the system sees of a run.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/sanitized.h"

namespace pac::ledger::test {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::string& command) {
  std::string out;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 65'536> buffer{};
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), got);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return out;
}

// Calls of the C library that open, change, move or sync files, and what C++ makes of them. That of
// any number, `syscall`, is how threads of the standard library wait; the run below is looked at.
bool is_file_call(std::string name) {
  static const std::set<std::string> kCalls = {
      "access",    "chdir",     "chmod",    "chown",    "close",     "creat",     "dup",
      "faccessat", "fallocate", "fchmod",   "fcntl",    "fdatasync", "fdopen",    "flock",
      "fopen",     "freopen",   "fstat",    "fstatat",  "fsync",     "ftruncate", "link",
      "linkat",    "lockf",     "lstat",    "mkdir",    "mkdirat",   "mkostemp",  "mkstemp",
      "mmap",      "msync",     "open",     "openat",   "opendir",   "pread",     "preadv",
      "pwrite",    "pwritev",   "read",     "readdir",  "readv",     "remove",    "rename",
      "renameat",  "renameat2", "rmdir",    "sendfile", "stat",      "statx",     "symlink",
      "sync",      "syncfs",    "truncate", "unlink",   "unlinkat",  "utimensat", "write",
      "writev"};
  if (const std::size_t at = name.find('@'); at != name.npos) name.resize(at);
  if (name.ends_with("64")) name.resize(name.size() - 2);
  if (kCalls.contains(name)) return true;
  // std::filesystem, and streams of files.
  return name.find("10filesystem") != name.npos || name.find("basic_filebuf") != name.npos ||
         name.find("fstream") != name.npos;
}

TEST(FileCalls, AreMadeByTheFileLayerAlone) {
  const std::string folder = PAC_BINARY_DIR "/ledger";
  std::size_t libraries = 0, in_the_layer = 0;
  std::set<std::string> seen_in_the_layer;
  for (const auto& one : fs::recursive_directory_iterator(folder)) {
    if (one.path().extension() != ".a") continue;
    ++libraries;
    const bool is_layer = one.path().filename() == "libpac_ledger_io.a";
    std::istringstream lines(output_of("nm --undefined-only -A " + one.path().string()));
    for (std::string line; std::getline(lines, line);) {
      const std::string name = line.substr(line.rfind(' ') + 1);
      if (!is_file_call(name)) continue;
      if (is_layer) {
        ++in_the_layer;
        seen_in_the_layer.insert(name.substr(0, name.find('@')));
        continue;
      }
      ADD_FAILURE() << line << ": a file call beside the file layer";
    }
  }
  EXPECT_GE(libraries, 8u) << "of " << folder;
  // Else the look would see nothing.
  for (const char* call : {"pwrite64", "pread64", "fdatasync", "fsync", "rename", "unlink"}) {
    std::string plain = call;
    if (plain.ends_with("64")) plain.resize(plain.size() - 2);
    EXPECT_TRUE(seen_in_the_layer.contains(call) || seen_in_the_layer.contains(plain)) << call;
  }
  EXPECT_GE(in_the_layer, 10u);
}

// Of a run under strace: how files of the ledger are written, and that what the ledger says is
// durable was synced before the program said so.
TEST(FileCalls, OfARunAreThoseOfTheFileLayer) {
  if (pac::test::kIsSanitized) GTEST_SKIP() << "who looks for leaks can't be traced";
  if (std::system("strace -o /dev/null true >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "no strace here, or it may not trace";
  }
  const fs::path folder = fs::temp_directory_path() / ("pac_traced_" + std::to_string(getpid()));
  fs::create_directories(folder);
  const std::string in = "cd '" + folder.string() + "' && ";
  output_of(in + PAC_BINARY " ledger init book --origin bank.example/traced");
  std::ofstream(folder / "rows") << "{\"n\":1}\n{\"n\":2}\n";
  output_of(in + "strace -f -y -s 64 -o trace -e trace=file,desc " PAC_BINARY
                 " ledger append book --input rows");
  std::ifstream trace(folder / "trace", std::ios::binary);
  bool is_written = false, is_synced = false, is_told = false;
  std::string syncs;  // the thread that syncs a segment while another one's call is shown
  for (std::string line; std::getline(trace, line);) {
    const bool is_of_ledger = line.find("/book/") != line.npos;
    const auto has = [&](const char* call) { return line.find(call) != line.npos; };
    if (has("write(1<") && has("records in")) {
      is_told = true;
      EXPECT_TRUE(is_synced) << "an answer before its entry was durable";
    }
    const std::string thread = line.substr(0, line.find(' '));
    if (has("<... fdatasync resumed") && thread == syncs && has("= 0")) is_synced = is_written;
    if (!is_of_ledger) continue;
    const bool is_segment = has("/segments/") && !has(".new");
    if (has("pwrite64(") && is_segment) {
      is_written = true;
      is_synced = false;
    }
    if (has("fdatasync(") && is_segment) {
      if (has("= 0")) is_synced = is_written;
      syncs = has("<unfinished") ? thread : "";
    }
    for (const char* other : {" write(", "writev(", "pwritev", "ftruncate(", "mmap(", "msync(",
                              "sendfile(", "copy_file_range(", "link(\"", "O_APPEND"}) {
      EXPECT_FALSE(has(other) && !has("unlink(")) << line;
    }
  }
  EXPECT_TRUE(is_written && is_told);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace pac::ledger::test
