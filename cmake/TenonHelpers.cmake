# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The add_tenon_* functions that the folders' CMakeLists.txt are written in.

# tenon_glob(OUT pattern...): the sources that match, looked up again at each
# build so that a new file needs no edit here.
function(tenon_glob out_variable)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${ARGN})
  set(${out_variable} ${sources} PARENT_SCOPE)
endfunction()

# tenon_compiler_flags(target): C++ that lives inside clang: as LLVM is built.
# -DNDEBUG whatever the build type, for LLVM's headers change with it.
function(tenon_compiler_flags target)
  target_compile_features(${target} PRIVATE cxx_std_17)
  target_compile_definitions(${target} PRIVATE NDEBUG)
  target_compile_options(${target} PRIVATE
    -O2 -Wall -Wextra -Wno-unused-parameter
    $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>)
  target_include_directories(${target} PRIVATE
    ${PROJECT_SOURCE_DIR}/passes ${PROJECT_SOURCE_DIR}/headers
    ${PROJECT_BINARY_DIR}/include ${PROJECT_BINARY_DIR}/passes)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  add_dependencies(${target} tenon-build-id)
endfunction()

# add_tenon_compiler_library(name SOURCES... LIBRARIES...): a library without
# "lib" before its name, opened by clang or by another such library. It finds
# its siblings beside itself and LLVM where llvm-config says.
function(add_tenon_compiler_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_library(${name} SHARED ${arg_SOURCES})
  tenon_compiler_flags(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  target_link_options(${name} PRIVATE -Wl,--no-undefined -Wl,--as-needed)
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
    BUILD_RPATH "$ORIGIN;${TENON_LLVM_LIBDIR}"
    INSTALL_RPATH "$ORIGIN;${TENON_LLVM_LIBDIR}"
    BUILD_WITH_INSTALL_RPATH ON)
  install(TARGETS ${name} LIBRARY DESTINATION ${TENON_INSTALL_PLUGINDIR})
endfunction()

# tenon_tablegen(OUT td-file generator...): runs mlir-tblgen once for each pair
# "File.inc -option -option"; the results stand in the build folder at the place
# that the td file has in the source folder.
function(tenon_tablegen out_variable td_file)
  get_filename_component(folder ${td_file} DIRECTORY)
  set(results)
  foreach(line IN LISTS ARGN)
    separate_arguments(words UNIX_COMMAND "${line}")
    list(POP_FRONT words file)
    set(result ${CMAKE_CURRENT_BINARY_DIR}/${folder}/${file})
    add_custom_command(OUTPUT ${result}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/${folder}
      COMMAND ${TENON_MLIR_TBLGEN} ${words}
        -I ${CMAKE_CURRENT_SOURCE_DIR} -I ${CMAKE_CURRENT_SOURCE_DIR}/${folder}
        -I ${PROJECT_SOURCE_DIR}/headers -I ${TENON_LLVM_INCLUDEDIR}
        --write-if-changed -d ${result}.d
        -o ${result} ${CMAKE_CURRENT_SOURCE_DIR}/${td_file}
      DEPENDS ${td_file}
      DEPFILE ${result}.d
      COMMENT "mlir-tblgen ${file}")
    list(APPEND results ${result})
  endforeach()
  set(${out_variable} ${${out_variable}} ${results} PARENT_SCOPE)
endfunction()

# add_tenon_program(name SOURCE file [EAGER] [FLAGS...] [OUTPUT path]): a C
# program compiled the way a user would: by clang -O2 with the plugin, or EAGER,
# by the C compiler of this build without it. Made on demand only.
function(add_tenon_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EAGER" "SOURCE;OUTPUT" "FLAGS;LIBRARIES")
  if(NOT arg_OUTPUT)
    set(arg_OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name})
  endif()
  get_filename_component(source ${arg_SOURCE} ABSOLUTE)
  if(arg_EAGER)
    set(compiler ${CMAKE_C_COMPILER})
    set(plugin)
    set(plugin_targets)
  else()
    set(compiler ${TENON_CLANG})
    set(plugin -fplugin=${PROJECT_BINARY_DIR}/lib/tenon.so)
    set(plugin_targets tenon-compiler)
  endif()
  add_custom_command(OUTPUT ${arg_OUTPUT}
    COMMAND ${compiler} -std=c11 -O2 ${plugin} ${TENON_SANITIZE_FLAGS} ${arg_FLAGS}
      -I ${PROJECT_SOURCE_DIR}/headers ${source} -o ${arg_OUTPUT} -MD -MF ${arg_OUTPUT}.d
      -L ${PROJECT_BINARY_DIR}/lib -ltenon -Wl,-rpath,${PROJECT_BINARY_DIR}/lib
      ${arg_LIBRARIES} -lm -lpthread
    DEPENDS ${source} tenon ${plugin_targets}
    DEPFILE ${arg_OUTPUT}.d
    VERBATIM
    COMMENT "Building ${name}")
  add_custom_target(${name} DEPENDS ${arg_OUTPUT})
endfunction()

# add_tenon_example(name): examples/name.c as example-name (with the plugin) and
# example-name-eager.
function(add_tenon_example name)
  add_tenon_program(example-${name} SOURCE ${name}.c
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name})
  add_tenon_program(example-${name}-eager SOURCE ${name}.c EAGER
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}-eager)
  add_dependencies(examples example-${name} example-${name}-eager)
endfunction()

# add_tenon_bench(name): bench/name.c, compiled with the plugin, as bench-name.
function(add_tenon_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FLAGS;LIBRARIES")
  add_tenon_program(bench-${name} SOURCE ${name}.c FLAGS ${arg_FLAGS}
    LIBRARIES ${arg_LIBRARIES} OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name})
  add_dependencies(bench bench-${name})
endfunction()
