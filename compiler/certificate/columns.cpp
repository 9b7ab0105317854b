#include "compiler/certificate/columns.h"

#include <algorithm>
#include <limits>
#include <set>

#include "runtime/base/text_numbers.h"
#include "runtime/base/utf8.h"

namespace pac::certificate {

using ir::TypeKind;

namespace {

constexpr size_t kMaxCells = 1'000'000;

class Reader {
 public:
  Reader(const json::Value& value, const ir::RuleSet& rules, const ir::Decision& decision,
         Column* out)
      : value_(value), rules_(rules), decision_(decision), out_(*out) {}

  std::string run() {
    if (!value_.is_object()) return "a column that is no object";
    const json::Value* field = value_.find("field");
    const json::Value* expr = value_.find("expression");
    const json::Value* missing = value_.find("missing");
    out_.has_missing = missing != nullptr && missing->is_bool() && missing->as_bool();
    bool may_miss = false;
    if (field != nullptr && field->is_string()) {
      if (!find_field(field->as_string(), &may_miss)) {
        return "there is no field `" + field->as_string() + "`";
      }
    } else if (expr != nullptr && expr->is_int()) {
      if (expr->as_int() < 0 || static_cast<size_t>(expr->as_int()) >= rules_.exprs.size()) {
        return "there is no expression " + std::to_string(expr->as_int());
      }
      out_.expr = static_cast<ir::ExprId>(expr->as_int());
      out_.type = rules_.type_of(out_.expr);
      may_miss = out_.type.optional;
    } else {
      return read_unnamed();
    }
    if (may_miss && !out_.has_missing) return "a column has no cell for missing";
    return out_.type.kind == TypeKind::string ? read_texts() : read_numbers();
  }

 private:
  // Cells of something that only whoever made the certificate knows: nothing is concluded from it.
  std::string read_unnamed() {
    const json::Value* count = value_.find("count");
    if (count == nullptr || !count->is_int() || count->as_int() < 1 ||
        count->as_int() > static_cast<int64_t>(kMaxCells)) {
      return "a column that names neither a field nor an expression";
    }
    out_.cell_count = static_cast<uint32_t>(count->as_int());
    return {};
  }

  bool find_field(const std::string& name, bool* may_miss) {
    const ir::Record* record = &rules_.record(decision_.input);
    for (size_t at = 0; at <= name.size();) {
      const size_t dot = std::min(name.find('.', at), name.size());
      const auto found =
          std::ranges::find(record->fields, name.substr(at, dot - at), &ir::Field::name);
      if (found == record->fields.end()) return false;
      const auto number = static_cast<uint32_t>(found - record->fields.begin());
      if (out_.slot == ir::kNone) {
        out_.slot = number;
      } else {
        out_.fields.push_back(number);
      }
      out_.type = rules_.type(found->type);
      domain_ = found->domain == ir::DomainId::none ? nullptr : &rules_.domain(found->domain);
      *may_miss = *may_miss || out_.type.optional;
      at = dot + 1;
      if (at > name.size()) return true;
      if (out_.type.kind != TypeKind::record) return false;
      record = &rules_.records[out_.type.ref];
    }
    return false;
  }

  // Cuts in ascending order make a partition, whatever the domain is.
  std::string read_numbers() {
    const json::Value* cuts = value_.find("cuts");
    if (cuts == nullptr || !cuts->is_array()) return "a column without cuts";
    for (const json::Value& cut : cuts->elements()) {
      Int128 number = 0;
      if (!cut.is_string() || !read_number(cut.as_string(), &number)) {
        return "a cut that is no value of its column";
      }
      if (!out_.starts.empty() && number <= out_.starts.back()) return "cuts that do not ascend";
      out_.starts.push_back(number);
    }
    out_.cell_count = static_cast<uint32_t>(out_.starts.size() + 1 + (out_.has_missing ? 1 : 0));
    return {};
  }

