#include "ledger/archive/contents.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "ledger/log/limits.h"
#include "ledger/log/note.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::int64_t kFormatWithKeys = 2;
constexpr std::size_t kStreamDigits = 4;
constexpr std::string_view kIndex = "index ";

std::unexpected<Error> malformed(const std::string& what) { return fail("PAC6702", what); }

std::optional<std::uint64_t> number_in(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_int() && value->as_int() >= 0) return static_cast<std::uint64_t>(value->as_int());
  if (!value->is_string()) return std::nullopt;  // exact_int writes large ones so
  std::uint64_t out = 0;
  const std::string& digits = value->as_string();
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, out);
  return error == std::errc() && stop == end ? std::optional(out) : std::nullopt;
}

json::Value number(std::uint64_t value) {
  return json::Value::exact_int(static_cast<std::int64_t>(value));
}

// The streams, those of which only the keys are there, and that none is missing between them.
Result<void> read_streams(const json::Value& description, ArchiveFacts* out) {
  std::set<std::uint32_t> numbers;
  const auto take = [&](const json::Value& one, ArchivedStream* stream) {
    const auto index = number_in(one, "stream"), size = number_in(one, "size");
    if (!index || !size || *index < 1 || *index > 9'999 || *size > kMaxTreeSize ||
        !numbers.insert(static_cast<std::uint32_t>(*index)).second) {
      return false;
    }
    stream->number = static_cast<std::uint32_t>(*index);
    stream->size = *size;
    return true;
  };
  const json::Value* streams = description.find("streams");
  for (const json::Value& one : streams->elements()) {
    ArchivedStream stream;
    const auto from = number_in(one, "from"), end = number_in(one, "end");
    if (!take(one, &stream) || !from || !end || *from > *end || *end > stream.size ||
        (!out->streams.empty() && out->streams.back().number >= stream.number)) {
      return malformed("it has a stream that is none");
    }
    stream.from = *from;
    stream.end = *end;
    out->streams.push_back(stream);
  }
  const json::Value* others = description.find("keys_of");
  if (others != nullptr && (!others->is_array() || !out->has_keys)) {
    return malformed("it has a stream that is none");
  }
  if (others != nullptr) {
    for (const json::Value& one : others->elements()) {
      ArchivedStream stream;
      if (!take(one, &stream) ||
          (!out->keys_of.empty() && out->keys_of.back().number >= stream.number)) {
        return malformed("it has a stream that is none");
      }
      out->keys_of.push_back({stream.number, stream.size});
    }
  }
  if (out->has_keys && !numbers.empty() && *numbers.rbegin() != numbers.size()) {
    return malformed("a stream is missing, without which keys can't be followed");
  }
  return {};
}

constexpr std::string_view kPage = R"(# Verifying this archive

It holds a part of a ledger that pac wrote: recorded decisions, the hashes of a Merkle tree over them,
and the signed root. Nobody who verifies has to believe who made it; he needs the key of the ledger,
taken from its owner by another way than with this file.

With pac:

    pac ledger verify FILE.zip --verifier KEY

and, to see that witnesses have cosigned it, `--witness KEY` for each whom you trust.

Without pac: `streams/NNNN/` is a tile log as C2SP describes it (c2sp.org/tlog-tiles, tlog-checkpoint,
signed-note), hashed as RFC 6962 says. A program of some 200 lines on Go's `golang.org/x/mod/sumdb` does it.

| member | |
|---|---|
| `archive.json` | what is in here: the origin of the ledger and its key, and of each stream the size of its tree and which entries are there, `from` to, without, `end` |
| `streams/NNNN/checkpoint` | the signed root |
| `streams/NNNN/cosigned` | a checkpoint that witnesses have cosigned, where there is one |
| `streams/NNNN/tile/L/…` | the hashes of the tree |
| `streams/NNNN/tile/entries/…` | the entries, 256 in a file, each behind its length in two bytes |
| `streams/NNNN/entries.jsonl` | in an archive of one tenant, in place of tiles: his entries, one a line |
| `streams/NNNN/proofs.txt` | and for each of them its index and the hashes that lead from it to the signed root |
| `blobs/HH/DIGEST` | the policies that decided, and inputs too long for an entry, by their SHA-256 |

