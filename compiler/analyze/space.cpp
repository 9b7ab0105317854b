#include "compiler/analyze/space.h"

#include <algorithm>
#include <numeric>

#include "runtime/base/check.h"
#include "runtime/ir/range.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;

std::optional<Path> path_of(const ir::RuleSet& rules, ExprId term) {
  const ir::Expr& expr = rules.expr(term);
  if (expr.op == Op::input) return Path{expr.a, {}};
  if (expr.op == Op::unwrap) return path_of(rules, static_cast<ExprId>(expr.a));
  if (expr.op != Op::field) return std::nullopt;
  auto path = path_of(rules, static_cast<ExprId>(expr.a));
  if (path) path->fields.push_back(expr.b);
  return path;
}

std::optional<Path> item_path_of(const ir::RuleSet& rules, ExprId term) {
  const ir::Expr& expr = rules.expr(term);
  if (expr.op == Op::var) return Path{expr.a, {}};
  if (expr.op == Op::unwrap) return item_path_of(rules, static_cast<ExprId>(expr.a));
  if (expr.op != Op::field) return std::nullopt;
  auto path = item_path_of(rules, static_cast<ExprId>(expr.a));
  if (path) path->fields.push_back(expr.b);
  return path;
}

std::string name_of(const ir::RuleSet& rules, const ir::Decision& decision, const Path& path) {
  const ir::Field* field = &rules.record(decision.input).fields[path.slot];
  std::string out = field->name;
  for (const uint32_t part : path.fields) {
    field = &rules.records[rules.type(field->type).ref].fields[part];
    out += "." + field->name;
  }
  return out;
}

Space::Space(ir::RuleSet& working, const Flat& flat) : rules_(working), flat_(flat) {
  add({Kind::truth, 0, 0, {}});
  add({Kind::falsehood, 0, 0, {}});
  std::vector<uint32_t> rule_formulas, assume_formulas;
  for (const FlatRule& rule : flat.rules) rule_formulas.push_back(formula(rule.condition, true));
  for (const ExprId id : flat.assumes) assume_formulas.push_back(formula(id, false));
  for (Column& column : columns_) column.cut();
  for (size_t i = 0; i < rule_formulas.size(); ++i) {
    boxes_of(rule_formulas[i], flat.rules[i].condition, true, flat.rules[i].rule, &rule_boxes_);
  }
  for (size_t i = 0; i < assume_formulas.size(); ++i) {
    boxes_of(assume_formulas[i], flat.assumes[i], false, static_cast<uint32_t>(i), &excluded_);
  }
  find_item_texts();
  find_components();
}

// ---- Columns.

uint32_t Space::column_of(ExprId term) {
  // The value of an optional and its presence are one column.
  while (rules_.expr(term).op == Op::unwrap) term = static_cast<ExprId>(rules_.expr(term).a);
  const auto [at, is_new] =
      column_of_term_.emplace(ir::index(term), static_cast<uint32_t>(columns_.size()));
  if (!is_new) return at->second;
  Column column;
  column.term = term;
  column.type = rules_.type_of(term);
  column.is_optional = column.type.optional;
  column.type.optional = false;
  column.path = path_of(rules_, term);
  set_domain(&column);
  columns_.push_back(std::move(column));
  return at->second;
}

void Space::set_domain(Column* column) {
  const ir::Range whole = ir::range_of_type(rules_, column->type);
  column->domain = {{whole.low, whole.high}};
  if (column->type.kind == TypeKind::record || column->type.kind == TypeKind::list ||
      column->type.kind == TypeKind::set) {
    column->domain = {{0, 0}};  // present, whatever is in it
    return;
  }
  if (!column->path) {
    if (column->type.kind == TypeKind::string) return;
    ir::RangeAnalysis ranges(rules_, decision());
    const ir::Range range = ranges.range_of(column->term);
    column->domain = {{range.low, range.high}};
    return;
  }
  const ir::DomainId id = field_of(*column->path).domain;
  if (id == ir::DomainId::none) return;
  const ir::Domain& domain = rules_.domain(id);
  if (domain.has_intervals) column->domain = domain.intervals;
  column->texts = &domain;
}

