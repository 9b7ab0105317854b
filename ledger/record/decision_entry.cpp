#include "ledger/record/decision_entry.h"

#include <algorithm>
#include <cstring>

#include "ledger/file/entry.h"
#include "ledger/log/limits.h"
#include "ledger/persons/box.h"
#include "runtime/base/check.h"
#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/aead.h"
#include "runtime/crypto/ed25519.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/hmac.h"
#include "runtime/engine/write.h"
#include "runtime/engine/write_canonical.h"
#include "runtime/ir/function.h"
#include "stdlib/registry.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kNoTime = "0000-00-00T00:00:00.000000Z";
static_assert(kNoTime.size() == kTimeTextBytes);

constexpr std::string_view kBoxedSchema = "2";

// What nearly every entry fits in.
constexpr std::size_t kEntryBytes = std::size_t{4} << 10;

// ,"name":"text", or nothing where there is no text.
std::string member(std::string_view name, std::string_view text) {
  if (text.empty()) return {};
  return engine::written([&](engine::TextSink& out) {
    out.put(",\"");
    out.put(name);
    out.put("\":");
    engine::write_quoted(text, out);
  });
}

std::string function_name(const ir::RuleSet& rules, ir::DecisionId decision) {
  return engine::written(
      [&](engine::TextSink& out) { engine::put_decision_name(rules, decision, out); });
}

// What was said of this decision, or else of the run.
void put_own(std::string_view name, const std::optional<std::string_view>& own,
             std::string_view of_run, engine::TextSink& out) {
  if (!own) return out.put(of_run);
  if (own->empty()) return;
  out.put(",\"");
  out.put(name);
  out.put("\":");
  engine::write_quoted(*own, out);
}

void put_date(std::int32_t date, engine::TextSink& out) {
  char text[2 * kDatetimeTextBytes];  // room that a sink may read over
  out.put({text, format_date(date, text)});
}

// Writes until the buffer is large enough.
template <typename Write>
std::size_t write_growing(std::string* buffer, Write write) {
  for (;;) {
    engine::TextSink sink(buffer->data(), buffer->size());
    write(sink);
    if (sink.fits()) return sink.size();
    buffer->resize(std::max(sink.size(), 2 * buffer->size()));
  }
}

}  // namespace

engine::FeatureSource* FeatureWatch::watch(engine::FeatureSource* source) {
  source_ = source;
  next_ = 0;
  std::ranges::fill(seen_, Seen{});
  return source == nullptr ? nullptr : this;
}

bool FeatureWatch::read(std::string_view feature, std::string_view key, std::int64_t now_us,
                        engine::FeatureValue* out) {
  // The session asks in the order of the declaration and leaves out those without a key.
  while (next_ < features_.size() && features_[next_].name.data() != feature.data()) ++next_;
  const bool is_found = source_->read(feature, key, now_us, out);
  if (next_ == features_.size()) return is_found;
  Seen& seen = seen_[next_];
  const std::int64_t oldest = features_[next_].max_age_us;
  ++next_;
  seen.is_found = is_found;
  if (!is_found || !out->has_time) return is_found;
  seen.has_time = true;
  seen.at_us = out->observed_at_us;
  seen.is_stale = oldest >= 0 && Int128{now_us} - out->observed_at_us > oldest;
  return is_found;
}

bool says_as_of(const engine::Context& context) {
  if (context.as_of) return true;
  const auto json = json::parse(context.json);
  const json::Value* own = json ? json->find("as_of") : nullptr;
  return own != nullptr && !own->is_null();
}

