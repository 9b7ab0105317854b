#include "compiler/driver/contract.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/driver/domain_order.h"
#include "runtime/base/check.h"
#include "runtime/ir/print.h"

namespace pac::driver {

namespace {

using diag::Kind;

constexpr const char* kRoleNames[] = {"input", "context", "feature"};

// Where the author wrote what the compiled form has no place for.
class Places {
 public:
  // `first_file`: what the compilation's file 0 is in the sources of the messages.
  Places(const Compilation* c, uint32_t first_file) : c_(c), first_file_(first_file) {}

  Span package() const {
    return c_ == nullptr || c_->modules.empty() ? Span{} : moved(c_->modules[0].package.span);
  }

  Span decision(const std::string& name) const {
    const ast::Decision* found = find(name);
    return found == nullptr ? package() : moved(found->name.span);
  }

  // The path from an input, context, feature or output down through records; the decision where
  // it leads nowhere.
  Span field(const std::string& decision_name, bool is_output,
             const std::vector<std::string>& path) const {
    const ast::Decision* found = find(decision_name);
    if (found == nullptr) return package();
    const ast::TypeRef* type = nullptr;
    Span span;
    const auto look = [&](const auto& fields, const std::string& name) {
      for (const auto& field : fields) {
        if (field.name.text != name) continue;
        type = &field.type;
        span = field.span;
      }
    };
    if (is_output) {
      look(found->outputs, path[0]);
    } else {
      look(found->inputs, path[0]);
      look(found->context, path[0]);
      look(found->features, path[0]);
    }
    for (size_t i = 1; i < path.size() && type != nullptr; ++i) {
      const ast::RecordDecl* record = record_of(*type);
      type = nullptr;
      if (record != nullptr) look(record->fields, path[i]);
    }
    return span.has_place() && type != nullptr ? moved(span) : decision(decision_name);
  }

  Span assumption(const std::string& decision_name, size_t i, size_t count) const {
    const ast::Decision* found = find(decision_name);
    if (found == nullptr || found->assumes.size() != count) return decision(decision_name);
    return moved(found->assumes[i].span);
  }

 private:
  Span moved(Span span) const {
    if (span.has_place()) span.file += first_file_;
    return span;
  }

  const ast::Decision* find(const std::string& name) const {
    if (c_ == nullptr || c_->packages.empty()) return nullptr;
    for (const uint32_t module : c_->packages[0].modules) {
      for (const auto& decision : c_->modules[module].decisions) {
        if (decision.name.text == name) return &decision;
      }
    }
    return nullptr;
  }

  // The package's own files come first among the modules.
  const ast::RecordDecl* record_of(const ast::TypeRef& type) const {
    const ast::TypeRef* item = &type;
    while (!item->element.empty()) item = &item->element[0];
    if (item->path.names.empty()) return nullptr;
    for (const auto& module : c_->modules) {
      for (const auto& record : module.records) {
        if (record.name.text == item->path.names.back().text) return &record;
      }
    }
    return nullptr;
  }

  const Compilation* c_;
  uint32_t first_file_;
};

// A field where it stands, in one version.
struct Member {
  const ir::RuleSet* rules = nullptr;
  const ir::Field* field = nullptr;
  const ir::Type& type() const { return rules->type(field->type); }
  Values values() const { return {rules, field->type, field->domain}; }

  std::string text() const {
    std::string out = ir::type_text(*rules, field->type);
    if (!field->unit.empty()) out += " unit " + field->unit;
    const std::string domain = ir::domain_text(*rules, field->type, field->domain);
    return domain.empty() ? out : out + " " + domain;
  }
};

// What a path leads through, in both versions.
struct Way {
  const char* what = "";  // "input"
  bool is_output = false;
  std::vector<std::string> path;

