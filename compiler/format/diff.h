// What changes between two texts, as a unified diff with three lines around each change. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pac::format {

// Empty where the texts are equal.
std::string diff(std::string_view path, std::string_view before, std::string_view after);

}  // namespace pac::format
