// The side tables: what travels with a rule set for people and never changes an outcome.
#include <algorithm>

#include "compiler/check/checker.h"
#include "compiler/check/citations.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::check {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// The lines of a `///` comment without their markers.
std::string doc_text(std::string_view doc) {
  std::string out;
  while (!doc.empty()) {
    const size_t end = std::min(doc.find('\n'), doc.size());
    const std::string_view line = trim(doc.substr(0, end));
    if (line.starts_with("///")) {
      if (!out.empty()) out += '\n';
      out += trim(line.substr(3));
    }
    doc.remove_prefix(std::min(end + 1, doc.size()));
  }
  return out;
}

}  // namespace

ir::Citation Checker::citation(const ast::Cite& cite) {
  ir::Citation out;
  out.system = std::string(cite.system.text);
  out.reference = cite.reference;
  static const std::set<std::string_view> kParts = {"section", "article", "paragraph",
                                                    "point",   "annex",   "title"};
  for (const auto& part : cite.parts) {
    if (!kParts.contains(part.kind.text)) {
      auto builder =
          emit(Kind::unknown_cite_part, part.kind.span, {{"name", std::string(part.kind.text)}});
      hint_nearest(builder, part.kind.text, {kParts.begin(), kParts.end()});
    }
    out.parts.push_back({std::string(part.kind.text), part.value});
  }
  const CitationCheck check = expand_citation(out);
  if (check.unknown_system) {
    auto builder = emit(Kind::unknown_cite_system, cite.system.span, {{"name", out.system}});
    hint_nearest(builder, out.system, {"finlex", "eurlex", "eli", "iri"});
  } else if (!check.problem.empty()) {
    emit(Kind::bad_citation, cite.reference_span,
         {{"reference", out.reference}, {"why", check.problem}})
        .help(check.help);
  }
  out.iri = check.iri;
  return out;
}

std::vector<ir::Citation> Checker::citations(const std::vector<ast::Cite>& cites) {
  std::vector<ir::Citation> out;
  for (const auto& cite : cites) out.push_back(citation(cite));
  return out;
}

ir::SourcePlace Checker::place(Span span) const {
  if (!span.has_place()) return {};
  const Location at = sources_.file(span.file).location(span.begin);
  return {span.file, at.line, at.column};
}

std::string Checker::first_argument(const ast::Module& module, const ast::Annotation& a) const {
  if (a.args.empty()) return {};
  const ast::Expr& e = module.expr(a.args[0].value);
  return e.kind == ast::ExprKind::string_lit ? module.strings[e.string]
                                             : std::string(sources_.text(e.span));
}

ir::Responsibility Checker::responsibility(const ast::Module& module,
                                           const std::vector<ast::Annotation>& annotations) const {
  ir::Responsibility out;
  for (const auto& a : annotations) {
    if (a.name.text == "owner") out.owner = first_argument(module, a);
    if (a.name.text == "risk") out.risk = first_argument(module, a);
  }
  return out;
}

ir::Words Checker::words(Span span, std::string_view doc, const std::vector<ast::Cite>& cites) {
  return {place(span), doc_text(doc), citations(cites), {}};
}

namespace {

bool is_exact(const std::vector<ast::Annotation>& annotations) {
  return std::ranges::any_of(annotations, [](const auto& a) { return a.name.text == "exact"; });
}

}  // namespace

ir::RuleSide Checker::rule_side(const DecisionState& d, uint32_t rule) {
  const auto side = [&](Span span, std::string_view doc, const ast::Clauses& clauses,
                        const std::vector<ast::Annotation>& annotations,
                        const std::vector<ir::Explanation>& explanations) {
    ir::RuleSide out{words(span, doc, clauses.cites), explanations, is_exact(annotations)};
    out.words.acceptances = acceptances_at(span);
    return out;
  };
  const std::vector<ir::Explanation> none;
  const auto& explanations = rule < d.explanations.size() ? d.explanations[rule] : none;
  if (rule == d.ir.rules.size()) {
    const ast::Otherwise& o = d.ast->otherwise;
    return side(o.present ? o.span : d.ast->name.span, {}, o.clauses, o.annotations, explanations);
  }
  if (d.ast->has_rules) {
    const ast::Rule& r = d.ast->rules[rule];
    return side(r.span, r.doc, r.clauses, r.annotations, explanations);
  }
  const ast::Row& row = d.ast->table.rows[rule];
  return side(row.span, row.doc, row.clauses, row.annotations, explanations);
}

ir::DecisionSide Checker::decision_side(const DecisionState& d) {
  ir::DecisionSide out;
  out.words = words(d.ast->name.span, d.item->doc, d.ast->cites);
  out.words.acceptances = acceptances_at(d.item->span);
  for (const auto& [may, field] : d.permissions) {
    out.permissions.push_back({field.first, field.second,
                               std::string(sources_.text(may->path.span)), citations(may->cites)});
  }
  std::vector<ast::Annotation> annotations = d.item->annotations;
  annotations.insert(annotations.end(), d.ast->annotations.begin(), d.ast->annotations.end());
  out.responsibility = responsibility(*d.module, annotations);
  out.exact = is_exact(annotations);
  for (const auto& name : d.let_names) {
    ir::LocalName let{name, {}, {}};
    if (auto it = d.let_of.find(name); it != d.let_of.end()) {
      let.place = place(d.lets[it->second].ast->name.span);
      let.documentation = doc_text(d.lets[it->second].ast->doc);
    }
    out.lets.push_back(std::move(let));
  }
  out.variables = d.variable_names;
  for (uint32_t i = 0; i < d.ir.rules.size(); ++i) out.rules.push_back(rule_side(d, i));
  if (d.ir.has_otherwise) out.otherwise = rule_side(d, static_cast<uint32_t>(d.ir.rules.size()));
  return out;
}

