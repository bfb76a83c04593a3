# One object library a room (rill_base, rill_tensor, ...), so that a room builds alone; the library
# is made of them all. A room whose folder is missing is skipped.
include(RegisteredSources)

# Reads src/layers.txt: RILL_ROOMS in order, RILL_BELOW_<room> = everything it may use (transitive).
set(RILL_ROOMS "")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/layers.txt)
file(STRINGS src/layers.txt layers REGEX "^[a-z]")
foreach(line IN LISTS layers)
  string(REGEX MATCH "^([a-z]+):(.*)$" _ "${line}")
  set(room ${CMAKE_MATCH_1})
  separate_arguments(direct UNIX_COMMAND "${CMAKE_MATCH_2}")
  set(below ${direct})
  foreach(other IN LISTS direct)
    list(APPEND below ${RILL_BELOW_${other}})
  endforeach()
  list(REMOVE_DUPLICATES below)
  set(RILL_BELOW_${room} ${below})
  list(APPEND RILL_ROOMS ${room})
endforeach()
# These are programs or bindings on top of the library, not part of it.
list(REMOVE_ITEM RILL_ROOMS cli python serve)

# rill_glob(out FOLDERS... [FLAT]): the .cpp files below, without tests.
function(rill_glob out)
  set(found "")
  foreach(folder IN LISTS ARGN)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.cpp)
    list(APPEND found ${files})
  endforeach()
  list(FILTER found EXCLUDE REGEX "_test\\.cpp$")
  set(${out} ${found} PARENT_SCOPE)
endfunction()

function(rill_add_rooms)
  set(present "")
  # Ninja compiles in this order: the kernels' many small files come last, so that no large one is
  # left for one core alone. The command line is compiled like a room, but not part of the library.
  set(order ${RILL_ROOMS})
  list(REMOVE_ITEM order kernels)
  if(RILL_TOOLS)
    list(APPEND order cli)
  endif()
  foreach(room IN LISTS order ITEMS kernels)
    rill_glob(sources ${PROJECT_SOURCE_DIR}/src/${room})
    if(NOT sources)
      continue()
    endif()
    rill_add_object_library(rill_${room})
    target_link_libraries(rill_${room} PRIVATE ${RILL_DEPS_${room}})
    if(room STREQUAL "cli")
      target_compile_definitions(rill_cli PRIVATE RILL_VERSION="${PROJECT_VERSION}")
    else()
      list(APPEND present ${room})
    endif()
    if(room STREQUAL "ops")
      # src/ops/<family>/<op>.cpp registers; what lies deeper or beside is only compiled.
      set(registered ${sources})
      list(FILTER registered INCLUDE REGEX "/src/ops/[^/]+/[^/]+\\.cpp$")
      rill_take_fast_ops(fast sources)
      list(REMOVE_ITEM sources ${registered})
      rill_registered_sources(TARGET rill_ops NAMESPACE rill REGISTRY OpRegistry
                              FUNCTION register_all_ops FAMILIES op/registry.h SOURCES ${registered} ELSEWHERE ${fast})
    elseif(room STREQUAL "keras")
      set(layers ${sources})
      list(FILTER layers INCLUDE REGEX "/src/keras/layers/[^/]+\\.cpp$")
      set(parts ${sources})
      list(FILTER parts INCLUDE REGEX "/src/keras/(losses|metrics|optimizers|schedules|initializers|regularizers|constraints|activations)/[^/]+\\.cpp$")
      if(layers)
        list(REMOVE_ITEM sources ${layers})
      endif()
      if(parts)
        list(REMOVE_ITEM sources ${parts})
      endif()
      rill_registered_sources(TARGET rill_keras NAMESPACE rill::keras REGISTRY LayerRegistry
                              FUNCTION register_all_layers SOURCES ${layers})
      rill_registered_sources(TARGET rill_keras NAMESPACE rill::keras REGISTRY ObjectRegistry
                              FUNCTION register_all_objects SOURCES ${parts})
    elseif(room STREQUAL "kernels")
      set(simd ${sources})
      list(FILTER simd INCLUDE REGEX "/src/kernels/simd/[^/]+\\.cpp$")
      if(simd)
        list(REMOVE_ITEM sources ${simd})
        rill_add_simd(${simd})
      endif()
      # Hundreds of short loops for all types: -O3 makes them a third larger, and no faster.
      set(loops ${sources})
      list(FILTER loops INCLUDE REGEX
           "/(binary_loops|cast|matmul_plain|reduce|reduce_half|top_k|unary)\\.cpp$")
      set_source_files_properties(${loops} PROPERTIES COMPILE_OPTIONS "-O2;-ftree-vectorize")
    endif()
    target_sources(rill_${room} PRIVATE ${sources})
    rill_join_group(rill_${room} ${room})
  endforeach()
  set(RILL_PRESENT_ROOMS ${present} PARENT_SCOPE)
