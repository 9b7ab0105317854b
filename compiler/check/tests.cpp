// Tests: what the author wrote becomes JSON, as a caller would send it and read it back.
#include <algorithm>

#include "compiler/check/checker.h"
#include "runtime/base/json.h"

namespace pac::check {

namespace {

// Replaces or adds the member at a path of names, making objects on the way.
void put(json::Value& object, const std::vector<std::string>& path, json::Value value) {
  json::Value* at = &object;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    if (const json::Value* inner = at->find(path[i]); inner == nullptr || !inner->is_object()) {
      at->set(path[i], json::Value::object());
    }
    for (auto& member : at->members()) {
      if (member.key == path[i]) at = &member.value;
    }
  }
  at->set(path.back(), std::move(value));
}

}  // namespace

json::Value Checker::json_constant(const ir::Constant& c) const {
  if (c.missing) return {};
  const ir::Type& t = rules_.type(c.type);
  switch (t.kind) {
    case ir::TypeKind::boolean:
      return json::Value(c.number != 0);
    case ir::TypeKind::integer:
      return json::Value::exact_int(static_cast<int64_t>(c.number));
    case ir::TypeKind::enumeration:
      return json::Value(rules_.enums[t.ref].values[static_cast<size_t>(c.number)].wire);
    case ir::TypeKind::string:
      return json::Value(c.text);
    default:
      return json::Value(show_constant(c));
  }
}

std::optional<json::Value> Checker::json_of(ast::ExprId id, const Type& type) {
  const ast::Expr& e = node(id);
  if (!type.known()) return std::nullopt;
  if (e.kind == ast::ExprKind::missing_lit) return json::Value();
  const ir::Type t = ir_type(type);
  if (t.kind == ir::TypeKind::record) {
    if (e.kind != ast::ExprKind::record_lit) {
      emit(Kind::misplaced_value, e.span, {{"wanted", "a record `{ … }`"}});
      return std::nullopt;
    }
    return json_record(e, fields_of(static_cast<ir::RecordId>(t.ref)), rules_.records[t.ref].name);
  }
  if (t.kind == ir::TypeKind::list || t.kind == ir::TypeKind::set) {
    if (e.kind != ast::ExprKind::list_lit && e.kind != ast::ExprKind::set_lit &&
        !(e.kind == ast::ExprKind::record_lit && e.arg_count == 0)) {
      emit(Kind::misplaced_value, e.span, {{"wanted", "a list `[ … ]`"}});
      return std::nullopt;
    }
    json::Value out = json::Value::array();
    for (uint32_t i = 0; i < e.arg_count; ++i) {
      auto element = json_of(scope_module_->args_of(e)[i].value, Type{t.element, type.unit});
      if (!element) return std::nullopt;
      out.push_back(std::move(*element));
    }
    return out;
  }
  const Type plain = without_optional(type);
  const Typed value = coerce(expression(id, {plain}), plain, e.span);
  if (!value.ok()) return std::nullopt;
  const ir::Constant* c = constant_of(value.id);
  if (c == nullptr) {
    emit(Kind::not_constant, e.span);
    return std::nullopt;
  }
  return json_constant(*c);
}

std::optional<json::Value> Checker::json_record(const ast::Expr& e, const std::vector<Slot>& fields,
                                                std::string_view what) {
  json::Value out = json::Value::object();
  bool ok = true;
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    const ast::Arg& arg = scope_module_->args_of(e)[i];
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const Slot& s) { return s.name == arg.name.text; });
    if (field == fields.end()) {
      std::vector<std::string> names;
      for (const auto& f : fields) names.emplace_back(f.name);
      auto builder = emit(Kind::unknown_field, arg.name.span,
                          {{"name", std::string(arg.name.text)}, {"type", std::string(what)}});
      hint_nearest(builder, arg.name.text, names);
      ok = false;
      continue;
    }
    auto value = json_of(arg.value, field->type);
    ok = ok && value.has_value();
    if (value) out.set(arg.name.text, std::move(*value));
  }
  if (!ok) return std::nullopt;
  return out;
}

std::vector<Slot> Checker::slots_of(const DecisionState& d, ir::SlotRole role) const {
  std::vector<Slot> out;
  for (const auto& slot : d.slots) {
    if (slot.role == role) out.push_back(slot);
  }
  return out;
}

