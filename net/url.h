// Addresses of servers: http://HOST[:PORT][/PATH] and https. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace pac::net {

struct Url {
  bool is_tls = false;
  std::string host;  // an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string path;  // "/a/b", without a slash at its end; "" where there is none

  // As in the field Host: the port where it is not the usual one.
  std::string authority() const;
};

// PAC7001: not such an address. Names of users and passwords, `?` and `#` are refused.
[[nodiscard]] Result<Url> read_url(std::string_view text);

struct Endpoint {
  std::string host;  // an address or a name; an IPv6 address without its brackets
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:0"; port 0 lets the system choose. PAC7001.
[[nodiscard]] Result<Endpoint> read_endpoint(std::string_view text);

}  // namespace pac::net
