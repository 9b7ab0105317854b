#include "net/client.h"

#include <openssl/ssl.h>

#include <optional>

#include "net/beast.h"

namespace pac::net {
namespace {

class BeastClient final : public Client {
 public:
  explicit BeastClient(const ClientOptions& options) : options_(options) {}

  Result<void> prepare() {
    if (!options_.url.is_tls) return {};
    tls_.emplace(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
    tls_->set_verify_mode(asio::ssl::verify_peer);
    error_code error;
    if (options_.ca_file.empty()) {
      (void)tls_->set_default_verify_paths(error);
    } else {
      (void)tls_->load_verify_file(options_.ca_file, error);
    }
    if (!error) return {};
    return fail("PAC7003", "can't read the certificates of authorities" +
                               (options_.ca_file.empty() ? "" : " in " + options_.ca_file) + ": " +
                               error.message());
  }

  Result<Response> send(const Request& request) override {
    const bool is_reused = is_connected();
    if (!is_reused) {
      if (const auto connected = connect(); !connected) return std::unexpected(connected.error());
    }
    error_code error;
    auto response = exchange(request, &error);
    // A server may close a connection that it kept at any time; nothing came of this one.
    if (!response && is_reused && is_gone(error)) {
      if (const auto connected = connect(); !connected) return std::unexpected(connected.error());
      response = exchange(request, &error);
    }
    if (!response) disconnect();
    return response;
  }

 private:
  static bool is_gone(const error_code& error) {
    return error == http::error::end_of_stream || error == asio::error::connection_reset ||
           error == asio::error::broken_pipe || error == asio::error::eof ||
           error == asio::ssl::error::stream_truncated;
  }

  bool is_connected() const { return plain_ != nullptr || secure_ != nullptr; }

  void disconnect() {
    plain_.reset();
    secure_.reset();
  }

  std::string place() const { return options_.url.authority(); }

  // Each ends by the time-out of its stream.
  void run() {
    io_.restart();
    io_.run();
  }

  Result<void> connect() {
    disconnect();
    error_code error;
    tcp::resolver resolver(io_);
    const auto found =
        resolver.resolve(options_.url.host, std::to_string(options_.url.port), error);
    if (error) return unreachable(error);
    auto stream = std::make_unique<PlainStream>(io_);
    stream->expires_after(in_ms(options_.limits.connect_ms));
    stream->async_connect(found, [&](error_code result, const tcp::endpoint&) { error = result; });
    run();
    if (error) return unreachable(error);
    error_code ignored;
    (void)stream->socket().set_option(tcp::no_delay(true), ignored);
    if (!options_.url.is_tls) {
      plain_ = std::move(stream);
      return {};
    }
    return secure(std::move(*stream));
  }

  Result<void> secure(PlainStream stream) {
    const std::string& host = options_.url.host;
    auto secured = std::make_unique<TlsStream>(std::move(stream), *tls_);
    SSL_set_tlsext_host_name(secured->native_handle(), host.c_str());
    secured->set_verify_callback(asio::ssl::host_name_verification(host));
    error_code error;
    beast::get_lowest_layer(*secured).expires_after(in_ms(options_.limits.connect_ms));
    secured->async_handshake(asio::ssl::stream_base::client,
                             [&](error_code result) { error = result; });
    run();
    if (error) {
      const long verified = SSL_get_verify_result(secured->native_handle());
      if (verified == X509_V_OK && error == beast::error::timeout) return unreachable(error);
      return fail("PAC7007", "no trusted connection to " + place() + ": " +
                                 (verified == X509_V_OK ? error.message()
                                                        : X509_verify_cert_error_string(verified)));
    }
    secure_ = std::move(secured);
    return {};
  }

  std::unexpected<Error> unreachable(const error_code& error) const {
    const std::string why =
        error == beast::error::timeout ? "no connection in time" : error.message();
    return fail("PAC7004", "can't reach " + place() + ": " + why);
  }

  Result<Response> exchange(const Request& request, error_code* error) {
    return plain_ != nullptr ? exchange(*plain_, request, error)
                             : exchange(*secure_, request, error);
  }

  template <typename Stream>
  Result<Response> exchange(Stream& stream, const Request& request, error_code* error) {
    http::request<http::string_body> message;
    message.version(11);
    message.method_string(request.method);
    message.target(options_.url.path + request.target);
    message.set(http::field::host, options_.url.authority());
    for (const Field& field : request.fields) message.insert(field.name, field.value);
    message.body() = request.body;
    message.prepare_payload();
    http::response_parser<http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(options_.limits.header_bytes));
    parser.body_limit(options_.limits.body_bytes);
    beast::flat_buffer buffer;
    // One time-out from the first byte sent to the last one read.
    beast::get_lowest_layer(stream).expires_after(in_ms(options_.answer_ms));
    http::async_write(stream, message, [&](error_code result, std::size_t) { *error = result; });
    run();
    if (!*error) {
      http::async_read(stream, buffer, parser,
                       [&](error_code result, std::size_t) { *error = result; });
      run();
    }
    if (*error) return failed(*error);
    Response out;
    const auto& answer = parser.get();
    out.status = static_cast<int>(answer.result_int());
    out.content_type = view(answer[http::field::content_type]);
    out.fields = fields_of(answer);
    out.body = std::move(parser.get().body());
    if (!answer.keep_alive()) disconnect();
    return out;
  }

  std::unexpected<Error> failed(const error_code& error) const {
    static const auto& kHttpErrors = make_error_code(http::error::bad_method).category();
    if (error == beast::error::timeout) {
      return fail("PAC7005", "no answer of " + place() + " within " +
                                 std::to_string(options_.answer_ms) + " ms");
    }
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return fail("PAC7006", "the answer of " + place() + " is too long");
    }
    if (error.category() == kHttpErrors && error != http::error::end_of_stream &&
        error != http::error::partial_message) {
      return fail("PAC7006", "what " + place() + " answers is no HTTP: " + error.message());
    }
    return fail("PAC7005",
                "the connection to " + place() + " was lost before its answer: " + error.message());
  }

  ClientOptions options_;
  asio::io_context io_;
  std::optional<asio::ssl::context> tls_;
  std::unique_ptr<PlainStream> plain_;
  std::unique_ptr<TlsStream> secure_;
};

}  // namespace

Result<std::unique_ptr<Client>> Client::open(const ClientOptions& options) {
  auto out = std::make_unique<BeastClient>(options);
  if (const auto prepared = out->prepare(); !prepared) return std::unexpected(prepared.error());
  return out;
}

}  // namespace pac::net
