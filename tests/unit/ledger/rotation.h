// A ledger whose key is exchanged, on files that can be made to fail; verified by one thread and by
// several.
#pragma once

#include <gtest/gtest.h>

#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger::test {

inline const std::string kFolder = "ledger";
inline const std::string kStream = "ledger/streams/0001";
inline constexpr const char* kName = "log.example/keys";
inline constexpr const char* kStreamName = "log.example/keys/1";

inline crypto::SigningKey key(std::uint8_t first) {
  crypto::Seed seed{};
  seed[0] = first;
  return *crypto::SigningKey::from_seed(seed);
}

class RotationTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(init_store(files_, kFolder, {kName, ledger_key().public_key()}));
  }
  std::unique_ptr<Store> open(const crypto::SigningKey& with, StreamLimits limits = {}) {
    auto store = Store::open(files_, kFolder, with, surroundings(), limits);
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  void append(Store& store, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string entry = "entry-" + std::to_string(++written_) + ".";
      const std::string_view view = entry;
      ASSERT_TRUE(store.append(std::span(&view, 1)));
    }
  }
  VerifiedStore verify(const crypto::SigningKey& with = ledger_key(),
                       const std::vector<KeyRevocation>& revoked = {},
                       const std::vector<crypto::PublicKey>& also = {}) {
    auto out = verify_store(files_, kFolder, with.public_key(), {}, {}, {also, revoked}, 1);
    EXPECT_TRUE(out);
    const auto shared =
        verify_store(files_, kFolder, with.public_key(), {}, {}, {also, revoked}, 3);
    EXPECT_TRUE(shared);
    EXPECT_EQ(said(*out), said(*shared)) << "what is found must not depend on threads";
    return std::move(*out);
  }
  static std::string said(const VerifiedStore& report) {
    std::string out;
    const auto number = [&](std::uint64_t n) { out += std::to_string(n) + " "; };
    for (const VerifiedStream& stream : report.streams) {
      number(stream.size);
      number(stream.checkpoints);
    }
    for (const LedgerFinding& finding : report.findings) {
      number(finding.stream);
      number(finding.index);
      out += finding.what + "\n";
    }
    for (const VerifiedKey& key : report.keys) {
      number(key.period.from);
      number(key.period.until);
      number(key.usage.checkpoints);
      number(key.usage.last_size);
      out += key.verifier + "\n";
    }
    return out;
  }
  std::size_t lines_of_checkpoint(const std::string& checkpoint) {
    return decode_note(checkpoint)->signatures.size();
  }
  // Writes the stream anew with other entries, as a thief with the key would: the tree, the frames,
  // the checkpoints and all that is derived.
  void write_anew(const crypto::SigningKey& with, int entries, const std::string& text) {
    for (const std::string& path : files_.paths()) {
      if (!path.starts_with(kFolder + "/streams")) continue;
      ASSERT_TRUE(files_.remove(path));
    }
    StoreSettings plain;
    plain.origin = kName;
    plain.key = with.public_key();
    ASSERT_TRUE(write_settings(files_, kFolder, plain));
    auto store = open(with);
    ASSERT_TRUE(store);
    for (int i = 0; i < entries; ++i) {
      const std::string entry = text + std::to_string(i);
      const std::string_view view = entry;
      ASSERT_TRUE(store->append(std::span(&view, 1)));
    }
    ASSERT_TRUE(store->publish());
  }

  FaultyFiles files_{1};
  int written_ = 0;
};

}  // namespace pac::ledger::test
