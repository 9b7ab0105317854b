#include "ledger/record/verify_records.h"

#include <algorithm>
#include <charconv>

#include "ledger/file/blobs.h"
#include "ledger/file/read_entries.h"
#include "runtime/crypto/encoding.h"
#include "runtime/engine/bundle.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kNameDigits = 32;  // of the random name of a subject

std::optional<std::uint64_t> number_in(std::string_view digits) {
  std::uint64_t out = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, out);
  if (error != std::errc() || end != last) return std::nullopt;
  return out;
}

bool is_subject_name(std::string_view name) {
  return name.size() == kNameDigits &&
         name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What a ledger in a folder has.
class FolderSource final : public EntrySource {
 public:
  FolderSource(FileSystem& files, const std::string& folder) : files_(files), folder_(folder) {}

  Result<std::optional<std::string>> blob(std::string_view sha256, std::string* fault) override {
    Result<std::string> bytes = read_blob(files_, folder_, sha256);
    if (bytes) return std::move(*bytes);
    *fault = bytes.error().message;
    return std::nullopt;
  }
  Result<std::optional<Hash>> leaf(std::uint32_t stream, std::uint64_t index) override {
    std::optional<Hash> out;
    const auto take = [&](std::uint64_t, std::string_view entry) {
      out = leaf_hash(entry);
      return false;
    };
    const auto read = read_entries(files_, stream_folder(folder_, stream), index, index + 1, take);
    if (!read && read.error().code != "PAC6217") return std::unexpected(read.error());
    return out;
  }

 private:
  FileSystem& files_;
  const std::string& folder_;
};

}  // namespace

void RecordCheck::begin(EntrySource& source, const std::string& ledger, std::uint32_t stream) {
  if (ledger != ledger_) {
    ledger_ = ledger;
    extents_.clear();
    erased_.clear();
  }
  source_ = &source;
  stream_ = stream;
  own_ = {};
  last_at_.clear();
  activated_.clear();
  bundles_.clear();
  told_.clear();
  erased_here_.clear();
}

Result<void> RecordCheck::entry(std::uint64_t index, std::string_view bytes) {
  // Whoever appends through the library may write what is no entry of pac.
  if (!reader_.read(bytes, &view_)) return {};
  if (view_.at < std::string_view(last_at_)) {
    tell(index, "time", "its time stands before that of the entry before it");
  } else {
    last_at_ = view_.at;
  }
  if (view_.kind == "decision") return decision(index);
  if (view_.kind == "activate") return activate(index);
  if (view_.kind == "correction") return correction(index);
  if (view_.kind == "erase") erasure(index);
  return {};
}

void RecordCheck::end(std::uint64_t size, bool is_whole) {
  extents_[stream_] = {size, is_whole};
  erased_.insert(erased_here_.begin(), erased_here_.end());
  out_.decisions += own_.decisions;
  out_.activations += own_.activations;
  out_.blobs += own_.blobs;
  // Of entries that are not as they were signed more is known already.
  std::erase_if(own_.findings, [&](const LedgerFinding& one) { return one.index >= size; });
  out_.findings.insert(out_.findings.end(), own_.findings.begin(), own_.findings.end());
  own_ = {};
}

// One finding of a kind says enough: what follows has mostly the same cause.
void RecordCheck::tell(std::uint64_t index, const std::string& kind, const std::string& what) {
  if (told_.insert(kind).second) own_.findings.push_back({stream_, index, what});
}

Result<std::optional<std::string>> RecordCheck::blob(std::uint64_t index, const std::string& kind,
                                                     const std::string& what) {
  std::string fault;
  auto bytes = source_->blob(view_.blob, &fault);
  if (!bytes) return bytes;
  if (*bytes) {
    ++own_.blobs;
  } else if (!fault.empty()) {
    tell(index, kind, what + fault);
  }
  return bytes;
}

Result<void> RecordCheck::activate(std::uint64_t index) {
  ++own_.activations;
  activated_.emplace(view_.snapshot);
  // The same blob under another name is another claim.
  if (!bundles_.emplace(std::string(view_.blob) + ' ' + std::string(view_.snapshot)).second) {
    return {};
  }
  auto bytes = blob(index, "policy", "the policy: ");
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return {};
  const auto bundle = engine::Bundle::load(std::move(**bytes), {});
  if (!bundle) {
    tell(index, "policy", "the policy can't be loaded: " + bundle.error().message);
  } else if ((*bundle)->manifest().bundle_digest != view_.snapshot) {
    tell(index, "policy", "the policy that is stored is not the one that the entry names");
  }
  return {};
}

