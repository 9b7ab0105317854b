#include "net/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace pac::net {
namespace {

constexpr std::uint16_t kHttp = 80, kHttps = 443;

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':';
  });
}

// HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT; nothing where it is none of these.
std::optional<Endpoint> split(std::string_view text, std::optional<std::uint16_t> usual) {
  Endpoint out;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return std::nullopt;
    out.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    out.host = text.substr(0, colon);
    rest = text.substr(colon);
    if (out.host.find(':') != std::string::npos) return std::nullopt;
  }
  if (!is_host(out.host)) return std::nullopt;
  if (rest.empty()) {
    if (!usual) return std::nullopt;
    out.port = *usual;
    return out;
  }
  if (rest.size() < 2 || rest.front() != ':') return std::nullopt;
  const char* const end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data() + 1, end, out.port);
  if (error != std::errc() || stop != end) return std::nullopt;
  return out;
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (is_tls ? kHttps : kHttp)) out += ":" + std::to_string(port);
  return out;
}

Result<Url> read_url(std::string_view text) {
  // A password may stand in it, so that a message does not repeat it.
  const auto refused = [] {
    return fail("PAC7001",
                "an address is written http://HOST:PORT/PATH or https://HOST/PATH, without a "
                "user, `?` or `#`");
  };
  Url out;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    out.is_tls = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return refused();
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const auto where = split(rest.substr(0, slash), out.is_tls ? kHttps : kHttp);
  if (!where || where->port == 0) return refused();
  out.host = where->host;
  out.port = where->port;
  out.path = rest.substr(slash);
  const auto is_fine = [](char c) { return c > ' ' && c < 0x7F && c != '?' && c != '#'; };
  if (!std::ranges::all_of(out.path, is_fine)) return refused();
  while (out.path.ends_with('/')) out.path.pop_back();
  return out;
}

Result<Endpoint> read_endpoint(std::string_view text) {
  const auto out = split(text, std::nullopt);
  if (!out) {
    return fail("PAC7001", "where to listen is written HOST:PORT, such as 127.0.0.1:8080");
  }
  return *out;
}

}  // namespace pac::net
