#include "cli/ledger_persons.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "cli/ledger_also.h"
#include "cli/ledger_support.h"
#include "cli/secret_key.h"
#include "cli/support.h"
#include "ledger/file/blobs.h"
#include "ledger/file/entry.h"
#include "ledger/file/store.h"
#include "ledger/record/erasure.h"
#include "runtime/base/json.h"

namespace pac::cli {

namespace {

// Whom to forget; nothing, with a message, where the words don't go together.
struct Whom {
  std::string person, name;
  bool is_said() const { return !person.empty() || !name.empty(); }
};
std::optional<Whom> read_whom(const po::variables_map& values, bool finishes) {
  Whom out{text_option(values, "subject"), text_option(values, "subject-id")};
  if (!out.person.empty() && !out.name.empty()) {
    failed(kUsage, "", "--subject and --subject-id are two ways to say the same; give one");
    return std::nullopt;
  }
  if (out.person == "-") std::getline(std::cin, out.person);
  if (!out.is_said() && !finishes) {
    failed(kUsage, "",
           "say whom: --subject IDENTIFIER (- reads it from standard input), or --subject-id as "
           "an entry has it; or --finish");
    return std::nullopt;
  }
  if (!out.is_said()) return out;
  const std::string reason = text_option(values, "reason");
  if (reason.empty()) {
    failed(kUsage, "", "--reason is missing: an erasure says why");
    return std::nullopt;
  }
  if (!out.person.empty() && reason.find(out.person) != reason.npos) {
    failed(kUsage, "",
           "the reason names the person: it stays in the ledger for ever, say it without");
    return std::nullopt;
  }
  return out;
}

std::string date_of(std::int64_t us) { return ledger::time_text(us).substr(0, 10); }

int erase_one(ledger::Store& store, ledger::Subjects& subjects, const Whom& whom,
              const po::variables_map& values) {
  std::string name = whom.name;
  if (name.empty()) {
    const auto known = subjects.name_of(text_option(values, "tenant"), whom.person);
    if (!known) {
      return failed(kFindings, "PAC6604",
                    "the ledger has no personal data of that person" +
                        std::string(values.contains("tenant")
                                        ? " and tenant"
                                        : "; where decisions name a tenant, say it with --tenant"));
    }
    name = *known;
  }
  const auto index = ledger::erase_subject(
      store, subjects, name, {text_option(values, "reason"), text_option(values, "by")});
  if (!index) return failed_ledger(index.error());
  std::printf("subject %s is erased: entry %u/%llu\n", name.c_str(), store.stream(),
              static_cast<unsigned long long>(*index));
  return kFine;
}

std::string epochs_of(const std::string& folder, const po::variables_map& values) {
  const std::string said = text_option(values, "epoch-key");
  return said.empty() ? ledger::epoch_path(folder) : said;
}

const ledger::Epoch* epoch_of(const std::vector<ledger::Epoch>& epochs, std::uint64_t number) {
  const auto found = std::ranges::find(epochs, number, &ledger::Epoch::number);
  return found == epochs.end() ? nullptr : &*found;
}

}  // namespace

void print_epoch(ledger::FileSystem& files, const std::string& folder,
                 const po::variables_map& values) {
  const auto number = ledger::epoch_said(files, folder + "/subjects");
  if (!number) return;
  const std::string path = epochs_of(folder, values);
  const auto epochs = ledger::read_epochs(files, path);
  const auto* epoch = epochs ? epoch_of(*epochs, *number) : nullptr;
  std::printf("personal data: epoch %llu%s\n", static_cast<unsigned long long>(*number),
              epoch != nullptr ? (" since " + date_of(epoch->began_us) + ", ends on " +
                                  date_of(epoch->began_us + ledger::kMostEpochUs) +
                                  " where the ledger is in use then")
                                     .c_str()
              : ledger::is_epoch_file_sealed(files, path)
                  ? (", its key under a passphrase in " + path).c_str()
                  : ("; its key is not here: " + path).c_str());
}

void add_epoch(ledger::FileSystem& files, const std::string& folder,
               const po::variables_map& values, json::Value* out) {
  const auto number = ledger::epoch_said(files, folder + "/subjects");
  if (!number) return;
  out->set("epoch", json::Value::exact_int(static_cast<std::int64_t>(*number)));
  const std::string path = epochs_of(folder, values);
  out->set("epoch_key_sealed", ledger::is_epoch_file_sealed(files, path));
  const auto epochs = ledger::read_epochs(files, path);
  const auto* epoch = epochs ? epoch_of(*epochs, *number) : nullptr;
  if (epoch == nullptr) return;
  out->set("epoch_began", ledger::time_text(epoch->began_us));
  out->set("epoch_due", ledger::time_text(epoch->began_us + ledger::kMostEpochUs));
}

void add_epoch_key(po::options_description& o) {
  o.add_options()("epoch-key", po::value<std::string>()->value_name("FILE"),
                  "keys of personal data: the file of the epoch; FOLDER.epoch unless said");
}

ledger::SubjectPaths subject_paths(const std::string& folder, const po::variables_map& values) {
  const auto ask = [](const std::string& path) -> Result<ledger::Passphrase> {
    const auto typed = passphrase_of(path, kEpochPassphraseVariable);
    if (!typed) return std::unexpected(typed.error());
    return ledger::Passphrase(std::string(typed->text()));
  };
  return {folder, text_option(values, "epoch-key"), ask};
}

int erase_person(const std::string& folder, const std::string& key_path,
                 const po::variables_map& values) {
  const bool finishes = values.contains("finish");
  const auto whom = read_whom(values, finishes);
  if (!whom) return kUsage;
  const auto files = ledger::posix_file_system();
  if (const auto settings = ledger::read_settings(*files, folder); !settings) {
    return failed_ledger(settings.error());
  }
  if (!files->exists(folder + "/subjects")) {
    return failed(kFindings, "PAC6604", "the ledger has no personal data that could be erased");
  }
  const auto key = read_secret_key(key_path);
  if (!key) return failed(key.error());
  ledger::Surroundings around = ledger::real_surroundings();
  auto also = also_key(*files, folder, values);
  if (!also) return failed(also.error());
  around.also_key = std::move(*also);
  const std::int64_t now_us = around.now_us();
  const auto store = ledger::Store::open(*files, folder, *key, std::move(around));
  if (!store) return failed_ledger(store.error());
  tell_new_stream(**store);
  const auto subjects =
      ledger::open_subjects(*files, subject_paths(folder, values), **store, now_us);
  if (!subjects) return failed_ledger(subjects.error());
  if (whom->is_said()) {
    const int exit = erase_one(**store, **subjects, *whom, values);
    if (exit != kFine) return exit;
  }
  if (finishes) {
    const std::uint64_t ended = (*subjects)->epoch();
    const auto index = ledger::end_epoch(**store, **subjects, now_us);
    if (!index) return failed_ledger(index.error());
    std::printf(
        "epoch %llu is over and its key is destroyed: entry %u/%llu. What was erased can't "
        "be opened by anybody who has no copy of %s\n",
        static_cast<unsigned long long>(ended), (*store)->stream(),
        static_cast<unsigned long long>(*index),
        text_option(values, "epoch-key").empty() ? ledger::epoch_path(folder).c_str()
                                                 : text_option(values, "epoch-key").c_str());
  } else {
    std::printf(
        "older copies of %s/subjects open it until epoch %llu ends: by %s where the ledger "
        "is written to, at once with --finish\n",
        folder.c_str(), static_cast<unsigned long long>((*subjects)->epoch()),
        date_of((*subjects)->epoch_began_us() + ledger::kMostEpochUs).c_str());
  }
  if (const auto published = (*store)->publish(); !published) {
    return failed_ledger(published.error());
  }
  return kFine;
}

Result<std::unique_ptr<EntryOpener>> EntryOpener::open(ledger::FileSystem& files,
                                                       const std::string& folder,
                                                       const po::variables_map& values) {
  auto subjects = ledger::Subjects::open_to_read(files, subject_paths(folder, values));
  if (!subjects) return std::unexpected(subjects.error());
  if (!(*subjects)->why_closed().empty()) {
    std::fprintf(stderr, "pac: personal data stays closed: %s\n",
                 (*subjects)->why_closed().c_str());
  }
  return std::unique_ptr<EntryOpener>(new EntryOpener(files, folder, std::move(*subjects)));
}

Result<std::string> EntryOpener::opened(std::string_view entry) {
  ledger::EntryView view;
  // What is no entry of pac has no boxes.
  if (!reader_.read(entry, &view)) view = {};
  if (!view.blob.empty() && view.kind == "decision") {
    auto bytes = ledger::read_blob(files_, folder_, view.blob);
    if (!bytes) return bytes;
    blob_ = std::move(*bytes);
    if (const auto read = reader_.read_blob(blob_, &view); !read) {
      return std::unexpected(read.error());
    }
  }
  if (const auto done = opener_.open(&view); !done) return std::unexpected(done.error());
  if (opener_.boxes().empty()) return std::string();
  std::string out = "{\"answer\":" + std::string(view.answer) + ",\"boxes\":[";
  for (const ledger::BoxSeen& box : opener_.boxes()) {
    if (!out.ends_with('[')) out += ',';
    out += "{\"state\":\"" + std::string(text_of(box.state)) + "\",\"subject\":";
    json::append_quoted(box.subject, &out);
    out += '}';
  }
  out += ']';
  for (const auto& [name, text] :
       {std::pair{"context", view.context}, {"features", view.features}, {"input", view.input}}) {
    if (text.empty()) continue;
    out += std::string(",\"") + name + "\":";
    out += text;
  }
  return out + '}';
}

Result<std::string> EntryOpener::whole(std::string_view entry) {
  const auto text = opened(entry);
  if (!text || text->empty()) return text ? Result<std::string>(std::string(entry)) : text;
  auto value = json::parse(entry);
  const auto members = json::parse(*text);
  if (!value || !members) return fail("PAC6401", "the entry is none that pac writes");
  for (const json::Member& member : members->members()) value->set(member.key, member.value);
  return json::canonical(*value);
}

std::string EntryOpener::closed() const {
  if (opener_.has(ledger::BoxState::erased)) return "erased";
  return opener_.has(ledger::BoxState::no_key) ? "no key" : "";
}

}  // namespace pac::cli
