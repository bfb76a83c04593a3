# What rill is built on. Each dependency is an interface target rill_dep_<name>, linked only by the
# room that may see it. A missing one is named with its Debian package. Installed beside
# rillConfig.cmake too: who links the static library needs the same libraries.
function(rill_require name package)
  foreach(part IN LISTS ARGN)
    if(NOT part)
      message(FATAL_ERROR "${name} is missing: apt install ${package}")
    endif()
  endforeach()
endfunction()

# rill_dependency(<name> <what> <apt package> HEADER x.h LIBRARIES a b HINTS dir...)
function(rill_dependency name what package)
  cmake_parse_arguments(A "" "HEADER" "LIBRARIES;HINTS;SUFFIXES" ${ARGN})
  if(TARGET rill_dep_${name})
    return()
  endif()
  add_library(rill_dep_${name} INTERFACE IMPORTED GLOBAL)
  find_path(RILL_${name}_INCLUDE ${A_HEADER} PATH_SUFFIXES ${A_SUFFIXES})
  rill_require(${what} ${package} ${RILL_${name}_INCLUDE})
  target_include_directories(rill_dep_${name} SYSTEM INTERFACE
                             ${RILL_${name}_INCLUDE})
  foreach(library IN LISTS A_LIBRARIES)
    string(MAKE_C_IDENTIFIER ${library} id)
    find_library(RILL_${name}_${id} NAMES ${library} PATH_SUFFIXES ${A_SUFFIXES})
    rill_require(${what} ${package} ${RILL_${name}_${id}})
    target_link_libraries(rill_dep_${name} INTERFACE ${RILL_${name}_${id}})
  endforeach()
endfunction()

set(multiarch ${CMAKE_LIBRARY_ARCHITECTURE})
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

rill_dependency(zlib zlib zlib1g-dev HEADER zlib.h LIBRARIES z)
rill_dependency(snappy snappy libsnappy-dev HEADER snappy.h LIBRARIES snappy)
# Archives too, but Debian compiles them for programs: a shared library takes the shared ones.
if(BUILD_SHARED_LIBS AND PROJECT_NAME STREQUAL "rill")
  set(RILL_image_suffix .so)
else()
  set(RILL_image_suffix .a)
endif()
rill_dependency(png libpng libpng-dev HEADER png.h LIBRARIES libpng16${RILL_image_suffix} z m)
rill_dependency(jpeg libjpeg-turbo libjpeg62-turbo-dev HEADER jpeglib.h
                LIBRARIES libjpeg${RILL_image_suffix})
rill_dependency(gif giflib libgif-dev HEADER gif_lib.h LIBRARIES libgif${RILL_image_suffix})
rill_dependency(re2 RE2 libre2-dev HEADER re2/re2.h LIBRARIES libre2.a)
target_link_libraries(rill_dep_re2 INTERFACE Threads::Threads)
if(RILL_TOOLS)
  rill_dependency(cli11 CLI11 libcli11-dev HEADER CLI/CLI.hpp)
endif()
if(RILL_TESTS)
  rill_dependency(gtest GoogleTest libgtest-dev HEADER gtest/gtest.h LIBRARIES gtest gtest_main)
endif()
if(RILL_BENCH)
  rill_dependency(benchmark "Google Benchmark" libbenchmark-dev HEADER benchmark/benchmark.h
                  LIBRARIES benchmark)
endif()

# room -> dependencies it sees
set(RILL_DEPS_base Threads::Threads)
set(RILL_DEPS_codec rill_dep_png rill_dep_jpeg rill_dep_gif rill_dep_zlib rill_dep_snappy)
set(RILL_DEPS_ops rill_dep_re2)
set(RILL_DEPS_cli rill_dep_cli11)
