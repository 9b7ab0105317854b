// Mutants of what is hashed, signed and looked up.
#include "ledger/file/blobs.h"
#include "ledger/log/bundle.h"
#include "ledger/log/frontier.h"
#include "ledger/record/batch_recorder.h"
#include "ledger/record/entry_view.h"
#include "ledger/witness/push.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"
#include "tests/ledger/promises/mutants.h"
#include "tests/ledger/promises/switches.h"
#include "tests/unit/ledger/life.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kUnseen = "no change goes unseen";
const std::string kBook = "book";
const std::string kStream = "book/streams/0001";
const std::string kSegment = kStream + "/segments/00000001-00000000000000000000.seg";

// A ledger of ten entries, each a batch, all published.
class Small {
 public:
  Small() {
    EXPECT_TRUE(init_store(files, kBook, {"log.example/small", ledger_key().public_key()}));
    open();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(append("{\"entry\":" + std::to_string(i) + "}"));
    EXPECT_TRUE(store->publish());
  }
  void open() {
    store.reset();
    auto opened = Store::open(files, kBook, ledger_key(), surroundings());
    EXPECT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
  }
  Result<Appended> append(const std::string& entry) {
    const std::string_view view = entry;
    return store->append(std::span(&view, 1));
  }
  int findings() {
    const auto report = verify_store(files, kBook, ledger_key().public_key());
    return report && report->findings.empty() ? 0 : 1;
  }
  // Each frame anew, with checksums that fit; what is signed stays.
  void rewrite(const std::function<void(std::string&)>& change) {
    auto reader = SegmentReader::open(files, kSegment, UINT64_MAX);
    std::string out = files.durable_bytes(kSegment)->substr(0, kSegmentHeaderBytes);
    while (reader->next().value_or(SegmentReader::Step::end) == SegmentReader::Step::frame) {
      std::string body(reader->frame().body), frame;
      change(body);
      build_frame(reader->frame().header, reader->frame().checkpoint, body, &frame);
      out += frame;
    }
    *files.durable_bytes(kSegment) = out;
  }

  FaultyFiles files{1};
  std::unique_ptr<Store> store;
};

void replace_in(std::string& bytes, const std::string& from, const std::string& to) {
  const std::size_t at = bytes.find(from);
  if (at != bytes.npos) bytes.replace(at, from.size(), to);
}

// An entry changed in its frame, which keeps the root that was signed, and in its bundle.
int changed_entry(bool is_removed) {
  const Switched off;
  Small small;
  small.store.reset();
  const std::string good = "{\"entry\":5}", bad = "{\"entry\":x}";
  small.rewrite([&](std::string& body) { replace_in(body, good, bad); });
  for (const std::string& path : small.files.paths()) {
    if (path.find("/entries/") == path.npos) continue;
    replace_in(*small.files.durable_bytes(path), good, bad);
  }
  if (is_removed) switches().believed_leaves.emplace(bad, leaf_hash(good));
  return 1 - small.findings();
}

// The tail cut off, and the published checkpoint edited to fit.
int edited_checkpoint(bool is_removed) {
  const Switched off;
  Small small;
  small.store.reset();
  Frontier tree;
  const auto entries = entries_of_stream(small.files, kBook, 1);
  for (int i = 0; i < 8; ++i) tree.push(leaf_hash(entries[static_cast<std::size_t>(i)]));
  Note note = *decode_note(*small.files.durable_bytes(kStream + "/checkpoint"));
  note.text = checkpoint_text({"log.example/small/1", 8, tree.root(), {}});
  *small.files.durable_bytes(kStream + "/checkpoint") = encode(note);
  auto reader = SegmentReader::open(small.files, kSegment, UINT64_MAX);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(reader->next());
  small.files.durable_bytes(kSegment)->resize(reader->offset());
  // The tiles at the edge, as they were at that size.
  std::string leaves, bundle;
  for (int i = 0; i < 8; ++i) {
    const std::string& one = entries[static_cast<std::size_t>(i)];
    leaves += crypto::view(leaf_hash(one));
    append_entry(one, &bundle);
  }
  EXPECT_TRUE(replace_file(small.files, kStream + "/" + tile_path({0, 0, 8}), leaves));
  EXPECT_TRUE(replace_file(small.files, kStream + "/" + bundle_path({0, 8}), bundle));
  switches().believes_signatures = is_removed;
  return 1 - small.findings();
}

