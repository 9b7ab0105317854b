// Decisions, rules and what they say to people.
#include <algorithm>

#include "compiler/format/printer.h"

namespace pac::format {

namespace {

// The token at which one of these begins, found by its place: the words of the language may also be
// names.
template <class Node>
const Node* node_at(const std::vector<Node>& all, uint32_t offset) {
  const auto found = std::lower_bound(all.begin(), all.end(), offset,
                                      [](const Node& n, uint32_t o) { return n.span.begin < o; });
  return found != all.end() && found->span.begin == offset ? &*found : nullptr;
}

}  // namespace

void Printer::decision(uint32_t i, const ast::Decision& decl) {
  const uint32_t open = begin(decl.name.span) + 1;
  const uint32_t partner = tokens_.all[open].partner;
  if (one_line(i, partner, 0) && !decl.has_table) {
    field_commas_ = true;
    statement(i, partner, 0, false);
    field_commas_ = false;
    return;
  }
  head(i, open, 0, false, Align::none);
  bool first = true;
  for (uint32_t k = open + 1; k < partner;) {
    k = decision_block(k, decl, first);
    first = false;
  }
  close(partner, 0);
}

// Writes what begins at a token and returns the token after it.
uint32_t Printer::decision_block(uint32_t i, const ast::Decision& decl, bool first) {
  const uint32_t offset = tokens_.all[i].begin;
  const auto write = [&](Span span, Align align) {
    statement(i, end(span), 2, first, align);
    return end(span) + 1;
  };
  if (tokens_.text(i) == "@") {
    bool is_first = first;
    return annotations(i, 2, &is_first);
  }
  if (const auto* let = node_at(decl.lets, offset)) {
    stops_[begin(module_.expr(let->value).span) - 1] = true;
    return write(let->span, Align::let);
  }
  if (const auto* feature = node_at(decl.features, offset))
    return write(feature->span, Align::none);
  if (const auto* assume = node_at(decl.assumes, offset)) return write(assume->span, Align::none);
  if (const auto* use = node_at(decl.may_use, offset)) return write(use->span, Align::none);
  if (const auto* cite = node_at(decl.cites, offset)) return write(cite->span, Align::none);
  if (ast::present(decl.result) && offset == decl.result_span.begin) {
    return write(decl.result_span, Align::none);
  }
  if ((decl.has_rules || decl.has_table) && offset == decl.policy_span.begin) {
    const uint32_t open = end(decl.policy_span) + 1;
    statement(i, open, 2, first);
    if (decl.has_rules)
      rules(open, decl);
    else
      table(open, decl);
    return tokens_.all[open].partner + 1;
  }
  const bool is_input = tokens_.text(i) == "input";
  const bool is_context = tokens_.text(i) == "context";
  const uint32_t partner = tokens_.all[i + 1].partner;
  // A block may stand twice only where that was an error, so all fields of the kind are within.
  fields(i, i + 1,
         pieces(is_context ? decl.context
                : is_input ? decl.inputs
                           : decl.outputs,
                is_context ? decl.zones : std::vector<ast::ZoneClause>{}),
         2, first, Align::block);
  return partner + 1;
}

// ---- Rules

void Printer::rules(uint32_t open, const ast::Decision& decl) {
  const uint32_t partner = tokens_.all[open].partner;
  size_t next = 0;
  bool first = true;
  for (uint32_t k = open + 1; k < partner;) {
    const uint32_t i = annotations(k, 4, &first);
    if (tokens_.text(i) == "otherwise") {
      otherwise(i, decl.otherwise, first);
      k = partner;
    } else {
      const ast::Rule& r = decl.rules[next++];
      rule(i, r, first);
      k = end(r.span) + 1;
    }
    first = false;
  }
  close(partner, 2);
}

void Printer::rule(uint32_t i, const ast::Rule& rule, bool first) {
  const uint32_t partner = end(rule.span);
  const uint32_t open = tokens_.all[partner].partner;
  if (one_line(i, partner, 4)) {
    stops_[open] = true;
    return statement(i, partner, 4, first, Align::rule);
  }
  statement(i, open, 4, first);
  statement(open + 1, end(module_.expr(rule.when).span), 6, true);
  statement(end(module_.expr(rule.when).span) + 1, end(rule.outcome.span), 6, false);
  clauses(rule.clauses, partner, 6, false);
  close(partner, 4);
}

void Printer::otherwise(uint32_t i, const ast::Otherwise& decl, bool first) {
  const auto starts = clause_starts(decl.clauses);
  const uint32_t last = end(decl.span);
  if (starts.empty() || one_line(i, last, 4)) return statement(i, last, 4, first);
  statement(i, starts[0] - 1, 4, first);
  clauses(decl.clauses, last + 1, 6, false);
}

// ---- Clauses

// Where the clauses begin, in order; each language of an `explain` counts.
std::vector<uint32_t> Printer::clause_starts(const ast::Clauses& clauses) const {
  std::vector<uint32_t> out;
  for (const auto& c : clauses.cites) out.push_back(begin(c.span));
  for (const auto& d : clauses.duties) out.push_back(begin(d.span));
  for (const auto& m : clauses.may_use) out.push_back(begin(m.span));
  const ast::Explanation* before = nullptr;
  for (const auto& e : clauses.explanations) {
    const uint32_t language = begin(e.language_span);
    const bool goes_on = before != nullptr && end(before->text_span) + 1 == language;
    out.push_back(goes_on ? language : language - 1);
    before = &e;
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Clauses up to the token `after`, each on a line of its own, languages and texts in columns.
void Printer::clauses(const ast::Clauses& clauses, uint32_t after, int indent, bool first) {
  const auto starts = clause_starts(clauses);
  for (size_t n = 0; n < starts.size(); ++n) {
    const uint32_t i = starts[n];
    const uint32_t last = (n + 1 < starts.size() ? starts[n + 1] : after) - 1;
    const bool is_text =
        std::any_of(clauses.explanations.begin(), clauses.explanations.end(),
                    [&](const ast::Explanation& e) { return end(e.text_span) == last; });
    if (is_text) {
      const bool heads = tokens_.text(i) == "explain" && !tokens_.text(i + 1).starts_with('"');
      stops_[last] = true;
      start(i, indent, first);
      continuation_ = indent + 4;
      // Further languages stand under the first; `put` writes the eighth blank.
      if (!heads) lines_.put("       ");
      const size_t line = lines_.count() - 1;
      range(i, last);
      lines_.end_statement(line, Align::explain);
    } else {
      statement(i, last, indent, first);
    }
    first = false;
  }
}

}  // namespace pac::format
