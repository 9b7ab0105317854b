#include "cli/recording.h"

#include <cstdio>

#include "cli/ledger_persons.h"
#include "cli/ledger_store.h"
#include "cli/ledger_support.h"
#include "cli/ledger_witness.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "ledger/record/activation.h"
#include "ledger/record/entry_view.h"
#include "ledger/record/erasure.h"
#include "ledger/record/nonces.h"
#include "runtime/base/json.h"
#include "runtime/engine/scalar.h"

namespace pac::cli {

namespace {

// What a thread made of a block.
struct Notes final : driver::BlockNotes {
  struct Input {
    std::size_t begin = 0, bytes = 0;  // in `entries`; 0 bytes: `fault` says why
    std::size_t at = 0;
    std::string blob, key, request;
    std::string fault;
    std::uint32_t line = 0;
    std::size_t answer_begin = 0, answer_bytes = 0;
  };
  std::string entries;
  std::vector<Input> inputs;
};

class Observer final : public driver::InputObserver {
 public:
  Observer(std::shared_ptr<const engine::LoadedRuleSet> rules, const ir::Side& side,
           ir::DecisionId decision, const ledger::RunFacts& facts, ledger::Subjects* subjects,
           std::uint32_t key_slot, std::string request_key, bool says_as_of)
      : rules_(rules),
        writer_(std::move(rules), side, decision, facts, subjects),
        decision_(decision),
        key_slot_(key_slot),
        request_key_(std::move(request_key)),
        says_as_of_(says_as_of) {}

  engine::FeatureSource* features(engine::FeatureSource* source) override {
    return writer_.features().watch(source);
  }
  std::unique_ptr<driver::BlockNotes> begin_block() override { return std::make_unique<Notes>(); }

  void decided(const engine::Session& session, const driver::InputNote& note,
               driver::BlockNotes* notes) override {
    auto& block = static_cast<Notes&>(*notes);
    Notes::Input& input = block.inputs.emplace_back();
    input.line = note.line;
    input.answer_begin = note.answer_begin;
    input.answer_bytes = note.answer_bytes;
    ledger::DecisionFacts facts;
    facts.nonce = nonces_.next();
    facts.duration_ns = note.duration_ns;
    if (facts.nonce.empty()) {
      input.fault = "the system has no random numbers";
      return;
    }
    if (note.is_decided && key_slot_ != ir::kNone && !read_key(session, &input)) return;
    const ledger::Idempotency idempotency{input.key, input.request};
    if (!input.key.empty()) facts.idempotency = &idempotency;
    auto made = writer_.make(session, note.is_decided, facts, &buffer_);
    if (!made) {
      input.fault = made.error().message;
      return;
    }
    input.begin = block.entries.size();
    input.bytes = made->entry.size();
    input.at = made->at;
    input.blob = std::move(made->blob);
    block.entries += made->entry;
  }

 private:
  // False, with the fault, where there is no digest of the request.
  bool read_key(const engine::Session& session, Notes::Input* input) {
    const engine::Slot& slot = rules_->shape(decision_).input.record().fields[key_slot_];
    const interp::Value value =
        rules_->schema().load(slot, static_cast<const char*>(session.input()) + slot.offset);
    if (!value.present) return true;
    if (slot.type->kind == ir::TypeKind::string) {
      input->key = value.view();
    } else {
      input->key = engine::written([&](engine::TextSink& out) {
        engine::format_scalar(rules_->schema(), slot, value.number, out);
      });
    }
    auto digest = writer_.request_digest(session, says_as_of_, request_key_, std::nullopt);
    if (!digest) {
      input->fault = digest.error().message;
      return false;
    }
    input->request = std::move(*digest);
    return true;
  }

