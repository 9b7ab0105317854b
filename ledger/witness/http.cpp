#include "ledger/witness/http.h"

#include <chrono>

#include "ledger/witness/cosigned.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kPath = "/add-checkpoint";
constexpr std::string_view kPlain = "text/plain; charset=utf-8";

class HttpTransport final : public WitnessTransport {
 public:
  explicit HttpTransport(std::unique_ptr<net::Client> client) : client_(std::move(client)) {}

  Result<WitnessAnswer> add_checkpoint(const std::string& body) override {
    net::Request request{"POST", std::string(kPath), {{"Content-Type", "text/plain"}}, body};
    auto response = client_->send(request);
    if (!response) return std::unexpected(response.error());
    return WitnessAnswer{response->status, std::move(response->content_type),
                         std::move(response->body)};
  }

 private:
  std::unique_ptr<net::Client> client_;
};

}  // namespace

net::Handler witness_handler(Witness& witness) {
  return [&witness](const net::Request& request) {
    net::Response out;
    out.content_type = kPlain;
    if (request.path() != kPath) {
      out.status = 404;
      out.body = "there is only /add-checkpoint\n";
    } else if (request.method != "POST") {
      out.status = 405;
      out.fields.push_back({"Allow", "POST"});
      out.body = "checkpoints are sent with POST\n";
    } else {
      WitnessAnswer answer = witness.add_checkpoint(request.body);
      out.status = answer.status;
      out.content_type = std::move(answer.content_type);
      out.body = std::move(answer.body);
    }
    return out;
  };
}

Result<std::unique_ptr<WitnessTransport>> reach_witness(const std::string& url,
                                                        const std::string& ca_file,
                                                        std::int64_t answer_ms) {
  auto read = net::read_url(url);
  if (!read) return std::unexpected(read.error());
  net::ClientOptions options;
  options.url = std::move(*read);
  options.ca_file = ca_file;
  options.answer_ms = answer_ms;
  options.limits.connect_ms = answer_ms;
  options.limits.body_bytes = kMaxAddCheckpointBytes;
  auto client = net::Client::open(options);
  if (!client) return std::unexpected(client.error());
  return std::make_unique<HttpTransport>(std::move(*client));
}

Result<std::shared_ptr<Witnessing>> witnessing_of(FileSystem& files, const std::string& folder) {
  auto policy = read_store_policy(files, folder);
  if (!policy) return std::unexpected(policy.error());
  if (!*policy) return nullptr;
  const auto steady_us = [] {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  };
  const auto reach = [](const std::string& url) { return reach_witness(url); };
  auto out = PolicyWitnessing::make(std::move(**policy), reach, steady_us);
  if (!out) return std::unexpected(out.error());
  return std::shared_ptr<Witnessing>(std::move(*out));
}

}  // namespace pac::ledger
