get_filename_component(PAC_ROOT ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)

# One CMake target per folder, private links: a forbidden include does not compile.
find_program(PAC_CCACHE ccache)
if(PAC_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${PAC_ROOT} CCACHE_NOHASHDIR=1 ${PAC_CCACHE})
endif()

include(PacSanitize)

set(PAC_WARNINGS -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # libstdc++ 12 uses its own get_temporary_buffer in stable_sort, which clang blames on the caller.
  list(APPEND PAC_WARNINGS -Wno-deprecated-declarations)
endif()
# Reproducible builds: no path of the machine in the binaries, and the same ones where ccache names
# sources from the folder of the build, which lies in that of the repository. The last that fits counts.
set(PAC_REPRODUCIBLE -ffile-prefix-map=${PAC_ROOT}/= -ffile-prefix-map=../= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)

function(pac_target_defaults target)
  target_compile_options(${target} PRIVATE ${PAC_WARNINGS})
  if(PAC_COVERAGE)  # gcovr finds sources by the paths that the mapping would cut off
    # Threads count into the same counters; without atomic ones some come out negative, and gcovr stops.
    target_compile_options(${target} PRIVATE --coverage -fprofile-update=atomic)
    target_link_options(${target} PRIVATE --coverage)
  else()
    target_compile_options(${target} PRIVATE ${PAC_REPRODUCIBLE})
  endif()
  target_compile_options(${target} PRIVATE ${PAC_SANITIZE_COMPILE})
  target_link_options(${target} PRIVATE ${PAC_SANITIZE_LINK})
endfunction()

# pac_library(pac_base SOURCES a.cpp b.cpp LINK other [LINK_PRIVATE third_party])
# Headers are included by their path from the repository's root (or from runtime/include).
function(pac_library target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PAC_ROOT}>)
    target_link_libraries(${target} PUBLIC ${ARG_LINK} PRIVATE ${ARG_LINK_PRIVATE})
    pac_target_defaults(${target})
    target_compile_options(${target} PRIVATE ${PAC_COVERAGE_COMPILE})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PAC_ROOT}>)
    target_link_libraries(${target} INTERFACE ${ARG_LINK})
  endif()
endfunction()

# pac_test(name SOURCES a.cpp LINK libs [LABELS fast|slow]): a GoogleTest binary; ctest sees each test.
function(pac_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE PAC_SOURCE_DIR="${PAC_ROOT}"
                             PAC_BINARY_DIR="${CMAKE_BINARY_DIR}")
  pac_target_defaults(${name})
  # What is tested is optimised in full; the tests themselves are built in half of the time like this.
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  if(NOT ARG_LABELS)
    set(ARG_LABELS fast)
  endif()
  # Tests leave the user's cache alone; those of the cache have their own.
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900
                       ENVIRONMENT PAC_CACHE=off)
endfunction()
