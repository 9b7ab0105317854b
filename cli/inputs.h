// The inputs of a file, or of standard input, for `pac run` and `pac explain`: what it is by its
// name, opened. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "compiler/driver/input_blocks.h"

namespace pac::cli {

class Inputs {
 public:
  // Null with a message and the exit code where the file can't be read.
  static std::unique_ptr<Inputs> open(const std::string& path, int* exit);
  ~Inputs();
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;

  driver::InputBlocks& blocks() { return *blocks_; }
  // Binds one input after the other and calls `take` with whether it was bound (else the session
  // has the refusal), until that gives false or there are no more.
  using Take = std::function<bool(bool bound)>;
  void bind_each(engine::Session& session, ir::DecisionId decision, const Take& take);

  uint64_t total_bytes() const { return total_; }  // 0: not known

 private:
  Inputs() = default;

  int file_ = -1;
  uint64_t total_ = 0;
  std::optional<driver::InputBlocks> blocks_;
};

}  // namespace pac::cli
