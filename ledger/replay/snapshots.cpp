#include "ledger/replay/snapshots.h"

#include "ledger/file/blobs.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/store.h"
#include "ledger/record/entry_view.h"

namespace pac::ledger {

void Snapshots::note(std::string_view entry) {
  if (entry.find("\"kind\":\"activate\"") == entry.npos) return;
  EntryReader reader;
  EntryView view;
  if (!reader.read(entry, &view) || view.kind != "activate") return;
  const std::lock_guard lock(mutex_);
  blobs_[std::string(view.snapshot)] = view.blob;
}

Result<void> Snapshots::note_all() {
  const auto streams = streams_of(files_, folder_);
  if (!streams) return std::unexpected(streams.error());
  for (const std::uint32_t stream : *streams) {
    const auto take = [&](std::uint64_t, std::string_view entry) {
      note(entry);
      return true;
    };
    // An activation that is lost is met where a decision names its policy.
    const auto passed_over = [](const EntryGap&) {};
    const auto read = read_readable(files_, folder_, stream, 0, UINT64_MAX, take, passed_over);
    if (!read) return read;
  }
  return {};
}

const LoadedSnapshot& Snapshots::get(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto known = loaded_.find(digest);
  if (known != loaded_.end()) return known->second;
  return loaded_.emplace(digest, load(digest)).first->second;
}

LoadedSnapshot Snapshots::load(const std::string& digest) {
  LoadedSnapshot out;
  const auto blob = blobs_.find(digest);
  if (blob == blobs_.end()) {
    out.fault = "its policy was never recorded as activated";
    return out;
  }
  Result<std::string> bytes = read_blob(files_, folder_, blob->second);
  if (!bytes) {
    out.fault = bytes.error().code == "PAC6215"   ? "its policy is missing"
                : bytes.error().code == "PAC6216" ? "its policy was changed"
                                                  : bytes.error().message;
    return out;
  }
  auto bundle = engine::Bundle::load(*bytes, {});
  if (!bundle) {
    out.fault = "its policy can't be loaded: " + bundle.error().message;
    return out;
  }
  if ((*bundle)->manifest().bundle_digest != digest) {
    out.fault = "its policy is another one";
    return out;
  }
  out.bundle = std::move(*bundle);
  out.interp = out.bundle->rules();
  if (!native_) return out;
  // Native code becomes a part of the rule set that it is made for, so that it gets its own.
  auto again = engine::Bundle::load(std::move(*bytes), {});
  auto native = again ? native_(**again) : std::unexpected(again.error());
  if (!native) {
    out.fault = "its policy can't be compiled: " + native.error().message;
    return out;
  }
  out.native = std::move(*native);
  return out;
}

}  // namespace pac::ledger
