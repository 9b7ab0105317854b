// Keys of subjects: durable before they are used, gone when they are erased, and nowhere to be
// found once the epoch has ended: attacked with all that a thief of folders and backups can have.
#include "ledger/persons/subjects.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "ledger/persons/box.h"
#include "ledger/record/erasure.h"
#include "runtime/crypto/encoding.h"
#include "tests/sanitized.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger {
namespace {

using test::Fault;
using test::FaultyFiles;
using test::ledger_key;
using test::surroundings;

const std::string kFolder = "ledger";
const std::string kEpochs = "ledger.epoch";
const std::string kFile = "ledger/subjects";
constexpr std::int64_t kNow = 1'772'355'600'000'000;
const ErasureReason kReason{"asked for by letter", "desk"};

class SubjectsTest : public testing::Test {
 protected:
  void SetUp() override { make(); }
  void make() {
    ASSERT_TRUE(init_store(files_, kFolder, {"log.example/persons", ledger_key().public_key()}));
  }
  std::unique_ptr<Store> store() {
    auto opened = Store::open(files_, kFolder, ledger_key(), surroundings());
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  std::unique_ptr<Subjects> to_write() {
    auto opened = Subjects::open_to_write(files_, {kFolder, ""}, kNow);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  std::unique_ptr<Subjects> to_read() {
    auto opened = Subjects::open_to_read(files_, {kFolder, ""});
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  std::map<std::string, std::string> all_files() {
    std::map<std::string, std::string> out;
    for (const std::string& path : files_.paths()) out[path] = *files_.durable_bytes(path);
    return out;
  }
  void put(const std::string& path, const std::string& bytes) {
    ASSERT_TRUE(replace_file(files_, path, bytes));
  }

  FaultyFiles files_{1};
};

TEST_F(SubjectsTest, OnePersonHasOneSubjectInEachTenant) {
  std::string name;
  {
    const auto subjects = to_write();
    const auto ann = subjects->of_person("north", "ann");
    ASSERT_TRUE(ann);
    name = ann->name;
    EXPECT_EQ(name.size(), 32u);
    EXPECT_EQ(subjects->of_person("north", "ann")->name, name);
    EXPECT_EQ(subjects->of_person("north", "ann")->key.bytes, ann->key.bytes);
    EXPECT_NE(subjects->of_person("south", "ann")->name, name);
    EXPECT_NE(subjects->of_person("north", "bob")->name, name);
    // Lengths keep parts from being read as others.
    EXPECT_NE(subjects->of_person("", "northann")->name, name);
    EXPECT_NE(subjects->nameless()->name, subjects->nameless()->name);
    ASSERT_TRUE(subjects->sync());
  }
  files_.lose_power();
  const auto again = to_read();
  EXPECT_EQ(again->why_closed(), "");
  EXPECT_EQ(again->name_of("north", "ann"), name);
  EXPECT_FALSE(again->name_of("north", "carl"));
  EXPECT_EQ(again->living(), 6u);
}

TEST_F(SubjectsTest, NothingInTheFileSaysWhoOrWhat) {
  const auto subjects = to_write();
  const auto ann = subjects->of_person("north", "annabella");
  ASSERT_TRUE(subjects->sync());
  const std::string bytes = all_files()[kFile];
  EXPECT_EQ(bytes.find("annabella"), bytes.npos);
  EXPECT_EQ(bytes.find(crypto::view(ann->key.bytes)), bytes.npos);
  EXPECT_EQ(bytes.find(*crypto::from_hex(ann->name)), bytes.npos);
  // The key of the epoch is in no file of the folder.
  const std::string epoch = all_files()[kEpochs].substr(all_files()[kEpochs].size() - 65, 64);
  for (const auto& [path, text] : all_files()) {
    if (path == kEpochs) continue;
    EXPECT_EQ(text.find(epoch), text.npos) << path;
    EXPECT_EQ(text.find(*crypto::from_hex(epoch)), text.npos) << path;
  }
}

TEST_F(SubjectsTest, AnErasedOneIsGoneAndStaysSo) {
  const auto log = store();
  const auto subjects = to_write();
  const std::string ann = subjects->of_person("", "ann")->name;
  const std::string bob = subjects->of_person("", "bob")->name;
  ASSERT_TRUE(subjects->sync());
  const std::string before = all_files()[kFile];
  const auto index = erase_subject(*log, *subjects, ann, kReason);
  ASSERT_TRUE(index) << index.error().message;
  EXPECT_FALSE(subjects->key_of(ann));
  EXPECT_FALSE(subjects->name_of("", "ann"));
  EXPECT_TRUE(subjects->is_erased(ann));
  EXPECT_EQ(erase_subject(*log, *subjects, ann, kReason).error().code, "PAC6606");
  EXPECT_EQ(erase_subject(*log, *subjects, std::string(32, '0'), kReason).error().code, "PAC6604");
  EXPECT_NE(subjects->of_person("", "ann")->name, ann) << "who comes again is somebody new";
  ASSERT_TRUE(subjects->sync());
  const auto found = to_read();
  EXPECT_FALSE(found->key_of(ann));
  EXPECT_TRUE(found->is_erased(ann));
  EXPECT_TRUE(found->key_of(bob));

  // An older copy of the file is put back: what the ledger says is carried out before it opens.
  put(kFile, before);
  const auto restored = to_read();
  EXPECT_FALSE(restored->key_of(ann));
  EXPECT_TRUE(restored->is_erased(ann));
  EXPECT_TRUE(restored->key_of(bob));
  const auto written = to_write();
  EXPECT_FALSE(written->key_of(ann));
  EXPECT_EQ(read_subject_file(files_, kFile, *read_epochs(files_, kEpochs))->records.size(), 4u)
      << "the key of HMACs, bob, ann as erased, a mark";
}

TEST_F(SubjectsTest, WithoutTheEpochNothingOpensAndNothingIsMadeAnew) {
  const auto log = store();
  std::string ann;
  {
    const auto subjects = to_write();
    ann = subjects->of_person("", "ann")->name;
    ASSERT_TRUE(erase_subject(*log, *subjects, ann, kReason));
  }
  const std::string epochs = all_files()[kEpochs];
  files_.forget(kEpochs);
  const auto closed = to_read();
  EXPECT_NE(closed->why_closed().find(kEpochs), std::string::npos) << closed->why_closed();
  EXPECT_TRUE(closed->is_erased(ann)) << "the log says so";
  EXPECT_EQ(Subjects::open_to_write(files_, {kFolder, ""}, kNow).error().code, "PAC6602");
  put(kEpochs, "pac epochs 1\nepoch 1 never x\n");
  EXPECT_EQ(Subjects::open_to_write(files_, {kFolder, ""}, kNow).error().code, "PAC6602");
  put(kEpochs, epochs);
  EXPECT_TRUE(to_write());
  // Where boxes were recorded, keys that are lost are not silently begun anew.
  const std::string_view boxed = R"({"answer":{},"boxes":[{"box":"x"}],"kind":"decision"})";
  ASSERT_TRUE(log->append(std::span(&boxed, 1)));
  files_.forget(kFile);
  EXPECT_EQ(Subjects::open_to_write(files_, {kFolder, ""}, kNow).error().code, "PAC6603");
}

TEST_F(SubjectsTest, AnEpochEndsByItselfAfterThirtyDays) {
  const auto log = store();
  (void)to_write();
  const auto young = open_subjects(files_, {kFolder, ""}, *log, kNow + kMostEpochUs);
  ASSERT_TRUE(young);
  EXPECT_EQ((*young)->epoch(), 1u);
  const auto old = open_subjects(files_, {kFolder, ""}, *log, kNow + kMostEpochUs + 1);
  ASSERT_TRUE(old);
  EXPECT_EQ((*old)->epoch(), 2u);
  const auto entries = test::entries_of_stream(files_, kFolder, 1);
  EXPECT_NE(entries.back().find(R"("erase":{"began":2,"ended":1},"kind":"erase")"),
            std::string::npos)
      << entries.back();
}

// Whatever is cut short where: who lives keeps their key, who was erased has none, and after the
// next opening one epoch is left.
TEST_F(SubjectsTest, PowerMayGoAtAnyWriteOfAnErasureAndOfTheEndOfAnEpoch) {
  int cut = 0;
  for (std::uint64_t at = 1; at < 60; ++at) {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      files_ = FaultyFiles(seed * 1000 + at);
      make();
      std::string ann, bob;
      crypto::AeadKey key;
      bool is_erased = false;
      {
        const auto log = store();
        const auto subjects = to_write();
        ann = subjects->of_person("", "ann")->name;
        bob = subjects->of_person("", "bob")->name;
        key = *subjects->key_of(bob);
        ASSERT_TRUE(subjects->sync());
        files_.fail_at(at, Fault::power);
        is_erased = erase_subject(*log, *subjects, ann, kReason).has_value();
        if (is_erased) (void)end_epoch(*log, *subjects, kNow);
      }
      cut += files_.is_off() ? 1 : 0;
      files_.lose_power();
      const auto log = store();
      const auto subjects = to_write();
      ASSERT_NE(subjects, nullptr) << at << " " << seed;
      ASSERT_TRUE(subjects->key_of(bob)) << at << " " << seed;
      EXPECT_EQ(subjects->key_of(bob)->bytes, key.bytes);
      EXPECT_FALSE(is_erased && subjects->key_of(ann)) << at << " " << seed;
      EXPECT_NE(subjects->key_of(ann).has_value(), subjects->is_erased(ann));
      EXPECT_EQ(read_epochs(files_, kEpochs)->size(), 1u);
      ASSERT_TRUE(end_epoch(*log, *subjects, kNow));
      EXPECT_EQ(to_read()->key_of(bob)->bytes, key.bytes);
    }
  }
  EXPECT_GT(cut, 100) << "the writes of both are cut";
}

TEST_F(SubjectsTest, WhatWasNotMadeDurableWasNeverThere) {
  for (std::uint64_t at = 1; at < 4; ++at) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      files_ = FaultyFiles(seed * 100 + at);
      make();
      std::vector<std::string> durable;
      {
        const auto subjects = to_write();
        for (int i = 0; i < 5; ++i) {
          durable.push_back(subjects->of_person("", "d" + std::to_string(i))->name);
        }
        ASSERT_TRUE(subjects->sync());
        for (int i = 0; i < 20; ++i) (void)subjects->of_person("", "n" + std::to_string(i));
        files_.fail_at(at, Fault::power);
        (void)subjects->sync();
      }
      files_.lose_power();
      const auto subjects = to_write();
      for (const std::string& name : durable) EXPECT_TRUE(subjects->key_of(name));
      ASSERT_TRUE(subjects->of_person("", "later"));
      ASSERT_TRUE(subjects->sync());
    }
  }
}

TEST(LimitsOfALedger, Subjects) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("pac_subjects_limit_" + std::to_string(::getpid()));
  std::ofstream(path) << "pacsub01";
  std::filesystem::resize_file(path, kMaxSubjectFileBytes + 1);  // takes no room on the device
  const auto files = posix_file_system();
  EXPECT_EQ(read_subject_file(*files, path, {}).error().code, "PAC6201");
  std::filesystem::resize_file(path, 8);
  EXPECT_EQ(read_subject_file(*files, path, {}).error().code, "PAC6603");
  std::filesystem::remove(path);
}

