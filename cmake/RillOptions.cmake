# What a builder may choose, and the flags of our own targets. Nothing global is changed when rill
# is part of another project.
option(RILL_TESTS "Build the tests and the examples" ${PROJECT_IS_TOP_LEVEL})
option(RILL_BENCH "Build the benchmarks (needs Google Benchmark)" OFF)
option(RILL_TOOLS "Build the command line" ${PROJECT_IS_TOP_LEVEL})
option(RILL_INSTALL "Make install rules" ${PROJECT_IS_TOP_LEVEL})
option(RILL_WERROR "Warnings are errors" OFF)
option(RILL_PCH "Precompiled headers for the rooms with many small files and for tests" ON)
option(RILL_UNITY "Compile several sources of a room at once: half the work of a clean build" ON)
option(BUILD_SHARED_LIBS "Build librill as a shared library" OFF)
option(RILL_FUZZ "Build the fuzzer's targets (needs clang)" OFF)
set(RILL_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined")

# Flags of the numeric kernels. Contraction is off, so that every instruction set rounds alike; loops
# with selections and square roots vectorise only where errno and the exception flags do not matter.
set(RILL_KERNEL_FLAGS -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math
    CACHE STRING "Flags of src/kernels")
# What runs once a model or once an op is compiled small in a release; loops over elements are not.
set(RILL_SMALL_FLAGS -Os CACHE STRING "Flags of rooms and ops without loops that count, in a release")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  set(RILL_ISAS x86_64 v3 v4)
else()
  set(RILL_ISAS base)
endif()
set(RILL_ISA_FLAGS_base "" CACHE STRING "Flags of src/kernels/simd for RILL_ISA=base")
# The set of last resort is compiled for size: without what -O3 unrolls and copies.
set(RILL_ISA_FLAGS_x86_64 -march=x86-64 -O2 -ftree-vectorize
    CACHE STRING "Flags for RILL_ISA=x86_64")
set(RILL_ISA_FLAGS_v3 -march=x86-64-v3 CACHE STRING "Flags for RILL_ISA=v3")
set(RILL_ISA_FLAGS_v4 -march=x86-64-v4 -mprefer-vector-width=512
    CACHE STRING "Flags for RILL_ISA=v4")

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
  endif()
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  find_program(RILL_CCACHE ccache)
  if(RILL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Paths below the source tree are made relative, so that all checkouts share one cache.
    set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${RILL_CCACHE})
  endif()
  find_program(RILL_MOLD mold)
  find_program(RILL_LLD ld.lld)
  find_program(RILL_GOLD ld.gold)
  if(RILL_MOLD)
    set(RILL_LINKER mold)
  elseif(RILL_LLD)
    set(RILL_LINKER lld)
  elseif(RILL_GOLD)
    set(RILL_LINKER gold)
  endif()
  if(RILL_LINKER)
    add_link_options(-fuse-ld=${RILL_LINKER})
    # A release keeps one copy of functions that came out alike; no code here compares addresses of
    # functions.
    add_link_options($<$<CONFIG:Release>:-Wl,--icf=all>)
  endif()
endif()

# What every target of ours is compiled with; never part of what consumers see.
add_library(rill_flags INTERFACE)
target_compile_features(rill_flags INTERFACE cxx_std_20)
target_compile_options(rill_flags INTERFACE -Wall -Wextra $<$<BOOL:${RILL_WERROR}>:-Werror>)
# GCC otherwise stops again and again to collect garbage: a tenth of the time to compile, for at most
# 700 MB a file. clang-tidy, which reads the commands of a build without RILL_UNITY, refuses it.
if(RILL_UNITY)
  target_compile_options(rill_flags INTERFACE
                         $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1000000>)
endif()
target_compile_options(rill_flags INTERFACE
                       $<$<CONFIG:Release>:-ffunction-sections$<SEMICOLON>-fdata-sections>)
target_link_options(rill_flags INTERFACE $<$<CONFIG:Release>:-Wl,--gc-sections>)
target_include_directories(rill_flags INTERFACE ${PROJECT_SOURCE_DIR}/include
                                                ${PROJECT_SOURCE_DIR}/src)
if(NOT BUILD_SHARED_LIBS)
  target_compile_definitions(rill_flags INTERFACE RILL_STATIC)
endif()
if(RILL_SANITIZE)
  target_compile_options(rill_flags INTERFACE -fsanitize=${RILL_SANITIZE}
                         -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(rill_flags INTERFACE -fsanitize=${RILL_SANITIZE})
endif()
if(RILL_FUZZ)
  target_compile_options(rill_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
