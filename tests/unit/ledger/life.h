// A ledger on files that lose power and fail: what is appended, what was acknowledged and signed,
// and whether it still stands after the next start. Shared by the tests of power loss and of
// mutants.
#pragma once

#include <gtest/gtest.h>

#include <deque>

#include "ledger/file/pipeline.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger::test {

inline const std::string kLifeFolder = "ledger";
// Small, so that a short life has several segments and full tiles.
inline constexpr StreamLimits kSmall{6'000, 4'000, 1'000, 20'000};

class Life {
 public:
  explicit Life(std::uint64_t seed) : files(seed), random_(seed * 7919 + 1) {
    EXPECT_TRUE(init_store(files, kLifeFolder, {"log.example/life", ledger_key().public_key()}));
  }

  // Opens the ledger and appends batches until something fails or `batches` are done.
  void live(int batches) {
    auto store = Store::open(files, kLifeFolder, ledger_key(), surroundings(), kSmall);
    if (!store) {
      last_error_ = store.error();
      return;
    }
    witness.was_signed((*store)->writer().checkpoint());
    if (!(*store)->reason().empty()) {
      ++opened_anew;
      reason = (*store)->reason();
    }
    for (int i = 0; i < batches && !files.is_off(); ++i) {
      const std::vector<std::string> batch = next_batch();
      const std::vector<std::string_view> views(batch.begin(), batch.end());
      const auto appended = (*store)->append(views);
      if (appended) {
        witness.acknowledged((*store)->stream(), *appended, batch);
      } else {
        last_error_ = appended.error();
        ++refused;
      }
      if (i % 3 == 2) (void)(*store)->publish();
    }
  }

  // The same, while batches overlap: what is collected is acknowledged.
  void live_overlapping(int batches) {
    auto store = Store::open(files, kLifeFolder, ledger_key(), surroundings(), kSmall);
    if (!store) {
      last_error_ = store.error();
      return;
    }
    witness.was_signed((*store)->writer().checkpoint());
    if (!(*store)->reason().empty()) ++opened_anew;
    Pipeline pipeline(**store);
    std::deque<std::vector<std::string>> under_way;
    const auto collect = [&] {
      const auto appended = pipeline.collect();
      if (appended) {
        witness.acknowledged((*store)->stream(), *appended, under_way.front());
      } else {
        last_error_ = appended.error();
        ++refused;
      }
      under_way.pop_front();
    };
    for (int i = 0; i < batches; ++i) {
      under_way.push_back(next_batch());
      const std::vector<std::string_view> views(under_way.back().begin(), under_way.back().end());
      pipeline.submit(views);
      if (pipeline.pending() > 2) collect();
      if (i % 5 != 4) continue;
      pipeline.settle();
      (void)(*store)->publish();
    }
    while (pipeline.pending() > 0) collect();
  }

  // After a failure: it must open, go on and be in order.
  void settle() {
    last_error_ = {};
    files.fail_at(0, Fault::none);
    live(3);
    EXPECT_EQ(last_error_.message, "");
    witness.look(files, kLifeFolder);
  }

  std::vector<std::string> next_batch() {
    std::vector<std::string> out;
    const std::size_t count = 1 + random_() % 40;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back("{\"n\":" + std::to_string(++written_) + ",\"x\":\"" +
                    std::string(random_() % 60, 'x') + "\"}");
    }
    return out;
  }

  FaultyFiles files;
  Witness witness;
  int refused = 0;
  int opened_anew = 0;
  std::string reason;  // of that
  Error last_error_;

 private:
  std::mt19937_64 random_;
  std::uint64_t written_ = 0;
};

}  // namespace pac::ledger::test
