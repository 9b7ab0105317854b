// AnswerPlan: how the decisions of a rule set are written as JSON when all goes well, worked out
// once at load: what every answer has in common lies ready as bytes (heads, names of fields, of
// rules and of enumerations, with quotes and escapes), and the values are written between them.
// Writes what write.h says, or nothing. Owned by the loaded rule set, constant; any thread; writing
// allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/abi.h"
#include "runtime/engine/schema.h"
#include "runtime/engine/text_sink.h"

namespace pac::engine {

// Bytes that are copied kPieceBytes at a time: as many may be read behind them.
struct Piece {
  const char* data = nullptr;
  uint32_t size = 0;
};
inline constexpr std::size_t kPieceBytes = 32;

class AnswerPlan {
 public:
  explicit AnswerPlan(const Schema& schema);
  ~AnswerPlan();
  AnswerPlan(const AnswerPlan&) = delete;
  AnswerPlan& operator=(const AnswerPlan&) = delete;

  // The answer up to the names of the rules that fired, for a result with status ok; duties and the
  // last bracket follow. False: the sink may have too little room for it, and nothing was written.
  bool write(ir::DecisionId decision, const void* output, const pac_result& result,
             TextSink& out) const;

 private:
  enum class Kind : uint8_t { boolean, integer, decimal, date, name, text, list, record, other };
  struct Value;
  struct Record;
  struct Answer;
  struct Builder;
  class Pen;
  class Pieces;

  const Schema& schema_;
  std::unique_ptr<Pieces> pieces_;
  std::vector<std::unique_ptr<Record>> records_;            // by RecordId
  std::vector<std::unique_ptr<Value>> elements_;            // of lists
  std::vector<std::unique_ptr<std::vector<Piece>>> enums_;  // by EnumId: wire names in quotes
  std::vector<Answer> answers_;                             // by DecisionId
};

}  // namespace pac::engine
