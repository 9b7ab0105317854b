#include "ledger/witness/request.h"

#include <charconv>

#include "ledger/log/limits.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kOld = "old ";

std::unexpected<Error> malformed(const std::string& what) {
  return fail("PAC6502", "no request of a witness: " + what);
}

}  // namespace

Result<std::uint64_t> read_size(std::string_view digits) {
  std::uint64_t out = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, out);
  if (error != std::errc() || stop != end || (digits.size() > 1 && digits[0] == '0')) {
    return malformed("a size is no number");
  }
  return out;
}

std::string encode(const AddCheckpoint& request) {
  std::string out = std::string(kOld) + std::to_string(request.old_size) + "\n";
  for (const Hash& hash : request.proof) out += crypto::to_base64(crypto::view(hash)) + "\n";
  return out + "\n" + request.checkpoint;
}

Result<AddCheckpoint> decode_add_checkpoint(std::string_view body) {
  AddCheckpoint out;
  bool is_first = true;
  while (true) {
    const std::size_t end = body.find('\n');
    if (end == body.npos) return malformed("no empty line stands before a checkpoint");
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (is_first) {
      if (!line.starts_with(kOld)) return malformed("the first line is not `old` and a size");
      const auto size = read_size(line.substr(kOld.size()));
      if (!size) return std::unexpected(size.error());
      out.old_size = *size;
      is_first = false;
    } else if (line.empty()) {
      out.checkpoint = body;
      return out;
    } else {
      const auto hash = crypto::array_from_base64<32>(line);
      if (!hash) return malformed("a line of the proof is not base64 of 32 bytes");
      if (out.proof.size() == kMaxProofHashes) return malformed("the proof has too many lines");
      out.proof.push_back(*hash);
    }
  }
}

}  // namespace pac::ledger
