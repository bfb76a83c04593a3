# bench/*.cpp -> rill_bench
file(GLOB_RECURSE bench CONFIGURE_DEPENDS bench/*.cpp)
rill_program(rill_bench LIBRARIES rill_whole rill_dep_benchmark SOURCES ${bench})