// ---- The attack: every key that files have, tried on the box.

// All that could be a key in a text: 32 bytes anywhere, or 64 hexadecimal digits.
void keys_in(const std::string& text, std::vector<crypto::AeadKey>* out) {
  crypto::AeadKey key;
  for (std::size_t at = 0; at + 32 <= text.size(); ++at) {
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), 32, key.bytes.begin());
    out->push_back(key);
    if (at + 64 > text.size()) continue;
    if (const auto hex = crypto::array_from_hex<32>(std::string_view(text).substr(at, 64))) {
      key.bytes = *hex;
      out->push_back(key);
    }
  }
}

struct Box {
  BoxPlace place;
  SealedBox sealed;
};

// Whether files open the box: by a key in them, or by one that a key in them unwraps.
bool opens(const std::vector<std::string>& files, const Box& box) {
  std::vector<crypto::AeadKey> keys;
  for (const std::string& text : files) keys_in(text, &keys);
  const auto try_key = [&](const crypto::AeadKey& key) {
    return open_box(key, box.place, box.sealed.bytes, box.sealed.hash).has_value();
  };
  for (const crypto::AeadKey& key : keys) {
    if (try_key(key)) return true;
    for (const std::string& text : files) {
      if (!text.starts_with("pacsub01")) continue;
      FaultyFiles lone(1);
      EXPECT_TRUE(replace_file(lone, "s", text));
      Epoch epoch{0, 0, key};
      for (int i = 8; i < 16; ++i) {
        epoch.number = epoch.number << 8 | static_cast<std::uint8_t>(text[static_cast<size_t>(i)]);
      }
      // One record tells whether the key is right; only then all are read.
      EXPECT_TRUE(
          replace_file(lone, "s", text.substr(0, kSubjectHeaderBytes + kSubjectRecordBytes)));
      const auto first = read_subject_file(lone, "s", std::span(&epoch, 1));
      if (!first || first->records.empty()) continue;
      EXPECT_TRUE(replace_file(lone, "s", text));
      const auto all = read_subject_file(lone, "s", std::span(&epoch, 1));
      if (std::ranges::any_of(all->records,
                              [&](const SubjectRecord& record) { return try_key(record.key); })) {
        return true;
      }
    }
  }
  return false;
}

