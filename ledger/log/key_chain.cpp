#include "ledger/log/key_chain.h"

#include <algorithm>

#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kMostAtATime = 2;  // the one that goes and the one that comes

std::unexpected<Error> refused(const std::string& what) { return fail("PAC6107", what); }

std::string shown(const std::string& origin, const crypto::PublicKey& key) {
  return "the key " + verifier_text({origin, key});
}

}  // namespace

StreamKeys::StreamKeys(NoteKey first) : origin_(std::move(first.name)) {
  periods_.emplace_back();
  periods_.back().key = first.key;
}

std::optional<std::size_t> StreamKeys::place_of(const crypto::PublicKey& key) const {
  const auto found = std::ranges::find(periods_, key, &KeyPeriod::key);
  if (found == periods_.end()) return {};
  return static_cast<std::size_t>(found - periods_.begin());
}

std::vector<crypto::PublicKey> StreamKeys::at(std::uint64_t size) const {
  std::vector<crypto::PublicKey> out;
  for (const KeyPeriod& period : periods_) {
    if (period.signs(size)) out.push_back(period.key);
  }
  return out;
}

const AlsoKey* StreamKeys::also_at(std::uint64_t size) const& {
  const auto found = std::ranges::find_if(
      also_, [&](const AlsoPeriod& one) { return one.from <= size && size <= one.until; });
  return found == also_.end() ? nullptr : &found->key;
}

Result<void> StreamKeys::check_also(const Note& note, std::uint64_t size) const {
  const AlsoKey* also = also_at(size);
  if (also == nullptr) return {};
  const Result<bool> has = has_line_of(note, also->key);
  if (!has) return std::unexpected(has.error());
  if (*has || !also->is_needed) return {};
  return refused("the tree of " + std::to_string(size) + " entries lacks the line of the key " +
                 verifier_text(also->key) + ", which this ledger asks for");
}

Result<void> StreamKeys::take(std::uint64_t index, const KeyEvent& event) {
  if (event.key.name != origin_) {
    return refused("the entry speaks of a key of `" + event.key.name + "`, not of `" + origin_ +
                   "`");
  }
  if (event.also) {
    if (!also_.empty()) also_.back().until = index;
    also_.push_back({*event.also, index + 1, UINT64_MAX});
    return {};
  }
  const auto place = place_of(event.key.key);
  const std::size_t signing = newest().size();
  if (event.kind == KeyEvent::Kind::introduce) {
    if (place) {
      return refused(shown(origin_, event.key.key) + " was introduced before; a key is new once");
    }
    if (signing >= kMostAtATime) {
      return refused("two keys sign already; one of them retires before another is introduced");
    }
    KeyPeriod period;
    period.key = event.key.key;
    period.from = index + 1;
    period.since = event.at;
    period.entry = index;
    periods_.push_back(std::move(period));
    return {};
  }
  if (!place) return refused(shown(origin_, event.key.key) + " was never introduced");
  KeyPeriod& period = periods_[*place];
  const bool is_signing = period.until == UINT64_MAX;
  if (is_signing && signing < kMostAtATime) {
    return refused(shown(origin_, event.key.key) + " is the only one that signs; another one is " +
                   "introduced first");
  }
  if (!is_signing && (event.kind == KeyEvent::Kind::retire || period.is_revoked)) {
    return refused(shown(origin_, event.key.key) + " retired before");
  }
  if (is_signing) period.until = index;
  if (event.kind == KeyEvent::Kind::revoke) {
    const KeyRevocation revocation{event.key.key, event.pins};
    revoke(std::span(&revocation, 1));
  }
  return {};
}

void StreamKeys::revoke(std::span<const KeyRevocation> revoked) {
  for (const KeyRevocation& one : revoked) {
    const auto place = place_of(one.key);
    if (!place) continue;
    KeyPeriod& period = periods_[*place];
    std::optional<KeyPin> pin;
    for (const KeyPin& candidate : one.pins) {
      if (candidate.origin == origin_) pin = candidate;
    }
    // Of two revocations the stricter counts.
    const bool is_stricter =
        !period.is_revoked || !pin || (period.pin && pin->size < period.pin->size);
    if (is_stricter) period.pin = pin;
    period.is_revoked = true;
  }
}

