// Tampering with archives, receipts and the memory of the machine that signs.
#include "ledger/log/bundle.h"
#include "ledger/log/receipt.h"
#include "runtime/engine/zip.h"
#include "tests/ledger/promises/scene.h"
#include "tests/ledger/promises/switches.h"
#include "tests/unit/ledger/faulty_files.h"
#include "tests/unit/ledger/witness.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kArchive = "archive";
constexpr const char* kReceipt = "receipt";

using Members = std::map<std::string, std::string>;

constexpr const char* kBundle = "streams/0001/tile/entries/001";

Alarm repacked(Scene& scene, const std::function<void(Members&)>& change) {
  scene.repack(change);
  return scene.verify_archive();
}

std::vector<TamperCase> archives() {
  return {
      {"AnEntryInAnArchive", kArchive, "one bit of an entry, packed again", 421,
       "streams/0001/tile/entries/001",
       [](Scene& s) {
         const std::string good = s.entry(421);
         return repacked(s, [&](Members& all) {
           std::string& bundle = all[kBundle];
           bundle[bundle.find(good) + 30] ^= 1;
         });
       }},
      {"AMemberReplaced", kArchive, "a member replaced by another of the same archive", 512,
       "streams/0001/tile/entries/002",
       [](Scene& s) {
         return repacked(s,
                         [](Members& all) { all["streams/0001/tile/entries/002"] = all[kBundle]; });
       }},
      {"AMemberAdded", kArchive, "a member more", 0, "does not belong here",
       [](Scene& s) {
         return repacked(s, [](Members& all) { all["streams/0001/tile/0/009"] = "x"; });
       }},
      {"AMemberTakenOut", kArchive, "a member taken out", 256, kBundle,
       [](Scene& s) { return repacked(s, [](Members& all) { all.erase(kBundle); }); }},
      {"AMemberDoubled", kArchive, "a member twice in the file", -1, "PAC6702",
       [](Scene& s) {
         const std::string good = s.read("book.zip");
         const auto members = *engine::read_zip(good);
         const std::size_t first =
             static_cast<std::size_t>(members.at(0).bytes.data() - good.data()) +
             members.at(0).bytes.size();
         s.write("book.zip", good.substr(0, first) + good);
         return s.verify_archive();
       }},
      {"AByteOfTheArchive", kArchive, "one bit of the file", -1, "PAC6702",
       [](Scene& s) {
         std::string bytes = s.read("book.zip");
         bytes[bytes.size() / 2] ^= 1;
         s.write("book.zip", bytes);
         return s.verify_archive();
       }},
      {"ThePolicyInAnArchive", kArchive, "one bit of a policy, packed again", 1, "blobs/",
       [](Scene& s) {
         const std::string name = s.blobs()[0].substr(5);
         return repacked(s, [&](Members& all) { all.at(name)[100] ^= 1; });
       }},
      {"TheCheckpointOfAnArchive", kArchive, "the signature of the archive's checkpoint", 0,
       "checkpoint",
       [](Scene& s) {
         return repacked(s, [](Members& all) {
           std::string& note = all.at("streams/0001/checkpoint");
           char& letter = note[note.find("\n\n") + 60];
           letter = letter == 'A' ? 'B' : 'A';
         });
       }},
      {"TheCosignatureOfAnArchive", kArchive, "the line of a witness in the archive", 1100,
       "w.example/one",
       [](Scene& s) {
         return repacked(s, [](Members& all) {
           for (auto& [name, bytes] : all) {
             const std::size_t at = bytes.rfind("w.example/one");
             if (at == bytes.npos) continue;
             bytes[at + 40] = bytes[at + 40] == 'A' ? 'B' : 'A';
           }
         });
       }},
  };
}

Alarm of_receipt(Scene& scene) {
  return scene.refused("ledger receipt verify receipt --entry entry --verifier '" +
                       scene.verifier() + "'");
}

Alarm changed_receipt(Scene& scene, const std::function<void(Receipt&)>& change) {
  Receipt receipt = *decode_receipt(scene.read("receipt"));
  change(receipt);
  scene.write("receipt", encode(receipt));
  return of_receipt(scene);
}

std::vector<TamperCase> receipts() {
  return {
      {"AReceiptFromAnotherLog", kReceipt, "a receipt that another ledger gave for the same index",
       -1, "PAC610",
       [](Scene& s) {
         s.do_pac("ledger init other --origin other.example/credit");
         for (int i = 0; i < 5; ++i) s.do_pac("ledger append other --input rows.jsonl");
         s.do_pac("ledger prove other 421 --output receipt");
         s.do_pac("ledger show other 421");
         s.write("entry", s.out());
         return of_receipt(s);
       }},
      {"AnEntryOtherThanTheReceipts", kReceipt, "one byte of the entry that is shown", -1, "PAC610",
       [](Scene& s) {
         std::string entry = s.read("entry");
         entry[30] ^= 1;
         s.write("entry", entry);
         return of_receipt(s);
       }},
      {"TheIndexOfAReceipt", kReceipt, "the index in a receipt", -1, "PAC610",
       [](Scene& s) { return changed_receipt(s, [](Receipt& r) { ++r.index; }); }},
      {"TheProofOfAReceipt", kReceipt, "a hash in a receipt's proof", -1, "PAC610",
       [](Scene& s) { return changed_receipt(s, [](Receipt& r) { r.proof.at(2)[0] ^= 1; }); }},
      {"TheCheckpointOfAReceipt", kReceipt, "the size in a receipt's checkpoint", -1, "PAC610",
       [](Scene& s) {
         return changed_receipt(s, [](Receipt& r) {
           r.checkpoint.replace(r.checkpoint.find("\n1100\n"), 6, "\n1101\n");
         });
       }},
  };
}

std::vector<TamperCase> memory() {
  return {
      {"ALeafFlippedBeforeItIsSigned", "memory",
       "one bit of an entry in the memory of its batch, hashed already and not written yet", -1,
       "the memory of this machine is not to be trusted",
       [](Scene&) {
         FaultyFiles files(1);
         EXPECT_TRUE(init_store(files, "book", {Scene::kOrigin, ledger_key().public_key()}));
         auto store = Store::open(files, "book", ledger_key(), surroundings());
         const std::string entry = "{\"n\":1}";
         const std::string_view view = entry;
         EXPECT_TRUE((*store)->append(std::span(&view, 1)));
         const std::string signed_before = (*store)->writer().checkpoint();
         switches().flips_next_batch = true;
         const auto appended = (*store)->append(std::span(&view, 1));
         EXPECT_EQ((*store)->writer().checkpoint(), signed_before) << "nothing was signed";
         if (appended) return Alarm{};
         return Alarm{true, -1, appended.error().message};
       }},
  };
}

}  // namespace

std::vector<TamperCase> other_cases() {
  std::vector<TamperCase> out = archives();
  for (const auto& more : {receipts(), memory()}) out.insert(out.end(), more.begin(), more.end());
  return out;
}

std::vector<TamperCase> all_cases() {
  std::vector<TamperCase> out = folder_cases();
  for (const auto& more : {store_cases(), other_cases()}) {
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

}  // namespace pac::ledger::test
