#include "ledger/record/recorder.h"

#include <chrono>

#include "ledger/record/activation.h"
#include "ledger/record/entry_view.h"
#include "ledger/record/opened.h"
#include "runtime/crypto/key_file.h"

namespace pac::ledger {
namespace {

constexpr std::uint64_t kMaxKeyFileBytes = 65'536;

// Whether the policy marks what the context says by that name: then it stands in a box alone.
bool is_personal_context(const ActivePolicy& policy, ir::DecisionId id, std::string_view name) {
  const std::uint32_t slot = policy.rules->shape(id).input.find_slot(ir::SlotRole::context, name);
  const PersonalMarks marks(policy.rules->rule_set(), policy.bundle->side());
  return slot != ir::kNone && marks.is_personal(policy.rules->rule_set().decision(id).input, slot);
}

// The key in a file, by what reads its text.
template <typename Key>
Result<Key> read_key(FileSystem& files, const std::string& path,
                     Result<Key> (*read)(std::string_view)) {
  Result<std::string> text = read_whole(files, path, kMaxKeyFileBytes);
  if (!text) return std::unexpected(text.error());
  auto key = read(*text);
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text->data()), text->size()});
  if (!key) return fail(key.error().code, path + ": " + key.error().message);
  return key;
}

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::open(const RecorderOptions& options) {
  std::unique_ptr<Recorder> out(new Recorder);
  out->files_ = posix_file_system();
  out->folder_ = options.folder;
  out->epoch_path_ = options.epoch_path;
  out->pac_version_ = options.pac_version;
  const auto in_folder = [&](const char* name) { return options.folder + "/" + name; };
  const auto key = read_key(
      *out->files_, options.key_path.empty() ? in_folder(kSigningKeyFile) : options.key_path,
      crypto::read_private_key_pem);
  if (!key) return std::unexpected(key.error());
  Surroundings around = real_surroundings();
  const std::string also_path =
      options.also_key_path.empty() ? in_folder(kAlsoKeyFile) : options.also_key_path;
  if (!options.also_key_path.empty() || out->files_->exists(also_path)) {
    auto also = read_key<crypto::EcdsaKey>(*out->files_, also_path, crypto::EcdsaKey::read_pem);
    if (!also) return std::unexpected(also.error());
    around.also_key = std::move(*also);
  }
  around.clock.refuses = !options.accepts_clock;
  const auto now_us = around.now_us;
  if (options.witnessing) {
    auto witnessing = options.witnessing(*out->files_, options.folder);
    if (!witnessing) return std::unexpected(witnessing.error());
    around.witnessing = std::move(*witnessing);
  }
  out->now_us_ = now_us;
  if (options.acknowledger) {
    auto made = options.acknowledger(*out->files_, options.folder);
    if (!made) return std::unexpected(made.error());
    out->acknowledger_ = std::move(*made);
    around.copy = out->acknowledger_.get();
  }
  auto store = Store::open(*out->files_, options.folder, *key, std::move(around));
  if (!store) return std::unexpected(store.error());
  out->store_ = std::move(*store);
  CommitLimits limits;
  limits.refuses = options.refuses_when_full;
  out->committer_ = std::make_unique<Committer>(*out->store_, now_us, limits);
  if (out->acknowledger_ != nullptr) {
    Committer* const committer = out->committer_.get();
    out->gate_ = std::make_unique<AckGate>(
        *out->acknowledger_,
        [committer](const std::function<void(Store&)>& use) { committer->with_store(use); });
  }
  auto request_key = ledger::request_key(*out->files_, options.folder);
  if (!request_key) return std::unexpected(request_key.error());
  out->request_key_ = std::move(*request_key);
  if (const auto read = out->keys_.read(*out->files_, options.folder); !read) {
    return std::unexpected(read.error());
  }
  return out;
}

Recorder::~Recorder() {
  // What is recorded is durable without it; the next start publishes as well.
  if (store_ == nullptr) return;
  (void)store_->publish();
  if (subjects_ != nullptr) (void)subjects_->mark(store_->stream(), store_->writer().size());
}

Result<Subjects*> Recorder::subjects(Store& store) {
  if (subjects_ == nullptr) {
    auto opened = open_subjects(*files_, {folder_, epoch_path_}, store, now_us_());
    if (!opened) return std::unexpected(opened.error());
    subjects_ = std::move(*opened);
  }
  return subjects_.get();
}

