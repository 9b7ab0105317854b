#include "ledger/record/idempotency.h"

#include <array>

#include "ledger/file/read_entries.h"
#include "ledger/record/entry_view.h"
#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kRequestKeyBytes = 32;

}  // namespace

std::string text_of(const RequestName& name) {
  // The lengths keep parts from being read as others.
  std::string out = std::to_string(name.tenant.size()) + ":";
  out += name.tenant;
  out += std::to_string(name.caller.size()) + ":";
  out += name.caller;
  out += name.key;
  return out;
}

const IdempotencyIndex::Known* IdempotencyIndex::find(const RequestName& name) const {
  const auto found = known_.find(text_of(name));
  return found == known_.end() ? nullptr : &found->second;
}

void IdempotencyIndex::add(const RequestName& name, Known known) {
  known_.emplace(text_of(name), std::move(known));
}

Result<void> IdempotencyIndex::read(FileSystem& files, const std::string& folder) {
  const auto streams = streams_of(files, folder);
  if (!streams) return std::unexpected(streams.error());
  EntryReader reader;
  EntryView view;
  ObjectView inner;
  for (const std::uint32_t stream : *streams) {
    const auto take = [&](std::uint64_t index, std::string_view entry) {
      if (entry.find("\"idempotency\":{") == entry.npos) return true;
      if (!reader.read(entry, &view) || view.kind != "decision") return true;
      if (!inner.read(view.idempotency)) return true;
      const std::string tenant = text_of(view.tenant), caller = text_of(view.caller);
      const std::string key = text_of(inner.raw("key"));
      add({tenant, caller, key}, {text_of(inner.raw("request")), {stream, index}});
      return true;
    };
    const auto read = read_entries(files, stream_folder(folder, stream), 0, UINT64_MAX, take);
    // A damaged stream is closed; what it can still show counts.
    if (!read && read.error().code != "PAC6217") return read;
  }
  return {};
}

Result<std::string> request_key(FileSystem& files, const std::string& folder) {
  const std::string path = folder + "/request.key";
  if (files.exists(path)) {
    Result<std::string> text = read_whole(files, path, 4096);
    if (!text) return text;
    while (text->ends_with('\n')) text->pop_back();
    if (const auto bytes = crypto::from_hex(*text); bytes && bytes->size() == kRequestKeyBytes) {
      return *bytes;
    }
    return fail("PAC6209", path + " is damaged: it is the key under which requests are hashed");
  }
  std::array<std::uint8_t, kRequestKeyBytes> bytes;
  if (const auto drawn = crypto::random_bytes(bytes); !drawn) {
    return std::unexpected(drawn.error());
  }
  const std::string text = crypto::to_hex(crypto::view(bytes)) + "\n";
  if (const auto written = replace_file(files, path, text, true); !written) {
    return std::unexpected(written.error());
  }
  return std::string(crypto::view(bytes));
}

}  // namespace pac::ledger
