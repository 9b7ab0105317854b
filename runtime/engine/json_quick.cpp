#include "runtime/engine/json_quick.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/base/decimal.h"
#include "runtime/base/json.h"
#include "runtime/base/utf8.h"
#include "runtime/engine/check_value.h"
#include "runtime/engine/json_scan.h"
#include "runtime/engine/json_text.h"
#include "runtime/engine/scalar.h"

namespace pac::engine {

namespace {

// Digits that always fit in 64 bits, and those that software with doubles keeps as they are.
constexpr int kMaxDigits = 18;
constexpr int kMaxBareDigits = 15;

int64_t power_of_10(int exponent) { return static_cast<int64_t>(pow10(exponent)); }

template <typename T>
void put(const QuickSlot& slot, T value, char* at) {
  std::memcpy(at, &value, sizeof value);
  if (slot.present_at != ir::kNone) at[slot.present_at] = 1;
}

bool is_within(const QuickSlot& slot, const interp::Value& value, const Schema& schema) {
  return slot.slot.domain == nullptr ||
         schema.domains().contains(slot.slot.type_id, slot.slot.domain_id, value);
}

// In 64 bits, whatever the width in memory.
[[gnu::always_inline]] inline bool put_number(const QuickSlot& slot, int64_t value,
                                              const Schema& schema, char* at) {
  if (slot.domain == QuickDomain::range) {
    if (value < slot.low || value > slot.high) return false;
  } else if (!is_within(slot, interp::Value::of(Int128{value}), schema)) {
    return false;
  }
  if (slot.is_wide) {
    put(slot, Int128{value}, at);
  } else {
    put(slot, value, at);
  }
  return true;
}

// `found`: of the table of names.
[[gnu::always_inline]] inline bool put_name(const QuickSlot& slot, uint32_t found,
                                            const Schema& schema, char* at) {
  if (found == ir::kNone) return false;
  if (!is_within(slot, interp::Value::of(Int128{found}), schema)) return false;
  put(slot, found, at);
  return true;
}

bool put_scalar(const QuickSlot& slot, std::string_view text, const Schema& schema, char* at) {
  Int128 number = 0;
  if (read_scalar(schema, slot.slot, text, &number).code != RefusalCode::none) return false;
  // The range of a decimal may be cut off at 64 bits, that of other numbers never is.
  if (slot.slot.type->kind != ir::TypeKind::decimal && slot.domain == QuickDomain::range) {
    if (number < slot.low || number > slot.high) return false;
  } else if (!is_within(slot, interp::Value::of(number), schema)) {
    return false;
  }
  schema.store(slot.slot, interp::Value::of(number), at);
  return true;
}

// What read_short_number takes, to the same value, of a padded text.
bool read_padded_number(std::string_view text, int scale, int64_t* out) {
  const char* from = text.data();
  const char* const end = from + text.size();
  const bool is_negative = text.starts_with('-');
  from += is_negative ? 1 : 0;
  const bool begins_with_zero = from != end && *from == '0';
  uint64_t units = 0;
  const int whole = scan_digits(from, &units);
  from += whole;
  int fraction = 0;
  if (from != end) {
    if (*from != '.') return false;
    uint64_t behind = 0;
    fraction = scan_digits(++from, &behind);
    if (fraction == 0 || fraction > scale || from + fraction != end) return false;
    units = units * static_cast<uint64_t>(power_of_10(fraction)) + behind;
  }
  if (whole == 0 || (begins_with_zero && whole > 1) || whole + scale > kMaxDigits) return false;
  const auto value = static_cast<int64_t>(units) * power_of_10(scale - fraction);
  *out = is_negative ? -value : value;
  return true;
}

// One reading. Each function moves past what it took, or returns false. Where the reading stands is
// at_; the functions that read most fields get it as `from`, which they move too, so that it can
// stay in a register.
class Quick {
 public:
  Quick(const char* text, const QuickTask& task) : at_(text), task_(task) {}

  bool root(char* base);
  const char* end() const { return at_; }

 private:
  static constexpr std::size_t kWords = JsonPlan::kMaxFields / 64;