DecisionWriter::DecisionWriter(std::shared_ptr<const engine::LoadedRuleSet> rules,
                               const ir::Side& side, ir::DecisionId decision, const RunFacts& facts,
                               Subjects* subjects)
    : rules_(std::move(rules)),
      decision_(rules_->rule_set().decision(decision)),
      id_(decision),
      watch_(decision_.features),
      marks_(rules_->rule_set(), side),
      parts_(*rules_, marks_, decision),
      subjects_(subjects),
      has_personal_(marks_.has_any(decision)),
      origin_(facts.origin),
      run_tenant_(facts.tenant) {
  PAC_CHECK(!has_personal_ || subjects_ != nullptr, "personal data is recorded under keys");
  has_context_ = std::ranges::find(decision_.roles, ir::SlotRole::context) != decision_.roles.end();
  const ir::RuleSet& set = rules_->rule_set();
  caller_ = member("caller", facts.caller);
  function_ = member("function", function_name(set, decision)) +
              member("function_digest", ir::function_digest(set, decision, stdlib::find));
  before_nonce_ = ",\"kind\":\"decision\",\"nonce\":\"";
  after_nonce_ = "\"" + member("origin", facts.origin) + member("pac", facts.pac_version);
  before_tenant_ = member("run", facts.run) + (has_personal_ ? ",\"schema\":2" : ",\"schema\":1") +
                   member("snapshot", facts.snapshot) + member("stdlib", facts.stdlib);
  tenant_ = member("tenant", facts.tenant);
  tail_ = member("tz", facts.tz) + "}";
  asked_text_.resize(kEntryBytes);
  engine_ = member("engine", facts.engine);
  read_citations(side);
  read_params();
}

void DecisionWriter::write_features(const engine::Session& session, engine::TextSink& out) const {
  const engine::RecordSchema& record = rules_->shape(id_).input.record();
  out.put('{');
  bool first = true;
  for (const std::uint32_t i : record.sorted) {
    if (decision_.roles[i] != ir::SlotRole::feature) continue;
    const auto feature = std::ranges::find(decision_.features, i, &ir::Feature::slot);
    if (feature == decision_.features.end()) continue;
    const FeatureWatch::Seen& seen =
        watch_.seen(static_cast<std::size_t>(feature - decision_.features.begin()));
    const engine::Slot& slot = record.fields[i];
    const char* const place = static_cast<const char*>(session.input()) + slot.offset;
    const bool is_present = rules_->schema().load(slot, place).present;
    if (!first) out.put(',');
    first = false;
    out.put(record.keys[i]);
    if (!is_present && !seen.is_stale) {
      out.put("{\"missing\":true}");
      continue;
    }
    const bool is_boxed = is_present && marks_.is_personal(decision_.input, i);
    out.put('{');
    if (seen.has_time) {
      out.put("\"at\":\"");
      out.put(time_text(seen.at_us));
      out.put(is_boxed ? "\"" : "\",");
    }
    if (is_boxed) {
      // Its value stands in a box.
    } else if (is_present) {
      out.put("\"value\":");
      engine::write_canonical(rules_->schema(), slot, place, out, hidden());
    } else {
      out.put("\"stale\":true");
    }
    out.put('}');
  }
  out.put('}');
}

void DecisionWriter::write_blob(const engine::Session& session, bool with_answer,
                                engine::TextSink& out) const {
  out.put('{');
  if (with_answer) {
    out.put("\"answer\":");
    engine::write_canonical_answer(session, out, hidden());
    out.put(',');
  }
  if (!boxes_.empty()) {
    out.put(std::string_view(boxes_).substr(1));
    out.put(',');
  }
  if (!decision_.features.empty()) {
    out.put("\"features\":");
    write_features(session, out);
    out.put(',');
  }
  out.put("\"input\":");
  engine::write_canonical_fields(session, ir::SlotRole::input, out, hidden());
  out.put('}');
}

// The path of a refusal without a name that the policy does not declare: that is the caller's text,
// and may be a person's. What is left are declared names, and `?` for the rest.
std::string DecisionWriter::shown_path(const engine::Refusal& refusal) const {
  std::string_view path = refusal.path.view();
  if (refusal.code != engine::RefusalCode::unknown_field) return std::string(path);
  const engine::Schema& schema = rules_->schema();
  const engine::RecordSchema* record = &schema.record(decision_.input);
  std::string out;
  while (record != nullptr) {
    const std::string_view name = path.substr(0, path.find_first_of(".["));
    const auto field = std::ranges::find(record->fields, name, &engine::Slot::name);
    if (field == record->fields.end()) break;
    out += name;
    out += '.';
    path.remove_prefix(std::min(path.size(), path.find('.', name.size())));
    path.remove_prefix(path.empty() ? 0 : 1);
    const ir::Type* type = field->type;
    while (type->element != ir::TypeId::none) type = &schema.rule_set().type(type->element);
    record =
        type->kind == ir::TypeKind::record && !path.empty() ? &schema.record_of(*type) : nullptr;
  }
  return out + '?';
}

