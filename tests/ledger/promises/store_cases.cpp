// Tampering with a store in PostgreSQL, by its owner or the superuser.
#include "tests/ledger/promises/scene.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kPlace = "store";

// Changes rows with what refuses changes switched off, and on again.
Alarm after(Scene& scene, const std::string& statements, const std::string& more = "") {
  scene.tamper(statements);
  return scene.verify_rows(more);
}

// The statement that flips a bit of bodies.
constexpr const char* kFlip =
    "update ledger.entry set body = set_byte(body, 70, get_byte(body, 70) # 1) where ";

std::vector<TamperCase> rows() {
  return {
      {"AByteOfABody", kPlace, "one bit of the bytes of an entry", 421,
       "the entry is not what was signed",
       [](Scene& s) { return after(s, std::string(kFlip) + "idx = 421"); }},
      {"AByteBehindTheLastTile", kPlace, "the same of an entry that no full tile has", 1090,
       "the entry is not what was signed",
       [](Scene& s) { return after(s, std::string(kFlip) + "idx = 1090"); }},
      {"ABodyWithItsTile", kPlace, "an entry changed, and its hash in the tile with it", 300,
       "one of the entries from here to",
       [](Scene& s) {
         return after(s, std::string(kFlip) +
                             "idx = 300; update ledger.tile set hashes = overlay(hashes placing "
                             "(select sha256('\\x00'::bytea || body) from ledger.entry where idx = "
                             "300) from 32 * 44 + 1 for 32) where level = 0 and idx = 1");
       }},
      {"TheColumnOfTheTime", kPlace, "a column changed, the bytes not: the time", 77,
       "the column at says other than the entry itself",
       [](Scene& s) {
         return after(s,
                      "update ledger.entry set at = at + interval '1 microsecond' where idx = 77");
       }},
      {"TheColumnOfTheFunction", kPlace, "a column changed, the bytes not: the function", 78,
       "the column fn says other than the entry itself",
       [](Scene& s) { return after(s, "update ledger.entry set fn = null where idx = 78"); }},
      {"TheColumnOfThePolicy", kPlace, "a column changed, the bytes not: the policy", 79,
       "the column snapshot says other than the entry itself",
       [](Scene& s) {
         return after(s,
                      "update ledger.entry set snapshot = (select snapshot from ledger.entry where "
                      "idx = 2) where idx = 79");
       }},
      {"ARowDeleted", kPlace, "a row deleted", 512, "the entry is not there",
       [](Scene& s) { return after(s, "delete from ledger.entry where idx = 512"); }},
      {"TheLastRowsDeleted", kPlace, "the last rows deleted", 1050,
       "the entries from here to 1099 are not there",
       [](Scene& s) { return after(s, "delete from ledger.entry where idx >= 1050"); }},
      {"ReorderedRows", kPlace, "a hundred rows in reverse", 100,
       "the entry is not what was signed",
       [](Scene& s) {
         return after(s, "update ledger.entry set idx = 299 - idx where idx between 100 and 199");
       }},
      {"TwoRowsSwapped", kPlace, "two rows under each other's number", 33,
       "the entry is not what was signed",
       [](Scene& s) {
         return after(s,
                      "update ledger.entry set idx = case idx when 33 then 34 else 33 end where "
                      "idx in (33, 34)");
       }},
      {"ARowTwice", kPlace, "a row put in twice", 700, "the entry is there twice",
       [](Scene& s) {
         return after(s, "insert into ledger.entry select * from ledger.entry where idx = 700");
       }},
      {"AGapBetweenRows", kPlace, "the numbers from one row on moved by one", 600,
       "the entry is not there",
       [](Scene& s) {
         return after(s, "update ledger.entry set idx = idx + 1 where idx >= 600 and idx < 1000");
       }},
      {"ARowAdded", kPlace, "a row put behind the last one", 1100, "",
       [](Scene& s) {
         return after(s,
                      "insert into ledger.entry select stream, 1100, at, tenant, kind, fn, "
                      "snapshot, body from ledger.entry where idx = 101");
       }},
      {"BackDatedRow", kPlace, "bytes and column of the time put back by a century", 640,
       "the entry is not what was signed",
       [](Scene& s) {
         return after(s,
                      "update ledger.entry set body = convert_to(replace(convert_from(body, "
                      "'UTF8'), '\"at\":\"20', '\"at\":\"19'), 'UTF8'), at = at - interval '100 "
                      "years' where idx = 640");
       }},
      {"EqualJsonInOtherBytesOfARow", kPlace, "the same JSON with spaces", 105,
       "the entry is not what was signed",
       [](Scene& s) {
         return after(s,
                      "update ledger.entry set body = convert_to(replace(convert_from(body, "
                      "'UTF8'), ',', ', '), 'UTF8') where idx = 105");
       }},
  };
}

