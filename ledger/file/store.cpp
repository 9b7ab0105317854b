#include "ledger/file/store.h"

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

#include "ledger/file/folder_tiles.h"
#include "ledger/file/limits.h"
#include "ledger/file/read_entries.h"
#include "ledger/file/store_keys.h"
#include "ledger/log/bundle.h"
#include "ledger/log/limits.h"
#include "runtime/base/json.h"
#include "runtime/base/text_numbers.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kStreamDigits = 4;
constexpr std::size_t kMaxSettingsBytes = std::size_t{1} << 20;  // some 700 rotations
constexpr std::int64_t kFormat = 1;

std::string settings_path(const std::string& folder) { return folder + "/ledger.json"; }

std::string to_text(const StoreSettings& settings) {
  json::Value out = json::Value::object();
  out.set("format", kFormat);
  out.set("key", crypto::to_hex(crypto::view(settings.key)));
  if (!settings.keys.empty()) out.set("keys", key_records(settings.keys));
  out.set("origin", settings.origin);
  if (settings.rotate_days > 0) out.set("rotate_days", settings.rotate_days);
  return json::canonical(out) + "\n";
}

std::unexpected<Error> no_ledger(const std::string& folder, const std::string& why) {
  // A URL may have a password in it.
  if (folder.find("://") != folder.npos) {
    return fail("PAC6209",
                "a URL is no folder of a ledger; what takes one takes "
                "postgres://USER@HOST/DATABASE");
  }
  return fail("PAC6209", folder + " is no ledger: " + why);
}

}  // namespace

Result<void> check_init(FileSystem& files, const std::string& folder, const std::string& origin) {
  // The origins of streams are longer by a slash and a number.
  if (!is_origin(origin) || origin.size() > kMaxNameBytes - 1 - kStreamDigits) {
    return fail("PAC6208",
                "an origin names the ledger to the world, such as " +
                    std::string("bank.example/credit: no white space, no `+`, at most ") +
                    std::to_string(kMaxNameBytes - 1 - kStreamDigits) + " bytes");
  }
  if (files.exists(settings_path(folder))) {
    return fail("PAC6208", folder + " is a ledger already; nothing was changed");
  }
  return {};
}

Result<void> init_store(FileSystem& files, const std::string& folder,
                        const StoreSettings& settings) {
  if (const auto is_free = check_init(files, folder, settings.origin); !is_free) return is_free;
  if (const auto made = files.make_folders(folder + "/streams"); !made) return made;
  return write_settings(files, folder, settings);
}

Result<void> write_settings(FileSystem& files, const std::string& folder,
                            const StoreSettings& settings) {
  const std::string text = to_text(settings);
  if (text.size() > kMaxSettingsBytes) {
    return fail("PAC6218", "the ledger has had so many keys that its ledger.json has no room for " +
                               std::string("another one; begin another ledger"));
  }
  return replace_file(files, settings_path(folder), text);
}

Result<StoreSettings> read_settings(FileSystem& files, const std::string& folder) {
  if (!files.exists(settings_path(folder))) {
    return no_ledger(folder, "it has no ledger.json; `pac ledger init` makes one");
  }
  const Result<std::string> text = read_whole(files, settings_path(folder), kMaxSettingsBytes);
  if (!text) return std::unexpected(text.error());
  const Result<json::Value> value = json::parse(*text);
  if (!value || !value->is_object()) return no_ledger(folder, "its ledger.json is damaged");
  const json::Value* format = value->find("format");
  const json::Value* origin = value->find("origin");
  const json::Value* key = value->find("key");
  if (format == nullptr || !format->is_int() || format->as_int() != kFormat) {
    return no_ledger(folder, "its format is not supported; it needs another pac");
  }
  if (origin == nullptr || !origin->is_string() || !is_origin(origin->as_string()) ||
      key == nullptr || !key->is_string()) {
    return no_ledger(folder, "its ledger.json is damaged");
  }
  const auto bytes = crypto::array_from_hex<32>(key->as_string());
  if (!bytes) return no_ledger(folder, "its ledger.json has no key");
  StoreSettings out;
  out.origin = origin->as_string();
  out.key = *bytes;
  if (const json::Value* days = value->find("rotate_days")) {
    if (!days->is_int() || days->as_int() < 0 || days->as_int() > kMaxRotateDays) {
      return no_ledger(folder, "its ledger.json is damaged");
    }
    out.rotate_days = static_cast<std::uint32_t>(days->as_int());
  }
  if (const json::Value* keys = value->find("keys")) {
    auto records = key_records_of(*keys);
    if (!records) return no_ledger(folder, "its ledger.json is damaged");
    out.keys = recorded_keys(files, folder, std::move(*records));
  }
  return out;
}

