#include "cli/findings.h"

#include <string>

#include "runtime/base/check.h"

namespace pac::cli {

void Findings::add(const SourceSet& sources, std::span<const diag::Diagnostic> all) {
  const auto first = static_cast<uint32_t>(sources_.size());
  for (uint32_t i = 0; i < sources.size(); ++i) {
    const SourceFile& file = sources.file(i);
    const auto added = sources_.add(file.path(), std::string(file.text()));
    PAC_CHECK(added.has_value(), "a source that was read is a source");
  }
  const auto move = [&](Span& span) {
    if (span.has_place()) span.file += first;
  };
  for (diag::Diagnostic one : all) {
    move(one.span);
    for (auto& label : one.labels) move(label.span);
    if (one.fix) move(one.fix->span);
    all_.push_back(std::move(one));
  }
}

}  // namespace pac::cli
