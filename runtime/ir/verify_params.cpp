// Parameters, and which constant expressions lie in a domain.
#include <algorithm>

#include "runtime/base/date.h"
#include "runtime/base/regex.h"
#include "runtime/base/utf8.h"
#include "runtime/ir/print.h"
#include "runtime/ir/verify_state.h"

namespace pac::ir {

namespace {

bool lies_in_intervals(const Domain& domain, Int128 value) {
  return std::ranges::any_of(domain.intervals, [&](const Interval& interval) {
    return interval.low <= value && value <= interval.high;
  });
}

}  // namespace

bool Verifier::lies_in(ExprId value, DomainId domain_id) const {
  const Expr& expr = rs_.expr(value);
  const Domain* domain = domain_id == DomainId::none ? nullptr : &rs_.domain(domain_id);
  switch (expr.op) {
    case Op::some:
      return lies_in(static_cast<ExprId>(expr.a), domain_id);
    case Op::make_record: {
      const Record& record = rs_.records[rs_.type(expr.type).ref];
      for (uint32_t i = 0; i < expr.operand_count; ++i) {
        if (!lies_in(rs_.operand(expr, i), record.fields[i].domain)) return false;
      }
      return true;
    }
    case Op::make_list:
    case Op::make_set: {
      if (domain != nullptr && domain->max_items >= 0 && expr.operand_count > domain->max_items) {
        return false;
      }
      const DomainId element = domain == nullptr ? DomainId::none : domain->element;
      for (uint32_t i = 0; i < expr.operand_count; ++i) {
        if (!lies_in(rs_.operand(expr, i), element)) return false;
      }
      return true;
    }
    default:
      break;
  }
  const Constant& constant = rs_.constants[expr.a];
  if (domain == nullptr || constant.missing) return true;
  if (domain->has_intervals && !lies_in_intervals(*domain, constant.number)) return false;
  if (domain->has_texts && !std::ranges::binary_search(domain->texts, constant.text)) return false;
  return domain->max_chars < 0 || count_code_points(constant.text) <= domain->max_chars;
}

// Each distinct pattern is compiled once here, and once more by the engine that uses it.
bool Verifier::check_pattern(const std::string& pattern, const std::string& place) {
  if (patterns_.contains(pattern)) return true;
  const Result<Regex> compiled = Regex::compile(pattern);
  if (!compiled) {
    return fail_at("PAC4106", place, "a pattern is not valid: " + compiled.error().message);
  }
  patterns_.insert(pattern);
  return true;
}

bool Verifier::check_params() {
  return std::ranges::all_of(rs_.params, [&](const Param& param) { return check_param(param); });
}

bool Verifier::check_param(const Param& param) {
  const std::string place = "param `" + param.name + "`";
  if (param.lines.empty()) return fail_at("PAC4108", place, "it has no value");
  for (size_t i = 0; i < param.lines.size(); ++i) {
    const ParamLine& line = param.lines[i];
    if (!is_valid_date(line.from))
      return fail_at("PAC4108", place, "a line's date is out of range");
    if (i > 0 && line.from <= param.lines[i - 1].from) {
      return fail_at("PAC4108", place, "its lines are not in ascending order of their dates");
    }
    if (index(line.value) >= rs_.exprs.size()) {
      return fail_at("PAC4102", place, "a line's value does not exist");
    }
    if (!facts_[index(line.value)].is_constant) {
      return fail_at("PAC4108", place, "a line's value is not constant");
    }
    if (rs_.expr(line.value).type != param.type) {
      return fail_at("PAC4103", place,
                     "a line's value is not of type " + type_text(rs_, param.type));
    }
    if (facts_[index(line.value)].size > kMaxListItems) {
      return fail_at("PAC4112", place, "a line's value is too large");
    }
    if (!lies_in(line.value, param.domain)) {
      return fail_at("PAC4108", place, "a line's value is outside the param's domain");
    }
  }
  return true;
}

}  // namespace pac::ir
