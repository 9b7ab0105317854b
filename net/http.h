// Requests and answers of HTTP as plain data. Values; any thread. What is behind it is Boost.Beast,
// which no other folder sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pac::net {

struct Field {
  std::string name, value;
};

struct Request {
  std::string method;  // "POST"
  std::string target;  // "/add-checkpoint?x=1", as it came
  std::vector<Field> fields;
  std::string body;

  // The target without what stands behind `?`.
  std::string_view path() const;
  // The first field of that name, in any case of letters; nothing where there is none.
  std::optional<std::string_view> field(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type;  // empty: none is said
  std::vector<Field> fields;
  std::string body;

  std::optional<std::string_view> field(std::string_view name) const;
};

// Bounds of both sides, each with its reason in docs/limits.md.
struct Limits {
  std::size_t header_bytes = 16'384;
  std::size_t body_bytes = std::size_t{1} << 20;
  // Of the server: those beyond it are answered 503 at once.
  std::size_t connections = 1'024;
  // From the opening of a connection, or the answer before, until the header is whole; for the
  // body; for the answer to be taken.
  std::int64_t header_ms = 10'000;
  std::int64_t body_ms = 10'000;
  std::int64_t write_ms = 10'000;
  // Of a server that is told to stop: how long it waits for answers that are being made.
  std::int64_t drain_ms = 5'000;
  // Of a client, for each of connecting and asking.
  std::int64_t connect_ms = 5'000;
};

}  // namespace pac::net
