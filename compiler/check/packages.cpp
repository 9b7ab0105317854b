// What a name means in a file: declarations of its own package, and exported ones of the packages
// that the file uses. `rates.Band` and `lending.rates.Band` say from which; a package's own names
// hide those of others.
#include <algorithm>

#include "compiler/check/checker.h"

namespace pac::check {

namespace {

constexpr std::string_view kStandardModules[] = {"dates", "time", "decimals",   "finance",
                                                 "money", "text", "identifiers"};

}  // namespace

std::string dotted(const ast::Path& path) {
  std::string out;
  for (const auto& name : path.names) {
    if (!out.empty()) out += '.';
    out += name.text;
  }
  return out;
}

Checker::Checker(const std::vector<ast::Module>& modules, const SourceSet& sources,
                 diag::Emitter& emitter, const std::vector<Package>& packages)
    : modules_(modules), sources_(sources), emitter_(emitter), files_(modules.size()) {
  for (const auto& package : packages) {
    packages_.push_back(
        {package.name, packages_.empty() ? "" : package.name + ".", package.modules});
  }
  if (packages_.empty()) {
    PackageScope only;
    if (!modules.empty()) only.name = dotted(modules[0].package);
    for (uint32_t i = 0; i < modules.size(); ++i) only.modules.push_back(i);
    packages_.push_back(std::move(only));
  }
  for (uint32_t i = 0; i < packages_.size(); ++i) {
    for (const uint32_t module : packages_[i].modules) files_[module].package = i;
  }
}

void Checker::read_uses(uint32_t module) {
  FileScope& file = files_[module];
  std::map<std::string, Span> seen;
  for (const auto& use : modules_[module].uses) {
    const auto& names = use.path.names;
    const std::string name = dotted(use.path);
    if (const auto [it, fresh] = seen.try_emplace(name, use.span); !fresh) {
      emit(Kind::duplicate_name, use.path.span, {{"name", name}}).also(it->second, "first here");
      continue;
    }
    if (names.size() != 2 && !names.empty() && names[0].text == "std") {
      emit(Kind::unknown_module, use.path.span, {{"name", name}})
          .help("name one of its modules: `use std.dates`");
      continue;
    }
    if (names.size() == 2 && names[0].text == "std") {
      const std::string_view text = names[1].text;
      if (std::ranges::find(kStandardModules, text) == std::end(kStandardModules)) {
        auto builder = emit(Kind::unknown_module, use.path.span, {{"name", name}});
        hint_nearest(builder, text, {std::begin(kStandardModules), std::end(kStandardModules)});
      }
      file.std_modules.insert(std::string(text));
      continue;
    }
    for (uint32_t i = 0; i < packages_.size(); ++i) {
      if (packages_[i].name == name && i != file.package) file.uses.push_back(i);
    }
  }
}

std::string Checker::full_name(const DecisionState& d) const {
  return package_of(*d.module).prefix.empty() ? packages_[0].name + "." + d.name : d.name;
}

std::optional<uint32_t> Checker::qualifier(std::string_view name) const {
  const auto fits = [&](uint32_t package) {
    const std::string_view full = packages_[package].name;
    return full == name || full.substr(full.rfind('.') + 1) == name;
  };
  // A whole name goes before a last part, which two packages may share.
  for (const uint32_t package : file().uses) {
    if (packages_[package].name == name) return package;
  }
  for (const uint32_t package : file().uses) {
    if (fits(package)) return package;
  }
  if (fits(file().package)) return file().package;
  return std::nullopt;
}

// `a.b.c` of plain names as one name, where a.b stands for a package.
std::optional<ast::Name> Checker::qualified(const ast::Expr& e) const {
  if (e.kind != ast::ExprKind::member) return std::nullopt;
  const ast::Expr* base = &node(e.a);
  while (base->kind == ast::ExprKind::member) base = &node(base->a);
  if (base->kind != ast::ExprKind::name) return std::nullopt;
  const std::string_view whole = sources_.text(e.span);
  const size_t dot = whole.rfind('.');
  if (dot == std::string_view::npos || whole.find_first_of(" \t\r\n/") != std::string_view::npos) {
    return std::nullopt;
  }
  if (!qualifier(whole.substr(0, dot))) return std::nullopt;
  return ast::Name{whole, e.span};
}

bool Checker::is_qualifier(const ast::Expr& e) {
  const ast::Expr* base = &e;
  while (base->kind == ast::ExprKind::member) base = &node(base->a);
  return base->kind == ast::ExprKind::name && !looks_local(*base) &&
         qualifier(sources_.text(e.span)).has_value();
}

void Checker::report_private(const ast::Name& name, uint32_t package) {
  const std::string last(name.text.substr(name.text.rfind('.') + 1));
  auto builder =
      emit(Kind::private_name, name.span, {{"name", last}, {"package", packages_[package].name}});
  if (const auto it = declared_.find(packages_[package].prefix + last); it != declared_.end()) {
    builder.also(it->second.first, "declared here, as `private`");
  }
  builder.help("only the files of its own package may use it; take `private` away to export it");
}

bool Checker::report_hidden(const ast::Name& name) {
  const size_t dot = name.text.rfind('.');
  if (dot != std::string_view::npos) return false;
  for (uint32_t i = 0; i < packages_.size(); ++i) {
    const std::string key = packages_[i].prefix + std::string(name.text);
    if (i == file().package || !declared_.contains(key)) continue;
    const bool used = std::ranges::find(file().uses, i) != file().uses.end();
    if (private_.contains(key)) {
      if (!used) continue;
      report_private(name, i);
      return true;
    }
    if (used) continue;
    emit(Kind::module_not_used, name.span,
         {{"name", std::string(name.text)}, {"module", packages_[i].name}})
        .help("add `use " + packages_[i].name + "` after the package line");
    return true;
  }
  return false;
}

}  // namespace pac::check
