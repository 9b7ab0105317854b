#include "compiler/diag/snippet.h"

#include <algorithm>
#include <set>

#include "compiler/diag/render.h"
#include "compiler/diag/text.h"
#include "runtime/base/check.h"

namespace pac::diag {

namespace {

// More nested multi-line places than this are drawn by their first line only: bars of 6 are read
// with difficulty already.
constexpr size_t kMaxBars = 6;
// A place over more lines than this shows two lines at each end.
constexpr uint32_t kMaxWholeLines = 6;
constexpr std::string_view kCut = "...";

// A mark in lines and display columns.
struct Placed {
  const Mark* mark = nullptr;
  uint32_t first_line = 0;
  uint32_t last_line = 0;
  uint32_t begin = 0;       // column on the first line
  uint32_t end = 0;         // column after the last character, on the last line
  int bar = -1;             // the margin column of a place over several lines
  bool has_corner = false;  // it begins its line, so that a `/` in the margin says enough

  bool is_multi_line() const { return bar >= 0; }
};

// What one line shows of a mark.
struct Point {
  enum class Part : uint8_t { whole, begins, ends };
  const Placed* placed = nullptr;
  Part part = Part::whole;
  uint32_t begin = 0;
  uint32_t end = 0;
  size_t row = 0;  // below the line: 0 is the row of the underlines

  std::string_view label() const {
    return part == Part::begins ? std::string_view{} : std::string_view(placed->mark->label);
  }
  bool has_connector() const { return part != Part::whole; }
  // Whether it needs a row of its own where it cannot stand in row 0.
  bool needs_row() const { return has_connector() || !label().empty(); }
};

class Drawing {
 public:
  Drawing(const SourceFile& file, const std::vector<Mark>& marks, const SnippetLayout& layout,
          std::vector<Row>* out)
      : file_(file), layout_(layout), out_(*out) {
    for (const Mark& mark : marks) placed_.push_back(place(mark));
    assign_bars();
  }

  void draw();

 private:
  Placed place(const Mark& mark) const;
  void assign_bars();
  std::set<uint32_t> shown_lines() const;
  std::vector<Point> points_on(uint32_t line) const;
  Window window_for(uint32_t line, const std::vector<Point>& points) const;
  void draw_line(uint32_t line);
  void draw_skip(uint32_t before, uint32_t after);
  void draw_points(std::vector<Point>& points, std::vector<char>& bars);
  size_t assign_rows(std::vector<Point>& points) const;
  void draw_underlines(const std::vector<Point>& points, Row* row) const;
  void draw_row(const std::vector<Point>& points, size_t number, std::vector<char>& bars);
  void draw_connector(const Point& point, Row* row, std::vector<char>& bars) const;
  void draw_bars(const std::vector<char>& bars, Row* row) const;

  Style style_of(const Placed& placed) const {
    return placed.mark->is_primary ? layout_.primary : Style::second;
  }
  // Where the margin's bars begin, and where the text of the source begins.
  size_t margin() const { return layout_.gutter_width + 3; }
  size_t body() const { return margin() + (bar_count_ > 0 ? bar_count_ + 1 : 0); }

