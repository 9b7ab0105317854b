// The inputs of a table in columns, decided by the public interface of batches; and the same inputs
// one by one by the session of a service. Ends the benchmark where an answer differs from that of
// the native function alone. Owned by the benchmark; one thread.
#pragma once

#include <string>
#include <vector>

#include "bench/match_sets.h"
#include "bench/subject.h"
#include "runtime/engine/batch.h"

namespace pac::bench {

class MatchBatch {
 public:
  // The inputs outlive it. `order`: input i is row order[i].
  MatchBatch(Subject& subject, const MatchInputs& inputs, const std::vector<uint32_t>& order);

  size_t rows() const { return order_.size(); }
  void decide();
  // Bound, prepared, decided and looked at, one after the other.
  uint64_t decide_one_by_one();
  // The rule that fired for a row, as the native function says it.
  void compare(const std::vector<uint32_t>& fired) const;

 private:
  void set(const char* field, engine::ColumnType type, const void* values,
           const uint64_t* offsets = nullptr);

  Subject& subject_;
  const MatchInputs& inputs_;
  const std::vector<uint32_t> order_;
  engine::Session session_;
  engine::Batch batch_;
  std::vector<int64_t> numbers_[4];
  std::vector<uint32_t> e_, f_;
  std::vector<uint8_t> flags_;
  std::string texts_;
  std::vector<uint64_t> offsets_{0};
};

}  // namespace pac::bench
