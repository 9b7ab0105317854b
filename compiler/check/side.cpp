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
  return {place(span), doc_text(doc), citations(cites)};
}

ir::RuleSide Checker::rule_side(const DecisionState& d, uint32_t rule) {
  const std::vector<ir::Explanation> none;
  const auto& explanations = rule < d.explanations.size() ? d.explanations[rule] : none;
  if (rule == d.ir.rules.size()) {
    return {words(d.rule_spans.empty() ? d.ast->name.span : d.rule_spans.back(), {},
                  d.ast->otherwise.clauses.cites),
            explanations};
  }
  if (d.ast->has_rules) {
    const ast::Rule& r = d.ast->rules[rule];
    return {words(r.span, r.doc, r.clauses.cites), explanations};
  }
  const ast::Row& row = d.ast->table.rows[rule];
  return {words(row.span, row.doc, row.clauses.cites), explanations};
}

ir::DecisionSide Checker::decision_side(const DecisionState& d) {
  ir::DecisionSide out;
  out.words = words(d.ast->name.span, d.item->doc, d.ast->cites);
  for (const auto& may : d.ast->may_use) {
    for (auto& cite : citations(may.cites)) out.words.citations.push_back(std::move(cite));
  }
  std::vector<ast::Annotation> annotations = d.item->annotations;
  annotations.insert(annotations.end(), d.ast->annotations.begin(), d.ast->annotations.end());
  out.responsibility = responsibility(*d.module, annotations);
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

void Checker::fill_field_sides(const RecordInfo& info, ir::RecordSide& out) {
  for (uint32_t i = 0; i < info.fields.size(); ++i) {
    const auto field =
        std::find_if(info.ast->fields.begin(), info.ast->fields.end(),
                     [&](const ast::Field& f) { return f.name.text == info.fields[i].name; });
    ir::FieldSide& side = out.fields[i];
    side.documentation = doc_text(field->doc);
    for (const auto& a : field->annotations) {
      if (a.name.text == "pii") side.pii = first_argument(*info.module, a);
      if (a.name.text == "can_change") side.can_change = true;
      if (a.name.text != "protected") continue;
      for (const auto& arg : a.args) {
        if (!side.protected_ground.empty()) side.protected_ground += ", ";
        side.protected_ground += sources_.text(info.module->expr(arg.value).span);
      }
    }
  }
}

void Checker::fill_side() {
  side_ = ir::empty_side(rules_);
  for (uint32_t i = 0; i < sources_.size(); ++i) {
    const SourceFile& file = sources_.file(i);
    const size_t slash = file.path().rfind('/');
    side_.files.push_back({slash == std::string::npos ? file.path() : file.path().substr(slash + 1),
                           crypto::to_hex(crypto::view(crypto::sha256(file.text())))});
  }
  for (const auto& module : modules_) {
    for (auto& cite : citations(module.cites)) side_.words.citations.push_back(std::move(cite));
    for (const auto& item : module.items) {
      if (item.kind == ast::ItemKind::param) {
        const ast::ParamDecl& p = module.params[item.index];
        ir::ParamSide& out = side_.params[ir::index(params_.find(p.name.text)->second.id)];
        out.words = words(p.name.span, item.doc, {});
        out.responsibility = responsibility(module, item.annotations);
        for (uint32_t i = 0; i < p.lines.size(); ++i) out.lines[i] = citations(p.lines[i].cites);
      } else if (item.kind == ast::ItemKind::record) {
        const RecordInfo& info = records_.find(module.records[item.index].name.text)->second;
        ir::RecordSide& out = side_.records[ir::index(info.id)];
        out.words = words(info.span, item.doc, {});
        fill_field_sides(info, out);
      } else if (item.kind == ast::ItemKind::enum_) {
        const ast::EnumDecl& e = module.enums[item.index];
        ir::EnumSide& out = side_.enums[ir::index(enums_.find(e.name.text)->second.id)];
        out.words = words(e.name.span, item.doc, {});
        for (uint32_t i = 0; i < e.values.size(); ++i) out.values[i] = doc_text(e.values[i].doc);
      } else if (item.kind == ast::ItemKind::duty) {
        const ast::DutyDecl& d = module.duties[item.index];
        side_.duties[ir::index(duties_.find(d.name.text)->second.id)] =
            words(d.name.span, item.doc, {});
      }
    }
  }
  for (uint32_t i = 0; i < by_id_.size(); ++i) side_.decisions[i] = decision_side(*by_id_[i]);
}

}  // namespace pac::check