  Way down(const std::string& name) const {
    Way out = *this;
    out.path.push_back(name);
    return out;
  }
  std::string text() const {
    std::string out;
    for (const auto& name : path) out += (out.empty() ? "" : ".") + name;
    return out;
  }
};

class Contract {
 public:
  Contract(const OldVersion& before, Compilation* after, uint32_t first_old_file)
      : old_(*before.rules),
        new_(after->checked->rules),
        emitter_(after->emitter),
        old_places_(before.sources, first_old_file),
        new_places_(after, 0) {}

  ContractSummary run() {
    if (old_.package != new_.package) {
      tell(Kind::contract_renamed, new_places_.package(),
           {{"old", old_.package}, {"name", new_.package}})
          .also(old_places_.package(), "the name before")
          .note("callers name decisions with their package");
    }
    for (const ir::Decision& decision : old_.decisions) {
      if (decision.is_private) continue;
      ++out_.decisions;
      name_ = decision.name;
      const auto id = new_.find_decision(name_);
      if (id == ir::DecisionId::none || new_.decision(id).is_private) {
        tell(Kind::contract_decision_gone,
             id == ir::DecisionId::none ? new_places_.package() : new_places_.decision(name_), {})
            .label(id == ir::DecisionId::none ? "not in this package any more" : "private now")
            .also(old_places_.decision(name_), "callers could call it");
        continue;
      }
      compare(decision, new_.decision(id));
    }
    return out_;
  }

 private:
  diag::Builder tell(Kind kind, Span span, std::vector<diag::Argument> arguments) {
    ++out_.breaches;
    if (kind != Kind::contract_renamed) arguments.push_back({"decision", name_});
    return emitter_.emit(kind, span, std::move(arguments));
  }

  diag::Builder tell(Kind kind, const Way& way) {
    return tell(kind, new_places_.field(name_, way.is_output, way.path),
                {{"what", std::string(way.what)}, {"field", way.text()}});
  }

  Span old_place(const Way& way) const { return old_places_.field(name_, way.is_output, way.path); }

  void compare(const ir::Decision& x, const ir::Decision& y) {
    inputs(x, y);
    outputs(x, y);
    assumes(x, y);
    if (!x.partial && y.partial) {
      tell(Kind::contract_partial, new_places_.decision(name_), {})
          .label("`partial` now")
          .also(old_places_.decision(name_), "answered every input")
          .help("add `otherwise { … }`, or let callers learn of `no_match` first");
    }
    duties(x, y);
  }

  // Fields are the same where name and role are.
  void inputs(const ir::Decision& x, const ir::Decision& y) {
    const auto& had = old_.record(x.input).fields;
    const auto& has = new_.record(y.input).fields;
    for (size_t i = 0; i < had.size(); ++i) {
      const Way way{kRoleNames[static_cast<size_t>(x.roles[i])], false, {had[i].name}};
      size_t k = 0;
      while (k < has.size() && (has[k].name != had[i].name || x.roles[i] != y.roles[k])) ++k;
      if (k < has.size()) {
        field(way, {&old_, &had[i]}, {&new_, &has[k]});
      } else if (x.roles[i] == ir::SlotRole::input) {
        gone(way, "what callers give is refused as unknown");
      }
    }
    for (size_t k = 0; k < has.size(); ++k) {
      bool is_known = false;
      for (size_t i = 0; i < had.size(); ++i) {
        is_known = is_known || (has[k].name == had[i].name && x.roles[i] == y.roles[k]);
      }
      // The instant and the legal date come from the engine where a caller gives none.
      if (is_known || k == y.as_of_slot || k == y.now_slot || !is_required(y, k)) continue;
      appeared({kRoleNames[static_cast<size_t>(y.roles[k])], false, {has[k].name}});
    }
  }

  bool is_required(const ir::Decision& y, size_t slot) const {
    if (y.roles[slot] == ir::SlotRole::feature) {
      const auto found =
          std::ranges::find(y.features, static_cast<uint32_t>(slot), &ir::Feature::slot);
      return found != y.features.end() && found->required;
    }
    return !new_.type(new_.record(y.input).fields[slot].type).optional;
  }

