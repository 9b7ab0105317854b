// What stands behind pac/ledger.h.
#include <cstddef>
#include <cstring>

#include "ledger/pg/ship.h"
#include "ledger/record/recorder.h"
#include "ledger/witness/http.h"
#include "pac/ledger.h"
#include "runtime/base/json.h"
#include "runtime/engine/handles.h"
#include "runtime/engine/pac_c_support.h"

struct pac_recorder {
  std::unique_ptr<pac::ledger::Recorder> recorder;
};

struct pac_policy {
  pac::ledger::Recorder* recorder;
  std::shared_ptr<const pac::ledger::ActivePolicy> policy;
};

struct pac_recording {
  pac_recording(pac::ledger::Recorder& recorder,
                std::shared_ptr<const pac::ledger::ActivePolicy> policy, pac::ir::DecisionId of)
      : rules(policy->rules.get()), decision(of), lane(recorder, std::move(policy), of) {}

  const pac::engine::LoadedRuleSet* rules;
  pac::ir::DecisionId decision;
  pac::ledger::Recorder::Lane lane;
  pac::ledger::RecordedAnswer answer;
  std::string caller, tenant;  // of a context in JSON
};

using pac::engine::copy_options;
using pac::engine::fill_failure;
using pac::engine::from_c;
using pac::engine::to_c;
using pac::engine::without_throwing;

namespace {

// Where what is told reaches as far as the answer of a repeated request.
constexpr std::size_t kToldBytes = offsetof(pac_recorded, answer) + sizeof(pac_view);

std::string text(const pac_view& view) { return std::string(from_c(view.data, view.size)); }

// What the request says, or else the context: its JSON wins over its members, as it does when an
// input is prepared.
std::optional<std::string_view> said(const pac_view& request, const pac_view& context,
                                     const pac::Result<pac::json::Value>& json, const char* name,
                                     std::string* kept) {
  if (request.data != nullptr) return from_c(request.data, request.size);
  const pac::json::Value* own = json ? json->find(name) : nullptr;
  if (own != nullptr && own->is_string()) {
    *kept = own->as_string();
    return *kept;
  }
  if (context.data != nullptr) return from_c(context.data, context.size);
  return std::nullopt;
}

pac::ledger::pg::LiveEvents alarms_of(const pac_recorder_options& given) {
  pac::ledger::pg::LiveEvents out;
  if (given.alarm == nullptr) return out;
  const auto tell = [alarm = given.alarm, data = given.alarm_data](const auto& happened) {
    const pac::Error told = pac::ledger::pg::alarm_of(happened);
    alarm(data, told.code.c_str(), told.message.c_str());
  };
  out.rewound = tell;
  out.wall = tell;
  return out;
}

void tell(const pac::ledger::RecordedAnswer& answer, pac_recorded* recorded) {
  if (recorded == nullptr) return;
  pac_recorded told{};
  told.size_bytes = recorded->size_bytes;
  told.kind = static_cast<uint32_t>(answer.kind);
  told.stream = answer.place.stream;
  told.index = answer.place.index;
  told.checkpoint = to_c(answer.checkpoint);
  told.answer = to_c(answer.answer);
  std::memcpy(recorded, &told, std::min(recorded->size_bytes, sizeof told));
}

pac_answer answer_of(const pac::Result<pac::ledger::EntryPlace>& place, pac_recorded* recorded,
                     pac_failure* failure) {
  if (!place) {
    fill_failure(place.error(), failure);
    return PAC_FAILED;
  }
  pac::ledger::RecordedAnswer answer;
  answer.place = *place;
  tell(answer, recorded);
  return PAC_DONE;
}

}  // namespace

pac_answer pac_recorder_open(const pac_recorder_options* options, pac_recorder** out,
                             pac_failure* failure) {
  if (options == nullptr || out == nullptr) return PAC_MISUSED;
  return without_throwing([&] {
    const pac_recorder_options given = copy_options(options);
    pac::ledger::RecorderOptions wanted;
    wanted.folder = text(given.folder);
    wanted.key_path = text(given.key_path);
    wanted.also_key_path = text(given.also_key_path);
    wanted.pac_version = text(given.version);
    wanted.accepts_clock = given.accepts_clock != 0;
    wanted.refuses_when_full = given.refuses_when_full != 0;
    wanted.witnessing = pac::ledger::witnessing_of;
    if (given.ack_level > PAC_ACK_PG_SYNC) return PAC_MISUSED;
    if (given.ack_level != PAC_ACK_SPOOL) {
      namespace pg = pac::ledger::pg;
      const auto level = given.ack_level == PAC_ACK_PG ? pg::AckLevel::pg : pg::AckLevel::pg_sync;
      std::optional<pg::AuditSettings> audit;
      if (given.audit.data != nullptr) {
        audit.emplace().url = text(given.audit);
        if (given.bounds_audit != 0) audit->most_behind = given.audit_behind;
      }
      wanted.acknowledger = [url = text(given.store), level, audit, events = alarms_of(given)](
                                pac::ledger::FileSystem& files, const std::string& folder) {
        return pg::acknowledge_in(files, folder, url, level, {}, events, audit);
      };
    } else if (given.audit.data != nullptr) {
      return PAC_MISUSED;
    }
    auto opened = pac::ledger::Recorder::open(wanted);
    if (!opened) {
      fill_failure(opened.error(), failure);
      return PAC_FAILED;
    }
    *out = new pac_recorder{std::move(*opened)};
    return PAC_DONE;
  });
}

