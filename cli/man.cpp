// pac man: manual pages in roff, one a command, from the tables of options.
#include <cstdio>
#include <filesystem>

#include "cli/commands.h"
#include "cli/option_table.h"
#include "compiler/driver/build.h"

namespace pac::cli {

namespace {

namespace fs = std::filesystem;

void options(po::options_description& o) {
  o.add_options()("command", po::value<std::string>()->value_name("COMMAND"),
                  "the page of this command; of pac itself where left out")(
      "output,o", po::value<std::string>()->value_name("FOLDER"),
      "write all pages into this folder: pac.1, pac-run.1, …");
}

// A character beyond ASCII, which roff itself does not read: \[u2026].
std::string by_number(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  uint32_t number = byte(0) & (0x7Fu >> bytes.size());
  for (size_t i = 1; i < bytes.size(); ++i) number = number << 6 | (byte(i) & 0x3Fu);
  char text[16];
  std::snprintf(text, sizeof text, "\\[u%04X]", number);
  return text;
}

// Text that roff takes as it is: no request, no escape, hyphens that can be copied.
std::string escaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto lead = static_cast<unsigned char>(c);
    if (lead >= 0xC0) {
      const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
      out += by_number(std::string_view(text).substr(i, size));
      i += size - 1;
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '`') {
      out += "\\(ga";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string title(const std::string& name) {
  std::string upper;
  for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return ".TH \"" + escaped(upper) + "\" 1 \"\" \"pac " PAC_VERSION "\" \"pac\"\n";
}

std::string option_text(const OptionRow& row) {
  std::string out = ".TP\n";
  if (!row.letter.empty()) out += "\\fB\\-" + row.letter + "\\fR, ";
  out += "\\fB\\-\\-" + escaped(row.name) + "\\fR";
  if (!row.argument.empty()) out += "\\fI" + escaped(row.shown_argument()) + "\\fR";
  out += "\n" + escaped(row.description);
  if (!row.default_value.empty()) out += " (unless said: " + escaped(row.default_value) + ")";
  return out + "\n";
}

constexpr const char* kExitStatus =
    ".SH EXIT STATUS\n"
    ".TP\n0\nfine; warnings count as fine unless they are denied\n"
    ".TP\n1\nfindings: errors in a policy, failed tests, refused inputs, a damaged bundle\n"
    ".TP\n2\nwrong usage\n"
    ".TP\n3\ncould not run: a file can\\(aqt be read or written\n"
    ".TP\n4\na decision ended in error or no_match, with run \\-\\-exit\\-decision\n"
    ".TP\n70\na bug of pac\n"
    ".TP\n130\ninterrupted; 128 and the number of the signal\n";

std::string page(const Command& command) {
  const OptionTable table = option_table(command);
  const std::string name = std::string("pac-") + command.name;
  std::string out = title(name) + ".SH NAME\n" + escaped(name) + " \\- " +
                    escaped(command.summary) + "\n.SH SYNOPSIS\n" + escaped(command.usage) + "\n";
  out += ".SH OPTIONS\n";
  if (!table.positional.name.empty()) {
    out += ".TP\n\\fI" + escaped(table.positional.argument) + "\\fR\n" +
           escaped(table.positional.description) + "\n";
  }
  for (const auto& row : table.options) out += option_text(row);
  out += ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nthe same in short\n";
  out += std::string(kExitStatus) + ".SH EXAMPLE\n.nf\n" + escaped(command.example) +
         "\n.fi\n.SH SEE ALSO\n.BR pac (1)\n";
  return out;
}

std::string overview() {
  std::string out =
      title("pac") +
      ".SH NAME\npac \\- policy as code that can be read, proved, run at native speed "
      "and replayed\n.SH SYNOPSIS\npac COMMAND [options]\n.SH COMMANDS\n";
  for (const auto& command : commands()) {
    out += std::string(".TP\n\\fB") + escaped(command.name) + "\\fR\n" + escaped(command.summary) +
           "\n";
  }
  out += std::string(kExitStatus) + ".SH SEE ALSO\n";
  for (size_t i = 0; i < commands().size(); ++i) {
    out += std::string(".BR pac\\-") + commands()[i].name + " (1)" +
           (i + 1 < commands().size() ? ",\n" : "\n");
  }
  return out;
}

int write_all(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return failed(kCouldNotRun, "PAC0107", "can't make " + folder + ": " + error.message());
  auto written = driver::write_file((fs::path(folder) / "pac.1").string(), overview());
  for (const auto& command : commands()) {
    if (!written) break;
    written = driver::write_file(
        (fs::path(folder) / (std::string("pac-") + command.name + ".1")).string(), page(command));
  }
  if (!written) return failed(kCouldNotRun, written.error().code, written.error().message);
  return kFine;
}

int run(const po::variables_map& values) {
  if (values.contains("output")) {
    if (values.contains("command"))
      return failed(kUsage, "", "--output writes all pages: leave the command out");
    return write_all(values["output"].as<std::string>());
  }
  std::string text = overview();
  if (values.contains("command")) {
    const auto& name = values["command"].as<std::string>();
    const Command* command = find_command(name);
    if (command == nullptr) return unknown_command(name);
    text = page(*command);
  }
  std::fputs(text.c_str(), stdout);
  return kFine;
}

}  // namespace

const Command kMan{"man",
                   "write manual pages",
                   "pac man [COMMAND] [--output FOLDER]",
                   "pac man run",
                   options,
                   "command",
                   run};

}  // namespace pac::cli
