#include "ledger/persons/subject_file.h"

#include <algorithm>

#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kMagic = "pacsub01";
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kPlainBytes = kSubjectRecordBytes - crypto::kAeadOverhead;
constexpr std::size_t kPersonAt = 16, kNameAt = 48, kKeyAt = 64;
static_assert(kPlainBytes == kKeyAt + 32);

void put_number(std::uint64_t number, std::size_t bytes, std::uint8_t* out) {
  for (std::size_t i = 0; i < bytes; ++i) {
    out[i] = static_cast<std::uint8_t>(number >> (8 * (bytes - 1 - i)));
  }
}

std::uint64_t number_at(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < count; ++i) out = out << 8 | bytes[i];
  return out;
}

std::string associated_with(std::string_view header, std::uint64_t number) {
  std::uint8_t bytes[kNumberBytes];
  put_number(number, kNumberBytes, bytes);
  std::string out(header);
  out.append(reinterpret_cast<const char*>(bytes), kNumberBytes);
  return out;
}

}  // namespace

SubjectRecord mark_record(std::uint32_t stream, std::uint64_t index) {
  SubjectRecord out;
  out.kind = SubjectRecord::Kind::mark;
  put_number(stream, 4, out.person.data());
  put_number(index, 8, out.person.data() + 4);
  return out;
}

std::uint32_t stream_of_mark(const SubjectRecord& mark) {
  return static_cast<std::uint32_t>(number_at(mark.person.data(), 4));
}

std::uint64_t index_of_mark(const SubjectRecord& mark) {
  return number_at(mark.person.data() + 4, 8);
}

Result<std::string> subject_header(std::uint64_t epoch) {
  std::array<std::uint8_t, kSubjectHeaderBytes - kMagic.size()> rest;
  if (const auto drawn = crypto::random_bytes(rest); !drawn) return std::unexpected(drawn.error());
  put_number(epoch, kNumberBytes, rest.data());
  return std::string(kMagic) + std::string(crypto::view(rest));
}

Result<void> put_subject_record(const crypto::AeadKey& epoch, std::string_view header,
                                std::uint64_t number, const SubjectRecord& record,
                                std::string* out) {
  std::string plain(kPlainBytes, '\0');
  plain[0] = static_cast<char>(record.kind);
  std::ranges::copy(record.person, plain.begin() + kPersonAt);
  std::ranges::copy(record.name, plain.begin() + kNameAt);
  std::ranges::copy(record.key.bytes, plain.begin() + kKeyAt);
  const auto sealed = crypto::aead_seal(epoch, plain, associated_with(header, number));
  crypto::wipe_text(plain);
  if (!sealed) return std::unexpected(sealed.error());
  *out += *sealed;
  return {};
}

Result<SubjectFile> read_subject_file(FileSystem& files, const std::string& path,
                                      std::span<const Epoch> epochs) {
  const Result<std::string> bytes = read_whole(files, path, kMaxSubjectFileBytes);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() < kSubjectHeaderBytes || !bytes->starts_with(kMagic)) {
    return fail("PAC6603", path + " is damaged: it has no keys of subjects");
  }
  SubjectFile out;
  out.header = bytes->substr(0, kSubjectHeaderBytes);
  out.epoch = number_at(reinterpret_cast<const std::uint8_t*>(out.header.data()) + kMagic.size(),
                        kNumberBytes);
  const auto epoch = std::ranges::find(epochs, out.epoch, &Epoch::number);
  if (epoch == epochs.end()) {
    return fail("PAC6603",
                path + " is of epoch " + std::to_string(out.epoch) +
                    ", whose key is destroyed: it is an older copy, put back the newest");
  }
  const std::string_view all = *bytes;
  std::uint64_t number = 0;
  for (std::size_t at = kSubjectHeaderBytes; at < all.size(); at += kSubjectRecordBytes) {
    auto plain = crypto::aead_open(epoch->key, all.substr(at, kSubjectRecordBytes),
                                   associated_with(out.header, number++));
    if (!plain || plain->size() != kPlainBytes) {
      ++out.unreadable;
      continue;
    }
    SubjectRecord& record = out.records.emplace_back();
    record.kind = static_cast<SubjectRecord::Kind>((*plain)[0]);
    const auto* from = reinterpret_cast<const std::uint8_t*>(plain->data());
    std::copy_n(from + kPersonAt, record.person.size(), record.person.begin());
    std::copy_n(from + kNameAt, record.name.size(), record.name.begin());
    std::copy_n(from + kKeyAt, record.key.bytes.size(), record.key.bytes.begin());
    crypto::wipe_text(*plain);
  }
  return out;
}

std::optional<std::uint64_t> epoch_said(FileSystem& files, const std::string& path) {
  if (!files.exists(path)) return {};
  const auto file = files.open(path);
  if (!file) return {};
  const auto header = (*file)->read_at(0, kSubjectHeaderBytes);
  if (!header || header->size() < kSubjectHeaderBytes || !header->starts_with(kMagic)) return {};
  return number_at(reinterpret_cast<const std::uint8_t*>(header->data()) + kMagic.size(),
                   kNumberBytes);
}

}  // namespace pac::ledger