// Texts within the items of lists are cut too: conditions of quantifiers test them.
void Space::find_item_texts() {
  std::vector<ExprId> pending;
  for (const Column& column : columns_) pending.push_back(column.term);
  for (const ExprId id : flat_.assumes) pending.push_back(id);
  std::map<uint32_t, ExprId> list_of;  // by variable slot
  std::vector<ExprId> tests;
  std::unordered_map<uint32_t, bool> visited;
  while (!pending.empty()) {
    const ExprId id = pending.back();
    pending.pop_back();
    if (!visited.emplace(ir::index(id), true).second) continue;
    const ir::Expr& expr = rules_.expr(id);
    if (ir::shape(expr.op).is_quantifier) list_of[expr.c] = static_cast<ExprId>(expr.a);
    ExprId subject = ExprId::none;
    if (text_test_of(id, &subject) && item_path_of(rules_, subject)) tests.push_back(id);
    ir::for_each_operand(rules_, expr, [&](ExprId operand) { pending.push_back(operand); });
  }
  std::ranges::sort(tests);
  for (const ExprId id : tests) {
    ExprId subject = ExprId::none;
    const auto test = text_test_of(id, &subject);
    const Path path = *item_path_of(rules_, subject);
    const auto list = list_of.find(path.slot);
    if (list == list_of.end()) continue;
    Column& column = item_texts_[{list->second, path.fields}];
    column.type.kind = TypeKind::string;
    const ir::Type& type = rules_.type_of(list->second);
    ir::TypeId at = type.element;
    ir::DomainId domain = item_domain(list->second);
    for (const uint32_t field : path.fields) {
      const ir::Field& next = rules_.records[rules_.type(at).ref].fields[field];
      at = next.type;
      domain = next.domain;
    }
    if (domain != ir::DomainId::none) column.texts = &rules_.domain(domain);
    column.add_test(*test);
  }
  for (auto& [key, column] : item_texts_) column.cut();
}

// Of the elements of a list that is a field.
ir::DomainId Space::item_domain(ExprId list) const {
  const auto path = path_of(rules_, list);
  if (!path) return ir::DomainId::none;
  const ir::DomainId domain = field_of(*path).domain;
  return domain == ir::DomainId::none ? domain : rules_.domain(domain).element;
}

const ir::Field& Space::field_of(const Path& path) const {
  const ir::Field* field = &rules_.record(decision().input).fields[path.slot];
  for (const uint32_t part : path.fields) {
    field = &rules_.records[rules_.type(field->type).ref].fields[part];
  }
  return *field;
}

const Column* Space::item_texts(ExprId list, const std::vector<uint32_t>& fields) const {
  const auto found = item_texts_.find({list, fields});
  return found == item_texts_.end() || !found->second.is_cut ? nullptr : &found->second;
}

// What a term depends on: slots of the input, by their first optional or list part. Columns of
// plain fields depend on nothing but themselves.
void Space::find_components() {
  std::vector<uint32_t> parent(columns_.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&](uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  std::map<Path, uint32_t> seen;
  const auto use = [&](const Path& path, uint32_t column) {
    const auto [at, is_new] = seen.emplace(path, column);
    if (!is_new) parent[root(column)] = root(at->second);
  };
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    std::vector<ExprId> pending{columns_[i].term};
    std::unordered_map<uint32_t, bool> visited;
    while (!pending.empty()) {
      const ExprId id = pending.back();
      pending.pop_back();
      if (!visited.emplace(ir::index(id), true).second) continue;
      const ir::Expr& expr = rules_.expr(id);
      if (auto path = path_of(rules_, id)) {
        // Every optional record on the way decides about presence.
        use(*path, i);
        ExprId at = id;
        while (rules_.expr(at).op == Op::field || rules_.expr(at).op == Op::unwrap) {
          at = static_cast<ExprId>(rules_.expr(at).a);
          if (rules_.type_of(at).optional) use(*path_of(rules_, at), i);
        }
        continue;
      }
      ir::for_each_operand(rules_, expr, [&](ExprId operand) { pending.push_back(operand); });
    }
  }
  component_sizes_.assign(columns_.size(), 0);
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    columns_[i].component = root(i);
    ++component_sizes_[root(i)];
  }
}