StreamKeys StreamKeys::of_next(std::string origin) const {
  StreamKeys out = *this;
  out.origin_ = std::move(origin);
  for (KeyPeriod& period : out.periods_) {
    const bool goes_on = period.until == UINT64_MAX;
    period.from = goes_on ? 0 : 1;
    period.until = goes_on ? UINT64_MAX : 0;
    period.entry.reset();
    period.pin.reset();
  }
  std::erase_if(out.also_, [](const AlsoPeriod& also) { return also.until != UINT64_MAX; });
  for (AlsoPeriod& also : out.also_) {
    also.key.key.name = out.origin_;
    also.from = 0;
  }
  return out;
}

Error StreamKeys::refusal(const Checkpoint& checkpoint,
                          std::span<const std::size_t> signers) const {
  const KeyPeriod& period = periods_[signers.front()];
  std::string why = " may not sign";
  if (period.from > period.until) {
    why = " retired before this stream";
  } else if (checkpoint.size < period.from) {
    why = " was introduced at entry " + std::to_string(period.from - 1);
  } else if (checkpoint.size > period.until) {
    why = std::string(period.is_revoked ? " was revoked" : " retired") + " at entry " +
          std::to_string(period.until);
  }
  return {"PAC6107", shown(origin_, period.key) + why + " and signs the tree of " +
                         std::to_string(checkpoint.size) + " entries"};
}

ReadCheckpoint::ReadCheckpoint(std::string_view bytes, std::span<const NoteKey> keys) {
  Result<Note> read = decode_note(bytes);
  if (!read) {
    checkpoint = std::unexpected(read.error());
    return;
  }
  note = std::move(*read);
  checkpoint = read_checkpoint_text(note.text);
  if (checkpoint) tried = try_signatures(note, keys);
}

std::vector<NoteKey> StreamKeys::note_keys() const {
  std::vector<NoteKey> out;
  for (const KeyPeriod& period : periods_) out.push_back({origin_, period.key});
  return out;
}

Result<JudgedCheckpoint> StreamKeys::judge(std::string_view note) const {
  return judge(ReadCheckpoint(note, {}));
}

Result<JudgedCheckpoint> StreamKeys::judge(const ReadCheckpoint& read) const {
  const Result<Checkpoint>& checkpoint = read.checkpoint;
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (checkpoint->origin != origin_) {
    return fail("PAC6102", "the checkpoint is of the log `" + checkpoint->origin + "`, not of `" +
                               origin_ + "`");
  }
  const auto signers = signers_of(read.note, note_keys(), read.tried);
  if (!signers) return std::unexpected(signers.error());
  JudgedCheckpoint out;
  for (const std::size_t place : *signers) {
    if (!periods_[place].signs(checkpoint->size)) continue;
    out.signers.push_back(place);
    out.counts = out.counts || periods_[place].counts(checkpoint->size);
  }
  if (out.signers.empty()) return std::unexpected(refusal(*checkpoint, *signers));
  if (const auto also = check_also(read.note, checkpoint->size); !also) {
    return std::unexpected(also.error());
  }
  out.checkpoint = *checkpoint;
  return out;
}

Result<Checkpoint> open_checkpoint(std::string_view note, const StreamKeys& keys) {
  Result<JudgedCheckpoint> judged = keys.judge(note);
  if (!judged) return std::unexpected(judged.error());
  return std::move(judged->checkpoint);
}

KeyWatch::KeyWatch(StreamKeys start, KeyTrust trust,
                   const std::optional<crypto::PublicKey>& believed)
    : keys_(std::move(start)), trust_(std::move(trust)) {
  if (believed && !keys_.place_of(*believed)) {
    trust_.keys.push_back(*believed);
    never_believed_ = keys_.periods().size();
    unsupported_ = 0;
  }
  is_vouched_.assign(keys_.periods().size(), never_believed_ == 0);
  keys_.revoke(trust_.revoked);
}

