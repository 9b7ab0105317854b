// One run of shipping a folder to a store: a connection, and what is needed to make it anew.
// Belongs to one thread, which has the turn to ship (ShipTurn) while it calls all().
#pragma once

#include <map>
#include <memory>
#include <string>

#include "ledger/pg/history.h"
#include "ledger/pg/known.h"
#include "ledger/pg/ship.h"
#include "ledger/pg/ship_turn.h"

namespace pac::ledger::pg {

class Run {
 public:
  Run(FileSystem& files, std::string folder, std::string url, StoreSettings ledger,
      ShipSettings settings);

  // Connects, and learns which store that is.
  [[nodiscard]] Result<void> start();
  // Ships everything that is published. Between transactions others have their turn.
  [[nodiscard]] Result<Shipped> all(ShipTurn& turn);
  // As HeldCopy::compare.
  [[nodiscard]] Result<std::optional<Damage>> compare(const NoteKey& stream,
                                                      const TileReader& tiles,
                                                      const Checkpoint& published);
  // Until the server, or the one that took its place, answers again.
  [[nodiscard]] Result<void> reconnect();

  void lend(const WithStore& store) { settings_.store = store; }
  Connection& connection() { return *connection_; }
  const ShipSettings& settings() const { return settings_; }
  // What the store calls itself, after start().
  const std::string& store() const { return store_; }

 private:
  Result<void> end_old_backends();
  Result<void> connect();
  Result<std::size_t> end_stale_backends();
  Result<std::int64_t> id_of(const std::string& origin);
  Result<History> history(const StreamSource& source, std::int64_t id, const Position& at);
  Result<bool> goes_on(std::uint32_t number, const StreamSource& source, std::int64_t id,
                       const Position& at);
  Result<StreamSource> source_of(std::uint32_t number);
  Result<void> look(std::uint32_t number);
  void note_rewound(const std::string& origin, std::uint64_t size);
  Result<void> record(const Rewound& rewound);
  Result<void> stream(std::uint32_t number, ShipTurn& turn);
  Result<bool> stretch(std::uint32_t number, ShipTurn& turn);
  Result<void> put_cosigned(const StreamSource& source, std::int64_t id);
  Result<TileBuilder> settle(const StreamSource& source, std::int64_t id);
  ShippedStream& shipped_stream(const std::string& origin, std::uint64_t size);

  FileSystem& files_;
  std::string folder_, url_;
  StoreSettings ledger_;
  ShipSettings settings_;
  std::string kind_, name_;  // of all that ship this ledger, and of this one
  std::string store_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Known> known_;
  std::map<std::string, FramePlace> places_;     // where the next frame of a stream will begin
  std::map<std::string, std::string> cosigned_;  // what is there already, by stream
  bool is_new_ = true;  // the connection: the store may be another than before
  std::uint64_t shipped_ = 0;
  Shipped out_;
};

}  // namespace pac::ledger::pg
