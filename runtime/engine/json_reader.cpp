#include "runtime/engine/json_reader.h"

#include <cstring>

#include "runtime/engine/check_value.h"
#include "runtime/engine/json_quick.h"
#include "runtime/engine/json_scan.h"
#include "runtime/engine/json_text.h"
#include "runtime/engine/scalar.h"
#include "simdjson.h"

namespace pac::engine {

namespace ondemand = simdjson::ondemand;

struct JsonReader::Parser {
  ondemand::parser parser;
  std::size_t max_bytes = 0;
  Refusals unread{1};  // of the quick reader
};

namespace {

constexpr uint32_t kSeenWords =
    16;  // bits for 1024 fields on the stack; larger records take arena memory

std::string_view trim(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t')) {
    token.remove_suffix(1);
  }
  return token;
}

// What the first character of a token promises, in the words of messages; empty: no value begins
// so.
std::string_view seen_words(char first) {
  switch (first) {
    case '{':
      return "an object";
    case '[':
      return "a list";
    case '"':
      return "a string";
    case 't':
    case 'f':
      return "true or false";
    case 'n':
      return "null";
    case '-':
      return "a number";
    default:
      return first >= '0' && first <= '9' ? "a number" : "";
  }
}

// One reading of one text.
class Reading {
 public:
  Reading(std::string_view text, Arena& arena, Report& report)
      : text_(text), arena_(arena), report_(report), schema_(report.schema()) {}

  bool root_object(ondemand::document& document, const RootFields& fields, char* base);
  bool root_value(ondemand::document& document, const Slot& slot, char* at);
  bool syntax(simdjson::error_code error, const char* place);

 private:
  bool fields(ondemand::object object, const RootFields& fields, char* base);
  bool field(ondemand::field& field, const RootFields& fields, uint64_t* seen, uint32_t* next,
             char* base);
  bool unknown(ondemand::field& field, const RootFields& fields, std::string_view name);
  bool absent(const RootFields& fields, const uint64_t* seen);
  bool key(ondemand::field& field, std::string_view* out);
  bool value(ondemand::value value, const Slot& slot, char* at);
  bool record(ondemand::value value, const Slot& slot, char* at);
  bool list(ondemand::value value, const Slot& slot, char* at);
  bool items(ondemand::array array, const Slot& element, char* data, std::size_t count);
  bool scalar(std::string_view token, const Slot& slot, char* at);
  bool number(std::string_view token, const Slot& slot, char* at);
  bool string(std::string_view token, const Slot& slot, char* at);
  bool literal(std::string_view token, const Slot& slot, char* at);
  bool read_text(const Slot& slot, std::string_view text, char* at);
  bool not_unescaped(Unescaped found, const char* place);
  bool no_memory();

  bool syntax(std::string_view what, const char* place);
  void* take(std::size_t size, std::size_t align) {
    void* const memory = arena_.allocate(size, align);
    if (memory != nullptr) std::memset(memory, 0, size);
    return memory;
  }

  std::string_view text_;
  Arena& arena_;
  Report& report_;
  const Schema& schema_;
};

bool Reading::syntax(std::string_view what, const char* place) {
  uint32_t line = 1;
  uint32_t column = 1;
  const char* const end = text_.data() + text_.size();
  const bool known = place >= text_.data() && place <= end;
  for (const char* at = text_.data(); known && at < place; ++at) {
    column = *at == '\n' ? 1 : column + 1;
    line += *at == '\n' ? 1 : 0;
  }
  return report_.not_json(line, column, what);
}

bool Reading::syntax(simdjson::error_code error, const char* place) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return syntax("the text is not UTF-8", place);
    case simdjson::UNCLOSED_STRING:
      return syntax("a string has no closing quote", place);
    case simdjson::UNESCAPED_CHARS:
      return syntax("a control character in a string", place);
    case simdjson::EMPTY:
      return syntax("the text is empty", place);
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return no_memory();
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return syntax("the text does not end with the bracket of its object",
                    text_.data() + text_.size());
    default:
      return syntax("a comma, colon, quote or bracket is missing or too many", place);
  }
}

bool Reading::no_memory() {
  return report_.too_large("the input needs more memory than a session has",
                           arena_.capacity_bytes());
}

bool Reading::root_object(ondemand::document& document, const RootFields& root, char* base) {
  std::string_view token;
  if (const auto error = document.raw_json_token().get(token)) return syntax(error, text_.data());
  if (token.empty() || token[0] != '{') {
    const std::string_view word = trim(token);
    const bool is_word = word == "null" || word == "true" || word == "false";
    const char first = word.empty() ? '\0' : word[0];
    if (!is_word && (first == 'n' || first == 't' || first == 'f' || seen_words(first).empty())) {
      return syntax("no value is written so", token.data());
    }
    return report_.other(RefusalCode::wrong_type, "the input must be an object in { }");
  }
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return syntax(error, text_.data());
  if (!fields(object, root, base)) return false;
  const char* place = nullptr;
  if (document.current_location().get(place) != simdjson::OUT_OF_BOUNDS) {
    return syntax("text after the end of the object", place);
  }
  return true;
}

