#include "ledger/pg/connection.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

// "ERROR:  text" and its lines as one line.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::string out;
  for (const char c : text) {
    if (c != '\n' && c != '\t') {
      out += c;
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  return out;
}

constexpr const char* kKeys[] = {"dbname",           "application_name", "connect_timeout",
                                 "tcp_user_timeout", "keepalives_idle",  "keepalives_interval",
                                 "keepalives_count", "client_encoding",  nullptr};

}  // namespace

bool is_store_url(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

Rows::Rows(pg_result* result) noexcept : result_(result) {}
Rows::~Rows() { PQclear(result_); }
Rows::Rows(Rows&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}
Rows& Rows::operator=(Rows&& other) noexcept {
  std::swap(result_, other.result_);
  return *this;
}

std::size_t Rows::count() const { return static_cast<std::size_t>(PQntuples(result_)); }

bool Rows::is_null(std::size_t row, int column) const {
  return PQgetisnull(result_, static_cast<int>(row), column) != 0;
}

std::string_view Rows::text(std::size_t row, int column) const {
  PAC_CHECK(row < count() && column < PQnfields(result_), "the answer has the place");
  return {PQgetvalue(result_, static_cast<int>(row), column),
          static_cast<std::size_t>(PQgetlength(result_, static_cast<int>(row), column))};
}

std::int64_t Rows::integer(std::size_t row, int column) const {
  const std::string_view digits = text(row, column);
  std::int64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

std::string Rows::bytes(std::size_t row, int column) const {
  std::string_view hex = text(row, column);
  if (hex.starts_with("\\x")) hex.remove_prefix(2);
  return crypto::from_hex(hex).value_or("");
}

Param Param::bytes(std::string_view bytes) { return {"\\x" + crypto::to_hex(bytes)}; }

Result<Connection> Connection::open(const std::string& url, const std::string& name) {
  if (!is_store_url(url)) {
    return fail("PAC6311", "`" + url + "` is no store; one is postgres://USER@HOST/DATABASE");
  }
  // A server that is gone is noticed within half a minute, not after hours. What the URL says
  // itself counts as well, but for the name.
  const char* values[] = {url.c_str(), name.c_str(), "10",   "20000", "10",
                          "5",         "3",          "UTF8", nullptr};
  Connection out(PQconnectdbParams(kKeys, values, 1));
  if (PQstatus(out.connection_) != CONNECTION_OK) {
    return fail("PAC6301",
                "the store can't be reached: " + one_line(PQerrorMessage(out.connection_)));
  }
  PQsetNoticeProcessor(out.connection_, [](void*, const char*) {}, nullptr);
  if (const auto set = out.script("set lock_timeout = '15s'; set bytea_output = hex; "
                                  "set timezone = 'UTC'; set datestyle = iso; "
                                  "set extra_float_digits = 1; set synchronize_seqscans = off; "
                                  "set max_parallel_workers_per_gather = 0");
      !set) {
    return std::unexpected(set.error());
  }
  return out;
}

Connection::~Connection() {
  free_piece();
  PQfinish(connection_);
}
Connection::Connection(Connection&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      piece_(std::exchange(other.piece_, nullptr)),
      sqlstate_(std::move(other.sqlstate_)) {}
Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(piece_, other.piece_);
  std::swap(sqlstate_, other.sqlstate_);
  return *this;
}

bool Connection::is_lost() const {
  return connection_ == nullptr || PQstatus(connection_) != CONNECTION_OK;
}

int Connection::backend() const { return connection_ == nullptr ? 0 : PQbackendPID(connection_); }

void Connection::drop() {
  free_piece();
  PQfinish(std::exchange(connection_, nullptr));
}

void Connection::free_piece() {
  if (piece_ != nullptr) PQfreemem(std::exchange(piece_, nullptr));
}

// Takes the result.
std::unexpected<Error> Connection::refused(pg_result* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  sqlstate_ = state == nullptr ? "" : state;
  std::string text;
  if (const char* primary =
          result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)) {
    text = one_line(primary);
  } else {
    text = connection_ == nullptr ? "no connection" : one_line(PQerrorMessage(connection_));
  }
  PQclear(result);
  // The server ends the connection, also where libpq has not read that yet.
  if (sqlstate_.starts_with("57P")) drop();
  if (is_lost()) return fail("PAC6301", "the connection to the store is lost: " + text);
  return fail("PAC6302",
              "the store refuses: " + text + (sqlstate_.empty() ? "" : " (" + sqlstate_ + ")"));
}

Result<Rows> Connection::run(const std::string& sql, const std::vector<Param>& params) {
  sqlstate_.clear();
  if (connection_ == nullptr) return refused(nullptr);
  std::vector<const char*> values;
  values.reserve(params.size());
  for (const Param& param : params) values.push_back(param.text().c_str());
  PGresult* result = PQexecParams(connection_, sql.c_str(), static_cast<int>(values.size()),
                                  nullptr, values.data(), nullptr, nullptr, 0);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return refused(result);
  return Rows(result);
}

Result<void> Connection::script(const std::string& sql) {
  sqlstate_.clear();
  if (connection_ == nullptr) return refused(nullptr);
  PGresult* result = PQexec(connection_, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
    return refused(result);
  }
  PQclear(result);
  return {};
}

Result<void> Connection::copy_in(const std::string& sql) {
  sqlstate_.clear();
  if (connection_ == nullptr) return refused(nullptr);
  PGresult* result = PQexec(connection_, sql.c_str());
  if (PQresultStatus(result) != PGRES_COPY_IN) return refused(result);
  PQclear(result);
  return {};
}

Result<void> Connection::copy_put(std::string_view bytes) {
  if (connection_ == nullptr) return refused(nullptr);
  if (PQputCopyData(connection_, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return refused(nullptr);
  }
  return {};
}

Result<void> Connection::copy_end() {
  if (connection_ == nullptr || PQputCopyEnd(connection_, nullptr) != 1) return refused(nullptr);
  Result<void> out;
  while (PGresult* result = PQgetResult(connection_)) {
    if (PQresultStatus(result) == PGRES_COMMAND_OK) {
      PQclear(result);
    } else if (out) {
      out = refused(result);
    } else {
      PQclear(result);
    }
  }
  if (out && is_lost()) return refused(nullptr);
  return out;
}

Result<void> Connection::copy_out(const std::string& sql) {
  sqlstate_.clear();
  if (connection_ == nullptr) return refused(nullptr);
  PGresult* result = PQexec(connection_, sql.c_str());
  if (PQresultStatus(result) != PGRES_COPY_OUT) return refused(result);
  PQclear(result);
  return {};
}

Result<std::string_view> Connection::copy_next() {
  free_piece();
  if (connection_ == nullptr) return refused(nullptr);
  const int length = PQgetCopyData(connection_, &piece_, 0);
  if (length > 0) return std::string_view(piece_, static_cast<std::size_t>(length));
  if (length == -2) return refused(nullptr);
  Result<std::string_view> out = std::string_view();
  while (PGresult* result = PQgetResult(connection_)) {
    if (PQresultStatus(result) == PGRES_COMMAND_OK || !out) {
      PQclear(result);
    } else {
      out = refused(result);
    }
  }
  if (out && is_lost()) return refused(nullptr);
  return out;
}

void Connection::drain() {
  free_piece();
  if (connection_ == nullptr) return;
  while (PQgetCopyData(connection_, &piece_, 0) > 0) free_piece();
  while (PGresult* result = PQgetResult(connection_)) PQclear(result);
}

}  // namespace pac::ledger::pg
