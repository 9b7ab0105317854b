#include "compiler/format/lines.h"

#include <algorithm>

#include "compiler/format/format.h"
#include "compiler/format/tokens.h"

namespace pac::format {

namespace {

// Whether a comment between two lines leaves them neighbours: fields have their documentation
// there.
bool spans_comments(Align align) {
  return align == Align::field || align == Align::entry || align == Align::param_line;
}

}  // namespace

void Lines::begin(int indent) {
  Line line;
  line.indent = indent;
  all_.push_back(std::move(line));
}

void Lines::put(std::string_view text) {
  all_.back().text += text;
  all_.back().width += columns(text);
}

void Lines::comment_line(int indent, std::string_view text, bool blank_before) {
  begin(indent);
  all_.back().comment = text;
  all_.back().blank_before = blank_before;
}

void Lines::end_statement(size_t head, Align align) {
  if (head + 1 == all_.size())
    all_[head].align = align;
  else
    all_[head].stops.clear();
}

// One column after the other, so that a later one starts from where the earlier ones have moved it.
void Lines::align_run(const std::vector<size_t>& run) {
  for (size_t k = 0;; ++k) {
    bool any = false;
    size_t i = 0;
    while (i < run.size()) {
      size_t end = i;
      int target = 0;
      const auto before_stop = [&](const Line& line) {
        return columns(std::string_view(line.text).substr(0, line.stops[k]));
      };
      while (end < run.size() && all_[run[end]].stops.size() > k) {
        target = std::max(target, before_stop(all_[run[end++]]));
      }
      any |= end > i;
      bool fits = true;  // no line is pushed over the margin
      for (size_t n = i; n < end; ++n) {
        const Line& line = all_[run[n]];
        const int pad = target - before_stop(line);
        fits = fits && (pad == 0 || line.indent + line.width + pad <= kMaxColumns);
      }
      for (; fits && i < end; ++i) {
        Line& line = all_[run[i]];
        const auto pad = static_cast<size_t>(target - before_stop(line));
        line.text.insert(line.stops[k], pad, ' ');
        line.width += static_cast<int>(pad);
        for (size_t s = k; s < line.stops.size(); ++s) line.stops[s] += static_cast<uint32_t>(pad);
      }
      i = std::max(end, i + 1);
    }
    if (!any) return;
  }
}

void Lines::align_runs() {
  std::vector<size_t> run;
  for (size_t i = 0; i < all_.size(); ++i) {
    const Line& line = all_[i];
    const bool is_comment = line.text.empty();
    const bool goes_on = !run.empty() && !line.blank_before &&
                         line.indent == all_[run.back()].indent &&
                         (is_comment ? spans_comments(all_[run.back()].align)
                                     : line.align == all_[run.back()].align);
    if (!goes_on) {
      if (run.size() > 1) align_run(run);
      run.clear();
    }
    if (!is_comment && line.align != Align::none) run.push_back(i);
  }
  if (run.size() > 1) align_run(run);
}

void Lines::align_comments() {
  for (size_t i = 0; i < all_.size();) {
    const auto has_both = [&](size_t n) {
      return !all_[n].text.empty() && !all_[n].comment.empty();
    };
    if (!has_both(i)) {
      ++i;
      continue;
    }
    size_t end = i;
    int code = 0, words = 0;
    for (; end < all_.size() && has_both(end) && all_[end].indent == all_[i].indent &&
           (end == i || !all_[end].blank_before);
         ++end) {
      code = std::max(code, all_[end].width);
      words = std::max(words, columns(all_[end].comment));
    }
    // Comments that would not fit in a column stay behind their lines.
    const bool aligned = all_[i].indent + code + 2 + words <= kMaxColumns;
    for (; i < end; ++i) {
      const int gap = 2 + (aligned ? code - all_[i].width : 0);
      all_[i].text.append(static_cast<size_t>(gap), ' ');
    }
  }
}

std::string Lines::finish() {
  align_runs();
  align_comments();
  std::string out;
  for (const Line& line : all_) {
    if (line.text.empty() && line.comment.empty()) continue;
    if (line.blank_before && !out.empty()) out += '\n';
    out.append(static_cast<size_t>(line.indent), ' ');
    out += line.text;
    out += line.comment;
    out += '\n';
  }
  return out;
}

}  // namespace pac::format
