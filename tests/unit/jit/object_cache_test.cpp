// Objects on disk: kept, found again, bounded, and never believed where somebody else may have
// written them.
#include "compiler/jit/object_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "runtime/engine/session.h"

namespace pac::jit {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  ::chmod(path.c_str(), 0600);
}

class Cache : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "pac-cache-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    folder_ = root_ / "caches" / "pac";
  }
  void TearDown() override { fs::remove_all(root_); }

  Result<ObjectCache> open(uint64_t max_bytes = kMaxCacheBytes) const {
    return ObjectCache::open({folder_.string(), max_bytes});
  }
  fs::path object(const std::string& name) const { return folder_ / (name + ".obj"); }
  static mode_t mode(const fs::path& path) {
    struct stat state{};
    return ::lstat(path.c_str(), &state) == 0 ? state.st_mode & 07777 : 0;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  fs::path root_, folder_;
};

TEST_F(Cache, KeepsObjectsForItsUserAlone) {
  const mode_t before = ::umask(0);
  const auto cache = open();
  ASSERT_TRUE(cache.has_value()) << cache.error().message;
  EXPECT_FALSE(cache->find("a").has_value());
  EXPECT_TRUE(cache->store("a", "the object"));
  ::umask(before);
  EXPECT_EQ(cache->find("a"), "the object");
  EXPECT_EQ(mode(folder_), 0700u);
  EXPECT_EQ(mode(folder_ / "key"), 0600u);
  EXPECT_EQ(mode(object("a")), 0600u);
  EXPECT_EQ(files(), (std::vector<std::string>{"a.obj", "key"}));
  // Another process finds it, too, and a second object takes its place.
  const auto again = open();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->find("a"), "the object");
  EXPECT_TRUE(again->store("a", "another"));
  EXPECT_EQ(cache->find("a"), "another");
}

TEST_F(Cache, DamagedObjectsAreNotFoundAndGo) {
  const auto cache = open();
  ASSERT_TRUE(cache.has_value());
  const std::string bytes(1000, 'x');
  ASSERT_TRUE(cache->store("a", bytes));
  const std::string whole = read(object("a"));
  ASSERT_EQ(whole.size(), 1000 + 72u);
  std::vector<std::string> damaged = {"", whole.substr(0, 8), whole.substr(0, 72),
                                      whole.substr(0, whole.size() - 1), whole + "x"};
  for (const size_t at : {0u, 7u, 8u, 39u, 40u, 71u, 72u, 1071u}) {
    damaged.push_back(whole);
    damaged.back()[at] ^= 1;
  }
  for (const std::string& one : damaged) {
    write(object("a"), one);
    EXPECT_FALSE(cache->find("a").has_value());
    EXPECT_FALSE(fs::exists(object("a")));
  }
  write(object("a"), whole);
  EXPECT_EQ(cache->find("a"), bytes);
}

TEST_F(Cache, ObjectsOfAnotherNameOrAnotherKeyAreNotFound) {
  const auto cache = open();
  ASSERT_TRUE(cache.has_value() && cache->store("a", "the object"));
  fs::copy_file(object("a"), object("b"));
  EXPECT_FALSE(cache->find("b").has_value());
  const std::string whole = read(object("a"));
  write(folder_ / "key", std::string(32, 'k'));
  const auto other = open();
  ASSERT_TRUE(other.has_value());
  EXPECT_FALSE(other->find("a").has_value());
  EXPECT_NE(whole, "");
}

TEST_F(Cache, AKeyThatWasCutShortIsDrawnAnew) {
  const auto before = open();
  ASSERT_TRUE(before.has_value() && before->store("a", "the object"));
  for (const size_t size : {0u, 5u, 31u}) {
    write(folder_ / "key", std::string(size, 'k'));
    const auto after = open();
    ASSERT_TRUE(after.has_value()) << size;
    EXPECT_EQ(fs::file_size(folder_ / "key"), 32u);
    EXPECT_FALSE(after->find("a").has_value());
    ASSERT_TRUE(after->store("a", "the object"));
    EXPECT_TRUE(after->find("a").has_value());
  }
}