  std::shared_ptr<const engine::LoadedRuleSet> rules_;
  ledger::DecisionWriter writer_;
  ir::DecisionId decision_;
  std::uint32_t key_slot_;
  std::string request_key_;
  bool says_as_of_;
  ledger::Nonces nonces_;
  std::string buffer_;
};

std::string context_text(const std::string& context, const char* name) {
  const auto value = json::parse(context);
  const json::Value* own = value ? value->find(name) : nullptr;
  return own != nullptr && own->is_string() ? own->as_string() : std::string();
}

}  // namespace

void add_recording(po::options_description& o) {
  o.add_options()(
      "ledger", po::value<std::string>()->value_name("FOLDER|URL"),
      "record each decision in this ledger (`pac ledger init`) before it is answered: a "
      "folder, or by way of --spool a store in PostgreSQL")(
      "spool", po::value<std::string>()->value_name("FOLDER"),
      "of --ledger URL: the ledger's folder on this machine, where a decision is durable before "
      "the store has it")("ledger-key", po::value<std::string>()->value_name("FILE"),
                          "of --ledger: its signing key; signing.key in the folder unless said")(
      "idempotency-field", po::value<std::string>()->value_name("NAME"),
      "of --ledger: the input that names a request; the same request again gets the recorded "
      "answer")("accept-clock",
                "of --ledger: record although the clock stands far before the last entry")(
      "ack", po::value<std::string>()->value_name("spool|pg|pg_sync"),
      "of --ledger: answer once a decision is durable in the folder, in the store too, or on a "
      "synchronous standby of it; spool unless said, pg where --ledger is a URL")(
      "store", po::value<std::string>()->value_name("URL"),
      "of --ack: the store, postgres://USER@HOST/DATABASE")(
      "audit", po::value<std::string>()->value_name("URL"),
      "of --ack: a second store in other hands, which gets the same")(
      "audit-behind", po::value<std::uint64_t>()->value_name("N"),
      "of --audit: how many records it may lack while it can't be reached, any number unless "
      "said; beyond it nothing is answered");
  add_epoch_key(o);
}

namespace {

constexpr const char* kUrlForm = "postgres://USER@HOST/DATABASE";

// The exit code of a usage that makes no sense; nothing: it does.
std::optional<int> read_target(const po::variables_map& values, LedgerTarget* out) {
  const auto wrong = [](const std::string& why) { return failed(kUsage, "", why); };
  for (const char* const name : {"idempotency-field", "ledger-key", "epoch-key", "accept-clock",
                                 "spool", "ack", "store", "audit", "audit-behind"}) {
    if (values.contains("ledger") || !values.contains(name)) continue;
    return wrong(std::string("--") + name + " takes --ledger: decisions are recorded there");
  }
  if (!values.contains("ledger")) return std::nullopt;
  const std::string ledger = text_option(values, "ledger");
  const bool is_url = ledger.find("://") != ledger.npos;
  if (is_url && !ledger::pg::is_store_url(ledger)) {
    return wrong(std::string("--ledger takes a folder, or a store: ") + kUrlForm);
  }
  if (is_url && values.contains("store")) {
    return wrong("say the store once: --ledger is one");
  }
  if (is_url && !values.contains("spool")) {
    return wrong(
        "--ledger URL takes --spool FOLDER: a decision is durable on this machine before the store "
        "has it; `pac ledger init FOLDER --origin NAME` makes one");
  }
  if (!is_url && values.contains("spool")) {
    return wrong("--spool takes --ledger URL: the folder of --ledger is one");
  }
  out->folder = is_url ? text_option(values, "spool") : ledger;
  out->store = is_url ? ledger : text_option(values, "store");
  const std::string level = values.contains("ack") ? text_option(values, "ack")
                            : is_url               ? "pg"
                                                   : "spool";
  if (level == "witnessed") {
    return wrong(
        "--ack is spool, pg or pg_sync; a ledger with a policy of witnesses (`pac ledger witness "
        "require`) always waits for them, whatever --ack says");
  }
  if (level == "pg") out->level = ledger::pg::AckLevel::pg;
  if (level == "pg_sync") out->level = ledger::pg::AckLevel::pg_sync;
  if (!out->level && level != "spool") return wrong("--ack is spool, pg or pg_sync");
  if (!out->level && is_url) {
    return wrong(
        "--ack spool answers before a store has anything: say --ledger FOLDER, and `pac ledger "
        "ship` brings it there");
  }
  if (out->level && out->store.empty()) {
    return wrong("--ack " + level + " takes --store: which one is to have them");
  }
  if (!out->level && !out->store.empty()) return wrong("--store takes --ack pg or --ack pg_sync");
  if (!out->level && values.contains("audit")) {
    return wrong("--audit takes --ack pg or --ack pg_sync");
  }
  if (values.contains("audit-behind") && !values.contains("audit")) {
    return wrong("--audit-behind takes --audit: which store it is about");
  }
  return std::nullopt;
}

}  // namespace

std::optional<LedgerTarget> ledger_target(const po::variables_map& values, int* exit) {
  LedgerTarget out;
  *exit = kFine;
  if (const auto failure = read_target(values, &out)) {
    *exit = *failure;
    return std::nullopt;
  }
  if (out.folder.empty()) return std::nullopt;
  const auto settings = ledger::read_settings(*ledger::posix_file_system(), out.folder);
  if (settings) return out;
  *exit = failed_ledger(settings.error());
  return std::nullopt;
}

std::unique_ptr<Recording> Recording::open(const LedgerTarget& target,
                                           const po::variables_map& values,
                                           const std::string& context, int* exit) {
  std::unique_ptr<Recording> out(new Recording);
  out->folder_ = target.folder;
  if (values.contains("idempotency-field")) {
    out->key_field_ = values["idempotency-field"].as<std::string>();
    if (values["format"].as<std::string>() != "json") {
      *exit = failed(kUsage, "", "--idempotency-field takes --format json: an answer a line");
      return nullptr;
    }
  }
  out->subject_paths_ = subject_paths(out->folder_, values);
  out->caller_ = context_text(context, "caller");
  out->tenant_ = context_text(context, "tenant");
  engine::Context said;
  said.json = context;
  out->says_as_of_ = values.contains("as-of") || ledger::says_as_of(said);
  out->files_ = ledger::posix_file_system();
  const auto failed_here = [&](const Error& error) {
    *exit = failed_ledger(error);
    return nullptr;
  };
  const auto key =
      read_secret_keys(values.contains("ledger-key") ? values["ledger-key"].as<std::string>()
                                                     : out->folder_ + "/signing.key");
  if (!key) {
    *exit = failed(key.error());
    return nullptr;
  }
  auto around = surroundings_of(*out->files_, out->folder_, values);
  if (!around) return failed_here(around.error());
  around->clock.refuses = !values.contains("accept-clock");
  if (target.level) {
    if (const auto opened = out->open_store(target, values); !opened) {
      *exit = failed_store(opened.error());
      return nullptr;
    }
    around->copy = out->acknowledger_.get();
  }
  auto store = ledger::Store::open(*out->files_, out->folder_, std::span(*key), std::move(*around));
  if (!store) {
    *exit = failed_store(store.error());
    return nullptr;
  }
  out->store_ = std::move(*store);
  tell_new_stream(*out->store_);
  return out;
}

// Where the policy marks personal data: its keys, and nothing of it outside of boxes.
int Recording::open_persons(const engine::Bundle& bundle) {
  const ledger::PersonalMarks marks(rules_->rule_set(), bundle.side());
  if (!marks.has_any(decision_)) return kFine;
  const engine::InputShape& shape = rules_->shape(decision_).input;
  const ir::RecordId input = rules_->rule_set().decision(decision_).input;
  const auto is_personal = [&](ir::SlotRole role, std::string_view name) {
    const std::uint32_t slot = shape.find_slot(role, name);
    return slot != ir::kNone && marks.is_personal(input, slot);
  };
  if (!key_field_.empty() && is_personal(ir::SlotRole::input, key_field_)) {
    return failed(kUsage, "",
                  "`" + key_field_ +
                      "` is personal data; the key of a request stands in the clear "
                      "and can't be erased: take another field");
  }
  for (const auto& [name, text] : {std::pair{"caller", &caller_}, {"tenant", &tenant_}}) {
    if (is_personal(ir::SlotRole::context, name)) text->clear();
  }
  auto subjects =
      ledger::open_subjects(*files_, subject_paths_, *store_, ledger::real_surroundings().now_us());
  if (!subjects) return failed_ledger(subjects.error());
  subjects_ = std::move(*subjects);
  return kFine;
}

Result<void> Recording::open_store(const LedgerTarget& target, const po::variables_map& values) {
  namespace pg = ledger::pg;
  pg::LiveEvents events;
  events.rewound = [this](const pg::Rewound& one) {
    was_rewound_ = true;
    tell_rewound(one);
  };
  events.wall = [](const pg::AuditState& state) { tell_wall(state); };
  auto opened = pg::acknowledge_in(*files_, folder_, target.store, *target.level, {},
                                   std::move(events), audit_of(values));
  if (!opened) return std::unexpected(opened.error());
  acknowledger_ = std::move(*opened);
  return {};
}

bool Recording::acknowledge(std::uint32_t line) {
  if (acknowledger_ == nullptr) return true;
  const auto done = acknowledger_->acknowledge(
      [this](const std::function<void(ledger::Store&)>& use) { use(*store_); });
  if (done) return true;
  exit_ = failed_store(done.error());
  std::fprintf(stderr,
               "pac: from line %u on nothing was answered; it is recorded in the folder, but not "
               "known to be where --ack wants it: ask again with the same keys\n",
               line);
  return false;
}

int Recording::open_key_index() {
  if (key_field_.empty()) return kFine;
  const engine::InputShape& shape = rules_->shape(decision_).input;
  key_slot_ = shape.find_slot(ir::SlotRole::input, key_field_);
  if (key_slot_ == ir::kNone) {
    return failed(kUsage, "", "the decision has no input `" + key_field_ + "`");
  }
  const ir::TypeKind kind = shape.record().fields[key_slot_].type->kind;
  if (!engine::is_scalar(kind) && kind != ir::TypeKind::string) {
    return failed(kUsage, "", "`" + key_field_ + "` is a list or a record; a key is one value");
  }
  auto request_key = ledger::request_key(*files_, folder_);
  if (!request_key) return failed_ledger(request_key.error());
  request_key_ = std::move(*request_key);
  const auto read = recorder_->read_keys();
  return read ? kFine : failed_ledger(read.error());
}

int Recording::activate(const engine::Bundle& bundle, std::string_view bytes,
                        const std::string& engine,
                        std::shared_ptr<const engine::LoadedRuleSet> rules,
                        ir::DecisionId decision) {
  bundle_ = &bundle;
  rules_ = std::move(rules);
  decision_ = decision;
  if (const int exit = open_persons(bundle); exit != kFine) return exit;
  recorder_ = std::make_unique<ledger::BatchRecorder>(*files_, folder_, *store_, tenant_, caller_);
  recorder_->use_subjects(subjects_.get());
  if (const int exit = open_key_index(); exit != kFine) return exit;
  auto facts = ledger::activate(*files_, folder_, *store_, bundle, bytes,
                                {engine, PAC_VERSION, caller_, tenant_});
  if (!facts) return failed_ledger(facts.error());
  facts_ = std::move(*facts);
  return kFine;
}

std::function<std::unique_ptr<driver::InputObserver>()> Recording::observer() {
  return [this] {
    return std::make_unique<Observer>(rules_, bundle_->side(), decision_, facts_, subjects_.get(),
                                      key_slot_, request_key_, says_as_of_);
  };
}

bool Recording::take(const driver::DecidedBlock& block, std::string* answers) {
  auto& notes = static_cast<Notes&>(*block.notes);
  answers->clear();
  std::vector<ledger::PendingDecision> decisions;
  decisions.reserve(notes.inputs.size());
  const Notes::Input* faulty = nullptr;
  for (const Notes::Input& input : notes.inputs) {
    if (!input.fault.empty()) {
      faulty = &input;
      break;
    }
    decisions.push_back({{notes.entries.data() + input.begin, input.bytes},
                         input.at,
                         input.blob,
                         input.key,
                         input.request});
  }
  const auto recorded = recorder_->record(decisions);
  if (!recorded) {
    const std::string& code = recorded.error().code;
    const bool is_known = code != "PAC6205" && code != "PAC6503" && code != "PAC6505";
    failed_ledger(recorded.error());
    const std::uint32_t line = notes.inputs.empty() ? 1 : notes.inputs.front().line;
    std::fprintf(stderr, "pac: from line %u on nothing was answered%s\n", line,
                 is_known ? "; what is not in the ledger may be asked again"
                          : ": the outcome is unknown; ask again with the same keys");
    exit_ = kCouldNotRun;
    return false;
  }
  if (!decisions.empty() && !acknowledge(notes.inputs.front().line)) return false;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const Notes::Input& input = notes.inputs[i];
    ++inputs_;
    const auto put = put_answer(block.answers.substr(input.answer_begin, input.answer_bytes),
                                (*recorded)[i], input.line, answers);
    if (put) continue;
    failed_ledger(put.error());
    std::fprintf(stderr, "pac: from line %u on nothing was answered\n", input.line);
    exit_ = kCouldNotRun;
    return false;
  }
  if (faulty == nullptr) return true;
  exit_ = failed(kCouldNotRun, "PAC6206",
                 "line " + std::to_string(faulty->line) + ": " + faulty->fault +
                     "; from this input on nothing was answered");
  return false;
}