  const SourceFile& file_;
  const SnippetLayout& layout_;
  std::vector<Row>& out_;
  std::vector<Placed> placed_;
  size_t bar_count_ = 0;
};

Placed Drawing::place(const Mark& mark) const {
  const Region region = region_of(file_, mark.span);
  Placed placed;
  placed.mark = &mark;
  placed.first_line = region.begin.line;
  // The last character decides, so that a span that takes in a line end stays on its line.
  const uint32_t last_byte =
      region.end_byte > region.begin_byte ? region.end_byte - 1 : region.end_byte;
  placed.last_line = file_.location(last_byte).line;
  placed.begin = column_at(file_.line(placed.first_line),
                           region.begin_byte - file_.line_start(placed.first_line));
  placed.end =
      column_at(file_.line(placed.last_line), region.end_byte - file_.line_start(placed.last_line));
  if (placed.first_line == placed.last_line) placed.end = std::max(placed.end, placed.begin + 1);
  return placed;
}

// Gives every place over several lines a column of the margin that is free on all of its lines;
// what begins first and ends last stands furthest to the left.
void Drawing::assign_bars() {
  std::vector<Placed*> tall;
  for (Placed& placed : placed_) {
    if (placed.last_line > placed.first_line) tall.push_back(&placed);
  }
  std::ranges::stable_sort(tall, [](const Placed* a, const Placed* b) {
    return a->first_line != b->first_line ? a->first_line < b->first_line
                                          : a->last_line > b->last_line;
  });
  std::vector<uint32_t> last_line_of_bar;
  for (Placed* placed : tall) {
    size_t bar = 0;
    while (bar < last_line_of_bar.size() && last_line_of_bar[bar] >= placed->first_line) ++bar;
    const std::string_view first = file_.line(placed->first_line);
    if (bar == kMaxBars) {
      placed->last_line = placed->first_line;
      placed->end = std::max(column_at(first, first.size()), placed->begin + 1);
      continue;
    }
    if (bar == last_line_of_bar.size()) last_line_of_bar.push_back(0);
    last_line_of_bar[bar] = placed->last_line;
    placed->bar = static_cast<int>(bar);
    const size_t blank = std::min(first.find_first_not_of(" \t"), first.size());
    placed->has_corner = placed->begin <= column_at(first, blank);
  }
  bar_count_ = last_line_of_bar.size();
}

std::set<uint32_t> Drawing::shown_lines() const {
  std::set<uint32_t> lines;
  for (const Placed& placed : placed_) {
    lines.insert({placed.first_line, placed.last_line});
    if (!placed.is_multi_line()) continue;
    if (placed.last_line - placed.first_line < kMaxWholeLines) {
      for (uint32_t n = placed.first_line; n < placed.last_line; ++n) lines.insert(n);
    } else {
      lines.insert({placed.first_line + 1, placed.last_line - 1});
    }
  }
  return lines;
}

std::vector<Point> Drawing::points_on(uint32_t line) const {
  std::vector<Point> points;
  for (const Placed& placed : placed_) {
    if (!placed.is_multi_line()) {
      if (placed.first_line != line) continue;
      points.push_back({&placed, Point::Part::whole, placed.begin, placed.end, 0});
    } else if (placed.last_line == line) {
      const uint32_t last = std::max(placed.end, 1u) - 1;
      points.push_back({&placed, Point::Part::ends, last, last + 1, 0});
    } else if (placed.first_line == line && !placed.has_corner) {
      points.push_back({&placed, Point::Part::begins, placed.begin, placed.begin + 1, 0});
    }
  }
  return points;
}

Window Drawing::window_for(uint32_t line, const std::vector<Point>& points) const {
  const std::string_view text = file_.line(line);
  const uint32_t length = column_at(text, text.size());
  uint32_t low = points.empty() ? 0 : length;
  uint32_t high = 0;
  uint32_t focus = low;
  for (const Point& point : points) {
    low = std::min(low, point.begin);
    high = std::max(high, point.end);
    // Where not all of it fits, the place that the message is about is shown.
    if (point.placed->mark->is_primary) focus = point.begin;
  }
  const size_t room = layout_.width - std::min(layout_.width, body());
  return choose_window(length, low, high, std::clamp(focus, low, high),
                       static_cast<uint32_t>(room));
}

void Drawing::draw_bars(const std::vector<char>& bars, Row* row) const {
  for (size_t i = 0; i < bars.size(); ++i) {
    if (bars[i] == ' ') continue;
    for (const Placed& placed : placed_) {
      // Any place of this bar gives the style; places that share a bar never meet.
      if (placed.bar == static_cast<int>(i)) row->put(margin() + i, bars[i], style_of(placed));
    }
  }
}

void Drawing::draw_skip(uint32_t before, uint32_t after) {
  Row row;
  row.append(kCut, Style::gutter);
  std::vector<char> bars(bar_count_, ' ');
  for (const Placed& placed : placed_) {
    if (placed.is_multi_line() && placed.first_line <= before && placed.last_line >= after) {
      bars[static_cast<size_t>(placed.bar)] = '|';
    }
  }
  draw_bars(bars, &row);
  out_.push_back(std::move(row));
}

void Drawing::draw_line(uint32_t line) {
  std::vector<Point> points = points_on(line);
  const Window window = window_for(line, points);
  Row row = gutter(layout_, std::to_string(line));
  std::vector<char> bars(bar_count_, ' ');
  for (const Placed& placed : placed_) {
    if (!placed.is_multi_line()) continue;
    char& bar = bars[static_cast<size_t>(placed.bar)];
    if (placed.first_line == line && placed.has_corner) bar = '/';
    if (placed.first_line < line && line <= placed.last_line) bar = '|';
  }
  draw_bars(bars, &row);
  row.text(body(), window.show(file_.line(line)), Style::plain);
  out_.push_back(std::move(row));
  if (points.empty()) return;
  std::ranges::replace(bars, '/', '|');
  for (Point& point : points) {
    const uint32_t begin = window.to_screen(point.begin);
    point.end = std::max(window.to_screen(point.end), begin + 1);
    point.begin = begin;
  }
  draw_points(points, bars);
}

// Decides which row below the line carries each label or connector, and returns the number of rows.
// Labels go down from right to left: what stands in a row has only signs of later rows to its left.
size_t Drawing::assign_rows(std::vector<Point>& points) const {
  std::ranges::stable_sort(points, [](const Point& a, const Point& b) {
    return a.begin != b.begin ? a.begin > b.begin : a.end > b.end;
  });
  uint32_t end = 0;
  for (const Point& point : points) end = std::max(end, point.end);
  // A label may follow its underline where nothing else reaches that far; a connector stands in the
  // row of the underlines where it is alone.
  const Point& rightmost = points.front();
  const bool first_is_inline =
      rightmost.has_connector() ? points.size() == 1 : rightmost.end == end;
  size_t next = 2;  // row 1 holds only the lines down to the labels
  for (size_t i = first_is_inline ? 1 : 0; i < points.size(); ++i) {
    if (points[i].needs_row()) points[i].row = next++;
  }
  return next == 2 ? 1 : next;
}

void Drawing::draw_underlines(const std::vector<Point>& points, Row* row) const {
  // Primary places are drawn last, over the others.
  for (const bool primary : {false, true}) {
    for (const Point& point : points) {
      if (point.placed->mark->is_primary != primary) continue;
      for (uint32_t column = point.begin; column < point.end; ++column) {
        row->put(body() + column, primary ? '^' : '-', style_of(*point.placed));
      }
    }
  }
}

// A line from the margin to the column of the point. A place that begins here has its bar from the
// next row on; one that ends here has it up to this row.
void Drawing::draw_connector(const Point& point, Row* row, std::vector<char>& bars) const {
  const auto bar = static_cast<size_t>(point.placed->bar);
  const Style style = style_of(*point.placed);
  const size_t target = body() + point.begin;
  for (size_t column = margin() + bar + 1; column < target; ++column) {
    if (row->is_free(column)) row->put(column, '_', style);
  }
  bars[bar] = point.part == Point::Part::begins ? '|' : ' ';
}

void Drawing::draw_row(const std::vector<Point>& points, size_t number, std::vector<char>& bars) {
  Row row = gutter(layout_, "");
  draw_bars(bars, &row);
  if (number == 0) draw_underlines(points, &row);
  for (const Point& point : points) {
    if (number > 0 && point.row > number) {
      row.put(body() + point.begin, '|', style_of(*point.placed));
    }
  }
  for (const Point& point : points) {
    if (point.row != number || !point.needs_row()) continue;
    const Style style = style_of(*point.placed);
    if (point.has_connector()) {
      draw_connector(point, &row, bars);
      if (number > 0) row.put(body() + point.begin, '|', style);
    }
    const bool is_beside = number == 0 || point.has_connector();
    const size_t column = is_beside ? (number == 0 ? point.end : point.begin + 1) + 1 : point.begin;
    row.text(body() + column, printable(point.label()), style);
  }
  out_.push_back(std::move(row));
}

void Drawing::draw_points(std::vector<Point>& points, std::vector<char>& bars) {
  const size_t count = assign_rows(points);
  for (size_t number = 0; number < count; ++number) draw_row(points, number, bars);
}

void Drawing::draw() {
  const std::set<uint32_t> lines = shown_lines();
  uint32_t before = 0;
  for (const uint32_t line : lines) {
    // A single line between two shown ones takes no more room than the dots for it.
    if (before != 0 && line == before + 2) draw_line(before + 1);
    if (before != 0 && line > before + 2) draw_skip(before, line);
    draw_line(line);
    before = line;
  }
}

}  // namespace

Row gutter(const SnippetLayout& layout, std::string_view number) {
  PAC_CHECK(number.size() <= layout.gutter_width, "the gutter holds every line number shown");
  Row row;
  for (size_t i = 0; i < number.size(); ++i) row.put(i, number[i], Style::gutter);
  row.put(layout.gutter_width + 1, '|', Style::gutter);
  return row;
}

void draw_snippet(const SourceFile& file, const std::vector<Mark>& marks,
                  const SnippetLayout& layout, std::vector<Row>* out) {
  if (marks.empty()) return;
  Drawing(file, marks, layout, out).draw();
}

}  // namespace pac::diag
