# The compiler options of all targets: C++20, warnings, and the instrumentation of the preset. Targets link to
# serverless::options. Another project that uses the core chooses its own warnings.

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The settings that ccache requires for precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(serverless_options INTERFACE)
add_library(serverless::options ALIAS serverless_options)

target_compile_features(serverless_options INTERFACE cxx_std_20)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(serverless_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    $<$<BOOL:${SERVERLESS_WARNINGS_AS_ERRORS}>:-Werror>)
endif()

if(SERVERLESS_STATIC)
  target_compile_options(serverless_options INTERFACE
    -ffunction-sections -fdata-sections # lets the linker remove unused code
    -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2)
endif()

if(SERVERLESS_SANITIZE)
  target_compile_options(serverless_options INTERFACE
    -fsanitize=${SERVERLESS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS)
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    target_compile_options(serverless_options INTERFACE
      -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizer-ignorelist.txt)
  endif()
  target_link_options(serverless_options INTERFACE -fsanitize=${SERVERLESS_SANITIZE})
endif()

if(SERVERLESS_FUZZ)
  target_compile_options(serverless_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(SERVERLESS_COVERAGE)
  target_compile_options(serverless_options INTERFACE --coverage)
  target_link_options(serverless_options INTERFACE --coverage)
endif()
