#include "runtime/match/print.h"

#include <algorithm>

#include "runtime/ir/print.h"
#include "runtime/ir/range.h"
#include "runtime/match/keys.h"

namespace pac::match {

namespace {

// A key of a text as bytes; `filler` is what follows the text's own.
std::string bytes_of(int64_t key, unsigned char filler, bool* is_filled) {
  const uint64_t bits = static_cast<uint64_t>(key) ^ uint64_t { 1 } << 63;
  std::string text;
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);
  const size_t end = text.find_last_not_of(static_cast<char>(filler));
  text.resize(end == std::string::npos ? 0 : end + 1);
  *is_filled = text.find('\0') == std::string::npos;
  return text;
}

std::string quoted(const std::string& text) {
  std::string printable;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    constexpr char kDigits[] = "0123456789abcdef";
    if (value >= 0x20 && value < 0x7f) {
      printable += byte;
    } else {
      printable += {'\\', 'x', kDigits[value >> 4], kDigits[value & 15]};
    }
  }
  return "\"" + printable + "\"";
}

// Where texts that a cut tells apart begin: at a text, or after one and all that start with it.
std::string text_bound(int64_t cut, const char* at, const char* after) {
  bool plain = false;
  const std::string text = bytes_of(cut, 0, &plain);
  if (plain) return at + quoted(text);
  const std::string exact = bytes_of(cut - 1, 0, &plain);
  if (plain) return after + quoted(exact);
  return after + quoted(bytes_of(cut - 1, 0xff, &plain)) + "...";
}

std::string text_range(const KeyRange& keys) {
  bool plain = false;
  const std::string low = bytes_of(keys.low, 0, &plain);
  if (keys.low == keys.high) return quoted(low) + (low.size() == kTextKeyBytes ? "..." : "");
  bool filled = false;
  if (plain && bytes_of(keys.high, 0xff, &filled) == low && keys.low != kLeastKey) {
    return quoted(low) + "...";
  }
  std::string text;
  if (keys.low != kLeastKey) text = text_bound(keys.low, "from ", "after ");
  if (keys.high != kMostKey) {
    text += (text.empty() ? "" : " ") + text_bound(keys.high + 1, "before ", "to ");
  }
  return text.empty() ? "any text" : text;
}

constexpr int64_t kMaxListed = 8;

class Words {
 public:
  Words(const ir::RuleSet& rule_set, const Column& column)
      : rule_set_(rule_set), column_(column), type_(rule_set.type(column.type)) {}

  std::string range(const KeyRange& keys) const {
    if (column_.key == KeyKind::text) return text_range(keys);
    if (column_.key == KeyKind::text_id || column_.key == KeyKind::ending) {
      return listed(keys, static_cast<int64_t>(column_.texts.size()));
    }
    if (type_.kind == ir::TypeKind::enumeration || type_.kind == ir::TypeKind::boolean ||
        type_.kind == ir::TypeKind::effect) {
      return listed(keys, static_cast<int64_t>(ir::range_of_type(rule_set_, type_).high));
    }
    if (keys.low == keys.high) return value(keys.low);
    if (keys.low == kLeastKey && keys.high == kMostKey) return "any value";
    if (keys.low == kLeastKey) return "<= " + value(keys.high);
    if (keys.high == kMostKey) return ">= " + value(keys.low);
    return value(keys.low) + " .. " + value(keys.high);
  }

 private:
  std::string value(int64_t key) const {
    if (column_.key != KeyKind::text_id && column_.key != KeyKind::ending) {
      return ir::constant_text(rule_set_, ir::Constant{column_.type, false, key, {}});
    }
    const auto id = static_cast<size_t>(key);
    if (id >= column_.texts.size()) return "any other text";
    return (column_.key == KeyKind::ending ? "..." : "") + quoted(column_.texts[id]);
  }

  // Values that have names, from 0 to `last`.
  std::string listed(const KeyRange& keys, int64_t last) const {
    const int64_t low = std::max<int64_t>(keys.low, 0);
    const int64_t high = std::min(keys.high, last);
    std::string text;
    for (int64_t key = low; key <= high; ++key) {
      if (key - low >= kMaxListed) return text + " and " + std::to_string(high - key + 1) + " more";
      text += (text.empty() ? "" : ", ") + value(key);
    }
    return text.empty() ? "no value" : text;
  }

  const ir::RuleSet& rule_set_;
  const Column& column_;
  const ir::Type& type_;
};

std::string column_name(const ir::RuleSet& rule_set, const ir::Decision& decision,
                        const Column& column) {
  return column.slot != ir::kNone ? rule_set.record(decision.input).fields[column.slot].name
                                  : ir::print(rule_set, column.expr, &decision);
}

std::string cells_line(const ir::RuleSet& rule_set, const Column& column, uint32_t most) {
  std::string text;
  for (uint32_t cell = 0; cell < column.cell_count(); ++cell) {
    if (cell == most) return text + " | ...";
    text += (cell == 0 ? "" : " | ") + cells_text(rule_set, column, {cell, cell});
  }
  return text;
}

std::string counted(uint64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

std::string cells_text(const ir::RuleSet& rule_set, const Column& column, CellRange cells) {
  const bool missing = column.optional && cells.last == column.missing_cell();
  if (missing && cells.first == cells.last) return "missing";
  const KeyRange keys = keys_of(column, {cells.first, cells.last - (missing ? 1 : 0)});
  return Words(rule_set, column).range(keys) + (missing ? " or missing" : "");
}

std::string row_text(const ir::RuleSet& rule_set, const ir::Decision& decision, const Table& table,
                     const Row& row) {
  std::string text = decision.rules[row.rule].name + ":";
  const char* comma = " ";
  for (const Test& test : row.tests) {
    const Column& column = table.columns[test.column];
    text += comma + column_name(rule_set, decision, column) + " [";
    for (size_t i = 0; i < test.cells.size(); ++i) {
      text += (i == 0 ? "" : "; ") + cells_text(rule_set, column, test.cells[i]);
    }
    text += test.cells.empty() ? "never]" : "]";
    comma = ", ";
  }
  if (row.tests.empty() && row.rest.empty() && !row.has_each) return text + " always";
  if (row.has_each) text += " then for each item its conditions";
  if (row.has_each) return text;
  for (const ir::ExprId rest : row.rest) {
    text += " then " + ir::print(rule_set, rest, &decision);
  }
  return text;
}

std::string print(const ir::RuleSet& rule_set, const ir::Decision& decision, const Plan& plan,
                  const Telling& telling) {
  const Table& table = plan.table;
  std::string text = decision.name + ": " + counted(table.rows.size(), "rule") + ", " +
                     name(plan.strategy) + "\n  because " + plan.reason + "\n  memory " +
                     counted(plan.bytes, "byte") + "\n";
  for (const Column& column : table.columns) {
    uint64_t rules = 0;
    const auto place = static_cast<uint32_t>(&column - table.columns.data());
    for (const Row& row : table.rows) {
      for (const Test& test : row.tests) rules += test.column == place ? 1 : 0;
    }
    text += "  column " + column_name(rule_set, decision, column) + ", asked by " +
            counted(rules, "rule") + ", " + counted(column.cell_count(), "cell") + ": " +
            cells_line(rule_set, column, telling.cells) + "\n";
  }
  for (size_t i = 0; i < table.rows.size(); ++i) {
    if (i == telling.rules) {
      return text + "  and " + counted(table.rows.size() - i, "rule") + " more\n";
    }
    text += "  " + row_text(rule_set, decision, table, table.rows[i]) + "\n";
  }
  return text;
}

}  // namespace pac::match
