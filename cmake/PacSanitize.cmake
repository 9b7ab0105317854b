# What PAC_SANITIZE means for the flags. With clang and AddressSanitizer the fuzz targets (tests/fuzz)
# are libFuzzer's, else they replay the committed inputs.
#
# CMAKE_BUILD_TYPE=Sanitize: optimised a little, since fuzzing counts in runs a second; reports name
# lines; checks of the standard library stay on (no NDEBUG).
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -gline-tables-only")
set(PAC_FUZZ OFF)
set(PAC_SANITIZE_COMPILE "")
set(PAC_SANITIZE_LINK "")
set(PAC_COVERAGE_COMPILE "")
if(PAC_SANITIZE)
  # Undefined behaviour ends the program: a test that only prints a report does not fail.
  set(PAC_SANITIZE_COMPILE -fsanitize=${PAC_SANITIZE} -fno-omit-frame-pointer)
  set(PAC_SANITIZE_LINK -fsanitize=${PAC_SANITIZE})
  if(PAC_SANITIZE MATCHES undefined)
    list(APPEND PAC_SANITIZE_COMPILE -fno-sanitize-recover=all)
    if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
      # vptr needs type information of LLVM's classes, which are built without; function reads the
      # bytes before a function that is called through a pointer, and native code has none there.
      list(APPEND PAC_SANITIZE_COMPILE -fno-sanitize=vptr,function)
      list(APPEND PAC_SANITIZE_LINK -fno-sanitize=vptr,function)
    endif()
  endif()
  if(PAC_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
    set(PAC_FUZZ ON)
    set(PAC_COVERAGE_COMPILE -fsanitize=fuzzer-no-link)
  endif()
endif()
