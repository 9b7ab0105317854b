#include "runtime/interp/domain.h"

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/base/utf8.h"

namespace pac::interp {

using ir::Domain;
using ir::DomainId;
using ir::RecordId;
using ir::Type;
using ir::TypeId;
using ir::TypeKind;

namespace {

// Whether values of a type need no look: it holds no field with a domain, at any depth. Types are
// acyclic.
class FreeTypes {
 public:
  explicit FreeTypes(const ir::RuleSet& rules)
      : rules_(rules), records_(rules.records.size(), Known::no) {}

  bool is_free(TypeId id) {
    const Type& type = rules_.type(id);
    switch (type.kind) {
      case TypeKind::list:
      case TypeKind::set:
        return is_free(type.element);
      case TypeKind::record:
        return is_free_record(type.ref);
      default:
        return true;
    }
  }

 private:
  enum class Known : uint8_t { no, free, bound };

  bool is_free_record(uint32_t record) {
    if (records_[record] == Known::no) {
      const bool free =
          std::ranges::all_of(rules_.records[record].fields, [&](const ir::Field& field) {
            return field.domain == DomainId::none && is_free(field.type);
          });
      records_[record] = free ? Known::free : Known::bound;
    }
    return records_[record] == Known::free;
  }

  const ir::RuleSet& rules_;
  std::vector<Known> records_;
};

}  // namespace

Domains::Domains(const ir::RuleSet& rules, const Values& values)
    : rules_(rules), values_(values), patterns_(rules.domains.size()) {
  for (size_t i = 0; i < rules.domains.size(); ++i) {
    for (const std::string& pattern : rules.domains[i].patterns) {
      Result<Regex> regex = Regex::compile(pattern);
      PAC_CHECK(regex.has_value(), "patterns of a verified rule set compile");
      patterns_[i].push_back(std::move(*regex));
    }
  }
  FreeTypes free(rules);
  for (uint32_t i = 0; i < rules.types.size(); ++i) {
    free_types_.push_back(free.is_free(static_cast<TypeId>(i)));
  }
}

bool Domains::contains(TypeId type, DomainId domain, const Value& value) const noexcept {
  Path path;
  return within(type, domain, value, path);
}

bool Domains::find_violation(TypeId type, DomainId domain, const Value& value,
                             Path& path) const noexcept {
  path.count = 0;
  return !within(type, domain, value, path);
}

bool Domains::find_violation(RecordId record, const void* at, Path& path) const noexcept {
  path.count = 0;
  return !within_record(record, at, path);
}

bool Domains::is_free(TypeId type, DomainId domain) const noexcept {
  return domain == DomainId::none && free_types_[index(type)];
}

// On failure the steps that led to it stay in the path.
bool Domains::within(TypeId type_id, DomainId domain_id, const Value& value,
                     Path& path) const noexcept {
  if (!value.present || is_free(type_id, domain_id)) return true;
  const Type& type = rules_.type(type_id);
  DomainId element_domain = DomainId::none;
  if (domain_id != DomainId::none) {
    const Domain& domain = rules_.domain(domain_id);
    if (!holds(domain, index(domain_id), type.kind, value)) return false;
    element_domain = domain.element;
  }
  if (type.kind == TypeKind::record) {
    return within_record(static_cast<RecordId>(type.ref), value.record, path);
  }
  if (type.kind != TypeKind::list && type.kind != TypeKind::set) return true;
  if (is_free(type.element, element_domain)) return true;
  for (uint32_t i = 0; i < value.list.count; ++i) {
    path.push(true, i);
    if (!within(type.element, element_domain, values_.load_item(type.element, value.list, i),
                path)) {
      return false;
    }
    path.pop();
  }
  return true;
}

bool Domains::within_record(RecordId record, const void* at, Path& path) const noexcept {
  const auto& fields = rules_.record(record).fields;
  for (uint32_t i = 0; i < fields.size(); ++i) {
    path.push(false, i);
    if (!within(fields[i].type, fields[i].domain, values_.load_field(record, i, at), path))
      return false;
    path.pop();
  }
  return true;
}

// The part of a domain that looks at the value itself, not at what is in it.
bool Domains::holds(const Domain& domain, uint32_t domain_index, TypeKind kind,
                    const Value& value) const noexcept {
  if (kind == TypeKind::list || kind == TypeKind::set) {
    return domain.max_items < 0 || value.list.count <= domain.max_items;
  }
  if (kind == TypeKind::record) return true;
  if (kind == TypeKind::string) {
    const std::string_view text = value.view();
    if (domain.has_texts && !std::ranges::binary_search(domain.texts, text)) return false;
    if (domain.max_chars >= 0 && count_code_points(text) > domain.max_chars) return false;
    return std::ranges::all_of(patterns_[domain_index],
                               [&](const Regex& regex) { return regex.matches(text); });
  }
  return !domain.has_intervals ||
         std::ranges::any_of(domain.intervals, [&](const ir::Interval& interval) {
           return interval.low <= value.number && value.number <= interval.high;
         });
}

namespace {

// Walks the steps from a record (`record` given) or from a value of `type`.
std::string text_from(const ir::RuleSet& rules, TypeId type, RecordId record, const Path& path) {
  std::string text;
  for (uint32_t i = 0; i < std::min(path.count, Path::kMaxSteps); ++i) {
    const Path::Step step = path.steps[i];
    if (step.is_item) {
      text += '[' + std::to_string(step.index) + ']';
      type = rules.type(type).element;
      continue;
    }
    if (i > 0 || record == RecordId::none) record = static_cast<RecordId>(rules.type(type).ref);
    const ir::Field& field = rules.record(record).fields[step.index];
    if (!text.empty()) text += '.';
    text += field.name;
    type = field.type;
  }
  return text;
}

}  // namespace

std::string path_text(const ir::RuleSet& rules, RecordId record, const Path& path) {
  return text_from(rules, TypeId::none, record, path);
}

std::string path_text(const ir::RuleSet& rules, TypeId type, const Path& path) {
  return text_from(rules, type, RecordId::none, path);
}

}  // namespace pac::interp
