#include "ledger/witness/push.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "ledger/log/tree.h"
#include "ledger/witness/request.h"
#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

constexpr int kRounds = 2;  // the second one with the size that the witness said

class Push {
 public:
  Push(const TileReader& tiles, const std::string& note, const Checkpoint& checkpoint,
       std::vector<PushTarget*> targets)
      : tree_(tiles, checkpoint.size),
        note_(note),
        checkpoint_(checkpoint),
        targets_(std::move(targets)),
        out_(targets_.size()),
        is_done_(targets_.size(), false) {}

  Result<std::vector<Pushed>> run() {
    for (int round = 0; round < kRounds; ++round) {
      std::vector<std::string> bodies(targets_.size());
      for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (is_done_[i]) continue;
        auto body = request_to(*targets_[i]);
        if (!body) return std::unexpected(body.error());
        bodies[i] = std::move(*body);
      }
      const auto answers = ask(bodies);
      for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (!is_done_[i]) take(i, *answers[i], round + 1 == kRounds);
      }
    }
    return std::move(out_);
  }

 private:
  Result<std::string> request_to(const PushTarget& target) {
    AddCheckpoint request{std::min(target.cosigned_size, checkpoint_.size), {}, note_};
    if (request.old_size > 0 && request.old_size < checkpoint_.size) {
      auto proof = tree_.consistency_proof(request.old_size, checkpoint_.size);
      if (!proof) return std::unexpected(proof.error());
      request.proof = std::move(*proof);
    }
    return encode(request);
  }

  std::vector<std::optional<Result<WitnessAnswer>>> ask(const std::vector<std::string>& bodies) {
    std::vector<std::optional<Result<WitnessAnswer>>> out(targets_.size());
    std::vector<std::jthread> threads;
    std::optional<std::size_t> own;  // one of them is asked by this thread
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (is_done_[i]) continue;
      if (!own) {
        own = i;
        continue;
      }
      threads.emplace_back(
          [&, i] { out[i].emplace(targets_[i]->transport->add_checkpoint(bodies[i])); });
    }
    if (own) out[*own].emplace(targets_[*own]->transport->add_checkpoint(bodies[*own]));
    threads.clear();  // waits
    return out;
  }

  void end(std::size_t i, Pushed pushed) {
    out_[i] = std::move(pushed);
    is_done_[i] = true;
  }

  void failed(std::size_t i, const std::string& code, const std::string& what) {
    end(i, {Pushed::Kind::failed, {}, 0, {code, targets_[i]->key.name + ": " + what}});
  }

  void conflict(std::size_t i, std::uint64_t seen, const std::string& what) {
    end(i, {Pushed::Kind::conflict,
            {},
            seen,
            {"PAC6503", "the witness " + targets_[i]->key.name + " " + what}});
  }

  void take(std::size_t i, const Result<WitnessAnswer>& answer, bool is_last) {
    if (!answer) return failed(i, answer.error().code, answer.error().message);
    if (answer->status == 200) return take_cosignature(i, answer->body);
    if (answer->status == 422) {
      return conflict(
          i, 0,
          "has another history of " + checkpoint_.origin + ": what is here does not continue it");
    }
    if (answer->status == 409) return take_size(i, answer->body, is_last);
    std::string why = answer->body.substr(0, std::min<std::size_t>(answer->body.find('\n'), 200));
    std::ranges::replace_if(why, [](char c) { return c >= 0 && c < ' '; }, ' ');
    failed(i, "PAC6504",
           "it refuses the checkpoint, status " + std::to_string(answer->status) +
               (why.empty() ? "" : ": " + why));
  }

  // What it cosigned last, and so what it wants proved.
  void take_size(std::size_t i, const std::string& body, bool is_last) {
    PushTarget& target = *targets_[i];
    const auto size = body.ends_with('\n')
                          ? read_size(std::string_view(body).substr(0, body.size() - 1))
                          : fail("PAC6502", "");
    if (!size) return failed(i, "PAC6504", "status 409 without a size");
    const std::uint64_t told = std::min(target.cosigned_size, checkpoint_.size);
    target.cosigned_size = *size;
    if (*size > checkpoint_.size) {
      return conflict(i, *size,
                      "has cosigned " + std::to_string(*size) + " entries of " +
                          checkpoint_.origin + ", and here are " +
                          std::to_string(checkpoint_.size));
    }
    if (*size == told && *size == checkpoint_.size) {
      return conflict(i, *size,
                      "has cosigned another root of the " + std::to_string(*size) + " entries of " +
                          checkpoint_.origin);
    }
    if (is_last || *size == told) {
      failed(i, "PAC6504", "it goes on saying that it has another size; does somebody else push?");
    }
  }

  void take_cosignature(std::size_t i, const std::string& body) {
    PushTarget& target = *targets_[i];
    const auto lines = decode_lines(body);
    if (!lines) return failed(i, "PAC6504", "its answer has no cosignatures");
    auto note = decode_note(note_);
    PAC_CHECK(note.has_value(), "what is pushed is a note");
    for (const NoteSignature& line : *lines) {
      if (line.name != target.key.name || line.key_id != target.key.id()) continue;
      const Note one{note->text, {line}};
      const auto holds = cosigners_of(one, std::span(&target.key, 1));
      if (!holds) return failed(i, "PAC6504", holds.error().message);
      target.cosigned_size = checkpoint_.size;
      return end(i, {Pushed::Kind::cosigned, line, checkpoint_.size, {}});
    }
    failed(i, "PAC6504", "its answer has no cosignature of the key that is expected");
  }

  Tree tree_;
  const std::string& note_;
  const Checkpoint& checkpoint_;
  std::vector<PushTarget*> targets_;
  std::vector<Pushed> out_;
  std::vector<bool> is_done_;
};

}  // namespace

