#include "compiler/parse/reader.h"

#include <algorithm>

namespace pac::parse {

using diag::Kind;

// ---- Pieces
// -----------------------------------------------------------------------------------------

void Reader::resume(size_t begin, size_t close, const Starts& starts) {
  const size_t failed = std::max(failed_, begin);
  size_t i = begin;
  while (i < close) {
    if (i > begin && i >= failed && starts(i)) break;
    const bool group =
        is_opener(kind(i)) && tokens_[i].partner != kNoPartner && tokens_[i].partner > i;
    i = group ? tokens_[i].partner + 1 : i + 1;
  }
  at_ = std::min(i, close);
}

void Reader::sequence(size_t close, const Starts& starts, const std::function<bool()>& one) {
  while (at_ < close) {
    const size_t begin = at_;
    if (!one()) resume(begin, close, starts);
  }
  at_ = close + 1;
}

void Reader::comma(size_t close) {
  if (at_ >= close) return;
  if (here(T::COMMA)) {
    ++at_;
    return;
  }
  const size_t before = at_ - 1;
  if (is_name(kind(at_))) {
    if (explainer_.is_consequence(at_)) return;
    const Span place{file_.id(), tokens_[before].end, tokens_[before].end};
    emitter_.emit(Kind::missing_separator, place, {{"separator", ","}})
        .label("expected `,` between this and what follows")
        .fix(place, ",", "write `,`");
    return;
  }
  explainer_.unexpected(at_, "`,` or `}`");
  resume(at_, close, [&](size_t i) { return kind(i - 1) == T::COMMA || tokens_[i].starts_line; });
}

std::optional<size_t> Reader::find_body(size_t from, size_t close) const {
  for (size_t i = from; i < close; ++i) {
    if (kind(i) == T::LBRACE) return i;
    if (i > from && starts_decision_item(i)) return std::nullopt;
  }
  return std::nullopt;
}

// ---- The file
// ---------------------------------------------------------------------------------------

void Reader::read() {
  read_package();
  while (here(T::USE)) {
    const size_t begin = at_;
    if (auto* use = piece(&T::useDecl))
      module_.uses.push_back({builder_.path(use->path()), builder_.span(use)});
    else
      resume_item(begin);
  }
  while (!here(kEndOfFile)) read_item();
}

void Reader::read_package() {
  if (!here(T::PACKAGE)) {
    if (explainer_.is_consequence(at_)) return;
    emitter_.emit(Kind::missing_package, span(at_))
        .help("begin the file with `package company.area edition 1`");
    if (!here(kEndOfFile) && !starts_item(at_)) resume_item(at_);
    return;
  }
  const size_t begin = at_;
  auto* package = piece(&T::packageDecl);
  if (package == nullptr) return resume_item(begin);
  module_.package = builder_.path(package->path());
  if (package->INT() == nullptr) return;
  module_.edition_span = builder_.span(package->INT());
  const ast::ExprId edition = builder_.literal(Builder::token(package->INT()));
  module_.edition = module_.expr(edition).int_value;
}

bool Reader::starts_item(size_t i) const {
  if (!tokens_[i].starts_line && !(i > 0 && kind(i - 1) == T::RBRACE)) return false;
  switch (kind(i)) {
    case T::AT_SIGN:
    case T::PRIVATE:
    case T::PARTIAL:
    case T::ORDERED:
    case T::ENUM:
    case T::RECORD:
    case T::PARAM:
    case T::DECISION:
    case T::OBLIGATION:
    case T::ADVICE:
    case T::TEST:
    case T::CITES:
    case T::USE:
      return kind(i) == T::AT_SIGN || is_name(kind(i + 1));
    default:
      return false;
  }
}

void Reader::resume_item(size_t begin) {
  resume(begin, tokens_.size() - 1, [this](size_t i) { return starts_item(i); });
}

bool Reader::read_annotations(std::vector<ast::Annotation>* annotations, std::string_view* doc) {
  *doc = builder_.doc(tokens_[at_]);
  while (here(T::AT_SIGN)) {
    auto* annotation = piece(&T::annotation);
    if (annotation == nullptr) return false;
    annotations->push_back(builder_.annotation(annotation));
    if (doc->empty()) *doc = builder_.doc(tokens_[at_]);
  }
  return true;
}

void Reader::read_item() {
  const size_t begin = at_;
  ast::Item item{};
  if (!read_annotations(&item.annotations, &item.doc)) return resume_item(begin);
  if (here(T::CITES)) {
    auto* cites = piece(&T::cites);
    if (cites == nullptr) return resume_item(begin);
    item.kind = ast::ItemKind::cite;
    item.index = static_cast<uint32_t>(module_.cites.size());
    module_.cites.push_back(builder_.cite(cites));
  } else if (here(T::USE)) {
    explainer_.unexpected(at_, "a declaration", "`use` stands before the declarations");
    auto* use = piece(&T::useDecl);
    if (use == nullptr) return resume_item(begin);
    module_.uses.push_back({builder_.path(use->path()), builder_.span(use)});
    return;
  } else if (!read_declaration(&item)) {
    return resume_item(begin);
  }
  item.span = span(begin, at_ - 1);
  module_.items.push_back(std::move(item));
}

void Reader::check_modifiers(size_t first, size_t last, ast::Item* item) {
  const uint16_t what = kind(last);
  for (size_t i = first; i < last; ++i) {
    const bool fits = kind(i) == T::PRIVATE   ? what != T::TEST
                      : kind(i) == T::PARTIAL ? what == T::DECISION
                                              : what == T::ENUM;
    if (kind(i) == T::PRIVATE) item->is_private = fits;
    if (!fits) {
      emitter_.emit(Kind::misplaced_modifier, span(i),
                    {{"modifier", std::string(text(i))}, {"what", std::string(text(last))}});
    }
    if (std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(first),
                    tokens_.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const Token& t) { return t.kind == kind(i); })) {
      emitter_.emit(Kind::repeated_clause, span(i), {{"clause", std::string(text(i))}});
    }
  }
}

