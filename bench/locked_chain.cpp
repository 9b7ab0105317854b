#include "bench/locked_chain.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <thread>

#include "ledger/file/acknowledge.h"
#include "ledger/file/committer.h"
#include "ledger/file/store.h"
#include "ledger/pg/copy.h"
#include "ledger/pg/ship.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::bench {
namespace {

namespace pg = ledger::pg;

constexpr int kClients = 16;
constexpr int kTurns = 5;
constexpr std::size_t kSingles = 100;  // of each client, one at a time
constexpr std::size_t kBatches = 4;    // of each client
constexpr std::size_t kBatch = 500;

// One round trip a row, so that the lock is held as briefly as it can be.
constexpr const char* kChain = R"(
create table public.chain (idx bigint not null, prev bytea not null, hash bytea not null, body bytea not null);
create table public.chain_end (idx bigint not null, hash bytea not null);
insert into public.chain_end values (0, '');
create function public.chain_add(new_body bytea) returns bigint language plpgsql as $$
declare at bigint; before bytea; made bytea;
begin
  select idx, hash into at, before from public.chain_end for update;
  made := sha256(before || new_body);
  insert into public.chain values (at, before, made, new_body);
  update public.chain_end set idx = at + 1, hash = made;
  return at;
end $$)";

[[noreturn]] void give_up(const Error& error) {
  std::fprintf(stderr, "%s %s\n", error.code.c_str(), error.message.c_str());
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Rows a second, of so many by each of sixteen threads.
double rate(std::size_t rows, const std::function<void(int)>& client) {
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kClients; ++i) threads.emplace_back([&client, i] { client(i); });
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(rows * kClients) / wall.count();
}

class Chain {
 public:
  Chain(const std::string& url, const std::vector<std::string>& entries) : entries_(entries) {
    for (int i = 0; i < kClients; ++i) {
      auto opened = must(pg::Connection::open(url, "pac bench"));
      if (i == 0) must(opened.script(kChain));
      must(opened.script("set synchronous_commit = on"));
      connections_.push_back(std::make_unique<pg::Connection>(std::move(opened)));
    }
  }

  double by_one() {
    return rate(kSingles, [&](int client) {
      for (std::size_t i = 0; i < kSingles; ++i) {
        must(connections_[static_cast<std::size_t>(client)]->run(
            "select public.chain_add($1)", {pg::Param::bytes(entry(client, i))}));
      }
    });
  }

  double by_batch() {
    return rate(kBatches * kBatch, [&](int client) {
      for (std::size_t i = 0; i < kBatches; ++i) {
        add(*connections_[static_cast<std::size_t>(client)], client, i * kBatch);
      }
    });
  }

 private:
  const std::string& entry(int client, std::size_t i) const {
    return entries_[(static_cast<std::size_t>(client) * 7919 + i) % entries_.size()];
  }

  void add(pg::Connection& connection, int client, std::size_t first) const {
    must(connection.script("begin"));
    const auto end = must(connection.run("select idx, hash from public.chain_end for update"));
    std::int64_t index = end.integer(0, 0);
    std::string before = end.bytes(0, 1);
    pg::CopyRows rows;
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::string& body = entry(client, first + i);
      const std::string made(crypto::view(crypto::sha256(before, body)));
      rows.begin_row(4).int8(index++).bytes(before).bytes(made).bytes(body);
      before = made;
    }
    must(connection.copy_in("copy public.chain from stdin (format binary)"));
    must(connection.copy_put(rows.take(true)));
    must(connection.copy_end());
    must(connection.run("update public.chain_end set idx = $1, hash = $2",
                        {index, pg::Param::bytes(before)}));
    must(connection.script("commit"));
  }

  const std::vector<std::string>& entries_;
  std::vector<std::unique_ptr<pg::Connection>> connections_;
};

class Recorded {
 public:
  Recorded(ledger::FileSystem& files, const std::string& folder, const crypto::SigningKey& key,
           const std::string& url, const std::vector<std::string>& entries)
      : entries_(entries),
        store_(must(ledger::Store::open(files, folder, key, ledger::real_surroundings()))),
        committer_(*store_, ledger::real_surroundings().now_us),
        acknowledger_(must(pg::acknowledge_in(files, folder, url, pg::AckLevel::pg))),
        gate_(*acknowledger_, [this](const std::function<void(ledger::Store&)>& use) {
          committer_.with_store(use);
        }) {
    must(gate_.pass());
  }

  double by_one() {
    return rate(kSingles, [&](int client) {
      for (std::size_t i = 0; i < kSingles; ++i) {
        must(committer_.record(entry(client, i)));
        must(gate_.pass());
      }
    });
  }

  double by_batch() {
    return rate(kBatches * kBatch, [&](int client) {
      for (std::size_t i = 0; i < kBatches; ++i) {
        std::vector<std::string_view> batch;
        for (std::size_t n = 0; n < kBatch; ++n) batch.push_back(entry(client, i * kBatch + n));
        committer_.with_store([&](ledger::Store& store) { must(store.append(batch)); });
        must(gate_.pass());
      }
    });
  }

 private:
  const std::string& entry(int client, std::size_t i) const {
    return entries_[(static_cast<std::size_t>(client) * 7919 + i) % entries_.size()];
  }

  const std::vector<std::string>& entries_;
  std::unique_ptr<ledger::Store> store_;
  ledger::Committer committer_;
  std::unique_ptr<ledger::Acknowledger> acknowledger_;
  ledger::AckGate gate_;
};

}  // namespace

std::vector<Figure> measure_locked_chain(ledger::FileSystem& files, const std::string& folder,
                                         const crypto::SigningKey& key, const std::string& url,
                                         const std::vector<std::string>& entries) {
  Chain chain(url, entries);
  Recorded ledger(files, folder, key, url, entries);
  std::vector<double> chain_one, chain_batch, our_one, our_batch, usual, one, batch;
  for (int turn = 0; turn < kTurns; ++turn) {
    chain_one.push_back(chain.by_one());
    our_one.push_back(ledger.by_one());
    chain_batch.push_back(chain.by_batch());
    our_batch.push_back(ledger.by_batch());
    usual.push_back(our_batch.back() / chain_one.back());
    one.push_back(our_one.back() / chain_one.back());
    batch.push_back(our_batch.back() / chain_batch.back());
  }
  std::printf(
      "16 clients, rows/s: chain under a lock %.0f one at a time, %.0f by %zu; ledger, answered at "
      "pg, %.0f one at a time, %.0f by %zu\n",
      median(chain_one), median(chain_batch), kBatch, median(our_one), median(our_batch), kBatch);
  return {{"vs_locked_chain_16", median(usual)},
          {"vs_locked_chain_16_batch_1", median(one)},
          {"vs_locked_chain_16_batch_500", median(batch)}};
}

}  // namespace pac::bench
