#include "compiler/driver/compile.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "compiler/driver/too_large.h"
#include "compiler/parse/parse.h"
#include "runtime/ir/verify.h"
#include "stdlib/registry.h"

namespace pac::driver {

namespace {

using diag::Kind;

std::string folder_of(const SourceFile& file) {
  return std::filesystem::path(file.path()).parent_path().string();
}

// Reads the packages that a package uses, directly or through others, and looks for rings of them.
class Loader {
 public:
  Loader(Compilation* c, const CompileOptions& options)
      : c_(*c),
        options_(options),
        finder_(options.folder.empty() ? folder_of(c->sources.file(0)) : options.folder,
                check::dotted(c->modules[0].package), options.package_path) {}

  Result<void> load() {
    check::Package root{check::dotted(c_.modules[0].package), {}};
    for (uint32_t i = 0; i < c_.modules.size(); ++i) root.modules.push_back(i);
    add(std::move(root));
    for (uint32_t i = 0; i < c_.packages.size(); ++i) {
      if (auto done = follow(i); !done) return done;
    }
    report_ring();
    return {};
  }

 private:
  struct Edge {
    uint32_t to;
    const ast::Use* use;
  };

  uint32_t add(check::Package package) {
    by_name_.emplace(package.name, static_cast<uint32_t>(c_.packages.size()));
    c_.packages.push_back(std::move(package));
    edges_.emplace_back();
    return static_cast<uint32_t>(c_.packages.size() - 1);
  }

  Result<void> follow(uint32_t package) {
    const std::vector<uint32_t> modules = c_.packages[package].modules;
    for (const uint32_t module : modules) {
      const std::vector<ast::Use> uses = c_.modules[module].uses;
      for (const auto& use : uses) {
        if (use.path.names.empty() || use.path.names[0].text == "std") continue;
        const std::string name = check::dotted(use.path);
        auto it = by_name_.find(name);
        if (it == by_name_.end()) {
          auto loaded = read(name, use);
          if (!loaded) return std::unexpected(loaded.error());
          if (!*loaded) continue;
          it = by_name_.find(name);
        }
        uses_.push_back(std::make_unique<ast::Use>(use));
        edges_[package].push_back({it->second, uses_.back().get()});
      }
    }
    return {};
  }

  // The files of a package and, where they are not to be read from the disk, their texts.
  SourceTexts files_of(const std::string& name) const {
    SourceTexts out;
    if (!options_.used) {
      for (auto& path : finder_.files_of(name)) out.emplace_back(std::move(path), "");
      return out;
    }
    for (const auto& file : *options_.used) {
      if (package_of_text(file.second) == name) out.push_back(file);
    }
    return out;
  }

  // False where the author has been told why not.
  Result<bool> read(const std::string& name, const ast::Use& use) {
    const SourceTexts paths = files_of(name);
    if (paths.empty()) {
      auto builder = c_.emitter.emit(Kind::unknown_package, use.path.span, {{"name", name}});
      builder.note("looked for " + finder_.where(name));
      if (const std::string best = diag::nearest(name, finder_.near(name)); !best.empty()) {
        builder.help("did you mean `" + best + "`?");
      } else {
        builder.help("a package is the folder of its name: `package a.b` lies in `a/b`");
      }
      return false;
    }
    if (c_.packages.size() >= kMaxPackages || c_.sources.size() + paths.size() > kMaxFiles) {
      const bool packages = c_.packages.size() >= kMaxPackages;
      c_.emitter.emit(Kind::limit_exceeded, use.span,
                      {{"what", packages ? "packages that are used" : "files of used packages"},
                       {"limit", static_cast<int64_t>(packages ? kMaxPackages : kMaxFiles)}});
      return false;
    }
    check::Package package{name, {}};
    for (const auto& [path, text] : paths) {
      auto file = options_.used ? c_.sources.add(path, text) : c_.sources.load(path);
      if (!file) return std::unexpected(file.error());
      package.modules.push_back(static_cast<uint32_t>(c_.modules.size()));
      c_.modules.push_back(parse::parse(**file, c_.emitter));
      const ast::Path& own = c_.modules.back().package;
      if (own.names.empty() || check::dotted(own) == name) continue;
      c_.emitter
          .emit(Kind::package_mismatch, own.span, {{"name", check::dotted(own)}, {"other", name}})
          .also(use.path.span, "looked up for this `use`")
          .help("name the package as its folder, or move the file");
    }
    add(std::move(package));
    return true;
  }

