#include "compiler/analyze/points.h"

#include <set>

#include "compiler/analyze/terms.h"
#include "runtime/ir/shape.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

namespace {

class Maker {
 public:
  Maker(const ir::RuleSet& rules, const ir::Decision& decision)
      : rules_(rules), decision_(decision) {}

  std::vector<Point> make() {
    for (uint32_t i = 0; i < decision_.rules.size(); ++i) {
      if (!decision_.rules[i].conditions.empty()) add_rule(i);
    }
    for (uint32_t i = 0; i < decision_.lets.size(); ++i) {
      if (is_joined(decision_.lets[i].value)) add_let(i);
    }
    for (uint32_t i = 0; i < decision_.rules.size(); ++i) {
      ir::for_each_root(decision_.rules[i], [&](ExprId id) { find_choices(id, i, ir::kNone); });
    }
    const auto last = static_cast<uint32_t>(decision_.rules.size());
    if (decision_.has_otherwise) {
      ir::for_each_root(decision_.otherwise, [&](ExprId id) { find_choices(id, last, ir::kNone); });
    }
    for (const ExprId id : decision_.result) find_choices(id, ir::kNone, ir::kNone);
    for (uint32_t i = 0; i < decision_.lets.size(); ++i) {
      find_choices(decision_.lets[i].value, ir::kNone, i);
    }
    return std::move(points_);
  }

 private:
  bool is_joined(ExprId id) const {
    const Op op = rules_.expr(id).op;
    return op == Op::and_ || op == Op::or_ || op == Op::not_;
  }

  void add_rule(uint32_t number) {
    Point point;
    point.rule = number;
    const auto& conditions = decision_.rules[number].conditions;
    uint32_t root = 0;
    for (uint32_t i = 0; i < conditions.size(); ++i) {
      const uint32_t node = add(point, conditions[i], i);
      root = i == 0 ? node : join(point, Node::Kind::and_, root, node);
    }
    points_.push_back(std::move(point));
  }

  void add_let(uint32_t number) {
    Point point;
    point.kind = Point::Kind::let;
    point.let = number;
    point.expr = decision_.lets[number].value;
    add(point, point.expr, 0);
    points_.push_back(std::move(point));
  }

  void find_choices(ExprId id, uint32_t rule, uint32_t let) {
    if (id == ExprId::none || !seen_.insert(ir::index(id)).second) return;
    const ir::Expr& expr = rules_.expr(id);
    if (expr.op == Op::if_) {
      Point point;
      point.kind = Point::Kind::choice;
      point.rule = rule;
      point.let = let;
      point.expr = id;
      add(point, static_cast<ExprId>(expr.a), 0);
      points_.push_back(std::move(point));
    }
    ir::for_each_operand(rules_, expr, [&](ExprId part) { find_choices(part, rule, let); });
  }

  uint32_t join(Point& point, Node::Kind kind, uint32_t a, uint32_t b) {
    point.nodes.push_back({kind, a, b});
    return static_cast<uint32_t>(point.nodes.size() - 1);
  }

  uint32_t add(Point& point, ExprId id, uint32_t condition) {
    const ir::Expr& expr = rules_.expr(id);
    if (expr.op == Op::not_) {
      const uint32_t a = add(point, static_cast<ExprId>(expr.a), condition);
      return join(point, Node::Kind::not_, a, 0);
    }
    if (expr.op == Op::and_ || expr.op == Op::or_) {
      const uint32_t a = add(point, static_cast<ExprId>(expr.a), condition);
      const uint32_t b = add(point, static_cast<ExprId>(expr.b), condition);
      return join(point, expr.op == Op::and_ ? Node::Kind::and_ : Node::Kind::or_, a, b);
    }
    point.atoms.push_back(id);
    point.condition_of.push_back(condition);
    return join(point, Node::Kind::atom, static_cast<uint32_t>(point.atoms.size() - 1), 0);
  }

  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
  std::vector<Point> points_;
  std::set<uint32_t> seen_;
};

// One evaluation, from the root.
class Run {
 public:
  Run(const Point& point, const Ask& ask) : point_(point), ask_(ask) {
    values_.resize(point.nodes.size());
    out_.atoms.resize(point.atoms.size());
    out_.decides.resize(point.atoms.size());
  }

