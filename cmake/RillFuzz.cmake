# One target of libFuzzer a file: tests/fuzz/<name>_fuzz.cpp -> rill_fuzz_<name>. They need no more
# than the rooms that read files.
set(parsers ${RILL_BELOW_formats} formats)
rill_objects(objects ${parsers})
foreach(room IN LISTS parsers)
  list(APPEND objects ${RILL_DEPS_${room}})
endforeach()

file(GLOB targets CONFIGURE_DEPENDS tests/fuzz/*_fuzz.cpp)
foreach(source IN LISTS targets)
  get_filename_component(name ${source} NAME_WE)
  string(REGEX REPLACE "(.*)_fuzz" "rill_fuzz_\\1" target ${name})
  rill_program(${target} LIBRARIES ${objects} Threads::Threads
               SOURCES ${source} tests/fuzz/entry.cpp)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
endforeach()
