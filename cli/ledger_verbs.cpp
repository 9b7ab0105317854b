#include "cli/ledger_verbs.h"

#include <algorithm>
#include <string_view>

#include "cli/support.h"
#include "compiler/diag/diagnostic.h"

namespace pac::cli {

namespace {

constexpr LedgerVerb kVerbs[] = {
    {"init", "FOLDER|URL --origin NAME", "begin a ledger in a folder, or a store in PostgreSQL"},
    {"status", "FOLDER", "what is published, and whether a key is due to be replaced"},
    {"append", "FOLDER --input FILE", "record what other programs did"},
    {"recover", "FOLDER", "publish what was recorded before a program or machine ended suddenly"},
    {"verify", "FOLDER|URL|FILE.zip", "whether everything is as it was signed; names what is not"},
    {"query", "FOLDER|URL", "find records"},
    {"export", "FOLDER", "all records as JSON lines, each with the hash of those before"},
    {"show", "FOLDER INDEX", "one record as it was written"},
    {"prove", "FOLDER INDEX", "a receipt for one record, which others verify without pac"},
    {"receipt verify", "FILE --entry FILE --verifier KEY", "whether a receipt holds"},
    {"correct", "FOLDER INDEX --reason TEXT", "record that an earlier record is wrong"},
    {"erase", "FOLDER --subject IDENTIFIER --reason TEXT", "forget a person; proofs hold"},
    {"keys", "FOLDER", "which keys signed what"},
    {"rotate", "FOLDER --to KEY", "exchange the signing key"},
    {"revoke", "FOLDER --verifier KEY --reason TEXT", "say that a key is in other hands"},
    {"archive", "FOLDER FILE.zip", "what an auditor takes away and verifies without the ledger"},
    {"witness serve", "FOLDER --name NAME --origin ORIGIN=KEY", "be a witness for other ledgers"},
    {"witness push", "FOLDER --to URL --witness-key KEY",
     "have witnesses cosign what is published"},
    {"witness require", "FOLDER --witness-policy FILE", "answer only with witnesses from now on"},
    {"ship", "FOLDER --store URL", "copy a ledger into PostgreSQL, verified on the way"},
    {"migrate", "URL", "bring the tables of a store to a version"},
    {"index", "URL", "make new records of a store findable"},
    {"sql", "postgresql|bigquery|snowflake", "tables and queries for analysts"},
};

std::vector<std::string> split(std::string_view text, std::string_view at) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = text.find(at);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + at.size());
  }
}

bool is_verb(const std::string& name) {
  return std::ranges::any_of(kVerbs, [&](const LedgerVerb& verb) { return verb.name == name; });
}

std::vector<std::string> verbs_before_colon(std::string_view part) {
  const std::size_t colon = part.find(": ");
  if (colon == std::string_view::npos) return {};
  auto named = split(part.substr(0, colon), ", ");
  return std::ranges::all_of(named, is_verb) ? named : std::vector<std::string>();
}

// The verbs that an option names before a colon; none: all take it, as `words`.
std::vector<std::string> verbs_of(const po::option_description& option) {
  std::vector<std::string> out;
  for (const std::string& part : split(option.description(), "; ")) {
    const auto named = verbs_before_colon(part);
    out.insert(out.end(), named.begin(), named.end());
  }
  return out;
}

}  // namespace

std::span<const LedgerVerb> ledger_verbs() { return kVerbs; }