// The members in the order of their letters; gives the place of the time.
std::size_t DecisionWriter::write(const engine::Session& session, bool is_decided,
                                  const DecisionFacts& facts, const Form& form,
                                  engine::TextSink& out) {
  constexpr std::string_view kStatus[] = {"ok", "no_match", "error"};
  out.put("{\"answer\":");
  if (!is_decided) {
    const engine::Refusal& refusal = session.refusals()[0];
    engine::write_canonical_refusal(refusal, shown_path(refusal), out);
  } else if (form.keeps_answer) {
    engine::write_canonical_answer(session, out, hidden());
  } else {
    out.put("{\"status\":\"");
    out.put(kStatus[session.result().status]);
    out.put("\"}");
  }
  const std::optional<std::int32_t> known_day = is_decided ? as_of(session) : std::nullopt;
  const std::int32_t day = known_day.value_or(0);
  if (known_day) {
    out.put(",\"as_of\":\"");
    put_date(day, out);
    out.put('"');
  }
  out.put(",\"at\":\"");
  const std::size_t at = out.size();
  out.put(kNoTime);
  out.put('"');
  if (form.blob != nullptr) {
    out.put(",\"blob\":{\"bytes\":");
    out.put_number(static_cast<Int128>(form.blob->bytes));
    out.put(",\"sha256\":\"");
    out.put(form.blob->sha256);
    out.put("\"}");
  }
  if (form.blob == nullptr) out.put(boxes_);
  put_own("caller", facts.caller, caller_, out);
  if (is_decided) {
    write_citations(session.result(), out);
    if (has_context_) {
      out.put(",\"context\":");
      engine::write_canonical_fields(session, ir::SlotRole::context, out, hidden());
    }
  }
  out.put(",\"duration_ns\":");
  out.put_number(facts.duration_ns);
  out.put(engine_);
  if (is_decided && form.blob == nullptr && !decision_.features.empty()) {
    out.put(",\"features\":");
    write_features(session, out);
  }
  out.put(function_);
  if (facts.idempotency != nullptr) {
    out.put(",\"idempotency\":{\"key\":");
    engine::write_quoted(facts.idempotency->key, out);
    out.put(",\"request\":\"");
    out.put(facts.idempotency->request);
    out.put("\"}");
  }
  if (is_decided && form.blob == nullptr) {
    out.put(",\"input\":");
    engine::write_canonical_fields(session, ir::SlotRole::input, out, hidden());
  }
  out.put(before_nonce_);
  out.put(facts.nonce);
  out.put(after_nonce_);
  if (known_day) out.put(params_at(day));
  out.put(before_tenant_);
  put_own("tenant", facts.tenant, tenant_, out);
  out.put(tail_);
  return at;
}

Result<void> DecisionWriter::seal_boxes(const engine::Session& session,
                                        const DecisionFacts& facts) {
  const std::string_view tenant = facts.tenant.value_or(run_tenant_);
  std::vector<Subject> named;
  for (const PersonalParts::Part& part : parts_.of_decision(session)) {
    auto subject = !part.person.empty() ? subjects_->of_person(tenant, part.person)
                   : named.empty()      ? subjects_->nameless()
                                        : shared_subject(named);
    if (!subject) return std::unexpected(subject.error());
    const auto box =
        seal_box(subject->key, {origin_, kBoxedSchema, facts.nonce, subject->name}, part.contents);
    if (!box) return std::unexpected(box.error());
    boxes_ += boxes_.empty() ? ",\"boxes\":[{\"box\":\"" : ",{\"box\":\"";
    boxes_ += crypto::to_base64(box->bytes);
    boxes_ += "\",\"hash\":\"";
    boxes_ += crypto::to_hex(crypto::view(box->hash));
    boxes_ += "\",\"subject\":\"";
    boxes_ += subject->name;
    boxes_ += "\"}";
    named.push_back(std::move(*subject));
  }
  if (!boxes_.empty()) boxes_ += ']';
  return {};
}

