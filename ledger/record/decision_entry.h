// Entries of decisions: what an engine session decided and from what, in the canonical form that
// docs/ledger_format.md fixes. A DecisionWriter belongs to the thread of its session; what is made
// once per run is made in its constructor, and writing allocates nothing beyond buffers that it
// keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/file/blobs.h"
#include "ledger/persons/subjects.h"
#include "ledger/record/personal.h"
#include "runtime/engine/loaded_rule_set.h"
#include "runtime/engine/session.h"
#include "runtime/ir/side.h"

namespace pac::ledger {

inline constexpr std::size_t kNonceBytes = 32;

// What all decisions of a run have in common. An empty text is left out.
struct RunFacts {
  std::string origin;    // of the stream
  std::string run;       // nonce of the activate entry
  std::string snapshot;  // bundle digest
  std::string engine;    // native, interp
  std::string pac_version;
  std::string stdlib;  // digest
  std::string tz;      // digest
  std::string caller, tenant;
};

// What was found when the session asked for features, for the marks of the entry: stands between a
// session and its source for one decision after the other.
class FeatureWatch final : public engine::FeatureSource {
 public:
  struct Seen {
    bool is_found = false;
    bool has_time = false;
    bool is_stale = false;
    std::int64_t at_us = 0;
  };

  explicit FeatureWatch(std::span<const ir::Feature> features)
      : features_(features), seen_(features.size()) {}
  // Before each Session::prepare; gives what to hand to it.
  engine::FeatureSource* watch(engine::FeatureSource* source);
  bool read(std::string_view feature, std::string_view key, std::int64_t now_us,
            engine::FeatureValue* out) override;
  const Seen& seen(std::size_t feature) const { return seen_[feature]; }

 private:
  std::span<const ir::Feature> features_;
  std::vector<Seen> seen_;
  engine::FeatureSource* source_ = nullptr;
  std::size_t next_ = 0;
};

// The key that a caller gave, and the HMAC of what was asked with it.
struct Idempotency {
  std::string_view key;
  std::string_view request;  // 64 hexadecimal digits
};

// What is told of one decision besides the session.
struct DecisionFacts {
  std::string_view nonce;  // 32 hexadecimal digits
  std::int64_t duration_ns = 0;
  const Idempotency* idempotency = nullptr;
  // Of this decision; those of the run unless said.
  std::optional<std::string_view> caller, tenant;
};

// An entry as a text of its own: `at` is the place of its time, which whoever appends it writes.
struct MadeEntry {
  std::string_view entry;  // in the buffer of the writer's caller
  std::size_t at = 0;
  std::string blob;  // to be durable before the entry; empty: none
};

// Whether a context says its as_of, which else follows from `now`.
bool says_as_of(const engine::Context& context);

class DecisionWriter {
 public:
  // `subjects` outlives it; null only where the decision has nothing personal.
  DecisionWriter(std::shared_ptr<const engine::LoadedRuleSet> rules, const ir::Side& side,
                 ir::DecisionId decision, const RunFacts& facts, Subjects* subjects = nullptr);

  FeatureWatch& features() { return watch_; }

  // The entry of the session's last decision, or of its first refusal. Overwrites the buffer, which
  // grows where it must. Subjects::sync comes before it is recorded. PAC6206: it is too long even
  // with what goes into a blob. PAC0141.
  [[nodiscard]] Result<MadeEntry> make(const engine::Session& session, bool is_decided,
                                       const DecisionFacts& facts, std::string* buffer);

  // HMAC of what was asked, in hexadecimal: the function, the input, and the context that the
  // decision declares, as the answer may follow from it. But not `now`, nor an as_of that follows
  // from it: a retry comes later and is the same request. The session was prepared. PAC0141.
  [[nodiscard]] Result<std::string> request_digest(const engine::Session& session, bool says_as_of,
                                                   std::string_view key,
                                                   std::optional<std::string_view> tenant);

 private:
  struct Form {
    const BlobRef* blob = nullptr;  // features and input stand there
    bool keeps_answer = true;       // and the answer stands here
  };
  // `,"boxes":[…]` of the decision.
  Result<void> seal_boxes(const engine::Session& session, const DecisionFacts& facts);
  const engine::HiddenFields* hidden() const { return has_personal_ ? &marks_.fields() : nullptr; }
  struct ParamLines {
    std::string key;  // "name":
    std::vector<std::pair<std::int32_t, std::string>> lines;
  };

  void read_citations(const ir::Side& side);
  void read_params();
  std::size_t write(const engine::Session& session, bool is_decided, const DecisionFacts& facts,
                    const Form& form, engine::TextSink& out);
  std::string shown_path(const engine::Refusal& refusal) const;
  void write_citations(const pac_result& result, engine::TextSink& out);
  void write_features(const engine::Session& session, engine::TextSink& out) const;
  void write_blob(const engine::Session& session, bool with_answer, engine::TextSink& out) const;
  std::string_view params_at(std::int32_t as_of);
  void write_asked_context(const engine::Session& session, bool says_as_of,
                           engine::TextSink& out) const;
  std::optional<std::int32_t> as_of(const engine::Session& session) const;

  std::shared_ptr<const engine::LoadedRuleSet> rules_;
  const ir::Decision& decision_;
  ir::DecisionId id_;
  FeatureWatch watch_;
  PersonalMarks marks_;
  PersonalParts parts_;
  Subjects* subjects_;
  bool has_personal_;
  std::string origin_, run_tenant_, boxes_;
  bool has_context_ = false;
  std::string function_;  // ,"function":…,"function_digest":…
  std::string before_nonce_, after_nonce_,
      before_tenant_;                                 // ,"kind":"decision","nonce":" and so on
  std::string caller_, engine_, tenant_, tail_;       // ,"caller":… and so on
  std::vector<std::string> sources_;                  // citations, quoted
  std::vector<std::vector<std::uint32_t>> cited_by_;  // rule: its sources
  std::vector<std::uint64_t> cited_in_;               // source: the decision that named it last
  std::uint64_t count_ = 0;
  std::vector<ParamLines> params_;
  std::string params_text_;  // of params_day_
  std::optional<std::int32_t> params_day_;
  std::string asked_text_;
};

}  // namespace pac::ledger