Result<std::vector<Pushed>> push_checkpoint(const TileReader& tiles, const std::string& note,
                                            const Checkpoint& checkpoint,
                                            std::vector<PushTarget*> targets) {
  return Push(tiles, note, checkpoint, std::move(targets)).run();
}

Result<std::unique_ptr<PolicyWitnessing>> PolicyWitnessing::make(
    WitnessPolicy policy, const ReachWitness& reach, std::function<std::int64_t()> steady_us) {
  if (!policy.needs_any()) return fail("PAC6111", "the policy needs no witness");
  std::unique_ptr<PolicyWitnessing> out(
      new PolicyWitnessing(std::move(policy), std::move(steady_us)));
  for (const PolicyWitness& witness : out->policy_.witnesses) {
    if (witness.url.empty()) {
      return fail("PAC6111", "the policy has no address of the witness " + witness.key.name);
    }
    auto transport = reach(witness.url);
    if (!transport) return std::unexpected(transport.error());
    out->targets_.push_back({witness.key, std::move(*transport), 0});
  }
  out->rests_until_us_.resize(out->targets_.size(), 0);
  return out;
}

// All but those that rest, where these are enough.
std::vector<bool> PolicyWitnessing::to_ask() const {
  std::vector<bool> out;
  const std::int64_t now = steady_us_();
  for (const std::int64_t until : rests_until_us_) out.push_back(now >= until);
  return policy_.is_met(out) ? out : std::vector<bool>(targets_.size(), true);
}

Result<CosignOutcome> PolicyWitnessing::cosign(const TileReader& tiles, const std::string& note,
                                               const Checkpoint& checkpoint) {
  if (origin_ != checkpoint.origin) {
    for (PushTarget& target : targets_) target.cosigned_size = 0;
    origin_ = checkpoint.origin;
  }
  const std::vector<bool> asked = to_ask();
  std::vector<PushTarget*> targets;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (!asked[i]) continue;
    targets.push_back(&targets_[i]);
    places.push_back(i);
  }
  const auto pushed = push_checkpoint(tiles, note, checkpoint, targets);
  if (!pushed) return std::unexpected(pushed.error());
  CosignOutcome out;
  std::vector<bool> by(targets_.size(), false);
  std::vector<NoteSignature> lines;
  std::string why;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Pushed& one = (*pushed)[i];
    if (one.kind == Pushed::Kind::cosigned) {
      by[places[i]] = true;
      lines.push_back(one.line);
      continue;
    }
    if (one.kind == Pushed::Kind::conflict) {
      out.is_conflict = true;
      out.seen = std::max(out.seen, one.seen);
      out.reason = one.error.message;
      continue;
    }
    rests_until_us_[places[i]] = steady_us_() + kWitnessRestUs;
    why += (why.empty() ? "" : "; ") + one.error.message;
  }
  if (out.is_conflict) return out;
  if (!policy_.is_met(by)) {
    return fail("PAC6505", "too few witnesses have cosigned: " + why);
  }
  auto opened = decode_note(note);
  if (!opened) return std::unexpected(opened.error());
  add_signatures(lines, &*opened);
  out.note = encode(*opened);
  return out;
}

}  // namespace pac::ledger