That an archive of one tenant has all of his entries can't be seen from it alone; that each of them is in the
ledger, unchanged, can.
)";

constexpr std::string_view kPageOfKeys = R"(# Verifying this archive

It holds a part of a ledger that pac wrote: recorded decisions, the hashes of a Merkle tree over them,
and the signed root. Nobody who verifies has to believe who made it; he needs the first key of the ledger,
or a later one, taken from its owner by another way than with this file; or the fingerprint of a trust list.

With pac:

    pac ledger verify FILE.zip --verifier KEY

or, with the people who answer for the ledger in the place of one key,

    pac ledger verify FILE.zip --trust LIST --trust-pin FINGERPRINT

where `--trust` may be left out if the list is in here, and, to see that witnesses have cosigned it, `--witness KEY` for each whom you trust.

Without pac: `streams/NNNN/` is a tile log as C2SP describes it (c2sp.org/tlog-tiles, tlog-checkpoint,
signed-note), hashed as RFC 6962 says. A program of some 400 lines on Go's `golang.org/x/mod/sumdb` does it.

The ledger exchanged its key. From the first key to the one that signed a checkpoint: go through the entries of
`keys.jsonl` and the checkpoints of `vouching/` in the order of their indices and sizes. An entry at index i that
introduces a key lets it sign trees of more than i entries, one that retires or revokes a key lets that one sign
trees of i entries at most. A key that was introduced counts from the first checkpoint on that has its entry and
is signed by a key that counts. The next stream begins with the keys that sign at the end of the one before.
A revoked key counts up to its pin, in a tree which the pinned one continues.

| member | |
|---|---|
| `archive.json` | what is in here: the origin of the ledger and its key, and of each stream the size of its tree and which entries are there, `from` to, without, `end`; `keys_of`: streams of which only the keys are here |
| `streams/NNNN/checkpoint` | the signed root |
| `streams/NNNN/cosigned` | a checkpoint that witnesses have cosigned, where there is one |
| `streams/NNNN/tile/L/…` | the hashes of the tree |
| `streams/NNNN/tile/entries/…` | the entries, 256 in a file, each behind its length in two bytes |
| `streams/NNNN/entries.jsonl` | in an archive of one tenant, in place of tiles: his entries, one a line |
| `streams/NNNN/proofs.txt` | and for each of them its index and the hashes that lead from it to the signed root |
| `streams/NNNN/keys.jsonl` | the entries that say which keys sign the stream, one a line |
| `streams/NNNN/keys.txt` | for each of them its index and the hashes that lead from it to the signed root |
| `streams/NNNN/vouching/SIZE` | an earlier checkpoint, of that size, in which a key vouches for the next |
| `streams/NNNN/continued/SIZE` | a proof that the signed tree continues the one of that size (RFC 9162, 2.1.4) |
| `trust.json` | a trust list, where the archive was made with one: whose keys count and which were revoked |
| `blobs/HH/DIGEST` | the policies that decided, and inputs too long for an entry, by their SHA-256 |

That a key was retired or revoked an archive of a part of the entries could leave out; a trust list says it too.
That an archive of one tenant has all of his entries can't be seen from it alone; that each of them is in the
ledger, unchanged, can.
)";

}  // namespace

std::string encode(const ArchiveFacts& facts) {
  json::Value streams = json::Value::array();
  for (const ArchivedStream& stream : facts.streams) {
    json::Value one = json::Value::object();
    one.set("end", number(stream.end));
    one.set("from", number(stream.from));
    one.set("size", number(stream.size));
    one.set("stream", number(stream.number));
    streams.push_back(std::move(one));
  }
  json::Value out = json::Value::object();
  out.set("format", facts.has_keys ? kFormatWithKeys : kFormat);
  out.set("key", crypto::to_hex(crypto::view(facts.key)));
  if (!facts.keys_of.empty()) {
    json::Value others = json::Value::array();
    for (const StreamOfKeys& stream : facts.keys_of) {
      json::Value one = json::Value::object();
      one.set("size", number(stream.size));
      one.set("stream", number(stream.number));
      others.push_back(std::move(one));
    }
    out.set("keys_of", std::move(others));
  }
  out.set("origin", facts.origin);
  out.set("streams", std::move(streams));
  if (facts.tenant) out.set("tenant", *facts.tenant);
  return json::canonical(out) + "\n";
}

