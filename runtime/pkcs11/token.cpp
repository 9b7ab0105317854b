#include "runtime/pkcs11/token.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::pkcs11 {

namespace {

// The curve as PKCS#11 3.0 names it: a PrintableString; RFC 8410's object identifier is taken, too.
constexpr std::string_view kCurveName(
    "\x13\x0c"
    "edwards25519",
    14);
constexpr std::string_view kCurveId("\x06\x03\x2b\x65\x70", 5);
// DER of the public half: OCTET STRING of 32 bytes.
constexpr std::string_view kPointPrefix("\x04\x20", 2);
// P-256 by its object identifier, and DER of its public half: OCTET STRING of 65 bytes.
constexpr std::string_view kP256Id("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10);
constexpr std::string_view kP256PointPrefix("\x04\x41", 2);
constexpr std::size_t kP256Point = 65, kP256Signature = 64;
constexpr std::size_t kMostKeys = 2;  // more than one is already too many

// What a key is for the token.
struct Kind {
  CK_KEY_TYPE type;
  CK_MECHANISM_TYPE makes;
  std::string_view curve;
  const char* name;
};
constexpr Kind kEd25519{CKK_EC_EDWARDS, CKM_EC_EDWARDS_KEY_PAIR_GEN, kCurveName, "Ed25519"};
constexpr Kind kP256{CKK_EC, CKM_EC_KEY_PAIR_GEN, kP256Id, "ECDSA P-256"};

template <auto release>
struct Releases {
  void operator()(auto* held) const noexcept { release(held); }
};
using Uri = std::unique_ptr<P11KitUri, Releases<p11_kit_uri_free>>;

std::unexpected<Error> no_key(const std::string& why) { return fail("PAC0145", why); }

std::unexpected<Error> token_failed(const char* doing, CK_RV code) {
  return fail("PAC0146",
              std::string("the token failed to ") + doing + ": " + p11_kit_strerror(code));
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const void* value, std::size_t size) {
  return {type, const_cast<void*>(value), static_cast<CK_ULONG>(size)};  // the C interface's wish
}

Result<Uri> parse(std::string_view text) {
  Uri uri(p11_kit_uri_new());
  const std::string name(text);
  const int status = uri == nullptr
                         ? P11_KIT_URI_UNEXPECTED
                         : p11_kit_uri_parse(name.c_str(), P11_KIT_URI_FOR_ANY, uri.get());
  const char* form =
      "; write pkcs11:token=NAME;object=KEY?module-path=/usr/lib/softhsm/libsofthsm2.so";
  if (status != P11_KIT_URI_OK) {
    return no_key(std::string("the URI of the key can't be read: ") + p11_kit_uri_message(status) +
                  form);
  }
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr) {
    return no_key("the URI of a key holds no PIN: others can see it");
  }
  const char* module = p11_kit_uri_get_module_path(uri.get());
  if (module == nullptr || module[0] != '/') {
    return no_key(std::string("the URI of the key has no module-path that begins with /") + form);
  }
  const CK_ATTRIBUTE* label = p11_kit_uri_get_attribute(uri.get(), CKA_LABEL);
  const CK_ATTRIBUTE* id = p11_kit_uri_get_attribute(uri.get(), CKA_ID);
  if (label == nullptr && id == nullptr) {
    return no_key(std::string("the URI names no key by object or id") + form);
  }
  const CK_TOKEN_INFO* token = p11_kit_uri_get_token_info(uri.get());
  if (token->label[0] == 0 && token->serialNumber[0] == 0) {
    return no_key(std::string("the URI names no token") + form);
  }
  return uri;
}

// One module, one token, one session. Everything goes back where it came from in the end.
class Session {
 public:
  static Result<std::shared_ptr<Session>> open(const P11KitUri& uri, std::string_view pin,
                                               bool writes) {
    auto out = std::make_shared<Session>();
    const char* path = p11_kit_uri_get_module_path(&uri);
    out->module_ = p11_kit_module_load(path, 0);
    if (out->module_ == nullptr) return no_key(std::string(path) + " is no PKCS#11 module");
    if (const CK_RV code = p11_kit_module_initialize(out->module_); code != CKR_OK) {
      return token_failed("start", code);
    }
    out->is_initialized_ = true;
    const auto slot = out->find_slot(uri);
    if (!slot) return std::unexpected(slot.error());
    const CK_FLAGS flags = CKF_SERIAL_SESSION | (writes ? CKF_RW_SESSION : 0);
    if (const CK_RV code =
            out->module_->C_OpenSession(*slot, flags, nullptr, nullptr, &out->session_);
        code != CKR_OK) {
      return token_failed("open a session", code);
    }
    out->is_open_ = true;
    // The C interface takes the PIN as writable; it only reads it.
    std::string held(pin);
    const CK_RV code = out->module_->C_Login(out->session_, CKU_USER,
                                             reinterpret_cast<CK_UTF8CHAR_PTR>(held.data()),
                                             static_cast<CK_ULONG>(held.size()));
    crypto::wipe({reinterpret_cast<std::uint8_t*>(held.data()), held.size()});
    if (code == CKR_PIN_INCORRECT || code == CKR_PIN_INVALID || code == CKR_PIN_LEN_RANGE) {
      return no_key("the PIN is wrong; a token locks itself after some wrong ones");
    }
    if (code == CKR_PIN_LOCKED) return no_key("the PIN is locked");
    if (code != CKR_OK && code != CKR_USER_ALREADY_LOGGED_IN) return token_failed("log in", code);
    return out;
  }

