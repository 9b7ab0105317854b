// Files, enums, records, params, tests.
#include <algorithm>

#include "compiler/format/format.h"
#include "compiler/format/printer.h"

namespace pac::format {

// A blank line stands around what takes several lines; between single lines it is the author's
// choice.
std::string Printer::print() {
  bool after_block = false;
  const auto chunk = [&](uint32_t i, auto&& write) {
    const size_t line = lines_.count();
    write(i);
    size_t code = 0;
    for (size_t n = line; n < lines_.count(); ++n) code += lines_.line(n).text.empty() ? 0 : 1;
    if (line > 0 && (after_block || code > 1)) lines_.line(line).blank_before = true;
    after_block = code > 1;
  };
  const Span package =
      module_.edition_span.has_place() ? module_.edition_span : module_.package.span;
  chunk(0, [&](uint32_t i) { statement(i, end(package), 0, true); });
  for (const auto& use : module_.uses) {
    chunk(begin(use.span), [&](uint32_t i) { statement(i, end(use.span), 0, false); });
  }
  after_block = true;
  for (const auto& declared : module_.items) {
    chunk(begin(declared.span), [&](uint32_t) { item(declared); });
  }
  lead_comments(static_cast<uint32_t>(tokens_.all.size() - 1), 0, false);
  return lines_.finish();
}

void Printer::item(const ast::Item& item) {
  bool first = false;
  const uint32_t i = annotations(begin(item.span), 0, &first);
  const uint32_t last = end(item.span);
  const uint32_t open = tokens_.all[last].partner;
  switch (item.kind) {
    case ast::ItemKind::cite:
      return statement(i, last, 0, false);
    case ast::ItemKind::enum_:
      return enumeration(i, module_.enums[item.index]);
    case ast::ItemKind::record:
      return fields(i, open, pieces(module_.records[item.index].fields, {}), 0, false,
                    Align::record_decl);
    case ast::ItemKind::duty:
      return fields(i, open, pieces(module_.duties[item.index].fields, {}), 0, false,
                    Align::record_decl);
    case ast::ItemKind::param:
      return param(i, module_.params[item.index]);
    case ast::ItemKind::decision:
      return decision(i, module_.decisions[item.index]);
    case ast::ItemKind::test:
      return test(i, module_.tests[item.index]);
  }
}

// From the first word of a block to its brace.
void Printer::head(uint32_t i, uint32_t open, int indent, bool first, Align align) {
  statement(i, open, indent, first, align);
}

void Printer::enumeration(uint32_t i, const ast::EnumDecl& decl) {
  const uint32_t open = begin(decl.name.span) + 1;
  stops_[open] = true;
  statement(i, tokens_.all[open].partner, 0, false, Align::enum_decl);
}

std::vector<Printer::Piece> Printer::pieces(const std::vector<ast::Field>& fields,
                                            const std::vector<ast::ZoneClause>& zones) const {
  std::vector<Piece> out;
  for (const auto& f : fields) {
    const uint32_t annotation = f.annotations.empty() ? kNone : begin(f.annotations[0].span);
    out.push_back({begin(f.span), end(f.span), begin(f.type.span), annotation});
  }
  for (const auto& z : zones) out.push_back({begin(z.span), end(z.span), kNone, kNone});
  std::sort(out.begin(), out.end(),
            [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
  return out;
}

void Printer::fields(uint32_t i, uint32_t open, const std::vector<Piece>& all, int indent,
                     bool first, Align align) {
  const uint32_t partner = tokens_.all[open].partner;
  if (one_line(i, partner, indent)) {
    stops_[open] = true;
    field_commas_ = true;
    statement(i, partner, indent, first, align);
    field_commas_ = false;
    return;
  }
  head(i, open, indent, first, Align::none);
  bool first_field = true;
  for (const Piece& p : all) {
    if (p.type != kNone) stops_[p.type] = true;
    if (p.annotation != kNone) stops_[p.annotation] = true;
    statement(p.begin, p.end, indent + 2, first_field, Align::field);
    first_field = false;
  }
  close(partner, indent);
}

void Printer::param(uint32_t i, const ast::ParamDecl& decl) {
  const uint32_t open = end(decl.type.span) + 1;
  const uint32_t partner = tokens_.all[open].partner;
  if (decl.lines.size() <= 1 && one_line(i, partner, 0)) return statement(i, partner, 0, false);
  head(i, open, 0, false, Align::none);
  bool first = true;
  for (const auto& c : decl.cites) {
    statement(begin(c.span), end(c.span), 2, first);
    first = false;
  }
  for (const auto& line : decl.lines) {
    uint32_t last = end(line.span);
    // Citations go under the line where the author broke it or they don't fit behind it.
    size_t below = 0;
    for (; below < line.cites.size(); ++below) {
      const uint32_t c = begin(line.cites[below].span);
      const bool apart =
          tokens_.all[c].newline_before ||
          2 + marks_.width(begin(line.span), end(line.cites[below].span)) > kMaxColumns;
      if (apart) {
        last = c - 1;
        break;
      }
      if (below == 0) stops_[c] = true;
    }
    statement(begin(line.span), last, 2, first, Align::param_line);
    for (; below < line.cites.size(); ++below) {
      statement(begin(line.cites[below].span), end(line.cites[below].span), 6, false);
    }
    first = false;
  }
  close(partner, 0);
}

void Printer::test(uint32_t i, const ast::Test& decl) {
  uint32_t open = end(decl.title_span) + 1;
  if (decl.is_table) {
    head(i, ++open, 0, false, Align::none);
    return cases(open, decl);
  }
  const uint32_t partner = tokens_.all[open].partner;
  if (one_line(i, partner, 0)) return statement(i, partner, 0, false);
  head(i, open, 0, false, Align::none);
  size_t expectation = 0;
  bool first = true;
  for (uint32_t k = open + 1; k < partner;) {
    uint32_t last = k + 1;  // `as_of` and its date
    if (expectation < decl.expects.size() && k == begin(decl.expects[expectation].span)) {
      last = end(decl.expects[expectation++].span);
    } else if (tokens_.text(k + 1) == "{") {
      last = tokens_.all[k + 1].partner;
    }
    stops_[k + 1] = true;
    statement(k, last, 2, first, Align::test);
    first = false;
    k = last + 1;
  }
  close(partner, 0);
}

}  // namespace pac::format
