#include "stdlib/registry.h"

#include <algorithm>
#include <array>

#include "stdlib/entries_dates.h"
#include "stdlib/entries_finance.h"
#include "stdlib/entries_numbers.h"
#include "stdlib/entries_text.h"
#include "stdlib/entries_time.h"

namespace pac::stdlib {
namespace {

template <std::size_t... Sizes>
constexpr auto join(const Function (&... tables)[Sizes]) {
  std::array<Function, (Sizes + ...)> all{};
  auto place = all.begin();
  ((place = std::copy(std::begin(tables), std::end(tables), place)), ...);
  return all;
}

constexpr auto kAll = join(kDates, kTime, kDecimals, kMoney, kFinance, kTexts, kIdentifiers);

}  // namespace

std::span<const Function> functions() { return kAll; }

const Function* find(std::string_view name) {
  const Function* newest = nullptr;
  for (const Function& function : kAll) {
    if (function.name != name) continue;
    if (newest == nullptr || function.version > newest->version) newest = &function;
  }
  return newest;
}

const Function* find(std::string_view name, uint32_t version) {
  for (const Function& function : kAll) {
    if (function.name == name && function.version == version) return &function;
  }
  return nullptr;
}

}  // namespace pac::stdlib
