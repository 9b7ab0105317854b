// The inputs of a file for a session: JSON (one object, or one a line), JSON lines, CSV, or JSON
// lines from standard input. Shared by `pac run` and `pac explain`. One thread.
#pragma once

#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "runtime/engine/session.h"

namespace pac::cli {

class Inputs {
 public:
  // Null with a message and the exit code where the file can't be read.
  static std::unique_ptr<Inputs> open(const std::string& path, int* exit);

  // Binds one input after the other and calls `take` with whether it was bound (else the session
  // has the refusal), until that gives false or there are no more.
  using Take = std::function<bool(bool bound)>;
  void bind_each(engine::Session& session, ir::DecisionId decision, const Take& take);

  uint32_t line() const { return line_; }          // of the input that was bound last, from 1
  uint64_t done_bytes() const { return done_; }    // of the file
  uint64_t total_bytes() const { return total_; }  // 0: not known

 private:
  std::istream& in();
  void bind_csv(engine::Session& session, ir::DecisionId decision, const Take& take);
  void bind_lines(std::istream& from, engine::Session& session, ir::DecisionId decision,
                  const Take& take);

  std::string path_;
  std::ifstream file_;
  uint32_t line_ = 0;
  uint64_t done_ = 0, total_ = 0;
};

}  // namespace pac::cli
