#include "ledger/record/verify_records.h"

#include <set>

#include "ledger/file/blobs.h"
#include "ledger/file/read_entries.h"
#include "ledger/record/entry_view.h"
#include "runtime/engine/bundle.h"

namespace pac::ledger {
namespace {

class RecordCheck {
 public:
  RecordCheck(FileSystem& files, const std::string& folder, std::uint32_t stream,
              VerifiedRecords* out)
      : files_(files), folder_(folder), stream_(stream), out_(out) {}

  void entry(std::uint64_t index, std::string_view bytes) {
    // Whoever appends through the library may write what is no entry of pac.
    if (!reader_.read(bytes, &view_)) return;
    if (view_.at < std::string_view(last_at_)) {
      found(index, "time", "its time stands before that of the entry before it");
    } else {
      last_at_ = view_.at;
    }
    if (view_.kind == "activate") activate(index);
    if (view_.kind == "decision") decision(index);
  }

 private:
  // One finding of a kind says enough: what follows has mostly the same cause.
  void found(std::uint64_t index, const std::string& kind, const std::string& what) {
    if (told_.insert(kind).second) out_->findings.push_back({stream_, index, what});
  }

  void activate(std::uint64_t index) {
    ++out_->activations;
    activated_.emplace(view_.snapshot);
    // The same blob under another name is another claim.
    if (!bundles_.emplace(std::string(view_.blob) + ' ' + std::string(view_.snapshot)).second) {
      return;
    }
    Result<std::string> bytes = read_blob(files_, folder_, view_.blob);
    if (!bytes) return found(index, "policy", "the policy: " + bytes.error().message);
    ++out_->blobs;
    const auto bundle = engine::Bundle::load(std::move(*bytes), {});
    if (!bundle) {
      found(index, "policy", "the policy can't be loaded: " + bundle.error().message);
    } else if ((*bundle)->manifest().bundle_digest != view_.snapshot) {
      found(index, "policy", "the policy that is stored is not the one that the entry names");
    }
  }

  void decision(std::uint64_t index) {
    ++out_->decisions;
    if (!activated_.contains(view_.snapshot)) {
      found(index, "activated", "it names a policy that was not activated before it");
    }
    if (view_.blob.empty()) return;
    if (const auto bytes = read_blob(files_, folder_, view_.blob); !bytes) {
      found(index, "blob", bytes.error().message);
    } else {
      ++out_->blobs;
    }
  }

  FileSystem& files_;
  const std::string& folder_;
  std::uint32_t stream_;
  VerifiedRecords* out_;
  EntryReader reader_;
  EntryView view_;
  std::string last_at_;
  std::set<std::string, std::less<>> activated_, bundles_, told_;
};

}  // namespace

Result<VerifiedRecords> verify_records(FileSystem& files, const std::string& folder,
                                       const VerifiedStore& verified) {
  VerifiedRecords out;
  for (const VerifiedStream& stream : verified.streams) {
    RecordCheck check(files, folder, stream.number, &out);
    const auto take = [&](std::uint64_t index, std::string_view entry) {
      check.entry(index, entry);
      return true;
    };
    const auto read =
        read_entries(files, stream_folder(folder, stream.number), 0, stream.size, take);
    // What is damaged was found when the entries were verified.
    if (!read && read.error().code != "PAC6217") return std::unexpected(read.error());
  }
  return out;
}

}  // namespace pac::ledger
