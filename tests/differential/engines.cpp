#include "tests/differential/engines.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "compiler/jit/native.h"
#include "compiler/jit/object_cache.h"
#include "runtime/match/plan.h"
#include "tests/differential/answer.h"
#include "tests/differential/zones.h"

namespace pac::differential {

namespace {

constexpr size_t kGuardBytes = 64;
constexpr char kGuard = '\x55';

// Kept in a cache on disk, then found again as a process that starts later finds it.
Result<std::string> through_the_cache(const std::string& object) {
  std::string root = (std::filesystem::temp_directory_path() / "pac-differential-XXXXXX").string();
  if (::mkdtemp(root.data()) == nullptr) return fail("PAC4210", "no folder for the cache");
  Result<std::string> found = fail("PAC4210", "the cache did not keep the object");
  const jit::ObjectCache::Options options{root + "/cache"};
  auto cache = jit::ObjectCache::open(options);
  if (!cache) {
    found = std::unexpected(cache.error());
  } else if (cache->store("object", object)) {
    auto later = jit::ObjectCache::open(options);
    std::optional<std::string> bytes;
    if (later) bytes = later->find("object");
    if (bytes) found = std::move(*bytes);
  }
  std::error_code ignored;
  std::filesystem::remove_all(root, ignored);
  return found;
}

}  // namespace

const char* name(Native native) {
  switch (native) {
    case Native::level_0:
      return "native code at level 0";
    case Native::level_2:
      return "native code at level 2";
    case Native::reloaded:
      return "native code from a file";
    case Native::marked:
      return "native code with marks";
    case Native::proved:
      return "native code with proofs";
    case Native::exact_rows:
      return "native code by exact rows";
    case Native::coarse_rows:
      return "native code by coarse rows";
    case Native::pair_grid:
      return "native code by a pair grid";
  }
  return "";
}

codegen::Options options_for(Native native, const ir::RuleSet& rules) {
  using codegen::Instructions;
  codegen::Options options{native == Native::level_0 || native == Native::marked ? 0 : 2,
                           native == Native::marked};
  if (native != Native::level_2) options.list_uses_min = 1;
  if (native < Native::exact_rows) return options;
  constexpr match::Strategy kForced[] = {match::Strategy::exact_rows, match::Strategy::coarse_rows,
                                         match::Strategy::pair_grid};
  constexpr Instructions kInstructions[] = {Instructions::machine, Instructions::x86_64_v2,
                                            Instructions::x86_64_v3, Instructions::x86_64_v4};
  const auto strategy = static_cast<size_t>(native) - static_cast<size_t>(Native::exact_rows);
  const size_t turn = rules.exprs.size() + strategy;
  options.strategy = kForced[strategy];
  options.optimization_level = turn % 3 == 0 ? 2 : 0;
  const Instructions wanted = kInstructions[turn / 3 % 4];
  if (codegen::has(wanted)) options.instructions = wanted;
  return options;
}

std::string planned_name(size_t which) {
  return std::string("the interpreter by plan: ") + match::name(kPlanned[which]);
}

Engines::Engines(const ir::RuleSet& rules)
    : rules_(rules),
      layout_(rules),
      interpreter_(rules, layout_),
      scratch_bytes_((kScratchBytes + kGuardBytes) / sizeof(std::max_align_t)) {
  size_t output = 0;
  size_t rule_count = 0;
  size_t duty_count = 0;
  for (const ir::Decision& decision : rules.decisions) {
    output = std::max<size_t>(output, layout_.value(decision.result_type).size);
    rule_count = std::max(rule_count, decision.rules.size());
    size_t uses = decision.otherwise.duties.size();
    for (const ir::Rule& rule : decision.rules) uses += rule.duties.size();
    duty_count = std::max(duty_count, uses);
  }
  output_.resize((output + kGuardBytes) / sizeof(std::max_align_t) + 1);
  for (size_t i = 0; i < kPlanned.size(); ++i) {
    auto path = static_cast<match::Path>((i + rules.exprs.size()) % match::kPathCount);
    if (!match::is_supported(path)) path = match::Path::plain;
    const interp::Options options{true, {true, kPlanned[i]}, path};
    planned_.push_back(std::make_unique<interp::Interpreter>(rules, layout_, options));
  }
  fired_.resize(rule_count + 1);
  duties_.resize(duty_count + 1);
}

Result<std::unique_ptr<Engines>> Engines::make(const ir::RuleSet& rules,
                                               const ir::RuleSet& compiled,
                                               const std::vector<Native>& natives,
                                               const codegen::Proofs& proofs) {
  std::unique_ptr<Engines> made(new Engines(rules));
  const ir::Layout layout(compiled);
  std::string optimised;
  for (const Native native : natives) {
    std::string object;
    if (native == Native::reloaded && !optimised.empty()) {
      Result<std::string> kept = through_the_cache(optimised);
      if (!kept) return std::unexpected(kept.error());
      object = std::move(*kept);
      made->tiered_object_ = object;
    } else {
      codegen::Options options = options_for(native, compiled);
      if (native == Native::proved) options.proofs = proofs;
      Result<std::string> fresh = codegen::compile_object(compiled, layout, options);
      if (!fresh) return std::unexpected(fresh.error());
      object = std::move(*fresh);
      if (native == Native::level_2) optimised = object;
    }
    auto loaded = codegen::NativeCode::load(object, compiled);
    if (!loaded) return std::unexpected(loaded.error());
    made->natives_.push_back(std::move(*loaded));
  }
  auto tiered = engine::LoadedRuleSet::load(rules, {}, {.by_plan = true});
  if (!tiered) return std::unexpected(tiered.error());
  made->tiered_ = std::move(*tiered);
  return made;
}

Result<std::unique_ptr<Engines>> Engines::make(const ir::RuleSet& rules,
                                               const std::vector<codegen::Options>& natives) {
  std::unique_ptr<Engines> made(new Engines(rules));
  for (const codegen::Options& options : natives) {
    const Result<std::string> object = codegen::compile_object(rules, made->layout_, options);
    if (!object) return std::unexpected(object.error());
    auto loaded = codegen::NativeCode::load(*object, rules);
    if (!loaded) return std::unexpected(loaded.error());
    made->natives_.push_back(std::move(*loaded));
  }
  return made;
}

pac_scratch Engines::scratch(size_t size) {
  char* begin = reinterpret_cast<char*>(scratch_bytes_.data());
  std::memset(begin + size, kGuard, kGuardBytes);
  return {begin, begin + size, kZones};
}

void Engines::check_scratch(const pac_scratch& memory, std::string& answer) const {
  if (std::any_of(memory.end, memory.end + kGuardBytes, [](char c) { return c != kGuard; })) {
    answer += " written past the scratch memory";
  }
  if (memory.next > memory.end) answer += " more scratch memory taken than there is";
}

void Engines::prepare(ir::DecisionId id) {
  std::memset(output_.data(), kGuard,
              layout_.value(rules_.decision(id).result_type).size + kGuardBytes);
  std::ranges::fill(fired_, 0xdeadu);
  result_ = {};
  result_.status = result_.error = result_.error_rule = result_.error_other = 77;
  result_.fired_count = result_.duty_count = result_.error_depth = 77;
  result_.fired = fired_.data();
  result_.duties = duties_.data();
}

void Engines::tell(ir::DecisionId id, std::string& answer) {
  answer.clear();
  if (result_.fired_count > fired_.size() || result_.duty_count > duties_.size() ||
      result_.error_depth > PAC_MAX_CALL_DEPTH) {
    answer = "counts that can't be";
    return;
  }
  tell_answer(rules_, layout_, id, result_, output_.data(), answer);
  const char* guard = reinterpret_cast<const char*>(output_.data()) +
                      layout_.value(rules_.decision(id).result_type).size;
  if (std::any_of(guard, guard + kGuardBytes, [](char c) { return c != kGuard; })) {
    answer += " written past the output";
  }
}

void Engines::interpret(ir::DecisionId id, const void* input, interp::Observer* observer,
                        std::string& answer, size_t scratch_bytes) {
  prepare(id);
  pac_scratch memory = scratch(scratch_bytes);
  interpreter_.decide(id, input, output_.data(), &result_, &memory, observer);
  tell(id, answer);
  check_scratch(memory, answer);
}

void Engines::run_planned(size_t which, ir::DecisionId id, const void* input, std::string& answer,
                          size_t scratch_bytes) {
  prepare(id);
  pac_scratch memory = scratch(scratch_bytes);
  planned_[which]->decide(id, input, output_.data(), &result_, &memory);
  tell(id, answer);
  check_scratch(memory, answer);
}

void Engines::run_native(size_t which, ir::DecisionId id, const void* input, std::string& answer,
                         size_t scratch_bytes) {
  prepare(id);
  pac_scratch memory = scratch(scratch_bytes);
  const uint32_t status = natives_[which]->decide(id)(input, output_.data(), &result_, &memory);
  tell(id, answer);
  check_scratch(memory, answer);
  if (status != result_.status) answer += " returned " + std::to_string(status);
}

void Engines::run_tiered(ir::DecisionId id, const void* input, std::string& answer,
                         size_t scratch_bytes) {
  prepare(id);
  pac_scratch memory = scratch(scratch_bytes);
  const engine::NativeFunctions* native = tiered_->native();
  if (const pac_decide_fn function = native == nullptr ? nullptr : native->decide(id)) {
    function(input, output_.data(), &result_, &memory);
  } else {
    tiered_->interpreter().decide(id, input, output_.data(), &result_, &memory);
  }
  tell(id, answer);
  check_scratch(memory, answer);
}

Result<void> Engines::swap_in() {
  if (tiered_object_.empty()) return {};
  return jit::use_object(*tiered_, tiered_object_);
}

bool Engines::assumes_hold(ir::DecisionId id, const void* input) {
  pac_scratch memory = scratch();
  return interpreter_.check_assumes(id, input, &memory).failed == ir::kNone;
}

}  // namespace pac::differential
