#include "ledger/pg/connection.h"

#include <dlfcn.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger::pg {
namespace {

// The functions of libpq, which is loaded where a store is first used: whoever has none needs no
// libpq, and `pac` starts without it. It stays until the process ends.
struct Libpq {
  decltype(&::PQbackendPID) PQbackendPID;
  decltype(&::PQclear) PQclear;
  decltype(&::PQconnectdbParams) PQconnectdbParams;
  decltype(&::PQerrorMessage) PQerrorMessage;
  decltype(&::PQconninfoFree) PQconninfoFree;
  decltype(&::PQconninfoParse) PQconninfoParse;
  decltype(&::PQexec) PQexec;
  decltype(&::PQexecParams) PQexecParams;
  decltype(&::PQfinish) PQfinish;
  decltype(&::PQfreemem) PQfreemem;
  decltype(&::PQgetCopyData) PQgetCopyData;
  decltype(&::PQgetResult) PQgetResult;
  decltype(&::PQgetisnull) PQgetisnull;
  decltype(&::PQgetlength) PQgetlength;
  decltype(&::PQgetvalue) PQgetvalue;
  decltype(&::PQnfields) PQnfields;
  decltype(&::PQntuples) PQntuples;
  decltype(&::PQputCopyData) PQputCopyData;
  decltype(&::PQputCopyEnd) PQputCopyEnd;
  decltype(&::PQresultErrorField) PQresultErrorField;
  decltype(&::PQresultStatus) PQresultStatus;
  decltype(&::PQsetNoticeProcessor) PQsetNoticeProcessor;
  decltype(&::PQstatus) PQstatus;
};

template <typename Function>
bool find(void* library, const char* name, Function* out) {
  *out = reinterpret_cast<Function>(dlsym(library, name));
  return *out != nullptr;
}

std::optional<Libpq> load() {
  void* const library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  Libpq out{};
  const bool is_whole =
      find(library, "PQbackendPID", &out.PQbackendPID) && find(library, "PQclear", &out.PQclear) &&
      find(library, "PQconnectdbParams", &out.PQconnectdbParams) &&
      find(library, "PQconninfoFree", &out.PQconninfoFree) &&
      find(library, "PQconninfoParse", &out.PQconninfoParse) &&
      find(library, "PQerrorMessage", &out.PQerrorMessage) &&
      find(library, "PQexec", &out.PQexec) && find(library, "PQexecParams", &out.PQexecParams) &&
      find(library, "PQfinish", &out.PQfinish) && find(library, "PQfreemem", &out.PQfreemem) &&
      find(library, "PQgetCopyData", &out.PQgetCopyData) &&
      find(library, "PQgetResult", &out.PQgetResult) &&
      find(library, "PQgetisnull", &out.PQgetisnull) &&
      find(library, "PQgetlength", &out.PQgetlength) &&
      find(library, "PQgetvalue", &out.PQgetvalue) && find(library, "PQnfields", &out.PQnfields) &&
      find(library, "PQntuples", &out.PQntuples) &&
      find(library, "PQputCopyData", &out.PQputCopyData) &&
      find(library, "PQputCopyEnd", &out.PQputCopyEnd) &&
      find(library, "PQresultErrorField", &out.PQresultErrorField) &&
      find(library, "PQresultStatus", &out.PQresultStatus) &&
      find(library, "PQsetNoticeProcessor", &out.PQsetNoticeProcessor) &&
      find(library, "PQstatus", &out.PQstatus);
  return is_whole ? std::optional(out) : std::nullopt;
}

const std::optional<Libpq>& loaded() {
  static const std::optional<Libpq> kLoaded = load();
  return kLoaded;
}

// Connections and rows are there only where it could be loaded.
const Libpq& pq() {
  PAC_CHECK(loaded().has_value(), "libpq is loaded");
  return *loaded();
}

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

// libpq quotes what it can't read of a URL, the password too; so that is found out before.
bool is_readable(const std::string& url) {
  PQconninfoOption* const parts = pq().PQconninfoParse(url.c_str(), nullptr);
  if (parts == nullptr) return false;
  bool out = true;
  for (const PQconninfoOption* part = parts; part->keyword != nullptr; ++part) {
    const std::string_view name = part->keyword;
    const std::string_view value = part->val == nullptr ? "" : part->val;
    if (name == "host" && value.find('@') != value.npos) out = false;
    if (name == "port" && value.find_first_not_of("0123456789,") != value.npos) out = false;
  }
  pq().PQconninfoFree(parts);
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
Rows::~Rows() {
  if (result_ != nullptr) pq().PQclear(result_);
}
Rows::Rows(Rows&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}
Rows& Rows::operator=(Rows&& other) noexcept {
  std::swap(result_, other.result_);
  return *this;
}

std::size_t Rows::count() const { return static_cast<std::size_t>(pq().PQntuples(result_)); }

bool Rows::is_null(std::size_t row, int column) const {
  return pq().PQgetisnull(result_, static_cast<int>(row), column) != 0;
}

std::string_view Rows::text(std::size_t row, int column) const {
  PAC_CHECK(row < count() && column < pq().PQnfields(result_), "the answer has the place");
  return {pq().PQgetvalue(result_, static_cast<int>(row), column),
          static_cast<std::size_t>(pq().PQgetlength(result_, static_cast<int>(row), column))};
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
    return fail("PAC6311", "what --store says is no store; one is postgres://USER@HOST/DATABASE");
  }
  if (!loaded()) {
    return fail("PAC6312",
                "stores in PostgreSQL are not supported here, as there is no libpq.so.5; "
                "on Debian the package libpq5 has it");
  }
  if (!is_readable(url)) {
    return fail("PAC6311",
                "the URL of the store can't be read; it is postgres://USER@HOST/DATABASE, and in a "
                "password the signs % / # ? : @ are written %25 %2F %23 %3F %3A %40");
  }
  // A server that is gone is noticed within half a minute, not after hours. What the URL says
  // itself counts as well, but for the name.
  const char* values[] = {url.c_str(), name.c_str(), "10",   "20000", "10",
                          "5",         "3",          "UTF8", nullptr};
  Connection out(pq().PQconnectdbParams(kKeys, values, 1));
  if (pq().PQstatus(out.connection_) != CONNECTION_OK) {
    return fail("PAC6301",
                "the store can't be reached: " + one_line(pq().PQerrorMessage(out.connection_)));
  }
  pq().PQsetNoticeProcessor(out.connection_, [](void*, const char*) {}, nullptr);
  if (const auto set =
          out.script("set search_path = pg_catalog, pg_temp; set lock_timeout = '15s'; "
                     "set bytea_output = hex; "
                     "set timezone = 'UTC'; set datestyle = iso; "
                     "set extra_float_digits = 1; set synchronize_seqscans = off; "
                     "set max_parallel_workers_per_gather = 0");
      !set) {
    return std::unexpected(set.error());
  }
  return out;
}

Connection::~Connection() { drop(); }
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
  return connection_ == nullptr || pq().PQstatus(connection_) != CONNECTION_OK;
}

