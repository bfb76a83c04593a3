# One target of libFuzzer a file: <name>_fuzz.cpp of tests/fuzz -> rill_fuzz_<name>. Those in
# tests/fuzz need no more than the rooms that read files, those in runs/ the whole library.
set(parsers ${RILL_BELOW_formats} formats)
rill_objects(objects ${parsers})
foreach(room IN LISTS parsers)
  list(APPEND objects ${RILL_DEPS_${room}})
endforeach()

function(rill_fuzz_targets)
  cmake_parse_arguments(A "" "" "LIBRARIES;SOURCES" ${ARGN})
  foreach(source IN LISTS A_SOURCES)
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "(.*)_fuzz" "rill_fuzz_\\1" target ${name})
    rill_program(${target} LIBRARIES ${A_LIBRARIES} Threads::Threads
                 SOURCES ${source} tests/fuzz/entry.cpp)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests
                               ${PROJECT_SOURCE_DIR}/tests/fuzz)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  endforeach()
endfunction()

file(GLOB readers CONFIGURE_DEPENDS tests/fuzz/*_fuzz.cpp)
rill_fuzz_targets(SOURCES ${readers} LIBRARIES ${objects})
file(GLOB runs CONFIGURE_DEPENDS tests/fuzz/runs/*_fuzz.cpp)
rill_fuzz_targets(SOURCES ${runs} LIBRARIES rill_whole)