Result<std::vector<std::uint32_t>> streams_of(FileSystem& files, const std::string& folder) {
  const Result<std::vector<std::string>> names = files.list(folder + "/streams");
  if (!names) return std::unexpected(names.error());
  std::vector<std::uint32_t> out;
  for (const std::string& name : *names) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && stream_folder("", number) == "/streams/" + name) {
      out.push_back(number);
    }
  }
  return out;
}

std::string stream_folder(const std::string& folder, std::uint32_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < kStreamDigits) digits.insert(0, kStreamDigits - digits.size(), '0');
  return folder + "/streams/" + digits;
}

std::string stream_origin(const std::string& origin, std::uint32_t number) {
  return origin + "/" + std::to_string(number);
}

NoteKey stream_key(const StoreSettings& settings, std::uint32_t number) {
  return {stream_origin(settings.origin, number), settings.key};
}

Surroundings real_surroundings() {
  Surroundings out;
  out.now_us = [] {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  };
  out.nonce = []() -> Result<std::string> {
    std::array<std::uint8_t, 16> bytes;
    if (const auto drawn = crypto::random_bytes(bytes); !drawn) {
      return std::unexpected(drawn.error());
    }
    return crypto::to_hex(crypto::view(bytes));
  };
  // It goes on while the machine sleeps, so that waking up is no jump.
  out.steady_us = [] {
    timespec at{};
    clock_gettime(CLOCK_BOOTTIME, &at);
    return std::int64_t{at.tv_sec} * 1'000'000 + at.tv_nsec / 1000;
  };
  return out;
}

Result<std::unique_ptr<Store>> Store::open(FileSystem& files, const std::string& folder,
                                           const crypto::SigningKey& key, Surroundings surroundings,
                                           StreamLimits limits) {
  return open(files, folder, std::span(&key, 1), std::move(surroundings), limits);
}

Result<std::unique_ptr<Store>> Store::open(FileSystem& files, const std::string& folder,
                                           std::span<const crypto::SigningKey> keys,
                                           Surroundings surroundings, StreamLimits limits) {
  Result<StoreSettings> settings = read_settings(files, folder);
  if (!settings) return std::unexpected(settings.error());
  if (surroundings.witnessing == nullptr && files.exists(folder + "/" + kPolicyFile)) {
    return fail("PAC6506", "the ledger in " + folder + " answers only with witnesses (" +
                               kPolicyFile + "), and this writer does not reach them");
  }
  auto lock = files.lock(folder + "/lock");
  if (!lock) return std::unexpected(lock.error());
  // Again, as another process may have exchanged the key until now.
  settings = read_settings(files, folder);
  if (!settings) return std::unexpected(settings.error());
  std::unique_ptr<Store> out(
      new Store(files, folder, std::move(*settings), std::move(surroundings), limits));
  out->lock_ = std::move(*lock);
  if (const auto started = out->start(keys); !started) return std::unexpected(started.error());
  return out;
}

