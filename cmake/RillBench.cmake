# bench/*.cpp -> rill_bench; rill as one of the peers that bench/peers/compare.py runs -> rill_worker
# (inference) and rill_train_worker; rill_ops_worker is that of bench/peers/compare_ops.py
file(GLOB bench CONFIGURE_DEPENDS bench/*.cpp)
rill_program(rill_bench LIBRARIES rill_whole rill_dep_benchmark SOURCES ${bench})
rill_program(rill_worker LIBRARIES rill SOURCES bench/peers/rill_worker.cpp)
rill_program(rill_train_worker LIBRARIES rill SOURCES bench/peers/rill_train_worker.cpp)
rill_program(rill_ops_worker LIBRARIES rill SOURCES bench/peers/rill_ops_worker.cpp)
