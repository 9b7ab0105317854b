// JsonSchema: what a JSON schema (draft 4) says against a document; of its keywords those that the
// schema of SARIF uses. A keyword that it does not know is a problem of its own, so that nothing is
// passed over. For tests; any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/json.h"

namespace pac::diag::test {

class JsonSchema {
 public:
  explicit JsonSchema(json::Value schema) : schema_(std::move(schema)) {}

  // Each with the place in the document; empty: it is valid.
  std::vector<std::string> problems(const json::Value& document) const;

 private:
  using Problems = std::vector<std::string>;
  void check(const json::Value& schema, const json::Value& value, const std::string& at,
             Problems* out) const;
  void check_object(const json::Value& schema, const json::Value& value, const std::string& at,
                    Problems* out) const;
  void check_array(const json::Value& schema, const json::Value& value, const std::string& at,
                   Problems* out) const;
  bool is_valid(const json::Value& schema, const json::Value& value) const;
  const json::Value& target_of(const std::string& reference) const;

  json::Value schema_;
};

}  // namespace pac::diag::test
