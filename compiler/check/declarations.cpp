// The names of the package: enums, records, obligations and advice, parameters, decisions.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

namespace {

const std::set<std::string_view> kAnnotations = {"owner",  "risk",       "pii",      "protected",
                                                 "accept", "can_change", "disclose", "exact"};
const std::set<std::string_view> kStandardModules = {"dates", "time", "decimals",   "finance",
                                                     "money", "text", "identifiers"};

}  // namespace

void Checker::declare_name(ast::Name name, const char* what) {
  if (name.empty()) return;
  auto [it, fresh] = declared_.try_emplace(std::string(name.text), std::pair{name.span, what});
  if (fresh) return;
  emit(Kind::duplicate_name, name.span, {{"name", std::string(name.text)}})
      .also(it->second.first, std::string("first declared here, as ") + it->second.second);
}

void Checker::declare_package() {
  const ast::Path* first = nullptr;
  for (const auto& module : modules_) {
    std::string path;
    for (const auto& name : module.package.names) {
      if (!path.empty()) path += '.';
      path += name.text;
    }
    if (first == nullptr) {
      first = &module.package;
      rules_.package = path;
    } else if (path != rules_.package) {
      emit(Kind::package_mismatch, module.package.span, {{"name", path}, {"other", rules_.package}})
          .also(first->span, "the package of this folder");
    }
    if (module.edition != 0 && module.edition != 1) {
      emit(Kind::unknown_edition, module.edition_span, {{"edition", module.edition}})
          .help("write `edition 1`");
    }
    for (const auto& use : module.uses) {
      const auto& names = use.path.names;
      if (names.size() == 2 && names[0].text == "std") {
        if (!kStandardModules.contains(names[1].text)) {
          auto builder = emit(Kind::unknown_module, use.path.span,
                              {{"name", "std." + std::string(names[1].text)}});
          hint_nearest(builder, names[1].text, {kStandardModules.begin(), kStandardModules.end()});
        }
        used_modules_.insert(std::string(names[1].text));
      } else {
        emit(Kind::not_supported, use.span, {{"what", "use of another package"}})
            .help("put the declarations into files of one folder with the same `package` line");
      }
    }
  }
  rules_.edition = 1;
}

void Checker::declare() {
  declare_package();
  // Names first, so that declarations may be used before they stand.
  for (const auto& module : modules_) {
    for (const auto& item : module.items) {
      switch (item.kind) {
        case ast::ItemKind::enum_: {
          const auto& e = module.enums[item.index];
          declare_name(e.name, "an enum");
          enums_.try_emplace(std::string(e.name.text), EnumInfo{&module, &e, {}, {}});
          break;
        }
        case ast::ItemKind::record: {
          const auto& r = module.records[item.index];
          declare_name(r.name, "a record");
          records_.try_emplace(std::string(r.name.text),
                               RecordInfo{&module, &r, {}, {}, 0, r.name.span});
          break;
        }
        case ast::ItemKind::param: {
          const auto& p = module.params[item.index];
          declare_name(p.name, "a parameter");
          params_.try_emplace(std::string(p.name.text), ParamInfo{&module, &p, {}, {}, false});
          break;
        }
        case ast::ItemKind::duty: {
          const auto& d = module.duties[item.index];
          declare_name(d.name, d.is_advice ? "advice" : "an obligation");
          duties_.try_emplace(std::string(d.name.text), DutyInfo{&module, &d, {}, {}});
          break;
        }
        case ast::ItemKind::decision: {
          const auto& d = module.decisions[item.index];
          declare_name(d.name, "a decision");
          DecisionState state;
          state.module = &module;
          state.ast = &d;
          state.item = &item;
          decisions_.try_emplace(std::string(d.name.text), std::move(state));
          break;
        }
        case ast::ItemKind::test:
        case ast::ItemKind::cite:
          break;
      }
      check_annotations(item.annotations, "declaration");
    }
  }
  static const std::set<std::string_view> kTypeWords = {
      "bool", "int", "string", "date", "datetime", "duration", "effect", "decimal"};
  for (const auto& [name, place] : declared_) {
    if (kTypeWords.contains(name)) {
      emit(Kind::reserved_name, place.first, {{"name", name}}).label("a type of the language");
    }
  }
  for (auto& [name, info] : enums_) check_enum(info);
  for (auto& [name, info] : records_) check_record(info);
  for (auto& [name, info] : duties_) check_duty(info);
  for (auto& [name, info] : params_) check_param(info);
}

void Checker::check_annotations(const std::vector<ast::Annotation>& annotations, std::string_view) {
  for (const auto& a : annotations) {
    if (kAnnotations.contains(a.name.text)) continue;
    auto builder =
        emit(Kind::unknown_annotation, a.name.span, {{"name", std::string(a.name.text)}});
    hint_nearest(builder, a.name.text, {kAnnotations.begin(), kAnnotations.end()});
  }
}

std::vector<std::string> Checker::type_names() const {
  std::vector<std::string> out = {"bool",     "int",      "string", "date",
                                  "datetime", "duration", "effect"};
  for (const auto& [name, info] : enums_) out.push_back(name);
  for (const auto& [name, info] : records_) out.push_back(name);
  return out;
}

void Checker::check_enum(EnumInfo& info) {
  ir::Enum e;
  e.name = std::string(info.ast->name.text);
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
    emit(Kind::empty_enum, info.ast->name.span, {{"name", e.name}});
  }
  info.id = static_cast<ir::EnumId>(rules_.enums.size());
  rules_.enums.push_back(std::move(e));
  enum_by_id_.push_back(&info);
}

void Checker::check_record(RecordInfo& info) {
  if (info.state == 2) return;
  const std::string name(info.ast->name.text);
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
    check_annotations(field.annotations, "field");
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
  duty.name = std::string(info.ast->name.text);
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

void Checker::check_param(ParamInfo& info) {
  Enter enter(*this, info.module, Scope{});
  ir::Param param;
  param.name = std::string(info.ast->name.text);
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
    const ir::Constant* constant = constant_of(value.id);
    if (constant != nullptr && param.domain != ir::DomainId::none) {
      const ir::Domain& domain = rules_.domain(param.domain);
      const auto inside = [&](const ir::Interval& i) {
        return constant->number >= i.low && constant->number <= i.high;
      };
      if (domain.has_intervals &&
          std::none_of(domain.intervals.begin(), domain.intervals.end(), inside)) {
        emit(Kind::outside_domain, node(line.value).span,
             {{"value", show_constant(*constant)}, {"what", "`" + param.name + "`"}})
            .also(info.ast->type.span, "the domain");
      }
    }
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
