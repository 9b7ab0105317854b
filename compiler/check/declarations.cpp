// The names of the package: enums, records, obligations and advice, parameters, decisions.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

void Checker::declare_name(const ast::Module& module, ast::Name name, const char* what) {
  if (name.empty()) return;
  auto [it, fresh] = declared_.try_emplace(key(module, name.text), std::pair{name.span, what});
  if (fresh) return;
  emit(Kind::duplicate_name, name.span, {{"name", std::string(name.text)}})
      .also(it->second.first, std::string("first declared here, as ") + it->second.second);
}

void Checker::declare_package() {
  rules_.package = packages_[0].name;
  rules_.edition = 1;
  const ast::Module* first = nullptr;
  for (uint32_t i = 0; i < modules_.size(); ++i) {
    const ast::Module& module = modules_[i];
    const std::string path = dotted(module.package);
    if (first == nullptr) first = &module;
    if (files_[i].package == 0 && path != rules_.package) {
      emit(Kind::package_mismatch, module.package.span, {{"name", path}, {"other", rules_.package}})
          .also(first->package.span, "the package of this folder")
          .help("write one name in both, or move the file to a folder of its own");
    }
    if (module.edition != 0 && module.edition != 1) {
      emit(Kind::unknown_edition, module.edition_span, {{"edition", module.edition}})
          .help("write `edition 1`");
    }
    read_uses(i);
  }
}

void Checker::declare_item(const ast::Module& module, const ast::Item& item) {
  const auto name_it = [&](const ast::Name& name, const char* what) {
    declare_name(module, name, what);
    std::string out = key(module, name.text);
    if (item.is_private) private_.insert(out);
    return out;
  };
  switch (item.kind) {
    case ast::ItemKind::enum_: {
      const auto& e = module.enums[item.index];
      std::string name = name_it(e.name, "an enum");
      enums_.try_emplace(name, EnumInfo{&module, &e, {}, {}, name});
      break;
    }
    case ast::ItemKind::record: {
      const auto& r = module.records[item.index];
      std::string name = name_it(r.name, "a record");
      records_.try_emplace(name, RecordInfo{&module, &r, {}, {}, 0, r.name.span, name});
      break;
    }
    case ast::ItemKind::param: {
      const auto& p = module.params[item.index];
      std::string name = name_it(p.name, "a parameter");
      params_.try_emplace(name, ParamInfo{&module, &p, {}, {}, false, name});
      break;
    }
    case ast::ItemKind::duty: {
      const auto& d = module.duties[item.index];
      std::string name = name_it(d.name, d.is_advice ? "advice" : "an obligation");
      duties_.try_emplace(name, DutyInfo{&module, &d, {}, {}, name});
      break;
    }
    case ast::ItemKind::decision: {
      const auto& d = module.decisions[item.index];
      DecisionState state;
      state.name = name_it(d.name, "a decision");
      state.module = &module;
      state.ast = &d;
      state.item = &item;
      std::string name = state.name;
      decisions_.try_emplace(std::move(name), std::move(state));
      break;
    }
    case ast::ItemKind::test:
    case ast::ItemKind::cite:
      break;
  }
}

void Checker::declare() {
  declare_package();
  // Names first, so that declarations may be used before they stand.
  for (const auto& module : modules_) {
    for (const auto& item : module.items) declare_item(module, item);
  }
  static const std::set<std::string_view> kTypeWords = {
      "bool", "int", "string", "date", "datetime", "duration", "effect", "decimal"};
  for (const auto& [name, place] : declared_) {
    const std::string_view last = std::string_view(name).substr(name.rfind('.') + 1);
    if (kTypeWords.contains(last)) {
      emit(Kind::reserved_name, place.first, {{"name", std::string(last)}})
          .label("a type of the language")
          .help("take another name");
    }
  }
  for (auto& [name, info] : enums_) check_enum(info);
  for (auto& [name, info] : records_) check_record(info);
  for (auto& [name, info] : duties_) check_duty(info);
  for (auto& [name, info] : params_) check_param(info);
  check_all_annotations();
}

std::vector<std::string> Checker::type_names() const {
  std::vector<std::string> out = {"bool",     "int",      "string", "date",
                                  "datetime", "duration", "effect"};
  for (const auto& name : visible(enums_)) out.push_back(name);
  for (const auto& name : visible(records_)) out.push_back(name);
  return out;
}

void Checker::check_enum(EnumInfo& info) {
  ir::Enum e;
  e.name = info.name;
  e.ordered = info.ast->ordered;
  std::map<std::string, Span> wires;
  for (const auto& value : info.ast->values) {
    if (value.name.empty()) continue;
    const auto [it, fresh] =
        info.values.try_emplace(value.name.text, static_cast<uint32_t>(e.values.size()));
    if (!fresh) {
      emit(Kind::duplicate_name, value.name.span, {{"name", std::string(value.name.text)}})
          .also(info.ast->values[it->second].name.span, "first here");
      continue;
    }
    if (value.has_wire && value.wire.empty()) {
      emit(Kind::misplaced_value, value.wire_span, {{"wanted", "a name for data"}})
          .help("say how the value looks in data, or leave the text out: then it is `" +
                std::string(value.name.text) + "`");
      continue;
    }
    const auto [wire, fresh_wire] =
        wires.try_emplace(value.wire, value.has_wire ? value.wire_span : value.name.span);
    if (!fresh_wire) {
      emit(Kind::duplicate_wire_name, value.has_wire ? value.wire_span : value.name.span,
           {{"name", value.wire}})
          .also(wire->second, "also the wire name of this value");
    }
    e.values.push_back({std::string(value.name.text), value.wire});
  }
  if (e.values.empty()) {
    emit(Kind::empty_enum, info.ast->name.span, {{"name", std::string(info.ast->name.text)}})
        .help("name at least one value");
  }
  info.id = static_cast<ir::EnumId>(rules_.enums.size());
  rules_.enums.push_back(std::move(e));
  enum_by_id_.push_back(&info);
}

