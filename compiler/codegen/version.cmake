# Writes OUTPUT: a function that gives the digest of the files listed in LIST, by name and content.
file(STRINGS ${LIST} files)
set(all "")
foreach(file ${files})
  file(SHA256 ${ROOT}/${file} digest)
  string(APPEND all "${file} ${digest}\n")
endforeach()
string(SHA256 digest "${all}")
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#include \"compiler/codegen/version.h\"

namespace pac::codegen {

std::string_view version() { return \"${digest}\"; }

}  // namespace pac::codegen
")
