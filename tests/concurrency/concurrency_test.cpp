// Many threads and one rule set: each must get the answers that one thread alone gets.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <barrier>
#include <filesystem>
#include <functional>
#include <thread>

#include "compiler/driver/answer.h"
#include "compiler/driver/build.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/decide_inputs.h"
#include "compiler/driver/load.h"
#include "compiler/driver/run_tests.h"
#include "pac/engine.hpp"
#include "pac/jit.h"
#include "runtime/engine/bundle.h"
#include "runtime/ir/encode.h"

namespace pac::driver {
namespace {

// More than the machine has processors, so that threads are interrupted anywhere.
constexpr size_t kThreads = 8;
// Rounds over all questions; a few thousand decisions a thread.
constexpr size_t kRounds = 10;

const std::string kFolder = PAC_SOURCE_DIR "/tests/policies/";
const char* const kPolicies[] = {"hit_policies.pac", "numbers.pac", "presence_text_lists.pac"};

// A policy with the questions of its own tests and the answers that one thread gets.
struct Subject {
  explicit Subject(const char* file) {
    auto compiled = compile(kFolder + file);
    if (!compiled || !(*compiled)->checked) return;
    compilation = std::move(*compiled);
    auto loaded = load(compilation->checked->rules, {Engine::interp, 0});
    if (!loaded) return;
    rules = *loaded;
    engine::Session session(rules, {});
    for (const auto& test : compilation->checked->tests) {
      if (!test.params.empty()) continue;  // another rule set
      const Question question = question_of(test);
      const auto answer = answer_to(session, question);
      if (!answer) continue;
      questions.push_back(question);
      answers.push_back(*answer);
    }
  }

  std::unique_ptr<Compilation> compilation;
  std::shared_ptr<engine::LoadedRuleSet> rules;
  std::vector<Question> questions;
  std::vector<std::string> answers;
};

// Runs body(thread) in all threads at once; each returns how often it was wrong.
size_t in_threads(const std::function<size_t(size_t)>& body) {
  std::barrier start(static_cast<std::ptrdiff_t>(kThreads));
  std::vector<size_t> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      wrong[i] = body(i);
    });
  }
  for (auto& thread : threads) thread.join();
  size_t sum = 0;
  for (const size_t count : wrong) sum += count;
  return sum;
}

// All questions in a session of this thread; `between` is called after each round.
size_t ask_all(const Subject& subject, const std::shared_ptr<engine::LoadedRuleSet>& rules,
               size_t thread, const std::function<void(size_t round)>& between = {}) {
  engine::Session session(rules, {});
  size_t wrong = 0;
  for (size_t round = 0; round < kRounds; ++round) {
    for (size_t i = 0; i < subject.questions.size(); ++i) {
      const size_t which = (i * 7 + thread * 13 + round) % subject.questions.size();
      const auto answer = answer_to(session, subject.questions[which]);
      if (!answer || *answer != subject.answers[which]) ++wrong;
    }
    if (between) between(round);
  }
  return wrong;
}