TEST_F(Cache, WhatOthersMayWriteIsRefused) {
  ASSERT_TRUE(open().has_value());
  for (const mode_t open_to : {0770u, 0702u, 0777u}) {
    ::chmod(folder_.c_str(), open_to);
    const auto cache = open();
    ASSERT_FALSE(cache.has_value());
    EXPECT_EQ(cache.error().code, "PAC4210");
  }
  ::chmod(folder_.c_str(), 0700);
  ::chmod((folder_ / "key").c_str(), 0640);
  EXPECT_FALSE(open().has_value());
  ::chmod((folder_ / "key").c_str(), 0600);
  const auto cache = open();
  ASSERT_TRUE(cache.has_value() && cache->store("a", "the object"));
  ::chmod(object("a").c_str(), 0622);
  EXPECT_FALSE(cache->find("a").has_value());
  ::chmod(object("a").c_str(), 0600);
  EXPECT_TRUE(cache->find("a").has_value());
}

TEST_F(Cache, OtherUsersFoldersAreRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only the superuser can give a folder away";
  ASSERT_TRUE(open().has_value());
  ASSERT_EQ(::chown(folder_.c_str(), 65534, 65534), 0);
  EXPECT_FALSE(open().has_value());
  ASSERT_EQ(::chown(folder_.c_str(), 0, 0), 0);
  const auto cache = open();
  ASSERT_TRUE(cache.has_value() && cache->store("a", "the object"));
  ASSERT_EQ(::chown(object("a").c_str(), 65534, 65534), 0);
  EXPECT_FALSE(cache->find("a").has_value());
}

TEST_F(Cache, LinksAreNotFollowed) {
  ASSERT_TRUE(open().has_value());
  const auto elsewhere = root_ / "elsewhere";
  fs::rename(folder_, elsewhere);
  fs::create_directory_symlink(elsewhere, folder_);
  EXPECT_FALSE(open().has_value());
  EXPECT_FALSE(ObjectCache::open({folder_.string() + "/"}).has_value());
  fs::remove(folder_);
  fs::rename(elsewhere, folder_);
  const auto cache = open();
  ASSERT_TRUE(cache.has_value() && cache->store("a", "the object"));
  fs::rename(object("a"), root_ / "moved");
  fs::create_symlink(root_ / "moved", object("a"));
  EXPECT_FALSE(cache->find("a").has_value());
  // A pipe in the place of an object must not hold anybody up.
  ASSERT_EQ(::mkfifo(object("b").c_str(), 0600), 0);
  EXPECT_FALSE(cache->find("b").has_value());
}

