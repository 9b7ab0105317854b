// A row of `and` or `or` as a tree. Internal to check.
#pragma once

#include <span>

#include "runtime/ir/model.h"

namespace pac::check {

// `make` joins two expressions; at least one part. Rows as people write them lean left, as they are
// read. What a program has written is cut into halves, which means the same (from left to right,
// the first that settles it) and stays flat.
template <typename Make>
ir::ExprId row_of(std::span<const ir::ExprId> parts, const Make& make) {
  constexpr size_t kLeaning = 64;
  if (parts.size() > kLeaning) {
    const size_t half = parts.size() / 2;
    const ir::ExprId left = row_of(parts.first(half), make);
    return make(left, row_of(parts.subspan(half), make));
  }
  ir::ExprId all = parts[0];
  for (const ir::ExprId part : parts.subspan(1)) all = make(all, part);
  return all;
}

}  // namespace pac::check
