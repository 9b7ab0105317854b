// Tampering with the folder of a ledger.
#include <algorithm>

#include "ledger/file/verify.h"
#include "tests/ledger/promises/scene.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kPlace = "folder";
constexpr const char* kStream = "book/streams/0001";

using Batches = std::vector<Scene::Batch>;

Alarm edited(Scene& scene, const std::string& name, std::size_t at) {
  std::string bytes = scene.read(name);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  scene.write(name, bytes);
  return scene.verify();
}

std::string swapped(const std::string& text, const std::string& from, const std::string& to) {
  std::string out = text;
  const std::size_t at = out.find(from);
  EXPECT_NE(at, out.npos) << from;
  return at == out.npos ? out : out.replace(at, from.size(), to);
}

// The auditor's own checkpoint, of the last visit.
std::string kept(Scene& scene) {
  scene.write("kept", scene.read(std::string(kStream) + "/checkpoint"));
  return "--known kept";
}

void put_back_backup(Scene& scene) {
  fs::remove_all(scene.path("book"));
  fs::copy(scene.path("backup"), scene.path("book"), fs::copy_options::recursive);
}

std::vector<TamperCase> entries() {
  return {
      {"AByteOfAnEntry", kPlace, "one bit of an entry changed", 421, "its frame is damaged",
       [](Scene& s) {
         s.flip(421);
         return s.verify();
       }},
      {"AByteOfTheLastEntry", kPlace, "one bit of the newest entry changed", 1099,
       "its frame is damaged",
       [](Scene& s) {
         s.flip(1099);
         return s.verify();
       }},
      {"AByteWithAllSums", kPlace,
       "an entry changed; roots, links and checksums of all frames made anew", 421,
       "the entry is not what was signed",
       [](Scene& s) {
         s.rebuild_entry(421, [](std::string& one) { one[30] ^= 1; });
         return s.verify();
       }},
      {"AnEntryDeleted", kPlace, "an entry taken out; sums made anew", 512,
       "the entry is not what was signed",
       [](Scene& s) {
         s.rebuild([](Batches& all) { all[9].entries.erase(all[9].entries.begin() + 12); });
         return s.verify();
       }},
      {"TheTailCut", kPlace, "the last batch cut off", 1000,
       "the entries from here to 1099 were signed and are not there",
       [](Scene& s) {
         fs::resize_file(s.path(s.segment()), s.frame_at(1000));
         return s.verify();
       }},
      {"Reordered", kPlace, "two batches in each other's place", 300,
       "a frame does not continue the one before it",
       [](Scene& s) {
         std::string bytes = s.read(s.segment());
         const std::size_t a = s.frame_at(300), b = s.frame_at(400), c = s.frame_at(500);
         std::rotate(bytes.begin() + static_cast<std::ptrdiff_t>(a),
                     bytes.begin() + static_cast<std::ptrdiff_t>(b),
                     bytes.begin() + static_cast<std::ptrdiff_t>(c));
         s.write(s.segment(), bytes);
         return s.verify();
       }},
      {"TwoSwapped", kPlace, "two entries in each other's place; sums made anew", 233,
       "the entry is not what was signed",
       [](Scene& s) {
         s.rebuild([](Batches& all) { std::swap(all[6].entries.at(33), all[6].entries.at(34)); });
         return s.verify();
       }},
      {"Duplicated", kPlace, "an entry twice; sums made anew", 701,
       "the entry is not what was signed",
       [](Scene& s) {
         s.rebuild([](Batches& all) {
           auto& entries = all[11].entries;
           const std::string again = entries.at(0);
           entries.insert(entries.begin(), again);
         });
         return s.verify();
       }},
      {"AGapInserted", kPlace, "a gap put between two batches", 600, "its frame is damaged",
       [](Scene& s) {
         std::string bytes = s.read(s.segment());
         bytes.insert(s.frame_at(600), std::string(512, '\0'));
         s.write(s.segment(), bytes);
         return s.verify();
       }},
      {"AnEntryPutIn", kPlace, "an entry of his own put in; sums made anew", 350,
       "the entry is not what was signed",
       [](Scene& s) {
         s.rebuild([](Batches& all) {
           auto& entries = all[7].entries;
           entries.insert(entries.begin() + 50, R"({"kind":"external"})");
         });
         return s.verify();
       }},
      {"BackDated", kPlace, "the time of an entry put back by a year; sums made anew", 640,
       "the entry is not what was signed",
       [](Scene& s) {
         s.rebuild_entry(640, [](std::string& one) { one[one.find("\"at\":\"20") + 9] ^= 1; });
         return s.verify();
       }},
      {"EqualJsonInOtherBytes", kPlace, "the same JSON with a space; sums made anew", 105,
       "the entry is not what was signed",
       [](Scene& s) {
         s.rebuild_entry(105, [](std::string& one) { one.insert(one.find(','), " "); });
         return s.verify();
       }},
      {"ThePolicyOfADecisionSwapped", kPlace,
       "the policy that a decision names replaced by another; sums made anew", 60,
       "the entry is not what was signed",
       [](Scene& s) {
         const auto snapshot = [](const std::string& entry) {
           return entry.substr(entry.find("\"snapshot\":\"") + 12, 64);
         };
         const std::string other = snapshot(s.entry(2));
         s.rebuild_entry(60, [&](std::string& one) { one = swapped(one, snapshot(one), other); });
         return s.verify();
       }},
      {"TheSegmentTakenAway", kPlace, "the file of the entries taken away", 0,
       "the entries from here to 1099 were signed and are not there",
       [](Scene& s) {
         fs::remove(s.path(s.segment()));
         return s.verify();
       }},
  };
}

