#include "ledger/file/blobs.h"

#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kFolderDigits = 2;

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

BlobRef blob_ref(std::string_view bytes) {
  return {crypto::to_hex(crypto::view(crypto::sha256(bytes))), bytes.size()};
}

std::string blob_path(const std::string& folder, std::string_view sha256) {
  return folder + "/blobs/" + std::string(sha256.substr(0, kFolderDigits)) + "/" +
         std::string(sha256);
}

Result<BlobRef> put_blob(FileSystem& files, const std::string& folder, std::string_view bytes) {
  if (bytes.size() > kMaxBlobBytes) {
    return fail("PAC6216", std::to_string(bytes.size()) + " bytes are more than a ledger keeps (" +
                               std::to_string(kMaxBlobBytes) + ")");
  }
  BlobRef out = blob_ref(bytes);
  const std::string path = blob_path(folder, out.sha256);
  // Whether its name is durable is not known of a file that is merely there.
  if (read_blob(files, folder, out.sha256)) {
    auto file = files.open(path);
    if (!file) return std::unexpected(file.error());
    if (const auto synced = (*file)->sync_data(); !synced) return std::unexpected(synced.error());
    const auto named = files.sync_folder(folder_of(path));
    return named ? Result<BlobRef>(std::move(out)) : std::unexpected(named.error());
  }
  if (const auto made = files.make_folders(folder_of(path)); !made) {
    return std::unexpected(made.error());
  }
  if (const auto written = replace_file(files, path, bytes); !written) {
    return std::unexpected(written.error());
  }
  for (const std::string& above : {folder + "/blobs", folder}) {
    if (const auto synced = files.sync_folder(above); !synced) {
      return std::unexpected(synced.error());
    }
  }
  return out;
}

Result<std::string> read_blob(FileSystem& files, const std::string& folder,
                              std::string_view sha256) {
  if (!is_digest(sha256)) return fail("PAC6216", "an entry names a blob by what is no digest");
  const std::string path = blob_path(folder, sha256);
  if (!files.exists(path)) {
    return fail("PAC6215", "the blob " + std::string(sha256) + " is not there");
  }
  Result<std::string> bytes = read_whole(files, path, kMaxBlobBytes);
  if (!bytes) return bytes;
  if (blob_ref(*bytes).sha256 != sha256) {
    return fail("PAC6216", "the blob " + std::string(sha256) + " was changed");
  }
  return bytes;
}

}  // namespace pac::ledger
