// Subjects: who the persons of a ledger are to it, and their keys. One that is open to write is the
// one writer's of the ledger, who has its lock; one that is open to read needs none. Any thread may
// ask at any time; keys are wiped when they are erased and when the object goes.
//
// Before any key is handed out the `erase` entries of the ledger are carried out that the file does
// not have yet, also in an older copy of the file that was put back.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ledger/io/file_system.h"
#include "ledger/persons/epochs.h"
#include "ledger/persons/subject_file.h"
#include "runtime/crypto/aead.h"

namespace pac::ledger {

struct Subject {
  std::string name;  // 32 hexadecimal digits, as entries have it
  crypto::AeadKey key;
};

// What belongs to several at once: its key is made of all of theirs, so that it is gone with the
// first of them. Its name is theirs with `+` in between.
Subject shared_subject(std::span<const Subject> subjects);
std::vector<std::string> names_in_shared(std::string_view name);

struct SubjectPaths {
  std::string folder;   // of the ledger
  std::string epochs;   // empty: epoch_path(folder)
  AskPassphrase ask{};  // where the file of epochs is under one
};

class Subjects {
 public:
  // Makes both files where the ledger has never had personal data, and finishes what was cut short.
  // PAC6602, PAC6603 (also where boxes were recorded and the keys are not there), PAC6201.
  [[nodiscard]] static Result<std::unique_ptr<Subjects>> open_to_write(FileSystem& files,
                                                                       const SubjectPaths& paths,
                                                                       std::int64_t now_us);
  // Without keys where there are none or they can't be read: why_closed() says why. What was erased
  // is known all the same. PAC6201.
  [[nodiscard]] static Result<std::unique_ptr<Subjects>> open_to_read(FileSystem& files,
                                                                      const SubjectPaths& paths);

  const std::string& why_closed() const { return why_closed_; }

  // The subject of a person, made where there is none yet; and one that stands for nobody else.
  // sync() before an entry has its name. PAC0141.
  [[nodiscard]] Result<Subject> of_person(std::string_view tenant, std::string_view person);
  [[nodiscard]] Result<Subject> nameless();
  // What is made until now is durable when it returns. PAC6201; from then on it fails.
  [[nodiscard]] Result<void> sync();

  // Nothing: nobody is known by that.
  std::optional<std::string> name_of(std::string_view tenant, std::string_view person) const;
  // Also of a shared one: if all of its are there.
  std::optional<crypto::AeadKey> key_of(std::string_view name) const;
  // Of a shared one: if one of its is.
  bool is_erased(std::string_view name) const;
  std::uint64_t living() const;
  std::uint64_t erased() const;

  // ---- Of one that is open to write, by the thread that has the store.

  // The file no longer has the key when it returns, and neither has this process. The `erase` entry
  // is durable before.
  [[nodiscard]] Result<void> erase(const std::string& name);
  // Destroys the key of the epoch: what was erased in it can't be opened by anybody.
  [[nodiscard]] Result<void> end_epoch(std::int64_t now_us);
  // The entries of the stream below that index are known not to erase anybody that is in the file.
  [[nodiscard]] Result<void> mark(std::uint32_t stream, std::uint64_t size);
  std::uint64_t epoch() const { return epochs_.back().number; }
  std::int64_t epoch_began_us() const { return epochs_.back().began_us; }

 private:
  struct Row {
    std::array<std::uint8_t, 32> person{};
    crypto::AeadKey key;
    bool has_person = false;
  };

  Subjects(FileSystem& files, SubjectPaths paths);

  Result<void> load();
  void take(const SubjectRecord& record);
  Result<void> settle(std::int64_t now_us);
  Result<void> apply_erasures(bool is_new);
  Result<void> rewrite();
  Result<void> put(const SubjectRecord& record);
  Result<Subject> make(const std::array<std::uint8_t, 32>* person);
  std::string digest_of(std::string_view tenant, std::string_view person) const;
  void forget(const std::string& name);

  FileSystem& files_;
  SubjectPaths paths_;
  std::string path_, why_closed_;
  std::mutex file_mutex_;      // of the files and what belongs to them
  std::vector<Epoch> epochs_;  // the last one counts
  Passphrase passphrase_;      // of their file
  std::unique_ptr<File> file_;
  std::string header_;
  std::uint64_t records_ = 0;
  bool is_broken_ = false;
  mutable std::mutex mutex_;  // of all below
  crypto::AeadKey hmac_key_;
  std::unordered_map<std::string, std::string> persons_;  // HMAC: name
  std::unordered_map<std::string, Row> rows_;             // by name
  std::set<std::string, std::less<>> erased_;
  std::map<std::uint32_t, std::uint64_t> marks_;
  std::vector<std::string> unsynced_;  // names
};

}  // namespace pac::ledger
