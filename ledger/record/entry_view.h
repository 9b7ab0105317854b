// Entries read back: their members as texts of the entry, without making values of all of it, as
// entries are read by the million. What is read may have been written by anybody: nothing is taken
// for granted but that views stay within the entry. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"

namespace pac::ledger {

// The members of a JSON object, in order; used again and again.
class ObjectView {
 public:
  // False where the text is no object.
  bool read(std::string_view object);
  // The text of a member's value; empty: there is none.
  std::string_view raw(std::string_view name) const;
  const std::vector<std::pair<std::string_view, std::string_view>>& members() const {
    return members_;
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> members_;  // name, value
};

// The text that a JSON string stands for; "" of anything else.
std::string text_of(std::string_view json_string);

// An entry as its kind and the members that decisions have. The views are of the entry, or of its
// blob.
struct EntryView {
  std::string_view kind, at, function, function_digest, snapshot, tenant, run;
  std::string_view status;                            // of the answer
  std::string_view answer, input, context, features;  // JSON; empty: there is none
  std::string_view fired;                             // JSON
  std::string_view idempotency;                       // JSON
  std::string_view caller, engine, stdlib, pac;
  std::string_view boxes;  // JSON; empty: there is nothing personal
  std::string_view origin, nonce, schema;
  std::string_view blob;  // digest; empty: none
  std::uint64_t blob_bytes = 0;
};

class EntryReader {
 public:
  // PAC6401: not an entry that pac writes, or of a later schema.
  [[nodiscard]] Result<void> read(std::string_view entry, EntryView* out);
  // Adds what stands in the blob of an entry. PAC6401.
  [[nodiscard]] Result<void> read_blob(std::string_view blob, EntryView* out);
  const ObjectView& members() const { return members_; }

 private:
  void read_answer(std::string_view answer, EntryView* out);

  ObjectView members_, inner_;
};

// Whether that is the decision's full name or the last part of it.
bool is_named(std::string_view function, std::string_view name);

// The names in a JSON array of strings.
std::vector<std::string> names_in(std::string_view json_array);

}  // namespace pac::ledger
