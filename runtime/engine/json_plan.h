// JsonPlan: how the quick reader of JSON takes an input record: for each field the bytes of its
// key, what its value may be and where it goes, worked out once when a rule set is loaded. Owned by
// the loaded rule set, constant; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/engine/name_table.h"
#include "runtime/engine/schema.h"

namespace pac::engine {

struct QuickRecord;

enum class QuickKind : uint8_t { boolean, number, name, other_scalar, text, list, record };

// How a number is held against its domain.
enum class QuickDomain : uint8_t {
  none,
  range,    // `low` .. `high`
  general,  // ask the domain itself
};

struct QuickSlot {
  Slot slot;
  QuickKind kind = QuickKind::boolean;
  QuickDomain domain = QuickDomain::none;
  bool is_wide = false;             // a decimal in 128 bits
  uint32_t present_at = ir::kNone;  // from the slot; kNone: never missing
  int16_t scale = 0;
  int64_t low = 0, high = 0;
  const NameTable* names = nullptr;     // of an enumeration
  const QuickRecord* record = nullptr;  // of a record
  const QuickSlot* element = nullptr;   // of a list or set
  // Items take no memory of their own while they are read, so they can be laid down one by one.
  bool items_follow = false;
};

struct QuickField {
  QuickSlot value;
  const char* key = nullptr;  // "name": with quotes and colon, kScanPadding bytes behind it
  uint32_t key_size = 0;
  uint32_t key_mask = 0;  // a bit for each byte; 0: more than 32
  uint32_t index = 0;     // in the record
  uint32_t offset = 0;
};

struct QuickRecord {
  std::vector<QuickField> fields;
  NameTable by_name;               // to the index in `fields`
  std::vector<uint64_t> required;  // a bit for each of `fields`
};

class JsonPlan {
 public:
  explicit JsonPlan(const Schema& schema);
  ~JsonPlan();
  JsonPlan(const JsonPlan&) = delete;
  JsonPlan& operator=(const JsonPlan&) = delete;

  // Of the fields of one role. Null where the quick reader does not take such a record: names that
  // JSON escapes, more than kMaxFields fields.
  const QuickRecord* root(ir::DecisionId decision, ir::SlotRole role) const;

  // For the cells of a column, read by themselves: a scalar or a text. False: anything else.
  bool cell(const Slot& slot, QuickSlot* out) const;

  static constexpr std::size_t kMaxFields = 1024;

 private:
  struct Builder;
  struct Roots {
    std::unique_ptr<QuickRecord> input, context;
  };

  std::vector<std::unique_ptr<QuickRecord>> records_;  // by RecordId; null: not taken
  std::vector<std::unique_ptr<QuickSlot>> elements_;
  std::vector<std::unique_ptr<NameTable>> enums_;  // by EnumId
  std::vector<std::unique_ptr<std::string>> keys_;
  std::vector<Roots> roots_;  // by DecisionId
};

}  // namespace pac::engine