  bool read_number(const std::string& text, Int128* out) const {
    int32_t day = 0;
    int64_t number = 0;
    TextStatus status = TextStatus::ok;
    switch (out_.type.kind) {
      case TypeKind::boolean:
        *out = 1;
        return text == "true";
      case TypeKind::effect:
        *out = 1;
        return text == "deny";
      case TypeKind::enumeration: {
        const auto& values = rules_.enums[out_.type.ref].values;
        const auto found = std::ranges::find(values, text, &ir::EnumValue::name);
        *out = found - values.begin();
        return found != values.end();
      }
      case TypeKind::date:
        status = parse_date(text, &day);
        *out = day;
        break;
      case TypeKind::datetime:
        status = parse_datetime(text, &number);
        *out = number;
        break;
      case TypeKind::duration:
        status = parse_duration(text, &number);
        *out = number;
        break;
      case TypeKind::integer:
      case TypeKind::decimal:
        status =
            parse_decimal(text, out_.type.kind == TypeKind::decimal ? out_.type.scale : 0, out);
        break;
      default:
        return false;
    }
    return status == TextStatus::ok;
  }

  // ---- Texts.

  std::string read_texts() {
    const json::Value* cells = value_.find("texts");
    const json::Value* tests = value_.find("tests");
    if (cells == nullptr || !cells->is_array()) return "a column of texts without cells";
    if (tests != nullptr && tests->is_array()) {
      for (const json::Value& test : tests->elements()) {
        if (!read_test(test)) return "a test of texts that is none";
      }
    }
    std::set<std::string> texts, prefixes;
    std::set<std::vector<bool>> answers;
    for (const json::Value& value : cells->elements()) {
      TextCell cell;
      if (!read_cell(value, &cell)) return "a cell of texts that is none";
      const bool is_new = cell.kind == TextCell::Kind::is ? texts.insert(cell.text).second
                          : cell.kind == TextCell::Kind::prefix
                              ? prefixes.insert(cell.text).second
                              : answers.insert(cell.answers).second;
      if (!is_new) return "two cells of texts that are the same";
      out_.texts.push_back(std::move(cell));
    }
    if (!prefixes.empty() && !answers.empty()) return "cells of texts that overlap";
    out_.cell_count = static_cast<uint32_t>(out_.texts.size() + (out_.has_missing ? 1 : 0));
    return covers(texts, prefixes, answers) ? "" : "texts that lie in no cell";
  }

  bool read_test(const json::Value& value) {
    if (!value.is_object() || value.members().size() != 1) return false;
    const auto& [name, operand] = value.members()[0];
    TextTest test;
    if (name == "length") {
      if (!operand.is_array() || operand.elements().size() != 2) return false;
      for (const json::Value& end : operand.elements()) {
        if (!end.is_string()) return false;
      }
      test.kind = TextTest::Kind::length;
      if (parse_decimal(operand.elements()[0].as_string(), 0, &test.low) != TextStatus::ok ||
          parse_decimal(operand.elements()[1].as_string(), 0, &test.high) != TextStatus::ok) {
        return false;
      }
    } else {
      static constexpr std::pair<std::string_view, TextTest::Kind> kKinds[] = {
          {"starts_with", TextTest::Kind::starts_with},
          {"ends_with", TextTest::Kind::ends_with},
          {"contains", TextTest::Kind::contains},
          {"matches", TextTest::Kind::matches}};
      const auto found = std::ranges::find(kKinds, name, [](const auto& one) { return one.first; });
      if (found == std::end(kKinds) || !operand.is_string()) return false;
      test.kind = found->second;
      test.text = operand.as_string();
    }
    out_.tests.push_back(std::move(test));
    return true;
  }

  bool read_cell(const json::Value& value, TextCell* out) const {
    if (!value.is_object() || value.members().size() != 1) return false;
    const auto& [name, operand] = value.members()[0];
    if (!operand.is_string()) return false;
    const std::string& text = operand.as_string();
    if (name == "is" || name == "prefix") {
      out->kind = name == "is" ? TextCell::Kind::is : TextCell::Kind::prefix;
      out->text = text;
      return true;
    }
    if (name != "answers" || text.size() != out_.tests.size()) return false;
    out->kind = TextCell::Kind::answers;
    for (const char c : text) {
      if (c != 'y' && c != 'n') return false;
      out->answers.push_back(c == 'y');
    }
    return true;
  }

