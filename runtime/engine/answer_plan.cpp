#include "runtime/engine/answer_plan.h"

#include <bit>
#include <cstring>

#include "runtime/base/decimal.h"
#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"
#include "runtime/engine/json_scan.h"
#include "runtime/engine/write.h"

namespace pac::engine {

// A value of the output: where it lies counts from its record, or from its item.
struct AnswerPlan::Value {
  Slot slot;
  Kind kind = Kind::other;
  bool is_narrow = false;
  uint8_t scale = 0;
  const std::vector<Piece>* names = nullptr;  // of an enumeration
  const Record* record = nullptr;
  const Value* element = nullptr;  // of a list
};

struct AnswerPlan::Record {
  struct Field {
    Value value;
    Piece key;  // ,"name":
    uint32_t offset = 0;
    uint32_t present_at = ir::kNone;  // in the record; kNone: never missing
  };
  std::vector<Field> fields;
};

struct AnswerPlan::Answer {
  Piece head;  // {"decision":"pkg.name","status":"ok","output":
  Value output;
  std::vector<Piece> rules;  // ,"name" by index; then `otherwise`
};

// Owns the bytes of pieces, in blocks, each with kPieceBytes behind its last piece.
class AnswerPlan::Pieces {
 public:
  Piece add(std::string_view text) {
    if (text.size() + kPieceBytes > left_) {
      left_ = std::max(kBlockBytes, text.size() + kPieceBytes);
      blocks_.push_back(std::make_unique<char[]>(left_));
      at_ = blocks_.back().get();
    }
    const Piece piece{at_, static_cast<uint32_t>(text.size())};
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    left_ -= text.size();
    return piece;
  }

 private:
  static constexpr std::size_t kBlockBytes = 4096;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
};

namespace {

constexpr char kPairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
    "4748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293"
    "949596979899";

constexpr uint64_t power_of_10(int exponent) { return static_cast<uint64_t>(pow10(exponent)); }
constexpr int kMaxScaleHere = 19;

// One for zero.
int digit_count(uint64_t value) {
  // 1233 / 4096 is log10(2), near enough for 64 bits; the table corrects the last step. No power of
  // ten but 1 is odd, so the lowest bit does not matter.
  const int about = static_cast<int>(std::bit_width(value | 1)) * 1233 >> 12;
  return about + ((value | 1) >= power_of_10(about) ? 1 : 0);
}

// Exactly so many digits, two at a time from the back; those that the value lacks are zeros.
void put_digits(uint64_t value, int count, char* at) {
  for (; count >= 2; count -= 2, value /= 100) {
    std::memcpy(at + count - 2, kPairs + value % 100 * 2, 2);
  }
  if (count == 1) *at = static_cast<char>('0' + value % 10);
}

template <typename T>
T load_at(const void* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::string quoted(std::string_view text) {
  return written([&](TextSink& out) { write_quoted(text, out); });
}

}  // namespace

// Writes into the room of a sink. Each function makes sure of its own room and of kPieceBytes
// behind it, and returns false where that is not there.
class AnswerPlan::Pen {
 public:
  Pen(char* at, std::size_t room, const Schema& schema)
      : at_(at), end_(at + room), schema_(schema) {}

  const char* at() const { return at_; }

  bool put(const Piece& piece) {
    if (!has_room(piece.size)) return false;
    const char* from = piece.data;
    for (char* to = at_; to < at_ + piece.size; to += kPieceBytes, from += kPieceBytes) {
      std::memcpy(to, from, kPieceBytes);
    }
    at_ += piece.size;
    return true;
  }

  bool put(char c) {
    if (!has_room(1)) return false;
    *at_++ = c;
    return true;
  }

  bool value(const Value& value, const char* at) {
    switch (value.kind) {
      case Kind::boolean:
        return boolean(load_at<uint8_t>(at) != 0);
      case Kind::integer:
        return integer(load_at<int64_t>(at));
      case Kind::decimal:
        return decimal(value, at);
      case Kind::date:
        return date(load_at<int32_t>(at));
      case Kind::name:
        return put((*value.names)[load_at<uint32_t>(at)]);
      case Kind::text:
        return text(load_at<pac_text>(at)) || other(value, at);
      case Kind::list:
        return list(value, load_at<pac_list>(at));
      case Kind::record:
        return record(*value.record, at);
      case Kind::other:
        break;
    }
    return other(value, at);
  }

  bool value_or_null(const Value& value, const char* at) {
    const bool is_missing = value.slot.type->optional && at[value.slot.storage.present_offset] == 0;
    return is_missing ? null() : this->value(value, at);
  }

  // Commas stand before the names; the first becomes the bracket.
  bool rules(const std::vector<Piece>& names, const uint32_t* fired, uint32_t count) {
    char* const begin = at_;
    for (uint32_t i = 0; i < count; ++i) {
      if (!put(names[fired[i]])) return false;
    }
    return close(begin, '[', ']');
  }

