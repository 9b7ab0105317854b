#include "ledger/log/checkpoint.h"

#include <charconv>

#include "ledger/log/limits.h"
#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

std::unexpected<Error> malformed(const std::string& what) {
  return fail("PAC6102", "no checkpoint: " + what);
}

}  // namespace

bool is_origin(std::string_view text) { return is_key_name(text); }

std::string checkpoint_text(const Checkpoint& checkpoint) {
  std::string out = checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
                    crypto::to_base64(crypto::view(checkpoint.root)) + "\n";
  for (const std::string& line : checkpoint.extensions) out += line + "\n";
  return out;
}

Result<Checkpoint> read_checkpoint_text(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return malformed("the last line has no end");
    if (end == 0) return malformed("a line is empty");
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.size() < 3) return malformed("it has fewer than three lines");
  Checkpoint out;
  out.origin = lines[0];
  const std::string_view digits = lines[1];
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.size);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      (digits.size() > 1 && digits[0] == '0')) {
    return malformed("the size is no number");
  }
  if (out.size > kMaxTreeSize) return malformed("the size is beyond 2^62");
  const auto root = crypto::array_from_base64<32>(lines[2]);
  if (!root) return malformed("the root is not base64 of 32 bytes");
  out.root = *root;
  for (std::size_t i = 3; i < lines.size(); ++i) out.extensions.emplace_back(lines[i]);
  return out;
}

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                    std::span<const NoteSigner> signers) {
  PAC_CHECK(is_origin(checkpoint.origin), "the origin of a log is checked when it is made");
  PAC_CHECK(!signers.empty(), "a checkpoint has a signature");
  Note note{checkpoint_text(checkpoint), {}};
  for (const NoteSigner& signer : signers) {
    Result<std::vector<NoteSignature>> lines = signer.sign_by_all(note.text);
    if (!lines) return std::unexpected(lines.error());
    for (NoteSignature& line : *lines) note.signatures.push_back(std::move(line));
  }
  return encode(note);
}

Result<Checkpoint> open_checkpoint(std::string_view bytes, std::string_view origin,
                                   std::span<const NoteKey> keys) {
  const Result<Note> note = decode_note(bytes);
  if (!note) return std::unexpected(note.error());
  if (const auto signers = signers_of(*note, keys); !signers) {
    return std::unexpected(signers.error());
  }
  Result<Checkpoint> checkpoint = read_checkpoint_text(note->text);
  if (checkpoint && checkpoint->origin != origin) {
    return fail("PAC6102", "the checkpoint is of the log `" + checkpoint->origin + "`, not of `" +
                               std::string(origin) + "`");
  }
  return checkpoint;
}

}  // namespace pac::ledger
