// A file that grows for as long as a command runs, and has its name only when it is whole: what
// stood under that name stays until then, and for good where the command fails or is interrupted.
// What is no regular file (a pipe, /dev/stdout) is written into as it comes. Main thread.
#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "cli/interrupt.h"
#include "runtime/base/result.h"

namespace pac::cli {

class GrowingFile {
 public:
  GrowingFile() = default;
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;
  ~GrowingFile();

  [[nodiscard]] Result<void> open(const std::string& path);
  bool is_open() const { return out_.is_open(); }
  std::ofstream& stream() { return out_; }
  // Gives the file its name. PAC0107 where not all of it could be written.
  [[nodiscard]] Result<void> finish();

 private:
  std::string path_, growing_path_;  // the second is empty where it is written into directly
  std::ofstream out_;
  std::optional<Unfinished> unfinished_;
};

}  // namespace pac::cli
