// The form for people. A block is: the message, the lines it speaks of, notes, ways out, and the
// fix-it as the line would read.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/diag/render.h"
#include "compiler/diag/snippet.h"
#include "compiler/diag/text.h"

namespace pac::diag {

namespace {

// More places than a reader follows; the rest are counted in a note.
constexpr size_t kMaxPlaces = 20;
// Lines of a fix-it on each side.
constexpr size_t kMaxFixLines = 12;
// Below this a source line is not legible beside its gutter.
constexpr int kLeastWidth = 40;

using Lines = std::vector<std::string>;

Lines split_lines(std::string_view text) {
  Lines lines;
  for (size_t begin = 0;;) {
    const size_t end = text.find('\n', begin);
    std::string_view line = text.substr(begin, end == text.npos ? end : end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    if (end == text.npos) return lines;
    begin = end + 1;
  }
}

// A fix-it as whole lines: those that go and those that come, without the ones that stay.
struct Change {
  uint32_t first_line = 1;
  Lines before;
  Lines after;
};

Change change_of(const SourceFile& file, const FixIt& fix) {
  const Region region = region_of(file, fix.span);
  const uint32_t begin = file.line_start(region.begin.line);
  const std::string_view last = file.line(region.end.line);
  const uint32_t end = std::max(
      file.line_start(region.end.line) + static_cast<uint32_t>(last.size()), region.end_byte);
  const std::string_view all = file.text();
  Change change;
  change.before = split_lines(all.substr(begin, end - begin));
  change.after =
      split_lines(std::string(all.substr(begin, region.begin_byte - begin)) + fix.replacement +
                  std::string(all.substr(region.end_byte, end - region.end_byte)));
  change.first_line = region.begin.line;
  Lines& before = change.before;
  Lines& after = change.after;
  while (!before.empty() && !after.empty() && before.back() == after.back()) {
    before.pop_back();
    after.pop_back();
  }
  while (!before.empty() && !after.empty() && before.front() == after.front()) {
    before.erase(before.begin());
    after.erase(after.begin());
    ++change.first_line;
  }
  return change;
}

class Block {
 public:
  Block(const SourceSet& sources, const Diagnostic& diagnostic, const Options& options)
      : sources_(sources), diagnostic_(diagnostic) {
    layout_.primary = style_of(diagnostic.severity);
    layout_.width = static_cast<size_t>(std::max(options.width, kLeastWidth));
    collect_places();
  }

  std::vector<Row> draw() {
    draw_message();
    draw_places();
    if (!groups_.empty() && has_footer()) rows_.push_back(gutter(layout_, ""));
    draw_footer();
    if (diagnostic_.fix) draw_fix(*diagnostic_.fix);
    return std::move(rows_);
  }

 private:
  struct Group {
    uint32_t file = 0;
    std::vector<Mark> marks;
  };

  void collect_places();
  void add_mark(Mark mark);
  void draw_message();
  void draw_places();
  void draw_file_name(std::string_view arrow, const SourceFile& file, Span span);
  void draw_footer();
  void draw_remark(std::string_view word, std::string_view text);
  void draw_fix(const FixIt& fix);
  void draw_changed_line(const SourceFile& file, const FixIt& fix, std::string_view line);
  void draw_change(const Change& change);
  bool has_footer() const {
    return !notes_.empty() || !diagnostic_.helps.empty() || diagnostic_.fix.has_value();
  }
  void widen_gutter(uint32_t line) {
    layout_.gutter_width = std::max(layout_.gutter_width, std::to_string(line).size());
  }

  const SourceSet& sources_;
  const Diagnostic& diagnostic_;
  SnippetLayout layout_;
  std::vector<Group> groups_;  // the primary place's file first
  std::vector<std::string> notes_;
  std::vector<Row> rows_;
};

void Block::add_mark(Mark mark) {
  widen_gutter(region_of(sources_.file(mark.span.file), mark.span).end.line);
  auto group = std::ranges::find(groups_, mark.span.file, &Group::file);
  if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{mark.span.file, {}});
  group->marks.push_back(std::move(mark));
}

void Block::collect_places() {
  notes_ = diagnostic_.notes;
  if (diagnostic_.span.has_place()) {
    add_mark({diagnostic_.span, diagnostic_.label, true});
  } else if (!diagnostic_.label.empty()) {
    notes_.push_back(diagnostic_.label);
  }
  size_t left_out = 0;
  for (size_t i = 0; i < diagnostic_.labels.size(); ++i) {
    const Label& label = diagnostic_.labels[i];
    if (i >= kMaxPlaces) {
      ++left_out;
    } else if (label.span.has_place()) {
      add_mark({label.span, label.text, false});
    } else {
      notes_.push_back(label.text);
    }
  }
  if (left_out > 0) {
    notes_.push_back("and " + std::to_string(left_out) +
                     (left_out == 1 ? " place more" : " places more"));
  }
  const std::optional<FixIt>& fix = diagnostic_.fix;
  if (!fix || !fix->span.has_place()) return;
  const Change change = change_of(sources_.file(fix->span.file), *fix);
  const size_t count = std::max(change.before.size(), change.after.size());
  if (count > 0) widen_gutter(change.first_line + static_cast<uint32_t>(count) - 1);
}

void Block::draw_message() {
  Row row;
  std::string head = severity_name(diagnostic_.severity);
  head.append("[").append(info(diagnostic_.kind).code).append("]");
  row.append(head, layout_.primary);
  row.append(": " + printable(diagnostic_.message()), Style::bold);
  rows_.push_back(std::move(row));
}

void Block::draw_file_name(std::string_view arrow, const SourceFile& file, Span span) {
  const Location place = region_of(file, span).begin;
  Row row;
  row.text(layout_.gutter_width, arrow, Style::gutter);
  row.append(" " + printable(file.path()) + ":" + std::to_string(place.line) + ":" +
                 std::to_string(place.column),
             Style::plain);
  rows_.push_back(std::move(row));
  rows_.push_back(gutter(layout_, ""));
}

void Block::draw_places() {
  for (size_t i = 0; i < groups_.size(); ++i) {
    const Group& group = groups_[i];
    const SourceFile& file = sources_.file(group.file);
    if (i > 0) rows_.push_back(gutter(layout_, ""));
    draw_file_name(i == 0 ? "-->" : ":::", file, group.marks.front().span);
    draw_snippet(file, group.marks, layout_, &rows_);
  }
}

// "= note: text"; further lines of the text stand below its first.
void Block::draw_remark(std::string_view word, std::string_view text) {
  const std::string head = "= " + std::string(word) + ": ";
  const size_t column = groups_.empty() ? 2 : layout_.gutter_width + 1;
  bool is_first = true;
  for (const std::string& line : split_lines(text)) {
    Row row;
    if (is_first) row.text(column, head, Style::bold);
    if (is_first) {
      row.append(printable(line), Style::plain);
    } else {
      row.text(column + head.size(), printable(line), Style::plain);
    }
    rows_.push_back(std::move(row));
    is_first = false;
  }
}

void Block::draw_footer() {
  for (const std::string_view note : notes_) {
    // A witness is a note that begins with this word; it is evidence, so it gets a name of its own.
    constexpr std::string_view kWitness = "witness: ";
    if (note.starts_with(kWitness)) {
      draw_remark("witness", note.substr(kWitness.size()));
    } else {
      draw_remark("note", note);
    }
  }
  for (const std::string& help : diagnostic_.helps) draw_remark("help", help);
}

void Block::draw_fix(const FixIt& fix) {
  draw_remark("help", fix.text);
  if (!fix.span.has_place()) return;
  const SourceFile& file = sources_.file(fix.span.file);
  if (groups_.empty() || groups_.front().file != fix.span.file) {
    draw_file_name(":::", file, fix.span);
  } else {
    rows_.push_back(gutter(layout_, ""));
  }
  const Change change = change_of(file, fix);
  const bool is_within_line = change.before.size() == 1 && change.after.size() == 1;
  const bool adds = !fix.replacement.empty() && fix.replacement.find('\n') == std::string::npos;
  if (is_within_line && adds) {
    draw_changed_line(file, fix, change.after.front());
  } else {
    draw_change(change);
  }
}

// The line as it would read, with `+` below what is new or `~` below what replaces something.
void Block::draw_changed_line(const SourceFile& file, const FixIt& fix, std::string_view line) {
  const Region region = region_of(file, fix.span);
  const size_t offset = region.begin_byte - file.line_start(region.begin.line);
  const uint32_t begin = column_at(line, offset);
  const uint32_t end = std::max(column_at(line, offset + fix.replacement.size()), begin + 1);
  const size_t body = layout_.gutter_width + 3;
  const size_t room = layout_.width - std::min(layout_.width, body);
  const Window window =
      choose_window(column_at(line, line.size()), begin, end, begin, static_cast<uint32_t>(room));
  Row changed = gutter(layout_, std::to_string(region.begin.line));
  changed.text(body, window.show(line), Style::plain);
  Row below = gutter(layout_, "");
  const char sign = region.begin_byte == region.end_byte ? '+' : '~';
  for (uint32_t at = window.to_screen(begin); at < window.to_screen(end); ++at) {
    below.put(body + at, sign, Style::added);
  }
  rows_.push_back(std::move(changed));
  rows_.push_back(std::move(below));
}

// Whole lines, those that go before those that come.
void Block::draw_change(const Change& change) {
  const size_t body = layout_.gutter_width + 3;
  const auto room = static_cast<uint32_t>(layout_.width - std::min(layout_.width, body));
  const auto draw = [&](const Lines& lines, char sign, Style style) {
    for (size_t i = 0; i < lines.size(); ++i) {
      if (i == kMaxFixLines) {
        rows_.emplace_back().append("...", Style::gutter);
        return;
      }
      const Window window = choose_window(column_at(lines[i], lines[i].size()), 0, 0, 0, room);
      Row line = gutter(layout_, std::to_string(change.first_line + i));
      line.put(layout_.gutter_width + 1, sign, style);
      line.text(body, window.show(lines[i]), style);
      rows_.push_back(std::move(line));
    }
  };
  draw(change.before, '-', Style::removed);
  draw(change.after, '+', Style::added);
}

}  // namespace

std::string render_pretty(const SourceSet& sources, std::span<const Diagnostic> diagnostics,
                          const Options& options) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    for (const Row& row : Block(sources, diagnostic, options).draw())
      row.write(options.colour, &out);
    out.push_back('\n');
  }
  return out;
}

}  // namespace pac::diag
