// Logs of ours, verified by Go's packages; damaged ones, refused by them.
#include "tests/ledger/third_party.h"
#include "ledger/archive/write.h"
#include "ledger/file/store.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger::test {
namespace {

// An embedded store in the folder, and archives of it.
class StoresOfOurs : public ThirdParty {
 protected:
  std::unique_ptr<Store> new_store() {
    const auto made = init_store(*files_, folder_.string(), settings_);
    EXPECT_TRUE(made) << made.error().message;
    return made ? open() : nullptr;
  }
  std::unique_ptr<Store> open() {
    auto store = Store::open(*files_, folder_.string(), ledger_key(), surroundings());
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  static void append(Store& store, std::uint64_t count) {
    std::vector<std::string> batch;
    for (std::uint64_t i = 0; i < count; ++i) batch.push_back(entry(i));
    const std::vector<std::string_view> views(batch.begin(), batch.end());
    ASSERT_TRUE(store.append(views));
  }
  std::string first_key() const { return verifier_text(stream_key(settings_, 1)); }

  std::string archived(Store& store) {
    EXPECT_TRUE(store.publish());
    const auto archive = write_archive(*files_, folder_.string(), {});
    EXPECT_TRUE(archive) << archive.error().message;
    return archive.value_or("");
  }
  // By who has the first key alone.
  int verify_archive(const std::string& archive) {
    const fs::path path = folder_ / "evidence.zip";
    write(path, archive);
    return verify({}, path.string() + ":streams/0001", first_key());
  }

  const std::unique_ptr<FileSystem> files_ = posix_file_system();
  const StoreSettings settings_{"bank.example/credit", ledger_key().public_key()};
};

TEST_F(ThirdParty, VerifiesALog) {
  make(10'000, {1, 255, 256, 4'097, 9'999}, {0, 255, 256, 5'000, 9'983, 9'999});
  std::vector<std::string> more;
  for (const int old : {1, 255, 256, 4'097, 9'999}) {
    more.push_back("checkpoint:" + checkpoint(static_cast<std::uint64_t>(old)).string());
  }
  for (const int index : {0, 255, 256, 5'000, 9'983, 9'999}) {
    more.push_back("receipt:" + receipt(static_cast<std::uint64_t>(index)).string());
  }
  EXPECT_EQ(verify(more), 0) << said_;
  EXPECT_EQ(said_, "10000 entries, 50 proofs, 11 other files\n");
}

TEST_F(ThirdParty, VerifiesSizesAtTheEdgesOfTiles) {
  for (const std::uint64_t size : {1, 255, 256, 257, 512}) {
    fs::remove_all(folder_);
    make(size, {1}, {size - 1});
    EXPECT_EQ(
        verify({"checkpoint:" + checkpoint(1).string(), "receipt:" + receipt(size - 1).string()}),
        0)
        << size << ": " << said_;
  }
}

// The folder of a stream is such a log as it lies there, at each publishing.
TEST_F(StoresOfOurs, VerifiesAnEmbeddedStore) {
  ASSERT_NE(new_store(), nullptr);
  const fs::path stream = stream_folder(folder_.string(), 1);
  std::vector<std::string> older;
  for (const std::uint64_t each : {1, 200, 400, 9'000}) {
    const auto store = open();
    ASSERT_NE(store, nullptr);
    for (std::uint64_t left = each; left > 0; left -= std::min<std::uint64_t>(left, 300)) {
      append(*store, std::min<std::uint64_t>(left, 300));
    }
    ASSERT_TRUE(store->publish());
    EXPECT_EQ(verify(older, stream.string(), first_key()), 0) << said_;
    const fs::path kept = folder_ / ("kept-" + std::to_string(each));
    fs::copy_file(stream / "checkpoint", kept);
    older.push_back("checkpoint:" + kept.string());
  }
  EXPECT_EQ(said_, "9602 entries, 50 proofs, 3 other files\n");
}

// And so is the stream in an evidence archive; one whose bytes were changed is refused.
TEST_F(StoresOfOurs, VerifiesAnEvidenceArchive) {
  const auto store = new_store();
  ASSERT_NE(store, nullptr);
  append(*store, 1'000);
  const std::string archive = archived(*store);
  EXPECT_EQ(verify_archive(archive), 0) << said_;
  EXPECT_EQ(said_, "1001 entries, 48 proofs, 0 other files\n");
  std::string bad = archive;
  bad[bad.find("{\"n\":500}") + 5] = '6';
  EXPECT_EQ(verify_archive(bad), 1) << said_;
}

// Of a ledger whose key was exchanged twice, by who has the first key alone; a forged step is
// found.
TEST_F(StoresOfOurs, FollowsTheKeysOfAnArchive) {
  const auto store = new_store();
  ASSERT_NE(store, nullptr);
  for (int i = 0; i < 3; ++i) {
    append(*store, 300);
    if (i == 2) break;
    crypto::Seed seed{};
    seed[0] = static_cast<std::uint8_t>(77 + i);
    ASSERT_TRUE(store->rotate(*crypto::SigningKey::from_seed(seed), "yearly"));
    ASSERT_TRUE(store->retire("yearly"));
  }
  const std::string archive = archived(*store);
  EXPECT_EQ(verify_archive(archive), 0) << said_;
  EXPECT_EQ(said_, "905 entries, 48 proofs, 0 other files\n");
  std::string bad = archive;
  const std::size_t at = bad.find("\"event\":\"introduce\"");
  ASSERT_NE(at, bad.npos);
  bad[at + 10] = 'x';
  EXPECT_EQ(verify_archive(bad), 1) << said_;
}

// By the line of an ECDSA key alone.
TEST_F(StoresOfOurs, VerifiesTheLineOfAnEcdsaKey) {
  const auto store = new_store();
  ASSERT_NE(store, nullptr);
  const auto second = *crypto::EcdsaKey::generate();
  ASSERT_TRUE(store->also_sign(second, true, "hardware"));
  append(*store, 1);
  ASSERT_TRUE(store->publish());
  const std::string stream = stream_folder(folder_.string(), 1);
  const std::string origin = stream_origin(store->settings().origin, 1);
  EXPECT_EQ(verify({}, stream, verifier_text(EcdsaNoteKey{origin, second.public_key()})), 0)
      << said_;
  EXPECT_EQ(verify({}, stream, first_key()), 0) << said_;
  const auto other = *crypto::EcdsaKey::generate();
  EXPECT_EQ(verify({}, stream, verifier_text(EcdsaNoteKey{origin, other.public_key()})), 1)
      << said_;
}

TEST_F(ThirdParty, RefusesWhatWasChanged) {
  make(600, {300}, {299});
  const std::vector<std::string> more = {"checkpoint:" + checkpoint(300).string(),
                                         "receipt:" + receipt(299).string()};
  ASSERT_EQ(verify(more), 0) << said_;
  for (const fs::path& path :
       {folder_ / "checkpoint", folder_ / "tile/0/001", folder_ / "tile/0/002.p/88",
        folder_ / "tile/1/000.p/2", folder_ / "tile/entries/001", checkpoint(300), receipt(299)}) {
    const std::string good = read(path);
    std::string bad = good;
    char& changed = bad[bad.size() / 2 + 2];
    changed = changed == 'x' ? 'y' : 'x';
    write(path, bad);
    EXPECT_EQ(verify(more), 1) << path << ": " << said_;
    write(path, good);
  }
  EXPECT_EQ(verify(more), 0) << said_;
}

}  // namespace
}  // namespace pac::ledger::test
