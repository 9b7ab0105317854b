// A file system in memory that loses what was not synced. What a process sees is what it wrote;
// when the power goes, of the writes that no sync_data() made durable any may be there, whole, torn
// or not at all, in any order, and so may names that no sync_folder() made durable. It can also
// fail at an operation: no room, a short write, an error of the device, or the power going there.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "ledger/io/file_system.h"

namespace pac::ledger::test {

enum class Fault : std::uint8_t { none, power, no_room, short_write, device };

class FaultyFiles final : public FileSystem {
 public:
  explicit FaultyFiles(std::uint64_t seed) : random_(seed) {}

  // The operation, counted from 1 on of those that change or sync, at which it fails.
  void fail_at(std::uint64_t operation, Fault fault) {
    fail_at_ = operations_ + operation;
    fault_ = fault;
  }
  std::uint64_t operations() const { return operations_; }
  bool is_off() const { return is_off_; }
  // A disk that says that it synced and did not; of all files, or of those whose path has a part.
  void ignore_sync_data(const std::string& part = "") { ignores_sync_data_ = part; }
  // One that says so where it failed, and one that says it wrote all where it had no room.
  void hide_failures() { hides_failures_ = true; }
  // Nothing that is there under this name is ever replaced or removed.
  void keep(const std::string& path) { kept_ = path; }
  // A system whose locks keep nobody out.
  void ignore_locks() { ignores_locks_ = true; }
  void ignore_sync_folder() { ignores_sync_folder_ = true; }

  // Called once, by the next file that is to be made durable, before it is.
  void before_next_sync(std::function<void()> call) { before_sync_ = std::move(call); }

  // The power goes, and comes back: what is left is durable.
  void lose_power() {
    for (auto& [path, change] : pending_names_) {
      if (random_() % 2 == 0) continue;
      if (change) {
        durable_names_[path] = *change;
      } else {
        durable_names_.erase(path);
      }
    }
    pending_names_.clear();
    names_ = durable_names_;
    for (auto& [path, node] : names_) {
      if (node != nullptr) node->lose_power(random_);
    }
    is_off_ = false;
    fault_ = Fault::none;
    ++generation_;
  }

  // For tampering: the bytes of a file, to be changed as they lie on the disk.
  std::string* durable_bytes(const std::string& path) {
    const auto found = names_.find(path);
    if (found == names_.end() || found->second == nullptr) return nullptr;
    found->second->durable = found->second->now;
    return &found->second->now;
  }
  std::vector<std::string> paths() const {
    std::vector<std::string> out;
    for (const auto& [path, node] : names_) {
      if (node != nullptr) out.push_back(path);
    }
    return out;
  }
  void forget(const std::string& path) {
    names_.erase(path);
    durable_names_.erase(path);
    pending_names_.erase(path);
  }

  Result<std::unique_ptr<File>> create(const std::string& path, bool) override {
    if (names_.contains(path)) return fail("PAC6201", path + " is there already");
    if (auto done = step(); !done) return std::unexpected(done.error());
    const auto node = std::make_shared<Node>();
    rename_to(path, node);
    return std::make_unique<Open>(*this, node, path);
  }
  Result<std::unique_ptr<File>> open(const std::string& path) override {
    const auto found = names_.find(path);
    if (is_off_ || found == names_.end() || found->second == nullptr) {
      return fail("PAC6201", "can't open " + path);
    }
    return std::make_unique<Open>(*this, found->second, path);
  }
  Result<void> make_folders(const std::string& path) override {
    for (std::string part = path; part != "." && part != "/"; part = folder_of(part)) {
      // The real one syncs the folder above, so a new folder's name is durable at once.
      names_.emplace(part, nullptr);
      durable_names_.emplace(part, nullptr);
    }
    return {};
  }
  Result<void> sync_folder(const std::string& path) override {
    if (auto done = step(); !done) return done;
    if (ignores_sync_folder_) return {};
    for (auto at = pending_names_.begin(); at != pending_names_.end();) {
      if (folder_of(at->first) != path) {
        ++at;
        continue;
      }
      if (at->second) {
        durable_names_[at->first] = *at->second;
      } else {
        durable_names_.erase(at->first);
      }
      at = pending_names_.erase(at);
    }
    return {};
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    if (auto done = step(); !done) return done;
    const auto found = names_.find(from);
    if (found == names_.end()) return fail("PAC6201", "can't rename " + from);
    const auto node = found->second;
    names_.erase(found);
    pending_names_[from] = std::nullopt;
    if (to != kept_) rename_to(to, node);
    return {};
  }
  Result<void> remove(const std::string& path) override {
    if (auto done = step(); !done) return done;
    if (path == kept_) return {};
    if (names_.erase(path) == 0) return fail("PAC6201", "can't remove " + path);
    pending_names_[path] = std::nullopt;
    return {};
  }
  bool exists(const std::string& path) override { return names_.contains(path); }
  Result<std::vector<std::string>> list(const std::string& path) override {
    if (is_off_) return fail("PAC6201", "the power is off");
    std::vector<std::string> out;
    for (const auto& [name, node] : names_) {
      if (folder_of(name) == path) out.push_back(name.substr(path.size() + 1));
    }
    return out;
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    if (is_off_) return fail("PAC6201", "the power is off");
    if (!ignores_locks_ && locked_ == path && locked_in_ == generation_)
      return fail("PAC6202", path + " is held");
    locked_ = path;
    locked_in_ = generation_;
    return std::make_unique<Lock>(*this);
  }