// The answer's line, with the place of its entry behind. Where the recorded answer can't be had
// nothing of a line is put: half of one would be taken for an answer.
Result<void> Recording::put_answer(std::string_view line, const ledger::RecordedDecision& recorded,
                                   std::uint32_t number, std::string* out) {
  using Kind = ledger::RecordedDecision::Kind;
  if (recorded.kind == Kind::conflict) ++conflicts_;
  if (line.size() < 2) return {};
  const std::string place =
      std::to_string(recorded.place.stream) + "/" + std::to_string(recorded.place.index);
  if (recorded.kind == Kind::conflict) {
    *out += "{\"status\":\"refused\",\"line\":" + std::to_string(number) + ",\"path\":";
    json::append_quoted(key_field_, out);
    *out += ",\"code\":\"PAC6402\",\"message\":\"another request was recorded under this key\"";
    *out += ",\"entry\":\"" + place + "\"}\n";
    return {};
  }
  if (recorded.kind == Kind::repeated) {
    const Result<std::string> answer = repeated_answer(recorded.place);
    if (!answer) return std::unexpected(answer.error());
    ++repeated_;
    *out += *answer + ",\"entry\":\"" + place + "\",\"repeated\":true}\n";
    return {};
  }
  out->append(line.substr(0, line.size() - 2));  // without "}\n"
  *out += ",\"entry\":\"" + place + "\"}\n";
  return {};
}

