// Every vector of tests/data/merkle-proofs: what holds is taken, what was damaged is refused.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ledger/log/proof.h"
#include "runtime/base/json.h"
#include "tests/unit/ledger/support.h"

namespace pac::ledger {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = PAC_SOURCE_DIR "/tests/data/merkle-proofs";

struct Vector {
  std::string path;
  json::Value value;
};

std::vector<Vector> vectors(const std::string& folder) {
  std::vector<Vector> out;
  for (const auto& file : fs::recursive_directory_iterator(kFolder / folder)) {
    if (file.path().extension() != ".json") continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    Result<json::Value> value = json::parse(text);
    EXPECT_TRUE(value) << file.path();
    if (value) out.push_back({file.path().string(), std::move(*value)});
  }
  std::ranges::sort(out, {}, &Vector::path);
  return out;
}

// The vectors have texts in place of some roots that do not matter: they are filled up with zeros.
// Longer ones can't be hashes; null stands for an empty list.
bool read_hash(const json::Value& value, Hash* hash) {
  const Result<std::string> bytes = crypto::from_base64(value.as_string());
  if (!bytes || bytes->empty() || bytes->size() > hash->size()) return false;
  hash->fill(0);
  std::ranges::copy(*bytes, reinterpret_cast<char*>(hash->data()));
  return true;
}

bool read_proof(const json::Value* value, std::vector<Hash>* proof) {
  if (value == nullptr || value->is_null()) return true;
  for (const json::Value& element : value->elements()) {
    if (!read_hash(element, &proof->emplace_back())) return false;
  }
  return true;
}

// The vectors have sizes beyond a signed number and below zero as well.
bool read_size(const json::Value& value, std::uint64_t* size) {
  if (value.is_int()) {
    if (value.as_int() < 0) return false;
    *size = static_cast<std::uint64_t>(value.as_int());
    return true;
  }
  *size = std::stoull(value.number_text());
  return true;
}

bool inclusion_holds(const json::Value& v) {
  std::uint64_t index = 0, size = 0;
  Hash root, leaf;
  std::vector<Hash> proof;
  return read_size(*v.find("leafIdx"), &index) && read_size(*v.find("treeSize"), &size) &&
         read_hash(*v.find("root"), &root) && read_hash(*v.find("leafHash"), &leaf) &&
         read_proof(v.find("proof"), &proof) &&
         verify_inclusion(index, size, leaf, proof, root).has_value();
}

bool consistency_holds(const json::Value& v) {
  std::uint64_t old_size = 0, size = 0;
  Hash old_root, root;
  std::vector<Hash> proof;
  return read_size(*v.find("size1"), &old_size) && read_size(*v.find("size2"), &size) &&
         read_hash(*v.find("root1"), &old_root) && read_hash(*v.find("root2"), &root) &&
         read_proof(v.find("proof"), &proof) &&
         verify_consistency(old_size, size, old_root, root, proof).has_value();
}

TEST(ProofVectors, Inclusion) {
  const auto all = vectors("inclusion");
  EXPECT_EQ(all.size(), 98u);
  std::size_t good = 0;
  for (const Vector& v : all) {
    good += inclusion_holds(v.value) ? 1 : 0;
    EXPECT_NE(inclusion_holds(v.value), v.value.find("wantErr")->as_bool()) << v.path;
  }
  EXPECT_GE(good, 6u);
}

TEST(ProofVectors, Consistency) {
  const auto all = vectors("consistency");
  EXPECT_EQ(all.size(), 98u);
  std::size_t good = 0;
  for (const Vector& v : all) {
    good += consistency_holds(v.value) ? 1 : 0;
    EXPECT_NE(consistency_holds(v.value), v.value.find("wantErr")->as_bool()) << v.path;
  }
  EXPECT_GE(good, 5u);
}

}  // namespace
}  // namespace pac::ledger
