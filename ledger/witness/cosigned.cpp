#include "ledger/witness/cosigned.h"

#include "ledger/file/folder_tiles.h"
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
    const auto bad = [&](std::uint64_t index, const std::string& what) {
      out.findings.push_back({stream, index, what});
    };
    const auto head = read_cosigned(files, folder, stream, keys);
    if (!head) {
      if (head.error().code == "PAC6201") return std::unexpected(head.error());
      bad(0, "the cosigned checkpoint can't be believed: " + head.error().message);
      continue;
    }
    if (!*head) {
      if (policy != nullptr && policy->needs_any()) bad(0, "no witness has cosigned this stream");
      continue;
    }
    const std::uint64_t size = (*head)->checkpoint.size;
    const FolderTiles tiles(files, stream_folder(folder, stream));
    if (size > 0) {
      const auto published =
          read_whole(files, stream_folder(folder, stream) + "/checkpoint", kMaxNoteBytes);
      const auto newest =
          published ? open_checkpoint(*published, keys) : std::unexpected(published.error());
      if (newest && newest->size < size) {
        bad(newest->size, "witnesses cosigned " + std::to_string(size) +
                              " entries: the ledger was put back to an earlier state");
        continue;
      }
      if (newest) {
        const auto root = Tree(tiles, newest->size).root(size);
        if (root && *root != (*head)->checkpoint.root) {
          bad(0, "witnesses cosigned another root of " + std::to_string(size) +
                     " entries: the ledger was written anew");
          continue;
        }
      }
    }
    WitnessedStream seen{stream, size, {}};
    if (policy != nullptr) {
      const auto note = decode_note((*head)->note);
      auto cosigned = note ? verify_cosigned(*note, *policy) : std::unexpected(note.error());
      if (!cosigned) {
        bad(size, cosigned.error().message);
        continue;
      }
      seen.by = std::move(*cosigned);
    }
    out.streams.push_back(std::move(seen));
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