int64_t fixed_clock(void*) { return 1'772'000'000'000'000; }  // in February 2026

class Concurrency : public testing::TestWithParam<const char*> {
 protected:
  Concurrency() : subject_(GetParam()) {}
  void SetUp() override {
    ASSERT_NE(subject_.rules, nullptr);
    ASSERT_GT(subject_.questions.size(), 5u);
  }
  Subject subject_;
};

TEST_P(Concurrency, InterpreterInManySessions) {
  EXPECT_EQ(in_threads([&](size_t thread) { return ask_all(subject_, subject_.rules, thread); }),
            0u);
}

TEST_P(Concurrency, NativeCodeInManySessions) {
  const auto native = load(subject_.compilation->checked->rules, {Engine::native, 2});
  ASSERT_TRUE(native.has_value()) << native.error().message;
  EXPECT_EQ(in_threads([&](size_t thread) { return ask_all(subject_, *native, thread); }), 0u);
}

TEST_P(Concurrency, NativeCodeArrivesWhileOthersDecide) {
  const auto object = compile_native(*subject_.rules, 2);
  ASSERT_TRUE(object.has_value()) << object.error().message;
  // Two threads bring it, in the middle, each its own.
  EXPECT_EQ(in_threads([&](size_t thread) {
              size_t failed = 0;
              const size_t wrong = ask_all(subject_, subject_.rules, thread, [&](size_t round) {
                if (thread < 2 && round == kRounds / 3 + thread) {
                  failed += use_native(*subject_.rules, *object) ? 0 : 1;
                }
              });
              return wrong + failed;
            }),
            0u);
  EXPECT_NE(subject_.rules->native(), nullptr);
}

// Threads decide while the engine compiles on a thread of its own and swaps.
TEST_P(Concurrency, NativeCodeTakesOverFromTheInterpreter) {
  const std::string text = ir::encode(subject_.compilation->checked->rules);
  pac::Options options;
  options.clock = fixed_clock;
  const pac::Engine alone(options);
  const auto plain = alone.load_ir(text);
  ASSERT_TRUE(plain.has_value()) << plain.error().message;
  const auto ask = [&](const pac::RuleSet& rules, pac::Input& input, size_t i) {
    const Question& question = subject_.questions[i];
    const auto id = rules.find(subject_.rules->rule_set().decision(question.decision).name);
    return id ? std::string(input.json(*id, question.input).decide().json()) : std::string("none");
  };
  std::vector<std::string> expected;
  pac::Input first = plain->input();
  for (size_t i = 0; i < subject_.questions.size(); ++i) expected.push_back(ask(*plain, first, i));
  const pac::Engine engine(options);
  pac_jit_options jit{};
  jit.size_bytes = sizeof jit;
  jit.in_background = 1;
  ASSERT_EQ(pac_engine_use_jit_with(engine.handle(), &jit, nullptr), PAC_DONE);
  const auto rules = engine.load_ir(text);
  ASSERT_TRUE(rules.has_value()) << rules.error().message;
  EXPECT_EQ(in_threads([&](size_t thread) {
              size_t wrong = 0;
              pac::Input input = rules->input();
              // Until it was swapped, and some rounds more.
              for (size_t after = 0; after < kRounds;) {
                after += rules->native_state() == pac::NativeState::compiling ? 0 : 1;
                for (size_t i = 0; i < expected.size(); ++i) {
                  const size_t which = (i + thread) % expected.size();
                  if (ask(*rules, input, which) != expected[which]) ++wrong;
                }
              }
              return wrong;
            }),
            0u);
  EXPECT_EQ(rules->native_state(), pac::NativeState::ready);
  EXPECT_TRUE(rules->is_native());
}

TEST_P(Concurrency, PoliciesCompiledSideBySide) {
  const std::string expected = ir::encode(subject_.compilation->checked->rules);
  EXPECT_EQ(in_threads([&](size_t) -> size_t {
              const auto other = compile(kFolder + GetParam());
              if (!other || !(*other)->checked) return 1;
              return ir::encode((*other)->checked->rules) == expected ? 0 : 1;
            }),
            0u);
}

// Each thread loads, decides and lets go; the last one to let go frees the code that others ran.
TEST_P(Concurrency, NativeCodeMadeSideBySide) {
  EXPECT_EQ(in_threads([&](size_t thread) -> size_t {
              if (thread >= 3) return ask_all(subject_, subject_.rules, thread);
              const auto own = load(subject_.compilation->checked->rules, {Engine::native, 0});
              return own ? ask_all(subject_, *own, thread) : 1;
            }),
            0u);
}

TEST_P(Concurrency, PublicApi) {
  const std::string text = ir::encode(subject_.compilation->checked->rules);
  pac::Options options;
  options.clock = fixed_clock;
  const pac::Engine engine(options);
  auto rules = engine.load_ir(text);
  ASSERT_TRUE(rules.has_value()) << rules.error().message;
  // Without context and features many of the questions are refused; that is an answer too.
  const auto ask = [&](pac::Input& input, size_t i) {
    const Question& question = subject_.questions[i];
    const auto& decision = subject_.compilation->checked->rules.decision(question.decision);
    const auto id = rules->find(decision.name);
    return id ? std::string(input.json(*id, question.input).decide().json()) : std::string("none");
  };
  std::vector<std::string> expected;
  pac::Input alone = rules->input();
  for (size_t i = 0; i < subject_.questions.size(); ++i) expected.push_back(ask(alone, i));
  EXPECT_EQ(in_threads([&](size_t thread) {
              size_t wrong = 0;
              for (size_t round = 0; round < kRounds; ++round) {
                pac::Input input = rules->input();
                for (size_t i = 0; i < expected.size(); ++i) {
                  const size_t which = (i + thread) % expected.size();
                  if (ask(input, which) != expected[which]) ++wrong;
                }
              }
              return wrong;
            }),
            0u);
}

INSTANTIATE_TEST_SUITE_P(Policies, Concurrency, testing::ValuesIn(kPolicies),
                         [](const testing::TestParamInfo<const char*>& each) {
                           return std::filesystem::path(each.param).stem().string();
                         });

// One bundle's bytes, read by many; each checks its digests and signatures by itself.
TEST(ConcurrencyBundle, LoadedByMany) {
  const Subject subject(kPolicies[1]);
  ASSERT_NE(subject.compilation, nullptr);
  BuildOptions options;
  options.with_native = false;
  const auto built = build(*subject.compilation, options);
  ASSERT_TRUE(built.has_value() && built->problems.empty());
  EXPECT_EQ(in_threads([&](size_t thread) -> size_t {
              const auto bundle = engine::Bundle::load(built->bytes, engine::TrustStore());
              if (!bundle) return 1;
              return ask_all(subject, (*bundle)->rules(), thread);
            }),
            0u);
}

// Threads that read, decide and write blocks of one stream; what they say is put in order.
TEST(ConcurrentInputs, StreamOfBlocks) {
  const auto compiled = compile_texts({{"p.pac", R"(package p edition 1
decision d {
  input { n: int in 0 .. 999_999 }
  output { t: string }
  rules first {
    rule small { when n < 500_000 then { t: "small {n}" } }
    otherwise { t: "large {n}" }
  }
}
)"}});
  ASSERT_TRUE(compiled.has_value() && (*compiled)->checked);
  const auto rules = load((*compiled)->checked->rules, {Engine::interp, 0});
  ASSERT_TRUE(rules.has_value());
  std::string text;
  for (size_t i = 0; text.size() < 9'000'000; ++i) {
    text += "{\"n\":" + std::to_string(i * 7919 % 1'100'000) + "}\n";
  }
  const auto run = [&](unsigned threads) {
    const int file = memfd_create("inputs", MFD_CLOEXEC);
    EXPECT_EQ(write(file, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    lseek(file, 0, SEEK_SET);
    InputBlocks blocks(file, InputBlocks::Form::json_lines, text.size());
    DecideOptions options;
    options.decision = static_cast<ir::DecisionId>(0);
    options.answers = true;
    options.threads = threads;
    std::string out;
    decide_inputs(*rules, blocks, options, [&](const DecidedBlock& block) {
      out += block.answers;
      return true;
    });
    close(file);
    return out;
  };
  const std::string alone = run(1);
  EXPECT_GT(alone.size(), text.size());
  EXPECT_TRUE(run(static_cast<unsigned>(kThreads)) == alone);
}

}  // namespace
}  // namespace pac::driver
