// A server of HTTP/1.1, with TLS where it is given a certificate. It reads a whole request within
// its limits, calls the handler, writes the answer, and keeps the connection. Requests that are no
// HTTP, too long or too slow never reach the handler.
//
// open() and run() belong to one thread; stop() may be called by any, and by a handler. The handler
// is called by as many threads at once as there are workers, and must not throw.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/http.h"
#include "net/url.h"
#include "runtime/base/result.h"

namespace pac::net {

struct ServerOptions {
  Endpoint listen;
  std::string certificate_file;  // PEM, with the chain; empty: no TLS
  std::string key_file;          // PEM
  Limits limits;
  unsigned workers = 4;
  bool stops_on_signals = false;  // SIGTERM and SIGINT: as stop()
};

using Handler = std::function<Response(const Request&)>;

class Server {
 public:
  // Listens when it returns. PAC7002: it can't listen there; PAC7003: certificate or key.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(const ServerOptions& options,
                                                            Handler handler);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  // Serves until it is stopped: then no connection is taken, answers that are being made are
  // finished within limits.drain_ms, and it returns.
  virtual void run() = 0;
  virtual void stop() = 0;
};

}  // namespace pac::net
