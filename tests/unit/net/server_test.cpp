// The server against clients that are slow, long, malformed or too many.
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "tests/unit/net/support.h"

namespace pac::net {
namespace {

using test::echo;
using test::post;
using test::Raw;
using test::Running;

constexpr std::string_view kClose = "Connection: close\r\n";

// Short enough for a test, long enough for a busy machine where nothing is to run out.
ServerOptions hasty() {
  ServerOptions out;
  out.limits.header_ms = 300;
  out.limits.body_ms = 300;
  out.limits.drain_ms = 300;
  return out;
}

TEST(ServerTest, AnswersAndKeepsTheConnection) {
  Running running({}, echo);
  Raw raw(running.port());
  ASSERT_TRUE(
      raw.send("POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
               "GET /c HTTP/1.1\r\nHost: x\r\n" +
               std::string(kClose) + "\r\n"));
  const std::string all = raw.read_all();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")) << all;
  EXPECT_NE(all.find("\r\n\r\nPOST /a?b\nhi"), all.npos) << all;
  EXPECT_NE(all.find("\r\n\r\nGET /c\n"), all.npos) << all;
}

TEST(ServerTest, AHeadIsAnsweredWithoutABody) {
  Running running({}, echo);
  Raw raw(running.port());
  ASSERT_TRUE(raw.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n" + std::string(kClose) + "\r\n"));
  const std::string all = raw.read_all();
  EXPECT_NE(all.find("Content-Length: 10"), all.npos) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
}

TEST(ServerTest, WhoAsksFirstIsToldToGoOn) {
  Running running({}, echo);
  Raw raw(running.port());
  ASSERT_TRUE(
      raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
               "Expect: 100-continue\r\n" +
               std::string(kClose) + "\r\n"));
  EXPECT_TRUE(raw.read_until("\r\n\r\n").starts_with("HTTP/1.1 100")) << "no 100";
  ASSERT_TRUE(raw.send("hi"));
  EXPECT_NE(raw.read_all().find("POST /\nhi"), std::string::npos);
}

TEST(ServerTest, WhatIsNoHttpIsRefused) {
  std::atomic<int> asked = 0;
  Running running({}, [&](const Request& request) {
    ++asked;
    return echo(request);
  });
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  for (const std::string& bad :
       {std::string("nonsense\r\n\r\n"), std::string("GET / HTTP/3.7\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nno colon\r\n\r\n"), std::string("GET  / HTTP/1.1\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nA\x01: b\r\n\r\n"), head + "Content-Length: -1\r\n\r\n",
        head + "Content-Length: 1x\r\n\r\n",
        head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        head + "Content-Length: 99999999999999999999999\r\n\r\n",
        head + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    Raw raw(running.port());
    ASSERT_TRUE(raw.send(bad));
    EXPECT_EQ(raw.status(), "HTTP/1.1 400 Bad Request") << bad;
  }
  EXPECT_EQ(asked, 0);
}

TEST(ServerTest, BytesOfAHeader) {
  ServerOptions options;
  options.limits.header_bytes = 1'000;
  Running running(options, echo);
  for (const std::size_t bytes : {900, 1'100}) {
    Raw raw(running.port());
    const std::string begin = "GET / HTTP/1.1\r\n" + std::string(kClose) + "X: ";
    ASSERT_TRUE(raw.send(begin + std::string(bytes - begin.size() - 4, 'x') + "\r\n\r\n"));
    EXPECT_EQ(raw.status(),
              bytes < 1'000 ? "HTTP/1.1 200 OK" : "HTTP/1.1 431 Request Header Fields Too Large");
  }
}

TEST(ServerTest, BytesOfABody) {
  ServerOptions options;
  options.limits.body_bytes = 1'000;
  Running running(options, echo);
  for (const std::size_t bytes : {1'000, 1'001}) {
    const std::string head = "POST / HTTP/1.1\r\n" + std::string(kClose);
    Raw sized(running.port());
    ASSERT_TRUE(sized.send(head + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n"));
    sized.send(std::string(bytes, 'x'));
    EXPECT_EQ(sized.status(),
              bytes == 1'000 ? "HTTP/1.1 200 OK" : "HTTP/1.1 413 Payload Too Large");
    Raw chunked(running.port());
    ASSERT_TRUE(chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n"));
    for (std::size_t left = bytes; left > 0; left -= std::min<std::size_t>(left, 250)) {
      const std::size_t now = std::min<std::size_t>(left, 250);
      chunked.send((now == 250 ? "fa" : "1") + std::string("\r\n") + std::string(now, 'x') +
                   "\r\n");
    }
    chunked.send("0\r\n\r\n");
    EXPECT_EQ(chunked.status(),
              bytes == 1'000 ? "HTTP/1.1 200 OK" : "HTTP/1.1 413 Payload Too Large");
  }
}

// One byte now and then keeps no connection for ever.
TEST(ServerTest, TimeForAHeader) {
  std::atomic<int> asked = 0;
  Running running(hasty(), [&](const Request& request) {
    ++asked;
    return echo(request);
  });
  Raw silent(running.port()), slow(running.port());
  std::atomic<bool> is_over = false;
  std::thread dripping([&] {
    for (int i = 0; i < 500 && !is_over && slow.send(i == 0 ? "GET / HTTP/1.1\r\nX: " : "x"); ++i) {
      usleep(20'000);
    }
  });
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_EQ(slow.read_all(), "");
  is_over = true;
  dripping.join();
  EXPECT_EQ(asked, 0);
}

TEST(ServerTest, TimeForABody) {
  std::atomic<int> asked = 0;
  Running running(hasty(), [&](const Request& request) {
    ++asked;
    return echo(request);
  });
  Raw raw(running.port());
  ASSERT_TRUE(raw.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"));
  EXPECT_EQ(raw.read_all(), "");
  EXPECT_EQ(asked, 0);
}

TEST(ServerTest, TimeForAnAnswerToBeTaken) {
  ServerOptions options;
  options.limits.write_ms = 300;
  Running running(options, [](const Request&) {
    return Response{200, "", {}, std::string(std::size_t{64} << 20, 'x')};
  });
  Raw raw(running.port());
  ASSERT_TRUE(raw.send("GET / HTTP/1.1\r\n\r\n"));
  // Nothing is read until the server has given up: then its buffers are all that comes.
  usleep(900'000);
  EXPECT_LT(raw.read_all().size(), std::size_t{64} << 20);
}

TEST(ServerTest, Connections) {
  ServerOptions options;
  options.limits.connections = 2;
  Running running(options, echo);
  const std::string ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  Raw first(running.port()), second(running.port());
  for (Raw* raw : {&first, &second}) {
    ASSERT_TRUE(raw->send(ask));
    EXPECT_TRUE(raw->read_until("GET /\n").starts_with("HTTP/1.1 200"));
  }
  Raw third(running.port());
  EXPECT_EQ(third.status(), "HTTP/1.1 503 Service Unavailable");
  // Room is made when one goes.
  first.close();
  std::string status;
  for (int i = 0; i < 200 && !status.starts_with("HTTP/1.1 200"); ++i) {
    Raw again(running.port());
    again.send("GET / HTTP/1.1\r\n" + std::string(kClose) + "\r\n");
    status = again.status();
    if (!status.starts_with("HTTP/1.1 200")) usleep(10'000);
  }
  EXPECT_EQ(status, "HTTP/1.1 200 OK");
}

TEST(ServerTest, StoppingFinishesWhatIsBeingAnsweredAndTakesNothingNew) {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_in = false, may_go = false;
  ServerOptions options;
  options.limits.drain_ms = 60'000;  // it does not wait for it
  Running running(options, [&](const Request& request) {
    std::unique_lock lock(mutex);
    is_in = true;
    changed.notify_all();
    changed.wait(lock, [&] { return may_go; });
    return echo(request);
  });
  Raw idle(running.port()), busy(running.port());
  ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\n\r\n"));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_in; });
  }
  running.server().stop();
  EXPECT_EQ(idle.read_all(), "");  // closed
  const std::uint16_t port = running.port();
  EXPECT_FALSE(running.has_ended);
  {
    const std::lock_guard lock(mutex);
    may_go = true;
    changed.notify_all();
  }
  const std::string answer = busy.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK")) << answer;
  EXPECT_NE(answer.find("Connection: close"), answer.npos) << answer;
  running.join();
  EXPECT_TRUE(running.has_ended);
  EXPECT_FALSE(Raw(port).is_open());
}

// A client that has not sent all of its request when the server stops is not waited for longer.
TEST(ServerTest, TimeToFinishWhenStopped) {
  ServerOptions options = hasty();
  options.limits.body_ms = 600'000;
  Running running(options, echo);
  Raw raw(running.port());
  ASSERT_TRUE(raw.send("POST / HTTP/1.1\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_TRUE(raw.read_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
  running.server().stop();
  running.join();
  EXPECT_TRUE(running.has_ended);
  EXPECT_EQ(raw.read_all(), "");
}

TEST(ServerTest, StopsOnSignals) {
  for (const int signal : {SIGTERM, SIGINT}) {
    ServerOptions options;
    options.stops_on_signals = true;
    Running running(options, echo);
    Raw raw(running.port());
    ASSERT_TRUE(raw.send("GET / HTTP/1.1\r\n\r\n"));  // so that it runs
    raw.read_until("GET /\n");
    ::kill(::getpid(), signal);
    running.join();
    EXPECT_TRUE(running.has_ended);
  }
}

TEST(ServerTest, ListensOnlyWhereItMay) {
  Running running({}, echo);
  ServerOptions taken;
  taken.listen = {"127.0.0.1", running.port()};
  const auto second = Server::open(taken, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "PAC7002");
}

}  // namespace
}  // namespace pac::net
