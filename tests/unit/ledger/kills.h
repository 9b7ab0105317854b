// A ledger of real files whose writer is killed again and again, each time at another place.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <sstream>

#include "runtime/crypto/encoding.h"
#include "tests/unit/ledger/killing_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger::test {

inline constexpr StreamLimits kKillLimits{20'000, 8'000, 2'000, 20'000};

// Everything that the child says goes through a pipe as lines; what it said before it was killed
// counts.
class Kills {
 public:
  explicit Kills(std::uint64_t seed) : random_(seed) {
    // In memory where there is such a folder: a kill loses nothing that was written, so that the
    // device makes no difference but in time.
    const std::filesystem::path base =
        std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
    folder_ = (base / ("pac_kills_" + std::to_string(getpid()) + "_" + std::to_string(seed)));
    std::filesystem::remove_all(folder_);
    files_ = posix_file_system();
    EXPECT_TRUE(
        init_store(*files_, folder_.string(), {"log.example/kills", ledger_key().public_key()}));
  }
  ~Kills() { std::filesystem::remove_all(folder_); }

  void kill_once() {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    // Opening takes some 20 places, a batch 5, publishing some 40.
    const std::uint64_t place = 1 + random_() % 150;
    const std::uint64_t seed = random_();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      be_killed(place, seed, ends[1]);
      _exit(0);
    }
    close(ends[1]);
    std::string said;
    char buffer[65'536];
    for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
      said.append(buffer, static_cast<std::size_t>(got));
    }
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    kills_ += WIFSIGNALED(status) ? 1 : 0;
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << said;
    hear(said);
  }

  // Opens the ledger, lets it go on, and looks at everything.
  void settle() {
    auto store = Store::open(*files_, folder_.string(), ledger_key(), surroundings());
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ((*store)->reason(), "") << "a kill is no damage";
    witness.was_signed((*store)->writer().checkpoint());
    const std::string entry = "settled " + std::to_string(++settled_);
    const std::string_view view = entry;
    const auto appended = (*store)->append(std::span(&view, 1));
    ASSERT_TRUE(appended) << appended.error().message;
    witness.acknowledged((*store)->stream(), *appended, {entry});
    ASSERT_TRUE((*store)->publish());
    witness.look(*files_, folder_.string());
    EXPECT_EQ(witness.lost(), 0u);
    EXPECT_EQ(witness.duplicated(), 0u);
    EXPECT_EQ(witness.forks(), 0u);
    const auto verified = verify_store(*files_, folder_.string(), ledger_key().public_key());
    ASSERT_TRUE(verified);
    for (const LedgerFinding& finding : verified->findings) ADD_FAILURE() << finding.what;
  }

  const std::set<std::string>& places() const { return places_; }
  std::size_t kills() const { return kills_; }

  Witness witness;

 private:
  void be_killed(std::uint64_t place, std::uint64_t seed, int to) {
    const auto tell = [to](const std::string& line) {
      const std::string text = line + "\n";
      if (write(to, text.data(), text.size()) < 0) _exit(3);
    };
    KillingFiles files(place, [&](const std::string& name) { tell("place " + name); });
    auto store = Store::open(files, folder_.string(), ledger_key(), surroundings(), kKillLimits);
    if (!store) {
      tell("failed " + store.error().message);
      _exit(2);
    }
    std::mt19937_64 random(seed);
    for (int i = 0; i < 12; ++i) {
      std::vector<std::string> batch;
      for (std::size_t n = 1 + random() % 30; n > 0; --n) {
        batch.push_back("e" + std::to_string(random()) + std::string(random() % 50, 'x'));
      }
      const std::vector<std::string_view> views(batch.begin(), batch.end());
      const auto appended = (*store)->append(views);
      if (!appended) {
        tell("failed " + appended.error().message);
        _exit(2);
      }
      std::string line = "took " + std::to_string((*store)->stream()) + " " +
                         std::to_string(appended->first) + " " +
                         crypto::to_hex(appended->checkpoint);
      for (const std::string& entry : batch) line += " " + entry;
      tell(line);
      if (i % 4 == 3 && !(*store)->publish()) _exit(2);
    }
  }

  void hear(const std::string& said) {
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("place ")) places_.insert(line.substr(6));
      if (!line.starts_with("took ")) continue;
      std::istringstream words(line.substr(5));
      std::uint32_t stream = 0;
      Appended appended;
      std::string note;
      words >> stream >> appended.first >> note;
      const Result<std::string> bytes = crypto::from_hex(note);
      if (!bytes) continue;  // the line was cut off by the kill
      appended.checkpoint = *bytes;
      std::vector<std::string> entries;
      for (std::string entry; words >> entry;) entries.push_back(entry);
      // The last line may be cut off too: its checkpoint says how many entries there were.
      const auto checkpoint = read_checkpoint_text(decode_note(*bytes)->text);
      if (appended.first + entries.size() != checkpoint->size) continue;
      witness.acknowledged(stream, appended, entries);
    }
  }

  std::mt19937_64 random_;
  std::filesystem::path folder_;
  std::unique_ptr<FileSystem> files_;
  std::set<std::string> places_;
  std::size_t kills_ = 0;
  int settled_ = 0;
};

// The places of a ledger's life, each of which must have seen a kill.
inline std::vector<std::string> all_places() {
  std::vector<std::string> out = {"sync folder before", "sync folder after", "remove before",
                                  "remove after"};
  for (const char* kind : {"segment", "copy", "tile", "checkpoint"}) {
    for (const char* at : {"before", "half", "after"}) {
      out.push_back(std::string("write ") + kind + " " + at);
      if (std::string(at) == "half") continue;
      out.push_back(std::string("create ") + kind + " " + at);
      out.push_back(std::string("sync ") + kind + " " + at);
      const std::string renamed = std::string(kind) == "copy" ? "segment" : kind;
      out.push_back("rename " + renamed + " " + at);
    }
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

}  // namespace pac::ledger::test
