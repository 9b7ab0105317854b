// Signed notes and checkpoints: the published example, and what is not exactly one.
#include "ledger/log/note.h"

#include "ledger/log/checkpoint.h"
#include "ledger/log/limits.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

using test::kOrigin;
using test::signer;

// From the documentation of Go's sumdb/note package.
constexpr const char* kPeter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kPeterSays =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM"
    "=\n";

TEST(Note, TheExampleOfAnotherImplementationHolds) {
  const auto key = read_verifier_text(kPeter);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->id(), 0xc74f20a3u);
  EXPECT_EQ(verifier_text(*key), kPeter);
  const auto note = decode_note(kPeterSays);
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_EQ(encode(*note), kPeterSays);
  EXPECT_TRUE(signers_of(*note, std::vector{*key}));
  Note other = *note;
  other.text[0] = 'i';
  EXPECT_EQ(signers_of(other, std::vector{*key}).error().code, "PAC6103");
}

TEST(Note, EachSignatureOfAKnownKeyMustHold) {
  const NoteSigner a = signer("a.example"), b = signer("b.example", 7), c = signer("c.example", 9);
  Note note{"text\n", {*a.sign("text\n"), *b.sign("text\n")}};
  EXPECT_EQ(*signers_of(note, std::vector{b.key(), a.key()}), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(*signers_of(note, std::vector{b.key()}), (std::vector<std::size_t>{0}));
  EXPECT_EQ(signers_of(note, std::vector{c.key()}).error().code, "PAC6103");
  EXPECT_EQ(signers_of(note, {}).error().code, "PAC6103");
  // The name of one and the number of another is an unknown key.
  Note renamed = note;
  renamed.signatures[0].name = "b.example";
  EXPECT_EQ(signers_of(renamed, std::vector{a.key()}).error().code, "PAC6103");
  EXPECT_TRUE(signers_of(renamed, std::vector{b.key()}));
  // One bad line of a known key condemns the note, whatever else is on it.
  note.signatures[1].bytes[5] ^= 1;
  EXPECT_TRUE(signers_of(note, std::vector{a.key()}));
  EXPECT_EQ(signers_of(note, std::vector{a.key(), b.key()}).error().code, "PAC6103");
}

TEST(Note, WhatIsNoneIsRefused) {
  const std::string good = kPeterSays;
  const std::string line = good.substr(good.find("\xE2"));
  ASSERT_TRUE(decode_note("a\n\nb\n\n" + line)) << "the last empty line parts text and signatures";
  for (const std::string& bad :
       {std::string(), std::string("a\n"), std::string("a\n\n"), good.substr(0, good.size() - 1),
        "a\n" + line, "\xFF\n\n" + line, "a\tb\n\n" + line, "a\n\n- x " + line.substr(4),
        "a\n\n\xE2\x80\x94  " + line.substr(17), std::string("a\n\n\xE2\x80\x94 name\n"),
        std::string("a\n\n\xE2\x80\x94 name AAAA\n"),
        std::string("a\n\n\xE2\x80\x94 na+me AAAAAAA=\n"),
        std::string("a\n\n\xE2\x80\x94 name A_AAAAA=\n"),
        std::string("a\n\n\xE2\x80\x94 name AAAAAAB=\n")}) {
    const auto note = decode_note(bad);
    ASSERT_FALSE(note) << bad;
    EXPECT_EQ(note.error().code, "PAC6101");
  }
}

TEST(Note, VerifierTextsAreExact) {
  for (const char* bad : {"", "name", "name+c74f20a3",
                          "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "PeterNeumann+c74f20a3+AhpcZQ==", "PeterNeumann+c74f20a3+"}) {
    EXPECT_EQ(read_verifier_text(bad).error().code, "PAC6101") << bad;
  }
  EXPECT_EQ(NoteSigner::make("a b", *crypto::SigningKey::from_seed({})).error().code, "PAC6101");
}

TEST(LimitsOfALedger, Notes) {
  const NoteSigner key = signer();
  Note note{"text\n", {}};
  for (std::size_t i = 0; i < kMaxNoteSignatures; ++i)
    note.signatures.push_back(*key.sign("text\n"));
  EXPECT_TRUE(decode_note(encode(note)));
  note.signatures.push_back(note.signatures[0]);
  EXPECT_EQ(decode_note(encode(note)).error().code, "PAC6101");
  note.signatures.resize(1);
  const std::size_t rest = encode(note).size() - note.text.size();
  note.text = std::string(kMaxNoteBytes - rest - 1, 'x') + "\n";
  EXPECT_TRUE(decode_note(encode(note)));
  note.text.insert(0, "x");
  EXPECT_EQ(decode_note(encode(note)).error().code, "PAC6101");
}

TEST(LimitsOfALedger, NamesOfKeysAndLogs) {
  EXPECT_TRUE(is_key_name(std::string(kMaxNameBytes, 'n')));
  EXPECT_FALSE(is_key_name(std::string(kMaxNameBytes + 1, 'n')));
  EXPECT_FALSE(is_origin(""));
  EXPECT_FALSE(
      is_origin("a\xC2\xA0"
                "b"));
  EXPECT_FALSE(is_origin("a\nb"));
  EXPECT_TRUE(is_origin("pankki.example/luotto/\xC3\xA4"));
}

// The example of the specification: it parses, and its bytes come back.
TEST(Checkpoint, TheExampleOfTheSpecification) {
  const std::string text =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const auto checkpoint = read_checkpoint_text(text);
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20'852'163u);
  EXPECT_EQ(checkpoint_text(*checkpoint), text);
  EXPECT_EQ(read_checkpoint_text(text + "more\n")->extensions, std::vector<std::string>{"more"});
}

TEST(Checkpoint, WhatIsNoneIsRefused) {
  const std::string root = crypto::to_base64(crypto::view(empty_root())) + "\n";
  ASSERT_TRUE(read_checkpoint_text("o\n0\n" + root));
  for (const std::string& bad :
       {std::string(), "o\n0\n" + root.substr(0, root.size() - 1), "o\n00\n" + root,
        "o\n-1\n" + root, "o\n+1\n" + root, "o\n1 \n" + root, "o\n\n" + root, "\n0\n" + root,
        std::string("o\n0\nAAAA\n"), std::string("o\n0\n"), "o\n0\n" + root + "\n",
        "o\n4611686018427387905\n" + root, "o\n99999999999999999999\n" + root}) {
    const auto checkpoint = read_checkpoint_text(bad);
    ASSERT_FALSE(checkpoint) << bad;
    EXPECT_EQ(checkpoint.error().code, "PAC6102");
  }
}

TEST(LimitsOfALedger, EntriesOfALog) {
  const std::string root = crypto::to_base64(crypto::view(empty_root())) + "\n";
  EXPECT_TRUE(read_checkpoint_text("o\n" + std::to_string(kMaxTreeSize) + "\n" + root));
  const auto more = read_checkpoint_text("o\n" + std::to_string(kMaxTreeSize + 1) + "\n" + root);
  EXPECT_EQ(more.error().code, "PAC6102");
}

TEST(Checkpoint, IsOpenedByItsKeyForItsLogOnly) {
  const NoteSigner key = signer();
  const Checkpoint checkpoint{kOrigin, 3, leaf_hash("x"), {}};
  const std::string note = *sign_checkpoint(checkpoint, std::span(&key, 1));
  EXPECT_EQ(*open_checkpoint(note, kOrigin, std::vector{key.key()}), checkpoint);
  EXPECT_EQ(open_checkpoint(note, "log.example/other", std::vector{key.key()}).error().code,
            "PAC6102");
  EXPECT_EQ(open_checkpoint(note, kOrigin, std::vector{signer(kOrigin, 1).key()}).error().code,
            "PAC6103");
  for (std::size_t at = 0; at < note.size(); ++at) {
    std::string damaged = note;
    damaged[at] = damaged[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_checkpoint(damaged, kOrigin, std::vector{key.key()})) << at;
  }
}

}  // namespace
}  // namespace pac::ledger
