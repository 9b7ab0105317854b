// A server on a thread of its own, and connections that send it what no client would.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "net/client.h"
#include "net/server.h"

namespace pac::net::test {

class Running {
 public:
  Running(ServerOptions options, Handler handler) {
    options.listen = {"127.0.0.1", 0};
    auto opened = Server::open(options, std::move(handler));
    EXPECT_TRUE(opened) << opened.error().message;
    if (!opened) return;
    server_ = std::move(*opened);
    thread_ = std::thread([this] {
      server_->run();
      has_ended = true;
    });
  }
  ~Running() {
    if (server_ == nullptr) return;
    server_->stop();
    thread_.join();
  }

  Server& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }
  Url url(bool is_tls = false) const {
    return {is_tls, is_tls ? "localhost" : "127.0.0.1", port(), ""};
  }
  void join() {
    thread_.join();
    thread_ = std::thread([] {});
  }
  std::atomic<bool> has_ended = false;

 private:
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

// A connection by hand; each read gives up after some seconds.
class Raw {
 public:
  explicit Raw(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    is_open_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~Raw() { close(); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  bool is_open() const { return is_open_; }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  bool send(std::string_view bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // All until the server closes.
  std::string read_all() {
    std::string out;
    char bytes[4096];
    for (ssize_t got; (got = ::recv(socket_, bytes, sizeof bytes, 0)) > 0;) {
      out.append(bytes, static_cast<std::size_t>(got));
    }
    return out;
  }
  // Until `end` was seen, or nothing more comes.
  std::string read_until(std::string_view end) {
    std::string out;
    char byte = 0;
    while (out.find(end) == std::string::npos && ::recv(socket_, &byte, 1, 0) == 1) out += byte;
    return out;
  }
  // The first line of what comes, until the server closes.
  std::string status() {
    const std::string all = read_all();
    return all.substr(0, all.find('\r'));
  }

 private:
  int socket_;
  bool is_open_ = false;
};

// Says what it was sent.
inline Response echo(const Request& request) {
  Response out;
  out.content_type = "text/plain";
  out.body = request.method + " " + request.target + "\n" + request.body;
  return out;
}

inline Request post(std::string body) { return {"POST", "/x", {}, std::move(body)}; }

}  // namespace pac::net::test
