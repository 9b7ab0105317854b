// The file `subjects` of a ledger, byte by byte (docs/ledger_format.md, Keys of subjects): records
// under the key of an epoch. Only its form; what the records mean is in subjects.h. Pure but for
// the file that is read; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/io/file_system.h"
#include "ledger/persons/epochs.h"
#include "runtime/crypto/aead.h"

namespace pac::ledger {

inline constexpr std::size_t kSubjectNameBytes = 16;
inline constexpr std::size_t kSubjectHeaderBytes = 32;
inline constexpr std::size_t kSubjectRecordBytes = 124;
// More than eight million subjects; a longer file is neither written nor read.
inline constexpr std::uint64_t kMaxSubjectFileBytes = std::uint64_t{1} << 30;

using SubjectName = std::array<std::uint8_t, kSubjectNameBytes>;

struct SubjectRecord {
  enum class Kind : std::uint8_t { hmac_key = 0, subject = 1, mark = 2, erased = 3 };
  Kind kind = Kind::subject;
  std::array<std::uint8_t, 32> person{};  // HMAC of the person; of a mark: its stream and index
  SubjectName name{};
  crypto::AeadKey key;
};

// A mark: `erase` entries of that stream below that index are carried out in the file.
SubjectRecord mark_record(std::uint32_t stream, std::uint64_t index);
std::uint32_t stream_of_mark(const SubjectRecord& mark);
std::uint64_t index_of_mark(const SubjectRecord& mark);

// The first bytes of a new file. PAC0141.
[[nodiscard]] Result<std::string> subject_header(std::uint64_t epoch);
// Adds a record, the one of that number in the file of that header. PAC0141.
[[nodiscard]] Result<void> put_subject_record(const crypto::AeadKey& epoch, std::string_view header,
                                              std::uint64_t number, const SubjectRecord& record,
                                              std::string* out);

struct SubjectFile {
  std::uint64_t epoch = 0;
  std::string header;
  std::vector<SubjectRecord> records;
  std::uint64_t unreadable = 0;  // records that do not open
};

// PAC6603: it is damaged, or under an epoch that has ended. PAC6201.
[[nodiscard]] Result<SubjectFile> read_subject_file(FileSystem& files, const std::string& path,
                                                    std::span<const Epoch> epochs);

// The epoch that the file says, which needs no key; nothing where there is no such file.
std::optional<std::uint64_t> epoch_said(FileSystem& files, const std::string& path);

}  // namespace pac::ledger
