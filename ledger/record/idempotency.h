// Which keys of tenants and callers were answered, and where: a retry gets the recorded answer, and
// the same key with another request is refused. Kept in memory, read from the ledger when it is
// opened. Belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ledger/file/store.h"
#include "ledger/io/file_system.h"

namespace pac::ledger {

struct EntryPlace {
  std::uint32_t stream = 0;
  std::uint64_t index = 0;
};

// What a key belongs to: the same key of another tenant or caller names another request.
struct RequestName {
  std::string_view tenant, caller, key;
};
// As one text; no two of them have the same.
std::string text_of(const RequestName& name);

class IdempotencyIndex {
 public:
  struct Known {
    std::string request;  // HMAC of the request, hexadecimal
    EntryPlace place;
  };

  // All decisions of the ledger that have a key. PAC6201, PAC6217.
  [[nodiscard]] Result<void> read(FileSystem& files, const std::string& folder);
  // Null: nobody asked with this key.
  const Known* find(const RequestName& name) const;
  void add(const RequestName& name, Known known);
  std::size_t size() const { return known_.size(); }

 private:
  std::unordered_map<std::string, Known> known_;
};

// The key under which requests are hashed, so that nobody else can find out a request by trying
// all; made where there is none. PAC6201.
[[nodiscard]] Result<std::string> request_key(FileSystem& files, const std::string& folder);

}  // namespace pac::ledger
