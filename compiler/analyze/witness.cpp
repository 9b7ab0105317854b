#include "compiler/analyze/witness.h"

#include <algorithm>

#include "compiler/analyze/values.h"
#include "runtime/ir/range.h"

namespace pac::analyze {

using ir::TypeKind;
using json::Value;

namespace {

// The cell that a witness takes, of those in the set.
uint32_t plain_cell(const Column& column, const CellSet& set) {
  if (column.is_optional && set.contains(0) && set == column.sets[0]) return 0;
  uint32_t best = set.first();
  Int128 least = -1;
  for (const Run& run : set.runs()) {
    for (uint32_t i = run.first; i <= run.last; ++i) {
      const Cell& cell = column.cells[i];
      if (cell.kind == Cell::Kind::missing) continue;
      if (cell.kind != Cell::Kind::values) return i;
      const Int128 anything = plain_value(column.type, {column.cells[column.is_optional].values.low,
                                                        column.cells.back().values.high});
      const Int128 value = plain_value(column.type, cell.values);
      const Int128 distance = value < anything ? anything - value : value - anything;
      if (least < 0 || distance < least) {
        least = distance;
        best = i;
      }
    }
  }
  return best;
}

Value value_in(const Space& space, const Column& column, const CellSet& set) {
  const Cell& cell = column.cells[plain_cell(column, set)];
  switch (cell.kind) {
    case Cell::Kind::missing:
      return {};
    case Cell::Kind::values:
      return to_json(space.rules(), column.type, plain_value(column.type, cell.values));
    default:
      return cell.text;
  }
}

Value plain_text(const ir::Domain* domain) {
  if (domain == nullptr) return "";
  Column column;
  column.type.kind = TypeKind::string;
  column.texts = domain;
  column.cut();
  return column.cells[0].text;
}

Value plain_number(const ir::RuleSet& rules, const ir::Type& type, const ir::Domain* domain) {
  const ir::Range range = ir::range_of_type(rules, type);
  const Int128 wish = plain_value(type, {range.low, range.high});
  if (domain == nullptr || !domain->has_intervals) return to_json(rules, type, wish);
  const auto distance = [&](Int128 value) { return value < wish ? wish - value : value - wish; };
  Int128 best = plain_value(type, domain->intervals[0]);
  for (const ir::Interval& interval : domain->intervals) {
    const Int128 value = plain_value(type, interval);
    if (distance(value) < distance(best)) best = value;
  }
  return to_json(rules, type, best);
}

// Puts a witness together, field by field.
class Maker {
 public:
  explicit Maker(const Space& space) : space_(space), rules_(space.rules()) {}

  Witness make(const Region& region, const Model& model) {
    const auto& slots = rules_.record(space_.decision().input).fields;
    for (uint32_t slot = 0; slot < slots.size(); ++slot) {
      Value value = plain_json(rules_, slots[slot].type, slots[slot].domain);
      if (!value.is_null()) store({slot, {}}, std::move(value));
    }
    for (uint32_t i = 0; i < space_.columns().size(); ++i) {
      const Column& column = space_.columns()[i];
      if (!column.path || !column.is_cut || is_composite(column.type)) continue;
      if (region.sets[i] == column.sets[0] && !space_.is_free(i)) continue;
      store(*column.path, value_in(space_, column, region.sets[i]));
    }
    for (const auto& [path, value] : model) store(path, value);
    return std::move(out_);
  }

 private:
  static bool is_composite(const ir::Type& type) {
    return type.kind == TypeKind::record || type.kind == TypeKind::list ||
           type.kind == TypeKind::set;
  }

  void store(const Path& path, Value value) {
    const ir::Decision& decision = space_.decision();
    const ir::SlotRole role = decision.roles[path.slot];
    Value* object = role == ir::SlotRole::input     ? &out_.input
                    : role == ir::SlotRole::context ? &out_.context
                                                    : &out_.features;
    const ir::Field* field = &rules_.record(decision.input).fields[path.slot];
    std::string name = field->name;
    if (role == ir::SlotRole::feature) {
      const auto found = std::ranges::find(decision.features, path.slot, &ir::Feature::slot);
      if (found != decision.features.end()) name = found->name;
    }
    for (const uint32_t part : path.fields) {
      const uint32_t ref = rules_.type(field->type).ref;
      const Value* inner = object->find(name);
      if (inner == nullptr || !inner->is_object()) {
        if (value.is_null()) return;  // missing inside of a missing record
        object->set(name, plain_json(rules_, field->type, field->domain, true));
      }
      object = const_cast<Value*>(object->find(name));
      field = &rules_.records[ref].fields[part];
      name = field->name;
    }
    if (value.is_null()) {
      auto& members = object->members();
      std::erase_if(members, [&](const json::Member& member) { return member.key == name; });
      return;
    }
    object->set(name, std::move(value));
  }

  const Space& space_;
  const ir::RuleSet& rules_;
  Witness out_;
};

}  // namespace

Value plain_json(const ir::RuleSet& rules, ir::TypeId id, ir::DomainId domain_id, bool is_present) {
  const ir::Type& type = rules.type(id);
  if (type.optional && !is_present) return {};
  const ir::Domain* domain = domain_id == ir::DomainId::none ? nullptr : &rules.domain(domain_id);
  if (type.kind == TypeKind::list || type.kind == TypeKind::set) return Value::array();
  if (type.kind == TypeKind::string) return plain_text(domain);
  if (type.kind != TypeKind::record) return plain_number(rules, type, domain);
  Value out = Value::object();
  for (const ir::Field& field : rules.records[type.ref].fields) {
    Value value = plain_json(rules, field.type, field.domain);
    if (!value.is_null()) out.add(field.name, std::move(value));
  }
  return out;
}

Witness complete(const Space& space, const Region& region, const Model& model) {
  return Maker(space).make(region, model);
}

}  // namespace pac::analyze
