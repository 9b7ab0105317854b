// A client of HTTP/1.1 for one server, with TLS for https. It keeps its connection and opens
// another where the server closed it. Redirects are not followed. Belongs to one thread; a call
// returns within its time-outs, but for the system's own of looking up a name.
#pragma once

#include <memory>
#include <string>

#include "net/http.h"
#include "net/url.h"
#include "runtime/base/result.h"

namespace pac::net {

struct ClientOptions {
  Url url;
  // PEM, of the authorities that may have signed the server's certificate; empty: those of the
  // system. The name in the certificate must be the host's in any case.
  std::string ca_file;
  Limits limits;
  // From the request to the whole answer.
  std::int64_t answer_ms = 10'000;
};

class Client {
 public:
  // Connects to nothing yet. PAC7003: the authorities can't be read.
  [[nodiscard]] static Result<std::unique_ptr<Client>> open(const ClientOptions& options);
  virtual ~Client() = default;

  // The target stands behind the path of the URL. PAC7004: no connection; PAC7005: no answer in
  // time, and it is not known whether the request was acted on; PAC7006: what came is no answer, or
  // is beyond the limits; PAC7007: the certificate is not to be trusted.
  [[nodiscard]] virtual Result<Response> send(const Request& request) = 0;
};

}  // namespace pac::net
