# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Finds LLVM, Clang and MLIR through llvm-config and gives three interface
# targets: Tenon::LLVM, Tenon::Clang and Tenon::MLIR. Only the shared libraries
# are used: a plugin with static archives in it would bring a second LLVM into
# the compiler that loads it. (find_package(MLIR) would work as well, but it
# imports 700 archives and asks for development packages that nothing here needs.)

include(${CMAKE_CURRENT_LIST_DIR}/LLVMVersion.cmake)

find_program(TENON_LLVM_CONFIG
  NAMES llvm-config-${TENON_LLVM_MAJOR}
  DOC "llvm-config of LLVM ${TENON_LLVM_MAJOR}")
if(NOT TENON_LLVM_CONFIG)
  message(FATAL_ERROR
    "llvm-config-${TENON_LLVM_MAJOR} is not there. `cmake/bootstrap` installs it "
    "on Debian; elsewhere set -DTENON_LLVM_CONFIG=/path/to/llvm-config.")
endif()

function(tenon_llvm_config out_variable)
  execute_process(COMMAND ${TENON_LLVM_CONFIG} ${ARGN}
    OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${out_variable} "${answer}" PARENT_SCOPE)
endfunction()

tenon_llvm_config(TENON_LLVM_VERSION --version)
tenon_llvm_config(TENON_LLVM_BINDIR --bindir)
tenon_llvm_config(TENON_LLVM_LIBDIR --libdir)
tenon_llvm_config(TENON_LLVM_INCLUDEDIR --includedir)
tenon_llvm_config(llvm_has_rtti --has-rtti)
if(NOT TENON_LLVM_VERSION MATCHES "^${TENON_LLVM_MAJOR}\\.")
  message(FATAL_ERROR "Tenon needs LLVM ${TENON_LLVM_MAJOR}; "
    "${TENON_LLVM_CONFIG} is version ${TENON_LLVM_VERSION}.")
endif()
message(STATUS "LLVM ${TENON_LLVM_VERSION} in ${TENON_LLVM_LIBDIR}")

# The programs of this LLVM; a `clang` found in PATH may be of another major.
foreach(program clang clang++ mlir-tblgen opt FileCheck lit)
  string(TOUPPER "TENON_${program}" variable)
  string(REPLACE "++" "XX" variable "${variable}")
  string(REPLACE "-" "_" variable "${variable}")
  find_program(${variable} NAMES ${program} HINTS ${TENON_LLVM_BINDIR} NO_DEFAULT_PATH)
  if(NOT ${variable})
    message(FATAL_ERROR "${program} is not in ${TENON_LLVM_BINDIR}. "
      "docs/dependencies.md names the package that has it.")
  endif()
  mark_as_advanced(${variable})
endforeach()

# Debian keeps no libclang-cpp.so link, hence the spelling with the version.
string(REGEX MATCH "^[0-9]+\\.[0-9]+" llvm_major_minor ${TENON_LLVM_VERSION})
foreach(library LLVM MLIR clang-cpp)
  find_library(TENON_LIB_${library}
    NAMES lib${library}.so lib${library}.so.${llvm_major_minor}
    HINTS ${TENON_LLVM_LIBDIR} NO_DEFAULT_PATH REQUIRED)
  mark_as_advanced(TENON_LIB_${library})
endforeach()

add_library(Tenon::LLVM INTERFACE IMPORTED GLOBAL)
target_include_directories(Tenon::LLVM SYSTEM INTERFACE ${TENON_LLVM_INCLUDEDIR})
target_link_libraries(Tenon::LLVM INTERFACE ${TENON_LIB_LLVM})
target_compile_definitions(Tenon::LLVM INTERFACE
  _GNU_SOURCE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
# As LLVM itself was built: no exceptions, assertions off, RTTI as configured.
target_compile_options(Tenon::LLVM INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<STREQUAL:${llvm_has_rtti},NO>>:-fno-rtti>)

add_library(Tenon::Clang INTERFACE IMPORTED GLOBAL)
target_link_libraries(Tenon::Clang INTERFACE ${TENON_LIB_clang-cpp} Tenon::LLVM)

add_library(Tenon::MLIR INTERFACE IMPORTED GLOBAL)
target_link_libraries(Tenon::MLIR INTERFACE ${TENON_LIB_MLIR} Tenon::LLVM)