void add_ledger_options(po::options_description& options) {
  using Texts = std::vector<std::string>;
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) { return po::value<Texts>()->value_name(name); };
  const auto number = [](const char* name) { return po::value<std::uint64_t>()->value_name(name); };
  auto add = options.add_options();
  add("words", texts("WHAT FOLDER"), "what to do, and with which folder, store or file");
  add("format", po::value<std::string>()->default_value("pretty")->value_name("pretty|json"),
      "status, append, recover, verify, query, keys, ship: json for programs");
  add("no-progress", "verify, ship: no bar on standard error");
  add("stream", po::value<std::uint32_t>()->value_name("NUMBER"),
      "show, prove, correct: the newest one unless said; query, export, archive, witness push: all "
      "unless said");

  add("origin", texts("NAME"),
      "init: what the ledger is called in all that it signs, such as bank.example/credit; verify, "
      "query: which ledger of a store that has several; witness "
      "serve: ORIGIN=KEY, a ledger or log to take checkpoints of, and its key");
  add("key", text("FILE"),
      "init, append, recover, correct, erase, rotate, revoke, ship: the signing key, signing.key "
      "in the "
      "folder "
      "unless said; witness serve: witness.key in the folder unless said");
  add("also-key", text("FILE"),
      "init, rotate: an ECDSA P-256 key that signs a further line below each checkpoint, made by "
      "init where it is not there; append, recover, correct, erase, revoke, ship: that key, "
      "second.key in "
      "the folder unless said");
  add("lines", text("all|any"),
      "init, rotate: whether a checkpoint without the line of --also-key counts: with any it does, "
      "with all, the default, it does not");
  add("also-verifier", text("KEY"),
      "verify, receipt verify: the ECDSA key whose line must be there too, as `init` printed it");
  add("input,i", po::value<std::string>()->default_value("-")->value_name("FILE"),
      "append: records, a JSON object a line");
  add("output,o", text("FILE"), "prove: the receipt, standard output unless said");
  add("store", text("URL"),
      "init, migrate, ship, index, verify, query: a store in PostgreSQL, "
      "postgres://USER@HOST/DATABASE; a URL in place of the folder is the same; recover: the store "
      "that the folder is shipped to, which may have what the folder lost");
  add("audit", text("URL"),
      "ship, verify: a second store in other hands, which has the same as that of --store");
  add("audit-behind", number("N"),
      "ship: how many records the store of --audit may lack while it can't be reached, any number "
      "unless said; beyond it nothing is shipped");
  add("to-version", po::value<int>()->value_name("N"),
      "migrate: the version of the tables, the newest unless said");

  add("verifier", text("KEY"),
      "verify, keys, receipt verify: the key to believe, as `init` printed it; revoke: the key "
      "that counts no more");
  add("trust", text("FILE"),
      "verify, keys, receipt verify: a signed trust list (pac key trust-list), which says whose "
      "signatures count; archive: one that goes into the archive");
  add("trust-pin", text("FINGERPRINT"),
      "verify, keys, receipt verify: of the version of the list that you have seen last, or of the "
      "first, where an archive has a list also without --trust");
  add("known", texts("FILE"),
      "verify, prove: a checkpoint or receipt that is held elsewhere, which the ledger must "
      "continue");
  add("entry", text("FILE"), "receipt verify: the entry, as `show` printed it");
  add("proof", text("FILE"),
      "receipt verify: a proof of consistency to a pin, as `prove FOLDER --known` makes it");
  add("witness", texts("KEY"),
      "verify, receipt verify: a witness that must have cosigned; all of them unless "
      "--witnesses-needed says how many");
  add("witnesses-needed", po::value<std::size_t>()->value_name("N"),
      "verify, receipt verify: of --witness, so many");
  add("witness-policy", text("FILE"),
      "verify, receipt verify, witness push, witness require: a C2SP tlog-policy");

  add("from", number("INDEX"), "query, export, archive: the first entry, 0 unless said");
  add("to", texts("INDEX|URL|FILE"),
      "query, export, archive: the last entry, all unless said; witness push: the address of a "
      "witness; rotate: the key that is to sign from now on");
  add("since", text("TIME"), "query: recorded at that instant or date, or later");
  add("until", text("TIME"), "query: recorded before that instant or date");
  add("function", text("NAME"),
      "query: decisions of this name, such as lending.loan.grant or grant");
  add("rule", text("NAME"), "query: where this rule fired");
  add("status", text("STATUS"), "query: ok, no_match, error or refused");
  add("kind", text("KIND"),
      "query: decision, activate, correction, erase, key, external and so on");
  add("limit", number("N"), "query: so many and no more");
  add("subject", text("NAME"),
      "query: of a store, about this person; erase: the person's identifier, - from standard "
      "input");
  add("open", "show, query, export: open personal data, for who has the keys");
  add("epoch-key", text("FILE"),
      "status, show, query, export, erase: the keys of personal data, FOLDER.epoch unless said");

  add("reason", text("TEXT"), "correct, erase, rotate, revoke: why, which stands in the ledger");
  add("by", text("NAME"), "correct, erase: who says so");
  add("record", text("FILE"), "correct: what should stand there, a JSON object");
  add("subject-id", text("ID"), "erase: the random name that entries have for the person");
  add("tenant", text("NAME"),
      "erase: whose person it is; archive: entries of this tenant alone, each with its proof");
  add("finish",
      "erase: end the epoch, so that no copy of older keys opens what was erased; rotate: the key "
      "before signs no more");
  add("keep-old", "rotate: the key before signs too, until --finish");
  add("revoke", "rotate: the key before is in other hands, it counts up to what is there now");
  add("pin", text("FILE"),
      "rotate, revoke: the checkpoint or receipt up to which the key was good, all that is there "
      "unless said");
  add("rotate-after", po::value<std::int64_t>()->value_name("DAYS"),
      "init, rotate: when `status` says that another key is due");

  add("listen", po::value<std::string>()->value_name("HOST:PORT")->default_value("127.0.0.1:7650"),
      "witness serve: where to take checkpoints");
  add("name", text("NAME"), "witness serve: what the witness is called, such as w1.example/a");
  add("certificate", text("FILE"), "witness serve: with TLS, by this certificate and its chain");
  add("certificate-key", text("FILE"), "witness serve: the key of --certificate");
  add("witness-key", texts("KEY"), "witness push: the key of the witness at --to");
  add("ca-file", text("FILE"),
      "witness push: authorities that vouch for https, instead of the system's");
}

