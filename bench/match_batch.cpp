#include "bench/match_batch.h"

namespace pac::bench {

MatchBatch::MatchBatch(Subject& subject, const MatchInputs& inputs,
                       const std::vector<uint32_t>& order)
    : subject_(subject),
      inputs_(inputs),
      order_(order),
      session_(subject.shared(), {}),
      batch_(subject.shared(), subject.id(), {}) {
  for (const uint32_t at : order) {
    const MatchInput& input = inputs.records[at];
    for (size_t i = 0; i < 4; ++i) numbers_[i].push_back(input.n[i]);
    e_.push_back(input.e);
    f_.push_back(input.f);
    flags_.push_back(input.flag);
    texts_.append(input.text.data, input.text.size);
    offsets_.push_back(texts_.size());
  }
  constexpr const char* kNumbers[] = {"n", "m", "k", "l"};
  for (size_t i = 0; i < 4; ++i) set(kNumbers[i], engine::ColumnType::int64, numbers_[i].data());
  set("e", engine::ColumnType::uint32, e_.data());
  set("f", engine::ColumnType::uint32, f_.data());
  set("b", engine::ColumnType::bool8, flags_.data());
  set("s", engine::ColumnType::text, texts_.data(), offsets_.data());
}

void MatchBatch::set(const char* field, engine::ColumnType type, const void* values,
                     const uint64_t* offsets) {
  const auto path = subject_.rules().shape(subject_.id()).input.find(field);
  const std::string fault = batch_.set_column(path, {type, values, offsets, nullptr});
  if (!fault.empty()) give_up(fault);
}

void MatchBatch::decide() {
  const std::string fault = batch_.decide(rows(), {}, nullptr);
  if (!fault.empty()) give_up(fault);
}

uint64_t MatchBatch::decide_one_by_one() {
  uint64_t sum = 0;
  for (const uint32_t at : order_) {
    if (!session_.bind_struct(subject_.id(), &inputs_.records[at], sizeof(MatchInput)) ||
        !session_.prepare({}, nullptr)) {
      give_up("a generated input is refused");
    }
    sum += session_.decide() + session_.result().fired[0] +
           static_cast<const unsigned char*>(session_.output())[0];
  }
  return sum;
}

void MatchBatch::compare(const std::vector<uint32_t>& fired) const {
  for (size_t row = 0; row < rows(); ++row) {
    const bool same = batch_.status()[row] == PAC_OK && batch_.fired()[row] == fired[order_[row]];
    if (!same)
      give_up("a row of columns and the native function disagree on row " + std::to_string(row));
  }
}

}  // namespace pac::bench