Expectation Checker::expectation(const ast::Expect& expect, DecisionState& d) {
  Expectation out;
  out.span = expect.span;
  out.has_by = expect.has_by;
  for (const auto& name : expect.by) {
    if (check_rule_name(d, name)) out.by.emplace_back(name.text);
  }
  for (const auto& name : expect.duties) {
    const auto duty = see(duties_, name);
    if (duty.reported) continue;
    if (duty.found == nullptr) {
      auto builder = emit(Kind::unknown_duty, name.span,
                          {{"what", "obligation"}, {"name", std::string(name.text)}});
      hint_nearest(builder, name.text, visible(duties_));
    }
    out.duties.push_back(duty.found == nullptr ? std::string(name.text) : duty.found->name);
  }
  switch (expect.kind) {
    case ast::Expect::Kind::no_match:
      out.kind = Expectation::Kind::no_match;
      break;
    case ast::Expect::Kind::error:
      out.kind = Expectation::Kind::error;
      out.error_code = expect.error_code;
      check_error_code(expect);
      break;
    case ast::Expect::Kind::refused:
      out.kind = Expectation::Kind::refused;
      for (const auto& name : expect.refused.names) {
        if (!out.refused_path.empty()) out.refused_path += '.';
        out.refused_path += name.text;
      }
      break;
    case ast::Expect::Kind::outcome: {
      std::optional<json::Value> value;
      const ast::Expr& e = node(expect.value);
      const bool effects = d.ir.policy == ir::HitPolicy::deny_overrides ||
                           d.ir.policy == ir::HitPolicy::permit_overrides;
      if (effects && e.kind == ast::ExprKind::name) {
        if (auto effect = json_of(expect.value, d.outputs[0].type)) {
          value = json::Value::object();
          value->set(d.outputs[0].name, std::move(*effect));
        }
      } else {
        value = json_of(expect.value, Type{d.ir.result_type, {}});
      }
      if (value) out.outcome = json::canonical(*value);
      break;
    }
  }
  return out;
}

void Checker::check_error_code(const ast::Expect& expect) {
  std::vector<std::string> codes;
  for (int error = PAC_E_OVERFLOW; error <= PAC_E_MISSING; ++error) {
    codes.push_back("PAC" + std::to_string(5000 + error));
  }
  if (std::ranges::find(codes, expect.error_code) != codes.end()) return;
  auto builder =
      emit(Kind::unknown_option, expect.span,
           {{"seen", expect.error_code}, {"options", codes.front() + " to " + codes.back()}});
  builder.note("these are the errors that a decision ends in; docs/errors.md says what each means");
  if (expect.error_code.starts_with("PAC51")) {
    builder.help("an input that is refused before it is decided: `expect refused field`");
  } else {
    hint_nearest(builder, expect.error_code, codes);
  }
}

bool Checker::check_rule_name(const DecisionState& d, const ast::Name& name) {
  std::vector<std::string> names;
  for (const auto& rule : d.ir.rules) {
    if (rule.name == name.text) return true;
  }
  if (d.ir.has_otherwise && name.text == "otherwise") return true;
  for (const auto& rule : d.ir.rules) names.push_back(rule.name);
  names.emplace_back("otherwise");
  auto builder = emit(Kind::unknown_rule, name.span, {{"name", std::string(name.text)}});
  hint_nearest(builder, name.text, names);
  return false;
}

// Own features by name, those of callees by `decision.name`.
const ir::Feature* Checker::feature_named(const DecisionState& d, const std::string& name) const {
  const auto& features = d.ir.features;
  const std::string own = rules_.package + "." + d.ir.name + "." + name;
  const std::string full = rules_.package + "." + name;
  const ir::Feature* found = nullptr;
  for (const auto& f : features) {
    if (f.name == own || f.name == full || f.name == name) return &f;
    if (f.name.ends_with("." + name)) found = &f;
  }
  return found;
}

bool Checker::put_feature(DecisionState& d, const std::string& name, Span span, ast::ExprId id,
                          ast::ExprId at, json::Value& features) {
  const ir::Feature* feature = feature_named(d, name);
  if (feature == nullptr) {
    std::vector<std::string> names;
    for (const auto& f : d.ir.features) names.push_back(f.name.substr(f.name.rfind('.') + 1));
    auto builder =
        emit(Kind::unknown_field, span, {{"name", name}, {"type", "the features of " + d.ir.name}});
    hint_nearest(builder, name, names);
    return false;
  }
  auto value = json_of(id, d.slots[feature->slot].type);
  if (!value) return false;
  if (ast::present(at)) {
    auto time = json_of(at, Type{type_id(ir::TypeKind::datetime), {}});
    if (!time) return false;
    json::Value both = json::Value::object();
    both.set("value", std::move(*value));
    both.set("at", std::move(*time));
    features.set(feature->name, std::move(both));
  } else {
    features.set(feature->name, std::move(*value));
  }
  return true;
}