TEST_F(SubjectsTest, NoKeyAnywhereOpensTheBoxOnceTheEpochHasEnded) {
  const auto log = store();
  const auto subjects = to_write();
  const auto ann = *subjects->of_person("", "ann");
  ASSERT_TRUE(subjects->of_person("", "bob"));
  ASSERT_TRUE(subjects->sync());
  Box box{{"log.example/persons/1", "2", "n", ann.name}, {}};
  box.sealed = *seal_box(ann.key, box.place, R"({"/input/id":"ann"})");
  const std::string entry =
      "{\"boxes\":[{\"box\":\"" + crypto::to_base64(box.sealed.bytes) + "\"}]}";
  const std::string_view view = entry;
  ASSERT_TRUE(log->append(std::span(&view, 1)));
  ASSERT_TRUE(log->publish());
  const auto texts = [&](const std::map<std::string, std::string>& all, bool with_epochs) {
    std::vector<std::string> out;
    for (const auto& [path, text] : all) {
      if (with_epochs || path != kEpochs) out.push_back(text);
    }
    return out;
  };
  const auto backup = all_files();  // of the folder: the epoch is beside it
  EXPECT_FALSE(opens(texts(backup, false), box)) << "a copy of the folder alone opens nothing";
  EXPECT_TRUE(opens(texts(backup, true), box)) << "else the attack is none";

  ASSERT_TRUE(erase_subject(*log, *subjects, ann.name, kReason));
  auto now = texts(all_files(), true);
  EXPECT_FALSE(opens(now, box)) << "what is there after the erasure";
  const auto with_backup = [&] {
    auto out = texts(backup, false);
    for (const auto& [path, text] : all_files()) out.push_back(text);
    return out;
  };
  EXPECT_TRUE(opens(with_backup(), box)) << "the window that the documentation states";

  ASSERT_TRUE(end_epoch(*log, *subjects, kNow));
  EXPECT_FALSE(opens(with_backup(), box)) << "the erasure is complete";
  EXPECT_EQ(all_files().count(kEpochs + ".new"), 0u);
  EXPECT_EQ(all_files().count(kFile + ".new"), 0u);
  // And the older copy says why it is of no use.
  put(kFile, backup.at(kFile));
  EXPECT_NE(to_read()->why_closed().find("epoch 1"), std::string::npos) << to_read()->why_closed();
  EXPECT_EQ(Subjects::open_to_write(files_, {kFolder, ""}, kNow).error().code, "PAC6603");
}

