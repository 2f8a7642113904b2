# Adds the suites that are not C++ executables to CTest, each with its name as the label of its tests. The tests write
# reports into build/test-results, from which scripts/test.sh creates its summary.

option(SERVERLESS_LONG_TESTS "Run reliability, fuzz, emulator and sam_local for as long as docs/reliability.md describes" OFF)
set(python ${PROJECT_SOURCE_DIR}/build/venv/bin/python)
set(results ${PROJECT_SOURCE_DIR}/build/test-results)

# add_suite_test(SUITE[.PART] COMMAND… [ENVIRONMENT VARIABLE=VALUE…] [PROPERTIES NAME VALUE…])
function(add_suite_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ENVIRONMENT;PROPERTIES")
  string(REGEX REPLACE "[.].*" "" suite ${name})
  add_test(NAME ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} COMMAND ${arg_UNPARSED_ARGUMENTS})
  set_tests_properties(${name} PROPERTIES LABELS ${suite} TIMEOUT ${timeout} ENVIRONMENT "${arg_ENVIRONMENT}" ${arg_PROPERTIES})
endfunction()

# add_pytest(SUITE[.PART] ARGUMENT… [ENVIRONMENT …] [PROPERTIES …])
function(add_pytest name)
  add_suite_test(${name} ${python} -m pytest --junitxml=${results}/${name}.xml ${ARGN})
endfunction()

set(timeout 3600) # in seconds; CTest ends a test that takes longer
if(SERVERLESS_LONG_TESTS)
  set(timeout 36000)
  set(long --long)
  set(fuzz_seconds 600)
  set(sam_local_tests tests/api --numprocesses 6)
  set(sam_local_jwt_tests ${sam_local_tests})
  set(emulator_jwt_tests tests/api)
else()
  set(fuzz_seconds 10)
  # SAM waits a second after nearly every request.
  set(sam_local_tests tests/api/test_smoke.py tests/api/test_gateway.py tests/api/test_every_response.py)
  set(sam_local_jwt_tests tests/api/test_smoke.py tests/api/test_authentication.py)
  set(emulator_jwt_tests ${sam_local_jwt_tests})
endif()

add_suite_test(integration.contracts ${python} -m support.with_dynamodb_local
  ${CMAKE_CURRENT_BINARY_DIR}/integration/integration_tests --gtest_output=xml:${results}/integration.contracts.xml
  ENVIRONMENT PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}:${PROJECT_SOURCE_DIR}/scripts)
add_pytest(integration.functions tests/integration ENVIRONMENT SHARED_BUILD_DIR=${CMAKE_BINARY_DIR})
add_pytest(wire tests/wire)
add_pytest(runtime tests/runtime)
add_pytest(local_api tests/local_api)
add_pytest(api.none tests/api)
add_pytest(api.jwt tests/api --auth jwt)
add_pytest(api.http tests/api --api-kind http)
add_pytest(docs.clients tests/docs/test_clients.py PROPERTIES COST 60)
add_pytest(docs.tools tests/docs/test_tools.py PROPERTIES COST 100)
add_pytest(docs.pages tests/docs --ignore tests/docs/test_clients.py --ignore tests/docs/test_tools.py)
add_pytest(deploy tests/deploy PROPERTIES COST 70)
add_pytest(bench tests/bench)
add_pytest(reliability tests/reliability ${long} PROPERTIES COST 200)
add_pytest(scaffold tests/scaffold PROPERTIES COST 400)

# One CTest test per file, because together they take the longest.
file(GLOB operations CONFIGURE_DEPENDS operations/test_*.py)
foreach(file IN LISTS operations)
  string(REGEX REPLACE ".*/test_(.*)[.]py" "\\1" subject ${file})
  add_pytest(operations.${subject} ${file})
endforeach()
set_tests_properties(operations.deployment PROPERTIES COST 300)
set_tests_properties(operations.tables operations.migrate PROPERTIES COST 150)

add_pytest(emulator.none tests/api --host emulator)
add_pytest(emulator.jwt ${emulator_jwt_tests} --host emulator --auth jwt)
# These tests run one after another and mostly wait, so they start early.
add_pytest(sam_local.none ${sam_local_tests} --host sam PROPERTIES RESOURCE_LOCK docker COST 250)
add_pytest(sam_local.http ${sam_local_tests} --host sam --api-kind http PROPERTIES RESOURCE_LOCK docker COST 250)
add_pytest(sam_local.jwt ${sam_local_jwt_tests} --host sam --auth jwt PROPERTIES RESOURCE_LOCK docker COST 250)

file(GLOB fuzz CONFIGURE_DEPENDS fuzz/*_fuzz.cpp)
foreach(file IN LISTS fuzz)
  string(REGEX REPLACE ".*/(.*)_fuzz[.]cpp" "\\1" target ${file})
  add_suite_test(fuzz.${target} tests/fuzz/run.sh ${target} ${fuzz_seconds})
endforeach()

file(STRINGS /etc/os-release debian REGEX "^ID=debian$") # as can_cross_build in scripts/lib/build.sh
if(debian)
  set(arm64 ENVIRONMENT BUILD_DIR=build/release-arm64 FUNCTION_WRAPPER=/usr/bin/qemu-aarch64-static)
  add_pytest(arm64.smoke tests/api/test_smoke.py ${arm64})
  add_pytest(arm64.wire tests/wire tests/runtime/test_tls.py ${arm64})
  # Only the tests that start no process: under qemu, the memory layout is not that of the kernel.
  add_pytest(arm64.hardening tests/runtime/test_hardening.py -k "executable_file or known_size" ${arm64})
else()
  add_suite_test(arm64 ${CMAKE_COMMAND} -E echo "skipped: cross-building requires Debian"
    PROPERTIES SKIP_REGULAR_EXPRESSION skipped)
endif()

add_pytest(sanitizers.runtime tests/runtime -m "not release" ENVIRONMENT BUILD_DIR=${CMAKE_BINARY_DIR} PROPERTIES COST 140)
add_pytest(sanitizers.api tests/api
  ENVIRONMENT BUILD_DIR=${CMAKE_BINARY_DIR} LOCAL_API=${CMAKE_BINARY_DIR}/scripts/local_api/local_api)
add_pytest(sanitizers.local_api tests/local_api ENVIRONMENT BUILD_DIR=${CMAKE_BINARY_DIR})
add_pytest(sanitizers.valgrind tests/valgrind ENVIRONMENT BUILD_DIR=build/shared)
if(SERVERLESS_COVERAGE)
  file(MAKE_DIRECTORY ${results}/coverage)
  add_suite_test(sanitizers.coverage ${python} -m gcovr --root . --object-directory ${CMAKE_BINARY_DIR} ${CMAKE_BINARY_DIR}
    --gcov-executable "llvm-cov gcov" --filter common/ --filter functions/
    --html-details ${results}/coverage/index.html --json-summary ${results}/coverage/summary.json --fail-under-line 95
    PROPERTIES FIXTURES_REQUIRED covered RUN_SERIAL ON)
  set_tests_properties(sanitizers.runtime sanitizers.api PROPERTIES FIXTURES_SETUP covered)
endif()
