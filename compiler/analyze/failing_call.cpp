#include "compiler/analyze/failing_call.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "compiler/analyze/terms.h"
#include "runtime/base/date.h"
#include "stdlib/registry.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;

namespace {

constexpr size_t kMostTuples = 3'000;
constexpr size_t kMostShown = 24;  // failing arguments that are asked for
constexpr Int128 kFewValues = 40;  // ranges that are tried whole
constexpr int kBisections = 128;

// One call: its arguments as ranges, and the function as it answers for numbers.
class Call {
 public:
  Call(ir::RuleSet& working, ir::RangeAnalysis& ranges, ExprId id)
      : rules_(working), terms_(working), call_(working.expr(id)) {
    const ir::FunctionRef& ref = rules_.functions[call_.a];
    function_ = stdlib::find(ref.name, ref.version);
    for (uint32_t i = 0; i < call_.operand_count; ++i) {
      arguments_.push_back(rules_.operand(call_, i));
      ranges_.push_back(ranges.range_of(arguments_.back()));
    }
  }

  std::vector<FailingCall> run() {
    if (function_ == nullptr || std::ranges::all_of(function_->errors, is_memory)) return {};
    if (std::ranges::any_of(function_->parameters, is_text)) return text_function();
    if (std::ranges::any_of(function_->parameters, is_opaque)) return opaque_function();
    return number_function();
  }

 private:
  using Tuple = std::vector<Int128>;

  static bool is_memory(pac_error error) { return error == PAC_E_LIMIT; }
  static bool is_text(const stdlib::Parameter& p) { return p.kind == stdlib::Kind::text; }
  static bool is_opaque(const stdlib::Parameter& p) {
    return p.kind == stdlib::Kind::zone || p.kind == stdlib::Kind::date_list;
  }
  std::string name() const { return function_->name; }

  ExprId test(Op op, ExprId value, Int128 bound) {
    return terms_.compare(op, value, terms_.number(rules_.expr(value).type, bound));
  }

  // ---- Functions of texts: what they refuse has a form of its own.

  std::vector<FailingCall> text_function() {
    const ir::TypeId integer = rules_.intern(ir::Type{ir::TypeKind::integer});
    const auto length = [&](size_t i) {
      return rules_.add(ir::Expr{Op::len, integer, ir::index(arguments_[i])});
    };
    const auto is_plain = [&](size_t i, auto accepts) {
      const ir::Constant* text = terms_.constant(arguments_[i]);
      return text != nullptr && accepts(text->text);
    };
    ExprId fails = terms_.truth(false);
    if (name() == "substring") {
      if (ranges_[1].low < 1) fails = terms_.either(fails, test(Op::lt, arguments_[1], 1));
      if (ranges_[2].low < 0) fails = terms_.either(fails, test(Op::lt, arguments_[2], 0));
    } else if (name() == "replace") {
      const auto has_letters = [](const std::string& text) { return !text.empty(); };
      if (!is_plain(1, has_letters)) fails = test(Op::eq, length(1), 0);
    } else if (name() == "pad_left") {
      const auto is_one_letter = [](const std::string& text) { return text.size() == 1; };
      if (!is_plain(2, is_one_letter)) fails = terms_.not_of(test(Op::eq, length(2), 1));
    } else {
      return {{function_->errors[0], ExprId::none, terms_.truth(true)}};
    }
    if (fails == terms_.truth(false)) return {};
    return {{PAC_E_ARGUMENT, fails, fails}};
  }

  // ---- Functions that read a calendar: a date well within the years can't leave them.

