// Decides one loan from a compiled policy (`pac inspect loan.pac --dump=json`) with nothing but the installed package.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <pac/engine.hpp>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const pac::Engine engine;
  const auto rules = engine.load_ir(text.substr(0, text.find_last_not_of('\n') + 1));
  if (!rules) {
    std::fprintf(stderr, "%s %s\n", rules.error().code.c_str(), rules.error().message.c_str());
    return 1;
  }
  const auto loan = rules->find("loan");
  if (!loan) return 1;
  pac::Input input = rules->input();
  const pac::Decision decision =
      input.json(*loan, R"({"credit_score":720,"amount":"5000.00"})").decide();
  std::printf("%s\n", decision.json().c_str());
  return decision ? 0 : 1;
}