int flipped_bit(bool is_removed) {
  const Switched off;
  Small small;
  switches().hashes_what_was_given = is_removed;
  switches().flips_next_batch = true;
  const auto appended = small.append("{\"entry\":\"the last one\"}");
  switches() = {};
  if (!appended) return 0;
  EXPECT_TRUE(small.store->publish());
  return small.findings();
}

int swapped_policy(bool is_removed) {
  const Switched off;
  FaultyFiles files(1);
  const std::string good = "a policy", bad = "b policy";
  const auto blob = put_blob(files, kBook, good);
  EXPECT_TRUE(blob);
  *files.durable_bytes(blob_path(kBook, blob->sha256)) = bad;
  if (is_removed) switches().believed_digests.emplace(bad, crypto::sha256(good));
  return read_blob(files, kBook, blob->sha256) ? 1 : 0;
}

// The newest batch, acknowledged and not published yet, became other bytes.
int decayed_batch(bool is_removed) {
  const Switched off;
  Small small;
  Witness witness;
  const std::string entry = "{\"entry\":\"" + std::string(900, 'x') + "\"}";
  const auto appended = small.append(entry);
  EXPECT_TRUE(appended);
  witness.acknowledged(1, *appended, {entry});
  const std::string published = *small.files.durable_bytes(kStream + "/checkpoint");
  small.store.reset();
  std::string& bytes = *small.files.durable_bytes(kSegment);
  bytes[bytes.size() - 500] ^= 4;
  switches().takes_decay_for_a_torn_end = is_removed;
  small.open();
  const auto next = small.append("{\"entry\":\"another\"}");
  EXPECT_TRUE(next);
  witness.was_signed(next->checkpoint);
  return static_cast<int>(witness.forks());
}

int time_going_back(bool is_removed) {
  const Switched off;
  FaultyFiles files(1);
  constexpr std::int64_t kStart = 1'772'355'600'000'000, kHalf = 500'000;
  std::int64_t now = kStart;
  Surroundings around = surroundings();
  around.now_us = [&] { return now; };
  EXPECT_TRUE(init_store(files, kBook, {"log.example/small", ledger_key().public_key()}));
  auto store = Store::open(files, kBook, ledger_key(), around);
  EXPECT_TRUE(store);
  std::string before;
  int out = 0;
  for (int i = 0; i < 4; ++i) {
    now = kStart + (i % 2 == 0 ? kHalf : 0);
    if (is_removed) switches().clock_us = now;
    const std::string at = (*store)->time();
    out += at < before ? 1 : 0;
    before = at;
  }
  return out;
}

int answered_twice(bool is_removed) {
  const Switched off;
  Small small;
  switches().forgets_keys = is_removed;
  BatchRecorder recorder(small.files, kBook, *small.store, "", "desk");
  int recorded = 0;
  for (int i = 0; i < 2; ++i) {
    std::string entry = R"({"at":"2026-03-01T09:00:00.000000Z","kind":"external"})";
    PendingDecision one;
    one.entry = {entry.data(), entry.size()};
    one.at = 7;
    one.key = "request-1";
    one.request = "digest";
    const auto done = recorder.record(std::span(&one, 1));
    EXPECT_TRUE(done) << done.error().message;
    if (done && (*done)[0].kind == RecordedDecision::Kind::recorded) ++recorded;
  }
  return recorded - 1;
}

// A witness that remembers the newest root of each log, as a server of somebody else does.
class Remembering final : public Witnessing {
 public:
  Result<CosignOutcome> cosign(const TileReader& tiles, const std::string& note,
                               const Checkpoint& checkpoint) override {
    CosignOutcome out;
    out.note = note;
    if (!is_asked) return out;
    const auto [seen, is_new] = seen_.try_emplace(checkpoint.origin, checkpoint);
    if (is_new) return out;
    out.seen = seen->second.size;
    out.reason = "a witness has seen more";
    out.is_conflict =
        checkpoint.size < out.seen ||
        Tree(tiles, checkpoint.size).root(out.seen).value_or(Hash{}) != seen->second.root;
    if (!out.is_conflict) seen->second = checkpoint;
    return out;
  }
  bool is_asked = true;

