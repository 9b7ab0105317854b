#include "ledger/log/witness_policy.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "runtime/base/check.h"

namespace pac::ledger {
namespace {

// Words between spaces and tabs.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == line.npos) return out;
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    out.emplace_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

class Reading {
 public:
  Result<WitnessPolicy> run(std::string_view text) {
    if (text.size() > kMaxPolicyBytes) return bad("it is longer than 64 KiB");
    if (text.empty()) return bad("it is empty");
    if (!text.ends_with('\n')) return bad("its last line does not end with a line break");
    while (!text.empty()) {
      ++line_;
      const std::size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end + 1);
      const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F; };
      if (std::ranges::any_of(line, is_control)) return bad("it has a control character");
      const std::vector<std::string> words = words_of(line);
      if (words.empty() || words[0].starts_with('#')) continue;
      if (const auto taken = take(words); !taken) return std::unexpected(taken.error());
    }
    if (!has_quorum_) return bad("no line `quorum`");
    settle();
    return std::move(out_);
  }

 private:
  struct Name {
    bool is_group = false;
    std::size_t place = 0;
    bool is_member = false;
  };

  std::unexpected<Error> bad(const std::string& what) const {
    const std::string place = line_ == 0 ? "" : "line " + std::to_string(line_) + " of ";
    return fail("PAC6111", place + "the policy: " + what);
  }

  Result<void> take(const std::vector<std::string>& words) {
    if (words[0] == "log") return take_log(words);
    if (words[0] == "witness") return take_witness(words);
    if (words[0] == "group") return take_group(words);
    if (words[0] == "quorum") return take_quorum(words);
    return bad("`" + words[0] + "` is none of log, witness, group, quorum");
  }

  Result<void> take_log(const std::vector<std::string>& words) {
    if (words.size() < 2 || words.size() > 3) return bad("a log is written `log KEY [URL]`");
    const auto key = read_verifier_text(words[1]);
    if (!key) return bad(key.error().message);
    if (out_.logs.size() == kMaxPolicyItems) return bad("too many logs");
    if (!logs_.insert(key->key).second) return bad("the key of a log is there twice");
    out_.logs.push_back(*key);
    return {};
  }

  Result<void> name(const std::string& text, Name what) {
    if (text == "none" || !names_.emplace(text, what).second) {
      return bad("`" + text + "` is the name of something else");
    }
    return {};
  }

  Result<void> take_witness(const std::vector<std::string>& words) {
    if (words.size() < 3 || words.size() > 4) {
      return bad("a witness is written `witness NAME KEY [URL]`");
    }
    auto key = read_witness_text(words[2]);
    if (!key) return bad(key.error().message);
    if (out_.witnesses.size() == kMaxPolicyItems) return bad("too many witnesses");
    if (!witnesses_.insert(key->key).second) return bad("the key of a witness is there twice");
    out_.witnesses.push_back({std::move(*key), words.size() == 4 ? words[3] : ""});
    return name(words[1], {false, out_.witnesses.size() - 1, false});
  }

  Result<void> take_group(const std::vector<std::string>& words) {
    if (words.size() < 4) return bad("a group is written `group NAME all|any|COUNT MEMBER…`");
    WitnessPolicy::Group group;
    for (std::size_t i = 3; i < words.size(); ++i) {
      const auto member = names_.find(words[i]);
      if (member == names_.end()) return bad("`" + words[i] + "` stands for nothing before it");
      if (member->second.is_member) return bad("`" + words[i] + "` is a member already");
      member->second.is_member = true;
      (member->second.is_group ? group.groups : group.witnesses).push_back(member->second.place);
    }
    const std::size_t members = words.size() - 3;
    if (words[2] == "all") {
      group.needed = members;
    } else if (words[2] == "any") {
      group.needed = 1;
    } else {
      const char* const end = words[2].data() + words[2].size();
      const auto [stop, error] = std::from_chars(words[2].data(), end, group.needed);
      if (error != std::errc() || stop != end || group.needed < 1 || group.needed > members) {
        return bad("`" + words[2] + "` is not a number of its members");
      }
    }
    if (out_.groups.size() == kMaxPolicyItems) return bad("too many groups");
    out_.groups.push_back(std::move(group));
    return name(words[1], {true, out_.groups.size() - 1, false});
  }

