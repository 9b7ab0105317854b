// Decides one loan from a bundle or a compiled policy with nothing but the installed package; built
// twice, without and with native code. Prints who signed, what decides, and the decision.
//   outside loan.pacb|loan.json [TRUST_FILE]     with a trust file an unsigned bundle is refused
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <pac/engine.hpp>
#ifdef WITH_JIT
#include <pac/jit.h>
#endif

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) return 2;
  const std::string path = argv[1];
  const pac::Engine engine;
#ifdef WITH_JIT
  if (pac_engine_use_jit(engine.handle()) != PAC_DONE) return 1;
#endif
  pac::BundleOptions options;
  if (argc == 3) {
    options.trust_path = argv[2];
    options.requires_signature = true;
  }
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (path.ends_with(".json")) bytes.resize(bytes.find_last_not_of('\n') + 1);
  // From the file, and the same from memory.
  const auto rules =
      path.ends_with(".json") ? engine.load_ir(bytes) : engine.load_bundle_file(path, options);
  const auto again =
      path.ends_with(".json") ? engine.load_ir(bytes) : engine.load_bundle(bytes, options);
  if (!rules || !again) {
    std::fprintf(stderr, "%s %s\n", rules.error().code.c_str(), rules.error().message.c_str());
    return 1;
  }
  if (rules->bundle_digest() != again->bundle_digest()) return 1;
  const auto loan = rules->find("loan");
  if (!loan) return 1;
  pac::Input input = rules->input();
  const pac::Decision decision =
      input.json(*loan, R"({"credit_score":720,"amount":"5000.00"})").decide();
  std::printf("%s %s %s\n",
              rules->signer().empty() ? "unsigned" : std::string(rules->signer()).c_str(),
              rules->is_native() ? "native" : "interpreted", decision.json().c_str());
  return decision ? 0 : 1;
}
