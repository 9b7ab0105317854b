// Boxes: the personal data of one subject in one entry, under the key of that subject
// (docs/ledger_format.md, Boxes). Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "ledger/log/hash.h"
#include "runtime/base/result.h"
#include "runtime/crypto/aead.h"

namespace pac::ledger {

// What a box is bound to, as the entry has it: elsewhere it does not open.
struct BoxPlace {
  std::string_view origin;
  std::string_view schema;
  std::string_view nonce;  // of the entry
  std::string_view subject;
};

struct SealedBox {
  std::string bytes;
  Hash hash{};  // of salt and contents
};

// PAC0141.
[[nodiscard]] Result<SealedBox> seal_box(const crypto::AeadKey& key, const BoxPlace& place,
                                         std::string_view contents);
// PAC6605: the key does not open it at that place, or it opens to other contents than those whose
// hash was recorded.
[[nodiscard]] Result<std::string> open_box(const crypto::AeadKey& key, const BoxPlace& place,
                                           std::string_view bytes, const Hash& hash);

}  // namespace pac::ledger
