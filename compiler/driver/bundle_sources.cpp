#include "compiler/driver/bundle_sources.h"

#include <string>
#include <utility>
#include <vector>

#include "runtime/ir/encode.h"

namespace pac::driver {

std::unique_ptr<Compilation> compile_sources_of(const engine::Bundle& bundle) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& file : bundle.side().files) {
    const auto text = bundle.member(std::string(engine::kSourcesFolder) + file.path);
    if (text) texts.emplace_back(file.path, std::string(*text));
  }
  auto compiled = compile_texts(texts);
  const bool is_same = compiled && (*compiled)->checked &&
                       ir::encode((*compiled)->checked->rules) == *bundle.member(engine::kIrMember);
  return is_same ? std::move(*compiled) : nullptr;
}

}  // namespace pac::driver