Result<void> Store::start(std::span<const crypto::SigningKey> keys) {
  const Result<std::vector<std::uint32_t>> streams = streams_of(*files_, folder_);
  if (!streams) return std::unexpected(streams.error());
  const std::uint32_t newest = streams->empty() ? 1 : streams->back();
  // Before anything else is looked at: who has not the key is told that.
  StreamKeys allowed = stream_keys(settings_, newest);
  Result<void> fits = check_keys(keys, allowed, folder_);
  const auto look = [&]() -> Result<Recovered> {
    if (!fits) return std::unexpected(fits.error());
    return recover(*files_, stream_folder(folder_, newest), allowed);
  };
  Result<Recovered> recovered = look();
  // A ledger.json that was restored from an earlier day does not know the keys since then.
  const bool is_strange = recovered && has_unknown_line(recovered->note, allowed);
  if ((!fits || is_strange || (recovered && recovered->damage)) &&
      find_keys(*files_, folder_, &settings_)) {
    allowed = stream_keys(settings_, newest);
    fits = check_keys(keys, allowed, folder_);
    recovered = look();
    if (const auto done = write_settings(*files_, folder_, settings_); fits && !done) return done;
  }
  if (!recovered) return std::unexpected(recovered.error());
  if (!recovered->damage) {
    auto conflict = compare(newest, *recovered);
    if (!conflict) return std::unexpected(conflict.error());
    recovered->damage = conflict_ = std::move(*conflict);
  }
  if (recovered->damage) {
    reason_ = recovered->damage->reason;
    return begin_anew(keys, newest);
  }
  if (const auto started = start_stream(newest, keys, std::move(*recovered)); !started) {
    return started;
  }
  auto conflict = confer();
  if (!conflict) return std::unexpected(conflict.error());
  if (!*conflict) return {};
  conflict_ = std::move(*conflict);
  reason_ = conflict_->reason;
  return begin_anew(keys, newest);
}

// Another folder that goes on from the same state may have begun a stream of that number too: the
// copy and the witnesses know, and then the next number is tried.
Result<void> Store::begin_anew(std::span<const crypto::SigningKey> keys, std::uint32_t old) {
  for (std::uint32_t number = old + 1; number <= kMaxStreams; ++number) {
    if (number > old + kMaxNewStreams) {
      return fail("PAC6503", conflict_->reason + "; so it is of " + std::to_string(kMaxNewStreams) +
                                 " new streams: is who says so to be trusted?");
    }
    auto held =
        compare_copy(number, {stream_origin(settings_.origin, number), 0, empty_root(), {}});
    if (!held) return std::unexpected(held.error());
    if (*held) {
      conflict_ = std::move(*held);
      continue;
    }
    if (const auto started = start_stream(number, keys, {}); !started) return started;
    auto conflict = cosign();
    if (!conflict) return std::unexpected(conflict.error());
    conflict_ = std::move(*conflict);
    if (!conflict_) return {};
  }
  return fail("PAC6205", "the ledger has its " + std::to_string(kMaxStreams) + " streams");
}

// Before the first signature: whether the copy or a witness has seen more than is published here,
// or something else. What was signed after the published checkpoint was shown to nobody.
Result<std::optional<Damage>> Store::compare(std::uint32_t number, const Recovered& recovered) {
  const auto& published = recovered.published;
  // Tiles that do not fit are made anew when the stream goes on, and it is compared then.
  if (!recovered.tiles_fit || (!published && recovered.tree.size() > 0)) return std::nullopt;
  const Checkpoint nothing{stream_origin(settings_.origin, number), 0, empty_root(), {}};
  auto held = compare_copy(number, published ? *published : nothing);
  if (!held || *held) return held;
  if (surroundings_.witnessing == nullptr || !published) return std::nullopt;
  const std::string stream = stream_folder(folder_, number);
  const auto note = read_whole(*files_, stream + "/checkpoint", kMaxNoteBytes);
  if (!note) return std::unexpected(note.error());
  auto outcome = surroundings_.witnessing->cosign(FolderTiles(*files_, stream), *note, *published);
  if (!outcome) return std::unexpected(outcome.error());
  if (!outcome->is_conflict) return std::nullopt;
  return Damage{outcome->seen, std::move(outcome->reason)};
}

Result<std::optional<Damage>> Store::compare_copy(std::uint32_t number,
                                                  const Checkpoint& published) {
  compared_ = number;
  if (surroundings_.copy == nullptr) return std::nullopt;
  return surroundings_.copy->compare(stream_key(settings_, number),
                                     FolderTiles(*files_, stream_folder(folder_, number)),
                                     published);
}