Result<void> KeyWatch::entry(std::uint64_t index, std::string_view bytes) {
  const Result<std::optional<KeyEvent>> event = read_key_entry(bytes);
  if (!event) return std::unexpected(event.error());
  if (!*event) return {};
  if (const auto taken = keys_.take(index, **event); !taken) return taken;
  if ((*event)->kind == KeyEvent::Kind::introduce) {
    is_vouched_.push_back(std::ranges::find(trust_.keys, (*event)->key.key) != trust_.keys.end());
  }
  keys_.revoke(trust_.revoked);
  if ((*event)->kind != KeyEvent::Kind::revoke) return {};
  for (const KeyPin& pin : (*event)->pins) {
    if (pin.origin == keys_.origin()) pins_.push_back(pin);
  }
  trust_.revoked.push_back({(*event)->key.key, (*event)->pins});
  return {};
}

Result<JudgedCheckpoint> KeyWatch::checkpoint(const ReadCheckpoint& read) {
  Result<JudgedCheckpoint> judged = keys_.judge(read);
  if (!judged) return judged;
  const auto is_vouched = [&](std::size_t place) { return is_vouched_[place]; };
  if (never_believed_ > 0 || std::ranges::any_of(judged->signers, is_vouched)) return judged;
  const KeyPeriod& period = keys_.periods()[judged->signers.front()];
  return refused(shown(keys_.origin(), period.key) + " was never introduced: no key before it " +
                 "signed the entry" +
                 (period.entry ? " " + std::to_string(*period.entry) : std::string()) +
                 " that names it");
}

void KeyWatch::signed_by(const JudgedCheckpoint& judged) {
  const std::uint64_t size = judged.checkpoint.size;
  usage_.resize(keys_.periods().size());
  bool is_vouching = false;
  for (const std::size_t place : judged.signers) {
    const KeyPeriod& period = keys_.periods()[place];
    is_vouching = is_vouching || (is_vouched_[place] && period.counts(size));
    KeyUsage& use = usage_[place];
    use.key = period.key;
    if (use.checkpoints++ == 0) use.first_size = size;
    use.first_size = std::min(use.first_size, size);
    use.last_size = std::max(use.last_size, size);
  }
  if (!is_vouching && never_believed_ > 0) {
    unsupported_ = supported_;
    return;
  }
  if (!is_vouching) {
    const KeyPeriod& period = keys_.periods()[judged.signers.front()];
    if (!doubted_) doubted_ = period.pin ? period.pin->size : 0;
    return;
  }
  doubted_.reset();
  unsupported_.reset();
  supported_ = std::max(supported_, size);
  // An entry of this tree introduced them; the keys of the beginning no entry did.
  for (std::size_t i = never_believed_; i < is_vouched_.size(); ++i) {
    if (keys_.periods()[i].from <= size) is_vouched_[i] = true;
  }
}

std::optional<std::uint64_t> KeyWatch::unvouched() const {
  for (std::size_t i = never_believed_; i < is_vouched_.size(); ++i) {
    if (!is_vouched_[i]) return keys_.periods()[i].entry;
  }
  return {};
}

std::vector<KeyUsage> KeyWatch::usage() const {
  std::vector<KeyUsage> out = usage_;
  out.resize(keys_.periods().size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i].key = keys_.periods()[i].key;
  return out;
}

std::vector<KeyPin> KeyWatch::take_pins() {
  std::vector<KeyPin> out;
  std::swap(out, pins_);
  return out;
}

KeyWatch KeyWatch::of_next(std::string origin) const {
  KeyWatch out(keys_.of_next(std::move(origin)), trust_);
  out.is_vouched_ = is_vouched_;
  out.never_believed_ = never_believed_;
  if (never_believed_ > 0) out.unsupported_ = 0;
  return out;
}

}  // namespace pac::ledger
