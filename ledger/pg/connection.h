// A connection to PostgreSQL: statements, rows, COPY both ways. Not shared: it belongs to one
// thread. Nothing is retried here. After PAC6301 the connection is gone, and what became of a
// COMMIT under way is not known.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

struct pg_conn;
struct pg_result;

namespace pac::ledger::pg {

// postgres://… or postgresql://…
bool is_store_url(std::string_view text);

// The rows of an answer, as text; bytea as bytes.
class Rows {
 public:
  explicit Rows(pg_result* result) noexcept;
  ~Rows();
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;

  std::size_t count() const;
  bool is_null(std::size_t row, int column) const;
  std::string_view text(std::size_t row, int column) const;
  std::int64_t integer(std::size_t row, int column) const;
  // Of a column that is written in hexadecimal, as PostgreSQL answers bytea.
  std::string bytes(std::size_t row, int column) const;
  bool is_true(std::size_t row, int column) const { return text(row, column) == "t"; }

 private:
  pg_result* result_ = nullptr;
};

// A value of a statement: $1, $2 and so on.
class Param {
 public:
  Param(std::string_view text) : text_(text) {}
  Param(const std::string& text) : text_(text) {}
  Param(const char* text) : text_(text) {}
  Param(std::int64_t number) : text_(std::to_string(number)) {}
  Param(std::uint64_t number) : text_(std::to_string(number)) {}
  Param(int number) : text_(std::to_string(number)) {}
  static Param bytes(std::string_view bytes);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Connection {
 public:
  // `name` is what the server lists it as. PAC6301.
  [[nodiscard]] static Result<Connection> open(const std::string& url, const std::string& name);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  // PAC6301 where the connection is lost, PAC6302 where the server refuses; sqlstate() says why.
  [[nodiscard]] Result<Rows> run(const std::string& sql, const std::vector<Param>& params = {});
  // Several statements at once, without values.
  [[nodiscard]] Result<void> script(const std::string& sql);

  // Takes back the open transaction; where that fails the server has done so.
  void rollback();

  // COPY … FROM STDIN: begin, pieces, end. After a failure nothing of it counts.
  [[nodiscard]] Result<void> copy_in(const std::string& sql);
  [[nodiscard]] Result<void> copy_put(std::string_view bytes);
  [[nodiscard]] Result<void> copy_end();
  // COPY … TO STDOUT: begin, then pieces until an empty one. A piece holds until the next call.
  [[nodiscard]] Result<void> copy_out(const std::string& sql);
  [[nodiscard]] Result<std::string_view> copy_next();
  // Reads what a COPY still has to say, and forgets it.
  void drain();

  // Of the last refusal; empty: none.
  const std::string& sqlstate() const noexcept { return sqlstate_; }
  bool is_lost() const;
  int backend() const;
  // Drops the connection as a broken network would.
  void drop();

 private:
  explicit Connection(pg_conn* connection) noexcept : connection_(connection) {}
  std::unexpected<Error> refused(pg_result* result);
  void free_piece();

  pg_conn* connection_ = nullptr;
  char* piece_ = nullptr;
  std::string sqlstate_;
};

}  // namespace pac::ledger::pg
