// What the quick ways of reading are made of, each against its plain definition.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "runtime/engine/csv_reader.h"
#include "runtime/engine/json_scan.h"
#include "runtime/engine/name_table.h"
#include "runtime/engine/scalar.h"

namespace pac::engine::test {
namespace {

NameTable table_of(const std::vector<std::string>& names) {
  std::vector<NameTable::Entry> entries;
  for (uint32_t i = 0; i < names.size(); ++i) entries.push_back({names[i], i});
  return NameTable(std::move(entries));
}

TEST(NameTable, FindsEachNameAndNoOther) {
  std::mt19937_64 random(7);
  for (const std::size_t count : {0u, 1u, 2u, 5u, 16u, 300u, 20'000u}) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
      // Of all lengths, many alike but for one character.
      const std::string prefix(random() % 40, 'x');
      names.push_back(prefix + std::to_string(i) + std::string(random() % 3, 'y'));
    }
    const NameTable table = table_of(names);
    for (uint32_t i = 0; i < names.size(); ++i) {
      ASSERT_EQ(table.find(names[i]), i) << names[i];
      ASSERT_EQ(table.find(names[i] + "z"), ir::kNone);
      ASSERT_EQ(table.find(names[i].substr(1) + "z"), ir::kNone);
    }
    EXPECT_EQ(table.find("nothing"), ir::kNone);
    EXPECT_EQ(table.find(""), ir::kNone);
  }
}

TEST(NameTable, OfEqualNamesTheFirstCounts) {
  const std::vector<std::string> names = {"a", "b", "a", "", ""};
  const NameTable table = table_of(names);
  EXPECT_EQ(table.find("a"), 0u);
  EXPECT_EQ(table.find("b"), 1u);
  EXPECT_EQ(table.find(""), 3u);
}

std::string padded(std::string_view text) {
  return std::string(text) + std::string(kScanPadding + 1, '\0');
}

TEST(JsonScan, OfThirtyTwoBytesThoseOfTheMaskCount) {
  const std::string key = "0123456789abcdefghijklmnopqrstuv";
  for (std::size_t size = 1; size <= 32; ++size) {
    const uint32_t mask = ~uint32_t{0} >> (32 - size);
    for (std::size_t i = 0; i < 32; ++i) {
      std::string other = key;
      other[i] = '-';
      EXPECT_EQ(begins_with_32(other.data(), key.data(), mask), i >= size) << size << ' ' << i;
    }
  }
  EXPECT_EQ(equal_bits_32("0123\"56789abcdefghijklmnopqrstu\"", '"'), 0x80000010u);
}

TEST(JsonScan, DigitsAreCountedAndRead) {
  const std::string digits = "98765432109876543210";
  for (std::size_t count = 0; count <= digits.size(); ++count) {
    for (const char* const behind : {"", ".5", "/", ":", "e9", "\xff"}) {
      uint64_t number = 1;
      const std::string all = padded(digits.substr(0, count) + behind);
      EXPECT_EQ(scan_digits(all.data(), &number), static_cast<int>(count));
      uint64_t expected = 0;
      for (std::size_t i = 0; i < count; ++i) {
        expected = expected * 10 + static_cast<uint64_t>(digits[i] - '0');
      }
      EXPECT_EQ(number, expected) << count;
    }
  }
}

TEST(JsonScan, StringsEndAtTheFirstSpecialByte) {
  for (const char stop : {'"', '\\', '\n', '\x1f', '\0'}) {
    for (std::size_t before = 0; before < 40; ++before) {
      for (const bool ascii : {true, false}) {
        std::string text(before, 'a');
        if (!ascii && before > 0) text[before / 2] = '\xC3';
        bool is_ascii = false;
        const std::string all = padded(text + stop + "\xC3 tail");
        EXPECT_EQ(end_of_string(all.data(), &is_ascii), all.data() + before);
        EXPECT_EQ(is_ascii, ascii || before == 0);
      }
    }
  }
}

// The definition: byte by byte.
std::size_t plain_end(std::string_view text, std::size_t at) {
  int depth = 0;
  bool is_quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quoted) {
      if (c == '\\') ++at;
      is_quoted = c != '"';
      continue;
    }
    is_quoted = c == '"';
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at + 1;
  }
  return std::min(at, text.size());
}

