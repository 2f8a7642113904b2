# The executables of functions. Lambda's custom runtimes start an executable named `bootstrap`.

# Moves the debug information from the executable to <executable>.debug in the same folder, where debuggers and profilers
# find it.
function(serverless_strip_into_debug_file target)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} --only-keep-debug $<TARGET_FILE:${target}> $<TARGET_FILE:${target}>.debug
    COMMAND ${CMAKE_STRIP} $<TARGET_FILE:${target}>
    COMMAND ${CMAKE_OBJCOPY} --add-gnu-debuglink=$<TARGET_FILE:${target}>.debug $<TARGET_FILE:${target}>
    VERBATIM)
endfunction()

# Adds the list of linked libraries to the executable, in a section that is not loaded at run time. scripts/sbom.sh reads
# it.
function(serverless_add_bill_of_materials target)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${SERVERLESS_STATIC_LIBS}/versions)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} --add-section .libraries=${SERVERLESS_STATIC_LIBS}/versions
            --set-section-flags .libraries=noload,readonly $<TARGET_FILE:${target}>
    VERBATIM)
endfunction()

# serverless_add_bootstrap(FUNCTION SOURCES FILE… [LIBRARIES TARGET…])
#
# Adds the executable of a function, functions/FUNCTION/bootstrap in the build folder, where the local API finds it. The
# target is FUNCTION_bootstrap. It links the core, and is fully static with SERVERLESS_STATIC.
function(serverless_add_bootstrap function)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  set(target ${function}_bootstrap)
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} serverless::core)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME bootstrap
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/functions/${function})
  if(SERVERLESS_STATIC)
    target_link_options(${target} PRIVATE -static-pie -Wl,--gc-sections,-z,relro,-z,now
      $<$<BOOL:${CMAKE_CROSSCOMPILING}>:-B${SERVERLESS_STATIC_LIBS}/lib> # the distribution's C library, with its fixes
      # Packed relocations make the file a twelfth smaller. The distributions' linkers cannot pack those of arm64.
      $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-Wl,-z,pack-relative-relocs>)
    serverless_strip_into_debug_file(${target})
    serverless_add_bill_of_materials(${target})
  endif()
endfunction()
