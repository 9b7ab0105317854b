#include "net/url.h"

#include <gtest/gtest.h>

#include "net/http.h"

namespace pac::net {
namespace {

TEST(UrlTest, ReadsAddresses) {
  const auto plain = read_url("http://witness.example:8080/w/1/");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->is_tls);
  EXPECT_EQ(plain->host, "witness.example");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_EQ(plain->path, "/w/1");
  EXPECT_EQ(plain->authority(), "witness.example:8080");
  const auto tls = read_url("https://witness.example");
  ASSERT_TRUE(tls);
  EXPECT_TRUE(tls->is_tls);
  EXPECT_EQ(tls->port, 443);
  EXPECT_EQ(tls->path, "");
  EXPECT_EQ(tls->authority(), "witness.example");
  const auto six = read_url("http://[::1]:81");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(six->authority(), "[::1]:81");
}

TEST(UrlTest, RefusesOthersAndRepeatsNoPassword) {
  for (const char* bad :
       {"", "witness.example", "ftp://a", "http://", "http://:80", "http://a:0", "http://a:65536",
        "http://a:8x", "http://a:", "http://user:secret@a/", "http://a/?q", "http://a/#f",
        "http://a b/", "http://[::1", "http://::1/", "http://a/\n", "HTTP://a"}) {
    const auto url = read_url(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().code, "PAC7001");
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
  }
}

TEST(UrlTest, ReadsWhereToListen) {
  EXPECT_EQ(read_endpoint("127.0.0.1:0")->port, 0);
  EXPECT_EQ(read_endpoint("[::1]:80")->host, "::1");
  for (const char* bad : {"", "127.0.0.1", ":80", "a:b", "::1:80", "a:70000"}) {
    EXPECT_FALSE(read_endpoint(bad)) << bad;
  }
}

TEST(UrlTest, FieldsAreFoundInAnyCase) {
  const Request request{"GET", "/a?b=c", {{"X-Thing", "1"}, {"x-thing", "2"}}, ""};
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.field("x-THING"), "1");
  EXPECT_EQ(request.field("thing"), std::nullopt);
}

}  // namespace
}  // namespace pac::net