  bool record(const QuickRecord& record, bool absent_is_refused, uint64_t* seen, char* base);
  const QuickField* other_key(const QuickRecord& record);
  [[gnu::always_inline]] bool value(const QuickSlot& slot, const char*& from, char* at);
  [[gnu::always_inline]] bool boolean(const QuickSlot& slot, const char*& from, char* at);
  [[gnu::always_inline]] bool number(const QuickSlot& slot, const char*& from, char* at);
  [[gnu::always_inline]] bool name(const QuickSlot& slot, const char*& from, char* at);
  bool other_value(const QuickSlot& slot, char* at);
  bool wide_number(const QuickSlot& slot, bool is_negative, uint64_t units, int shift,
                   char* at) const;
  bool long_name(const QuickSlot& slot, char* at);
  bool other_scalar(const QuickSlot& slot, char* at);
  bool text(const QuickSlot& slot, char* at);
  bool list(const QuickSlot& slot, char* at);
  bool items(const QuickSlot& slot, std::size_t count, bool* follow, pac_list* out);
  std::size_t count_items() const;
  static std::size_t allowed_items(const QuickSlot& slot);
  bool quoted(std::string_view* out);
  static void skip_space(const char*& from) {
    if (static_cast<unsigned char>(*from) > ' ') return;
    while (*from == ' ' || *from == '\n' || *from == '\t' || *from == '\r') ++from;
  }
  static bool take(const char*& from, char c) {
    if (*from != c) return false;
    ++from;
    return true;
  }
  void skip_space() { skip_space(at_); }
  bool take(char c) { return take(at_, c); }
  // The zero byte at the end of the text ends the comparison too.
  bool take_word(const char* word) {
    const char* at = at_;
    while (*word != '\0' && *at == *word) ++at, ++word;
    if (*word != '\0') return false;
    at_ = at;
    return true;
  }