  void outputs(const ir::Decision& x, const ir::Decision& y) {
    const ir::Type& was = old_.type(x.result_type);
    const ir::Type& is = new_.type(y.result_type);
    const bool is_alike = was.kind == is.kind;
    if (!is_alike) {
      tell(Kind::contract_retyped, new_places_.decision(name_),
           {{"what", std::string("the")}, {"field", std::string("output")}})
          .label("a " + std::string(ir::name(is.kind)) + " now")
          .also(old_places_.decision(name_), "a " + std::string(ir::name(was.kind)) + " before");
      return;
    }
    records({"output", true, {}}, old_, record_of(old_, x.result_type), new_,
            record_of(new_, y.result_type));
  }

  static const ir::Record* record_of(const ir::RuleSet& rules, ir::TypeId id) {
    const ir::Type* type = &rules.type(id);
    while (type->element != ir::TypeId::none) type = &rules.type(type->element);
    return type->kind == ir::TypeKind::record ? &rules.records[type->ref] : nullptr;
  }

  void records(const Way& way, const ir::RuleSet& old_rules, const ir::Record* x,
               const ir::RuleSet& new_rules, const ir::Record* y) {
    if (x == nullptr || y == nullptr) return;
    for (const ir::Field& one : x->fields) {
      const auto found = std::ranges::find(y->fields, one.name, &ir::Field::name);
      if (found != y->fields.end()) {
        field(way.down(one.name), {&old_rules, &one}, {&new_rules, &*found});
      } else {
        gone(way.down(one.name),
             way.is_output ? "callers read it" : "what callers give is refused as unknown");
      }
    }
    if (way.is_output) return;  // callers pass over what they do not know
    for (const ir::Field& one : y->fields) {
      const bool is_known =
          std::ranges::find(x->fields, one.name, &ir::Field::name) != x->fields.end();
      if (!is_known && !new_rules.type(one.type).optional) appeared(way.down(one.name));
    }
  }

  void gone(const Way& way, const char* why) {
    tell(Kind::contract_field_gone, new_places_.decision(name_),
         {{"what", std::string(way.what)}, {"field", way.text()}})
        .also(old_place(way), why);
  }

  void appeared(const Way& way) {
    tell(Kind::contract_new_required, way)
        .label("callers do not give it")
        .help("let it be missing (`?`), and say what then holds");
  }

  void field(const Way& way, const Member& x, const Member& y) {
    if (!is_same_form(way.is_output, x, y)) {
      auto builder = tell(Kind::contract_retyped, way);
      builder.label("now " + y.text());
      show_old(builder, way, x);
      return;
    }
    const Member& narrow = way.is_output ? y : x;
    const Member& wide = way.is_output ? x : y;
    if (narrow.type().optional && !wide.type().optional) {
      changed(way, x, y,
              way.is_output ? "it may be missing now" : "it may not be missing any more");
    } else if (const auto lost = lacking(narrow.values(), wide.values())) {
      changed(way, x, y, way.is_output ? *lost + " is new to callers" : *lost + " is refused now");
    }
    const ir::Record* a = record_of(*x.rules, x.field->type);
    const ir::Record* b = record_of(*y.rules, y.field->type);
    records(way, *x.rules, a, *y.rules, b);
  }

  void changed(const Way& way, const Member& x, const Member& y, const std::string& note) {
    auto builder = tell(way.is_output ? Kind::contract_widened : Kind::contract_narrowed, way);
    builder.label("now " + y.text());
    show_old(builder, way, x);
    builder.note(note);
  }

  // A bundle without its sources has no places.
  void show_old(diag::Builder& builder, const Way& way, const Member& x) const {
    const Span place = old_place(way);
    const std::string text = "before " + x.text();
    if (place.has_place()) {
      builder.also(place, text);
    } else {
      builder.note(text);
    }
  }

