#include "ledger/witness/cosigned.h"

#include "ledger/file/folder_tiles.h"
#include "ledger/file/verify_witnesses.h"
#include "ledger/file/witnessing.h"
#include "ledger/log/limits.h"
#include "ledger/log/tree.h"

namespace pac::ledger {
namespace {

std::string cosigned_path(const std::string& stream) { return stream + "/" + kCosignedFile; }

Result<std::optional<CosignedHead>> read_cosigned(FileSystem& files, const std::string& folder,
                                                  std::uint32_t stream, const StreamKeys& keys) {
  const std::string path = cosigned_path(stream_folder(folder, stream));
  if (!files.exists(path)) return std::nullopt;
  auto note = read_whole(files, path, kMaxNoteBytes);
  if (!note) return std::unexpected(note.error());
  auto checkpoint = open_checkpoint(*note, keys);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  return CosignedHead{std::move(*note), std::move(*checkpoint)};
}

}  // namespace

Result<std::optional<CosignedHead>> read_cosigned(FileSystem& files, const std::string& folder,
                                                  const StoreSettings& settings,
                                                  std::uint32_t stream) {
  return read_cosigned(files, folder, stream, stream_keys(settings, stream));
}

Result<void> keep_cosigned(FileSystem& files, const std::string& stream, const std::string& note,
                           const std::vector<NoteSignature>& lines, const WitnessPolicy* policy) {
  auto next = decode_note(note);
  if (!next) return std::unexpected(next.error());
  const std::string path = cosigned_path(stream);
  std::optional<Note> before;
  if (files.exists(path)) {
    const auto bytes = read_whole(files, path, kMaxNoteBytes);
    if (!bytes) return std::unexpected(bytes.error());
    // A damaged one is replaced: what it said can be had again.
    if (auto old = decode_note(*bytes)) before = std::move(*old);
  }
  if (before && before->text == next->text) *next = *before;
  add_signatures(lines, &*next);
  if (before && policy != nullptr && verify_cosigned(*before, *policy) &&
      !verify_cosigned(*next, *policy)) {
    return {};
  }
  return replace_file(files, path, encode(*next));
}

Result<VerifiedWitnesses> verify_witnesses(FileSystem& files, const std::string& folder,
                                           const VerifiedStore& verified,
                                           const WitnessPolicy* policy) {
  VerifiedWitnesses out;
  for (const auto& [stream, keys] : verified.signers) {
    const std::string path = stream_folder(folder, stream);
    CosignedCheck check(stream, policy, &out.findings);
    if (files.exists(cosigned_path(path))) {
      const auto note = read_whole(files, cosigned_path(path), kMaxNoteBytes);
      if (!note) return std::unexpected(note.error());
      const auto published = read_whole(files, path + "/checkpoint", kMaxNoteBytes);
      const auto newest =
          published ? open_checkpoint(*published, keys) : std::unexpected(published.error());
      const FolderTiles tiles(files, path);
      const auto root_of = [&](std::uint64_t size) -> std::optional<Hash> {
        if (!newest) return std::nullopt;
        const auto root = Tree(tiles, newest->size).root(size);
        return root ? std::optional(*root) : std::nullopt;
      };
      check.take({*note, {}, {}}, keys, newest ? std::optional(newest->size) : std::nullopt,
                 root_of);
    }
    if (auto seen = check.finish()) out.streams.push_back(std::move(*seen));
  }
  return out;
}

Result<std::optional<WitnessPolicy>> read_store_policy(FileSystem& files,
                                                       const std::string& folder) {
  const std::string path = folder + "/" + kPolicyFile;
  if (!files.exists(path)) return std::nullopt;
  const auto text = read_whole(files, path, kMaxPolicyBytes);
  if (!text) return std::unexpected(text.error());
  auto policy = read_policy(*text);
  if (!policy) return fail(policy.error().code, path + ": " + policy.error().message);
  return std::move(*policy);
}

}  // namespace pac::ledger
