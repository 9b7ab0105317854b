// The order in which the lets of a decision are elaborated: each after those that it reads, however
// they are written down. Elaborating one while another waits takes stack, so a long row of lets
// that read what stands below them would run into the limit on levels otherwise.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

// The lets whose names stand in an expression, in the order in which they stand there. A variable
// of the same name counts as well, which may change the order and never the meaning.
std::vector<uint32_t> Checker::lets_named_in(const DecisionState& d, ast::ExprId root) const {
  std::vector<uint32_t> out;
  std::vector<ast::ExprId> open{root};
  while (!open.empty()) {
    const ast::ExprId id = open.back();
    open.pop_back();
    if (!ast::present(id)) continue;
    const ast::Expr& e = node(id);
    if (e.kind == ast::ExprKind::name) {
      const auto it = d.let_of.find(e.name.text);
      if (it != d.let_of.end()) out.push_back(it->second);
      continue;
    }
    for (uint32_t i = e.arg_count; i-- > 0;) open.push_back(scope_module_->args_of(e)[i].value);
    open.insert(open.end(), {e.c, e.b, e.a});
  }
  return out;
}

// A let that needs itself is left to read_let, which says so.
std::vector<uint32_t> Checker::let_order(const DecisionState& d) const {
  struct Visit {
    uint32_t let;
    std::vector<uint32_t> reads;
    size_t next = 0;
  };
  std::vector<uint32_t> out;
  std::vector<bool> is_seen(d.lets.size(), false);
  std::vector<Visit> open;
  const auto enter = [&](uint32_t let) {
    is_seen[let] = true;
    open.push_back({let, lets_named_in(d, d.lets[let].ast->value)});
  };
  for (uint32_t i = 0; i < d.lets.size(); ++i) {
    if (!is_seen[i]) enter(i);
    while (!open.empty()) {
      Visit& top = open.back();
      if (top.next == top.reads.size()) {
        out.push_back(top.let);
        open.pop_back();
      } else if (const uint32_t read = top.reads[top.next++]; !is_seen[read]) {
        enter(read);
      }
    }
  }
  return out;
}

}  // namespace pac::check
