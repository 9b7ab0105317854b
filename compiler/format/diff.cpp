#include "compiler/format/diff.h"

#include <algorithm>
#include <vector>

namespace pac::format {
namespace {

using Texts = std::vector<std::string_view>;

// Edits beyond this many are shown as one replacement: nobody reads them one by one, and memory
// grows with their square (2,000 edits: 16 MB).
constexpr int kMaxEdits = 2000;
constexpr size_t kContext = 3;

Texts lines_of(std::string_view text) {
  Texts out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

struct Edit {
  char sign;  // ' ', '-', '+'
  std::string_view text;
};

// The shortest script by Myers' greedy algorithm: row d holds how far each diagonal comes with d
// edits.
std::vector<Edit> script(const Texts& a, const Texts& b) {
  const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
  const int limit = std::min(n + m, kMaxEdits);
  std::vector<std::vector<int>> rows;
  std::vector<int> reach(static_cast<size_t>(2 * limit + 3), 0);
  const auto at = [&](int k) -> int& {
    const int place = k + limit + 1;
    return reach[static_cast<size_t>(place)];
  };
  int edits = -1;
  for (int d = 0; d <= limit && edits < 0; ++d) {
    rows.emplace_back(reach.begin() + (limit + 1 - d), reach.begin() + (limit + 2 + d));
    for (int k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
      int x = d == 0 ? 0 : down ? at(k + 1) : at(k - 1) + 1;
      while (x < n && x - k < m && a[static_cast<size_t>(x)] == b[static_cast<size_t>(x - k)]) ++x;
      at(k) = x;
      if (x >= n && x - k >= m) edits = d;
      if (edits >= 0) break;
    }
  }
  std::vector<Edit> out;
  if (edits < 0) {
    for (const auto line : a) out.push_back({'-', line});
    for (const auto line : b) out.push_back({'+', line});
    return out;
  }
  int x = n, y = m;
  for (int d = edits; d > 0; --d) {
    const auto& row = rows[static_cast<size_t>(d)];  // the reach before step d, diagonals -d .. d
    const auto before = [&](int k) {
      const int place = k + d;
      return row[static_cast<size_t>(place)];
    };
    const int k = x - y;
    const bool down = k == -d || (k != d && before(k - 1) < before(k + 1));
    const int from_x = down ? before(k + 1) : before(k - 1);
    const int from_y = from_x - (down ? k + 1 : k - 1);
    // The equal lines after the edit.
    while (x > from_x + (down ? 0 : 1) && y > from_y + (down ? 1 : 0)) {
      out.push_back({' ', a[static_cast<size_t>(--x)]});
      --y;
    }
    if (down)
      out.push_back({'+', b[static_cast<size_t>(--y)]});
    else
      out.push_back({'-', a[static_cast<size_t>(--x)]});
  }
  while (x > 0) out.push_back({' ', a[static_cast<size_t>(--x)]});
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::string diff(std::string_view path, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const auto edits = script(lines_of(before), lines_of(after));
  std::string out = "--- " + std::string(path) + "\n+++ " + std::string(path) + "\n";
  size_t old_line = 1, new_line = 1;
  size_t done = 0;
  for (size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].sign == ' ') continue;
    const size_t begin = std::max(done, i - std::min(i, kContext));
    size_t end = i + 1;
    for (size_t k = end; k < edits.size() && k < end + 2 * kContext; ++k) {
      if (edits[k].sign != ' ') end = k + 1;
    }
    end = std::min(end + kContext, edits.size());
    for (; done < begin; ++done) ++old_line, ++new_line;
    size_t old_count = 0, new_count = 0;
    std::string body;
    for (; done < end; ++done) {
      old_count += edits[done].sign != '+' ? 1 : 0;
      new_count += edits[done].sign != '-' ? 1 : 0;
      body += edits[done].sign;
      body += edits[done].text;
      if (!body.ends_with('\n')) body += "\n\\ No newline at end of file\n";
    }
    out += "@@ -" + std::to_string(old_line - (old_count == 0 ? 1 : 0)) + "," +
           std::to_string(old_count) + " +" + std::to_string(new_line - (new_count == 0 ? 1 : 0)) +
           "," + std::to_string(new_count) + " @@\n" + body;
    old_line += old_count;
    new_line += new_count;
    i = end - 1;
  }
  return out;
}

}  // namespace pac::format
