// Clock times of a place: an instant with an offset of which Z3 first knows only that the zone has
// it at some time. Where it took the wrong one for its instant, it is told the time in which the
// right one holds.
#include <algorithm>

#include "compiler/analyze/smt_encoder.h"
#include "runtime/base/date.h"

namespace pac::analyze {

using ir::ExprId;
using z3::expr;

namespace {

constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMinutesPerHour = 60, kDaysPerWeek = 7;
constexpr int64_t kDaysFromMonday = 3;  // 1970-01-01 was a Thursday

}  // namespace

const TimeZone* Smt::Zones::find(const std::string& name) {
  const auto [at, is_new] = loaded_.try_emplace(name);
  if (is_new) {
    if (auto zone = TimeZone::load(name)) at->second = std::move(*zone);
  }
  return at->second ? &*at->second : nullptr;
}

// None for functions that are not made of a local time, and where the zone can't be read.
std::optional<expr> Smt::Encoder::clock_time(const ir::Expr& e) {
  const std::string& name = rules_.functions[e.a].name;
  const bool is_known = name == "local_date" || name == "local_hour" || name == "local_minute" ||
                        name == "local_weekday" || name == "local_time_of_day";
  if (!is_known || e.operand_count != 2) return std::nullopt;
  const ir::Expr& zone = rules_.expr(rules_.operand(e, 1));
  if (zone.op != ir::Op::constant) return std::nullopt;
  const auto index = static_cast<size_t>(rules_.constants[zone.a].number);
  if (index >= rules_.zones.size()) return std::nullopt;
  const TimeZone* found = zones_.find(rules_.zones[index]);
  if (found == nullptr) return std::nullopt;
  const expr local = local_time(rules_.operand(e, 0), *found);
  const expr day = local / number(kMicrosPerDay);
  const expr of_day = z3::mod(local, number(kMicrosPerDay));
  const expr minutes = of_day / number(kMicrosPerMinute);
  if (name == "local_date") return day;
  if (name == "local_time_of_day") return of_day;
  if (name == "local_hour") return minutes / number(kMinutesPerHour);
  if (name == "local_minute") return z3::mod(minutes, number(kMinutesPerHour));
  return z3::mod(day + number(kDaysFromMonday), number(kDaysPerWeek)) + 1;
}

expr Smt::Encoder::local_time(ExprId instant, const TimeZone& zone) {
  const expr at = integer(value_of(instant));
  for (const Clock& clock : clocks_) {
    if (clock.zone == &zone && z3::eq(clock.at, at)) {
      return at + clock.offset * number(kMicrosPerSecond);
    }
  }
  const expr offset = fresh_int("offset");
  std::vector<int32_t> offsets = zone.offsets();
  std::ranges::sort(offsets);
  offsets.erase(std::ranges::unique(offsets).begin(), offsets.end());
  std::vector<ir::Interval> known;
  for (const int32_t one : offsets) known.push_back({one, one});
  solver_.add(within(offset, known));
  clocks_.push_back({at, offset, &zone});
  return at + offset * number(kMicrosPerSecond);
}

bool Smt::Encoder::learn_offsets(const z3::model& model) {
  bool is_wrong = false;
  for (const Clock& clock : clocks_) {
    const auto at = static_cast<int64_t>(number_of(model.eval(clock.at, true)));
    const Int128 offset = clock.zone->offset_at(at);
    if (number_of(model.eval(clock.offset, true)) == offset) continue;
    is_wrong = true;
    const auto& transitions = clock.zone->transitions();
    const int64_t second = floor_div(at, kMicrosPerSecond);
    const auto next = std::ranges::upper_bound(transitions, second);
    expr when = clock.at == number(at);
    // Behind the last one a zone may go on as it did before.
    if (next != transitions.end()) {
      when = clock.at < number(Int128{*next} * kMicrosPerSecond);
      if (next != transitions.begin()) {
        when = when && clock.at >= number(Int128{*(next - 1)} * kMicrosPerSecond);
      }
    }
    solver_.add(z3::implies(when, clock.offset == number(offset)));
  }
  return is_wrong;
}

}  // namespace pac::analyze
