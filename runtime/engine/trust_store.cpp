#include "runtime/engine/trust_store.h"

#include <fstream>
#include <sstream>

#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::engine {

namespace {

// Some hundred thousand keys; a trust file has a handful.
constexpr std::size_t kMaxTrustBytes = std::size_t{16} << 20;

std::unexpected<Error> wrong(const std::string& what) {
  return fail("PAC4227", "the trust file " + what +
                             R"(; its form is {"keys":[{"name":"…","public_key":"…"}]})");
}

}  // namespace

Result<TrustStore> TrustStore::parse(std::string_view text) {
  const Result<json::Value> read = json::parse(text, {kMaxTrustBytes, 8});
  if (!read) return wrong("is no JSON: " + read.error().message);
  const json::Value* keys = read->find("keys");
  if (keys == nullptr || !keys->is_array() || read->members().size() != 1) {
    return wrong("is no object with `keys`");
  }
  TrustStore out;
  for (const json::Value& one : keys->elements()) {
    const json::Value* name = one.find("name");
    const json::Value* key = one.find("public_key");
    if (name == nullptr || !name->is_string() || name->as_string().empty() || key == nullptr ||
        !key->is_string() || one.members().size() != 2) {
      return wrong("has a key without `name` or `public_key`");
    }
    const auto bytes = crypto::array_from_base64<32>(key->as_string());
    if (!bytes) return wrong("has no 32 bytes in base64 as `" + name->as_string() + "`");
    if (const Result<void> added = out.add({name->as_string(), *bytes}); !added) {
      return std::unexpected(added.error());
    }
  }
  return out;
}

Result<TrustStore> TrustStore::read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail("PAC0101", "can't read the trust file " + path);
  std::stringstream text;
  text << in.rdbuf();
  return parse(text.str());
}

std::string TrustStore::to_text() const {
  json::Value keys = json::Value::array();
  for (const TrustedKey& one : keys_) {
    json::Value key = json::Value::object();
    key.set("name", one.name);
    key.set("public_key", crypto::to_base64(crypto::view(one.key)));
    keys.push_back(std::move(key));
  }
  json::Value out = json::Value::object();
  out.set("keys", std::move(keys));
  return json::canonical(out) + "\n";
}

Result<void> TrustStore::add(TrustedKey key) {
  for (const TrustedKey& one : keys_) {
    if (one.name == key.name)
      return fail("PAC4227", "a key named `" + key.name + "` is trusted already");
    if (one.key == key.key)
      return fail("PAC4227", "this key is trusted already, as `" + one.name + "`");
  }
  keys_.push_back(std::move(key));
  return {};
}

}  // namespace pac::engine
