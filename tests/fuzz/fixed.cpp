#include "tests/fuzz/fixed.h"

#include <fstream>
#include <iterator>

#include "compiler/diag/render.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

Fixed make_fixed(std::string_view name) {
  const std::string path = PAC_SOURCE_DIR "/tests/fuzz/policies/" + std::string(name);
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Fixed fixed;
  auto compiled = driver::compile_texts({{"no-such-folder/" + std::string(name), text}});
  claim(compiled.has_value(), "a policy of ours compiles", path);
  fixed.compilation = std::move(*compiled);
  claim(fixed.compilation->checked.has_value(), "a policy of ours has no errors",
        diag::render_pretty(fixed.compilation->sources, fixed.compilation->emitter.all()));
  auto interp = driver::load(fixed.rules(), {driver::Engine::interp, 0});
  auto native = driver::load(fixed.rules(), {driver::Engine::native, 2});
  claim(interp && native, "a policy of ours is loaded", path);
  fixed.interp = *interp;
  fixed.native = *native;
  return fixed;
}

engine::SessionOptions small_session() {
  engine::SessionOptions options;
  options.max_input_bytes = size_t{16} << 10;
  options.input_memory_bytes = size_t{256} << 10;
  options.scratch_bytes = size_t{256} << 10;
  return options;
}

}  // namespace pac::fuzz
