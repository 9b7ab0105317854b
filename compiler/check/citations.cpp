#include "compiler/check/citations.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace pac::check {

namespace {

bool digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string without_zeros(std::string_view text) {
  const size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
  return std::string(text.substr(first));
}

CitationCheck finlex(std::string_view reference) {
  const size_t slash = reference.find('/');
  CitationCheck out;
  if (slash == std::string_view::npos || !digits(reference.substr(0, slash)) ||
      !digits(reference.substr(slash + 1)) || reference.size() - slash - 1 != 4) {
    out.problem = "a Finnish statute is number/year";
    out.help = "write it as \"1501/1993\"";
    return out;
  }
  out.iri = "http://data.finlex.fi/eli/sd/" + std::string(reference.substr(slash + 1)) + "/" +
            without_zeros(reference.substr(0, slash)) + "/alkup";
  return out;
}

CitationCheck eurlex(std::string_view reference) {
  CitationCheck out;
  if (reference.starts_with("http://data.europa.eu/eli/")) {
    out.iri = std::string(reference);
    return out;
  }
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  const bool sector = !reference.empty() && ((reference[0] >= '0' && reference[0] <= '9') ||
                                             reference[0] == 'C' || reference[0] == 'E');
  size_t letters = 5;
  while (letters < reference.size() && is_letter(reference[letters])) ++letters;
  if (!sector || reference.size() < 7 || !digits(reference.substr(1, 4)) || letters == 5 ||
      letters > 7 || letters == reference.size()) {
    out.problem = "a CELEX number is sector, year, type and number";
    out.help = "write it as \"32016R0679\"";
    return out;
  }
  const std::string type(reference.substr(5, letters - 5));
  const std::string_view number = reference.substr(letters);
  static const std::map<std::string, const char*> kEli = {{"R", "reg"}, {"L", "dir"}, {"D", "dec"}};
  if (reference[0] == '3' && kEli.contains(type) && digits(number)) {
    out.iri = std::string("http://data.europa.eu/eli/") + kEli.at(type) + "/" +
              std::string(reference.substr(1, 4)) + "/" + without_zeros(number) + "/oj";
  } else {
    out.iri = "http://publications.europa.eu/resource/celex/" + std::string(reference);
  }
  return out;
}

}  // namespace

CitationCheck expand_citation(const ir::Citation& citation) {
  const std::string_view reference = citation.reference;
  if (citation.system == "finlex") return finlex(reference);
  if (citation.system == "eurlex") return eurlex(reference);
  CitationCheck out;
  if (citation.system == "eli" || citation.system == "iri") {
    const size_t colon = reference.find(':');
    const bool absolute = colon != std::string_view::npos && colon > 1 &&
                          colon + 1 < reference.size() &&
                          reference.find(' ') == std::string_view::npos;
    if (absolute) {
      out.iri = std::string(reference);
    } else {
      out.problem = "this is no absolute address";
      out.help = "write the whole of it, with `https://`";
    }
    return out;
  }
  out.unknown_system = true;
  return out;
}

}  // namespace pac::check
