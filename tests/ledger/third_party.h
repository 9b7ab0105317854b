// Logs in folders, and what the verifier in Go says of them.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ledger/log/receipt.h"
#include "ledger/log/tree.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger::test {

namespace fs = std::filesystem;

inline std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// A folder that is gone after the test.
class ThirdParty : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(PAC_GO_VERIFIER)) {
      ASSERT_EQ(std::getenv("PAC_REQUIRE_GO"), nullptr)
          << "the verifier in Go was not built: install golang-go and golang-golang-x-mod-dev";
      GTEST_SKIP() << "no Go here: install golang-go and golang-golang-x-mod-dev, configure again";
    }
    folder_ = fs::temp_directory_path() / ("pac_third_party_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Writes a log of that many entries, with a checkpoint at each of the sizes as a file of its own
  // and a receipt of each index beside it.
  void make(std::uint64_t size, const std::vector<std::uint64_t>& older,
            const std::vector<std::uint64_t>& indices) {
    TileBuilder builder;
    std::string bundle;
    const auto keep = [&](const TileId& id, const std::string& bytes) {
      write(folder_ / tile_path(id), bytes);
    };
    for (std::uint64_t i = 0; i < size; ++i) {
      builder.push(leaf_hash(entry(i)), keep);
      append_entry(entry(i), &bundle);
      if (i % kTileWidth == kTileWidth - 1) {
        write(folder_ / bundle_path({i / kTileWidth, kTileWidth}), bundle);
        bundle.clear();
      }
      for (const std::uint64_t old : older) {
        if (old == i + 1) write(checkpoint(old), signed_(old, builder.root()));
      }
    }
    builder.partial_tiles(keep);
    if (!bundle.empty()) {
      const BundleId last{size / kTileWidth, static_cast<unsigned>(size % kTileWidth)};
      write(folder_ / bundle_path(last), bundle);
    }
    write(folder_ / "checkpoint", signed_(size, builder.root()));
    const FolderTiles tiles(folder_);
    Tree tree(tiles, size);
    for (const std::uint64_t index : indices) {
      write(receipt(index), encode(Receipt{"", index, *tree.inclusion_proof(index, size),
                                           signed_(size, builder.root())}));
    }
  }

  fs::path checkpoint(std::uint64_t size) const {
    return folder_ / ("checkpoint-" + std::to_string(size));
  }
  fs::path receipt(std::uint64_t index) const {
    return folder_ / (std::to_string(index) + ".tlog-proof");
  }

  static std::string signed_(std::uint64_t size, const Hash& root) {
    const NoteSigner key = signer();
    return *sign_checkpoint({kOrigin, size, root, {}}, std::span(&key, 1));
  }

  // The exit code of the verifier; what it says is in said_.
  int verify(const std::vector<std::string>& more = {}, const std::string& folder = "",
             const std::string& key = verifier_text(signer().key())) {
    std::string command = std::string(PAC_GO_VERIFIER) + " '" + key + "' '" +
                          (folder.empty() ? folder_.string() : folder) + "'";
    for (const std::string& what : more) command += " '" + what + "'";
    const fs::path out = folder_.string() + ".out";
    const int status = std::system((command + " >" + out.string() + " 2>&1").c_str());
    said_ = read(out);
    fs::remove(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }

  class FolderTiles final : public TileReader {
   public:
    explicit FolderTiles(fs::path folder) : folder_(std::move(folder)) {}
    Result<std::string> tile(const TileId& id) const override {
      return read(folder_ / tile_path(id));
    }
    Result<std::string> bundle(const BundleId& id) const override {
      return read(folder_ / bundle_path(id));
    }

   private:
    fs::path folder_;
  };

  fs::path folder_;
  std::string said_;
};

}  // namespace pac::ledger::test
