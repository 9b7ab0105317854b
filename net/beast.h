// Not API, and only for server.cpp and client.cpp: what both take of Boost, and its names made
// short. It costs a minute to compile.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace pac::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

inline std::string_view view(boost::string_view text) { return {text.data(), text.size()}; }

template <typename Fields>
std::vector<Field> fields_of(const Fields& fields) {
  std::vector<Field> out;
  for (const auto& field : fields) {
    out.push_back({std::string(view(field.name_string())), std::string(view(field.value()))});
  }
  return out;
}

inline std::chrono::milliseconds in_ms(std::int64_t count) {
  return std::chrono::milliseconds(count);
}

}  // namespace pac::net