  Evaluation run() {
    const auto root = static_cast<uint32_t>(point_.nodes.size() - 1);
    out_.result = value(root);
    if (out_.result) mark(root);
    return std::move(out_);
  }

 private:
  std::optional<bool> value(uint32_t number) {
    const Node& node = point_.nodes[number];
    if (node.kind == Node::Kind::atom) {
      values_[number] = out_.atoms[node.a] = ask_(point_.atoms[node.a]);
      return values_[number];
    }
    const auto a = value(node.a);
    if (!a) return a;
    if (node.kind == Node::Kind::not_) return values_[number] = !*a;
    const bool is_decided = node.kind == Node::Kind::and_ ? !*a : *a;
    return values_[number] = is_decided ? a : value(node.b);
  }

  // The node decides the result; which of its parts do?
  void mark(uint32_t number) {
    const Node& node = point_.nodes[number];
    if (node.kind == Node::Kind::atom) {
      out_.decides[node.a] = true;
      return;
    }
    if (node.kind == Node::Kind::not_) return mark(node.a);
    // A part decides where the other one leaves it to it: was not reached, or is neutral.
    const bool neutral = node.kind == Node::Kind::and_;
    if (!values_[node.b]) return mark(node.a);
    if (*values_[node.b] == neutral) mark(node.a);
    mark(node.b);  // the first part was neutral, else this one would not have been reached
  }

  const Point& point_;
  const Ask& ask_;
  std::vector<std::optional<bool>> values_;
  Evaluation out_;
};

ExprId whole(Terms& terms, const Point& point, uint32_t number) {
  const Node& node = point.nodes[number];
  switch (node.kind) {
    case Node::Kind::atom:
      return point.atoms[node.a];
    case Node::Kind::not_:
      return terms.not_of(whole(terms, point, node.a));
    case Node::Kind::and_:
    case Node::Kind::or_: {
      const ExprId a = whole(terms, point, node.a), b = whole(terms, point, node.b);
      return node.kind == Node::Kind::and_ ? terms.both(a, b) : terms.either(a, b);
    }
  }
  return ExprId::none;
}

}  // namespace

std::vector<Point> points_of(const ir::RuleSet& rules, const ir::Decision& decision) {
  return Maker(rules, decision).make();
}

Evaluation evaluate(const Point& point, const Ask& ask) { return Run(point, ask).run(); }

ExprId reaching(ir::RuleSet& rules, const Point& point, uint32_t atom, bool value, bool decides) {
  Terms terms(rules);
  uint32_t at = 0;
  while (point.nodes[at].kind != Node::Kind::atom || point.nodes[at].a != atom) ++at;
  ExprId out = value ? point.atoms[atom] : terms.not_of(point.atoms[atom]);
  bool holds = value;
  // Users come after what they use, so one pass goes up to the root.
  for (uint32_t up = at + 1; up < point.nodes.size(); ++up) {
    const Node& node = point.nodes[up];
    if (node.kind == Node::Kind::not_) {
      if (node.a != at) continue;
      holds = !holds;
    } else if (node.kind != Node::Kind::atom && (node.a == at || node.b == at)) {
      const bool neutral = node.kind == Node::Kind::and_;
      // What comes before must be neutral; what comes after only where it is reached.
      if (node.b == at || (decides && holds == neutral)) {
        const ExprId other = whole(terms, point, node.b == at ? node.a : node.b);
        out = terms.both(neutral ? other : terms.not_of(other), out);
      }
    } else {
      continue;
    }
    at = up;
  }
  return out;
}

}  // namespace pac::analyze
