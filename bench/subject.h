// A policy made ready to be measured: loaded from its text, with input records that native code can
// decide one after the other. Owned by the benchmark; one thread. Whatever goes wrong ends the
// benchmark with a sentence: it has nothing to show then.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/match_sets.h"
#include "compiler/driver/load.h"
#include "runtime/engine/session.h"

namespace pac::bench {

[[noreturn]] void give_up(const std::string& why);

class Subject {
 public:
  // Parses, checks and loads; `text` is one file.
  Subject(const std::string& text, const std::string& decision, driver::Engine engine);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // Inputs, one of these once. Records as a session makes them from structs or from JSON.
  void bind(const std::vector<MatchInput>& records);
  void bind(const std::vector<std::string>& json, const engine::Context& context);
  // Of a CSV file with a header, for the examples.
  void bind_csv(const std::string& csv, const engine::Context& context);

  const engine::LoadedRuleSet& rules() const { return *rules_; }
  const std::shared_ptr<engine::LoadedRuleSet>& shared() const { return rules_; }
  ir::DecisionId id() const { return id_; }
  pac_decide_fn native() const;  // null where there is none
  size_t count() const { return count_; }
  size_t stride() const { return stride_; }
  const char* record(size_t i) const { return base_ + i * stride_; }
  // Room for an answer.
  size_t output_bytes() const { return rules_->shape(id_).output_bytes; }
  size_t fired_count() const { return rules_->rule_set().decision(id_).rules.size() + 1; }

  // The whole answer to an input as JSON, by the engine that it was loaded with.
  std::string answer(size_t i);

 private:
  void start(size_t count);
  void keep(size_t i, const engine::Session& session);

  std::shared_ptr<engine::LoadedRuleSet> rules_;
  ir::DecisionId id_ = ir::DecisionId::none;
  // Sessions own the texts and lists that records point to; one where structs are bound, else one
  // for each input.
  std::vector<std::unique_ptr<engine::Session>> sessions_;
  std::vector<MatchInput> structs_;
  std::vector<char> memory_;
  char* base_ = nullptr;  // in memory_, at a cache line
  size_t count_ = 0, stride_ = 0;
};

// Ends the benchmark where two answers differ; looks at `most` inputs spread over all.
void compare_answers(Subject& one, Subject& other, size_t most);

}  // namespace pac::bench
