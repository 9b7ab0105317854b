// For each promise the one thing that keeps it, taken away: the scenario, which sees the promise
// kept with it, must see it broken without.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace pac::ledger::test {

struct PromiseMutant {
  const char* name;
  const char* promise;
  const char* keeper;    // what keeps it, and is taken away
  const char* scenario;  // in which that is seen
  const char* test;      // of the product, which has the same look
  bool needs_store;
  // How often the promise was seen broken.
  int (*breaches)(bool is_removed);

  friend void PrintTo(const PromiseMutant& one, std::ostream* out) { *out << one.keeper; }
};

std::vector<PromiseMutant> file_mutants();
std::vector<PromiseMutant> proof_mutants();
std::vector<PromiseMutant> store_mutants();
std::vector<PromiseMutant> all_mutants();

}  // namespace pac::ledger::test
