#include "ledger/log/receipt.h"

#include <charconv>
#include <optional>

#include "ledger/log/limits.h"
#include "ledger/log/proof.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";

std::unexpected<Error> malformed(const std::string& what) {
  return fail("PAC6106", "no receipt: " + what);
}

// Takes the next line off the text; nothing where there is no whole one.
std::optional<std::string_view> next_line(std::string_view* text) {
  const std::size_t end = text->find('\n');
  if (end == text->npos) return {};
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return line;
}

bool read_index(std::string_view line, std::uint64_t* index) {
  constexpr std::string_view kIndex = "index ";
  if (!line.starts_with(kIndex)) return false;
  const std::string_view digits = line.substr(kIndex.size());
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, *index);
  return error == std::errc() && stop == end && (digits.size() == 1 || digits[0] != '0') &&
         *index < kMaxTreeSize;
}

}  // namespace

std::string encode(const Receipt& receipt) {
  std::string out(kFirstLine);
  out += "\n";
  if (!receipt.extra.empty()) out += "extra " + crypto::to_base64(receipt.extra) + "\n";
  out += "index " + std::to_string(receipt.index) + "\n";
  for (const Hash& hash : receipt.proof) out += crypto::to_base64(crypto::view(hash)) + "\n";
  return out + "\n" + receipt.checkpoint;
}

Result<Receipt> decode_receipt(std::string_view text) {
  if (text.size() > kMaxReceiptBytes) {
    return malformed("it has more than " + std::to_string(kMaxReceiptBytes) + " bytes");
  }
  if (next_line(&text) != kFirstLine) {
    return malformed("the first line is not " + std::string(kFirstLine));
  }
  Receipt out;
  auto line = next_line(&text);
  if (line && line->starts_with("extra ")) {
    Result<std::string> extra = crypto::from_base64(line->substr(6));
    if (!extra) return malformed("what stands behind `extra` is not base64");
    out.extra = std::move(*extra);
    line = next_line(&text);
  }
  if (!line || !read_index(*line, &out.index)) return malformed("it has no line `index`");
  while ((line = next_line(&text)) && !line->empty()) {
    const auto hash = crypto::array_from_base64<32>(*line);
    if (!hash) return malformed("a line of the proof is not base64 of 32 bytes");
    if (out.proof.size() == kMaxProofHashes) return malformed("the proof has too many lines");
    out.proof.push_back(*hash);
  }
  if (!line || text.empty()) return malformed("it has no checkpoint behind an empty line");
  out.checkpoint = text;
  return out;
}

Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view entry,
                                  std::string_view origin, std::span<const NoteKey> keys) {
  Result<Checkpoint> checkpoint = open_checkpoint(receipt.checkpoint, origin, keys);
  if (!checkpoint) return checkpoint;
  const Result<void> is_in = verify_inclusion(receipt.index, checkpoint->size, leaf_hash(entry),
                                              receipt.proof, checkpoint->root);
  if (!is_in) return std::unexpected(is_in.error());
  return checkpoint;
}

Result<Checkpoint> verify_receipt(const Receipt& receipt, std::string_view entry,
                                  std::span<const EcdsaNoteKey> keys) {
  const Result<Note> note = decode_note(receipt.checkpoint);
  if (!note) return std::unexpected(note.error());
  Result<Checkpoint> checkpoint = read_checkpoint_text(note->text);
  if (!checkpoint) return checkpoint;
  if (keys.empty()) return fail("PAC6103", "no known key signed this");
  for (const EcdsaNoteKey& key : keys) {
    const auto has = has_line_of(*note, key);
    if (!has) return std::unexpected(has.error());
    if (!*has)
      return fail("PAC6103", "the ECDSA key " + verifier_text(key) + " has not signed this");
  }
  const Result<void> is_in = verify_inclusion(receipt.index, checkpoint->size, leaf_hash(entry),
                                              receipt.proof, checkpoint->root);
  if (!is_in) return std::unexpected(is_in.error());
  return checkpoint;
}

}  // namespace pac::ledger
