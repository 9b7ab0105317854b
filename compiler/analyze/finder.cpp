#include "compiler/analyze/finder.h"

#include "compiler/analyze/space.h"
#include "compiler/analyze/terms.h"
#include "compiler/analyze/values.h"
#include "compiler/analyze/witness.h"
#include "runtime/ir/phrase.h"

namespace pac::analyze {

using ir::ExprId;

namespace {

constexpr size_t kMostBoxes = 64;  // of one condition that are looked at
constexpr size_t kMostWitnesses = 4;

}  // namespace

Finder::Finder(const ir::RuleSet& rules, ir::DecisionId decision)
    : working_(rules), id_(decision), original_(rules.decision(decision)) {
  for (uint32_t i = 0; i < ir::index(decision); ++i) {
    flatten(working_, static_cast<ir::DecisionId>(i));
  }
}

Flat Finder::flatten_as(const ir::Decision& decision) {
  working_.decisions[ir::index(id_)] = decision;
  return flatten(working_, id_);
}

std::vector<Dial> Finder::dials() {
  const Flat flat = flatten_as(original_);
  const Space space(working_, flat);
  std::vector<Dial> out;
  for (const Column& column : space.columns()) {
    const ir::TypeKind kind = column.type.kind;
    if (!column.path || kind == ir::TypeKind::list || kind == ir::TypeKind::set ||
        kind == ir::TypeKind::record || (!column.is_cut && kind == ir::TypeKind::string)) {
      continue;
    }
    Dial dial{*column.path, {}};
    if (column.path->slot == original_.as_of_slot) {
      // An outcome may read a parameter that no condition reads.
      for (const ir::Param& param : working_.params) {
        for (const ir::ParamLine& line : param.lines) {
          dial.values.push_back(to_json(working_, column.type, line.from));
        }
      }
    }
    for (const Cell& cell : column.cells) {
      if (cell.kind == Cell::Kind::missing) {
        dial.values.emplace_back();
      } else if (cell.kind == Cell::Kind::values) {
        dial.values.push_back(to_json(working_, column.type, cell.values.low));
        if (cell.values.high != cell.values.low) {
          dial.values.push_back(to_json(working_, column.type, cell.values.high));
        }
      } else {
        dial.values.emplace_back(cell.text);
      }
    }
    out.push_back(std::move(dial));
  }
  return out;
}

Candidates Finder::find(ExprId condition) {
  ir::Decision asked = original_;
  ir::Rule rule;
  rule.conditions = {condition};
  asked.rules = {rule};
  asked.has_otherwise = false;
  asked.otherwise = {};
  asked.result.clear();
  const Flat flat = flatten_as(asked);
  return find_flat(flat, flat.rules[0].condition);
}

Candidates Finder::find_flat(const Flat& base, ExprId condition) {
  Candidates out;
  Terms terms(working_);
  Flat one;
  one.decision = id_;
  one.lets = base.lets;
  for (const ExprId assume : base.assumes) condition = terms.both(assume, condition);
  one.rules.push_back({0, condition, {}, false});
  if (condition == terms.truth(false)) {
    out.possible = Possible::no;
    return out;
  }
  const Space space(working_, one);
  Theory theory(space);
  out.possible = Possible::no;
  size_t looked_at = 0;
  for (const Box& box : space.rule_boxes()) {
    if (++looked_at > kMostBoxes) {
      if (out.possible == Possible::no) {
        out.possible = Possible::unknown;
        out.reason = "there are too many ways to meet the condition";
      }
      break;
    }
    const Region region = space.region_of(box);
    const TheoryAnswer answer = theory.solve(region);
    if (answer.possible == Possible::no) continue;
    if (answer.possible == Possible::unknown) {
      if (out.possible == Possible::no) out.possible = Possible::unknown;
      if (out.reason.empty()) out.reason = answer.reason;
      continue;
    }
    out.possible = Possible::yes;
    if (!answer.is_sure && out.reason.empty() && answer.expression != ExprId::none) {
      out.reason = "too little is known of `" +
                   ir::phrase(working_, space.decision(), answer.expression) + "`";
    }
    out.witnesses.push_back(complete(space, region, answer.model));
    if (out.witnesses.size() == kMostWitnesses) break;
  }
  return out;
}

}  // namespace pac::analyze