bool Reading::root_value(ondemand::document& document, const Slot& slot, char* at) {
  std::string_view token;
  if (const auto error = document.raw_json_token().get(token)) return syntax(error, text_.data());
  if (!token.empty() && (token[0] == '{' || token[0] == '[')) {
    ondemand::value root;
    if (const auto error = document.get_value().get(root)) return syntax(error, text_.data());
    if (!value(root, slot, at)) return false;
    const char* place = nullptr;
    if (document.current_location().get(place) == simdjson::OUT_OF_BOUNDS) return true;
    return syntax("text after the end of the value", place);
  }
  return scalar(token, slot, at);
}

bool Reading::fields(ondemand::object object, const RootFields& root, char* base) {
  const std::size_t words = (root.record->fields.size() + 63) / 64;
  uint64_t local[kSeenWords] = {};
  uint64_t* seen = root.seen != nullptr ? root.seen : local;
  if (root.seen == nullptr && words > kSeenWords) {
    seen = static_cast<uint64_t*>(take(words * sizeof(uint64_t), alignof(uint64_t)));
    if (seen == nullptr) return no_memory();
  }
  uint32_t next = 0;
  for (auto found : object) {
    ondemand::field member;
    if (const auto error = std::move(found).get(member)) return syntax(error, nullptr);
    if (!field(member, root, seen, &next, base)) return false;
  }
  return !root.absent_is_refused || absent(root, seen);
}

bool Reading::key(ondemand::field& field, std::string_view* out) {
  const char* const begin = field.key().raw() - 1;  // its opening quote
  std::string_view raw;
  const std::string_view rest(begin, static_cast<std::size_t>(text_.data() + text_.size() - begin));
  if (!take_quoted(rest, &raw)) return syntax("a name has no closing quote", begin);
  const Unescaped found = unescape(raw, arena_, out);
  return found == Unescaped::ok || not_unescaped(found, begin);
}

// Fields mostly come in the order of the declaration: the search begins at the one after the last
// found.
bool Reading::field(ondemand::field& member, const RootFields& root, uint64_t* seen, uint32_t* next,
                    char* base) {
  std::string_view name;
  if (!key(member, &name)) return false;
  const auto& slots = root.record->fields;
  const auto count = static_cast<uint32_t>(slots.size());
  for (uint32_t tried = 0, i = *next; tried < count; ++tried, ++i) {
    if (i >= count) i = 0;
    if (slots[i].name != name || (!root.roles.empty() && root.roles[i] != root.role)) continue;
    const uint64_t bit = uint64_t{1} << (i % 64);
    if ((seen[i / 64] & bit) != 0) return report_.duplicate_key(name);
    seen[i / 64] |= bit;
    *next = i + 1;
    report_.enter(slots[i].name);
    const bool go_on = value(member.value(), slots[i], base + slots[i].offset);
    report_.leave();
    return go_on;
  }
  return unknown(member, root, name);
}

bool Reading::unknown(ondemand::field& member, const RootFields& root, std::string_view name) {
  std::string_view token = member.value().raw_json_token();
  if (root.accepts != nullptr && root.accepts(root.self, name, trim(token))) return true;
  const auto& slots = root.record->fields;
  for (std::size_t i = 0; i < slots.size() && !root.roles.empty(); ++i) {
    if (slots[i].name != name) continue;
    if (root.roles[i] == ir::SlotRole::context) {
      return report_.unknown_field(*root.record, name, "it is context and is given as such");
    }
    if (root.roles[i] == ir::SlotRole::feature) {
      return report_.unknown_field(*root.record, name,
                                   "it is a feature and comes from a feature store");
    }
  }
  return report_.unknown_field(*root.record, name, {});
}

bool Reading::absent(const RootFields& root, const uint64_t* seen) {
  const auto& slots = root.record->fields;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!root.roles.empty() && root.roles[i] != root.role) continue;
    if ((seen[i / 64] >> (i % 64) & 1) != 0 || slots[i].type->optional) continue;
    report_.enter(slots[i].name);
    const bool go_on = report_.missing();
    report_.leave();
    if (!go_on) return false;
  }
  return true;
}

bool Reading::value(ondemand::value found, const Slot& slot, char* at) {
  const std::string_view token = found.raw_json_token();
  const char first = token.empty() ? '\0' : token[0];
  if (first == '{') return record(found, slot, at);
  if (first == '[') return list(found, slot, at);
  return scalar(token, slot, at);
}

