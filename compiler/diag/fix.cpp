#include "compiler/diag/fix.h"

#include <algorithm>
#include <vector>

#include "compiler/diag/render.h"

namespace pac::diag {

namespace {

struct Edit {
  uint32_t begin = 0;
  uint32_t end = 0;
  const std::string* replacement = nullptr;
};

// Touching counts: two insertions at one place have no order that both authors meant.
bool touch(const Edit& a, const Edit& b) { return a.begin <= b.end && b.begin <= a.end; }

}  // namespace

FixedText apply_fixes(const SourceFile& file, std::span<const Diagnostic> diagnostics) {
  FixedText out;
  std::vector<Edit> edits;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!diagnostic.fix || diagnostic.fix->span.file != file.id()) continue;
    const Region region = region_of(file, diagnostic.fix->span);
    const Edit edit{region.begin_byte, region.end_byte, &diagnostic.fix->replacement};
    const bool is_repeated = std::ranges::any_of(edits, [&](const Edit& other) {
      return other.begin == edit.begin && other.end == edit.end &&
             *other.replacement == *edit.replacement;
    });
    if (is_repeated) continue;
    if (std::ranges::any_of(edits, [&](const Edit& other) { return touch(edit, other); })) {
      ++out.skipped_count;
    } else {
      edits.push_back(edit);
    }
  }
  std::ranges::sort(edits, {}, &Edit::begin);
  size_t at = 0;
  const std::string_view text = file.text();
  for (const Edit& edit : edits) {
    out.text += text.substr(at, edit.begin - at);
    out.text += *edit.replacement;
    at = edit.end;
  }
  out.text += text.substr(at);
  out.applied_count = edits.size();
  return out;
}

}  // namespace pac::diag
