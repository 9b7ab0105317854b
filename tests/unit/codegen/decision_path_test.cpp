// Deciding takes no memory, takes no lock and throws nothing, in either engine: counted at the
// doors of the C library, over every test of every policy in examples and tests/policies. Its own
// executable, because it stands in front of malloc and pthread_mutex_lock. Not built with
// sanitizers, which stand there themselves.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <ostream>
#include <set>

#include "compiler/driver/run_tests.h"
#include "runtime/base/text_numbers.h"
#include "runtime/engine/memory_features.h"
#include "runtime/engine/session.h"

namespace {

// Counting is off until a Watch is made; one thread.
std::atomic<bool> watching{false};
std::atomic<size_t> allocations{0}, locks{0}, throws{0};

void count(std::atomic<size_t>& what) {
  if (watching.load(std::memory_order_relaxed)) what.fetch_add(1, std::memory_order_relaxed);
}

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// Libraries find these functions too.
#pragma GCC visibility push(default)
extern "C" {

// operator new, strdup and all the rest come through these as well.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t align, size_t size);

void* malloc(size_t size) {
  count(allocations);
  return __libc_malloc(size);
}

void* calloc(size_t items, size_t size) {
  count(allocations);
  return __libc_calloc(items, size);
}

void* realloc(void* old, size_t size) {
  count(allocations);
  return __libc_realloc(old, size);
}

void* memalign(size_t align, size_t size) {
  count(allocations);
  return __libc_memalign(align, size);
}

void* aligned_alloc(size_t align, size_t size) {
  count(allocations);
  return __libc_memalign(align, size);
}

int posix_memalign(void** out, size_t align, size_t size) {
  count(allocations);
  *out = __libc_memalign(align, size);
  return *out == nullptr ? ENOMEM : 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  count(locks);
  static int (*const real)(pthread_mutex_t*) = next<int(pthread_mutex_t*)>("pthread_mutex_lock");
  return real(mutex);
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  count(locks);
  static int (*const real)(pthread_rwlock_t*) =
      next<int(pthread_rwlock_t*)>("pthread_rwlock_rdlock");
  return real(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  count(locks);
  static int (*const real)(pthread_rwlock_t*) =
      next<int(pthread_rwlock_t*)>("pthread_rwlock_wrlock");
  return real(lock);
}

[[noreturn]] void __cxa_throw(void* object, void* type, void (*destroy)(void*)) {
  count(throws);
  next<void(void*, void*, void (*)(void*))>("__cxa_throw")(object, type, destroy);
  std::abort();
}

}  // extern "C"
#pragma GCC visibility pop

namespace pac::driver {
namespace {

struct Counts {
  size_t allocations = 0, locks = 0, throws = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};

void PrintTo(const Counts& counts, std::ostream* out) {
  *out << counts.allocations << " allocations, " << counts.locks << " locks, " << counts.throws
       << " throws";
}

template <typename Body>
Counts watch(Body body) {
  allocations = locks = throws = 0;
  watching = true;
  body();
  watching = false;
  return {allocations, locks, throws};
}

TEST(DecisionPathWatch, CountersCount) {
  std::mutex mutex;
  void* kept = nullptr;
  const Counts counts = watch([&] {
    kept = std::malloc(10);
    // The compiler may leave out what nobody looks at.
    asm volatile("" : : "r"(kept) : "memory");
    const std::lock_guard lock(mutex);
    try {
      throw 1;  // allocates by a way of its own, at least in part
    } catch (int) {
    }
    const std::unique_ptr<int> one(new int(1));
    asm volatile("" : : "r"(one.get()) : "memory");
  });
  std::free(kept);
  EXPECT_GE(counts.allocations, 2u);
  EXPECT_GE(counts.locks, 1u);
  EXPECT_EQ(counts.throws, 1u);
}

// What was seen over all policies, so that the test can't pass without having looked.
struct Seen {
  std::set<pac_status> statuses;
  std::set<uint32_t> errors;
  std::set<ir::HitPolicy> policies;
  size_t decisions = 0, refused = 0, with_duties = 0, with_features = 0;
};

class DecisionPath : public testing::TestWithParam<Engine> {
 protected:
  void ask(engine::Session& session, const check::TestCase& test);

  Seen seen_;
};

void DecisionPath::ask(engine::Session& session, const check::TestCase& test) {
  const Question question = question_of(test);
  const ir::Decision& decision = session.rules().rule_set().decision(question.decision);
  SCOPED_TRACE(decision.name + " \"" + test.title + "\"");
  engine::Context context;
  context.json = question.context;
  if (!question.as_of.empty()) {
    int32_t as_of = 0;
    ASSERT_EQ(parse_date(question.as_of, &as_of), TextStatus::ok);
    context.as_of = as_of;
  }
  auto features = engine::MemoryFeatures::parse(question.features);
  ASSERT_TRUE(features.has_value());
  bool bound = false;
  bool prepared = false;
  const Counts binding =
      watch([&] { bound = session.bind_json(question.decision, question.input); });
  const Counts preparing = watch([&] { prepared = bound && session.prepare(context, &*features); });
  EXPECT_EQ(binding, Counts{}) << "bind_json";
  EXPECT_EQ(preparing, Counts{}) << "prepare";
  if (!prepared) {
    ++seen_.refused;
    return;
  }
  // The very first one too: nothing is put off until then.
  for (int run = 0; run < 3; ++run) {
    pac_status status = PAC_OK;
    EXPECT_EQ(watch([&] { status = session.decide(); }), Counts{}) << "decide, run " << run;
    seen_.statuses.insert(status);
    if (status == PAC_ERROR) seen_.errors.insert(session.result().error);
  }
  ++seen_.decisions;
  seen_.policies.insert(decision.policy);
  if (session.result().duty_count > 0) ++seen_.with_duties;
  if (question.features != "{}") ++seen_.with_features;
}

std::vector<std::string> policies() {
  std::vector<std::string> out;
  for (const char* folder : {"/tests/policies", "/examples"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(PAC_SOURCE_DIR) + folder)) {
      if (entry.path().extension() == ".pac") out.push_back(entry.path().string());
    }
  }
  std::ranges::sort(out);
  return out;
}

TEST_P(DecisionPath, TakesNoMemoryNoLockAndThrowsNothing) {
  for (const std::string& path : policies()) {
    SCOPED_TRACE(path);
    auto c = compile(path);
    ASSERT_TRUE(c.has_value() && (*c)->checked.has_value());
    const check::Checked& checked = *(*c)->checked;
    const LoadOptions options{GetParam(), 2};
    auto loaded = load(checked.rules, options);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    if (GetParam() == Engine::native) {
      ASSERT_NE((*loaded)->native(), nullptr);
      for (uint32_t i = 0; i < checked.rules.decisions.size(); ++i)
        ASSERT_NE((*loaded)->native()->decide(ir::DecisionId{i}), nullptr);
    } else {
      ASSERT_EQ((*loaded)->native(), nullptr);
    }
    engine::Session shared(*loaded, {});
    for (const check::TestCase& test : checked.tests) {
      if (test.params.empty()) {
        ask(shared, test);
        continue;
      }
      auto other = load(with_params(checked.rules, test.params), options);
      ASSERT_TRUE(other.has_value()) << other.error().message;
      engine::Session session(*other, {});
      ask(session, test);
    }
  }
  EXPECT_EQ(seen_.statuses, (std::set<pac_status>{PAC_OK, PAC_NO_MATCH, PAC_ERROR}));
  // All but the one that needs a damaged bundle.
  EXPECT_EQ(seen_.errors,
            (std::set<uint32_t>{PAC_E_OVERFLOW, PAC_E_DIVISION_BY_ZERO, PAC_E_DATE_RANGE,
                                PAC_E_OVERLAP, PAC_E_GAP, PAC_E_DOMAIN, PAC_E_FEATURE, PAC_E_PARAM,
                                PAC_E_LIMIT, PAC_E_NO_SUCH_DAY, PAC_E_ARGUMENT}));
  using enum ir::HitPolicy;
  EXPECT_EQ(seen_.policies,
            (std::set<ir::HitPolicy>{result, unique, unique_with_exceptions, any, first,
                                     by_priority, by_outcome, by_highest, collect_list,
                                     collect_folds, deny_overrides, permit_overrides}));
  EXPECT_GT(seen_.decisions, 100u);
  EXPECT_GT(seen_.refused, 0u);
  EXPECT_GT(seen_.with_duties, 0u);
  EXPECT_GT(seen_.with_features, 0u);
}

INSTANTIATE_TEST_SUITE_P(Both, DecisionPath, testing::Values(Engine::interp, Engine::native),
                         [](const auto& which) {
                           return std::string(which.param == Engine::native ? "Native" : "Interp");
                         });

}  // namespace
}  // namespace pac::driver