  // A text has one longest prefix among those listed, if the empty one is listed; or the domain
  // names all texts; or what no cell has, no text is.
  bool covers(const std::set<std::string>& texts, const std::set<std::string>& prefixes,
              const std::set<std::vector<bool>>& answers) const {
    if (prefixes.contains("")) return true;
    std::vector<Regex> patterns;
    if (domain_ != nullptr) {
      for (const std::string& pattern : domain_->patterns) {
        auto regex = Regex::compile(pattern);
        if (!regex) return false;
        patterns.push_back(std::move(*regex));
      }
    }
    if (domain_ != nullptr && domain_->has_texts) {
      return std::ranges::all_of(domain_->texts, [&](const std::string& text) {
        const auto takes = [&](const Regex& regex) { return regex.matches(text); };
        const bool is_long = domain_->max_chars >= 0 &&
                             static_cast<int64_t>(count_code_points(text)) > domain_->max_chars;
        return texts.contains(text) || is_long || !std::ranges::all_of(patterns, takes);
      });
    }
    Regex rest = Regex::any_text();
    for (const Regex& pattern : patterns) {
      auto both = Regex::intersect(rest, pattern);
      if (!both) return false;
      rest = std::move(*both);
    }
    if (domain_ != nullptr && domain_->max_chars >= 0) {
      auto both = narrowed(rest, {TextTest::Kind::length, "", 0, domain_->max_chars}, true);
      if (both) rest = std::move(*both);
    }
    std::vector<bool> path;
    return classes_cover(std::move(rest), texts, answers, &path);
  }

  bool classes_cover(Regex part, const std::set<std::string>& texts,
                     const std::set<std::vector<bool>>& answers, std::vector<bool>* path) const {
    if (part.is_empty()) return true;
    if (path->size() == out_.tests.size()) {
      if (answers.contains(*path)) return true;
      for (auto text = part.shortest_match(); text; text = part.shortest_match()) {
        if (!texts.contains(*text)) return false;
        auto rest = narrowed(part, {TextTest::Kind::matches, Regex::escape(*text), 0, 0}, false);
        if (!rest) return false;
        part = std::move(*rest);
      }
      return true;
    }
    for (const bool answer : {true, false}) {
      auto narrower = narrowed(part, out_.tests[path->size()], answer);
      if (!narrower) return false;
      path->push_back(answer);
      const bool is_covered = classes_cover(std::move(*narrower), texts, answers, path);
      path->pop_back();
      if (!is_covered) return false;
    }
    return true;
  }

  static Result<Regex> narrowed(const Regex& part, const TextTest& test, bool answer) {
    auto regex = Regex::compile(pattern_of(test));
    if (regex && !answer) regex = Regex::complement(*regex);
    return regex ? Regex::intersect(part, *regex) : regex;
  }

  static std::string pattern_of(const TextTest& test) {
    const std::string any = ".*", text = Regex::escape(test.text);
    switch (test.kind) {
      case TextTest::Kind::starts_with:
        return "(?s)" + text + any;
      case TextTest::Kind::ends_with:
        return "(?s)" + any + text;
      case TextTest::Kind::contains:
        return "(?s)" + any + text + any;
      case TextTest::Kind::matches:
        return test.text;
      default: {
        const bool is_open = test.high == std::numeric_limits<int64_t>::max();
        const auto number = [](Int128 n) { return std::to_string(static_cast<int64_t>(n)); };
        return "(?s).{" + number(test.low) + "," + (is_open ? "" : number(test.high)) + "}";
      }
    }
  }

  const json::Value& value_;
  const ir::RuleSet& rules_;
  const ir::Decision& decision_;
  Column& out_;
  const ir::Domain* domain_ = nullptr;
};

}  // namespace

bool read_column(const json::Value& value, const ir::RuleSet& rules, const ir::Decision& decision,
                 Column* out, std::string* fault) {
  *fault = Reader(value, rules, decision, out).run();
  return fault->empty();
}

}  // namespace pac::certificate