  Session() = default;
  ~Session() {
    if (is_open_) module_->C_CloseSession(session_);
    if (is_initialized_) p11_kit_module_finalize(module_);
    if (module_ != nullptr) p11_kit_module_release(module_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // At most kMostKeys objects with all of these attributes.
  Result<std::vector<CK_OBJECT_HANDLE>> find(std::vector<CK_ATTRIBUTE> with) const {
    CK_RV code = module_->C_FindObjectsInit(session_, with.data(), with.size());
    if (code != CKR_OK) return token_failed("look for a key", code);
    std::vector<CK_OBJECT_HANDLE> out(kMostKeys);
    CK_ULONG count = 0;
    code = module_->C_FindObjects(session_, out.data(), out.size(), &count);
    module_->C_FindObjectsFinal(session_);
    if (code != CKR_OK) return token_failed("look for a key", code);
    out.resize(count);
    return out;
  }

  Result<std::string> read(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
    std::string out(256, '\0');
    CK_ATTRIBUTE wanted = attribute(type, out.data(), out.size());
    const CK_RV code = module_->C_GetAttributeValue(session_, object, &wanted, 1);
    if (code != CKR_OK || wanted.ulValueLen > out.size()) {
      return token_failed("show the public half of a key", code);
    }
    out.resize(wanted.ulValueLen);
    return out;
  }

  Result<void> make_pair(CK_ATTRIBUTE label, const Kind& kind) const {
    CK_MECHANISM how = {kind.makes, nullptr, 0};
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    std::array<std::uint8_t, 16> drawn{};
    if (const auto random = crypto::random_bytes(drawn); !random) {
      return std::unexpected(random.error());
    }
    const CK_ATTRIBUTE id = attribute(CKA_ID, drawn.data(), drawn.size());
    std::array<CK_ATTRIBUTE, 5> shown = {
        attribute(CKA_TOKEN, &yes, 1), attribute(CKA_VERIFY, &yes, 1), label, id,
        attribute(CKA_EC_PARAMS, kind.curve.data(), kind.curve.size())};
    std::array<CK_ATTRIBUTE, 7> hidden = {attribute(CKA_TOKEN, &yes, 1),
                                          attribute(CKA_PRIVATE, &yes, 1),
                                          attribute(CKA_SIGN, &yes, 1),
                                          attribute(CKA_SENSITIVE, &yes, 1),
                                          attribute(CKA_EXTRACTABLE, &no, 1),
                                          label,
                                          id};
    CK_OBJECT_HANDLE public_half = 0;
    CK_OBJECT_HANDLE private_half = 0;
    const CK_RV code =
        module_->C_GenerateKeyPair(session_, &how, shown.data(), shown.size(), hidden.data(),
                                   hidden.size(), &public_half, &private_half);
    if (code == CKR_OK) return {};
    return token_failed((std::string("make an ") + kind.name + " key").c_str(), code);
  }

  Result<crypto::Signature> sign(CK_OBJECT_HANDLE key, std::string_view message) const {
    crypto::Signature out;
    const auto done = sign(key, CKM_EDDSA, message, out);
    if (!done) return std::unexpected(done.error());
    return out;
  }

  // Over the SHA-256 of the message: not each token hashes by itself.
  Result<std::string> sign_ecdsa(CK_OBJECT_HANDLE key, std::string_view message) const {
    const auto digest = crypto::sha256(message);
    std::array<std::uint8_t, kP256Signature> out{};
    const auto done = sign(key, CKM_ECDSA, crypto::view(digest), out);
    if (!done) return std::unexpected(done.error());
    return crypto::ecdsa_signature_of_numbers(crypto::view(out));
  }

 private:
  Result<void> sign(CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE by, std::string_view message,
                    std::span<std::uint8_t> out) const {
    const std::scoped_lock lock(mutex_);  // a session does one thing at a time
    CK_MECHANISM how = {by, nullptr, 0};
    CK_RV code = module_->C_SignInit(session_, &how, key);
    if (code != CKR_OK) return token_failed("sign", code);
    CK_ULONG length = out.size();
    // The C interface takes the message as writable; it only reads it.
    auto* bytes = reinterpret_cast<CK_BYTE_PTR>(const_cast<char*>(message.data()));
    code = module_->C_Sign(session_, bytes, message.size(), out.data(), &length);
    if (code != CKR_OK || length != out.size()) return token_failed("sign", code);
    return {};
  }

  Result<CK_SLOT_ID> find_slot(const P11KitUri& uri) const {
    CK_ULONG count = 0;
    CK_RV code = module_->C_GetSlotList(CK_TRUE, nullptr, &count);
    std::vector<CK_SLOT_ID> slots(count);
    if (code == CKR_OK) code = module_->C_GetSlotList(CK_TRUE, slots.data(), &count);
    if (code != CKR_OK) return token_failed("list its slots", code);
    slots.resize(count);
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO info{};
      if (module_->C_GetTokenInfo(slot, &info) != CKR_OK) continue;
      if (p11_kit_uri_match_token_info(&uri, &info) == 1) return slot;
    }
    return no_key("there is no token of that name in the module");
  }

  CK_FUNCTION_LIST* module_ = nullptr;
  CK_SESSION_HANDLE session_ = 0;
  bool is_initialized_ = false;
  bool is_open_ = false;
  mutable std::mutex mutex_;
};

class TokenSigner : public crypto::Signer {
 public:
  TokenSigner(std::shared_ptr<const Session> session, CK_OBJECT_HANDLE key)
      : session_(std::move(session)), key_(key) {}
  Result<crypto::Signature> sign(std::string_view message) const override {
    return session_->sign(key_, message);
  }