  // The first ring that a walk from the compiled package meets, told at the `use` that closes it.
  void report_ring() {
    std::vector<int> state(c_.packages.size());
    std::vector<std::pair<uint32_t, size_t>> way{{0, 0}};
    state[0] = 1;
    while (!way.empty()) {
      auto& [package, next] = way.back();
      if (next == edges_[package].size()) {
        state[package] = 2;
        way.pop_back();
        continue;
      }
      const Edge edge = edges_[package][next++];
      if (state[edge.to] == 1) return report_ring(way, edge);
      if (state[edge.to] == 0) {
        state[edge.to] = 1;
        way.push_back({edge.to, 0});
      }
    }
  }

  void report_ring(const std::vector<std::pair<uint32_t, size_t>>& way, const Edge& last) {
    size_t first = 0;
    while (way[first].first != last.to) ++first;
    std::string ring;
    for (size_t i = first; i < way.size(); ++i) ring += c_.packages[way[i].first].name + " -> ";
    ring += c_.packages[last.to].name;
    auto builder = c_.emitter.emit(Kind::package_cycle, last.use->path.span,
                                   {{"name", c_.packages[last.to].name}});
    for (size_t i = first; i + 1 < way.size(); ++i) {
      const Edge& edge = edges_[way[i].first][way[i].second - 1];
      builder.also(edge.use->path.span, "on the way");
    }
    if (first + 1 == way.size()) {
      builder.help("a file sees its own package without a `use`");
    } else {
      builder.note(ring);
      builder.help("move what both need into a package that uses neither");
    }
  }

  Compilation& c_;
  const CompileOptions& options_;
  PackageFinder finder_;
  std::map<std::string, uint32_t> by_name_;
  std::vector<std::vector<Edge>> edges_;         // by package
  std::vector<std::unique_ptr<ast::Use>> uses_;  // what edges point at
};

Result<std::unique_ptr<Compilation>> finish(std::unique_ptr<Compilation> c,
                                            const CompileOptions& options) {
  const uint32_t own = static_cast<uint32_t>(c->sources.size());
  for (uint32_t i = 0; i < own; ++i) {
    c->modules.push_back(parse::parse(c->sources.file(i), c->emitter));
  }
  if (!c->modules.empty()) {
    Loader loader(c.get(), options);
    if (auto loaded = loader.load(); !loaded) return std::unexpected(loaded.error());
  }
  if (c->emitter.has_errors()) {
    // Follow-on errors of what could not be read would only hide the cause.
    c->emitter.sort();
    return c;
  }
  c->checked = check::check(c->modules, c->sources, c->emitter, c->packages);
  if (c->checked) {
    const auto verified = ir::verify(c->checked->rules, c->checked->side, stdlib::find);
    if (!verified && !report_too_large(verified.error(), c->modules, &c->emitter)) {
      return std::unexpected(verified.error());
    }
    if (!verified) c->checked.reset();
  }
  return c;
}

}  // namespace

Result<std::unique_ptr<Compilation>> compile(const std::vector<std::string>& paths,
                                             const CompileOptions& options) {
  auto c = std::make_unique<Compilation>();
  for (const auto& path : paths) {
    if (auto file = c->sources.load(path); !file) return std::unexpected(file.error());
  }
  return finish(std::move(c), options);
}

Result<std::unique_ptr<Compilation>> compile(const std::string& path,
                                             const CompileOptions& options) {
  auto packages = find_packages(path);
  if (!packages) return std::unexpected(packages.error());
  if (packages->size() != 1) {
    return fail("PAC0106", path + " holds " + std::to_string(packages->size()) +
                               " packages; name one of its files");
  }
  return compile((*packages)[0], options);
}

Result<std::unique_ptr<Compilation>> compile_texts(const SourceTexts& texts,
                                                   const CompileOptions& options) {
  auto c = std::make_unique<Compilation>();
  for (const auto& [path, text] : texts) {
    if (auto file = c->sources.add(path, text); !file) return std::unexpected(file.error());
  }
  return finish(std::move(c), options);
}

}  // namespace pac::driver
