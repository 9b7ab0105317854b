// Lists and quantifiers: a list is unrolled to a few items. A question that only asks for some or
// for all items needs no longer ones than it has quantifiers; one that counts or sums may.
#include <algorithm>
#include <utility>

#include "compiler/analyze/smt_encoder.h"
#include "compiler/analyze/witness.h"

namespace pac::analyze {

using ir::ExprId;
using ir::Op;
using ir::TypeKind;
using z3::expr;

// A list that is a field of the input; null for others.
Smt::Encoder::List* Smt::Encoder::list_of(ExprId id) {
  id = bare(id);
  const auto path = path_of(rules_, id);
  if (!path) return nullptr;
  if (const auto found = lists_.find(*path); found != lists_.end()) return &found->second;
  const ir::Field& field = space_.field_of(*path);
  int64_t most = items_;
  if (field.domain != ir::DomainId::none && rules_.domain(field.domain).max_items >= 0) {
    most = std::min(most, rules_.domain(field.domain).max_items);
  }
  const std::string name = name_of(rules_, decision_, *path);
  List list{rules_.type(field.type), context_.int_const((name + "#").c_str()), presence(*path), {}};
  list.items.resize(static_cast<size_t>(most));
  solver_.add(list.length >= 0 && list.length <= number(most));
  return &lists_.emplace(*path, std::move(list)).first->second;
}

expr Smt::Encoder::is_item(const List& list, size_t item) {
  return list.length > number(static_cast<Int128>(item));
}

// The leaf that a term within a quantifier reads of the item in turn; null for other terms.
Smt::Encoder::Leaf* Smt::Encoder::item_leaf(ExprId id) {
  const auto path = item_path_of(rules_, id);
  if (!path) return nullptr;
  const auto bound = bindings_.find(path->slot);
  if (bound == bindings_.end() || list_of(bound->second.list) == nullptr) return nullptr;
  return &leaf_in(bound->second.list, bound->second.item, path->fields);
}

Smt::Encoder::Leaf& Smt::Encoder::leaf_in(ExprId list_id, size_t item,
                                          const std::vector<uint32_t>& fields) {
  List& list = *list_of(list_id);
  auto& leaves = list.items[item];
  if (const auto found = leaves.find(fields); found != leaves.end()) return found->second;
  std::string name = name_of(rules_, decision_, *path_of(rules_, bare(list_id))) + "[" +
                     std::to_string(item) + "]";
  ir::Field field{"", list.type.element, space_.item_domain(bare(list_id)), ""};
  expr present = truth(true);
  const auto note_presence = [&] {
    if (!rules_.type(field.type).optional) return;
    present = present && context_.bool_const((name + "?").c_str());
  };
  note_presence();
  for (const uint32_t part : fields) {
    field = rules_.records[rules_.type(field.type).ref].fields[part];
    name += "." + field.name;
    note_presence();
  }
  const Column* texts = space_.item_texts(bare(list_id), fields);
  return leaves.emplace(fields, make_leaf(name, field, present, texts)).first->second;
}

// Of a list of the input: a number of items, or a value made of all of them, may need as many as
// there can be; what asks whether some or all items are such needs one item that is, or is not.
void Smt::Encoder::needs_items(ExprId list, bool needs_all) {
  if (!needs_all && ++quantifiers_ <= items_) return;
  const ir::DomainId domain = space_.field_of(*path_of(rules_, bare(list))).domain;
  const int64_t most = domain == ir::DomainId::none ? -1 : rules_.domain(domain).max_items;
  if (most >= 0 && most <= items_) return;
  is_cut_short_ = true;
  most_needed_ = most < 0 ? kMostItems + 1 : std::max(most_needed_, most);
}

expr Smt::Encoder::quantifier(ExprId id, const ir::Expr& e, const ir::Type& type) {
  List* list = list_of(static_cast<ExprId>(e.a));
  if (list == nullptr) return guess(id, e, type);
  needs_items(static_cast<ExprId>(e.a), e.op == Op::len || e.op == Op::count || e.op == Op::sum ||
                                            e.op == Op::min || e.op == Op::max);
  if (list->type.kind == TypeKind::set) keep_distinct(*list);
  if (e.op == Op::len) return list->length;
  if (e.op == Op::min || e.op == Op::max) {
    const expr value = over_items(e, *list, type);
    expr any = truth(false);
    for (size_t i = 0; i < list->items.size(); ++i) {
      expr counts = is_item(*list, i);
      if (e.b != ir::kNone) counts = counts && boolean(item_value(static_cast<ExprId>(e.b), e, i));
      any = any || counts;
    }
    presences_.emplace(ir::index(id), any);
    return value;
  }
  return over_items(e, *list, type);
}

expr Smt::Encoder::over_items(const ir::Expr& e, List& list, const ir::Type& type) {
  const bool is_truth = type.kind == TypeKind::boolean;
  expr out = is_truth ? truth(e.op != Op::any) : number(0);
  std::optional<expr> has_one;
  for (size_t i = 0; i < list.items.size(); ++i) {
    expr counts = is_item(list, i);
    expr condition = truth(true);
    if (e.b != ir::kNone) condition = boolean(item_value(static_cast<ExprId>(e.b), e, i));
    switch (e.op) {
      case Op::any:
        out = out || (counts && condition);
        break;
      case Op::all:
        out = out && z3::implies(counts, condition);
        break;
      case Op::none:
        out = out && z3::implies(counts, !condition);
        break;
      case Op::count:
        out = out + z3::ite(counts && condition, number(1), number(0));
        break;
      default: {
        const auto projection = static_cast<ExprId>(e.extra);
        const expr value = integer(item_value(projection, e, i));
        const expr takes = counts && condition;
        if (e.op == Op::sum) {
          out = out + z3::ite(takes, value, number(0));
          break;
        }
        const expr before = has_one.value_or(truth(false));
        const expr better = e.op == Op::min ? value < out : value > out;
        out = z3::ite(takes && (!before || better), value, out);
        has_one = before || takes;
      }
    }
  }
  return out;
}

// The value of a term with the quantifier's variable bound to one item. What was encoded for other
// items must not be taken for it.
expr Smt::Encoder::item_value(ExprId id, const ir::Expr& quantifier, size_t item) {
  auto values = std::exchange(values_, {});
  auto presences = std::exchange(presences_, {});
  const auto before = bindings_;
  bindings_[quantifier.c] = {bare(static_cast<ExprId>(quantifier.a)), item};
  const expr out = value_of(id);
  bindings_ = before;
  values_ = std::move(values);
  presences_ = std::move(presences);
  return out;
}

expr Smt::Encoder::in_list(const ir::Expr& e) {
  const auto member = static_cast<ExprId>(e.a);
  List* list = list_of(static_cast<ExprId>(e.b));
  const ir::Type& type = rules_.type_of(member);
  if (list == nullptr || type.kind == TypeKind::string || is_composite(type) || type.optional) {
    return anything();
  }
  needs_items(static_cast<ExprId>(e.b), false);
  const expr value = value_of(member);
  expr any = truth(false);
  for (size_t i = 0; i < list->items.size(); ++i) {
    any = any || (is_item(*list, i) && leaf_in(static_cast<ExprId>(e.b), i, {}).value == value);
  }
  return any;
}

// The items of a set of numbers differ.
void Smt::Encoder::keep_distinct(List& list) {
  for (size_t i = 0; i < list.items.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      const auto a = list.items[i].find({}), b = list.items[k].find({});
      if (a == list.items[i].end() || b == list.items[k].end()) continue;
      if (a->second.type.kind == TypeKind::string) continue;
      solver_.add(z3::implies(is_item(list, i), a->second.value != b->second.value));
    }
  }
}