 private:
  bool has_room(std::size_t size) const {
    return static_cast<std::size_t>(end_ - at_) >= size + kPieceBytes;
  }

  bool close(char* begin, char opening, char closing) {
    if (!has_room(2)) return false;
    if (at_ == begin) ++at_;
    *begin = opening;
    *at_++ = closing;
    return true;
  }

  bool boolean(bool is_true) {
    if (!has_room(5)) return false;
    std::memcpy(at_, is_true ? "true\0\0\0" : "false\0\0", 8);
    at_ += is_true ? 4 : 5;
    return true;
  }

  bool integer(int64_t value) {
    constexpr std::size_t kMost = 22;  // digits, sign and quotes
    if (!has_room(kMost)) return false;
    const bool is_bare = value <= json::kMaxExactInt && value >= -json::kMaxExactInt;
    if (!is_bare) *at_++ = '"';
    unsigned_digits(sign(value));
    if (!is_bare) *at_++ = '"';
    return true;
  }

  // Those of 128 bits go the other way unless they fit in 64.
  bool decimal(const Value& value, const char* at) {
    const Int128 wide = value.is_narrow ? load_at<int64_t>(at) : load_at<Int128>(at);
    const auto units = static_cast<int64_t>(wide);
    constexpr std::size_t kMost = 24;  // digits, sign, point and quotes
    if (units != wide) return other(value, at);
    if (!has_room(kMost)) return false;
    *at_++ = '"';
    const uint64_t size = sign(units);
    const uint64_t power = power_of_10(value.scale);
    const uint64_t whole = size / power;
    unsigned_digits(whole);
    if (value.scale > 0) {
      *at_++ = '.';
      put_digits(size - whole * power, value.scale, at_);
      at_ += value.scale;
    }
    *at_++ = '"';
    return true;
  }

  bool date(int32_t days) {
    if (!has_room(kDateTextBytes + 2)) return false;
    *at_++ = '"';
    at_ += format_date(days, at_);
    *at_++ = '"';
    return true;
  }

  // False also where something is to be escaped.
  bool text(const pac_text& text) {
    if (!has_room(std::size_t{text.size} + 2)) return false;
    char* const to = at_ + 1;
    if (!copy_unescaped(text.data, text.size, to)) return false;
    *at_ = '"';
    to[text.size] = '"';
    at_ = to + text.size + 1;
    return true;
  }

  // Copies and looks for what JSON escapes at once. Nothing is read outside of the text, so the
  // last part is read together with some of what was copied before, or twice from both ends.
  static bool copy_unescaped(const char* from, std::size_t size, char* to) {
    uint32_t special = 0;
    const auto part = [&](std::size_t i) {
      const __m128i bytes = load_16(from + i);
      special |= special_bits(bytes);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), bytes);
    };
    if (size >= 16) {
      for (std::size_t i = 0; i + 16 < size; i += 16) part(i);
      part(size - 16);
      return special == 0;
    }
    if (size >= 8) return both_ends<uint64_t>(from, size, to);
    if (size >= 4) return both_ends<uint32_t>(from, size, to);
    if (size >= 2) return both_ends<uint16_t>(from, size, to);
    if (size == 1) *to = *from;
    return size == 0 || special_bits(_mm_set1_epi8(*from)) == 0;
  }
  template <typename Part>
  static bool both_ends(const char* from, std::size_t size, char* to) {
    const Part head = load_at<Part>(from);
    const Part tail = load_at<Part>(from + size - sizeof(Part));
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + size - sizeof tail, &tail, sizeof tail);
    // The lanes that hold neither are filled with a letter.
    char bytes[16];
    std::memset(bytes, 'a', sizeof bytes);
    std::memcpy(bytes, &head, sizeof head);
    std::memcpy(bytes + 8, &tail, sizeof tail);
    return special_bits(load_16(bytes)) == 0;
  }

  bool list(const Value& value, const pac_list& list) {
    char* const begin = at_;
    const auto* item = static_cast<const char*>(list.data);
    const std::size_t stride = value.element->slot.storage.size;
    for (uint32_t i = 0; i < list.count; ++i, item += stride) {
      if (!put(',')) return false;
      if (!value_or_null(*value.element, item)) return false;
    }
    return close(begin, '[', ']');
  }

  bool record(const Record& record, const char* at) {
    char* const begin = at_;
    for (const Record::Field& field : record.fields) {
      if (field.present_at != ir::kNone && at[field.present_at] == 0) continue;
      if (!put(field.key) || !value(field.value, at + field.offset)) return false;
    }
    return close(begin, '{', '}');
  }

  bool null() {
    if (!has_room(4)) return false;
    std::memcpy(at_, "null", 4);
    at_ += 4;
    return true;
  }

  bool other(const Value& value, const char* at) {
    TextSink sink(at_, static_cast<std::size_t>(end_ - at_));
    write_value(schema_, value.slot, at, sink);
    if (!sink.fits()) return false;
    at_ += sink.size();
    return true;
  }

  uint64_t sign(int64_t value) {
    if (value >= 0) return static_cast<uint64_t>(value);
    *at_++ = '-';
    return ~static_cast<uint64_t>(value) + 1;
  }
  void unsigned_digits(uint64_t value) {
    const int count = digit_count(value);
    put_digits(value, count, at_);
    at_ += count;
  }

  char* at_;
  char* const end_;
  const Schema& schema_;
};

