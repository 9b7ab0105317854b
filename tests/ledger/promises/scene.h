// What the cases of tampering begin with: one ledger of 1,100 entries, made by the program as a
// user makes it, shipped to a store, archived and cosigned; a fresh copy for each case. Entries 0
// to 99 are of two policies (activated by 1 and 50), the others are records of other programs in
// batches of 100. One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {

// What the ledger says of tampering: the first thing that is named.
struct Alarm {
  bool is_raised = false;
  std::int64_t index = -1;  // -1: none is named, as nothing of it can be read or belongs here
  std::string text;
};

// Where folders of these tests lie: in memory where that can be had, as none of them is about the
// disk.
fs::path folder_of_tests();

class Scene : public PgStore {
 public:
  static constexpr const char* kOrigin = "bank.example/credit";

  // The folder of the case alone; with `has_store` a database too. False where there is none here.
  bool begin(bool has_store);
  void end();

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& bytes) const;
  // Runs the program in the folder of the case; the exit code. What it says is in out() and err().
  int pac(const std::string& arguments);
  // The same where nothing else may happen.
  void do_pac(const std::string& arguments);
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

  // What `pac ledger verify` says with the key and the witness that an auditor has.
  Alarm verify(const std::string& more = "", const std::string& folder = "book");
  Alarm verify_rows(const std::string& more = "");
  Alarm verify_archive(const std::string& more = "");
  // What any command refuses.
  Alarm refused(const std::string& arguments);
  static Alarm of(const VerifiedStore& report);

  // Of the folder's only segment.
  std::string segment() const;
  struct Batch {
    std::string checkpoint;
    std::vector<std::string> entries;
  };
  std::vector<Batch> batches() const;
  std::string entry(std::uint64_t index) const;
  // One bit of the entry where it lies in the file.
  void flip(std::uint64_t index) const;
  // The segment written anew as somebody does who knows the format and has no key: counts, roots,
  // links and checksums fit.
  void rebuild(const std::function<void(std::vector<Batch>&)>& change) const;
  void rebuild_entry(std::uint64_t index, const std::function<void(std::string&)>& change) const;
  // Where the frame with this first entry begins in the file.
  std::size_t frame_at(std::uint64_t first) const;

  // Members of book.zip, changed and packed again.
  void repack(const std::function<void(std::map<std::string, std::string>&)>& change) const;
  std::vector<std::string> blobs() const;  // paths in the folder, as activated

  // SQL as PgStore has it.
  using PgStore::ask;
  using PgStore::small;
  using PgStore::sql;
  using PgStore::tamper;
  std::string store_url() const { return url(); }
  const std::string& verifier() const;
  FileSystem& files() { return *files_; }
  // Ends the server, changes the bytes of a table's file, and starts it again.
  void edit_heap(const std::string& table, const std::string& old_bytes,
                 const std::string& new_bytes);

  void TestBody() override {}

 private:
  void make_pattern();
  void make_rows();
  std::string out_, err_;
};

struct TamperCase {
  const char* name;
  const char* place;  // what is changed: folder, store, archive, receipt, memory
  const char* done;
  std::int64_t index;  // of the alarm; -1: none can be named
  const char* alarm;   // what it says
  Alarm (*tamper)(Scene&);

  bool has_store() const { return std::string_view(place) == "store"; }
  friend void PrintTo(const TamperCase& one, std::ostream* out) { *out << one.done; }
};

std::vector<TamperCase> folder_cases();
std::vector<TamperCase> store_cases();
std::vector<TamperCase> other_cases();
std::vector<TamperCase> all_cases();

}  // namespace pac::ledger::test