endfunction()

# Ops with loops over elements of their own (all others hand them to src/kernels), and those that
# small eager calls are made of: their preparation is most of such a call.
set(RILL_FAST_OPS
    array/check_numerics array/dynamic_partition array/dynamic_stitch array/fill array/gather
    array/gather_nd array/list_diff array/mirror_pad array/one_hot array/pack array/search_sorted
    array/unique array/where ctc/ctc_loss ctc/ctc_decoder image/color
    image/combined_non_max_suppression image/crop_and_resize image/extract_patches
    image/non_max_suppression image/projective_transform image/resize
    linalg/cholesky linalg/cross linalg/eig linalg/matrix_band_part linalg/matrix_diag
    linalg/matrix_function linalg/qr_svd linalg/solve linalg/triangular_solve linalg/tridiagonal
    math/approximate_equal math/bincount math/complex math/isotonic_regression math/nearest_neighbors
    math/population_count math/range nn/cross_entropy_with_logits
    nn/dilation2d nn/fake_quant nn/fractional_pool nn/lrn nn/nth_element nn/top_k
    nn/pool_grad quant/quantize quant/quantize_and_dequantize quant/quantized_arithmetic
    quant/quantized_pool quant/quantized_product quant/requantize random/multinomial
    random/parameterized_truncated_normal random/random_binomial random/random_gamma
    random/random_poisson rnn/lstm_block rnn/lstm_block_grad signal/fft
    sparse/sparse_reduce sparse/sparse_segment sparse/sparse_structure
    sparse/sparse_tensor_dense_mat_mul sparse/sparse_to_dense sparse/sparse_with_dense
    array/broadcast_to array/concat array/reshape array/slice array/split array/squeeze
    array/strided_slice array/transpose linalg/matmul linalg/detail/matrix_elements linalg/detail/product math/binary math/cast
    math/compare math/select math/unary math/detail/elementwise nn/activation nn/bias_add nn/softmax
    reduce/reduce state/assign_variable state/read_variable args variable_access
    fused_steps nd_index optimizer_update padding pooling quantization ragged_splits random_state
    scatter sparse_tensor string_hash windows)

# Those whose loops are written so that they vectorise: compiled one by one, with the kernels' idea of
# what floats may do.
set(RILL_VECTOR_OPS
    image/color image/combined_non_max_suppression image/crop_and_resize math/population_count
    math/range nn/fractional_pool nn/lrn quant/quantized_arithmetic quant/requantize)
set(RILL_VECTOR_FLAGS -O2 -ftree-vectorize $<$<CXX_COMPILER_ID:GNU>:-fvect-cost-model=dynamic>
    -ffp-contract=off -fno-math-errno -fno-trapping-math)