std::vector<TamperCase> derived() {
  return {
      {"ATileEdited", kPlace, "one bit of a tile of hashes", 512, "tile/0/002",
       [](Scene& s) { return edited(s, std::string(kStream) + "/tile/0/002", 77); }},
      {"ATileAndAnEntryEdited", kPlace, "one bit of a tile, and an entry behind it; sums made anew",
       514, "one of the entries from here on is not what was signed, nor is its tile",
       [](Scene& s) {
         s.rebuild_entry(530, [](std::string& one) { one[70] ^= 1; });
         return edited(s, std::string(kStream) + "/tile/0/002", 77);
       }},
      {"ABundleEdited", kPlace, "one bit of a published bundle of entries", 256,
       "tile/entries/001 is not what was signed",
       [](Scene& s) { return edited(s, std::string(kStream) + "/tile/entries/001", 99); }},
      {"ATileTakenAway", kPlace, "a tile of hashes taken away", 256, "tile/0/001 is not there",
       [](Scene& s) {
         fs::remove(s.path(std::string(kStream) + "/tile/0/001"));
         return s.verify();
       }},
      {"TheCheckpointEdited", kPlace, "the size in the published checkpoint", 0,
       "the published checkpoint can't be believed",
       [](Scene& s) {
         const std::string name = std::string(kStream) + "/checkpoint";
         s.write(name, swapped(s.read(name), "\n1100\n", "\n1000\n"));
         return s.verify();
       }},
      {"ACheckpointOfABatchEdited", kPlace,
       "the signature before a batch; links and checksums made anew", 500,
       "the checkpoint before it is not one of these entries",
       [](Scene& s) {
         s.rebuild([](Batches& all) {
           std::string& note = all[9].checkpoint;
           char& letter = note[note.rfind('=') - 8];
           letter = letter == 'A' ? 'B' : 'A';
         });
         return s.verify();
       }},
      {"ACosignatureEdited", kPlace, "the line of a witness below the checkpoint", 1100,
       "w.example/one",
       [](Scene& s) {
         const std::string name = std::string(kStream) + "/cosigned";
         std::string note = s.read(name);
         char& letter = note[note.rfind("w.example/one") + 40];
         letter = letter == 'A' ? 'B' : 'A';
         s.write(name, note);
         return s.verify();
       }},
      {"TheBytesOfAPolicy", kPlace, "one bit of a stored policy", 1, "the policy",
       [](Scene& s) { return edited(s, s.blobs()[0], 100); }},
      {"TwoPoliciesSwapped", kPlace, "two stored policies under each other's name", 1, "the policy",
       [](Scene& s) {
         const std::string a = s.read(s.blobs()[0]), b = s.read(s.blobs()[1]);
         s.write(s.blobs()[0], b);
         s.write(s.blobs()[1], a);
         return s.verify();
       }},
      {"APolicyTakenAway", kPlace, "a stored policy taken away", 50, "is not there",
       [](Scene& s) {
         fs::remove(s.path(s.blobs()[1]));
         return s.verify();
       }},
  };
}

