#include <algorithm>

#include "compiler/analyze/certify.h"
#include "compiler/analyze/terms.h"
#include "compiler/analyze/values.h"
#include "runtime/ir/phrase.h"

namespace pac::analyze {

using ir::TypeKind;

CertificateColumns::CertificateColumns(ir::RuleSet& working, const Space& space)
    : space_(space), is_negated_(space.columns().size()) {
  for (const auto& one : space.flat().origins) {
    if (working.expr(one.second).op != ir::Op::let) origins_.push_back(one);
  }
  std::ranges::sort(origins_);
  for (uint32_t i = 0; i < space.columns().size(); ++i) columns_.push_back(make(i, working));
}

json::Value CertificateColumns::make(uint32_t number, ir::RuleSet& working) {
  const Column& column = space_.columns()[number];
  json::Value out = json::Value::object();
  const auto origin = [&](ir::ExprId id) {
    const auto at = std::ranges::lower_bound(origins_, std::pair(id, static_cast<ir::ExprId>(0)));
    return at != origins_.end() && at->first == id ? at->second : ir::ExprId::none;
  };
  if (column.path) {
    out.set("field", name_of(working, space_.decision(), *column.path));
  } else {
    ir::ExprId id = origin(column.term);
    if (id == ir::ExprId::none && column.type.kind == TypeKind::boolean &&
        column.cells.size() == 2) {
      id = origin(Terms(working).not_of(column.term));
      is_negated_[number] = id != ir::ExprId::none;
    }
    const std::string text = ir::phrase(working, space_.decision(), column.term);
    out.set("text", is_negated_[number] ? "not (" + text + ")" : text);
    if (id == ir::ExprId::none) {
      out.set("count", column.cells.size());
      return out;
    }
    out.set("expression", ir::index(id));
  }
  if (column.is_optional) out.set("missing", true);
  if (column.type.kind == TypeKind::string) {
    add_texts(column, &out);
    return out;
  }
  json::Value cuts = json::Value::array();
  for (size_t i = column.is_optional ? 2 : 1; i < column.cells.size(); ++i) {
    const Int128 low = column.cells[i].values.low;
    const bool is_duration = column.type.kind == TypeKind::duration;
    cuts.push_back(is_duration ? to_json(working, column.type, low)
                               : json::Value(to_words(working, column.type, low)));
  }
  out.set("cuts", std::move(cuts));
  return out;
}

void CertificateColumns::add_texts(const Column& column, json::Value* out) const {
  json::Value cells = json::Value::array(), tests = json::Value::array();
  const auto add = [&](const char* kind, std::string text) {
    json::Value cell = json::Value::object();
    cell.set(kind, std::move(text));
    cells.push_back(std::move(cell));
  };
  for (uint32_t i = column.is_optional ? 1 : 0; i < column.cells.size(); ++i) {
    const Cell& cell = column.cells[i];
    if (cell.kind == Cell::Kind::text) {
      add("is", cell.text);
    } else if (column.is_trie() || !column.is_cut) {
      add("prefix", cell.prefix);
    } else {
      std::string answers;
      for (const bool yes : column.answers_of(i)) answers += yes ? 'y' : 'n';
      add("answers", answers);
    }
  }
  for (const uint32_t number : column.pattern_tests()) {
    if (!column.is_cut) break;
    const Test& test = column.tests[number];
    json::Value one = json::Value::object();
    switch (test.text) {
      case Test::Text::starts_with:
        one.set("starts_with", test.texts[0]);
        break;
      case Test::Text::ends_with:
        one.set("ends_with", test.texts[0]);
        break;
      case Test::Text::contains:
        one.set("contains", test.texts[0]);
        break;
      case Test::Text::matches:
        one.set("matches", test.texts[0]);
        break;
      default: {
        const ir::Type integer{TypeKind::integer};
        json::Value ends = json::Value::array();
        ends.push_back(to_words(space_.rules(), integer, std::max<Int128>(test.length.low, 0)));
        ends.push_back(to_words(space_.rules(), integer, test.length.high));
        one.set("length", std::move(ends));
      }
    }
    tests.push_back(std::move(one));
  }
  out->set("texts", std::move(cells));
  if (!tests.elements().empty()) out->set("tests", std::move(tests));
}

json::Value CertificateColumns::split(uint32_t column, const CellSet& cells) const {
  json::Value out = json::Value::array();
  out.push_back(column);
  if (is_negated_[column]) {  // of two cells one
    const uint32_t cell = 1 - cells.first();
    out.push_back(cell);
    out.push_back(cell);
    return out;
  }
  for (const Run& run : cells.runs()) {
    out.push_back(run.first);
    out.push_back(run.last);
  }
  return out;
}

}  // namespace pac::analyze