// With the stream as it goes on.
Result<std::optional<Damage>> Store::confer() {
  if (surroundings_.copy != nullptr && compared_ != stream_) {
    if (const auto published = writer_->publish(); !published) {
      return std::unexpected(published.error());
    }
    auto held = compare_copy(stream_, {signer_->key().name, writer_->size(), writer_->root(), {}});
    if (!held || *held) return held;
  }
  return cosign();
}

Result<std::optional<Damage>> Store::cosign() {
  if (surroundings_.witnessing == nullptr) return std::nullopt;
  if (writer_->size() == witnessed_) return std::nullopt;
  if (const auto published = writer_->publish(); !published) {
    return std::unexpected(published.error());
  }
  const std::string stream = stream_folder(folder_, stream_);
  const std::string note = writer_->checkpoint();
  auto outcome =
      surroundings_.witnessing->cosign(FolderTiles(*files_, stream), note,
                                       {signer_->key().name, writer_->size(), writer_->root(), {}});
  if (!outcome) return std::unexpected(outcome.error());
  if (outcome->is_conflict) return Damage{outcome->seen, std::move(outcome->reason)};
  if (const auto kept = replace_file(*files_, stream + "/" + kCosignedFile, outcome->note); !kept) {
    return std::unexpected(kept.error());
  }
  witnessed_ = writer_->size();
  cosigned_ = std::move(outcome->note);
  return std::nullopt;
}

Result<void> Store::witness() {
  auto conflict = cosign();
  if (!conflict) {
    return fail("PAC6505",
                "what was asked is recorded, and not witnessed, so that its outcome is "
                "unknown: " +
                    conflict.error().message);
  }
  if (!*conflict) return {};
  conflict_ = std::move(*conflict);
  return in_conflict();
}

Result<void> Store::start_stream(std::uint32_t number, std::span<const crypto::SigningKey> keys,
                                 Recovered recovered) {
  const StreamKeys allowed = stream_keys(settings_, number);
  auto signers = signers_among(keys, allowed, recovered.note);
  if (!signers) return std::unexpected(signers.error());
  auto signer = NoteSigner::make(stream_origin(settings_.origin, number), signers->front());
  if (!signer) return std::unexpected(signer.error());
  signer_ = std::make_unique<NoteSigner>(std::move(*signer));
  signer_->replace_keys(std::move(*signers));
  if (const auto found = add_also(allowed); !found) return found;
  stream_ = number;
  witnessed_ = 0;
  const bool has_published = recovered.published.has_value();
  if (const auto started = start_clock(recovered.bundle, recovered.tree.size()); !started) {
    return started;
  }
  auto writer = StreamWriter::open(*files_, stream_folder(folder_, number), *signer_,
                                   std::move(recovered), limits_);
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::move(*writer);
  // A stream that goes on has a published checkpoint, so that its absence says something.
  if (writer_->size() > 0) return has_published ? Result<void>() : writer_->publish();
  const auto previous = before(number);
  if (!previous) return std::unexpected(previous.error());
  const Result<Stamp> first = stamp();
  if (!first) return std::unexpected(first.error());
  const std::string entry = stream_open_entry(*first, *previous);
  const std::string_view view = entry;
  if (const auto opened = writer_->append(std::span(&view, 1)); !opened) {
    return std::unexpected(opened.error());
  }
  return writer_->publish();
}

Result<std::optional<Previous>> Store::before(std::uint32_t number) {
  if (number == 1) return std::nullopt;
  const StreamKeys keys = stream_keys(settings_, number - 1);
  const Result<Recovered> old = recover(*files_, stream_folder(folder_, number - 1), keys);
  if (!old) return std::unexpected(old.error());
  Previous out{keys.origin(), old->tree.size(), old->tree.root(), 0, ""};
  if (old->damage) {
    out.missing_below = old->damage->missing_below;
    out.reason = old->damage->reason;
  } else if (conflict_) {
    out.missing_below = conflict_->missing_below;
    out.reason = conflict_->reason;
  }
  return out;
}

namespace {

// When an entry says that it was recorded; 0 where it says nothing of the kind.
std::int64_t time_of(std::string_view entry) {
  const Result<json::Value> value = json::parse(entry);
  const json::Value* at = value ? value->find("at") : nullptr;
  std::int64_t out = 0;
  if (at == nullptr || !at->is_string()) return 0;
  return parse_datetime(at->as_string(), &out) == TextStatus::ok ? out : 0;
}

}  // namespace

