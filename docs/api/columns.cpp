// Two threads decide a table of loan applications, each a part of it:
//   columns loan.pacb
// prints how many are eligible, and how many rows were refused.
#include <cstdio>
#include <cstdlib>
#include <span>
#include <thread>
#include <vector>

#include "pac/engine.hpp"

namespace {

// A table as programs for data hold it: an array for each column.
struct Applications {
  std::vector<int64_t> credit_score;
  std::vector<int64_t> amount_cents;
};

Applications some_applications(std::size_t rows) {
  Applications table;
  for (std::size_t i = 0; i < rows; ++i) {
    table.credit_score.push_back(300 + static_cast<int64_t>(i * 7 % 560));  // some are above 850
    table.amount_cents.push_back(1 + static_cast<int64_t>(i * 7919 % 2'000'000));
  }
  return table;
}

struct Counts {
  std::size_t eligible = 0, refused = 0;
};

// The rows from `begin` on, in this thread's own batch.
Counts decide(const pac::RuleSet& rules, pac::DecisionId loan, const Applications& table,
              std::size_t begin, std::size_t rows) {
  const auto part = [&](const std::vector<int64_t>& column) {
    return std::span(column).subspan(begin, rows);
  };
  pac::Batch batch = rules.batch(loan);
  batch.column(*rules.field(loan, "credit_score"), part(table.credit_score))
      .column(*rules.field(loan, "amount"), part(table.amount_cents));
  if (!batch.decide(rows)) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(batch.fault().size()), batch.fault().data());
    std::exit(1);
  }
  Counts counts;
  const pac_column eligible = batch.output(*batch.find_output("eligible"));
  for (std::size_t row = 0; row < rows; ++row) {
    if (batch.status(row) == pac::Status::refused) ++counts.refused;
    if (batch.status(row) == pac::Status::ok) {
      counts.eligible += static_cast<const uint8_t*>(eligible.values)[row];
    }
  }
  return counts;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: columns BUNDLE\n"), 2;
  pac::Engine engine;
  const auto rules = engine.load_bundle_file(argv[1]);
  if (!rules) return std::fprintf(stderr, "%s\n", rules.error().message.c_str()), 1;
  const pac::DecisionId loan = *rules->find("loan");

  const std::size_t half = 5000;
  const Applications table = some_applications(2 * half);
  Counts counts[2];
  {
    std::jthread other([&] { counts[1] = decide(*rules, loan, table, half, half); });
    counts[0] = decide(*rules, loan, table, 0, half);
  }
  std::printf("%zu of %zu eligible, %zu refused\n", counts[0].eligible + counts[1].eligible,
              2 * half, counts[0].refused + counts[1].refused);
}
