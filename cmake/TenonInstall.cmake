# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What `cmake --install` puts beside the libraries: headers, the pkg-config file,
# the CMake package and clang's configuration file. Every path in them is
# relative to the file itself, so that the whole prefix can be moved.

include(CMakePackageConfigHelpers)

install(DIRECTORY headers/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.def" PATTERN "scalar" EXCLUDE)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Tenon)
file(RELATIVE_PATH TENON_CFGDIR_TO_INCLUDE
  /${TENON_INSTALL_PLUGINDIR} /${CMAKE_INSTALL_INCLUDEDIR})
file(RELATIVE_PATH TENON_CFGDIR_TO_LIBDIR
  /${TENON_INSTALL_PLUGINDIR} /${CMAKE_INSTALL_LIBDIR})
file(RELATIVE_PATH TENON_PCDIR_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
foreach(path TENON_CFGDIR_TO_LIBDIR TENON_PCDIR_TO_PREFIX)
  string(REGEX REPLACE "/$" "" ${path} "${${path}}")
endforeach()

configure_file(cmake/tenon.pc.in ${PROJECT_BINARY_DIR}/install/tenon.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/install/tenon.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TENON_COMPILER)
  configure_file(cmake/tenon.cfg.in ${PROJECT_BINARY_DIR}/install/tenon.cfg @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/install/tenon.cfg
    DESTINATION ${TENON_INSTALL_PLUGINDIR})
endif()

configure_package_config_file(cmake/TenonConfig.cmake.in
  ${PROJECT_BINARY_DIR}/install/TenonConfig.cmake
  INSTALL_DESTINATION ${package_dir}
  PATH_VARS TENON_INSTALL_PLUGINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/install/TenonConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/install/TenonConfig.cmake
  ${PROJECT_BINARY_DIR}/install/TenonConfigVersion.cmake
  DESTINATION ${package_dir})
if(TARGET tenon)
  install(EXPORT TenonTargets NAMESPACE Tenon:: DESTINATION ${package_dir})
endif()