// The stream's time goes on from its last entry: that of the bundle that is not full yet, or else
// of the segments.
Result<void> Store::start_clock(const std::string& bundle, std::uint64_t size) {
  std::int64_t last = 0;
  if (size % kTileWidth != 0) {
    if (const auto entries = entries_of(bundle, size % kTileWidth, true)) {
      last = time_of(entries->back());
    }
  } else if (size > 0) {
    const auto take = [&](std::uint64_t, std::string_view entry) {
      last = time_of(entry);
      return true;
    };
    const auto read = read_entries(*files_, stream_folder(folder_, stream_), size - 1, size, take);
    if (!read) return read;
  }
  clock_ = std::make_unique<StreamClock>(surroundings_.now_us, surroundings_.steady_us, last,
                                         surroundings_.clock);
  return {};
}

Result<void> Store::record_clock(const ClockEvent& event) {
  const Result<Stamp> now = stamp();
  if (!now) return std::unexpected(now.error());
  const std::string entry = clock_entry(*now, event);
  const std::string_view view = entry;
  const auto appended = writer_->append(std::span(&view, 1));
  if (!appended) return std::unexpected(appended.error());
  return {};
}

namespace {

Result<void> refuse_key_entries(std::span<const std::string_view> entries) {
  for (const std::string_view entry : entries) {
    if (!looks_like_key_entry(entry)) continue;
    return fail("PAC6207", "an entry that says which keys may sign is written by rotating them, " +
                               std::string("and by nothing else"));
  }
  return {};
}

}  // namespace

Result<Appended> Store::append(std::span<const std::string_view> entries) {
  if (const auto may = refuse_key_entries(entries); !may) return std::unexpected(may.error());
  return append_any(entries);
}

Result<StagedBatch> Store::stage(std::span<const std::string_view> entries) {
  if (const auto may = refuse_key_entries(entries); !may) return std::unexpected(may.error());
  return writer_->stage(entries);
}

Result<Appended> Store::commit(StagedBatch batch) {
  if (conflict_) {
    // What is staged behind it is not recorded either.
    writer_->abandon();
    return in_conflict();
  }
  Result<Appended> appended = writer_->commit(std::move(batch));
  return appended ? acknowledge(std::move(*appended)) : appended;
}

std::unexpected<Error> Store::in_conflict() const {
  return fail("PAC6503", conflict_->reason + "; nothing more is recorded in this stream");
}

// Where the ledger has witnesses, with their cosignatures.
Result<Appended> Store::acknowledge(Appended appended) {
  last_ = std::move(appended);
  if (surroundings_.witnessing == nullptr) return last_;
  if (const auto witnessed = witness(); !witnessed) return std::unexpected(witnessed.error());
  last_.size = witnessed_;
  last_.checkpoint = cosigned_;
  return last_;
}

Result<Appended> Store::append_any(std::span<const std::string_view> entries) {
  if (conflict_) return in_conflict();
  if (const auto refused = clock_->refusal()) {
    if (const auto event = clock_->take_event()) {
      if (const auto told = record_clock(*event); !told) return std::unexpected(told.error());
    }
    const bool is_behind = refused->behind_us > 0;
    const std::string seconds =
        std::to_string((is_behind ? refused->behind_us : refused->jumped_us) / 1'000'000);
    return fail("PAC6214", "the clock of this machine " +
                               (is_behind ? "stands " + seconds + " s before the last entry"
                                          : "jumped " + seconds + " s ahead") +
                               "; nothing is recorded until it is right");
  }
  Result<Appended> appended = writer_->append(entries);
  if (!appended) return appended;
  if (const auto event = clock_->take_event()) {
    // The entries are recorded; where this fails, the next append says so.
    (void)record_clock(*event);
  }
  return acknowledge(std::move(*appended));
}

Result<Stamp> Store::stamp() {
  Result<std::string> nonce = surroundings_.nonce();
  if (!nonce) return std::unexpected(nonce.error());
  return Stamp{signer_->name(), clock_->next_us(), std::move(*nonce)};
}

}  // namespace pac::ledger