  std::vector<FailingCall> opaque_function() {
    if (function_->errors.empty()) return {};
    constexpr Int128 kSlack = 40;
    const ir::Type& type = rules_.type_of(arguments_[0]);
    const Int128 unit = type.kind == ir::TypeKind::datetime ? kMicrosPerDay : 1;
    const ir::Range all = ir::range_of_type(rules_, type);
    ir::Range reached = ranges_[0];
    if (name() == "add_business_days") {
      // Holidays may make a business day as rare as one a year.
      constexpr Int128 kFarthest = 366;
      reached.low += std::min<Int128>(clamped(ranges_[1].low) * kFarthest, 0);
      reached.high += std::max<Int128>(clamped(ranges_[1].high) * kFarthest, 0);
    }
    const Int128 low = all.low + kSlack * unit, high = all.high - kSlack * unit;
    if (reached.low >= low && reached.high <= high) return {};
    if (name() == "add_business_days") {
      const ExprId later = test(Op::gt, arguments_[1], 3'000'000);
      const ExprId far = terms_.either(later, test(Op::lt, arguments_[1], -3'000'000));
      return {{PAC_E_DATE_RANGE, far, terms_.truth(true)}};
    }
    const ExprId below = test(Op::lt, arguments_[0], low);
    const ExprId edge = terms_.either(below, test(Op::gt, arguments_[0], high));
    const ExprId first = test(Op::eq, arguments_[0], all.low);
    const ExprId last = terms_.either(first, test(Op::eq, arguments_[0], all.high));
    return {{PAC_E_DATE_RANGE, last, edge}};
  }

  static Int128 clamped(Int128 value) {
    constexpr Int128 kMost = 10'000'000;
    return std::clamp(value, -kMost, kMost);
  }

  // ---- Functions of numbers: tried.

  pac_error answer(const Tuple& tuple) const {
    std::vector<pac_value> arguments(tuple.size());
    for (size_t i = 0; i < tuple.size(); ++i) arguments[i].number = tuple[i];
    pac_scratch scratch{};
    pac_value out{};
    return static_cast<pac_error>(function_->function(arguments.data(), &out, &scratch));
  }

  // Ends, what lies around zero, and ends of months.
  std::vector<Int128> samples(size_t i) const {
    const ir::Range& range = ranges_[i];
    std::set<Int128> out{range.low, range.high};
    if (range.high <= range.low + kFewValues) {
      for (Int128 value = range.low; value <= range.high; ++value) out.insert(value);
    }
    const bool is_date = rules_.type_of(arguments_[i]).kind == ir::TypeKind::date;
    const auto add = [&](Int128 value) {
      if (value >= range.low && value <= range.high) out.insert(value);
    };
    for (const int value : {-1, 0, 1, 2}) {
      if (!is_date) add(value);
    }
    if (is_date) {
      for (const Civil day : {Civil{2026, 1, 31}, Civil{2026, 3, 30}, Civil{2024, 2, 29}}) {
        add(days_from_civil(day.year, day.month, day.day));
      }
    }
    if (name() == "make_date" && i == 0) {
      for (const int year : {2023, 2024}) add(year);
    }
    return {out.begin(), out.end()};
  }

  // Next to an end that fails: where another error may be hidden by that of the end.
  std::vector<Int128> inner_ends(size_t i, const Tuple& fine) const {
    std::vector<Int128> out;
    const auto fails_at = [&](Int128 value) {
      Tuple tuple = fine;
      tuple[i] = value;
      return answer(tuple) != PAC_E_NONE;
    };
    for (const Int128 end : {ranges_[i].low, ranges_[i].high}) {
      if (fails_at(end)) out.push_back(last_fine(fine[i], end, fails_at));
    }
    return out;
  }

  std::map<pac_error, std::vector<Tuple>> failing() const {
    std::vector<std::vector<Int128>> all, ends;
    for (size_t i = 0; i < ranges_.size(); ++i) {
      all.push_back(samples(i));
      ends.push_back({ranges_[i].low, ranges_[i].high});
    }
    std::optional<Tuple> fine;
    auto out = failing_among(all, ends, &fine);
    if (out.empty() || !fine) return out;
    for (size_t i = 0; i < ranges_.size(); ++i) {
      for (const Int128 value : inner_ends(i, *fine)) {
        all[i].push_back(value);
        ends[i].push_back(value);
      }
    }
    return failing_among(all, ends, &fine);
  }

  // Of all values if there aren't too many, else of the ends.
  std::map<pac_error, std::vector<Tuple>> failing_among(
      std::vector<std::vector<Int128>> values, const std::vector<std::vector<Int128>>& ends,
      std::optional<Tuple>* fine) const {
    std::map<pac_error, std::vector<Tuple>> out;
    size_t count = 1;
    for (size_t i = 0; i < ranges_.size(); ++i) {
      if (count * values[i].size() > kMostTuples) values[i] = ends[i];
      count *= values[i].size();
    }
    for (size_t number = 0; number < count; ++number) {
      Tuple tuple;
      size_t rest = number;
      for (const auto& choice : values) {
        tuple.push_back(choice[rest % choice.size()]);
        rest /= choice.size();
      }
      const pac_error error = answer(tuple);
      if (error == PAC_E_NONE) {
        if (!*fine) *fine = std::move(tuple);
      } else {
        out[error].push_back(std::move(tuple));
      }
    }
    return out;
  }

