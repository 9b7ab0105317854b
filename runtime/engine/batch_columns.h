// The columns that a Batch reads and makes. Internal to batch*.cpp; owned by the Batch.
#pragma once

#include <string>
#include <vector>

#include "runtime/engine/batch.h"

namespace pac::engine {

struct Batch::Input {
  const PathNode* node = nullptr;
  Column column;
  QuickSlot quick;  // reads texts
};

struct Batch::Output {
  void put_text(std::size_t row, std::string_view text);

  Slot slot;
  std::string path;
  uint32_t offset = 0;            // from the start of the result
  std::vector<uint32_t> parents;  // where the records that hold it say that they are present
  ColumnType type = ColumnType::int64;
  std::vector<char> values;
  std::vector<uint64_t> offsets;
  std::vector<unsigned char> present;
  std::size_t used = 0;  // bytes of the texts
  // By place of the kernel (batch_kernel.h): what was once decided.
  std::vector<unsigned char> known_present;
  std::vector<char> known_values;
  std::vector<std::string> known_texts;
};

}  // namespace pac::engine