TEST_F(Cache, TheObjectsUsedLongestAgoGo) {
  const auto cache = open(10'000);
  ASSERT_TRUE(cache.has_value());
  const auto set_time = [&](const std::string& name, time_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, object(name).c_str(), times, 0), 0);
  };
  for (const std::string name : {"a", "b", "c"}) {
    ASSERT_TRUE(cache->store(name, std::string(3'000, 'x')));
    set_time(name, 1'000'000 + name[0]);
  }
  EXPECT_TRUE(cache->find("a").has_value());  // used now
  ASSERT_TRUE(cache->store("d", std::string(3'000, 'x')));
  EXPECT_EQ(files(), (std::vector<std::string>{"a.obj", "c.obj", "d.obj", "key"}));
  EXPECT_FALSE(cache->store("e", std::string(6'000, 'x'))) << "more than half of it";
  EXPECT_EQ(files(), (std::vector<std::string>{"a.obj", "c.obj", "d.obj", "key"}));
  // What a process left that ended while it wrote.
  write(folder_ / ".new-left", "half");
  const timespec old[2] = {{1'000'000, 0}, {1'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / ".new-left").c_str(), old, 0), 0);
  ASSERT_TRUE(cache->store("f", "x"));
  EXPECT_FALSE(fs::exists(folder_ / ".new-left"));
}

TEST_F(Cache, ManyOpenTheSameAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto cache = open();
      const std::string name = i % 2 == 0 ? "same" : "own" + std::to_string(i);
      if (!cache || !cache->store(name, "the object")) ++wrong;
      if (cache && cache->find(name) != "the object") ++wrong;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(files().size(), 1 + 1 + 4u);  // the key, one object of four, four of one each
}

TEST_F(Cache, FolderOfTheEnvironment) {
  const auto set = [](const char* name, const char* value) {
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  };
  set("HOME", "/home/someone");
  set("XDG_CACHE_HOME", nullptr);
  set("PAC_CACHE", nullptr);
  EXPECT_EQ(ObjectCache::folder_of_environment(), "/home/someone/.cache/pac");
  set("XDG_CACHE_HOME", "relative");
  EXPECT_EQ(ObjectCache::folder_of_environment(), "/home/someone/.cache/pac");
  set("XDG_CACHE_HOME", "/caches");
  EXPECT_EQ(ObjectCache::folder_of_environment(), "/caches/pac");
  set("PAC_CACHE", "/own");
  EXPECT_EQ(ObjectCache::folder_of_environment(), "/own");
  set("PAC_CACHE", "off");
  EXPECT_EQ(ObjectCache::folder_of_environment(), "");
}

constexpr const char* kPolicy = R"(package p edition 1
decision d {
  input { n: int in 0 .. 999 }
  output { t: string }
  rules first {
    rule small { when n < 500 then { t: "small {n}" } }
    otherwise { t: "large" }
  }
}
)";

TEST_F(Cache, ObjectsHaveTheNameOfAllThatTheyDependOn) {
  const auto compiled = driver::compile_texts({{"p.pac", kPolicy}});
  std::string text = kPolicy;
  text.replace(text.find("500"), 3, "501");
  const auto other = driver::compile_texts({{"p.pac", text}});
  ASSERT_TRUE(compiled && (*compiled)->checked && other && (*other)->checked);
  const ir::RuleSet& rules = (*compiled)->checked->rules;
  codegen::Options fast{2}, plain{0};
  EXPECT_EQ(object_name(rules, fast), object_name(rules, fast));
  EXPECT_NE(object_name(rules, fast), object_name(rules, plain));
  EXPECT_NE(object_name(rules, fast), object_name((*other)->checked->rules, fast));
  EXPECT_EQ(object_name(rules, fast).size(), 64u);
}

// As `pac run` loads: the second time from the object of the first, which is really the one that
// runs, and after it was damaged from a new one.
TEST_F(Cache, LoadingTakesTheObjectOfTheFirstTime) {
  ::setenv("PAC_CACHE", folder_.c_str(), 1);
  const auto compiled = driver::compile_texts({{"p.pac", kPolicy}});
  ASSERT_TRUE(compiled.has_value() && (*compiled)->checked);
  const ir::RuleSet& rules = (*compiled)->checked->rules;
  const std::string name = object_name(rules, codegen::Options{2});
  ASSERT_TRUE(driver::load(rules, {driver::Engine::native, 2}).has_value());
  const std::string kept = read(object(name));
  ASSERT_GT(kept.size(), 1000u);
  // An object that decides otherwise, properly kept under this name: if it answers, it was used.
  std::string text = kPolicy;
  text.replace(text.find("large"), 5, "LARGE");
  const auto other = driver::compile_texts({{"p.pac", text}});
  const auto planted = driver::load((*other)->checked->rules, {driver::Engine::interp, 2});
  const auto object_of_other = driver::compile_native(**planted, 2);
  ASSERT_TRUE(object_of_other.has_value());
  ASSERT_TRUE(open()->store(name, *object_of_other));
  const auto answer = [&] {
    const auto loaded = driver::load(rules, {driver::Engine::native, 2});
    engine::Session session(*loaded, {});
    EXPECT_TRUE(session.bind_json(ir::DecisionId{0}, R"({"n":700})"));
    EXPECT_TRUE(session.prepare({}, nullptr));
    EXPECT_EQ(session.decide(), PAC_OK);
    return std::string(static_cast<const pac_text*>(session.output())->data, 5);
  };
  EXPECT_EQ(answer(), "LARGE");
  std::string damaged = read(object(name));
  damaged[damaged.size() / 2] ^= 4;
  write(object(name), damaged);
  EXPECT_EQ(answer(), "large");
  EXPECT_EQ(read(object(name)), kept) << "compiled anew, and kept again";
  ::setenv("PAC_CACHE", "off", 1);
  fs::remove(object(name));
  EXPECT_EQ(answer(), "large");
  EXPECT_FALSE(fs::exists(object(name)));
}

}  // namespace
}  // namespace pac::jit