bool Reader::read_declaration(ast::Item* item) {
  const size_t first = at_;
  while (here(T::PRIVATE) || here(T::PARTIAL) || here(T::ORDERED)) ++at_;
  const size_t word = at_;
  bool partial = false;
  bool ordered = false;
  for (size_t i = first; i < word; ++i) {
    partial |= kind(i) == T::PARTIAL;
    ordered |= kind(i) == T::ORDERED;
  }
  const auto finish = [&](ast::ItemKind item_kind, size_t count) {
    item->kind = item_kind;
    item->index = static_cast<uint32_t>(count - 1);
    check_modifiers(first, word, item);
    return true;
  };
  switch (kind(word)) {
    case T::ENUM:
      if (!read_enum()) return false;
      module_.enums.back().ordered = ordered;
      return finish(ast::ItemKind::enum_, module_.enums.size());
    case T::RECORD:
      return read_record() && finish(ast::ItemKind::record, module_.records.size());
    case T::OBLIGATION:
    case T::ADVICE:
      return read_duty() && finish(ast::ItemKind::duty, module_.duties.size());
    case T::PARAM:
      return read_param() && finish(ast::ItemKind::param, module_.params.size());
    case T::TEST:
      return read_test() && finish(ast::ItemKind::test, module_.tests.size());
    case T::DECISION:
      if (!read_decision()) return false;
      module_.decisions.back().partial = partial;
      return finish(ast::ItemKind::decision, module_.decisions.size());
    default:
      break;
  }
  // Nothing that the file may hold begins so; the grammar knows which word was nearly right.
  if (here(kEndOfFile) || here(T::CITES) || here(T::AT_SIGN))
    explainer_.unexpected(at_, "a declaration");
  else
    piece(&T::item);
  return false;
}

// ---- Enums, records, params
// -------------------------------------------------------------------------

bool Reader::read_enum() {
  auto* head = piece(&T::enumHead);
  if (head == nullptr) return false;
  ast::EnumDecl out;
  out.name = builder_.name(head->name());
  const size_t close = tokens_[at_ - 1].partner;
  const auto starts = [&](size_t i) {
    return kind(i - 1) == T::COMMA || (tokens_[i].starts_line && is_name(kind(i)));
  };
  sequence(close, starts, [&] {
    auto* value = piece(&T::enumValue);
    if (value == nullptr) return false;
    out.values.push_back(builder_.enum_value(value));
    comma(close);
    return true;
  });
  module_.enums.push_back(std::move(out));
  return true;
}