  std::vector<FailingCall> number_function() {
    std::vector<FailingCall> out;
    const auto all = failing();
    for (const auto& [error, tuples] : all) {
      const bool is_even =
          name() != "power" && name() != "effective_annual_rate" && name() != "present_value";
      out.push_back({error, ExprId::none, is_even ? only(tuples) : terms_.truth(true)});
      ExprId likely = terms_.truth(false);
      const size_t step = std::max<size_t>(tuples.size() / kMostShown, 1);
      for (size_t i = 0; i < tuples.size(); i += step) {
        likely = terms_.either(likely, equals(tuples[i]));
      }
      out.back().likely = likely;
      out.back().is_certain = true;
    }
    // These may also fail between the ends of their arguments.
    const bool is_uneven =
        name() == "power" || name() == "effective_annual_rate" || name() == "present_value";
    for (const pac_error error : function_->errors) {
      if (!is_uneven || is_memory(error) || all.contains(error)) continue;
      out.push_back({error, ExprId::none, terms_.truth(true)});
    }
    const bool asks_day = name() == "add_months" && terms_.constant(arguments_[2]) != nullptr &&
                          terms_.constant(arguments_[2])->number == 2;
    if (asks_day && !all.contains(PAC_E_NO_SUCH_DAY)) {
      out.push_back({PAC_E_NO_SUCH_DAY, ExprId::none, terms_.truth(true)});
    }
    return out;
  }

  ExprId equals(const Tuple& tuple) {
    ExprId out = terms_.truth(true);
    for (size_t i = 0; i < tuple.size(); ++i) {
      if (ranges_[i].low == ranges_[i].high) continue;
      out = terms_.both(out, test(Op::eq, arguments_[i], tuple[i]));
    }
    return out;
  }

  // Where one argument alone can keep the call from failing: that it lies outside of what does.
  ExprId only(const std::vector<Tuple>& tuples) {
    for (size_t i = 0; i < ranges_.size(); ++i) {
      if (ranges_[i].low == ranges_[i].high) continue;
      const auto fails_at = [&](Int128 value) {
        return std::ranges::any_of(tuples, [&](Tuple tuple) {
          tuple[i] = value;
          return answer(tuple) != PAC_E_NONE;
        });
      };
      for (const Int128 inside : samples(i)) {
        if (fails_at(inside)) continue;
        const Int128 low = last_fine(inside, ranges_[i].low, fails_at);
        const Int128 high = last_fine(inside, ranges_[i].high, fails_at);
        const auto is_between = [&](const Tuple& tuple) {
          return tuple[i] >= low && tuple[i] <= high;
        };
        if (std::ranges::any_of(tuples, is_between)) continue;  // it fails within, too
        const ExprId below = test(Op::lt, arguments_[i], low);
        return terms_.either(below, test(Op::gt, arguments_[i], high));
      }
    }
    return terms_.truth(true);
  }

  template <typename Fails>
  static Int128 last_fine(Int128 fine, Int128 end, Fails fails) {
    if (!fails(end)) return end;
    Int128 bad = end;
    for (int i = 0; i < kBisections; ++i) {
      const Int128 middle = fine + (bad / 2 - fine / 2);
      if (middle == fine || middle == bad) break;
      (fails(middle) ? bad : fine) = middle;
    }
    return fine;
  }

  ir::RuleSet& rules_;
  Terms terms_;
  const ir::Expr call_;
  const stdlib::Function* function_ = nullptr;
  std::vector<ExprId> arguments_;
  std::vector<ir::Range> ranges_;
};

}  // namespace

std::vector<FailingCall> failing_calls(ir::RuleSet& working, ir::RangeAnalysis& ranges,
                                       ExprId call) {
  return Call(working, ranges, call).run();
}

}  // namespace pac::analyze
