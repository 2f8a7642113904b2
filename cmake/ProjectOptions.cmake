# What every target of the project is built with: C++20, the warnings, and the instrumentation of the preset.
# A target takes it by linking to users::options.

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(users_options INTERFACE)
add_library(users::options ALIAS users_options)

target_compile_features(users_options INTERFACE cxx_std_20)
target_compile_options(users_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${USERS_WARNINGS_AS_ERRORS}>:-Werror>)

if(USERS_STATIC)
  target_compile_options(users_options INTERFACE
    -ffunction-sections -fdata-sections # so that the linker can leave out what is not used
    -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2)
endif()

if(USERS_SANITIZE)
  target_compile_options(users_options INTERFACE
    -fsanitize=${USERS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS)
  target_link_options(users_options INTERFACE -fsanitize=${USERS_SANITIZE})
endif()

if(USERS_FUZZ)
  target_compile_options(users_options INTERFACE
    -fsanitize=fuzzer-no-link -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/fuzz/sanitizer-ignorelist.txt)
endif()

if(USERS_COVERAGE)
  target_compile_options(users_options INTERFACE --coverage)
  target_link_options(users_options INTERFACE --coverage)
endif()
