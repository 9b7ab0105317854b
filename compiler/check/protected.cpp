// Marks on data that bind decisions: a protected field needs a permission, personal data a subject.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

namespace {

// Every (record, field) that an expression reads, through lets too.
void reads(const ir::RuleSet& rules, const ir::Decision& d, ir::ExprId id, std::vector<bool>& seen,
           std::set<std::pair<uint32_t, uint32_t>>& out) {
  std::vector<uint32_t> work{ir::index(id)};
  const auto push = [&](uint32_t e) {
    if (e != ir::kNone) work.push_back(e);
  };
  while (!work.empty()) {
    const uint32_t at = work.back();
    work.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const ir::Expr& e = rules.exprs[at];
    using ir::Op;
    for (uint32_t i = 0; i < e.operand_count; ++i) push(rules.operands[e.first_operand + i]);
    switch (e.op) {
      case Op::input:
        out.insert({ir::index(d.input), e.a});
        break;
      case Op::constant:
      case Op::var:
      case Op::call:
      case Op::call_std:
      case Op::make_record:
      case Op::make_list:
      case Op::make_set:
      case Op::template_:
      case Op::min_of:
      case Op::max_of:
        break;
      case Op::let:
        push(ir::index(d.lets[e.a].value));
        break;
      case Op::param:
        push(e.b);
        break;
      case Op::field: {
        const ir::Type& t = rules.type_of(static_cast<ir::ExprId>(e.a));
        out.insert({t.ref, e.b});
        push(e.a);
        break;
      }
      case Op::in_set:
        push(e.a);
        break;
      case Op::matches:
        push(e.a);
        break;
      case Op::if_:
      case Op::in_range:
        push(e.a);
        push(e.b);
        push(e.c);
        break;
      case Op::any:
      case Op::all:
      case Op::none:
      case Op::count:
        push(e.a);
        push(e.b);
        break;
      case Op::sum:
      case Op::min:
      case Op::max:
        push(e.a);
        push(e.b);
        push(e.extra);
        break;
      default:
        push(e.a);
        push(e.b);
        break;
    }
  }
}

bool has_mark(const std::vector<ast::Annotation>& annotations, std::string_view name) {
  return std::ranges::any_of(annotations, [&](const auto& a) { return a.name.text == name; });
}

bool names_subject(const ast::Module& module, const std::vector<ast::Annotation>& annotations) {
  return std::ranges::any_of(annotations, [&](const ast::Annotation& a) {
    if (a.name.text != "pii" || a.args.empty()) return false;
    const ast::Expr& kind = module.expr(a.args[0].value);
    return kind.kind == ast::ExprKind::name && kind.name.text == "identifier";
  });
}

}  // namespace

const RecordInfo* Checker::record_of(uint32_t id) const {
  for (const auto& [name, info] : records_) {
    if (info.state == 2 && ir::index(info.id) == id) return &info;
  }
  return nullptr;
}

// The marks of a field of a declared record, or of a slot of this decision.
const std::vector<ast::Annotation>* Checker::marks_of(const DecisionState& d, uint32_t record,
                                                      uint32_t field, Span* declared) const {
  const std::string& name = rules_.records[record].fields[field].name;
  const auto in = [&](const auto& fields) -> const std::vector<ast::Annotation>* {
    for (const auto& each : fields) {
      if (each.name.text != name) continue;
      *declared = each.name.span;
      return &each.annotations;
    }
    return nullptr;
  };
  if (const RecordInfo* info = record_of(record)) return in(info->ast->fields);
  if (record != ir::index(d.ir.input)) return nullptr;
  if (const auto* marks = in(d.ast->inputs)) return marks;
  return in(d.ast->features);
}

// Which field a `may_use` names: a path from an input or a feature, through items of lists too.
std::optional<std::pair<uint32_t, uint32_t>> Checker::permitted_field(DecisionState& d,
                                                                      const ast::MayUse& may) {
  std::vector<ast::Name> names = may.path.names;
  if (names.size() > 1 && names[0].text == "input" && !d.slot_of.contains("input")) {
    names.erase(names.begin());
  }
  const auto slot = d.slot_of.find(names[0].text);
  if (slot == d.slot_of.end()) {
    unknown_name(names[0], {});
    return std::nullopt;
  }
  std::pair<uint32_t, uint32_t> out{ir::index(d.ir.input), slot->second};
  Type type = d.slots[slot->second].type;
  for (size_t i = 1; i < names.size() && type.known(); ++i) {
    ir::Type t = ir_type(type);
    if (t.kind == ir::TypeKind::list || t.kind == ir::TypeKind::set) t = rules_.type(t.element);
    const std::vector<Slot>* fields =
        t.kind == ir::TypeKind::record ? &fields_of(static_cast<ir::RecordId>(t.ref)) : nullptr;
    uint32_t field = 0;
    while (fields != nullptr && field < fields->size() && (*fields)[field].name != names[i].text) {
      ++field;
    }
    if (fields == nullptr || field == fields->size()) {
      emit(Kind::unknown_field, names[i].span,
           {{"name", std::string(names[i].text)}, {"type", show(without_optional(type))}});
      return std::nullopt;
    }
    out = {t.ref, field};
    type = (*fields)[field].type;
  }
  return out;
}

