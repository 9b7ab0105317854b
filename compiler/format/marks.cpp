#include "compiler/format/marks.h"

#include <algorithm>

namespace pac::format {

using ast::ExprId;
using ast::ExprKind;

Marks::Marks(const ast::Module& module, const Tokens& tokens) : module_(module), tokens_(tokens) {
  const size_t n = tokens.all.size();
  for (auto* flags : {&space_, &can_expand_, &ends_field_, &call_, &tight_, &glue_before_,
                      &glue_after_, &forced_}) {
    flags->assign(n, false);
  }
  mark_types();
  mark_blocks();
  mark_exprs();
  find_chains();
  find_breaks();
  find_spaces();
  sum_up();
}

// ---- Types: `list<T>`, `decimal(2)`, `in {1, 2}`

void Marks::mark_type(const ast::TypeRef& type) {
  const uint32_t begin = tokens_.at(type.span.begin);
  const uint32_t end = tokens_.before(type.span.end);
  for (uint32_t i = begin; i <= end; ++i) {
    if (tokens_.text(i) == "{") tight_[i] = true;
  }
  if (type.kind == ast::TypeRef::Kind::decimal) call_[begin + 1] = true;
  if (type.element.empty()) return;
  glue_before_[begin + 1] = glue_after_[begin + 1] = true;
  mark_type(type.element[0]);
  glue_before_[tokens_.at(type.element[0].span.end)] = true;
}

void Marks::mark_fields(const std::vector<ast::Field>& fields) {
  for (const auto& f : fields) {
    mark_type(f.type);
    ends_field_[tokens_.before(f.span.end)] = true;
  }
}

void Marks::mark_types() {
  for (const auto& r : module_.records) mark_fields(r.fields);
  for (const auto& d : module_.duties) mark_fields(d.fields);
  for (const auto& p : module_.params) mark_type(p.type);
  for (const auto& d : module_.decisions) {
    for (const auto* fields : {&d.inputs, &d.outputs, &d.context}) mark_fields(*fields);
    for (const auto& z : d.zones) ends_field_[tokens_.before(z.span.end)] = true;
    for (const auto& f : d.features) mark_type(f.type);
    for (const auto& l : d.lets) {
      if (l.has_type) mark_type(l.type);
    }
  }
  for (uint32_t i = 0; i + 1 < tokens_.all.size(); ++i) {
    if (ends_field_[i] && tokens_.text(i + 1) == "}") ends_field_[i] = false;
  }
}

// ---- What stands around expressions

void Marks::mark_clauses(const ast::Clauses& clauses) {
  for (const auto& e : clauses.explanations) {
    const uint32_t end = tokens_.before(e.language_span.end);
    for (uint32_t i = tokens_.at(e.language_span.begin) + 1; i <= end; ++i) glue_before_[i] = true;
  }
}

void Marks::mark_blocks() {
  for (const auto& e : module_.enums) can_expand_[tokens_.at(e.name.span.begin) + 1] = true;
  for (const auto& d : module_.decisions) {
    for (const auto& f : d.policy.folds) call_[tokens_.at(f.function.span.begin) + 1] = true;
    for (const auto& r : d.rules) {
      mark_clauses(r.clauses);
      if (!r.has_priority) continue;
      const uint32_t number = tokens_.before(r.priority_span.end);
      if (tokens_.text(number - 1) == "-") glue_after_[number - 1] = true;
    }
    for (const auto& r : d.table.rows) mark_clauses(r.clauses);
    mark_clauses(d.otherwise.clauses);
  }
  for (const auto& t : module_.tests) {
    if (!t.features.empty()) can_expand_[tokens_.at(t.features[0].span.begin) - 1] = true;
  }
  for (uint32_t i = 2; i < tokens_.all.size(); ++i) {
    if (tokens_.text(i) == "(" && tokens_.text(i - 2) == "@") call_[i] = true;
  }
}

// ---- Expressions

// The span of a bracketed expression has the brackets around it too.
void Marks::mark_group(const ast::Expr& e) {
  uint32_t open = tokens_.at(e.span.begin);
  while (tokens_.text(open) == "(") ++open;
  if (!is_opener(tokens_.text(open)) || tokens_.all[open].partner == open + 1) return;
  can_expand_[open] = true;
  tight_[open] = e.kind == ExprKind::set_lit;
}

void Marks::mark_exprs() {
  for (const auto& e : module_.exprs) {
    switch (e.kind) {
      case ExprKind::record_lit:
      case ExprKind::list_lit:
      case ExprKind::set_lit:
        mark_group(e);
        break;
      case ExprKind::call: {
        const uint32_t open = tokens_.at(e.op_span.begin);
        call_[open] = true;
        can_expand_[open] = tokens_.all[open].partner != open + 1;
        break;
      }
      case ExprKind::count:
      case ExprKind::sum:
      case ExprKind::min:
      case ExprKind::max:
        call_[tokens_.at(e.op_span.begin) + 1] = true;
        break;
      case ExprKind::negate:
        glue_after_[tokens_.at(e.op_span.begin)] = true;
        break;
      case ExprKind::int_lit:
        if (e.text.starts_with('-')) {
          uint32_t minus = tokens_.at(e.span.begin);
          while (tokens_.text(minus) == "(") ++minus;
          glue_after_[minus] = true;
        }
        break;
      default:
        break;
    }
  }
}

namespace {

// Kinds of one chain; 0 where there is none.
int chain_class(ExprKind kind) {
  switch (kind) {
    case ExprKind::and_:
      return 1;
    case ExprKind::or_:
      return 2;
    case ExprKind::add:
    case ExprKind::sub:
      return 3;
    case ExprKind::if_:
      return 4;
    default:
      return 0;
  }
}

}  // namespace

void Marks::add_chain(ExprId id) {
  const ast::Expr& root = module_.expr(id);
  Chain chain;
  if (root.kind == ExprKind::if_) {
    chain.begin = tokens_.at(root.op_span.begin);
    chain.end = tokens_.before(module_.expr(root.c).span.end);
    chain.breaks = {tokens_.at(module_.expr(root.b).span.begin) - 1,
                    tokens_.at(module_.expr(root.c).span.begin) - 1};
  } else {
    chain.end = tokens_.before(module_.expr(root.b).span.end);
    const int kind = chain_class(root.kind);
    for (;;) {
      const ast::Expr& e = module_.expr(id);
      chain.breaks.push_back(tokens_.at(e.op_span.begin));
      const ast::Expr& left = module_.expr(e.a);
      if (left.parens || chain_class(left.kind) != kind) {
        chain.begin = tokens_.at(left.span.begin);
        break;
      }
      id = e.a;
    }
  }
  for (const uint32_t i : chain.breaks) {
    const bool author = tokens_.all[i].newline_before || tokens_.all[i + 1].newline_before;
    if (author) forced_[i] = true;
  }
  chains_.push_back(std::move(chain));
}

void Marks::find_chains() {
  std::vector<bool> inner(module_.exprs.size(), false);
  for (const auto& e : module_.exprs) {
    const int kind = chain_class(e.kind);
    if (kind == 0 || kind == 4) continue;
    const ast::Expr& left = module_.expr(e.a);
    if (!left.parens && chain_class(left.kind) == kind) inner[static_cast<size_t>(e.a)] = true;
  }
  for (size_t i = 0; i < module_.exprs.size(); ++i) {
    if (!inner[i] && chain_class(module_.exprs[i].kind) != 0) add_chain(static_cast<ExprId>(i));
  }
  std::sort(chains_.begin(), chains_.end(), [](const Chain& a, const Chain& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  first_chain_.assign(tokens_.all.size(), kNone);
  for (size_t i = chains_.size(); i-- > 0;)
    first_chain_[chains_[i].begin] = static_cast<uint32_t>(i);
}

// Line ends between the items of a bracket are the author's choice.
void Marks::find_breaks() {
  std::vector<uint32_t> open;
  for (uint32_t i = 0; i + 1 < tokens_.all.size(); ++i) {
    const std::string_view t = tokens_.text(i);
    if (is_closer(t)) {
      if (can_expand_[open.back()] && tokens_.all[i].newline_before) forced_[i] = true;
      open.pop_back();
      continue;
    }
    if (is_opener(t)) open.push_back(i);
    const bool separates = (is_opener(t) || t == ",") && !open.empty() && can_expand_[open.back()];
    if (separates && tokens_.all[i + 1].newline_before) forced_[i + 1] = true;
  }
}

// ---- Spaces and sums

void Marks::find_spaces() {
  for (uint32_t i = 1; i < tokens_.all.size(); ++i) {
    const std::string_view before = tokens_.text(i - 1);
    const std::string_view t = tokens_.text(i);
    bool none = t == "," || t == ":" || t == "." || t == "?" || t == ")" || t == "]";
    none |= before == "(" || before == "[" || before == "." || before == "@";
    none |= t == "(" && call_[i];
    none |= t == "}" && (before == "{" || tight_[tokens_.all[i].partner]);
    none |= before == "{" && tight_[i - 1];
    none |= glue_before_[i] || glue_after_[i - 1];
    space_[i] = !none;
  }
}

void Marks::sum_up() {
  const size_t n = tokens_.all.size();
  begin_.resize(n);
  end_.resize(n);
  for (auto* sums : {&comments_, &broken_, &newlines_}) sums->resize(n);
  for (uint32_t i = 0; i < n; ++i) {
    const Token& t = tokens_.all[i];
    if (i > 0) {
      const bool comment = t.lead_count > 0 || tokens_.all[i - 1].trail != kNone;
      begin_[i] = end_[i - 1] + (space_[i] ? 1 : 0);
      comments_[i] = comments_[i - 1] + (comment ? 1 : 0);
      broken_[i] = broken_[i - 1] + (forced_[i] ? 1 : 0);
      newlines_[i] = newlines_[i - 1] + (t.newline_before ? 1 : 0);
    }
    end_[i] = begin_[i] + columns(t.text) + (ends_field_[i] ? 1 : 0);
  }
}

}  // namespace pac::format
