// SHA-256, at once or in pieces. A Sha256 belongs to one thread; the one-shot function may be
// called from any. Nothing here fails for want of anything but memory, which ends the process.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace pac::crypto {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::string_view bytes);
  // The digest of all that was added; the object then begins anew.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(std::string_view bytes);
// Of both, one after the other, without a copy that joins them.
Digest sha256(std::string_view first, std::string_view second);

}  // namespace pac::crypto
