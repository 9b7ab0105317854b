# cmake -DINPUT=file -DOUTPUT=file.cpp -P embed.cmake: the bytes of a file as a C++ source.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT}
  "#include \"compiler/codegen/support_bitcode.h\"\n"
  "namespace pac::codegen {\nnamespace {\n"
  "alignas(16) constexpr unsigned char kBitcode[] = {\n${bytes}};\n}\n"
  "std::string_view support_bitcode() {\n"
  "  return {reinterpret_cast<const char*>(kBitcode), sizeof kBitcode};\n}\n}\n")
