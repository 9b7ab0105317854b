// Personal data in a store: its boxes are there, its keys never are: not in the tables, not in the
// files of the server, not in what it writes ahead.
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

#include "ledger/persons/subjects.h"
#include "runtime/crypto/encoding.h"
#include "tests/ledger/pg/support.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kPolicy = R"(package bank.lending edition 1
decision grant {
  input { id: string max 20 chars @pii(identifier), amount: int in 0 .. 1_000_000 }
  output { large: bool }
  result { large: amount > 500 }
}
test grant "a small one" { given { id: "a", amount: 1 } expect { large: false } }
)";

class PersonsInAStore : public PgStore {
 protected:
  int pac(const std::string& arguments) {
    const std::string base = (folder_ / "said").string();
    const int status = std::system(("cd '" + folder_.string() + "' && " PAC_BINARY " " + arguments +
                                    " </dev/null >" + base + ".out 2>" + base + ".err")
                                       .c_str());
    out_ =
        *read_whole(*files_, base + ".out", 1 << 26) + *read_whole(*files_, base + ".err", 1 << 26);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }
  // How many files of the server have one of the texts.
  static int files_with(const std::vector<std::string>& texts) {
    int found = 0;
    for (const auto& one : fs::recursive_directory_iterator(
             cluster()->folder(), fs::directory_options::skip_permission_denied)) {
      if (!one.is_regular_file()) continue;
      std::ifstream in(one.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), {});
      for (const std::string& text : texts) found += bytes.find(text) != bytes.npos ? 1 : 0;
    }
    return found;
  }

  std::string out_;
};

TEST_F(PersonsInAStore, BoxesAreShippedAndKeysAreNot) {
  std::ofstream(folder_ / "lending.pac") << kPolicy;
  std::ofstream rows(folder_ / "rows.jsonl");
  for (int i = 0; i < 200; ++i) {
    rows << R"({"id":"person-number-)" << i % 50 << R"(","amount":)" << i * 10 << "}\n";
  }
  rows.close();
  const std::string store = " --store '" + url() + "'";
  ASSERT_EQ(pac("ledger init book --origin bank.example/lending"), 0) << out_;
  ASSERT_EQ(pac("run lending.pac --ledger book --input rows.jsonl"), 0) << out_;
  ASSERT_EQ(pac("ledger ship book" + store), 0) << out_;

  const std::string folder = (folder_ / "book").string();
  std::vector<std::string> keys, persons;
  std::string subject;
  {
    const auto subjects = Subjects::open_to_read(*files_, {folder, ""});
    ASSERT_TRUE(subjects);
    ASSERT_EQ((*subjects)->living(), 50u);
    const auto take = [&](const crypto::AeadKey& key) {
      keys.emplace_back(crypto::view(key.bytes));
      keys.push_back(crypto::to_hex(keys.back()));
    };
    for (int i = 0; i < 50; ++i) {
      persons.push_back("person-number-" + std::to_string(i));
      subject = *(*subjects)->name_of("", persons.back());
      take(*(*subjects)->key_of(subject));
    }
    take(read_epochs(*files_, epoch_path(folder))->back().key);
  }
  sql("checkpoint");
  EXPECT_GT(files_with({subject}), 0) << "else the search is none: the heap has the entries";
  EXPECT_EQ(files_with(keys), 0);
  EXPECT_EQ(files_with(persons), 0);
  EXPECT_EQ(ask("select count(*) from ledger.subject_key"), "0");

  ASSERT_EQ(pac("ledger index" + store), 0) << out_;
  ASSERT_EQ(pac("ledger query --subject " + subject + store), 0) << out_;
  EXPECT_NE(out_.find("4 records"), out_.npos) << out_;
  ASSERT_EQ(pac("ledger erase book --subject person-number-49 --reason letter --finish"), 0)
      << out_;
  ASSERT_EQ(pac("ledger ship book" + store), 0) << out_;
  EXPECT_EQ(pac("ledger verify" + store), 0) << out_;
  sql("checkpoint");
  EXPECT_EQ(files_with(keys), 0);
  EXPECT_EQ(files_with(persons), 0);
}

}  // namespace
}  // namespace pac::ledger::test
