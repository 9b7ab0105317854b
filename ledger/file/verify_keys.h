// What verifying a ledger says of its keys, over all of its streams: shared by the embedded store
// and the one in PostgreSQL. Pure functions; any thread.
#pragma once

#include "ledger/file/verify.h"

namespace pac::ledger {

// The settings to begin with for whoever believes `key`: the key itself is the first one, unless
// the settings say that it was introduced later.
StoreSettings start_from(const StoreSettings& settings, const crypto::PublicKey& key);

// With which keys a stream begins, as the settings say: for where the stream before it can't be
// read to its end.
StreamKeys beginning_keys(StoreSettings settings, std::uint32_t number);

// What a stream that begins a reading is watched with, for whoever believes `key`.
KeyWatch watch_from(const StoreSettings& start, std::uint32_t number, const crypto::PublicKey& key,
                    const KeyTrust& trust);

// What is wrong where only keys signed that whoever believes a later one does not believe.
std::string unsupported_text();

// What is wrong where a reader asks for a further line by that key and the stream names another one
// or none at that size; empty: nothing. The name of the key does not count, it is of some stream.
std::string also_fault(const StreamKeys& keys, const EcdsaNoteKey& also, std::uint64_t size);

// Adds the keys of a stream that was read.
void note_keys(const KeyWatch& watch, std::uint32_t number, VerifiedStore* out);

// Applies revocations to the streams before the one that they stand in. `newest` is that of the
// last stream; null: it was not read to its end.
void find_late_pins(const KeyWatch* newest, VerifiedStore* out);

// Where a later key is believed: that it has signed.
void find_unsigned(const StoreSettings& start, const crypto::PublicKey& key, VerifiedStore* out);

}  // namespace pac::ledger
