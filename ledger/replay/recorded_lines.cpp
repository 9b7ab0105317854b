#include "ledger/replay/recorded_lines.h"

#include <algorithm>

#include "ledger/file/blobs.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/store.h"
#include "ledger/record/entry_view.h"
#include "ledger/record/opened.h"

namespace pac::ledger {
namespace {

// Without the times at which they were observed: their age was judged when they were read.
void put_features(std::string_view features, std::string* out) {
  ObjectView all, one;
  if (!all.read(features)) return;
  bool first = true;
  *out += ",\"features\":{";
  for (const auto& [name, feature] : all.members()) {
    if (!one.read(feature) || one.raw("value").empty()) continue;
    if (!first) *out += ',';
    first = false;
    *out += '"';
    *out += name;
    *out += "\":{\"value\":";
    *out += one.raw("value");
    *out += '}';
  }
  *out += '}';
}

}  // namespace

Result<RecordedLines> recorded_lines(FileSystem& files, const std::string& folder,
                                     const LinesOptions& options) {
  const auto streams = streams_of(files, folder);
  if (!streams) return std::unexpected(streams.error());
  RecordedLines out;
  EntryReader reader;
  EntryView view;
  BoxOpener opener(options.subjects);
  for (const std::uint32_t stream : *streams) {
    const auto take = [&](std::uint64_t index, std::string_view entry) {
      if (!reader.read(entry, &view) || view.kind != "decision") return true;
      const std::string function(view.function);
      if (!options.function.empty() && !is_named(function, options.function)) {
        out.others.insert(function);
        return true;
      }
      std::string blob;
      if (!view.blob.empty()) {
        if (auto bytes = read_blob(files, folder, view.blob)) blob = std::move(*bytes);
        if (!reader.read_blob(blob, &view)) view.input = {};
      }
      const auto opened = opener.open(&view);
      const bool is_open = opened && std::ranges::all_of(opener.boxes(), [](const BoxSeen& box) {
                             return box.state == BoxState::open;
                           });
      if (!is_open) {
        ++(opened && opener.has(BoxState::erased) ? out.erased : out.closed);
        return true;
      }
      if (view.input.empty()) {
        ++out.left_out;
        return true;
      }
      if (std::ranges::find(out.functions, function) == out.functions.end()) {
        out.functions.push_back(function);
      }
      out.snapshot = view.snapshot;
      out.places.push_back({stream, index});
      out.text += "{\"input\":";
      out.text += view.input;
      if (!view.context.empty()) {
        out.text += ",\"context\":";
        out.text += view.context;
      }
      if (!view.features.empty()) put_features(view.features, &out.text);
      out.text += "}\n";
      return true;
    };
    const auto found = [&](const EntryGap& gap) {
      if (out.damaged == 0) out.first_damaged = {stream, gap.first};
      out.damaged += gap.end - gap.first;
    };
    const auto read = read_readable(files, folder, stream, options.from, options.to, take, found);
    if (!read) return std::unexpected(read.error());
  }
  return out;
}

}  // namespace pac::ledger