 private:
  std::shared_ptr<const Session> session_;
  CK_OBJECT_HANDLE key_;
};

class TokenEcdsa : public crypto::EcdsaSigner {
 public:
  TokenEcdsa(std::shared_ptr<const Session> session, CK_OBJECT_HANDLE key)
      : session_(std::move(session)), key_(key) {}
  Result<std::string> sign(std::string_view message) const override {
    return session_->sign_ecdsa(key_, message);
  }

 private:
  std::shared_ptr<const Session> session_;
  CK_OBJECT_HANDLE key_;
};

// Objects of a class that the URI names.
Result<std::vector<CK_OBJECT_HANDLE>> find_named(const Session& session, P11KitUri& uri,
                                                 CK_OBJECT_CLASS object, const Kind& kind) {
  std::vector<CK_ATTRIBUTE> with = {attribute(CKA_CLASS, &object, sizeof object),
                                    attribute(CKA_KEY_TYPE, &kind.type, sizeof kind.type)};
  for (const CK_ATTRIBUTE_TYPE name : {CKA_LABEL, CKA_ID}) {
    if (const CK_ATTRIBUTE* said = p11_kit_uri_get_attribute(&uri, name)) with.push_back(*said);
  }
  return session.find(std::move(with));
}

Result<CK_OBJECT_HANDLE> shown_half(const Session& session, P11KitUri& uri, const Kind& kind) {
  const auto found = find_named(session, uri, CKO_PUBLIC_KEY, kind);
  if (!found) return std::unexpected(found.error());
  if (found->size() != 1) {
    return no_key("the token shows no public half beside the key; put it there");
  }
  return found->front();
}

Result<std::string> public_half_p256(const Session& session, P11KitUri& uri) {
  const auto found = shown_half(session, uri, kP256);
  if (!found) return std::unexpected(found.error());
  const auto curve = session.read(*found, CKA_EC_PARAMS);
  if (!curve) return std::unexpected(curve.error());
  const auto point = session.read(*found, CKA_EC_POINT);
  if (!point) return std::unexpected(point.error());
  std::string_view bytes = *point;
  if (bytes.size() == kP256PointPrefix.size() + kP256Point && bytes.starts_with(kP256PointPrefix)) {
    bytes.remove_prefix(kP256PointPrefix.size());
  }
  std::string out = crypto::ecdsa_public_key_of_point(bytes);
  if (*curve != kP256Id || out.empty()) return no_key("the key is not of ECDSA P-256");
  return out;
}

// The one private key that the URI names.
Result<CK_OBJECT_HANDLE> hidden_half(const Session& session, P11KitUri& uri, const Kind& kind) {
  const auto found = find_named(session, uri, CKO_PRIVATE_KEY, kind);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) {
    return no_key(std::string("there is no ") + kind.name + " key of that name in the token");
  }
  if (found->size() > 1) {
    return no_key("there are several keys of that name in the token; name one by id");
  }
  return found->front();
}

// A key is tried once before it is handed out.
template <typename Key>
Result<Key> tried(Key key) {
  crypto::Seed probe{};
  if (const auto drawn = crypto::random_bytes(probe); !drawn) return std::unexpected(drawn.error());
  const std::string_view text(reinterpret_cast<const char*>(probe.data()), probe.size());
  if (const auto signature = key.sign(text); !signature) return std::unexpected(signature.error());
  return key;
}

Result<crypto::PublicKey> public_half(const Session& session, P11KitUri& uri) {
  const auto found = shown_half(session, uri, kEd25519);
  if (!found) return std::unexpected(found.error());
  const auto curve = session.read(*found, CKA_EC_PARAMS);
  if (!curve) return std::unexpected(curve.error());
  if (*curve != kCurveName && *curve != kCurveId) return no_key("the key is not of Ed25519");
  const auto point = session.read(*found, CKA_EC_POINT);
  if (!point) return std::unexpected(point.error());
  std::string_view bytes = *point;
  crypto::PublicKey out;
  if (bytes.size() == kPointPrefix.size() + out.size() && bytes.starts_with(kPointPrefix)) {
    bytes.remove_prefix(kPointPrefix.size());
  }
  if (bytes.size() != out.size()) return no_key("the key is not of Ed25519");
  std::memcpy(out.data(), bytes.data(), out.size());
  return out;
}

Result<crypto::SigningKey> key_of(std::shared_ptr<const Session> session, P11KitUri& uri) {
  const auto found = hidden_half(*session, uri, kEd25519);
  if (!found) return std::unexpected(found.error());
  const auto shown = public_half(*session, uri);
  if (!shown) return std::unexpected(shown.error());
  return tried(crypto::SigningKey::held_by(
      std::make_shared<const TokenSigner>(std::move(session), *found), *shown));
}

Result<crypto::EcdsaKey> ecdsa_key_of(std::shared_ptr<const Session> session, P11KitUri& uri) {
  const auto found = hidden_half(*session, uri, kP256);
  if (!found) return std::unexpected(found.error());
  auto shown = public_half_p256(*session, uri);
  if (!shown) return std::unexpected(shown.error());
  return tried(crypto::EcdsaKey::held_by(
      std::make_shared<const TokenEcdsa>(std::move(session), *found), std::move(*shown)));
}

Result<std::shared_ptr<Session>> session_with_new_pair(P11KitUri& uri, std::string_view pin,
                                                       const Kind& kind) {
  const CK_ATTRIBUTE* label = p11_kit_uri_get_attribute(&uri, CKA_LABEL);
  if (label == nullptr) return no_key("the URI of a new key has an object, its name");
  auto session = Session::open(uri, pin, true);
  if (!session) return session;
  const auto found = find_named(**session, uri, CKO_PRIVATE_KEY, kind);
  if (!found) return std::unexpected(found.error());
  if (!found->empty()) return no_key("there is a key of that name in the token already");
  if (const auto made = (*session)->make_pair(*label, kind); !made) {
    return std::unexpected(made.error());
  }
  return session;
}

}  // namespace

