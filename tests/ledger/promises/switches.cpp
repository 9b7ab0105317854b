#include "tests/ledger/promises/switches.h"

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/file/clock.h"
#include "ledger/pg/columns.h"
#include "ledger/record/idempotency.h"
#include "runtime/base/result.h"
#include "runtime/crypto/ed25519.h"

// The names as the linker has them: __real_NAME is the product's function, __wrap_NAME ours.
#define PAC_WRAPPED(name, result, function, ...)               \
  result real_##function(__VA_ARGS__) __asm__("__real_" name); \
  result wrapped_##function(__VA_ARGS__) __asm__("__wrap_" name);

namespace pac::ledger::test {

Switches& switches() {
  static Switches the_switches;
  return the_switches;
}

using Views = Result<std::vector<std::string_view>>;
using Hashes = std::vector<Hash>;

PAC_WRAPPED("_ZN3pac6ledger10entries_ofESt17basic_string_viewIcSt11char_traitsIcEEmb", Views,
            entries_of, std::string_view bundle, std::size_t count, bool is_exact)
PAC_WRAPPED("_ZN3pac6ledger9leaf_hashESt17basic_string_viewIcSt11char_traitsIcEE", Hash, leaf_hash,
            std::string_view entry)
PAC_WRAPPED(
    "_ZN3pac6ledger11leaf_hashesESt4spanIKSt17basic_string_viewIcSt11char_traitsIcEELm184467440737"
    "09551615EE",
    Hashes, leaf_hashes, std::span<const std::string_view> entries)
PAC_WRAPPED("_ZN3pac6crypto6sha256ESt17basic_string_viewIcSt11char_traitsIcEE", Hash, sha256,
            std::string_view bytes)
PAC_WRAPPED(
    "_ZN3pac6crypto6verifyERKSt5arrayIhLm32EESt17basic_string_viewIcSt11char_traitsIcEERKS1_"
    "IhLm64EE",
    bool, verify, const crypto::PublicKey& key, std::string_view message,
    const crypto::Signature& signature)
PAC_WRAPPED("_ZN3pac6ledger17was_written_wholeESt17basic_string_viewIcSt11char_traitsIcEE", bool,
            was_written_whole, std::string_view bytes)
PAC_WRAPPED("_ZN3pac6ledger2pg12ColumnReader4readESt17basic_string_viewIcSt11char_traitsIcEE",
            const pg::Columns&, read_columns, pg::ColumnReader* reader, std::string_view body)
PAC_WRAPPED("_ZN3pac6ledger11StreamClock7next_usEv", std::int64_t, next_us, StreamClock* clock)
PAC_WRAPPED("_ZNK3pac6ledger16IdempotencyIndex4findERKNS0_11RequestNameE",
            const IdempotencyIndex::Known*, find_key, const IdempotencyIndex* index,
            const RequestName& name)

Views wrapped_entries_of(std::string_view bundle, std::size_t count, bool is_exact) {
  if (!std::exchange(switches().flips_next_batch, false)) {
    return real_entries_of(bundle, count, is_exact);
  }
  static std::string given;
  given = bundle;
  // The frame's own memory, which is nobody's constant.
  const_cast<char&>(bundle[bundle.size() / 2]) ^= 1;
  return real_entries_of(switches().hashes_what_was_given ? given : bundle, count, is_exact);
}

Hash wrapped_leaf_hash(std::string_view entry) {
  const auto found = switches().believed_leaves.find(entry);
  return found == switches().believed_leaves.end() ? real_leaf_hash(entry) : found->second;
}

Hashes wrapped_leaf_hashes(std::span<const std::string_view> entries) {
  Hashes out = real_leaf_hashes(entries);
  for (std::size_t i = 0; i < out.size() && !switches().believed_leaves.empty(); ++i) {
    const auto found = switches().believed_leaves.find(entries[i]);
    if (found != switches().believed_leaves.end()) out[i] = found->second;
  }
  return out;
}

Hash wrapped_sha256(std::string_view bytes) {
  const auto found = switches().believed_digests.find(bytes);
  return found == switches().believed_digests.end() ? real_sha256(bytes) : found->second;
}

bool wrapped_verify(const crypto::PublicKey& key, std::string_view message,
                    const crypto::Signature& signature) {
  return switches().believes_signatures || real_verify(key, message, signature);
}

bool wrapped_was_written_whole(std::string_view bytes) {
  return !switches().takes_decay_for_a_torn_end && real_was_written_whole(bytes);
}

const pg::Columns& wrapped_read_columns(pg::ColumnReader* reader, std::string_view body) {
  const pg::Columns& said = real_read_columns(reader, body);
  if (switches().believed_function && body == switches().believed_body) {
    // The reader's own, which it writes anew at each call.
    const_cast<pg::Columns&>(said).function = *switches().believed_function;
  }
  return said;
}

std::int64_t wrapped_next_us(StreamClock* clock) {
  return switches().clock_us ? *switches().clock_us : real_next_us(clock);
}

const IdempotencyIndex::Known* wrapped_find_key(const IdempotencyIndex* index,
                                                const RequestName& name) {
  return switches().forgets_keys ? nullptr : real_find_key(index, name);
}

}  // namespace pac::ledger::test