// ---- The model.

json::Value Smt::Encoder::read_list(const z3::model& model, List& list) {
  if (model.eval(list.present, true).is_false()) return {};
  json::Value out = json::Value::array();
  const auto length = static_cast<size_t>(number_of(model.eval(list.length, true)));
  for (size_t i = 0; i < std::min(length, list.items.size()); ++i) {
    json::Value item = read_item(model, list, i);
    // A set is refused with an item twice.
    const bool is_known = std::ranges::find(out.elements(), item) != out.elements().end();
    if (list.type.kind != TypeKind::set || !is_known) out.push_back(std::move(item));
  }
  return out;
}

json::Value Smt::Encoder::read_item(const z3::model& model, List& list, size_t item) {
  const auto& leaves = list.items[item];
  const ir::Type& element = rules_.type(list.type.element);
  json::Value out = plain_json(rules_, list.type.element, ir::DomainId::none, true);
  if (element.kind != TypeKind::record) {
    const auto found = leaves.find({});
    return found == leaves.end() ? out : read_leaf(model, found->second);
  }
  for (const auto& [fields, leaf] : leaves) {
    json::Value* object = &out;
    const ir::Record* record = &rules_.records[element.ref];
    for (size_t i = 0; i + 1 < fields.size(); ++i) {
      const ir::Field& field = record->fields[fields[i]];
      if (object->find(field.name) == nullptr) {
        object->set(field.name, plain_json(rules_, field.type, field.domain, true));
      }
      object = const_cast<json::Value*>(object->find(field.name));
      record = &rules_.records[rules_.type(field.type).ref];
    }
    json::Value value = read_leaf(model, leaf);
    if (!value.is_null()) object->set(record->fields[fields.back()].name, std::move(value));
  }
  return out;
}

}  // namespace pac::analyze
