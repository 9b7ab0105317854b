#include "runtime/base/date.h"
#include "runtime/base/tz_internal.h"

namespace pac::tz_detail {
namespace {

class RuleParser {
 public:
  explicit RuleParser(std::string_view text) : text_(text) {}

  std::optional<Rule> run() {
    Rule rule;
    std::int32_t west = 0;
    if (!skip_name() || !read_time(24, &west)) return std::nullopt;
    rule.standard_offset = -west;
    if (at_ == text_.size()) return rule;
    rule.has_daylight = true;
    if (!skip_name()) return std::nullopt;
    west = -(rule.standard_offset + 3600);
    if (peek() != ',' && !read_time(24, &west)) return std::nullopt;
    rule.daylight_offset = -west;
    if (!take(',') || !read_date(&rule.begin) || !take(',') || !read_date(&rule.end))
      return std::nullopt;
    if (at_ != text_.size()) return std::nullopt;
    return rule;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool skip_name() {
    const std::size_t begin = at_;
    const bool quoted = take('<');
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-';
      if (!letter && !(quoted && other)) break;
      ++at_;
    }
    return at_ > begin && (!quoted || take('>'));
  }

  bool read_number(int max, int* out) {
    const std::size_t begin = at_;
    int value = 0;
    while (peek() >= '0' && peek() <= '9' && at_ - begin < 3)
      value = value * 10 + (text_[at_++] - '0');
    *out = value;
    return at_ > begin && value <= max;
  }

  // [+-]h[h][:mm[:ss]]
  bool read_time(int max_hours, std::int32_t* out) {
    const bool negative = take('-');
    if (!negative) take('+');
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!read_number(max_hours, &hours)) return false;
    if (take(':') && !read_number(59, &minutes)) return false;
    if (take(':') && !read_number(59, &seconds)) return false;
    const std::int32_t size = (hours * 60 + minutes) * 60 + seconds;
    *out = negative ? -size : size;
    return true;
  }

  bool read_date(RuleDate* out) {
    if (take('M')) {
      out->kind = RuleDate::Kind::month_week_day;
      if (!read_number(12, &out->month) || !take('.') || !read_number(5, &out->week) ||
          !take('.') || !read_number(6, &out->day) || out->month < 1 || out->week < 1) {
        return false;
      }
    } else if (take('J')) {
      out->kind = RuleDate::Kind::julian;
      if (!read_number(365, &out->day) || out->day < 1) return false;
    } else {
      out->kind = RuleDate::Kind::zero_based;
      if (!read_number(365, &out->day)) return false;
    }
    return !take('/') || read_time(167, &out->time_seconds);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<Rule> parse_rule(std::string_view text) { return RuleParser(text).run(); }

std::int64_t local_seconds(const RuleDate& date, int year) noexcept {
  std::int32_t day = 0;
  switch (date.kind) {
    case RuleDate::Kind::julian:
      day = days_from_civil(year, 1, 1) + date.day - 1 + (is_leap(year) && date.day >= 60 ? 1 : 0);
      break;
    case RuleDate::Kind::zero_based:
      day = days_from_civil(year, 1, 1) + date.day;
      break;
    case RuleDate::Kind::month_week_day: {
      const std::int32_t first = days_from_civil(year, date.month, 1);
      const int to_weekday = (date.day - weekday(first) % 7 + 7) % 7;
      int in_month = to_weekday + 7 * (date.week - 1);
      if (in_month >= days_in_month(year, date.month)) in_month -= 7;
      day = first + in_month;
      break;
    }
  }
  return day * kSecondsPerDay + date.time_seconds;
}

}  // namespace pac::tz_detail
