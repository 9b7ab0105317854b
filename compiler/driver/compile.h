// From a path to a checked rule set: finds the files of the package and of those that it uses,
// parses and checks them. Everything that a message needs afterwards stays in the Compilation. One
// compilation, one thread; many may run at once.
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
#include "compiler/driver/packages.h"

namespace pac::driver {

// Packages of one compilation, and files of all of them: more is a mistake in the folders.
inline constexpr size_t kMaxPackages = 256;
inline constexpr size_t kMaxFiles = 4'096;

struct Compilation {
  SourceSet sources;
  diag::Emitter emitter;
  std::vector<ast::Module> modules;
  std::vector<check::Package> packages;   // the one that is compiled, then those that it uses
  std::optional<check::Checked> checked;  // nothing where the emitter has errors
};

using SourceTexts = std::vector<std::pair<std::string, std::string>>;  // path and text

// Where the packages are that a package uses.
struct CompileOptions {
  // Folders that are searched after those of the project, in this order.
  std::vector<std::string> package_path;
  // Their texts, told apart by their `package` lines. Where it is given nothing is looked up in the
  // file system: a bundle means the sources that it carries, not those that lie about.
  std::optional<SourceTexts> used;
  // Of texts: the folder that they lie in; empty: their names say it.
  std::string folder;
};

// Reads, parses and checks the files of one package. PAC0101 to PAC0104, PAC0106.
Result<std::unique_ptr<Compilation>> compile(const std::vector<std::string>& paths,
                                             const CompileOptions& options = {});
// One file with its package.
Result<std::unique_ptr<Compilation>> compile(const std::string& path,
                                             const CompileOptions& options = {});
// SourceTexts that need not be in files; what they use is looked up from the folder of the first.
Result<std::unique_ptr<Compilation>> compile_texts(const SourceTexts& texts,
                                                   const CompileOptions& options = {});

}  // namespace pac::driver
