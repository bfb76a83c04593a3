# One GoogleTest program a room (src/<room>/**/*_test.cpp -> rill_<room>_test) and one a folder of
# tests/ (tests/<folder>/**/*_test.cpp -> rill_tests_<folder>); one ctest entry each.
set(RILL_TEST_DATA ${PROJECT_SOURCE_DIR}/tests/data)

# The low rooms link only what they may use: they build while others are being changed.
set(RILL_NARROW_TESTS base tensor codec kernels graph formats)

# Compiled once for all tests; the definitions must be those of rill_test().
if(RILL_PCH)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/test_pch.cpp CONTENT "")
  add_library(rill_test_pch OBJECT ${PROJECT_BINARY_DIR}/generated/test_pch.cpp)
  target_link_libraries(rill_test_pch PRIVATE rill_flags rill_dep_gtest Threads::Threads)
  target_compile_definitions(rill_test_pch PRIVATE RILL_TEST_DATA="${RILL_TEST_DATA}")
  target_include_directories(rill_test_pch PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  set_target_properties(rill_test_pch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_precompile_headers(rill_test_pch PRIVATE <pch.h>)
endif()

function(rill_test target)
  cmake_parse_arguments(A "" "" "LIBRARIES;SOURCES" ${ARGN})
  rill_program(${target} LIBRARIES ${A_LIBRARIES} rill_dep_gtest Threads::Threads
               SOURCES ${A_SOURCES})
  target_compile_definitions(${target} PRIVATE RILL_TEST_DATA="${RILL_TEST_DATA}")
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  rill_unite(${target})
  if(RILL_PCH)
    target_precompile_headers(${target} REUSE_FROM rill_test_pch)
  endif()
  add_test(NAME ${target} COMMAND ${target} --gtest_brief=1)
  set_tests_properties(${target} PROPERTIES TIMEOUT 600)
endfunction()

foreach(room IN LISTS RILL_ROOMS)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/${room}/*_test.cpp)
  if(NOT sources)
    continue()
  endif()
  if(room IN_LIST RILL_NARROW_TESTS)
    rill_objects(objects ${room} ${RILL_BELOW_${room}})
    set(libraries ${objects})
    foreach(part IN LISTS RILL_BELOW_${room} ITEMS ${room})
      list(APPEND libraries ${RILL_DEPS_${part}})
    endforeach()
  else()
    set(libraries rill_whole)
  endif()
  rill_test(rill_${room}_test SOURCES ${sources} LIBRARIES ${libraries} ${RILL_DEPS_${room}})
endforeach()

file(GLOB_RECURSE cli_tests CONFIGURE_DEPENDS src/cli/*_test.cpp)
if(cli_tests)
  rill_test(rill_cli_test SOURCES ${cli_tests} LIBRARIES rill_whole)
endif()

file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true tests/*)
foreach(folder IN LISTS folders)
  get_filename_component(name ${folder} NAME)
  if(NOT IS_DIRECTORY ${folder} OR name MATCHES "^(data|consumer)$")
    continue()
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*_test.cpp)
  if(sources)
    rill_test(rill_tests_${name} SOURCES ${sources} LIBRARIES rill_whole)
  endif()
endforeach()

# The cases of the gradient check: one file a family, found by themselves.
file(GLOB gradient_cases CONFIGURE_DEPENDS tests/contract/gradient_cases/*.cpp)
rill_registered_sources(TARGET rill_tests_contract NAMESPACE rill::test REGISTRY GradientCases
                        FUNCTION register_all_gradient_cases SOURCES ${gradient_cases})

# The conformance runner (all of tests/conformance that is not a test), whose cases the tests there
# take, too.
file(GLOB_RECURSE conformance CONFIGURE_DEPENDS tests/conformance/*.cpp)
list(FILTER conformance EXCLUDE REGEX "(_test|/main)\\.cpp$")
rill_add_object_library(rill_conformance)
target_sources(rill_conformance PRIVATE ${conformance})
target_link_libraries(rill_conformance PRIVATE rill_whole)
rill_unite(rill_conformance)
rill_program(rill-conformance LIBRARIES rill_whole
             SOURCES tests/conformance/main.cpp $<TARGET_OBJECTS:rill_conformance>)
target_sources(rill_tests_conformance PRIVATE $<TARGET_OBJECTS:rill_conformance>)
# Loads and saves for tools/oracle_roundtrip.py.
rill_program(rill-roundtrip LIBRARIES rill_whole SOURCES tests/roundtrip/main.cpp)
# A slice of the cases made by TensorFlow (tools/make_conformance_slice.py): all must pass.
add_test(NAME conformance COMMAND rill-conformance ${PROJECT_SOURCE_DIR}/tests/data/conformance --judge)

# Each example is one program, built as a user would build it.
file(GLOB examples CONFIGURE_DEPENDS examples/*.cpp)
foreach(example IN LISTS examples)
  get_filename_component(name ${example} NAME_WE)
  rill_program(example_${name} OUTPUT ${name} LIBRARIES rill SOURCES ${example})
  set_target_properties(example_${name} PROPERTIES
                        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/examples)
  if(RILL_PCH AND first_example)
    target_precompile_headers(example_${name} REUSE_FROM ${first_example})
  elseif(RILL_PCH)
    target_precompile_headers(example_${name} PRIVATE <rill/rill.hpp>)
    set(first_example example_${name})
  endif()
  if(TARGET rill_tests_examples)
    add_dependencies(rill_tests_examples example_${name})
  endif()
endforeach()
if(TARGET rill_tests_cli)
  add_dependencies(rill_tests_cli rill-cli)
endif()

# The checks of the tree itself, and of what an outside project gets.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME rooms COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/check_rooms.py)
  add_test(NAME source COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/check_source.py)
endif()
if(RILL_INSTALL)
  add_test(NAME consumer COMMAND ${PROJECT_SOURCE_DIR}/tests/consumer/check_install.sh
           ${PROJECT_BINARY_DIR} ${CMAKE_CXX_COMPILER} ${RILL_SANITIZE})
  set_tests_properties(consumer PROPERTIES LABELS install)
endif()
foreach(isa IN LISTS RILL_ISAS)
  if(TARGET rill_kernels_${isa} AND NOT isa STREQUAL "base" AND NOT RILL_SANITIZE)
    add_test(NAME simd_symbols_${isa} COMMAND ${PROJECT_SOURCE_DIR}/tools/check_simd_symbols.sh
             ${isa} $<TARGET_OBJECTS:rill_kernels_${isa}> COMMAND_EXPAND_LISTS)
  endif()
endforeach()
