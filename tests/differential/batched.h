// Batched: rows of columns (runtime/engine/batch.h) held against the interpreter, rule by rule.
// Rows of one decision are added as input records, then decided together, and compared. One thread;
// the rule set outlives it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/engine/batch.h"

namespace pac::differential {

class Batched {
 public:
  // Batches look for rules with the plan and the instructions that `finding` says.
  [[nodiscard]] static Result<std::unique_ptr<Batched>> make(const ir::RuleSet& rules,
                                                             const interp::Options& finding);

  // Whether columns can hold the inputs of the decision: no lists, no features, no records that may
  // be missing.
  bool takes(ir::DecisionId decision) const;
  // All rows that are decided together have the context of the first.
  void add(ir::DecisionId decision, const void* input);
  // What differs, or nothing. The rows are forgotten, what the batch has learned stays.
  std::string decide(ir::DecisionId decision);

  // Whether the batch tells rows of this decision apart many at a time.
  bool looks_at_blocks(ir::DecisionId decision) { return of(decision).batch->looks_at_blocks(); }
  uint64_t rows() const { return rows_; }
  uint64_t refused() const { return refused_; }

 private:
  struct Outcome {
    uint8_t status = 0;
    uint32_t fired = 0, code = 0;
    std::vector<std::string> outputs;  // of single values, "-" where missing
  };
  struct Values {
    std::string bytes;
    std::vector<uint64_t> offsets{0};
    std::vector<unsigned char> present;
  };
  struct One {
    std::unique_ptr<engine::Batch> batch;
    std::vector<Values> columns;  // by PathId
    std::vector<Outcome> expected;
    engine::Context context;
    std::vector<std::string> texts;  // of the context
  };

  Batched() = default;
  Outcome reference(ir::DecisionId decision, const void* input);
  void read_context(ir::DecisionId decision, const char* input, One* one) const;
  One& of(ir::DecisionId decision);

  std::shared_ptr<const engine::LoadedRuleSet> plain_, rules_;
  std::vector<std::unique_ptr<One>> decisions_;
  std::vector<std::max_align_t> scratch_, output_;
  std::vector<uint32_t> fired_;
  std::vector<pac_duty> duties_;
  uint64_t rows_ = 0, refused_ = 0;
};

}  // namespace pac::differential
