#include "runtime/engine/csv_binder.h"

#include <algorithm>
#include <string>

namespace pac::engine {

namespace {

std::string_view words_for(CsvRow fault) {
  if (fault == CsvRow::too_long) return "the row is longer than the limit";
  return "the quotes of the row are wrong: a cell with quotes begins and ends with one, and "
         "doubles those "
         "inside";
}

}  // namespace

CsvBinder::CsvBinder(Session& session, ir::DecisionId decision, CsvReader reader,
                     const CsvOptions& options)
    : session_(session), decision_(decision), reader_(std::move(reader)), options_(options) {}

bool CsvBinder::refuse_row(RefusalCode code, std::string_view message) {
  session_.refuse(code, {}, message);
  return false;
}

bool CsvBinder::add_column(std::string_view name) {
  const InputShape& shape = session_.rules().shape(decision_).input;
  const PathId path = shape.find(name);
  if (path != PathId::none && shape.node(path).slot.type->kind != ir::TypeKind::record) {
    if (std::ranges::find(columns_, path) != columns_.end()) {
      session_.refuse(RefusalCode::csv_header, name, "the header names this column twice");
      return false;
    }
    columns_.push_back(path);
    return true;
  }
  if (options_.ignore_unknown_columns && path == PathId::none) {
    columns_.push_back(PathId::none);
    return true;
  }
  std::string message = path == PathId::none
                            ? "the column names no input"
                            : "the column names a record: give each of its fields a column";
  // The whole header in one cell, as programs write CSV where the comma is for decimals.
  const std::string_view other = name.find(';') != name.npos    ? "`;`"
                                 : name.find('\t') != name.npos ? "tabs"
                                                                : "";
  if (columns_.empty() && !other.empty()) {
    message = "the cells are separated by " + std::string(other) + "; CSV has commas between them";
    session_.refuse(RefusalCode::csv_header, name, message);
    return false;
  }
  Closest closest(name);
  for (const PathNode& node : shape.nodes()) {
    closest.consider(node.text);
    if (shape.root_count() == 1) closest.consider(std::string_view(node.slot.name));
  }
  if (path == PathId::none && !closest.best().empty()) {
    message += ", did you mean \"" + std::string(closest.best()) + "\"?";
  }
  session_.refuse(RefusalCode::csv_header, name, message);
  return false;
}

bool CsvBinder::read_header() {
  session_.begin(decision_);
  const CsvRow read = reader_.next();
  session_.refusals().set_line(reader_.line());
  if (read == CsvRow::end) return refuse_row(RefusalCode::csv_header, "the file has no header");
  if (read != CsvRow::row) return refuse_row(RefusalCode::csv_quotes, words_for(read));
  columns_.clear();
  bool good = true;
  for (const CsvCell& cell : reader_.cells()) {
    good = add_column(cell.text) && good;
    if (!good && session_.refusals().full()) break;
  }
  if (good && session_.options().reads_quickly) plan_columns();
  return good;
}

bool CsvBinder::is_column(PathId path) const {
  return std::ranges::find(columns_, path) != columns_.end();
}

void CsvBinder::plan_columns() {
  const LoadedRuleSet& rules = session_.rules();
  const auto& nodes = rules.shape(decision_).input.nodes();
  std::vector<bool> may_miss(nodes.size());  // itself, or a record that it lies in
  bool is_quick = true;
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const PathNode& node = nodes[i];
    const bool parent_may_miss = node.parent != ir::kNone && may_miss[node.parent];
    may_miss[i] = parent_may_miss || node.slot.type->optional;
    if (node.slot.type->kind == ir::TypeKind::record) continue;
    const bool is_here = is_column(static_cast<PathId>(i));
    is_quick = is_quick && (is_here ? !parent_may_miss : may_miss[i]);
  }
  quick_.assign(is_quick ? columns_.size() : 0, {});
  for (std::size_t i = 0; i < quick_.size() && is_quick; ++i) {
    if (columns_[i] == PathId::none) continue;
    is_quick = rules.json_plan().cell(nodes[ir::index(columns_[i])].slot, &quick_[i]);
  }
  if (!is_quick) quick_.clear();
}

CsvBinder::Row CsvBinder::next() {
  const CsvRow read = reader_.next();
  session_.refusals().set_line(reader_.line());
  const bool is_row = read == CsvRow::row && reader_.cells().size() == columns_.size();
  if (is_row && !quick_.empty() &&
      session_.bind_cells(decision_, quick_, reader_.cells(), reader_.cells_are_padded())) {
    return Row::bound;
  }
  session_.begin(decision_);
  if (read == CsvRow::end) return Row::end;
  if (read != CsvRow::row) {
    refuse_row(RefusalCode::csv_quotes, words_for(read));
    return Row::refused;
  }
  const std::span<const CsvCell> cells = reader_.cells();
  if (cells.size() != columns_.size()) {
    const std::string message = "the row has " + std::to_string(cells.size()) +
                                " cells, the header " + std::to_string(columns_.size());
    refuse_row(RefusalCode::csv_row, message);
    return Row::refused;
  }
  const InputShape& shape = session_.rules().shape(decision_).input;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (columns_[i] == PathId::none) continue;
    const bool is_text = shape.node(columns_[i]).slot.type->kind == ir::TypeKind::string;
    if (cells[i].text.empty() && !(cells[i].quoted && is_text)) continue;
    if (!session_.set_parsed(columns_[i], cells[i].text) && session_.refusals().full()) break;
  }
  return session_.finish() ? Row::bound : Row::refused;
}

}  // namespace pac::engine
