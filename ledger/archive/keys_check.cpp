#include "ledger/archive/keys_check.h"

#include <charconv>
#include <optional>

#include "ledger/log/proof.h"

namespace pac::ledger {
namespace {

std::unexpected<Error> wrong(const std::string& what) { return fail("PAC6107", what); }

std::optional<std::uint64_t> size_in(std::string_view digits) {
  std::uint64_t out = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, out);
  if (error != std::errc() || stop != end || std::to_string(out) != digits) return {};
  return out;
}

// Lines without their ends; nothing where the last one has none.
std::optional<std::vector<std::string_view>> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return {};
    out.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

const std::string_view* KeyMembers::member(const std::string& name) const {
  const auto found = members_.find(folder_ + "/" + name);
  return found == members_.end() ? nullptr : &found->second;
}

Result<void> KeyMembers::read(const Checkpoint& head) {
  head_ = head;
  if (const auto read = read_entries(); !read) return read;
  return read_sizes();
}

Result<void> KeyMembers::read_entries() {
  const std::string lines_name = folder_ + "/" + kKeyLines,
                    proofs_name = folder_ + "/" + kKeyProofs;
  const auto* lines = member(kKeyLines);
  const auto* proofs = member(kKeyProofs);
  if (lines == nullptr && proofs == nullptr) return {};
  if (lines == nullptr || proofs == nullptr) {
    return wrong((lines == nullptr ? lines_name : proofs_name) + " is not there");
  }
  const auto entries = lines_of(*lines);
  const auto proved = decode_proofs(*proofs);
  if (!proved) return wrong(proofs_name + ": " + proved.error().message);
  if (!entries || entries->size() != proved->size() || entries->empty()) {
    return wrong(lines_name + " has other entries than " + proofs_name + " proves");
  }
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const ProvedLine& proof = (*proved)[i];
    const std::string_view entry = (*entries)[i];
    if (!verify_inclusion(proof.index, head_.size, leaf_hash(entry), proof.proof, head_.root)) {
      return wrong(lines_name + " or " + proofs_name + ": entry " + std::to_string(proof.index) +
                   " is not what was signed");
    }
    if (!looks_like_key_entry(entry)) {
      return wrong(lines_name + ": entry " + std::to_string(proof.index) + " exchanges no key");
    }
    entries_.emplace(proof.index, entry);
  }
  return {};
}

Result<void> KeyMembers::read_sizes() {
  for (const char* const kind : {kVouching, kContinued}) {
    const std::string prefix = folder_ + "/" + kind;
    for (auto at = members_.lower_bound(prefix); at != members_.end(); ++at) {
      if (!at->first.starts_with(prefix)) break;
      const auto size = size_in(at->first.substr(prefix.size()));
      if (!size || *size == 0 || *size >= head_.size) continue;  // told as added
      if (kind == kVouching) {
        vouching_.emplace(*size, at->second);
        continue;
      }
      auto proof = decode_consistency(at->second);
      if (!proof || proof->origin != head_.origin || proof->old_size != *size ||
          proof->size != head_.size) {
        return wrong(std::string(at->first) + " is no proof for the checkpoint");
      }
      continued_.emplace(*size, std::move(*proof));
    }
  }
  return {};
}

Result<void> KeyMembers::continues(std::uint64_t size, const Hash& root) const {
  if (size == head_.size) {
    return root == head_.root ? Result<void>() : wrong(folder_ + "/checkpoint has another root");
  }
  const std::string name = folder_ + "/" + kContinued + std::to_string(size);
  const auto found = continued_.find(size);
  if (found == continued_.end()) return wrong(name + " is not there");
  const auto holds = verify_consistency(size, head_.size, root, head_.root, found->second.proof);
  return holds ? Result<void>() : wrong(name + " does not hold: another tree was signed");
}

Result<JudgedCheckpoint> KeyMembers::follow(const ReadCheckpoint& head, KeyWatch* watch) const {
  auto entry = entries_.begin();
  const auto feed = [&](std::uint64_t below) -> Result<void> {
    for (; entry != entries_.end() && entry->first < below; ++entry) {
      const auto taken = watch->entry(entry->first, entry->second);
      if (!taken) return wrong(folder_ + "/" + kKeyLines + ": " + taken.error().message);
    }
    return {};
  };
  for (const auto& [size, note] : vouching_) {
    const std::string name = folder_ + "/" + kVouching + std::to_string(size);
    if (const auto fed = feed(size); !fed) return std::unexpected(fed.error());
    const auto judged = watch->checkpoint(note);
    if (!judged) return wrong(name + ": " + judged.error().message);
    if (judged->checkpoint.size != size) return wrong(name + " is of another size");
    if (const auto same = continues(size, judged->checkpoint.root); !same) {
      return wrong(name + ": " + same.error().message);
    }
    watch->signed_by(*judged);
  }
  if (const auto fed = feed(UINT64_MAX); !fed) return std::unexpected(fed.error());
  auto judged = watch->checkpoint(head);
  if (!judged) return wrong(folder_ + "/checkpoint can't be believed: " + judged.error().message);
  watch->signed_by(*judged);
  return judged;
}

std::set<std::string> KeyMembers::names(const std::set<std::uint64_t>& pins) const {
  std::set<std::string> out{folder_ + "/" + kKeyLines, folder_ + "/" + kKeyProofs};
  for (const auto& [size, note] : vouching_) {
    out.insert(folder_ + "/" + kVouching + std::to_string(size));
    out.insert(folder_ + "/" + kContinued + std::to_string(size));
  }
  for (const std::uint64_t size : pins) {
    out.insert(folder_ + "/" + kContinued + std::to_string(size));
  }
  return out;
}

StoreSettings settings_in(const ArchiveMembers& members, const ArchiveFacts& facts) {
  StoreSettings out;
  out.origin = facts.origin;
  out.key = facts.key;
  std::set<std::uint32_t> numbers;
  for (const ArchivedStream& stream : facts.streams) numbers.insert(stream.number);
  for (const StreamOfKeys& stream : facts.keys_of) numbers.insert(stream.number);
  for (const std::uint32_t number : numbers) {
    const std::string folder = archived_stream_folder(number) + "/";
    const auto lines = members.find(folder + kKeyLines), proofs = members.find(folder + kKeyProofs);
    if (lines == members.end() || proofs == members.end()) continue;
    const auto entries = lines_of(lines->second);
    const auto proved = decode_proofs(proofs->second);
    if (!entries || !proved || entries->size() != proved->size()) continue;
    for (std::size_t i = 0; i < entries->size(); ++i) {
      out.keys.push_back({number, (*proved)[i].index, std::string((*entries)[i])});
    }
  }
  return out;
}

}  // namespace pac::ledger
