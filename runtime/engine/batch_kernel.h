// BatchKernel: which rules hit, for many rows of columns at once (runtime/match/block.h). Where
// nothing but the rules that hit can change an answer, it tells rows apart by *place*: rows of the
// same place have the same answer, so a Batch decides one of each place and copies its outcome.
// What it can't tell, or what is not plainly good (a value outside of its domain, a missing one),
// has no place and is decided by itself.
//
// A place stands for one rule that hits alone (under `first`: that hits first), or for none. Its
// answer is the same for every input where the rule's outcome and duties are constant, and no
// feature, assume or condition is left to evaluate.
//
// Belongs to a Batch and its thread; takes its memory when it is made.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "runtime/engine/batch.h"
#include "runtime/match/block.h"

namespace pac::engine {

class BatchKernel {
 public:
  static constexpr uint32_t kNoPlace = ir::kNone;

  // Null where rows of this decision are decided one by one.
  static std::unique_ptr<BatchKernel> make(const LoadedRuleSet& rules, ir::DecisionId decision,
                                           const SessionOptions& options);

  // The number of places: that of rules, and one more.
  uint32_t place_count() const { return static_cast<uint32_t>(place_of_row_.size()) + 1; }

  // Columns by PathId, null: none, and how many rows they have; `input` is a record with the
  // context that all rows share. False where rows with such columns are decided one by one.
  bool start(std::span<const Column* const> columns, std::size_t rows, const void* input);
  // The places of at most match::kBlockInputs rows.
  void look(std::size_t first, uint32_t count, uint32_t* places) noexcept;

 private:
  // What rows of a field must be to be plainly good.
  struct Field {
    bool is_text = false, is_known = false, optional = false;
    int64_t low = 0, high = 0;     // of numbers
    std::size_t longest_text = 0;  // in bytes
    const Column* column = nullptr;
    const int64_t* numbers = nullptr;  // of the block
    std::vector<int64_t> memory;       // a block's
  };
  // What a column of the table reads.
  struct Key {
    uint32_t field = ir::kNone;  // in fields_; kNone: the context
    Slot slot;
    bool is_missing = false;      // for every row
    std::vector<int64_t> memory;  // of texts and of the context: a block's
  };

  BatchKernel(const LoadedRuleSet& rules, ir::DecisionId decision,
              std::shared_ptr<const match::BlockPlan> plan, const SessionOptions& options);
  bool find_keys();
  Field field_of(const PathNode& node) const;
  void look_at_numbers(Field& field, std::size_t first, uint32_t count) noexcept;
  void look_at_texts(const Field& field, std::size_t first, uint32_t count) noexcept;
  void read_text_keys(const Field& field, const match::Column& column, std::size_t first,
                      uint32_t count, int64_t* keys) const noexcept;

  const LoadedRuleSet& rules_;
  const ir::DecisionId decision_;
  const SessionOptions options_;
  const std::shared_ptr<const match::BlockPlan> plan_;
  const bool first_only_;
  const match::Path path_;
  match::BlockSearch search_;
  std::vector<Field> fields_;           // by PathId
  std::vector<Key> keys_;               // by column of the table
  std::vector<uint32_t> place_of_row_;  // of the table; kNoPlace: not told
  uint32_t place_of_none_ = kNoPlace;
  uint64_t text_end_ = 0;
  std::size_t rows_ = 0;
  std::vector<uint8_t> is_odd_;   // by row of the block: not plainly good
  std::vector<uint8_t> missing_;  // zeros
  match::BlockFound found_;
};

}  // namespace pac::engine
