#include "runtime/ir/phrase.h"

#include "runtime/ir/print.h"

namespace pac::ir {

namespace {

// How tightly an operator binds; operands that bind less are put in parentheses.
enum Binding : int { kAny, kOr, kAnd, kNot, kCompare, kAdd, kMultiply, kNegate, kWord };

class Phrase {
 public:
  Phrase(const RuleSet& rules, const Decision& decision, const LocalNames& names, size_t max_bytes)
      : rules_(rules), decision_(decision), names_(names), max_bytes_(max_bytes) {}

  std::string text(ExprId id) {
    put(id, kAny);
    if (full()) {
      size_t end = max_bytes_;
      while (end > 0 && (static_cast<unsigned char>(out_[end]) & 0xC0) == 0x80) --end;
      out_.resize(end);
      out_ += "…";
    }
    return std::move(out_);
  }

 private:
  bool full() const { return out_.size() > max_bytes_; }
  static ExprId id_of(uint32_t member) { return static_cast<ExprId>(member); }

  void put(ExprId id, int least) {
    if (full()) return;
    const Expr& e = rules_.expr(id);
    const int own = binding(e);
    if (own < least) out_ += "(";
    put_expr(e);
    if (own < least) out_ += ")";
  }

  int binding(const Expr& e) const {
    switch (e.op) {
      case Op::or_:
      case Op::if_:
      case Op::any:
      case Op::all:
      case Op::none:
        return kOr;
      case Op::and_:
        return kAnd;
      case Op::not_:
        return rules_.expr(id_of(e.a)).op == Op::is_present ? kCompare : kNot;
      case Op::eq:
      case Op::ne:
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge:
      case Op::in_range:
      case Op::in_set:
      case Op::in_list:
      case Op::starts_with:
      case Op::ends_with:
      case Op::contains:
      case Op::matches:
      case Op::intersects:
      case Op::subset_of:
      case Op::is_present:
        return kCompare;
      case Op::default_:
      case Op::add:
      case Op::sub:
        return kAdd;
      case Op::mul:
      case Op::quot:
        return kMultiply;
      case Op::neg:
        return kNegate;
      case Op::some:
      case Op::unwrap:
      case Op::rescale:
        return binding(rules_.expr(id_of(e.a)));
      default:
        return kWord;
    }
  }

  void infix(const Expr& e, const char* word, int left, int right) {
    put(id_of(e.a), left);
    if (full()) return;
    out_ += std::string(" ") + word + " ";
    put(id_of(e.b), right);
  }

  void list(const Expr& e, const char* open, const char* close) {
    out_ += open;
    for (uint32_t i = 0; i < e.operand_count; ++i) {
      if (i > 0) out_ += ", ";
      put(rules_.operand(e, i), kAny);
    }
    out_ += close;
  }

  // "the index is {index}, too low"
  void put_template(const Expr& e) {
    out_ += '"';
    for (uint32_t i = 0; i < e.operand_count; ++i) {
      const Expr& part = rules_.expr(rules_.operand(e, i));
      const bool is_text =
          part.op == Op::constant && rules_.type(part.type).kind == TypeKind::string;
      if (is_text) {
        out_ += rules_.constant(static_cast<ConstantId>(part.a)).text;
        continue;
      }
      out_ += '{';
      put(rules_.operand(e, i), kAny);
      out_ += '}';
    }
    out_ += '"';
  }

  std::string local(const std::vector<std::string>& all, uint32_t i, const char* what) const {
    return i < all.size() && !all[i].empty() ? all[i] : what + std::to_string(i + 1);
  }

  void put_quantifier(const Expr& e, const char* word) {
    out_ += std::string(word) + " " + local(names_.variables, e.c, "item_") + " in ";
    put(id_of(e.a), kWord);
    out_ += ": ";
    put(id_of(e.b), kAny);
  }

  void put_fold(const Expr& e, const char* word) {
    const std::string variable = local(names_.variables, e.c, "item_");
    out_ += std::string(word) + "(";
    if (e.op == Op::count) {
      out_ += variable;
    } else {
      put(id_of(e.extra), kAny);
      out_ += " for " + variable;
    }
    out_ += " in ";
    put(id_of(e.a), kWord);
    if (e.b != kNone) {
      out_ += " where ";
      put(id_of(e.b), kAny);
    }
    out_ += ")";
  }

  void put_range(const Expr& e) {
    put(id_of(e.a), kAdd);
    out_ += " in ";
    put(id_of(e.b), kAdd);
    out_ += (e.extra & 1) != 0 ? ((e.extra & 2) != 0 ? " <..< " : " <.. ")
                               : ((e.extra & 2) != 0 ? " ..< " : " .. ");
    put(id_of(e.c), kAdd);
  }