bool Reading::record(ondemand::value found, const Slot& slot, char* at) {
  if (slot.type->kind != ir::TypeKind::record) return report_.wrong_type(slot, "an object");
  const char* const place = found.raw_json_token().data();
  ondemand::object object;
  if (const auto error = found.get_object().get(object)) return syntax(error, place);
  RootFields inner;
  inner.record = &schema_.record_of(*slot.type);
  if (slot.storage.present_offset != ir::kNone) at[slot.storage.present_offset] = 1;
  return fields(object, inner, at);
}

bool Reading::list(ondemand::value found, const Slot& slot, char* at) {
  if (slot.type->kind != ir::TypeKind::list && slot.type->kind != ir::TypeKind::set) {
    return report_.wrong_type(slot, "a list");
  }
  const char* const place = found.raw_json_token().data();
  ondemand::array array;
  std::size_t count = 0;
  if (const auto error = found.get_array().get(array)) return syntax(error, place);
  if (const auto error = array.count_elements().get(count)) return syntax(error, place);
  if (!check_count(slot, count, report_)) return false;
  if (count > static_cast<std::size_t>(ir::kMaxListItems)) return no_memory();
  const Slot element = schema_.element(slot);
  // An empty list needs no memory, but its pointer is one that arithmetic may use.
  auto* data = static_cast<char*>(
      take(element.storage.size * (count == 0 ? 1 : count), element.storage.align));
  if (data == nullptr) return no_memory();
  if (!items(array, element, data, count)) return false;
  const pac_list list{data, static_cast<uint32_t>(count), 0};
  if (slot.type->kind == ir::TypeKind::set && count > 1 && !sort_set(slot, list, arena_, report_)) {
    return false;
  }
  schema_.store(slot, interp::Value::of(list), at);
  return true;
}

bool Reading::items(ondemand::array array, const Slot& element, char* data, std::size_t count) {
  std::size_t i = 0;
  for (auto found : array) {
    ondemand::value item;
    if (const auto error = std::move(found).get(item)) return syntax(error, nullptr);
    if (i == count) return syntax("a list is not closed", nullptr);
    report_.enter(static_cast<uint32_t>(i));
    const bool go_on = value(item, element, data + i * element.storage.size);
    report_.leave();
    if (!go_on) return false;
    ++i;
  }
  return true;
}

bool Reading::scalar(std::string_view token, const Slot& slot, char* at) {
  token = trim(token);
  if (token.empty()) return syntax("a value is missing", token.data());
  switch (token[0]) {
    case '"':
      return string(token, slot, at);
    case 't':
    case 'f':
    case 'n':
      return literal(token, slot, at);
    default:
      break;
  }
  if (seen_words(token[0]).empty()) return syntax("no value begins here", token.data());
  return number(token, slot, at);
}

bool Reading::literal(std::string_view token, const Slot& slot, char* at) {
  if (token == "null") return slot.type->optional || report_.null_value();
  if (token != "true" && token != "false") return syntax("no value is written so", token.data());
  if (slot.type->kind != ir::TypeKind::boolean) return report_.wrong_type(slot, "true or false");
  schema_.store(slot, interp::Value::of(Int128{token == "true"}), at);
  return true;
}

bool Reading::number(std::string_view token, const Slot& slot, char* at) {
  Int128 ignored = 0;
  // A scale of 38 is the widest, so what is no syntax there is no JSON number at all.
  if (parse_decimal(token, kMaxScale, &ignored) == TextStatus::syntax) {
    return syntax("a number is not written so", token.data());
  }
  const bool takes_numbers =
      slot.type->kind == ir::TypeKind::integer || slot.type->kind == ir::TypeKind::decimal;
  if (!takes_numbers) return report_.wrong_type(slot, "a number");
  if (may_be_rounded(token)) return report_.inexact_number(token);
  return read_text(slot, token, at);
}

bool Reading::string(std::string_view token, const Slot& slot, char* at) {
  std::string_view raw;
  if (!take_quoted(token, &raw)) return syntax("a string has no closing quote", token.data());
  if (raw.size() + 2 != token.size()) {
    return syntax("text after a string", token.data() + raw.size() + 2);
  }
  const ir::TypeKind kind = slot.type->kind;
  if (kind == ir::TypeKind::boolean || (!is_scalar(kind) && kind != ir::TypeKind::string)) {
    return report_.wrong_type(slot, "a string");
  }
  std::string_view text;
  const Unescaped found = unescape(raw, arena_, &text);
  if (found != Unescaped::ok) return not_unescaped(found, token.data());
  if (kind != ir::TypeKind::string) return read_text(slot, text, at);
  const interp::Value value = interp::Value::of(interp::text_of(text));
  schema_.store(slot, value, at);
  return check_domain(slot, value, report_);
}

