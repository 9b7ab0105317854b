#include "runtime/crypto/sha256.h"

#include <openssl/evp.h>

#include "runtime/base/check.h"

namespace pac::crypto {
namespace {

// Fetched once: looking the algorithm up costs more than hashing a short record.
const EVP_MD* algorithm() {
  static const EVP_MD* const kFetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  PAC_CHECK(kFetched != nullptr, "the OpenSSL default provider has SHA-256");
  return kFetched;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context new_context() {
  Context context(EVP_MD_CTX_new());
  PAC_CHECK(context != nullptr, "there is memory for a hash");
  return context;
}

void begin(EVP_MD_CTX* context) {
  PAC_CHECK(EVP_DigestInit_ex2(context, algorithm(), nullptr) == 1, "SHA-256 starts");
}

void add(EVP_MD_CTX* context, std::string_view bytes) {
  PAC_CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "SHA-256 takes bytes");
}

Digest end(EVP_MD_CTX* context) {
  Digest digest;
  unsigned int length = 0;
  PAC_CHECK(EVP_DigestFinal_ex(context, digest.data(), &length) == 1, "SHA-256 ends");
  PAC_CHECK(length == digest.size(), "SHA-256 has 32 bytes");
  return digest;
}

}  // namespace

struct Sha256::State {
  Context context = new_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) { begin(state_->context.get()); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
  add(state_->context.get(), bytes);
  return *this;
}

Digest Sha256::finish() {
  const Digest digest = end(state_->context.get());
  begin(state_->context.get());
  return digest;
}

Digest sha256(std::string_view bytes) { return sha256(bytes, {}); }

Digest sha256(std::string_view first, std::string_view second) {
  // One context a thread: trees hash many short texts, and making a context costs as much as one.
  thread_local const Context context = new_context();
  begin(context.get());
  add(context.get(), first);
  if (!second.empty()) add(context.get(), second);
  return end(context.get());
}

}  // namespace pac::crypto