bool Space::is_free(uint32_t column) const {
  return columns_[column].path && component_sizes_[columns_[column].component] == 1;
}

// ---- Boxes.

bool Space::drafts(uint32_t number, std::vector<Draft>* out) {
  const Formula formula = formulas_[number];
  if (formula.kind == Kind::falsehood) return true;
  if (formula.kind == Kind::truth) {
    out->emplace_back();
    return true;
  }
  if (formula.kind == Kind::literal) {
    const Column& column = columns_[formula.literal.column];
    if (!column.is_cut) return false;
    CellSet set = column.cells_of(formula.literal.test, formula.literal.holds);
    if (set.is_empty()) return true;
    out->emplace_back();
    if (set != column.sets[0]) out->back().emplace_back(formula.literal.column, std::move(set));
    return true;
  }
  std::vector<Draft> a, b;
  if (!drafts(formula.a, &a) || !drafts(formula.b, &b)) return false;
  if (formula.kind == Kind::either) {
    *out = std::move(a);
    out->insert(out->end(), b.begin(), b.end());
    return out->size() <= kMaxBoxes;
  }
  for (const Draft& left : a) {
    for (const Draft& right : b) {
      Draft both;
      bool is_empty = false;
      size_t i = 0, j = 0;
      while (!is_empty && (i < left.size() || j < right.size())) {
        if (j == right.size() || (i < left.size() && left[i].first < right[j].first)) {
          both.push_back(left[i++]);
        } else if (i == left.size() || right[j].first < left[i].first) {
          both.push_back(right[j++]);
        } else {
          CellSet set = left[i].second.intersect(right[j].second);
          is_empty = set.is_empty();
          both.emplace_back(left[i].first, std::move(set));
          ++i, ++j;
        }
      }
      if (!is_empty) out->push_back(std::move(both));
      if (out->size() > kMaxBoxes) return false;
    }
  }
  return true;
}

void Space::boxes_of(uint32_t number, ExprId condition, bool holds, uint32_t owner,
                     std::vector<Box>* out) {
  std::vector<Draft> found;
  if (!drafts(number, &found)) {
    found.clear();
    Test test;
    test.intervals.push_back({1, 1});
    const uint32_t column = column_of(condition);
    Column& own = columns_[column];
    own.add_test(test);
    if (own.cells.empty()) own.cut();
    found.push_back({{column, own.cells_of(own.add_test(test), holds)}});
  }
  for (Draft& draft : found) {
    Box box;
    box.owner = owner;
    for (auto& [column, set] : draft)
      box.constraints.push_back({column, columns_[column].intern(set)});
    out->push_back(std::move(box));
  }
}

Region Space::everything() const {
  Region out;
  for (const Column& column : columns_) out.sets.push_back(column.sets[0]);
  return out;
}

Region Space::region_of(const Box& box) const {
  Region out = everything();
  for (const Constraint& c : box.constraints) out.sets[c.column] = columns_[c.column].sets[c.set];
  return out;
}

bool Space::narrow(Region* region, const Box& box) const {
  for (const Constraint& c : box.constraints) {
    region->sets[c.column] = region->sets[c.column].intersect(columns_[c.column].sets[c.set]);
    if (region->sets[c.column].is_empty()) return false;
  }
  return true;
}

std::optional<double> Space::share_of(const Region& region) const {
  double out = 1;
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    if (region.sets[i] == columns_[i].sets[0]) continue;
    if (!is_free(i) || columns_[i].type.kind == TypeKind::string) return std::nullopt;
    out *= columns_[i].weight_of(region.sets[i]) / columns_[i].weight();
  }
  return out;
}

}  // namespace pac::analyze