void Checker::fill_field_side(const ast::Module& module, std::string_view doc,
                              const std::vector<ast::Annotation>& annotations,
                              ir::FieldSide& side) {
  side.documentation = doc_text(doc);
  for (const auto& a : annotations) {
    if (a.name.text == "pii") side.pii = first_argument(module, a);
    if (a.name.text == "can_change") side.can_change = true;
    if (a.name.text == "disclose") side.disclosed = true;
    if (a.name.text != "protected") continue;
    for (const auto& arg : a.args) {
      if (!side.protected_ground.empty()) side.protected_ground += ", ";
      side.protected_ground += sources_.text(module.expr(arg.value).span);
    }
  }
}

void Checker::fill_field_sides(const ast::Module& module, const std::vector<ast::Field>& fields,
                               uint32_t record) {
  ir::RecordSide& out = side_.records[record];
  for (uint32_t i = 0; i < out.fields.size(); ++i) {
    const auto field = std::ranges::find_if(fields, [&](const ast::Field& f) {
      return f.name.text == rules_.records[record].fields[i].name;
    });
    if (field == fields.end()) continue;
    fill_field_side(module, field->doc, field->annotations, out.fields[i]);
    for (auto& each : acceptances_at(field->span)) out.words.acceptances.push_back(std::move(each));
  }
}

// Inputs, context, features and outputs of a decision have records of their own.
void Checker::fill_decision_fields(const DecisionState& d) {
  const uint32_t input = ir::index(d.ir.input);
  fill_field_sides(*d.module, d.ast->inputs, input);
  fill_field_sides(*d.module, d.ast->context, input);
  fill_field_sides(*d.module, d.ast->outputs, ir::index(d.ir.output));
  for (const auto& feature : d.ast->features) {
    const auto slot = d.slot_of.find(feature.name.text);
    if (slot == d.slot_of.end()) continue;
    fill_field_side(*d.module, feature.doc, feature.annotations,
                    side_.records[input].fields[slot->second]);
  }
}

void Checker::fill_item_side(const ast::Module& module, const ast::Item& item) {
  const auto finish = [&](ir::Words& out, const ast::Name& name) {
    out = words(name.span, item.doc, {});
    out.acceptances = acceptances_at(item.span);
  };
  switch (item.kind) {
    case ast::ItemKind::param: {
      const ast::ParamDecl& p = module.params[item.index];
      ir::ParamSide& out =
          side_.params[ir::index(params_.find(key(module, p.name.text))->second.id)];
      finish(out.words, p.name);
      out.words.citations = citations(p.cites);
      out.responsibility = responsibility(module, item.annotations);
      for (uint32_t i = 0; i < p.lines.size(); ++i) out.lines[i] = citations(p.lines[i].cites);
      break;
    }
    case ast::ItemKind::record: {
      const ast::RecordDecl& r = module.records[item.index];
      const uint32_t id = ir::index(records_.find(key(module, r.name.text))->second.id);
      finish(side_.records[id].words, r.name);
      fill_field_sides(module, r.fields, id);
      break;
    }
    case ast::ItemKind::enum_: {
      const ast::EnumDecl& e = module.enums[item.index];
      ir::EnumSide& out = side_.enums[ir::index(enums_.find(key(module, e.name.text))->second.id)];
      finish(out.words, e.name);
      for (uint32_t i = 0; i < e.values.size(); ++i) out.values[i] = doc_text(e.values[i].doc);
      break;
    }
    case ast::ItemKind::duty: {
      const ast::DutyDecl& d = module.duties[item.index];
      const DutyInfo& info = duties_.find(key(module, d.name.text))->second;
      finish(side_.duties[ir::index(info.id)], d.name);
      fill_field_sides(module, d.fields, ir::index(rules_.duties[ir::index(info.id)].arguments));
      break;
    }
    case ast::ItemKind::cite: {  // of the package
      if (files_[&module - modules_.data()].package != 0) break;
      for (auto& cite : citations({module.cites[item.index]})) {
        side_.words.citations.push_back(std::move(cite));
      }
      const ir::Responsibility by = responsibility(module, item.annotations);
      if (!by.owner.empty()) side_.responsibility.owner = by.owner;
      if (!by.risk.empty()) side_.responsibility.risk = by.risk;
      break;
    }
    case ast::ItemKind::decision:
    case ast::ItemKind::test:
      break;
  }
}

// A file's name in the bundle: files of other packages stand in folders of their package's name.
std::string Checker::bundle_path(uint32_t file) const {
  const std::string& path = sources_.file(file).path();
  const std::string name = path.substr(path.rfind('/') + 1);
  for (const auto& module : modules_) {
    if (module.file != file) continue;
    const PackageScope& package = package_of(module);
    if (package.prefix.empty()) break;
    std::string folder = package.name;
    std::ranges::replace(folder, '.', '/');
    return folder + "/" + name;
  }
  return name;
}

void Checker::fill_side() {
  side_ = ir::empty_side(rules_);
  for (uint32_t i = 0; i < sources_.size(); ++i) {
    side_.files.push_back(
        {bundle_path(i), crypto::to_hex(crypto::view(crypto::sha256(sources_.file(i).text())))});
  }
  for (const auto& module : modules_) {
    for (const auto& item : module.items) fill_item_side(module, item);
  }
  for (uint32_t i = 0; i < by_id_.size(); ++i) {
    side_.decisions[i] = decision_side(*by_id_[i]);
    fill_decision_fields(*by_id_[i]);
  }
}

}  // namespace pac::check
