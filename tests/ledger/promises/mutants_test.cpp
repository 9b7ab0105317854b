// For each promise the one thing that keeps it: with it nothing is seen broken, without it
// something is; and the table in the documentation is this one.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/figures.h"
#include "tests/ledger/pg/cluster.h"
#include "tests/ledger/pg/support.h"
#include "tests/ledger/promises/mutants.h"

namespace pac::ledger::test {

std::vector<PromiseMutant> all_mutants() {
  std::vector<PromiseMutant> out = file_mutants();
  for (const auto& more : {proof_mutants(), store_mutants()}) {
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

namespace {

class Promise : public testing::TestWithParam<PromiseMutant> {};

TEST_P(Promise, IsBrokenWithoutWhatKeepsIt) {
  const PromiseMutant& one = GetParam();
  if (one.needs_store && cluster() == nullptr) GTEST_SKIP() << "no PostgreSQL here";
  EXPECT_EQ(one.breaches(false), 0) << "with what keeps it";
  EXPECT_GT(one.breaches(true), 0) << "without it";
  pac::test::add_to_figure("promise_mutants", 1);
  pac::test::add_to_figure("promise_mutants_caught", HasFailure() ? 0 : 1);
}

INSTANTIATE_TEST_SUITE_P(Mutants, Promise, testing::ValuesIn(all_mutants()),
                         [](const auto& one) { return std::string(one.param.name); });

std::string table() {
  std::string out =
      "| mutant | promise | what keeps it, and is taken away | seen when | test with the same look "
      "|\n|---|---|---|---|---|\n";
  for (const PromiseMutant& one : all_mutants()) {
    out += "| `" + std::string(one.name) + "` | " + one.promise + " | " + one.keeper + " | " +
           one.scenario + " | `" + one.test + "` |\n";
  }
  return out;
}

TEST(PromiseTable, IsTheOneInTheDocumentation) {
  std::ifstream in(PAC_SOURCE_DIR "/docs/ledger_promises.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(page.find(table()), page.npos) << "docs/ledger_promises.md should have\n" << table();
}

TEST(PromiseTable, NamesTestsThatAreThere) {
  std::string all;
  for (const auto& one : std::filesystem::recursive_directory_iterator(PAC_SOURCE_DIR "/tests")) {
    if (one.path().extension() != ".cpp") continue;
    std::ifstream in(one.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  for (const PromiseMutant& one : all_mutants()) {
    const std::string name = one.test;
    const std::size_t dot = name.find('.');
    EXPECT_NE(all.find("(" + name.substr(0, dot) + ", " + name.substr(dot + 1) + ")"), all.npos)
        << name;
  }
}

}  // namespace
}  // namespace pac::ledger::test