  // Of the same form on the wire: an input of more digits takes all that one of fewer took.
  static bool is_same_form(bool is_output, const Member& x, const Member& y) {
    if (x.field->unit != y.field->unit) return false;
    return is_same_form(is_output, *x.rules, x.field->type, *y.rules, y.field->type);
  }
  static bool is_same_form(bool is_output, const ir::RuleSet& old_rules, ir::TypeId was,
                           const ir::RuleSet& new_rules, ir::TypeId is) {
    const ir::Type& a = old_rules.type(was);
    const ir::Type& b = new_rules.type(is);
    using ir::TypeKind;
    if (!is_output && a.kind == TypeKind::integer && b.kind == TypeKind::decimal) return true;
    if (a.kind != b.kind) return false;
    if (a.kind == TypeKind::decimal) return is_output ? a.scale == b.scale : a.scale <= b.scale;
    if (a.element == ir::TypeId::none || b.element == ir::TypeId::none) return true;
    return is_same_form(is_output, old_rules, a.element, new_rules, b.element);
  }

  // Conditions are compared by what they say, so a looser one counts as another.
  void assumes(const ir::Decision& x, const ir::Decision& y) {
    std::set<std::string> known;
    for (const ir::ExprId id : x.assumes) known.insert(ir::print(old_, id, &x));
    for (size_t i = 0; i < y.assumes.size(); ++i) {
      if (known.contains(ir::print(new_, y.assumes[i], &y))) continue;
      tell(Kind::contract_assumes, new_places_.assumption(name_, i, y.assumes.size()), {})
          .label("inputs that do not meet this are refused")
          .also(old_places_.decision(name_), "did not ask for it");
    }
  }

  static std::map<std::string, const ir::Duty*> demanded(const ir::RuleSet& rules,
                                                         const ir::Decision& decision) {
    std::map<std::string, const ir::Duty*> out;
    const auto add = [&](const ir::Rule& rule) {
      for (const ir::DutyUse& use : rule.duties) {
        const ir::Duty& duty = rules.duties[ir::index(use.duty)];
        out.emplace(duty.name, &duty);
      }
    };
    for (const ir::Rule& rule : decision.rules) add(rule);
    if (decision.has_otherwise) add(decision.otherwise);
    return out;
  }

  // A caller must do what an obligation says; advice it may pass over.
  void duties(const ir::Decision& x, const ir::Decision& y) {
    const auto had = demanded(old_, x);
    for (const auto& [name, duty] : demanded(new_, y)) {
      const auto known = had.find(name);
      if (known != had.end()) {
        const std::string what = "argument of `" + name + "`";
        records({what.c_str(), true, {}}, old_, &old_.record(known->second->arguments), new_,
                &new_.record(duty->arguments));
      }
      if (duty->is_advice || (known != had.end() && !known->second->is_advice)) continue;
      tell(Kind::contract_duty, new_places_.decision(name_), {{"duty", name}})
          .label("callers have to do this now")
          .also(old_places_.decision(name_), "did not demand it");
    }
  }

  const ir::RuleSet& old_;
  const ir::RuleSet& new_;
  diag::Emitter& emitter_;
  Places old_places_, new_places_;
  std::string name_;  // of the decision at hand
  ContractSummary out_;
};

}  // namespace

ContractSummary check_contract(const OldVersion& before, Compilation* after) {
  const auto first = static_cast<uint32_t>(after->sources.size());
  for (uint32_t i = 0; before.sources != nullptr && i < before.sources->sources.size(); ++i) {
    const SourceFile& file = before.sources->sources.file(i);
    const auto added = after->sources.add(file.path(), std::string(file.text()));
    PAC_CHECK(added.has_value(), "a source that was read is a source");
  }
  const ContractSummary out = Contract(before, after, first).run();
  after->emitter.sort();
  return out;
}

}  // namespace pac::driver
