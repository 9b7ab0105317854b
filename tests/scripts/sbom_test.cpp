// scripts/sbom: the document has what SPDX 2.3 requires, and the same twice.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "runtime/base/json.h"

namespace pac {
namespace {

constexpr const char* kEpoch = "1700000000";  // 2023-11-14T22:13:20Z

std::string sbom(const std::string& name) {
  const std::string out = testing::TempDir() + name;
  const std::string command = std::string("SOURCE_DATE_EPOCH=") + kEpoch +
                              " '" PAC_SOURCE_DIR "/scripts/sbom' '" PAC_BINARY_DIR "' '" + out +
                              "' >'" + out + ".log' 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream in(status == 0 ? out : out + ".log");
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_EQ(status, 0) << text.str();
  return text.str();
}

std::string text(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

// What SPDX 2.3 or we require and the document does not have; empty: nothing.
std::string missing(const json::Value& document) {
  std::string out;
  const auto want = [&](bool is_fine, const std::string& what) {
    if (!is_fine) out += what + "; ";
  };
  want(text(document, "spdxVersion") == "SPDX-2.3", "spdxVersion");
  want(text(document, "dataLicense") == "CC0-1.0", "dataLicense");
  want(text(document, "SPDXID") == "SPDXRef-DOCUMENT", "SPDXID");
  want(!text(document, "name").empty(), "name");
  want(text(document, "documentNamespace").find(':') != std::string::npos, "documentNamespace");
  want(text(document, "documentNamespace").find('#') == std::string::npos, "documentNamespace");
  const json::Value* creation = document.find("creationInfo");
  want(creation != nullptr && text(*creation, "created") == "2023-11-14T22:13:20Z", "created");
  want(creation != nullptr && creation->find("creators") != nullptr, "creators");
  const json::Value* packages = document.find("packages");
  const json::Value* relationships = document.find("relationships");
  if (packages == nullptr || !packages->is_array() || relationships == nullptr ||
      !relationships->is_array()) {
    return out + "packages or relationships; ";
  }
  std::set<std::string> ids = {"SPDXRef-DOCUMENT"}, related;
  for (const json::Value& package : packages->elements()) {
    const std::string id = text(package, "SPDXID");
    want(id.starts_with("SPDXRef-") &&
             id.find_first_not_of(
                 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
                 std::string::npos,
         "the form of " + id);
    want(ids.insert(id).second, id + " twice");
    for (const char* name : {"name", "versionInfo", "downloadLocation", "licenseConcluded",
                             "licenseDeclared", "copyrightText", "supplier"}) {
      want(!text(package, name).empty(), id + " " + name);
    }
    want(text(package, "licenseConcluded") != "NOASSERTION", id + " licence");
    const json::Value* references = package.find("externalRefs");
    want(references != nullptr && references->is_array() && references->elements().size() == 1 &&
             text(references->elements()[0], "referenceLocator").starts_with("pkg:"),
         id + " purl");
  }
  for (const json::Value& relationship : relationships->elements()) {
    const std::string from = text(relationship, "spdxElementId");
    const std::string to = text(relationship, "relatedSpdxElement");
    want(ids.contains(from) && ids.contains(to), from + " -> " + to);
    want(std::set<std::string>{"DESCRIBES", "DEPENDS_ON", "STATIC_LINK", "DYNAMIC_LINK"}.contains(
             text(relationship, "relationshipType")),
         "the type of " + from + " -> " + to);
    related.insert(to);
  }
  for (const std::string& id : ids)
    want(id == "SPDXRef-DOCUMENT" || related.contains(id), id + " alone");
  return out;
}

TEST(Sbom, HasWhatTheStandardRequires) {
  const std::string document = sbom("sbom_first.json");
  const auto read = json::parse(document);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(missing(*read), "");
  for (const char* name : {"\"pac\"", "\"libllvm19\"", "\"libssl3\"", "\"libsimdjson14\"",
                           "\"libantlr4-runtime-dev\"", "\"STATIC_LINK\"", "\"tzdata\""}) {
    EXPECT_NE(document.find(name), std::string::npos) << name;
  }
}

TEST(Sbom, WhatIsMissingIsSeen) {
  const auto said = [](const std::string& from, const std::string& to) {
    std::string document = sbom("sbom_damaged.json");
    const size_t at = document.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    const auto read = json::parse(document.replace(at, from.size(), to));
    return read ? missing(*read) : read.error().message;
  };
  EXPECT_EQ(said("\"SPDXRef-Package-libssl3\", \"name\"", "\"SPDXRef-Package-other\", \"name\""),
            "SPDXRef-Package-libssl3 -> SPDXRef-Package-libc6; "
            "SPDXRef-Package-pac -> SPDXRef-Package-libssl3; SPDXRef-Package-other alone; ");
  EXPECT_EQ(said("\"licenseConcluded\": \"MIT\", ", ""), "SPDXRef-Package-pac licenseConcluded; ");
}

TEST(Sbom, TheSameBuildGivesTheSameBytes) {
  EXPECT_EQ(sbom("sbom_one.json"), sbom("sbom_two.json"));
}

}  // namespace
}  // namespace pac
