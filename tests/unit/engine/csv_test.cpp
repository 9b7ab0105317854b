#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/engine/csv_binder.h"
#include "tests/unit/engine/samples.h"

namespace pac::engine::test {
namespace {

// A source that hands out `step` bytes at a time, so that rows lie across its buffers.
CsvReader::Source source(std::string text, std::size_t step) {
  return [text = std::move(text), step, at = std::size_t{0}](char* buffer,
                                                             std::size_t capacity) mutable {
    const std::size_t size = std::min({step, capacity, text.size() - at});
    text.copy(buffer, size, at);
    at += size;
    return size;
  };
}

// Rows as text: cells in < >, quoted ones in << >>, with the line in front.
std::string rows(const std::string& text, std::size_t step = 1, std::size_t max_row = 1000) {
  CsvReader reader(source(text, step), max_row);
  std::string out;
  for (;;) {
    const CsvRow row = reader.next();
    if (row == CsvRow::end) return out;
    out += std::to_string(reader.line()) + ':';
    if (row == CsvRow::bad_quotes) out += "bad quotes";
    if (row == CsvRow::too_long) out += "too long";
    for (const CsvCell& cell : reader.cells()) {
      out += (cell.quoted ? "<<" : "<") + std::string(cell.text) + (cell.quoted ? ">>" : ">");
    }
    out += ';';
  }
}

TEST(CsvReader, ReadsRowsInAllSpellings) {
  for (const std::size_t step : {1u, 2u, 3u, 1000u}) {
    EXPECT_EQ(rows("a,b\n1,2\n", step), "1:<a><b>;2:<1><2>;");
    EXPECT_EQ(rows("a,b\r\n1,2", step), "1:<a><b>;2:<1><2>;");
    EXPECT_EQ(rows("\xEF\xBB\xBF"
                   "a\n",
                   step),
              "1:<a>;");
    EXPECT_EQ(rows("\n\r\n a ,,\n\n", step), "3:< a ><><>;");
    EXPECT_EQ(rows("\"a,\"\"b\"\"\r\nc\",\"\"\r\nd\n", step), "1:<<a,\"b\"\r\nc>><<>>;3:<d>;");
    EXPECT_EQ(rows("\"a\"\r\n", step), "1:<<a>>;");
    EXPECT_EQ(rows("a\rb,c\r\n", step), "1:<a\rb><c>;");
    EXPECT_EQ(rows(",", step), "1:<><>;");
    EXPECT_EQ(rows("", step), "");
  }
}

TEST(CsvReader, GoesOnAfterDamage) {
  EXPECT_EQ(rows("a\"b,c\nd\n"), "1:bad quotes;2:<d>;");
  EXPECT_EQ(rows("\"a\"b,c\nd\n"), "1:bad quotes;2:<d>;");
  EXPECT_EQ(rows("d\n\"a"), "1:<d>;2:bad quotes;");
  EXPECT_EQ(rows("abcdef,g\nd\n", 1, 5), "1:too long;2:<d>;");
}

constexpr auto kDecision = static_cast<ir::DecisionId>(0);

class Csv : public testing::Test {
 protected:
  Csv() {
    ir::Builder b;
    const auto color = b.enumeration("Color", {"red", "green"});
    record_ = b.record(
        "Row", {b.field("id", b.string_type()),
                b.field("amount", b.decimal_type(2), b.between(0, 100'000)),
                b.field("on", b.optional(b.bool_type())), b.field("day", b.optional(b.date_type())),
                b.field("color", b.optional(b.enum_type(color))),
                b.field("list", b.optional(b.list_type(b.int_type())), b.items(3))});
    const auto input = b.record("in", {b.field("row", b.record_type(record_))});
    auto& d = b.decision("d", input, b.record("out", {b.field("row", b.record_type(record_))}));
    d.policy = ir::HitPolicy::result;
    d.result = {b.input(d, 0)};
    rules_ = load(b.rule_set);
  }

  std::string run(const std::string& text, const CsvOptions& csv = {}, uint32_t max_refusals = 1) {
    SessionOptions options;
    options.max_refusals = max_refusals;
    Session session(rules_, options);
    CsvBinder binder(session, kDecision, source(text, 7), csv);
    if (!binder.read_header()) return "header: " + told(session);
    std::string out;
    for (;;) {
      const CsvBinder::Row row = binder.next();
      if (row == CsvBinder::Row::end) return out;
      out += std::to_string(binder.line()) + " ";
      if (row == CsvBinder::Row::refused) {
        EXPECT_EQ(session.refusals()[0].line, binder.line());
        out += told(session) + "\n";
        continue;
      }
      EXPECT_TRUE(session.prepare({}, nullptr));
      session.decide();
      const std::string json = decision_json(session);
      const std::size_t begin = json.find("\"row\":") + 6;
      out += json.substr(begin, json.find("},\"fired\"") - begin) + "\n";
    }
  }

  std::shared_ptr<LoadedRuleSet> rules_;
  ir::RecordId record_{};
};

TEST_F(Csv, BindsRowsByTheTypesOfTheirFields) {
  EXPECT_EQ(
      run("id,row.amount,on,day,color,list\n"
          "a,1.5,true,2026-03-01,green,\"[1,2]\"\n"
          "\"x \"\"y\"\"\",2,false,,,\n"
          "\"\",0.00,,,,[]\n"),
      "2 {\"id\":\"a\",\"amount\":\"1.50\",\"on\":true,\"day\":\"2026-03-01\",\"color\":\"green\","
      "\"list\":[1,2]}\n"
      "3 {\"id\":\"x \\\"y\\\"\",\"amount\":\"2.00\",\"on\":false}\n"
      "4 {\"id\":\"\",\"amount\":\"0.00\",\"list\":[]}\n");
}

TEST_F(Csv, NamesLineAndFieldAndGoesOn) {
  EXPECT_EQ(run("id,amount,on\n"
                ",1,true\n"
                "a,1001,true\n"
                "a,x,true\n"
                "a,1\n"
                "a\"b,1,true\n"
                "a,1,TRUE\n"
                "b,1,\n"),
            "2 PAC5106 row.id: id is missing, the decision needs it\n"
            "3 PAC5111 row.amount: amount is 1001.00, allowed is 0.00 .. 1000.00\n"
            "4 PAC5110 row.amount: amount is \"x\", but must be a number with at most 2 digits "
            "after the point\n"
            "5 PAC5131 : the row has 2 cells, the header 3\n"
            "6 PAC5132 : the quotes of the row are wrong: a cell with quotes begins and ends with "
            "one, and "
            "doubles those inside\n"
            "7 PAC5108 row.on: on is \"TRUE\", but must be true or false\n"
            "8 {\"id\":\"b\",\"amount\":\"1.00\"}\n");
}

TEST_F(Csv, CollectsTheMistakesOfARow) {
  EXPECT_EQ(run("id,amount,on\n,x,y\n", {}, 10),
            "2 PAC5110 row.amount: amount is \"x\", but must be a number with at most 2 digits "
            "after the point\n"
            "PAC5108 row.on: on is \"y\", but must be true or false\n"
            "PAC5106 row.id: id is missing, the decision needs it\n");
}

TEST_F(Csv, ChecksTheHeader) {
  EXPECT_EQ(run(""), "header: PAC5130 : the file has no header");
  EXPECT_EQ(run("id,amont\n"),
            "header: PAC5130 amont: the column names no input, did you mean \"amount\"?");
  EXPECT_EQ(run("id,id\n"), "header: PAC5130 id: the header names this column twice");
  EXPECT_EQ(run("id,row.id\n"), "header: PAC5130 row.id: the header names this column twice");
  EXPECT_EQ(run("row\n"),
            "header: PAC5130 row: the column names a record: give each of its fields a column");
  CsvOptions lenient;
  lenient.ignore_unknown_columns = true;
  EXPECT_EQ(run("id,class,amount\na,good,1\n", lenient), "2 {\"id\":\"a\",\"amount\":\"1.00\"}\n");
}

// What the rows of a table give, each with what is behind it in memory as far as `step` goes.
std::string answers(const std::shared_ptr<LoadedRuleSet>& rules, const std::string& text,
                    std::size_t step, bool quickly) {
  SessionOptions options;
  options.reads_quickly = quickly;
  Session session(rules, options);
  CsvBinder binder(session, kDecision, source(text, step));
  EXPECT_TRUE(binder.read_header());
  std::string out;
  for (CsvBinder::Row row; (row = binder.next()) != CsvBinder::Row::end;) {
    const bool bound = row == CsvBinder::Row::bound && session.prepare({}, nullptr);
    if (bound) session.decide();
    out += (bound ? decision_json(session) : told(session)) + "\n";
  }
  return out;
}

TEST(CsvBinder, AllWaysToReadACellAgree) {
  ir::Builder b;
  const auto color = b.enumeration("Color", {"red", "re", "green", std::string(40, 'g')});
  const auto row = b.record("Row", {b.field("whole", b.optional(b.int_type())),
                                    b.field("small", b.optional(b.int_type()), b.between(-9, 120)),
                                    b.field("cents", b.optional(b.decimal_type(2))),
                                    b.field("wide", b.optional(b.decimal_type(17))),
                                    b.field("color", b.optional(b.enum_type(color))),
                                    b.field("text", b.optional(b.string_type())),
                                    b.field("yes", b.optional(b.bool_type()))});
  auto& d = b.decision("d", b.record("in", {b.field("row", b.record_type(row))}),
                       b.record("out", {b.field("row", b.record_type(row))}));
  d.policy = ir::HitPolicy::result;
  d.result = {b.input(d, 0)};
  const auto rules = load(b.rule_set);
  const std::vector<std::string> words = {
      "red", "re", "r", "green", std::string(40, 'g'), "true", "false", "ä", "", "red ", "tru"};
  std::mt19937_64 random(7);
  const auto number = [&random] {
    std::string digits;
    for (std::size_t i = random() % 4 == 0 ? random() % 22 : random() % 5; i > 0; --i) {
      digits += "0123456789"[random() % 10];
    }
    if (random() % 3 == 0) digits.insert(random() % (digits.size() + 1), ".");
    if (random() % 5 == 0) digits.insert(0, "-");
    if (random() % 20 == 0)
      digits.insert(random() % (digits.size() + 1), "1e.- +"[random() % 6], 1);
    return digits;
  };
  std::string text = "whole,small,cents,wide,color,text,yes\n";
  for (int i = 0; i < 20'000; ++i) {
    // Most rows have one cell, so that it decides whether they are taken.
    const std::size_t only = random() % 8;
    for (std::size_t column = 0; column < 7; ++column) {
      if (column > 0) text += ',';
      if (only == column || only == 7)
        text += column < 4 ? number() : words[random() % words.size()];
    }
    text += random() % 9 == 0 ? "\r\n" : "\n";
  }
  const std::string expected = answers(rules, text, text.size(), false);
  EXPECT_TRUE(answers(rules, text, text.size(), true) == expected) << "cells are padded";
  EXPECT_TRUE(answers(rules, text, 20, true) == expected) << "cells are not";
  EXPECT_GT(std::ranges::count(expected, 'P'), 2'000) << "refused";
  EXPECT_GT(std::ranges::count(expected, '{'), 2 * 8'000) << "taken";
}

}  // namespace
}  // namespace pac::engine::test
