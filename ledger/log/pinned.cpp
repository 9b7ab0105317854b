#include "ledger/log/pinned.h"

#include <algorithm>
#include <charconv>

#include "ledger/log/limits.h"
#include "ledger/log/proof.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kFirstLine = "pac/consistency@v1";

std::unexpected<Error> malformed(const std::string& what) {
  return fail("PAC6106", "no proof of consistency: " + what);
}

bool read_number(std::string_view line, std::string_view word, std::uint64_t* out) {
  if (!line.starts_with(word)) return false;
  const std::string_view digits = line.substr(word.size());
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, *out);
  return error == std::errc() && stop == end && (digits.size() == 1 || digits[0] != '0') &&
         *out <= kMaxTreeSize;
}

// Where the revocation leaves the key in this stream: its pin, or nothing.
const KeyPin* pin_in(const KeyRevocation& revoked, std::string_view origin) {
  const auto found = std::ranges::find(revoked.pins, origin, &KeyPin::origin);
  return found == revoked.pins.end() ? nullptr : &*found;
}

Result<void> check_pin(const Checkpoint& checkpoint, const KeyRevocation& revoked,
                       const std::optional<ConsistencyProof>& to_pin) {
  const KeyPin* pin = pin_in(revoked, checkpoint.origin);
  if (pin == nullptr || checkpoint.size > pin->size) {
    return fail("PAC6107", "the key that signed was revoked and counts up to " +
                               std::to_string(pin == nullptr ? 0 : pin->size) +
                               " entries of this stream; this is signed for " +
                               std::to_string(checkpoint.size));
  }
  if (checkpoint.size == pin->size) {
    if (checkpoint.root == pin->root) return {};
    return fail("PAC6107", "the key that signed was revoked, and the tree that it signed is not " +
                               std::string("the one that its revocation names"));
  }
  if (!to_pin) {
    return fail("PAC6107",
                "the key that signed was revoked: a proof that the tree is continued by "
                "that of " +
                    std::to_string(pin->size) +
                    " entries is needed, which whoever has the ledger makes");
  }
  if (to_pin->origin != checkpoint.origin || to_pin->old_size != checkpoint.size ||
      to_pin->size != pin->size) {
    return fail("PAC6104", "the proof of consistency is of other trees: from " +
                               std::to_string(checkpoint.size) + " to " +
                               std::to_string(pin->size) + " entries is wanted");
  }
  return verify_consistency(checkpoint.size, pin->size, checkpoint.root, pin->root, to_pin->proof);
}

}  // namespace

std::string encode(const ConsistencyProof& proof) {
  std::string out = std::string(kFirstLine) + "\n" + proof.origin + "\nold " +
                    std::to_string(proof.old_size) + "\nnew " + std::to_string(proof.size) + "\n";
  for (const Hash& hash : proof.proof) out += crypto::to_base64(crypto::view(hash)) + "\n";
  return out;
}

Result<ConsistencyProof> decode_consistency(std::string_view text) {
  if (text.size() > kMaxReceiptBytes) return malformed("it is too long");
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return malformed("the last line has no end");
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (lines.size() > 4 + kMaxProofHashes) return malformed("it has too many lines");
  }
  ConsistencyProof out;
  if (lines.size() < 4 || lines[0] != kFirstLine || !is_origin(lines[1]) ||
      !read_number(lines[2], "old ", &out.old_size) || !read_number(lines[3], "new ", &out.size)) {
    return malformed("it does not begin as one");
  }
  out.origin = lines[1];
  for (std::size_t i = 4; i < lines.size(); ++i) {
    const auto hash = crypto::array_from_base64<32>(lines[i]);
    if (!hash) return malformed("a line is not base64 of 32 bytes");
    out.proof.push_back(*hash);
  }
  return out;
}

Result<std::string> origin_of(const Receipt& receipt) {
  const Result<Note> note = decode_note(receipt.checkpoint);
  if (!note) return std::unexpected(note.error());
  auto checkpoint = read_checkpoint_text(note->text);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  return std::move(checkpoint->origin);
}

Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view entry,
                                  std::span<const crypto::PublicKey> keys,
                                  std::span<const KeyRevocation> revoked,
                                  const std::optional<ConsistencyProof>& to_pin) {
  const auto origin = origin_of(receipt);
  if (!origin) return std::unexpected(origin.error());
  std::vector<NoteKey> named;
  for (const crypto::PublicKey& key : keys) named.push_back({*origin, key});
  Result<Checkpoint> checkpoint = verify_receipt(receipt, entry, *origin, named);
  if (!checkpoint) return checkpoint;
  const Result<Note> note = decode_note(receipt.checkpoint);
  if (!note) return std::unexpected(note.error());
  const auto signers = signers_of(*note, named);
  if (!signers) return std::unexpected(signers.error());
  // One signature that counts is enough; else the first says what it lacks.
  std::optional<Error> why;
  for (const std::size_t place : *signers) {
    const auto found = std::ranges::find(revoked, named[place].key, &KeyRevocation::key);
    if (found == revoked.end()) return checkpoint;
    const auto counts = check_pin(*checkpoint, *found, to_pin);
    if (counts) return checkpoint;
    if (!why) why = counts.error();
  }
  return std::unexpected(*why);
}

}  // namespace pac::ledger