// ---- The memory of this process.

constexpr std::uint8_t kMask = 0x5a;  // so that what is looked for is not found where it is kept

using Masked = std::array<std::uint8_t, 32>;
Masked masked(const crypto::AeadKey& key) {
  Masked out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = key.bytes[i] ^ kMask;
  return out;
}

// How often the bytes, or their hexadecimal digits, stand in what this process may write.
int copies_in_memory(const Masked& wanted) {
  static std::array<std::uint8_t, 1 << 16> piece;
  int found = 0;
  std::ifstream maps("/proc/self/maps");
  std::FILE* const memory = std::fopen("/proc/self/mem", "rb");
  constexpr char kHex[] = "0123456789abcdef";
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t from = 0, to = 0;
    char rights[5] = {};
    std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, rights);
    const bool is_stack = line.ends_with("[stack]");  // this function's own
    if (std::string_view(rights) != "rw-p" || is_stack) continue;
    for (std::uint64_t at = from; at < to; at += piece.size() - 64) {
      std::fseek(memory, static_cast<long>(at), SEEK_SET);
      const std::size_t got =
          std::fread(piece.data(), 1, std::min<std::uint64_t>(piece.size(), to - at), memory);
      for (std::size_t i = 0; i + 32 <= got; ++i) {
        const auto* here = reinterpret_cast<const std::uint8_t*>(at + i);
        if (here >= piece.data() && here < piece.data() + piece.size()) continue;
        std::size_t k = 0;
        while (k < 32 && piece[i + k] == (wanted[k] ^ kMask)) ++k;
        std::size_t h = 0;
        while (h < 64 && i + 64 <= got) {
          const std::uint8_t byte = wanted[h / 2] ^ kMask;
          if (piece[i + h] != static_cast<std::uint8_t>(kHex[h % 2 == 0 ? byte >> 4 : byte & 15])) {
            break;
          }
          ++h;
        }
        found += k == 32 || h == 64 ? 1 : 0;
      }
    }
  }
  std::fclose(memory);
  piece.fill(0);
  return found;
}

