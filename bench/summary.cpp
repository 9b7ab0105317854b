#include "bench/summary.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/base/json.h"

namespace pac::bench {

namespace {

std::string cpu_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string commit() {
  std::string out(64, '\0');
  FILE* pipe = popen("git rev-parse --short HEAD 2>/dev/null", "r");
  if (pipe == nullptr) return "unknown";
  const size_t n = fread(out.data(), 1, out.size(), pipe);
  pclose(pipe);
  out.resize(n);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out.empty() ? "unknown" : out;
}

}  // namespace

namespace {

json::Value read_summary(const std::string& path) {
  json::Value all = json::Value::object();
  if (std::ifstream in(path); in) {
    std::stringstream text;
    text << in.rdbuf();
    if (auto old = json::parse(text.str()); old && old->is_object()) all = std::move(*old);
  }
  return all;
}

}  // namespace

double summary_value(const std::string& path, const std::string& key) {
  const json::Value all = read_summary(path);
  const json::Value* entry = all.find(key);
  const json::Value* value = entry == nullptr ? nullptr : entry->find("value");
  return value == nullptr || !value->is_number() ? 0 : value->as_double();
}

bool merge_summary(const std::string& path, const std::vector<Figure>& figures,
                   const std::string& command) {
  json::Value all = read_summary(path);
  for (const auto& figure : figures) {
    json::Value entry = json::Value::object();
    entry.set("value", json::Value(figure.value));
    entry.set("commit", json::Value(commit()));
    entry.set("cpu", json::Value(cpu_name()));
    entry.set("command", json::Value(command));
    all.set(figure.key, std::move(entry));
    std::printf("%-40s %g\n", figure.key.c_str(), figure.value);
  }
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const std::string temporary = path + ".new";
  {
    std::ofstream out(temporary, std::ios::binary);
    out << json::canonical(all) << "\n";
    if (!out) {
      std::fprintf(stderr, "can't write %s\n", temporary.c_str());
      return false;
    }
  }
  std::filesystem::rename(temporary, path, error);
  if (error) std::fprintf(stderr, "can't write %s: %s\n", path.c_str(), error.message().c_str());
  return !error;
}

}  // namespace pac::bench
