// Frames and segment headers: written, read back, and no other bytes are taken for one.
#include "ledger/file/frame.h"

#include <gtest/gtest.h>

#include <random>

#include <set>

#include "ledger/file/crc32c.h"
#include "ledger/file/limits.h"
#include "ledger/log/bundle.h"

namespace pac::ledger {
namespace {

std::string sample(Hash* link = nullptr) {
  std::string body, out;
  append_entry("{\"n\":1}", &body);
  append_entry("", &body);
  const Hash got =
      build_frame({0, 5, 2, 0, leaf_hash("before"), leaf_hash("root")}, "a note\n", body, &out);
  if (link != nullptr) *link = got;
  return out;
}

TEST(Crc32c, IsCastagnolis) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);  // RFC 3720, B.4
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
}

// Bit by bit, over lengths around those that are summed in blocks, at any alignment.
TEST(Crc32c, IsThatOfTheDefinitionForAnyLength) {
  const auto by_definition = [](std::string_view bytes) {
    std::uint32_t value = ~0u;
    for (const char c : bytes) {
      value ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit)
        value = (value & 1) != 0 ? value >> 1 ^ 0x82F63B78u : value >> 1;
    }
    return ~value;
  };
  std::mt19937 random(1);
  std::string text(10'000, ' ');
  for (char& c : text) c = static_cast<char>(random());
  for (std::size_t length = 0; length < text.size() - 8; length += 1 + length / 60) {
    const std::string_view part = std::string_view(text).substr(length % 8, length);
    EXPECT_EQ(crc32c(part), by_definition(part)) << length;
  }
  for (const std::size_t length : {3071, 3072, 3073, 6143, 6144, 9216}) {
    const std::string_view part = std::string_view(text).substr(1, length);
    EXPECT_EQ(crc32c(part), by_definition(part)) << length;
  }
}

TEST(Frame, IsReadBack) {
  Hash link;
  const std::string bytes = sample(&link);
  const std::string longer = bytes + "more";
  const auto frame = read_frame(longer);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->header.bytes, bytes.size());
  EXPECT_EQ(frame->header.first, 5u);
  EXPECT_EQ(frame->header.entries, 2u);
  EXPECT_EQ(frame->header.before, leaf_hash("before"));
  EXPECT_EQ(frame->header.root, leaf_hash("root"));
  EXPECT_EQ(frame->checkpoint, "a note\n");
  EXPECT_EQ(frame->link, link);
  EXPECT_EQ(entries_of(frame->body, 2, true)->at(0), "{\"n\":1}");
}

TEST(Frame, NoBitMayFlipAndNoByteBeMissing) {
  const std::string bytes = sample();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 1 << bit);
      EXPECT_FALSE(read_frame(damaged)) << at;
    }
    EXPECT_FALSE(read_frame(std::string_view(bytes).substr(0, at))) << at;
  }
}

// The link has everything in it: the entries by way of the root.
TEST(Frame, TheLinkBindsHeaderAndCheckpoint) {
  std::string out;
  const FrameHeader header{0, 5, 2, 0, leaf_hash("before"), leaf_hash("root")};
  std::set<std::string> links;
  const auto add = [&](FrameHeader changed, std::string_view note) {
    const Hash link = build_frame(changed, note, "", &out);
    links.insert(std::string(reinterpret_cast<const char*>(link.data()), link.size()));
  };
  add(header, "note");
  add({0, 6, 2, 0, header.before, header.root}, "note");
  add({0, 5, 3, 0, header.before, header.root}, "note");
  add({0, 5, 2, 0, leaf_hash("other"), header.root}, "note");
  add({0, 5, 2, 0, header.before, leaf_hash("other")}, "note");
  add(header, "nota");
  EXPECT_EQ(links.size(), 6u);
}

TEST(Segment, HeadersAreReadBackAndNoOthersAre) {
  const SegmentHeader header{7, 1'000, leaf_hash("a"), leaf_hash("b")};
  const std::string bytes = build_segment_header(header);
  ASSERT_EQ(bytes.size(), kSegmentHeaderBytes);
  EXPECT_EQ(*read_segment_header(bytes), header);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_FALSE(read_segment_header(damaged));
    EXPECT_FALSE(read_segment_header(bytes.substr(0, at)));
  }
}

}  // namespace
}  // namespace pac::ledger
