// Which keys may sign, as pure values.
#include <gtest/gtest.h>

#include "ledger/log/key_chain.h"
#include "tests/unit/ledger/rotation.h"

namespace pac::ledger {
namespace {

using test::key;

TEST(KeyChain, EventsThatMayNotBe) {
  StreamKeys keys(NoteKey{"log/1", key(1).public_key()});
  KeyEvent event;
  event.role = kLogRole;
  event.key = {"log/2", key(2).public_key()};
  EXPECT_EQ(keys.take(5, event).error().code, "PAC6107") << "of another stream";
  event.key.name = "log/1";
  event.kind = KeyEvent::Kind::retire;
  EXPECT_EQ(keys.take(5, event).error().code, "PAC6107") << "never introduced";
  event.key.key = key(1).public_key();
  EXPECT_EQ(keys.take(5, event).error().code, "PAC6107") << "the only one";
  event.kind = KeyEvent::Kind::introduce;
  EXPECT_EQ(keys.take(5, event).error().code, "PAC6107") << "not new";
  event.key.key = key(2).public_key();
  ASSERT_TRUE(keys.take(5, event));
  EXPECT_EQ(keys.at(5).size(), 1u);
  EXPECT_EQ(keys.at(6).size(), 2u);
  event.key.key = key(3).public_key();
  EXPECT_EQ(keys.take(7, event).error().code, "PAC6107") << "two sign already";
  event.kind = KeyEvent::Kind::retire;
  event.key.key = key(1).public_key();
  ASSERT_TRUE(keys.take(9, event));
  EXPECT_EQ(keys.at(9).size(), 2u);
  EXPECT_EQ(keys.at(10), std::vector{key(2).public_key()});
  EXPECT_EQ(keys.take(10, event).error().code, "PAC6107") << "retired before";
  event.kind = KeyEvent::Kind::revoke;
  EXPECT_TRUE(keys.take(11, event)) << "found out later";
  EXPECT_EQ(keys.take(12, event).error().code, "PAC6107");
  const StreamKeys next = keys.of_next("log/2");
  EXPECT_EQ(next.at(0), std::vector{key(2).public_key()});
}

TEST(KeyChain, EntriesAreReadOnlyInTheirForm) {
  KeyEvent event;
  event.key = {"log/1", key(2).public_key()};
  event.role = kLogRole;
  event.reason = "r";
  const std::string entry = *key_entry({"log/1", 0, std::string(32, '0')}, event);
  ASSERT_TRUE(looks_like_key_entry(entry)) << entry;
  const auto read = read_key_entry(entry);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->key.key, event.key.key);
  EXPECT_EQ((*read)->reason, "r");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"introduce", "invite"},
                                                        {"\"role\":\"log\"", "\"role\":\"dsse\""},
                                                        {"\"reason\":\"r\"", "\"reason\":1"},
                                                        {"log/1+", "log/2+"},
                                                        {",\"kind\"", ", \"kind\""}}) {
    std::string changed = entry;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_EQ(read_key_entry(changed).error().code, "PAC6107") << changed;
  }
  EXPECT_FALSE(
      *read_key_entry(*external_entry({"log/1", 0, std::string(32, '0')}, "{\"key\":{}}")));
  EXPECT_FALSE(*read_key_entry(""));
}

}  // namespace
}  // namespace pac::ledger
