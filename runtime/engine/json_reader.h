// JsonReader: JSON text -> values in the layout of abi.h. Everything is checked on the way: names,
// types, digits, domains, repeats. The only place of this folder that knows the JSON parser. It
// owns the parser's tables, sized when made; it allocates nothing afterwards. One per session, one
// thread at a time. What it reads lies in the arena: the text itself (strings without escapes point
// into it), lists, and strings that had escapes.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/engine/json_plan.h"
#include "runtime/engine/report.h"
#include "runtime/engine/schema.h"

namespace pac::engine {

// The fields of a record that a text gives; others are unknown to it.
struct RootFields {
  const RecordSchema* record = nullptr;
  std::span<const ir::SlotRole> roles;  // one per field; empty: all fields count
  ir::SlotRole role = ir::SlotRole::input;
  // Asked about a name that is no such field. True: it is known, and its value (the token as
  // written; for objects and lists the bracket) is of no further interest here.
  bool (*accepts)(void* self, std::string_view name, std::string_view token) = nullptr;
  void* self = nullptr;
  bool absent_is_refused = true;
  uint64_t* seen = nullptr;  // a bit per field; null: not asked for
  // How the quick reader takes these fields; null: it isn't asked.
  const QuickRecord* quick = nullptr;
};

class JsonReader {
 public:
  explicit JsonReader(std::size_t max_bytes);
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  std::size_t max_bytes() const;
  // `base` is zeroed memory of the record. False: refused (or, where the report collects, read to
  // the end as far as that was possible: the list of refusals says whether there were any).
  bool read_object(std::string_view text, const RootFields& fields, char* base, Arena& arena,
                   Report& report);
  // The same for an object with which the text begins, whatever stands behind it. Where it ends, or
  // 0: the quick reader does not take it, and nothing was read or refused.
  std::size_t read_leading(std::string_view text, const RootFields& fields, char* base,
                           Arena& arena, const Schema& schema);
  // One value of any type; `at` is zeroed memory of the slot.
  bool read_value(std::string_view text, const Slot& slot, char* at, Arena& arena, Report& report);

 private:
  struct Parser;
  bool copy(std::string_view text, Arena& arena, Report& report, std::string_view* out) const;

  std::unique_ptr<Parser> parser_;
};

}  // namespace pac::engine