TEST(JsonScan, ValuesEndWhereTheyEndByteByByte) {
  static constexpr std::string_view kPieces[] = {"{",
                                                 "}",
                                                 "[",
                                                 "]",
                                                 "\"",
                                                 "\\",
                                                 "\\\"",
                                                 ",",
                                                 ":",
                                                 "a",
                                                 "\"word\":",
                                                 "                    ",
                                                 "\"a text of some length with } and ] in it\""};
  std::mt19937_64 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (uint64_t i = random() % 60; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
    const std::size_t from = text.empty() ? 0 : random() % text.size();
    ASSERT_EQ(end_of_json_value(text, from), plain_end(text, from)) << text << '\n' << from;
  }
}

TEST(ShortNumbers, AreWhatTheReaderOfNumbersSays) {
  static constexpr std::string_view kPieces[] = {"0", "1", "9", "00", "123456789", ".",
                                                 "-", "e", "",  "5.", "0.0",       " "};
  std::mt19937_64 random(3);
  int taken = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (uint64_t i = random() % 5; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
    const int scale = static_cast<int>(random() % 20);
    int64_t quick = 0;
    if (!read_short_number(text, scale, &quick)) continue;
    ++taken;
    Int128 slow = 0;
    ASSERT_EQ(parse_decimal(text, scale, &slow), TextStatus::ok) << text;
    ASSERT_EQ(slow, Int128{quick}) << text << ' ' << scale;
  }
  EXPECT_GT(taken, 10'000);
}

// Rows as text, with what is wrong.
std::string rows_of(CsvReader reader) {
  std::string out;
  for (CsvRow row = reader.next(); row != CsvRow::end; row = reader.next()) {
    out += std::to_string(reader.line()) + " " + std::to_string(static_cast<int>(row));
    for (const CsvCell& cell : reader.cells()) {
      out += (cell.quoted ? "<<" : "<") + std::string(cell.text) + ">";
    }
    out += '\n';
  }
  return out;
}

std::string random_csv(std::mt19937_64& random) {
  static constexpr std::string_view kPieces[] = {
      "a",       "12.50", ",",    ",",       ",",        "\n", "\n",
      "\r\n",    "\"",    "\"\"", "\"a,b\"", "\"x\ny\"", "\r", "a longer cell than the others",
      "\xC3\xA4"};
  std::string out;
  for (uint64_t i = random() % 50; i > 0; --i) out += kPieces[random() % std::size(kPieces)];
  return out;
}

TEST(CsvReader, MemoryIsReadAsASourceIs) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = random_csv(random);
    const std::size_t limit = random() % 2 == 0 ? 20 : 1000;
    CsvReader::Source source = [&, at = std::size_t{0}](char* buffer,
                                                        std::size_t capacity) mutable {
      const std::size_t size = std::min({std::size_t{3}, capacity, text.size() - at});
      text.copy(buffer, size, at);
      at += size;
      return size;
    };
    ASSERT_EQ(rows_of(CsvReader(std::string_view(text), 1, limit)),
              rows_of(CsvReader(std::move(source), limit)))
        << text;
  }
}

// Cut at whole rows, whatever was read so far, a file has the same rows.
TEST(CsvReader, WholeRowsAreASafePlaceToCut) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = "h\n" + random_csv(random);
    std::string in_parts;
    std::string pending;
    uint32_t line = 1;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 20, text.size() - at);
      pending += text.substr(at, size);
      at += size;
      const std::size_t whole = at == text.size() ? pending.size() : whole_rows(pending, line);
      in_parts += rows_of(CsvReader(std::string_view(pending).substr(0, whole), line));
      line += static_cast<uint32_t>(std::count(pending.begin(), pending.begin() + whole, '\n'));
      pending.erase(0, whole);
    }
    ASSERT_EQ(in_parts, rows_of(CsvReader(std::string_view(text)))) << text;
  }
}

}  // namespace
}  // namespace pac::engine::test
