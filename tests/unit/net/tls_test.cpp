// TLS: certificates that are made here by the openssl program, trusted and not.
#include <filesystem>

#include "tests/unit/net/support.h"

namespace pac::net {
namespace {

using test::echo;
using test::post;
using test::Raw;
using test::Running;

class TlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::temp_directory_path() / ("pac_tls_test_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    for (const std::string& name : {std::string("localhost"), std::string("elsewhere.example")}) {
      const std::string command =
          "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "
          "/CN=" +
          name + " -addext subjectAltName=DNS:" + name + " -keyout " + file(name + ".key") +
          " -out " + file(name + ".pem") + " 2>/dev/null";
      ASSERT_EQ(std::system(command.c_str()), 0);
    }
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static std::string file(const std::string& name) { return (folder_ / name).string(); }
  static ServerOptions server_with(const std::string& name) {
    ServerOptions out;
    out.certificate_file = file(name + ".pem");
    out.key_file = file(name + ".key");
    return out;
  }
  static Result<Response> ask(const Running& running, const std::string& ca) {
    ClientOptions options;
    options.url = running.url(true);
    options.ca_file = ca;
    auto client = Client::open(options);
    if (!client) return std::unexpected(client.error());
    auto first = (*client)->send(post("hello"));
    if (!first) return first;
    return (*client)->send(post("again"));  // on the same connection
  }

  static inline std::filesystem::path folder_;
};

TEST_F(TlsTest, ATrustedServerAnswers) {
  Running running(server_with("localhost"), echo);
  const auto answer = ask(running, file("localhost.pem"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "POST /x\nagain");
}

TEST_F(TlsTest, OthersAreNotTrusted) {
  Running running(server_with("localhost"), echo);
  for (const std::string& ca : {file("elsewhere.example.pem"), std::string()}) {
    const auto answer = ask(running, ca);
    ASSERT_FALSE(answer) << ca;
    EXPECT_EQ(answer.error().code, "PAC7007") << answer.error().message;
  }
}

TEST_F(TlsTest, ACertificateOfAnotherNameIsNotTrusted) {
  Running running(server_with("elsewhere.example"), echo);
  const auto answer = ask(running, file("elsewhere.example.pem"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "PAC7007") << answer.error().message;
}

TEST_F(TlsTest, PlainHttpIsNotAnswered) {
  Running running(server_with("localhost"), echo);
  Raw raw(running.port());
  ASSERT_TRUE(raw.send("GET / HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(raw.read_all().find("HTTP/"), std::string::npos);
}

TEST_F(TlsTest, AHandshakeThatIsNotFinishedEnds) {
  ServerOptions options = server_with("localhost");
  options.limits.header_ms = 300;
  Running running(options, echo);
  Raw raw(running.port());
  EXPECT_EQ(raw.read_all(), "");
}

TEST_F(TlsTest, FilesThatDoNotFit) {
  ServerOptions options = server_with("localhost");
  options.listen = {"127.0.0.1", 0};
  options.key_file = file("elsewhere.example.key");
  const auto other_key = Server::open(options, echo);
  ASSERT_FALSE(other_key);
  EXPECT_EQ(other_key.error().code, "PAC7003");
  options.certificate_file = file("none.pem");
  EXPECT_EQ(Server::open(options, echo).error().code, "PAC7003");
  ClientOptions client;
  client.url = {true, "localhost", 1, ""};
  client.ca_file = file("none.pem");
  EXPECT_EQ(Client::open(client).error().code, "PAC7003");
}

}  // namespace
}  // namespace pac::net