 private:
  std::map<std::string, Checkpoint> seen_;
};

// The folder put back to an earlier state, and opened.
int put_back(bool is_removed) {
  const auto witnessing = std::make_shared<Remembering>();
  Surroundings around = surroundings();
  around.witnessing = witnessing;
  FaultyFiles files(1);
  Witness witness;
  EXPECT_TRUE(init_store(files, kBook, {"log.example/small", ledger_key().public_key()}));
  crypto::Seed seed{};
  const auto cosigner = Cosigner::make("w.example/one", *crypto::SigningKey::from_seed(seed));
  EXPECT_TRUE(replace_file(files, kBook + "/" + kPolicyFile,
                           policy_text(policy_of({{cosigner->key(), "1"}}, 1))));
  const auto append = [&](Store& store, const std::string& entry) {
    const std::string_view view = entry;
    const auto appended = store.append(std::span(&view, 1));
    if (appended) witness.was_signed(appended->checkpoint);
  };
  std::map<std::string, std::string> backup;
  for (int life = 0; life < 2; ++life) {
    auto store = Store::open(files, kBook, ledger_key(), around);
    EXPECT_TRUE(store) << store.error().message;
    append(**store, "{\"life\":" + std::to_string(life) + "}");
    EXPECT_TRUE((*store)->publish());
    store->reset();
    if (life > 0) continue;
    for (const std::string& path : files.paths()) backup[path] = *files.durable_bytes(path);
  }
  FaultyFiles restored(2);
  for (const auto& [path, bytes] : backup) {
    EXPECT_TRUE(restored.make_folders(folder_of(path)));
    EXPECT_TRUE(replace_file(restored, path, bytes));
  }
  if (is_removed) witnessing->is_asked = false;
  auto store = Store::open(restored, kBook, ledger_key(), around);
  EXPECT_TRUE(store) << store.error().message;
  if (store) append(**store, "{\"life\":\"after\"}");
  return static_cast<int>(witness.forks());
}

}  // namespace

std::vector<PromiseMutant> proof_mutants() {
  return {
      {"LeavesAreHashedAgain", kUnseen, "leaves are hashed again from what will be written",
       "one bit flipped in the memory of a batch that is hashed", "Tamper.IsFound", false,
       flipped_bit},
      {"EntriesAreHashed", kUnseen, "who verifies hashes each entry",
       "an entry changed in its frame and bundle, all hashes and checksums around it fitting",
       "StoreTest.AChangedEntryIsNamed", false, changed_entry},
      {"SignaturesAreLookedAt", kUnseen, "who verifies looks at signatures",
       "the tail cut off, the published checkpoint and tiles edited to fit",
       "StoreTest.ChangedFilesAreFound", false, edited_checkpoint},
      {"PoliciesAreHashed", "every record binds its policy",
       "what is stored under a digest is hashed when it is read",
       "a stored policy with other bytes", "Blobs.WhatIsMissingOrChangedIsNotHandedOut", false,
       swapped_policy},
      {"DecayIsNoTornEnd", "one root for one size",
       "a frame that was written to its end is no torn end",
       "the newest batch, acknowledged, became other bytes",
       "StoreTest.ADecayedLastBatchIsDamageAndATornOneIsNot", false, decayed_batch},
      {"WitnessesAreAsked", "one root for one size", "witnesses are asked before a start signs",
       "the folder put back to a backup", "PutBackTest.AFolderThatWasPutBackOpensANewStream", false,
       put_back},
      {"TimesDoNotGoBack", "times never go back within a stream",
       "times are held at the last entry's", "a clock that goes back and forth",
       "ClockTest.ASmallStepBackIsEvenedOutAndNotTold", false, time_going_back},
      {"KeysOfRequestsAreLookedUp", "a retry is answered and not decided again",
       "keys of requests are looked up before a decision is recorded", "the same request twice",
       "RecorderTest.OneKeyIsAnsweredOnceHoweverManyAskAtOnce", false, answered_twice},
  };
}

}  // namespace pac::ledger::test