// An entry of the keys of persons, acknowledged as those of decisions are.
Result<EntryPlace> Recorder::record_of_persons(
    const std::function<Result<std::uint64_t>(Store&, Subjects&)>& record) {
  Result<EntryPlace> out;
  committer_->with_store([&](Store& store) {
    const auto keys = subjects(store);
    const auto index = keys ? record(store, **keys) : std::unexpected(keys.error());
    if (index) {
      out = EntryPlace{store.stream(), *index};
    } else {
      out = std::unexpected(index.error());
    }
  });
  if (!out || gate_ == nullptr) return out;
  const auto passed = gate_->pass();
  return passed ? out : std::unexpected(passed.error());
}

Result<EntryPlace> Recorder::erase(std::string_view tenant, std::string_view person,
                                   const ErasureReason& reason) {
  return record_of_persons([&](Store& store, Subjects& keys) -> Result<std::uint64_t> {
    const auto name = keys.name_of(tenant, person);
    if (!name) return fail("PAC6604", "the ledger has no personal data of that person");
    return erase_subject(store, keys, *name, reason);
  });
}

Result<EntryPlace> Recorder::end_epoch() {
  return record_of_persons(
      [&](Store& store, Subjects& keys) { return ledger::end_epoch(store, keys, now_us_()); });
}

Result<std::shared_ptr<const ActivePolicy>> Recorder::activate(
    std::string bytes, std::shared_ptr<const engine::LoadedRuleSet> rules) {
  auto bundle = engine::Bundle::load(bytes, {});
  if (!bundle) return std::unexpected(bundle.error());
  if (!((*bundle)->rules()->rule_set() == rules->rule_set())) {
    return fail("PAC4225", "the rule set is not that of the bundle");
  }
  auto out = std::make_shared<ActivePolicy>();
  out->bundle = std::move(*bundle);
  out->rules = std::move(rules);
  const std::string engine = out->rules->native() == nullptr ? "interp" : "native";
  Result<RunFacts> facts;
  const PersonalMarks marks(out->rules->rule_set(), out->bundle->side());
  bool has_personal = false;
  for (std::uint32_t i = 0; i < out->rules->rule_set().decisions.size(); ++i) {
    has_personal = has_personal || marks.has_any(static_cast<ir::DecisionId>(i));
  }
  committer_->with_store([&](Store& store) {
    if (has_personal) {
      if (const auto keys = subjects(store); !keys) {
        facts = std::unexpected(keys.error());
        return;
      }
      out->subjects = subjects_.get();
    }
    const std::lock_guard lock(blobs_mutex_);
    facts = ledger::activate(*files_, folder_, store, *out->bundle, bytes,
                             {engine, pac_version_, "", ""});
  });
  if (!facts) return std::unexpected(facts.error());
  out->facts = std::move(*facts);
  return out;
}

Result<void> Recorder::rotate(const std::string& key_path, const std::string& reason) {
  const auto key = read_key(*files_, key_path, crypto::read_private_key_pem);
  if (!key) return std::unexpected(key.error());
  Result<void> done;
  committer_->with_store([&](Store& store) { done = store.rotate(*key, reason); });
  if (done) committer_->with_store([&](Store& store) { done = store.retire(reason); });
  return done && gate_ != nullptr ? gate_->pass() : done;
}

Result<std::optional<RecordedAnswer>> Recorder::begin(const RequestName& asked,
                                                      std::string_view request,
                                                      const Subjects* subjects) {
  RecordedAnswer out;
  {
    std::unique_lock lock(keys_mutex_);
    const std::string name = text_of(asked);
    // Who asks while the first is being answered gets that answer.
    keys_changed_.wait(lock, [&] { return !in_flight_.contains(name); });
    const auto* known = keys_.find(asked);
    if (known == nullptr) {
      in_flight_.insert(name);
      return std::nullopt;
    }
    using Kind = RecordedDecision::Kind;
    out.kind = known->request == request ? Kind::repeated : Kind::conflict;
    out.place = known->place;
  }
  if (out.kind == RecordedDecision::Kind::conflict) return out;
  auto answer = read_answer(out.place, subjects);
  if (!answer) return std::unexpected(answer.error());
  out.answer = std::move(*answer);
  return out;
}

void Recorder::finish(const RequestName& asked, std::string_view request,
                      const Result<Recorded>& recorded) {
  const std::lock_guard lock(keys_mutex_);
  in_flight_.erase(text_of(asked));
  if (recorded) {
    keys_.add(asked, {std::string(request), {recorded->stream, recorded->index}});
  }
  keys_changed_.notify_all();
}

