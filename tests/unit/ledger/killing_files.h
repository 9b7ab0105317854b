// The files of this machine, with a process that is killed at a chosen place: before an operation,
// halfway through a write, or after it. Each place has a name, such as "write segment half".
#pragma once

#include <signal.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>

#include "ledger/io/file_system.h"

namespace pac::ledger::test {

class KillingFiles final : public FileSystem {
 public:
  // `told` is called with the name of the place right before the process is killed there.
  KillingFiles(std::uint64_t place, std::function<void(const std::string&)> told)
      : left_(place), told_(std::move(told)), files_(posix_file_system()) {}

  Result<std::unique_ptr<File>> create(const std::string& path, bool is_secret) override {
    here("create " + kind(path) + " before");
    auto file = files_->create(path, is_secret);
    here("create " + kind(path) + " after");
    return opened(std::move(file), path);
  }
  Result<std::unique_ptr<File>> open(const std::string& path) override {
    return opened(files_->open(path), path);
  }
  Result<void> make_folders(const std::string& path) override {
    if (files_->exists(path)) return {};
    here("folder before");
    auto made = files_->make_folders(path);
    here("folder after");
    return made;
  }
  Result<void> sync_folder(const std::string& path) override {
    here("sync folder before");
    auto synced = files_->sync_folder(path);
    here("sync folder after");
    return synced;
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    here("rename " + kind(to) + " before");
    auto renamed = files_->rename(from, to);
    here("rename " + kind(to) + " after");
    return renamed;
  }
  Result<void> remove(const std::string& path) override {
    here("remove before");
    auto removed = files_->remove(path);
    here("remove after");
    return removed;
  }
  bool exists(const std::string& path) override { return files_->exists(path); }
  Result<std::vector<std::string>> list(const std::string& path) override {
    return files_->list(path);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    return files_->lock(path);
  }

 private:
  static std::string kind(const std::string& path) {
    if (path.find("/segments/") != path.npos) return path.ends_with(".new") ? "copy" : "segment";
    if (path.find("/tile/") != path.npos) return "tile";
    return path.find("/checkpoint") != path.npos ? "checkpoint" : "settings";
  }

  void here(const std::string& name) {
    if (--left_ != 0) return;
    told_(name);
    kill(getpid(), SIGKILL);
    while (true) pause();
  }

  class Killing final : public File {
   public:
    Killing(KillingFiles& files, std::unique_ptr<File> file, std::string name)
        : files_(files), file_(std::move(file)), name_(std::move(name)) {}
    Result<std::size_t> write_at(std::uint64_t offset, std::string_view bytes) override {
      files_.here("write " + name_ + " before");
      if (files_.left_ == 1) (void)file_->write_at(offset, bytes.substr(0, bytes.size() / 2));
      files_.here("write " + name_ + " half");
      auto written = file_->write_at(offset, bytes);
      files_.here("write " + name_ + " after");
      return written;
    }
    Result<std::string> read_at(std::uint64_t offset, std::size_t length) override {
      return file_->read_at(offset, length);
    }
    Result<std::uint64_t> size() override { return file_->size(); }
    Result<void> sync_data() override {
      files_.here("sync " + name_ + " before");
      auto synced = file_->sync_data();
      files_.here("sync " + name_ + " after");
      return synced;
    }

   private:
    KillingFiles& files_;
    std::unique_ptr<File> file_;
    std::string name_;
  };

  Result<std::unique_ptr<File>> opened(Result<std::unique_ptr<File>> file,
                                       const std::string& path) {
    if (!file) return file;
    return std::make_unique<Killing>(*this, std::move(*file), kind(path));
  }

  std::uint64_t left_;  // places until the one; 0 after it: never
  std::function<void(const std::string&)> told_;
  std::unique_ptr<FileSystem> files_;
};

}  // namespace pac::ledger::test