// Data flow: which fields marked @protected the decision reads, and whether it needs the `may_use`
// that it has. Whether its outcome depends on one is left to the analysis to prove.
void Checker::check_protected(DecisionState& d) {
  std::set<std::pair<uint32_t, uint32_t>> used;
  std::vector<bool> seen(rules_.exprs.size());
  const auto visit = [&](ir::ExprId id) {
    if (id != ir::ExprId::none) reads(rules_, d.ir, id, seen, used);
  };
  const auto visit_rule = [&](const ir::Rule& rule) {
    for (const auto id : rule.conditions) visit(id);
    for (const auto id : rule.outcome) visit(id);
    for (const auto& duty : rule.duties) {
      for (const auto id : duty.arguments) visit(id);
    }
    visit(rule.each_list);
  };
  for (const auto id : d.ir.assumes) visit(id);
  for (const auto id : d.ir.result) visit(id);
  for (const auto& rule : d.ir.rules) visit_rule(rule);
  visit_rule(d.ir.otherwise);

  std::vector<const ast::MayUse*> clauses;
  const auto add = [&](const std::vector<ast::MayUse>& list) {
    for (const auto& may : list) clauses.push_back(&may);
  };
  add(d.ast->may_use);
  for (const auto& rule : d.ast->rules) add(rule.clauses.may_use);
  add(d.ast->otherwise.clauses.may_use);
  std::set<std::pair<uint32_t, uint32_t>> allowed;
  for (const ast::MayUse* may : clauses) {
    const auto field = permitted_field(d, *may);
    if (!field) continue;
    allowed.insert(*field);
    d.permissions.push_back({may, *field});
    Span declared;
    const auto* marks = marks_of(d, field->first, field->second, &declared);
    const bool is_protected = marks != nullptr && has_mark(*marks, "protected");
    if (is_protected && used.contains(*field)) continue;
    auto builder = emit(Kind::unused_permission, may->path.span,
                        {{"field", std::string(sources_.text(may->path.span))}});
    builder.label(is_protected ? "the decision does not read it" : "it is not `@protected`");
    builder.help("take the clause away");
  }
  for (const auto& [record, field] : used) {
    Span declared;
    const auto* marks = marks_of(d, record, field, &declared);
    if (marks == nullptr || !has_mark(*marks, "protected")) continue;
    protected_places_.emplace(std::pair{record, field}, declared);
  }
}

// Personal data belongs to somebody: a field marked `@pii(identifier)` beside it or further out.
void Checker::find_subjects(const Type& type, bool has_subject) {
  if (!type.known()) return;
  ir::Type t = ir_type(type);
  if (t.kind == ir::TypeKind::list || t.kind == ir::TypeKind::set) t = rules_.type(t.element);
  if (t.kind != ir::TypeKind::record) return;
  const RecordInfo* info = record_of(t.ref);
  if (info == nullptr) return;
  const auto& fields = info->ast->fields;
  has_subject = has_subject || std::ranges::any_of(fields, [&](const ast::Field& f) {
                  return names_subject(*info->module, f.annotations);
                });
  for (const auto& field : fields) report_subjectless(field.annotations, has_subject);
  for (const auto& slot : info->fields) find_subjects(slot.type, has_subject);
}

void Checker::report_subjectless(const std::vector<ast::Annotation>& annotations,
                                 bool has_subject) {
  for (const auto& a : annotations) {
    if (a.name.text != "pii" || has_subject) continue;
    emit(Kind::no_subject, a.span)
        .help(
            "mark the field that says who it is: `id: string @pii(identifier)`, in this record or "
            "in one around it");
  }
}

void Checker::check_personal_data() {
  for (const DecisionState* d : by_id_) {
    if (!package_of(*d->module).prefix.empty()) continue;
    const bool has_subject = std::ranges::any_of(d->ast->inputs, [&](const ast::Field& f) {
      return names_subject(*d->module, f.annotations);
    });
    for (const auto& field : d->ast->inputs) report_subjectless(field.annotations, has_subject);
    for (const auto& slot : d->slots) find_subjects(slot.type, has_subject);
  }
}

}  // namespace pac::check
