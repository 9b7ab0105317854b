// The program `pac` as a user runs it: in a folder of its own, with what it prints and its exit
// code.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "runtime/base/json.h"

namespace pac::e2e {

struct Outcome {
  int exit = -1;
  std::string out, err;
};

inline std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class Cli : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("pac_cli_test_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    // What the machine of the tests has set is not what they are about.
    for (const char* name :
         {"PAC_TRUST", "PAC_REQUIRE_SIGNATURE", "PAC_ENGINE", "PAC_DENY", "PAC_LANG",
          "PAC_NO_PROGRESS", "PAC_PACKAGE_PATH", "PAC_KEY_PASSPHRASE", "PAC_KEY_NEW_PASSPHRASE",
          "PAC_KEY_PIN", "NO_COLOR"}) {
      unsetenv(name);
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return path(name);
  }

  // A command of the shell in the test's folder, where `pac` is the program under test. Its files
  // lie beside the folder, so that it is as empty as the test leaves it.
  Outcome shell(const std::string& command, const std::string& input = "") const {
    const std::string base = folder_.string() + ".";
    std::ofstream(base + "in", std::ios::binary) << input;
    const std::string all = "cd " + folder_.string() +
                            " && pac() { " PAC_BINARY " \"$@\"; } && { " + command + "\n} <" +
                            base + "in >" + base + "out 2>" + base + "err";
    std::ofstream(base + "sh", std::ios::binary) << all;
    Outcome outcome;
    const int status = std::system(("/bin/sh " + base + "sh").c_str());
    outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome.out = read(base + "out");
    outcome.err = read(base + "err");
    for (const char* end : {"in", "out", "err", "sh"}) std::filesystem::remove(base + end);
    return outcome;
  }
  Outcome pac(const std::string& arguments, const std::string& input = "") const {
    return shell("pac " + arguments, input);
  }

  std::filesystem::path folder_;
  const std::string source_ = PAC_SOURCE_DIR;
  const std::string loan_ = source_ + "/examples/loan/loan.pac";
};

// A policy that is good but for one warning, with a test, in a text of its own language.
inline constexpr const char* kWarned = R"(package shop edition 1

record Person {
  id:    string @pii(identifier)
  email: string? @pii(contact)
}

decision discount {
  input {
    who:   Person
    total: decimal(2) unit EUR in 0.01 .. 1_000.00
  }
  output { percent: int in 0 .. 100 }
  assume who.email is present or total <= 500.00

  let large = total >= 100.00

  rules first {
    rule big {
      when large
      then { percent: 10 }
      explain en "You bought for {total} EUR."
              fi "Ostit {total} eurolla, {who.id}."
    }
    rule mine {
      when who.id == "me"
      then { percent: 5 }
    }
    otherwise { percent: 0 }
  }
}

test discount "a large order" {
  given  { who: { id: "ann" }, total: 120.00 }
  expect { percent: 10 } by big
}
)";

}  // namespace pac::e2e