// Without its closing bracket.
Result<std::string> Recording::repeated_answer(const ledger::EntryPlace& place) {
  const auto entry = recorder_->read(place);
  ledger::EntryReader reader;
  ledger::EntryView view;
  std::string blob;
  if (!entry) return entry;
  if (const auto read = reader.read(*entry, &view); !read) return std::unexpected(read.error());
  if (!view.blob.empty()) {
    auto bytes = ledger::read_blob(*files_, folder_, view.blob);
    if (!bytes) return bytes;
    blob = std::move(*bytes);
    if (const auto read = reader.read_blob(blob, &view); !read) {
      return std::unexpected(read.error());
    }
  }
  const auto opened = ledger::opened_answer(subjects_.get(), &view);
  if (!opened) return opened;
  ledger::ObjectView answer;
  if (!answer.read(*opened)) return fail("PAC6401", "the recorded answer is none");
  std::string out = "{\"decision\":\"" + std::string(view.function) + "\"";
  for (const char* name : {"status", "output", "fired", "obligations", "advice", "code", "message",
                           "rule", "other", "path"}) {
    const std::string_view value = answer.raw(name);
    if (value.empty()) continue;
    out += std::string(",\"") + name + "\":";
    out += value;
  }
  return out;
}

int Recording::finish(bool is_quiet) {
  if (exit_ == kFine) {
    if (const auto published = store_->publish(); !published) {
      exit_ = failed_ledger(published.error());
    }
    // A hint for who opens the keys next; nothing is lost without it.
    if (subjects_ != nullptr) (void)subjects_->mark(store_->stream(), store_->writer().size());
  }
  if (!is_quiet) {
    std::string more;
    if (repeated_ > 0) more += ", " + counted(repeated_, "repeat") + " answered from it";
    if (conflicts_ > 0) more += ", " + counted(conflicts_, "key") + " of another request refused";
    const std::string from =
        recorder_->first() ? ", from index " + std::to_string(*recorder_->first()) : std::string();
    std::fprintf(stderr, "%s recorded in %s%s%s\n",
                 counted(recorder_->recorded(), "decision").c_str(), store_->origin().c_str(),
                 from.c_str(), more.c_str());
  }
  if (exit_ == kFine && was_rewound_) exit_ = kFindings;
  return exit_;
}

}  // namespace pac::cli