Result<std::string> Recorder::read_answer(const EntryPlace& place, const Subjects* subjects) {
  Result<std::string> entry;
  committer_->with_store([&](Store& store) {
    if (const auto witnessed = store.witness(); !witnessed) {
      entry = std::unexpected(witnessed.error());
      return;
    }
    BatchRecorder reader(*files_, folder_, store, "", "");
    entry = reader.read(place);
  });
  if (!entry) return entry;
  EntryReader reader;
  EntryView view;
  if (const auto read = reader.read(*entry, &view); !read) return std::unexpected(read.error());
  std::string blob;
  if (!view.blob.empty()) {
    const std::lock_guard lock(blobs_mutex_);
    auto bytes = read_blob(*files_, folder_, view.blob);
    if (!bytes) return bytes;
    blob = std::move(*bytes);
    if (const auto read = reader.read_blob(blob, &view); !read) {
      return std::unexpected(read.error());
    }
  }
  return opened_answer(subjects, &view);
}

Recorder::Lane::Lane(Recorder& recorder, std::shared_ptr<const ActivePolicy> policy,
                     ir::DecisionId decision)
    : recorder_(recorder),
      policy_(std::move(policy)),
      hides_caller_(is_personal_context(*policy_, decision, "caller")),
      hides_tenant_(is_personal_context(*policy_, decision, "tenant")),
      writer_(policy_->rules, policy_->bundle->side(), decision, policy_->facts,
              policy_->subjects) {}

Result<RecordedAnswer> Recorder::Lane::decide(engine::Session& session,
                                              const engine::Context& context,
                                              engine::FeatureSource* features,
                                              const Request& asked_for) {
  Request request = asked_for;
  if (hides_caller_) request.caller = "";
  if (hides_tenant_) request.tenant = "";
  const auto begin = std::chrono::steady_clock::now();
  const bool is_decided =
      session.is_bound() && session.prepare(context, writer_.features().watch(features));
  if (is_decided) session.decide();
  const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - begin;
  DecisionFacts facts;
  facts.nonce = nonces_.next();
  if (facts.nonce.empty()) return fail("PAC0141", "the system has no random numbers");
  facts.duration_ns = elapsed.count();
  facts.caller = request.caller;
  facts.tenant = request.tenant;
  const bool has_key = is_decided && !request.key.empty();
  const RequestName asked{request.tenant.value_or(""), request.caller.value_or(""), request.key};
  std::string digest;
  if (has_key) {
    auto made = writer_.request_digest(session, says_as_of(context), recorder_.request_key_,
                                       request.tenant);
    if (!made) return std::unexpected(made.error());
    digest = std::move(*made);
    auto known = recorder_.begin(asked, digest, policy_->subjects);
    if (!known) return std::unexpected(known.error());
    if (*known) {
      // It may be recorded since a moment ago, or by a process that ended before it answered.
      if (recorder_.gate_ != nullptr) {
        if (const auto passed = recorder_.gate_->pass(); !passed) {
          return std::unexpected(passed.error());
        }
      }
      return std::move(**known);
    }
  }
  const Idempotency idempotency{request.key, digest};
  if (has_key) facts.idempotency = &idempotency;
  Result<Recorded> recorded;
  auto made = writer_.make(session, is_decided, facts, &buffer_);
  if (made && policy_->subjects != nullptr) {
    const auto synced = policy_->subjects->sync();
    if (!synced) made = std::unexpected(synced.error());
  }
  if (made && !made->blob.empty()) {
    const std::lock_guard lock(recorder_.blobs_mutex_);
    const auto put = put_blob(*recorder_.files_, recorder_.folder_, made->blob);
    if (!put) made = std::unexpected(put.error());
  }
  if (made) {
    recorded = recorder_.committer_->record({buffer_.data(), made->entry.size()}, made->at);
  } else {
    recorded = std::unexpected(made.error());
  }
  if (has_key) recorder_.finish(asked, digest, recorded);
  if (!recorded) return std::unexpected(recorded.error());
  if (recorded->unwitnessed) return std::unexpected(*recorded->unwitnessed);
  if (recorder_.gate_ != nullptr) {
    if (const auto passed = recorder_.gate_->pass(); !passed) {
      return std::unexpected(passed.error());
    }
  }
  return RecordedAnswer{RecordedDecision::Kind::recorded,
                        {recorded->stream, recorded->index},
                        std::move(recorded->checkpoint),
                        ""};
}

}  // namespace pac::ledger
