// The inputs of a file for a session: JSON (one object, an array of them, or one a line), JSON
// lines, CSV, or JSON from standard input. Shared by `pac run` and `pac explain`. One thread.
#pragma once

#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/engine/session.h"

namespace pac::cli {

// An array of inputs is read whole. Longer ones are refused: one a line has no such limit.
inline constexpr size_t kMaxDocumentBytes = size_t{64} << 20;

class Inputs {
 public:
  // Null with a message and the exit code where the file can't be read.
  static std::unique_ptr<Inputs> open(const std::string& path, int* exit);

  // Binds one input after the other and calls `take` with whether it was bound (else the session
  // has the refusal), until that gives false or there are no more.
  using Take = std::function<bool(bool bound)>;
  void bind_each(engine::Session& session, ir::DecisionId decision, const Take& take);

  uint32_t line() const { return line_; }  // where the input that was bound last begins, from 1
  uint32_t item() const { return item_; }  // which one of an array, from 1; 0: there is none
  uint64_t done_bytes() const { return done_; }    // of the file
  uint64_t total_bytes() const { return total_; }  // 0: not known

 private:
  std::istream& in();
  std::optional<std::string_view> read_line();
  int first_character();
  void bind_csv(engine::Session& session, ir::DecisionId decision, const Take& take);
  void bind_lines(std::string_view first, engine::Session& session, ir::DecisionId decision,
                  const Take& take);
  void bind_document(std::string_view begin, engine::Session& session, ir::DecisionId decision,
                     const Take& take);
  void refuse(engine::RefusalCode code, std::string_view why, engine::Session& session,
              ir::DecisionId decision, const Take& take);
  void bind_array(std::string_view text, engine::Session& session, ir::DecisionId decision,
                  const Take& take);

  std::string path_;
  std::ifstream file_;
  std::string buffer_;  // of read_line
  uint32_t line_ = 0, item_ = 0;
  uint64_t done_ = 0, total_ = 0;
};

}  // namespace pac::cli
