// ObjectCache: compiled objects in a folder, so that a rule set is compiled once for a machine. An
// object is code that runs with all rights of the process, so it is used only where nobody but this
// user can have put it there: the folder and its files belong to the user and nobody else may write
// them, and each object carries a digest and an HMAC over its name and digest under a key that was
// drawn in this folder. docs/design/tiers.md says what that holds against. Whatever is odd is
// passed over and compiled anew: a cache may always be empty.
//
// Immutable; any thread, and any number of processes: files appear whole (written beside, then
// renamed), and the ones used longest ago go where there are too many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/codegen/native.h"
#include "runtime/base/result.h"
#include "runtime/crypto/sha256.h"

namespace pac::jit {

inline constexpr uint64_t kMaxCacheBytes = uint64_t{512} << 20;

class ObjectCache {
 public:
  struct Options {
    std::string folder;  // made where it is not there, for the user alone
    uint64_t max_bytes = kMaxCacheBytes;
  };

  // PAC4210: why the folder can't be used.
  [[nodiscard]] static Result<ObjectCache> open(const Options& options);
  // PAC_CACHE: a folder, or `off`; else `pac` in XDG_CACHE_HOME, or in .cache of HOME. The folder,
  // or empty: none.
  static std::string folder_of_environment();

  ~ObjectCache();
  ObjectCache(ObjectCache&& other) noexcept;
  ObjectCache& operator=(ObjectCache&&) = delete;

  std::optional<std::string> find(const std::string& name) const;
  // False: it was not kept.
  bool store(const std::string& name, std::string_view object) const;

  const std::string& folder() const { return folder_; }

 private:
  ObjectCache(int folder, const Options& options);
  Result<void> read_key();
  Result<void> make_key() const;
  void make_room(uint64_t wanted) const;

  int fd_ = -1;  // of the folder: what was looked at is what is used
  std::string folder_;
  uint64_t max_bytes_;
  crypto::Digest key_{};
};

// The name of an object: of everything that it depends on. The compiled form says more than the
// digests of its decisions' functions do, which leave out how records lie in memory.
std::string object_name(const ir::RuleSet& rules, const codegen::Options& options);

}  // namespace pac::jit
