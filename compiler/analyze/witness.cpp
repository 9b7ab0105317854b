#include "compiler/analyze/witness.h"

#include <algorithm>

#include "compiler/analyze/values.h"
#include "runtime/base/utf8.h"

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

// Puts a witness together, field by field.
class Maker {
 public:
  explicit Maker(const Space& space) : space_(space), rules_(space.rules()) {}

  Witness make(const Region& region, const Model& model) {
    const auto& slots = rules_.record(space_.decision().input).fields;
    for (uint32_t slot = 0; slot < slots.size(); ++slot) {
      Value value = any_value(slots[slot].type, slots[slot].domain, 0);
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

  Value any_value(ir::TypeId id, ir::DomainId domain_id, uint32_t depth) {
    const ir::Type& type = rules_.type(id);
    if (type.optional) return {};
    const ir::Domain* domain =
        domain_id == ir::DomainId::none ? nullptr : &rules_.domain(domain_id);
    if (type.kind == TypeKind::list || type.kind == TypeKind::set) return Value::array();
    if (type.kind == TypeKind::record) {
      Value out = Value::object();
      for (const ir::Field& field : rules_.records[type.ref].fields) {
        Value value = any_value(field.type, field.domain, depth + 1);
        if (!value.is_null()) out.add(field.name, std::move(value));
      }
      return out;
    }
    if (type.kind == TypeKind::string) return any_text(domain);
    ir::Interval within{0, 0};
    if (type.kind == TypeKind::enumeration) {
      within.high = static_cast<Int128>(rules_.enums[type.ref].values.size()) - 1;
    } else if (type.kind != TypeKind::boolean) {
      within = {-(Int128{1} << 62), Int128{1} << 62};
      if (type.kind == TypeKind::date) within = {-700'000, 2'900'000};
      if (type.kind == TypeKind::datetime) within = {0, Int128{1} << 57};
    }
    if (domain == nullptr || !domain->has_intervals || domain->intervals.empty()) {
      return to_json(rules_, type, plain_value(type, within));
    }
    Int128 best = plain_value(type, domain->intervals[0]);
    for (const ir::Interval& interval : domain->intervals) {
      const Int128 value = plain_value(type, interval), wish = plain_value(type, within);
      const auto distance = [&](Int128 v) { return v < wish ? wish - v : v - wish; };
      if (distance(value) < distance(best)) best = value;
    }
    return to_json(rules_, type, best);
  }

  static Value any_text(const ir::Domain* domain) {
    if (domain == nullptr) return "";
    if (domain->has_texts && !domain->texts.empty() && domain->patterns.empty()) {
      return domain->texts[0];
    }
    Column column;
    column.type.kind = TypeKind::string;
    column.texts = domain;
    column.cut();
    return column.cells[0].text;
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
        ir::Type plain = rules_.type(field->type);
        object->set(name, record(plain.ref));
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

  Value record(uint32_t ref) {
    Value out = Value::object();
    for (const ir::Field& field : rules_.records[ref].fields) {
      Value value = any_value(field.type, field.domain, 1);
      if (!value.is_null()) out.add(field.name, std::move(value));
    }
    return out;
  }

  const Space& space_;
  const ir::RuleSet& rules_;
  Witness out_;
};

}  // namespace

Witness complete(const Space& space, const Region& region, const Model& model) {
  return Maker(space).make(region, model);
}

}  // namespace pac::analyze