  Result<void> take_quorum(const std::vector<std::string>& words) {
    if (words.size() != 2) return bad("the quorum is written `quorum NAME`");
    if (has_quorum_) return bad("there is a quorum already");
    has_quorum_ = true;
    if (words[1] == "none") {
      quorum_ = std::nullopt;
    } else {
      const auto named = names_.find(words[1]);
      if (named == names_.end()) return bad("`" + words[1] + "` stands for nothing before it");
      quorum_ = named->second;
    }
    return {};
  }

  // The quorum is the last group; what stands behind it in the file is not part of it.
  void settle() {
    if (!quorum_) {
      out_.groups.clear();
    } else if (quorum_->is_group) {
      out_.groups.resize(quorum_->place + 1);
    } else {
      out_.groups = {{1, {quorum_->place}, {}}};
    }
  }

  WitnessPolicy out_;
  std::map<std::string, Name> names_;
  std::set<crypto::PublicKey> logs_, witnesses_;
  std::optional<Name> quorum_;
  bool has_quorum_ = false;
  std::size_t line_ = 0;
};

}  // namespace

std::vector<WitnessKey> WitnessPolicy::keys() const {
  std::vector<WitnessKey> out;
  for (const PolicyWitness& witness : witnesses) out.push_back(witness.key);
  return out;
}

bool WitnessPolicy::is_met(const std::vector<bool>& cosigned) const {
  PAC_CHECK(cosigned.size() == witnesses.size(), "an answer for each witness");
  if (groups.empty()) return true;
  std::vector<bool> met;
  for (const Group& group : groups) {
    std::size_t count = 0;
    for (const std::size_t witness : group.witnesses) count += cosigned[witness] ? 1 : 0;
    for (const std::size_t inner : group.groups) count += met[inner] ? 1 : 0;
    met.push_back(count >= group.needed);
  }
  return met.back();
}

Result<WitnessPolicy> read_policy(std::string_view text) { return Reading().run(text); }

WitnessPolicy policy_of(std::vector<PolicyWitness> witnesses, std::size_t needed) {
  WitnessPolicy out;
  out.witnesses = std::move(witnesses);
  if (needed == 0) return out;
  WitnessPolicy::Group group;
  group.needed = needed;
  for (std::size_t i = 0; i < out.witnesses.size(); ++i) group.witnesses.push_back(i);
  out.groups.push_back(std::move(group));
  return out;
}

std::string policy_text(const WitnessPolicy& policy) {
  std::string out;
  for (const NoteKey& log : policy.logs) out += "log " + verifier_text(log) + "\n";
  for (std::size_t i = 0; i < policy.witnesses.size(); ++i) {
    const PolicyWitness& witness = policy.witnesses[i];
    out += "witness w" + std::to_string(i + 1) + " " + verifier_text(witness.key) +
           (witness.url.empty() ? "" : " " + witness.url) + "\n";
  }
  for (std::size_t i = 0; i < policy.groups.size(); ++i) {
    const WitnessPolicy::Group& group = policy.groups[i];
    out += "group g" + std::to_string(i + 1) + " " + std::to_string(group.needed);
    for (const std::size_t witness : group.witnesses) out += " w" + std::to_string(witness + 1);
    for (const std::size_t inner : group.groups) out += " g" + std::to_string(inner + 1);
    out += "\n";
  }
  return out + "quorum " +
         (policy.groups.empty() ? "none" : "g" + std::to_string(policy.groups.size())) + "\n";
}

Result<std::vector<Cosigned>> verify_cosigned(const Note& note, const WitnessPolicy& policy) {
  const std::vector<WitnessKey> keys = policy.keys();
  auto cosigned = cosigners_of(note, keys);
  if (!cosigned) return cosigned;
  std::vector<bool> by(keys.size(), false);
  for (const Cosigned& one : *cosigned) by[one.key] = true;
  if (policy.is_met(by)) return cosigned;
  std::string missing;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!by[i]) missing += (missing.empty() ? "`" : ", `") + keys[i].name + "`";
  }
  return fail("PAC6112",
              "too few witnesses cosigned the checkpoint: there is nothing of " + missing);
}

}  // namespace pac::ledger