# rill_take_fast_ops(out sources): makes the target rill_ops_fast of them and takes them off `sources`.
function(rill_take_fast_ops out list)
  set(fast "")
  foreach(op IN LISTS RILL_FAST_OPS)
    list(APPEND fast ${PROJECT_SOURCE_DIR}/src/ops/${op}.cpp)
  endforeach()
  rill_add_object_library(rill_ops_fast)
  target_sources(rill_ops_fast PRIVATE ${fast})
  rill_join_group(rill_ops_fast ops_fast)
  foreach(op IN LISTS RILL_VECTOR_OPS)
    set_source_files_properties(${PROJECT_SOURCE_DIR}/src/ops/${op}.cpp PROPERTIES
      COMPILE_OPTIONS "${RILL_VECTOR_FLAGS}" SKIP_PRECOMPILE_HEADERS ON)
  endforeach()
  list(REMOVE_ITEM ${list} ${fast})
  set(${list} ${${list}} PARENT_SCOPE)
  set(${out} ${fast} PARENT_SCOPE)
endfunction()

# Rooms that share flags and a precompiled header, src/<group>/pch.h. What stands in that header
# rebuilds all of its rooms when it changes, so each holds only what most files of its rooms include
# anyway: to make one takes three times as long as to read what it holds. Small rooms have the same
# header once more, as they are compiled with RILL_SMALL_FLAGS in a release.
set(RILL_GROUP_kernels kernels)
set(RILL_GROUP_op op exec session ops_fast ops autodiff passes function data train)
set(RILL_GROUP_keras keras io cli)
set(RILL_SMALL_ROOMS graph formats session ops autodiff passes function data train keras io cli)

# Rooms where each file is compiled for speed, one by one.
set(RILL_SINGLE_ROOMS kernels)
# Rooms too large for private names that are unique in all of them: unique in a folder is enough.
set(RILL_FOLDER_ROOMS ops ops_fast)

# rill_unite(target): up to two dozen sources at once, batches of one size, unless RILL_UNITY is off.
function(rill_unite target)
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  math(EXPR batches "(${count} + 23) / 24")
  math(EXPR size "(${count} + ${batches} - 1) / ${batches}")
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${RILL_UNITY}
                                             UNITY_BUILD_BATCH_SIZE ${size})
endfunction()

# rill_unite_folders(target): the sources of one folder of src/<room> at once.
function(rill_unite_folders target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${RILL_UNITY} UNITY_BUILD_MODE GROUP)
  if(RILL_UNITY)
    # GCC takes a file that a joined one includes for a header, whose types others may see.
    target_compile_options(${target} PRIVATE
                           $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    if(source MATCHES "/src/[^/]+/(([^/]+)/)?.*[.]cpp$")
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${target}_${CMAKE_MATCH_2}")
    endif()
  endforeach()
endfunction()

function(rill_join_group target room)
  if(room IN_LIST RILL_FOLDER_ROOMS)
    rill_unite_folders(${target})
  elseif(NOT room IN_LIST RILL_SINGLE_ROOMS)
    rill_unite(${target})
  endif()
  set(flags "")
  set(suffix "")
  if(room STREQUAL "kernels")
    set(flags ${RILL_KERNEL_FLAGS})
  elseif(room IN_LIST RILL_SMALL_ROOMS AND CMAKE_BUILD_TYPE MATCHES "^Rel")
    set(flags ${RILL_SMALL_FLAGS})
    set(suffix _small)
  endif()
  target_compile_options(${target} PRIVATE ${flags})
  foreach(group IN ITEMS kernels op keras)
    if(NOT RILL_PCH OR NOT room IN_LIST RILL_GROUP_${group})
      continue()
    endif()
    set(header rill_pch_${group}${suffix})
    if(NOT TARGET ${header})
      file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${header}.cpp CONTENT "")
      rill_add_object_library(${header})
      target_sources(${header} PRIVATE ${PROJECT_BINARY_DIR}/generated/${header}.cpp)
      target_compile_options(${header} PRIVATE ${flags})
      target_precompile_headers(${header} PRIVATE <${group}/pch.h>)
    endif()
    target_precompile_headers(${target} REUSE_FROM ${header})
  endforeach()
endfunction()

function(rill_add_object_library name)
  add_library(${name} OBJECT)
  target_link_libraries(${name} PRIVATE rill_flags)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON
                        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()

