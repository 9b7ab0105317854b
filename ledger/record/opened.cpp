#include "ledger/record/opened.h"

#include <algorithm>
#include <charconv>

#include "ledger/persons/box.h"
#include "runtime/base/json.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

std::unexpected<Error> malformed() {
  return fail("PAC6401", "the boxes of the entry are none that pac writes");
}

// A step of a pointer: a member, or an item of a list. Null: there is none.
json::Value* step_into(json::Value* at, std::string_view step) {
  if (at->is_object()) {
    for (json::Member& member : at->members()) {
      if (member.key == step) return &member.value;
    }
    return nullptr;
  }
  if (!at->is_array()) return nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (error != std::errc() || end != step.data() + step.size()) return nullptr;
  return index < at->elements().size() ? &at->elements()[index] : nullptr;
}

// False where the place is not in the members.
bool put_back(json::Value* members, std::string_view pointer, const json::Value& value) {
  json::Value* at = members;
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    if (end == pointer.npos) {
      if (!at->is_object()) return false;
      at->set(pointer, value);
      return true;
    }
    at = step_into(at, pointer.substr(0, end));
    if (at == nullptr) return false;
    pointer.remove_prefix(end);
  }
  return false;
}

}  // namespace

std::string_view text_of(BoxState state) {
  constexpr std::string_view kTexts[] = {"open", "erased", "no key"};
  return kTexts[static_cast<std::size_t>(state)];
}

bool BoxOpener::has(BoxState state) const {
  return std::ranges::find(boxes_, state, &BoxSeen::state) != boxes_.end();
}

Result<void> BoxOpener::open(EntryView* view) {
  boxes_.clear();
  if (view->boxes.empty()) return {};
  const auto all = json::parse(view->boxes);
  if (!all || !all->is_array()) return malformed();
  json::Value members = json::Value::object();
  const std::pair<const char*, std::string_view*> kMembers[] = {{"answer", &view->answer},
                                                                {"context", &view->context},
                                                                {"features", &view->features},
                                                                {"input", &view->input}};
  for (const auto& [name, text] : kMembers) {
    if (text->empty()) continue;
    auto value = json::parse(*text);
    if (!value) return malformed();
    members.set(name, std::move(*value));
  }
  for (const json::Value& one : all->elements()) {
    const auto text = [&](const char* name) {
      const json::Value* found = one.find(name);
      return found != nullptr && found->is_string() ? found->as_string() : std::string();
    };
    BoxSeen& seen = boxes_.emplace_back();
    seen.subject = text("subject");
    const auto key = subjects_ == nullptr ? std::nullopt : subjects_->key_of(seen.subject);
    if (!key) {
      const bool is_erased = subjects_ != nullptr && subjects_->is_erased(seen.subject);
      seen.state = is_erased ? BoxState::erased : BoxState::no_key;
      continue;
    }
    const auto bytes = crypto::from_base64(text("box"));
    const auto hash = crypto::array_from_hex<Hash{}.size()>(text("hash"));
    if (!bytes || !hash) return malformed();
    const auto contents =
        open_box(*key, {view->origin, view->schema, view->nonce, seen.subject}, *bytes, *hash);
    if (!contents) return std::unexpected(contents.error());
    const auto values = json::parse(*contents);
    if (!values || !values->is_object()) return malformed();
    for (const json::Member& value : values->members()) {
      if (!put_back(&members, value.key, value.value)) return malformed();
    }
  }
  std::string* const texts[] = {&answer_, &context_, &features_, &input_};
  for (std::size_t i = 0; i < std::size(texts); ++i) {
    const json::Value* member = members.find(kMembers[i].first);
    if (member == nullptr) continue;
    *texts[i] = json::canonical(*member);
    *kMembers[i].second = *texts[i];
  }
  return {};
}

Result<std::string> opened_answer(const Subjects* subjects, EntryView* view) {
  BoxOpener opener(subjects);
  if (const auto opened = opener.open(view); !opened) return std::unexpected(opened.error());
  for (const BoxSeen& box : opener.boxes()) {
    if (box.state == BoxState::open) continue;
    return fail("PAC6607",
                "the recorded answer can't be given: personal data in its entry is not "
                "open here (" +
                    std::string(text_of(box.state)) + ")");
  }
  return std::string(view->answer);
}

}  // namespace pac::ledger
