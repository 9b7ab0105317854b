#include "ledger/file/verify_witnesses.h"

#include <algorithm>
#include <cstdio>

namespace pac::ledger {
namespace {

std::string of(std::uint64_t number) { return std::to_string(number); }

// Whether the only line that is not the log's own is that of the witness.
bool is_alone(const Note& note, const std::string& origin, std::string_view witness) {
  const auto is_other = [&](const NoteSignature& line) { return line.name != origin; };
  if (std::ranges::count_if(note.signatures, is_other) != 1) return false;
  return cosigner_name(*std::ranges::find_if(note.signatures, is_other)) == witness;
}

}  // namespace

std::string cosigner_name(const NoteSignature& line) {
  char id[9];
  std::snprintf(id, sizeof id, "%08x", line.key_id);
  return line.name + "+" + id;
}

void CosignedCheck::bad(std::uint64_t index, const std::string& what) {
  if (!is_bad_) findings_->push_back({stream_, index, what});
  is_bad_ = true;
}

void CosignedCheck::take(const FoundCosigned& found, const StreamKeys& keys,
                         std::optional<std::uint64_t> newest,
                         const std::function<std::optional<Hash>(std::uint64_t)>& root_of) {
  has_any_ = true;
  const std::uint64_t last = found.size && *found.size > 0 ? *found.size - 1 : 0;
  const std::string which =
      "the cosigned checkpoint" + (found.size ? " of " + of(*found.size) + " entries" : "");
  const auto head = open_checkpoint(found.note, keys);
  if (!head) return bad(last, which + " can't be believed: " + head.error().message);
  if (found.size && head->size != *found.size) {
    return bad(last, which + " is one of " + of(head->size));
  }
  if (newest && *newest < head->size) {
    return bad(*newest, "witnesses cosigned " + of(head->size) +
                            " entries: the ledger was put back to an earlier state");
  }
  const auto root = head->size > 0 ? root_of(head->size) : std::nullopt;
  if (root && *root != head->root) {
    return bad(0, "witnesses cosigned another root of " + of(head->size) +
                      " entries: the ledger was written anew");
  }
  auto note = decode_note(found.note);
  if (!note) return bad(last, which + " can't be believed: " + note.error().message);
  if (!found.witness.empty() && !is_alone(*note, keys.origin(), found.witness)) {
    return bad(last, which + " has other lines than that of " + std::string(found.witness));
  }
  if (note_ && note_->text == note->text) {
    add_signatures(note->signatures, &*note_);
    return;
  }
  settle();
  note_ = std::move(*note);
  size_ = head->size;
}

void CosignedCheck::settle() {
  if (!note_) return;
  WitnessedStream seen{stream_, size_, {}};
  if (policy_ != nullptr) {
    auto by = verify_cosigned(*note_, *policy_);
    if (!by && by.error().code == "PAC6112") {
      unmet_ = {stream_, size_, by.error().message};
      return;
    }
    if (!by) return bad(size_, by.error().message);
    seen.by = std::move(*by);
  }
  met_ = std::move(seen);
}

std::optional<WitnessedStream> CosignedCheck::finish() {
  settle();
  note_.reset();
  if (!has_any_ && policy_ != nullptr && policy_->needs_any()) {
    bad(0, "no witness has cosigned this stream");
  }
  if (!met_ && unmet_) bad(unmet_->index, unmet_->what);
  return std::move(met_);
}

}  // namespace pac::ledger
