// Legal references: their form is checked and their canonical address built. What the address holds
// is not looked up here. Systems: finlex (statute number/year), eurlex (CELEX number or ELI), eli,
// iri.
#pragma once

#include <string>

#include "runtime/ir/side.h"

namespace pac::check {

struct CitationCheck {
  bool unknown_system = false;
  std::string problem;  // empty: fine
  std::string help;
  std::string iri;
};

// Uses system and reference. CELEX: sector, four-digit year, type letters, number ("32016R0679" is
// reg/2016/679); ELI forms after Council conclusions 2012/C 325/02.
CitationCheck expand_citation(const ir::Citation& citation);

}  // namespace pac::check
