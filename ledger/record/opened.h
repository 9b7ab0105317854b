// Entries with their boxes opened: what is personal put back where it was, for a reader who has the
// keys. Belongs to one thread; the keys may be shared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/persons/subjects.h"
#include "ledger/record/entry_view.h"

namespace pac::ledger {

enum class BoxState : std::uint8_t { open, erased, no_key };
std::string_view text_of(BoxState state);  // "open", "erased", "no key"

struct BoxSeen {
  std::string subject;
  BoxState state = BoxState::open;
};

class BoxOpener {
 public:
  // Null: there are no keys here.
  explicit BoxOpener(const Subjects* subjects) : subjects_(subjects) {}

  // After the entry and its blob were read: the members of the view that had personal data are then
  // texts of the opener, until the next call. PAC6605: a box is not what was recorded; PAC6401: the
  // boxes are none that pac writes.
  [[nodiscard]] Result<void> open(EntryView* view);

  // Of the last entry.
  const std::vector<BoxSeen>& boxes() const { return boxes_; }
  bool has(BoxState state) const;

 private:
  const Subjects* subjects_;
  std::vector<BoxSeen> boxes_;
  std::string answer_, context_, features_, input_;
};

// The answer of an entry that was read, for who asks again with the same key. PAC6607: what was
// personal in it can't be opened; and as BoxOpener::open.
[[nodiscard]] Result<std::string> opened_answer(const Subjects* subjects, EntryView* view);

}  // namespace pac::ledger