std::vector<TamperCase> wholes() {
  return {
      {"TheTailCutWithAllThatSpeaksOfIt", kPlace,
       "rows, checkpoints, tiles and position put back together; the auditor has kept a "
       "checkpoint",
       900, "put back to an earlier state",
       [](Scene& s) {
         s.write("kept", s.read("book/streams/0001/checkpoint"));
         const std::string to = "(select lo from ledger.shipment where hi = 1100)";
         return after(s,
                      "delete from ledger.entry where idx >= " + to +
                          "; delete from ledger.checkpoint where size = 1100; update ledger.ship "
                          "set (size, root) = (select lo, (select root from ledger.shipment where "
                          "hi = s.lo) from ledger.shipment s where hi = 1100); delete from "
                          "ledger.shipment where hi = 1100; delete from ledger.tile t where level "
                          "= 0 and idx >= (select size / 256 from ledger.ship)",
                      "--known kept");
       }},
      {"AnOldBackupOfTheStore", kPlace,
       "a backup of the database put back; the folder ships on, says so and records it", 1100,
       "the store had lost",
       [](Scene& s) {
         s.do_pac("ledger append book --input rows.jsonl");
         s.do_pac("ledger ship book --store '" + s.store_url() + "'");
         s.tamper(
             "delete from ledger.entry where idx >= 1100; delete from ledger.checkpoint where size "
             "> 1100; update ledger.ship set size = 1100, root = (select root from ledger.shipment "
             "where hi = 1100), edge = (select string_agg(sha256('\\x00'::bytea || body), "
             "''::bytea order by idx) from ledger.entry where idx >= 1024); delete from "
             "ledger.shipment where hi > 1100; delete from ledger.tile where idx >= 4 and level = "
             "0");
         EXPECT_EQ(s.pac("ledger verify '" + s.store_url() + "' --verifier '" + s.verifier() + "'"),
                   0)
             << "by itself it looks as it looked then: " << s.err();
         s.write("rows.jsonl", "{\"n\":1}\n");
         s.do_pac("ledger append book --input rows.jsonl");
         s.pac("ledger ship book --store '" + s.store_url() + "'");
         return Alarm{s.err().find("1100") != std::string::npos, 1100, s.err() + s.out()};
       }},
      {"AForkIsShipped", kPlace, "another history of the ledger shipped over it", -1, "PAC6305",
       [](Scene& s) {
         fs::remove_all(s.path("book"));
         fs::copy(s.path("backup"), s.path("book"), fs::copy_options::recursive);
         s.do_pac("ledger append book --input rows.jsonl");
         return s.refused("ledger ship book --store '" + s.store_url() + "'");
       }},
      {"TriggersSwitchedOffAndOn", kPlace,
       "the trigger that refuses changes disabled, a row changed, enabled again", 110,
       "the entry is not what was signed",
       [](Scene& s) {
         s.sql("alter table ledger.entry disable trigger keeps; " + std::string(kFlip) +
               "idx = 110; alter table ledger.entry enable always trigger keeps");
         return s.verify_rows();
       }},
      {"SessionReplicationRole", kPlace,
       "session_replication_role = replica with the trigger not `always`, a row deleted", 11,
       "the entry is not there",
       [](Scene& s) {
         s.sql(
             "alter table ledger.entry enable trigger keeps; set session_replication_role = "
             "replica; delete from ledger.entry where idx = 11; alter table ledger.entry enable "
             "always trigger keeps");
         return s.verify_rows();
       }},
      {"APartitionDetached", kPlace, "a partition detached", 1000,
       "their partition entry_s1_p1 is detached or gone",
       [](Scene& s) {
         s.sql("alter table ledger.entry detach partition ledger.entry_s1_p1");
         return s.verify_rows();
       }},
      {"APartitionDropped", kPlace, "a partition dropped", 0,
       "their partition entry_s1_p0 is detached or gone",
       [](Scene& s) {
         s.sql("drop table ledger.entry_s1_p0");
         return s.verify_rows();
       }},
      {"APartitionAttachedAgain", kPlace,
       "a partition detached, changed while nothing watched it, and attached again", 998,
       "the entry is not what was signed",
       [](Scene& s) {
         s.sql(
             "alter table ledger.entry detach partition ledger.entry_s1_p0; alter table "
             "ledger.entry_s1_p0 disable trigger keeps; update ledger.entry_s1_p0 set body = "
             "body || ' ' where idx = 998; alter table ledger.entry_s1_p0 enable always trigger "
             "keeps; alter table ledger.entry attach partition ledger.entry_s1_p0 for values "
             "from (1, 0) to (1, 1000)");
         return s.verify_rows();
       }},
      {"TheHeapFileEdited", kPlace, "bytes of the table's file on the disk, below the server", 777,
       "the entry is not what was signed",
       [](Scene& s) {
         const std::string good = s.entry(777);
         std::string bad = good;
         bad[70] ^= 1;
         s.edit_heap("ledger.entry_s1_p0", good, bad);
         return s.verify_rows();
       }},
  };
}