int Connection::backend() const {
  return connection_ == nullptr ? 0 : pq().PQbackendPID(connection_);
}

void Connection::drop() {
  free_piece();
  if (connection_ != nullptr) pq().PQfinish(std::exchange(connection_, nullptr));
}

void Connection::free_piece() {
  if (piece_ != nullptr) pq().PQfreemem(std::exchange(piece_, nullptr));
}

// Takes the result.
std::unexpected<Error> Connection::refused(pg_result* result) {
  const char* state =
      result == nullptr ? nullptr : pq().PQresultErrorField(result, PG_DIAG_SQLSTATE);
  sqlstate_ = state == nullptr ? "" : state;
  std::string text;
  if (const char* primary =
          result == nullptr ? nullptr : pq().PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)) {
    text = one_line(primary);
  } else {
    text = connection_ == nullptr ? "no connection" : one_line(pq().PQerrorMessage(connection_));
  }
  if (result != nullptr) pq().PQclear(result);
  // The server ends the connection, or libpq itself says that it is gone: also where the connection
  // does not look so yet.
  if (sqlstate_.starts_with("57P") || sqlstate_.empty()) drop();
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
  PGresult* result = pq().PQexecParams(connection_, sql.c_str(), static_cast<int>(values.size()),
                                       nullptr, values.data(), nullptr, nullptr, 0);
  const ExecStatusType status = pq().PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return refused(result);
  return Rows(result);
}

Result<void> Connection::script(const std::string& sql) {
  sqlstate_.clear();
  if (connection_ == nullptr) return refused(nullptr);
  PGresult* result = pq().PQexec(connection_, sql.c_str());
  const ExecStatusType status = pq().PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
    return refused(result);
  }
  pq().PQclear(result);
  return {};
}

void Connection::rollback() {
  if (is_lost()) return;
  if (PGresult* result = pq().PQexec(connection_, "rollback")) pq().PQclear(result);
}

Result<void> Connection::copy_in(const std::string& sql) {
  sqlstate_.clear();
  if (connection_ == nullptr) return refused(nullptr);
  PGresult* result = pq().PQexec(connection_, sql.c_str());
  if (pq().PQresultStatus(result) != PGRES_COPY_IN) return refused(result);
  pq().PQclear(result);
  return {};
}

Result<void> Connection::copy_put(std::string_view bytes) {
  if (connection_ == nullptr) return refused(nullptr);
  if (pq().PQputCopyData(connection_, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return refused(nullptr);
  }
  return {};
}

Result<void> Connection::copy_end() {
  if (connection_ == nullptr || pq().PQputCopyEnd(connection_, nullptr) != 1)
    return refused(nullptr);
  Result<void> out;
  while (PGresult* result = pq().PQgetResult(connection_)) {
    if (pq().PQresultStatus(result) == PGRES_COMMAND_OK) {
      pq().PQclear(result);
    } else if (out) {
      out = refused(result);
    } else {
      pq().PQclear(result);
    }
  }
  if (out && is_lost()) return refused(nullptr);
  return out;
}

Result<void> Connection::copy_out(const std::string& sql) {
  sqlstate_.clear();
  if (connection_ == nullptr) return refused(nullptr);
  PGresult* result = pq().PQexec(connection_, sql.c_str());
  if (pq().PQresultStatus(result) != PGRES_COPY_OUT) return refused(result);
  pq().PQclear(result);
  return {};
}

Result<std::string_view> Connection::copy_next() {
  free_piece();
  if (connection_ == nullptr) return refused(nullptr);
  const int length = pq().PQgetCopyData(connection_, &piece_, 0);
  if (length > 0) return std::string_view(piece_, static_cast<std::size_t>(length));
  if (length == -2) return refused(nullptr);
  Result<std::string_view> out = std::string_view();
  while (PGresult* result = pq().PQgetResult(connection_)) {
    if (pq().PQresultStatus(result) == PGRES_COMMAND_OK || !out) {
      pq().PQclear(result);
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
  while (pq().PQgetCopyData(connection_, &piece_, 0) > 0) free_piece();
  while (PGresult* result = pq().PQgetResult(connection_)) pq().PQclear(result);
}

}  // namespace pac::ledger::pg
