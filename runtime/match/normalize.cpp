// From the rules of a decision to its table. Three passes: pieces of conditions with what they ask
// of a source; the sources that become columns; rows of cells.
#include <algorithm>
#include <functional>
#include <span>

#include "runtime/match/condition.h"
#include "runtime/match/keys.h"

namespace pac::match {

using ir::ExprId;
using ir::kNone;

namespace {

// A condition of a rule, or one operand of an `and`.
struct Piece {
  ExprId expr = ExprId::none;  // none: the rule's effective dates, which no expression says
  uint32_t source = kNone;     // kNone: left to evaluate
  uint32_t truth = kNone;      // where it isn't exact: the source that is true where it holds
  bool exact = false;
  ValueSet holds;
};

struct Draft {
  uint32_t rule = 0;
  uint32_t first_piece = 0, piece_count = 0;
};

// What is left of a test once its cells are known: a slice of ranges of keys.
struct KeyTest {
  uint32_t column = 0;
  bool missing = false;
  std::vector<KeyRange> ranges;
};

class Normalizer {
 public:
  Normalizer(const ir::RuleSet& rule_set, const ir::Decision& decision, const Limits& limits)
      : rule_set_(rule_set),
        decision_(decision),
        limits_(limits),
        conditions_(rule_set, decision) {}

  Table normalize();

 private:
  void draft(uint32_t rule);
  void add_effective(const ir::Rule& rule);
  void add_condition(ExprId id);
  void add_piece(ExprId id);
  bool can_be_missing(uint32_t source);
  void count_uses();
  void choose_columns();
  void add_column(uint32_t source);
  bool is_column(uint32_t source) const { return source != kNone && column_of_[source] != kNone; }
  void make_row(const Draft& draft);
  void restrict(uint32_t column, const ValueSet& holds);
  bool set_keys(uint32_t column, const ValueSet& holds, KeyTest* out);
  void drop_untested_columns();
  void make_cells();
  Test cells_of(const Column& column, const KeyTest& test) const;

  const ir::RuleSet& rule_set_;
  const ir::Decision& decision_;
  const Limits limits_;
  Conditions conditions_;
  std::vector<Draft> drafts_;
  std::vector<Piece> pieces_;
  // Of the rule at work: sources whose value is there, and whether a condition that may fail is
  // behind us.
  std::vector<std::pair<uint32_t, ExprId>> present_;
  bool may_fail_ = false;

