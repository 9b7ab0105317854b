// What native code takes over from the library calls nothing but the C library's memory functions,
// and 128-bit division, which every compiler's support library has.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <set>
#include <sstream>
#include <string>

namespace pac::stdlib::test {
namespace {

TEST(Bitcode, CallsNothingElse) {
  const std::set<std::string> allowed = {"memcpy",    "memset",    "memmove",  "memcmp",  "bcmp",
                                         "__udivti3", "__umodti3", "__divti3", "__modti3"};
  FILE* pipe = popen("nm --undefined-only --format=posix " PAC_STDLIB_OBJECTS, "r");
  ASSERT_NE(pipe, nullptr);
  std::string output;
  std::array<char, 4096> buffer;
  while (fgets(buffer.data(), buffer.size(), pipe) != nullptr) output += buffer.data();
  ASSERT_EQ(pclose(pipe), 0);
  ASSERT_NE(output.find("memcpy U"), std::string::npos)
      << "nm names no symbol that is surely there";
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" U") == std::string::npos) continue;
    const std::string name = line.substr(0, line.find(' '));
    EXPECT_TRUE(allowed.contains(name)) << name;
  }
}

}  // namespace
}  // namespace pac::stdlib::test
