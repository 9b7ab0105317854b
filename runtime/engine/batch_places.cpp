// Rows that a kernel has told apart: one row of each place is decided by itself, and its outcome is
// copied to the others.
#include <algorithm>
#include <cstring>

#include "runtime/engine/batch.h"
#include "runtime/engine/batch_columns.h"
#include "runtime/engine/batch_kernel.h"

namespace pac::engine {

namespace {

template <typename T>
void copy_values(const char* known, const uint32_t* places, uint32_t count, char* out) noexcept {
  for (uint32_t i = 0; i < count; ++i) {
    std::memcpy(out + i * sizeof(T), known + places[i] * sizeof(T), sizeof(T));
  }
}

void copy_values(std::size_t size, const char* known, const uint32_t* places, uint32_t count,
                 char* out) noexcept {
  switch (size) {
    case 1:
      return copy_values<uint8_t>(known, places, count, out);
    case 4:
      return copy_values<uint32_t>(known, places, count, out);
    case 8:
      return copy_values<uint64_t>(known, places, count, out);
    default:
      return copy_values<Int128>(known, places, count, out);
  }
}

}  // namespace

void Batch::Output::put_text(std::size_t row, std::string_view text) {
  if (used + text.size() > values.size()) values.resize(2 * (used + text.size()) + 1024);
  if (!text.empty()) std::memcpy(values.data() + used, text.data(), text.size());
  offsets[row] = used;
  used += text.size();
  offsets[row + 1] = used;
}

void Batch::run_blocks(std::size_t first, std::size_t rows, const Context& context,
                       FeatureSource* features) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    columns_[i] = inputs_[i] == nullptr ? nullptr : &inputs_[i]->column;
  }
  if (!kernel_->start(columns_, rows, session_.input())) {
    for (std::size_t row = first; row < rows; ++row) run_row(row, context, features, true);
    return;
  }
  while (first < rows) {
    const auto count =
        static_cast<uint32_t>(std::min<std::size_t>(match::kBlockInputs, rows - first));
    kernel_->look(first, count, places_.data());
    // Runs of rows whose answers are known are copied column by column.
    uint32_t begin = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t place = places_[i];
      if (place != BatchKernel::kNoPlace && answers_.is_known[place] != 0) continue;
      copy_answers(first, begin, i);
      run_row(first + i, context, features, true);
      if (place != BatchKernel::kNoPlace) keep_answer(place, first + i);
      begin = i + 1;
    }
    copy_answers(first, begin, count);
    first += count;
  }
}

void Batch::keep_answer(uint32_t place, std::size_t row) {
  answers_.is_known[place] = 1;
  answers_.status[place] = status_[row];
  answers_.fired[place] = fired_[row];
  answers_.codes[place] = codes_[row];
  for (const auto& output : outputs_) {
    output->known_present[place] = output->present[row];
    if (output->type == ColumnType::text) {
      const uint64_t begin = output->offsets[row];
      output->known_texts[place].assign(output->values.data() + begin,
                                        output->offsets[row + 1] - begin);
      continue;
    }
    const std::size_t size = size_of(output->type);
    std::memcpy(output->known_values.data() + place * size, output->values.data() + row * size,
                size);
  }
}

// Of the rows begin .. end of the block that starts at `first`.
void Batch::copy_answers(std::size_t first, uint32_t begin, uint32_t end) {
  if (begin == end) return;
  const uint32_t* const places = places_.data() + begin;
  const uint32_t count = end - begin;
  const std::size_t row = first + begin;
  for (uint32_t i = 0; i < count; ++i) {
    status_[row + i] = answers_.status[places[i]];
    fired_[row + i] = answers_.fired[places[i]];
    codes_[row + i] = answers_.codes[places[i]];
  }
  for (const auto& output : outputs_) {
    for (uint32_t i = 0; i < count; ++i)
      output->present[row + i] = output->known_present[places[i]];
    if (output->type == ColumnType::text) {
      for (uint32_t i = 0; i < count; ++i)
        output->put_text(row + i, output->known_texts[places[i]]);
      continue;
    }
    const std::size_t size = size_of(output->type);
    copy_values(size, output->known_values.data(), places, count,
                output->values.data() + row * size);
  }
}

}  // namespace pac::engine
