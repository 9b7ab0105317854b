#include "ledger/replay/replay.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "ledger/file/blobs.h"
#include "ledger/file/read_entries.h"
#include "ledger/record/entry_view.h"
#include "ledger/record/opened.h"
#include "runtime/engine/session.h"
#include "runtime/engine/write.h"
#include "runtime/engine/write_canonical.h"
#include "stdlib/digest.h"

namespace pac::ledger {
namespace {

// Entries that a thread takes at once, and how many such pieces stand in memory for each thread.
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::size_t kPiecesAThread = 4;
constexpr std::size_t kAnswerBytes = std::size_t{16} << 10;

// The features of an entry, handed out as they were read.
class RecordedFeatures final : public engine::FeatureSource {
 public:
  RecordedFeatures(const engine::LoadedRuleSet& rules, ir::DecisionId decision)
      : rules_(rules), decision_(rules.rule_set().decision(decision)), id_(decision) {}

  // False where the text is no object of features.
  bool take(std::string_view features) {
    next_ = 0;
    return features.empty() ? all_.read("{}") : all_.read(features);
  }

  bool read(std::string_view feature, std::string_view, std::int64_t,
            engine::FeatureValue* out) override {
    // The session asks in the order of the declaration and leaves out those without a key.
    const auto& own = decision_.features;
    while (next_ < own.size() && own[next_].name.data() != feature.data()) ++next_;
    if (next_ == own.size()) return false;
    const auto& slot = rules_.shape(id_).input.record().fields[own[next_++].slot];
    if (!one_.read(all_.raw(slot.name))) return false;
    out->json = one_.raw("value");
    out->has_time = false;  // its age was judged when it was read
    return !out->json.empty();
  }

 private:
  const engine::LoadedRuleSet& rules_;
  const ir::Decision& decision_;
  ir::DecisionId id_;
  ObjectView all_, one_;
  std::size_t next_ = 0;
};

// One engine's session of one decision function, on one thread.
struct Decider {
  Decider(std::shared_ptr<const engine::LoadedRuleSet> rules, ir::DecisionId of)
      : features(*rules, of), id(of), session(std::move(rules), {}) {
    answer.resize(kAnswerBytes);
  }

  // The answer in canonical form; nothing where the input does not come as far.
  std::optional<std::string_view> decide(const EntryView& entry) {
    engine::Context context;
    context.json = entry.context;
    if (!features.take(entry.features) || !session.bind_json(id, entry.input) ||
        !session.prepare(context, &features)) {
      return std::nullopt;
    }
    session.decide();
    for (;;) {
      engine::TextSink sink(answer.data(), answer.size());
      engine::write_canonical_answer(session, sink);
      if (sink.fits()) return std::string_view(answer).substr(0, sink.size());
      answer.resize(sink.size());
    }
  }
  std::string refusal() const {
    return session.refusals().empty() ? "" : std::string(session.refusals()[0].message.view());
  }

  RecordedFeatures features;
  ir::DecisionId id;
  engine::Session session;
  std::string answer;
};

struct Function {
  std::string fault;
  std::unique_ptr<Decider> interp, native;
};

struct Piece {
  std::uint32_t stream = 0;
  std::string bytes;
  std::vector<std::pair<std::uint64_t, std::size_t>> entries;  // index, where it ends
};

class Worker {
 public:
  Worker(FileSystem& files, const std::string& folder, Snapshots& snapshots,
         const ReplayOptions& options)
      : files_(files),
        folder_(folder),
        snapshots_(snapshots),
        options_(options),
        opener_(options.subjects) {}

  Replayed run(const Piece& piece) {
    out_ = {};
    std::size_t begin = 0;
    for (const auto& [index, end] : piece.entries) {
      replay(std::string_view(piece.bytes).substr(begin, end - begin), {piece.stream, index});
      begin = end;
    }
    return std::move(out_);
  }

 private:
  void leave_out(const std::string& why, EntryPlace place) {
    NotReplayed& known = out_.not_replayed[why];
    if (known.count++ == 0) known.first = place;
  }

  void replay(std::string_view entry, EntryPlace place) {
    EntryView view;
    if (const auto read = reader_.read(entry, &view); !read) {
      ++out_.decisions;
      return leave_out(read.error().message, place);
    }
    if (view.kind != "decision") return;
    if (!options_.function.empty() && !is_named(view.function, options_.function)) {
      out_.others.emplace(view.function);
      return;
    }
    ++out_.decisions;
    if (view.status == "refused") return leave_out(kRefusedInput, place);
    std::string blob;
    if (!view.blob.empty()) {
      Result<std::string> bytes = read_blob(files_, folder_, view.blob);
      if (!bytes) return leave_out("its input: " + bytes.error().message, place);
      blob = std::move(*bytes);
      if (const auto read = reader_.read_blob(blob, &view); !read) {
        return leave_out(read.error().message, place);
      }
    }
    if (const auto opened = opener_.open(&view); !opened) {
      return leave_out(opened.error().message, place);
    }
    if (opener_.has(BoxState::erased)) return leave_out(kErasedInput, place);
    if (opener_.has(BoxState::no_key)) {
      return leave_out("there is no key here for its personal data", place);
    }
    if (view.input.empty()) return leave_out("it has no input", place);
    Function& function = find(view);
    if (!function.fault.empty()) return leave_out(function.fault, place);
    compare(function, view, place);
  }

  Function& find(const EntryView& view) {
    std::string name(view.snapshot);
    name += ' ';
    name += view.function;
    name += ' ';
    name += view.function_digest;
    const auto known = functions_.find(name);
    if (known != functions_.end()) return known->second;
    return functions_.emplace(std::move(name), load(view)).first->second;
  }

