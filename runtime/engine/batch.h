// Batch: decides many inputs that lie in columns (a typed array for each field), and gives the
// outcomes as columns. One decision and one thread's session, used again and again. Columns are
// borrowed from the caller until the rows are decided. A row that is refused refuses no other.
// Memory is taken when it is made and when more rows or longer texts come than ever before; no row
// allocates. Where a kernel tells of many rows at once which rules hit (batch_kernel.h), a row is
// decided by itself only once for each answer that there is, and its outcome is copied to the
// others.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/session.h"

namespace pac::engine {

enum class ColumnType : uint8_t {
  bool8,   // uint8_t, 0 or 1
  int32,   // date
  uint32,  // enum, effect: the number of the value in its declaration
  int64,   // int, decimal in units of its last digit, datetime, duration
  int128,  // decimal
  text,    // string, or any scalar in the words of JSON strings
};
inline constexpr uint32_t kColumnTypeCount = static_cast<uint32_t>(ColumnType::text) + 1;

struct Column {
  ColumnType type = ColumnType::int64;
  const void* values = nullptr;            // one a row; of texts the bytes
  const uint64_t* offsets = nullptr;       // of texts: rows + 1
  const unsigned char* present = nullptr;  // one a row, 0: missing; null: all are there
};

// Bytes of a value; 0 for texts.
std::size_t size_of(ColumnType type);

// The number of no rule, and of no row.
inline constexpr uint32_t kNoRule = ir::kNone;

class BatchKernel;

class Batch {
 public:
  // Why rows can't be decided, in the words of the caller's mistake.
  using Fault = std::string;

  Batch(std::shared_ptr<const LoadedRuleSet> rules, ir::DecisionId decision,
        const SessionOptions& options);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Empty: taken.
  [[nodiscard]] Fault set_column(PathId path, const Column& column);
  void clear_columns();

  // Empty: all rows were looked at, whatever came of them.
  [[nodiscard]] Fault decide(std::size_t rows, const Context& context, FeatureSource* features);

  // ---- Outcomes of the rows, until the next decide().
  static constexpr uint8_t kRefused = 3;  // beside the values of pac_status
  std::size_t rows() const { return status_.size(); }
  std::span<const uint8_t> status() const { return status_; }
  // The first rule that fired, or kNoRule.
  std::span<const uint32_t> fired() const { return fired_; }
  // Of an error or a refusal the number of its code (5004, 5111), else 0.
  std::span<const uint32_t> codes() const { return codes_; }

  // ---- Outputs: fields of the result, "terms.rate". PathId::none: none of that name, or a list.
  uint32_t output_count() const { return static_cast<uint32_t>(outputs_.size()); }
  uint32_t find_output(std::string_view path) const;  // ir::kNone
  Column output(uint32_t output) const;
  // Of an output that is an enumeration or effect.
  std::string_view output_name(uint32_t output, uint32_t value) const;

  // Whether rows of this decision are told apart many at a time.
  bool looks_at_blocks() const { return kernel_ != nullptr; }

  const LoadedRuleSet& rules() const { return session_.rules(); }
  ir::DecisionId decision() const { return decision_; }

 private:
  struct Input;
  struct Output;

  Fault check_columns() const;
  void add_outputs(const Slot& slot, const std::string& path, uint32_t offset,
                   std::vector<uint32_t> parents);
  void make_room(std::size_t rows);
  void run_rows(std::size_t rows, const Context& context, FeatureSource* features);
  // The whole of one row. True: the context stays for the rows after it.
  bool run_row(std::size_t row, const Context& context, FeatureSource* features,
               bool keeps_context);
  bool bind_row(std::size_t row, Report& report);
  void note_outcome(std::size_t row, pac_status status);
  void note_outputs(std::size_t row, bool has_output);
  bool context_can_stay() const;

  // batch_places.cpp: rows that a kernel has told apart
  void run_blocks(std::size_t first, std::size_t rows, const Context& context,
                  FeatureSource* features);
  void keep_answer(uint32_t place, std::size_t row);
  void copy_answers(std::size_t first, uint32_t begin, uint32_t end);

  ir::DecisionId decision_;
  Session session_;
  std::vector<std::unique_ptr<Input>> inputs_;  // by PathId; null: no column
  std::vector<std::unique_ptr<Output>> outputs_;
  std::vector<uint8_t> status_;
  std::vector<uint32_t> fired_, codes_;
  // By place of the kernel: answers as they were once decided.
  struct Answers {
    std::vector<uint8_t> is_known, status;
    std::vector<uint32_t> fired, codes;
  };
  std::unique_ptr<BatchKernel> kernel_;  // null: rows are decided one by one
  std::vector<const Column*> columns_;   // by PathId, while rows are decided
  Answers answers_;
  std::vector<uint32_t> places_;  // of a block's rows
};

}  // namespace pac::engine