  std::vector<uint32_t> uses_;                             // by source
  std::vector<bool> forced_;                               // the same
  std::vector<uint32_t> column_of_;                        // the same, or kNone
  std::vector<uint32_t> source_of_;                        // by column
  std::vector<uint32_t> cut_uses_;                         // the same
  std::vector<std::pair<uint32_t, ValueSet>> restricted_;  // columns of the row at work
  std::vector<std::vector<KeyTest>> tests_;                // by row
  Table table_;
};

Table Normalizer::normalize() {
  for (const uint32_t rule : ir::try_order(decision_)) draft(rule);
  count_uses();
  choose_columns();
  tests_.resize(drafts_.size());
  table_.rows.resize(drafts_.size());
  for (const Draft& draft : drafts_) make_row(draft);
  drop_untested_columns();
  make_cells();
  return std::move(table_);
}

// ---- Pieces

void Normalizer::draft(uint32_t rule_index) {
  const ir::Rule& rule = decision_.rules[rule_index];
  const auto first = static_cast<uint32_t>(pieces_.size());
  present_.clear();
  may_fail_ = false;
  if (rule.has_effective) add_effective(rule);
  if (rule.each_list == ExprId::none) {
    for (const ExprId condition : rule.conditions) add_condition(condition);
  }
  drafts_.push_back({rule_index, first, static_cast<uint32_t>(pieces_.size()) - first});
}

void Normalizer::add_effective(const ir::Rule& rule) {
  Piece piece;
  piece.source = conditions_.sources().of_slot(decision_.as_of_slot);
  piece.exact = true;
  piece.holds = ValueSet::of(rule.effective_from, rule.effective_to);
  piece.holds.clip(conditions_.sources()[piece.source].limits);
  piece.holds.missing = true;  // it never is
  pieces_.push_back(std::move(piece));
}

// The operands of an `and` are conditions one after the other. Its depth is bounded by the
// verifier.
void Normalizer::add_condition(ExprId id) {
  const ir::Expr& expr = rule_set_.expr(id);
  if (expr.op == ir::Op::and_) {
    add_condition(static_cast<ExprId>(expr.a));
    add_condition(static_cast<ExprId>(expr.b));
    return;
  }
  add_piece(id);
}

void Normalizer::add_piece(ExprId id) {
  Piece piece;
  piece.expr = id;
  Condition condition;
  if (may_fail_) {
    pieces_.push_back(std::move(piece));
    return;
  }
  const bool known = conditions_.look_at(id, &condition) &&
                     !(condition.fails_missing && can_be_missing(condition.source));
  if (!known) {
    may_fail_ = !conditions_.sources().cannot_fail(id);
    pieces_.push_back(std::move(piece));
    return;
  }
  if (condition.source == kNone) {
    if (condition.holds.is_empty()) pieces_.push_back(std::move(piece));
    return;
  }
  const Source& source = conditions_.sources()[condition.source];
  if (!condition.holds.missing && source.optional) present_.emplace_back(source.slot, source.expr);
  piece.source = condition.source;
  piece.exact = condition.exact;
  piece.holds = std::move(condition.holds);
  piece.holds.clip(source.limits);
  // A text that the key does not tell from others is compared where the others are excluded.
  const bool is_text = source.key == KeyKind::text;
  if (!piece.exact && !is_text) piece.truth = conditions_.sources().of(id);
  pieces_.push_back(std::move(piece));
}

bool Normalizer::can_be_missing(uint32_t index) {
  const Source& source = conditions_.sources()[index];
  return std::ranges::find(present_, std::pair(source.slot, source.expr)) == present_.end();
}

// ---- Columns

void Normalizer::count_uses() {
  const uint32_t count = conditions_.sources().count();
  uses_.assign(count, 0);
  forced_.assign(count, false);
  for (const Piece& piece : pieces_) {
    if (piece.source != kNone) ++uses_[piece.source];
    if (piece.source != kNone && piece.expr == ExprId::none) forced_[piece.source] = true;
    if (piece.truth != kNone) ++uses_[piece.truth];
  }
}

void Normalizer::choose_columns() {
  const uint32_t share = static_cast<uint32_t>(drafts_.size()) / kMinExprShare;
  const uint32_t few = std::max(kMinExprUses, share);
  const uint32_t few_slow =
      std::max(kMinExprUses, static_cast<uint32_t>(drafts_.size()) / kMinSlowExprShare);
  std::vector<uint32_t> wanted;
  for (uint32_t source = 0; source < uses_.size(); ++source) {
    const Source& of = conditions_.sources()[source];
    if (uses_[source] >= (of.is_field ? 1 : of.is_slow ? few_slow : few)) wanted.push_back(source);
  }
  const auto more = [&](uint32_t a, uint32_t b) {
    if (forced_[a] != forced_[b]) return bool{forced_[a]};
    return uses_[a] != uses_[b] ? uses_[a] > uses_[b] : a < b;
  };
  std::ranges::sort(wanted, more);
  if (wanted.size() > limits_.columns) wanted.resize(limits_.columns);
  // Fields in the order of the input, then expressions in the order in which they were met.
  const auto place = [&](uint32_t source) {
    return std::pair(conditions_.sources()[source].slot, source);
  };
  std::ranges::sort(wanted, {}, place);
  column_of_.assign(uses_.size(), kNone);
  for (const uint32_t source : wanted) add_column(source);
}

void Normalizer::add_column(uint32_t index) {
  const Source& source = conditions_.sources()[index];
  column_of_[index] = static_cast<uint32_t>(table_.columns.size());
  source_of_.push_back(index);
  cut_uses_.push_back(0);
  Column column{source.slot, source.expr, source.type, source.key, source.optional, {}, {}, {}};
  if (source.texts != nullptr) column.texts = *source.texts;
  if (source.key == KeyKind::ending) {
    for (const std::string& text : column.texts)
      column.lengths.push_back(static_cast<uint32_t>(text.size()));
    std::ranges::sort(column.lengths, std::greater());
    column.lengths.erase(std::unique(column.lengths.begin(), column.lengths.end()),
                         column.lengths.end());
  }
  table_.columns.push_back(std::move(column));
}

// ---- Rows

void Normalizer::make_row(const Draft& draft) {
  const auto place = static_cast<size_t>(&draft - drafts_.data());
  Row& row = table_.rows[place];
  const ir::Rule& rule = decision_.rules[draft.rule];
  row.rule = draft.rule;
  row.has_each = rule.each_list != ExprId::none;
  if (row.has_each) row.rest = rule.conditions;
  restricted_.clear();
  const std::span<const Piece> pieces(pieces_.data() + draft.first_piece, draft.piece_count);
  for (const Piece& piece : pieces) {
    if (is_column(piece.source)) restrict(column_of_[piece.source], piece.holds);
    if (is_column(piece.truth)) restrict(column_of_[piece.truth], ValueSet::of(1, 1));
  }
  std::ranges::sort(restricted_, {}, &std::pair<uint32_t, ValueSet>::first);
  std::vector<bool> blurred(table_.columns.size(), false);  // test wider than what pieces say
  for (const auto& [column, holds] : restricted_) {
    KeyTest test;
    blurred[column] = !set_keys(column, holds, &test);
    const uint32_t uses = static_cast<uint32_t>(2 * test.ranges.size());
    if (cut_uses_[column] + uses > limits_.cut_uses && !forced_[source_of_[column]]) {
      blurred[column] = true;
      continue;
    }
    const bool is_all = test.ranges.size() == 1 && test.ranges[0] == KeyRange{} &&
                        (test.missing || !table_.columns[column].optional);
    if (is_all) continue;
    cut_uses_[column] += uses;
    tests_[place].push_back(std::move(test));
  }
  const auto stands_in = [&](uint32_t source) {
    return is_column(source) && !blurred[column_of_[source]];
  };
  for (const Piece& piece : pieces) {
    const bool stands = stands_in(piece.truth) || (piece.exact && stands_in(piece.source));
    if (!stands && piece.expr != ExprId::none) row.rest.push_back(piece.expr);
  }
}

void Normalizer::restrict(uint32_t column, const ValueSet& holds) {
  for (auto& [other, so_far] : restricted_) {
    if (other != column) continue;
    so_far = so_far.intersected(holds);
    return;
  }
  restricted_.emplace_back(column, holds);
}

// False where the keys are more than the values.
bool Normalizer::set_keys(uint32_t column, const ValueSet& holds, KeyTest* out) {
  bool exact = true;
  out->column = column;
  out->missing = holds.missing;
  for (const Span& span : holds.spans) {
    const KeyRange range = keys_of(span, &exact);
    // Values beyond the keys share the last one.
    if (!out->ranges.empty() && out->ranges.back().high >= range.low) {
      out->ranges.back().high = range.high;
    } else {
      out->ranges.push_back(range);
    }
  }
  if (out->ranges.size() > limits_.test_ranges) {
    out->ranges = {{out->ranges.front().low, out->ranges.back().high}};
    exact = false;
  }
  return exact;
}

// ---- Cells

void Normalizer::drop_untested_columns() {
  std::vector<uint32_t> place(table_.columns.size(), kNone);
  for (const auto& tests : tests_) {
    for (const KeyTest& test : tests) place[test.column] = 0;
  }
  uint32_t kept = 0;
  for (uint32_t column = 0; column < place.size(); ++column) {
    if (place[column] == kNone) continue;
    if (kept != column) table_.columns[kept] = std::move(table_.columns[column]);
    place[column] = kept++;
  }
  table_.columns.resize(kept);
  for (auto& tests : tests_) {
    for (KeyTest& test : tests) test.column = place[test.column];
  }
}

void Normalizer::make_cells() {
  for (size_t row = 0; row < tests_.size(); ++row) {
    for (const KeyTest& test : tests_[row]) {
      std::vector<int64_t>& cuts = table_.columns[test.column].cuts;
      for (const KeyRange& range : test.ranges) {
        if (range.low != kLeastKey) cuts.push_back(range.low);
        if (range.high != kMostKey) cuts.push_back(range.high + 1);
      }
    }
  }
  for (Column& column : table_.columns) {
    std::ranges::sort(column.cuts);
    column.cuts.erase(std::unique(column.cuts.begin(), column.cuts.end()), column.cuts.end());
    column.cuts.shrink_to_fit();
  }
  for (size_t row = 0; row < tests_.size(); ++row) {
    Row& made = table_.rows[row];
    made.tests.reserve(tests_[row].size());
    for (const KeyTest& test : tests_[row]) {
      made.tests.push_back(cells_of(table_.columns[test.column], test));
    }
  }
}

Test Normalizer::cells_of(const Column& column, const KeyTest& test) const {
  Test made{test.column, {}};
  made.cells.reserve(test.ranges.size() + (test.missing ? 1 : 0));
  for (const KeyRange& range : test.ranges) {
    made.cells.push_back({cell_of(column, range.low), cell_of(column, range.high)});
  }
  if (!test.missing || !column.optional) return made;
  const uint32_t missing = column.missing_cell();
  if (!made.cells.empty() && made.cells.back().last + 1 == missing) {
    made.cells.back().last = missing;
  } else {
    made.cells.push_back({missing, missing});
  }
  return made;
}

}  // namespace

Table normalize(const ir::RuleSet& rule_set, const ir::Decision& decision, const Limits& limits) {
  return Normalizer(rule_set, decision, limits).normalize();
}

}  // namespace pac::match