Result<ArchiveFacts> decode_archive_facts(std::string_view text) {
  const auto value = json::parse(text);
  if (!value || !value->is_object()) return malformed("it is no JSON object");
  const json::Value* format = value->find("format");
  if (format == nullptr || !format->is_int() ||
      (format->as_int() != kFormat && format->as_int() != kFormatWithKeys)) {
    return malformed("its format is not supported; it needs another pac");
  }
  const json::Value* origin = value->find("origin");
  const json::Value* key = value->find("key");
  const json::Value* streams = value->find("streams");
  if (origin == nullptr || !origin->is_string() || !is_key_name(origin->as_string()) ||
      key == nullptr || !key->is_string() || streams == nullptr || !streams->is_array()) {
    return malformed("it has no origin, key or streams");
  }
  ArchiveFacts out;
  out.origin = origin->as_string();
  const auto bytes = crypto::array_from_hex<32>(key->as_string());
  if (!bytes) return malformed("its key is none");
  out.key = *bytes;
  if (const json::Value* tenant = value->find("tenant")) {
    if (!tenant->is_string()) return malformed("its tenant is none");
    out.tenant = tenant->as_string();
  }
  out.has_keys = format->as_int() == kFormatWithKeys;
  if (const auto read = read_streams(*value, &out); !read) return std::unexpected(read.error());
  // Written otherwise it would say the same in other bytes.
  if (encode(out) != text) return malformed("it is not written as pac writes it");
  return out;
}

std::string_view verify_page(bool has_keys) { return has_keys ? kPageOfKeys : kPage; }

std::string archived_stream_folder(std::uint32_t number_of_stream) {
  std::string digits = std::to_string(number_of_stream);
  if (digits.size() < kStreamDigits) digits.insert(0, kStreamDigits - digits.size(), '0');
  return "streams/" + digits;
}

std::string archived_blob(std::string_view sha256) {
  return "blobs/" + std::string(sha256.substr(0, 2)) + "/" + std::string(sha256);
}

std::vector<TileId> tiles_of(std::uint64_t size) {
  std::vector<TileId> out;
  for (unsigned level = 0; level < kTileLevels; ++level) {
    const std::uint64_t hashes = size >> (kTileHeight * level);
    if (hashes == 0) break;
    for (std::uint64_t n = 0; n * kTileWidth < hashes; ++n) {
      out.push_back({level, n, tile_width(level, n, size)});
    }
  }
  return out;
}

std::vector<BundleId> bundles_of(std::uint64_t size, std::uint64_t from, std::uint64_t end) {
  std::vector<BundleId> out;
  if (from >= end) return out;
  for (std::uint64_t n = from / kTileWidth; n * kTileWidth < end; ++n) {
    out.push_back({n, tile_width(0, n, size)});
  }
  return out;
}

std::string encode(const std::vector<ProvedLine>& proofs) {
  std::string out;
  for (const ProvedLine& one : proofs) {
    out += std::string(kIndex) + std::to_string(one.index) + "\n";
    for (const Hash& hash : one.proof) out += crypto::to_base64(crypto::view(hash)) + "\n";
  }
  return out;
}

Result<std::vector<ProvedLine>> decode_proofs(std::string_view text) {
  std::vector<ProvedLine> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return malformed("its last line has no end");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.starts_with(kIndex)) {
      ProvedLine one;
      const std::string_view digits = line.substr(kIndex.size());
      const char* const stop = digits.data() + digits.size();
      const auto [at, error] = std::from_chars(digits.data(), stop, one.index);
      if (error != std::errc() || at != stop || std::to_string(one.index) != digits ||
          (!out.empty() && out.back().index >= one.index)) {
        return malformed("its indices are not in order");
      }
      out.push_back(std::move(one));
      continue;
    }
    const auto hash = crypto::array_from_base64<32>(line);
    if (!hash || out.empty() || out.back().proof.size() == kMaxProofHashes) {
      return malformed("a line is neither an index nor a hash");
    }
    out.back().proof.push_back(*hash);
  }
  return out;
}

}  // namespace pac::ledger
