// Annotations: which may stand where, and what they take. What they mean is settled elsewhere
// (protected.cpp, acceptance.cpp, side.cpp).
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

namespace {

enum Place : unsigned {
  kPackage = 1,
  kDecision = 2,
  kParam = 4,
  kType = 8,  // a record, an enum
  kDuty = 16,
  kRule = 32,
  kField = 64,    // of a record, an input, a feature
  kResult = 128,  // a field of an output or an obligation
  kTest = 256,
};
constexpr unsigned kAnywhere = 0x1ff;

enum class Takes : uint8_t { nothing, text, risk, word, words, finding };

struct Mark {
  std::string_view name;
  unsigned places;
  Takes takes;
  const char* where;
  const char* written;
};

constexpr Mark kMarks[] = {
    {"accept", kAnywhere, Takes::finding, "", "@accept(PAC3002, \"why it is meant\")"},
    {"can_change", kField, Takes::nothing, "a field of a record, an input or a feature",
     "@can_change"},
    {"disclose", kField | kResult, Takes::nothing, "a field", "@disclose"},
    {"exact", kDecision | kRule, Takes::nothing, "a decision or a rule", "@exact"},
    {"owner", kPackage | kDecision | kParam | kType | kDuty, Takes::text, "a declaration",
     "@owner(\"credit desk\")"},
    {"pii", kField | kResult, Takes::word, "a field", "@pii(identifier)"},
    {"protected", kField, Takes::words, "a field of a record, an input or a feature",
     "@protected(age)"},
    {"risk", kPackage | kDecision | kParam | kType | kDuty, Takes::risk, "a declaration",
     "@risk(high)"},
};

bool is_word(const ast::Module& module, const ast::Arg& arg) {
  return arg.name.empty() && module.expr(arg.value).kind == ast::ExprKind::name;
}

bool is_text(const ast::Module& module, const ast::Arg& arg) {
  const ast::Expr& e = module.expr(arg.value);
  return arg.name.empty() && e.kind == ast::ExprKind::string_lit &&
         module.strings[e.string].find_first_not_of(" \t") != std::string::npos;
}

bool fits(const ast::Module& module, const ast::Annotation& a, Takes takes) {
  const auto& args = a.args;
  const auto word = [&](const ast::Arg& arg) { return is_word(module, arg); };
  switch (takes) {
    case Takes::nothing:
      return args.empty();
    case Takes::text:
      return args.size() == 1 && is_text(module, args[0]);
    case Takes::word:
      return args.size() == 1 && word(args[0]);
    case Takes::words:
      return !args.empty() && std::ranges::all_of(args, word);
    case Takes::risk: {
      if (args.size() != 1 || !word(args[0])) return false;
      const std::string_view level = module.expr(args[0].value).name.text;
      return level == "low" || level == "medium" || level == "high";
    }
    case Takes::finding:
      return args.size() == 2 && word(args[0]) && is_text(module, args[1]);
  }
  return false;
}

unsigned place_of(ast::ItemKind kind) {
  switch (kind) {
    case ast::ItemKind::enum_:
    case ast::ItemKind::record:
      return kType;
    case ast::ItemKind::param:
      return kParam;
    case ast::ItemKind::decision:
      return kDecision;
    case ast::ItemKind::duty:
      return kDuty;
    case ast::ItemKind::test:
      return kTest;
    case ast::ItemKind::cite:
      return kPackage;
  }
  return 0;
}

}  // namespace

void Checker::check_annotations(const ast::Module& module,
                                const std::vector<ast::Annotation>& annotations, unsigned place,
                                Span scope) {
  std::map<std::string_view, Span> seen;
  for (const auto& a : annotations) {
    check_annotation(module, a, place);
    if (a.name.text == "accept") {
      accept(module, a, scope);
    } else if (const auto [it, fresh] = seen.try_emplace(a.name.text, a.span); !fresh) {
      emit(Kind::duplicate_name, a.name.span, {{"name", "@" + std::string(a.name.text)}})
          .also(it->second, "first here");
    }
  }
}

void Checker::check_annotation(const ast::Module& module, const ast::Annotation& a,
                               unsigned place) {
  const std::string name(a.name.text);
  const Mark* mark = std::ranges::find(kMarks, a.name.text, &Mark::name);
  if (mark == std::end(kMarks)) {
    std::vector<std::string> names;
    for (const auto& each : kMarks) names.emplace_back(each.name);
    auto builder = emit(Kind::unknown_annotation, a.name.span, {{"name", name}});
    builder.note(
        "there are `@owner`, `@risk`, `@pii`, `@disclose`, `@protected`, `@can_change`, "
        "`@exact` and `@accept`");
    if (name == "cites" || name == "cite" || name == "source") {
      builder.help("a citation is a clause without `@`: `cites iri \"…\"`");
    } else {
      hint_nearest(builder, a.name.text, names);
    }
    return;
  }
  if ((mark->places & place) == 0) {
    emit(Kind::misplaced_annotation, a.span, {{"name", name}})
        .help("it stands with " + std::string(mark->where));
  } else if (!fits(module, a, mark->takes)) {
    emit(Kind::annotation_argument, a.span, {{"name", name}})
        .help("write `" + std::string(mark->written) + "`" +
              (mark->takes == Takes::risk ? "; there are `low`, `medium` and `high`" : ""));
  }
}

void Checker::check_decision_annotations(const ast::Module& module, const ast::Item& item) {
  const ast::Decision& d = module.decisions[item.index];
  check_annotations(module, d.annotations, kDecision, item.span);
  const auto fields = [&](const std::vector<ast::Field>& list, unsigned place) {
    for (const auto& field : list) check_annotations(module, field.annotations, place, field.span);
  };
  fields(d.inputs, kField);
  fields(d.context, kField);
  fields(d.outputs, kResult);
  for (const auto& feature : d.features) {
    check_annotations(module, feature.annotations, kField, feature.span);
  }
  for (const auto& rule : d.rules) {
    check_annotations(module, rule.annotations, kRule, rule.span);
  }
  for (const auto& row : d.table.rows) {
    check_annotations(module, row.annotations, kRule, row.span);
  }
  check_annotations(module, d.otherwise.annotations, kRule, d.otherwise.span);
}

void Checker::check_all_annotations() {
  for (const auto& module : modules_) {
    const Span whole{module.file, 0,
                     static_cast<uint32_t>(sources_.file(module.file).text().size())};
    for (const auto& item : module.items) {
      const bool package = item.kind == ast::ItemKind::cite;
      check_annotations(module, item.annotations, place_of(item.kind), package ? whole : item.span);
      if (item.kind == ast::ItemKind::decision) check_decision_annotations(module, item);
      if (item.kind == ast::ItemKind::record) {
        for (const auto& field : module.records[item.index].fields) {
          check_annotations(module, field.annotations, kField, field.span);
        }
      }
      if (item.kind == ast::ItemKind::duty) {
        for (const auto& field : module.duties[item.index].fields) {
          check_annotations(module, field.annotations, kResult, field.span);
        }
      }
    }
  }
}

}  // namespace pac::check
