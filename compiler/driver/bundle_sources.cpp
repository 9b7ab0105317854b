#include "compiler/driver/bundle_sources.h"

#include <string>
#include <utility>
#include <vector>

#include "runtime/ir/encode.h"

namespace pac::driver {

std::unique_ptr<Compilation> compile_sources_of(const engine::Bundle& bundle) {
  SourceTexts own, used;
  for (const auto& file : bundle.side().files) {
    const auto text = bundle.member(std::string(engine::kSourcesFolder) + file.path);
    if (!text) continue;
    const bool is_own = file.path.find('/') == file.path.npos;  // those of others are in folders
    (is_own ? own : used).emplace_back(file.path, std::string(*text));
  }
  CompileOptions options;
  options.used = std::move(used);
  auto compiled = compile_texts(own, options);
  const bool is_same = compiled && (*compiled)->checked &&
                       ir::encode((*compiled)->checked->rules) == *bundle.member(engine::kIrMember);
  return is_same ? std::move(*compiled) : nullptr;
}

}  // namespace pac::driver
