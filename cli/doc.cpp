// pac doc: the functions that a policy may call, from the registry that the engines use.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "cli/commands.h"
#include "cli/support.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/gen/policy_page.h"
#include "stdlib/registry.h"

namespace pac::cli {

namespace {

void options(po::options_description& o) {
  o.add_options()(
      "name", po::value<std::string>()->default_value("")->value_name("FUNCTION|FILE"),
      "a function or a module (dates, finance, …), all of them where left out; or a policy "
      "(.pac), its folder, or a bundle (.pacb)")(
      "format", po::value<std::string>()->default_value("pretty")->value_name("pretty|markdown"),
      "for people, or for a page; a policy is always written as markdown");
  add_package_path(o);
  add_trust(o);
}

const char* type_name(stdlib::Kind kind) {
  using stdlib::Kind;
  switch (kind) {
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::decimal:
      return "decimal";
    case Kind::text:
      return "string";
    case Kind::date:
      return "date";
    case Kind::datetime:
      return "datetime";
    case Kind::duration:
      return "duration";
    case Kind::digits:
      return "0 .. 38";
    case Kind::zone:
      return "\"Area/City\"";
    case Kind::date_list:
      return "set<date>";
    case Kind::option:
      return "";
  }
  return "";
}

std::string signature(const stdlib::Function& f) {
  std::string out = std::string(f.name) + "(";
  for (size_t i = 0; i < f.parameters.size(); ++i) {
    const auto& p = f.parameters[i];
    out += (i > 0 ? ", " : "") + std::string(p.name) + ": ";
    if (p.kind == stdlib::Kind::option) {
      for (size_t k = 0; k < p.options.size(); ++k)
        out += (k > 0 ? "|" : "") + std::string(p.options[k]);
    } else {
      out += type_name(p.kind);
    }
    if (p.default_value != nullptr) out += std::string(" = ") + p.default_value;
  }
  out += std::string(") -> ") + type_name(f.result);
  using stdlib::ResultScale;
  if (f.scale == ResultScale::from_digits) out += "(digits)";
  if (f.scale == ResultScale::fixed) out += "(" + std::to_string(f.fixed_scale) + ")";
  return out;
}

std::string errors(const stdlib::Function& f) {
  std::string out;
  for (const pac_error e : f.errors) {
    char code[16];
    std::snprintf(code, sizeof code, "PAC50%02d", static_cast<int>(e));
    out += (out.empty() ? "" : ", ") + std::string(code);
  }
  return out.empty() ? "none" : out;
}

void print(const stdlib::Function& f, bool markdown) {
  if (markdown) {
    std::printf("### `%s`\n\n`%s`\n\n%s\n\nErrors: %s. Example: `%s`. Version %u.\n\n", f.name,
                signature(f).c_str(), f.summary, errors(f).c_str(), f.example, f.version);
  } else {
    std::printf("%s\n    %s\n    errors: %s\n    %s\n\n", signature(f).c_str(), f.summary,
                errors(f).c_str(), f.example);
  }
}

// A name of a function has no dot but that of `std.dates`, and no slash.
bool is_policy(const std::string& name) {
  std::error_code error;
  return name.ends_with(".pac") || is_bundle(name) || name.find('/') != std::string::npos ||
         std::filesystem::is_directory(name, error);
}

int print_policy(const std::string& path, const po::variables_map& values) {
  int exit = kFine;
  const auto policy = policy_or_report(path, values, Warnings::counted, &exit);
  if (!policy) return exit;
  const ir::Side& side =
      policy->bundle != nullptr ? policy->bundle->side() : policy->compilation->checked->side;
  std::fputs(gen::policy_page(policy->rules(), side).c_str(), stdout);
  return kFine;
}

int run(const po::variables_map& values) {
  const auto& name = values["name"].as<std::string>();
  const auto& format = values["format"].as<std::string>();
  if (format != "pretty" && format != "markdown") {
    return failed(kUsage, "", "there is no format `" + format + "`: pretty, markdown");
  }
  if (is_policy(name)) return print_policy(name, values);
  const bool markdown = format == "markdown";
  std::string wanted = name.starts_with("std.") ? name.substr(4) : name;
  std::vector<const stdlib::Function*> all;
  std::set<std::string> names;
  for (const auto& f : stdlib::functions()) {
    names.insert(f.name);
    names.insert(f.module);
    if (wanted.empty() || wanted == f.name || wanted == f.module) all.push_back(&f);
  }
  if (all.empty()) {
    const std::string best = diag::nearest(wanted, {names.begin(), names.end()});
    return failed(kUsage, "",
                  "there is no function or module `" + name + "`" +
                      (best.empty() ? "; `pac doc` lists all" : "; did you mean `" + best + "`?"));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
    return std::string_view(a->module) < std::string_view(b->module);
  });
  std::string module;
  if (markdown) std::printf("# The standard library\n\n");
  for (const auto* f : all) {
    if (module != f->module) {
      module = f->module;
      std::printf(markdown ? "## use std.%s\n\n" : "use std.%s\n\n", module.c_str());
    }
    print(*f, markdown);
  }
  return kFine;
}

}  // namespace

const Command kDoc{"doc",
                   "the functions that a policy may call, or the page of a policy",
                   "pac doc [FUNCTION|MODULE|FILE|BUNDLE] [--format pretty|markdown]",
                   "pac doc whole_years",
                   options,
                   "name",
                   run};

}  // namespace pac::cli