  // Names, and what reads one.
  bool put_reading(const Expr& e) {
    switch (e.op) {
      case Op::constant:
        out_ += constant_text(rules_, static_cast<ConstantId>(e.a));
        return true;
      case Op::input:
        out_ += rules_.record(decision_.input).fields[e.a].name;
        return true;
      case Op::let:
        out_ += local(names_.lets, e.a, "let_");
        return true;
      case Op::var:
        out_ += local(names_.variables, e.a, "item_");
        return true;
      case Op::param:
        out_ += rules_.params[e.a].name;
        return true;
      case Op::field:
        put(id_of(e.a), kWord);
        out_ += "." + rules_.records[rules_.type_of(id_of(e.a)).ref].fields[e.b].name;
        return true;
      case Op::some:
      case Op::unwrap:
      case Op::rescale:
        put_expr(rules_.expr(id_of(e.a)));
        return true;
      default:
        return false;
    }
  }

  bool put_condition(const Expr& e) {
    switch (e.op) {
      case Op::not_:
        if (rules_.expr(id_of(e.a)).op == Op::is_present) {
          put(id_of(rules_.expr(id_of(e.a)).a), kAdd);
          out_ += " is missing";
        } else {
          out_ += "not ";
          put(id_of(e.a), kCompare);
        }
        return true;
      case Op::and_:
        return infix(e, "and", kAnd, kNot), true;
      case Op::or_:
        return infix(e, "or", kOr, kAnd), true;
      case Op::eq:
        return infix(e, "==", kAdd, kAdd), true;
      case Op::ne:
        return infix(e, "!=", kAdd, kAdd), true;
      case Op::lt:
        return infix(e, "<", kAdd, kAdd), true;
      case Op::le:
        return infix(e, "<=", kAdd, kAdd), true;
      case Op::gt:
        return infix(e, ">", kAdd, kAdd), true;
      case Op::ge:
        return infix(e, ">=", kAdd, kAdd), true;
      case Op::in_list:
        return infix(e, "in", kAdd, kAdd), true;
      case Op::starts_with:
        return infix(e, "starts_with", kAdd, kAdd), true;
      case Op::ends_with:
        return infix(e, "ends_with", kAdd, kAdd), true;
      case Op::contains:
        return infix(e, "contains", kAdd, kAdd), true;
      case Op::intersects:
        return infix(e, "intersects", kAdd, kAdd), true;
      case Op::subset_of:
        return infix(e, "subset_of", kAdd, kAdd), true;
      case Op::in_range:
        return put_range(e), true;
      case Op::in_set:
        put(id_of(e.a), kAdd);
        return list(e, " in {", "}"), true;
      case Op::matches:
        put(id_of(e.a), kAdd);
        out_ += " matches " + constant_text(rules_, static_cast<ConstantId>(e.b));
        return true;
      case Op::is_present:
        put(id_of(e.a), kAdd);
        out_ += " is present";
        return true;
      case Op::any:
        return put_quantifier(e, "any"), true;
      case Op::all:
        return put_quantifier(e, "all"), true;
      case Op::none:
        return put_quantifier(e, "none"), true;
      default:
        return false;
    }
  }

  void put_expr(const Expr& e) {
    if (full() || put_reading(e) || put_condition(e)) return;
    switch (e.op) {
      case Op::if_:
        out_ += "if ";
        put(id_of(e.a), kAny);
        out_ += " then ";
        put(id_of(e.b), kAny);
        out_ += " else ";
        return put(id_of(e.c), kAny);
      case Op::default_:
        return infix(e, "default", kMultiply, kMultiply);
      case Op::add:
        return infix(e, "+", kAdd, kMultiply);
      case Op::sub:
        return infix(e, "-", kAdd, kMultiply);
      case Op::mul:
        return infix(e, "*", kMultiply, kNegate);
      case Op::quot:
        return infix(e, "/", kMultiply, kNegate);
      case Op::neg:
        out_ += "-";
        return put(id_of(e.a), kNegate);
      case Op::template_:
        return put_template(e);
      case Op::count:
        return put_fold(e, "count");
      case Op::sum:
        return put_fold(e, "sum");
      case Op::min:
        return put_fold(e, "min");
      case Op::max:
        return put_fold(e, "max");
      case Op::min_of:
        return list(e, "min(", ")");
      case Op::max_of:
        return list(e, "max(", ")");
      case Op::make_list:
        return list(e, "[", "]");
      case Op::make_set:
        return list(e, "{", "}");
      case Op::call:
        return list(e, (rules_.decisions[e.a].name + "(").c_str(), ")");
      case Op::call_std:
        return list(e, (rules_.functions[e.a].name + "(").c_str(), ")");
      case Op::len:
        out_ += "len(";
        put(id_of(e.a), kAny);
        out_ += ")";
        return;
      case Op::mod:
        out_ += "mod(";
        put(id_of(e.a), kAny);
        out_ += ", ";
        put(id_of(e.b), kAny);
        out_ += ")";
        return;
      case Op::round:
        out_ += "round(";
        put(id_of(e.a), kAny);
        out_ += ", " + std::to_string(rules_.type(e.type).scale) + ")";
        return;
      default:
        out_ += "a record";  // nothing that conditions compare
    }
  }

  const RuleSet& rules_;
  const Decision& decision_;
  const LocalNames& names_;
  const size_t max_bytes_;
  std::string out_;
};

}  // namespace

std::string phrase(const RuleSet& rules, const Decision& decision, ExprId expr,
                   const LocalNames& names, size_t max_bytes) {
  return Phrase(rules, decision, names, max_bytes).text(expr);
}

}  // namespace pac::ir