  const char* at_;
  const QuickTask& task_;
};

bool Quick::root(char* base) {
  skip_space();
  if (*at_ != '{') return false;
  uint64_t seen[kWords];
  if (!record(*task_.record, task_.absent_is_refused, seen, base)) return false;
  if (task_.end != nullptr) {
    const char* const object_end = at_;
    skip_space();
    if (at_ != task_.end) return false;
    at_ = object_end;
  }
  if (task_.seen == nullptr) return true;
  for (uint32_t i = 0; i < task_.record->fields.size(); ++i) {
    const uint32_t index = task_.record->fields[i].index;
    task_.seen[index / 64] |= (seen[i / 64] >> (i % 64) & 1) << (index % 64);
  }
  return true;
}

// `seen` has a bit for each field of the record; its words are set here.
bool Quick::record(const QuickRecord& record, bool absent_is_refused, uint64_t* seen, char* base) {
  const std::size_t words = record.required.size();
  for (std::size_t i = 0; i < words; ++i) seen[i] = 0;
  const char* from = at_ + 1;
  skip_space(from);
  if (!take(from, '}')) {
    const QuickField* const fields = record.fields.data();
    const QuickField* const end = fields + record.fields.size();
    for (const QuickField* field = fields;;) {
      // Fields mostly come in the order of the declaration.
      if (field != end && begins_with_32(from, field->key, field->key_mask) &&
          field->key_mask != 0) {
        from += field->key_size;
      } else {
        at_ = from;
        field = other_key(record);
        if (field == nullptr) return false;
        from = at_;
      }
      const auto i = static_cast<uint32_t>(field - fields);
      const uint64_t bit = uint64_t{1} << (i % 64);
      if ((seen[i / 64] & bit) != 0) return false;
      seen[i / 64] |= bit;
      skip_space(from);
      if (!value(field->value, from, base + field->offset)) return false;
      ++field;
      skip_space(from);
      if (!take(from, ',')) {
        if (take(from, '}')) break;
        return false;
      }
      skip_space(from);
    }
  }
  at_ = from;
  for (std::size_t i = 0; i < words && absent_is_refused; ++i) {
    if ((record.required[i] & ~seen[i]) != 0) return false;
  }
  return true;
}

const QuickField* Quick::other_key(const QuickRecord& record) {
  if (!take('"')) return nullptr;
  bool is_ascii = true;
  const char* const end = end_of_string(at_, &is_ascii);
  if (*end != '"') return nullptr;
  const uint32_t found = record.by_name.find_padded({at_, static_cast<std::size_t>(end - at_)});
  if (found == ir::kNone) return nullptr;
  at_ = end + 1;
  skip_space();
  return take(':') ? &record.fields[found] : nullptr;
}

// What most fields are is read in here, without a call.
inline bool Quick::value(const QuickSlot& slot, const char*& from, char* at) {
  if (*from != 'n') {
    if (slot.kind == QuickKind::name) return name(slot, from, at);
    if (slot.kind == QuickKind::number) return number(slot, from, at);
    if (slot.kind == QuickKind::boolean) return boolean(slot, from, at);
  }
  at_ = from;
  const bool good = other_value(slot, at);
  from = at_;
  return good;
}

bool Quick::other_value(const QuickSlot& slot, char* at) {
  if (*at_ == 'n') return slot.present_at != ir::kNone && take_word("null");
  switch (slot.kind) {
    case QuickKind::text:
      return text(slot, at);
    case QuickKind::list:
      return list(slot, at);
    case QuickKind::record: {
      if (*at_ != '{') return false;
      if (slot.present_at != ir::kNone) at[slot.present_at] = 1;
      uint64_t seen[kWords];
      return record(*slot.record, true, seen, at);
    }
    default:
      return other_scalar(slot, at);
  }
}

inline bool Quick::boolean(const QuickSlot& slot, const char*& from, char* at) {
  const auto is = [from](const char* word) { return std::memcmp(from, word, 4) == 0; };
  const bool is_true = is("true");
  const bool is_false = is("fals") & (from[4] == 'e');
  if (!(is_true | is_false)) return false;
  from += is_true ? 4 : 5;
  put<uint8_t>(slot, is_true ? 1 : 0, at);
  return true;
}

inline bool Quick::number(const QuickSlot& slot, const char*& from, char* at) {
  const char* const begin = from;
  const bool is_quoted = take(from, '"');
  const bool is_negative = take(from, '-');
  const bool begins_with_zero = *from == '0';
  uint64_t units = 0;  // of too many digits it is never read
  const int whole = scan_digits(from, &units);
  from += whole;
  if (whole == 0 || (begins_with_zero && whole > 1)) return false;
  int fraction = 0;
  if (take(from, '.')) {
    uint64_t behind = 0;
    fraction = scan_digits(from, &behind);
    from += fraction;
    if (fraction == 0) return false;
    if (fraction <= kMaxDigits) {
      units = units * static_cast<uint64_t>(power_of_10(fraction)) + behind;
    }
  }
  const int shift = slot.scale - fraction;
  const bool is_short = whole + fraction <= kMaxDigits && shift >= 0;
  if (is_quoted) {
    if (!is_short || whole + fraction + shift > kMaxDigits || *from != '"') {
      at_ = begin;
      const bool good = other_scalar(slot, at);
      from = at_;
      return good;
    }
    ++from;
  } else {
    const bool is_exact = fraction > 0 ? whole + fraction <= kMaxBareDigits
                                       : units <= static_cast<uint64_t>(json::kMaxExactInt);
    if (!is_short || !is_exact || *from == 'e' || *from == 'E') return false;
    if (whole + fraction + shift > kMaxDigits)
      return wide_number(slot, is_negative, units, shift, at);
  }
  auto value = static_cast<int64_t>(units) * power_of_10(shift);
  if (is_negative) value = -value;
  return put_number(slot, value, *task_.schema, at);
}

// A short number of a type with many digits after the point.
bool Quick::wide_number(const QuickSlot& slot, bool is_negative, uint64_t units, int shift,
                        char* at) const {
  if (!slot.is_wide || shift > kMaxScale - kMaxDigits) return false;
  const Int128 size = Int128{units} * pow10(shift);
  const Int128 value = is_negative ? -size : size;
  if (!is_within(slot, interp::Value::of(value), *task_.schema)) return false;
  put(slot, value, at);
  return true;
}

// The inside of a string, past its closing quote.
bool Quick::quoted(std::string_view* out) {
  if (!take('"')) return false;
  const char* const begin = at_;
  bool has_escapes = false;
  bool is_ascii = true;
  for (;;) {
    bool is_plain = true;
    const char* const stop = end_of_string(at_, &is_plain);
    is_ascii = is_ascii && is_plain;
    at_ = stop + 1;
    if (*stop == '"') {
      *out = {begin, static_cast<std::size_t>(stop - begin)};
      break;
    }
    // What follows a backslash is looked at when it is resolved; a quote there does not end the
    // string. An end of the text there does.
    if (*stop != '\\' || static_cast<unsigned char>(*at_) < 0x20) return false;
    is_ascii = is_ascii && static_cast<unsigned char>(*at_) < 0x80;
    ++at_;
    has_escapes = true;
  }
  if (!is_ascii && !valid_utf8(*out)) return false;
  return !has_escapes || unescape(*out, *task_.arena, out) == Unescaped::ok;
}

bool Quick::long_name(const QuickSlot& slot, char* at) {
  std::string_view wire;
  return quoted(&wire) && put_name(slot, slot.names->find(wire), *task_.schema, at);
}

// Nothing in a name is escaped, so the first quote ends one that is found.
inline bool Quick::name(const QuickSlot& slot, const char*& from, char* at) {
  if (*from != '"') return false;
  const uint32_t quotes = equal_bits_32(from + 1, '"');
  const auto size = static_cast<std::size_t>(std::countr_zero(quotes));
  const uint32_t found = quotes == 0 ? ir::kNone : slot.names->find_padded({from + 1, size});
  if (found == ir::kNone) {
    at_ = from;
    const bool good = long_name(slot, at);
    from = at_;
    return good;
  }
  from += size + 2;
  return put_name(slot, found, *task_.schema, at);
}

bool Quick::other_scalar(const QuickSlot& slot, char* at) {
  std::string_view inside;
  return quoted(&inside) && put_scalar(slot, inside, *task_.schema, at);
}

bool Quick::text(const QuickSlot& slot, char* at) {
  std::string_view inside;
  if (!quoted(&inside)) return false;
  const pac_text made = interp::text_of(inside);
  if (!is_within(slot, interp::Value::of(made), *task_.schema)) return false;
  put(slot, made, at);
  return true;
}

// Items of which it is known that they lie one after the other are not counted first. Where that
// proves wrong, since texts with escapes take memory too, the list is read once more.
bool Quick::list(const QuickSlot& slot, char* at) {
  if (!take('[')) return false;
  skip_space();
  const char* const begin = at_;
  const std::size_t used = task_.arena->used_bytes();
  pac_list made{nullptr, 0, 0};
  bool good = false;
  bool follow = slot.items_follow;
  if (follow) good = items(slot, 1, &follow, &made);
  if (!follow) {
    at_ = begin;
    task_.arena->rewind(used);
    const std::size_t count = count_items();
    good = count <= allowed_items(slot) && items(slot, count, nullptr, &made);
  }
  if (!good) return false;
  if (slot.slot.type->kind == ir::TypeKind::set && made.count > 1) {
    task_.unread->clear();
    Report report(*task_.schema, *task_.unread, false);
    if (!sort_set(slot.slot, made, *task_.arena, report)) return false;
  }
  put(slot, made, at);
  return true;
}

std::size_t Quick::allowed_items(const QuickSlot& slot) {
  const ir::Domain* const domain = slot.slot.domain;
  int64_t allowed = ir::kMaxListItems;
  if (domain != nullptr && domain->max_items >= 0) allowed = std::min(allowed, domain->max_items);
  return static_cast<std::size_t>(allowed);
}

// From the first item to the closing bracket, in well-formed text; a look ahead.
std::size_t Quick::count_items() const {
  if (*at_ == ']') return 0;
  std::size_t count = 1;
  int depth = 1;
  bool is_quoted = false;
  for (const char* at = at_; *at != '\0' && depth > 0; ++at) {
    if (is_quoted) {
      const bool is_escape = *at == '\\' && at[1] != '\0';
      is_quoted = is_escape || *at != '"';
      if (is_escape) ++at;
      continue;
    }
    is_quoted = *at == '"';
    if (*at == '{' || *at == '[') ++depth;
    if (*at == '}' || *at == ']') --depth;
    if (*at == ',' && depth == 1) ++count;
  }
  return count;
}

// `count` items into memory of their own. With `follow` there is room for one, each further one
// must get the memory behind it; *follow: whether that was so.
bool Quick::items(const QuickSlot& slot, std::size_t count, bool* follow, pac_list* out) {
  const ir::Storage& storage = slot.element->slot.storage;
  // An empty list has a pointer that arithmetic may use.
  const std::size_t room = std::max<std::size_t>(count, 1) * storage.size;
  auto* const data = static_cast<char*>(task_.arena->allocate(room, storage.align));
  if (data == nullptr) return false;
  std::memset(data, 0, room);
  *out = {data, 0, 0};
  if (take(']')) return true;
  const std::size_t allowed = follow == nullptr ? count : allowed_items(slot);
  for (char* item = data;; item += storage.size) {
    if (out->count == allowed) return false;
    if (follow != nullptr && out->count > 0) {
      *follow = task_.arena->allocate(storage.size, storage.align) == item;
      if (!*follow) return false;
      std::memset(item, 0, storage.size);
    }
    ++out->count;
    if (!value(*slot.element, at_, item)) return false;
    skip_space();
    if (take(']')) return true;
    if (!take(',')) return false;
    skip_space();
  }
}

}  // namespace

const char* read_quickly(const char* text, const QuickTask& task, char* base) {
  const std::size_t used = task.arena->used_bytes();
  Quick quick(text, task);
  if (quick.root(base)) return quick.end();
  task.arena->rewind(used);
  for (const QuickField& field : task.record->fields) {
    std::memset(base + field.offset, 0, field.value.slot.storage.size);
  }
  return nullptr;
}

namespace {

template <bool kIsPadded>
[[gnu::always_inline]] inline bool read_cell(const QuickSlot& slot, std::string_view text,
                                             const Schema& schema, Arena& arena, char* at) {
  switch (slot.kind) {
    case QuickKind::number: {
      int64_t value = 0;
      const bool is_short = kIsPadded ? read_padded_number(text, slot.scale, &value)
                                      : read_short_number(text, slot.scale, &value);
      return is_short ? put_number(slot, value, schema, at) : put_scalar(slot, text, schema, at);
    }
    case QuickKind::name: {
      const NameTable& names = *slot.names;
      return put_name(slot, kIsPadded ? names.find_padded(text) : names.find(text), schema, at);
    }
    case QuickKind::boolean:
      if (text != "true" && text != "false") return false;
      put<uint8_t>(slot, text == "true" ? 1 : 0, at);
      return true;
    case QuickKind::other_scalar:
      return put_scalar(slot, text, schema, at);
    case QuickKind::text:
      break;
    default:
      return false;
  }
  if (!valid_utf8(text) || text.find('\0') != std::string_view::npos) return false;
  char* const copy = arena.allocate_array<char>(text.size() + 1);
  if (copy == nullptr) return false;
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  const pac_text made = interp::text_of({copy, text.size()});
  if (!is_within(slot, interp::Value::of(made), schema)) return false;
  put(slot, made, at);
  return true;
}

}  // namespace

bool read_cell_quickly(const QuickSlot& slot, std::string_view text, const Schema& schema,
                       Arena& arena, char* at) {
  return read_cell<false>(slot, text, schema, arena, at);
}

bool read_padded_cell_quickly(const QuickSlot& slot, std::string_view text, const Schema& schema,
                              Arena& arena, char* at) {
  return read_cell<true>(slot, text, schema, arena, at);
}

}  // namespace pac::engine