bool is_token_uri(std::string_view text) noexcept { return text.starts_with("pkcs11:"); }

Result<crypto::SigningKey> token_key(std::string_view text, std::string_view pin) {
  const auto uri = parse(text);
  if (!uri) return std::unexpected(uri.error());
  auto session = Session::open(**uri, pin, false);
  if (!session) return std::unexpected(session.error());
  return key_of(std::move(*session), **uri);
}

Result<crypto::SigningKey> make_token_key(std::string_view text, std::string_view pin) {
  const auto uri = parse(text);
  if (!uri) return std::unexpected(uri.error());
  auto session = session_with_new_pair(**uri, pin, kEd25519);
  if (!session) return std::unexpected(session.error());
  return key_of(std::move(*session), **uri);
}

Result<crypto::EcdsaKey> token_ecdsa_key(std::string_view text, std::string_view pin) {
  const auto uri = parse(text);
  if (!uri) return std::unexpected(uri.error());
  auto session = Session::open(**uri, pin, false);
  if (!session) return std::unexpected(session.error());
  return ecdsa_key_of(std::move(*session), **uri);
}

Result<crypto::EcdsaKey> make_token_ecdsa_key(std::string_view text, std::string_view pin) {
  const auto uri = parse(text);
  if (!uri) return std::unexpected(uri.error());
  auto session = session_with_new_pair(**uri, pin, kP256);
  if (!session) return std::unexpected(session.error());
  return ecdsa_key_of(std::move(*session), **uri);
}

}  // namespace pac::pkcs11
