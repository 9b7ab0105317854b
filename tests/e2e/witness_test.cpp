// Witnesses and archives as a user meets them: a witness that serves, a ledger that asks it, and
// who verifies. The witness listens on a port of the system's choice.
#include <signal.h>
#include <spawn.h>

#include "tests/e2e/cli.h"
#include "tests/unit/net/support.h"

extern char** environ;

namespace pac::e2e {
namespace {

class Witness : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    const Outcome made = pac("ledger init book --origin bank.example/credit");
    ASSERT_EQ(made.exit, 0) << made.err;
    key_ = lines_of(made.out).back();
    start("w", "");
  }
  void TearDown() override {
    EXPECT_EQ(stop(), 0);
    Cli::TearDown();
  }

  // The witness of that folder; its first line is its key, the second where it listens.
  void start(const std::string& folder, const std::string& more) {
    file("sh", "cd " + folder_.string() + "\nexec " PAC_BINARY " ledger witness serve " + folder +
                   " --name w.example/1 --listen 127.0.0.1:0 --origin 'bank.example/credit=" +
                   key_ + "' " + more + " > served 2> served.err\n");
    const std::string script = path("sh");
    const char* const arguments[] = {"/bin/sh", script.c_str(), nullptr};
    file("served", "");
    ASSERT_EQ(posix_spawn(&witness_, "/bin/sh", nullptr, nullptr,
                          const_cast<char* const*>(arguments), environ),
              0);
    for (int i = 0; i < 1'000; ++i) {
      const std::vector<std::string> said = lines_of(read(folder_ / "served"));
      if (said.size() == 2 && said[1].find("://") != std::string::npos &&
          read(folder_ / "served").ends_with('\n')) {
        witness_key_ = said[0];
        url_ = said[1].substr(said[1].find("http"));
        return;
      }
      usleep(10'000);
    }
    FAIL() << "no witness: " << read(folder_ / "served.err");
  }
  // Its exit code; again and again it is 0.
  int stop() {
    if (witness_ == 0) return 0;
    ::kill(witness_, SIGTERM);
    int status = 0;
    ::waitpid(witness_, &status, 0);
    witness_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  Outcome append(int count) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += "{\"loan\": " + std::to_string(i) + "}\n";
    return pac("ledger append book", lines);
  }
  std::string to() const { return " --to " + url_ + " --witness-key '" + witness_key_ + "' "; }
  std::string trusted() const {
    return " --verifier " + key_ + " --witness '" + witness_key_ + "' ";
  }
  void require() {
    file("policy", "witness one " + witness_key_ + " " + url_ + "\nquorum one\n");
    const Outcome required = pac("ledger witness require book --witness-policy policy");
    ASSERT_EQ(required.exit, 0) << required.err;
  }

  pid_t witness_ = 0;
  std::string key_, witness_key_, url_;
};

TEST_F(Witness, CosignsWhatIsPushedAndReceiptsCarryIt) {
  ASSERT_EQ(append(300).exit, 0);
  const Outcome before = pac("ledger verify book" + trusted());
  EXPECT_EQ(before.exit, 1);
  EXPECT_TRUE(has(before.err, "no witness has cosigned")) << before.err;
  for (int i = 0; i < 2; ++i) {
    const Outcome pushed = pac("ledger witness push book" + to());
    EXPECT_EQ(pushed.exit, 0) << pushed.err;
    EXPECT_EQ(pushed.out, "bank.example/credit/1: " + std::to_string(301 + i * 10) +
                              " records cosigned by 1 of 1\n");
    ASSERT_EQ(append(10).exit, 0);
  }
  const Outcome verified = pac("ledger verify book" + trusted());
  EXPECT_EQ(verified.exit, 0) << verified.err;
  EXPECT_TRUE(has(verified.out, "the first 311 entries were witnessed by w.example/1 at 20"))
      << verified.out;
  EXPECT_TRUE(has(pac("ledger verify book --format json" + trusted()).out,
                  R"({"cosigned":311,"stream":1,"witnesses":["w.example/1"]})"));
  ASSERT_EQ(pac("ledger prove book 7 -o receipt && pac ledger show book 7 > entry").exit, 0);
  const Outcome receipt = pac("ledger receipt verify receipt --entry entry" + trusted());
  EXPECT_EQ(receipt.exit, 0) << receipt.err;
  EXPECT_TRUE(has(receipt.out, "witnessed by w.example/1")) << receipt.out;
  // Of an entry behind the cosigned ones there is a receipt, and it is not witnessed.
  ASSERT_EQ(pac("ledger prove book 320 -o receipt && pac ledger show book 320 > entry").exit, 0);
  EXPECT_EQ(pac("ledger receipt verify receipt --entry entry --verifier " + key_).exit, 0);
  EXPECT_TRUE(has(pac("ledger receipt verify receipt --entry entry" + trusted()).err, "PAC6112"));
}

TEST_F(Witness, ALedgerThatWasPutBackIsFoundOut) {
  ASSERT_EQ(append(50).exit, 0);
  ASSERT_EQ(shell("cp -r book backup").exit, 0);
  ASSERT_EQ(append(50).exit, 0);
  ASSERT_EQ(pac("ledger witness push book" + to()).exit, 0);
  ASSERT_EQ(shell("rm -r book && mv backup book").exit, 0);
  const Outcome pushed = pac("ledger witness push book" + to());
  EXPECT_EQ(pushed.exit, 1);
  EXPECT_TRUE(has(pushed.err, "PAC6503")) << pushed.err;
  EXPECT_TRUE(has(pushed.err, "has cosigned 101 entries")) << pushed.err;
  // Over a restart of the witness too.
  EXPECT_EQ(stop(), 0);
  start("w", "");
  EXPECT_TRUE(has(pac("ledger witness push book" + to()).err, "has cosigned 101 entries"));
}

TEST_F(Witness, AnswersWaitForIt) {
  require();
  EXPECT_EQ(append(5).exit, 0);
  EXPECT_EQ(pac("ledger verify book" + trusted()).exit, 0);
  const Outcome decided = pac("run " + loan_ + " --ledger book --format json --input " + source_ +
                              "/examples/loan/applications.jsonl");
  EXPECT_EQ(decided.exit, 1) << decided.err;  // one is refused
  EXPECT_EQ(lines_of(decided.out).size(), 4u);
  EXPECT_EQ(pac("ledger verify book" + trusted()).exit, 0);
  // A folder that was put back goes on in a stream of its own.
  ASSERT_EQ(shell("cp -r book backup").exit, 0);
  ASSERT_EQ(append(5).exit, 0);
  ASSERT_EQ(shell("rm -r book && mv backup book").exit, 0);
  const Outcome after = append(1);
  EXPECT_EQ(after.exit, 0) << after.err;
  EXPECT_TRUE(has(after.err, "2 is a new one")) << after.err;
  EXPECT_TRUE(has(after.out, "bank.example/credit/2")) << after.out;
  // Without the witness there is no answer.
  EXPECT_EQ(stop(), 0);
  const Outcome alone = append(1);
  EXPECT_EQ(alone.exit, 3);
  EXPECT_TRUE(has(alone.err, "PAC6505")) << alone.err;
  const Outcome undecided = pac("run " + loan_ + " --ledger book --input " + source_ +
                                "/examples/loan/applications.jsonl");
  EXPECT_EQ(undecided.exit, 3);
  EXPECT_EQ(undecided.out, "");
}

TEST_F(Witness, BytesOfARequest) {
  const auto port = static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
  for (const std::size_t bytes : {65'536, 65'537}) {
    net::test::Raw raw(port);
    ASSERT_TRUE(raw.send("POST /add-checkpoint HTTP/1.1\r\nConnection: close\r\nContent-Length: " +
                         std::to_string(bytes) + "\r\n\r\n"));
    raw.send(std::string(bytes, 'x'));
    EXPECT_EQ(raw.status(),
              bytes == 65'536 ? "HTTP/1.1 400 Bad Request" : "HTTP/1.1 413 Payload Too Large");
  }
  for (const char* nonsense :
       {"\r\n\r\n", "POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /add-checkpoint\r\n\r\n"}) {
    net::test::Raw raw(port);
    ASSERT_TRUE(raw.send(nonsense));
    EXPECT_EQ(raw.status(), "HTTP/1.1 400 Bad Request") << nonsense;
  }
  // And it goes on.
  ASSERT_EQ(append(5).exit, 0);
  EXPECT_EQ(pac("ledger witness push book" + to()).exit, 0);
}

TEST_F(Witness, WrongUsage) {
  ASSERT_EQ(append(5).exit, 0);
  const std::string other = "w.example/2+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  EXPECT_EQ(pac("ledger witness").exit, 2);
  EXPECT_EQ(pac("ledger witness push book").exit, 2);
  EXPECT_EQ(pac("ledger witness push book --to " + url_).exit, 2);
  EXPECT_EQ(pac("ledger witness push book --to " + url_ + " --witness-key " + other).exit, 2);
  EXPECT_EQ(pac("ledger witness push book --to ftp://x --witness-key '" + witness_key_ + "'").exit,
            2);
  EXPECT_EQ(pac("ledger witness serve v --name 'a b' --origin x=" + key_).exit, 2);
  EXPECT_EQ(pac("ledger witness serve v --name w --origin bank.example/credit").exit, 2);
  EXPECT_EQ(pac("ledger verify book --witnesses-needed 2 --witness '" + witness_key_ + "'").exit,
            2);
  // A second process for the same state.
  const Outcome second =
      pac("ledger witness serve w --name w.example/1 --listen 127.0.0.1:0 "
          "--origin 'bank.example/credit=" +
          key_ + "'");
  EXPECT_EQ(second.exit, 3);
  EXPECT_TRUE(has(second.err, "PAC6202")) << second.err;
}

TEST_F(Witness, OverTls) {
  ASSERT_EQ(append(5).exit, 0);
  EXPECT_EQ(stop(), 0);
  ASSERT_EQ(shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "
                  "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout tls.key "
                  "-out tls.pem")
                .exit,
            0);
  start("w", "--certificate tls.pem --certificate-key tls.key");
  ASSERT_TRUE(url_.starts_with("https://127.0.0.1:")) << url_;
  const Outcome untrusted = pac("ledger witness push book" + to());
  EXPECT_EQ(untrusted.exit, 3);
  EXPECT_TRUE(has(untrusted.err, "PAC7007")) << untrusted.err;
  EXPECT_EQ(pac("ledger witness push book --ca-file tls.pem" + to()).exit, 0);
}

TEST_F(Witness, AnArchiveIsVerifiedWithoutTheLedger) {
  const Outcome decided = pac("run " + loan_ +
                              " --ledger book --format json --context "
                              "'{\"tenant\":\"north\"}' --input " +
                              source_ + "/examples/loan/applications.jsonl");
  EXPECT_EQ(decided.exit, 1) << decided.err;
  ASSERT_EQ(append(300).exit, 0);
  ASSERT_EQ(pac("ledger witness push book" + to()).exit, 0);
  const Outcome made = pac("ledger archive book a.zip");
  EXPECT_EQ(made.exit, 0) << made.err;
  ASSERT_EQ(pac("ledger archive book b.zip").exit, 0);
  EXPECT_EQ(read(folder_ / "a.zip"), read(folder_ / "b.zip"));
  ASSERT_EQ(shell("cp book/streams/0001/checkpoint held && rm -r book").exit, 0);
  const Outcome verified = pac("ledger verify a.zip --known held" + trusted());
  EXPECT_EQ(verified.exit, 0) << verified.err;
  EXPECT_TRUE(has(verified.out, "306 entries here as signed, 1 blob")) << verified.out;
  EXPECT_TRUE(has(verified.out, "witnessed by w.example/1")) << verified.out;
  std::string bytes = read(folder_ / "a.zip");
  const std::size_t at = bytes.find("{\"loan\":200}");
  ASSERT_NE(at, bytes.npos);
  bytes[at + 8] = '9';
  file("a.zip", bytes);
  const Outcome damaged = pac("ledger verify a.zip" + trusted());
  EXPECT_EQ(damaged.exit, 1);
  EXPECT_TRUE(has(damaged.err, "streams/0001/tile/entries/000")) << damaged.err;
  EXPECT_EQ(pac("ledger verify held").exit, 1);
}

}  // namespace
}  // namespace pac::e2e
