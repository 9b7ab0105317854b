// docs/ledger_format.md: the vectors that stand there are those that this code makes.
#include <fstream>
#include <sstream>

#include "ledger/log/receipt.h"
#include "ledger/log/tree.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

std::string page() {
  std::ifstream in(PAC_SOURCE_DIR "/docs/ledger_format.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string hex(const Hash& hash) { return crypto::to_hex(crypto::view(hash)); }

TEST(FormatPage, HasTheVectorsThatTheCodeMakes) {
  const std::string text = page();
  const NoteSigner key = test::signer();
  const test::MemoryTiles tiles = test::stored(5);
  Tree tree(tiles, 5);
  std::vector<std::string> wanted = {verifier_text(key.key()), hex(empty_root())};
  for (std::uint64_t i = 0; i < 5; ++i) wanted.push_back(hex(*tree.leaf(i)));
  for (std::uint64_t size = 1; size <= 5; ++size) wanted.push_back(hex(*tree.root(size)));
  std::string bundle;
  for (std::uint64_t i = 0; i < 2; ++i) append_entry(test::entry(i), &bundle);
  wanted.push_back(crypto::to_hex(bundle));
  const std::string checkpoint =
      *sign_checkpoint({test::kOrigin, 5, *tree.root(5), {}}, std::span(&key, 1));
  wanted.push_back(checkpoint);
  wanted.push_back(encode(Receipt{"", 2, *tree.inclusion_proof(2, 5), checkpoint}));
  const std::vector<Hash> consistency = *tree.consistency_proof(3, 5);
  for (const Hash& hash : consistency) {
    wanted.push_back(crypto::to_base64(crypto::view(hash)));
  }
  for (const std::string& vector : wanted) {
    EXPECT_NE(text.find(vector), std::string::npos) << "the page has not:\n" << vector;
  }
}

}  // namespace
}  // namespace pac::ledger
