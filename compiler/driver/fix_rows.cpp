// A gap of a table as a further row, where rows beside it leave no doubt what it yields.
#include <algorithm>
#include <optional>
#include <string_view>

#include "compiler/driver/fix_edits.h"

namespace pac::driver {

namespace {

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t') out += c;
  }
  return out;
}

class Rows {
 public:
  Rows(const SourceFile& file, const ast::Module& module, const ast::Table& table)
      : file_(file), table_(table) {
    for (const ast::ExprId id : table.columns) {
      columns_.emplace_back(file.text(module.expr(id).span));
    }
    for (const ast::Row& row : table.rows) {
      outcomes_.emplace_back();
      for (const ast::ExprId id : row.outcome.cells) {
        outcomes_.back().emplace_back(file.text(module.expr(id).span));
      }
    }
    if (!table.rows.empty() && !table.rows.back().outcome.cells.empty()) {
      first_outcome_ = module.expr(table.rows.back().outcome.cells[0]).span.begin;
    }
  }

  // The text of the row; nothing where there is doubt.
  std::optional<std::string> row_for(std::string_view region) const {
    const auto cells = cells_of(region);
    if (!cells) return std::nullopt;
    const std::vector<std::string>* outcome = nullptr;
    for (size_t i = 0; i < table_.rows.size(); ++i) {
      if (table_.rows[i].cells.size() != cells->size() || !is_beside(table_.rows[i], *cells)) {
        continue;
      }
      if (outcome != nullptr && *outcome != outcomes_[i]) return std::nullopt;
      outcome = &outcomes_[i];
    }
    if (outcome == nullptr || outcome->empty()) return std::nullopt;
    return laid_out(*cells, *outcome);
  }

 private:
  // `score 640 .. 699 and purpose housing` by the columns that it speaks of.
  std::optional<std::vector<std::string>> cells_of(std::string_view region) const {
    struct Part {
      size_t begin, column;
    };
    std::vector<Part> parts;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string head = columns_[i] + " ";
      for (const char* before : {"", ", ", " and "}) {
        const std::string sought = before + head;
        const size_t at = region.find(sought);
        if (at == region.npos || (*before == '\0' && at != 0)) continue;
        parts.push_back({at + sought.size() - head.size(), i});
        break;
      }
    }
    std::ranges::sort(parts, {}, &Part::begin);
    if (parts.empty() || parts[0].begin != 0) return std::nullopt;
    std::vector<std::string> out(columns_.size(), "-");
    for (size_t i = 0; i < parts.size(); ++i) {
      const size_t end = i + 1 < parts.size() ? parts[i + 1].begin : region.size();
      const size_t begin = parts[i].begin + columns_[parts[i].column].size() + 1;
      std::string cell(region.substr(begin, end - begin));
      for (const std::string_view tail : {" and ", ", "}) {
        if (i + 1 < parts.size() && cell.ends_with(tail)) {
          cell.resize(cell.size() - tail.size());
          break;
        }
      }
      for (size_t at = cell.find(" or "); at != cell.npos; at = cell.find(" or ")) {
        cell.replace(at, 4, ", ");
      }
      out[parts[i].column] = std::move(cell);
    }
    return out;
  }

  bool is_beside(const ast::Row& row, const std::vector<std::string>& cells) const {
    size_t others = 0;
    for (size_t i = 0; i < cells.size(); ++i) {
      others += without_spaces(file_.text(row.cells[i].span)) == without_spaces(cells[i]) ? 0 : 1;
    }
    return others == 1;
  }

  // In the columns of the last row, as long as they are wide enough.
  std::string laid_out(const std::vector<std::string>& cells,
                       const std::vector<std::string>& outcome) const {
    constexpr size_t kBar = 3, kArrow = 4;  // " | ", " => "
    const ast::Row& last = table_.rows.back();
    std::string out;
    for (size_t i = 0; i < cells.size(); ++i) {
      const bool is_last = i + 1 == cells.size();
      const size_t begin = i == 0 ? last.span.begin : last.cells[i].span.begin;
      const size_t next = is_last ? first_outcome_ : last.cells[i + 1].span.begin;
      const size_t gap = is_last ? kArrow : kBar;
      const size_t width = next > begin + gap ? next - begin - gap : 0;
      out += cells[i];
      if (cells[i].size() < width) out.append(width - cells[i].size(), ' ');
      out += is_last ? " => " : " | ";
    }
    for (size_t i = 0; i < outcome.size(); ++i) out += (i == 0 ? "" : " | ") + outcome[i];
    return out;
  }

  const SourceFile& file_;
  const ast::Table& table_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> outcomes_;  // by row
  uint32_t first_outcome_ = 0;                      // where that of the last row begins
};

}  // namespace

std::vector<Edit> rows_for_gap(const Compilation& compilation, const ast::Module& module,
                               const ast::Decision& decision, const diag::Diagnostic& diagnostic) {
  using Policy = ast::HitPolicy::Kind;
  const bool is_plain = decision.policy.kind == Policy::unique ||
                        decision.policy.kind == Policy::any ||
                        decision.policy.kind == Policy::first;
  if (!decision.has_table || decision.table.rows.empty() || !is_plain) return {};
  const SourceFile& file = compilation.sources.file(module.file);
  const Rows rows(file, module, decision.table);
  const ast::Row& last = decision.table.rows.back();
  const std::string_view text = file.text();
  uint32_t begin = last.span.begin, end = last.span.end;
  while (begin > 0 && text[begin - 1] != '\n') --begin;
  while (end < text.size() && text[end] != '\n') ++end;
  const std::string indent(text.substr(begin, last.span.begin - begin));
  const bool has_return = end > 0 && text[end - 1] == '\r';
  if (has_return) --end;
  Edit edit{{file.id(), end, end}, "", "", Allowed::errors_only, {}, ""};
  for (const std::string& note : diagnostic.notes) {
    const size_t words = note.find("\nfor example ");
    if (words == note.npos) return {};  // further gaps that are not shown
    const auto row = rows.row_for(note.substr(0, words));
    if (!row) return {};
    edit.replacement += (has_return ? "\r\n" : "\n") + indent + *row;
    edit.text += (edit.text.empty() ? "add the row `" : "`, `") + *row;
  }
  if (edit.replacement.empty()) return {};
  edit.text += "`, as rows beside it yield the same";
  return {std::move(edit)};
}

}  // namespace pac::driver
