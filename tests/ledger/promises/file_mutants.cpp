// Mutants of what the disk and the system are asked for.
#include <map>

#include "ledger/persons/subject_file.h"
#include "ledger/record/erasure.h"
#include "tests/ledger/promises/mutants.h"
#include "tests/unit/ledger/life.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kNothingLost = "nothing acknowledged is lost";
constexpr const char* kOneRoot = "one root for one size";

int seen_broken(const Life& life) {
  return life.witness.lost() + life.witness.duplicated() + life.witness.forks() > 0 ? 1 : 0;
}

// The same life with a fault at every third operation, the power lost behind it, and a look.
int broken_lives(Fault fault, bool is_removed, const std::function<void(FaultyFiles&)>& remove) {
  std::uint64_t operations = 0;
  {
    Life life(1);
    life.live(12);
    operations = life.files.operations();
  }
  int out = 0;
  for (std::uint64_t at = 10; at <= operations; at += 3) {
    Life life(1);
    if (is_removed) remove(life.files);
    life.files.fail_at(at, fault);
    life.live(12);
    life.files.lose_power();
    life.live(2);
    life.witness.look(life.files, kLifeFolder);
    out += life.opened_anew > 0 || seen_broken(life) > 0 ? 1 : 0;
  }
  return out;
}

// A sync fails; the next start signs what reads well; then the power goes.
int broken_starts(bool is_removed) {
  int out = 0;
  for (std::uint64_t at = 10; at < 60; ++at) {
    Life life(1);
    if (is_removed) life.files.ignore_sync_data(".seg.new");
    life.files.fail_at(at, Fault::device);
    life.live(12);
    life.live(0);
    life.files.lose_power();
    life.live(2);
    life.witness.look(life.files, kLifeFolder);
    out += life.opened_anew > 0 || seen_broken(life) > 0 ? 1 : 0;
  }
  return out;
}

int broken_by_two(bool is_removed) {
  Life life(1);
  if (is_removed) life.files.ignore_locks();
  auto one = Store::open(life.files, kLifeFolder, ledger_key(), surroundings());
  auto two = Store::open(life.files, kLifeFolder, ledger_key(), surroundings());
  int number = 0;
  for (const auto* store : {&one, &two}) {
    if (!*store) continue;
    const std::string entry = "{\"n\":" + std::to_string(++number) + "}";
    const std::string_view view = entry;
    const auto appended = (**store)->append(std::span(&view, 1));
    if (appended) life.witness.acknowledged((**store)->stream(), *appended, {entry});
  }
  life.witness.look(life.files, kLifeFolder);
  return seen_broken(life);
}

std::map<std::string, std::string> bytes_of(FaultyFiles& files) {
  std::map<std::string, std::string> out;
  for (const std::string& path : files.paths()) out[path] = *files.durable_bytes(path);
  return out;
}

// What a copy of the folder from before the erasure opens with the keys that are there after it.
int opened_after_erasure(bool is_removed) {
  constexpr std::int64_t kNow = 1'772'355'600'000'000;
  FaultyFiles files(1);
  EXPECT_TRUE(init_store(files, "ledger", {"log.example/persons", ledger_key().public_key()}));
  auto store = Store::open(files, "ledger", ledger_key(), surroundings());
  auto subjects = Subjects::open_to_write(files, {"ledger", ""}, kNow);
  EXPECT_TRUE(store && subjects);
  const std::string name = (*subjects)->of_person("", "ann")->name;
  EXPECT_TRUE((*subjects)->sync());
  const auto backup = bytes_of(files);
  if (is_removed) files.keep("ledger.epoch");
  EXPECT_TRUE(erase_subject(**store, **subjects, name, {"asked for", "desk"}));
  static_cast<void>(end_epoch(**store, **subjects, kNow));
  const auto epochs = read_epochs(files, "ledger.epoch");
  EXPECT_TRUE(epochs);
  FaultyFiles thief(1);
  EXPECT_TRUE(replace_file(thief, "s", backup.at("ledger/subjects")));
  const auto stolen = read_subject_file(thief, "s", *epochs);
  return stolen && !stolen->records.empty() ? 1 : 0;
}

}  // namespace

std::vector<PromiseMutant> file_mutants() {
  return {
      {"DataSync", kNothingLost, "`fdatasync` of each batch",
       "the power lost at each third operation of a life", "PowerLoss.AtEveryOperation", false,
       [](bool is_removed) {
         return broken_lives(Fault::power, is_removed,
                             [](FaultyFiles& files) { files.ignore_sync_data("/segments/"); });
       }},
      {"FolderSync", kNothingLost, "the sync of the folder that a new segment is in",
       "the power lost at each third operation of a life", "PowerLoss.AtEveryOperation", false,
       [](bool is_removed) {
         return broken_lives(Fault::power, is_removed,
                             [](FaultyFiles& files) { files.ignore_sync_folder(); });
       }},
      {"FailuresAreTold", kNothingLost, "a write or sync that failed ends the acknowledging",
       "an error of the device at each third operation, and the power lost",
       "FailingDevice.AtEveryOperation", false,
       [](bool is_removed) {
         return broken_lives(Fault::device, is_removed,
                             [](FaultyFiles& files) { files.hide_failures(); });
       }},
      {"ShortWritesAreTold", kNothingLost, "a batch that was written in part is not recorded",
       "no room at each third operation, and the power lost", "FailingDevice.AtEveryOperation",
       false,
       [](bool is_removed) {
         return broken_lives(Fault::short_write, is_removed,
                             [](FaultyFiles& files) { files.hide_failures(); });
       }},
      {"TheTailIsCopied", kOneRoot, "the sync of the last segment's copy before a start signs",
       "a sync that fails, a start, and the power lost", "PowerLoss.AgainAndAgain", false,
       broken_starts},
      {"OneWriter", kOneRoot, "the lock", "two processes open one folder",
       "StoreTest.IsMadeOnceAndOpenedByItsKeyByOneAtATime", false, broken_by_two},
      {"TheEpochIsDestroyed", "a person can be forgotten",
       "the key of an epoch that ended is destroyed",
       "an older copy of the folder with the keys of today",
       "SubjectsTest.NoKeyAnywhereOpensTheBoxOnceTheEpochHasEnded", false, opened_after_erasure},
  };
}

}  // namespace pac::ledger::test
