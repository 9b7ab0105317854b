// The keys of an embedded store: what ledger.json keeps of them, and which of those that are at
// hand may sign. Not API of the ledger: store.h is. Belongs to one thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/file/store.h"
#include "ledger/log/checkpoint.h"
#include "runtime/base/json.h"

namespace pac::ledger {

inline constexpr std::int64_t kMaxRotateDays = 36'500;

json::Value key_records(const std::vector<KeyRecord>& records);
std::optional<std::vector<KeyRecord>> key_records_of(const json::Value& value);

// Those that stand in the log at their place. One whose place can't be read, or which was lost with
// what a checkpoint had, is kept: the log had it.
std::vector<KeyRecord> recorded_keys(FileSystem& files, const std::string& folder,
                                     std::vector<KeyRecord> records);

// Whether somebody signed the checkpoint by the name of the stream whose key is not known to it.
bool has_unknown_line(const std::string& note, const StreamKeys& keys);

// Looks through all entries for those of the kind `key`. Whether there are more than the settings
// have, which then have them.
bool find_keys(FileSystem& files, const std::string& folder, StoreSettings* settings);

// That one of the keys may sign what comes next. PAC6210.
[[nodiscard]] Result<void> check_keys(std::span<const crypto::SigningKey> keys,
                                      const StreamKeys& allowed, const std::string& folder);

// Those that sign what comes next. PAC6210 where the only one was introduced by an entry that no
// key before it is known to have signed: it could not be believed.
[[nodiscard]] Result<std::vector<crypto::SigningKey>> signers_among(
    std::span<const crypto::SigningKey> keys, const StreamKeys& allowed,
    const std::string& published_note);

}  // namespace pac::ledger