 private:
  static constexpr std::size_t kSector = 512;

  struct Node {
    std::string now, durable;
    std::vector<std::pair<std::uint64_t, std::string>> unsynced;

    void lose_power(std::mt19937_64& random) {
      std::ranges::shuffle(unsynced, random);
      for (const auto& [offset, bytes] : unsynced) {
        for (std::size_t at = 0; at < bytes.size(); at += kSector) {
          if (random() % 3 == 0) continue;
          put(offset + at, std::string_view(bytes).substr(at, kSector), &durable);
        }
      }
      unsynced.clear();
      now = durable;
    }
    static void put(std::uint64_t offset, std::string_view bytes, std::string* to) {
      if (to->size() < offset + bytes.size()) to->resize(offset + bytes.size());
      to->replace(offset, bytes.size(), bytes);
    }
  };

  class Open final : public File {
   public:
    Open(FaultyFiles& files, std::shared_ptr<Node> node, std::string path)
        : files_(files),
          node_(std::move(node)),
          path_(std::move(path)),
          generation_(files.generation_) {}
    Result<std::size_t> write_at(std::uint64_t offset, std::string_view bytes) override {
      std::size_t written = bytes.size();
      const bool was_off = files_.is_off_;
      if (auto done = files_.step(); !done) {
        if (was_off) return std::unexpected(done.error());
        // The write had begun.
        const bool has_no_room =
            files_.last_ == Fault::short_write || files_.last_ == Fault::no_room;
        written = files_.random_() % (bytes.size() + (has_no_room ? 0 : 1));
        put(offset, bytes.substr(0, written));
        if (files_.hides_failures_ && files_.last_ != Fault::power) return bytes.size();
        if (!has_no_room) return std::unexpected(done.error());
        return written;
      }
      if (path_ != files_.kept_) put(offset, bytes);
      return written;
    }
    Result<std::string> read_at(std::uint64_t offset, std::size_t length) override {
      if (files_.is_off_ || generation_ != files_.generation_) return fail("PAC6201", "off");
      if (offset >= node_->now.size()) return std::string();
      return node_->now.substr(offset, length);
    }
    Result<std::uint64_t> size() override { return node_->now.size(); }
    Result<void> sync_data() override {
      if (auto call = std::exchange(files_.before_sync_, nullptr)) call();
      if (auto done = files_.step(); !done) {
        if (files_.hides_failures_ && !files_.is_off_) return {};
        return done;
      }
      if (files_.ignores_sync_data_ && path_.find(*files_.ignores_sync_data_) != path_.npos) {
        return {};
      }
      node_->durable = node_->now;
      node_->unsynced.clear();
      return {};
    }

   private:
    void put(std::uint64_t offset, std::string_view bytes) {
      Node::put(offset, bytes, &node_->now);
      node_->unsynced.emplace_back(offset, std::string(bytes));
    }
    FaultyFiles& files_;
    std::shared_ptr<Node> node_;
    std::string path_;
    std::uint64_t generation_;
  };

  class Lock final : public FileLock {
   public:
    explicit Lock(FaultyFiles& files) : files_(files), generation_(files.generation_) {}
    ~Lock() override {
      if (generation_ == files_.generation_) files_.locked_.clear();
    }

   private:
    FaultyFiles& files_;
    std::uint64_t generation_;
  };

  Result<void> step() {
    if (is_off_) return fail("PAC6201", "the power is off");
    ++operations_;
    if (fault_ == Fault::none || operations_ != fail_at_) return {};
    last_ = fault_;
    if (fault_ == Fault::power) is_off_ = true;
    fault_ = Fault::none;
    return fail("PAC6201",
                last_ == Fault::no_room ? "No space left on device" : "Input/output error");
  }
  void rename_to(const std::string& path, const std::shared_ptr<Node>& node) {
    names_[path] = node;
    pending_names_[path] = node;
  }

  using Names = std::map<std::string, std::shared_ptr<Node>>;  // null: a folder
  std::mt19937_64 random_;
  Names names_, durable_names_;
  std::map<std::string, std::optional<std::shared_ptr<Node>>> pending_names_;
  std::uint64_t operations_ = 0;
  std::uint64_t fail_at_ = 0;
  Fault fault_ = Fault::none;
  Fault last_ = Fault::none;
  bool is_off_ = false;
  std::function<void()> before_sync_;
  std::optional<std::string> ignores_sync_data_;
  bool hides_failures_ = false;
  bool ignores_locks_ = false;
  std::string kept_ = "";
  bool ignores_sync_folder_ = false;
  std::uint64_t generation_ = 0;
  std::string locked_;
  std::uint64_t locked_in_ = 0;
};

}  // namespace pac::ledger::test
