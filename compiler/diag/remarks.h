// What a diagnostic says beyond its message, as lines of plain text, for formats without a place
// for labels, notes and ways out. Internal to the renderers (not API; include
// compiler/diag/render.h instead).
#pragma once

#include <string>

#include "compiler/diag/diagnostic.h"
#include "compiler/diag/text.h"

namespace pac::diag {

// The message, then "note: …" and "help: …", a line each.
inline std::string message_with_remarks(const Diagnostic& diagnostic) {
  std::string out = diagnostic.message();
  if (!diagnostic.label.empty()) out += "\n" + diagnostic.label;
  for (const std::string& note : diagnostic.notes) {
    out += (note.starts_with("witness: ") ? "\n" : "\nnote: ") + note;
  }
  for (const std::string& help : diagnostic.helps) out += "\nhelp: " + help;
  if (diagnostic.fix) out += "\nhelp: " + diagnostic.fix->text;
  return valid_text(out);
}

}  // namespace pac::diag