# The same sources once an instruction set; src/kernels picks one at start.
function(rill_add_simd)
  # A hundred loops of one line each: -O3 makes them half as large again, and no faster.
  set(loops ${ARGN})
  list(FILTER loops INCLUDE REGEX "/(unary|unary_f64|binary|quantize|convert)\\.cpp$")
  set_source_files_properties(${loops} PROPERTIES COMPILE_OPTIONS "-O2;-ftree-vectorize")
  foreach(isa IN LISTS RILL_ISAS)
    rill_add_object_library(rill_kernels_${isa})
    target_sources(rill_kernels_${isa} PRIVATE ${ARGN})
    target_compile_definitions(rill_kernels_${isa} PRIVATE RILL_ISA=${isa})
    target_compile_options(rill_kernels_${isa} PRIVATE ${RILL_KERNEL_FLAGS}
                           ${RILL_ISA_FLAGS_${isa}})
  endforeach()
endfunction()

# The object libraries that make up some rooms, for linking.
function(rill_objects out)
  set(objects "")
  foreach(room IN LISTS ARGN)
    if(TARGET rill_${room})
      list(APPEND objects $<TARGET_OBJECTS:rill_${room}>)
    endif()
    if(room STREQUAL "ops" AND TARGET rill_ops_fast)
      list(APPEND objects $<TARGET_OBJECTS:rill_ops_fast>)
    endif()
    if(room STREQUAL "kernels" AND TARGET rill_kernels)
      foreach(isa IN LISTS RILL_ISAS)
        if(TARGET rill_kernels_${isa})
          list(APPEND objects $<TARGET_OBJECTS:rill_kernels_${isa}>)
        endif()
      endforeach()
    endif()
  endforeach()
  set(${out} ${objects} PARENT_SCOPE)
endfunction()

function(rill_add_library)
  rill_objects(objects ${RILL_PRESENT_ROOMS})
  set(deps "")
  foreach(room IN LISTS RILL_PRESENT_ROOMS)
    list(APPEND deps ${RILL_DEPS_${room}})
  endforeach()
  add_library(rill ${objects})
  add_library(rill::rill ALIAS rill)
  set_target_properties(rill PROPERTIES LINKER_LANGUAGE CXX
                        VERSION ${PROJECT_VERSION}
                        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_compile_features(rill PUBLIC cxx_std_20)
  target_include_directories(rill PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                         $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(rill PRIVATE $<BUILD_INTERFACE:rill_flags> ${deps})
  if(BUILD_SHARED_LIBS)
    target_link_options(rill PRIVATE -Wl,--exclude-libs,ALL -Wl,-z,defs)
    # Tests reach behind the exported surface, so they link the objects themselves.
    add_library(rill_whole STATIC EXCLUDE_FROM_ALL ${objects})
    set_target_properties(rill_whole PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(rill_whole PUBLIC rill_flags ${deps})
  else()
    target_compile_definitions(rill PUBLIC RILL_STATIC)
    add_library(rill_whole INTERFACE)
    target_link_libraries(rill_whole INTERFACE rill rill_flags)
  endif()
endfunction()

# rill_program(target OUTPUT name LIBRARIES ... SOURCES ...): skipped without sources.
function(rill_program target)
  cmake_parse_arguments(A "" "OUTPUT" "LIBRARIES;SOURCES" ${ARGN})
  if(NOT A_SOURCES)
    return()
  endif()
  if(RILL_SANITIZE)
    list(APPEND A_SOURCES ${PROJECT_SOURCE_DIR}/cmake/sanitizer_options.cpp)
  endif()
  add_executable(${target} ${A_SOURCES})
  target_link_libraries(${target} PRIVATE rill_flags ${A_LIBRARIES})
  if(A_OUTPUT)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${A_OUTPUT})
  endif()
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# The command line is the file `rill` in bin/, its target rill-cli.
function(rill_add_programs)
  if(TARGET rill_cli)
    rill_program(rill-cli OUTPUT rill LIBRARIES rill_whole SOURCES $<TARGET_OBJECTS:rill_cli>)
    set_target_properties(rill-cli PROPERTIES LINKER_LANGUAGE CXX)
  endif()
endfunction()
