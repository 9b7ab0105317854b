#include "runtime/engine/refusal.h"

namespace pac::engine {

std::string_view code_text(RefusalCode code) {
  switch (code) {
    case RefusalCode::none:
      return "";
#define PAC_REFUSAL(number, name, summary) \
  case RefusalCode::name:                  \
    return "PAC" #number;
#include "runtime/engine/refusals.def"
#undef PAC_REFUSAL
  }
  return "";
}

std::string_view summary(RefusalCode code) {
  switch (code) {
    case RefusalCode::none:
      return "";
#define PAC_REFUSAL(number, name, text) \
  case RefusalCode::name:               \
    return text;
#include "runtime/engine/refusals.def"
#undef PAC_REFUSAL
  }
  return "";
}

Refusals::Refusals(uint32_t capacity)
    : items_(new Refusal[capacity == 0 ? 1 : capacity]), capacity_(capacity == 0 ? 1 : capacity) {}

Refusal* Refusals::add(RefusalCode code) {
  if (full()) return nullptr;
  Refusal& refusal = items_[count_++];
  refusal.code = code;
  refusal.line = line_;
  refusal.assume = 0xffffffff;
  refusal.path.clear();
  refusal.message.clear();
  return &refusal;
}

}  // namespace pac::engine
