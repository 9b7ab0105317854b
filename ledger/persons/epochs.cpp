#include "ledger/persons/epochs.h"

#include <algorithm>
#include <charconv>

#include "ledger/file/entry.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/sealed.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kHead = "pac epochs 1\n";
constexpr std::string_view kEpoch = "epoch ";
constexpr std::string_view kSealed = "PAC ENCRYPTED EPOCHS";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::uint64_t kMaxBytes = 4096;
constexpr std::size_t kMostEpochs = 2;

// Without a copy that would have to be wiped.
bool read_key(std::string_view hex, crypto::AeadKey* out) {
  if (hex.size() != 2 * out->bytes.size()) return false;
  for (std::size_t i = 0; i < out->bytes.size(); ++i) {
    const auto high = kHex.find(hex[2 * i]), low = kHex.find(hex[2 * i + 1]);
    if (high == kHex.npos || low == kHex.npos) return false;
    out->bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

// "3 2026-03-01T09:00:00.000000Z 0011…"
bool read_epoch(std::string_view line, Epoch* out) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), out->number);
  if (error != std::errc() || out->number == 0) return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.size() < kTimeTextBytes + 2 || line[0] != ' ' || line[kTimeTextBytes + 1] != ' ') {
    return false;
  }
  return parse_datetime(line.substr(1, kTimeTextBytes), &out->began_us) == TextStatus::ok &&
         read_key(line.substr(kTimeTextBytes + 2), &out->key);
}

bool parse(std::string_view text, std::vector<Epoch>* out) {
  if (!text.starts_with(kHead)) return false;
  text.remove_prefix(kHead.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos || !text.starts_with(kEpoch) || out->size() == kMostEpochs) return false;
    if (!read_epoch(text.substr(kEpoch.size(), end - kEpoch.size()), &out->emplace_back())) {
      return false;
    }
    text.remove_prefix(end + 1);
  }
  return out->size() == 1 || (out->size() == 2 && (*out)[0].number + 1 == (*out)[1].number);
}

Result<void> overwrite(File& file) {
  const auto size = file.size();
  if (!size) return std::unexpected(size.error());
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  const std::string zeros(static_cast<std::size_t>(std::min<std::uint64_t>(*size, kPiece)), '\0');
  for (std::uint64_t at = 0; at < *size; at += kPiece) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(*size - at, kPiece));
    const auto written = file.write_at(at, std::string_view(zeros).substr(0, part));
    if (!written) return std::unexpected(written.error());
  }
  return file.sync_data();
}

}  // namespace

std::string epoch_path(const std::string& folder) {
  std::string out = folder;
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  // `.` and `..` have another name beside which the file is.
  if (const std::string last = out.substr(out.rfind('/') + 1); last == "." || last == "..") {
    out = absolute_path(out);
    while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  }
  return out + ".epoch";
}

Passphrase::Passphrase(std::string&& text) : text_(std::make_unique<std::string>(text)) {
  crypto::wipe_text(text);
}

Passphrase::~Passphrase() {
  if (text_ != nullptr) crypto::wipe_text(*text_);
}

Passphrase& Passphrase::operator=(Passphrase&& other) noexcept {
  std::swap(text_, other.text_);
  return *this;
}

bool is_epoch_file(FileSystem& files, const std::string& path) {
  if (!files.exists(path)) return false;
  Result<std::string> text = read_whole(files, path, kMaxBytes);
  if (!text) return false;
  const bool out = text->starts_with(kHead) || crypto::is_sealed(*text, kSealed);
  crypto::wipe_text(*text);
  return out;
}

bool is_epoch_file_sealed(FileSystem& files, const std::string& path) {
  if (!files.exists(path)) return false;
  Result<std::string> text = read_whole(files, path, kMaxBytes);
  if (!text) return false;
  const bool out = crypto::is_sealed(*text, kSealed);
  crypto::wipe_text(*text);
  return out;
}

Result<std::vector<Epoch>> read_epochs(FileSystem& files, const std::string& path,
                                       const AskPassphrase& ask, Passphrase* passphrase) {
  if (!files.exists(path)) {
    return fail("PAC6602", "the key of the epoch is not there: " + path +
                               "; without it personal data is neither recorded nor opened");
  }
  Result<std::string> text = read_whole(files, path, kMaxBytes);
  if (!text) return std::unexpected(text.error());
  const bool is_sealed = crypto::is_sealed(*text, kSealed);
  if (is_sealed) {
    if (!ask) {
      return fail("PAC6602", path + " is under a passphrase, which can't be asked for here");
    }
    Result<Passphrase> said = ask(path);
    if (!said) return std::unexpected(said.error());
    text = crypto::open_sealed(*text, said->text(), kSealed);
    if (!text && text.error().code == "PAC0143") {
      return fail("PAC6602", path + " is damaged: " + text.error().message);
    }
    if (!text) return fail(text.error().code, path + ": " + text.error().message);
    if (passphrase != nullptr) *passphrase = std::move(*said);
  }
  std::vector<Epoch> out;
  out.reserve(kMostEpochs);  // so that growing leaves no copy of a key behind
  const bool is_whole = parse(*text, &out);
  crypto::wipe_text(*text);
  // What another passphrase opens is noise.
  if (!is_whole && is_sealed) {
    return fail("PAC0144", path + ": the passphrase does not open it, or the file is damaged");
  }
  if (!is_whole) return fail("PAC6602", path + " is damaged: it is no file of epochs");
  return out;
}

Result<void> write_epochs(FileSystem& files, const std::string& path, std::span<const Epoch> epochs,
                          const Passphrase& passphrase) {
  if (!passphrase.is_there() && is_epoch_file_sealed(files, path)) {
    return fail("PAC6602", path +
                               " was put under a passphrase, which is not known here; open the "
                               "ledger again");
  }
  std::string text;
  text.reserve(kMaxBytes);
  text += kHead;
  for (const Epoch& epoch : epochs) {
    text += kEpoch;
    text += std::to_string(epoch.number);
    text += ' ';
    text += time_text(epoch.began_us);
    text += ' ';
    for (const std::uint8_t byte : epoch.key.bytes) {
      text += kHex[byte >> 4];
      text += kHex[byte & 15];
    }
    text += '\n';
  }
  if (!passphrase.is_there()) {
    const auto written = replace_secret(files, path, text);
    crypto::wipe_text(text);
    return written;
  }
  const auto sealed = crypto::seal(text, passphrase.text(), kSealed);
  crypto::wipe_text(text);
  if (!sealed) return std::unexpected(sealed.error());
  return replace_secret(files, path, *sealed);
}

Result<void> replace_secret(FileSystem& files, const std::string& path, std::string_view bytes) {
  // Left by a process that ended between writing and renaming.
  if (const auto removed = remove_secret(files, path + ".new"); !removed) return removed;
  std::unique_ptr<File> before;
  if (files.exists(path)) {
    auto file = files.open(path);
    if (!file) return std::unexpected(file.error());
    before = std::move(*file);
  }
  if (const auto written = replace_file(files, path, bytes, true); !written) return written;
  // It has no name any more, but its bytes lie on the device until others take their place.
  return before == nullptr ? Result<void>() : overwrite(*before);
}

Result<void> remove_secret(FileSystem& files, const std::string& path) {
  if (!files.exists(path)) return {};
  auto file = files.open(path);
  if (!file) return std::unexpected(file.error());
  if (const auto done = overwrite(**file); !done) return done;
  if (const auto removed = files.remove(path); !removed) return removed;
  return files.sync_folder(folder_of(path));
}

}  // namespace pac::ledger
