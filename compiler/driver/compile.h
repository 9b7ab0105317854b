// From a path to a checked rule set: finds the files of the package, parses and checks them.
// Everything that a message needs afterwards stays in the Compilation. One compilation, one thread;
// many may run at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/check/check.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/diag/source.h"

namespace pac::driver {

struct Compilation {
  SourceSet sources;
  diag::Emitter emitter;
  std::vector<ast::Module> modules;
  std::optional<check::Checked> checked;  // nothing where the emitter has errors
};

// The files of one compilation: `path` itself and the other `.pac` files of its folder with the
// same `package` line, sorted; for a folder all its `.pac` files, grouped by package. PAC0101,
// PAC0105.
Result<std::vector<std::vector<std::string>>> find_packages(const std::string& path);

// Reads, parses and checks the files of one package.
Result<std::unique_ptr<Compilation>> compile(const std::vector<std::string>& paths);
// One file with its package.
Result<std::unique_ptr<Compilation>> compile(const std::string& path);
// Texts that are not in files.
Result<std::unique_ptr<Compilation>> compile_texts(
    const std::vector<std::pair<std::string, std::string>>& texts);

}  // namespace pac::driver
