#include "net/server.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "net/beast.h"

namespace pac::net {
namespace {

// A client that goes on sending what was refused gets so much time and so many bytes to read why.
constexpr std::int64_t kLingerMs = 1'000;
constexpr std::size_t kLingerBytes = std::size_t{1} << 20;
// Where the system has no more files for connections.
constexpr std::int64_t kAcceptAgainMs = 100;
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  // Any thread: no further request; one that is being answered is finished.
  virtual void finish() = 0;
  // Any thread: ends, whatever it is at.
  virtual void abort() = 0;
};

// What connections share with their server, which outlives them.
struct Shared {
  ServerOptions options;
  Handler handler;
  std::atomic<bool> is_stopping = false;
  std::mutex mutex;
  std::map<Connection*, std::weak_ptr<Connection>> connections;
  std::function<void()> ended;  // after each connection's end
};

template <typename Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

  template <typename... Arguments>
  explicit Session(Shared& shared, Arguments&&... arguments)
      : shared_(shared), stream_(std::forward<Arguments>(arguments)...) {}

  ~Session() override {
    {
      const std::lock_guard lock(shared_.mutex);
      shared_.connections.erase(this);
    }
    shared_.ended();
  }

  void start() override {
    asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->begin(); });
  }

  void finish() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
      if (self->is_idle_) beast::get_lowest_layer(self->stream_).cancel();
    });
  }

  void abort() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
      beast::get_lowest_layer(self->stream_).close();
    });
  }

 private:
  void begin() {
    if constexpr (kIsTls) {
      is_idle_ = true;
      expires(shared_.options.limits.header_ms);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code error) {
                                if (!error) self->read_header();
                              });
    } else {
      read_header();
    }
  }

  void expires(std::int64_t ms) { beast::get_lowest_layer(stream_).expires_after(in_ms(ms)); }

  void read_header() {
    if (shared_.is_stopping) return close();
    const Limits& limits = shared_.options.limits;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser_->body_limit(limits.body_bytes);
    is_idle_ = true;
    expires(limits.header_ms);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](error_code error, std::size_t) {
          self->is_idle_ = false;
          if (error) return self->refuse(error);
          self->expires(self->shared_.options.limits.body_ms);
          if (view(self->parser_->get()[http::field::expect]) == "100-continue") {
            return self->say_continue();
          }
          self->read_body();
        });
  }

  void say_continue() {
    auto interim = std::make_shared<http::response<http::empty_body>>(http::status::continue_,
                                                                      parser_->get().version());
    http::async_write(stream_, *interim,
                      [self = this->shared_from_this(), interim](error_code error, std::size_t) {
                        if (!error) self->read_body();
                      });
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](error_code error, std::size_t) {
                       if (error) return self->refuse(error);
                       self->answer();
                     });
  }

  // What is no request within the limits. A client that is too slow or gone gets nothing.
  void refuse(error_code error) {
    if (error == http::error::end_of_stream) return close();
    static const auto& kHttpErrors = make_error_code(http::error::bad_method).category();
    if (error.category() != kHttpErrors || error == http::error::partial_message) return;
    Response response;
    response.status = 400;
    if (error == http::error::header_limit) response.status = 431;
    if (error == http::error::body_limit) response.status = 413;
    is_refused_ = true;
    write(response, 11, false, false);
  }

  void answer() {
    auto& message = parser_->get();
    Request request;
    request.method = view(message.method_string());
    request.target = view(message.target());
    request.fields = fields_of(message);
    request.body = std::move(message.body());
    const bool keeps = message.keep_alive() && !shared_.is_stopping;
    const Response response = shared_.handler(request);
    write(response, message.version(), keeps && !shared_.is_stopping, request.method == "HEAD");
  }

  void write(const Response& response, unsigned version, bool keeps, bool is_head) {
    message_.emplace();
    message_->version(version);
    message_->result(static_cast<unsigned>(response.status));
    if (!response.content_type.empty()) {
      message_->set(http::field::content_type, response.content_type);
    }
    for (const Field& field : response.fields) message_->insert(field.name, field.value);
    message_->keep_alive(keeps);
    if (!is_head) message_->body() = response.body;
    message_->content_length(response.body.size());
    expires(shared_.options.limits.write_ms);
    http::async_write(stream_, *message_,
                      [self = this->shared_from_this(), keeps](error_code error, std::size_t) {
                        if (error) return;
                        if (keeps) return self->read_header();
                        self->close();
                      });
  }

  void close() {
    if constexpr (kIsTls) {
      expires(kLingerMs);
      stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
    } else {
      error_code ignored;
      (void)stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
      expires(kLingerMs);
      if (is_refused_) linger(0);
    }
  }

  // A connection that is closed with bytes unread is reset, and the client may not see the answer.
  void linger(std::size_t bytes) {
    scratch_.resize(4096);
    stream_.async_read_some(asio::buffer(scratch_), [self = this->shared_from_this(), bytes](
                                                        error_code error, std::size_t more) {
      if (!error && bytes + more < kLingerBytes) self->linger(bytes + more);
    });
  }

  Shared& shared_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> message_;
  std::vector<char> scratch_;
  bool is_idle_ = false;  // between two requests
  bool is_refused_ = false;
};

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& options, Handler handler)
      : io_(static_cast<int>(options.workers)),
        strand_(asio::make_strand(io_)),
        acceptor_(strand_),
        signals_(strand_),
        again_(strand_),
        drain_(strand_) {
    shared_.options = options;
    shared_.handler = std::move(handler);
    shared_.ended = [this] { on_ended(); };
  }

  // Connections that are cut off by a drain that took too long end with io_.
  ~BeastServer() override {
    shared_.ended = [] {};
  }

  Result<void> listen() {
    const Endpoint& where = shared_.options.listen;
    const auto refused = [&](const error_code& error) {
      return fail("PAC7002", "can't listen on " + where.host + ":" + std::to_string(where.port) +
                                 ": " + error.message());
    };
    error_code error;
    tcp::resolver resolver(io_);
    const auto found =
        resolver.resolve(where.host, std::to_string(where.port), tcp::resolver::passive, error);
    if (error || found.empty()) return refused(error);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    if (acceptor_.open(endpoint.protocol(), error); error) return refused(error);
    if (acceptor_.set_option(asio::socket_base::reuse_address(true), error); error) {
      return refused(error);
    }
    if (acceptor_.bind(endpoint, error); error) return refused(error);
    if (acceptor_.listen(asio::socket_base::max_listen_connections, error); error) {
      return refused(error);
    }
    port_ = acceptor_.local_endpoint(error).port();
    return shared_.options.certificate_file.empty() ? Result<void>() : read_certificate();
  }

  std::uint16_t port() const override { return port_; }

  void run() override {
    if (shared_.options.stops_on_signals) {
      error_code ignored;
      (void)signals_.add(SIGTERM, ignored);
      (void)signals_.add(SIGINT, ignored);
      signals_.async_wait([this](error_code error, int) {
        if (!error) stop();
      });
    }
    asio::post(strand_, [this] { accept(); });
    std::vector<std::thread> others;
    for (unsigned i = 1; i < shared_.options.workers; ++i) {
      others.emplace_back([this] { io_.run(); });
    }
    io_.run();
    for (std::thread& other : others) other.join();
  }

  void stop() override {
    if (shared_.is_stopping.exchange(true)) return;
    asio::post(strand_, [this] {
      error_code ignored;
      (void)acceptor_.close(ignored);
      (void)signals_.cancel(ignored);
      again_.cancel();
      const auto open = connections();
      if (open.empty()) return;
      drain_.expires_after(in_ms(shared_.options.limits.drain_ms));
      drain_.async_wait([this](error_code error) {
        if (error) return;
        for (const auto& connection : connections()) connection->abort();
      });
      for (const auto& connection : open) connection->finish();
    });
  }

 private:
  Result<void> read_certificate() {
    tls_.emplace(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
    error_code error;
    (void)tls_->use_certificate_chain_file(shared_.options.certificate_file, error);
    if (error) {
      return fail("PAC7003", "can't read the certificate " + shared_.options.certificate_file +
                                 ": " + error.message());
    }
    (void)tls_->use_private_key_file(shared_.options.key_file, asio::ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(tls_->native_handle()) != 1) {
      return fail("PAC7003", shared_.options.key_file + " is not the key of the certificate " +
                                 shared_.options.certificate_file);
    }
    return {};
  }

  void accept() {
    if (!acceptor_.is_open()) return;
    acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, tcp::socket socket) {
      if (shared_.is_stopping) return;
      if (error) {
        again_.expires_after(in_ms(kAcceptAgainMs));
        again_.async_wait([this](error_code stopped) {
          if (!stopped) accept();
        });
        return;
      }
      take(std::move(socket));
      accept();
    });
  }

  void take(tcp::socket socket) {
    const auto connection = connect(socket);
    if (connection != nullptr) return connection->start();
    error_code ignored;
    (void)socket.non_blocking(true, ignored);
    if (!tls_) (void)socket.send(asio::buffer(kFull), 0, ignored);
    (void)socket.close(ignored);
  }

  // nullptr, and the socket is as it was, where there are connections enough.
  std::shared_ptr<Connection> connect(tcp::socket& socket) {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.connections.size() >= shared_.options.limits.connections) return nullptr;
    error_code ignored;
    (void)socket.set_option(tcp::no_delay(true), ignored);
    std::shared_ptr<Connection> connection;
    if (tls_) {
      connection = std::make_shared<Session<TlsStream>>(shared_, std::move(socket), *tls_);
    } else {
      connection = std::make_shared<Session<PlainStream>>(shared_, std::move(socket));
    }
    shared_.connections.emplace(connection.get(), connection);
    return connection;
  }

  std::vector<std::shared_ptr<Connection>> connections() {
    std::vector<std::shared_ptr<Connection>> out;
    const std::lock_guard lock(shared_.mutex);
    for (const auto& [connection, held] : shared_.connections) {
      if (auto alive = held.lock()) out.push_back(std::move(alive));
    }
    return out;
  }

  void on_ended() {
    if (!shared_.is_stopping) return;
    {
      const std::lock_guard lock(shared_.mutex);
      if (!shared_.connections.empty()) return;
    }
    asio::post(strand_, [this] { drain_.cancel(); });
  }

  Shared shared_;  // before what has sessions, which end with it
  std::optional<asio::ssl::context> tls_;
  asio::io_context io_;
  asio::strand<asio::io_context::executor_type> strand_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer again_, drain_;
  std::uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, Handler handler) {
  auto out = std::make_unique<BeastServer>(options, std::move(handler));
  if (const auto listens = out->listen(); !listens) return std::unexpected(listens.error());
  return out;
}

}  // namespace pac::net