void Checker::check_record(RecordInfo& info) {
  if (info.state == 2) return;
  const std::string& name = info.name;
  if (info.state == 1) {
    emit(Kind::record_cycle, info.span, {{"name", name}})
        .help("a record can't contain itself; use a list of identifiers instead");
    return;
  }
  info.state = 1;
  Enter enter(*this, info.module, Scope{});
  ir::Record record;
  record.name = name;
  std::map<std::string_view, Span> seen;
  for (const auto& field : info.ast->fields) {
    auto [it, fresh] = seen.try_emplace(field.name.text, field.name.span);
    if (!fresh) {
      emit(Kind::duplicate_name, field.name.span, {{"name", std::string(field.name.text)}})
          .also(it->second, "first here");
      continue;
    }
    Slot slot = resolve_field(field, true);
    if (slot.type.known()) {
      record.fields.push_back({std::string(slot.name), slot.type.id, slot.domain, slot.type.unit});
      info.fields.push_back(std::move(slot));
    }
  }
  info.id = static_cast<ir::RecordId>(rules_.records.size());
  rules_.records.push_back(std::move(record));
  fields_by_record_[ir::index(info.id)] = info.fields;
  info.state = 2;
}

void Checker::check_duty(DutyInfo& info) {
  Enter enter(*this, info.module, Scope{});
  ir::Record record;
  ir::Duty duty;
  duty.name = info.name;
  duty.is_advice = info.ast->is_advice;
  record.name = duty.name;
  for (const auto& field : info.ast->fields) {
    Slot slot = resolve_field(field, false);
    if (!slot.type.known()) continue;
    record.fields.push_back({std::string(slot.name), slot.type.id, slot.domain, slot.type.unit});
    info.fields.push_back(std::move(slot));
  }
  duty.arguments = static_cast<ir::RecordId>(rules_.records.size());
  rules_.records.push_back(std::move(record));
  fields_by_record_[ir::index(duty.arguments)] = info.fields;
  info.id = static_cast<ir::DutyId>(rules_.duties.size());
  rules_.duties.push_back(std::move(duty));
}

namespace {

bool is_constant(const ir::RuleSet& rules, ir::ExprId id) {
  const ir::Expr& expr = rules.expr(id);
  if (expr.op == ir::Op::constant) return true;
  if (expr.op == ir::Op::some) return is_constant(rules, static_cast<ir::ExprId>(expr.a));
  if (expr.op != ir::Op::make_record && expr.op != ir::Op::make_list &&
      expr.op != ir::Op::make_set) {
    return false;
  }
  for (uint32_t i = 0; i < expr.operand_count; ++i) {
    if (!is_constant(rules, rules.operand(expr, i))) return false;
  }
  return true;
}

}  // namespace

void Checker::check_param(ParamInfo& info) {
  Enter enter(*this, info.module, Scope{});
  ir::Param param;
  param.name = info.name;
  info.type = resolve(info.ast->type, &param.domain, false);
  info.failed = !info.type.known();
  param.type = info.type.id;
  param.unit = info.type.unit;
  Span last_span;
  for (const auto& line : info.ast->lines) {
    ir::ParamLine out;
    int32_t from = 0;
    if (!read_date(line.from, &from)) {
      emit(Kind::bad_date, line.from_span, {{"text", std::string(line.from)}});
      info.failed = true;
      continue;
    }
    out.from = from;
    if (!param.lines.empty() && from <= param.lines.back().from) {
      emit(Kind::param_order, line.from_span, {{"name", param.name}})
          .also(last_span, "after this line");
      info.failed = true;
    }
    last_span = line.from_span;
    if (!info.type.known()) continue;
    Typed value = coerce(expression(line.value, {info.type}), info.type, node(line.value).span);
    if (!value.ok()) {
      info.failed = true;
      continue;
    }
    if (!is_constant(rules_, value.id)) {
      emit(Kind::not_constant, node(line.value).span)
          .help("a parameter is a figure, not computed: write the value");
      info.failed = true;
      continue;
    }
    value.span = node(line.value).span;
    check_constant_domain(value, param.domain, "`" + param.name + "`", info.ast->type.span);
    out.value = value.id;
    param.lines.push_back(out);
  }
  if (info.ast->lines.empty()) {
    emit(Kind::empty_param, info.ast->name.span, {{"name", param.name}})
        .help("add a line such as `from 2026-01-01: 100`");
    info.failed = true;
  }
  info.id = static_cast<ir::ParamId>(rules_.params.size());
  rules_.params.push_back(std::move(param));
}

}  // namespace pac::check
