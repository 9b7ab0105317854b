#include "ledger/log/bundle.h"

#include "ledger/log/limits.h"
#include "runtime/base/check.h"

namespace pac::ledger {

void append_entry(std::string_view entry, std::string* bundle) {
  PAC_CHECK(entry.size() <= kMaxEntryBytes, "the length of an entry fits two bytes");
  bundle->push_back(static_cast<char>(entry.size() >> 8));
  bundle->push_back(static_cast<char>(entry.size() & 0xFF));
  bundle->append(entry);
}

Result<std::vector<std::string_view>> entries_of(std::string_view bundle, std::size_t count,
                                                 bool is_exact) {
  std::vector<std::string_view> out;
  out.reserve(count);
  std::size_t at = 0;
  while (out.size() < count) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bundle[at + i]); };
    const std::size_t left = bundle.size() - at;
    const std::size_t length = left < 2 ? 0 : std::size_t{byte(0)} << 8 | byte(1);
    if (left < 2 || left - 2 < length) {
      return fail("PAC6105", "a bundle of entries ends within entry " + std::to_string(out.size()) +
                                 " of " + std::to_string(count));
    }
    out.push_back(bundle.substr(at + 2, length));
    at += 2 + length;
  }
  if (is_exact && at != bundle.size()) {
    return fail("PAC6105", "a bundle of " + std::to_string(count) + " entries has " +
                               std::to_string(bundle.size() - at) + " bytes behind the last");
  }
  return out;
}

}  // namespace pac::ledger