void Checker::check_tests() {
  for (const uint32_t index : packages_[0].modules) {
    const ast::Module& module = modules_[index];
    for (const auto& test : module.tests) {
      Enter enter(*this, &module, Scope{});
      check_test(module, test);
    }
  }
}

void Checker::check_test(const ast::Module& module, const ast::Test& test) {
  DecisionState* d = find_decision(test.decision.text);
  if (d == nullptr) {
    std::vector<std::string> names;
    for (const auto& [name, state] : decisions_) {
      if (name.find('.') == std::string::npos) names.push_back(name);
    }
    auto builder = emit(Kind::unknown_decision, test.decision.span,
                        {{"name", std::string(test.decision.text)}});
    hint_nearest(builder, test.decision.text, names);
    return;
  }
  if (d->failed || d->state != DecisionState::State::done) return;
  if (test.is_table) return check_test_table(module, test, *d);
  TestCase out;
  out.title = test.title;
  out.decision = d->id;
  out.span = test.title_span;
  const auto record = [&](ast::ExprId id, ir::SlotRole role, const char* what, std::string* text) {
    if (!ast::present(id)) return;
    if (auto value = json_record(node(id), slots_of(*d, role), what))
      *text = json::canonical(*value);
  };
  record(test.given, ir::SlotRole::input, "the input", &out.input);
  record(test.context, ir::SlotRole::context, "the context", &out.context);
  json::Value features = json::Value::object();
  for (const auto& f : test.features) {
    std::string name;
    for (const auto& part : f.name.names) {
      if (!name.empty()) name += '.';
      name += part.text;
    }
    put_feature(*d, name, f.name.span, f.value, f.at, features);
  }
  out.features = json::canonical(features);
  if (!test.as_of.empty()) {
    int32_t day = 0;
    if (!read_date(test.as_of, &day)) {
      emit(Kind::bad_date, test.as_of_span, {{"text", std::string(test.as_of)}});
    }
    out.as_of = std::string(test.as_of);
  }
  check_test_params(test, out);
  if (test.expects.empty()) {
    emit(Kind::test_expects_nothing, test.title_span, {{"title", test.title}})
        .help(
            "write `expect { … }`, `expect no_match`, `expect error \"PAC…\"` or `expect refused "
            "path`");
  }
  for (const auto& expect : test.expects) out.expectations.push_back(expectation(expect, *d));
  tests_.push_back(std::move(out));
}

void Checker::check_test_params(const ast::Test& test, TestCase& out) {
  if (!ast::present(test.params)) return;
  const ast::Expr& e = node(test.params);
  for (uint32_t i = 0; i < e.arg_count; ++i) {
    const ast::Arg& arg = scope_module_->args_of(e)[i];
    const auto param = see(params_, arg.name);
    if (param.reported) continue;
    if (param.found == nullptr) {
      if (report_hidden(arg.name)) continue;
      auto builder =
          emit(Kind::unknown_name, arg.name.span, {{"name", std::string(arg.name.text)}});
      hint_nearest(builder, arg.name.text, visible(params_));
      continue;
    }
    const Type type = param.found->type;
    const Typed value = coerce(expression(arg.value, {type}), type, node(arg.value).span);
    if (value.ok()) out.params.push_back({param.found->id, value.id});
  }
}