TEST(SubjectsMemory, NoKeyIsLeftInTheProcess) {
  if (pac::test::kIsSanitized)
    GTEST_SKIP() << "most of the memory is the sanitizer's own, and too much to look through";
  const std::string base =
      std::filesystem::temp_directory_path() / ("pac_subjects_" + std::to_string(::getpid()));
  std::filesystem::create_directories(base);
  const auto files = posix_file_system();
  const std::string folder = base + "/ledger";
  ASSERT_TRUE(files->make_folders(folder));
  ASSERT_TRUE(init_store(*files, folder, {"log.example/persons", ledger_key().public_key()}));
  {
    auto log = Store::open(*files, folder, ledger_key(), surroundings());
    ASSERT_TRUE(log) << log.error().message;
    auto subjects = Subjects::open_to_write(*files, {folder, ""}, kNow);
    ASSERT_TRUE(subjects) << subjects.error().message;
    Masked ann, bob, epoch;
    std::string name;
    {
      const auto one = (*subjects)->of_person("", "ann");
      name = one->name;
      ann = masked(one->key);
      bob = masked((*subjects)->of_person("", "bob")->key);
      ASSERT_TRUE((*subjects)->sync());
      ASSERT_TRUE(seal_box(one->key, {"o", "2", "n", name}, "{}"));
    }
    epoch = masked(read_epochs(*files, epoch_path(folder))->back().key);
    EXPECT_GE(copies_in_memory(ann), 1) << "else the search is none";
    EXPECT_GE(copies_in_memory(epoch), 1);
    ASSERT_TRUE(erase_subject(**log, **subjects, name, kReason));
    EXPECT_EQ(copies_in_memory(ann), 0);
    EXPECT_GE(copies_in_memory(bob), 1);
    ASSERT_TRUE(end_epoch(**log, **subjects, kNow));
    EXPECT_EQ(copies_in_memory(epoch), 0);
    subjects->reset();
    EXPECT_EQ(copies_in_memory(bob), 0);
  }
  std::filesystem::remove_all(base);
}

TEST(Epochs, UnderAPassphrase) {
  test::FaultyFiles files(1);
  const std::vector<Epoch> epochs{{3, 1'772'355'600'000'000, *crypto::AeadKey::random()}};
  const auto says = [](const char* text) {
    return
        [text](const std::string&) -> Result<Passphrase> { return Passphrase(std::string(text)); };
  };
  const Passphrase good(std::string("correct horse"));
  ASSERT_TRUE(write_epochs(files, "book.epoch", epochs, good));
  EXPECT_TRUE(is_epoch_file_sealed(files, "book.epoch"));
  Passphrase used;
  const auto read = read_epochs(files, "book.epoch", says("correct horse"), &used);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->back().key.bytes, epochs[0].key.bytes);
  EXPECT_EQ(used.text(), good.text());
  EXPECT_EQ(read_epochs(files, "book.epoch").error().code, "PAC6602") << "nobody to ask";
  EXPECT_EQ(read_epochs(files, "book.epoch", says("another one")).error().code, "PAC0144");
  // Who does not know it can't take it away.
  EXPECT_EQ(write_epochs(files, "book.epoch", epochs).error().code, "PAC6602");
  EXPECT_FALSE(write_epochs(files, "book.epoch", epochs, Passphrase(std::string("short"))));
  EXPECT_TRUE(read_epochs(files, "book.epoch", says("correct horse")));
}

}  // namespace
}  // namespace pac::ledger