Result<MadeEntry> DecisionWriter::make(const engine::Session& session, bool is_decided,
                                       const DecisionFacts& facts, std::string* buffer) {
  if (buffer->size() < kEntryBytes) buffer->resize(kEntryBytes);
  boxes_.clear();
  if (is_decided && has_personal_) {
    const auto sealed = seal_boxes(session, facts);
    if (!sealed) return std::unexpected(sealed.error());
  }
  MadeEntry out;
  BlobRef blob;
  Form form;
  for (;;) {
    const std::size_t size = write_growing(buffer, [&](engine::TextSink& sink) {
      out.at = write(session, is_decided, facts, form, sink);
    });
    out.entry = std::string_view(*buffer).substr(0, size);
    if (size <= kMaxEntryBytes) return out;
    if (!is_decided || !form.keeps_answer) {
      return fail("PAC6206", "a decision makes an entry of " + std::to_string(size) +
                                 " bytes; more than " + std::to_string(kMaxEntryBytes) +
                                 " are not recorded");
    }
    form.keeps_answer = form.blob == nullptr;
    out.blob = engine::written(
        [&](engine::TextSink& sink) { write_blob(session, !form.keeps_answer, sink); });
    blob = blob_ref(out.blob);
    form.blob = &blob;
  }
}

void DecisionWriter::write_asked_context(const engine::Session& session, bool says_as_of,
                                         engine::TextSink& out) const {
  const engine::RecordSchema& record = rules_->shape(id_).input.record();
  out.put('{');
  bool first = true;
  for (const std::uint32_t i : record.sorted) {
    if (decision_.roles[i] != ir::SlotRole::context || i == decision_.now_slot) continue;
    if (i == decision_.as_of_slot && !says_as_of) continue;
    const engine::Slot& slot = record.fields[i];
    const char* const place = static_cast<const char*>(session.input()) + slot.offset;
    if (!rules_->schema().load(slot, place).present) continue;
    if (has_personal_ && marks_.is_personal(decision_.input, i)) continue;
    if (!first) out.put(',');
    first = false;
    out.put(record.keys[i]);
    engine::write_canonical(rules_->schema(), slot, place, out, hidden());
  }
  out.put('}');
}

Result<std::string> DecisionWriter::request_digest(const engine::Session& session, bool says_as_of,
                                                   std::string_view key,
                                                   std::optional<std::string_view> tenant) {
  // Under the keys of those whom it is about: once one is gone, nobody can try out who it was.
  std::string contents, keys;
  if (has_personal_) {
    const auto& parts = parts_.of_request(session);
    keys.reserve(parts.size() * sizeof(crypto::AeadKey));  // growing would leave copies behind
    for (const PersonalParts::Part& part : parts) {
      if (part.person.empty()) {
        if (!keys.empty()) contents += '\n' + part.contents;
        continue;
      }
      const auto subject = subjects_->of_person(tenant.value_or(run_tenant_), part.person);
      if (!subject) return std::unexpected(subject.error());
      keys += crypto::view(subject->key.bytes);
      contents += '\n';
      contents += part.contents;
    }
  }
  const std::size_t size = write_growing(&asked_text_, [&](engine::TextSink& sink) {
    engine::put_decision_name(rules_->rule_set(), id_, sink);
    sink.put('\n');
    engine::write_canonical_fields(session, ir::SlotRole::input, sink, hidden());
    sink.put('\n');
    write_asked_context(session, says_as_of, sink);
  });
  const std::string_view asked = std::string_view(asked_text_).substr(0, size);
  if (keys.empty()) {
    return crypto::to_hex(crypto::view(crypto::hmac_sha256(key, asked)));
  }
  crypto::Digest own = crypto::hmac_sha256(key, keys);
  crypto::wipe_text(keys);
  std::string out =
      crypto::to_hex(crypto::view(crypto::hmac_sha256(crypto::view(own), asked, contents)));
  crypto::wipe(own);
  return out;
}

}  // namespace pac::ledger