struct AnswerPlan::Builder {
  AnswerPlan& plan;
  const Schema& schema;

  const std::vector<Piece>* names_of(uint32_t index) {
    auto& names = plan.enums_[index];
    if (names == nullptr) {
      names = std::make_unique<std::vector<Piece>>();
      for (const ir::EnumValue& value : schema.rule_set().enums[index].values) {
        names->push_back(plan.pieces_->add(quoted(value.wire)));
      }
    }
    return names.get();
  }

  const Record* record_of(uint32_t index) {
    auto& record = plan.records_[index];
    if (record != nullptr) return record.get();
    auto made = std::make_unique<Record>();
    const RecordSchema& of = schema.record(static_cast<ir::RecordId>(index));
    for (std::size_t i = 0; i < of.fields.size(); ++i) {
      const Slot& slot = of.fields[i];
      Record::Field field;
      field.value = value_of(slot);
      field.key = plan.pieces_->add("," + of.keys[i]);
      field.offset = slot.offset;
      if (slot.type->optional) field.present_at = slot.offset + slot.storage.present_offset;
      made->fields.push_back(field);
    }
    record = std::move(made);
    return record.get();
  }

  Value value_of(const Slot& slot) {
    Value out;
    out.slot = slot;
    out.kind = kind_of(*slot.type);
    out.is_narrow = slot.storage.narrow;
    if (out.kind == Kind::decimal) out.scale = static_cast<uint8_t>(slot.type->scale);
    if (out.kind == Kind::name) out.names = names_of(slot.type->ref);
    if (out.kind == Kind::record) out.record = record_of(slot.type->ref);
    if (out.kind == Kind::list) {
      plan.elements_.push_back(std::make_unique<Value>(value_of(schema.element(slot))));
      out.element = plan.elements_.back().get();
    }
    return out;
  }

  static Kind kind_of(const ir::Type& type) {
    switch (type.kind) {
      case ir::TypeKind::boolean:
        return Kind::boolean;
      case ir::TypeKind::integer:
        return Kind::integer;
      case ir::TypeKind::decimal:
        return type.scale >= 0 && type.scale <= kMaxScaleHere ? Kind::decimal : Kind::other;
      case ir::TypeKind::date:
        return Kind::date;
      case ir::TypeKind::enumeration:
        return Kind::name;
      case ir::TypeKind::string:
        return Kind::text;
      case ir::TypeKind::list:
      case ir::TypeKind::set:
        return Kind::list;
      case ir::TypeKind::record:
        return Kind::record;
      default:
        return Kind::other;
    }
  }

  Answer answer_of(ir::DecisionId id) {
    const ir::Decision& decision = schema.rule_set().decision(id);
    Answer out;
    out.head = plan.pieces_->add(written([&](TextSink& text) {
      text.put("{\"decision\":\"");
      put_decision_name(schema.rule_set(), id, text);
      text.put("\",\"status\":\"ok\",\"output\":");
    }));
    out.output = value_of(schema.value(decision.result_type));
    for (std::size_t rule = 0; rule <= decision.rules.size(); ++rule) {
      out.rules.push_back(
          plan.pieces_->add("," + quoted(rule_name(decision, static_cast<uint32_t>(rule)))));
    }
    return out;
  }
};

AnswerPlan::AnswerPlan(const Schema& schema)
    : schema_(schema), pieces_(std::make_unique<Pieces>()) {
  records_.resize(schema.rule_set().records.size());
  enums_.resize(schema.rule_set().enums.size());
  Builder builder{*this, schema};
  for (uint32_t i = 0; i < schema.rule_set().decisions.size(); ++i) {
    answers_.push_back(builder.answer_of(static_cast<ir::DecisionId>(i)));
  }
}

AnswerPlan::~AnswerPlan() = default;

bool AnswerPlan::write(ir::DecisionId decision, const void* output, const pac_result& result,
                       TextSink& out) const {
  static constexpr char kFired[kPieceBytes] = ",\"fired\":";
  const Answer& answer = answers_[ir::index(decision)];
  Pen pen(out.rest(), out.room(), schema_);
  if (!pen.put(answer.head) ||
      !pen.value_or_null(answer.output, static_cast<const char*>(output)) ||
      !pen.put(Piece{kFired, 9}) || !pen.rules(answer.rules, result.fired, result.fired_count)) {
    return false;
  }
  out.advance(static_cast<std::size_t>(pen.at() - out.rest()));
  return true;
}

}  // namespace pac::engine
