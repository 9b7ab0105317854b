#include "compiler/certificate/values.h"

#include <algorithm>
#include <limits>

namespace pac::certificate {

using ir::ExprId;
using ir::TypeKind;

bool Value::may_be(Int128 number) const {
  return std::ranges::any_of(
      numbers, [&](const ir::Interval& i) { return i.low <= number && number <= i.high; });
}

bool Value::may_be_present() const {
  return !numbers.empty() || any_text || text != nullptr || !cells.empty();
}

Value truth(bool may_be_false, bool may_be_true) {
  Value out;
  if (may_be_false || may_be_true) out.numbers = {{may_be_false ? 0 : 1, may_be_true ? 1 : 0}};
  return out;
}

Value intersect(Value a, const Value& b) {
  a.may_miss = a.may_miss && b.may_miss;
  std::vector<ir::Interval> both;
  for (const ir::Interval& x : a.numbers) {
    for (const ir::Interval& y : b.numbers) {
      const Int128 low = std::max(x.low, y.low), high = std::min(x.high, y.high);
      if (low <= high) both.push_back({low, high});
    }
  }
  a.numbers = std::move(both);
  if (a.any_text) {
    a.any_text = b.any_text;
    a.text = b.text;
    a.column = b.column;
    a.cells = b.cells;
  }
  return a;
}

Value unite(Value a, const Value& b) {
  a.may_miss = a.may_miss || b.may_miss;
  a.numbers.insert(a.numbers.end(), b.numbers.begin(), b.numbers.end());
  const bool has_text = a.any_text || a.text != nullptr || !a.cells.empty();
  if (!b.any_text && b.text == nullptr && b.cells.empty()) return a;
  if (!has_text) {
    a.any_text = b.any_text;
    a.text = b.text;
    a.column = b.column;
    a.cells = b.cells;
  } else if (a.text == nullptr || b.text == nullptr || *a.text != *b.text) {
    a.any_text = true;
  }
  return a;
}

// ---- The region.

namespace {

const ir::Field& field_at(const ir::RuleSet& rules, const ir::Decision& decision, uint32_t slot,
                          const std::vector<uint32_t>& fields, bool* may_miss) {
  const ir::Field* at = &rules.record(decision.input).fields[slot];
  *may_miss = rules.type(at->type).optional;
  for (const uint32_t part : fields) {
    at = &rules.records[rules.type(at->type).ref].fields[part];
    *may_miss = *may_miss || rules.type(at->type).optional;
  }
  return *at;
}

}  // namespace

Value of_type(const ir::RuleSet& rules, const ir::Type& type) {
  Value out;
  out.may_miss = type.optional;
  if (type.kind == TypeKind::string) {
    out.any_text = true;
  } else if (type.kind == TypeKind::record || type.kind == TypeKind::list ||
             type.kind == TypeKind::set) {
    out.numbers = {{0, 1}};
  } else {
    const ir::Range range = ir::range_of_type(rules, type);
    out.numbers = {{range.low, range.high}};
  }
  return out;
}

namespace {

Value of_cells(const Column& column, const std::vector<uint32_t>& cells) {
  Value out;
  const uint32_t first = column.has_missing ? 1 : 0;
  for (const uint32_t cell : cells) {
    if (cell < first) {
      out.may_miss = true;
    } else if (column.type.kind == TypeKind::string) {
      out.column = &column;
      out.cells.push_back(cell - first);
    } else {
      const size_t i = cell - first;
      const Int128 low = i == 0 ? std::numeric_limits<Int128>::min() : column.starts[i - 1];
      const Int128 high =
          i == column.starts.size() ? std::numeric_limits<Int128>::max() : column.starts[i] - 1;
      if (i > 0 && !out.numbers.empty() && out.numbers.back().high == low - 1) {
        out.numbers.back().high = high;
      } else {
        out.numbers.push_back({low, high});
      }
    }
  }
  return out;
}

}  // namespace

Value of_domain(const ir::RuleSet& rules, const ir::Decision& decision, uint32_t slot,
                const std::vector<uint32_t>& fields) {
  bool may_miss = false;
  const ir::Field& field = field_at(rules, decision, slot, fields, &may_miss);
  Value out = of_type(rules, rules.type(field.type));
  out.may_miss = may_miss;
  if (field.domain == ir::DomainId::none) return out;
  const ir::Domain& domain = rules.domain(field.domain);
  if (domain.has_intervals) out.numbers = domain.intervals;
  return out;
}

Region::Region(const std::vector<Column>& columns)
    : columns_(columns), cells_(columns.size()), values_(columns.size()) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    std::vector<uint32_t> all;
    for (uint32_t cell = 0; cell < column.cell_count; ++cell) all.push_back(cell);
    set_cells(i, std::move(all));
    if (column.slot != ir::kNone) {
      by_field_[{column.slot, column.fields}] = i;
    } else if (column.expr != ExprId::none) {
      by_expr_[column.expr] = i;
    }
  }
}

void Region::set_cells(size_t column, std::vector<uint32_t> cells) {
  const Column& what = columns_[column];
  if (what.slot != ir::kNone || what.expr != ExprId::none) values_[column] = of_cells(what, cells);
  cells_[column] = std::move(cells);
}

const Value* Region::of_field(uint32_t slot, const std::vector<uint32_t>& fields) const {
  const auto found = by_field_.find({slot, fields});
  return found == by_field_.end() ? nullptr : &values_[found->second];
}

const Value* Region::of_expr(ExprId id) const {
  const auto found = by_expr_.find(id);
  return found == by_expr_.end() ? nullptr : &values_[found->second];
}

}  // namespace pac::certificate