std::vector<TamperCase> histories() {
  return {
      {"AForkOfTwoSigners", kPlace,
       "a copy went on beside it, both signed; the auditor holds a checkpoint of the copy", 0,
       "that is held elsewhere has another root",
       [](Scene& s) {
         fs::copy(s.path("book"), s.path("copy"), fs::copy_options::recursive);
         s.write("rows.jsonl", "{\"n\":1}\n");
         s.do_pac("ledger append copy --input rows.jsonl");
         s.do_pac("ledger append book --input rows.jsonl");
         s.write("kept", s.read("copy/streams/0001/checkpoint"));
         return s.verify("--known kept");
       }},
      {"AnOldBackupRestored", kPlace,
       "all of it put back to a backup; the auditor has kept a later checkpoint", 1000,
       "put back to an earlier state",
       [](Scene& s) {
         const std::string known = kept(s);
         put_back_backup(s);
         return s.refused("ledger verify book --format json --verifier '" + s.verifier() + "' " +
                          known);
       }},
      {"AnOldBackupThatWentOn", kPlace,
       "a backup put back, and new entries recorded in it up to the same size", 0,
       "that is held elsewhere has another root",
       [](Scene& s) {
         const std::string known = kept(s);
         put_back_backup(s);
         s.do_pac("ledger append book --input rows.jsonl");
         return s.refused("ledger verify book --format json --verifier '" + s.verifier() + "' " +
                          known);
       }},
      {"AnOldBackupBelowItsCosignature", kPlace,
       "all put back but what a witness has cosigned since", 1000, "witnesses cosigned 1100",
       [](Scene& s) {
         const std::string name = std::string(kStream) + "/cosigned";
         const std::string cosigned = s.read(name);
         put_back_backup(s);
         s.write(name, cosigned);
         return s.verify();
       }},
      {"AWrongKey", kPlace, "the whole history written anew under a key of his own", 0,
       "can't be believed",
       [](Scene& s) {
         fs::rename(s.path("book"), s.path("true"));
         s.do_pac(std::string("ledger init book --origin ") + Scene::kOrigin);
         s.do_pac("ledger append book --input rows.jsonl");
         return s.verify();
       }},
      {"ARevokedKey", kPlace, "gone on from the honest tree with a key that was revoked", 1100,
       "there is only the word of a key that was revoked",
       [](Scene& s) {
         const auto settings = *read_settings(s.files(), s.path("book"));
         const std::vector<NoteKey> keys = {stream_key(settings, 1)};
         const Checkpoint pin =
             *open_checkpoint(s.read(std::string(kStream) + "/checkpoint"), keys[0].name, keys);
         KeyTrust trust;  // the reader knows of the revocation by a trust list
         trust.revoked = {{settings.key, {{pin.origin, pin.size, pin.root}}}};
         EXPECT_FALSE(
             Scene::of(*verify_store(s.files(), s.path("book"), settings.key, {}, {}, trust))
                 .is_raised);
         s.do_pac("ledger append book --input rows.jsonl");
         return Scene::of(*verify_store(s.files(), s.path("book"), settings.key, {}, {}, trust));
       }},
      {"AStreamCutWhereTheNextOneBegan", kPlace,
       "a stream that ended in damage cut back further than the next stream says", 600, "",
       [](Scene& s) {
         fs::resize_file(s.path(s.segment()), s.frame_at(1000) + 50);
         EXPECT_EQ(s.pac("ledger append book --input rows.jsonl"), 0) << s.err();
         fs::resize_file(s.path(s.segment()), s.frame_at(600));
         return s.verify();
       }},
  };
}

}  // namespace

std::vector<TamperCase> folder_cases() {
  std::vector<TamperCase> out = entries();
  for (const auto& more : {derived(), histories()}) out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace pac::ledger::test
