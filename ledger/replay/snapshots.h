// The policies of a ledger, by the digest that decisions name: found through `activate` entries,
// read from blobs, loaded once. Any thread, but for `note`, which comes first.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "ledger/io/file_system.h"
#include "runtime/engine/bundle.h"
#include "runtime/engine/loaded_rule_set.h"

namespace pac::ledger {

// Makes of a bundle a rule set that decides natively; empty: only the interpreter decides.
using LoadNative =
    std::function<Result<std::shared_ptr<engine::LoadedRuleSet>>(const engine::Bundle&)>;

struct LoadedSnapshot {
  std::string fault;  // why it is not there, in words for people; then the rest is null
  std::shared_ptr<engine::Bundle> bundle;
  std::shared_ptr<const engine::LoadedRuleSet> interp;
  std::shared_ptr<const engine::LoadedRuleSet> native;  // null: not asked for
};

class Snapshots {
 public:
  Snapshots(FileSystem& files, std::string folder, LoadNative native)
      : files_(files), folder_(std::move(folder)), native_(std::move(native)) {}

  // An `activate` entry; others are passed over.
  void note(std::string_view entry);
  // Of all streams, up to the index `to` of each.
  [[nodiscard]] Result<void> note_all();
  const LoadedSnapshot& get(const std::string& digest);

 private:
  LoadedSnapshot load(const std::string& digest);

  FileSystem& files_;
  std::string folder_;
  LoadNative native_;
  std::mutex mutex_;
  std::map<std::string, std::string> blobs_;  // snapshot: blob
  std::map<std::string, LoadedSnapshot> loaded_;
};

}  // namespace pac::ledger
