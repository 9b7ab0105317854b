// Blobs: what is too long for an entry, and the policies that decided, each in a file named by its
// SHA-256. An entry that names a blob is written after the blob is durable. Pure of state; what is
// read is hashed again. Belongs to the thread of the file system.
#pragma once

#include <string>
#include <string_view>

#include "ledger/io/file_system.h"
#include "runtime/base/result.h"

namespace pac::ledger {

struct BlobRef {
  std::string sha256;  // 64 hexadecimal digits
  std::uint64_t bytes = 0;
};

// A blob is an input of a decision or a bundle; both have limits of their own below this.
inline constexpr std::uint64_t kMaxBlobBytes = std::uint64_t{256} << 20;

BlobRef blob_ref(std::string_view bytes);
std::string blob_path(const std::string& folder, std::string_view sha256);

// Durable when it returns; a blob that is there already is left alone unless it is damaged.
// PAC6201, PAC6216 (too long).
[[nodiscard]] Result<BlobRef> put_blob(FileSystem& files, const std::string& folder,
                                       std::string_view bytes);
// PAC6215: it is not there; PAC6216: its bytes are others.
[[nodiscard]] Result<std::string> read_blob(FileSystem& files, const std::string& folder,
                                            std::string_view sha256);

}  // namespace pac::ledger
