# rill_registered_sources(TARGET tgt NAMESPACE rill REGISTRY OpRegistry FUNCTION register_all_ops
#                         SOURCES nn/softmax.cpp ...)
# Compiles each source and one generated file that calls register_<stem>(registry) for each, in the
# order listed. FAMILIES op/registry.h: that header's registry is told the folder of each source
# before (begin_family). A static registrar would be dropped silently by a static library. ELSEWHERE: those of
# SOURCES that another target compiles.
function(rill_registered_sources)
  cmake_parse_arguments(A "" "TARGET;NAMESPACE;REGISTRY;FUNCTION;FAMILIES" "SOURCES;ELSEWHERE" ${ARGN})
  set(declarations "")
  set(calls "")
  set(family "")
  set(header "")
  if(A_FAMILIES)
    set(header "#include \"${A_FAMILIES}\"\n")
  endif()
  foreach(source IN LISTS A_SOURCES)
    get_filename_component(stem ${source} NAME_WE)
    if(DEFINED source_of_${stem})
      message(FATAL_ERROR "${source} and ${source_of_${stem}} would both define "
                          "register_${stem}(${A_REGISTRY}&): give one another name")
    endif()
    set(source_of_${stem} ${source})
    string(APPEND declarations "void register_${stem}(${A_REGISTRY}&);\n")
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(folder ${folder} NAME)
    if(A_FAMILIES AND NOT folder STREQUAL family)
      set(family ${folder})
      string(APPEND calls "  registry.begin_family(\"${family}\");\n")
    endif()
    string(APPEND calls "  register_${stem}(registry);\n")
  endforeach()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/generated/${A_FUNCTION}.cpp)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"@header@namespace @A_NAMESPACE@ {
class @A_REGISTRY@;
@declarations@void @A_FUNCTION@(@A_REGISTRY@& registry);
void @A_FUNCTION@([[maybe_unused]] @A_REGISTRY@& registry) {
@calls@}
}  // namespace @A_NAMESPACE@
")
  list(REMOVE_ITEM A_SOURCES ${A_ELSEWHERE})
  target_sources(${A_TARGET} PRIVATE ${A_SOURCES} ${out})
endfunction()
