#include "cli/secret_key.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "compiler/driver/build.h"
#include "runtime/crypto/encrypted_key.h"
#include "runtime/crypto/key_file.h"
#include "runtime/pkcs11/token.h"

namespace pac::cli {

namespace {

void wipe(std::string& text) noexcept {
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

constexpr char kInterrupt = 0x03;   // Ctrl-C
constexpr char kEndOfInput = 0x04;  // Ctrl-D
constexpr char kBackspace = 0x08;
constexpr char kClearLine = 0x15;  // Ctrl-U
constexpr char kDelete = 0x7f;

// The terminal of this process, with each byte as it is typed and nothing shown; as it was before
// when this goes. Ctrl-C arrives as a byte, so that it can't end the program in between.
class SilentTerminal {
 public:
  SilentTerminal() : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (file_ < 0 || ::tcgetattr(file_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    is_silent_ = ::tcsetattr(file_, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (is_silent_) ::tcsetattr(file_, TCSAFLUSH, &before_);
    if (file_ >= 0) ::close(file_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  bool is_silent() const { return is_silent_; }

  void say(const std::string& text) const {
    const ssize_t written = ::write(file_, text.data(), text.size());
    (void)written;  // who sees no question types nothing
  }

  // The line that is typed. PAC0144 where it is broken off.
  Result<Secret> line() const {
    std::string typed;
    typed.reserve(crypto::kMostPassphrase + 1);  // so that growing leaves no copy behind
    char byte = 0;
    while (typed.size() <= crypto::kMostPassphrase && ::read(file_, &byte, 1) == 1) {
      if (byte == '\n' || byte == '\r') return Secret(std::move(typed));
      if (byte == kInterrupt || byte == kEndOfInput) break;
      if (byte == kClearLine) {
        wipe(typed);
        typed.clear();
      } else if (byte == kBackspace || byte == kDelete) {
        while (!typed.empty() && (typed.back() & 0xc0) == 0x80) typed.pop_back();
        if (!typed.empty()) typed.pop_back();
      } else {
        typed += byte;
      }
    }
    const Secret dropped(std::move(typed));
    return fail("PAC0144", "no passphrase was typed");
  }

 private:
  int file_;
  bool is_silent_ = false;
  termios before_{};
};

Result<Secret> ask(const SilentTerminal& terminal, const std::string& question) {
  terminal.say(question);
  auto typed = terminal.line();
  terminal.say("\n");
  return typed;
}

Result<Secret> pin_of(const std::string& whole) {
  const std::string uri = whole.substr(0, whole.find('?'));  // behind it a PIN may stand, wrongly
  const char* given = std::getenv(kPinVariable);
  if (given != nullptr && *given != '\0') return Secret(given);
  const SilentTerminal terminal;
  if (!terminal.is_silent()) {
    return fail("PAC0144",
                "there is no terminal to ask for the PIN of " + uri + ": set " + kPinVariable);
  }
  return ask(terminal, "PIN of " + uri + ": ");
}

Result<std::string> read_key_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail("PAC0101", "can't read the key " + path + ": " + std::strerror(errno));
  std::string text(1 << 12, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

}  // namespace

Secret::Secret(std::string&& text) : text_(std::make_unique<std::string>(text)) { wipe(text); }

Secret::~Secret() {
  if (text_ != nullptr) wipe(*text_);
}

Result<Secret> passphrase_of(const std::string& path, const char* variable) {
  const char* given = std::getenv(variable);
  if (given != nullptr && *given != '\0') return Secret(given);
  const SilentTerminal terminal;
  if (!terminal.is_silent()) {
    return fail(
        "PAC0144",
        path + " is under a passphrase, and there is no terminal to ask for it: set " + variable);
  }
  return ask(terminal, "passphrase of " + path + ": ");
}

Result<Secret> new_passphrase(const std::string& path, const char* variable) {
  const char* given = std::getenv(variable);
  if (given != nullptr && *given != '\0') return Secret(given);
  const SilentTerminal terminal;
  if (!terminal.is_silent()) {
    return fail("PAC0144",
                std::string("there is no terminal to ask for a passphrase: set ") + variable);
  }
  auto typed = ask(terminal, "new passphrase for " + path + ": ");
  if (!typed) return typed;
  const auto again = ask(terminal, "the same again: ");
  if (!again) return std::unexpected(again.error());
  if (typed->text() != again->text()) {
    return fail("PAC0144", "the two passphrases differ; nothing was written");
  }
  return typed;
}

Result<crypto::SigningKey> make_secret_key_in_token(const std::string& uri) {
  const auto pin = pin_of(uri);
  if (!pin) return std::unexpected(pin.error());
  return pkcs11::make_token_key(uri, pin->text());
}

Result<crypto::SigningKey> read_secret_key(const std::string& path) {
  if (pkcs11::is_token_uri(path)) {
    const auto pin = pin_of(path);
    if (!pin) return std::unexpected(pin.error());
    return pkcs11::token_key(path, pin->text());
  }
  auto text = read_key_file(path);
  if (!text) return std::unexpected(text.error());
  if (crypto::is_encrypted_key(*text)) {
    const auto passphrase = passphrase_of(path);
    if (!passphrase) return std::unexpected(passphrase.error());
    auto key = crypto::read_encrypted_key_pem(*text, passphrase->text());
    if (!key) return fail(key.error().code, path + ": " + key.error().message);
    return key;
  }
  const Secret held(std::move(*text));
  auto key = crypto::read_private_key_pem(held.text());
  if (!key) return fail(key.error().code, path + ": " + key.error().message);
  return key;
}

Result<crypto::EcdsaKey> read_secret_ecdsa_key(const std::string& path) {
  if (pkcs11::is_token_uri(path)) {
    const auto pin = pin_of(path);
    if (!pin) return std::unexpected(pin.error());
    return pkcs11::token_ecdsa_key(path, pin->text());
  }
  auto text = read_key_file(path);
  if (!text) return std::unexpected(text.error());
  const Secret held(std::move(*text));
  const auto read = [&]() -> Result<crypto::EcdsaKey> {
    if (!crypto::is_encrypted_key(held.text())) return crypto::EcdsaKey::read_pem(held.text());
    const auto passphrase = passphrase_of(path);
    if (!passphrase) return std::unexpected(passphrase.error());
    return crypto::EcdsaKey::read_pem(held.text(), passphrase->text());
  };
  auto key = read();
  if (!key && key.error().code != "PAC0144") {
    return fail(key.error().code, path + ": " + key.error().message);
  }
  return key;
}

Result<crypto::EcdsaKey> make_secret_ecdsa_key(const std::string& path, const Secret* passphrase) {
  if (pkcs11::is_token_uri(path)) {
    const auto pin = pin_of(path);
    if (!pin) return std::unexpected(pin.error());
    return pkcs11::make_token_ecdsa_key(path, pin->text());
  }
  auto key = crypto::EcdsaKey::generate();
  if (!key) return key;
  auto text = passphrase == nullptr ? key->private_pem() : key->private_pem(passphrase->text());
  if (!text) return std::unexpected(text.error());
  const Secret held(std::move(*text));
  if (const auto written = driver::write_file(path, held.text(), 0600); !written) {
    return std::unexpected(written.error());
  }
  return key;
}

Result<std::vector<crypto::SigningKey>> read_secret_keys(const std::string& paths) {
  std::vector<crypto::SigningKey> out;
  std::string_view rest = paths;
  const bool is_one = ::access(paths.c_str(), F_OK) == 0;
  while (true) {
    const std::size_t comma = is_one ? rest.npos : rest.find(',');
    auto key = read_secret_key(std::string(rest.substr(0, comma)));
    if (!key) return std::unexpected(key.error());
    out.push_back(std::move(*key));
    if (comma == rest.npos) return out;
    rest.remove_prefix(comma + 1);
  }
}

Result<void> write_secret_key(const std::string& path, const crypto::SigningKey& key,
                              const Secret* passphrase) {
  if (passphrase == nullptr) {
    const Secret text(crypto::private_key_pem(key));
    return driver::write_file(path, text.text(), 0600);
  }
  const auto text = crypto::encrypted_key_pem(key, passphrase->text());
  if (!text) return std::unexpected(text.error());
  return driver::write_file(path, *text, 0600);
}

bool is_secret_key_encrypted(const std::string& path) {
  auto text = read_key_file(path);
  if (!text) return false;
  const Secret held(std::move(*text));
  return crypto::is_encrypted_key(held.text());
}

}  // namespace pac::cli
