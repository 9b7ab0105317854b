// Tables of rules and of test cases: `|` and `=>` under each other. A row is one line, however
// long: a line break would end it.
#include <algorithm>

#include "compiler/format/format.h"
#include "compiler/format/printer.h"

namespace pac::format {

std::string Printer::flat(uint32_t i, uint32_t j) const {
  std::string out;
  for (uint32_t k = i; k <= j; ++k) {
    if (k > i && marks_.space(k)) out += ' ';
    out += tokens_.text(k);
  }
  return out;
}

// Cuts a row at the signs that stand in no bracket.
void Printer::split(Row* row) const {
  uint32_t from = row->begin;
  if (row->has_label) {
    row->label = std::string(tokens_.text(from)) + ": ";
    from += 2;
  }
  bool is_right = false;
  for (uint32_t k = from; k <= row->end + 1; ++k) {
    const bool at_end = k > row->end;
    const bool arrow = !at_end && tokens_.text(k) == "=>";
    if (at_end || arrow || tokens_.text(k) == "|") {
      (is_right ? row->right : row->left).push_back(flat(from, k - 1));
      from = k + 1;
      is_right |= arrow;
    } else if (is_opener(tokens_.text(k))) {
      k = tokens_.all[k].partner;
    }
  }
}

Printer::Row Printer::plain_row(uint32_t i, uint32_t j) {
  Row out;
  out.begin = i;
  out.end = out.last = j;
  return out;
}

void Printer::table(uint32_t open, const ast::Decision& decl) {
  std::vector<Row> rows;
  const uint32_t partner = tokens_.all[open].partner;
  if (decl.table.header_span.has_place()) {
    rows.push_back(plain_row(begin(decl.table.header_span), end(decl.table.header_span)));
  }
  const auto add = [&](uint32_t from, uint32_t last, const ast::Clauses& said) {
    Row r = plain_row(from, last);
    r.clauses = clause_starts(said);
    if (!r.clauses.empty()) r.end = r.clauses[0] - 1;
    rows.push_back(std::move(r));
  };
  for (const auto& row : decl.table.rows) {
    uint32_t from = begin(row.span);
    while (tokens_.text(from) == "@") {
      from = tokens_.text(from + 2) == "(" ? tokens_.all[from + 2].partner + 1 : from + 2;
    }
    add(from, end(row.span), row.clauses);
    rows.back().has_label = !row.label.empty();
  }
  if (decl.otherwise.present) {
    add(begin(decl.otherwise.span), end(decl.otherwise.span), decl.otherwise.clauses);
    rows.back().is_otherwise = true;
  }
  grid(open, std::move(rows));
  close(partner, 2);
}

void Printer::cases(uint32_t open, const ast::Test& decl) {
  std::vector<Row> rows;
  const uint32_t partner = tokens_.all[open].partner;
  if (open + 1 < partner) {
    const uint32_t last = decl.cases.empty() ? partner - 1 : begin(decl.cases[0].span) - 1;
    rows.push_back(plain_row(open + 1, last));
  }
  for (const auto& c : decl.cases) rows.push_back(plain_row(begin(c.span), end(c.span)));
  grid(open, std::move(rows));
  close(partner, 0);
}

void Printer::grid(uint32_t open, std::vector<Row> rows) {
  const int indent = lines_.current().indent + 2;
  int label_width = 0;
  for (Row& r : rows) {
    split(&r);
    label_width = std::max(label_width, columns(r.label));
  }
  std::vector<int> left, right;
  const auto measure = [](const std::vector<std::string>& cells, std::vector<int>* widths,
                          int extra) {
    for (size_t n = 0; n < cells.size(); ++n) {
      if (n == widths->size()) widths->push_back(0);
      (*widths)[n] = std::max((*widths)[n], columns(cells[n]) + (n == 0 ? extra : 0));
    }
  };
  for (size_t n = 0; n < rows.size(); ++n) {
    const Row& r = rows[n];
    if (r.is_otherwise && r.right.empty()) continue;
    measure(r.left, &left, n == 0 || r.is_otherwise ? 0 : label_width);
    measure(r.right, &right, 0);
  }
  uint32_t from = open + 1;
  bool first = true;
  for (const Row& r : rows) {
    if (from < r.begin) annotations(from, indent, &first);
    row(r, left, right, &r == rows.data() || r.is_otherwise ? 0 : label_width, indent, first);
    row_clauses(r, indent + 4);
    first = false;
    from = r.last + 1;
  }
}

// Comments between tokens i .. j go above their line.
void Printer::hoist(uint32_t i, uint32_t j, int indent) {
  for (uint32_t k = i; k <= j; ++k) {
    if (k > i) lead_comments(k, indent, true);
    if (k < j && tokens_.all[k].trail != kNone) {
      lines_.comment_line(indent, tokens_.comments[tokens_.all[k].trail].text, false);
    }
  }
}

void Printer::row(const Row& row, const std::vector<int>& left, const std::vector<int>& right,
                  int label_width, int indent, bool first) {
  lead_comments(row.begin, indent, first);
  const size_t line = lines_.count();
  hoist(row.begin, row.end, indent);
  const bool hoisted = lines_.count() > line;
  lines_.begin(indent);
  lines_.current().blank_before = tokens_.all[row.begin].blank_before && !hoisted &&
                                  !(first && tokens_.all[row.begin].lead_count == 0);
  led_ = row.begin;
  const auto pad = [&](int width, int target) {
    lines_.put(std::string(static_cast<size_t>(std::max(0, target - width)), ' '));
  };
  lines_.put(row.label);
  pad(columns(row.label), label_width);
  for (size_t n = 0; n < row.left.size(); ++n) {
    if (n > 0) lines_.put(" | ");
    lines_.put(row.left[n]);
    const int width = columns(row.left[n]) + (n == 0 ? label_width : 0);
    if (!row.right.empty() && row.left.size() > 1) pad(width, left[n]);
  }
  if (!row.right.empty()) {
    // One cell may span all columns.
    int inputs = 3 * (static_cast<int>(left.size()) - 1);
    for (const int w : left) inputs += w;
    pad(lines_.current().width, inputs);
    lines_.put(" => ");
  }
  for (size_t n = 0; n < row.right.size(); ++n) {
    if (n > 0) lines_.put(" | ");
    lines_.put(row.right[n]);
    if (n + 1 < row.right.size()) pad(columns(row.right[n]), right[n]);
  }
  const uint32_t trail = tokens_.all[row.end].trail;
  if (trail != kNone) lines_.current().comment = tokens_.comments[trail].text;
}

void Printer::row_clauses(const Row& row, int indent) {
  for (size_t n = 0; n < row.clauses.size(); ++n) {
    const uint32_t i = row.clauses[n];
    const uint32_t last = n + 1 < row.clauses.size() ? row.clauses[n + 1] - 1 : row.last;
    const bool joins = !tokens_.all[i].newline_before && tokens_.all[i - 1].trail == kNone &&
                       !marks_.has_comment(i, last) &&
                       lines_.column() + 1 + marks_.width(i, last) <= kMaxColumns;
    if (joins) {
      lines_.put(" ");
    } else {
      lead_comments(i, indent, false);
      hoist(i, last, indent);
      lines_.begin(indent);
    }
    lines_.put(flat(i, last));
    const uint32_t trail = tokens_.all[last].trail;
    if (trail != kNone) lines_.current().comment = tokens_.comments[trail].text;
  }
}

}  // namespace pac::format