void Checker::check_test_table(const ast::Module&, const ast::Test& test, DecisionState& d) {
  struct Column {
    std::vector<std::string> path;
    Type type;
    bool is_as_of = false, is_by = false, is_feature = false, is_context = false;
  };
  std::vector<Column> inputs, outputs;
  Scope scope;
  scope.decision = &d;
  Enter enter(*this, scope_module_, std::move(scope));
  for (const ast::ExprId id : test.case_inputs) {
    Column column;
    for (ast::ExprId at = id;; at = node(at).a) {
      const ast::Expr& e = node(at);
      if (e.kind != ast::ExprKind::name && e.kind != ast::ExprKind::member) {
        emit(Kind::misplaced_value, e.span, {{"wanted", "a field of the input"}});
        return;
      }
      column.path.insert(column.path.begin(), std::string(e.name.text));
      if (e.kind == ast::ExprKind::name) break;
    }
    const auto slot = d.slot_of.find(std::string_view(column.path[0]));
    if (column.path.size() == 1 && column.path[0] == "as_of" && slot == d.slot_of.end()) {
      column.is_as_of = true;
      column.type.id = type_id(ir::TypeKind::date);
    } else if (slot == d.slot_of.end()) {
      unknown_name(ast::Name{column.path[0], node(id).span}, {});
      return;
    } else {
      const Slot& s = d.slots[slot->second];
      column.is_feature = s.role == ir::SlotRole::feature;
      column.is_as_of = s.role == ir::SlotRole::context && s.name == "as_of";
      column.is_context = s.role == ir::SlotRole::context && !column.is_as_of;
      const auto type = path_type(id);
      if (!type) return;
      column.type = *type;
    }
    inputs.push_back(std::move(column));
  }
  const Type result{d.ir.result_type, {}};
  for (const auto& path : test.case_outputs) {
    Column column;
    Type type = result;
    for (const auto& name : path.names) {
      column.path.emplace_back(name.text);
      if (path.names.size() == 1 && name.text == "by") {
        column.is_by = true;
        break;
      }
      const ir::Type t = type.known() ? ir_type(type) : ir::Type{};
      const Slot* found = nullptr;
      if (t.kind == ir::TypeKind::record) {
        for (const auto& f : fields_of(static_cast<ir::RecordId>(t.ref))) {
          if (f.name == name.text) found = &f;
        }
      }
      if (found == nullptr) {
        emit(Kind::unknown_field, name.span,
             {{"name", std::string(name.text)}, {"type", "the output of " + d.ir.name}});
        return;
      }
      type = found->type;
    }
    column.type = type;
    outputs.push_back(std::move(column));
  }
  uint32_t number = 0;
  for (const auto& row : test.cases) {
    TestCase out;
    out.title = test.title + ", case " + std::to_string(++number);
    out.decision = d.id;
    out.span = row.span;
    if (row.inputs.size() != inputs.size() || row.outputs.size() != outputs.size()) {
      emit(Kind::row_width, row.span,
           {{"what", "cells"},
            {"seen", static_cast<int64_t>(row.inputs.size() + row.outputs.size())},
            {"wanted", static_cast<int64_t>(inputs.size() + outputs.size())}})
          .help(
              "each column of the header has a cell; `-` stands for what is not given or compared");
      continue;
    }
    json::Value given = json::Value::object(), context = json::Value::object();
    json::Value features = json::Value::object(), outcome = json::Value::object();
    Expectation expect;
    expect.span = row.span;
    bool ok = true;
    for (size_t i = 0; i < inputs.size() && ok; ++i) {
      const Column& column = inputs[i];
      if (!ast::present(row.inputs[i])) continue;  // `-`: not given
      if (column.is_feature) {
        ok = put_feature(d, column.path[0], row.span, row.inputs[i], ast::ExprId::none, features);
        continue;
      }
      auto value = json_of(row.inputs[i], column.type);
      ok = value.has_value();
      if (!ok) break;
      if (column.is_as_of) {
        out.as_of = value->as_string();
      } else {
        put(column.is_context ? context : given, column.path, std::move(*value));
      }
    }
    for (size_t i = 0; i < outputs.size() && ok; ++i) {
      if (!ast::present(row.outputs[i])) continue;  // `-`: not compared
      if (outputs[i].is_by) {
        const ast::Expr& e = node(row.outputs[i]);
        ok = e.kind == ast::ExprKind::name && check_rule_name(d, e.name);
        expect.has_by = true;
        expect.by.emplace_back(e.name.text);
        continue;
      }
      auto value = json_of(row.outputs[i], outputs[i].type);
      ok = value.has_value();
      if (ok) put(outcome, outputs[i].path, std::move(*value));
    }
    if (!ok) continue;
    out.input = json::canonical(given);
    out.context = json::canonical(context);
    out.features = json::canonical(features);
    expect.outcome = json::canonical(outcome);
    out.expectations.push_back(std::move(expect));
    tests_.push_back(std::move(out));
  }
}

}  // namespace pac::check