Result<void> RecordCheck::decision(std::uint64_t index) {
  ++own_.decisions;
  if (!activated_.contains(view_.snapshot)) {
    tell(index, "activated", "it names a policy that was not activated before it");
  }
  if (view_.blob.empty()) return {};
  const auto bytes = blob(index, "blob", "");
  return bytes ? Result<void>() : std::unexpected(bytes.error());
}

Result<void> RecordCheck::correction(std::uint64_t index) {
  ObjectView corrects;
  if (!corrects.read(reader_.members().raw("corrects"))) {
    tell(index, "correction", "it does not say which entry it corrects");
    return {};
  }
  const std::string origin = text_of(corrects.raw("origin"));
  const auto wrong = number_in(corrects.raw("index"));
  const bool is_its = origin.starts_with(ledger_ + "/");
  const auto number =
      is_its ? number_in(std::string_view(origin).substr(ledger_.size() + 1)) : std::nullopt;
  if (!wrong || !number || *number == 0 || *number > stream_) {
    tell(index, "correction",
         "it corrects an entry of `" + origin + "`, which is no stream of " +
             "this ledger up to its own");
    return {};
  }
  const auto of_stream = static_cast<std::uint32_t>(*number);
  const std::string which = std::to_string(of_stream) + "/" + std::to_string(*wrong);
  if (of_stream == stream_ && *wrong >= index) {
    tell(index, "correction", "it corrects entry " + which + ", which does not stand before it");
    return {};
  }
  if (of_stream != stream_) {
    const auto extent = extents_.find(of_stream);
    // Of what is damaged itself nothing can be said.
    if (extent == extents_.end()) return {};
    if (*wrong >= extent->second.size) {
      if (extent->second.is_whole) {
        tell(index, "correction", "it corrects entry " + which + ", which is not there");
      }
      return {};
    }
  }
  const auto leaf = source_->leaf(of_stream, *wrong);
  if (!leaf) return std::unexpected(leaf.error());
  if (*leaf && crypto::to_hex(crypto::view(**leaf)) != text_of(corrects.raw("leaf"))) {
    tell(index, "correction", "it corrects entry " + which + " by another hash than that has");
  }
  return {};
}

void RecordCheck::erasure(std::uint64_t index) {
  ObjectView erase;
  if (!erase.read(reader_.members().raw("erase"))) {
    return tell(index, "erase", "it does not say what is erased");
  }
  const std::string subject = text_of(erase.raw("subject"));
  if (subject.empty()) {
    const auto began = number_in(erase.raw("began"));
    const auto ended = number_in(erase.raw("ended"));
    if (began && ended && *began > *ended) return;
    return tell(index, "erase", "it does not say what is erased");
  }
  if (!is_subject_name(subject)) {
    return tell(index, "erase", "it erases what is no name of a subject");
  }
  if (erased_.contains(subject) || !erased_here_.insert(subject).second) {
    tell(index, "erase", "it erases the subject " + subject + ", which was erased before it");
  }
}

Result<VerifiedRecords> verify_records(FileSystem& files, const std::string& folder,
                                       const VerifiedStore& verified) {
  FolderSource source(files, folder);
  RecordCheck check;
  for (const VerifiedStream& stream : verified.streams) {
    check.begin(source, stream.origin.substr(0, stream.origin.rfind('/')), stream.number);
    Result<void> looked;
    const auto take = [&](std::uint64_t index, std::string_view entry) {
      looked = check.entry(index, entry);
      return looked.has_value();
    };
    const auto read =
        read_entries(files, stream_folder(folder, stream.number), 0, stream.size, take);
    if (!looked) return std::unexpected(looked.error());
    // What is damaged was found when the entries were verified.
    if (!read && read.error().code != "PAC6217") return std::unexpected(read.error());
    const bool is_whole = std::ranges::none_of(
        verified.findings, [&](const LedgerFinding& one) { return one.stream == stream.number; });
    check.end(stream.size, is_whole);
  }
  return check.found();
}

}  // namespace pac::ledger
