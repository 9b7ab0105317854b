#include <gtest/gtest.h>

#include "runtime/base/json.h"

namespace pac::json {
namespace {

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  Writer writer(&out);
  writer.begin_object();
  writer.key("a")
      .begin_array()
      .integer(1)
      .integer(-2)
      .begin_object()
      .end_object()
      .null()
      .end_array();
  writer.key("b").string("x\"\\\n\x01ä");
  writer.key("c").begin_array().end_array();
  writer.key("d").begin_object().key("e").boolean(true).key("f").raw("[1,2]").end_object();
  writer.key("g")
      .integer(kMaxExactInt)
      .key("h")
      .integer(kMaxExactInt + 1)
      .key("i")
      .value(Value(0.5));
  writer.end_object();
  EXPECT_EQ(out, R"({"a":[1,-2,{},null],"b":"x\"\\\n\u0001ä","c":[],"d":{"e":true,"f":[1,2]},)"
                 R"("g":9007199254740991,"h":"9007199254740992","i":0.5})");
  EXPECT_TRUE(parse(out));
}

}  // namespace
}  // namespace pac::json