void pac_recorder_free(pac_recorder* recorder) { delete recorder; }

pac_answer pac_recorder_activate(pac_recorder* recorder, const pac_rule_set* rules,
                                 const char* bundle, size_t size, pac_policy** out,
                                 pac_failure* failure) {
  if (recorder == nullptr || rules == nullptr || bundle == nullptr || out == nullptr) {
    return PAC_MISUSED;
  }
  return without_throwing([&] {
    auto active = recorder->recorder->activate(std::string(bundle, size), rules->rules);
    if (!active) {
      fill_failure(active.error(), failure);
      return PAC_FAILED;
    }
    *out = new pac_policy{recorder->recorder.get(), std::move(*active)};
    return PAC_DONE;
  });
}

void pac_policy_free(pac_policy* policy) { delete policy; }

pac_answer pac_recording_new(const pac_policy* policy, uint32_t decision, pac_recording** out) {
  if (policy == nullptr || out == nullptr ||
      decision >= policy->policy->rules->rule_set().decisions.size()) {
    return PAC_MISUSED;
  }
  return without_throwing([&] {
    *out = new pac_recording(*policy->recorder, policy->policy,
                             static_cast<pac::ir::DecisionId>(decision));
    return PAC_DONE;
  });
}

void pac_recording_free(pac_recording* recording) { delete recording; }

pac_answer pac_recording_decide(pac_recording* recording, pac_input* input,
                                const pac_context* context, const pac_request* request,
                                pac_recorded* recorded, pac_failure* failure) {
  if (recording == nullptr || input == nullptr) return PAC_MISUSED;
  pac::engine::Session& session = input->session;
  const bool is_usable = session.is_bound() || !session.refusals().empty();
  if (!is_usable || &session.rules() != recording->rules ||
      session.decision() != recording->decision) {
    return PAC_MISUSED;
  }
  const pac_request asked = copy_options(request);
  // With a key the answer may be a recorded one; who can't be told so would take the session's.
  if (asked.key.size > 0 && (recorded == nullptr || recorded->size_bytes < kToldBytes)) {
    return PAC_MISUSED;
  }
  return without_throwing([&] {
    const pac_context around = copy_options(context);
    pac::engine::CallbackFeatures features(around.features, around.feature_data);
    pac::ledger::Request wanted;
    const auto json = pac::json::parse(from_c(around.json.data, around.json.size));
    wanted.caller = said(asked.caller, around.caller, json, "caller", &recording->caller);
    wanted.tenant = said(asked.tenant, around.tenant, json, "tenant", &recording->tenant);
    wanted.key = from_c(asked.key.data, asked.key.size);
    auto answer = recording->lane.decide(session, pac::engine::to_context(around, input->options),
                                         around.features != nullptr ? &features : nullptr, wanted);
    if (!answer) {
      fill_failure(answer.error(), failure);
      return PAC_FAILED;
    }
    recording->answer = std::move(*answer);
    tell(recording->answer, recorded);
    if (recording->answer.kind == pac::ledger::RecordedDecision::Kind::conflict) {
      const pac::ledger::EntryPlace& place = recording->answer.place;
      fill_failure(
          {"PAC6402", "another request was recorded under this key: entry " +
                          std::to_string(place.stream) + "/" + std::to_string(place.index)},
          failure);
      return PAC_FAILED;
    }
    return session.is_decided() ? PAC_DONE : PAC_REFUSED;
  });
}

pac_answer pac_recorder_erase(pac_recorder* recorder, const pac_erasure* erasure,
                              pac_recorded* recorded, pac_failure* failure) {
  const pac_erasure asked = copy_options(erasure);
  if (recorder == nullptr || asked.person.size == 0 || asked.reason.size == 0) return PAC_MISUSED;
  return without_throwing([&] {
    return answer_of(recorder->recorder->erase(from_c(asked.tenant.data, asked.tenant.size),
                                               from_c(asked.person.data, asked.person.size),
                                               {text(asked.reason), text(asked.by)}),
                     recorded, failure);
  });
}

pac_answer pac_recorder_end_epoch(pac_recorder* recorder, pac_recorded* recorded,
                                  pac_failure* failure) {
  if (recorder == nullptr) return PAC_MISUSED;
  return without_throwing(
      [&] { return answer_of(recorder->recorder->end_epoch(), recorded, failure); });
}

pac_answer pac_recorder_rotate(pac_recorder* recorder, pac_view key_path, pac_view reason,
                               pac_failure* failure) {
  if (recorder == nullptr || key_path.size == 0 || reason.size == 0) return PAC_MISUSED;
  return without_throwing([&] {
    const auto done = recorder->recorder->rotate(text(key_path), text(reason));
    if (done) return PAC_DONE;
    fill_failure(done.error(), failure);
    return PAC_FAILED;
  });
}