bool Reading::read_text(const Slot& slot, std::string_view text, char* at) {
  Int128 number = 0;
  const ScalarRead read = read_scalar(schema_, slot, text, &number);
  if (read.code != RefusalCode::none) return report_.scalar(slot, read, text);
  const interp::Value value = interp::Value::of(number);
  schema_.store(slot, value, at);
  return check_domain(slot, value, report_);
}

bool Reading::not_unescaped(Unescaped found, const char* place) {
  switch (found) {
    case Unescaped::lone_surrogate:
      return report_.not_text("half of a surrogate pair");
    case Unescaped::zero:
      return report_.not_text("the character U+0000");
    case Unescaped::no_memory:
      return no_memory();
    default:
      return syntax("a backslash is followed by no escape", place);
  }
}

}  // namespace

JsonReader::JsonReader(std::size_t max_bytes) : parser_(std::make_unique<Parser>()) {
  parser_->max_bytes = max_bytes;
  // Strings are not unescaped by the parser, so that its depth and its string memory play no part
  // here.
  if (parser_->parser.allocate(max_bytes) != simdjson::SUCCESS) parser_->max_bytes = 0;
}

JsonReader::~JsonReader() = default;

std::size_t JsonReader::max_bytes() const { return parser_->max_bytes; }

namespace {

static_assert(simdjson::SIMDJSON_PADDING >= kScanPadding + 1);

// The text in the arena, with the padding that both readers may read; a zero byte ends it.
const char* copy_padded(std::string_view text, Arena& arena) {
  auto* copy = arena.allocate_array<char>(text.size() + simdjson::SIMDJSON_PADDING);
  if (copy == nullptr) return nullptr;
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, simdjson::SIMDJSON_PADDING);
  return copy;
}

template <typename Read>
bool read_document(ondemand::parser& parser, std::string_view padded_text, Arena& arena,
                   Report& report, Read read) {
  Reading reading(padded_text, arena, report);
  ondemand::document document;
  const simdjson::padded_string_view padded(padded_text.data(), padded_text.size(),
                                            padded_text.size() + simdjson::SIMDJSON_PADDING);
  if (const auto error = parser.iterate(padded).get(document)) {
    return reading.syntax(error, padded_text.data());
  }
  return read(reading, document);
}

QuickTask task_of(const RootFields& fields, const Schema& schema, Arena& arena, Refusals& unread) {
  QuickTask task;
  task.record = fields.quick;
  task.schema = &schema;
  task.arena = &arena;
  task.unread = &unread;
  task.absent_is_refused = fields.absent_is_refused;
  task.seen = fields.seen;
  return task;
}

}  // namespace

bool JsonReader::copy(std::string_view text, Arena& arena, Report& report,
                      std::string_view* out) const {
  const std::size_t limit = parser_->max_bytes;
  if (text.size() > limit) return report.too_large("the input is too long", limit);
  const char* const copied = copy_padded(text, arena);
  if (copied == nullptr) return report.too_large("the input is too long", arena.capacity_bytes());
  *out = {copied, text.size()};
  return true;
}

bool JsonReader::read_object(std::string_view text, const RootFields& fields, char* base,
                             Arena& arena, Report& report) {
  std::string_view padded;
  if (!copy(text, arena, report, &padded)) return false;
  if (fields.quick != nullptr) {
    QuickTask task = task_of(fields, report.schema(), arena, parser_->unread);
    task.end = padded.data() + padded.size();
    if (read_quickly(padded.data(), task, base) != nullptr) return true;
  }
  return read_document(parser_->parser, padded, arena, report,
                       [&](Reading& reading, ondemand::document& document) {
                         return reading.root_object(document, fields, base);
                       });
}

std::size_t JsonReader::read_leading(std::string_view text, const RootFields& fields, char* base,
                                     Arena& arena, const Schema& schema) {
  if (fields.quick == nullptr || text.size() > parser_->max_bytes) return 0;
  const char* const padded = copy_padded(text, arena);
  if (padded == nullptr) return 0;
  const QuickTask task = task_of(fields, schema, arena, parser_->unread);
  const char* const end = read_quickly(padded, task, base);
  return end == nullptr ? 0 : static_cast<std::size_t>(end - padded);
}

bool JsonReader::read_value(std::string_view text, const Slot& slot, char* at, Arena& arena,
                            Report& report) {
  std::string_view padded;
  if (!copy(text, arena, report, &padded)) return false;
  return read_document(parser_->parser, padded, arena, report,
                       [&](Reading& reading, ondemand::document& document) {
                         return reading.root_value(document, slot, at);
                       });
}

}  // namespace pac::engine
