# What `cmake --install` puts where: the library, its headers, its package files, the program.
# Components: Runtime (the shared library), Devel (headers, package files), Tools (the program).
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rill)

install(TARGETS rill EXPORT rillTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Runtime
                NAMELINK_COMPONENT Devel
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Devel)
install(DIRECTORY include/rill DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Devel)
install(EXPORT rillTargets NAMESPACE rill:: DESTINATION ${package_dir} COMPONENT Devel)
if(TARGET rill-cli)
  install(TARGETS rill-cli DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT Tools)
endif()

configure_package_config_file(cmake/rillConfig.cmake.in ${PROJECT_BINARY_DIR}/rillConfig.cmake
                              INSTALL_DESTINATION ${package_dir}
                              PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rillConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rillConfig.cmake ${PROJECT_BINARY_DIR}/rillConfigVersion.cmake
              cmake/RillDependencies.cmake
        DESTINATION ${package_dir} COMPONENT Devel)

# pkg-config: everything relative to the file itself, so that the tree can be moved.
file(RELATIVE_PATH RILL_PC_UP /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
set(RILL_PC_CFLAGS "")
set(RILL_PC_LIBS "")
if(NOT BUILD_SHARED_LIBS)
  set(RILL_PC_CFLAGS " -DRILL_STATIC")
  set(RILL_PC_LIBS
      " -l:libre2.a -l:libpng16.a -l:libjpeg.a -l:libgif.a -lsnappy -lz -lm -pthread")
endif()
configure_file(cmake/rill.pc.in ${PROJECT_BINARY_DIR}/rill.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/rill.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT Devel)

if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_GENERATOR DEB)
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_COMPONENTS_ALL Runtime Devel Tools)
  if(NOT BUILD_SHARED_LIBS)
    list(REMOVE_ITEM CPACK_COMPONENTS_ALL Runtime)
  endif()
  set(CPACK_PACKAGE_CONTACT "the rill authors")
  set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME librill0)
  set(CPACK_DEBIAN_DEVEL_PACKAGE_NAME librill-dev)
  set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME rill-tools)
  set(CPACK_DEBIAN_DEVEL_PACKAGE_DEPENDS
      "libgif-dev, libjpeg62-turbo-dev, libpng-dev, libre2-dev, libsnappy-dev, zlib1g-dev")
  include(CPack)
endif()
