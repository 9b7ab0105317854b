// The columns of an entry, which a store is searched by and verified against.
#include "ledger/pg/columns.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pac::ledger::pg {
namespace {

using Texts = std::vector<std::string>;

const std::string kDigits = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string kDigest = [] {
  std::string out;
  for (int i = 0; i < 4; ++i) out += "\x01\x23\x45\x67\x89\xab\xcd\xef";
  return out;
}();

Columns columns_of(const std::string& body) { return ColumnReader().read(body); }

TEST(Columns, OfADecision) {
  Columns wanted;
  wanted.at_us = 1'772'355'600'000'001;
  wanted.tenant = "north";
  wanted.kind = "decision";
  wanted.function = "lending.loan.grant";
  wanted.snapshot = kDigest;
  wanted.blob = kDigest;
  wanted.status = "ok";
  wanted.rules = {"high", "low"};
  wanted.subjects = {"ann", "bob"};
  EXPECT_EQ(columns_of(R"({"answer":{"fired":["low","high","low"],"status":"ok"},)"
                       R"("at":"2026-03-01T09:00:00.000001Z","blob":{"sha256":")" +
                       kDigits +
                       R"("},"boxes":[{"subject":"bob"},{"subject":"ann+bob"},{"subject":"ann"}],)"
                       R"("function":"lending.loan.grant","kind":"decision","snapshot":")" +
                       kDigits + R"(","tenant":"north"})"),
            wanted);
}

// What an entry says of itself counts, then its answer, then its record.
TEST(Columns, TheEntryComesFirst) {
  EXPECT_EQ(columns_of(R"({"answer":{"tenant":"b"},"record":{"tenant":"c"},"tenant":"a"})").tenant,
            "a");
  EXPECT_EQ(columns_of(R"({"answer":{"tenant":"b"},"record":{"tenant":"c"}})").tenant, "b");
  EXPECT_EQ(columns_of(R"({"record":{"status":"done","subject":"ann","tenant":"c"}})").tenant, "c");
  EXPECT_EQ(columns_of(R"({"record":{"subject":"ann"}})").subjects, Texts{"ann"});
  EXPECT_EQ(columns_of(R"({"tenant":"a","tenant":"b"})").tenant, "a");
}

TEST(Columns, WhatIsNotInItsFormIsNothing) {
  for (const std::string& body :
       {std::string(), std::string("no JSON"), std::string("[]"), std::string("7"),
        std::string(R"({"tenant":"a")"), std::string(R"({"tenant":"a"} x)"),
        std::string("{\"tenant\":\"\xff\"}"), std::string(R"({"tenant":1})"),
        std::string(R"({"tenant":"a\u0000b"})"), std::string(R"({"at":"2026-02-30T00:00:00Z"})"),
        std::string(R"({"at":"yesterday"})"), "{\"snapshot\":\"" + kDigits.substr(1) + "\"}",
        "{\"snapshot\":\"" + kDigits.substr(1) + "A\"}", std::string(R"({"blob":"x"})"),
        std::string(R"({"blob":{"sha256":7}})"), std::string(R"({"boxes":[7,{}]})"),
        std::string(R"({"fired":{}})")}) {
    EXPECT_EQ(columns_of(body), Columns()) << body;
  }
}

// Who compares rows reads less, and in place: of what both read, both say the same.
TEST(Columns, InPlaceAndOfARowAlone) {
  const std::string bodies[] = {
      "", "{", R"({"kind":"a"})", R"({"answer":{"tenant":"b"},"boxes":[{"subject":"x"}]})",
      R"({"blob":{"sha256":")" + kDigits + R"("},"fired":"r","status":"ok","subject":"s"})"};
  std::string memory;
  for (const std::string& body : bodies) memory += body;
  const std::size_t size = memory.size();
  memory.append(ColumnReader::kPadding, '"');
  ColumnReader in_place(ColumnReader::Wanted::all, true);
  ColumnReader of_row(ColumnReader::Wanted::of_row, true);
  std::size_t at = 0;
  for (const std::string& body : bodies) {
    const std::string_view there = std::string_view(memory).substr(at, body.size());
    at += body.size();
    Columns wanted = columns_of(body);
    EXPECT_EQ(in_place.read(there), wanted) << body;
    wanted.status.reset();
    wanted.subjects.clear();
    wanted.rules.clear();
    EXPECT_EQ(of_row.read(there), wanted) << body;
  }
  EXPECT_EQ(at, size);
}

}  // namespace
}  // namespace pac::ledger::pg
