// How the texts that a regular expression accepts begin, as keys of texts (KeyKind::text): a text
// with another key does not match. All keys where almost any text may. Pure function; any thread.
#pragma once

#include "runtime/base/regex.h"
#include "runtime/match/value_set.h"

namespace pac::match {

ValueSet beginnings(const Regex& regex);

}  // namespace pac::match