std::vector<TamperCase> derived() {
  return {
      {"ATileOfTheStore", kPlace, "one hash of a stored tile", 519,
       "tile/0/002 is not what was signed",
       [](Scene& s) {
         return after(s,
                      "update ledger.tile set hashes = set_byte(hashes, 32 * 7, 255 - "
                      "get_byte(hashes, 32 * 7)) where level = 0 and idx = 2");
       }},
      {"ACheckpointOfTheStore", kPlace, "the newest stored checkpoint", 1099,
       "the checkpoint of 1100 entries is not what was signed",
       [](Scene& s) {
         return after(s,
                      "update ledger.checkpoint set note = overlay(note placing '\\x32' from 23 "
                      "for 1) where size = 1100");
       }},
      {"AShipmentOfAnotherRoot", kPlace, "the root that a shipment names", 0, "another root",
       [](Scene& s) {
         return after(s, "update ledger.shipment set root = sha256('') where lo = 0");
       }},
      {"TheBytesOfAStoredPolicy", kPlace, "the bytes of a stored policy", 1,
       "what the entry names as its blob has other bytes",
       [](Scene& s) {
         return after(s,
                      "update ledger.snapshot set bytes = set_byte(bytes, 100, 255 - "
                      "get_byte(bytes, 100))");
       }},
      {"TwoStoredPoliciesSwapped", kPlace, "two stored policies under each other's digest", 1,
       "what the entry names as its blob has other bytes",
       [](Scene& s) {
         return after(s,
                      "update ledger.snapshot s set bytes = (select bytes from ledger.snapshot o "
                      "where o.digest <> s.digest limit 1)");
       }},
      {"APolicyOfTheStoreDeleted", kPlace, "a stored policy deleted", 1,
       "what the entry names as its blob is not there",
       [](Scene& s) { return after(s, "delete from ledger.snapshot"); }},
      {"TheKeyOfTheStore", kPlace,
       "the key that the store names, and the reader who asks no one else", 299,
       "no known key signed this",
       [](Scene& s) {
         s.tamper("update ledger.stream set key = sha256('')");
         return s.refused("ledger verify '" + s.store_url() + "' --format json");
       }},
      {"ATableThatNobodyShipped", kPlace, "a table of his own attached to the entries", 0,
       "a table that no shipment made: stray",
       [](Scene& s) {
         return after(s,
                      "create table ledger.stray (like ledger.entry including all); insert into "
                      "ledger.stray select 99, idx, at, tenant, kind, fn, snapshot, body from "
                      "ledger.entry where idx = 7; alter table ledger.entry attach partition "
                      "ledger.stray for values from (99, 0) to (99, 9)");
       }},
      {"TheIndexOfTheStore", kPlace, "a row of the index tables that no entry has", 1090,
       "rows of entries that are not indexed yet",
       [](Scene& s) {
         return after(s,
                      "insert into ledger.index_status select 'ok', stream, 1090, null from "
                      "ledger.ship");
       }},
  };
}

}  // namespace

std::vector<TamperCase> store_cases() {
  std::vector<TamperCase> out = rows();
  for (const auto& more : {wholes(), derived()}) out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace pac::ledger::test