const LedgerVerb* ledger_verb(const std::vector<std::string>& words) {
  if (words.empty()) return nullptr;
  const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  for (const LedgerVerb& verb : kVerbs) {
    if (verb.name == words[0] || verb.name == two) return &verb;
  }
  return nullptr;
}

std::vector<std::string> options_of_verb(const po::options_description& options,
                                         const std::string& verb) {
  std::vector<std::string> out;
  for (const auto& option : options.options()) {
    const auto verbs = verbs_of(*option);
    if (verbs.empty() || std::ranges::find(verbs, verb) != verbs.end()) {
      out.push_back(option->long_name());
    }
  }
  return out;
}

std::string description_for_verb(const std::string& description, const std::string& verb) {
  for (const std::string& part : split(description, "; ")) {
    const auto named = verbs_before_colon(part);
    if (std::ranges::find(named, verb) != named.end()) return part.substr(part.find(": ") + 2);
  }
  return description;
}

std::optional<int> refuse_other_options(const LedgerVerb& verb, const po::variables_map& values) {
  po::options_description options;
  add_ledger_options(options);
  const auto taken = options_of_verb(options, verb.name);
  for (const auto& [name, value] : values) {
    if (value.defaulted() || std::ranges::find(taken, name) != taken.end()) continue;
    std::string all;
    for (const std::string& one : taken) {
      if (one != "words") all += (all.empty() ? "--" : ", --") + one;
    }
    return failed(kUsage, "",
                  "`pac ledger " + std::string(verb.name) + "` does not take --" + name +
                      (all.empty() ? "" : "; it takes " + all));
  }
  return std::nullopt;
}

bool are_known_words(const po::variables_map& values) {
  const std::vector<std::string> statuses{"ok", "no_match", "error", "refused"};
  const std::vector<std::string> kinds{"decision", "activate", "correction", "erase",      "key",
                                       "external", "clock",    "admin",      "stream-open"};
  for (const auto& [name, known] : {std::pair{"status", &statuses}, {"kind", &kinds}}) {
    const std::string said = text_option(values, name);
    if (said.empty() || std::ranges::find(*known, said) != known->end()) continue;
    std::string all;
    for (const std::string& one : *known) all += (all.empty() ? "" : ", ") + one;
    failed(kUsage, "", std::string("there is no ") + name + " `" + said + "`: " + all);
    return false;
  }
  return true;
}

int tell_usage(const std::vector<std::string>& words) {
  if (const LedgerVerb* const verb = ledger_verb(words)) {
    return failed(kUsage, "",
                  "write pac ledger " + std::string(verb->name) + " " + verb->arguments +
                      "; `pac help ledger` shows the options");
  }
  std::vector<std::string> names;
  std::string all;
  for (const LedgerVerb& verb : kVerbs) {
    names.emplace_back(verb.name);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  if (words.empty()) {
    return failed(kUsage, "", "say what to do: pac ledger " + all + "; see `pac help ledger`");
  }
  std::string within;  // of the verbs that have two words and begin so
  for (const std::string& name : names) {
    if (name.starts_with(words[0] + " ")) within += (within.empty() ? "" : ", ") + name;
  }
  if (!within.empty()) {
    return failed(kUsage, "", "say what to do: pac ledger " + within + "; see `pac help ledger`");
  }
  const std::string best = diag::nearest(words[0], names);
  return failed(kUsage, "",
                "there is no `pac ledger " + words[0] + "`" +
                    (best.empty() ? "; there is " + all : "; did you mean `" + best + "`?"));
}

}  // namespace pac::cli