  Function load(const EntryView& view) {
    Function out;
    const LoadedSnapshot& snapshot = snapshots_.get(std::string(view.snapshot));
    out.fault = snapshot.fault;
    if (!out.fault.empty()) return out;
    const ir::DecisionId id = snapshot.interp->find(view.function);
    if (id == ir::DecisionId::none) {
      out.fault = "its policy has no such decision";
      return out;
    }
    if (snapshot.bundle->manifest().decisions[ir::index(id)].sha256 != view.function_digest) {
      out.fault = "its policy decides otherwise than the entry says (function digest)";
      return out;
    }
    if (options_.interp) out.interp = std::make_unique<Decider>(snapshot.interp, id);
    if (snapshot.native != nullptr) out.native = std::make_unique<Decider>(snapshot.native, id);
    return out;
  }

  void compare(Function& function, const EntryView& view, EntryPlace place) {
    const bool has_other_stdlib = !view.stdlib.empty() && view.stdlib != stdlib::source_digest();
    if (has_other_stdlib) ++out_.other_stdlib;
    for (const auto& [name, decider] :
         {std::pair{"interp", function.interp.get()}, {"native", function.native.get()}}) {
      if (decider == nullptr) continue;
      const auto now = decider->decide(view);
      if (now && *now == view.answer) continue;
      Drift drift{place,
                  std::string(view.function),
                  name,
                  names_in(view.fired),
                  {},
                  std::string(view.answer),
                  now ? std::string(*now) : "",
                  ""};
      ObjectView answer;
      if (now && answer.read(*now)) drift.rules = names_in(answer.raw("fired"));
      if (!now) drift.now = "refused: " + decider->refusal();
      if (has_other_stdlib) drift.hint = "it was decided with another standard library";
      ++out_.drifted;
      if (out_.drifts.size() < options_.shown) out_.drifts.push_back(std::move(drift));
      return;
    }
    ++out_.same;
  }

  FileSystem& files_;
  const std::string& folder_;
  Snapshots& snapshots_;
  const ReplayOptions& options_;
  EntryReader reader_;
  BoxOpener opener_;
  std::map<std::string, Function> functions_;
  Replayed out_;
};

void merge(Replayed&& part, std::size_t shown, Replayed* all) {
  all->decisions += part.decisions;
  all->same += part.same;
  all->drifted += part.drifted;
  all->other_stdlib += part.other_stdlib;
  all->others.merge(part.others);
  for (Drift& drift : part.drifts) {
    if (all->drifts.size() < shown) all->drifts.push_back(std::move(drift));
  }
  for (const auto& [why, one] : part.not_replayed) {
    NotReplayed& known = all->not_replayed[why];
    if (known.count == 0) known.first = one.first;
    known.count += one.count;
  }
}

// Reads on the thread of the caller, round by round; pieces are worked on by all, and put together
// in order.
class Rounds {
 public:
  Rounds(FileSystem& files, const std::string& folder, const ReplayOptions& options)
      : files_(files),
        folder_(folder),
        options_(options),
        snapshots_(files, folder, options.native) {}

  Result<Replayed> run() {
    if (const auto noted = snapshots_.note_all(); !noted) return std::unexpected(noted.error());
    const auto streams = streams_of(files_, folder_);
    if (!streams) return std::unexpected(streams.error());
    const unsigned threads = std::max(1u, options_.threads);
    for (unsigned i = 0; i < threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(files_, folder_, snapshots_, options_));
    }
    for (const std::uint32_t stream : *streams) {
      if (options_.stream != 0 && options_.stream != stream) continue;
      const auto take = [&](std::uint64_t index, std::string_view entry) {
        add(stream, index, entry);
        return true;
      };
      const auto found = [&](const EntryGap& gap) {
        NotReplayed& known = out_.not_replayed["damaged or missing"];
        if (known.count == 0) known.first = {stream, gap.first};
        known.count += gap.end - gap.first;
      };
      const auto read =
          read_readable(files_, folder_, stream, options_.from, options_.to, take, found);
      if (!read) return std::unexpected(read.error());
    }
    work();
    return std::move(out_);
  }

 private:
  void add(std::uint32_t stream, std::uint64_t index, std::string_view entry) {
    if (pieces_.empty() || pieces_.back().stream != stream ||
        pieces_.back().bytes.size() >= kPieceBytes) {
      if (pieces_.size() >= kPiecesAThread * workers_.size()) work();
      pieces_.emplace_back().stream = stream;
    }
    Piece& piece = pieces_.back();
    piece.bytes += entry;
    piece.entries.emplace_back(index, piece.bytes.size());
  }

  void work() {
    std::vector<Replayed> parts(pieces_.size());
    std::atomic<std::size_t> next = 0;
    const auto work_of = [&](Worker& worker) {
      for (std::size_t i = next++; i < pieces_.size(); i = next++) {
        parts[i] = worker.run(pieces_[i]);
      }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers_.size() && i < pieces_.size(); ++i) {
      threads.emplace_back([&, i] { work_of(*workers_[i]); });
    }
    work_of(*workers_[0]);
    threads.clear();
    for (Replayed& part : parts) merge(std::move(part), options_.shown, &out_);
    pieces_.clear();
    if (options_.progress) options_.progress(out_.decisions);
  }

  FileSystem& files_;
  const std::string& folder_;
  const ReplayOptions& options_;
  Snapshots snapshots_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Piece> pieces_;
  Replayed out_;
};

}  // namespace

std::uint64_t Replayed::left_out() const {
  std::uint64_t out = 0;
  for (const auto& [why, one] : not_replayed) out += one.count;
  return out;
}

Result<Replayed> replay(FileSystem& files, const std::string& folder,
                        const ReplayOptions& options) {
  return Rounds(files, folder, options).run();
}

}  // namespace pac::ledger