std::vector<ast::Field> Reader::read_fields(size_t open) {
  std::vector<ast::Field> fields;
  const size_t close = tokens_[open].partner;
  at_ = open + 1;
  const auto starts = [&](size_t i) {
    return is_name(kind(i)) && kind(i + 1) == T::COLON && is_fresh(i);
  };
  sequence(close, starts, [&] {
    auto* field = piece(&T::field);
    if (field == nullptr) return false;
    fields.push_back(builder_.field(field));
    if (at_ < close && here(T::COMMA)) ++at_;
    return true;
  });
  return fields;
}

bool Reader::read_record() {
  auto* head = piece(&T::recordHead);
  if (head == nullptr) return false;
  ast::RecordDecl out;
  out.name = builder_.name(head->name());
  out.fields = read_fields(at_ - 1);
  module_.records.push_back(std::move(out));
  return true;
}

bool Reader::read_duty() {
  auto* head = piece(&T::dutyHead);
  if (head == nullptr) return false;
  ast::DutyDecl out;
  out.is_advice = head->ADVICE() != nullptr;
  out.name = builder_.name(head->name());
  out.fields = read_fields(at_ - 1);
  module_.duties.push_back(std::move(out));
  return true;
}

bool Reader::read_param() {
  auto* head = piece(&T::paramHead);
  if (head == nullptr) return false;
  ast::ParamDecl out;
  out.name = builder_.name(head->name());
  out.type = builder_.type(head->type());
  const size_t close = tokens_[at_ - 1].partner;
  const auto starts = [&](size_t i) { return kind(i) == T::FROM && kind(i + 1) == T::DATE; };
  sequence(close, starts, [&] {
    if (here(T::CITES) && out.lines.empty()) {
      auto* cites = piece(&T::cites);
      if (cites != nullptr) out.cites.push_back(builder_.cite(cites));
      return cites != nullptr;
    }
    auto* line = piece(&T::paramLine);
    if (line == nullptr) return false;
    out.lines.push_back(builder_.param_line(line));
    return true;
  });
  module_.params.push_back(std::move(out));
  return true;
}

// ---- Tests
// ------------------------------------------------------------------------------------------

bool Reader::read_test() {
  auto* head = piece(&T::testHead);
  if (head == nullptr) return false;
  ast::Test out;
  out.decision = builder_.name(head->name());
  out.title = builder_.string(Builder::token(head->STRING()));
  out.title_span = builder_.span(head->STRING());
  if (here(T::CASES) && kind(at_ + 1) == T::LBRACE) {
    read_cases(at_ + 1, &out);
  } else if (here(T::LBRACE)) {
    const size_t close = tokens_[at_++].partner;
    const auto starts = [&](size_t i) {
      const uint16_t k = kind(i);
      const bool record = k == T::GIVEN || k == T::FEATURES || k == T::PARAMS || k == T::CONTEXT;
      return (record && kind(i + 1) == T::LBRACE) || (k == T::AS_OF && kind(i + 1) == T::DATE) ||
             (k == T::EXPECT && is_fresh(i));
    };
    sequence(close, starts, [&] {
      auto* item = piece(&T::testItem);
      if (item != nullptr) builder_.test_item(item, &out);
      return item != nullptr;
    });
  } else {
    explainer_.unexpected(at_, "`{` or `cases {`",
                          "write `test decision_name \"what is tested\" { … }`");
    return false;
  }
  module_.tests.push_back(std::move(out));
  return true;
}

void Reader::read_cases(size_t open, ast::Test* test) {
  test->is_table = true;
  const size_t close = tokens_[open].partner;
  at_ = open + 1;
  const auto starts = [&](size_t i) { return kind(i - 1) == T::ROW_END; };
  bool has_header = false;
  sequence(close, starts, [&] {
    if (!has_header) {
      has_header = true;
      auto* header = piece(&T::header);
      if (header != nullptr) builder_.header(header, test);
      return header != nullptr;
    }
    auto* row = piece(&T::caseRow);
    if (row != nullptr) test->cases.push_back(builder_.case_row(row));
    return row != nullptr;
  });
}

}  // namespace pac::parse
