// Not API; include compiler/format/format.h instead.
// The lines of the result before columns are aligned. A line may have stops; stops of neighbouring
// lines of one kind are put under each other when everything is written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pac::format {

enum class Align : uint8_t {
  none,
  field,
  entry,
  enum_decl,
  record_decl,
  block,
  let,
  param_line,
  rule,
  explain,
  test
};

struct Line {
  int indent = 0;
  std::string text;             // without the indentation
  int width = 0;                // code points of `text`
  std::string_view comment;     // behind the text; alone where the text is empty
  std::vector<uint32_t> stops;  // byte offsets in `text`
  Align align = Align::none;
  bool blank_before = false;
};

class Lines {
 public:
  // Ends the current line and begins one.
  void begin(int indent);
  // Appends to the current line.
  void put(std::string_view text);
  void stop() { all_.back().stops.push_back(static_cast<uint32_t>(all_.back().text.size())); }
  void comment_line(int indent, std::string_view text, bool blank_before);

  Line& current() { return all_.back(); }
  const Line& current() const { return all_.back(); }
  Line& line(size_t i) { return all_[i]; }
  size_t count() const { return all_.size(); }
  int column() const { return all_.empty() ? 0 : all_.back().indent + all_.back().width; }
  bool is_open() const { return !all_.empty() && !all_.back().text.empty(); }

  // A statement from line `head` to the current one: aligned with its neighbours where it is one
  // line.
  void end_statement(size_t head, Align align);

  // Aligns and joins. Trailing comments of neighbouring lines stand under each other.
  std::string finish();

 private:
  void align_runs();
  void align_run(const std::vector<size_t>& run);
  void align_comments();

  std::vector<Line> all_;
};

}  // namespace pac::format
