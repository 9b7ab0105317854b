// The client against servers that are not there, slow, or answer nonsense.
#include <functional>

#include "tests/unit/net/support.h"

namespace pac::net {
namespace {

using test::echo;
using test::post;
using test::Running;

ClientOptions options_of(const Url& url) {
  ClientOptions out;
  out.url = url;
  return out;
}

// A server by hand: what it does with each connection in turn.
class Scripted {
 public:
  using Script = std::function<void(int socket)>;
  explicit Scripted(std::vector<Script> scripts)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)), scripts_(std::move(scripts)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    socklen_t length = sizeof at;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &length);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] {
      for (const Script& script : scripts_) {
        const int one = ::accept(socket_, nullptr, nullptr);
        if (one < 0) return;
        script(one);
        ::close(one);
      }
    });
  }
  ~Scripted() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  Url url() const { return {false, "127.0.0.1", port_, ""}; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
  std::vector<Script> scripts_;
  std::thread thread_;
};

void read_request(int socket) {
  std::string all;
  char byte = 0;
  while (all.find("\r\n\r\n") == std::string::npos && ::recv(socket, &byte, 1, 0) == 1) all += byte;
}

Scripted::Script answers(const std::string& bytes) {
  return [bytes](int socket) {
    read_request(socket);
    ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  };
}

TEST(ClientTest, AsksBehindThePathAndKeepsTheConnection) {
  std::atomic<int> asked = 0;
  Running running({}, [&](const Request& request) {
    ++asked;
    return echo(request);
  });
  Url url = running.url();
  url.path = "/w";
  auto client = Client::open(options_of(url));
  ASSERT_TRUE(client);
  for (int i = 0; i < 3; ++i) {
    const auto answer = (*client)->send(post("hello"));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->content_type, "text/plain");
    EXPECT_EQ(answer->body, "POST /w/x\nhello");
  }
  EXPECT_EQ(asked, 3);
}

TEST(ClientTest, AConnectionThatTheServerClosedIsOpenedAgain) {
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
  Scripted server({answers(ok), answers(ok)});
  auto client = Client::open(options_of(server.url()));
  for (int i = 0; i < 2; ++i) {
    const auto answer = (*client)->send({"GET", "/", {}, ""});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "hi");
  }
}

TEST(ClientTest, WhatCanNotBeReached) {
  std::uint16_t port = 0;
  {
    Running gone({}, echo);
    port = gone.port();
  }
  auto client = Client::open(options_of({false, "127.0.0.1", port, ""}));
  const auto answer = (*client)->send(post(""));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "PAC7004");
}

TEST(ClientTest, TimeForAnAnswer) {
  Scripted server({[](int socket) {
    read_request(socket);
    char byte = 0;
    (void)::recv(socket, &byte, 1, 0);  // until the client gives up
  }});
  ClientOptions options = options_of(server.url());
  options.answer_ms = 200;
  auto client = Client::open(options);
  const auto answer = (*client)->send({"GET", "/", {}, ""});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "PAC7005");
  EXPECT_NE(answer.error().message.find("200 ms"), std::string::npos);
}

TEST(ClientTest, BytesOfAnAnswer) {
  ClientOptions options;
  options.limits.header_bytes = 500;
  options.limits.body_bytes = 100;
  const auto ask = [&](const std::string& bytes) {
    Scripted server({answers(bytes)});
    options.url = server.url();
    auto client = Client::open(options);
    return (*client)->send({"GET", "/", {}, ""});
  };
  EXPECT_TRUE(ask("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x')));
  EXPECT_EQ(
      ask("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x')).error().code,
      "PAC7006");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x')).error().code, "PAC7006");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nX: " + std::string(600, 'x') + "\r\n\r\n").error().code,
            "PAC7006");
}

TEST(ClientTest, WhatIsNoAnswer) {
  const auto ask = [](const std::string& bytes) {
    Scripted server({answers(bytes), answers(bytes)});
    auto client = Client::open(options_of(server.url()));
    const auto answer = (*client)->send({"GET", "/", {}, ""});
    return answer ? std::string() : answer.error().code;
  };
  EXPECT_EQ(ask("SSH-2.0-x\r\n"), "PAC7006");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), "PAC7006");
  EXPECT_EQ(ask(""), "PAC7005");
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), "PAC7005");
}

TEST(ClientTest, RedirectsAreNotFollowed) {
  Scripted server(
      {answers("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\n"
               "Content-Length: 0\r\n\r\n")});
  auto client = Client::open(options_of(server.url()));
  const auto answer = (*client)->send(post("x"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 307);
}

}  // namespace
}  // namespace pac::net
